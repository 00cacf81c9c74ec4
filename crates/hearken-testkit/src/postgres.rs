//! A private PostgreSQL server that tests start from the installed programs, and that never outlives them.
//!
//! A small shell stands between the test and the server and reads a pipe. Whatever ends the test process, also a kill,
//! closes the pipe; then the shell kills the server and removes its folder.
//!
//! Everything here blocks: it is meant for the beginning of a test.

use std::{
    env,
    fs::{self, File},
    hash::{BuildHasher, RandomState},
    io::Write,
    net::{Ipv4Addr, TcpListener},
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// Starts the server and waits for a signal's name to send it. The end of the pipe means that the test is gone.
const KEEPER: &str = r#"
folder=$1; shift
"$@" &
server=$!
if read -r signal; then gone=no; else signal=QUIT; gone=yes; fi
kill -s "$signal" "$server" 2>/dev/null
wait "$server"
if [ "$gone" = yes ]; then rm -rf "${folder:?}"; fi
"#;

/// How long the slowest machine may take to start a server.
const PATIENCE: Duration = Duration::from_mins(5);

/// A server of the test's own, on a port of its own. Stopped when it is dropped.
pub struct PostgresServer {
    programs: PathBuf,
    /// Whom the server runs as: it refuses to run as root.
    user: Option<(u32, u32)>,
    port: u16,
    syncing: Syncing,
    databases: AtomicU64,
    keeper: Mutex<Option<Child>>,
    folder: TempDir,
}

/// Whether commits reach the disk.
#[derive(Clone, Copy)]
enum Syncing {
    Durable,
    /// Much faster, and the same for whoever asks the server.
    Careless,
}

impl PostgresServer {
    /// The one server of this test process, started by the first who asks; nothing when PostgreSQL is not installed.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<PostgresServer>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// A server that does not wait for the disk; nothing when PostgreSQL is not installed.
    ///
    /// Panics instead where `HEARKEN_REQUIRE_POSTGRES=1` or `CI=true` is set.
    pub fn start() -> Option<Self> {
        programs().map(|programs| Self::launch(programs, Syncing::Careless))
    }

    /// Like [`start`](Self::start), with every commit on disk before it is answered: for tests that crash the server.
    pub fn durable() -> Option<Self> {
        programs().map(|programs| Self::launch(programs, Syncing::Durable))
    }

    /// Where a client finds a database of this server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://hearken@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and gives its URL.
    pub fn create_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let port = self.port.to_string();
        let mut create = self.command("createdb");
        create.args(["-h", "127.0.0.1", "-p", port.as_str(), "-U", "hearken", "-T", "template0", name.as_str()]);
        run(create);
        self.url(&name)
    }

    /// Stops the server in good order; open connections end.
    pub fn stop(&self) {
        self.end("INT");
    }

    /// Stops the server as a power cut would, but for the disk's cache.
    pub fn crash(&self) {
        self.end("QUIT");
    }

    /// Starts the stopped server again, on the same port, and returns once it answers.
    pub fn resume(&self) {
        if let Err(reason) = self.run_server() {
            panic!("PostgreSQL does not start again: {reason}");
        }
    }

    /// Stops the server in good order and starts it again.
    pub fn restart(&self) {
        self.stop();
        self.resume();
    }

    /// What the server has logged since its last start.
    pub fn read_log(&self) -> String {
        fs::read_to_string(self.log()).unwrap_or_default()
    }

    fn launch(programs: PathBuf, syncing: Syncing) -> Self {
        let folder =
            tempfile::Builder::new().prefix("hearken-postgres-").tempdir().expect("the system has temporary folders");
        let user = ordinary_user(folder.path());
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid)).expect("root may give a folder away");
        }
        let (databases, keeper) = (AtomicU64::new(0), Mutex::new(None));
        let mut server = Self { programs, user, port: 0, syncing, databases, keeper, folder };
        server.init();
        // Somebody else may take a free port before the server does.
        for _ in 0..5 {
            server.port = free_port();
            match server.run_server() {
                Ok(()) => return server,
                Err(reason) => eprintln!("PostgreSQL did not start: {reason}"),
            }
        }
        panic!("PostgreSQL does not start");
    }

    fn init(&self) {
        let mut init = self.command("initdb");
        init.arg("-D").arg(self.data());
        init.args(["-U", "hearken", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]);
        run(init);
    }

    /// Starts the server under its keeper and waits until it answers.
    fn run_server(&self) -> Result<(), String> {
        let log = File::create(self.log()).map_err(|error| error.to_string())?;
        let also = log.try_clone().map_err(|error| error.to_string())?;
        let mut keeper = self.command("sh");
        keeper.arg("-c").arg(KEEPER).arg("keeper").arg(self.folder.path());
        keeper.arg(self.programs.join("postgres")).arg("-D").arg(self.data());
        for setting in self.settings() {
            keeper.arg("-c").arg(setting);
        }
        let child = keeper.stdin(Stdio::piped()).stdout(log).stderr(also).spawn().map_err(|error| error.to_string())?;
        *self.keeper() = Some(child);
        let answer = self.wait_until_it_answers();
        if answer.is_err() {
            self.end("QUIT");
        }
        answer
    }

    fn settings(&self) -> Vec<String> {
        let sync = match self.syncing {
            Syncing::Durable => "on",
            Syncing::Careless => "off",
        };
        vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            format!("unix_socket_directories={}", self.folder.path().display()),
            "max_connections=300".to_owned(),
            format!("fsync={sync}"),
            format!("full_page_writes={sync}"),
        ]
    }

    fn wait_until_it_answers(&self) -> Result<(), String> {
        let port = self.port.to_string();
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            let mut ask = self.command("pg_isready");
            ask.args(["-q", "-h", "127.0.0.1", "-p", port.as_str(), "-U", "hearken", "-d", "postgres"]);
            if ask.status().is_ok_and(|status| status.success()) {
                return Ok(());
            }
            let log = self.read_log();
            if log.contains("could not bind")
                || log.contains("could not create")
                || log.contains("database system is shut down")
            {
                return Err(log);
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err(self.read_log())
    }

    /// Sends the server a signal and waits until it is gone.
    fn end(&self, signal: &str) {
        if let Some(mut keeper) = self.keeper().take() {
            if let Some(pipe) = &mut keeper.stdin {
                // When the keeper is gone already, so is the server.
                drop(writeln!(pipe, "{signal}"));
            }
            drop(keeper.wait());
        }
    }

    /// One of PostgreSQL's programs, or the shell, as the ordinary user and without the caller's settings.
    fn command(&self, program: &str) -> Command {
        let installed = self.programs.join(program);
        let mut command = Command::new(if installed.exists() { installed } else { PathBuf::from(program) });
        command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default()).env("LC_ALL", "C");
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn keeper(&self) -> MutexGuard<'_, Option<Child>> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.end("QUIT");
    }
}

/// Where the programs are; nothing, and a word about it, when there are none.
fn programs() -> Option<PathBuf> {
    let on_path = env::var_os("PATH").map(|path| env::split_paths(&path).collect::<Vec<_>>()).unwrap_or_default();
    let found = on_path.iter().find_map(|folder| complete(folder)).or_else(newest_of_debian);
    if found.is_none() {
        assert!(!is_required(), "PostgreSQL is not installed, and HEARKEN_REQUIRE_POSTGRES or CI is set");
        println!("skipped: PostgreSQL is not installed");
    }
    found
}

/// The folder itself or, behind links, the one where the programs really are: all that we run must be in it.
fn complete(folder: &Path) -> Option<PathBuf> {
    let real = fs::canonicalize(folder.join("postgres")).ok()?;
    let real = real.parent()?;
    let is_complete = ["postgres", "initdb", "createdb", "pg_isready"].iter().all(|name| real.join(name).exists());
    is_complete.then(|| real.to_owned())
}

/// Debian keeps each version apart and off the PATH.
fn newest_of_debian() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    versions.iter().rev().find_map(|(_, folder)| complete(folder))
}

fn is_required() -> bool {
    env::var_os("HEARKEN_REQUIRE_POSTGRES").is_some_and(|value| value == "1")
        || env::var_os("CI").is_some_and(|value| value == "true")
}

/// Somebody to run as when we are root: who made the folder tells who we are.
fn ordinary_user(folder: &Path) -> Option<(u32, u32)> {
    let made_by = fs::metadata(folder).expect("the folder was made just now").uid();
    if made_by != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("a system with root has a list of users");
    let user = ["postgres", "nobody"].iter().find_map(|name| ids_of(&users, name));
    Some(user.expect("a system has a user `postgres` or `nobody`"))
}

/// The user's and the group's number; see passwd(5).
fn ids_of(users: &str, name: &str) -> Option<(u32, u32)> {
    let fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| fields[0] == name)?;
    Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
}

/// A port below those that systems hand out by themselves: no other process takes it while the server is stopped.
fn free_port() -> u16 {
    loop {
        let below = RandomState::new().hash_one(()) % 20_000;
        let port = 10_000 + u16::try_from(below).expect("it is below 20,000");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

fn run(mut command: Command) {
    let output = command.output().expect("the program was found a moment ago");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed: {complaint}");
}
