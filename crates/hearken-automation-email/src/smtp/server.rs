//! Which mail server, and how it is spoken to: what the URL says.

use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::settings::MailSetupError;

/// A mail server.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    /// A name, or an address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) login: Option<Login>,
    /// Who we say we are.
    pub(crate) hello: ClientId,
}

/// When the connection becomes encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    /// From the start.
    Implicit,
    /// By STARTTLS, or nothing is sent.
    Required,
    /// By STARTTLS where it is offered.
    Offered,
    /// Never.
    Clear,
}

/// A user and a password.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: SecretString,
}

impl Server {
    pub(crate) fn parse(text: &SecretString) -> Result<Self, MailSetupError> {
        let url = Url::parse(text.expose_secret()).map_err(|_| fault("is no url"))?;
        let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            return Err(fault("names no host"));
        }
        let login = login(&url)?;
        let security = security(&url, login.is_some())?;
        let usual_port = match (security, &login) {
            (Security::Implicit, _) => 465,
            (_, Some(_)) => 587,
            (_, None) => 25,
        };
        let hello = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        Ok(Self { host, port: url.port().unwrap_or(usual_port), security, login, hello })
    }
}

fn login(url: &Url) -> Result<Option<Login>, MailSetupError> {
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8().map_err(|_| fault("has a login that is not utf-8"))?;
        Ok::<_, MailSetupError>(text.into_owned())
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err(fault("has a password, and no user")),
        (_, None) => Err(fault("has a user, and no password")),
        (user, Some(password)) => {
            Ok(Some(Login { user: decoded(user)?, password: SecretString::from(decoded(password)?) }))
        }
    }
}

/// Without a word about it a password never goes over the wire in the clear.
fn security(url: &Url, has_login: bool) -> Result<Security, MailSetupError> {
    let mut wanted = None;
    for (name, value) in url.query_pairs() {
        if name != "tls" || wanted.is_some() {
            return Err(fault("may only have one ?tls=required, ?tls=opportunistic or ?tls=none"));
        }
        wanted = Some(value.into_owned());
    }
    match (url.scheme(), wanted.as_deref()) {
        ("smtps", None) => Ok(Security::Implicit),
        ("smtps", Some(_)) => Err(fault("begins with smtps://, which is encrypted from the start: take ?tls away")),
        ("smtp", None) if has_login => Ok(Security::Required),
        ("smtp", None | Some("opportunistic")) => Ok(Security::Offered),
        ("smtp", Some("required")) => Ok(Security::Required),
        ("smtp", Some("none")) => Ok(Security::Clear),
        ("smtp", Some(_)) => Err(fault("may only have one ?tls=required, ?tls=opportunistic or ?tls=none")),
        _ => Err(fault("begins with neither smtp:// nor smtps://")),
    }
}

fn fault(what: &'static str) -> MailSetupError {
    MailSetupError::Url(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Server, MailSetupError> {
        Server::parse(&SecretString::from(text))
    }

    #[test]
    fn the_port_and_the_security_follow_from_the_url() {
        for (text, port, security) in [
            ("smtps://u:p@mail.example.org", 465, Security::Implicit),
            ("smtp://u:p@mail.example.org", 587, Security::Required),
            ("smtp://mail.example.org", 25, Security::Offered),
            ("smtp://mail.example.org?tls=required", 25, Security::Required),
            ("smtp://u:p@mail.example.org:2525?tls=opportunistic", 2525, Security::Offered),
            ("smtp://u:p@mail.example.org/?tls=none", 587, Security::Clear),
        ] {
            let server = parsed(text).unwrap();
            assert_eq!(
                (server.port, server.security, server.host.as_str()),
                (port, security, "mail.example.org"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_login_is_decoded_and_never_shown() {
        let server = parsed("smtps://ada%40example.org:p%3Aw%2F+%C3%BC@[::1]:1465/me.example.org").unwrap();
        let login = server.login.as_ref().unwrap();
        assert_eq!((login.user.as_str(), login.password.expose_secret()), ("ada@example.org", "p:w/+ü"));
        assert_eq!((server.host.as_str(), server.hello.to_string().as_str()), ("::1", "me.example.org"));
        assert!(!format!("{server:?}").contains("p:w"));
    }

    #[test]
    fn what_is_no_mail_server_is_refused_without_its_password() {
        for text in [
            "mail.example.org",
            "https://mail.example.org",
            "smtp://",
            "smtp://user@mail.example.org",
            "smtp://:hunter2@mail.example.org",
            "smtp://u:hunter2@mail.example.org?tls=maybe",
            "smtp://u:hunter2@mail.example.org?tls=required&tls=none",
            "smtp://u:hunter2@mail.example.org?starttls=yes",
            "smtps://u:hunter2@mail.example.org?tls=none",
            "smtp://u:%ff@mail.example.org",
        ] {
            let error = parsed(text).unwrap_err().to_string();
            assert!(error.starts_with("the mail server's url ") && !error.contains("hunter2"), "{text}: {error}");
        }
    }
}
