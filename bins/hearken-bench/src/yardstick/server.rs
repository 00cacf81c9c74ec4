//! A hyper server that answers every request from memory with the same bytes. It is a process of its own, as the
//! measured service is: the bench starts itself under another command.

use std::{convert::Infallible, fs, net::SocketAddr, path::Path, process::Command};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Request, Response, StatusCode,
    body::Incoming,
    header::{CONNECTION, CONTENT_LENGTH, DATE, HeaderName, HeaderValue, TRANSFER_ENCODING},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::{
    child::Child,
    cli::YardstickServer,
    connection::{Answer, Connection},
    failure::{Failure, OrFail},
    service::free_address,
};

/// What hyper writes by itself.
const NOT_REPEATED: [HeaderName; 4] = [CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING];

/// A running server. It ends when this is dropped.
pub(crate) struct MemoryServer {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl MemoryServer {
    /// Starts one that repeats this answer, header fields and all.
    pub(crate) async fn repeating(answer: &Answer, folder: &Path) -> Result<Self, Failure> {
        let body = folder.join("answer");
        fs::write(&body, &answer.body).or_fail("the answer could not be written")?;
        let address = free_address()?;
        let own = std::env::current_exe().or_fail("the bench does not know its own file")?;
        let mut command = Command::new(own);
        command.args(["yardstick-server", "--listen"]).arg(address.to_string()).arg("--body").arg(body);
        command.arg("--status").arg(answer.status.as_str());
        for (name, value) in answer.headers.iter().filter(|(name, _)| !NOT_REPEATED.contains(name)) {
            let value = value.to_str().or_fail(format!("the header {name} is no text"))?;
            command.arg("--header").arg(format!("{name}:{value}"));
        }
        let mut server = Self { child: Child::start(command)?, address };
        while Connection::open(address, None).await.is_err() {
            server.child.insist_it_runs()?;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        Ok(server)
    }
}

/// What is sent each time.
#[derive(Clone)]
struct Fixed {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Serves until it is killed.
pub(crate) async fn serve(options: YardstickServer) -> Result<(), Failure> {
    let body = fs::read(&options.body).or_fail("the body could not be read")?.into();
    let status = StatusCode::from_u16(options.status).or_fail("--status")?;
    let fixed = Fixed { status, headers: headers(&options.headers)?, body };
    let listener = TcpListener::bind(options.listen).await.or_fail("the address could not be listened on")?;
    loop {
        let (stream, _) = listener.accept().await.or_fail("a connection could not be accepted")?;
        tokio::spawn(converse(stream, fixed.clone()));
    }
}

fn headers(given: &[String]) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for field in given {
        let (name, value) = field.split_once(':').ok_or_else(|| Failure::plain("--header needs a colon"))?;
        let name = HeaderName::try_from(name).or_fail("--header has no good name")?;
        headers.append(name, HeaderValue::try_from(value).or_fail("--header has no good value")?);
    }
    Ok(headers)
}

async fn converse(stream: TcpStream, fixed: Fixed) -> Result<(), hyper::Error> {
    // Without it the figure would be about Nagle's algorithm. Where it cannot be set, that shows.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(fixed.clone(), request));
    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
}

/// Reads the request to its end, as anybody must who keeps the connection.
async fn answer(fixed: Fixed, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut body = request.into_body();
    while let Some(Ok(_)) = body.frame().await {}
    let mut response = Response::new(Full::new(fixed.body));
    *response.status_mut() = fixed.status;
    *response.headers_mut() = fixed.headers;
    Ok(response)
}
