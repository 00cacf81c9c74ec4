//! The server's side of one conversation (RFC 5321, 3207, 4954), written without the library under test.

use std::{
    future::pending,
    io,
    sync::{Arc, Mutex},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use tokio_rustls::TlsAcceptor;

use crate::mail_server::{Deed, Encryption, Nature, Point, Seen, Taken};

trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Duplex for S {}

struct Talk {
    line: BufReader<Box<dyn Duplex>>,
    is_encrypted: bool,
    user: Option<String>,
    from: String,
    to: String,
    nature: Nature,
    seen: Arc<Mutex<Seen>>,
}

pub(crate) async fn hold(stream: TcpStream, nature: Nature, seen: Arc<Mutex<Seen>>) -> io::Result<()> {
    let (stream, is_encrypted): (Box<dyn Duplex>, _) = match &nature.encryption {
        Encryption::Implicit(config) => (Box::new(TlsAcceptor::from(Arc::clone(config)).accept(stream).await?), true),
        _ => (Box::new(stream), false),
    };
    let line = BufReader::new(stream);
    let mut talk = Talk { line, is_encrypted, user: None, from: String::new(), to: String::new(), nature, seen };
    talk.answer(Point::Greeting, "220 mail.test ready").await?;
    loop {
        let command = talk.read().await?;
        if !talk.is_encrypted {
            talk.seen.lock().unwrap().in_the_clear.push(command.clone());
        }
        let (verb, rest) = command.split_once(' ').unwrap_or((&command, ""));
        match verb {
            "EHLO" => talk.greet().await?,
            "STARTTLS" => talk = talk.upgrade().await?,
            "AUTH" => talk.log_in(rest).await?,
            "MAIL" => {
                rest.clone_into(&mut talk.from);
                talk.answer(Point::Mail, "250 sender ok").await?;
            }
            "RCPT" => {
                rest.clone_into(&mut talk.to);
                talk.answer(Point::Rcpt, "250 recipient ok").await?;
            }
            "DATA" => talk.take().await?,
            "NOOP" => talk.say("250 still here").await?,
            "QUIT" => return talk.answer(Point::Quit, "221 bye").await,
            _ => talk.say("500 what").await?,
        }
    }
}

impl Talk {
    async fn read(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.line.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.line.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.line.flush().await
    }

    async fn answer(&mut self, point: Point, usual: &str) -> io::Result<()> {
        match self.nature.misdeed.filter(|(at, _)| *at == point).map(|(_, deed)| deed) {
            None => self.say(usual).await,
            Some(Deed::Say(text)) => self.say(text).await,
            Some(Deed::Hang) => pending().await,
            Some(Deed::Close) => Err(io::ErrorKind::ConnectionAborted.into()),
            Some(Deed::Babble) => loop {
                self.line.write_all(&[b'2'; 4096]).await?;
            },
        }
    }

    async fn greet(&mut self) -> io::Result<()> {
        self.say("250-mail.test").await?;
        for extension in self.nature.extensions {
            self.say(&format!("250-{extension}")).await?;
        }
        if matches!(self.nature.encryption, Encryption::StartTls(_)) && !self.is_encrypted {
            self.say("250-STARTTLS").await?;
        }
        if self.nature.login.is_some() {
            self.say("250-AUTH PLAIN").await?;
        }
        self.say("250 HELP").await
    }

    async fn upgrade(mut self) -> io::Result<Self> {
        self.answer(Point::StartTls, "220 go ahead").await?;
        let Encryption::StartTls(config) = &self.nature.encryption else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        let acceptor = TlsAcceptor::from(Arc::clone(config));
        let stream: Box<dyn Duplex> = Box::new(acceptor.accept(self.line.into_inner()).await?);
        Ok(Self { line: BufReader::new(stream), is_encrypted: true, ..self })
    }

    async fn log_in(&mut self, rest: &str) -> io::Result<()> {
        let given = STANDARD.decode(rest.strip_prefix("PLAIN ").unwrap_or_default()).unwrap_or_default();
        let (user, password) = self.nature.login.unwrap_or_default();
        if given != format!("\0{user}\0{password}").as_bytes() {
            return self.say("535 5.7.8 no").await;
        }
        self.user = Some(user.to_owned());
        self.answer(Point::Auth, "235 welcome").await
    }

    async fn take(&mut self) -> io::Result<()> {
        self.answer(Point::Data, "354 go on").await?;
        if self.nature.misdeed.is_some_and(|(at, deed)| at == Point::Data && matches!(deed, Deed::Say(_))) {
            return Ok(());
        }
        let mut mail = Vec::new();
        loop {
            let mut line = Vec::new();
            if self.line.read_until(b'\n', &mut line).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line == b".\r\n" {
                break;
            }
            mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        if self.nature.misdeed.is_none_or(|(at, _)| at != Point::End) {
            let taken = Taken {
                from: self.from.clone(),
                to: self.to.clone(),
                mail,
                was_encrypted: self.is_encrypted,
                user: self.user.clone(),
            };
            self.seen.lock().unwrap().taken.push(taken);
        }
        self.answer(Point::End, "250 2.0.0 queued as 7").await
    }
}
