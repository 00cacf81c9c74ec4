//! Encryption and login: what goes over the wire in the clear, and what never does.

use std::sync::Arc;

use hearken_automation_email::{MailSetupError, SmtpDispatcher, SmtpSettings};
use hearken_domain::ports::{Dispatched, Outcome};
use rustls::ServerConfig;

use crate::{
    certificates::{authority, stranger},
    mail_server::{Deed, Encryption, MailServer, Nature, Point},
    scene::attempt,
};

const FAILED: Outcome = Outcome::Failed { retry_after: None };

fn good() -> Arc<ServerConfig> {
    authority().server("127.0.0.1")
}

async fn served(encryption: Encryption) -> MailServer {
    MailServer::start(Nature { encryption, login: Some(("ada", "p:w/ü")), ..Nature::plain() }).await
}

/// One attempt with the right login.
async fn logged_in(scheme: &str, server: &MailServer, query: &str) -> Dispatched {
    attempt(&format!("{scheme}://ada:p%3Aw%2F%C3%BC@127.0.0.1:{}{query}", server.port())).await
}

#[tokio::test]
async fn a_mail_goes_encrypted_both_ways_of_tls() {
    for (scheme, encryption) in [("smtps", Encryption::Implicit(good())), ("smtp", Encryption::StartTls(good()))] {
        let server = served(encryption).await;
        let dispatched = logged_in(scheme, &server, "").await;
        assert_eq!(dispatched.outcome, Outcome::Accepted, "{scheme}: {dispatched:?}");
        let taken = server.taken();
        assert_eq!((taken[0].was_encrypted, taken[0].user.as_deref()), (true, Some("ada")), "{scheme}");
        let clear = server.in_the_clear();
        assert!(clear.iter().all(|line| line.starts_with("EHLO") || line == "STARTTLS"), "{clear:?}");
    }
}

#[tokio::test]
async fn a_certificate_that_cannot_be_trusted_ends_it() {
    let wrong_name = || authority().server("mail.example.net");
    let unknown = || stranger().server("127.0.0.1");
    for config in [wrong_name(), unknown()] {
        for (scheme, query, encryption) in [
            ("smtps", "", Encryption::Implicit(Arc::clone(&config))),
            ("smtp", "", Encryption::StartTls(Arc::clone(&config))),
            ("smtp", "?tls=opportunistic", Encryption::StartTls(Arc::clone(&config))),
        ] {
            let server = served(encryption).await;
            let dispatched = logged_in(scheme, &server, query).await;
            assert_eq!((dispatched.outcome, dispatched.attempt.status_code), (FAILED, None), "{scheme}{query}");
            assert!(dispatched.attempt.error.unwrap().contains("no secure connection"), "{scheme}{query}");
            assert!(server.taken().is_empty());
        }
    }
}

#[tokio::test]
async fn without_encryption_no_password_is_sent_unless_the_url_says_so() {
    let server = served(Encryption::Never).await;
    for query in ["", "?tls=required"] {
        let dispatched = logged_in("smtp", &server, query).await;
        assert_eq!(dispatched.outcome, FAILED, "{query}");
        assert!(dispatched.attempt.error.unwrap().contains("offers no encryption"));
    }
    assert!(server.in_the_clear().iter().all(|line| line.starts_with("EHLO")), "{:?}", server.in_the_clear());
    for query in ["?tls=none", "?tls=opportunistic"] {
        assert_eq!(logged_in("smtp", &server, query).await.outcome, Outcome::Accepted, "{query}");
    }
    assert_eq!(server.taken().len(), 2);
}

#[tokio::test]
async fn encryption_is_used_where_it_is_offered_and_not_where_it_is_unwanted() {
    let server = MailServer::start(Nature { encryption: Encryption::StartTls(good()), ..Nature::plain() }).await;
    for query in ["", "?tls=none"] {
        let dispatched = attempt(&format!("smtp://127.0.0.1:{}{query}", server.port())).await;
        assert_eq!(dispatched.outcome, Outcome::Accepted);
    }
    assert_eq!(server.taken().iter().map(|taken| taken.was_encrypted).collect::<Vec<_>>(), [true, false]);
}

#[tokio::test]
async fn answers_in_the_clear_are_not_taken_for_encrypted_ones() {
    // As an attacker on the way would do it: the first of the two is the answer to STARTTLS, the second one would be
    // that to the first command inside.
    let forged = "220 go ahead\r\n250-forged.test\r\n250 AUTH PLAIN LOGIN";
    let nature = Nature { encryption: Encryption::StartTls(good()), ..Nature::plain() };
    let server = MailServer::start(Nature { misdeed: Some((Point::StartTls, Deed::Say(forged))), ..nature }).await;
    let dispatched = attempt(&format!("smtp://127.0.0.1:{}", server.port())).await;
    assert_eq!(dispatched.outcome, FAILED);
    assert!(dispatched.attempt.error.unwrap().contains("no secure connection"));
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn a_login_that_is_not_accepted_can_be_repaired() {
    let server = served(Encryption::Implicit(good())).await;
    let dispatched = attempt(&format!("smtps://ada:hunter2@127.0.0.1:{}", server.port())).await;
    assert_eq!((dispatched.outcome, dispatched.attempt.status_code), (FAILED, Some(535)));
    assert_eq!(dispatched.attempt.error.as_deref(), Some("the mail server does not accept the login (535)"));
    assert_eq!(dispatched.attempt.response_body, None, "it may repeat what it was sent");
    let none = MailServer::start(Nature { encryption: Encryption::Implicit(good()), ..Nature::plain() }).await;
    let dispatched = logged_in("smtps", &none, "").await;
    assert_eq!(dispatched.outcome, FAILED);
    assert!(dispatched.attempt.error.unwrap().contains("offers no login"));
}

#[test]
fn broken_authorities_are_refused_at_once() {
    for pem in [&b""[..], b"no pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let mut settings = SmtpSettings::new("smtps://mail.example.org".into(), "hearken@example.org");
        settings.ca_pem = Some(pem.to_vec());
        assert_eq!(SmtpDispatcher::new(settings).err(), Some(MailSetupError::Authorities));
    }
    let nobody = SmtpSettings::new("smtps://mail.example.org".into(), "nobody");
    assert_eq!(SmtpDispatcher::new(nobody).err(), Some(MailSetupError::Sender));
}
