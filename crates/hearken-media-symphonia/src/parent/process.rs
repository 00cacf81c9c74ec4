//! The one place that starts programs: without our environment, away from our folder, in a group of their own.

use std::{
    io,
    process::{ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use crate::{protocol::Request, settings::ChildCommand};

/// A process that runs no longer than this lives, nor does anything that it started.
pub(super) struct Process {
    child: Child,
}

impl Process {
    /// `said` is where its standard error goes.
    pub(super) fn start(command: &ChildCommand, request: &Request, (input, said): (Stdio, Stdio)) -> io::Result<Self> {
        let child = Command::new(&command.program)
            .args(&command.args)
            .arg(serde_json::to_string(request)?)
            .env_clear()
            .current_dir("/")
            .process_group(0)
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(said)
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self { child })
    }

    pub(super) fn output(&mut self) -> io::Result<ChildStdout> {
        self.child.stdout.take().ok_or_else(|| io::Error::other("the process has no output"))
    }

    pub(super) fn said(&mut self) -> io::Result<ChildStderr> {
        self.child.stderr.take().ok_or_else(|| io::Error::other("the process has no standard error"))
    }

    /// How it ended. One that said everything and does not end is ended.
    pub(super) async fn ended(mut self) -> io::Result<ExitStatus> {
        if self.child.try_wait()?.is_none() {
            // Its pipe is closed: it is about to end, or does what it should not.
            let _ = tokio::time::timeout(super::decoder::FAREWELL, self.child.wait()).await;
            self.kill();
        }
        self.child.wait().await
    }

    fn kill(&self) {
        let group = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(group) = group {
            // One that has ended by itself needs no end.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
