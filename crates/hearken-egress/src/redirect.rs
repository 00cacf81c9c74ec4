//! Where an answer leads. The target is composed as text (RFC 3986, 5.3) and goes through the same judgement as a
//! caller's URL, so a redirect can reach nothing that a caller could not name.

use http::{HeaderMap, StatusCode, header::LOCATION};

use crate::url_text::{CheckedUrl, is_forbidden};

/// What an answer says about going elsewhere.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// It is no redirect, or names no target: the answer itself counts.
    Stay,
    /// To the URL with this text, which is not judged yet.
    Follow(String),
    /// To something that no text can be made of.
    Unclear(&'static str),
}

/// Reads status and `Location`. 300, 304 and 305 are not redirects to follow.
pub(crate) fn direction(from: &CheckedUrl, status: StatusCode, headers: &HeaderMap) -> Direction {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Direction::Stay;
    }
    let mut locations = headers.get_all(LOCATION).iter();
    let Some(location) = locations.next() else { return Direction::Stay };
    if locations.next().is_some() {
        return Direction::Unclear("more than one location");
    }
    match str::from_utf8(location.as_bytes()) {
        Ok(text) if text.contains(is_forbidden) => Direction::Unclear("a location with white space or a backslash"),
        Ok(text) => Direction::Follow(compose(from, text)),
        Err(_) => Direction::Unclear("a location that is not utf-8"),
    }
}

/// Resolves a reference against the URL that it came from. Dot segments are removed where the result is read.
fn compose(from: &CheckedUrl, reference: &str) -> String {
    if has_scheme(reference) {
        return reference.to_owned();
    }
    if reference.starts_with("//") {
        return format!("https:{reference}");
    }
    let authority = from.authority();
    let (path, query) = match from.path_and_query().split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (from.path_and_query(), None),
    };
    if reference.starts_with('/') {
        return format!("https://{authority}{reference}");
    }
    if reference.starts_with('?') {
        return format!("https://{authority}{path}{reference}");
    }
    if reference.is_empty() || reference.starts_with('#') {
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        return format!("https://{authority}{path}{query}");
    }
    let folder = path.rfind('/').map_or("/", |slash| &path[..=slash]);
    format!("https://{authority}{folder}{reference}")
}

/// Whether the text begins with a scheme (RFC 3986, 3.1).
fn has_scheme(reference: &str) -> bool {
    let Some((scheme, _)) = reference.split_once(':') else { return false };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn from() -> CheckedUrl {
        CheckedUrl::read("https://a.example:8443/b/c/d;p?q").unwrap()
    }

    fn to(locations: &[&[u8]]) -> Direction {
        let mut headers = HeaderMap::new();
        for location in locations {
            headers.append(LOCATION, HeaderValue::from_bytes(location).unwrap());
        }
        direction(&from(), StatusCode::FOUND, &headers)
    }

    #[test]
    fn references_are_resolved_as_in_rfc_3986() {
        for (reference, target) in [
            ("g", "https://a.example:8443/b/c/g"),
            ("g?y#s", "https://a.example:8443/b/c/g?y#s"),
            ("/g", "https://a.example:8443/g"),
            ("//g.example/x", "https://g.example/x"),
            ("?y", "https://a.example:8443/b/c/d;p?y"),
            ("", "https://a.example:8443/b/c/d;p?q"),
            ("#s", "https://a.example:8443/b/c/d;p?q"),
            ("../g", "https://a.example:8443/b/c/../g"),
            ("https:g", "https:g"),
            ("file:///etc/passwd", "file:///etc/passwd"),
            ("x/y:z", "https://a.example:8443/b/c/x/y:z"),
        ] {
            assert_eq!(to(&[reference.as_bytes()]), Direction::Follow(target.to_owned()), "{reference}");
        }
    }

    #[test]
    fn a_location_must_be_one_and_clear() {
        assert_eq!(to(&[]), Direction::Stay);
        for odd in [&[&b"/a"[..], b"/a"][..], &[b"\\\\127.0.0.1\\x"], &[b"ht\ttps://a"], &[b"/\xff"]] {
            assert!(matches!(to(odd), Direction::Unclear(_)), "{odd:?}");
        }
    }

    #[test]
    fn only_five_statuses_redirect() {
        let headers = HeaderMap::from_iter([(LOCATION, HeaderValue::from_static("/a"))]);
        let redirects = (100..600)
            .filter_map(|code| StatusCode::from_u16(code).ok())
            .filter(|status| direction(&from(), *status, &headers) != Direction::Stay)
            .map(|status| status.as_u16());
        assert_eq!(redirects.collect::<Vec<_>>(), [301, 302, 303, 307, 308]);
    }
}
