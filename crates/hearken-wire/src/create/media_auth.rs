//! The rules of `media_auth`. No message repeats anything of a credential.

use std::borrow::Cow;

use hearken_domain::{media::MediaAuth, rejection::ViolationCode, text};
use secrecy::SecretString;

use super::body::{HeaderBody, MediaAuthBody};
use crate::json::{Findings, Items, Loose, Path};

/// The most characters of a token, a username, a password or a header's value: what servers take in a header.
const MAX_SECRET: usize = 8_192;
/// The most characters of a header's name.
const MAX_NAME: usize = 128;

type Text<'a> = Loose<Cow<'a, str>>;
type Headers<'a> = Loose<Items<HeaderBody<'a>, { MediaAuth::MAX_HEADERS }>>;

/// The credential.
pub(super) fn media_auth(
    value: Loose<MediaAuthBody<'_>>,
    path: &Path<'_>,
    findings: &mut Findings,
) -> Option<MediaAuth> {
    let body = findings.optional(value, path)?;
    let kind_path = path.field("type");
    let kind = findings.required(body.kind, &kind_path)?;
    match &*kind {
        "bearer" => token(body.token, &path.field("token"), findings).map(MediaAuth::Bearer),
        "basic" => {
            let username = username(body.username, &path.field("username"), findings);
            let password = part(body.password, &path.field("password"), findings);
            Some(MediaAuth::Basic { username: username?, password: SecretString::from(password?) })
        }
        "headers" => headers(body.headers, &path.field("headers"), findings).map(MediaAuth::Headers),
        _ => {
            findings.add(&kind_path, ViolationCode::InvalidEnumValue, "must be bearer, basic or headers");
            None
        }
    }
}

fn token(value: Text<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<SecretString> {
    let token = limited(value, 1, path, findings)?;
    if token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some(SecretString::from(token));
    }
    findings.add(path, ViolationCode::InvalidFormat, "must be visible ASCII characters without spaces");
    None
}

fn username(value: Text<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<String> {
    let username = part(value, path, findings)?;
    if username.contains(':') {
        findings.add(path, ViolationCode::InvalidFormat, "must not contain a colon (RFC 7617)");
        return None;
    }
    Some(username)
}

/// A username or a password: any text without control characters, also none at all.
fn part(value: Text<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<String> {
    let text = limited(value, 0, path, findings)?;
    if text.chars().any(char::is_control) {
        findings.add(path, ViolationCode::InvalidFormat, "must not contain control characters (RFC 7617)");
        return None;
    }
    Some(text)
}

fn limited(value: Text<'_>, min: usize, path: &Path<'_>, findings: &mut Findings) -> Option<String> {
    let text = findings.required(value, path)?;
    match text::check(&text, min, MAX_SECRET) {
        Ok(()) => Some(text.into_owned()),
        Err(error) => {
            findings.text_error(path, error);
            None
        }
    }
}

fn headers(value: Headers<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<Vec<(String, SecretString)>> {
    let items = findings.required(value, path)?;
    if items.total == 0 {
        findings.add(path, ViolationCode::TooShort, "must have at least 1 item");
    }
    if items.total > MediaAuth::MAX_HEADERS {
        let message = format_args!("must have at most {} items, this has {}", MediaAuth::MAX_HEADERS, items.total);
        findings.add(path, ViolationCode::TooMany, message);
    }
    let mut headers: Vec<(String, SecretString)> = Vec::with_capacity(items.kept.len());
    for (index, item) in items.kept.into_iter().enumerate() {
        let path = path.item(index);
        let Some((name, value)) = findings.item(item, &path).and_then(|body| header(body, &path, findings)) else {
            continue;
        };
        if headers.iter().any(|(earlier, _)| earlier.eq_ignore_ascii_case(&name)) {
            findings.add(&path.field("name"), ViolationCode::Duplicate, "is the name of an earlier header");
        }
        headers.push((name, value));
    }
    Some(headers)
}

fn header(body: HeaderBody<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<(String, SecretString)> {
    let name = header_name(body.name, &path.field("name"), findings);
    let value = header_value(body.value, &path.field("value"), findings);
    Some((name?, value?))
}

fn header_name(value: Text<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<String> {
    let name = findings.required(value, path)?;
    // A name that is no token is not worth counting: its form is the complaint.
    if !name.bytes().all(is_token_byte) {
        findings.add(path, ViolationCode::InvalidFormat, "must be a header's name such as X-Api-Key (RFC 9110, 5.6.2)");
        return None;
    }
    if let Err(error) = text::check(&name, 1, MAX_NAME) {
        findings.text_error(path, error);
        return None;
    }
    if !MediaAuth::may_carry(&name) {
        let message = "must be a header that carries a credential: those that the fetch or the connection decides, \
                       such as Host, Cookie and Range, are refused";
        findings.add(path, ViolationCode::InvalidFormat, message);
        return None;
    }
    Some(name.into_owned())
}

fn header_value(value: Text<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<SecretString> {
    let value = limited(value, 1, path, findings)?;
    let is_visible = value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if is_visible && !value.starts_with(' ') && !value.ends_with(' ') {
        return Some(SecretString::from(value));
    }
    let message = "must be visible ASCII characters, with spaces only between them";
    findings.add(path, ViolationCode::InvalidFormat, message);
    None
}

/// `tchar` of RFC 9110, 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
