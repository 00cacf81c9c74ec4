//! `POST` to servers with real TLS, over both protocols: what arrives, and that no redirect is followed.

use bytes::Bytes;
use futures_util::TryStreamExt;
use hearken_egress::{GetRequest, Guard, PostRequest, Response};
use http::{HeaderName, HeaderValue, Method, StatusCode, Version, header::CONTENT_LENGTH};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::receiver::{HTTP_1, HTTP_2, Receiver, guard, settings};

/// Every value of a byte, and far more than one TLS record or the least window of HTTP/2 holds.
fn payload(length: usize) -> Bytes {
    (0..=u8::MAX).cycle().take(length).collect()
}

fn request(guard: &Guard, url: &str, body: Bytes) -> PostRequest {
    PostRequest::new(guard.judge(url).unwrap(), HeaderValue::from_static("application/json"), body)
}

async fn text(response: Response) -> String {
    let pieces: Vec<Bytes> = response.body.try_collect().await.unwrap();
    String::from_utf8(pieces.concat()).unwrap()
}

#[tokio::test]
async fn a_post_arrives_byte_for_byte() {
    for (protocol, version) in [(HTTP_1, Version::HTTP_11), (HTTP_2, Version::HTTP_2)] {
        let receiver = Receiver::start(protocol, StatusCode::CREATED, None).await;
        let guard = guard(settings(&[receiver.address.port()]));
        for body in [payload(1_000_000), Bytes::new()] {
            let url = format!("https://{}/hook?a=%2F", receiver.address);
            let request = request(&guard, &url, body.clone());
            let request = request.header(HeaderName::from_static("x-key"), HeaderValue::from_static("k"));
            let response = guard.post(request).await.unwrap();
            assert_eq!((response.status, text(response).await.as_str()), (StatusCode::CREATED, "thanks"));
            let sent = receiver.take_sent().pop().unwrap();
            assert_eq!((sent.head.version, sent.head.method), (version, Method::POST));
            assert_eq!(sent.head.uri.path_and_query().unwrap(), "/hook?a=%2F");
            assert!(sent.body == body, "{} bytes arrived as {} others", body.len(), sent.body.len());
            let mut headers = sent.head.headers;
            // HTTP/2 says it as `:authority`.
            headers.remove("host");
            let mut said: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
            said.sort_unstable();
            let expected: [(&str, &[u8]); 6] = [
                ("accept", b"*/*"),
                ("accept-encoding", b"identity"),
                ("content-length", headers[CONTENT_LENGTH].as_bytes()),
                ("content-type", b"application/json"),
                ("user-agent", b"Hearken test"),
                ("x-key", b"k"),
            ];
            assert_eq!(said, expected);
            assert_eq!(headers[CONTENT_LENGTH], body.len().to_string());
        }
    }
}

/// Where it leads could be sent to: nothing but the method holds the guard back, as the `GET` shows.
#[tokio::test]
async fn a_redirect_of_a_post_is_an_answer() {
    for protocol in [HTTP_1, HTTP_2] {
        let target = Receiver::start(protocol, StatusCode::OK, None).await;
        for status in [301, 302, 303, 307, 308].map(|status| StatusCode::from_u16(status).unwrap()) {
            let location = format!("https://{}/target", target.address);
            let receiver = Receiver::start(protocol, status, Some(location.clone())).await;
            let guard = guard(settings(&[receiver.address.port(), target.address.port()]));
            let url = format!("https://{}/", receiver.address);
            let response = guard.post(request(&guard, &url, payload(10))).await.unwrap();
            assert_eq!((response.status, response.headers["location"].as_bytes()), (status, location.as_bytes()));
            assert_eq!(text(response).await, "thanks");
            assert_eq!((receiver.take_sent().len(), target.take_sent().len()), (1, 0));
            let followed = guard.get(GetRequest::new(guard.judge(&url).unwrap())).await.unwrap();
            assert_eq!((followed.status, target.take_sent().len()), (StatusCode::OK, 1));
        }
    }
}

#[tokio::test]
async fn an_answer_may_come_before_the_whole_request_was_sent() {
    let receiver = Receiver::scripted(HTTP_1, |mut stream| async move {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(b"HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n").await.unwrap();
        stream.flush().await.unwrap();
        // It reads no further and does not close.
        std::future::pending::<()>().await;
    })
    .await;
    let guard = guard(settings(&[receiver.address.port()]));
    let url = format!("https://{}/", receiver.address);
    let response = guard.post(request(&guard, &url, payload(32 * 1024 * 1024))).await.unwrap();
    assert_eq!(response.status, StatusCode::PAYLOAD_TOO_LARGE);
}
