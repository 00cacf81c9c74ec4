//! A transcription server with the interface that OpenAI made common. It hears the phrases of [`sound`].

use std::{io, net::SocketAddr, ops::Range, sync::Arc};

use http_body_util::BodyExt;
use hyper::{
    Method, Request, StatusCode,
    body::Incoming,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::{Value, json};

use crate::{
    form,
    manner::{Manner, Switch},
    seen::Seen,
    sound::{self, PHRASES},
    web::{self, Answered, Serving},
};

/// A request for a transcript, as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The form's fields but the file, in their order.
    pub fields: Vec<(String, String)>,
    /// The bearer token.
    pub token: Option<String>,
    /// The phrases in the file, and when, in milliseconds.
    pub heard: Vec<(Range<u64>, usize)>,
}

/// The server; it ends when this is dropped.
pub struct AsrServer {
    serving: Serving,
    scene: Arc<Scene>,
}

#[derive(Default)]
struct Scene {
    asked: Seen<Asked>,
    manner: Switch,
}

impl AsrServer {
    /// Starts on a free port.
    pub async fn start() -> Self {
        let scene = Arc::<Scene>::default();
        let serving = Serving::start(None, {
            let scene = Arc::clone(&scene);
            move |request| answer(Arc::clone(&scene), request)
        })
        .await;
        Self { serving, scene }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.serving.address
    }

    /// The base that the service is configured with.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address())
    }

    /// Sets how requests for transcripts are answered.
    pub fn manner(&self) -> &Switch {
        &self.scene.manner
    }

    /// Every request for a transcript, noted before it is answered.
    pub fn asked(&self) -> &Seen<Asked> {
        &self.scene.asked
    }
}

async fn answer(scene: Arc<Scene>, request: Request<Incoming>) -> Answered {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    match (&head.method, head.uri.path()) {
        (&Method::GET, "/v1/models") => return Ok(web::json(&json!({"object": "list", "data": []}))),
        (&Method::POST, "/v1/audio/transcriptions") => {}
        _ => return Ok(web::refusal(404)),
    }
    let Some(parts) = header(CONTENT_TYPE).and_then(|kind| form::parts(kind, &body)) else {
        return Ok(web::refusal(400));
    };
    let token = header(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned);
    let mut asked = Asked { fields: Vec::new(), token, heard: Vec::new() };
    for part in parts {
        match part.name.as_str() {
            "file" => asked.heard = sound::heard(&part.content),
            _ => asked.fields.push((part.name, String::from_utf8_lossy(&part.content).into_owned())),
        }
    }
    let transcript = transcript(&asked);
    scene.asked.note(asked);
    Ok(match scene.manner.next().await {
        Manner::Well => web::json(&transcript),
        Manner::Answers(status) => web::refusal(status),
        Manner::Nonsense | Manner::Hangs => web::text(StatusCode::OK, "text/html", "<p>It works!"),
    })
}

/// `verbose_json`, with a segment for each phrase.
fn transcript(asked: &Asked) -> Value {
    let seconds = |millis: u64| f64::from(u32::try_from(millis).expect("recordings are short")) / 1000.0;
    let segment = |(id, (span, phrase)): (usize, &(Range<u64>, usize))| json!({"id": id, "start": seconds(span.start), "end": seconds(span.end), "text": format!(" {}", PHRASES[*phrase])});
    let segments: Vec<Value> = asked.heard.iter().enumerate().map(segment).collect();
    let text: Vec<&str> = asked.heard.iter().map(|(_, phrase)| PHRASES[*phrase]).collect();
    json!({"task": "transcribe", "language": "english", "text": text.join(" "), "segments": segments})
}
