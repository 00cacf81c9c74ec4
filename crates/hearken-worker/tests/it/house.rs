//! A workspace with a worker at work in it.

use std::sync::Arc;

use hearken_application::{
    administer::{Administrator, NewUser},
    create::{CreateRequest, Creator, Outcome},
};
use hearken_domain::{
    access::Caller,
    directory::Role,
    engagement::{CreateEngagement, Engagement, EngagementType, Material, ProcessingStatus},
    ids::{EngagementId, ProcessId, Ulid},
    ports::{EngagementStore, Engines, Ports},
    text::Name,
    timeline::{Entry, SuppliedSpeaker, SuppliedTimeline},
};
use hearken_memory::Memory;
use hearken_worker::{Bell, WakingStore, Worker, WorkerSettings};
use tokio::{sync::oneshot, task::JoinHandle};

/// A workspace and who may do everything in it.
pub(crate) struct House {
    pub(crate) memory: Memory,
    pub(crate) bell: Bell,
    pub(crate) caller: Caller,
    ports: Ports,
}

/// A worker under way.
pub(crate) struct AtWork {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl AtWork {
    /// Tells it to end, and waits for it.
    pub(crate) async fn end(self) {
        drop(self.stop);
        self.task.await.unwrap();
    }

    /// Dies in the middle of whatever it does.
    pub(crate) async fn die(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }
}

impl House {
    pub(crate) async fn new() -> Self {
        let memory = Memory::new();
        let bell = Bell::new();
        let inner = memory.ports();
        let store = Arc::new(WakingStore::new(inner.store.clone(), bell.clone()));
        let ports = Ports { store, ..inner };
        let owner = NewUser {
            email: "ada@initech.test".try_into().unwrap(),
            phone: None,
            first_name: None,
            last_name: None,
            role: Role::Owner,
        };
        let first = Administrator::new(ports.clone()).first_start(name("Initech"), owner).await.unwrap().unwrap();
        let caller = Caller {
            workspace: first.workspace.id,
            key: first.issued.key.id,
            user: first.owner.id,
            scopes: first.issued.key.scopes,
        };
        Self { memory, bell, caller, ports }
    }

    pub(crate) fn ports(&self) -> Ports {
        self.ports.clone()
    }

    pub(crate) fn begin(&self, engines: Engines) -> AtWork {
        self.begin_as(ProcessId::from(Ulid::from_parts(1, 1)), engines)
    }

    pub(crate) fn begin_as(&self, process: ProcessId, engines: Engines) -> AtWork {
        let settings = WorkerSettings { grace: std::time::Duration::ZERO, ..WorkerSettings::new(process, 2) };
        let worker = Worker::new(self.ports(), engines, settings, self.bell.clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let until = async {
            // Dropping the sender is the word.
            stopped.await.ok();
        };
        AtWork { stop, task: tokio::spawn(worker.run(until)) }
    }

    /// Creates an engagement with a timeline, whose title is its external id.
    pub(crate) async fn create(&self, external_id: &str) -> Engagement {
        let speaker = SuppliedSpeaker { name: name("Bob"), email: None, phone: None };
        let entry = Entry { speaker: 0, start_ms: 0, end_ms: 1_500, text: "Hello.".to_owned(), words: Vec::new() };
        let timeline = SuppliedTimeline { speakers: vec![speaker], entries: [entry].into() };
        let command = CreateEngagement {
            engagement_type: EngagementType::Call,
            title: external_id.try_into().unwrap(),
            source_system: "dialer".try_into().unwrap(),
            material: Material { media: None, timeline: Some(timeline) },
            run_workflows: false,
            is_private: None,
            transcript: None,
            start_at: None,
            external_url: None,
            participants: Vec::new(),
            description: None,
            priority: None,
        };
        let external_id = external_id.try_into().unwrap();
        let request = CreateRequest { external_id, media_url: None, command: Ok(command), shows: Vec::new() };
        let creator = Creator::new(self.ports(), ProcessId::from(Ulid::from_parts(1, 2)));
        match creator.create(&self.caller, request).await.unwrap() {
            Outcome::Created(engagement) => engagement,
            Outcome::Existing(engagement) => panic!("{} was there already", engagement.id),
        }
    }

    /// Waits until an engagement has a status.
    pub(crate) async fn until(&self, id: EngagementId, status: ProcessingStatus) -> Engagement {
        loop {
            let found = self.ports.store.by_id(self.caller.workspace, id).await.unwrap().unwrap();
            if found.status == status {
                return found;
            }
            tokio::task::yield_now().await;
        }
    }
}

pub(crate) fn name(text: &str) -> Name {
    Name::try_from(text).unwrap()
}
