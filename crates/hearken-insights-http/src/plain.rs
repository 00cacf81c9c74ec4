//! What a model writes as plain text: no control characters, no markup, no links, within its limit.
//!
//! A summary ends up in pages and mails. Somebody in a call can talk a model into writing things, so no link that a
//! reader would take for ours gets through.

/// What stands for a link.
const LINK: &str = "[link]";
/// A tag of HTML is no longer than this, in bytes.
const LONGEST_TAG: usize = 1_000;

/// A text on one line, of at most `most` characters.
pub(crate) fn line(text: &str, most: usize) -> String {
    shortened(&words(&untagged(text)), most)
}

/// Paragraphs, a blank line between them, of at most `most` characters. Single line ends stay.
pub(crate) fn paragraphs(text: &str, most: usize) -> String {
    let mut plain = String::new();
    let mut is_apart = false;
    for raw in untagged(text).lines() {
        let line = words(raw.trim_start().trim_start_matches('#')).replace("**", "");
        if line.is_empty() {
            is_apart = true;
            continue;
        }
        if !plain.is_empty() {
            plain.push_str(if is_apart { "\n\n" } else { "\n" });
        }
        is_apart = false;
        plain.push_str(&line);
    }
    shortened(&plain, most)
}

/// The visible words, a space between them.
fn words(text: &str) -> String {
    let visible: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect();
    let words: Vec<&str> = visible.split_whitespace().map(|word| if is_link(word) { LINK } else { word }).collect();
    words.join(" ")
}

/// Marks that are not seen: of direction, of order, and those that join nothing. The two joiners that scripts and emoji
/// need stay.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{e0000}'..='\u{e007f}')
}

fn is_link(word: &str) -> bool {
    let lower = word.to_lowercase();
    let bare = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let schemes = ["www.", "mailto:", "javascript:", "data:", "tel:"];
    lower.contains("://") || lower.contains("](") || schemes.iter().any(|scheme| bare.starts_with(scheme))
}

/// Without what looks like a tag of HTML; `a < b` is none.
fn untagged(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let opens = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        let end = rest.bytes().take(LONGEST_TAG).position(|byte| byte == b'>');
        let kept = match end {
            Some(end) if opens => end + 1,
            _ => {
                plain.push('<');
                1
            }
        };
        rest = &rest[kept..];
    }
    plain + rest
}

/// At most `most` characters; what is cut is cut after a word where there is one, and shown as cut.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    let end = kept.rfind(char::is_whitespace).filter(|at| *at > kept.len() / 2).unwrap_or(kept.len());
    format!("{}…", kept[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_plain_text_is_left() {
        assert_eq!(line(" a\tb\u{7}\n\u{202e}c\0 ", 100), "a b c");
        assert_eq!(line("<b>Send</b> the <a href=\"https://x.example\">offer</a>", 100), "Send the offer");
        assert_eq!(
            line("see (https://x.example/a) or www.x.example, [here](x.example)", 100),
            "see [link] or [link] [link]"
        );
        assert_eq!(line("price < 5 and > 3, <3", 100), "price < 5 and > 3, <3");
        assert_eq!(paragraphs("# One\n\n\n**Two** is\n- three\r\n \n", 100), "One\n\nTwo is\n- three");
        assert_eq!(line("<scr<b>ipt>alert(1)", 100), "ipt>alert(1)");
    }

    #[test]
    fn a_long_text_is_cut_after_a_word() {
        assert_eq!(line("one two three", 13), "one two three");
        assert_eq!(line("one two three", 11), "one two…");
        assert_eq!(line(&"é".repeat(20), 10), format!("{}…", "é".repeat(9)));
    }
}
