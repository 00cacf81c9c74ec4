//! `multipart/form-data` (RFC 7578), taken apart.

/// One part of a form.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
}

/// The parts of a body; none of them where it is no such form.
pub(crate) fn parts(content_type: &str, body: &[u8]) -> Option<Vec<Part>> {
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=")?.trim_matches('"');
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    // The first delimiter may stand without a line end before it.
    let body = [b"\r\n", body].concat();
    let mut parts = Vec::new();
    let mut at = find(&body, &delimiter, 0)? + delimiter.len();
    while !body[at..].starts_with(b"--") {
        let end = find(&body, &delimiter, at)?;
        parts.push(part(body.get(at + 2..end)?)?);
        at = end + delimiter.len();
    }
    Some(parts)
}

fn part(bytes: &[u8]) -> Option<Part> {
    let end = find(bytes, b"\r\n\r\n", 0)?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let disposition = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let (_, rest) = disposition.split_once("; name=\"")?;
    Some(Part { name: rest.split('"').next()?.to_owned(), content: bytes[end + 4..].to_vec() })
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    // Searching for the first byte is quick; a recording is long.
    let mut at = from;
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == wanted[0]) {
        if bytes[at + next..].starts_with(wanted) {
            return Some(at + next);
        }
        at += next + 1;
    }
    None
}
