//! `hearken serve`: the service, from the first start to the last request.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::Write,
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use hearken_application::{
    administer::{Administrator, NewUser},
    jobs,
    sweep::Sweeper,
};
use hearken_config::{DatabaseLocation, Role, Settings};
use hearken_domain::{
    directory,
    handle::EmailAddress,
    ids::ProcessId,
    job::LostLeases,
    ports::{Clock, IdSource, Ports},
    text::Name,
};
use hearken_http::{Api, ApiSettings, Rate, Server, ServerSettings, Serves};
use hearken_media_http::HttpMediaFetcher;
use hearken_worker::{Bell, WakingStore, Worker, WorkerSettings};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    task::JoinHandle,
};

use crate::{
    cli::{Global, Serve},
    compose::{self, Store},
    engines,
    failure::{Failure, OrFail},
    logging, settings,
};

/// How often uploads that nobody finished are looked for.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

pub(crate) async fn run(global: &Global, options: Serve) -> Result<(), Failure> {
    let mut flags = Vec::new();
    flags.extend(options.listen.map(|address| ("listen".to_owned(), address.to_string())));
    flags.extend(options.role.map(|role| ("role".to_owned(), role)));
    let settings = settings::load(global, flags)?;
    if options.print_config {
        print!("{}", settings.print());
        return Ok(());
    }
    logging::start(&settings.log)?;
    let shutdown = Shutdown::listen()?;
    let service = Service::open(settings).await?;
    let listener = service.bind().await?;
    service.first_start().await?;
    service.serve_on(listener, shutdown.requested()).await
}

/// An opened installation, ready to serve.
pub(crate) struct Service {
    pub(crate) settings: Settings,
    pub(crate) ports: Ports,
    store: Store,
    fetcher: Arc<HttpMediaFetcher>,
    process: ProcessId,
    bell: Bell,
    /// Held while this process is the only one on its data folder and its database.
    _alone: Vec<File>,
}

impl Service {
    /// Opens database and blobs, and takes over from whatever process was here before.
    pub(crate) async fn open(settings: Settings) -> Result<Self, Failure> {
        let dir = &settings.server.data_dir;
        compose::make_folder(dir)?;
        let alone = match &settings.database.location {
            DatabaseLocation::Sqlite { path } => vec![lock(&dir.join("serve.lock"))?, lock(&beside(path)?)?],
            DatabaseLocation::Postgres { .. } => Vec::new(),
        };
        let store = compose::open_store(&settings).await?;
        if !store.has_title_index().await? {
            tracing::warn!(advice = compose::TITLE_INDEX_ADVICE, "titles are searched without an index");
        }
        let fetcher = Arc::new(compose::fetcher(&settings)?);
        let mut ports = compose::assembled(&store, compose::blobs(&settings)?, fetcher.clone());
        let bell = Bell::new();
        ports.store = Arc::new(WakingStore::new(ports.store, bell.clone()));
        let process = ProcessId::from(ports.ids.ulid(ports.clock.now()));
        let service = Self { settings, ports, store, fetcher, process, bell, _alone: alone };
        service.take_over().await;
        Ok(service)
    }

    /// Makes a workspace, an owner and a key where there is nothing yet, and hands the key over.
    pub(crate) async fn first_start(&self) -> Result<Option<String>, Failure> {
        let administrator = Administrator::new(self.ports.clone());
        let name = Name::try_from("Main").or_fail("the first workspace")?;
        let owner = NewUser {
            email: EmailAddress::try_from("owner@hearken.invalid").or_fail("the first user")?,
            phone: None,
            first_name: None,
            last_name: None,
            role: directory::Role::Owner,
        };
        let what = "the first workspace could not be made";
        let Some(first) = administrator.draft_first_start(name, owner).await.or_fail(what)? else { return Ok(None) };
        let token = first.issued.token.expose().to_owned();
        let file = self.settings.server.data_dir.join("admin.key");
        // First the file: a key that exists and that nobody knows would open the installation to nobody.
        write_key(&file, &token).or_fail(format!("the first key could not be written to {}", file.display()))?;
        if !administrator.make_first_start(&first).await.or_fail(what)? {
            let _ = std::fs::remove_file(&file);
            return Ok(None);
        }
        eprintln!(
            "first start: made workspace {} with owner {} and this API key (workspace:admin), kept in {}:\n{token}",
            first.workspace.id,
            first.owner.id,
            file.display(),
        );
        Ok(Some(token))
    }

    /// Binds the configured address.
    pub(crate) async fn bind(&self) -> Result<tokio::net::TcpListener, Failure> {
        let address = self.settings.server.listen;
        Server::bind(address).await.or_fail(format!("{address} could not be listened on"))
    }

    /// Serves on a bound listener.
    pub(crate) async fn serve_on(
        self,
        listener: tokio::net::TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> Result<(), Failure> {
        let address = listener.local_addr().or_fail("the listener has no address")?;
        let tls = match &self.settings.server.tls {
            Some(tls) => Some(hearken_http::tls_acceptor(&tls.cert_file, &tls.key_file).or_fail("tls")?),
            None => None,
        };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let metrics = install_metrics()?;
        let api = Api::new(self.ports.clone(), self.process, self.api_settings(address).await?, Some(metrics.clone()));
        let chores = tokio::spawn(chores(Sweeper::new(self.ports.clone()), metrics));
        let (stop, stopped) = watch::channel(false);
        let worker = self.start_worker(stopped)?;
        tracing::info!("listening on {scheme}://{address}");
        let limits = &self.settings.limits;
        let server_settings = ServerSettings {
            max_connections: limits.max_connections,
            connections_per_address: limits.connections_per_address,
            header_timeout: limits.header_timeout,
            drain_timeout: limits.drain_timeout,
            ..ServerSettings::default()
        };
        let shutdown = async {
            shutdown.await;
            // The worker takes nothing more while requests still end.
            stop.send_replace(true);
        };
        let cut_off = Server::new(listener, api.clone(), server_settings, tls).run(shutdown).await;
        stop.send_replace(true);
        if cut_off > 0 {
            tracing::warn!(count = cut_off, "fetches were cut off; their requests can be sent again");
        }
        // Whatever still fetches ends now with an error of its own, and takes back what it began.
        self.fetcher.shut_down();
        api.drained(Duration::from_secs(5)).await;
        if let Some(worker) = worker {
            worker.await.or_fail("the worker ended badly")?;
        }
        chores.abort();
        self.store.close().await;
        tracing::info!("stopped");
        Ok(())
    }

    /// Starts what does the queued work, where this process does it.
    fn start_worker(&self, mut stopped: watch::Receiver<bool>) -> Result<Option<JoinHandle<()>>, Failure> {
        if self.settings.server.role == Role::Api {
            return Ok(None);
        }
        let engines = engines::engines(&self.settings)?;
        let size = WorkerSettings {
            grace: self.settings.limits.drain_timeout,
            ..WorkerSettings::new(self.process, self.settings.worker.concurrency)
        };
        let worker = Worker::new(self.ports.clone(), engines, size, self.bell.clone());
        let until = async move {
            // An error says that the sender is gone, and with it the service.
            while !*stopped.borrow_and_update() && stopped.changed().await.is_ok() {}
        };
        Ok(Some(tokio::spawn(worker.run(until))))
    }

    async fn api_settings(&self, address: SocketAddr) -> Result<ApiSettings, Failure> {
        let limits = &self.settings.limits;
        let installation = Administrator::new(self.ports.clone()).installation().await;
        let installation = installation.or_fail("the installation's key could not be read")?;
        let serves =
            if self.settings.server.role == Role::Worker { Serves::OperationsOnly } else { Serves::Everything };
        Ok(ApiSettings {
            serves,
            public_url: self.settings.server.public_url_for(address).as_str().trim_end_matches('/').to_owned(),
            link_ttl: self.settings.blobs.link_ttl,
            link_key: installation.link_key,
            longest_fetch: self.settings.media.timeouts.total,
            rate: limits.rate.map(|rate| Rate { per_minute: rate.per_minute, burst: rate.burst }),
            max_in_flight: limits.max_in_flight,
            max_body_bytes: usize::try_from(limits.max_body_bytes).unwrap_or(usize::MAX),
            max_buffered_bytes: usize::try_from(limits.max_buffered_bytes).unwrap_or(usize::MAX),
            body_timeout: limits.body_timeout,
        })
    }

    /// What an earlier process on this data folder began and did not finish is over.
    async fn take_over(&self) {
        let sweeper = Sweeper::new(self.ports.clone());
        let swept = match &self.store {
            Store::Sqlite(_) => {
                if let Err(error) = jobs::take_back(&self.ports, LostLeases::OfOthers(self.process)).await {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, "the leases of the last process run on; they will end by themselves");
                }
                sweeper.take_over(self.process).await
            }
            Store::Postgres(_) => sweeper.sweep().await,
        };
        match swept {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "removed what unfinished uploads left behind"),
            Err(error) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "the first sweep failed; the next one goes on"
            ),
        }
    }
}

/// Recurring work: sweeping, and the metrics' housekeeping.
async fn chores(sweeper: Sweeper, metrics: PrometheusHandle) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
        match sweeper.sweep().await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "removed what unfinished uploads left behind"),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a sweep failed; the next one goes on");
            }
        }
    }
}

/// One process on a SQLite database and on a data folder: two would take each other's work for abandoned.
fn lock(path: &Path) -> Result<File, Failure> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path);
    let file = file.or_fail(format!("{} could not be opened", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::plain(format!(
            "another hearken serves from here ({} is locked); stop it, or use another --data-dir and database.url, or \
             PostgreSQL for several processes",
            path.display()
        ))),
        Err(TryLockError::Error(error)) => Err(Failure::new(format!("{} could not be locked", path.display()), error)),
    }
}

/// The lock of a database is beside its file, by whatever way that is named.
fn beside(database: &Path) -> Result<PathBuf, Failure> {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    compose::make_folder(folder)?;
    let real = std::fs::canonicalize(database).or_else(|_| {
        let name = database.file_name().unwrap_or_default();
        std::fs::canonicalize(folder).map(|folder| folder.join(name))
    });
    let mut lock = real.or_fail(format!("{} could not be found", folder.display()))?.into_os_string();
    lock.push(".lock");
    Ok(lock.into())
}

fn write_key(path: &Path, token: &str) -> std::io::Result<()> {
    // A file that is there keeps its mode, so an old one goes first.
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
    writeln!(file, "{token}")?;
    file.sync_all()
}

fn install_metrics() -> Result<PrometheusHandle, Failure> {
    PrometheusBuilder::new().install_recorder().or_fail("metrics could not be set up")
}

/// SIGTERM and SIGINT, heard from the moment this exists.
pub(crate) struct Shutdown {
    terminate: Signal,
    interrupt: Signal,
}

impl Shutdown {
    pub(crate) fn listen() -> Result<Self, Failure> {
        let what = "signals could not be listened for";
        Ok(Self {
            terminate: signal(SignalKind::terminate()).or_fail(what)?,
            interrupt: signal(SignalKind::interrupt()).or_fail(what)?,
        })
    }

    /// Returns once one of them came.
    pub(crate) async fn requested(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("shutting down");
    }
}
