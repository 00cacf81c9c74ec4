//! A host of models on loopback: files by their paths, whole or from a byte on, and misbehaviour by script.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use hyper::{body::Frame, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    task::AbortHandle,
};
use tokio_rustls::TlsAcceptor;

/// What the host does with the next request.
pub(crate) enum Reply {
    /// As asked.
    Proper,
    /// As asked, but it breaks off after so many bytes.
    BreaksOff(usize),
    /// All of it, although a part was asked for.
    Whole,
    /// Another body, as if it were the whole.
    Other(&'static [u8]),
    /// Another status.
    Status(u16),
    /// A part that starts elsewhere than where it was asked to.
    WrongPart,
}

/// A running host; ends when it is dropped.
pub(crate) struct Host {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
    task: AbortHandle,
}

struct State {
    files: HashMap<String, Bytes>,
    replies: Mutex<VecDeque<Reply>>,
    asked: Mutex<Vec<(String, Option<String>)>>,
}

impl Host {
    /// Serves these files, by path; over TLS where there is an acceptor.
    pub(crate) async fn start(files: HashMap<String, Bytes>, tls: Option<TlsAcceptor>) -> Self {
        let state = State { files, replies: Mutex::default(), asked: Mutex::default() };
        let state = Arc::new(state);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (state, tls) = (Arc::clone(&serving), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        Some(tls) => serve(tls.accept(stream).await.unwrap(), state).await,
                        None => serve(stream, state).await,
                    }
                });
            }
        });
        Self { address, state, task: task.abort_handle() }
    }

    /// What it does with the next requests; after them it is proper.
    pub(crate) fn script(&self, replies: impl IntoIterator<Item = Reply>) {
        self.state.replies.lock().unwrap().extend(replies);
    }

    /// What was asked for since the last time: the file's name and the range.
    pub(crate) fn asked(&self) -> Vec<(String, Option<String>)> {
        std::mem::take(&mut *self.state.asked.lock().unwrap())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, state: Arc<State>) {
    let answer = service_fn(|request| {
        let response = state.answer(&request);
        async move { Ok::<_, Infallible>(response) }
    });
    // A connection that the host itself breaks off ends with an error.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
}

impl State {
    fn answer(&self, request: &Request<Incoming>) -> Response<UnsyncBoxBody<Bytes, io::Error>> {
        let path = request.uri().path();
        let range = request.headers().get(header::RANGE).map(|value| value.to_str().unwrap().to_owned());
        let name = path.rsplit('/').next().unwrap().to_owned();
        self.asked.lock().unwrap().push((name, range.clone()));
        let reply = self.replies.lock().unwrap().pop_front().unwrap_or(Reply::Proper);
        let Some(file) = self.files.get(path).cloned() else { return body(404, b"no such file".to_vec().into(), None) };
        let from: usize = range.map_or(0, |range| range["bytes=".len()..range.len() - 1].parse().unwrap());
        match reply {
            Reply::Status(status) => body(status, Bytes::from_static(b"sorry"), None),
            Reply::Other(bytes) => body(200, Bytes::from_static(bytes), None),
            Reply::Whole => body(200, file, None),
            Reply::WrongPart => part(&file, from - 1, None),
            Reply::Proper if from == 0 => body(200, file, None),
            Reply::Proper => part(&file, from, None),
            Reply::BreaksOff(after) if from == 0 => body(200, file, Some(after)),
            Reply::BreaksOff(after) => part(&file, from, Some(after)),
        }
    }
}

fn part(file: &Bytes, from: usize, breaks_off: Option<usize>) -> Response<UnsyncBoxBody<Bytes, io::Error>> {
    let mut response = body(206, file.slice(from..), breaks_off);
    let range = format!("bytes {from}-{}/{}", file.len() - 1, file.len());
    response.headers_mut().insert(header::CONTENT_RANGE, range.parse().unwrap());
    response
}

fn body(status: u16, bytes: Bytes, breaks_off: Option<usize>) -> Response<UnsyncBoxBody<Bytes, io::Error>> {
    let length = bytes.len();
    let first = Ok(Frame::data(bytes.slice(..breaks_off.unwrap_or(length))));
    let end = stream::iter(breaks_off).then(async |_| {
        // What is there is sent before the break is seen.
        tokio::task::yield_now().await;
        Err(io::Error::other("scripted"))
    });
    let body = BodyExt::boxed_unsync(StreamBody::new(stream::iter([first]).chain(end)));
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap())
        .header(header::CONTENT_LENGTH, length)
        .body(body)
        .unwrap()
}
