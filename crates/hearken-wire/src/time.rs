//! Times on the wire: RFC 3339, any offset in, UTC with milliseconds out.

use std::fmt;

use chrono::DateTime;
use hearken_domain::time::Timestamp;
use serde::{Serialize, Serializer};

/// A text that is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not RFC 3339.
    #[error("must be an RFC 3339 time with an offset such as 2026-03-01T12:00:00Z")]
    Form,
    /// Before the year 0000 or after the year 9999, once in UTC.
    #[error("must be between the years 0000 and 9999 in UTC")]
    Range,
}

/// Reads a time; what is finer than a millisecond is cut off. A leap second is the first second of the next minute.
pub fn parse(text: &str) -> Result<Timestamp, TimeError> {
    let moment = DateTime::parse_from_rfc3339(text).map_err(|_| TimeError::Form)?;
    Timestamp::from_unix_millis(moment.timestamp_millis()).ok_or(TimeError::Range)
}

/// Writes a time as `2026-03-01T12:00:00.000Z`.
pub fn format(at: Timestamp) -> String {
    at.to_rfc3339()
}

/// A time that displays and serialises in the wire's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rfc3339(pub Timestamp);

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format(self.0))
    }
}

impl Serialize for Rfc3339 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(text: &str) -> String {
        format(parse(text).unwrap())
    }

    #[test]
    fn any_offset_in_and_utc_with_milliseconds_out() {
        assert_eq!(through("2026-03-01T12:00:00Z"), "2026-03-01T12:00:00.000Z");
        assert_eq!(through("2026-03-01T12:00:00.123999+02:00"), "2026-03-01T10:00:00.123Z");
        assert_eq!(through("2026-03-01t12:00:00.5z"), "2026-03-01T12:00:00.500Z");
        assert_eq!(through("1969-12-31T23:59:59.9999Z"), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn the_ends_of_the_range_are_written_with_four_digits() {
        assert_eq!(format(Timestamp::MIN), "0000-01-01T00:00:00.000Z");
        assert_eq!(format(Timestamp::MAX), "9999-12-31T23:59:59.999Z");
        assert_eq!(parse("0000-01-01T00:00:00+01:00"), Err(TimeError::Range));
        assert_eq!(parse("9999-12-31T23:59:59-01:00"), Err(TimeError::Range));
    }

    #[test]
    fn moments_of_the_whole_range_are_written_as_a_calendar_says() {
        const STEP: usize = 9 * 86_400_000 + 997;
        for millis in (Timestamp::MIN.unix_millis()..=Timestamp::MAX.unix_millis()).step_by(STEP) {
            let expected = DateTime::from_timestamp_millis(millis).unwrap();
            let expected = expected.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
            assert_eq!(format(Timestamp::from_unix_millis(millis).unwrap()), expected);
        }
    }

    #[test]
    fn a_leap_second_is_tolerated() {
        assert_eq!(through("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00.000Z");
    }

    #[test]
    fn other_forms_are_refused() {
        for text in
            ["", "2026-03-01", "2026-03-01T12:00:00", "1767225600", "2026-02-30T00:00:00Z", "12026-03-01T12:00:00Z"]
        {
            assert_eq!(parse(text), Err(TimeError::Form), "{text}");
        }
    }
}
