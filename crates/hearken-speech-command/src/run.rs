//! One run of the program: what goes in, what comes out, and when it is ended.

use std::{
    ffi::OsString,
    fs::File,
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use rustix::io::Errno;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, Command},
    time::timeout,
};

use crate::{error::Fault, group::Group, program, stderr};

/// A program with all that it gets.
pub(crate) struct Run {
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<OsString>,
    pub(crate) environment: Vec<(OsString, OsString)>,
    pub(crate) folder: PathBuf,
    /// The file that is its standard input.
    pub(crate) stdin: Option<PathBuf>,
    /// How long it may take.
    pub(crate) most: Duration,
    pub(crate) most_bytes: usize,
}

/// A program that runs. The group is the first to go: while the program was not waited for, its number is its own.
struct Running {
    group: Group,
    child: Child,
}

impl Run {
    /// Runs it to its end and gives what it wrote. It does not outlive this, however this ends.
    pub(crate) async fn output(self) -> Result<Vec<u8>, Fault> {
        let mut running = self.start()?;
        let stdout = running.child.stdout.take().expect("it was asked to be a pipe");
        let stderr = running.child.stderr.take().expect("it was asked to be a pipe");
        let all = async {
            let complaints = async { Ok(stderr::end_of(stderr).await) };
            tokio::try_join!(running.end(), bounded(stdout, self.most_bytes), complaints)
        };
        let (status, output, complaints) =
            timeout(self.most, all).await.map_err(|_| Fault::Late(self.most.as_secs()))??;
        if status.success() {
            return Ok(output);
        }
        let name = program::name(&self.program);
        tracing::warn!(speech.program = name, speech.status = %status, speech.stderr = complaints, "a speech program failed");
        Err(Fault::Failed(status))
    }

    fn start(&self) -> Result<Running, Fault> {
        let stdin = match &self.stdin {
            Some(path) => File::open(path).map_err(Fault::Track)?.into(),
            None => Stdio::null(),
        };
        let child = Command::new(&self.program)
            .args(&self.args)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env("TMPDIR", &self.folder)
            .current_dir(&self.folder)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| not_started(error, &self.program))?;
        Ok(Running { group: Group::of(&child), child })
    }
}

impl Running {
    /// Waits for the program. What it leaves running would keep the pipes open.
    async fn end(&mut self) -> Result<ExitStatus, Fault> {
        let status = self.child.wait().await;
        self.group.end();
        status.map_err(Fault::Output)
    }
}

/// That it, or the interpreter that it names, is not there, or that it is none.
fn not_started(error: io::Error, program: &Path) -> Fault {
    let is_none = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied)
        || Errno::from_io_error(&error) == Some(Errno::NOEXEC);
    if is_none { Fault::Missing(program::name(program)) } else { Fault::Start(error) }
}

/// All of it, unless it is more than `most` bytes.
pub(crate) async fn bounded(from: impl AsyncRead + Unpin, most: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    from.take(most as u64 + 1).read_to_end(&mut bytes).await.map_err(Fault::Output)?;
    if bytes.len() > most { Err(Fault::Flood(most)) } else { Ok(bytes) }
}
