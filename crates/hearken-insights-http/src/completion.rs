//! A chat completion: the one text in it, and the JSON object in that text.

use hearken_support::json;
use serde::{Deserialize, de::DeserializeOwned};

use crate::error::Misfit;

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

/// What the model wrote.
pub(crate) fn text(body: &[u8]) -> Result<String, Misfit> {
    let completion: Completion = json::read(body).map_err(|_| Misfit::NoCompletion)?;
    let choice = completion.choices.into_iter().next().ok_or(Misfit::Silent)?;
    if choice.message.refusal.is_some_and(|refusal| !refusal.is_empty()) {
        return Err(Misfit::Unwilling);
    }
    match choice.finish_reason.as_deref() {
        Some("length") => return Err(Misfit::Cut),
        Some("content_filter") => return Err(Misfit::Unwilling),
        _ => {}
    }
    choice.message.content.filter(|content| !content.trim().is_empty()).ok_or(Misfit::Silent)
}

/// Reads the object that the text is or has in it: models put it into code fences, add a word before it, or think aloud
/// first.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Misfit> {
    let said = text.rsplit_once("</think>").map_or(text, |(_, said)| said);
    let object = match (said.find('{'), said.rfind('}')) {
        (Some(begin), Some(end)) if begin < end => &said[begin..=end],
        _ => said,
    };
    // The error's text may quote what was said; its place does not.
    json::read(object.as_bytes()).map_err(|error| Misfit::Shape { line: error.line(), column: error.column() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct A {
        a: u8,
    }

    #[test]
    fn an_object_is_found_in_what_models_put_around_it() {
        for text in [
            r#"{"a": 1}"#,
            "```json\n{\"a\": 1}\n```",
            "```\n{\"a\": 1}\n```\n",
            "Here it is: {\"a\": 1}",
            "<think>An {\"a\": 2}? No.</think>\n{\"a\": 1}",
        ] {
            assert_eq!(read::<A>(text), Ok(A { a: 1 }), "{text}");
        }
        for text in ["", "no", "{", "}{", "{\"a\": 1} or {\"a\": 2}", "{\"a\": \"one\"}", "{\"b\": 1}"] {
            assert!(matches!(read::<A>(text), Err(Misfit::Shape { .. })), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_none_is_told_apart() {
        let of = |choice: &str| text(format!("{{\"choices\": [{choice}]}}").as_bytes());
        assert_eq!(of(r#"{"message": {"content": "hi"}}"#).as_deref(), Ok("hi"));
        assert_eq!(of(""), Err(Misfit::Silent));
        assert_eq!(of(r#"{"message": {"content": null}}"#), Err(Misfit::Silent));
        assert_eq!(of(r#"{"message": {"content": null, "refusal": "no"}}"#), Err(Misfit::Unwilling));
        assert_eq!(of(r#"{"message": {"content": "{"}, "finish_reason": "length"}"#), Err(Misfit::Cut));
        assert_eq!(text(b"<html>"), Err(Misfit::NoCompletion));
    }

    /// A model that is stopped within an emoji, and a server that begins with a byte order mark.
    #[test]
    fn half_a_character_costs_one_character_and_not_the_answer() {
        let body = b"\xef\xbb\xbf{\"choices\": [{\"message\": {\"content\": \"caf\xc3 \\ud83d\"}}]}";
        assert_eq!(text(body).as_deref(), Ok("caf\u{fffd} \u{fffd}"));
        assert_eq!(read::<Vec<String>>(r#"["\ud83d"]"#), Ok(vec!["\u{fffd}".to_owned()]));
    }
}
