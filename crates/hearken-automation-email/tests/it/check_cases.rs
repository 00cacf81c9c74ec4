//! What the doctor is told.

use crate::{
    certificates::authority,
    mail_server::{Deed, Encryption, MailServer, Nature, Point},
    scene::dispatcher,
};

#[tokio::test]
async fn a_server_that_would_take_a_mail_is_well() {
    let encryption = Encryption::StartTls(authority().server("127.0.0.1"));
    let server = MailServer::start(Nature { encryption, login: Some(("ada", "right")), ..Nature::plain() }).await;
    let checked = |password| {
        let dispatcher = dispatcher(&format!("smtp://ada:{password}@127.0.0.1:{}", server.port()));
        async move { dispatcher.check().await }
    };
    assert_eq!(checked("right").await, Ok(()));
    assert_eq!(checked("hunter2").await, Err("the mail server does not accept the login (535)".to_owned()));
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn the_reason_is_told_in_full() {
    let greeting = Nature::with(Point::Greeting, Deed::Say("554 5.7.1 your address is on a list"));
    let server = MailServer::start(greeting).await;
    let told = dispatcher(&format!("smtp://127.0.0.1:{}", server.port())).check().await.unwrap_err();
    assert_eq!(told, "the mail server does not want to talk to us (554): 5.7.1 your address is on a list");
    let encryption = Encryption::Implicit(authority().server("mail.example.net"));
    let server = MailServer::start(Nature { encryption, ..Nature::plain() }).await;
    let told = dispatcher(&format!("smtps://127.0.0.1:{}", server.port())).check().await.unwrap_err();
    assert!(
        told.starts_with("no secure connection could be made") && told.contains("invalid peer certificate"),
        "{told}"
    );
}
