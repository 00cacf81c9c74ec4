//! A transcription server whose behaviour a test writes, and which remembers what it was asked.

use std::{
    convert::Infallible,
    future::pending,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    HeaderMap, Request, Response,
    body::{Frame, Incoming},
    header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinSet};
use url::Url;

use crate::{multipart, sound};

/// What a test's server is asked for, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    /// The form's fields but the file, in their order.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body_bytes: u64,
    pub(crate) samples: usize,
    /// Where there is sound in the file, in milliseconds.
    pub(crate) bursts: Vec<std::ops::Range<u64>>,
}

/// What it does then.
pub(crate) enum Reply {
    Json(String),
    /// A body that may be no text.
    Bytes(Vec<u8>),
    /// A status, header fields, and a body.
    Other(u16, Vec<(&'static str, String)>, String),
    /// Never answers.
    Hang,
    /// Answers with a text that never ends.
    Endless,
    /// Closes the connection in the middle of its answer.
    BreakOff,
    /// Closes it before any.
    Close,
}

type Behaviour = dyn Fn(usize, &Asked) -> Reply + Send + Sync;
type Sent = Response<BoxBody<Bytes, std::io::Error>>;

/// The server; it ends when this is dropped.
pub(crate) struct Asr {
    pub(crate) url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
    _tasks: JoinSet<()>,
}

impl Asked {
    pub(crate) fn field(&self, name: &str) -> Vec<&str> {
        self.fields.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
    }
}

impl Asr {
    /// A server that does as told; it is told how many requests came before.
    pub(crate) async fn start(behaviour: impl Fn(usize, &Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_with_limit(u64::MAX, behaviour).await
    }

    /// The same, and a request longer than `limit` bytes is refused with 413 from its head.
    pub(crate) async fn start_with_limit(
        limit: u64,
        behaviour: impl Fn(usize, &Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let (behaviour, memory): (Arc<Behaviour>, _) = (Arc::new(behaviour), Arc::clone(&asked));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (behaviour, memory) = (Arc::clone(&behaviour), Arc::clone(&memory));
                let answer =
                    service_fn(move |request| answer(request, limit, Arc::clone(&behaviour), Arc::clone(&memory)));
                connections.spawn(async move {
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
                });
            }
        });
        Self { url, asked, _tasks: tasks }
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// A segment for each burst, and a word in it.
pub(crate) fn hears_bursts(asked: &Asked) -> Reply {
    let seconds = |millis: u64| format!("{}.{:03}", millis / 1000, millis % 1000);
    let spans = asked.bursts.iter().map(|burst| {
        let (start, end) = (seconds(burst.start), seconds(burst.end));
        format!(r#""start": {start}, "end": {end}"#)
    });
    let spans: Vec<String> = spans.collect();
    let list = |key: &str| spans.iter().map(|span| format!(r#"{{"{key}": " burst", {span}}}"#)).collect::<Vec<_>>();
    Reply::Json(format!(
        r#"{{"task": "transcribe", "language": "english", "text": "all", "segments": [{}], "words": [{}]}}"#,
        list("text").join(","),
        list("word").join(",")
    ))
}

/// What a common server answers that tells no times.
pub(crate) fn text(text: &str) -> Reply {
    Reply::Json(format!(r#"{{"text": "{text}"}}"#))
}

pub(crate) fn status(status: u16) -> Reply {
    Reply::Other(status, Vec::new(), r#"{"error": {"message": "hello", "code": "some_code"}}"#.to_owned())
}

async fn answer(
    request: Request<Incoming>,
    limit: u64,
    behaviour: Arc<Behaviour>,
    memory: Arc<Mutex<Vec<Asked>>>,
) -> Result<Sent, std::io::Error> {
    let (head, mut body) = request.into_parts();
    let declared = head.headers.get(CONTENT_LENGTH).map_or(0, |value| value.to_str().unwrap().parse().unwrap());
    if declared > limit {
        // As servers do: answer at once, and let what is still coming run into the ground.
        tokio::spawn(async move { while body.frame().await.is_some() {} });
        return Ok(send(status(413)));
    }
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    let asked = tokio::task::spawn_blocking(move || asked(head.uri.path(), &head.headers, &body)).await.unwrap();
    let before = {
        let mut memory = memory.lock().unwrap();
        memory.push(asked.clone());
        memory.len() - 1
    };
    match behaviour(before, &asked) {
        Reply::Hang => pending().await,
        Reply::Close => Err(std::io::Error::other("closed")),
        reply => Ok(send(reply)),
    }
}

fn asked(path: &str, headers: &HeaderMap, body: &[u8]) -> Asked {
    let header = |name| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let mut asked = Asked {
        path: path.to_owned(),
        authorization: header(AUTHORIZATION),
        fields: Vec::new(),
        body_bytes: body.len() as u64,
        samples: 0,
        bursts: Vec::new(),
    };
    let parts = if body.is_empty() { Vec::new() } else { multipart::parts(&header(CONTENT_TYPE).unwrap(), body) };
    for part in parts {
        if part.name == "file" {
            assert_eq!(part.content_type.as_deref(), Some("audio/wav"));
            assert_eq!(part.file_name.as_deref(), Some("audio.wav"));
            let samples = sound::samples(&part.content);
            (asked.samples, asked.bursts) = (samples.len(), sound::bursts(&samples));
        } else {
            asked.fields.push((part.name, String::from_utf8(part.content).unwrap()));
        }
    }
    asked
}

fn send(reply: Reply) -> Sent {
    let whole = |body: Vec<u8>| Full::new(Bytes::from(body)).map_err(|never: Infallible| match never {}).boxed();
    let answer = Response::builder().header(CONTENT_TYPE, "application/json");
    let answer = match reply {
        Reply::Json(body) => answer.body(whole(body.into())),
        Reply::Bytes(body) => answer.body(whole(body)),
        Reply::Other(status, fields, body) => {
            let answer = fields.into_iter().fold(answer, |answer, (name, value)| answer.header(name, value));
            answer.status(status).body(whole(body.into()))
        }
        Reply::Endless => {
            let piece = || Ok(Frame::data(Bytes::from(vec![b' '; 64 * 1024])));
            answer.body(BodyExt::boxed(StreamBody::new(stream::repeat_with(piece))))
        }
        Reply::BreakOff => {
            let begin = stream::iter([Ok(Frame::data(Bytes::from_static(b"{\"text\": \"he")))]);
            let broken = stream::iter([Err(std::io::Error::other("broken off"))]);
            answer.body(BodyExt::boxed(StreamBody::new(begin.chain(broken))))
        }
        Reply::Hang | Reply::Close => unreachable!("nothing is sent"),
    };
    answer.unwrap()
}
