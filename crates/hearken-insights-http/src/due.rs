//! Until when: a date or a moment that a model worked out, where it can be.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use hearken_domain::time::Timestamp;

const DAY: Duration = Duration::from_hours(24);
/// Nobody plans further than two years in a call.
const HORIZON: Duration = Duration::from_hours(2 * 366 * 24);
/// A date alone means until its end.
const END_OF_DAY: NaiveTime = NaiveTime::from_hms_opt(23, 59, 59).expect("it is a time of the day");

/// The moment, when it lies between the day before the conversation began and two years after.
pub(crate) fn due(text: &str, start_at: Timestamp) -> Option<Timestamp> {
    let text = text.trim();
    let moment = DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.timestamp_millis());
    // Without an offset it is UTC, as the beginning that the model was told.
    let local = || text.parse::<NaiveDateTime>().ok();
    let date = || text.parse::<NaiveDate>().ok().map(|date| date.and_time(END_OF_DAY));
    let millis = moment.or_else(|| local().or_else(date).map(|moment| moment.and_utc().timestamp_millis()))?;
    let due = Timestamp::from_unix_millis(millis)?;
    (start_at.before(DAY)..=start_at.after(HORIZON)).contains(&due).then_some(due)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_is_a_due_date() {
        let moment = |text: &str| {
            Timestamp::from_unix_millis(DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()).unwrap()
        };
        let start_at = moment("2026-03-04T15:00:00Z");
        let read = |text| due(text, start_at);
        assert_eq!(read("2026-03-06"), Some(moment("2026-03-06T23:59:59Z")));
        assert_eq!(read(" 2026-03-06T17:00:00+02:00 "), Some(moment("2026-03-06T15:00:00Z")));
        assert_eq!(read("2026-03-06T17:00:00"), Some(moment("2026-03-06T17:00:00Z")));
        assert_eq!(read("2026-03-03T16:00:00Z"), Some(moment("2026-03-03T16:00:00Z")));
        for bad in ["", "Friday", "2026-02-30", "2026-03-01", "2029-01-01", "1970-01-01T00:00:00Z", "99999-01-01"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
