//! Connections that nothing is asked on. They cost a client nothing, so they must cost no other client a place. What the service
//! allows is what the binary allows by default, but for a deadline that no test reaches: room is made for who comes next,
//! and not by waiting.

use std::time::Duration;

use hearken_http::ServerSettings;
use tokio::{io::AsyncReadExt, net::TcpStream, time::timeout};

use crate::{
    client::{PATIENCE, ask_over, connect_as, health},
    service::{Allowed, Service},
};

const NEVER: Duration = Duration::from_hours(1);

fn patient() -> Allowed {
    let Allowed { api, server } = Allowed::by_default();
    Allowed { api, server: ServerSettings { header_timeout: NEVER, ..server } }
}

async fn is_served(service: &Service, client: u8) {
    let stream = connect_as(client, service.address).await.unwrap();
    let answer = timeout(PATIENCE, ask_over(stream, health())).await.expect("it is answered").unwrap();
    assert_eq!(answer.status, 200);
}

/// How many of them the service has not closed, once it has closed so many.
async fn open_once_closed(silent: Vec<TcpStream>, closed: usize) -> usize {
    let count = silent.len();
    let mut ends: tokio::task::JoinSet<()> = silent
        .into_iter()
        .map(|mut stream| async move {
            // An orderly end or a reset: closed all the same.
            let _ = stream.read_u8().await;
        })
        .collect();
    for _ in 0..closed {
        timeout(PATIENCE, ends.join_next()).await.expect("the service closes it");
    }
    count - closed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_connections_of_one_address_are_bounded_and_do_not_keep_out_who_asks() {
    let allowed = patient();
    let share = allowed.server.connections_per_address;
    let service = Service::start(allowed).await;
    let mut silent = Vec::new();
    for _ in 0..2 * share {
        silent.push(connect_as(1, service.address).await.unwrap());
    }
    is_served(&service, 2).await;
    is_served(&service, 1).await;
    assert_eq!(open_once_closed(silent, share).await, share);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_silent_connections_go_when_places_run_out() {
    let Allowed { api, server } = patient();
    let service = Service::start(Allowed { api, server: ServerSettings { max_connections: 300, ..server } }).await;
    let mut silent = Vec::new();
    for client in 1..=8 {
        for _ in 0..50 {
            silent.push(connect_as(client, service.address).await.unwrap());
        }
    }
    is_served(&service, 9).await;
    assert_eq!(open_once_closed(silent, 101).await, 299);
}
