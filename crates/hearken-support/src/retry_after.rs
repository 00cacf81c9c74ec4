//! `Retry-After` (RFC 9110, 10.2.3): seconds, or a date.

use std::time::Duration;

use http::{
    HeaderMap, HeaderName,
    header::{DATE, RETRY_AFTER},
};

/// A server that asks for more is asked again after this.
const LONGEST: Duration = Duration::from_hours(6);

/// How long the server asks to be left alone. A date is taken against the answer's own `Date`, so that a wrong clock on
/// either side does no harm.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let span = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = httpdate::parse_http_date(text).ok()?;
            // A date that has passed asks for no wait.
            until.duration_since(date(headers, DATE)?).unwrap_or_default()
        }
    };
    Some(span.min(LONGEST))
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<std::time::SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let read = |fields: &[(HeaderName, &str)]| {
            retry_after(&fields.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect())
        };
        let now = (DATE, "Sun, 06 Nov 1994 08:49:37 GMT");
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(read(&[(RETRY_AFTER, "120")]), seconds(120));
        assert_eq!(read(&[(RETRY_AFTER, "Sun, 06 Nov 1994 08:50:37 GMT"), now.clone()]), seconds(60));
        assert_eq!(read(&[(RETRY_AFTER, "Sun, 06 Nov 1994 08:00:00 GMT"), now.clone()]), seconds(0));
        assert_eq!(read(&[(RETRY_AFTER, "99999999")]), Some(LONGEST));
        assert_eq!(read(&[(RETRY_AFTER, "Sun, 06 Nov 1994 08:50:37 GMT")]), None, "there is nothing to compare with");
        assert_eq!(read(&[(RETRY_AFTER, "soon"), now]), None);
        assert_eq!(read(&[]), None);
    }
}
