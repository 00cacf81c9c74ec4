//! From the tokens of a window to stretches of speech, and to where the next window starts.

use crate::tokens::{Marks, TICKS};

/// A stretch within a window, in ticks of 20 ms from the window's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// Its text, with or without the times around it.
    pub(crate) tokens: Vec<u32>,
}

/// What a window gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pieces {
    pub(crate) pieces: Vec<Piece>,
    /// How far the window was understood, in ticks: the next one starts here.
    pub(crate) until: u32,
}

/// Cuts the tokens at their times, as Whisper's authors do: a text between two times is a piece; a text without an end is
/// listened to again from its start, unless it is the only one. `length` is that of the sound in the window, in ticks.
pub(crate) fn pieces_of(tokens: &[u32], marks: &Marks, length: u32) -> Pieces {
    let length = length.clamp(1, TICKS);
    let tick = |token: u32| token.checked_sub(marks.first_timestamp).map(|tick| tick.min(length));
    let is_time = |token: &u32| *token >= marks.first_timestamp;
    let mut cuts: Vec<usize> =
        (1..tokens.len()).filter(|&at| is_time(&tokens[at - 1]) && is_time(&tokens[at])).collect();
    let ends_once = match tokens {
        [.., text, time] => !is_time(text) && is_time(time),
        _ => false,
    };
    if cuts.is_empty() {
        return single(tokens, marks, length);
    }
    if ends_once {
        cuts.push(tokens.len());
    }
    let mut pieces = Vec::new();
    let mut from = 0;
    for &cut in &cuts {
        let part = &tokens[from..cut];
        if let (Some(start), Some(end)) = (part.first().copied().and_then(tick), part.last().copied().and_then(tick)) {
            pieces.push(Piece { start, end, tokens: part.to_vec() });
        }
        from = cut;
    }
    let understood = tokens[from - 1];
    let until = if ends_once { length } else { tick(understood).unwrap_or(length) };
    Pieces { pieces, until: if until == 0 { length } else { until } }
}

/// One text for the window, with or without an end.
fn single(tokens: &[u32], marks: &Marks, length: u32) -> Pieces {
    let mut times = tokens.iter().filter_map(|token| token.checked_sub(marks.first_timestamp));
    let start = times.next().unwrap_or(0).min(length);
    let end = times.next_back().filter(|&end| end > start).unwrap_or(length).min(length);
    Pieces { pieces: vec![Piece { start, end, tokens: tokens.to_vec() }], until: length }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks() -> Marks {
        Marks { end: 10, no_timestamps: 19, first_timestamp: 20, suppressed: Vec::new(), blanks: Vec::new() }
    }

    fn cut(tokens: &[u32], length: u32) -> (Vec<(u32, u32)>, u32) {
        let Pieces { pieces, until } = pieces_of(tokens, &marks(), length);
        (pieces.into_iter().map(|piece| (piece.start, piece.end)).collect(), until)
    }

    #[test]
    fn texts_between_times_are_pieces_and_the_window_ends_with_the_last() {
        let tokens = [20, 1, 2, 120, 120, 3, 270];
        assert_eq!(cut(&tokens, TICKS), (vec![(0, 100), (100, 250)], TICKS));
        assert_eq!(pieces_of(&tokens, &marks(), TICKS).pieces[1].tokens, [120, 3, 270]);
    }

    #[test]
    fn a_text_without_an_end_is_listened_to_again() {
        assert_eq!(cut(&[20, 1, 120, 130, 3, 4], TICKS), (vec![(0, 100)], 100));
        assert_eq!(cut(&[20, 1, 120, 120], TICKS), (vec![(0, 100)], 100));
    }

    #[test]
    fn a_single_text_takes_its_times_or_the_window() {
        assert_eq!(cut(&[25, 1, 2], TICKS), (vec![(5, TICKS)], TICKS));
        assert_eq!(cut(&[25, 1, 2, 220], TICKS), (vec![(5, 200)], TICKS));
        assert_eq!(cut(&[25, 1, 2, 220], 100), (vec![(5, 100)], 100), "not beyond the sound");
        assert_eq!(cut(&[], 40), (vec![(0, 40)], 40));
    }

    #[test]
    fn a_window_is_never_listened_to_for_ever() {
        assert_eq!(cut(&[20, 20, 20, 1], TICKS).1, TICKS);
        assert_eq!(cut(&[20], 0).1, 1);
    }
}
