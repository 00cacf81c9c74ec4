//! Cuts a turn into sentences, also a turn without a full stop, as speech engines give them.

/// How a sentence ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// With a question mark.
    Question,
    /// With another mark.
    Stop,
    /// With none: who wrote it down sets none, or the turn was cut off.
    Open,
}

/// A part of a turn's text, trimmed, not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sentence<'a> {
    /// The byte of the turn's text it begins at.
    pub(crate) at: usize,
    /// Word for word.
    pub(crate) text: &'a str,
    /// How it ends.
    pub(crate) mark: Mark,
}

/// A sentence of more words is cut, at a clause where there is one.
const LONG: usize = 60;
/// The same where nobody sets marks.
const LONG_OPEN: usize = 24;
/// No piece is shorter than this many words because of a clause.
const SHORT: usize = 10;
/// A word of more bytes is no word, but it must be cut somewhere.
const GIANT: usize = 1000;

/// Words that begin a clause in speech.
const OPENERS: &[&str] = &["and", "but", "so", "because", "then", "okay", "well", "also", "anyway"];

/// After these, and after a single letter, a full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "dr", "mr", "mrs", "ms", "prof", "st", "sr", "sra", "jr", "vs", "etc", "approx", "inc", "ltd", "corp", "co",
    "dept", "est", "fig", "bzw", "ca", "hr", "fr", "nr", "usw", "evtl", "inkl", "mme", "mlle",
];

/// The sentences of a text, in their order.
pub(crate) fn sentences(text: &str) -> Vec<Sentence<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if !is_mark(c) && c != '\n' {
            continue;
        }
        let mut end = at + c.len_utf8();
        let mut asks = is_question(c);
        while let Some((at, c)) = chars.next_if(|(_, c)| is_mark(*c) || is_closing(*c)) {
            end = at + c.len_utf8();
            asks |= is_question(c);
        }
        let mark = if c == '\n' {
            Mark::Open
        } else if asks {
            Mark::Question
        } else {
            Mark::Stop
        };
        if c == '\n' || ends_here(text, (from, at), end) {
            add(text, (from, end), mark, &mut found);
            from = end;
        }
    }
    add(text, (from, text.len()), Mark::Open, &mut found);
    found
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।')
}

fn is_question(c: char) -> bool {
    matches!(c, '?' | '？' | '؟')
}

fn is_closing(c: char) -> bool {
    matches!(c, '"' | '”' | '’' | '\'' | ')' | '»' | ']')
}

/// Whether the mark at the end of this piece ends a sentence, given what follows it.
fn ends_here(text: &str, piece: (usize, usize), end: usize) -> bool {
    let rest = &text[end..];
    let Some(next) = rest.chars().next() else { return true };
    if text[piece.1..end].chars().all(|c| matches!(c, '。' | '！' | '？')) {
        return true;
    }
    if !next.is_whitespace() {
        return false;
    }
    if !text[piece.1..].starts_with('.') {
        return true;
    }
    let last = text[piece.0..piece.1].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
    let last = last.trim_start_matches('.').to_lowercase();
    let letter = last.chars().count() == 1 && last != "i" && last.chars().all(char::is_alphabetic);
    if letter || last.contains('.') || ABBREVIATIONS.contains(&last.as_str()) {
        return false;
    }
    // "am 3. märz" goes on; so does an ellipsis in the middle of a thought.
    !rest.trim_start().chars().next().is_some_and(char::is_lowercase)
}

fn add<'a>(text: &'a str, (from, to): (usize, usize), mark: Mark, found: &mut Vec<Sentence<'a>>) {
    let whole = &text[from..to];
    let at = from + (whole.len() - whole.trim_start().len());
    let piece = whole.trim();
    if !piece.chars().any(char::is_alphanumeric) {
        return;
    }
    let most = if mark == Mark::Open { LONG_OPEN } else { LONG };
    let cuts = cuts(piece, most);
    let mut begin = 0;
    for cut in cuts.into_iter().chain([piece.len()]) {
        let part = &piece[begin..cut];
        let trimmed = part.trim();
        if trimmed.chars().any(char::is_alphanumeric) {
            let skipped = part.len() - part.trim_start().len();
            let mark = if cut == piece.len() { mark } else { Mark::Open };
            found.push(Sentence { at: at + begin + skipped, text: trimmed, mark });
        }
        begin = cut;
    }
}

/// Where a long piece is cut.
fn cuts(piece: &str, most: usize) -> Vec<usize> {
    let mut cuts = Vec::new();
    let (mut words, mut begin) = (0, 0);
    if piece.len() <= GIANT && piece.split_whitespace().count() <= most {
        return cuts;
    }
    for word in piece.split_whitespace() {
        let at = word.as_ptr() as usize - piece.as_ptr() as usize;
        let opens = OPENERS.contains(&word.to_lowercase().trim_end_matches(','));
        if words > 0 && (words >= most || (opens && words >= SHORT) || at - begin > GIANT) {
            cuts.push(at);
            (words, begin) = (0, at);
        }
        words += 1;
        while at + word.len() - begin.max(at) > GIANT {
            begin = piece.floor_char_boundary(begin.max(at) + GIANT);
            cuts.push(begin);
            words = 1;
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|sentence| sentence.text).collect()
    }

    #[test]
    fn marks_end_sentences_and_abbreviations_do_not() {
        assert_eq!(texts("Dr. Weiss came. He left!"), ["Dr. Weiss came.", "He left!"]);
        assert_eq!(
            texts("It is 3.5 percent, e.g. for J. Smith. Okay?"),
            ["It is 3.5 percent, e.g. for J. Smith.", "Okay?"]
        );
        assert_eq!(texts("Am 3. märz. Gut"), ["Am 3. märz.", "Gut"]);
        assert_eq!(texts("So do I. Good."), ["So do I.", "Good."]);
        assert_eq!(texts("你好。再见。"), ["你好。", "再见。"]);
        assert_eq!(texts(" … \n !"), Vec::<&str>::new());
    }

    #[test]
    fn a_turn_without_marks_is_cut_at_clauses() {
        let text = "well the first file came through fine but the second one had about two thousand rows with no address \
                    and so we stopped it and told the supplier";
        assert!(texts(text).len() > 1);
        assert!(texts(text).iter().all(|part| part.split_whitespace().count() <= LONG_OPEN));
    }

    #[test]
    fn every_piece_is_where_it_says() {
        for text in
            ["A. B? C", &"ß".repeat(3000), &"wort ".repeat(300), "x\n\ny. z", &format!("a {} b", "é".repeat(1500))]
        {
            let pieces = sentences(text);
            assert!(pieces.iter().all(|piece| text[piece.at..].starts_with(piece.text)), "{text}");
            let kept: usize = pieces.iter().map(|p| p.text.chars().filter(|c| c.is_alphanumeric()).count()).sum();
            assert_eq!(kept, text.chars().filter(|c| c.is_alphanumeric()).count());
            assert!(pieces.iter().all(|piece| piece.text.len() <= 2 * GIANT), "{text}");
        }
    }
}
