//! One life of the server: from its start to its end, whoever ends it.

use std::{
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
};

use hearken_e2e::{
    client::{Client, whole},
    log::Log,
    until::until,
};
use hyper::Method;

/// A process and what it writes. It does not outlive the test.
#[derive(Debug)]
pub struct Life {
    child: Child,
    log: Log,
}

impl Life {
    /// Starts it and waits for nothing.
    pub fn begin(mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the binary can be started");
        let log = Log::draining(child.stderr.take().expect("standard error is a pipe"));
        Self { child, log }
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it wrote.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Whether it has ended.
    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().expect("a child's status can be asked for").is_some()
    }

    /// Where it listens, once it is ready; nothing when it ended before.
    pub async fn ready(&mut self) -> Option<SocketAddr> {
        let Self { child, log } = self;
        until("the server is ready or has ended", async || {
            if child.try_wait().expect("a child's status can be asked for").is_some() {
                return Some(None);
            }
            let base = log.listening_on()?;
            let address = base.strip_prefix("http://").and_then(|address| address.parse().ok());
            let address: SocketAddr = address.expect("the server tells an address and a port");
            let client = Client::new(address, None);
            let answer = client.try_send(whole(client.request(Method::GET, "/readyz"), "")).await;
            answer.is_ok_and(|answer| answer.status == 200).then_some(Some(address))
        })
        .await
    }

    /// Kills it with SIGKILL and waits until it is gone.
    pub fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end, and tells how it did.
    pub async fn stop(&mut self) -> ExitStatus {
        // The id of one that is gone may be somebody else's by now.
        if self.is_over() {
            return self.ended().await;
        }
        let _ = Command::new("kill").args(["-TERM", &self.id().to_string()]).stderr(Stdio::null()).status();
        self.ended().await
    }

    /// Asks it to end, and insists that it does in good order.
    pub async fn stop_well(&mut self) {
        let status = self.stop().await;
        assert!(status.success(), "the server ended with {status}:\n{}", self.log().text());
    }

    /// Waits until it ends by itself.
    pub async fn ended(&mut self) -> ExitStatus {
        let child = &mut self.child;
        until("the server ends", async || child.try_wait().expect("a child's status can be asked for")).await
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.kill();
    }
}
