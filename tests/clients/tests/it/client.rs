//! A client with manners, and a socket with none.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// After this a test hangs. The longest deadline of the service is that of a silent HTTP/2 connection, 30 seconds.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);

/// Why there is no answer.
pub(crate) type Broken = Box<dyn std::error::Error + Send + Sync>;

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }
}

/// Connects as the client with this number: each has an address of its own on loopback.
pub(crate) async fn connect_as(client: u8, address: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::new(127, 0, 1, client), 0).into())?;
    socket.connect(address).await
}

/// Sends a request on a connection of its own and reads the whole answer.
pub(crate) async fn ask(address: SocketAddr, request: Request<Full<Bytes>>) -> Result<Answer, Broken> {
    timeout(PATIENCE, async { ask_over(TcpStream::connect(address).await?, request).await }).await?
}

/// Sends a request on a connection and reads the whole answer.
pub(crate) async fn ask_over(stream: TcpStream, request: Request<Full<Bytes>>) -> Result<Answer, Broken> {
    let mut sender = over(stream).await?;
    let (head, body) = sender.send_request(request).await?.into_parts();
    Ok(Answer { status: head.status.as_u16(), body: body.collect().await?.to_bytes() })
}

/// A connection of one's own.
pub(crate) async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>, Broken> {
    over(TcpStream::connect(address).await?).await
}

async fn over(stream: TcpStream) -> Result<SendRequest<Full<Bytes>>, Broken> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends with its sender, and what goes wrong on it is told there.
    tokio::spawn(connection);
    Ok(sender)
}

/// Reads something with a key.
pub(crate) fn asking(token: &str, path: &str) -> Request<Full<Bytes>> {
    let request = Request::get(path).header(header::HOST, "localhost");
    request.header(header::AUTHORIZATION, format!("Bearer {token}")).body(Full::default()).unwrap()
}

/// Asks whether the service lives.
pub(crate) fn health() -> Request<Full<Bytes>> {
    Request::get("/healthz").header(header::HOST, "localhost").body(Full::default()).unwrap()
}

/// Creates something with a key.
pub(crate) fn posting(token: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let request = Request::post("/api/v2/engagements").header(header::HOST, "localhost");
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    request.header(header::CONTENT_TYPE, "application/json").body(Full::new(body.into())).unwrap()
}

/// Sends these bytes as they are, and gives the status of the answer; nothing when the server closed without one.
pub(crate) async fn status_for(address: SocketAddr, sent: &[u8]) -> Option<u16> {
    let (mut reading, mut writing) = TcpStream::connect(address).await.unwrap().into_split();
    let mut answer = Vec::new();
    let talk = async {
        // A server that has read enough closes, and what it said before can still be read.
        let writes = async {
            let _ = writing.write_all(sent).await;
        };
        let reads = async {
            let _ = reading.read_to_end(&mut answer).await;
        };
        tokio::join!(writes, reads);
    };
    timeout(PATIENCE, talk).await.expect("the server answers and closes");
    let line = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line).into_owned();
    line.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)).and_then(|status| status.parse().ok())
}
