//! Numbers as they are said and written.

const SMALL: &[&str] =
    &["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

const ORDINALS: &[&str] = &[
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

/// "two", "2", "a".
pub(crate) fn count(word: &str) -> Option<u32> {
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    let said = SMALL.iter().position(|small| *small == word).and_then(|at| u32::try_from(at).ok());
    said.or_else(|| word.parse().ok())
}

/// "3rd", "third", "twenty third", and how many words that was.
pub(crate) fn ordinal(words: &[&str]) -> Option<(u32, usize)> {
    let first = *words.first()?;
    let digits = first.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if !digits.is_empty() {
        let ending = &first[digits.len()..];
        return matches!(ending, "st" | "nd" | "rd" | "th").then(|| digits.parse().ok().map(|day| (day, 1)))?;
    }
    let tens = match first {
        "twenty" => 20,
        "thirty" => 30,
        "thirtieth" => return Some((30, 1)),
        _ => return single(first).map(|day| (day, 1)),
    };
    let unit = words.get(1).and_then(|word| single(word)).filter(|unit| *unit < 10)?;
    Some((tens + unit, 2))
}

fn single(word: &str) -> Option<u32> {
    let at = ORDINALS.iter().position(|ordinal| *ordinal == word)?;
    u32::try_from(at + 1).ok()
}
