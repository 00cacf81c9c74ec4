//! One process of the service. Whatever becomes of the test, it does not outlive it.

use std::process::{Child, Command, ExitStatus, Stdio};

use crate::{log::Log, until::until};

/// A process and what it writes.
#[derive(Debug)]
pub struct Process {
    child: Child,
    log: Log,
}

impl Process {
    /// Starts it.
    pub fn start(mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary can be started");
        let log = Log::draining(child.stderr.take().expect("standard error is a pipe"));
        Self { child, log }
    }

    /// What it wrote.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The base of its addresses, once it listens. A process that ended instead ends the test.
    pub async fn base(&mut self) -> String {
        let Self { child, log } = self;
        until("the server listens", async || {
            if let Some(status) = child.try_wait().expect("a child's status can be asked for") {
                panic!("the server ended with {status}:\n{}", log.text());
            }
            log.listening_on()
        })
        .await
    }

    /// The most memory that it had resident so far, in MiB; nothing where the system does not tell (proc(5)).
    pub fn peak_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(peak.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? / 1024)
    }

    /// Kills it with SIGKILL and waits until it is gone.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends SIGTERM, by its own id.
    pub fn terminate(&self) {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(status.expect("kill can be started").success(), "SIGTERM could not be sent");
    }

    /// Waits until it ends by itself and all that it wrote is in the log.
    pub async fn ended(&mut self) -> ExitStatus {
        let Self { child, log } = self;
        let status =
            until("the server ends", async || child.try_wait().expect("a child's status can be asked for")).await;
        until("its log is read", async || log.is_complete().then_some(())).await;
        status
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
