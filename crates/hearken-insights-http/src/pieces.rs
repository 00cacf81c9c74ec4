//! A conversation in pieces that a request can carry: every turn once, whole wherever it fits.
//!
//! Each turn is a line of JSON, so that nothing that was said can look like the end of the data or like anything but
//! data. A piece begins with the end of what was said before it, marked as such, so that "yes, by Friday" has its
//! question.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::Range,
};

use hearken_domain::insight::Turn;
use serde::Serialize;

/// How many turns before a piece are shown with it.
const BEFORE: usize = 2;
/// How much of each, in characters.
const BEFORE_CHARS: usize = 200;
/// A piece has room for this much at least, whatever is asked.
pub(crate) const LEAST_ROOM: usize = 2_000;

/// A part of a conversation.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    /// A line of JSON for each turn, each with its end of line.
    pub(crate) lines: String,
    /// The positions of its turns. A turn that fits nowhere is in several pieces, a part of it in each.
    pub(crate) turns: Range<usize>,
    /// How many characters each speaker says in it.
    pub(crate) spoken: BTreeMap<usize, usize>,
    cost: usize,
}

#[derive(Serialize)]
struct Line<'a> {
    turn: usize,
    speaker: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct Before<'a> {
    speaker: usize,
    before: &'a str,
}

/// Cuts the conversation into pieces of at most `room` characters each, [`LEAST_ROOM`] where it is less.
pub(crate) fn pieces(turns: &[Turn], room: usize) -> Vec<Piece> {
    let room = room.max(LEAST_ROOM);
    let mut done = Vec::new();
    let mut piece = Piece::default();
    let mut before: VecDeque<(usize, String)> = VecDeque::new();
    for (position, turn) in turns.iter().enumerate() {
        let mut rest = turn.text.as_str();
        while !rest.is_empty() {
            let overhead = line(position, turn.speaker, "").chars().count();
            let free = room.saturating_sub(piece.cost + overhead);
            let fits = cost(rest) <= free;
            if !fits && !piece.spoken.is_empty() {
                done.push(std::mem::replace(&mut piece, Piece::after(&before)));
                continue;
            }
            let (part, later) = if fits { (rest, "") } else { split(rest, free) };
            piece.take(position, turn.speaker, part);
            before.push_back((turn.speaker, tail(part)));
            if before.len() > BEFORE {
                before.pop_front();
            }
            rest = later;
        }
    }
    if !piece.spoken.is_empty() {
        done.push(piece);
    }
    done
}

impl Piece {
    fn after(before: &VecDeque<(usize, String)>) -> Self {
        let lines = before.iter().map(|(speaker, before)| as_line(&Before { speaker: *speaker, before }));
        let lines: String = lines.collect();
        Self { cost: lines.chars().count(), lines, ..Self::default() }
    }

    fn take(&mut self, position: usize, speaker: usize, text: &str) {
        if self.spoken.is_empty() {
            self.turns.start = position;
        }
        self.turns.end = position + 1;
        *self.spoken.entry(speaker).or_default() += text.chars().count();
        let line = line(position, speaker, text);
        self.cost += line.chars().count();
        self.lines.push_str(&line);
    }

    /// How many characters were said in it.
    pub(crate) fn chars(&self) -> usize {
        self.spoken.values().sum()
    }
}

fn line(turn: usize, speaker: usize, text: &str) -> String {
    as_line(&Line { turn, speaker, text })
}

/// A value as a line of JSON, with its end of line.
pub(crate) fn as_line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("numbers and texts can be written as json") + "\n"
}

/// How many characters a text has as JSON.
fn cost(text: &str) -> usize {
    text.chars().map(cost_of).sum()
}

fn cost_of(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        _ => 1,
    }
}

/// The part of a text that costs at most `free`, cut after white space where there is some in its second half.
fn split(text: &str, free: usize) -> (&str, &str) {
    let mut spent = 0;
    let end = text.char_indices().find(|(_, c)| {
        spent += cost_of(*c);
        spent > free
    });
    let end = end.map_or(text.len(), |(at, _)| at);
    let space = text[..end].char_indices().rfind(|(at, c)| c.is_whitespace() && *at > end / 2);
    text.split_at(space.map_or(end, |(at, c)| at + c.len_utf8()))
}

/// The last characters of a text, without those that would cost more than they tell.
fn tail(text: &str) -> String {
    let kept: Vec<char> = text.chars().rev().filter(|c| !c.is_control()).take(BEFORE_CHARS).collect();
    kept.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(speaker: usize, text: &str) -> Turn {
        Turn { speaker, span_ms: None, text: text.to_owned() }
    }

    /// What the pieces say, turn by turn.
    fn said(pieces: &[Piece]) -> BTreeMap<u64, String> {
        let mut said: BTreeMap<u64, String> = BTreeMap::new();
        for line in pieces.iter().flat_map(|piece| piece.lines.lines()) {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            if let Some(turn) = line["turn"].as_u64() {
                said.entry(turn).or_default().push_str(line["text"].as_str().unwrap());
            }
        }
        said
    }

    #[test]
    fn every_character_is_in_one_piece_and_no_piece_is_too_long() {
        let long = format!("{} {}", "wörd \"quoted\"\n".repeat(900), "unbroken".repeat(700));
        let controls = "\u{1}".repeat(3_000);
        let texts = ["Hello.", &long, "yes", &controls, "bye"];
        let turns: Vec<Turn> = texts.iter().enumerate().map(|(at, text)| turn(at % 2, text)).collect();
        let pieces = pieces(&turns, 2_500);
        assert!(pieces.len() > 8, "{}", pieces.len());
        for piece in &pieces {
            assert!(piece.lines.chars().count() <= 2_500 && piece.cost == piece.lines.chars().count());
        }
        let said = said(&pieces);
        assert_eq!(said.len(), texts.len());
        for (at, text) in texts.iter().enumerate() {
            assert_eq!(said[&(at as u64)], *text);
        }
        let spoken: usize = pieces.iter().map(Piece::chars).sum();
        assert_eq!(spoken, texts.iter().map(|text| text.chars().count()).sum::<usize>());
    }

    #[test]
    fn turns_that_fit_stay_whole_and_know_what_was_before() {
        let turns: Vec<Turn> = (0..10).map(|at| turn(0, &format!("{at}{}", "x".repeat(900)))).collect();
        let pieces = pieces(&turns, 0);
        let ranges: Vec<Range<usize>> = pieces.iter().map(|piece| piece.turns.clone()).collect();
        assert_eq!(ranges[0], 0..2);
        assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start), "{ranges:?}");
        assert_eq!(ranges.last().unwrap().end, 10);
        assert!(!pieces[0].lines.contains("before") && pieces[1].lines.contains("before"));
    }

    #[test]
    fn nothing_said_gives_no_piece() {
        assert!(pieces(&[], 5_000).is_empty());
    }
}
