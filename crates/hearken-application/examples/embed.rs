//! Hearken inside another program: the domain and the use cases over a store of one's own, without a socket, a
//! database or a runtime.
//!
//! The store is all that is written here. Every other port is taken from `hearken-memory`, and any of them can be
//! swapped in the same way. Run it with `cargo run -p hearken-application --example embed`.

use std::{
    error::Error,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use hearken_application::{
    administer::{Administrator, NewUser},
    create::{CreateRequest, Creator, Outcome},
    read::Reader,
};
use hearken_domain::{
    access::{Caller, Visibility},
    changeset::{Changeset, CommitError, NewEngagement},
    directory::Role,
    engagement::{CreateEngagement, Engagement, EngagementType, Material, ResolvedParticipant},
    event::Event,
    ids::{EngagementId, ProcessId, WorkspaceId},
    job::Job,
    ports::{EngagementStore, Ports},
    query::{Direction, EngagementFilter, EngagementQuery, OrderBy, Page},
    store_error::{StoreError, StoreErrorKind},
    text::{ExternalId, Name},
    time::Timestamp,
    timeline::{Entry, SuppliedSpeaker, SuppliedTimeline, Transcripts},
};

/// A store of one's own: engagements in a vector. It keeps what this program writes and refuses everything else, because
/// a part of a changeset that is silently dropped is worse than an error.
#[derive(Default)]
struct VecStore {
    rows: Mutex<Rows>,
}

#[derive(Default)]
struct Rows {
    engagements: Vec<NewEngagement>,
    jobs: Vec<Job>,
    events: Vec<Event>,
}

impl VecStore {
    fn lock(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first row of the workspace that is meant.
    fn find<T>(&self, workspace: WorkspaceId, look: impl Fn(&NewEngagement) -> Option<T>) -> Option<T> {
        self.lock().engagements.iter().filter(|row| row.engagement.workspace == workspace).find_map(look)
    }
}

fn cannot(what: &'static str) -> StoreError {
    StoreError::new(StoreErrorKind::Broken, what)
}

#[async_trait]
impl EngagementStore for VecStore {
    async fn by_id(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Option<Engagement>, StoreError> {
        Ok(self.find(workspace, |row| (row.engagement.id == id).then(|| row.engagement.clone())))
    }

    async fn by_external_id(
        &self,
        workspace: WorkspaceId,
        external_id: &ExternalId,
    ) -> Result<Option<Engagement>, StoreError> {
        Ok(self.find(workspace, |row| (row.engagement.external_id == *external_id).then(|| row.engagement.clone())))
    }

    async fn list(&self, workspace: WorkspaceId, query: &EngagementQuery) -> Result<Page<Engagement>, StoreError> {
        if query.filter != EngagementFilter::default() {
            return Err(cannot("this store does not filter"));
        }
        let place = |engagement: &Engagement| match query.order_by {
            OrderBy::UpdatedAt => (engagement.updated_at, engagement.id),
            OrderBy::StartAt => (engagement.start_at, engagement.id),
        };
        let follows = |engagement: &Engagement| match (query.after, query.direction) {
            (None, _) => true,
            (Some(after), Direction::Ascending) => place(engagement) > (after.at, after.id),
            (Some(after), Direction::Descending) => place(engagement) < (after.at, after.id),
        };
        let is_shown = |row: &&NewEngagement| {
            row.engagement.workspace == workspace
                && (query.visibility == Visibility::All || !row.engagement.is_private)
                && follows(&row.engagement)
        };
        let mut items: Vec<Engagement> =
            self.lock().engagements.iter().filter(is_shown).map(|row| row.engagement.clone()).collect();
        items.sort_by_key(place);
        if query.direction == Direction::Descending {
            items.reverse();
        }
        let has_more = items.len() > usize::from(query.limit);
        items.truncate(usize::from(query.limit));
        Ok(Page { items, has_more })
    }

    async fn participants(
        &self,
        workspace: WorkspaceId,
        ids: &[EngagementId],
    ) -> Result<Vec<Vec<ResolvedParticipant>>, StoreError> {
        let of = |id: &EngagementId| {
            self.find(workspace, |row| (row.engagement.id == *id).then(|| row.participants.clone())).unwrap_or_default()
        };
        Ok(ids.iter().map(of).collect())
    }

    async fn transcripts(&self, workspace: WorkspaceId, id: EngagementId) -> Result<Transcripts, StoreError> {
        let found = self.find(workspace, |row| {
            let texts = || Transcripts { timeline: row.timeline.clone(), supplied: row.transcript.clone() };
            (row.engagement.id == id).then(texts)
        });
        Ok(found.unwrap_or_default())
    }

    async fn commit(&self, changeset: Changeset) -> Result<Timestamp, CommitError> {
        // Taken apart field by field: a part that Hearken adds one day stops this program from compiling.
        let Changeset {
            workspace: _,
            // This store lists nothing in the order of changes.
            moments: _,
            new_workspace,
            new_users,
            changed_users,
            new_keys,
            revoked_keys,
            new_companies,
            new_contacts,
            new_engagement,
            changed_engagements,
            upload_moves,
            settlement,
            new_tags,
            changed_tags,
            replaced_tags,
            new_endpoints,
            changed_endpoints,
            endpoint_health,
            new_workflows,
            changed_workflows,
            new_runs,
            results,
            job_moves,
            revived_jobs,
            jobs,
            events,
            new_deliveries,
            delivery_moves,
            resends,
        } = changeset;
        let people = new_users.len() + changed_users.len() + new_companies.len() + new_contacts.len();
        let access = usize::from(new_workspace.is_some()) + new_keys.len() + revoked_keys.len();
        let recordings = upload_moves.len() + usize::from(settlement.is_some());
        let tags = new_tags.len() + changed_tags.len() + replaced_tags.len();
        let endpoints = new_endpoints.len() + changed_endpoints.len() + endpoint_health.len();
        let workflows = new_workflows.len() + changed_workflows.len() + new_runs.len();
        let steps = results.len() + job_moves.len() + revived_jobs.len() + changed_engagements.len();
        let deliveries = new_deliveries.len() + delivery_moves.len() + resends.len();
        if people + access + recordings + tags + endpoints + workflows + steps + deliveries > 0 {
            return Err(cannot("this store keeps new engagements, their jobs and their events only").into());
        }
        // One lock for the look and the write: that is what makes the external id unique here.
        let mut rows = self.lock();
        if let Some(new) = new_engagement {
            let (workspace, external_id) = (new.engagement.workspace, &new.engagement.external_id);
            let is_same = |row: &&NewEngagement| {
                row.engagement.workspace == workspace && row.engagement.external_id == *external_id
            };
            if let Some(winner) = rows.engagements.iter().find(is_same) {
                return Err(CommitError::KeyTaken(winner.engagement.id));
            }
            rows.engagements.push(new);
        }
        rows.jobs.extend(jobs);
        rows.events.extend(events);
        Ok(Timestamp::MIN)
    }
}

/// A call of two turns; nothing has to be fetched for it.
fn a_call() -> Result<CreateEngagement, Box<dyn Error>> {
    let speaker =
        |name: &str| Ok::<_, Box<dyn Error>>(SuppliedSpeaker { name: Name::try_from(name)?, email: None, phone: None });
    let turn = |speaker, start_ms, text: &str| Entry {
        speaker,
        start_ms,
        end_ms: start_ms + 1_000,
        text: text.to_owned(),
        words: Vec::new(),
    };
    let timeline = SuppliedTimeline {
        speakers: vec![speaker("Ada")?, speaker("Bob")?],
        entries: [turn(0, 0, "Shall we meet on Tuesday?"), turn(1, 1_200, "Tuesday is fine.")].into(),
    };
    Ok(CreateEngagement {
        engagement_type: EngagementType::Call,
        title: "Discovery call".try_into()?,
        source_system: "my-dialer".try_into()?,
        material: Material { media: None, timeline: Some(timeline) },
        run_workflows: false,
        is_private: None,
        transcript: None,
        start_at: None,
        external_url: None,
        participants: Vec::new(),
        description: None,
        priority: None,
    })
}

/// A workspace with its owner, in the ports that are not swapped.
async fn a_caller(ports: Ports) -> Result<Caller, Box<dyn Error>> {
    let owner = NewUser {
        email: "ada@example.com".try_into()?,
        phone: None,
        first_name: None,
        last_name: None,
        role: Role::Owner,
    };
    let first = Administrator::new(ports).first_start(Name::try_from("Initech")?, owner).await?;
    let first = first.ok_or("a fresh installation has no workspace")?;
    let scopes = first.issued.key.scopes;
    Ok(Caller { workspace: first.workspace.id, key: first.issued.key.id, user: first.owner.id, scopes })
}

async fn run() -> Result<(), Box<dyn Error>> {
    let memory = hearken_memory::ports();
    let caller = a_caller(memory.clone()).await?;
    let mine = Arc::new(VecStore::default());
    let ports = Ports { store: mine.clone(), ..memory };

    let process = ProcessId::from(ports.ids.ulid(ports.clock.now()));
    let creator = Creator::new(ports.clone(), process);
    let external_id = ExternalId::try_from("call-4711")?;
    let request = || -> Result<CreateRequest, Box<dyn Error>> {
        Ok(CreateRequest {
            external_id: external_id.clone(),
            media_url: None,
            command: Ok(a_call()?),
            shows: Vec::new(),
        })
    };

    let Outcome::Created(made) = creator.create(&caller, request()?).await? else { return Err("it is new".into()) };
    println!("made     {}  {}", made.id, made.title);
    let Outcome::Existing(again) = creator.create(&caller, request()?).await? else {
        return Err("it was there".into());
    };
    println!("repeated {}  the same: {}", again.id, again == made);

    let reader = Reader::new(ports);
    let read = reader.engagement(&caller, made.id).await?;
    let texts = reader.texts(&caller, &read).await?;
    let text = texts.text().ok_or("it was made with a timeline")?;
    println!("read     {}  {} s\n{text}", read.id, read.duration_seconds.unwrap_or(0));
    let rows = mine.lock();
    println!("kept     {} engagement, {} jobs, {} events", rows.engagements.len(), rows.jobs.len(), rows.events.len());
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    futures_executor::block_on(run())
}
