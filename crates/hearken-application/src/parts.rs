//! The parts of an engagement that an answer can show beside its plain representation, and the rights to them.
//!
//! What an answer shows needs the scope that reading it needs, whatever was asked for. A create, its repeat and a change
//! therefore ask here before they do anything, and the reader asks again for whatever it gathers.

use hearken_domain::{
    access::{Caller, MissingScope, PRIVATE_READING, Scope},
    engagement::Engagement,
};

/// Something to show beside engagements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The texts.
    Transcripts,
    /// A link to the recording.
    MediaLink,
    /// The participants' companies.
    Companies,
    /// The participants who are contacts.
    Contacts,
    /// The owner.
    Owner,
    /// The tags.
    Tags,
    /// The action items and signals.
    Findings,
}

impl Part {
    /// The scope that reading it needs.
    pub fn scope(self) -> Scope {
        match self {
            Self::Transcripts | Self::MediaLink | Self::Tags | Self::Findings => Scope::EngagementsRead,
            Self::Companies => Scope::CompaniesRead,
            Self::Contacts => Scope::ContactsRead,
            Self::Owner => Scope::UsersRead,
        }
    }

    /// Whether it tells of a private engagement what is hidden. The plain representation names the owner already.
    fn is_private(self) -> bool {
        self != Self::Owner
    }
}

/// Whether a caller may be shown these parts of any engagement.
pub fn authorise(caller: &Caller, wanted: &[Part]) -> Result<(), MissingScope> {
    wanted.iter().try_for_each(|part| caller.require(&[part.scope()]))
}

/// Whether a caller may be shown these parts of a private engagement.
pub fn authorise_private(caller: &Caller, wanted: &[Part]) -> Result<(), MissingScope> {
    authorise(caller, wanted)?;
    if wanted.iter().any(|part| part.is_private()) { caller.require(PRIVATE_READING) } else { Ok(()) }
}

/// Whether a caller may be shown these parts of this engagement.
pub fn authorise_for(caller: &Caller, engagement: &Engagement, wanted: &[Part]) -> Result<(), MissingScope> {
    if engagement.is_private { authorise_private(caller, wanted) } else { authorise(caller, wanted) }
}

#[cfg(test)]
mod tests {
    use hearken_domain::ids::Ulid;

    use super::*;

    const ALL: [Part; 7] =
        [Part::Transcripts, Part::MediaLink, Part::Companies, Part::Contacts, Part::Owner, Part::Tags, Part::Findings];

    fn caller(scopes: &[Scope]) -> Caller {
        let id = Ulid::from_parts(1, 1);
        Caller { workspace: id.into(), key: id.into(), user: id.into(), scopes: scopes.iter().copied().collect() }
    }

    #[test]
    fn every_part_needs_its_scope_and_of_a_private_engagement_that_one_too() {
        for part in ALL {
            let others: Vec<Scope> =
                Scope::ALL.iter().copied().filter(|it| *it != part.scope() && *it != Scope::WorkspaceAdmin).collect();
            assert_eq!(authorise(&caller(&others), &[part]), Err(MissingScope(part.scope())));
            let own = caller(&[part.scope()]);
            assert_eq!(authorise(&own, &[part]), Ok(()));
            let private = authorise_private(&own, &[part]);
            assert_eq!(private.is_ok(), part == Part::Owner, "{part:?}");
            let insider = caller(&[part.scope(), Scope::EngagementsRead, Scope::EngagementsPrivateRead]);
            assert_eq!(authorise_private(&insider, &[part]), Ok(()));
        }
        assert_eq!(authorise_private(&caller(&[]), &[]), Ok(()), "what is plain needs nothing more");
        let half = caller(&[Scope::ContactsRead, Scope::EngagementsPrivateRead]);
        let missing = MissingScope(Scope::EngagementsRead);
        assert_eq!(authorise_private(&half, &[Part::Contacts]), Err(missing), "what is there is not named");
    }
}
