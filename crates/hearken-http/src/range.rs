//! Byte ranges of one part, RFC 9110 section 14.

use std::ops::Range;

/// What of a recording is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// No range, or one that may be ignored: several parts, another unit, nonsense.
    Whole,
    /// These bytes.
    Some(Range<u64>),
    /// A range that begins past the end.
    Unsatisfiable,
}

/// Reads a `Range` header for a recording of this length.
pub(crate) fn parse(header: &str, length: u64) -> Part {
    let Some((first, last)) = header.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Part::Whole;
    };
    if first.is_empty() {
        return match number(last) {
            Some(0) => Part::Unsatisfiable,
            Some(_) if length == 0 => Part::Unsatisfiable,
            Some(suffix) => Part::Some(length.saturating_sub(suffix)..length),
            None => Part::Whole,
        };
    }
    let Some(first) = number(first) else { return Part::Whole };
    let last = if last.is_empty() { Some(u64::MAX - 1) } else { number(last) };
    match last {
        Some(last) if last >= first && first < length => Part::Some(first..last.saturating_add(1).min(length)),
        Some(last) if last >= first => Part::Unsatisfiable,
        _ => Part::Whole,
    }
}

fn number(text: &str) -> Option<u64> {
    text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_rfc_says() {
        for (header, part) in [
            ("bytes=0-0", Part::Some(0..1)),
            ("bytes=5-", Part::Some(5..10)),
            ("bytes=-3", Part::Some(7..10)),
            ("bytes=-30", Part::Some(0..10)),
            ("bytes=0-999", Part::Some(0..10)),
            ("bytes=10-", Part::Unsatisfiable),
            ("bytes=-0", Part::Unsatisfiable),
            ("bytes=5-2", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=a-", Part::Whole),
            ("bytes=99999999999999999999-", Part::Whole),
        ] {
            assert_eq!(parse(header, 10), part, "{header}");
        }
        assert_eq!(parse("bytes=-1", 0), Part::Unsatisfiable);
    }
}
