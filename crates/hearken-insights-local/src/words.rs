//! Words as everything here compares them: lower case, with one kind of apostrophe.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// A word and where it stands in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word<'a> {
    /// The byte it begins at.
    pub(crate) at: usize,
    /// As it was said.
    pub(crate) text: &'a str,
    /// For comparing.
    pub(crate) plain: Cow<'a, str>,
}

impl Word<'_> {
    /// The byte after it.
    pub(crate) fn end(&self) -> usize {
        self.at + self.text.len()
    }

    /// Whether it begins as a name does.
    pub(crate) fn is_capital(&self) -> bool {
        self.text.chars().next().is_some_and(char::is_uppercase)
    }
}

/// The words of a text, in their order.
pub(crate) fn words(text: &str) -> Vec<Word<'_>> {
    text.unicode_word_indices().map(|(at, text)| Word { at, text, plain: plain(text) }).collect()
}

/// The words for comparing only.
pub(crate) fn plain_words(text: &str) -> Vec<String> {
    text.unicode_words().map(|word| plain(word).into_owned()).collect()
}

fn plain(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'\'') {
        return Cow::Borrowed(word);
    }
    let lower = word.to_lowercase();
    Cow::Owned(if lower.contains('’') { lower.replace('’', "'") } else { lower })
}

/// The text, cut after a word so that it has at most this many characters, with an ellipsis when it was cut.
pub(crate) fn clipped(text: &str, max_chars: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= max_chars {
        return text.to_owned();
    }
    let room = max_chars.saturating_sub(1);
    let end = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let head = &text[..end];
    let cut = head.rfind(char::is_whitespace).filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}…", head[..cut].trim_end_matches(|c: char| !c.is_alphanumeric()))
}

/// The text with a capital letter first.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A count as a number to reckon with; no conversation has more of anything than fits.
pub(crate) fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apostrophes_and_case_do_not_matter() {
        assert_eq!(plain_words("I’LL call, don't worry"), ["i'll", "call", "don't", "worry"]);
        let text = "Grüße — I’ll";
        for word in words(text) {
            assert_eq!(&text[word.at..word.end()], word.text);
        }
    }

    #[test]
    fn a_cut_text_ends_with_a_word() {
        assert_eq!(clipped("send the long proposal", 14), "send the…");
        assert_eq!(clipped("send it", 14), "send it");
        assert_eq!(clipped(&"ß".repeat(20), 10).chars().count(), 10);
    }
}
