//! Where an answer leads. The target is composed as text (RFC 3986, 5.3) and goes through the same judgement as a
//! caller's URL, so a redirect can reach nothing that a caller could not name.
//!
//! Servers write file names into `Location` as they are: with spaces, in UTF-8 or in Latin-1. Browsers percent-encode
//! those bytes, so servers rely on it, and so it is done here, before anything is judged: within a host it makes a
//! percent sign, which is refused. What browsers drop (tabs, line ends) or take for a slash (backslashes) is refused.

use http::{HeaderMap, StatusCode, header::LOCATION};

use crate::url_text::{CheckedUrl, push_encoded};

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
    let location = location.as_bytes().trim_ascii();
    if location.iter().any(|byte| byte.is_ascii_control() || *byte == b'\\') {
        return Direction::Unclear("a control character or a backslash in its location");
    }
    Direction::Follow(compose(from, &percent_encoded(location)))
}

/// The text of a location: each byte that is a space or not ASCII is percent-encoded as it is.
fn percent_encoded(location: &[u8]) -> String {
    let mut text = String::with_capacity(location.len());
    for byte in location {
        match byte {
            b'!'..=b'~' => text.push(char::from(*byte)),
            _ => push_encoded(&mut text, *byte),
        }
    }
    text
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
    use crate::url_text::UrlFault;

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
    fn spaces_and_bytes_beyond_ascii_are_encoded_as_they_are() {
        for (location, target) in [
            (&b"/call 1 of 2.mp3"[..], "https://a.example:8443/call%201%20of%202.mp3"),
            (b"/Gespr\xe4ch.wav", "https://a.example:8443/Gespr%E4ch.wav"),
            ("/Gespräch.wav?n=ä b".as_bytes(), "https://a.example:8443/Gespr%C3%A4ch.wav?n=%C3%A4%20b"),
            (b" /a%20b%2F.mp3 ", "https://a.example:8443/a%20b%2F.mp3"),
            (b"https://b.example/a b", "https://b.example/a%20b"),
        ] {
            assert_eq!(to(&[location]), Direction::Follow(target.to_owned()), "{target}");
        }
        for host in [&b"https://127.0.0.1 .example/x"[..], b"https://b .example/x", "https://ｌocalhost/x".as_bytes()]
        {
            let Direction::Follow(text) = to(&[host]) else { panic!("it is a text") };
            assert_eq!(CheckedUrl::read(&text), Err(UrlFault::PercentInHost), "{text}");
        }
    }

    #[test]
    fn a_location_must_be_one_and_clear() {
        assert_eq!(to(&[]), Direction::Stay);
        for odd in [&[&b"/a"[..], b"/a"][..], &[b"\\\\127.0.0.1\\x"], &[b"ht\ttps://a"], &[b"/a\tb"]] {
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
