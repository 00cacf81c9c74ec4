//! The conversation's language: which words carry no meaning, and what words have in common.

use std::collections::HashSet;

use hearken_domain::insight::Conversation;
use rust_stemmers::{Algorithm, Stemmer};

use crate::words::plain_words;

/// Languages with a list of stop words and a stemmer.
const KNOWN: &[(&str, Algorithm)] = &[
    ("en", Algorithm::English),
    ("da", Algorithm::Danish),
    ("de", Algorithm::German),
    ("es", Algorithm::Spanish),
    ("fi", Algorithm::Finnish),
    ("fr", Algorithm::French),
    ("hu", Algorithm::Hungarian),
    ("it", Algorithm::Italian),
    ("nl", Algorithm::Dutch),
    ("no", Algorithm::Norwegian),
    ("pt", Algorithm::Portuguese),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("sv", Algorithm::Swedish),
    ("tr", Algorithm::Turkish),
];

/// What people say without meaning anything by it, and words that every business conversation is full of.
const FILLERS: &str = "able absolutely actually afternoon already also always another anybody anything anyway around ask away back \
     bad basically better big bit bye call called calling came can't come comes could course day days dear \
     different don't easy eight eighty either eleven else end enough even evening ever every everybody everything \
     exactly excellent fair far feel fifteen fifty find fine first five forty found four friday gave get give go \
     going gonna good goodbye got great guess half happen happened happens hear heard hello hey hi hmm honest \
     hour hours hundred i'd i'll i'm i've it's just keep kind know last leave left let let's let’s like little \
     long look lot love make many may maybe mean mhm might minute minutes mm monday month months morning much \
     must need never new next nice night nine ninety no nobody nope ok okay old one part perfect place please \
     pretty put quite rather ready really right roughly run runs said saturday say says second see send sent \
     seven seventy shall side since six sixty somebody someone something soon sorry sort sound sounds speak \
     speaking spoke start started stay still stuff sunday sure take talk tell ten thank thanks that's there's \
     thing things think third thirty though thousand three thursday time today together tomorrow tonight tried \
     try tuesday turn twelve twenty two uh uhm um understand us use used using wait want way we'd we'll we're \
     we've wednesday week weeks welcome well what's who whole within without wonderful word work works would yeah \
     year years yep yes yesterday yet";

/// Words that English sentences are made of.
const ENGLISH: &[&str] = &[
    "the", "is", "are", "was", "we", "i", "you", "to", "and", "of", "that", "it", "for", "with", "this", "have", "has",
    "be", "can", "could", "will", "would", "but", "not", "do", "does", "what", "how", "when", "from", "on", "at", "by",
    "my", "your", "our", "they", "if", "i'll", "it's", "that's", "don't", "i'm", "there", "a", "should", "which",
];

/// A language, as far as it is known.
pub(crate) struct Language {
    is_english: bool,
    stop_words: HashSet<&'static str>,
    stemmer: Option<Stemmer>,
}

impl Language {
    /// The one that the conversation names, or the one that its words are taken from.
    pub(crate) fn of(conversation: &Conversation) -> Self {
        let named = conversation.language.as_deref().map(primary).filter(|code| !code.is_empty() && code != "und");
        match named {
            Some(code) => Self::named(&code),
            None => Self::named(guessed(conversation)),
        }
    }

    /// English, in which tags and cues are written.
    pub(crate) fn english() -> Self {
        Self::named("en")
    }

    fn named(code: &str) -> Self {
        let known = KNOWN.iter().find(|(known, _)| *known == code);
        let mut stop_words: HashSet<&str> =
            known.and_then(|(code, _)| stop_words::lookup(code)).unwrap_or_default().iter().copied().collect();
        if code == "en" {
            stop_words.extend(FILLERS.split_whitespace());
        }
        Self { is_english: code == "en", stop_words, stemmer: known.map(|(_, way)| Stemmer::create(*way)) }
    }

    /// Whether the conversation is English as a whole.
    pub(crate) fn is_english(&self) -> bool {
        self.is_english
    }

    /// Whether a sentence is English: in an English conversation each is, in another one those that look so.
    pub(crate) fn reads_english<'a>(&self, words: impl Iterator<Item = &'a str>) -> bool {
        if self.is_english {
            return true;
        }
        let (mut english, mut own, mut all) = (0, 0, 0);
        for word in words {
            all += 1;
            english += usize::from(ENGLISH.contains(&word));
            own += usize::from(self.stop_words.contains(word));
        }
        english >= 2 && english > own && english * 6 >= all
    }

    /// What a word has in common with its other forms; `None` for a word without a meaning of its own.
    pub(crate) fn term(&self, word: &str) -> Option<String> {
        let short = word.len() < 2 || (word.is_ascii() && word.len() < 3 && !word.bytes().any(|b| b.is_ascii_digit()));
        if short || self.stop_words.contains(word) {
            return None;
        }
        Some(self.stem(word))
    }

    /// The same for any word.
    pub(crate) fn stem(&self, word: &str) -> String {
        let word = word.strip_suffix("'s").unwrap_or(word);
        match &self.stemmer {
            Some(stemmer) if word.len() <= 64 && word.chars().all(char::is_alphabetic) => {
                stemmer.stem(word).into_owned()
            }
            _ => word.to_owned(),
        }
    }
}

fn primary(code: &str) -> String {
    let code = code.split(['-', '_']).next().unwrap_or_default().to_lowercase();
    if code == "nb" || code == "nn" { "no".to_owned() } else { code }
}

/// The language whose stop words make up most of what was said; English where that says nothing.
fn guessed(conversation: &Conversation) -> &'static str {
    let step = conversation.turns.len() / 200 + 1;
    let sample: Vec<String> = conversation.turns.iter().step_by(step).flat_map(|turn| head(&turn.text)).collect();
    let covered = |code: &str| {
        let stop: HashSet<&str> = stop_words::lookup(code).unwrap_or_default().iter().copied().collect();
        sample.iter().filter(|word| stop.contains(word.as_str())).count()
    };
    // The first of equals wins, and English is first.
    let best = KNOWN.iter().map(|(code, _)| (covered(code), *code)).rev().max_by_key(|(count, _)| *count);
    let foreign = sample.iter().filter(|word| !word.is_ascii()).count() * 2 > sample.len();
    match best {
        Some((count, code)) if count * 8 >= sample.len() && count > 0 => code,
        _ if foreign => "",
        _ => "en",
    }
}

fn head(text: &str) -> Vec<String> {
    plain_words(&text[..text.floor_char_boundary(400)])
}

#[cfg(test)]
mod tests {
    use hearken_domain::{
        engagement::EngagementType,
        insight::{ConversationSpeaker, Turn},
        time::Timestamp,
    };

    use super::*;

    fn said(text: &str) -> Conversation {
        Conversation {
            title: "Call".to_owned(),
            engagement_type: EngagementType::Call,
            start_at: Timestamp::MIN,
            language: None,
            speakers: vec![ConversationSpeaker { name: "A".to_owned(), is_internal: false }],
            turns: vec![Turn { speaker: 0, span_ms: None, text: text.to_owned() }],
        }
    }

    #[test]
    fn a_language_is_guessed_by_its_small_words() {
        assert_eq!(guessed(&said("we have to look at that before the end of the day")), "en");
        assert_eq!(guessed(&said("Wir haben das noch nicht gemacht, weil die Maschine nicht da ist")), "de");
        assert_eq!(guessed(&said("No lo sé, pero la semana que viene te lo digo por la tarde")), "es");
        assert_eq!(guessed(&said("Okay.")), "en");
        assert_eq!(guessed(&said("会議を始めましょう")), "");
    }

    #[test]
    fn an_english_sentence_is_seen_in_another_language() {
        let german = Language::named("de");
        let reads = |text: &str| german.reads_english(plain_words(text).iter().map(String::as_str));
        assert!(reads("I'll send you the contract by Friday"));
        assert!(!reads("Ich schicke Ihnen den Vertrag bis Freitag"));
        assert!(!reads("Was will man da machen"));
    }
}
