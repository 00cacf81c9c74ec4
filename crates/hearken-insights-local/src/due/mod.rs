//! Until when: "by Friday", "end of next week", "on March 3rd", as a day of the calendar.
//!
//! Days are those of UTC, counted from the conversation's start. What is due on a day is due at its last second: the
//! speaker named no hour, and any other hour would be our invention. A day that is named without "next" is the first
//! such day after the conversation's own; "next Tuesday" is the one of the following calendar week; a week ends on
//! Friday.

mod calendar;
mod numbers;
mod phrase;

use std::ops::Range;

use chrono::{DateTime, NaiveDate};
use hearken_domain::time::Timestamp;

use self::phrase::Phrase;

/// A day that was named, and the words that name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Due {
    /// The day.
    pub(crate) day: NaiveDate,
    /// From the preposition to the last word that belongs to it.
    pub(crate) words: Range<usize>,
}

impl Due {
    /// The last second of the day.
    pub(crate) fn moment(&self) -> Option<Timestamp> {
        let end = self.day.and_hms_opt(23, 59, 59)?;
        Timestamp::from_unix_millis(end.and_utc().timestamp_millis())
    }
}

/// The day a conversation took place.
pub(crate) fn day_of(start: Timestamp) -> Option<NaiveDate> {
    DateTime::from_timestamp_millis(start.unix_millis()).map(|moment| moment.date_naive())
}

/// The first day that these words, in lower case, name.
pub(crate) fn find(words: &[&str], today: NaiveDate) -> Option<Due> {
    (0..words.len()).find_map(|at| {
        let (day, end) = Phrase { words, at, today }.read()?;
        Some(Due { day, words: begin(words, at)..tail(words, end) })
    })
}

/// Takes what leads to the day: "no later than", "by the", "on".
fn begin(words: &[&str], at: usize) -> usize {
    let leads = |word: &str| {
        matches!(
            word,
            "by" | "on"
                | "until"
                | "till"
                | "before"
                | "for"
                | "within"
                | "over"
                | "at"
                | "the"
                | "than"
                | "later"
                | "latest"
        )
    };
    let mut begin = at;
    while begin > 0 && leads(words[begin - 1]) {
        begin -= 1;
    }
    if begin < at && words[begin] == "later" && begin > 0 && words[begin - 1] == "no" { begin - 1 } else { begin }
}

/// Takes what follows the day: "morning", "at three", "at the latest".
fn tail(words: &[&str], end: usize) -> usize {
    let mut end = end;
    loop {
        let rest = &words[end..];
        let taken = match rest {
            ["at", "the", "latest", ..] | ["in", "the", "morning" | "afternoon" | "evening", ..] => 3,
            ["at", hour, "o'clock", ..] if numbers::count(hour).is_some() => 3,
            ["at", hour, ..] if numbers::count(hour).is_some() || matches!(*hour, "noon" | "midnight") => 2,
            ["morning" | "afternoon" | "evening" | "night" | "noon" | "lunchtime" | "midday", ..] => 1,
            _ => return end,
        };
        end += taken;
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Weekday};

    use super::*;
    use crate::words::plain_words;

    fn due(text: &str, today: &str) -> Option<String> {
        let words = plain_words(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        find(&words, today.parse().unwrap()).map(|due| due.day.to_string())
    }

    #[test]
    fn days_are_counted_from_the_conversation() {
        // 2026-03-04 is a Wednesday.
        let cases = [
            ("today", "2026-03-04"),
            ("by the end of the day", "2026-03-04"),
            ("by EOD", "2026-03-04"),
            ("this afternoon", "2026-03-04"),
            ("tomorrow morning", "2026-03-05"),
            ("the day after tomorrow", "2026-03-06"),
            ("by Friday", "2026-03-06"),
            ("on Wednesday", "2026-03-11"),
            ("by Tuesday at the latest", "2026-03-10"),
            ("next Tuesday", "2026-03-10"),
            ("next Friday", "2026-03-13"),
            ("this Friday", "2026-03-06"),
            ("by the end of the week", "2026-03-06"),
            ("EOW", "2026-03-06"),
            ("this week", "2026-03-06"),
            ("next week", "2026-03-13"),
            ("by the end of next week", "2026-03-13"),
            ("end of the month", "2026-03-31"),
            ("by the end of April", "2026-04-30"),
            ("next month", "2026-04-30"),
            ("end of the quarter", "2026-03-31"),
            ("end of the year", "2026-12-31"),
            ("in two days", "2026-03-06"),
            ("in a couple of weeks", "2026-03-18"),
            ("within 10 days", "2026-03-14"),
            ("in a month", "2026-04-04"),
            ("on March 3rd", "2027-03-03"),
            ("on March 9", "2026-03-09"),
            ("by October fifth", "2026-10-05"),
            ("by the twenty first of April", "2026-04-21"),
            ("the 3rd of May", "2026-05-03"),
            ("by the 15th", "2026-03-15"),
            ("by the second", "2026-04-02"),
            ("by the middle of May", "2026-05-15"),
            ("over the weekend", "2026-03-08"),
            ("by 2026-05-01", "2026-05-01"),
            ("a week from now", "2026-03-11"),
        ];
        for (text, day) in cases {
            assert_eq!(due(text, "2026-03-04").as_deref(), Some(day), "{text}");
        }
    }

    #[test]
    fn what_is_past_or_vague_is_no_date() {
        for text in [
            "soon",
            "last Friday",
            "every Tuesday",
            "since Monday",
            "in March",
            "it may take a while",
            "the second one",
            "the third quarter",
            "in time",
            "on time",
            "may I",
            "since 2020-01-01",
        ] {
            assert_eq!(due(text, "2026-03-04"), None, "{text}");
        }
    }

    #[test]
    fn the_calendar_has_an_end() {
        assert_eq!(due("tomorrow", "2024-02-28").as_deref(), Some("2024-02-29"));
        assert_eq!(due("by the 31st", "2026-02-10").as_deref(), Some("2026-03-31"));
        assert_eq!(due("on February 29th", "2026-03-04"), None);
        let end = NaiveDate::MAX;
        for text in ["tomorrow", "next week", "in 4000000000 days", "in 400 months", "end of next month", "by the 31st"]
        {
            let words = plain_words(text);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let _ = find(&words, end);
            let _ = find(&words, NaiveDate::MIN);
        }
    }

    #[test]
    fn the_words_of_a_date_are_known() {
        let words = ["send", "it", "by", "the", "end", "of", "the", "week", "please"];
        let due = find(&words, "2026-03-04".parse().unwrap()).unwrap();
        assert_eq!(due.words, 2..8);
        assert_eq!(due.day.weekday(), Weekday::Fri);
        let late = find(&["no", "later", "than", "tuesday", "at", "three"], due.day).unwrap();
        assert_eq!(late.words, 0..6);
    }
}
