//! What one tenant can do to the others, with a good key and within its rights. The service allows what the binary
//! allows by default, deadlines too: nothing that is attacked here comes back by a deadline while the test looks.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use crate::{
    client::{ask, asking, connect_as, posting},
    service::{Allowed, Service, timeline},
};

/// More than there are places for requests.
const HELD: u8 = 250;
const CONNECTIONS_EACH: u8 = 2;

/// A create that announces a body and waits to be asked for it; returns once the service receives, and sends a byte.
async fn half_a_create(service: &Service, client: u8) -> TcpStream {
    let mut stream = connect_as(client, service.address).await.unwrap();
    let head = format!(
        "POST /api/v2/engagements HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 1000\r\nexpect: 100-continue\r\n\r\n",
        service.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{").await.unwrap();
    stream
}

/// Both tenants read and write, again and again, and each time it works.
async fn all_are_served(service: &Service) {
    for round in 0..10 {
        for token in [&service.neighbour, &service.token] {
            let body = timeline(&format!("meanwhile-{round}")).to_string();
            let made = ask(service.address, posting(token, body)).await.unwrap();
            assert_eq!(made.status, 201, "{}", made.text());
            let listed = ask(service.address, asking(token, "/api/v2/engagements?limit=1")).await.unwrap();
            assert_eq!(listed.status, 200, "{}", listed.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_do_not_come_keep_others_from_nothing() {
    let service = Service::start(Allowed::by_default()).await;
    let mut held = Vec::new();
    for number in 0..u16::from(HELD) * u16::from(CONNECTIONS_EACH) {
        let client = u8::try_from(number / 100 + 1).unwrap();
        held.push(half_a_create(&service, client).await);
    }
    all_are_served(&service).await;
    drop(held);
}

/// Each of them is far beyond what one tenant may have in memory together with another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_bodies_wait_or_come_again_and_keep_others_from_nothing() {
    const LARGE: usize = 20 * 1024 * 1024;
    let service = Service::start(Allowed::by_default()).await;
    let large = |number: usize| {
        let mut body = timeline(&format!("large-{number}"));
        body["ignored"] = "x".repeat(LARGE).into();
        posting(&service.token, body.to_string())
    };
    let mut creates: JoinSet<_> = (0..8)
        .map(|number| {
            let (address, request) = (service.address, large(number));
            async move { ask(address, request).await.map(|answer| answer.status) }
        })
        .collect();
    all_are_served(&service).await;
    let mut made = 0;
    while let Some(status) = creates.join_next().await {
        let status = status.unwrap().unwrap();
        assert!([201, 503].contains(&status), "{status}");
        made += usize::from(status == 201);
    }
    assert!(made >= 1, "those that fit are made");
    // Nothing of it is held on to.
    assert_eq!(ask(service.address, large(8)).await.unwrap().status, 201);
}
