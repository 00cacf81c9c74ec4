//! Puts the adapters behind the ports, as the settings say: the one place that knows all of them.

use std::{fs::DirBuilder, num::NonZeroUsize, os::unix::fs::DirBuilderExt, path::Path, sync::Arc};

use hearken_blobs_objectstore::{LocalSettings, ObjectBlobs, S3Settings};
use hearken_config::{BlobLocation, DatabaseLocation, OctetStream, Settings};
use hearken_domain::ports::{BlobStore, Ports};
use hearken_egress::{EgressSettings, Guard, TcpDialer, Timeouts};
use hearken_media_http::{HttpMediaFetcher, MediaSettings};
use hearken_storage_seaorm::{PostgresSettings, PostgresStore, SqliteSettings, SqliteStore};
use hearken_wire::event::JsonEventEncoder;

use crate::{
    clock::SystemClock,
    failure::{Failure, OrFail},
    ids::RandomIds,
};

/// The configured database.
#[derive(Clone)]
pub(crate) enum Store {
    Sqlite(Arc<SqliteStore>),
    Postgres(Arc<PostgresStore>),
}

/// What to do about titles that are searched without an index.
pub(crate) const TITLE_INDEX_ADVICE: &str = "a search reads every title of its workspace and finds the same; to make it fast, install the \
     server's contrib package, run `CREATE EXTENSION pg_trgm` as a superuser, and then `hearken migrate`";

impl Store {
    /// Whether an index finds titles by a part of them, as it always does on SQLite.
    pub(crate) async fn has_title_index(&self) -> Result<bool, Failure> {
        match self {
            Self::Sqlite(_) => Ok(true),
            Self::Postgres(store) => store.has_title_index().await.or_fail("the indexes could not be read"),
        }
    }

    /// Lets the last writes reach the disk.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close().await,
        }
    }
}

/// Opens the database. SQLite is brought up to date by this; PostgreSQL must be, by `hearken migrate`.
pub(crate) async fn open_store(settings: &Settings) -> Result<Store, Failure> {
    match &settings.database.location {
        DatabaseLocation::Sqlite { path } => Ok(Store::Sqlite(Arc::new(open_sqlite(settings, path).await?))),
        DatabaseLocation::Postgres { .. } => {
            let store = connect_postgres(settings).await?;
            store.check_schema().await.or_fail("the database could not be opened")?;
            Ok(Store::Postgres(Arc::new(store)))
        }
    }
}

/// Applies the schema, and says which migrations that took.
pub(crate) async fn migrate(settings: &Settings) -> Result<Vec<String>, Failure> {
    let what = "the schema could not be applied";
    match &settings.database.location {
        DatabaseLocation::Sqlite { path } => {
            let store = open_sqlite(settings, path).await?;
            let applied = store.migrate().await.or_fail(what)?;
            store.close().await;
            Ok(applied)
        }
        DatabaseLocation::Postgres { .. } => {
            let store = connect_postgres(settings).await?;
            let applied = store.migrate().await.or_fail(what)?;
            store.close().await;
            Ok(applied)
        }
    }
}

/// Makes a folder that nobody else may look into: transcripts, recordings and keys lie there.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Failure> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.or_fail(format!("the folder {} could not be made", folder.display()))
}

async fn open_sqlite(settings: &Settings, path: &Path) -> Result<SqliteStore, Failure> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder)?;
    }
    // A reader of SQLite is a thread: more of them than cores to run them only take turns.
    let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let readers = settings.database.max_connections.min(u32::try_from(2 * cores).unwrap_or(u32::MAX));
    let settings = SqliteSettings { path: path.to_owned(), readers };
    SqliteStore::open(settings).await.or_fail("the database could not be opened")
}

/// The database as an operator may see it: without a password.
pub(crate) fn database_name(settings: &Settings) -> String {
    match &settings.database.location {
        DatabaseLocation::Sqlite { path } => format!("SQLite {}", path.display()),
        DatabaseLocation::Postgres { .. } => "PostgreSQL".to_owned(),
    }
}

async fn connect_postgres(settings: &Settings) -> Result<PostgresStore, Failure> {
    PostgresStore::connect(postgres(settings)).await.or_fail("the database could not be opened")
}

fn postgres(settings: &Settings) -> PostgresSettings {
    let url = match &settings.database.location {
        DatabaseLocation::Postgres { url } => url.clone(),
        DatabaseLocation::Sqlite { .. } => String::new().into(),
    };
    PostgresSettings { max_connections: settings.database.max_connections, ..PostgresSettings::new(url) }
}

/// All ports over an opened database.
pub(crate) fn ports(settings: &Settings, store: &Store) -> Result<Ports, Failure> {
    Ok(assembled(store, blobs(settings)?, Arc::new(fetcher(settings)?)))
}

/// All ports, with a fetcher that the caller keeps a hand on.
pub(crate) fn assembled(store: &Store, blobs: Arc<dyn BlobStore>, media: Arc<HttpMediaFetcher>) -> Ports {
    macro_rules! over {
        ($store:expr) => {
            Ports {
                store: $store.clone(),
                directory: $store.clone(),
                registry: $store.clone(),
                claims: $store.clone(),
                uploads: $store.clone(),
                outbox: $store.clone(),
                queue: $store.clone(),
                deliveries: $store.clone(),
                tags: $store.clone(),
                webhooks: $store.clone(),
                workflows: $store.clone(),
                insights: $store.clone(),
                blobs,
                media,
                events: Arc::new(JsonEventEncoder),
                clock: Arc::new(SystemClock),
                ids: Arc::new(RandomIds),
            }
        };
    }
    match store {
        Store::Sqlite(store) => over!(store),
        Store::Postgres(store) => over!(store),
    }
}

/// Where recordings are kept.
pub(crate) fn blobs(settings: &Settings) -> Result<Arc<dyn BlobStore>, Failure> {
    let blobs = match &settings.blobs.location {
        BlobLocation::File { path } => {
            ObjectBlobs::local(LocalSettings { root: path.clone(), low_water_bytes: settings.limits.low_disk_bytes })
        }
        BlobLocation::S3 { bucket, prefix, endpoint, region } => {
            let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
            let region = region.clone().or_else(|| variable("AWS_REGION")).or_else(|| variable("AWS_DEFAULT_REGION"));
            ObjectBlobs::s3(&S3Settings {
                bucket: bucket.clone(),
                prefix: prefix.clone(),
                // Plain http only where the operator wrote it: a store on this machine or in a private network.
                allow_http: endpoint.as_ref().is_some_and(|url| url.scheme() == "http"),
                endpoint: endpoint.clone(),
                region: region.unwrap_or_else(|| "us-east-1".to_owned()),
                access_key_id: variable("AWS_ACCESS_KEY_ID"),
                secret_access_key: variable("AWS_SECRET_ACCESS_KEY").map(Into::into),
                session_token: variable("AWS_SESSION_TOKEN").map(Into::into),
            })
        }
    };
    Ok(Arc::new(blobs.or_fail("the store of recordings could not be opened")?))
}

/// Fetches recordings from callers' links, guarded.
pub(crate) fn fetcher(settings: &Settings) -> Result<HttpMediaFetcher, Failure> {
    let guard = guard(settings, |egress| egress)?;
    let octet_stream = match settings.media.octet_stream {
        OctetStream::Refuse => hearken_media_http::OctetStream::Refuse,
        OctetStream::Accept => hearken_media_http::OctetStream::AcceptKnown,
    };
    Ok(HttpMediaFetcher::new(
        guard,
        MediaSettings { max_bytes: settings.media.max_bytes, octet_stream, ..MediaSettings::default() },
    ))
}

/// The guard for addresses that a caller chose, with the limits of whoever uses it.
pub(crate) fn guard(
    settings: &Settings,
    limits: impl FnOnce(EgressSettings) -> EgressSettings,
) -> Result<Guard, Failure> {
    let ca_pem = match &settings.egress.ca_file {
        Some(file) => {
            Some(std::fs::read(file).or_fail(format!("egress.ca_file {} could not be read", file.display()))?)
        }
        None => None,
    };
    let (egress, times) = (&settings.egress, &settings.media.timeouts);
    let defaults = EgressSettings::default();
    let egress = EgressSettings {
        allow: egress.allow.clone(),
        deny: egress.deny.clone(),
        ports: egress.ports.clone(),
        ca_pem,
        nameservers: egress.nameservers.clone(),
        nat64_prefixes: egress.nat64_prefixes.clone(),
        user_agent: egress.user_agent.clone().unwrap_or(defaults.user_agent),
        timeouts: Timeouts {
            dns: times.dns,
            connect: times.connect,
            tls: times.tls,
            head: times.head,
            idle: times.idle,
            total: times.total,
            ..defaults.timeouts
        },
        min_rate_bytes_per_second: settings.media.min_rate,
        ..defaults
    };
    Guard::new(limits(egress), Arc::new(TcpDialer)).or_fail("the guard for outbound requests could not be set up")
}
