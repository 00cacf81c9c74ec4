//! Judges the text of a URL as it was sent, before any parser could repair it, and reads it once.
//!
//! URL parsers drop tabs and newlines, turn backslashes into slashes, invent slashes and lose empty credentials. Text
//! that needs such a repair is refused, so that what was judged, what is resolved and what is sent are the same.

use std::borrow::Cow;

use http::uri::PathAndQuery;

use crate::host::Host;

/// The longest URL.
pub const MAX_URL_BYTES: usize = 8192;

/// The port of `https` (RFC 9110, 4.2.2).
const HTTPS_PORT: u16 = 443;

/// What is wrong with the text of a URL. `Display` continues a sentence that begins with what the URL is for: "the
/// link …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlFault {
    /// No text.
    #[error("is empty")]
    Empty,
    /// More than [`MAX_URL_BYTES`].
    #[error("is longer than 8192 bytes")]
    TooLong,
    /// The `http` scheme.
    #[error("must be an https link; http is not accepted")]
    PlainHttp,
    /// Another scheme, none, or not two slashes after it.
    #[error("must be an absolute https link, like https://host/path")]
    NotHttps,
    /// Something that a parser would drop or change.
    #[error("holds white space, a control character or a backslash; percent-encode it")]
    ForbiddenCharacter,
    /// An `@` before the path.
    #[error("must not carry a user name or password")]
    Credentials,
    /// A `%` before the path.
    #[error("has a percent sign in its host")]
    PercentInHost,
    /// A host that is not ASCII.
    #[error("has a host with characters outside ascii; send its xn-- form")]
    NonAsciiHost,
    /// No host.
    #[error("has no host")]
    NoHost,
    /// A host that is neither a name nor the canonical form of an address.
    #[error("has a host that is neither a host name nor an address in its canonical form")]
    BadHost,
    /// A port that is no decimal number up to 65,535.
    #[error("has a port that is not a number")]
    BadPort,
    /// A path or query that HTTP cannot send.
    #[error("has a path or query that http cannot send")]
    BadPath,
}

/// A URL whose text was judged, in parts. Debug shows no query: it may be a signature.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckedUrl {
    pub(crate) host: Host,
    pub(crate) port: u16,
    /// As sent by the caller, but for characters that HTTP cannot carry (percent-encoded), dot segments (removed, RFC
    /// 3986, 5.2.4) and the fragment (dropped).
    pub(crate) path_and_query: PathAndQuery,
}

impl CheckedUrl {
    /// Reads the text. Ports, special names and addresses are not looked at here.
    pub(crate) fn read(raw: &str) -> Result<Self, UrlFault> {
        let after_scheme = after_scheme(raw)?;
        let end = after_scheme.find(['/', '?', '#']).unwrap_or(after_scheme.len());
        let (authority, rest) = after_scheme.split_at(end);
        let (host, port) = read_authority(authority)?;
        Ok(Self { host, port, path_and_query: read_path_and_query(rest)? })
    }

    /// The host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The port; 443 where none was written.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Path and query as they are sent.
    pub fn path_and_query(&self) -> &str {
        self.path_and_query.as_str()
    }

    /// Host, and the port where it is not the default: the `Host` header and `:authority` (RFC 9110, 7.2).
    pub fn authority(&self) -> String {
        if self.port == HTTPS_PORT { self.host.to_string() } else { format!("{}:{}", self.host, self.port) }
    }

    /// Whether scheme, host and port are the same (RFC 6454). The scheme is always `https`.
    pub fn same_origin(&self, other: &Self) -> bool {
        self.host == other.host && self.port == other.port
    }
}

impl std::fmt::Debug for CheckedUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CheckedUrl").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// Whether a parser would drop or change the character.
fn is_forbidden(character: char) -> bool {
    character.is_control() || character.is_whitespace() || character == '\\'
}

fn after_scheme(raw: &str) -> Result<&str, UrlFault> {
    if raw.is_empty() {
        return Err(UrlFault::Empty);
    }
    if raw.len() > MAX_URL_BYTES {
        return Err(UrlFault::TooLong);
    }
    if raw.contains(is_forbidden) {
        return Err(UrlFault::ForbiddenCharacter);
    }
    if let Some(rest) = strip_prefix_ignoring_case(raw, "https://") {
        return if rest.starts_with('/') { Err(UrlFault::NotHttps) } else { Ok(rest) };
    }
    let plain = strip_prefix_ignoring_case(raw, "http://").is_some();
    Err(if plain { UrlFault::PlainHttp } else { UrlFault::NotHttps })
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    if start.eq_ignore_ascii_case(prefix) { text.get(prefix.len()..) } else { None }
}

fn read_authority(authority: &str) -> Result<(Host, u16), UrlFault> {
    if authority.is_empty() {
        return Err(UrlFault::NoHost);
    }
    if authority.contains('@') {
        return Err(UrlFault::Credentials);
    }
    if authority.contains('%') {
        return Err(UrlFault::PercentInHost);
    }
    if !authority.is_ascii() {
        return Err(UrlFault::NonAsciiHost);
    }
    if let Some(bracketed) = authority.strip_prefix('[') {
        let (address, after) = bracketed.split_once(']').ok_or(UrlFault::BadHost)?;
        return Ok((Host::read_v6(address)?, read_port(after)?));
    }
    let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
    Ok((Host::read(host)?, read_port(port)?))
}

/// Reads what follows the host: nothing, or a colon and digits.
fn read_port(text: &str) -> Result<u16, UrlFault> {
    if text.is_empty() {
        return Ok(HTTPS_PORT);
    }
    let digits = text.strip_prefix(':').ok_or(UrlFault::BadHost)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(UrlFault::BadPort);
    }
    digits.parse().map_err(|_| UrlFault::BadPort)
}

fn read_path_and_query(text: &str) -> Result<PathAndQuery, UrlFault> {
    let without_fragment = text.split('#').next().unwrap_or_default();
    let (path, query) = without_fragment.split_at(without_fragment.find('?').unwrap_or(without_fragment.len()));
    let mut sent = String::with_capacity(without_fragment.len() + 1);
    if path.is_empty() {
        sent.push('/');
    }
    encode_into(&mut sent, &without_dot_segments(path));
    encode_into(&mut sent, query);
    PathAndQuery::try_from(sent).map_err(|_| UrlFault::BadPath)
}

/// Copies the text, percent-encoding as UTF-8 only what a request line cannot carry.
fn encode_into(sent: &mut String, text: &str) {
    for character in text.chars() {
        if character.is_ascii() && !matches!(character, '"' | '<' | '>' | '`') {
            sent.push(character);
            continue;
        }
        let mut utf8 = [0; 4];
        character.encode_utf8(&mut utf8).bytes().for_each(|byte| push_encoded(sent, byte));
    }
}

/// Adds a byte, percent-encoded (RFC 3986, 2.1).
pub(crate) fn push_encoded(sent: &mut String, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    sent.push('%');
    sent.push(char::from(HEX[usize::from(byte >> 4)]));
    sent.push(char::from(HEX[usize::from(byte & 15)]));
}

/// Removes `.` and `..` (RFC 3986, 5.2.4). Encoded dots are the remote server's business.
fn without_dot_segments(path: &str) -> Cow<'_, str> {
    if !path.contains("/.") {
        return Cow::Borrowed(path);
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            _ => {
                kept.push(segment);
                continue;
            }
        }
        // A dot segment at the end names a folder: the path keeps its last slash.
        if last {
            kept.push("");
        }
    }
    Cow::Owned(format!("/{}", kept.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(raw: &str) -> String {
        CheckedUrl::read(raw).unwrap().path_and_query().to_owned()
    }

    #[test]
    fn path_and_query_are_sent_as_given() {
        assert_eq!(
            sent("https://a.example/x%2Fy%20z;v=1,2/b.mp3?x=%2B&&y=/../"),
            "/x%2Fy%20z;v=1,2/b.mp3?x=%2B&&y=/../"
        );
        assert_eq!(sent("https://a.example/{a}|^~!$'()*+?q=[{`}]|"), "/{a}|^~!$'()*+?q=[{%60}]|");
    }

    #[test]
    fn what_http_cannot_carry_is_encoded() {
        assert_eq!(sent("https://a.example/録/<a>?\u{e9}"), "/%E9%8C%B2/%3Ca%3E?%C3%A9");
    }

    #[test]
    fn an_empty_path_is_a_slash_and_the_fragment_stays_here() {
        assert_eq!(sent("https://a.example"), "/");
        assert_eq!(sent("https://a.example?sig=abc"), "/?sig=abc");
        assert_eq!(sent("https://a.example#t=10"), "/");
        assert_eq!(sent("https://a.example/x?y#z?w"), "/x?y");
    }

    #[test]
    fn dot_segments_are_removed_as_in_rfc_3986() {
        for (path, clean) in [
            ("/a/b/c/./../../g", "/a/g"),
            ("/a/../b.mp3", "/b.mp3"),
            ("/../../x", "/x"),
            ("/a/.", "/a/"),
            ("/a/..", "/"),
            ("/a/.hidden/..x", "/a/.hidden/..x"),
            ("/..%2f..%2fetc", "/..%2f..%2fetc"),
        ] {
            assert_eq!(sent(&format!("https://a.example{path}")), clean, "{path}");
        }
    }

    #[test]
    fn faults_are_told_apart() {
        for (raw, fault) in [
            ("http://a.example/", UrlFault::PlainHttp),
            ("https:a.example", UrlFault::NotHttps),
            ("https:///a.example/", UrlFault::NotHttps),
            ("https://a.example/a b", UrlFault::ForbiddenCharacter),
            ("https://u@a.example/", UrlFault::Credentials),
            ("https://a.example:/", UrlFault::BadPort),
            ("https://a.example:65536/", UrlFault::BadPort),
            ("https://[::1]x/", UrlFault::BadHost),
            ("https://?x", UrlFault::NoHost),
            ("https://:443/", UrlFault::NoHost),
        ] {
            assert_eq!(CheckedUrl::read(raw).unwrap_err(), fault, "{raw}");
        }
    }

    #[test]
    fn the_authority_names_the_port_only_when_it_is_not_the_default() {
        assert_eq!(CheckedUrl::read("https://A.example.:443/").unwrap().authority(), "a.example");
        assert_eq!(CheckedUrl::read("https://[2606:2800::1]:8443/").unwrap().authority(), "[2606:2800::1]:8443");
    }
}
