//! Reads the head of an HTTP/1 response byte by byte, beside hyper, and objects to what hyper would tolerate.
//!
//! Two readers that disagree about where a message ends are how responses are smuggled (RFC 9112, 11). hyper takes bare
//! line feeds, an empty line before the status, `Content-Length` beside `Transfer-Encoding`, and reads any final coding
//! other than `chunked` until the connection closes. Here all of that is an error.
//!
//! What is wrong with the body's framing alone is told when the head is whole: a sender who waits for no body can then
//! still have the head.

use std::mem;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// What is wrong with a head. RFC 9112 throughout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HeadFault {
    #[error("the head is longer than allowed")]
    TooLong,
    #[error("a line ends without a carriage return")]
    BareLineFeed,
    #[error("a carriage return stands inside a line")]
    BareCarriageReturn,
    #[error("the head holds a nul")]
    Nul,
    #[error("the answer is not http/1")]
    NoStatusLine,
    #[error("a header is folded over several lines")]
    Folded,
    #[error("a header has no colon, or white space before it")]
    NoField,
    #[error("content-length is not one plain decimal number")]
    ContentLength,
    #[error("the transfer coding is not chunked alone")]
    TransferEncoding,
    #[error("content-length and transfer-encoding stand together")]
    TwoLengths,
}

/// A final head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FinalHead {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
}

/// Follows the bytes up to the end of the final head. Informational heads (1xx) before it may repeat: only the deadline
/// for the head ends those.
#[derive(Debug)]
pub(crate) struct HeadReader {
    max_bytes: usize,
    seen: usize,
    line: Vec<u8>,
    head: Head,
    done: bool,
    /// The final head, once it is whole and HTTP can carry it.
    whole: Option<FinalHead>,
}

/// What the lines of one head have said so far.
#[derive(Debug, Default)]
struct Head {
    status: Option<Vec<u8>>,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    content_length: Option<u64>,
    chunked: bool,
    /// The first fault of its framing.
    fault: Option<HeadFault>,
}

impl HeadReader {
    /// A reader that takes heads of up to `max_bytes`.
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, seen: 0, line: Vec::new(), head: Head::default(), done: false, whole: None }
    }

    /// The final head, when it ended just now or before. Given once.
    pub(crate) fn whole(&mut self) -> Option<FinalHead> {
        self.whole.take()
    }

    /// Takes the next bytes from the wire. Once the final head has ended they are no longer looked at.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), HeadFault> {
        for byte in bytes {
            if self.done {
                return Ok(());
            }
            self.take_byte(*byte)?;
        }
        Ok(())
    }

    fn take_byte(&mut self, byte: u8) -> Result<(), HeadFault> {
        self.seen += 1;
        if self.seen > self.max_bytes {
            return Err(HeadFault::TooLong);
        }
        match (byte, self.line.last() == Some(&b'\r')) {
            (0, _) => Err(HeadFault::Nul),
            (b'\n', false) => Err(HeadFault::BareLineFeed),
            (b'\n', true) => {
                self.line.pop();
                self.end_line()
            }
            (_, true) => Err(HeadFault::BareCarriageReturn),
            (byte, false) => {
                self.line.push(byte);
                Ok(())
            }
        }
    }

    fn end_line(&mut self) -> Result<(), HeadFault> {
        let line = mem::take(&mut self.line);
        if self.head.status.is_none() {
            self.head.status = Some(status(&line).ok_or(HeadFault::NoStatusLine)?.to_vec());
            return Ok(());
        }
        if !line.is_empty() {
            return self.head.field(&line);
        }
        let head = mem::take(&mut self.head);
        self.seen = 0;
        // 101 ends HTTP, it announces no further head.
        let informational = head.status.as_ref().is_some_and(|status| status.starts_with(b"1") && status != b"101");
        self.done = !informational;
        if self.done {
            self.whole = head.whole();
        }
        head.fault.map_or(Ok(()), Err)
    }
}

impl Head {
    fn field(&mut self, line: &[u8]) -> Result<(), HeadFault> {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            return Err(HeadFault::Folded);
        }
        let colon = line.iter().position(|byte| *byte == b':').ok_or(HeadFault::NoField)?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.is_empty() || name.ends_with(b" ") || name.ends_with(b"\t") {
            return Err(HeadFault::NoField);
        }
        if let Err(fault) = self.framing(name, value) {
            self.fault.get_or_insert(fault);
        }
        self.fields.push((name.to_vec(), value.to_vec()));
        Ok(())
    }

    /// What a field says about the body's end.
    fn framing(&mut self, name: &[u8], value: &[u8]) -> Result<(), HeadFault> {
        if name.eq_ignore_ascii_case(b"content-length") {
            self.content_length(value)?;
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(HeadFault::TransferEncoding);
            }
            self.chunked = true;
        }
        if self.chunked && self.content_length.is_some() { Err(HeadFault::TwoLengths) } else { Ok(()) }
    }

    /// Nothing when a part of it is not what HTTP carries.
    fn whole(&self) -> Option<FinalHead> {
        let status = StatusCode::from_bytes(self.status.as_ref()?).ok()?;
        let field = |(name, value): &(Vec<u8>, Vec<u8>)| {
            Some((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?))
        };
        let headers = self.fields.iter().map(field).collect::<Option<HeaderMap>>()?;
        Some(FinalHead { status, headers })
    }

    /// The same length may stand twice (RFC 9110, 8.6), another may not.
    fn content_length(&mut self, value: &[u8]) -> Result<(), HeadFault> {
        let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
        let length = str::from_utf8(value).ok().filter(|_| digits).and_then(|text| text.parse::<u64>().ok());
        let length = length.ok_or(HeadFault::ContentLength)?;
        if self.content_length.is_some_and(|before| before != length) {
            return Err(HeadFault::ContentLength);
        }
        self.content_length = Some(length);
        Ok(())
    }
}

/// The three digits of a status line.
fn status(line: &[u8]) -> Option<&[u8]> {
    let after = line.strip_prefix(b"HTTP/1.0 ").or_else(|| line.strip_prefix(b"HTTP/1.1 "))?;
    let status = after.get(..3)?;
    let ends = after.get(3).is_none_or(|byte| *byte == b' ');
    (ends && status.iter().all(u8::is_ascii_digit)).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<bool, HeadFault> {
        let mut whole = HeadReader::new(1000);
        let outcome = whole.take(text.as_bytes());
        let mut piecemeal = HeadReader::new(1000);
        assert_eq!(outcome, text.as_bytes().iter().try_for_each(|byte| piecemeal.take(&[*byte])), "{text:?}");
        outcome.map(|()| whole.done)
    }

    #[test]
    fn honest_heads_pass() {
        assert_eq!(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe\nlo"), Ok(true));
        assert_eq!(read("HTTP/1.1 200\r\nx:\r\n\r\n"), Ok(true));
        assert_eq!(read("HTTP/1.0 200 OK\r\ncontent-length:5\r\nContent-Length: 5 \r\n\r\n"), Ok(true));
        assert_eq!(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\n"), Ok(true));
    }

    #[test]
    fn informational_heads_may_precede() {
        assert_eq!(read("HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"), Ok(false));
        assert_eq!(read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\0"), Ok(true));
        assert_eq!(read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\n"), Err(HeadFault::BareLineFeed));
    }

    #[test]
    fn faults_are_found() {
        for (head, fault) in [
            ("HTTP/1.1 200 OK\n", HeadFault::BareLineFeed),
            ("HTTP/1.1 200 OK\r\nx: y\n", HeadFault::BareLineFeed),
            ("HTTP/1.1 200 OK\r\nx: \ry\r\n", HeadFault::BareCarriageReturn),
            ("HTTP/1.1 200 OK\r\nx: \0\r\n", HeadFault::Nul),
            ("HTTP/1.1 200 OK\r\nx: y\r\n z\r\n", HeadFault::Folded),
            ("HTTP/1.1 200 OK\r\nx : y\r\n", HeadFault::NoField),
            ("HTTP/1.1 200 OK\r\nxy\r\n", HeadFault::NoField),
            ("\r\nHTTP/1.1 200 OK\r\n", HeadFault::NoStatusLine),
            ("HTTP/0.9\r\n", HeadFault::NoStatusLine),
            ("HTTP/1.1 2000 OK\r\n", HeadFault::NoStatusLine),
            ("<html>\r\n", HeadFault::NoStatusLine),
        ] {
            assert_eq!(read(head), Err(fault), "{head:?}");
        }
    }

    #[test]
    fn lengths_are_plain_and_one() {
        for field in [
            "content-length: ",
            "content-length: +5",
            "content-length: 0x10",
            "content-length: 5, 5",
            "content-length: \u{665}",
        ] {
            assert_eq!(read(&format!("HTTP/1.1 200 OK\r\n{field}\r\n\r\n")), Err(HeadFault::ContentLength), "{field}");
        }
        let two = |first: &str, second: &str| read(&format!("HTTP/1.1 200 OK\r\n{first}\r\n{second}\r\n\r\n"));
        assert_eq!(two("content-length: 5", "content-length: 6"), Err(HeadFault::ContentLength));
        assert_eq!(two("content-length: 5", "transfer-encoding: chunked"), Err(HeadFault::TwoLengths));
        assert_eq!(two("transfer-encoding: chunked", "content-length: 5"), Err(HeadFault::TwoLengths));
        assert_eq!(two("transfer-encoding: chunked", "transfer-encoding: chunked"), Err(HeadFault::TransferEncoding));
        for coding in ["xchunked", "gzip, chunked", "gzip", "identity", ""] {
            assert_eq!(
                two("x: y", &format!("transfer-encoding: {coding}")),
                Err(HeadFault::TransferEncoding),
                "{coding}"
            );
        }
        assert_eq!(two("content-length: 99999999999999999999999", "x: y"), Err(HeadFault::ContentLength));
    }

    #[test]
    fn a_head_whose_framing_alone_is_wrong_is_whole() {
        let whole = |text: &str| {
            let mut reader = HeadReader::new(1000);
            let outcome = reader.take(text.as_bytes());
            (outcome, reader.whole())
        };
        let (fault, head) = whole("HTTP/1.1 503 Later\r\nRetry-After: 9\r\ncontent-length: 5, 6\r\n\r\nhello");
        let head = head.unwrap();
        assert_eq!((fault, head.status), (Err(HeadFault::ContentLength), StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!(head.headers["retry-after"], "9");
        assert!(whole("HTTP/1.1 204 No Content\r\n\r\n").1.is_some());
        for broken in [
            "HTTP/1.1 200 OK\r\ncontent-length: 5, 6\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 5, 6\r\nx: y\n\r\n",
            "HTTP/1.1 200 OK\r\nx y: z\r\n\r\n",
            "HTTP/1.1 100 Continue\r\ncontent-length: x\r\n\r\n",
        ] {
            assert_eq!(whole(broken).1, None, "{broken:?}");
        }
    }

    #[test]
    fn each_head_has_its_own_cap() {
        let long = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(1000));
        assert_eq!(read(&long), Err(HeadFault::TooLong));
        assert_eq!(read(&"HTTP/1.1 102 Processing\r\n\r\n".repeat(100)), Ok(false));
    }
}
