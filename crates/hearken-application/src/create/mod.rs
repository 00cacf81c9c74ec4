//! Creating an engagement: once for each external id, durable before it is acknowledged, and leaving nothing behind
//! when it fails.
//!
//! The unique index on the external id is the only judge of "once". Claims, and the queue in this process, only save
//! fetching a recording twice.

mod in_flight;
mod lease;
mod write;

use std::{
    collections::HashMap,
    error::Error,
    pin::pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::{Either, select};
use hearken_domain::{
    access::{Caller, MissingScope, PRIVATE_READING, Scope},
    changeset::Changeset,
    claim::{Claim, ClaimOutcome, Settlement},
    directory::Workspace,
    engagement::{CreateEngagement, Engagement, Media, check_create, lookup_for},
    ids::{LeaseToken, ProcessId, UploadId, WorkspaceId},
    media::{FetchCode, FetchError, MediaAuth, MediaUrl},
    ports::{BlobError, BlobStore, Claims, Clock, Directory, EngagementStore, IdSource, MediaFetcher, Ports, PutError},
    rejection::Rejection,
    store_error::StoreError,
    text::ExternalId,
    time::Timestamp,
    upload::BlobKey,
};

use crate::{
    faults::is_armed,
    parts::{self, Part},
    removal,
};

use self::{
    in_flight::{Entry, InFlight, Working},
    write::Written,
};

/// How long a request waits for another one that creates under the same external id.
pub const WAIT: Duration = Duration::from_secs(25);
/// How long a fetch may take, unless the composition root knows better.
const LONGEST_FETCH: Duration = Duration::from_mins(10);
/// How long an upload may stay pending after its fetch must have ended: time to make the bytes durable.
const STORING: Duration = Duration::from_mins(15);
/// Between two looks at a claim that another process holds, plus up to as much again.
const POLL: Duration = Duration::from_millis(250);

/// A request to create, read from its body.
#[derive(Debug)]
pub struct CreateRequest {
    /// The idempotency key: all that a repeat needs.
    pub external_id: ExternalId,
    /// The link, whether or not the rest is good, so that all errors come in one answer.
    pub media_url: Option<MediaUrl>,
    /// The rest, or everything that is wrong with it.
    pub command: Result<CreateEngagement, Rejection>,
    /// What the answer shall show of the engagement: refused before anything is done where the caller may not see it.
    pub shows: Vec<Part>,
}

/// What a create came to.
#[derive(Debug)]
pub enum Outcome {
    /// Made now.
    Created(Engagement),
    /// It was there; nothing changed.
    Existing(Engagement),
}

/// Why nothing was created. Nothing is left behind, and the same external id can be sent again at once.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The request is wrong, or its link could not be fetched.
    #[error("the request was rejected: {0}")]
    Rejected(Rejection),
    /// The engagement is there and private, and the caller may not see it; or the caller may not see what the answer
    /// shall show.
    #[error("the scope {0} is missing")]
    Forbidden(Scope),
    /// Another request is creating it.
    #[error("another request is creating this engagement")]
    InProgress,
    /// No fetch could be started in time, or this process is shutting down.
    #[error("{0}")]
    Unavailable(String),
    /// The recording could not be stored.
    #[error("the recording could not be stored")]
    Blob(#[from] BlobError),
    /// The store could not.
    #[error("the engagement could not be stored")]
    Store(#[from] StoreError),
    /// The store did not say whether it stored the engagement, for too long. A repeat finds out.
    #[error("the store did not say whether the engagement was stored")]
    Unknown,
}

/// Creates engagements.
#[derive(Clone)]
pub struct Creator {
    ports: Ports,
    process: ProcessId,
    longest_fetch: Duration,
    in_flight: InFlight,
    workspaces: Arc<Mutex<HashMap<WorkspaceId, Workspace>>>,
}

/// What one turn came to.
enum Turn {
    Done(Box<Outcome>),
    /// Somebody else was faster or took over: look again.
    Again,
}

impl Creator {
    /// Over these ports, for this process.
    pub fn new(ports: Ports, process: ProcessId) -> Self {
        Self {
            ports,
            process,
            longest_fetch: LONGEST_FETCH,
            in_flight: InFlight::default(),
            workspaces: Arc::default(),
        }
    }

    /// For a fetcher that may take longer, or less long, than ten minutes: the sweeper waits for it.
    #[must_use]
    pub fn with_longest_fetch(self, longest_fetch: Duration) -> Self {
        Self { longest_fetch, ..self }
    }

    /// Creates the engagement, or finds the one that is there.
    ///
    /// Run it in a task of its own: a client that hangs up must not undo the work.
    pub async fn create(&self, caller: &Caller, request: CreateRequest) -> Result<Outcome, CreateError> {
        let give_up = self.ports.clock.now().after(WAIT);
        parts::authorise(caller, &request.shows)?;
        if let Some(existing) = self.find(caller, &request.external_id).await? {
            return replay(existing, caller, &request.shows);
        }
        let command = self.judge(request.command, request.media_url.as_ref())?;
        if !request.shows.is_empty() && self.will_be_private(caller, &command).await? {
            parts::authorise_private(caller, &request.shows)?;
        }
        self.ports.blobs.check_room().await?;
        loop {
            let turn = match &command.material.media {
                None => self.write(caller, (&request.external_id, &command), None).await?.into(),
                Some(link) => {
                    Box::pin(self.fetch_or_wait(caller, (&request.external_id, &command), link, give_up)).await?
                }
            };
            match turn {
                Turn::Done(outcome) => return Ok(*outcome),
                Turn::Again => {
                    if let Some(existing) = self.find(caller, &request.external_id).await? {
                        return replay(existing, caller, &request.shows);
                    }
                    self.remaining(give_up)?;
                }
            }
        }
    }

    async fn find(&self, caller: &Caller, external_id: &ExternalId) -> Result<Option<Engagement>, StoreError> {
        self.ports.store.by_external_id(caller.workspace, external_id).await
    }

    /// All that can be found wrong without I/O, in one answer.
    fn judge(
        &self,
        command: Result<CreateEngagement, Rejection>,
        media_url: Option<&MediaUrl>,
    ) -> Result<CreateEngagement, CreateError> {
        let judged = media_url.map_or(Ok(()), |url| self.ports.media.judge(url));
        match (command, judged) {
            (Ok(command), Ok(())) => Ok(command),
            (Err(rejection), Ok(())) => Err(CreateError::Rejected(rejection)),
            (command, Err(error)) => {
                let mut rejection = command.err().unwrap_or_default();
                rejection.add_media(error);
                Err(CreateError::Rejected(rejection))
            }
        }
    }

    /// One turn for a key with a recording: work if nobody does, else wait for whoever does.
    async fn fetch_or_wait(
        &self,
        caller: &Caller,
        asked: (&ExternalId, &CreateEngagement),
        link: &(MediaUrl, Option<MediaAuth>),
        give_up: Timestamp,
    ) -> Result<Turn, CreateError> {
        match self.in_flight.enter(caller.workspace, asked.0) {
            Entry::Crowded => Err(CreateError::InProgress),
            Entry::Wait(waiting) => {
                let patience = self.ports.clock.sleep(self.remaining(give_up)?);
                match select(waiting.done.clone(), pin!(patience)).await {
                    Either::Left(_) => Ok(Turn::Again),
                    Either::Right(_) => Err(CreateError::InProgress),
                }
            }
            Entry::Alone(working) => Box::pin(self.claim(caller, asked, link, (working, give_up))).await,
        }
    }

    /// Claims the key for this process, and works under the claim.
    async fn claim(
        &self,
        caller: &Caller,
        asked: (&ExternalId, &CreateEngagement),
        link: &(MediaUrl, Option<MediaAuth>),
        (working, give_up): (Working, Timestamp),
    ) -> Result<Turn, CreateError> {
        if asked.1.participants.iter().any(|participant| participant.is_owner) {
            // Before anything is claimed or fetched: an owner whom nobody knows now will not be known after the fetch.
            let matches = self.ports.directory.matching(caller.workspace, &lookup_for(asked.1)).await?;
            check_create(asked.1, &matches).map_err(CreateError::Rejected)?;
        }
        let now = self.ports.clock.now();
        let claim = Claim {
            external_id: asked.0.clone(),
            token: LeaseToken::from(self.ports.ids.ulid(now)),
            process: self.process,
            until: now.after(lease::LEASE),
            upload: UploadId::from(self.ports.ids.ulid(now)),
            upload_expires_at: now.after(self.longest_fetch + STORING),
        };
        match self.ports.claims.claim(caller.workspace, &claim, now).await? {
            ClaimOutcome::Busy { .. } => {
                self.ports.clock.sleep(self.jittered(POLL).min(self.remaining(give_up)?)).await;
                drop(working);
                Ok(Turn::Again)
            }
            ClaimOutcome::Held => {
                let held = Settlement { external_id: claim.external_id.clone(), token: claim.token };
                let work = Box::pin(self.work(caller, asked, link, &claim));
                let result = lease::while_renewing(&self.ports, caller.workspace, &held, work).await;
                drop(working);
                result
            }
        }
    }

    /// Fetches, stores and writes under a claim. Whatever goes wrong, what it began is taken back.
    async fn work(
        &self,
        caller: &Caller,
        asked: (&ExternalId, &CreateEngagement),
        (url, auth): &(MediaUrl, Option<MediaAuth>),
        claim: &Claim,
    ) -> Result<Turn, CreateError> {
        // Whoever held the key before may have finished between our look and our claim.
        let stored = match self.find(caller, asked.0).await {
            Ok(None) => self.store_recording(caller, (url, auth.as_ref()), claim).await,
            Ok(Some(_)) => {
                self.discard(caller, claim).await;
                return Ok(Turn::Again);
            }
            Err(error) => Err(error.into()),
        };
        let media = match stored {
            Ok(media) => media,
            Err(error) => {
                self.discard(caller, claim).await;
                return Err(error);
            }
        };
        let written = self.write(caller, asked, Some((claim, media))).await;
        match &written {
            // Whether it was written is not known: the upload's row will tell the sweeper.
            Ok(Written::Created(_)) | Err(CreateError::Unknown) => {}
            Ok(Written::Taken | Written::Lost) | Err(_) => self.discard(caller, claim).await,
        }
        written.map(Turn::from)
    }

    async fn store_recording(
        &self,
        caller: &Caller,
        (url, auth): (&MediaUrl, Option<&MediaAuth>),
        claim: &Claim,
    ) -> Result<Media, CreateError> {
        let recording = self.ports.media.fetch(caller.workspace, url, auth).await.map_err(refused)?;
        let key = BlobKey { workspace: caller.workspace, upload: claim.upload };
        let stored = self.ports.blobs.put(key, recording.body).await.map_err(|error| match error {
            PutError::Source(error) => refused(error),
            PutError::Blob(error) => CreateError::Blob(error),
        })?;
        Ok(Media { upload: claim.upload, media_type: recording.media_type, bytes: stored.bytes, sha256: stored.sha256 })
    }

    /// Takes back what a claim began. What cannot be taken back now is found by the sweeper, by its row.
    async fn discard(&self, caller: &Caller, claim: &Claim) {
        let key = BlobKey { workspace: caller.workspace, upload: claim.upload };
        if let Err(error) = removal::take_back(&self.ports, key).await {
            tracing::warn!(upload.id = %claim.upload, error = &error as &dyn Error, "a discarded recording is left to the sweeper");
        }
        let mut changeset = Changeset::new(caller.workspace);
        changeset.settlement = Some(Settlement { external_id: claim.external_id.clone(), token: claim.token });
        if let Err(error) = self.ports.store.commit(changeset).await {
            tracing::debug!(upload.id = %claim.upload, error = &error as &dyn Error, "a discarded claim was gone already");
        }
    }

    fn remaining(&self, give_up: Timestamp) -> Result<Duration, CreateError> {
        let remaining = give_up.since(self.ports.clock.now());
        if remaining.is_zero() { Err(CreateError::InProgress) } else { Ok(remaining) }
    }

    /// Between once and twice the span.
    fn jittered(&self, span: Duration) -> Duration {
        let part = u32::from(self.ports.ids.secret()[0]);
        span + span * part / 256
    }
}

/// A repeat shows the engagement as it is to those who may see it, and more of it to those who may read that.
fn replay(existing: Engagement, caller: &Caller, shows: &[Part]) -> Result<Outcome, CreateError> {
    // Known defect, for the fault tests: a repeat shows it to anybody.
    if !existing.is_replayable_to(caller) && !is_armed("defect::replay_without_visibility") {
        caller.require(PRIVATE_READING)?;
    }
    parts::authorise_for(caller, &existing, shows)?;
    Ok(Outcome::Existing(existing))
}

impl From<MissingScope> for CreateError {
    fn from(MissingScope(scope): MissingScope) -> Self {
        Self::Forbidden(scope)
    }
}

/// A link's failure is the caller's to mend, unless it is ours.
fn refused(error: FetchError) -> CreateError {
    if error.code == FetchCode::Unavailable {
        return CreateError::Unavailable(error.message);
    }
    let mut rejection = Rejection::default();
    rejection.add_media(error);
    CreateError::Rejected(rejection)
}

impl From<Written> for Turn {
    fn from(written: Written) -> Self {
        match written {
            Written::Created(engagement) => Self::Done(Box::new(Outcome::Created(*engagement))),
            Written::Taken | Written::Lost => Self::Again,
        }
    }
}
