//! A chat server with the interface that OpenAI made common. It answers by simple rules, from what it was really shown.

mod answers;

use std::{io, net::SocketAddr, sync::Arc};

use http_body_util::BodyExt;
use hyper::{Method, Request, body::Incoming};
use serde_json::{Value, json};

use crate::{
    manner::{Manner, Switch},
    seen::Seen,
    web::{self, Answered, Serving},
};

/// A request for a completion.
#[derive(Clone, Debug)]
pub struct Question {
    /// The name of the schema that the answer must have.
    pub schema: String,
    /// The message that carries the data: a line of JSON each.
    pub lines: Vec<Value>,
}

/// The server; it ends when this is dropped.
pub struct ChatServer {
    serving: Serving,
    scene: Arc<Scene>,
}

#[derive(Default)]
struct Scene {
    asked: Seen<Question>,
    manner: Switch,
}

impl ChatServer {
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

    /// Sets how questions are answered.
    pub fn manner(&self) -> &Switch {
        &self.scene.manner
    }

    /// Every question, noted before it is answered.
    pub fn asked(&self) -> &Seen<Question> {
        &self.scene.asked
    }
}

async fn answer(scene: Arc<Scene>, request: Request<Incoming>) -> Answered {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    match (&head.method, head.uri.path()) {
        (&Method::GET, "/v1/models") => return Ok(web::json(&json!({"object": "list", "data": []}))),
        (&Method::POST, "/v1/chat/completions") => {}
        _ => return Ok(web::refusal(404)),
    }
    let Some(question) = read(&body) else { return Ok(web::refusal(400)) };
    let answer = answers::to(&question);
    scene.asked.note(question);
    Ok(match (scene.manner.next().await, answer) {
        (Manner::Well, Some(answer)) => completion(&answer.to_string()),
        (Manner::Well, None) => web::refusal(422),
        (Manner::Answers(status), _) => web::refusal(status),
        (Manner::Nonsense | Manner::Hangs, _) => {
            completion("As a language model I would rather talk about the weather.")
        }
    })
}

fn read(body: &[u8]) -> Option<Question> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let schema = body["response_format"]["json_schema"]["name"].as_str()?.to_owned();
    let data = body["messages"].as_array()?.last()?["content"].as_str()?;
    let lines = data.lines().map(serde_json::from_str).collect::<Result<_, _>>().ok()?;
    Some(Question { schema, lines })
}

fn completion(content: &str) -> hyper::Response<web::Body> {
    let message = json!({"role": "assistant", "content": content});
    let choice = json!({"index": 0, "message": message, "finish_reason": "stop"});
    web::json(&json!({"object": "chat.completion", "choices": [choice]}))
}
