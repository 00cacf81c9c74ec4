//! A chat server for tests: HTTP on loopback, a script that answers, and a record of what was asked.

use std::{
    convert::Infallible,
    future::pending,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    HeaderMap, Request, Response,
    body::{Frame, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};
use url::Url;

/// One request, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// How many came before it.
    pub(crate) number: usize,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// What the server does.
pub(crate) enum Reply {
    /// A completion with this text.
    Says(String),
    /// A good answer with this body.
    Body(String),
    /// A status, fields, a body.
    Status(u16, Vec<(&'static str, &'static str)>, &'static str),
    /// Nothing, ever.
    Hangs,
    /// A body without an end.
    Endless,
    /// A part of the body it promised.
    BreaksOff,
}

impl Reply {
    /// A completion with this object as its text.
    pub(crate) fn object(object: &Value) -> Self {
        Self::Says(object.to_string())
    }

    /// A completion with one choice.
    pub(crate) fn choice(choice: &Value) -> Self {
        Self::Body(json!({"object": "chat.completion", "choices": [choice]}).to_string())
    }
}

impl Asked {
    /// The name of the schema that the answer should have.
    pub(crate) fn schema(&self) -> &str {
        self.body["response_format"]["json_schema"]["name"].as_str().unwrap_or_default()
    }

    /// The form that the answer should have.
    pub(crate) fn form(&self) -> &str {
        self.body["response_format"]["type"].as_str().unwrap_or_default()
    }

    /// The instruction.
    pub(crate) fn system(&self) -> &str {
        self.body["messages"][0]["content"].as_str().unwrap()
    }

    /// The message that carries the data.
    pub(crate) fn user(&self) -> &str {
        self.body["messages"][1]["content"].as_str().unwrap()
    }

    /// Its lines. Every one is JSON.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.user().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The turns among them, each with its position.
    pub(crate) fn turns(&self) -> Vec<(usize, String)> {
        let lines = self.lines();
        let turn = |line: &Value| {
            let position = usize::try_from(line["turn"].as_u64()?).unwrap();
            Some((position, line["text"].as_str().unwrap().to_owned()))
        };
        lines.iter().filter_map(turn).collect()
    }
}

type Script = dyn Fn(&Asked) -> Reply + Send + Sync;

/// The server. Dropping it closes everything.
pub(crate) struct ChatServer {
    pub(crate) url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
    accepting: JoinHandle<()>,
}

impl ChatServer {
    /// Starts one that answers as the script says.
    pub(crate) async fn start(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let accepting = tokio::spawn(accept(listener, Arc::new(script), asked.clone()));
        Self { url, asked, accepting }
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for ChatServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, script: Arc<Script>, asked: Arc<Mutex<Vec<Asked>>>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (script, asked) = (script.clone(), asked.clone());
        connections.spawn(async move {
            let service = service_fn(|request| answer(request, &script, &asked));
            // A client that hangs up is what some tests are about.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    script: &Arc<Script>,
    asked: &Mutex<Vec<Asked>>,
) -> Result<Response<BoxBody<Bytes, std::io::Error>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    let asked = {
        let mut all = asked.lock().unwrap();
        let number = all.len();
        all.push(Asked { number, path: head.uri.path().to_owned(), headers: head.headers, body });
        all.last().unwrap().clone()
    };
    Ok(match script(&asked) {
        Reply::Says(text) => {
            let choice =
                json!({"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"});
            whole(json!({"object": "chat.completion", "choices": [choice]}).to_string())
        }
        Reply::Body(body) => whole(body),
        Reply::Status(status, fields, body) => {
            let mut response = whole(body.to_owned());
            *response.status_mut() = status.try_into().unwrap();
            for (name, value) in fields {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        Reply::Hangs => pending().await,
        Reply::Endless => {
            let frame = || Ok(Frame::data(Bytes::from_static(&[b' '; 8_192])));
            Response::new(BodyExt::boxed(StreamBody::new(stream::iter(std::iter::repeat_with(frame)))))
        }
        Reply::BreaksOff => {
            let frames = [Ok(Frame::data(Bytes::from_static(b"{\"choices\""))), Err(std::io::Error::other("broken"))];
            Response::new(BodyExt::boxed(StreamBody::new(stream::iter(frames))))
        }
    })
}

fn whole(body: String) -> Response<BoxBody<Bytes, std::io::Error>> {
    Response::new(Full::from(body).map_err(|never| match never {}).boxed())
}
