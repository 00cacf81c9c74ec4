//! Everything that stands outside of the service, started together: recordings, speech, chat, receivers, mail.

use crate::{
    asr::AsrServer, chat::ChatServer, mail::MailServer, media_host::MediaHost, receivers::Receivers, setup::Setup,
};

/// The sender of the recaps.
pub const SENDER: &str = "Hearken <recaps@hearken.example>";

/// What stands outside. It ends when this is dropped.
pub struct Outside {
    /// Where recordings are fetched from.
    pub host: MediaHost,
    /// Where webhooks go. They have the host's authority.
    pub receivers: Receivers,
    /// Who listens.
    pub asr: AsrServer,
    /// Who analyses.
    pub chat: ChatServer,
    /// Who takes mails.
    pub mail: MailServer,
}

impl Outside {
    /// Starts all of it.
    pub async fn start() -> Self {
        let host = MediaHost::start().await;
        let receivers = Receivers::start(host.authority()).await;
        let (asr, chat, mail) = tokio::join!(AsrServer::start(), ChatServer::start(), MailServer::start());
        Self { host, receivers, asr, chat, mail }
    }

    /// A service that may reach the recordings and the receivers, and has no engines: nobody listens, what analyses is
    /// built in, and no mail is sent.
    pub fn without_engines(&self) -> Setup {
        self.also_at(&[]).with("speech.engine", "none").with("insights.engine", "local")
    }

    /// The same, which may also call receivers at these ports.
    pub fn also_at(&self, ports: &[u16]) -> Setup {
        let ports: Vec<String> =
            [443, 8443, self.host.port(), self.receivers.port()].iter().chain(ports).map(u16::to_string).collect();
        Setup::new().fetching_from(&self.host).with("egress.ports", ports.join(","))
    }

    /// A service that uses all of it.
    pub fn setup(&self) -> Setup {
        self.mailing(self.also_at(&[]))
            .with("speech.engine", "http")
            .with("speech.http.url", self.asr.url())
            .with("insights.engine", "http")
            .with("insights.http.url", self.chat.url())
    }

    /// With mail.
    pub fn mailing(&self, setup: Setup) -> Setup {
        setup.with("email.smtp_url", self.mail.url()).with("email.from", SENDER)
    }

    /// The link to a recording that says these phrases in turns.
    pub fn talk(&self, phrases: &[usize]) -> String {
        let phrases: Vec<String> = phrases.iter().map(ToString::to_string).collect();
        self.host.link(&format!("/talk/{}", phrases.join("-")))
    }
}
