//! What an answer's header fields say about its content: one concrete audio or video type, no coding, a length.

use hearken_domain::media::{FetchCode, FetchError};
use http::{
    HeaderMap, HeaderName,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
};
use mime::Mime;

/// A declared type that may be a recording.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    /// `audio/…` or `video/…`, without parameters.
    Media(Mime),
    /// `application/octet-stream` or `binary/octet-stream`: the first bytes must tell.
    Octets,
}

/// Lists of further links, which a later decoder would follow; and one that names a scheme of its own.
const PLAYLISTS: [&str; 12] = [
    "audio/mpegurl",
    "audio/x-mpegurl",
    "audio/mpeg-url",
    "audio/x-scpls",
    "audio/scpls",
    "audio/x-pn-realaudio",
    "audio/x-pn-realaudio-plugin",
    "audio/vnd.rn-realaudio",
    "audio/x-ms-wax",
    "video/x-ms-asx",
    "video/x-ms-wvx",
    "video/x-mpegurl",
];

/// Reads `Content-Type`: one, or the same one twice, of a concrete type. Parameters are dropped.
pub(crate) fn declared(headers: &HeaderMap) -> Result<Declared, FetchError> {
    let essence = essence(headers)?;
    if matches!(essence.as_str(), "application/octet-stream" | "binary/octet-stream") {
        return Ok(Declared::Octets);
    }
    if PLAYLISTS.contains(&essence.as_str()) {
        return Err(unsupported(&format!("the link serves a playlist ({essence}), not a recording")));
    }
    let is_media = essence.starts_with("audio/") || essence.starts_with("video/");
    if !is_media || essence.ends_with("/*") {
        return Err(unsupported(&format!("the link serves {} ({essence}), not a recording", describe(&essence))));
    }
    essence.parse().map(Declared::Media).map_err(|_| unsupported("the link's content-type is no media type"))
}

/// Refuses any coding although `identity` was asked for. `aws-chunked` is stale metadata of an S3 upload: the bytes are
/// plain.
pub(crate) fn refuse_encoding(headers: &HeaderMap) -> Result<(), FetchError> {
    for value in headers.get_all(CONTENT_ENCODING) {
        let coding = String::from_utf8_lossy(value.as_bytes()).trim().to_ascii_lowercase();
        if !matches!(coding.as_str(), "" | "identity" | "aws-chunked") {
            let shown = shown(&coding);
            let message = format!("the link serves its content encoded ({shown}) although identity was asked for");
            return Err(FetchError::new(FetchCode::ContentEncodingNotAllowed, message));
        }
    }
    Ok(())
}

/// `Content-Length`, where the host named one. The connection has refused lengths that are no plain number.
pub(crate) fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// Type and subtype in lower case, checked to be two tokens (RFC 9110, 8.3.1).
fn essence(headers: &HeaderMap) -> Result<String, FetchError> {
    let values = texts(headers, &CONTENT_TYPE).ok_or_else(|| unsupported("the link's content-type is not ascii"))?;
    let Some((first, others)) = values.split_first() else {
        return Err(unsupported("the link does not say what it serves: there is no content-type"));
    };
    if others.iter().any(|other| !other.eq_ignore_ascii_case(first)) {
        return Err(unsupported("the link serves two different content-types"));
    }
    let essence = first.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence.is_empty() {
        return Err(unsupported("the link does not say what it serves: its content-type is empty"));
    }
    let parts = essence.split_once('/').filter(|(kind, subtype)| is_token(kind) && is_token(subtype));
    if parts.is_none() {
        return Err(unsupported(&format!("the link's content-type ({}) is no media type", shown(&essence))));
    }
    Ok(essence)
}

fn texts<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Vec<&'a str>> {
    headers.get_all(name).iter().map(|value| value.to_str().ok().map(str::trim)).collect()
}

/// RFC 9110, 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// A kind of content in a word that a person knows.
fn describe(essence: &str) -> &'static str {
    match essence {
        "text/html" | "application/xhtml+xml" => "a web page",
        "application/json" | "application/problem+json" => "json",
        "application/xml" | "text/xml" => "xml",
        "application/pdf" => "a pdf",
        "application/vnd.apple.mpegurl" | "application/x-mpegurl" | "application/dash+xml" | "application/xspf+xml" => {
            "a playlist"
        }
        "application/sdp" => "a session description",
        "application/zip" | "application/gzip" | "application/x-tar" => "an archive",
        _ if essence.starts_with("image/") => "an image",
        _ if essence.starts_with("text/") => "text",
        _ if essence.starts_with("multipart/") => "several parts",
        _ => "content of another type",
    }
}

/// A host's own words, cut to a length that fits a message and freed of what is not plain ASCII.
fn shown(text: &str) -> String {
    text.chars().filter(|character| character.is_ascii_graphic() || *character == ' ').take(60).collect()
}

fn unsupported(message: &str) -> FetchError {
    FetchError::new(FetchCode::UnsupportedMediaType, message)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn with(name: HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_bytes(value.as_bytes()).unwrap())).collect()
    }

    #[test]
    fn concrete_audio_and_video_types_pass_without_parameters() {
        for (value, essence) in [
            ("audio/mpeg", "audio/mpeg"),
            ("Audio/MPEG; x=y", "audio/mpeg"),
            ("video/mp4; codecs=\"avc1, mp4a\"", "video/mp4"),
            ("audio/x-custom-vendor", "audio/x-custom-vendor"),
        ] {
            let declared = declared(&with(CONTENT_TYPE, &[value])).unwrap();
            assert_eq!(declared, Declared::Media(essence.parse().unwrap()), "{value}");
        }
        assert!(declared(&with(CONTENT_TYPE, &["audio/mpeg", "audio/mpeg"])).is_ok());
        assert_eq!(declared(&with(CONTENT_TYPE, &["binary/octet-stream"])), Ok(Declared::Octets));
    }

    #[test]
    fn everything_else_does_not() {
        for values in [
            &[][..],
            &[""],
            &["audio/mpeg", "audio/wav"],
            &["audio/*"],
            &["audio/"],
            &["/mpeg"],
            &["audio"],
            &["audio\\mpeg"],
            &["audio/mpeg, text/html"],
            &["xaudio/mpeg"],
            &["\u{430}udio/mpeg"],
            &["audio/x-mpegurl"],
            &["application/mp4"],
            &["text/html"],
        ] {
            assert_eq!(
                declared(&with(CONTENT_TYPE, values)).unwrap_err().code,
                FetchCode::UnsupportedMediaType,
                "{values:?}"
            );
        }
        let page = declared(&with(CONTENT_TYPE, &["text/html; charset=utf-8"])).unwrap_err();
        assert_eq!(page.message, "the link serves a web page (text/html), not a recording");
    }

    #[test]
    fn no_coding_but_identity() {
        for value in ["", " ", "identity", "Identity", "aws-chunked"] {
            assert!(refuse_encoding(&with(CONTENT_ENCODING, &[value])).is_ok(), "{value:?}");
        }
        for value in ["gzip", "GZIP", "br", "gzip, identity", "aws-chunked,gzip"] {
            assert!(refuse_encoding(&with(CONTENT_ENCODING, &[value])).is_err(), "{value:?}");
        }
    }
}
