//! The same API over TLS and over HTTP/2, with and without TLS.

use std::net::SocketAddr;

use bytes::Bytes;
use hearken_e2e::{
    answer::Answer,
    bodies,
    certificates::{Authority, loopback},
    client::{self, ENGAGEMENTS, whole},
    raw,
    server::Server,
    setup::Setup,
    until::within_patience,
};
use http_body_util::Full;
use hyper::{Method, Request, client::conn::http2, header};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

async fn over_tls(authority: &Authority, folder: &TempDir) -> Server {
    let pair = authority.pair();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, pair.certificate).expect("a temporary file can be written");
    std::fs::write(&key, pair.key).expect("a temporary file can be written");
    let setup = Setup::new()
        .without_worker()
        .with("tls.cert_file", certificate.display().to_string())
        .with("tls.key_file", key.display().to_string())
        .with("limits.header_timeout", "10s");
    setup.start(folder.path()).await
}

async fn tls(authority: &Authority, address: SocketAddr, protocol: &[u8]) -> TlsStream<TcpStream> {
    let stream = TcpStream::connect(address).await.expect("the server accepts connections");
    let stream = authority.connector(protocol).connect(loopback(), stream).await.expect("the server speaks TLS");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol));
    stream
}

/// Creates, reads back and repeats over one HTTP/2 connection, the last two at the same time.
async fn work_over_http2(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, base: &str, token: &str) {
    let begun = http2::handshake(TokioExecutor::new(), TokioIo::new(stream));
    let (mut sender, connection) = begun.await.expect("the server speaks HTTP/2");
    tokio::spawn(connection);
    let authorization = format!("Bearer {token}");
    let request = |method: Method, path: &str, body: String| -> Request<Full<Bytes>> {
        let request = Request::builder().method(method).uri(format!("{base}{path}"));
        let request = request.header(header::AUTHORIZATION, &authorization);
        whole(request.header(header::CONTENT_TYPE, "application/json"), body)
    };
    let body = bodies::with_timeline("over-http2", "Hello.").to_string();
    let created = within_patience(
        "the create is answered",
        sender.send_request(request(Method::POST, ENGAGEMENTS, body.clone())),
    );
    let created = Answer::of(created.await.expect("there is an answer")).await.expect("it is whole").expect(201);
    let path = format!("{ENGAGEMENTS}/{}?expand=transcript", created.id());
    let read = sender.send_request(request(Method::GET, &path, String::new()));
    let repeated = sender.send_request(request(Method::POST, ENGAGEMENTS, body));
    let (read, repeated) = within_patience("both are answered", async { tokio::join!(read, repeated) }).await;
    let read = Answer::of(read.expect("there is an answer")).await.expect("it is whole").expect(200);
    assert!(read.json()["transcript"].as_str().is_some_and(|text| text.contains("Hello.")));
    let repeated = Answer::of(repeated.expect("there is an answer")).await.expect("it is whole").expect(200);
    assert_eq!(repeated.json(), created.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn https_without_a_proxy() {
    let authority = Authority::new();
    let folder = TempDir::new().expect("a temporary folder can be made");
    let server = over_tls(&authority, &folder).await;
    let stream = tls(&authority, server.address(), b"http/1.1").await;
    let mut sender = client::connect(stream).await.expect("the server speaks HTTP/1.1");
    let request = server.admin().request(Method::GET, ENGAGEMENTS);
    let response = within_patience("the list is answered", sender.send_request(whole(request, ""))).await;
    let list = Answer::of(response.expect("there is an answer")).await.expect("it is whole").expect(200).json();
    assert_eq!(list["data"], Value::Array(Vec::new()));
    // A client that does not speak TLS gets nothing, and a silent one is not waited for.
    assert!(!raw::exchange(server.address(), b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.contains("200"));
    assert_eq!(raw::exchange(server.address(), b"").await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_over_tls() {
    let authority = Authority::new();
    let folder = TempDir::new().expect("a temporary folder can be made");
    let server = over_tls(&authority, &folder).await;
    let stream = tls(&authority, server.address(), b"h2").await;
    work_over_http2(stream, &format!("https://{}", server.address()), &server.admin_token()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_by_prior_knowledge() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let server = Setup::new().without_worker().start(folder.path()).await;
    let stream = TcpStream::connect(server.address()).await.expect("the server accepts connections");
    work_over_http2(stream, &format!("http://{}", server.address()), &server.admin_token()).await;
}
