//! The end of what a program complains about.

use std::collections::VecDeque;

use tokio::io::{AsyncRead, AsyncReadExt};

/// How much is kept, in bytes.
const KEPT: usize = 4096;
/// How many lines of it are shown, ...
const LINES: usize = 5;
/// ... and how many characters of each.
const COLUMNS: usize = 200;

/// Reads all and keeps the end.
pub(crate) async fn end_of(mut stderr: impl AsyncRead + Unpin) -> String {
    let mut kept = VecDeque::new();
    let mut chunk = [0; KEPT];
    // What cannot be read is not shown.
    while let Ok(length @ 1..) = stderr.read(&mut chunk).await {
        kept.extend(&chunk[..length]);
        kept.drain(..kept.len().saturating_sub(KEPT));
    }
    shown(&String::from_utf8_lossy(kept.make_contiguous()))
}

fn shown(text: &str) -> String {
    let plain = |line: &str| -> String {
        line.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(COLUMNS).collect()
    };
    let mut lines: Vec<String> = text.lines().map(plain).filter(|line| !line.is_empty()).collect();
    lines.drain(..lines.len().saturating_sub(LINES));
    lines.join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_shown_without_control_characters() {
        assert_eq!(shown("a\n\nb\u{1b}[0m\nc\rd\ne\nf\n  g  \n"), "b [0m | c d | e | f | g");
        assert_eq!(shown(&"x".repeat(1000)).len(), COLUMNS);
    }
}
