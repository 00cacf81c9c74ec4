//! `email`: how recaps are sent.

use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

use crate::error::ConfigError;
use crate::form::{Form, PATH, PLAIN_TEXT};
use crate::merged::Merged;
use crate::page::Page;
use crate::secret::{masked_url, refuse_placeholder};

const SMTP_URL: Form<SecretString> = Form {
    accepted: "smtp:// or smtps:// with a host, and a user and password if the server asks for them",
    example: "smtps://user:password@mail.example.org",
    parse: parse_smtp_url,
};

const MAILBOX: Form<String> = Form {
    accepted: "an e-mail address, with or without a name",
    example: "Hearken <hearken@example.org>",
    parse: parse_mailbox,
};

/// The mail server and the sender.
#[derive(Debug, Clone)]
pub struct Email {
    /// `smtp://` or `smtps://` with a host, and usually with a password.
    pub smtp_url: SecretString,
    /// The sender: an address, or a name and an address in angle brackets.
    pub from: String,
    /// Certificates in PEM that are trusted beside the public roots.
    pub ca_file: Option<PathBuf>,
}

impl Email {
    /// Both keys or neither: one alone would look as if mail was sent, and none would be.
    pub(crate) fn read(merged: &Merged) -> Result<Option<Self>, ConfigError> {
        let Some(because) = ["email.from", "email.smtp_url", "email.ca_file"].into_iter().find(|key| merged.has(key))
        else {
            return Ok(None);
        };
        let other = |key: &'static str| if because == key { "email.smtp_url" } else { because };
        Ok(Some(Self {
            smtp_url: merged.needed("email.smtp_url", &SMTP_URL, because)?,
            from: merged.needed("email.from", &MAILBOX, other("email.from"))?,
            ca_file: merged.optional("email.ca_file", &Form { example: "/etc/ssl/mail-ca.pem", ..PATH })?,
        }))
    }

    pub(crate) fn print(email: Option<&Self>, page: &mut Page) {
        page.optional("email.smtp_url", email.map(|email| masked_url(&email.smtp_url)));
        page.optional("email.from", email.map(|email| &email.from));
        page.optional("email.ca_file", email.and_then(|email| email.ca_file.as_ref()).map(|file| file.display()));
    }
}

fn parse_smtp_url(text: &str) -> Result<SecretString, String> {
    refuse_placeholder(text)?;
    let url = Url::parse(text).map_err(|error| format!("it is no URL ({error})"))?;
    if !matches!(url.scheme(), "smtp" | "smtps") {
        return Err("it starts with neither smtp:// nor smtps://".to_owned());
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("it names no host".to_owned());
    }
    Ok(SecretString::from(text))
}

/// Only what would certainly fail is refused; the mail library knows the whole grammar.
fn parse_mailbox(text: &str) -> Result<String, String> {
    let text = (PLAIN_TEXT.parse)(text)?;
    let address = match text.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').unwrap_or_default(),
        None => text.as_str(),
    };
    let halves = address.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if !halves || address.contains([' ', '<', '>']) {
        return Err(format!("`{text}` is no e-mail address"));
    }
    Ok(text)
}
