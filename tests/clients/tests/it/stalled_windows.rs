//! A client of HTTP/2 that reads its socket and answers every ping, and never lets a byte of its recording through: its
//! connection looks alive on every layer but the one that counts.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, Result},
    net::TcpStream,
};

use crate::{
    client::{ask, health},
    frames::{ACK, END_HEADERS, END_STREAM, HEADERS, PING, SETTINGS, frame, get, opening},
    service::Service,
};

/// As many as there are places.
const CLIENTS: usize = 4;

/// Asks for the recording, and gives the server no window beyond the first 65,535 bytes.
async fn stall(mut stream: TcpStream, path: String) -> Result<()> {
    stream.write_all(&[opening(), frame(HEADERS, END_HEADERS | END_STREAM, 1, &get(&path))].concat()).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        stream.read_exact(&mut payload).await?;
        match kind {
            PING if flags & ACK == 0 => stream.write_all(&frame(PING, ACK, 0, &payload)).await?,
            SETTINGS if flags & ACK == 0 => stream.write_all(&frame(SETTINGS, ACK, 0, &[])).await?,
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_never_opens_the_window_is_given_up() {
    let service = Service::with_places(CLIENTS).await;
    let path = service.recording().await;
    for _ in 0..CLIENTS {
        let stream = TcpStream::connect(service.address).await.unwrap();
        tokio::spawn(stall(stream, path.clone()));
    }
    // They stand before it in the queue, so it is not accepted until one of them was given up.
    assert_eq!(ask(service.address, health()).await.expect("a place comes back").status, 200);
}
