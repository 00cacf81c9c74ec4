//! What an answer's header fields say about its content: one concrete audio or video type, no coding, a length.

use hearken_domain::media::{FetchCode, FetchError};
use http::{
    HeaderMap,
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

/// Reads `Content-Type`: one, or the same one twice, of a concrete type. Parameters decide nothing, so they are dropped
/// unread: file names in them are often broken or in bytes beyond ASCII.
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

/// Refuses any coding although `identity` was asked for.
pub(crate) fn refuse_encoding(headers: &HeaderMap) -> Result<(), FetchError> {
    for value in headers.get_all(CONTENT_ENCODING) {
        let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        if let Some(coding) = text.split(',').map(str::trim).find(|token| !is_no_coding(token)) {
            let shown = shown(coding);
            let message = format!("the link serves its content encoded ({shown}) although identity was asked for");
            return Err(FetchError::new(FetchCode::ContentEncodingNotAllowed, message));
        }
    }
    Ok(())
}

/// What stands in `Content-Encoding` and says nothing of how the bytes were coded: object stores give back whatever was
/// set when the object was uploaded. `aws-chunked` is left over from an upload to S3; others are names of charsets, or
/// the transfer encodings of mail (RFC 2045, 6) that change nothing. What is unknown may be a coding.
fn is_no_coding(token: &str) -> bool {
    const NONE: [&str; 8] = ["", "identity", "none", "null", "aws-chunked", "binary", "8bit", "7bit"];
    const CHARSETS: [&str; 6] = ["ascii", "us-ascii", "latin1", "latin-1", "utf8", "utf16"];
    const FAMILIES: [&str; 5] = ["utf-", "iso-8859-", "iso8859-", "windows-125", "cp125"];
    NONE.contains(&token)
        || CHARSETS.contains(&token)
        || FAMILIES.iter().any(|family| token.strip_prefix(family).is_some_and(is_number))
}

/// The end of a charset's name, such as `8`, `15` or `16le`.
fn is_number(end: &str) -> bool {
    let digits = end.strip_suffix("le").or_else(|| end.strip_suffix("be")).unwrap_or(end);
    (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `Content-Length`, where the host named one. The connection has refused lengths that are no plain number.
pub(crate) fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// Type and subtype in lower case, checked to be two tokens (RFC 9110, 8.3.1).
fn essence(headers: &HeaderMap) -> Result<String, FetchError> {
    let mut values = headers.get_all(CONTENT_TYPE).iter().map(|value| without_parameters(value.as_bytes()));
    let Some(essence) = values.next() else {
        return Err(unsupported("the link does not say what it serves: there is no content-type"));
    };
    if values.any(|other| other != essence) {
        return Err(unsupported("the link serves two different content-types"));
    }
    if essence.is_empty() {
        return Err(unsupported("the link does not say what it serves: its content-type is empty"));
    }
    let parts = essence.split_once('/').filter(|(kind, subtype)| is_token(kind) && is_token(subtype));
    if parts.is_none() {
        return Err(unsupported(&format!("the link's content-type ({}) is no media type", shown(&essence))));
    }
    Ok(essence)
}

/// What stands before the first semicolon, in lower case.
fn without_parameters(value: &[u8]) -> String {
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default();
    String::from_utf8_lossy(essence).trim().to_ascii_lowercase()
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
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn with<V: AsRef<[u8]>>(name: HeaderName, values: &[V]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_bytes(value.as_ref()).unwrap())).collect()
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
    fn a_parameter_decides_nothing() {
        for parameters in [
            &b"; name=\"Gespr\xe4ch.wav\""[..],
            b"; name=\"Gespr\xc3\xa4ch.wav\"",
            b";",
            b" ;;; ",
            b"; charset",
            b"; =",
            b"; name=\"never closed",
            b"; name=a; name=b",
            b"; name = spaced",
            b";\tname=a/b, c",
            b"; type=text/html",
        ] {
            let value = [&b"audio/wav"[..], parameters].concat();
            assert_eq!(declared(&with(CONTENT_TYPE, &[&value])), Ok(Declared::Media("audio/wav".parse().unwrap())));
            let twice = [&b"Audio/WAV"[..], &value];
            assert!(declared(&with(CONTENT_TYPE, &twice)).is_ok(), "the same type twice");
            let page = [&b"text/html"[..], parameters].concat();
            assert!(declared(&with(CONTENT_TYPE, &[page])).is_err());
        }
        for broken in [&b"audio/w\xe4v; a=b"[..], b"audio/wav name=a", b"; audio/wav", b"audio/wav, audio/ogg; a=b"] {
            assert!(declared(&with(CONTENT_TYPE, &[broken])).is_err(), "{broken:?}");
        }
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
        for value in ["", " ", "identity", "Identity", "aws-chunked", "aws-chunked,", "none", "aws-chunked, identity"] {
            assert!(refuse_encoding(&with(CONTENT_ENCODING, &[value])).is_ok(), "{value:?}");
        }
        for value in ["gzip", "GZIP", "br", "gzip, identity", "aws-chunked,gzip", "identity, br", "a-new-one"] {
            assert!(refuse_encoding(&with(CONTENT_ENCODING, &[value])).is_err(), "{value:?}");
        }
        assert!(refuse_encoding(&with(CONTENT_ENCODING, &["identity", "x-gzip"])).is_err());
    }

    #[test]
    fn what_is_no_coding_at_all_is_ignored() {
        for value in [
            "UTF-8",
            "utf8",
            "UTF-16LE",
            "us-ascii",
            "latin1",
            "ISO-8859-1",
            "iso-8859-15",
            "windows-1252",
            "binary",
            "8bit",
            "aws-chunked,utf-8",
        ] {
            assert!(refuse_encoding(&with(CONTENT_ENCODING, &[value])).is_ok(), "{value:?}");
        }
        for value in ["utf-8, gzip", "utf-gzip", "utf-", "iso-8859-", "utf-8gzip", "base64", "x-utf-8", "utf-800"] {
            assert!(refuse_encoding(&with(CONTENT_ENCODING, &[value])).is_err(), "{value:?}");
        }
    }
}
