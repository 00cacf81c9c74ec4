//! JSON as programs write it that keep its rules almost.
//!
//! Transcribers cut a text in the middle of a character, write half of a surrogate pair, begin with a byte order mark,
//! leave a line end within a text, or print a number that JSON does not have. What they heard is worth more than that
//! rule: one character is lost, not a recording.

use std::fmt::Write;

use serde::de::DeserializeOwned;

/// Numbers of other languages. Each becomes `null`.
const NO_NUMBERS: [&str; 3] = ["NaN", "-Infinity", "Infinity"];
/// What stands for half of a character, as an escape.
const REPLACEMENT: &str = "\\ufffd";
/// An escaped code unit: a backslash, `u`, and four hexadecimal digits.
const UNIT: usize = 6;

/// Reads a document, mended where it has to be. The error is that of the document as it came; its text may quote it.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    match serde_json::from_slice(bytes) {
        // JSON, but not of this shape: there is nothing to mend.
        Err(error) if !error.is_data() => serde_json::from_str(&mended(bytes)).map_err(|_| error),
        read => read,
    }
}

/// The text with what JSON does not allow replaced; a document that keeps the rules is what it was, but for a byte order
/// mark. What is no UTF-8, and each half of a surrogate pair, becomes U+FFFD; control characters within texts are
/// escaped; `NaN` and infinities outside of texts become `null`.
pub fn mended(bytes: &[u8]) -> String {
    let whole = String::from_utf8_lossy(bytes);
    let mut rest = whole.trim_start_matches('\u{feff}');
    let mut mended = String::with_capacity(rest.len());
    let mut in_text = false;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\\' if in_text => escape(rest, &mut mended),
            '\0'..='\x1f' if in_text => {
                // Writing into a text cannot fail.
                let _ = write!(mended, "\\u{:04x}", u32::from(first));
                1
            }
            _ => match NO_NUMBERS.iter().find(|name| !in_text && rest.starts_with(**name)) {
                Some(name) => {
                    mended.push_str("null");
                    name.len()
                }
                None => {
                    mended.push(first);
                    first.len_utf8()
                }
            },
        };
        in_text ^= first == '"';
        rest = &rest[length..];
    }
    mended
}

/// Copies the escape that the text begins with, or what stands for it, and gives how long it was.
fn escape(text: &str, mended: &mut String) -> usize {
    let second = text.get(UNIT..).and_then(unit);
    let (length, is_half) = match unit(text) {
        Some(0xd800..=0xdbff) if matches!(second, Some(0xdc00..=0xdfff)) => (2 * UNIT, false),
        Some(0xd800..=0xdfff) => (UNIT, true),
        Some(_) => (UNIT, false),
        // A backslash and what it escapes.
        None => (text.chars().take(2).map(char::len_utf8).sum(), false),
    };
    mended.push_str(if is_half { REPLACEMENT } else { &text[..length] });
    length
}

/// The code unit that the text begins with, where it is escaped.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..UNIT - 2)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn text(bytes: &[u8]) -> String {
        read::<Value>(bytes).unwrap()["t"].as_str().unwrap().to_owned()
    }

    #[test]
    fn half_a_character_is_one_lost_character() {
        assert_eq!(text(b"{\"t\": \"caf\xc3\"}"), "caf\u{fffd}");
        assert_eq!(text(b"{\"t\": \"\xf0\x9f\x98 ok \x80\"}"), "\u{fffd} ok \u{fffd}");
    }

    #[test]
    fn half_a_pair_is_one_lost_character_and_a_pair_is_whole() {
        for (escaped, plain) in [
            (r"a\ud83d", "a\u{fffd}"),
            (r"\ud83d b", "\u{fffd} b"),
            (r"\ude00b", "\u{fffd}b"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}\u{1f600}"),
            (r"\uD83D\uDE00", "\u{1f600}"),
            (r"\ud83d\n", "\u{fffd}\n"),
            (r"\\ud83d\ud83d", "\\ud83d\u{fffd}"),
            (r"\ud83d\u00e9", "\u{fffd}é"),
        ] {
            assert_eq!(text(format!(r#"{{"t": "{escaped}"}}"#).as_bytes()), plain, "{escaped}");
        }
    }

    #[test]
    fn a_byte_order_mark_and_control_characters_do_no_harm() {
        assert_eq!(text(b"\xef\xbb\xbf{\"t\": \"a\nb\tc\x01\"}"), "a\nb\tc\u{1}");
    }

    #[test]
    fn numbers_that_json_does_not_have_are_null() {
        let value: Value = read(br#"{"a": NaN, "b": [-Infinity, Infinity, 1], "c": "NaN \" NaN"}"#).unwrap();
        assert_eq!(value, serde_json::json!({"a": null, "b": [null, null, 1], "c": "NaN \" NaN"}));
    }

    #[test]
    fn what_keeps_the_rules_stays_as_it_is() {
        for good in [r#"{"a": "\\\" \u00e9 \ud83d\ude00 \\", "b": [1e5, null]}"#, "", "[]", "plain text", r#""\"#] {
            assert_eq!(mended(good.as_bytes()), good);
        }
    }

    #[test]
    fn what_is_no_json_has_its_own_error() {
        for bad in [&b"<html>"[..], b"{\"t\": \"a", b"{\"t\": \"\\u12\"}", b"", b"\xff"] {
            assert!(read::<Value>(bad).is_err(), "{bad:?}");
        }
        assert_eq!(read::<u8>(b"  x").unwrap_err().column(), 3);
    }
}
