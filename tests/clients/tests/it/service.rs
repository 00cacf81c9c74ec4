//! The service of a test: the real accept loop on loopback over the ports in memory, with two tenants and a long
//! recording. What clients may use is what the binary lets them use by default; only deadlines are shorter, and bodies
//! smaller, so that none of it depends on how fast the machine is.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use hearken_application::administer::{Administrator, NewKey, NewUser, Privacy};
use hearken_config::{Limits, Settings, Sources};
use hearken_domain::{
    access::{Scope, Scopes},
    directory::Role,
    ids::Ulid,
    text::Name,
};
use hearken_http::{Api, ApiSettings, Rate, Server, ServerSettings, Serves};
use hearken_memory::Memory;
use secrecy::SecretSlice;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::client::{ask, asking, posting};

const PUBLIC: &str = "https://hearken.example.com";
const LINK: &str = "https://media.example.com/call.mp3";

/// How long the recording is: several times what the sockets of both ends hold.
pub(crate) const LENGTH: usize = 12 * 1024 * 1024;

/// The most bytes of a body.
pub(crate) const MAX_BODY: usize = 256 * 1024;

/// For heads, bodies and writes alike: longer than an honest client needs on a busy machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);

/// A running service; it ends when this is dropped.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    /// Of a key for everything, of the tenant whose clients mean harm.
    pub(crate) token: String,
    /// Of a key for everything, of another tenant.
    pub(crate) neighbour: String,
    running: JoinHandle<usize>,
}

/// What the service of a test lets clients do, and for how long.
pub(crate) struct Allowed {
    pub(crate) api: ApiSettings,
    pub(crate) server: ServerSettings,
}

impl Allowed {
    /// What the binary allows by default.
    pub(crate) fn by_default() -> Self {
        let limits = Settings::load(Sources::default()).unwrap().limits;
        Self { api: api_settings(&limits), server: server_settings(&limits) }
    }

    /// The same, with deadlines that a test can wait for.
    fn but_for_less_time() -> Self {
        let Self { api, server } = Self::by_default();
        Self {
            api: ApiSettings { max_body_bytes: MAX_BODY, body_timeout: DEADLINE, ..api },
            server: ServerSettings { header_timeout: DEADLINE, write_timeout: DEADLINE, ..server },
        }
    }
}

impl Service {
    /// With so many places for connections, and deadlines that a test can wait for.
    pub(crate) async fn with_places(places: usize) -> Self {
        let Allowed { api, server } = Allowed::but_for_less_time();
        Self::start(Allowed { api, server: ServerSettings { max_connections: places, ..server } }).await
    }

    pub(crate) async fn start(allowed: Allowed) -> Self {
        let memory = Memory::new();
        let recording = [&b"ID3\x03\0\0\0\0"[..], &vec![0x55; LENGTH - 8]].concat();
        memory.media.serve(LINK, "audio/mpeg".parse().unwrap(), recording);
        let administrator = Administrator::new(memory.ports());
        let name = Name::try_from("Initech").unwrap();
        let first = administrator.first_start(name, owner("ada@initech.test")).await.unwrap().unwrap();
        let neighbour = a_tenant(&administrator).await;
        let api = Api::new(memory.ports(), Ulid::from_parts(1, 1).into(), allowed.api, None);
        let listener = Server::bind((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let running = tokio::spawn(Server::new(listener, api, allowed.server, None).run(std::future::pending()));
        Self { address, token: first.issued.token.expose().to_owned(), neighbour, running }
    }

    /// Takes the recording in, and gives the path of a link to it.
    pub(crate) async fn recording(&self) -> String {
        let body = json!({
            "type": "CALL", "title": "A call", "source_system": "dialer", "external_id": "long-call",
            "media_url": LINK, "run_workflows": false,
        });
        let created = ask(self.address, posting(&self.token, body.to_string())).await.unwrap();
        assert_eq!(created.status, 201, "{}", created.text());
        let id = created.json()["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v2/engagements/{id}?expand=media_url");
        let shown = ask(self.address, asking(&self.token, &path)).await.unwrap();
        shown.json()["media_url"].as_str().unwrap().strip_prefix(PUBLIC).unwrap().to_owned()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// A good body with nothing to fetch.
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

fn api_settings(limits: &Limits) -> ApiSettings {
    ApiSettings {
        public_url: PUBLIC.to_owned(),
        link_ttl: Duration::from_mins(15),
        link_key: SecretSlice::from(vec![7; 32]),
        longest_fetch: Duration::from_mins(10),
        rate: limits.rate.map(|rate| Rate { per_minute: rate.per_minute, burst: rate.burst }),
        serves: Serves::Everything,
        max_in_flight: limits.max_in_flight,
        max_body_bytes: usize::try_from(limits.max_body_bytes).unwrap(),
        max_buffered_bytes: usize::try_from(limits.max_buffered_bytes).unwrap(),
        body_timeout: limits.body_timeout,
    }
}

fn server_settings(limits: &Limits) -> ServerSettings {
    ServerSettings {
        max_connections: limits.max_connections,
        connections_per_address: limits.connections_per_address,
        header_timeout: limits.header_timeout,
        drain_timeout: limits.drain_timeout,
        ..ServerSettings::default()
    }
}

/// The token of a key for everything in a workspace of its own.
async fn a_tenant(administrator: &Administrator) -> String {
    let name = Name::try_from("Globex").unwrap();
    let workspace = administrator.create_workspace(name, Privacy::Open).await.unwrap().id;
    let user = administrator.add_user(workspace, owner("eve@globex.test")).await.unwrap().id;
    let scopes = Scopes::from_iter([Scope::WorkspaceAdmin]);
    let key = administrator.create_key(workspace, NewKey { user, scopes, name: None, life: None }).await.unwrap();
    key.token.expose().to_owned()
}

fn owner(email: &str) -> NewUser {
    let email = email.try_into().unwrap();
    NewUser { email, phone: None, first_name: None, last_name: None, role: Role::Owner }
}
