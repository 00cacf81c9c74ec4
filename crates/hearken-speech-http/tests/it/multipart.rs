//! `multipart/form-data` (RFC 7578), taken apart as strictly as it is written.

/// One part of a form.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) content: Vec<u8>,
}

/// The parts of a body. Panics where it is no such form.
pub(crate) fn parts(content_type: &str, body: &[u8]) -> Vec<Part> {
    let (kind, boundary) = content_type.split_once("; boundary=").expect("a boundary");
    assert_eq!(kind, "multipart/form-data");
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    // The first delimiter may stand without a line end before it.
    let body = [b"\r\n", body].concat();
    let mut parts = Vec::new();
    let mut at = find(&body, &delimiter, 0).expect("a first delimiter") + delimiter.len();
    while !body[at..].starts_with(b"--") {
        assert!(body[at..].starts_with(b"\r\n"), "a line end after the delimiter");
        let end = find(&body, &delimiter, at).expect("a next delimiter");
        parts.push(part(&body[at + 2..end]));
        at = end + delimiter.len();
    }
    parts
}

fn part(bytes: &[u8]) -> Part {
    let end = find(bytes, b"\r\n\r\n", 0).expect("an empty line after the head");
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let field = |name: &str| {
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(name));
        line.map(|line| line[name.len()..].trim().to_owned())
    };
    let disposition = field("content-disposition:").expect("a disposition");
    let parameter = |name: &str| {
        let (_, rest) = disposition.split_once(&format!("; {name}=\""))?;
        Some(rest.split('"').next().unwrap().to_owned())
    };
    Part {
        name: parameter("name").expect("a name"),
        file_name: parameter("filename"),
        content_type: field("content-type:"),
        content: bytes[end + 4..].to_vec(),
    }
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
