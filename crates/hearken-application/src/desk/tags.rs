//! Tags, and which engagements have them.

use hearken_domain::{
    access::{Caller, MissingScope, Scope},
    changeset::{Change, Changeset, ReplacedTags},
    engagement::Engagement,
    event::Subject,
    ids::{EngagementId, TagId},
    order::Dated,
    ports::{EngagementStore, Tags},
    query::{ListQuery, Page},
    rejection::{Rejection, Violation, ViolationCode},
    tag::{
        Tag,
        decide::{self, NewTag, TagPatch},
    },
};

use super::{Desk, DeskError, overtaken};
use crate::{
    parts::{self, Part},
    read::ReadError,
    writing::DECISIONS,
};

const NAME_TAKEN: &str = "another tag has this name";

impl Desk {
    /// One page of the workspace's tags.
    pub async fn tags(&self, caller: &Caller, query: &ListQuery<TagId>) -> Result<Page<Tag>, DeskError> {
        Ok(self.ports.tags.list(caller.workspace, query).await?)
    }

    /// One tag.
    pub async fn tag(&self, caller: &Caller, id: TagId) -> Result<Tag, DeskError> {
        self.ports.tags.by_id(caller.workspace, id).await?.ok_or(DeskError::NotFound)
    }

    /// Makes a tag; its name must be free.
    pub async fn create_tag(&self, caller: &Caller, new: NewTag) -> Result<Tag, DeskError> {
        let (tag, changeset) = decide::create(caller.workspace, new, &self.context());
        self.commit(changeset, NAME_TAKEN).await?.map(|moment| tag.made_at(moment)).ok_or_else(overtaken)
    }

    /// Changes a tag; its name must be free.
    pub async fn update_tag(&self, caller: &Caller, id: TagId, patch: TagPatch) -> Result<Tag, DeskError> {
        for _ in 0..DECISIONS {
            let before = self.tag(caller, id).await?;
            let Some((after, changeset)) = decide::update(&before, patch.clone(), &self.context()) else {
                return Ok(before);
            };
            if let Some(moment) = self.commit(changeset, NAME_TAKEN).await? {
                return Ok(after.changed_at(moment));
            }
        }
        Err(overtaken())
    }

    /// Deletes a tag.
    pub async fn delete_tag(&self, caller: &Caller, id: TagId) -> Result<(), DeskError> {
        for _ in 0..DECISIONS {
            let tag = self.tag(caller, id).await?;
            if self.commit(decide::delete(&tag, &self.context()), NAME_TAKEN).await?.is_some() {
                return Ok(());
            }
        }
        Err(overtaken())
    }

    /// Gives an engagement exactly these tags. A private one needs the scope for it, and so does what the answer shall
    /// show.
    pub async fn replace_tags(
        &self,
        caller: &Caller,
        id: EngagementId,
        (tags, shows): (&[TagId], &[Part]),
    ) -> Result<Engagement, ReplaceError> {
        parts::authorise(caller, shows)?;
        for _ in 0..DECISIONS {
            let found = self.ports.store.by_id(caller.workspace, id).await.map_err(DeskError::from)?;
            let before = found.ok_or(ReplaceError::Read(ReadError::NotFound))?;
            if before.is_private {
                caller.require(&[Scope::EngagementsPrivateWrite])?;
            }
            parts::authorise_for(caller, &before, shows)?;
            self.must_be_there(caller, tags).await?;
            let context = self.context();
            let after = Engagement { updated_at: before.next_update(context.now), ..before.clone() };
            let mut changeset = Changeset::new(caller.workspace);
            changeset.replaced_tags.push(ReplacedTags { engagement: id, tags: tags.to_vec() });
            let subject = Subject::EngagementUpdated { before: &before, after: &after };
            changeset.events.push(context.event(caller.workspace, subject));
            changeset.changed_engagements.push(Change { row: after.clone(), expected: before.version });
            if let Some(moment) = self.commit(changeset, NAME_TAKEN).await? {
                return Ok(after.changed_at(moment));
            }
        }
        Err(overtaken().into())
    }

    async fn must_be_there(&self, caller: &Caller, tags: &[TagId]) -> Result<(), DeskError> {
        let mut violations = Vec::new();
        for (index, id) in tags.iter().enumerate() {
            if self.ports.tags.by_id(caller.workspace, *id).await?.is_none() {
                let field = format!("tag_ids[{index}]");
                violations.push(Violation::new(field, ViolationCode::NotFound, "there is no such tag"));
            }
        }
        if violations.is_empty() { Ok(()) } else { Err(DeskError::Rejected(Rejection::from(violations))) }
    }
}

impl From<MissingScope> for ReplaceError {
    fn from(missing: MissingScope) -> Self {
        Self::Read(missing.into())
    }
}

/// Why an engagement's tags were not replaced.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// The engagement is not the caller's to change.
    #[error("the engagement cannot be changed")]
    Read(#[source] ReadError),
    /// Anything else.
    #[error(transparent)]
    Desk(#[from] DeskError),
}
