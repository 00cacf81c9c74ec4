//! A mail server on loopback: it listens, keeps what it was given, and misbehaves where a test says so.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use rustls::ServerConfig;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::conversation;

/// How the server encrypts.
#[derive(Clone)]
pub(crate) enum Encryption {
    Never,
    StartTls(Arc<ServerConfig>),
    Implicit(Arc<ServerConfig>),
}

/// A point of the conversation: what the server would answer then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Point {
    Greeting,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// The last dot.
    End,
    Quit,
}

/// What the server does there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Deed {
    Say(&'static str),
    /// Nothing, and the connection stays open.
    Hang,
    Close,
    /// Never ends its line.
    Babble,
}

/// What a server is like.
#[derive(Clone)]
pub(crate) struct Nature {
    pub(crate) encryption: Encryption,
    /// `AUTH PLAIN` is offered, and this pair is right.
    pub(crate) login: Option<(&'static str, &'static str)>,
    /// Further lines of the answer to `EHLO`.
    pub(crate) extensions: &'static [&'static str],
    pub(crate) misdeed: Option<(Point, Deed)>,
}

impl Nature {
    /// Takes every mail.
    pub(crate) fn plain() -> Self {
        Self { encryption: Encryption::Never, login: None, extensions: &[], misdeed: None }
    }

    pub(crate) fn with(point: Point, deed: Deed) -> Self {
        Self { misdeed: Some((point, deed)), ..Self::plain() }
    }
}

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// What followed `MAIL FROM:` and `RCPT TO:`.
    pub(crate) from: String,
    pub(crate) to: String,
    /// Without the doubled dots and the last one.
    pub(crate) mail: Vec<u8>,
    pub(crate) was_encrypted: bool,
    pub(crate) user: Option<String>,
}

/// What was seen of all conversations.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) taken: Vec<Taken>,
    pub(crate) connections: usize,
    /// Every command in the clear.
    pub(crate) in_the_clear: Vec<String>,
}

pub(crate) struct MailServer {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl MailServer {
    pub(crate) async fn start(nature: Nature) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let task = tokio::spawn({
            let seen = Arc::clone(&seen);
            async move {
                loop {
                    let (stream, _) = listener.accept().await.unwrap();
                    seen.lock().unwrap().connections += 1;
                    // A client that hangs up is part of what is tested.
                    tokio::spawn(conversation::hold(stream, nature.clone(), Arc::clone(&seen)));
                }
            }
        });
        Self { address, seen, task }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.seen.lock().unwrap().taken.clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    pub(crate) fn in_the_clear(&self) -> Vec<String> {
        self.seen.lock().unwrap().in_the_clear.clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
