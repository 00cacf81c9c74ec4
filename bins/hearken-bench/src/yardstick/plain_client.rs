//! The same fetch without a guard: TCP, TLS, one GET, the body read to its end.

use std::net::{Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    client::conn::http1,
    header::{ACCEPT, ACCEPT_ENCODING, HOST, HeaderValue, USER_AGENT},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};

use crate::{
    failure::{Failure, OrFail},
    media_host::MediaHost,
};

/// A client of one recording.
pub(crate) struct PlainClient {
    connector: TlsConnector,
    address: SocketAddr,
    path: String,
}

impl PlainClient {
    /// Of a recording of this many bytes.
    pub(crate) fn new(host: &MediaHost, bytes: u64) -> Result<Self, Failure> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, host.port()));
        Ok(Self { connector: host.connector()?, address, path: format!("/recording/{bytes}") })
    }

    /// Fetches it on a connection of its own, and says how many bytes came.
    pub(crate) async fn fetch(&self) -> Result<usize, Failure> {
        let tcp = TcpStream::connect(self.address).await.or_fail("the host could not be reached")?;
        tcp.set_nodelay(true).or_fail("the connection cannot be set up")?;
        let name = ServerName::from(self.address.ip());
        let tls = self.connector.connect(name, tcp).await.or_fail("TLS failed")?;
        let shaken = http1::Builder::new().title_case_headers(true).handshake(TokioIo::new(tls)).await;
        let (mut sender, connection) = shaken.or_fail("HTTP could not be begun")?;
        let driving = tokio::spawn(connection);
        let answer = sender.send_request(self.request()?).await.or_fail("there was no answer")?;
        let bytes = read(answer).await?;
        driving.abort();
        Ok(bytes)
    }

    fn request(&self) -> Result<Request<Empty<Bytes>>, Failure> {
        let request = Request::builder()
            .uri(&self.path)
            .header(HOST, self.address.to_string())
            .header(ACCEPT, HeaderValue::from_static("*/*"))
            .header(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
            .header(USER_AGENT, HeaderValue::from_static("hearken-bench"));
        request.body(Empty::new()).or_fail("the request cannot be sent")
    }
}

async fn read(answer: Response<Incoming>) -> Result<usize, Failure> {
    if answer.status() != StatusCode::OK {
        return Err(Failure::plain(format!("the host answered {}", answer.status())));
    }
    let mut body = answer.into_body();
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.or_fail("the body broke off")?;
        bytes += frame.data_ref().map_or(0, Bytes::len);
    }
    Ok(bytes)
}
