//! Request heads of any content, asked of the whole API without a socket: nothing panics, nothing is our fault, and a
//! part of a recording is as long as its answer says.

use std::{sync::LazyLock, time::Duration};

use hearken_application::administer::{Administrator, NewUser};
use hearken_domain::{
    directory::Role,
    handle::EmailAddress,
    ids::{ProcessId, Ulid},
    text::Name,
};
use hearken_http::{Api, ApiSettings, Serves};
use hearken_memory::Memory;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use tokio::runtime::Runtime;

const PUBLIC: &str = "https://hearken.example.com";
const LINK: &str = "https://media.example.com/call.mp3";
const RECORDING: &[u8] = b"ID3\x03\0\0\0\0 a short recording";

/// An API with one recording, and the path of a link to it.
struct House {
    runtime: Runtime,
    api: Api,
    media: String,
}

fn house() -> &'static House {
    static HOUSE: LazyLock<House> = LazyLock::new(|| {
        let runtime = Runtime::new().expect("a runtime can be made");
        let (api, media) = runtime.block_on(furnished());
        House { runtime, api, media }
    });
    &HOUSE
}

async fn furnished() -> (Api, String) {
    let memory = Memory::new();
    memory.media.serve(LINK, "audio/mpeg".parse().expect("this is a type"), RECORDING);
    let owner = NewUser {
        email: EmailAddress::try_from("ada@initech.test").expect("this is an address"),
        phone: None,
        first_name: None,
        last_name: None,
        role: Role::Owner,
    };
    let name = Name::try_from("Initech").expect("this is a name");
    let first = Administrator::new(memory.ports()).first_start(name, owner).await;
    let first = first.expect("the store answers").expect("nothing was there");
    let process = ProcessId::from(Ulid::from_parts(1, 1));
    let api = Api::new(memory.ports(), process, settings(), None);
    let body = format!(
        r#"{{"type":"CALL","title":"A call","source_system":"d","external_id":"1","media_url":"{LINK}","run_workflows":false}}"#
    );
    let request = Request::post("/v2/engagements?expand=media_url")
        .header(header::AUTHORIZATION, first.issued.token.expose())
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::from(body))
        .expect("this is a request");
    let created = text_of(api.handle(request).await).await;
    let (_, link) = created.split_once(r#""media_url":"https://hearken.example.com"#).expect("a link is shown");
    let (path, _) = link.split_once('"').expect("a text ends");
    (api, path.to_owned())
}

fn settings() -> ApiSettings {
    ApiSettings {
        public_url: PUBLIC.to_owned(),
        link_ttl: Duration::from_mins(15),
        link_key: vec![7; 32].into(),
        longest_fetch: Duration::from_mins(10),
        rate: None,
        serves: Serves::Everything,
        max_in_flight: 8,
        max_body_bytes: 4096,
        max_buffered_bytes: 1024 * 1024,
        body_timeout: Duration::from_mins(5),
    }
}

async fn text_of(response: Response<hearken_http::Body>) -> String {
    let bytes = response.into_body().collect().await.expect("a body in memory is whole").to_bytes();
    String::from_utf8(bytes.to_vec()).expect("JSON is UTF-8")
}

/// Whatever stands in the fields of a request for a recording, the answer is the whole, a part of it, or a word about it.
pub fn for_recording(fields: [&[u8]; 3]) {
    let House { runtime, api, media } = house();
    let names = [header::RANGE, header::IF_RANGE, header::IF_NONE_MATCH];
    let Some(request) = request(media, names, fields) else { return };
    runtime.block_on(async {
        let (head, body) = api.handle(request).await.into_parts();
        let bytes = body.collect().await.expect("a body in memory is whole").to_bytes();
        let length = head.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        match head.status {
            StatusCode::OK => assert_eq!(bytes, RECORDING),
            StatusCode::PARTIAL_CONTENT => {
                assert_eq!(length, Some(bytes.len().to_string().as_str()));
                assert!(RECORDING.windows(bytes.len().max(1)).any(|part| part == bytes), "{bytes:?}");
            }
            StatusCode::NOT_MODIFIED => assert!(bytes.is_empty()),
            StatusCode::RANGE_NOT_SATISFIABLE => {}
            other => panic!("{other} for {fields:?}"),
        }
    });
}

/// Whatever stands in the fields of a request to the API, it is never our fault, and never lets anybody in.
pub fn for_list(fields: [&[u8]; 3]) {
    let House { runtime, api, .. } = house();
    let names = [header::AUTHORIZATION, header::ACCEPT, header::CONTENT_TYPE];
    let Some(request) = request("/v2/engagements", names, fields) else { return };
    let status = runtime.block_on(api.handle(request)).status();
    assert_eq!(status, StatusCode::UNAUTHORIZED, "{fields:?}");
}

/// A request with these fields; nothing where one of them cannot be sent at all.
fn request(path: &str, names: [HeaderName; 3], fields: [&[u8]; 3]) -> Option<Request<Full<bytes::Bytes>>> {
    let mut request = Request::get(path).body(Full::default()).ok()?;
    for (name, field) in names.into_iter().zip(fields) {
        if !field.is_empty() {
            request.headers_mut().insert(name, HeaderValue::from_bytes(field).ok()?);
        }
    }
    Some(request)
}
