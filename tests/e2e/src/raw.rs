//! Sockets without a client's manners: half requests, silence, and whatever comes back.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::until::within_patience;

/// Sends these bytes and then nothing more, and reads until the server closes.
pub async fn exchange(address: SocketAddr, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("the server accepts connections");
    stream.write_all(sent).await.expect("the server takes what is sent");
    rest(&mut stream).await
}

/// Reads until the server closes, in whatever way.
pub async fn rest(stream: &mut TcpStream) -> String {
    let reading = async {
        let mut all = Vec::new();
        let mut some = [0; 4096];
        while let Ok(length @ 1..) = stream.read(&mut some).await {
            all.extend_from_slice(&some[..length]);
        }
        all
    };
    String::from_utf8_lossy(&within_patience("the server closes the connection", reading).await).into_owned()
}

/// The head of a create with these further lines.
pub fn create_head(address: SocketAddr, token: &str, lines: &[&str]) -> String {
    let more: String = lines.iter().flat_map(|line| [*line, "\r\n"]).collect();
    format!(
        "POST /api/v2/engagements HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\n{more}\r\n"
    )
}

/// The status of an answer that was read raw.
#[track_caller]
pub fn status(answer: &str) -> u16 {
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("this is no answer: {answer:?}"))
}
