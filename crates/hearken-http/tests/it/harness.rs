//! A house to test in: the service over the ports in memory, a key for everything, and answers that are easy to ask.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use bytes::Bytes;
use hearken_application::administer::{Administrator, NewKey, NewUser, Privacy};
use hearken_domain::{
    access::{Scope, Scopes},
    directory::{Role, User, Workspace},
    ids::Ulid,
    ports::{Outbox, Ports},
    text::Name,
};
use hearken_http::{Api, ApiSettings, Rate, Serves};
use hearken_memory::Memory;
use hearken_wire::event::JsonEventEncoder;
use http::{HeaderMap, Method, Request, StatusCode, request::Builder};
use http_body_util::{BodyExt, Full};
use secrecy::SecretSlice;
use serde_json::{Value, json};

/// Where the service says it is reached.
pub(crate) const PUBLIC: &str = "https://hearken.example.com";
/// A link that serves a recording.
pub(crate) const LINK: &str = "https://media.example.com/call.mp3";
/// What it serves.
pub(crate) const BYTES: &[u8] = b"ID3 0123456789";
/// How long media links work.
pub(crate) const LINK_TTL: Duration = Duration::from_mins(15);

/// The service and what is behind it.
pub(crate) struct House {
    pub(crate) memory: Memory,
    /// What the service has; some may be swapped.
    pub(crate) ports: Ports,
    pub(crate) administrator: Administrator,
    pub(crate) workspace: Workspace,
    pub(crate) owner: User,
    pub(crate) api: Api,
    /// Of a key with every right.
    pub(crate) token: String,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(settings(), |ports| ports).await
    }

    /// With other settings, and with ports of which some may be swapped.
    pub(crate) async fn with(settings: ApiSettings, swap: impl FnOnce(Ports) -> Ports) -> Self {
        let memory = Memory::new();
        memory.media.serve(LINK, "audio/mpeg".parse().unwrap(), BYTES);
        let administrator = Administrator::new(memory.ports());
        let first = administrator.first_start(name("Initech"), new_user("ada@initech.test")).await.unwrap().unwrap();
        let ports = swap(Ports { events: Arc::new(JsonEventEncoder), ..memory.ports() });
        let api = Api::new(ports.clone(), Ulid::from_parts(1, 1).into(), settings, None);
        let token = first.issued.token.expose().to_owned();
        Self { memory, ports, administrator, workspace: first.workspace, owner: first.owner, api, token }
    }

    /// The token of another key of the owner.
    pub(crate) async fn key(&self, scopes: &[Scope]) -> String {
        let scopes = Scopes::from_iter(scopes.iter().copied());
        let key = NewKey { user: self.owner.id, scopes, name: None, life: None };
        let issued = self.administrator.create_key(self.workspace.id, key).await.unwrap();
        issued.token.expose().to_owned()
    }

    /// The token of a key for everything in another workspace of the same installation.
    pub(crate) async fn key_elsewhere(&self) -> String {
        let workspace = self.administrator.create_workspace(name("Elsewhere"), Privacy::Open).await.unwrap();
        let user = self.administrator.add_user(workspace.id, new_user("eve@elsewhere.test")).await.unwrap();
        let scopes = Scopes::from_iter([Scope::WorkspaceAdmin]);
        let key = NewKey { user: user.id, scopes, name: None, life: None };
        self.administrator.create_key(workspace.id, key).await.unwrap().token.expose().to_owned()
    }

    pub(crate) async fn send<B>(&self, request: Request<B>) -> Answer
    where
        B: http_body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
    {
        let (head, body) = self.api.handle(request).await.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer { status: head.status, headers: head.headers, bytes }
    }

    /// Reads with the key for everything.
    pub(crate) async fn read(&self, path: &str) -> Answer {
        self.send(asking(Method::GET, path, &self.token).body(nothing()).unwrap()).await
    }

    /// Reads with another key.
    pub(crate) async fn read_as(&self, token: &str, path: &str) -> Answer {
        self.send(asking(Method::GET, path, token).body(nothing()).unwrap()).await
    }

    /// Reads without any key.
    pub(crate) async fn read_openly(&self, path: &str) -> Answer {
        self.send(Request::builder().uri(path).body(nothing()).unwrap()).await
    }

    /// Creates with the key for everything.
    pub(crate) async fn post(&self, body: &Value) -> Answer {
        self.post_as(&self.token, body).await
    }

    /// Creates with another key.
    pub(crate) async fn post_as(&self, token: &str, body: &Value) -> Answer {
        self.send(posting(token).body(Full::from(body.to_string())).unwrap()).await
    }

    /// Asks in another way than by reading, with the key for everything.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.ask_as(&self.token, (method, path), body).await
    }

    /// Asks in another way than by reading, with another key. `null` is no body at all.
    pub(crate) async fn ask_as(&self, token: &str, (method, path): (Method, &str), body: &Value) -> Answer {
        let request = asking(method, path, token);
        let request = match body {
            Value::Null => request.body(nothing()),
            body => request.header("content-type", "application/json").body(Full::from(body.to_string())),
        };
        self.send(request.unwrap()).await
    }

    /// Creates with another key, asking for parts of what is made.
    pub(crate) async fn post_expanding(&self, token: &str, body: &Value, expand: &str) -> Answer {
        self.ask_as(token, (Method::POST, &format!("/v2/engagements?expand={expand}")), body).await
    }

    /// Everything that was told of, oldest first.
    pub(crate) async fn events(&self) -> Vec<Value> {
        let events = self.ports.outbox.events(self.workspace.id, None, 100).await.unwrap();
        events
            .iter()
            .filter_map(|event| event.payload.as_ref())
            .map(|bytes| serde_json::from_slice(bytes).unwrap())
            .collect()
    }

    /// Makes what must be good of any kind.
    pub(crate) async fn made(&self, path: &str, body: &Value) -> Value {
        let answer = self.ask(Method::POST, path, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.json()
    }

    /// Creates what must be good; its id.
    pub(crate) async fn created(&self, body: &Value) -> String {
        let answer = self.post(body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.json()["id"].as_str().unwrap().to_owned()
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The text of a header that must be there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:?}")).to_str().unwrap()
    }

    /// Asserts that it is a problem of this kind, with everything that every problem has; gives the document.
    #[track_caller]
    pub(crate) fn problem(&self, status: u16, slug: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json");
        let document = self.json();
        assert_eq!(document["type"], format!("{PUBLIC}/errors/{slug}"));
        assert_eq!(document["status"], status);
        assert_eq!(document["request_id"], self.header("x-request-id"));
        assert!(document["title"].is_string() && document["detail"].is_string(), "{document}");
        document
    }

    /// The path and the code of every field that a problem names.
    #[track_caller]
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let problem = self.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("no errors: {self:?}")).iter();
        errors.map(|error| (text(&error["field"]), text(&error["code"]))).collect()
    }

    /// The body as sent, a line a field, without what differs between any two runs.
    pub(crate) fn shape(&self) -> String {
        let text = String::from_utf8(self.bytes.to_vec()).unwrap();
        let masked: Vec<String> = text.split('"').map(without_dice).collect();
        masked.join("\"").replace(",\"", ",\n\"")
    }

    /// Status, headers and body without what differs between any two requests.
    pub(crate) fn masked(&self) -> (StatusCode, Vec<(String, String)>, String) {
        let id = self.header("x-request-id");
        let own = ["x-request-id", "ratelimit"];
        let headers = self.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        (self.status, headers, String::from_utf8_lossy(&self.bytes).replace(id, "rid"))
    }
}

/// Settings that no test runs into.
pub(crate) fn settings() -> ApiSettings {
    ApiSettings {
        serves: Serves::Everything,
        longest_fetch: Duration::from_mins(10),
        public_url: PUBLIC.to_owned(),
        link_ttl: LINK_TTL,
        link_key: SecretSlice::from(vec![7; 32]),
        rate: Some(rate(6_000, 1_000)),
        max_in_flight: 64,
        max_body_bytes: 64 * 1024,
        max_buffered_bytes: 16 * 1024 * 1024,
        body_timeout: Duration::from_mins(5),
    }
}

/// An id or a secret, by its kind alone.
fn without_dice(text: &str) -> String {
    match text.split_once('_') {
        Some(("whsec", _)) => "whsec_…".to_owned(),
        Some((prefix, ulid)) if ulid.len() == 26 && Ulid::from_string(ulid).is_ok() => format!("{prefix}_…"),
        _ => text.to_owned(),
    }
}

pub(crate) fn rate(per_minute: u32, burst: u32) -> Rate {
    Rate { per_minute: NonZeroU32::new(per_minute).unwrap(), burst: NonZeroU32::new(burst).unwrap() }
}

pub(crate) fn nothing() -> Full<Bytes> {
    Full::default()
}

pub(crate) fn asking(method: Method, path: &str, token: &str) -> Builder {
    Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"))
}

pub(crate) fn posting(token: &str) -> Builder {
    asking(Method::POST, "/api/v2/engagements", token).header("content-type", "application/json")
}

/// A good body with the recording of [`LINK`].
pub(crate) fn recording(external_id: &str) -> Value {
    json!({
        "type": "CALL", "title": "A call", "source_system": "dialer", "external_id": external_id,
        "media_url": LINK, "run_workflows": false,
    })
}

/// A good body with a timeline and nothing to fetch.
pub(crate) fn timeline(external_id: &str) -> Value {
    json!({
        "type": "MEETING", "title": "A meeting", "source_system": "dialer", "external_id": external_id,
        "run_workflows": false,
        "transcript_timeline": {
            "speakers": [{"name": "Ada"}],
            "entries": [{"speaker_index": 0, "start_ms": 0, "end_ms": 900, "text": "Hello."}],
        },
    })
}

fn name(text: &str) -> Name {
    Name::try_from(text).unwrap()
}

fn new_user(email: &str) -> NewUser {
    let email = email.try_into().unwrap();
    NewUser { email, phone: None, first_name: None, last_name: None, role: Role::Owner }
}
