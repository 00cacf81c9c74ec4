//! The beginning of an answer's body: as much as is read, and as much of that as is shown.

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use hearken_domain::delivery::MAX_RESPONSE_SHOWN;
use tokio::time::{Instant, timeout_at};

/// Reads up to `max_bytes`, or until the body ends, breaks or runs out of time, and gives what can be shown of it. Only
/// that much is kept; the rest is read so that an ordinary answer is taken whole and its sender sees no broken
/// connection.
pub(crate) async fn read_beginning<E>(
    body: impl Stream<Item = Result<Bytes, E>>,
    max_bytes: usize,
    deadline: Instant,
) -> Option<String> {
    let mut body = std::pin::pin!(body);
    let (mut read, mut kept) = (0, Vec::with_capacity(MAX_RESPONSE_SHOWN));
    while read < max_bytes
        && let Ok(Some(Ok(piece))) = timeout_at(deadline, body.next()).await
    {
        read += piece.len();
        let room = MAX_RESPONSE_SHOWN - kept.len();
        kept.extend_from_slice(&piece[..piece.len().min(room)]);
    }
    Some(shown(&kept)).filter(|text| !text.is_empty())
}

/// Makes a text of whatever came: what is no UTF-8 is replaced, white space is a blank, and no other control character
/// is let through. At most [`MAX_RESPONSE_SHOWN`] bytes.
fn shown(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        // A character that was cut off at the end is no fault of the sender.
        let is_cut = str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
        let replaced = (!chunk.invalid().is_empty() && !is_cut).then_some(char::REPLACEMENT_CHARACTER);
        for character in chunk.valid().chars().filter_map(printable).chain(replaced) {
            if text.len() + character.len_utf8() > MAX_RESPONSE_SHOWN {
                return text;
            }
            text.push(character);
        }
    }
    text
}

fn printable(character: char) -> Option<char> {
    match character {
        '\t' | '\n' | '\r' => Some(' '),
        other => (!other.is_control()).then_some(other),
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, convert::Infallible, time::Duration};

    use futures_util::stream;

    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(60)
    }

    #[tokio::test]
    async fn no_more_is_read_than_allowed() {
        let taken = Cell::new(0);
        let endless = stream::repeat_with(|| {
            taken.set(taken.get() + 1);
            Ok::<_, Infallible>(Bytes::from_static(&[b'a'; 1000]))
        });
        assert_eq!(read_beginning(endless, 64 * 1024, soon()).await, Some("a".repeat(MAX_RESPONSE_SHOWN)));
        assert_eq!(taken.get(), 66);
    }

    #[tokio::test(start_paused = true)]
    async fn what_came_before_the_deadline_or_the_break_is_shown() {
        let first = Bytes::from_static(b"first");
        let stalls = stream::iter([Ok(first.clone())]).chain(stream::pending());
        assert_eq!(read_beginning::<Infallible>(stalls, 100, soon()).await.as_deref(), Some("first"));
        let breaks = stream::iter([Ok(first.clone()), Err(()), Ok(first)]);
        assert_eq!(read_beginning(breaks, 100, soon()).await.as_deref(), Some("first"));
        assert_eq!(read_beginning::<Infallible>(stream::empty(), 100, soon()).await, None);
    }

    #[test]
    fn what_is_shown_is_clean_text() {
        assert_eq!(shown(b"{\r\n\t\"a\": \"\x00\x1b[31m\xc2\x85b\x7f\"}"), "{   \"a\": \"[31mb\"}");
        assert_eq!(shown(b"a\xffb\xc3"), "a\u{fffd}b");
        assert_eq!(shown(&[0; 10]), "");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        for odd in ["é", "録", "🎧"] {
            for shift in 0..4 {
                let long = format!("{}{}", "a".repeat(shift), odd.repeat(1000));
                let text = shown(&long.as_bytes()[..MAX_RESPONSE_SHOWN]);
                assert!(long.starts_with(&text) && text.len() > MAX_RESPONSE_SHOWN - odd.len(), "{odd} {shift}");
            }
        }
        let replaced = shown(&[0xff; MAX_RESPONSE_SHOWN]);
        assert_eq!((replaced.len(), replaced.chars().count()), (1023, 341));
    }
}
