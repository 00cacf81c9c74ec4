//! The parts of an engagement that a request may ask for.

use hearken_domain::rejection::{Violation, ViolationCode};

/// A part that `expand` adds to an engagement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expand {
    /// The full text.
    Transcript,
    /// The signed link to the recording.
    MediaUrl,
    /// The participants' companies.
    Companies,
    /// The participants that are contacts.
    Contacts,
    /// The owner.
    Owner,
    /// The action items.
    ActionItems,
    /// The signals.
    Signals,
    /// The tags.
    Tags,
}

impl Expand {
    /// All of them, in the order of the contract.
    pub const ALL: &'static [Self] = &[
        Self::Transcript,
        Self::MediaUrl,
        Self::Companies,
        Self::Contacts,
        Self::Owner,
        Self::ActionItems,
        Self::Signals,
        Self::Tags,
    ];

    /// As in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transcript => "transcript",
            Self::MediaUrl => "media_url",
            Self::Companies => "companies",
            Self::Contacts => "contacts",
            Self::Owner => "owner",
            Self::ActionItems => "action_items",
            Self::Signals => "signals",
            Self::Tags => "tags",
        }
    }

    /// The part of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|part| part.as_str() == name)
    }
}

/// Reads a comma-separated list of parts: sorted, each once.
pub(crate) fn parse_list(text: &str) -> Result<Vec<Expand>, Violation> {
    let parts: Option<Vec<Expand>> = text.split(',').map(|name| Expand::from_name(name.trim())).collect();
    let mut parts = parts.ok_or_else(|| {
        let names: Vec<&str> = Expand::ALL.iter().map(|part| part.as_str()).collect();
        let message = format!("must be a comma-separated list of {}", names.join(", "));
        Violation::new("expand", ViolationCode::InvalidEnumValue, message)
    })?;
    parts.sort_unstable();
    parts.dedup();
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_any_order_and_a_foreign_one_lists_them() {
        assert_eq!(parse_list("owner,transcript,owner"), Ok(vec![Expand::Transcript, Expand::Owner]));
        let violation = parse_list("owner,notes").unwrap_err();
        assert_eq!((violation.field.as_str(), violation.code), ("expand", ViolationCode::InvalidEnumValue));
        assert!(
            violation
                .message
                .ends_with("transcript, media_url, companies, contacts, owner, action_items, signals, tags")
        );
        assert!(parse_list("").is_err());
    }
}
