//! Servers that fail, hang, refuse, or answer nonsense: what the queue is told of it.

use std::{fs, net::Ipv4Addr, time::Duration};

use hearken_domain::{
    engine::{EngineError, EngineErrorKind},
    ports::Transcriber,
};
use hearken_speech_http::{HttpSettings, HttpTranscriber};
use tokio::net::TcpSocket;
use url::Url;

use crate::{
    asr::{Asr, Reply, hears_bursts, status},
    stage::{Recording, brief, hear, settings, shown},
};

const LATER: EngineErrorKind = EngineErrorKind::Unavailable { retry_after: None };

/// How it fails with a server that always behaves so.
async fn failure(reply: impl Fn() -> Reply + Send + Sync + 'static) -> EngineError {
    let asr = Asr::start(move |_, _| reply()).await;
    let mut settings = settings(&asr.url);
    settings.api_key = Some("sk-secret".to_owned().into());
    let error = hear(&settings, &Recording::short()).await.unwrap_err();
    let shown = shown(&error);
    for hidden in ["127.0.0.1", "sk-secret", "hello", "transcriptions"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
    error
}

#[tokio::test]
async fn each_refusal_has_its_meaning() {
    for (answered, kind, code) in [
        (401, EngineErrorKind::NotReady, "speech_unauthorized"),
        (403, EngineErrorKind::NotReady, "speech_unauthorized"),
        (404, EngineErrorKind::NotReady, "speech_not_found"),
        (400, EngineErrorKind::Refused, "speech_refused"),
        (415, EngineErrorKind::Refused, "speech_refused"),
        (500, LATER, "speech_unavailable"),
        (503, LATER, "speech_unavailable"),
        (413, EngineErrorKind::Refused, "speech_too_large"),
    ] {
        let error = failure(move || status(answered)).await;
        assert_eq!((error.kind, error.code), (kind, code), "{answered}");
        assert!(answered == 413 || shown(&error).contains("some_code"), "{}", shown(&error));
    }
}

#[tokio::test]
async fn a_server_may_say_when_to_come_back() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT".to_owned();
    let until = "Sun, 06 Nov 1994 08:51:37 GMT".to_owned();
    for (fields, seconds) in [
        (vec![("retry-after", "7".to_owned())], Some(7)),
        (vec![("date", date), ("retry-after", until)], Some(120)),
        (vec![], None),
    ] {
        let error = failure(move || Reply::Other(429, fields.clone(), String::new())).await;
        let retry_after = seconds.map(Duration::from_secs);
        assert_eq!(error.kind, EngineErrorKind::Unavailable { retry_after });
    }
}

#[tokio::test]
async fn what_is_no_transcript_is_nonsense() {
    let html = || Reply::Other(200, Vec::new(), "<html>hello</html>".to_owned());
    let error = || Reply::Json(r#"{"error": {"message": "hello"}}"#.to_owned());
    for failed in [failure(html).await, failure(error).await, failure(|| Reply::Endless).await] {
        assert_eq!((failed.kind, failed.code), (EngineErrorKind::Nonsense, "speech_bad_answer"), "{}", shown(&failed));
    }
}

/// As servers answer that cut a text between bytes, or between code units.
#[tokio::test]
async fn json_that_is_almost_json_is_a_transcript() {
    let text = |text: &[u8]| {
        let parts = [b"{\"segments\": [{\"start\": 1, \"end\": NaN, \"text\": \"", text, b"\"}]}"];
        parts.concat()
    };
    let marked = [b"\xef\xbb\xbf", text(b"hello").as_slice()].concat();
    for (body, heard) in [
        (text(b"caf\xc3"), "caf\u{fffd}"),
        (text(b"\xf0\x9f\x98"), "\u{fffd}"),
        (text(br"ok \ud83d"), "ok \u{fffd}"),
        (text(br"\ude00 ok"), "\u{fffd} ok"),
        (text(b"a\nb"), "a\nb"),
        (marked, "hello"),
    ] {
        let asr = Asr::start(move |_, _| Reply::Bytes(body.clone())).await;
        let made = hear(&settings(&asr.url), &Recording::short()).await.unwrap();
        assert_eq!(brief(&made.value), [(1000, 1000, heard)]);
        assert_eq!(asr.asked().len(), 1, "one question is enough");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_later() {
    for failed in [failure(|| Reply::BreakOff).await, failure(|| Reply::Close).await] {
        assert_eq!((failed.kind, failed.code), (LATER, "speech_unavailable"));
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_left() {
    let asr = Asr::start(|_, _| Reply::Hang).await;
    let mut settings = settings(&asr.url);
    settings.answer_timeout = Duration::from_millis(300);
    let error = hear(&settings, &Recording::short()).await.unwrap_err();
    assert_eq!(error.kind, LATER);
    assert_eq!(error.message, "the speech server did not answer in time");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_later() {
    let (_taken, url) = refusing();
    let error = hear(&settings(&url), &Recording::short()).await.unwrap_err();
    assert_eq!((error.kind, error.code), (LATER, "speech_unavailable"));
}

#[tokio::test]
async fn a_failure_leaves_nothing_behind() {
    let asr = Asr::start(|before, asked| if before == 0 { status(500) } else { hears_bursts(asked) }).await;
    let transcriber = HttpTranscriber::new(&settings(&asr.url)).unwrap();
    let recording = Recording::short();
    assert_eq!(transcriber.transcribe(&recording.track, None).await.unwrap_err().kind, LATER);
    let made = transcriber.transcribe(&recording.track, None).await.unwrap();
    assert_eq!(brief(&made.value), [(1000, 2000, "burst")]);
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let other = Asr::start(|_, asked| hears_bursts(asked)).await;
    let place = other.url.join("v1/audio/transcriptions").unwrap().to_string();
    for status in [301, 307] {
        let place = place.clone();
        let error = failure(move || Reply::Other(status, vec![("location", place.clone())], String::new())).await;
        assert_eq!((error.kind, error.code), (EngineErrorKind::NotReady, "speech_redirect"));
    }
    assert_eq!(other.asked().len(), 0);
}

#[tokio::test]
async fn a_track_that_is_no_wav_file_is_never_sent() {
    let asr = Asr::start(|_, asked| hears_bursts(asked)).await;
    let recording = Recording::without_file();
    let error = hear(&settings(&asr.url), &recording).await.unwrap_err();
    assert_eq!((error.kind, error.code), (LATER, "speech_track"));
    for bytes in [&b""[..], b"RIFF\0\0\0\0WAVE", b"ID3 and more than twelve bytes", b"RIFF\0\0\0\0WAVEdata\0\0\0\0"] {
        fs::write(&recording.track.wav, bytes).unwrap();
        let error = hear(&settings(&asr.url), &recording).await.unwrap_err();
        assert_eq!((error.kind, error.code), (EngineErrorKind::Nonsense, "speech_track"));
    }
    assert_eq!(asr.asked().len(), 0);
}

#[tokio::test]
async fn a_check_is_a_look_at_the_models() {
    let lists = ["{\"data\": []}", "{\"data\": [{\"id\": \"another\"}]}", "[]", "", "<html>"];
    for list in lists {
        let asr = Asr::start(move |_, _| Reply::Json(list.to_owned())).await;
        check(&settings(&asr.url)).await.unwrap();
        assert_eq!(asr.asked()[0].path, "/v1/models");
    }
    let asr = Asr::start(|_, _| status(401)).await;
    let error = check(&settings(&asr.url)).await.unwrap_err();
    assert_eq!((error.kind, error.code), (EngineErrorKind::NotReady, "speech_unauthorized"));
    let (_taken, url) = refusing();
    assert_eq!(check(&settings(&url)).await.unwrap_err().kind, LATER);
}

/// Recordings would wait for ever at a server that does the work and has no list of models.
#[tokio::test]
async fn a_look_refuses_nothing_that_the_work_does() {
    let usable = [301, 307, 400, 402, 403, 404, 405, 406, 408, 410, 422, 429, 500, 501, 502, 503, 504, 599];
    for answered in usable {
        let asr =
            Asr::start(move |before, asked| if before == 0 { status(answered) } else { hears_bursts(asked) }).await;
        check(&settings(&asr.url)).await.unwrap();
        hear(&settings(&asr.url), &Recording::short()).await.unwrap();
    }
    for quiet in [|| Reply::Close, || Reply::Hang, || Reply::BreakOff, || Reply::Endless] {
        let asr =
            Asr::start(move |_, asked| if asked.path == "/v1/models" { quiet() } else { hears_bursts(asked) }).await;
        let mut impatient = settings(&asr.url);
        // How long the look may take.
        impatient.answer_timeout = Duration::from_millis(300);
        check(&impatient).await.unwrap();
        hear(&settings(&asr.url), &Recording::short()).await.unwrap();
    }
}

async fn check(settings: &HttpSettings) -> Result<(), EngineError> {
    HttpTranscriber::new(settings).unwrap().check().await
}

/// An address that refuses connections, and what keeps it so.
fn refusing() -> (TcpSocket, Url) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let url = Url::parse(&format!("http://{}", socket.local_addr().unwrap())).unwrap();
    (socket, url)
}
