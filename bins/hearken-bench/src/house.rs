//! The service's own parts in the bench's process, where the moment of a commit can be taken: a real store, all ports
//! over it as the service puts them together, and a worker.

use std::{
    num::NonZeroUsize,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use hearken_domain::{
    ids::{ProcessId, Ulid},
    ports::{Clock, Engines, IdSource, Ports},
    time::Timestamp,
};
use hearken_storage_seaorm::{PostgresSettings, PostgresStore, SqliteSettings, SqliteStore};
use hearken_testkit::Stores;
use hearken_wire::event::JsonEventEncoder;
use hearken_worker::{Bell, WakingStore, Worker, WorkerSettings};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::{
    failure::{Failure, OrFail},
    marks::{MarkedStore, Marks},
};

/// An opened database.
pub(crate) enum Database {
    Sqlite(Arc<SqliteStore>),
    Postgres(Arc<PostgresStore>),
}

/// Everything over one database. What is committed here is marked, and wakes the worker.
pub(crate) struct House {
    database: Database,
    pub(crate) ports: Ports,
    pub(crate) stores: Stores,
    pub(crate) marks: Arc<Marks>,
    bell: Bell,
}

/// A worker that runs.
pub(crate) struct Working {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Database {
    /// Opens a file, with as many readers as the service has.
    pub(crate) async fn sqlite(path: &Path) -> Result<Self, Failure> {
        let readers = u32::try_from(2 * cores()).unwrap_or(u32::MAX);
        let opened = SqliteStore::open(SqliteSettings { path: path.to_owned(), readers }).await;
        Ok(Self::Sqlite(Arc::new(opened.or_fail("the database could not be opened")?)))
    }

    /// Connects, and applies the schema where it is missing.
    pub(crate) async fn postgres(url: &str) -> Result<Self, Failure> {
        let what = "the database could not be opened";
        let store = PostgresStore::connect(PostgresSettings::new(url)).await.or_fail(what)?;
        store.migrate().await.or_fail(what)?;
        Ok(Self::Postgres(Arc::new(store)))
    }

    fn stores(&self) -> Stores {
        match self {
            Self::Sqlite(store) => Stores::of(store.clone()),
            Self::Postgres(store) => Stores::of(store.clone()),
        }
    }
}

impl House {
    /// Over an opened database.
    pub(crate) fn over(database: Database) -> Self {
        let (stores, marks, bell) = (database.stores(), Arc::new(Marks::default()), Bell::new());
        let marked = Arc::new(MarkedStore::new(stores.store.clone(), marks.clone()));
        let memory = hearken_memory::ports();
        let ports = Ports {
            store: Arc::new(WakingStore::new(marked, bell.clone())),
            directory: stores.directory.clone(),
            registry: stores.registry.clone(),
            claims: stores.claims.clone(),
            uploads: stores.uploads.clone(),
            outbox: stores.outbox.clone(),
            queue: stores.queue.clone(),
            deliveries: stores.deliveries.clone(),
            tags: stores.tags.clone(),
            webhooks: stores.webhooks.clone(),
            workflows: stores.workflows.clone(),
            insights: stores.insights.clone(),
            // Nothing is fetched here and nothing is kept.
            blobs: memory.blobs,
            media: memory.media,
            events: Arc::new(JsonEventEncoder),
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
        };
        Self { database, ports, stores, marks, bell }
    }

    /// Starts a worker of the service's own size, or of one that is made from it.
    pub(crate) fn work(&self, engines: Engines, size: impl FnOnce(WorkerSettings) -> WorkerSettings) -> Working {
        let process = ProcessId::from(self.ports.ids.ulid(self.ports.clock.now()));
        let size = size(WorkerSettings::new(process, cores()));
        let (stop, stopped) = oneshot::channel();
        let worker = Worker::new(self.ports.clone(), engines, size, self.bell.clone());
        let until = async {
            // A sender that is gone says the same.
            let _ = stopped.await;
        };
        Working { stop, task: tokio::spawn(worker.run(until)) }
    }

    /// Lets the last writes reach the disk.
    pub(crate) async fn close(self) {
        match self.database {
            Database::Sqlite(store) => store.close().await,
            Database::Postgres(store) => store.close().await,
        }
    }
}

impl Working {
    /// Ends it in good order.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        // It may have ended by itself; then that is what the task tells.
        let _ = self.stop.send(());
        self.task.await.or_fail("the worker died")
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let millis = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        i64::try_from(millis).ok().and_then(Timestamp::from_unix_millis).unwrap_or(Timestamp::MAX)
    }

    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

struct RandomIds;

impl IdSource for RandomIds {
    fn ulid(&self, at: Timestamp) -> Ulid {
        Ulid::from_parts(u64::try_from(at.unix_millis()).unwrap_or(0), rand::random())
    }

    fn secret(&self) -> [u8; 32] {
        rand::random()
    }
}
