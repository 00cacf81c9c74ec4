//! The grammar of a day: one rule for each way to name one.

use chrono::{Datelike, NaiveDate, Weekday};

use super::{calendar, numbers};

/// Words, and the position where a day may begin.
pub(crate) struct Phrase<'a> {
    pub(crate) words: &'a [&'a str],
    pub(crate) at: usize,
    pub(crate) today: NaiveDate,
}

/// A day, and the position after its words.
type Named = Option<(NaiveDate, usize)>;

impl Phrase<'_> {
    /// The day that begins here.
    pub(crate) fn read(&self) -> Named {
        if matches!(self.before(), "last" | "every" | "each" | "since" | "from" | "past" | "than")
            && !self.is_no_later_than()
        {
            return None;
        }
        self.near()
            .or_else(|| self.end_of())
            .or_else(|| self.week_or_month())
            .or_else(|| self.weekday())
            .or_else(|| self.span())
            .or_else(|| self.date())
    }

    fn rest(&self) -> &[&str] {
        &self.words[self.at..]
    }

    fn before(&self) -> &str {
        if self.at == 0 { "" } else { self.words[self.at - 1] }
    }

    fn is_no_later_than(&self) -> bool {
        self.words[..self.at].ends_with(&["later", "than"])
    }

    fn named(&self, day: Option<NaiveDate>, words: usize) -> Named {
        day.map(|day| (day, self.at + words))
    }

    /// Today, tomorrow.
    fn near(&self) -> Named {
        match self.rest() {
            ["today" | "tonight" | "eod" | "cob", ..] => self.named(Some(self.today), 1),
            ["this", "morning" | "afternoon" | "evening", ..] => self.named(Some(self.today), 2),
            ["close", "of", "business", ..] => self.named(Some(self.today), 3),
            ["tomorrow", ..] => self.named(calendar::later(self.today, 1), 1),
            ["day", "after", "tomorrow", ..] => self.named(calendar::later(self.today, 2), 3),
            ["eow", ..] => self.named(calendar::end_of_week(self.today), 1),
            ["eom", ..] => self.named(calendar::end_of_month(self.today), 1),
            _ => None,
        }
    }

    /// The end of something.
    fn end_of(&self) -> Named {
        let [what @ ("end" | "middle"), "of", rest @ ..] = self.rest() else { return None };
        if let [name, ..] = rest
            && let Some(month) = month(name)
        {
            let day = if *what == "middle" { 15 } else { 1 };
            let in_month = calendar::date(self.today.with_day(1)?, month, day)?;
            return self.named(if *what == "end" { calendar::end_of_month(in_month) } else { Some(in_month) }, 3);
        }
        let (skipped, is_next) = match rest {
            ["the" | "this", ..] => (1, false),
            ["next", ..] => (1, true),
            _ => (0, false),
        };
        let day = match (*rest.get(skipped)?, is_next) {
            ("day" | "business" | "today", false) => Some(self.today),
            ("week", false) => calendar::end_of_week(self.today),
            ("week", true) => calendar::of_next_week(self.today, Weekday::Fri),
            ("month", false) => calendar::end_of_month(self.today),
            ("month", true) => calendar::months_later(self.today, 1).and_then(calendar::end_of_month),
            ("quarter", false) => calendar::end_of_quarter(self.today),
            ("quarter", true) => calendar::months_later(self.today, 3).and_then(calendar::end_of_quarter),
            ("year", false) => calendar::end_of_year(self.today),
            _ => None,
        };
        if *what == "middle" { None } else { self.named(day, 3 + skipped) }
    }

    /// This week, next month, the weekend.
    fn week_or_month(&self) -> Named {
        match self.rest() {
            ["this", "week", ..] => self.named(calendar::end_of_week(self.today), 2),
            ["next" | "following", "week", ..] => self.named(calendar::of_next_week(self.today, Weekday::Fri), 2),
            ["this", "month", ..] => self.named(calendar::end_of_month(self.today), 2),
            ["next", "month", ..] => {
                self.named(calendar::months_later(self.today, 1).and_then(calendar::end_of_month), 2)
            }
            ["next", "quarter", ..] => {
                self.named(calendar::months_later(self.today, 3).and_then(calendar::end_of_quarter), 2)
            }
            ["this", "weekend", ..] => self.named(calendar::coming(self.today, Weekday::Sun), 2),
            ["weekend", ..] => self.named(calendar::coming(self.today, Weekday::Sun), 1),
            _ => None,
        }
    }

    fn weekday(&self) -> Named {
        match self.rest() {
            ["next", day, ..] => self.named(calendar::of_next_week(self.today, weekday(day)?), 2),
            ["this" | "coming", day, ..] => self.named(calendar::coming(self.today, weekday(day)?), 2),
            [day, ..] => self.named(calendar::coming(self.today, weekday(day)?), 1),
            [] => None,
        }
    }

    /// In two weeks.
    fn span(&self) -> Named {
        let (skipped, rest) = match self.rest() {
            ["in" | "within", "the", "next", rest @ ..] => (3, rest),
            ["in" | "within", rest @ ..] => (1, rest),
            rest if rest.get(2..4).is_some_and(|after| after == ["from", "now"]) => (0, rest),
            _ => return None,
        };
        let (number, words) = match rest {
            ["a", "couple", "of", ..] => (2, 3),
            ["a", "few", ..] => (3, 2),
            [number, ..] => (numbers::count(number)?, 1),
            [] => return None,
        };
        let day = match *rest.get(words)? {
            "day" | "days" => calendar::later(self.today, number),
            "week" | "weeks" => calendar::later(self.today, number.checked_mul(7)?),
            "month" | "months" => calendar::months_later(self.today, number),
            _ => None,
        };
        self.named(day, skipped + words + 1 + if skipped == 0 { 2 } else { 0 })
    }

    /// March 3rd, the third of March, the 15th, 2026-03-03.
    fn date(&self) -> Named {
        let rest = self.rest();
        if let [year, month, day, ..] = rest
            && year.len() == 4
            && let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse())
        {
            return self.named(NaiveDate::from_ymd_opt(year, month, day), 3);
        }
        if let Some(month) = rest.first().and_then(|name| month(name)) {
            let skipped = usize::from(rest.get(1) == Some(&"the"));
            let after = &rest[1 + skipped..];
            let plain = || after.first().and_then(|word| word.parse().ok()).map(|day| (day, 1));
            let (day, words) = numbers::ordinal(after).or_else(plain)?;
            return self.named(calendar::date(self.today, month, day), 1 + skipped + words);
        }
        let (day, words) = numbers::ordinal(rest).or_else(|| Some((rest.first()?.parse().ok()?, 1)))?;
        let after = &rest[words..];
        let skipped = usize::from(after.first() == Some(&"of"));
        if let Some(month) = after.get(skipped).and_then(|name| month(name)) {
            return self.named(calendar::date(self.today, month, day), words + skipped + 1);
        }
        let led = matches!(self.words[..self.at], [.., "by" | "on" | "until" | "till" | "before", "the"]);
        let alone = after.first().is_none_or(|word| AFTER_A_DAY.contains(word));
        let is_ordinal = numbers::ordinal(rest).is_some();
        if led && alone && is_ordinal { self.named(calendar::day_of_month(self.today, day), words) } else { None }
    }
}

/// What may follow a day of the month; another noun makes it no day: "by the second meeting".
const AFTER_A_DAY: &[&str] = &[
    "and", "at", "so", "to", "then", "if", "but", "please", "with", "or", "because", "we", "i", "you", "when", "for",
    "in",
];

fn weekday(word: &str) -> Option<Weekday> {
    let day = match word {
        "monday" => Weekday::Mon,
        "tuesday" => Weekday::Tue,
        "wednesday" => Weekday::Wed,
        "thursday" => Weekday::Thu,
        "friday" => Weekday::Fri,
        "saturday" => Weekday::Sat,
        "sunday" => Weekday::Sun,
        _ => return None,
    };
    Some(day)
}

fn month(word: &str) -> Option<u32> {
    let months = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let at = months.iter().position(|month| *month == word)?;
    u32::try_from(at + 1).ok()
}
