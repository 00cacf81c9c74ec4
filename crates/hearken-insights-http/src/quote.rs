//! Finds what a model says that somebody said. What is kept is the transcript's own text, never the model's.

use std::ops::Range;

use hearken_domain::insight::Turn;

/// More than this of a turn is no sentence, in characters.
const LONGEST: usize = 1_000;
/// A quote is looked for in other turns than the named one only when it has at least so many characters: short words
/// are everywhere.
const TELLING: usize = 12;

/// Where a quote stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The position of the turn.
    pub(crate) turn: usize,
    /// The bytes of its text.
    pub(crate) bytes: Range<usize>,
}

impl Place {
    /// The words.
    pub(crate) fn words<'a>(&self, turns: &'a [Turn]) -> &'a str {
        &turns[self.turn].text[self.bytes.clone()]
    }
}

/// Finds a quote in the turn that is named, and where it is not there in the others of the piece.
pub(crate) fn find(turns: &[Turn], piece: &Range<usize>, (named, quote): (i64, &str)) -> Option<Place> {
    let wanted = Folded::of(trimmed(quote));
    if !wanted.text.contains(char::is_alphanumeric) {
        return None;
    }
    let within = |turn: usize| {
        let bytes = wanted.within(&turns.get(turn)?.text)?;
        Some(Place { turn, bytes })
    };
    let named = usize::try_from(named).ok().filter(|named| piece.contains(named));
    named.and_then(within).or_else(|| {
        let is_telling = wanted.text.chars().count() >= TELLING;
        piece.clone().filter(|_| is_telling).find_map(within)
    })
}

/// Whether somebody said this name in the piece, as whole words.
pub(crate) fn is_said(turns: &[Turn], piece: &Range<usize>, name: &str) -> bool {
    let wanted = Folded::of(name);
    let is_word = |text: &str, bytes: Range<usize>| {
        let [before, after] = [text[..bytes.start].chars().next_back(), text[bytes.end..].chars().next()];
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    };
    let spoken = turns.get(piece.clone()).unwrap_or_default();
    spoken.iter().any(|turn| {
        let folded = Folded::of(&turn.text);
        folded.text.match_indices(&wanted.text).any(|(at, found)| is_word(&folded.text, at..at + found.len()))
    })
}

/// Without what models put around a quote.
fn trimmed(quote: &str) -> &str {
    quote.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '“' | '”' | '„' | '«' | '»' | '…'))
}

/// A text with its white space, letter case, quotation marks and dashes evened out, and where each byte of that was.
struct Folded {
    text: String,
    /// For each byte, the bytes of the character that it came from.
    from: Vec<(usize, usize)>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), from: Vec::with_capacity(text.len()) };
        let mut is_space = false;
        for (at, c) in text.char_indices() {
            let from = (at, at + c.len_utf8());
            if c.is_whitespace() {
                if !is_space {
                    folded.push(' ', from);
                }
            } else {
                match c {
                    '“' | '”' | '„' | '«' | '»' => folded.push('"', from),
                    '‘' | '’' | '‚' | '`' | '´' => folded.push('\'', from),
                    '‐'..='―' | '−' => folded.push('-', from),
                    '…' => "...".chars().for_each(|c| folded.push(c, from)),
                    _ => c.to_lowercase().for_each(|c| folded.push(c, from)),
                }
            }
            is_space = c.is_whitespace();
        }
        folded
    }

    fn push(&mut self, c: char, from: (usize, usize)) {
        self.text.push(c);
        self.from.resize(self.text.len(), from);
    }

    /// Where this is in another text, in the bytes of that one, at most so long as a sentence.
    fn within(&self, text: &str) -> Option<Range<usize>> {
        let folded = Self::of(text);
        let at = folded.text.find(&self.text)?;
        let (start, _) = folded.from[at];
        let (_, end) = folded.from[at + self.text.len() - 1];
        let cut = text[start..end].char_indices().nth(LONGEST).map_or(end, |(cut, _)| start + cut);
        let cut =
            if cut < end { text[start..cut].rfind(char::is_whitespace).map_or(cut, |at| start + at) } else { end };
        Some(start..cut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(texts: &[&str]) -> Vec<Turn> {
        texts.iter().map(|text| Turn { speaker: 0, span_ms: None, text: (*text).to_owned() }).collect()
    }

    #[test]
    fn the_transcripts_own_words_are_kept() {
        let turns = turns(&["Hi.", "Well,  we can’t — sign\nÖfter THIS.", "The price is too high for us."]);
        let quoted = |turn, quote| find(&turns, &(0..3), (turn, quote)).map(|place| place.words(&turns));
        assert_eq!(quoted(1, "\"we can't - sign öfter this.\""), Some("we can’t — sign\nÖfter THIS."));
        assert_eq!(quoted(2, "the price is too high"), Some("The price is too high"));
        assert_eq!(
            quoted(0, "the price is too high"),
            Some("The price is too high"),
            "the number of the turn is wrong"
        );
        assert_eq!(quoted(-5, "the price is too high"), Some("The price is too high"));
        assert_eq!(quoted(0, "price"), None, "too short to be looked for elsewhere");
        assert_eq!(quoted(2, "the price is much too high"), None);
        assert_eq!(quoted(2, " … "), None);
        assert_eq!(find(&turns, &(0..2), (2, "The price is too high")), None, "not in this piece");
    }

    #[test]
    fn characters_that_change_their_length_do_no_harm() {
        let turns = turns(&["İstanbul … ẞo!"]);
        let place = find(&turns, &(0..1), (0, "i\u{307}stanbul ... ßo"));
        assert_eq!(place.map(|place| place.words(&turns).to_owned()).as_deref(), Some("İstanbul … ẞo"));
    }

    #[test]
    fn a_quote_is_no_longer_than_a_sentence() {
        let turns = turns(&["word ".repeat(1_000).as_str()]);
        let place = find(&turns, &(0..1), (0, &turns[0].text)).unwrap();
        assert!(place.words(&turns).chars().count() <= LONGEST && place.words(&turns).ends_with("word"));
    }

    #[test]
    fn a_name_is_said_as_a_whole_word() {
        let turns = turns(&["Ask Al, please.", "also"]);
        assert!(is_said(&turns, &(0..2), "al"));
        assert!(!is_said(&turns, &(1..2), "al") && !is_said(&turns, &(0..2), "lease"));
    }
}
