//! What follows a create: each step taken by an engine, and settled by one commit.
//!
//! A step is taken at least once; its effects happen once, because result, next jobs, events and the end of the lease
//! are one changeset under the lease's token.

mod analyse;
mod automate;
mod listen;

use std::error::Error;

use hearken_domain::{
    changeset::Changeset,
    engagement::{Context, Engagement, Media},
    engine::{EngineError, EngineErrorKind},
    job::{Job, JobNext, JobNote, LeasedJob, MAX_CRASHES, Rank, Step},
    pipeline::{self, Taken},
    ports::{
        BlobError, BlobErrorKind, BlobStore, ByteStream, Clock, EngagementStore, Engines, IdSource, Ports, Transcriber,
    },
    store_error::StoreError,
    upload::BlobKey,
};

use crate::{
    faults::is_armed,
    writing::{DECISIONS, Written, commit_settling, overtaken},
};

/// Takes steps.
#[derive(Clone)]
pub struct Pipeline {
    ports: Ports,
    engines: Engines,
}

/// Why a step has no result.
enum StepError {
    /// The engine's reason.
    Engine(EngineError),
    /// The store could not be read.
    Store(StoreError),
}

impl From<EngineError> for StepError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<StoreError> for StepError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Decides, for the engagement as it is, what a step's result writes.
type Decision<'a> = dyn Fn(Taken<'_>, &Context<'_>) -> Changeset + Send + Sync + 'a;

impl Pipeline {
    /// Over these ports and engines.
    pub fn new(ports: Ports, engines: Engines) -> Self {
        Self { ports, engines }
    }

    /// Why recordings wait to be listened to, when they do: the reason is the engine's.
    pub async fn closed_to_speech(&self) -> Option<EngineError> {
        match &self.engines.transcriber {
            Some(transcriber) => {
                transcriber.check().await.err().filter(|error| error.kind == EngineErrorKind::NotReady)
            }
            None => None,
        }
    }

    /// Takes a leased step and settles it: with its result, with another attempt, or as given up. An error is the
    /// store's; the lease then ends by itself.
    pub async fn take(&self, job: &LeasedJob) -> Result<(), StoreError> {
        if job.crashes >= MAX_CRASHES {
            let message =
                "processes died whenever they took this step, the last one while it ran alone; the log says more";
            return self.give_up(job, JobNote { code: "crash_loop".to_owned(), message: message.to_owned() }).await;
        }
        let Some(engagement) = self.begun(job).await? else { return Ok(()) };
        match Box::pin(self.run(job, &engagement)).await {
            Ok(()) => Ok(()),
            Err(StepError::Store(error)) => Err(error),
            Err(StepError::Engine(error)) => self.failed(job, error).await,
        }
    }

    /// Gives a job back as if nobody had taken it: for a process that is about to end.
    pub async fn put_back(&self, job: &LeasedJob) -> Result<(), StoreError> {
        let next = JobNext::Snoozed { at: self.ports.clock.now(), note: None };
        commit_settling(&self.ports, &pipeline::put_back(job, next)).await.map(drop)
    }

    /// Settles a job whose step broke off without a word, such as by a panic: a few more tries may help.
    pub async fn broke_off(&self, job: &LeasedJob) -> Result<(), StoreError> {
        let message = "the step broke off; the log says more";
        self.failed(job, EngineError::new(EngineErrorKind::Nonsense, "broke_off", message)).await
    }

    /// The engagement, marked as being processed. `None` when it is not there, which nothing makes happen.
    async fn begun(&self, job: &LeasedJob) -> Result<Option<Engagement>, StoreError> {
        for _ in 0..DECISIONS {
            let Some(engagement) = self.engagement(job).await? else {
                tracing::error!(job.id = %job.job.id, "a job has no engagement");
                return Ok(None);
            };
            let Some(changeset) = pipeline::begin(&engagement, &self.context()) else { return Ok(Some(engagement)) };
            // Whether it was written is told by the next look.
            match commit_settling(&self.ports, &changeset).await? {
                Written::Done | Written::Stale => {}
            }
        }
        Err(overtaken())
    }

    async fn run(&self, job: &LeasedJob, engagement: &Engagement) -> Result<(), StepError> {
        match job.job.step {
            Step::Probe => self.probe(job, engagement).await,
            Step::Transcribe => self.transcribe(job, engagement).await,
            Step::Summarise => self.summarise(job, engagement).await,
            Step::Tag => self.tag(job, engagement).await,
            Step::Extract => self.extract(job, engagement).await,
            Step::Finish => Ok(self.settle(job, &finished).await?),
            Step::Automate => Ok(self.automate(job, engagement).await?),
        }
    }

    /// Writes what was decided, again and again while the engagement changes meanwhile.
    async fn settle(&self, job: &LeasedJob, decide: &Decision<'_>) -> Result<(), StoreError> {
        for _ in 0..DECISIONS {
            let Some(engagement) = self.engagement(job).await? else { return Ok(()) };
            let changeset = decide(Taken { job, engagement: &engagement }, &self.context());
            match commit_settling(&self.ports, &changeset).await? {
                Written::Done => {
                    return Ok(());
                }
                Written::Stale => {}
            }
        }
        Err(overtaken())
    }

    async fn failed(&self, job: &LeasedJob, error: EngineError) -> Result<(), StoreError> {
        let [a, b, c, d, ..] = self.ports.ids.secret();
        let dice = u32::from_le_bytes([a, b, c, d]);
        let next = pipeline::verdict(job, &error, (self.ports.clock.now(), dice));
        tracing::warn!(
            job.id = %job.job.id,
            engagement.id = %job.job.engagement,
            job.step = %job.job.step,
            job.attempt = job.attempt,
            job.code = error.code,
            error = &error as &dyn Error,
            "a step has no result: {}",
            described(&next),
        );
        match next {
            JobNext::Dead { note } => self.give_up(job, note).await,
            next => commit_settling(&self.ports, &pipeline::put_back(job, next)).await.map(drop),
        }
    }

    async fn give_up(&self, job: &LeasedJob, note: JobNote) -> Result<(), StoreError> {
        say_given_up(job, &note);
        self.settle(job, &|taken, context| pipeline::gave_up(taken, note.clone(), context)).await
    }

    async fn engagement(&self, job: &LeasedJob) -> Result<Option<Engagement>, StoreError> {
        self.ports.store.by_id(job.job.workspace, job.job.engagement).await
    }

    fn context(&self) -> Context<'_> {
        Context { now: self.ports.clock.now(), ids: &*self.ports.ids, events: &*self.ports.events }
    }

    /// The recording's bytes, from the first to the last.
    async fn recording(&self, engagement: &Engagement, media: &Media) -> Result<ByteStream, StepError> {
        let key = BlobKey { workspace: engagement.workspace, upload: media.upload };
        Ok(self.ports.blobs.open(key, 0..media.bytes).await.map_err(unreadable)?)
    }
}

fn finished(taken: Taken<'_>, context: &Context<'_>) -> Changeset {
    let mut changeset = pipeline::finished(taken, context);
    // Known defect, for the fault tests: what the request did not allow happens all the same.
    if changeset.jobs.is_empty() && is_armed("defect::workflows_always_run") {
        let Job { workspace, engagement, .. } = taken.job.job;
        let (id, step, run_at, rank) = (context.id(), Step::Automate, context.now, Rank::LiveBegun);
        changeset.jobs.push(Job { id, workspace, engagement, step, run_at, rank });
    }
    changeset
}

fn unreadable(error: BlobError) -> EngineError {
    let kind = match error.kind {
        BlobErrorKind::NotFound => EngineErrorKind::Refused,
        BlobErrorKind::Unavailable | BlobErrorKind::Full | BlobErrorKind::Broken => {
            EngineErrorKind::Unavailable { retry_after: None }
        }
    };
    EngineError::new(kind, "recording_unavailable", "the stored recording cannot be read").caused_by(error)
}

fn described(next: &JobNext) -> &'static str {
    match next {
        JobNext::Done => "it is done",
        JobNext::Again { .. } => "it will be taken again",
        JobNext::Snoozed { .. } => "it waits",
        JobNext::Dead { .. } => "it is given up",
    }
}

/// The last word about a job, for the operator.
fn say_given_up(job: &LeasedJob, note: &JobNote) {
    tracing::error!(
        job.id = %job.job.id,
        engagement.id = %job.job.engagement,
        job.step = %job.job.step,
        job.attempt = job.attempt,
        job.code = note.code,
        "a step was given up; `hearken jobs retry` drives it again"
    );
}
