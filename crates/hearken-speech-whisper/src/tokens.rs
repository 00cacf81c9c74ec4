//! The words of a model, `tokenizer.json`, and which of its tokens mean what.

use tokenizers::Tokenizer;

use crate::{
    config::Config,
    error::WhisperError,
    folder::{ModelFolder, TOKENIZER},
    language::{LANGUAGES, known_as},
};

/// A vocabulary without any English-only model's tokens more has this size.
const ENGLISH_ONLY_SIZE: usize = 51_864;

/// Ticks of a timestamp in a window: 30 s of 20 ms each.
pub(crate) const TICKS: u32 = 1500;

/// What Whisper writes for sounds that are not spoken; it is not to write them.
const NOT_SPOKEN: &str = "\" # ( ) * + / : ; < = > @ [ \\ ] ^ _ ` { | } ~ 「 」 『 』 << >> <<< >>> -- --- -( -[ (' (\" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪";
/// Signs whose first token is not to be written either.
const MUSIC: &str = "♩ ♪ ♫ ♬ ♭ ♮ ♯";

/// The tokens that steer the decoding, as the decoding rules need them.
#[derive(Clone, Debug)]
pub(crate) struct Marks {
    /// Ends the text of a window; every token above it is a sign, none is text.
    pub(crate) end: u32,
    /// Says that no times will be told.
    pub(crate) no_timestamps: u32,
    /// 0.00 s; the [`TICKS`] after it are later by 20 ms each.
    pub(crate) first_timestamp: u32,
    /// Never said.
    pub(crate) suppressed: Vec<u32>,
    /// Not said first.
    pub(crate) blanks: Vec<u32>,
}

/// A tokenizer and the tokens that this engine uses by name.
pub(crate) struct Vocabulary {
    tokenizer: Tokenizer,
    pub(crate) marks: Marks,
    /// Starts every prompt.
    pub(crate) start: u32,
    /// Its probability is that of silence.
    pub(crate) no_speech: Option<u32>,
    /// What Whisper calls a language, and its token; empty for an English-only model.
    pub(crate) languages: Vec<(&'static str, u32)>,
    transcribe: Option<u32>,
}

impl Vocabulary {
    /// Reads the file and finds the tokens by their names.
    pub(crate) fn load(folder: &ModelFolder, config: &Config) -> Result<Self, WhisperError> {
        let bad = |why: String| WhisperError::bad(TOKENIZER, why);
        let path = folder.path().join(TOKENIZER);
        let tokenizer = Tokenizer::from_file(path).map_err(|error| bad(error.to_string()))?;
        let find = |name: &str| tokenizer.token_to_id(name);
        let named = |name: &str| find(name).ok_or_else(|| bad(format!("it has no {name}")));
        let no_timestamps = named("<|notimestamps|>")?;
        let first_timestamp = no_timestamps + 1;
        let end = named("<|endoftext|>")?;
        if (first_timestamp + TICKS) as usize >= config.vocab_size || end > no_timestamps {
            return Err(bad("it does not belong to this model".to_owned()));
        }
        let multilingual = !folder.is_english_only() && config.vocab_size != ENGLISH_ONLY_SIZE;
        let languages: Vec<_> = if multilingual {
            LANGUAGES.iter().filter_map(|&code| Some((code, find(&format!("<|{code}|>"))?))).collect()
        } else {
            Vec::new()
        };
        if multilingual && languages.is_empty() {
            return Err(bad("it has no languages".to_owned()));
        }
        let start = named("<|startoftranscript|>")?;
        let no_speech = find("<|nospeech|>").or_else(|| find("<|nocaptions|>"));
        let signs = ["<|transcribe|>", "<|translate|>", "<|startofprev|>", "<|startoflm|>"];
        let suppressed = signs.into_iter().filter_map(find).chain([start]).chain(no_speech).chain(config.suppressed());
        let mut suppressed: Vec<u32> = suppressed.chain(not_spoken(&tokenizer)).collect();
        suppressed.sort_unstable();
        suppressed.dedup();
        let blanks = encoded(&tokenizer, " ").into_iter().take(1).chain([end]).collect();
        let transcribe = multilingual.then(|| named("<|transcribe|>")).transpose()?;
        let marks = Marks { end, no_timestamps, first_timestamp, suppressed, blanks };
        Ok(Self { tokenizer, marks, start, no_speech, languages, transcribe })
    }

    /// The token of a wished language, where the model knows it.
    pub(crate) fn language(&self, wished: &str) -> Option<(&'static str, u32)> {
        let code = known_as(wished);
        self.languages.iter().copied().find(|(known, _)| *known == code)
    }

    /// What a window's text is begun with.
    pub(crate) fn prompt(&self, language: Option<u32>) -> Vec<u32> {
        [self.start].into_iter().chain(language).chain(self.transcribe).collect()
    }

    /// The text of tokens, without signs, control characters and halves of characters; trimmed.
    pub(crate) fn text(&self, tokens: &[u32]) -> Result<String, WhisperError> {
        let words: Vec<u32> = tokens.iter().copied().filter(|&token| token < self.marks.end).collect();
        let text = self.tokenizer.decode(&words, true).map_err(|error| WhisperError::bad(TOKENIZER, error))?;
        let clean: String = text.chars().filter(|&c| c != char::REPLACEMENT_CHARACTER && !c.is_control()).collect();
        Ok(clean.trim().to_owned())
    }
}

fn encoded(tokenizer: &Tokenizer, text: &str) -> Vec<u32> {
    tokenizer.encode(text, false).map(|encoding| encoding.get_ids().to_vec()).unwrap_or_default()
}

/// The first tokens of signs that stand for sounds, as in OpenAI's own tokenizer: where a sign is one token, with a
/// space before it or without, and the musical ones in any case. A hyphen and an apostrophe may stand within words.
fn not_spoken(tokenizer: &Tokenizer) -> Vec<u32> {
    let mut tokens: Vec<u32> =
        [" -", " '"].iter().filter_map(|sign| encoded(tokenizer, sign).first().copied()).collect();
    let signs = NOT_SPOKEN.split(' ').map(|sign| (sign, 1));
    for (sign, at_most) in signs.chain(MUSIC.split(' ').map(|sign| (sign, usize::MAX))) {
        for written in [sign.to_owned(), format!(" {sign}")] {
            let ids = encoded(tokenizer, &written);
            tokens.extend(ids.first().filter(|_| ids.len() <= at_most));
        }
    }
    tokens
}
