//! Hands mails over to the one mail server that the operator has set.

mod dial;
mod server;
mod session;
mod trust;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use hearken_domain::{
    handle::EmailAddress,
    ports::{Address, AutomationDispatcher, Dispatched, Parcel},
};
use lettre::Address as MailAddress;
use tokio::time::{Instant, timeout};

use crate::{
    address,
    error::{Reply, SmtpFault, dispatched},
    settings::{MailSetupError, SmtpSettings},
};
use server::Server;
use session::{Letter, Session};
use trust::Trust;

/// Sends mails by SMTP.
pub struct SmtpDispatcher {
    server: Server,
    trust: Trust,
    from: MailAddress,
    timeout: Duration,
}

impl SmtpDispatcher {
    /// A dispatcher that has connected to nothing yet.
    pub fn new(settings: SmtpSettings) -> Result<Self, MailSetupError> {
        let server = Server::parse(&settings.url)?;
        let trust = Trust::new(&server.host, settings.ca_pem.as_deref())?;
        let from = address::sender(&settings.from)?.email;
        Ok(Self { server, trust, from, timeout: settings.timeout })
    }

    /// Connects, encrypts and logs in as for a mail, and sends none. The error says what the operator may do, and has
    /// no password in it.
    pub async fn check(&self) -> Result<(), String> {
        let asked = async {
            let mut session = Session::open(&self.server, &self.trust).await?;
            session.ask().await.map(|()| session)
        };
        match timeout(self.timeout, asked).await {
            Ok(Ok(session)) => {
                session.leave().await;
                Ok(())
            }
            Ok(Err(fault)) => Err(fault.in_full()),
            Err(_) => Err(SmtpFault::Late.in_full()),
        }
    }

    async fn bring(&self, to: &EmailAddress, mail: &[u8]) -> Result<Reply, SmtpFault> {
        let to = address::recipient(to).ok_or(SmtpFault::NoMailbox)?;
        let letter = Letter { from: self.from.clone(), to, mail };
        let attempt = async {
            let mut session = Session::open(&self.server, &self.trust).await?;
            let answer = session.hand_over(&letter).await;
            Ok((session, answer))
        };
        let (session, answer) = timeout(self.timeout, attempt).await.map_err(|_| SmtpFault::Late)??;
        // After the time is measured: an accepted mail stays accepted, however long the goodbye takes.
        session.leave().await;
        answer
    }
}

#[async_trait]
impl AutomationDispatcher for SmtpDispatcher {
    async fn dispatch(&self, parcel: Parcel) -> Dispatched {
        let began = Instant::now();
        let answer = match &parcel.address {
            Address::Mailbox(to) => self.bring(to, &parcel.payload).await,
            Address::Receiver { .. } => Err(SmtpFault::NoMailbox),
        };
        if let Err(fault) = &answer {
            tracing::info!(delivery.id = %parcel.delivery, smtp.detail = fault.detail(), "the mail was not taken");
        }
        dispatched(answer, parcel.at, began.elapsed())
    }
}
