//! Who said what, and when.

use std::{sync::Arc, time::Duration};

use crate::{
    handle::{EmailAddress, PhoneNumber},
    ids::{ContactId, EngagementId, TimelineId, UserId},
    text::Name,
    time::Timestamp,
};

/// The most speakers a timeline may have.
pub const MAX_SPEAKERS: usize = 100;
/// The most entries a timeline may have.
pub const MAX_ENTRIES: usize = 50_000;
/// The most characters an entry's text may have.
pub const MAX_ENTRY_CHARS: usize = 10_000;

/// The latest moment of a timeline: 30 days. No conversation is longer, and a number beyond it is a mistake of its sender,
/// such as a moment since 1970 where one since the start is meant.
pub const MAX_MOMENT: Duration = Duration::from_hours(30 * 24);

/// A speaker as a request supplies one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppliedSpeaker {
    /// Shown before each turn.
    pub name: Name,
    /// Recognises a user or a contact.
    pub email: Option<EmailAddress>,
    /// Recognises a user or a contact.
    pub phone: Option<PhoneNumber>,
}

/// A timeline as a request supplies one: at least one speaker and one entry, and each entry names a speaker.
#[derive(Clone, Debug, PartialEq)]
pub struct SuppliedTimeline {
    /// 1 to [`MAX_SPEAKERS`].
    pub speakers: Vec<SuppliedSpeaker>,
    /// 1 to [`MAX_ENTRIES`]; shared, because they can be most of what a process has in memory.
    pub entries: Arc<[Entry]>,
}

/// One turn.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The position of the speaker.
    pub speaker: usize,
    /// Milliseconds from the start.
    pub start_ms: u64,
    /// At least `start_ms`, at most [`MAX_MOMENT`].
    pub end_ms: u64,
    /// 1 to [`MAX_ENTRY_CHARS`] characters.
    pub text: String,
    /// The turn's words, where they are known.
    pub words: Vec<Word>,
}

/// One word.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Milliseconds from the start.
    pub start_ms: u64,
    /// At least `start_ms`.
    pub end_ms: u64,
    /// 0 to 1.
    pub confidence: Option<f64>,
}

/// A speaker of a stored timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Speaker {
    /// Shown before each turn.
    pub name: Name,
    /// The contact who spoke.
    pub contact: Option<ContactId>,
    /// The user who spoke.
    pub user: Option<UserId>,
    /// −1 to 1.
    pub sentiment: Option<f64>,
}

/// Where a timeline came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelineSource {
    /// With the request.
    Supplied,
    /// From the recording.
    Transcribed,
}

impl TimelineSource {
    /// As in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supplied => "SUPPLIED",
            Self::Transcribed => "TRANSCRIBED",
        }
    }
}

/// A stored timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The id.
    pub id: TimelineId,
    /// Whose timeline it is; an engagement has at most one.
    pub engagement: EngagementId,
    /// Entries refer to a speaker by position.
    pub speakers: Vec<Speaker>,
    /// In the order of their start: see [`by_start`].
    pub entries: Arc<[Entry]>,
    /// −1 to 1.
    pub overall_sentiment: Option<f64>,
    /// BCP 47.
    pub language: Option<String>,
    /// Where it came from.
    pub source: TimelineSource,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Timeline {
    /// The full text, one line a turn: `Name: text`.
    pub fn transcript(&self) -> String {
        let mut text = String::with_capacity(self.transcript_bytes());
        for entry in self.entries.iter() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(self.speaker_of(entry));
            text.push_str(": ");
            text.push_str(&entry.text);
        }
        text
    }

    /// How many bytes the full text has. A name stands before each turn, so it can be many times the entries.
    fn transcript_bytes(&self) -> usize {
        let turns: usize = self.entries.iter().map(|entry| self.speaker_of(entry).len() + entry.text.len() + 3).sum();
        turns.saturating_sub(1)
    }

    fn speaker_of(&self, entry: &Entry) -> &str {
        self.speakers.get(entry.speaker).map_or("?", |speaker| speaker.name.as_str())
    }
}

/// Turns in the order in which they are read: by their start. Those that begin together stay as they are.
pub fn by_start(entries: Arc<[Entry]>) -> Arc<[Entry]> {
    if entries.is_sorted_by_key(|entry| entry.start_ms) {
        return entries;
    }
    let mut sorted = entries.to_vec();
    sorted.sort_by_key(|entry| entry.start_ms);
    sorted.into()
}

/// A confidence as a speech engine tells it. Engines round a little beyond 1; what is farther off is no probability, and
/// is not taken for the nearest one.
pub fn confidence(told: f64) -> Option<f64> {
    const ROUNDED: f64 = 1.001;
    (0.0..=ROUNDED).contains(&told).then(|| told.min(1.0))
}

/// The end of the turn that ends last, from the start.
pub fn last_moment(entries: &[Entry]) -> Duration {
    Duration::from_millis(entries.iter().map(|entry| entry.end_ms).max().unwrap_or(0))
}

/// The texts of an engagement.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcripts {
    /// The timeline, supplied or transcribed.
    pub timeline: Option<Timeline>,
    /// The plain text that came with the request, kept beside the recording.
    pub supplied: Option<String>,
}

impl Transcripts {
    /// The full text to show: the timeline's when there is one, else the supplied text.
    pub fn text(&self) -> Option<String> {
        self.timeline.as_ref().map(Timeline::transcript).or_else(|| self.supplied.clone())
    }

    /// How many bytes [`text`](Self::text) has.
    pub fn text_bytes(&self) -> usize {
        let supplied = || self.supplied.as_ref().map_or(0, String::len);
        self.timeline.as_ref().map_or_else(supplied, Timeline::transcript_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_text_is_known_before_it_is_made() {
        let entry =
            |speaker, text: &str| Entry { speaker, start_ms: 0, end_ms: 0, text: text.to_owned(), words: vec![] };
        let name = "Ĝan".to_owned().try_into().expect("it is a name");
        let timeline = |entries| Timeline {
            id: crate::ids::Ulid::from_parts(1, 1).into(),
            engagement: crate::ids::Ulid::from_parts(1, 2).into(),
            speakers: vec![Speaker { name, contact: None, user: None, sentiment: None }],
            entries,
            overall_sentiment: None,
            language: None,
            source: TimelineSource::Supplied,
            created_at: Timestamp::from_unix_millis(0).expect("it is a moment"),
        };
        let full = timeline(Arc::from([entry(0, "Grüße."), entry(9, "?"), entry(0, "")]));
        let empty = Timeline { entries: Arc::from([]), ..full.clone() };
        for timeline in [full, empty] {
            let texts = Transcripts { timeline: Some(timeline), supplied: Some("unseen".to_owned()) };
            assert_eq!(texts.text_bytes(), texts.text().expect("there is one").len());
        }
        let supplied = Transcripts { timeline: None, supplied: Some("à bientôt".to_owned()) };
        assert_eq!(supplied.text_bytes(), 11);
        assert_eq!(Transcripts::default().text_bytes(), 0);
    }

    #[test]
    fn turns_are_in_the_order_of_their_start_and_otherwise_as_they_were() {
        let entry = |start_ms, text: &str| Entry {
            speaker: 0,
            start_ms,
            end_ms: 9_000,
            text: text.to_owned(),
            words: Vec::new(),
        };
        let turns = by_start(Arc::from([entry(2_000, "c"), entry(0, "a"), entry(2_000, "d"), entry(1_000, "b")]));
        assert_eq!(turns.iter().map(|turn| turn.text.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    }

    #[test]
    fn what_is_no_probability_is_no_confidence() {
        for (told, kept) in [
            (0.0, Some(0.0)),
            (0.25, Some(0.25)),
            (1.0, Some(1.0)),
            (1.000_001, Some(1.0)),
            (-0.3, None),
            (7.0, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(confidence(told), kept, "{told}");
        }
    }
}
