//! What no case says: the exact bytes of a request, where credentials go, and SNI.

use std::sync::{Arc, Mutex};

use hearken_domain::media::{FetchCode, MediaAuth, MediaUrl};
use hearken_domain::ports::MediaFetcher;
use hearken_egress::EgressSettings;
use tokio::io::AsyncWriteExt;

use crate::{
    certificates::{HOSTS, HTTP_1, authority},
    origin::{Origin, Tls, drain, read_head},
    stage::{Hosts, LINK, Stage, one_host, read, settings},
};

/// The name in the handshake, and the head, of every request.
type Seen = Arc<Mutex<Vec<(String, String)>>>;

const FOUND: &str = "HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\ncontent-length: 5\r\n\r\nID3\x03\0";

/// Gives the i-th answer to the i-th request, and the last one to every later.
async fn origin(answers: Vec<String>, seen: Seen) -> Origin {
    Origin::start(authority().server(&HOSTS, HTTP_1), move |before, mut stream: Tls| {
        let answer = answers[before.min(answers.len() - 1)].clone();
        let seen = Arc::clone(&seen);
        async move {
            let name = stream.get_ref().1.server_name().unwrap_or_default().to_owned();
            let head = read_head(&mut stream).await;
            seen.lock().unwrap().push((name, head));
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
            drain(&mut stream).await;
        }
    })
    .await
}

async fn stage(hosts: &Hosts, origin: &Origin) -> Stage {
    let (egress, media) = settings();
    let egress = EgressSettings { user_agent: "Hearken test".to_owned(), ..egress };
    Stage::new(hosts, origin.port, (egress, media)).await
}

fn two_hosts() -> Hosts {
    let mut hosts = one_host();
    hosts.insert("cdn.vendor-edge.net".to_owned(), vec!["151.101.1.140".parse().unwrap()]);
    hosts
}

#[tokio::test]
async fn a_request_says_this_and_nothing_else() {
    let seen = Seen::default();
    let origin = origin(vec![FOUND.to_owned()], Arc::clone(&seen)).await;
    let stage = stage(&one_host(), &origin).await;
    stage.fetch_bytes("https://REC.customer-host.com./a%20b/x.mp3?sig=a%2Bb%2F=#t=1").await.unwrap();
    let (name, head) = seen.lock().unwrap()[0].clone();
    assert_eq!(name, "rec.customer-host.com");
    let mut lines = head.trim_end().split("\r\n");
    assert_eq!(lines.next(), Some("GET /a%20b/x.mp3?sig=a%2Bb%2F= HTTP/1.1"));
    let lines: Vec<_> = lines.map(|line| line.split_once(": ").unwrap()).collect();
    let lines: Vec<_> = lines.iter().map(|(name, value)| (name.to_ascii_lowercase(), *value)).collect();
    let expected = [
        ("host", "rec.customer-host.com"),
        ("accept", "audio/*, video/*"),
        ("accept-encoding", "identity"),
        ("user-agent", "Hearken test"),
    ];
    assert_eq!(lines, expected.map(|(name, value)| (name.to_owned(), value)));
}

/// Whether each request carried the credential, when the first answer redirects to the location.
async fn carried(location: &str, auth: &MediaAuth) -> Vec<bool> {
    let seen = Seen::default();
    let redirect = format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
    let origin = origin(vec![redirect, FOUND.to_owned()], Arc::clone(&seen)).await;
    let stage = stage(&two_hosts(), &origin).await;
    read(stage.fetch(LINK, Some(auth)).await.unwrap()).await.unwrap();
    let seen = seen.lock().unwrap();
    seen.iter().map(|(_, head)| head.contains("c2VjcmV0") || head.contains("c2VjOnJldA==")).collect()
}

#[tokio::test]
async fn a_credential_stays_at_its_origin() {
    let bearer = MediaAuth::Bearer("c2VjcmV0".to_owned().into());
    let basic = MediaAuth::Basic { username: "sec".to_owned(), password: "ret".to_owned().into() };
    let header = MediaAuth::Headers(vec![("x-api-key".to_owned(), "c2VjcmV0".to_owned().into())]);
    for auth in [bearer, basic, header] {
        assert_eq!(carried("/other.mp3", &auth).await, [true, true], "{auth:?}");
        assert_eq!(carried("https://cdn.vendor-edge.net/a.mp3", &auth).await, [true, false], "{auth:?}");
    }
}

#[tokio::test]
async fn judging_gives_the_error_that_fetching_gives() {
    let origin = origin(vec![FOUND.to_owned()], Seen::default()).await;
    let stage = stage(&one_host(), &origin).await;
    for (link, code, words) in [
        (
            "http://rec.customer-host.com/a",
            FetchCode::InvalidUrl,
            "the link must be an https link; http is not accepted",
        ),
        ("https://rec.customer-host.com:22/a", FetchCode::PortNotAllowed, "port 22"),
        ("https://127.0.0.1/a", FetchCode::MediaUrlNotAllowed, "may be fetched from"),
        ("https://metadata.google.internal/a", FetchCode::MediaUrlNotAllowed, "may be fetched from"),
    ] {
        let judged = stage.fetcher.judge(&MediaUrl::new(link)).unwrap_err();
        assert_eq!(stage.fetch(link, None).await.unwrap_err(), judged);
        assert_eq!(judged.code, code);
        assert!(judged.message.contains(words), "{}", judged.message);
    }
    assert!(stage.dialer.asked().is_empty());
}

/// As mail programs and object stores write heads.
#[tokio::test]
async fn a_head_with_what_says_nothing_serves_a_recording() {
    for fields in [
        &b"content-type: audio/wav; name=\"Gespr\xe4ch.wav\"\r\n"[..],
        b"content-type: audio/wav; name=\"never closed\r\n",
        b"content-type: audio/wav;\r\ncontent-type: Audio/WAV; a=b; a=c\r\n",
        b"content-type: audio/wav\r\ncontent-encoding: UTF-8\r\n",
        b"content-type: audio/wav\r\ncontent-encoding: aws-chunked,utf-8\r\ncontent-encoding: \r\n",
    ] {
        let answer = [b"HTTP/1.1 200 OK\r\n", fields, b"content-length: 5\r\n\r\nID3\x03\0"].concat();
        let serving = Origin::start(authority().server(&HOSTS, HTTP_1), move |_, mut stream: Tls| {
            let answer = answer.clone();
            async move {
                read_head(&mut stream).await;
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
                drain(&mut stream).await;
            }
        })
        .await;
        let recording = stage(&one_host(), &serving).await.fetch(LINK, None).await.unwrap();
        assert_eq!(recording.media_type.essence_str(), "audio/wav");
        assert_eq!(read(recording).await.unwrap(), b"ID3\x03\0");
    }
}

/// The target of the request after a redirect to this, or why there is none.
async fn followed(location: &[u8]) -> Result<String, (FetchCode, String)> {
    let redirect = [b"HTTP/1.1 302 Found\r\nlocation: ", location, b"\r\ncontent-length: 0\r\n\r\n"].concat();
    let seen = Arc::new(Mutex::new(String::new()));
    let memory = Arc::clone(&seen);
    let leading = Origin::start(authority().server(&HOSTS, HTTP_1), move |before, mut stream: Tls| {
        let answer = if before == 0 { redirect.clone() } else { FOUND.as_bytes().to_vec() };
        let memory = Arc::clone(&memory);
        async move {
            let head = read_head(&mut stream).await;
            head.lines().next().unwrap_or_default().clone_into(&mut memory.lock().unwrap());
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
            drain(&mut stream).await;
        }
    })
    .await;
    let stage = stage(&two_hosts(), &leading).await;
    let fetched = stage.fetch(LINK, None).await.map_err(|error| (error.code, error.message.clone()))?;
    read(fetched).await.unwrap();
    Ok(seen.lock().unwrap().clone())
}

#[tokio::test]
async fn a_location_is_encoded_as_browsers_encode_it() {
    for (location, line) in [
        (&b"https://cdn.vendor-edge.net/call 1 of 2.mp3"[..], "GET /call%201%20of%202.mp3 HTTP/1.1"),
        (b"/Gespr\xe4ch.mp3?n=a b", "GET /Gespr%E4ch.mp3?n=a%20b HTTP/1.1"),
        ("/Gespräch.mp3".as_bytes(), "GET /Gespr%C3%A4ch.mp3 HTTP/1.1"),
        (b"/a%20b%2F.mp3", "GET /a%20b%2F.mp3 HTTP/1.1"),
    ] {
        assert_eq!(followed(location).await.as_deref(), Ok(line));
    }
    let refused = |why: &str| Err((FetchCode::RedirectNotAllowed, format!("the link redirects {why}")));
    let unclear = "with a control character or a backslash in its location";
    assert_eq!(followed(b"https://cdn.vendor-edge.net\\a.mp3").await, refused(unclear));
    assert_eq!(followed(b"/a\tb.mp3").await, refused(unclear));
    let elsewhere = "to somewhere that may not be fetched from";
    assert_eq!(followed(b"https://127.0.0.1 .vendor-edge.net/a.mp3").await, refused(elsewhere));
}

#[tokio::test]
async fn a_body_without_a_length_must_end_cleanly() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: audio/mpeg\r\n\r\nID3\x03\0";
    let origin = origin(vec![head.to_owned()], Seen::default()).await;
    assert_eq!(stage(&one_host(), &origin).await.fetch_bytes(LINK).await.unwrap(), b"ID3\x03\0");
    let cut = Origin::start(authority().server(&HOSTS, HTTP_1), move |_, mut stream: Tls| async move {
        read_head(&mut stream).await;
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.flush().await;
    })
    .await;
    let error = stage(&one_host(), &cut).await.fetch_bytes(LINK).await.unwrap_err();
    assert_eq!((error.code, error.upstream_status), (FetchCode::Truncated, Some(200)));
}
