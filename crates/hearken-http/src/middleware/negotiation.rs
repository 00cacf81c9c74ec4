//! Content types: what the client accepts, and what it sends.

use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE},
};

use crate::error::ApiError;

/// The client must accept JSON in some way; what it says most exactly counts (RFC 9110, 12.5.1).
pub(crate) fn accepts_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let values = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<(String, bool)> = values.flat_map(|value| value.split(',')).map(media_range).collect();
    let accepted = |kind: &str| ranges.iter().find(|(range, _)| range == kind).map(|(_, accepted)| *accepted);
    let verdict = accepted("application/json").or_else(|| accepted("application/*")).or_else(|| accepted("*/*"));
    if verdict.unwrap_or(ranges.is_empty()) { Ok(()) } else { Err(ApiError::NotAcceptable) }
}

/// A media range in lower case, and whether its weight is above nothing.
fn media_range(text: &str) -> (String, bool) {
    let mut parts = text.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    let refused = parts.any(|parameter| matches!(parameter.strip_prefix("q=").map(str::parse::<f32>), Some(Ok(0.0))));
    (kind, !refused)
}

/// A body must be declared as JSON, and must not be coded. Parameters decide nothing, whatever bytes they have.
pub(crate) fn require_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let declared = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let essence = declared.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let coded =
        headers.get(CONTENT_ENCODING).is_some_and(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if essence.eq_ignore_ascii_case(b"application/json") && !coded { Ok(()) } else { Err(ApiError::NotJsonType) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_must_be_acceptable() {
        for (value, good) in [
            ("*/*", true),
            ("application/json", true),
            ("text/html, application/*;q=0.5", true),
            ("text/html", false),
            ("application/json;q=0", false),
            ("application/json;q=0, */*", false),
            ("application/*;q=0, application/json", true),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(value))]);
            assert_eq!(accepts_json(&headers).is_ok(), good, "{value}");
        }
        assert!(accepts_json(&HeaderMap::new()).is_ok());
    }

    #[test]
    fn a_body_must_be_json() {
        for (value, good) in [
            (&b"application/json; charset=utf-8"[..], true),
            (b"application/json; name=\"\xe4\"", true),
            (b"APPLICATION/JSON", true),
            (b"text/json", false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_bytes(value).unwrap())]);
            assert_eq!(require_json(&headers).is_ok(), good, "{value:?}");
        }
        assert!(require_json(&HeaderMap::new()).is_err());
    }
}
