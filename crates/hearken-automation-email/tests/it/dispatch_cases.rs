//! One attempt to bring a mail, and what the server's every answer makes of it.

use std::{net::Ipv4Addr, time::Duration};

use crate::{
    mail_server::{Deed, MailServer, Nature, Point},
    scene::{Scene, attempt, delivery, dispatcher, minutes, parcel},
};
use bytes::Bytes;
use hearken_automation_email::{SmtpDispatcher, SmtpSettings};
use hearken_domain::{
    ids::{EventId, Ulid},
    ports::{Address, AutomationDispatcher, Outcome, Parcel},
    webhook::{ReceiverUrl, SigningSecret},
};
use tokio::net::TcpSocket;

const FAILED: Outcome = Outcome::Failed { retry_after: None };

#[tokio::test]
async fn a_mail_arrives_byte_for_byte() {
    let server = MailServer::start(Nature::plain()).await;
    let mail = Scene::full().composed();
    let dots = Bytes::from_static(b"Subject: dots\r\n\r\n.\r\n..two\r\nend.\r\n.\r\n");
    let dispatcher = dispatcher(&format!("smtp://127.0.0.1:{}", server.port()));
    for payload in [&mail, &dots] {
        let dispatched = dispatcher.dispatch(parcel(payload.clone(), "ada@example.com")).await;
        assert_eq!(dispatched.outcome, Outcome::Accepted);
        assert_eq!(dispatched.attempt.at, minutes(91));
        assert_eq!(dispatched.attempt.status_code, Some(250));
        assert_eq!(dispatched.attempt.response_body.as_deref(), Some("2.0.0 queued as 7"));
        assert_eq!(dispatched.attempt.error, None);
    }
    let taken = server.taken();
    assert_eq!(taken.iter().map(|taken| taken.mail.as_slice()).collect::<Vec<_>>(), [&mail[..], &dots[..]]);
    assert_eq!((taken[0].from.as_str(), taken[0].to.as_str()), ("FROM:<hearken@example.org>", "TO:<ada@example.com>"));
    assert_eq!(server.connections(), 2, "a connection is for one mail");
}

#[tokio::test]
async fn what_the_server_refuses_for_good_is_refused() {
    for (point, answer, code) in [
        (Point::Mail, "553 5.1.8 sender", 553),
        (Point::Rcpt, "550 5.1.1 <ada@example.com>: no such user", 550),
        (Point::Data, "554 5.7.1 spam", 554),
        (Point::End, "552 5.3.4 too large", 552),
    ] {
        let server = MailServer::start(Nature::with(point, Deed::Say(answer))).await;
        let dispatched = attempt(&format!("smtp://127.0.0.1:{}", server.port())).await;
        assert_eq!((dispatched.outcome, dispatched.attempt.status_code), (Outcome::Refused, Some(code)), "{point:?}");
        assert_eq!(dispatched.attempt.error, Some(format!("the mail server refuses the mail ({code})")));
        assert_eq!(dispatched.attempt.response_body.as_deref(), Some(&answer[4..]));
        assert_eq!(server.taken(), []);
    }
}

#[tokio::test]
async fn what_may_pass_is_tried_again() {
    for (point, answer, code) in [
        (Point::Greeting, "421 too many connections", 421),
        (Point::Greeting, "554 no smtp service here", 554),
        (Point::Mail, "530 5.7.0 authentication required", 530),
        (Point::Rcpt, "451 4.7.1 greylisted", 451),
        (Point::Data, "421 shutting down", 421),
        (Point::End, "452 4.3.1 disk full", 452),
    ] {
        let server = MailServer::start(Nature::with(point, Deed::Say(answer))).await;
        let dispatched = attempt(&format!("smtp://127.0.0.1:{}", server.port())).await;
        assert_eq!((dispatched.outcome, dispatched.attempt.status_code), (FAILED, Some(code)), "{point:?} {answer}");
        assert!(dispatched.attempt.error.unwrap().contains(&code.to_string()));
        assert_eq!(server.taken(), []);
    }
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_no_yes() {
    for (point, answer) in [(Point::Rcpt, "354 go on"), (Point::Data, "250 ok"), (Point::End, "354 go on")] {
        let server = MailServer::start(Nature::with(point, Deed::Say(answer))).await;
        let dispatched = attempt(&format!("smtp://127.0.0.1:{}", server.port())).await;
        assert_eq!((dispatched.outcome, dispatched.attempt.status_code), (FAILED, None), "{point:?}");
        assert!(dispatched.attempt.error.unwrap().contains("does not fit"), "{point:?}");
    }
}

#[tokio::test]
async fn a_connection_that_ends_is_a_failure() {
    for point in [Point::Greeting, Point::Mail, Point::Rcpt, Point::Data, Point::End] {
        let server = MailServer::start(Nature::with(point, Deed::Close)).await;
        let dispatched = attempt(&format!("smtp://127.0.0.1:{}", server.port())).await;
        assert_eq!((dispatched.outcome, dispatched.attempt.status_code), (FAILED, None), "{point:?}");
        assert!(dispatched.attempt.error.unwrap().contains("broke the connection off"), "{point:?}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_costs_the_attempt_its_time_and_no_more() {
    for point in [Point::Greeting, Point::Rcpt, Point::End] {
        let server = MailServer::start(Nature::with(point, Deed::Hang)).await;
        let url = format!("smtp://127.0.0.1:{}", server.port());
        let mut settings = SmtpSettings::new(url.into(), "hearken@example.org");
        settings.timeout = Duration::from_millis(300);
        let dispatcher = SmtpDispatcher::new(settings).unwrap();
        let dispatched = dispatcher.dispatch(parcel(Scene::minimal().composed(), "ada@example.com")).await;
        assert_eq!(dispatched.outcome, FAILED, "{point:?}");
        assert_eq!(dispatched.attempt.error.as_deref(), Some("the mail server did not answer in time"), "{point:?}");
        assert!(dispatched.attempt.duration_ms >= 300);
    }
}

#[tokio::test]
async fn an_accepted_mail_stays_accepted_whatever_follows() {
    for deed in [Deed::Hang, Deed::Close, Deed::Say("500 no")] {
        let server = MailServer::start(Nature::with(Point::Quit, deed)).await;
        let dispatched = attempt(&format!("smtp://127.0.0.1:{}", server.port())).await;
        assert_eq!(dispatched.outcome, Outcome::Accepted, "{deed:?}");
        assert_eq!(server.taken().len(), 1);
    }
}

#[tokio::test]
async fn a_server_that_never_ends_its_line_is_cut_off() {
    let server = MailServer::start(Nature::with(Point::Rcpt, Deed::Babble)).await;
    let url = format!("smtp://127.0.0.1:{}", server.port());
    let mut settings = SmtpSettings::new(url.into(), "hearken@example.org");
    // So long that the test would hang, and the memory fill, if the time were what ends it.
    settings.timeout = Duration::from_secs(86_400);
    let dispatcher = SmtpDispatcher::new(settings).unwrap();
    let dispatched = dispatcher.dispatch(parcel(Scene::minimal().composed(), "ada@example.com")).await;
    assert_eq!((dispatched.outcome, dispatched.attempt.status_code), (FAILED, None));
}

#[tokio::test]
async fn nobody_at_the_port_is_a_failure_without_an_address_in_it() {
    // The port is taken, so that no other process listens there.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let dispatched = attempt(&format!("smtp://{}", socket.local_addr().unwrap())).await;
    assert_eq!(dispatched.outcome, FAILED);
    assert_eq!(dispatched.attempt.error.as_deref(), Some("the mail server cannot be reached"));
}

#[tokio::test]
async fn addresses_beyond_ascii_need_a_server_that_takes_them() {
    let mut scene = Scene::minimal();
    scene.to = crate::scene::email("jörg@größe.example");
    let able = MailServer::start(Nature { extensions: &["8BITMIME", "SMTPUTF8"], ..Nature::plain() }).await;
    let unable = MailServer::start(Nature::plain()).await;
    let sent = |port| {
        let dispatcher = dispatcher(&format!("smtp://127.0.0.1:{port}"));
        let parcel = parcel(scene.composed(), scene.to.as_str());
        async move { dispatcher.dispatch(parcel).await }
    };
    assert_eq!(sent(able.port()).await.outcome, Outcome::Accepted);
    assert_eq!(able.taken()[0].to, "TO:<jörg@xn--gre-6ka8i.example>");
    assert_eq!(able.taken()[0].from, "FROM:<hearken@example.org> SMTPUTF8 BODY=8BITMIME");
    let refused = sent(unable.port()).await;
    assert_eq!((refused.outcome, refused.attempt.status_code), (Outcome::Refused, None));
}

#[tokio::test]
async fn a_receiver_of_webhooks_is_no_mailbox() {
    let address = Address::Receiver {
        url: ReceiverUrl::try_from("https://example.com/hook".to_owned()).unwrap(),
        message: EventId::from(Ulid::from_parts(1, 1)),
        secrets: Vec::<SigningSecret>::new(),
    };
    let parcel = Parcel { delivery: delivery(), payload: Bytes::new(), address, at: minutes(91) };
    let dispatched = dispatcher("smtp://127.0.0.1:1").dispatch(parcel).await;
    assert_eq!(dispatched.outcome, Outcome::Refused);
    assert_eq!(dispatched.attempt.error.as_deref(), Some("the recipient is not a mailbox"));
}
