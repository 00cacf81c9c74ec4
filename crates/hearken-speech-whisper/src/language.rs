//! From the language that is wished for, as BCP 47, to the one that Whisper has a token for, and back.

/// The languages of Whisper's tokens, in the order of the tokens; the last one only in the newest models.
pub(crate) const LANGUAGES: [&str; 100] = [
    "en", "zh", "de", "es", "ru", "ko", "fr", "ja", "pt", "tr", "pl", "ca", "nl", "ar", "sv", "it", "id", "hi", "fi",
    "vi", "he", "uk", "el", "ms", "cs", "ro", "da", "hu", "ta", "no", "th", "ur", "hr", "bg", "lt", "la", "mi", "ml",
    "cy", "sk", "te", "fa", "lv", "bn", "sr", "az", "sl", "kn", "et", "mk", "br", "eu", "is", "hy", "ne", "mn", "bs",
    "kk", "sq", "sw", "gl", "mr", "pa", "si", "km", "sn", "yo", "so", "af", "oc", "ka", "be", "tg", "sd", "gu", "am",
    "yi", "lo", "uz", "fo", "ht", "ps", "tk", "nn", "mt", "sa", "lb", "my", "bo", "tl", "mg", "as", "tt", "haw", "ln",
    "ha", "ba", "jw", "su", "yue",
];

/// What Whisper calls a language: the primary subtag, or an older or wider name for it.
pub(crate) fn known_as(wished: &str) -> String {
    let primary = wished.split(['-', '_']).next().unwrap_or(wished).to_ascii_lowercase();
    match primary.as_str() {
        "nb" => "no",
        "jv" => "jw",
        "iw" => "he",
        "in" => "id",
        "ji" => "yi",
        "fil" => "tl",
        "cmn" => "zh",
        _ => return primary,
    }
    .to_owned()
}

/// The BCP 47 tag of what Whisper calls a language.
pub(crate) fn tag_of(code: &str) -> &str {
    if code == "jw" { "jv" } else { code }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_cut_off_and_old_names_understood() {
        for (wished, code) in [("en", "en"), ("de-CH", "de"), ("pt_BR", "pt"), ("NB", "no"), ("zh-Hant-TW", "zh")] {
            assert_eq!(known_as(wished), code);
            assert!(LANGUAGES.contains(&code));
        }
        assert_eq!(tag_of(&known_as("jv")), "jv");
    }
}
