//! The words of a made model: a `tokenizer.json` of the kind that Whisper has, with few words.

use serde_json::{Map, Value, json};

/// Whole words of the vocabulary, each with its space.
pub(crate) const WORDS: [&str; 6] = [" hello", " world", " offer", " friday", " thank", " you"];

/// The vocabulary of a made model.
pub(crate) struct Words {
    ids: Map<String, Value>,
    merges: Vec<String>,
    signs: Vec<String>,
}

impl Words {
    pub(crate) fn new() -> Self {
        let mut ids: Map<String, Value> =
            letters().into_iter().enumerate().map(|(id, letter)| (letter.to_string(), id.into())).collect();
        let mut merges = Vec::new();
        for word in WORDS {
            let mut start = "Ġ".to_owned();
            for letter in word.trim().chars() {
                let longer = format!("{start}{letter}");
                if !ids.contains_key(&longer) {
                    merges.push(format!("{start} {letter}"));
                    ids.insert(longer.clone(), ids.len().into());
                }
                start = longer;
            }
        }
        let named =
            "endoftext startoftranscript en de fr translate transcribe startoflm startofprev nospeech notimestamps";
        let named = named.split(' ').map(|name| format!("<|{name}|>"));
        let times = (0..=1500).map(|tick| format!("<|{:.2}|>", f64::from(tick) * 0.02));
        Self { ids, merges, signs: named.chain(times).collect() }
    }

    /// How many tokens there are.
    pub(crate) fn len(&self) -> usize {
        self.ids.len() + self.signs.len()
    }

    /// The token of a word with its space, a sign such as `<|en|>`, or a time such as `1.50`.
    pub(crate) fn id(&self, text: &str) -> usize {
        let sign = if text.starts_with(|c: char| c.is_ascii_digit()) { format!("<|{text}|>") } else { text.to_owned() };
        let word = self.ids.get(&text.replace(' ', "Ġ")).and_then(Value::as_u64);
        let sign = || self.signs.iter().position(|known| *known == sign).map(|at| at + self.ids.len());
        word.map(|id| usize::try_from(id).unwrap()).or_else(sign).unwrap_or_else(|| panic!("no token {text}"))
    }

    /// `tokenizer.json`.
    pub(crate) fn json(&self) -> Value {
        let bytes = json!({ "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true });
        let sign = |(at, content): (usize, &String)| {
            json!({ "id": self.ids.len() + at, "content": content, "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false, "special": true })
        };
        json!({
            "version": "1.0", "truncation": null, "padding": null, "normalizer": null, "post_processor": null,
            "added_tokens": self.signs.iter().enumerate().map(sign).collect::<Vec<_>>(),
            "pre_tokenizer": bytes, "decoder": bytes,
            "model": { "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": "",
                "end_of_word_suffix": "", "fuse_unk": false, "byte_fallback": false,
                "vocab": self.ids, "merges": self.merges }
        })
    }
}

/// A letter for each byte, as byte-level tokenizers write them.
fn letters() -> Vec<char> {
    let shown = |byte: &u8| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    let hidden = (0..=255_u8).filter(|byte| !shown(byte)).zip(256..).map(|(byte, code)| (byte, char::from_u32(code)));
    let mut all: Vec<(u8, char)> = (0..=255_u8).filter(shown).map(|byte| (byte, char::from(byte))).collect();
    all.extend(hidden.map(|(byte, letter)| (byte, letter.unwrap())));
    all.sort_unstable();
    all.into_iter().map(|(_, letter)| letter).collect()
}
