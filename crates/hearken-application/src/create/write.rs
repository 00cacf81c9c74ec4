//! The one commit of a create, and what to do when its outcome is not known.

use std::{sync::PoisonError, time::Duration};

use hearken_domain::{
    access::Caller,
    changeset::{Changeset, CommitError},
    claim::{Claim, Settlement},
    directory::{Lookup, Matches, Workspace},
    engagement::{
        Context, CreateEngagement, Created, Engagement, Media, Surroundings, company_lookup_for, decide_create,
        lookup_for,
    },
    ids::WorkspaceId,
    order::Dated,
    ports::{Clock, Directory, EngagementStore, Registry},
    store_error::{StoreError, StoreErrorKind},
    text::ExternalId,
    upload::{UploadMove, UploadState},
};

use super::{CreateError, Creator};

/// How often to decide again when something changed since it was read.
const DECISIONS: usize = 4;
/// How often to ask whether a commit happened.
const INQUIRIES: u32 = 30;
/// Between two of these.
const INQUIRY_PAUSE: Duration = Duration::from_millis(500);

/// What a write came to.
pub(super) enum Written {
    /// It is durable.
    Created(Box<Engagement>),
    /// Somebody else's engagement has the external id.
    Taken,
    /// The lease or the upload is gone.
    Lost,
}

enum Committed {
    Ours(Box<Engagement>),
    Theirs,
    Lost,
    Stale,
}

impl Creator {
    /// Decides and commits. What others changed meanwhile is read and decided about again.
    pub(super) async fn write(
        &self,
        caller: &Caller,
        (external_id, command): (&ExternalId, &CreateEngagement),
        stored: Option<(&Claim, Media)>,
    ) -> Result<Written, CreateError> {
        let workspace = self.workspace(caller.workspace).await?;
        let lookup = lookup_for(command);
        for _ in 0..DECISIONS {
            let matches = self.people(caller.workspace, command, &lookup).await?;
            let media = stored.as_ref().map(|(_, media)| media.clone());
            let known = Surroundings { caller, workspace: &workspace, matches, media };
            let context = Context { now: self.ports.clock.now(), ids: &*self.ports.ids, events: &*self.ports.events };
            let Created { engagement, mut changeset } =
                decide_create(external_id, command, known, &context).map_err(CreateError::Rejected)?;
            if let Some((claim, _)) = &stored {
                settle(&mut changeset, claim);
            }
            match self.commit(&engagement, changeset).await? {
                Committed::Ours(stored) => return Ok(Written::Created(stored)),
                Committed::Theirs => return Ok(Written::Taken),
                Committed::Lost => return Ok(Written::Lost),
                Committed::Stale => {}
            }
        }
        Err(CreateError::Store(StoreError::new(
            StoreErrorKind::Unavailable,
            "the people of this engagement changed each time it was to be written",
        )))
    }

    /// Those whom the request names, and the companies of those whom nobody knows yet.
    async fn people(
        &self,
        workspace: WorkspaceId,
        command: &CreateEngagement,
        lookup: &Lookup,
    ) -> Result<Matches, StoreError> {
        let mut matches = self.ports.directory.matching(workspace, lookup).await?;
        let companies = company_lookup_for(command, &matches);
        if !companies.domains.is_empty() {
            matches.companies = self.ports.directory.matching(workspace, &companies).await?.companies;
        }
        Ok(matches)
    }

    /// Whether what the command makes is hidden from those without the private scope.
    pub(super) async fn will_be_private(
        &self,
        caller: &Caller,
        command: &CreateEngagement,
    ) -> Result<bool, CreateError> {
        match command.is_private {
            Some(is_private) => Ok(is_private),
            None => Ok(self.workspace(caller.workspace).await?.private_by_default),
        }
    }

    /// The workspace. Nothing changes one once it is made, so it is read once.
    async fn workspace(&self, id: WorkspaceId) -> Result<Workspace, CreateError> {
        if let Some(known) = self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(known.clone());
        }
        let workspace = self.ports.registry.workspace(id).await?.ok_or_else(no_workspace)?;
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).insert(id, workspace.clone());
        Ok(workspace)
    }

    /// Commits, and finds out what happened when the answer was lost. What is ours comes back as it is stored.
    async fn commit(&self, engagement: &Engagement, changeset: Changeset) -> Result<Committed, CreateError> {
        let mut answer = self.ports.store.commit(changeset.clone()).await;
        for _ in 0..INQUIRIES {
            match answer {
                Ok(moment) => return Ok(Committed::Ours(Box::new(engagement.clone().made_at(moment)))),
                Err(CommitError::KeyTaken(id)) if id == engagement.id => return self.lost_or_ours(engagement).await,
                Err(CommitError::KeyTaken(_)) => return Ok(Committed::Theirs),
                Err(CommitError::Stale | CommitError::Exists) => return Ok(Committed::Stale),
                Err(CommitError::LeaseLost) => return self.lost_or_ours(engagement).await,
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(CommitError::Unknown) => {}
            }
            self.ports.clock.sleep(INQUIRY_PAUSE).await;
            answer = match self.ports.store.by_external_id(engagement.workspace, &engagement.external_id).await {
                Ok(Some(found)) => Err(CommitError::KeyTaken(found.id)),
                // It did not happen: the same write again, with the same ids, cannot happen twice.
                Ok(None) => match self.ports.store.commit(changeset.clone()).await {
                    Err(CommitError::Store(error)) if error.is_retryable() => Err(CommitError::Unknown),
                    answer => answer,
                },
                Err(error) if error.is_retryable() => Err(CommitError::Unknown),
                Err(_) => return Err(CreateError::Unknown),
            };
        }
        Err(CreateError::Unknown)
    }

    /// A lease is also gone when an earlier commit of ours, whose answer was lost, settled it; then it is read back.
    async fn lost_or_ours(&self, engagement: &Engagement) -> Result<Committed, CreateError> {
        let found =
            self.ports.store.by_id(engagement.workspace, engagement.id).await.map_err(|_| CreateError::Unknown)?;
        Ok(found.map_or(Committed::Lost, |stored| Committed::Ours(Box::new(stored))))
    }
}

/// The recording becomes the engagement's, and the claim is over, in the same write.
fn settle(changeset: &mut Changeset, claim: &Claim) {
    changeset.upload_moves.push(UploadMove {
        id: claim.upload,
        from: UploadState::Pending,
        to: Some(UploadState::Live),
    });
    changeset.settlement = Some(Settlement { external_id: claim.external_id.clone(), token: claim.token });
}

fn no_workspace() -> StoreError {
    StoreError::new(StoreErrorKind::Inconsistent, "the key's workspace is not there")
}
