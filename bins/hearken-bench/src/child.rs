//! A process that was started here, and that does not outlive its owner.

use std::{
    process::{Child as Process, Command, ExitStatus},
    time::{Duration, Instant},
};

use crate::failure::{Failure, OrFail};

/// How long a process may take to end in good order.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running process. Dropped, it is killed by its own id.
pub(crate) struct Child {
    process: Process,
    name: String,
}

impl Child {
    /// Starts it.
    pub(crate) fn start(mut command: Command) -> Result<Self, Failure> {
        let name = command.get_program().to_string_lossy().into_owned();
        let process = command.spawn().or_fail(format!("{name} could not be started"))?;
        Ok(Self { process, name })
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Fails once it has ended by itself.
    pub(crate) fn insist_it_runs(&mut self) -> Result<(), Failure> {
        match self.status()? {
            Some(status) => Err(Failure::plain(format!("{} ended with {status}", self.name))),
            None => Ok(()),
        }
    }

    /// Sends SIGTERM and waits for a good end.
    pub(crate) async fn stop(mut self) -> Result<(), Failure> {
        let told = Command::new("kill").args(["-TERM", &self.id().to_string()]).status();
        told.or_fail("kill could not be started")?;
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            match self.status()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(Failure::plain(format!("{} stopped with {status}", self.name))),
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
        Err(Failure::plain(format!("{} did not stop", self.name)))
    }

    fn status(&mut self) -> Result<Option<ExitStatus>, Failure> {
        self.process.try_wait().or_fail(format!("the state of {} is not known", self.name))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
