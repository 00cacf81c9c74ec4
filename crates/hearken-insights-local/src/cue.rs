//! Lists of phrases that are a sign of something, each with how sure a sign it is.

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

/// What a list may grow to when it is compiled, in bytes; a list that is larger does not start.
const ROOM: usize = 64 << 20;

/// Phrases, searched for all at once.
pub(crate) struct Cues {
    set: RegexSet,
    sureness: Vec<f64>,
}

impl Cues {
    /// Each phrase is an expression over lower-case words; an apostrophe stands for both kinds.
    pub(crate) fn new(list: &[(f64, &str)]) -> Self {
        let set = RegexSetBuilder::new(list.iter().map(|(_, phrase)| written(phrase)))
            .size_limit(ROOM)
            .dfa_size_limit(ROOM)
            .build()
            .expect("the phrases are fixed, and every test compiles them");
        Self { set, sureness: list.iter().map(|(sureness, _)| *sureness).collect() }
    }

    /// How sure the surest phrase is that the text has.
    pub(crate) fn surest(&self, text: &str) -> Option<f64> {
        let found = self.set.matches(text);
        found.iter().map(|index| self.sureness[index]).reduce(f64::max)
    }

    /// Whether the text has any of them.
    pub(crate) fn any(&self, text: &str) -> bool {
        self.set.is_match(text)
    }
}

/// One phrase, for those who must know where it stands.
pub(crate) fn phrase(pattern: &str) -> Regex {
    RegexBuilder::new(&written(pattern))
        .size_limit(ROOM)
        .build()
        .expect("the phrases are fixed, and every test compiles them")
}

/// ASCII only, which is what the cues are and what a search is fastest with.
fn written(pattern: &str) -> String {
    // A gap between words may hold anything, letters of other scripts included.
    let pattern = pattern.replace('\'', "(?:'|’)").replace(".{", "(?u:.){");
    format!(r"(?i-u)(?:^|\b)(?:{pattern})(?:\b|$)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_whole_words_in_any_case() {
        let cues = Cues::new(&[(0.5, "i'll (?:send|call)"), (0.9, "promise")]);
        assert_eq!(cues.surest("And I’ll SEND it"), Some(0.5));
        assert_eq!(cues.surest("I promise I'll send it"), Some(0.9));
        assert_eq!(cues.surest("the compromise"), None);
    }
}
