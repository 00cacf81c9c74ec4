//! A data folder that servers live on, one after another.

use std::{
    fs,
    path::{Path, PathBuf},
};

use hearken_e2e::{client::Client, files, server::admin_token};
use hearken_testkit::postgres::PostgresServer;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::{life::Life, settings::Settings};

/// What the first start makes: files by their path below the folder.
type Made = Vec<(PathBuf, Vec<u8>)>;

/// A data folder and the settings of whoever lives on it.
pub struct Installation {
    folder: TempDir,
    settings: Settings,
}

impl Installation {
    /// An empty folder.
    pub fn empty(settings: Settings) -> Self {
        Self { folder: TempDir::with_prefix("hearken-faults-").expect("a temporary folder can be made"), settings }
    }

    /// A folder that a server has lived on and left in good order: the next start writes no more than any other.
    pub async fn begun(settings: Settings) -> Self {
        static MADE: OnceCell<Made> = OnceCell::const_new();
        Self::made(MADE.get_or_init(make).await, settings)
    }

    /// Another folder with the same in it and the same settings. Nobody may live on this one meanwhile.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self::made(&self.files(), self.settings.clone())
    }

    fn made(made: &Made, settings: Settings) -> Self {
        let installation = Self::empty(settings);
        for (path, bytes) in made {
            let path = installation.folder().join(path);
            fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("folders can be made");
            fs::write(path, bytes).expect("files can be written");
        }
        installation
    }

    fn files(&self) -> Made {
        let folder = self.folder();
        let relative = |path: &Path| path.strip_prefix(folder).expect("it lies below").to_owned();
        files::below(folder).iter().map(|path| (relative(path), fs::read(path).expect("files can be read"))).collect()
    }

    /// A folder beside a new database, which a server has used and left.
    pub async fn on_postgres(url: String, settings: Settings) -> Self {
        let installation = Self::empty(settings.with("database.url", url));
        installation.run(&["migrate"]);
        installation.begin_and_end().await;
        installation
    }

    /// The same folder for others' settings.
    #[must_use]
    pub fn with(self, key: &str, value: impl Into<String>) -> Self {
        Self { settings: self.settings.with(key, value), ..self }
    }

    /// Where its rows are.
    pub fn database_url(&self) -> String {
        let file = || format!("sqlite://{}", self.folder().join("hearken.db").display());
        self.settings.value("database.url").map_or_else(file, str::to_owned)
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a server with these points armed, and waits for nothing.
    pub fn begin(&self, faults: &str) -> Life {
        Life::begin(self.settings.serve(self.folder(), faults))
    }

    /// Starts a server that must become ready.
    pub async fn live(&self, faults: &str) -> (Life, Client) {
        let mut life = self.begin(faults);
        let client = self.client_of(&mut life).await;
        let client = client.unwrap_or_else(|| panic!("the server ended:\n{}", life.log().text()));
        (life, client)
    }

    /// A client of a server with the first key; nothing when the server ends before it is ready.
    pub async fn client_of(&self, life: &mut Life) -> Option<Client> {
        let address = life.ready().await?;
        Some(Client::new(address, Some(admin_token(self.folder()))))
    }

    /// Runs a command to its end, which must be good.
    pub fn run(&self, args: &[&str]) -> Vec<u8> {
        let output = self.settings.run(self.folder(), args).output().expect("the binary can be started");
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Runs a command and reads the one document that it prints.
    pub fn document(&self, args: &[&str]) -> Value {
        let printed = self.run(&[args, &["--json"][..]].concat());
        serde_json::from_slice(&printed).unwrap_or_else(|error| panic!("{args:?} did not print JSON: {error}"))
    }

    /// The text in a field of a document.
    #[track_caller]
    pub fn text(document: &Value, field: &str) -> String {
        document[field].as_str().unwrap_or_else(|| panic!("{field} is missing in {document}")).to_owned()
    }

    /// Files in the folder of recordings that are on their way.
    pub fn staging(&self) -> Vec<PathBuf> {
        files::below(&self.folder().join("blobs/staging"))
    }

    async fn begin_and_end(&self) {
        let (mut life, _) = self.live("").await;
        life.stop_well().await;
    }
}

async fn make() -> Made {
    let installation = Installation::empty(Settings::new());
    installation.begin_and_end().await;
    installation.files()
}

/// A server of the test's own that can be crashed; nothing, and a word about it, where PostgreSQL is not installed.
pub fn durable_postgres(test: &str) -> Option<PostgresServer> {
    let server = PostgresServer::durable();
    if server.is_none() {
        eprintln!("skipped: {test}, because PostgreSQL is not installed");
    }
    server
}
