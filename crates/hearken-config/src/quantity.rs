//! Durations and sizes as people write them: `15m`, `500ms`, `2GiB`, `100MB`.
//!
//! One whole number and one unit. Each quantity can be written back as text that reads the same.

use std::time::Duration;

use crate::form::Form;

/// Units of time in milliseconds, from the longest.
const TIME_UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Units of size in bytes; those that are preferred for writing first.
const SIZE_UNITS: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("B", 1),
];

/// Ten years. Points in time are reckoned from durations, and overflow far beyond this.
const LONGEST: Duration = Duration::from_hours(87600);

/// What signed integers hold, because databases and TOML have no others.
const LARGEST: u64 = i64::MAX.unsigned_abs();

pub(crate) const DURATION: Form<Duration> = Form {
    accepted: "a duration above zero: a whole number and ms, s, m, h or d",
    example: "15s",
    parse: parse_duration,
};

pub(crate) const SIZE: Form<u64> = Form {
    accepted: "a size above zero: a whole number and B, KB, MB, GB, TB, KiB, MiB, GiB or TiB, or of bytes",
    example: "64MiB",
    parse: parse_size,
};

pub(crate) const SIZE_OR_ZERO: Form<u64> = Form {
    accepted: "a size: a whole number and B, KB, MB, GB, TB, KiB, MiB, GiB or TiB, or of bytes; 0 is off",
    example: "256MiB",
    parse: parse_size_or_zero,
};

pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split_amount(text)?;
    if unit.is_empty() {
        return Err(format!("`{text}` has no unit"));
    }
    let Some((_, scale)) = TIME_UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(format!("`{text}` has the unknown unit `{unit}`"));
    };
    let duration = number.checked_mul(*scale).map_or(Duration::MAX, Duration::from_millis);
    if duration.is_zero() {
        return Err(format!("`{text}` is zero"));
    }
    if duration > LONGEST {
        return Err(format!("`{text}` is longer than {}", duration_text(LONGEST)));
    }
    Ok(duration)
}

/// Text that [`parse_duration`] reads as this duration, which must be of whole milliseconds.
pub(crate) fn duration_text(duration: Duration) -> String {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    in_largest_unit(millis, &TIME_UNITS)
}

/// Text that the size forms read as this many bytes.
pub(crate) fn size_text(bytes: u64) -> String {
    if bytes == 0 { "0".to_owned() } else { in_largest_unit(bytes, &SIZE_UNITS) }
}

fn parse_size(text: &str) -> Result<u64, String> {
    match parse_size_or_zero(text)? {
        0 => Err(format!("`{text}` is zero")),
        bytes => Ok(bytes),
    }
}

fn parse_size_or_zero(text: &str) -> Result<u64, String> {
    let (number, unit) = split_amount(text)?;
    let unit = if unit.is_empty() { "B" } else { unit };
    let Some((_, scale)) = SIZE_UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)) else {
        return Err(format!("`{text}` has the unknown unit `{unit}`"));
    };
    match number.checked_mul(*scale) {
        Some(bytes) if bytes <= LARGEST => Ok(bytes),
        _ => Err(format!("`{text}` is too large")),
    }
}

fn split_amount(text: &str) -> Result<(u64, &str), String> {
    let trimmed = text.trim();
    let end = trimmed.find(|c: char| !c.is_ascii_digit()).unwrap_or(trimmed.len());
    let (digits, unit) = trimmed.split_at(end);
    let number = digits.parse::<u64>().map_err(|_| format!("`{text}` does not start with a usable whole number"))?;
    Ok((number, unit.trim_start()))
}

fn in_largest_unit(amount: u64, units: &[(&str, u64)]) -> String {
    units
        .iter()
        .find(|(_, scale)| amount.is_multiple_of(*scale))
        .map_or_else(|| amount.to_string(), |(name, scale)| format!("{}{name}", amount / scale))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{duration_text, parse_duration, parse_size, parse_size_or_zero, size_text};

    #[test]
    fn durations_are_read() {
        let cases = [("15m", 900_000), ("3s", 3_000), ("500ms", 500), ("1h", 3_600_000), ("30d", 2_592_000_000)];
        for (text, millis) in cases {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)), "{text}");
            assert_eq!(duration_text(Duration::from_millis(millis)), text);
        }
        assert_eq!(parse_duration("10 s"), Ok(Duration::from_secs(10)));
    }

    #[test]
    fn sizes_are_read() {
        let cases = [("2GiB", 2 << 30), ("64KiB", 64 << 10), ("100MB", 100_000_000), ("1500B", 1_500), ("0", 0)];
        for (text, bytes) in cases {
            assert_eq!(parse_size_or_zero(text), Ok(bytes), "{text}");
            assert_eq!(size_text(bytes), text);
        }
        assert_eq!(parse_size("4096"), Ok(4096));
        assert_eq!(parse_size("1gib"), Ok(1 << 30));
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "s", "15", "0s", "-1s", "1.5h", "1h30m", "15 minutes", "99999999999d", "9999d", "1w"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
        for text in ["", "GiB", "0", "-1", "2.5GiB", "2 GiBytes", "99999999999999999999", "9999999999TiB"] {
            assert!(parse_size(text).is_err(), "{text}");
        }
    }
}
