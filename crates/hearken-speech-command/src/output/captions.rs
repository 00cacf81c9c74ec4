//! Captions: SRT, WebVTT, and the lines that Whisper programs print.

use hearken_domain::speech::Segment;

const ARROW: &str = "-->";

/// Whether there is a line such as `[00:00:00.000 --> 00:00:02.000] hello`.
pub(crate) fn are_bracketed(text: &str) -> bool {
    text.lines().any(|line| bracketed_line(line).is_some())
}

/// Those lines; what else is printed between them is no speech.
pub(crate) fn bracketed(text: &str) -> Vec<Segment> {
    text.lines().filter_map(bracketed_line).collect()
}

/// Whether there is a line with the times of a caption.
pub(crate) fn are_in(text: &str) -> bool {
    text.starts_with("WEBVTT") || text.lines().any(|line| times(line).is_some())
}

/// Captions of SRT or WebVTT: a line with the times, then text until an empty line.
pub(crate) fn blocks(text: &str) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some((start_ms, end_ms)) = times(line) {
            let words: Vec<String> = lines.by_ref().take_while(|line| !line.trim().is_empty()).map(plain).collect();
            segments.push(Segment { start_ms, end_ms, text: words.join(" "), words: Vec::new() });
        }
    }
    segments
}

fn bracketed_line(line: &str) -> Option<Segment> {
    let (span, text) = line.trim_start().strip_prefix('[')?.split_once(']')?;
    let (start_ms, end_ms) = times(span)?;
    Some(Segment { start_ms, end_ms, text: text.to_owned(), words: Vec::new() })
}

/// `00:00:01.000 --> 00:00:02.500`; WebVTT may have settings after it.
fn times(line: &str) -> Option<(u64, u64)> {
    let (start, rest) = line.split_once(ARROW)?;
    Some((time(start.trim())?, time(rest.split_whitespace().next()?)?))
}

/// `[hours:]minutes:seconds`, the seconds with a point or a comma.
fn time(text: &str) -> Option<u64> {
    let parts: Vec<&str> = text.split(':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [hours, minutes, seconds] => (hours.parse().ok()?, minutes.parse().ok()?, *seconds),
        [minutes, seconds] => (0_u32, minutes.parse::<u32>().ok()?, *seconds),
        _ => return None,
    };
    let (whole, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let millis: u64 = format!("{fraction:0<3}")[..3].parse().ok()?;
    Some((u64::from(hours) * 3600 + u64::from(minutes) * 60 + u64::from(whole.parse::<u32>().ok()?)) * 1000 + millis)
}

/// A caption's text without its tags and escapes.
fn plain(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.trim();
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let is_tag = after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
        match after.find('>').filter(|_| is_tag) {
            Some(end) => rest = &after[end + 1..],
            None => {
                plain.push('<');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
