//! The measured service: the real binary, as a child, with the defaults but for what a figure says.

use std::{
    env,
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use hyper::StatusCode;
use serde_json::Value;

use crate::{
    child::Child,
    connection::{Ask, Connection},
    failure::{Failure, OrFail},
    load::Clients,
    media_host::MediaHost,
    memory::Memory,
};

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a service is configured, over which data.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    binary: PathBuf,
    data_dir: PathBuf,
    variables: Vec<(String, String)>,
}

impl Setup {
    /// The defaults, without a limit of requests: the load is more than one key may ask. Only creates and reads are
    /// measured, so nothing is processed beside them.
    pub(crate) fn new(binary: &Path, data_dir: PathBuf) -> Self {
        Self { binary: binary.to_owned(), data_dir, variables: Vec::new() }
            .with("limits.requests_per_minute", "0")
            .with("role", "api")
    }

    /// With a setting by its dotted key. The last one holds.
    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        let name = format!("HEARKEN__{}", key.to_ascii_uppercase().replace('.', "__"));
        self.variables.push((name, value.into()));
        self
    }

    /// May fetch from this host, on loopback, and trusts its authority.
    #[must_use]
    pub(crate) fn fetching_from(self, host: &MediaHost) -> Self {
        self.with("egress.allow", "127.0.0.0/28")
            .with("egress.ports", format!("443,8443,{}", host.port()))
            .with("egress.ca_file", host.ca_file().display().to_string())
    }

    pub(crate) fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Runs a command of the operator to its good end, and gives what it printed.
    pub(crate) fn run(&self, args: &[&str]) -> Result<Vec<u8>, Failure> {
        self.make_folder()?;
        let output = self.command(args).output().or_fail("the binary could not be started")?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(Failure::plain(format!("hearken {}: {}: {complaint}", args.join(" "), output.status)))
    }

    /// Starts the service and waits until it is ready.
    pub(crate) async fn start(&self) -> Result<Service, Failure> {
        self.make_folder()?;
        let address = free_address()?;
        let log = self.data_dir.with_extension("log");
        let log = File::options().create(true).append(true).open(log).or_fail("the log could not be opened")?;
        let listen = address.to_string();
        let mut command = self.command(&["serve", "--listen", listen.as_str()]);
        // Into a file, as a service manager would have it; a pipe would have to be emptied by us.
        command.stdout(Stdio::null()).stderr(log);
        let begin = Instant::now();
        let mut child = Child::start(command)?;
        while !is_ready(address).await {
            child.insist_it_runs()?;
            if begin.elapsed() > PATIENCE {
                return Err(Failure::plain("the service did not become ready"));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(Service { child, address, setup: self.clone(), ready_after: begin.elapsed() })
    }

    fn make_folder(&self) -> Result<(), Failure> {
        fs::create_dir_all(&self.data_dir).or_fail("the data folder could not be made")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        // Neither the settings of whoever runs the bench nor a file beside them shall count.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("HEARKEN__") {
                command.env_remove(name);
            }
        }
        command.current_dir(&self.data_dir).envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.args(args).arg("--data-dir").arg(&self.data_dir).stdin(Stdio::null());
        command
    }
}

/// A running service. It ends when this is dropped.
pub(crate) struct Service {
    child: Child,
    pub(crate) address: SocketAddr,
    setup: Setup,
    /// From the start of the process to its first 200 on /readyz.
    pub(crate) ready_after: Duration,
}

impl Service {
    /// The token of the first key, which may do everything in the first workspace.
    pub(crate) fn admin_token(&self) -> Result<String, Failure> {
        let file = self.setup.data_dir.join("admin.key");
        let token = fs::read_to_string(&file).or_fail(format!("{} could not be read", file.display()))?;
        Ok(token.trim().to_owned())
    }

    /// A connection with the first key.
    pub(crate) async fn connect(&self) -> Result<Connection, Failure> {
        Connection::open(self.address, Some(&self.admin_token()?)).await
    }

    /// Clients with the first key.
    pub(crate) fn clients(&self, number: u32, expected: StatusCode) -> Result<Clients, Failure> {
        Ok(Clients { address: self.address, token: Some(self.admin_token()?), number, expected })
    }

    /// Makes another workspace, and gives the token of a key for it.
    pub(crate) fn tenant(&self, name: &str) -> Result<String, Failure> {
        let workspace = self.made(&["workspaces", "create", "--name", name], "id")?;
        let email = format!("owner@{name}.example");
        let user =
            self.made(&["users", "add", "--workspace", &workspace, "--email", &email, "--role", "OWNER"], "id")?;
        let scope = ["--scope", "workspace:admin"];
        self.made(
            &[&["keys", "create", "--workspace", workspace.as_str(), "--user", user.as_str()][..], &scope[..]].concat(),
            "token",
        )
    }

    /// How much memory it has.
    pub(crate) fn memory(&self) -> Result<Memory, Failure> {
        Memory::of(self.child.id())
    }

    /// Ends it in good order: the database's log is in its file afterwards.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        self.child.stop().await
    }

    fn made(&self, args: &[&str], field: &str) -> Result<String, Failure> {
        let printed = self.setup.run(&[args, &["--json"][..]].concat())?;
        let json: Value = serde_json::from_slice(&printed).or_fail(format!("{} printed no JSON", args.join(" ")))?;
        let text = json.get(field).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| Failure::plain(format!("{} printed no {field}", args.join(" "))))
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::open(address, None).await else { return false };
    let Ok(ask) = Ask::get("/readyz") else { return false };
    connection.ask(ask).await.is_ok_and(|answer| answer.status == StatusCode::OK)
}

/// An address that nobody listens on. Somebody else could take it; then the start fails and says so.
pub(crate) fn free_address() -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).or_fail("loopback has no free port")?;
    listener.local_addr().or_fail("a listener has an address")
}
