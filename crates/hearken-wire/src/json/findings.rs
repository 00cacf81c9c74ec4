//! What is wrong with a body, collected with paths, and the first checks that every field needs.

use std::fmt;

use hearken_domain::{
    rejection::{Violation, ViolationCode},
    text::TextError,
};

use super::loose::{FromJson, Loose};

/// The most violations that an answer lists; a body can have one for each of its bytes.
const MOST: usize = 100;

/// Where a value stands in the body. It borrows its parents, so that a path costs nothing until something is wrong.
#[derive(Clone, Copy)]
pub(crate) enum Path<'a> {
    /// A field of the body.
    Top(&'static str),
    /// A field of an object.
    Field(&'a Path<'a>, &'static str),
    /// An item of an array.
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    /// A field below here.
    pub(crate) fn field(&self, name: &'static str) -> Path<'_> {
        Path::Field(self, name)
    }

    /// An item below here.
    pub(crate) fn item(&self, index: usize) -> Path<'_> {
        Path::Item(self, index)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top(name) => f.write_str(name),
            Self::Field(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// The violations found so far.
#[derive(Default)]
pub(crate) struct Findings {
    listed: Vec<Violation>,
    unlisted: usize,
}

impl Findings {
    /// Adds one.
    pub(crate) fn add(&mut self, path: &Path<'_>, code: ViolationCode, message: impl fmt::Display) {
        if self.listed.len() < MOST {
            self.listed.push(Violation::new(path.to_string(), code, message.to_string()));
        } else {
            self.unlisted += 1;
        }
    }

    /// Everything found, with a last line that counts what is not listed.
    pub(crate) fn into_violations(mut self) -> Vec<Violation> {
        if self.unlisted > 0 {
            let message = format!("{} more errors are not listed", self.unlisted);
            self.listed.push(Violation::new("", ViolationCode::TooMany, message));
        }
        self.listed
    }

    /// A value that must be there and have the right type.
    pub(crate) fn required<'de, T: FromJson<'de>>(&mut self, value: Loose<T>, path: &Path<'_>) -> Option<T> {
        if let Loose::Absent | Loose::Null = value {
            self.add(path, ViolationCode::Required, "is required");
            return None;
        }
        self.optional(value, path)
    }

    /// A value that may be absent or null, but has the right type when it is there.
    pub(crate) fn optional<'de, T: FromJson<'de>>(&mut self, value: Loose<T>, path: &Path<'_>) -> Option<T> {
        match value {
            Loose::Absent | Loose::Null => None,
            Loose::Good(value) => Some(value),
            Loose::Wrong(found) => {
                self.add(path, ViolationCode::InvalidType, format_args!("must be {}, this is {found}", T::WANTED));
                None
            }
        }
    }

    /// An item of an array: it is there, so null is a wrong type.
    pub(crate) fn item<'de, T: FromJson<'de>>(&mut self, value: Loose<T>, path: &Path<'_>) -> Option<T> {
        let value = if let Loose::Null = value { Loose::Wrong("null") } else { value };
        self.optional(value, path)
    }

    /// The text's type, when the text is within its limits.
    pub(crate) fn text<T>(&mut self, text: impl Into<String>, path: &Path<'_>) -> Option<T>
    where
        T: TryFrom<String, Error = TextError>,
    {
        T::try_from(text.into()).map_err(|error| self.text_error(path, error)).ok()
    }

    /// Adds a text's error under its code.
    pub(crate) fn text_error(&mut self, path: &Path<'_>, error: TextError) {
        let code = match error {
            TextError::TooShort { .. } => ViolationCode::TooShort,
            TextError::TooLong { .. } => ViolationCode::TooLong,
            TextError::Nul => ViolationCode::InvalidFormat,
        };
        self.add(path, code, error);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_as_in_the_request() {
        let participants = Path::Top("participants");
        let third = participants.item(2);
        assert_eq!(third.field("email").to_string(), "participants[2].email");
    }

    #[test]
    fn what_is_not_listed_is_counted() {
        let mut findings = Findings::default();
        for _ in 0..107 {
            findings.add(&Path::Top("title"), ViolationCode::Required, "is required");
        }
        let violations = findings.into_violations();
        assert_eq!(violations.len(), 101);
        assert_eq!(violations[100], Violation::new("", ViolationCode::TooMany, "7 more errors are not listed"));
    }
}
