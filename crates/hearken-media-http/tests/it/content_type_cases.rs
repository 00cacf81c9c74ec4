//! Every case of the kind `content_type`: one answer with the status, fields and first bytes of the case.

use hearken_media_http::{MediaSettings, OctetStream};
use serde::Deserialize;
use tokio::io::AsyncWriteExt;

use crate::{
    cases::{Case, of_kind, report},
    certificates::{HOSTS, HTTP_1, authority},
    origin::{Origin, Tls, drain, read_head},
    stage::{LINK, Stage, one_host, settings},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    status: u16,
    headers: Vec<(String, String)>,
    body_hex_prefix: String,
}

impl Input {
    fn body(&self) -> Vec<u8> {
        let digits = self.body_hex_prefix.as_bytes().chunks(2);
        let prefix = digits.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap());
        prefix.chain([0; 1000]).collect()
    }

    fn answer(&self) -> Vec<u8> {
        let fields: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!("HTTP/1.1 {} Reply\r\n{fields}", self.status);
        if self.status == 204 {
            return format!("{head}\r\n").into_bytes();
        }
        let body = self.body();
        [format!("{head}content-length: {}\r\n\r\n", body.len()).into_bytes(), body].concat()
    }
}

async fn origin(answer: Vec<u8>) -> Origin {
    Origin::start(authority().server(&HOSTS, HTTP_1), move |_, mut stream: Tls| {
        let answer = answer.clone();
        async move {
            read_head(&mut stream).await;
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
            drain(&mut stream).await;
        }
    })
    .await
}

async fn play(case: &Case<Input>) -> Option<String> {
    let origin = origin(case.input.answer()).await;
    let stage = Stage::new(&one_host(), origin.port, settings()).await;
    let got = stage.fetch_bytes(LINK).await;
    match &got {
        Ok(bytes) if *bytes != case.input.body() => return Some(format!("{}: other bytes", case.id)),
        Err(error) if error.upstream_status != Some(case.input.status) => {
            return Some(format!("{}: {error:?} without the status", case.id));
        }
        _ if !stage.is_at_rest() => return Some(format!("{}: a permit is missing", case.id)),
        _ => {}
    }
    case.verdict(got.map(drop).map_err(|error| error.code.as_str().to_owned()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_content_type_case_ends_as_written() {
    let mut failures = Vec::new();
    for case in of_kind::<Input>("content_type") {
        failures.extend(play(&case).await);
    }
    report(&failures);
}

/// Answers with an octet stream that begins like this, to a fetcher that accepts known ones.
async fn octets(first: &str) -> Result<String, &'static str> {
    let headers = vec![("content-type".to_owned(), "binary/octet-stream".to_owned())];
    let input = Input { status: 200, headers, body_hex_prefix: first.to_owned() };
    let origin = origin(input.answer()).await;
    let (egress, media) = settings();
    let media = MediaSettings { octet_stream: OctetStream::AcceptKnown, ..media };
    let stage = Stage::new(&one_host(), origin.port, (egress, media)).await;
    let fetched = stage.fetch(LINK, None).await.map_err(|error| error.code.as_str())?;
    Ok(fetched.media_type.essence_str().to_owned())
}

#[tokio::test]
async fn an_octet_stream_is_accepted_for_its_bytes_where_the_operator_says_so() {
    assert_eq!(octets("4944330300000000").await.as_deref(), Ok("audio/mpeg"));
    assert_eq!(octets("000000206674797069736f6d").await.as_deref(), Ok("video/mp4"));
    assert_eq!(octets("00112233").await, Err("unsupported_media_type"));
    assert_eq!(octets("3c68746d6c3e").await, Err("content_mismatch"));
}
