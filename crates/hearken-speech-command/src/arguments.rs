//! A program's arguments: as the operator wrote them, with the places filled in that differ from run to run.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
};

const WAV: &str = "{wav}";
const LANGUAGE: &str = "{language}";
const OUTPUT: &str = "{output}";

/// What is filled in.
pub(crate) struct Filling<'a> {
    pub(crate) wav: &'a Path,
    pub(crate) language: &'a str,
    pub(crate) output: &'a Path,
}

/// The arguments with their places filled in. What is filled in is not looked at again.
pub(crate) fn filled(args: &[String], filling: &Filling<'_>) -> Vec<OsString> {
    args.iter().map(|arg| filled_one(arg, filling)).collect()
}

/// Whether the track's path is among them; otherwise the track is the standard input.
pub(crate) fn name_the_track(args: &[String]) -> bool {
    args.iter().any(|arg| arg.contains(WAV))
}

/// Whether the program is told where to write.
pub(crate) fn name_the_output(args: &[String]) -> bool {
    args.iter().any(|arg| arg.contains(OUTPUT))
}

/// The first part of a tag in BCP 47, where it is one: nothing that a program could take for an option.
pub(crate) fn language(wish: Option<&str>) -> String {
    let first = wish.and_then(|tag| tag.split(['-', '_']).next()).unwrap_or_default();
    let is_code = (2..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_code { first.to_ascii_lowercase() } else { "auto".to_owned() }
}

fn filled_one(arg: &str, filling: &Filling<'_>) -> OsString {
    let places: [(&str, &OsStr); 3] =
        [(WAV, filling.wav.as_os_str()), (LANGUAGE, filling.language.as_ref()), (OUTPUT, filling.output.as_os_str())];
    let (mut filled, mut rest) = (OsString::new(), arg);
    let next = |rest: &str| places.into_iter().filter_map(|(name, value)| Some((rest.find(name)?, name, value))).min();
    while let Some((at, name, value)) = next(rest) {
        filled.push(&rest[..at]);
        filled.push(value);
        rest = &rest[at + name.len()..];
    }
    filled.push(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_in_once_and_nothing_else() {
        let filling = Filling { wav: Path::new("/a/{language}.wav"), language: "en", output: Path::new("/o") };
        let args = ["--in={wav},{output}.txt", "{}", "{Wav}", "$HOME; {language}{language}", ""].map(str::to_owned);
        assert_eq!(filled(&args, &filling), ["--in=/a/{language}.wav,/o.txt", "{}", "{Wav}", "$HOME; enen", ""]);
        assert!(name_the_track(&args) && name_the_output(&args));
        assert!(!name_the_track(&args[1..]) && !name_the_output(&args[1..]));
    }

    #[test]
    fn a_wish_is_a_code_or_none() {
        assert_eq!(language(Some("en-GB")), "en");
        assert_eq!(language(Some("DE")), "de");
        for none in [None, Some(""), Some("--help"), Some("e"), Some("en\n")] {
            assert_eq!(language(none), "auto");
        }
    }
}
