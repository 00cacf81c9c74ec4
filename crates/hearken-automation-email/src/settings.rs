//! What an operator may set, and what is wrong with it.

use std::time::Duration;

use secrecy::SecretString;

/// How recaps are signed.
#[derive(Clone, Debug)]
pub struct ComposerSettings {
    /// The sender: `hearken@example.org`, or `Hearken <hearken@example.org>`.
    pub from: String,
    /// The domain of each `Message-ID`; `None` is the sender's.
    pub message_id_domain: Option<String>,
}

impl ComposerSettings {
    /// Mails of this sender.
    pub fn new(from: impl Into<String>) -> Self {
        Self { from: from.into(), message_id_domain: None }
    }
}

/// The mail server, and how it is used.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// `smtp://` or `smtps://`; see the crate's own page for what it may say.
    pub url: SecretString,
    /// The sender. Its address is that of the envelope: to there the server sends what cannot be delivered.
    pub from: String,
    /// The longest time of an attempt.
    pub timeout: Duration,
    /// Certificates in PEM of authorities to trust beside the public ones.
    pub ca_pem: Option<Vec<u8>>,
}

impl SmtpSettings {
    /// This server and this sender; 15 seconds for an attempt; the public authorities.
    pub fn new(url: SecretString, from: impl Into<String>) -> Self {
        Self { url, from: from.into(), timeout: Duration::from_secs(15), ca_pem: None }
    }
}

/// Settings that no mail can be sent with. Never has the URL in its text: a password may be in there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailSetupError {
    /// The sender cannot be parsed.
    #[error("the sender must be an e-mail address, with or without a name, such as `Hearken <hearken@example.org>`")]
    Sender,
    /// The domain of the `Message-ID` cannot stand in one.
    #[error("the domain of message ids must be a domain such as example.org")]
    MessageIdDomain,
    /// The URL says something else than a mail server, and what.
    #[error("the mail server's url {0}")]
    Url(&'static str),
    /// The further authorities cannot be read.
    #[error("the certificates to trust must be at least one certificate in pem, and no broken one")]
    Authorities,
}
