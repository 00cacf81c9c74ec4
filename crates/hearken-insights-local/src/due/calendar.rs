//! Steps over the calendar. Each gives nothing where the calendar ends.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// This many days later.
pub(crate) fn later(day: NaiveDate, days: u32) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(days.into()))
}

/// This many months later, on the same day or the month's last.
pub(crate) fn months_later(day: NaiveDate, months: u32) -> Option<NaiveDate> {
    day.checked_add_months(Months::new(months))
}

/// The first such weekday after the day.
pub(crate) fn coming(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let ahead = (weekday.num_days_from_monday() + 7 - day.weekday().num_days_from_monday()) % 7;
    later(day, if ahead == 0 { 7 } else { ahead })
}

/// The weekday of the following week; weeks begin on Monday.
pub(crate) fn of_next_week(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let to_monday = 7 - day.weekday().num_days_from_monday();
    later(day, to_monday + weekday.num_days_from_monday())
}

/// This week's Friday; from Saturday on the next one.
pub(crate) fn end_of_week(day: NaiveDate) -> Option<NaiveDate> {
    if day.weekday() == Weekday::Fri { Some(day) } else { coming(day, Weekday::Fri) }
}

/// The last day of the day's month.
pub(crate) fn end_of_month(day: NaiveDate) -> Option<NaiveDate> {
    months_later(day.with_day(1)?, 1)?.pred_opt()
}

/// The last day of the day's quarter.
pub(crate) fn end_of_quarter(day: NaiveDate) -> Option<NaiveDate> {
    end_of_month(day.with_day(1)?.with_month((day.month0() / 3) * 3 + 3)?)
}

/// The last day of the day's year.
pub(crate) fn end_of_year(day: NaiveDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year(), 12, 31)
}

/// The next time this date comes round, the day itself included.
pub(crate) fn date(today: NaiveDate, month: u32, day: u32) -> Option<NaiveDate> {
    let this_year = NaiveDate::from_ymd_opt(today.year(), month, day)?;
    if this_year >= today { Some(this_year) } else { NaiveDate::from_ymd_opt(today.year().checked_add(1)?, month, day) }
}

/// The next time this day of a month comes round, the day itself included.
pub(crate) fn day_of_month(today: NaiveDate, day: u32) -> Option<NaiveDate> {
    let first = today.with_day(1)?;
    let ahead = (0..3).filter_map(|months| months_later(first, months)?.with_day(day));
    ahead.into_iter().find(|date| *date >= today)
}
