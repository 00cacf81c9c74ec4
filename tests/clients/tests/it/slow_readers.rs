//! Clients that do not read what they asked for. They are never looked at from their side, because looking is reading:
//! the service has as many places as there are of them, so somebody else is served only once they were given up.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::SendRequest;
use tokio::{
    io::AsyncReadExt,
    net::{TcpStream, tcp::OwnedReadHalf},
    sync::Barrier,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    client::{PATIENCE, ask, connect, health},
    frames::{END_HEADERS, END_STREAM, HEADERS, PING, frame, get, opening},
    moves::{Move, perform, send},
    service::{LENGTH, Service},
};

/// Takes every place with such clients, and waits until somebody else is served. Gives their ends to look at.
async fn are_given_up(clients: usize, moves: impl Fn(&str) -> Vec<Move>) -> Vec<OwnedReadHalf> {
    let service = Service::with_places(clients).await;
    let moves = moves(&service.recording().await);
    let mut held = Vec::new();
    for _ in 0..clients {
        let (reading, mut writing) = TcpStream::connect(service.address).await.unwrap().into_split();
        let moves = moves.clone();
        tokio::spawn(async move {
            let _ = perform(&mut writing, &moves).await;
            // Dropping half a connection would say that there is nothing more to come.
            std::future::pending::<()>().await;
        });
        held.push(reading);
    }
    assert_eq!(ask(service.address, health()).await.expect("a place comes back").status, 200);
    timeout(PATIENCE, async { while !are_all_free(service.address, clients).await {} }).await.expect("all come back");
    held
}

/// Whether so many can be served at one time: each is answered twice on its one connection, the second time when all
/// have been answered once.
async fn are_all_free(address: SocketAddr, places: usize) -> bool {
    let all_are_here = Arc::new(Barrier::new(places));
    let asking: JoinSet<bool> = (0..places)
        .map(|_| {
            let all_are_here = Arc::clone(&all_are_here);
            async move {
                let mut sender = connect(address).await.expect("the queue has room");
                let is_first_answered = is_answered(&mut sender).await;
                all_are_here.wait().await;
                is_first_answered && is_answered(&mut sender).await
            }
        })
        .collect();
    asking.join_all().await.into_iter().all(|is_answered| is_answered)
}

/// Asks for the health of the service, and looks whether anything comes back.
async fn is_answered(sender: &mut SendRequest<Full<Bytes>>) -> bool {
    let Ok(answer) = sender.send_request(health()).await else { return false };
    answer.into_body().collect().await.is_ok()
}

/// What still comes, to its end.
async fn rest(reading: &mut OwnedReadHalf) -> usize {
    let mut scratch = vec![0; 64 * 1024];
    let reads = async {
        let mut total = 0;
        while let Ok(length @ 1..) = reading.read(&mut scratch).await {
            total += length;
        }
        total
    };
    timeout(PATIENCE, reads).await.expect("the connection has an end")
}

fn request(path: &str, lines: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{lines}\r\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_never_reads_a_recording_is_given_up() {
    let mut held = are_given_up(8, |path| vec![send(&request(path, ""))]).await;
    for reading in &mut held {
        let rest = rest(reading).await;
        assert!(rest < LENGTH, "{rest} bytes");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_again_and_again_and_never_reads_is_given_up() {
    let _held = are_given_up(8, |path| vec![send(&request(path, "range: bytes=0-65535\r\n").repeat(200))]).await;
}

/// One client only: the answers to pings are so small that it takes very many of them to fill a socket.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_pings_and_never_reads_the_answers_is_given_up() {
    let pings = frame(PING, 0, 0, b"12345678").repeat(2000);
    let _held =
        are_given_up(1, |_| vec![Move::Send(opening()), Move::Again(pings.clone(), Duration::from_millis(10))]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_opens_no_window_and_answers_no_ping_is_given_up() {
    let asks = |path: &str| [opening(), frame(HEADERS, END_HEADERS | END_STREAM, 1, &get(path))].concat();
    let _held = are_given_up(8, |path| vec![Move::Send(asks(path))]).await;
}

/// It looks alive to the network, and would take half a year.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_a_byte_a_second_is_given_up() {
    let clients = 8;
    let service = Service::with_places(clients).await;
    let request = request(&service.recording().await, "");
    for _ in 0..clients {
        let (mut reading, mut writing) = TcpStream::connect(service.address).await.unwrap().into_split();
        perform(&mut writing, &[send(&request)]).await.unwrap();
        tokio::spawn(async move {
            while reading.read_u8().await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
            drop(writing);
        });
    }
    assert_eq!(ask(service.address, health()).await.expect("a place comes back").status, 200);
}
