//! The service of a test: the real accept loop on loopback over the ports in memory, with a key and a long recording.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use hearken_application::administer::{Administrator, NewUser};
use hearken_domain::{directory::Role, ids::Ulid, text::Name};
use hearken_http::{Api, ApiSettings, Server, ServerSettings, Serves};
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

/// For heads, bodies and writes alike.
pub(crate) const DEADLINE: Duration = Duration::from_secs(3);

/// A running service; it ends when this is dropped.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    /// Of a key for everything.
    pub(crate) token: String,
    running: JoinHandle<usize>,
}

impl Service {
    /// With so many places for connections, and more for requests than any test takes.
    pub(crate) async fn with_places(places: usize) -> Self {
        let memory = Memory::new();
        let recording = [&b"ID3\x03\0\0\0\0"[..], &vec![0x55; LENGTH - 8]].concat();
        memory.media.serve(LINK, "audio/mpeg".parse().unwrap(), recording);
        let administrator = Administrator::new(memory.ports());
        let name = Name::try_from("Initech").unwrap();
        let first = administrator.first_start(name, owner()).await.unwrap().unwrap();
        let api = Api::new(memory.ports(), Ulid::from_parts(1, 1).into(), api_settings(), None);
        let listener = Server::bind((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = ServerSettings {
            max_connections: places,
            header_timeout: DEADLINE,
            write_timeout: DEADLINE,
            ..ServerSettings::default()
        };
        let running = tokio::spawn(Server::new(listener, api, settings, None).run(std::future::pending()));
        Self { address, token: first.issued.token.expose().to_owned(), running }
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

fn api_settings() -> ApiSettings {
    ApiSettings {
        public_url: PUBLIC.to_owned(),
        link_ttl: Duration::from_mins(15),
        link_key: SecretSlice::from(vec![7; 32]),
        longest_fetch: Duration::from_mins(10),
        rate: None,
        serves: Serves::Everything,
        max_in_flight: 65_536,
        max_body_bytes: MAX_BODY,
        body_timeout: DEADLINE,
    }
}

fn owner() -> NewUser {
    let email = "ada@initech.test".try_into().unwrap();
    NewUser { email, phone: None, first_name: None, last_name: None, role: Role::Owner }
}
