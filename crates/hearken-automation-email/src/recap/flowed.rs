//! Plain text in lines that fit an old terminal and that a phone may join again: `format=flowed` (RFC 3676).

/// A line's characters, the space that joins it to the next included.
const WIDTH: usize = 76;

/// Adds a line, broken softly between words. A word longer than a line stays whole: it may be a link.
pub(crate) fn flow(text: &str, out: &mut String) {
    let mut line = String::new();
    let mut length = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let word_length = word.chars().count();
        if length > 0 && length + 1 + word_length >= WIDTH {
            // The space at its end says that it goes on.
            push_stuffed(&line, " \n", out);
            line.clear();
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += word_length;
    }
    push_stuffed(&line, "\n", out);
}

/// A space before what would otherwise be read as a quote or a mailbox's separator; the reader's program takes it away.
fn push_stuffed(line: &str, end: &str, out: &mut String) {
    if line.starts_with([' ', '>']) || line.starts_with("From ") {
        out.push(' ');
    }
    out.push_str(line);
    out.push_str(end);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As RFC 3676, 4.2 to 4.4 tell a reader.
    fn joined(text: &str) -> Vec<String> {
        let mut paragraphs = vec![String::new()];
        for line in text.lines() {
            let line = line.strip_prefix(' ').unwrap_or(line);
            paragraphs.last_mut().unwrap().push_str(line);
            if !line.ends_with(' ') {
                paragraphs.push(String::new());
            }
        }
        paragraphs.pop();
        paragraphs
    }

    #[test]
    fn lines_are_short_and_come_together_again() {
        let long = "word ".repeat(100);
        let link = format!("see https://example.com/{} or so", "a".repeat(100));
        for text in [long.trim(), &link, ">quoted > text", "From me", "", "größer als gedacht"] {
            let mut out = String::new();
            flow(text, &mut out);
            assert_eq!(joined(&out), [text], "{out}");
            assert!(out.lines().all(|line| line.chars().count() <= 78 || line.contains("https://")), "{out}");
        }
    }
}
