//! For how long a receiver wants to be left alone (RFC 9110, 10.2.3).

use std::time::{Duration, UNIX_EPOCH};

use hearken_domain::time::Timestamp;
use http::{HeaderMap, header::RETRY_AFTER};

/// Reads `Retry-After`: seconds, or a date in any of the three forms of HTTP, taken from the moment of the attempt. A
/// date that has passed is no time at all; what is neither is not there.
pub(crate) fn retry_after(headers: &HeaderMap, at: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than fit are for ever to anybody.
        return Some(Duration::from_secs(text.parse::<u32>().unwrap_or(u32::MAX).into()));
    }
    let until = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let from = Duration::from_millis(u64::try_from(at.unix_millis()).unwrap_or(0));
    Some(until.saturating_sub(from))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110's examples.
    const EXAMPLE: i64 = 784_111_777_000;

    fn seconds(text: &str, at: i64) -> Option<u64> {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_str(text).unwrap())]);
        retry_after(&headers, Timestamp::from_unix_millis(at).unwrap()).map(|span| span.as_secs())
    }

    #[test]
    fn seconds_are_taken_as_they_are() {
        assert_eq!(seconds("120", EXAMPLE), Some(120));
        assert_eq!(seconds(" 0 ", EXAMPLE), Some(0));
        assert_eq!(seconds("99999999999999999999999", EXAMPLE), Some(u64::from(u32::MAX)));
    }

    #[test]
    fn a_date_is_taken_from_the_moment_of_the_attempt() {
        for date in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(seconds(date, EXAMPLE - 90_000), Some(90), "{date}");
            assert_eq!(seconds(date, EXAMPLE + 90_000), Some(0), "{date}");
        }
    }

    #[test]
    fn what_is_neither_is_not_there() {
        for odd in ["", "-1", "+1", "1.5", "soon", "2026-01-01T00:00:00Z", "0x10"] {
            assert_eq!(seconds(odd, EXAMPLE), None, "{odd}");
        }
    }
}
