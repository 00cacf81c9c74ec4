//! What the host does, by the first segment of a path.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    Request, Response, StatusCode,
    body::{Frame, Incoming},
    header::{CONTENT_TYPE, HeaderValue},
};

use crate::{ledger::Ledger, recording, sound};

type Body = BoxBody<Bytes, Infallible>;

/// Answers a request. It counts as being answered until its head is sent: only then can the next one for the same
/// recording come from somebody who waited for this one.
pub(super) async fn answer(ledger: Arc<Ledger>, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path();
    let asking = ledger.begin(path);
    let kind = path.split('/').nth(1).unwrap_or_default();
    let response = match kind {
        "slow" => {
            tokio::time::sleep(delay(request.uri().query().unwrap_or_default())).await;
            audio(path)
        }
        "hold" => {
            ledger.released(path).await;
            audio(path)
        }
        "first-fails" if asking.number == 1 => bare(StatusCode::SERVICE_UNAVAILABLE),
        "instant" | "first-fails" => audio(path),
        "talk" => talk(path),
        "forbidden" => bare(StatusCode::FORBIDDEN),
        "page" => {
            typed("text/html; charset=utf-8", Full::new(Bytes::from_static(b"<!doctype html><p>Sign in")).boxed())
        }
        "endless" => {
            let piece = Bytes::from(vec![0x55; 16 * 1024]);
            let pieces = stream::repeat_with(move || Ok(Frame::data(piece.clone())));
            typed("audio/mpeg", BodyExt::boxed(StreamBody::new(pieces)))
        }
        _ => bare(StatusCode::NOT_FOUND),
    };
    drop(asking);
    Ok(response)
}

fn audio(path: &str) -> Response<Body> {
    typed("audio/mpeg", Full::new(recording::of(path)).boxed())
}

/// A recording that says something.
fn talk(path: &str) -> Response<Body> {
    let phrases = path.split('/').nth(2).unwrap_or_default().split('-').map(str::parse);
    match phrases.collect::<Result<Vec<usize>, _>>() {
        Ok(phrases) => typed("audio/wav", Full::new(sound::recording(&phrases)).boxed()),
        Err(_) => bare(StatusCode::NOT_FOUND),
    }
}

fn typed(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn bare(status: StatusCode) -> Response<Body> {
    let mut response = typed("text/plain", Full::new(Bytes::new()).boxed());
    *response.status_mut() = status;
    response
}

/// `ms=…` of a query; a second without it.
fn delay(query: &str) -> Duration {
    let millis = query.split('&').find_map(|pair| pair.strip_prefix("ms="));
    Duration::from_millis(millis.and_then(|millis| millis.parse().ok()).unwrap_or(1000))
}
