//! A server that is ready.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitStatus,
};

use hyper::Method;
use serde_json::Value;

use crate::{
    client::{Client, whole},
    log::Log,
    process::Process,
    setup::Setup,
    until::until,
};

/// A running server over a data folder.
#[derive(Debug)]
pub struct Server {
    process: Process,
    setup: Setup,
    data_dir: PathBuf,
    address: SocketAddr,
}

impl Server {
    /// Waits until the process listens, and until it says that it is ready where it speaks without TLS.
    pub async fn ready(mut process: Process, setup: Setup, data_dir: PathBuf) -> Self {
        let base = process.base().await;
        let (scheme, address) = base.split_once("://").expect("a base has a scheme");
        let address = address.parse().expect("the server tells an address and a port");
        let client = Client::new(address, None);
        if scheme == "http" {
            until("the server is ready", async || {
                let answer = client.try_send(whole(client.request(Method::GET, "/readyz"), "")).await;
                answer.is_ok_and(|answer| answer.status == 200).then_some(())
            })
            .await;
        }
        Self { process, setup, data_dir, address }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it wrote.
    pub fn log(&self) -> &Log {
        self.process.log()
    }

    /// Its data folder.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The token that the first start on this folder left behind.
    pub fn admin_token(&self) -> String {
        admin_token(&self.data_dir)
    }

    /// A client with that token.
    pub fn admin(&self) -> Client {
        self.client(&self.admin_token())
    }

    /// A client with another token.
    pub fn client(&self, token: &str) -> Client {
        Client::new(self.address, Some(token.to_owned()))
    }

    /// A client without a token.
    pub fn stranger(&self) -> Client {
        Client::new(self.address, None)
    }

    /// Runs a command beside it and reads the document that it prints.
    pub fn command(&self, args: &[&str]) -> Value {
        self.setup.run_json(&self.data_dir, args)
    }

    /// The id of the workspace that the first start made.
    pub fn first_workspace(&self) -> String {
        self.command(&["workspaces", "list"])[0]["id"].as_str().expect("a workspace has an id").to_owned()
    }

    /// A new key for the first user of a workspace, as `keys create` prints it.
    pub fn new_key(&self, workspace: &str, scopes: &str, more: &[&str]) -> Value {
        let users = self.command(&["users", "list", "--workspace", workspace]);
        let user = users[0]["id"].as_str().expect("the workspace has a user");
        let args = ["keys", "create", "--workspace", workspace, "--user", user, "--scope", scopes];
        self.command(&[&args[..], more].concat())
    }

    /// A client with a new key of these scopes in the first workspace.
    pub fn client_with(&self, scopes: &str) -> Client {
        let key = self.new_key(&self.first_workspace(), scopes, &[]);
        self.client(key["token"].as_str().expect("a new key has a token"))
    }

    /// The most memory that it had resident so far, in MiB; nothing where the system does not tell (proc(5)).
    pub fn peak_memory(&self) -> Option<u64> {
        self.process.peak_memory()
    }

    /// Kills it with SIGKILL.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        self.process.terminate();
    }

    /// Waits until it ends by itself.
    pub async fn ended(&mut self) -> ExitStatus {
        self.process.ended().await
    }

    /// Ends it with SIGTERM and insists that all went well.
    pub async fn stop(mut self) {
        self.terminate();
        let status = self.ended().await;
        assert!(status.success(), "the server ended with {status}:\n{}", self.log().text());
    }
}

/// The token in a data folder.
pub fn admin_token(data_dir: &Path) -> String {
    let file = data_dir.join("admin.key");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text.trim().to_owned()
}
