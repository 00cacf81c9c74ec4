//! What is never called: the text of a URL, an address behind a name, where a redirect leads. Real listeners at those
//! addresses see no connection.

use std::{
    io::ErrorKind,
    net::{Ipv4Addr, TcpListener},
};

use hearken_domain::{
    handle::EmailAddress,
    ports::{Address, AutomationDispatcher, Outcome},
};

use crate::{
    name_server::NameServer,
    receiver::Receiver,
    stage::{FORBIDDEN, NAMED, Terms, parcel, secret},
};

const FAILED: Outcome = Outcome::Failed { retry_after: None };

fn listener(ip: Ipv4Addr, port: u16) -> TcpListener {
    let listener = TcpListener::bind((ip, port)).unwrap();
    listener.set_nonblocking(true).unwrap();
    listener
}

/// A connection waits in the listener's queue from the moment that it was made.
fn saw_nothing(listener: &TcpListener) -> bool {
    listener.accept().is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

#[tokio::test]
async fn a_text_that_may_not_be_called_is_refused_for_good() {
    let forbidden = listener(FORBIDDEN, 0);
    let port = forbidden.local_addr().unwrap().port();
    for (url, words) in [
        (format!("http://127.0.0.1:{port}/"), "must be an https link"),
        (format!("https://user@127.0.0.1:{port}/"), "must not carry a user name"),
        ("https://127.0.0.1:1/".to_owned(), "port 1 is not among the allowed ports"),
        (format!("https://{FORBIDDEN}:{port}/"), "not one that may be called"),
        (format!("https://169.254.169.254:{port}/"), "not one that may be called"),
        (format!("https://localhost:{port}/"), "not one that may be called"),
    ] {
        let dispatched = Terms::new(&[port]).dispatch(&url).await;
        assert_eq!((dispatched.outcome, dispatched.attempt.status_code), (Outcome::Refused, None), "{url}");
        let error = dispatched.attempt.error.unwrap();
        assert!(error.contains(words) && !error.contains("127.0.0"), "{error}");
    }
    assert!(saw_nothing(&forbidden));
}

#[tokio::test]
async fn a_name_with_one_forbidden_address_is_asked_again_and_never_called() {
    let allowed = listener(Ipv4Addr::LOCALHOST, 0);
    let port = allowed.local_addr().unwrap().port();
    let forbidden = listener(FORBIDDEN, port);
    let names = NameServer::start(&[Ipv4Addr::LOCALHOST, FORBIDDEN]).await;
    let terms = Terms { nameserver: Some(names.address), ..Terms::new(&[port]) };
    let dispatched = terms.dispatch(&format!("https://{NAMED}:{port}/")).await;
    assert_eq!(dispatched.outcome, FAILED);
    assert_eq!(dispatched.attempt.error.as_deref(), Some("the receiver's host is not one that may be called"));
    assert!(saw_nothing(&allowed) && saw_nothing(&forbidden));
    drop(allowed);
}

/// The name server of the test above, with good addresses only.
#[tokio::test]
async fn a_name_with_allowed_addresses_is_called() {
    let receiver = Receiver::answering("200 OK", "").await;
    let names = NameServer::start(&[Ipv4Addr::LOCALHOST]).await;
    let terms = Terms { nameserver: Some(names.address), ..Terms::new(&[receiver.port()]) };
    let dispatched = terms.dispatch(&format!("https://{NAMED}:{}/", receiver.port())).await;
    assert_eq!(dispatched.outcome, Outcome::Accepted);
}

#[tokio::test]
async fn nothing_is_sent_to_where_a_redirect_leads() {
    // On 127.0.0.1 any port may be in use; on the other address hardly one is.
    let allowed = listener(Ipv4Addr::LOCALHOST, 0);
    let port = allowed.local_addr().unwrap().port();
    let forbidden = listener(FORBIDDEN, port);
    for status in [301, 302, 303, 307, 308] {
        for target in [FORBIDDEN, Ipv4Addr::LOCALHOST] {
            let head = format!("{status} Elsewhere\r\nlocation: https://{target}:{port}/hook");
            let receiver = Receiver::answering(&head, "go away").await;
            let dispatched = Terms::new(&[receiver.port(), port]).dispatch(&receiver.url()).await;
            assert_eq!((dispatched.outcome, dispatched.attempt.status_code), (FAILED, Some(status)));
            let error = dispatched.attempt.error.as_deref();
            assert_eq!(error, Some("the receiver redirects; redirects are not followed"));
            assert_eq!(dispatched.attempt.response_body.as_deref(), Some("go away"));
        }
    }
    assert!(saw_nothing(&allowed) && saw_nothing(&forbidden));
}

#[tokio::test]
async fn what_cannot_be_signed_or_is_a_mail_is_not_sent() {
    let allowed = listener(Ipv4Addr::LOCALHOST, 0);
    let address = allowed.local_addr().unwrap();
    let dispatcher = Terms::new(&[address.port()]).dispatcher();
    let unsigned = parcel(&format!("https://{address}/"), Vec::new());
    let mut mail = parcel(&format!("https://{address}/"), vec![secret(1)]);
    mail.address = Address::Mailbox(EmailAddress::try_from("a@customer-host.com").unwrap());
    for parcel in [unsigned, mail] {
        let dispatched = dispatcher.dispatch(parcel).await;
        assert_eq!(dispatched.outcome, Outcome::Refused);
        assert!(dispatched.attempt.error.is_some());
    }
    assert!(saw_nothing(&allowed));
}
