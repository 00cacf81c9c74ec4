//! A conversation with the mail server for one mail (RFC 5321): greeting, encryption, login, letter.

use std::{fmt::Display, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Noop, Rcpt},
        extension::{Extension, MailBodyParameter, MailParameter},
        response::{Response, Severity},
    },
};
use secrecy::ExposeSecret;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::{
    dial::dial,
    server::{Login, Security, Server},
    trust::Trust,
    wire::Wire,
};
use crate::error::{Reply, SmtpFault, Stage};

/// How long a server may take to say goodbye. What it says changes nothing.
const GOODBYE: Duration = Duration::from_secs(1);

/// What is to be handed over.
pub(crate) struct Letter<'a> {
    pub(crate) from: Address,
    pub(crate) to: Address,
    /// A whole mail.
    pub(crate) mail: &'a [u8],
}

/// An open conversation, logged in where that is wanted.
pub(crate) struct Session {
    line: AsyncSmtpConnection,
}

impl Session {
    pub(crate) async fn open(server: &Server, trust: &Trust) -> Result<Self, SmtpFault> {
        let mut line = connect(server, trust).await?;
        if matches!(server.security, Security::Required | Security::Offered) {
            secure(&mut line, server, trust).await?;
        }
        if let Some(login) = &server.login {
            log_in(&mut line, login).await?;
        }
        Ok(Self { line })
    }

    /// Hands the letter over. The answer to its last line is the server's word that the letter is its own now.
    pub(crate) async fn hand_over(&mut self, letter: &Letter<'_>) -> Result<Reply, SmtpFault> {
        let parameters = self.parameters(letter)?;
        self.order(Mail::new(Some(letter.from.clone()), parameters), Severity::PositiveCompletion).await?;
        self.order(Rcpt::new(letter.to.clone(), Vec::new()), Severity::PositiveCompletion).await?;
        self.order(Data, Severity::PositiveIntermediate).await?;
        // The library adds the line end before the last dot itself.
        let mail = letter.mail.strip_suffix(b"\r\n").unwrap_or(letter.mail);
        fitting(self.line.message(mail).await, Severity::PositiveCompletion)
    }

    async fn order(&mut self, command: impl Display, wanted: Severity) -> Result<Reply, SmtpFault> {
        fitting(self.line.command(command).await, wanted)
    }

    /// Asks whether the server still listens.
    pub(crate) async fn ask(&mut self) -> Result<(), SmtpFault> {
        self.line.command(Noop).await.map(drop).map_err(|error| SmtpFault::of(Stage::Greeting, error))
    }

    /// Ends the conversation, whatever became of it.
    pub(crate) async fn leave(mut self) {
        // Nothing hangs on the answer, and the connection closes either way.
        let _ = timeout(GOODBYE, self.line.quit()).await;
    }

    /// What the letter asks of the server, which must have offered it.
    fn parameters(&self, letter: &Letter<'_>) -> Result<Vec<MailParameter>, SmtpFault> {
        let mut parameters = Vec::new();
        let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
        if !is_ascii(&letter.from) || !is_ascii(&letter.to) {
            if !self.line.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(SmtpFault::AsciiOnly);
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !letter.mail.is_ascii() {
            if !self.line.server_info().supports_feature(Extension::EightBitMime) {
                return Err(SmtpFault::AsciiOnly);
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }
}

async fn connect(server: &Server, trust: &Trust) -> Result<AsyncSmtpConnection, SmtpFault> {
    let (tcp, peer) = dial(&server.host, server.port).await.map_err(SmtpFault::Unreachable)?;
    let told = |error| SmtpFault::of(Stage::Greeting, error);
    if server.security != Security::Implicit {
        let wire = Box::new(Wire::clear(tcp, peer));
        return AsyncSmtpConnection::connect_with_transport(wire, &server.hello).await.map_err(told);
    }
    let tls = TlsConnector::from(trust.implicit.clone());
    let tls = tls.connect(trust.name.clone(), tcp).await.map_err(|error| SmtpFault::Insecure(error.into()))?;
    let wire = Box::new(Wire::encrypted(tls, peer));
    AsyncSmtpConnection::connect_with_transport(wire, &server.hello).await.map_err(told)
}

async fn secure(line: &mut AsyncSmtpConnection, server: &Server, trust: &Trust) -> Result<(), SmtpFault> {
    if !line.can_starttls() {
        return if server.security == Security::Required { Err(SmtpFault::NoEncryption) } else { Ok(()) };
    }
    let upgraded = line.starttls(trust.starttls.clone(), &server.hello).await;
    upgraded.map_err(|error| match error.status() {
        Some(_) => SmtpFault::of(Stage::Greeting, error),
        None => SmtpFault::Insecure(error.into()),
    })
}

async fn log_in(line: &mut AsyncSmtpConnection, login: &Login) -> Result<(), SmtpFault> {
    if !DEFAULT_MECHANISMS.iter().any(|mechanism| line.server_info().supports_auth_mechanism(*mechanism)) {
        return Err(SmtpFault::NoLogin);
    }
    let credentials = Credentials::new(login.user.clone(), login.password.expose_secret().to_owned());
    let answer: Result<Response, Error> = line.auth(DEFAULT_MECHANISMS, &credentials).await;
    answer.map(drop).map_err(|error| SmtpFault::of(Stage::Login, error))
}

/// The library takes "go on" for a yes everywhere.
fn fitting(answer: Result<Response, Error>, wanted: Severity) -> Result<Reply, SmtpFault> {
    let response = answer.map_err(|error| SmtpFault::of(Stage::Letter, error))?;
    if response.code().severity != wanted {
        return Err(SmtpFault::Unfitting);
    }
    Ok(Reply { code: response.code().into(), text: response.message().collect::<Vec<_>>().join("\n") })
}
