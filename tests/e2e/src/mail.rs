//! A mail server (RFC 5321), in the clear. It keeps what it takes, and can be told what to answer a recipient.

use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use mail_parser::MessageParser;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::{
    manner::{Manner, Switch},
    seen::Seen,
};

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The envelope's recipient.
    pub to: String,
    /// As it came, without the doubled dots and the last one.
    pub bytes: Vec<u8>,
    /// What the client called itself in `EHLO`.
    pub client: String,
}

impl Mail {
    /// `Message-ID`, without its brackets.
    pub fn message_id(&self) -> String {
        let mail = MessageParser::default().parse(&self.bytes).expect("it is a mail");
        mail.message_id().expect("every mail has an id").to_owned()
    }

    /// `Subject`.
    pub fn subject(&self) -> String {
        let mail = MessageParser::default().parse(&self.bytes).expect("it is a mail");
        mail.subject().unwrap_or_default().to_owned()
    }

    /// The text without markup, on one line.
    pub fn text(&self) -> String {
        let mail = MessageParser::default().parse(&self.bytes).expect("it is a mail");
        let text = mail.body_text(0).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// The server; it ends when this is dropped.
pub struct MailServer {
    address: SocketAddr,
    scene: Arc<Scene>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Scene {
    taken: Seen<Mail>,
    manners: Mutex<HashMap<String, Arc<Switch>>>,
}

impl MailServer {
    /// Starts on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let scene = Arc::<Scene>::default();
        let mut tasks = JoinSet::new();
        tasks.spawn({
            let scene = Arc::clone(&scene);
            async move {
                let mut conversations = JoinSet::new();
                while let Ok((stream, _)) = listener.accept().await {
                    // A client that hangs up is part of what is tested.
                    conversations.spawn(converse(stream, Arc::clone(&scene)));
                    while conversations.try_join_next().is_some() {}
                }
            }
        });
        Self { address, scene, _tasks: tasks }
    }

    /// What the service is configured with.
    pub fn url(&self) -> String {
        self.url_for("hearken.test")
    }

    /// The same for a service that calls itself so.
    pub fn url_for(&self, client: &str) -> String {
        format!("smtp://{}/{client}?tls=none", self.address)
    }

    /// Every mail that was taken, noted before that is said.
    pub fn taken(&self) -> &Seen<Mail> {
        &self.scene.taken
    }

    /// Sets how a recipient is answered.
    pub fn manner(&self, recipient: &str) -> Arc<Switch> {
        self.scene.manner(recipient)
    }
}

impl Scene {
    fn manner(&self, recipient: &str) -> Arc<Switch> {
        let mut manners = self.manners.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(manners.entry(recipient.to_owned()).or_default())
    }
}

async fn converse(stream: TcpStream, scene: Arc<Scene>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut client, mut to) = (String::new(), String::new());
    say(&mut stream, "220 mail.test ready").await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let (verb, rest) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        match verb {
            "EHLO" => {
                rest.clone_into(&mut client);
                say(&mut stream, "250-mail.test\r\n250 8BITMIME").await?;
            }
            "MAIL" => say(&mut stream, "250 sender ok").await?,
            "RCPT" => {
                let address = rest.strip_prefix("TO:<").and_then(|rest| rest.split_once('>'));
                to = address.map(|(address, _)| address.to_owned()).unwrap_or_default();
                match scene.manner(&to).next().await {
                    Manner::Well => say(&mut stream, "250 recipient ok").await?,
                    Manner::Answers(code) => say(&mut stream, &format!("{code} not for {to}")).await?,
                    Manner::Nonsense | Manner::Hangs => say(&mut stream, "HTTP/1.1 200 OK").await?,
                }
            }
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                let bytes = letter(&mut stream).await?;
                scene.taken.note(Mail { to: to.clone(), bytes, client: client.clone() });
                say(&mut stream, "250 queued").await?;
            }
            "QUIT" => return say(&mut stream, "221 bye").await,
            _ => say(&mut stream, "250 as you like").await?,
        }
    }
}

async fn letter(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == b".\r\n" {
            return Ok(bytes);
        }
        bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

async fn say(stream: &mut BufReader<TcpStream>, text: &str) -> io::Result<()> {
    stream.write_all(format!("{text}\r\n").as_bytes()).await
}
