//! Reading engagements and what belongs to them.

use hearken_domain::{
    access::{Caller, MissingScope, PRIVATE_READING, Scope},
    directory::{Company, Contact, User},
    engagement::{Engagement, Media, ResolvedParticipant, Who},
    ids::{EngagementId, EventId, WorkspaceId},
    insight::Findings,
    ports::{BlobError, BlobStore, ByteStream, Directory, EngagementStore, Insights, Outbox, Ports, Tags},
    query::{EngagementQuery, EventPage, EventQuery, ListQuery, Page},
    store_error::StoreError,
    tag::Tag,
    timeline::{Timeline, Transcripts},
    upload::BlobKey,
};

use crate::parts::{self, Part};

/// Reads for callers.
#[derive(Clone)]
pub struct Reader {
    ports: Ports,
}

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Not in the caller's workspace, or nowhere: the caller is not told which.
    #[error("there is no such resource")]
    NotFound,
    /// It is there, and the caller's key lacks the scope.
    #[error("the scope {0} is missing")]
    Forbidden(Scope),
    /// The store could not say.
    #[error("the store could not be read")]
    Store(#[from] StoreError),
}

impl From<MissingScope> for ReadError {
    fn from(MissingScope(scope): MissingScope) -> Self {
        Self::Forbidden(scope)
    }
}

/// What was gathered for one engagement; what was not wanted is empty.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Each once, in the participants' order.
    pub companies: Vec<Company>,
    /// Each once, in the participants' order.
    pub contacts: Vec<Contact>,
    /// The owner, while the user exists.
    pub owner: Option<User>,
    /// Oldest id first.
    pub tags: Vec<Tag>,
    /// In the order in which they were found.
    pub findings: Findings,
}

impl Reader {
    /// Over these ports.
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// One engagement of the caller's workspace.
    pub async fn engagement(&self, caller: &Caller, id: EngagementId) -> Result<Engagement, ReadError> {
        let engagement = self.ports.store.by_id(caller.workspace, id).await?.ok_or(ReadError::NotFound)?;
        if engagement.is_private {
            caller.require(PRIVATE_READING)?;
        }
        Ok(engagement)
    }

    /// One page of the caller's engagements. The query's visibility is the caller's, whatever it says.
    pub async fn engagements(&self, caller: &Caller, query: EngagementQuery) -> Result<Page<Engagement>, ReadError> {
        let query = EngagementQuery { visibility: caller.visibility(), ..query };
        Ok(self.ports.store.list(caller.workspace, &query).await?)
    }

    /// One page of the workspace's events, as far as the caller may read what they are about.
    pub async fn events(&self, caller: &Caller, query: &ListQuery<EventId>) -> Result<EventPage, ReadError> {
        let audience = caller.audience();
        if audience.kinds.is_empty() {
            return Err(ReadError::Forbidden(Scope::EngagementsRead));
        }
        let ListQuery { updated_at: created_at, direction: _, after, limit } = query.clone();
        let query = EventQuery { audience, created_at, after, limit };
        Ok(self.ports.outbox.published(caller.workspace, &query).await?)
    }

    /// The timeline of an engagement, once there is one.
    pub async fn timeline(&self, caller: &Caller, id: EngagementId) -> Result<Timeline, ReadError> {
        let engagement = self.engagement(caller, id).await?;
        let transcripts = self.ports.store.transcripts(caller.workspace, engagement.id).await?;
        transcripts.timeline.ok_or(ReadError::NotFound)
    }

    /// The texts of an engagement, which can be long: [`text_sizes`](Self::text_sizes) tells before they are read.
    pub async fn texts(&self, caller: &Caller, engagement: &Engagement) -> Result<Transcripts, ReadError> {
        parts::authorise_for(caller, engagement, &[Part::Transcripts])?;
        Ok(self.ports.store.transcripts(caller.workspace, engagement.id).await?)
    }

    /// How many bytes the texts of these engagements have as they are stored; nothing for one that has no text.
    pub async fn text_sizes(
        &self,
        workspace: WorkspaceId,
        ids: &[EngagementId],
    ) -> Result<Vec<Option<u64>>, ReadError> {
        Ok(self.ports.insights.text_sizes(workspace, ids).await?)
    }

    /// What belongs to these engagements, but for their [`texts`](Self::texts): one entry for each, in their order, with
    /// few questions to the store. Nothing is gathered that the caller may not be shown, whatever the answer is to.
    pub async fn surroundings(
        &self,
        caller: &Caller,
        engagements: &[Engagement],
        wanted: &[Part],
    ) -> Result<Vec<Surroundings>, ReadError> {
        for engagement in engagements {
            parts::authorise_for(caller, engagement, wanted)?;
        }
        let workspace = caller.workspace;
        let mut all = vec![Surroundings::default(); engagements.len()];
        if wanted.contains(&Part::Owner) {
            let owners: Vec<_> = distinct(engagements.iter().map(|engagement| engagement.owner));
            let users = self.ports.directory.users(workspace, &owners).await?;
            for (one, engagement) in all.iter_mut().zip(engagements) {
                one.owner = users.iter().find(|user| user.id == engagement.owner).cloned();
            }
        }
        let ids: Vec<_> = engagements.iter().map(|engagement| engagement.id).collect();
        if wanted.contains(&Part::Tags) {
            for (one, tags) in all.iter_mut().zip(self.ports.tags.of_engagements(workspace, &ids).await?) {
                one.tags = tags;
            }
        }
        if wanted.contains(&Part::Findings) {
            for (one, findings) in all.iter_mut().zip(self.ports.insights.findings(workspace, &ids).await?) {
                one.findings = findings;
            }
        }
        if wanted.contains(&Part::Companies) || wanted.contains(&Part::Contacts) {
            self.add_people(workspace, &ids, wanted, &mut all).await?;
        }
        Ok(all)
    }

    /// The recording of an engagement, for whoever shows a signed link.
    pub async fn media(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Media, ReadError> {
        let engagement = self.ports.store.by_id(workspace, id).await?.ok_or(ReadError::NotFound)?;
        engagement.media.ok_or(ReadError::NotFound)
    }

    /// The bytes of a recording.
    pub async fn media_bytes(
        &self,
        workspace: WorkspaceId,
        media: &Media,
        range: std::ops::Range<u64>,
    ) -> Result<ByteStream, BlobError> {
        self.ports.blobs.open(BlobKey { workspace, upload: media.upload }, range).await
    }

    async fn add_people(
        &self,
        workspace: WorkspaceId,
        ids: &[EngagementId],
        wanted: &[Part],
        all: &mut [Surroundings],
    ) -> Result<(), ReadError> {
        let participants = self.ports.store.participants(workspace, ids).await?;
        if wanted.contains(&Part::Contacts) {
            let known = self
                .ports
                .directory
                .contacts(workspace, &distinct(participants.iter().flatten().filter_map(contact_of)))
                .await?;
            for (one, participants) in all.iter_mut().zip(&participants) {
                let ids = distinct(participants.iter().filter_map(contact_of));
                one.contacts =
                    ids.iter().filter_map(|id| known.iter().find(|contact| contact.id == *id)).cloned().collect();
            }
        }
        if wanted.contains(&Part::Companies) {
            let company_of = |participant: &ResolvedParticipant| participant.company;
            let known = self
                .ports
                .directory
                .companies(workspace, &distinct(participants.iter().flatten().filter_map(company_of)))
                .await?;
            for (one, participants) in all.iter_mut().zip(&participants) {
                let ids = distinct(participants.iter().filter_map(company_of));
                one.companies =
                    ids.iter().filter_map(|id| known.iter().find(|company| company.id == *id)).cloned().collect();
            }
        }
        Ok(())
    }
}

fn contact_of(participant: &ResolvedParticipant) -> Option<hearken_domain::ids::ContactId> {
    match participant.who {
        Who::Contact(id) => Some(id),
        Who::User(_) => None,
    }
}

/// Each value once, in the order of its first appearance.
fn distinct<T: PartialEq>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}
