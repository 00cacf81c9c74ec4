//! Moments, spans and names in words, for one line each.

use std::time::Duration;

use chrono::{DateTime, Utc};
use hearken_domain::{engagement::EngagementType, time::Timestamp};

/// `Wednesday, 1 May 2024, 12:00 UTC`. The reader's zone is not known, so none is pretended.
pub(crate) fn moment(at: Timestamp) -> String {
    utc(at).format("%A, %-d %B %Y, %H:%M UTC").to_string()
}

/// `Friday, 3 May 2024`.
pub(crate) fn day(at: Timestamp) -> String {
    utc(at).format("%A, %-d %B %Y").to_string()
}

/// `1 hour 5 minutes`; seconds only below a minute.
pub(crate) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60);
    match (hours, minutes) {
        (0, 0) => counted(seconds, "second"),
        (0, _) => counted(minutes, "minute"),
        (_, 0) => counted(hours, "hour"),
        _ => format!("{} {}", counted(hours, "hour"), counted(minutes, "minute")),
    }
}

/// `1 minute`, `2 minutes`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// What people call it.
pub(crate) fn kind(engagement_type: EngagementType) -> &'static str {
    match engagement_type {
        EngagementType::Meeting => "Meeting",
        EngagementType::Call => "Call",
        EngagementType::Email => "E-mail",
        EngagementType::Task => "Task",
        EngagementType::Note => "Note",
        EngagementType::CalendarEvent => "Calendar event",
        EngagementType::Document => "Document",
    }
}

/// One line without control characters: they could end a header field. Nor with those that turn the writing's
/// direction round: they would turn what follows, too.
pub(crate) fn one_line(text: &str) -> String {
    let shown = text.replace(turns_direction, "");
    let spaced: String = shown.chars().map(|c| if ends_line(c) || c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many characters, cut at a word where there is one.
pub(crate) fn beginning(text: &str, chars: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(chars) else { return text.to_owned() };
    let cut = text[..end].rfind(' ').filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}…", text[..cut].trim_end())
}

fn ends_line(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn utc(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.unix_millis()).expect("the range of our moments lies within chrono's")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_as_people_do() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (2759, "45 minutes"),
            (3600, "1 hour"),
            (7500, "2 hours 5 minutes"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), words);
        }
    }

    #[test]
    fn moments_are_spelled_out() {
        let at = Timestamp::from_unix_millis(1_714_564_800_000).unwrap();
        assert_eq!(
            (moment(at).as_str(), day(at).as_str()),
            ("Wednesday, 1 May 2024, 12:00 UTC", "Wednesday, 1 May 2024")
        );
        assert!(moment(Timestamp::MIN).contains("January") && moment(Timestamp::MAX).contains("9999"));
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(one_line(" a\r\nBcc: x\u{2028}y\u{7}\tz \u{202e}b "), "a Bcc: x y z b");
        assert_eq!(one_line("\r\n"), "");
        assert_eq!(beginning("one two three", 9), "one two…");
        assert_eq!(beginning("ärgerlichst", 4), "ärge…");
        assert_eq!(beginning("short", 5), "short");
    }
}
