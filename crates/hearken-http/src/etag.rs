//! Entity tags and conditional requests, RFC 9110 sections 8.8.3 and 13.1.2.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, header::IF_NONE_MATCH};
use sha2::{Digest, Sha256};

/// The strong tag of a representation.
pub(crate) fn of(representation: &[u8]) -> HeaderValue {
    from_digest(&Sha256::digest(representation).into())
}

/// The strong tag of something whose SHA-256 is known.
pub(crate) fn from_digest(digest: &[u8; 32]) -> HeaderValue {
    let text = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest[..16]));
    HeaderValue::try_from(text).expect("base64 and quotes are visible ASCII")
}

/// Whether the client has this representation already.
pub(crate) fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').map(str::trim).any(|candidate| {
            candidate == "*" || candidate.strip_prefix("W/").unwrap_or(candidate).as_bytes() == tag.as_bytes()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_lists_and_stars_match() {
        let tag = of(b"x");
        let text = tag.to_str().unwrap();
        for value in [text.to_owned(), format!("W/{text}"), format!("\"a\", {text}"), "*".to_owned()] {
            let headers = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::try_from(value).unwrap())]);
            assert!(is_known(&headers, &tag));
        }
        assert!(!is_known(&HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static("\"a\""))]), &tag));
    }
}
