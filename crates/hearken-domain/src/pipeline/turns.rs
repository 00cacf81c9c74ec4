//! From what was heard on each channel to who said what: a channel is a speaker.

use crate::{
    engagement::{Context, Engagement, ResolvedParticipant, Who},
    handle::{EmailAddress, PhoneNumber},
    speech::{Heard, Segment},
    text::Name,
    timeline::{Entry, MAX_ENTRIES, MAX_ENTRY_CHARS, Speaker, Timeline, TimelineSource, by_start},
};

/// A pause that ends a turn, in milliseconds.
const TURN_PAUSE_MS: u64 = 1_500;
/// A turn is not joined with the next stretch of speech beyond so many characters.
const TURN_CHARS: usize = 800;

/// What was heard on one channel.
#[derive(Clone, Debug)]
pub struct HeardTrack {
    /// The recording's channel.
    pub channel: u16,
    /// What was heard.
    pub heard: Heard,
}

/// The timeline of a transcribed recording. A channel that a participant named is theirs; the others are numbered.
pub fn timeline_of(
    engagement: &Engagement,
    participants: &[ResolvedParticipant],
    tracks: &[HeardTrack],
    context: &Context<'_>,
) -> Timeline {
    let speakers =
        tracks.iter().enumerate().map(|(position, track)| speaker(position, track.channel, participants)).collect();
    let mut entries: Vec<Entry> = Vec::new();
    for (position, track) in tracks.iter().enumerate() {
        entries.extend(turns(position, &track.heard.segments));
    }
    let entries = by_start(entries.into());
    Timeline {
        id: context.id(),
        engagement: engagement.id,
        speakers,
        entries: entries.get(..MAX_ENTRIES).map_or(entries.clone(), Into::into),
        overall_sentiment: None,
        language: tracks.iter().find_map(|track| track.heard.language.clone()),
        source: TimelineSource::Transcribed,
        created_at: context.now,
    }
}

fn speaker(position: usize, channel: u16, participants: &[ResolvedParticipant]) -> Speaker {
    let theirs = participants.iter().find(|participant| participant.channel == Some(channel));
    let numbered = || Name::try_from(format!("Speaker {}", position + 1)).expect("a short text is a name");
    let Some(participant) = theirs else {
        return Speaker { name: numbered(), contact: None, user: None, sentiment: None };
    };
    let handle = participant.email.as_ref().map(EmailAddress::as_str);
    let handle = handle.or(participant.phone.as_ref().map(PhoneNumber::as_sent));
    let name = participant.name.clone().or_else(|| handle.and_then(|handle| Name::try_from(handle).ok()));
    let (contact, user) = match participant.who {
        Who::Contact(id) => (Some(id), None),
        Who::User(id) => (None, Some(id)),
    };
    Speaker { name: name.unwrap_or_else(numbered), contact, user, sentiment: None }
}

/// Joins what is said without a pause, and cuts what is too long for an entry. Engines promise the order of their
/// segments; a turn that began at a later one would be wrong, so it is made sure of.
fn turns(speaker: usize, segments: &[Segment]) -> Vec<Entry> {
    let mut turns: Vec<Entry> = Vec::new();
    let mut segments: Vec<&Segment> = segments.iter().filter(|segment| !segment.text.trim().is_empty()).collect();
    segments.sort_by_key(|segment| segment.start_ms);
    for segment in segments {
        let text: String = segment.text.trim().chars().filter(|c| *c != '\0').take(MAX_ENTRY_CHARS).collect();
        match turns.last_mut().filter(|turn| goes_on(turn, segment)) {
            Some(turn) => {
                turn.end_ms = turn.end_ms.max(segment.end_ms);
                turn.text.push(' ');
                turn.text.push_str(&text);
                turn.words.extend(segment.words.iter().cloned());
            }
            None => turns.push(Entry {
                speaker,
                start_ms: segment.start_ms,
                end_ms: segment.end_ms.max(segment.start_ms),
                text,
                words: segment.words.clone(),
            }),
        }
    }
    turns
}

fn goes_on(turn: &Entry, next: &Segment) -> bool {
    next.start_ms <= turn.end_ms.saturating_add(TURN_PAUSE_MS) && turn.text.len() + next.text.len() < TURN_CHARS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(start_ms: u64, end_ms: u64, text: &str) -> Segment {
        Segment { start_ms, end_ms, text: text.to_owned(), words: Vec::new() }
    }

    #[test]
    fn a_pause_begins_another_turn_and_silence_is_none() {
        let said =
            [segment(0, 900, " Hello. "), segment(1000, 2000, "How are you?"), segment(5000, 6000, "Still there?")];
        let turns = turns(0, &said);
        let texts: Vec<&str> = turns.iter().map(|turn| turn.text.as_str()).collect();
        assert_eq!(texts, ["Hello. How are you?", "Still there?"]);
        assert_eq!((turns[0].start_ms, turns[0].end_ms), (0, 2000));
        assert!(super::turns(0, &[segment(0, 10, "  ")]).is_empty());
    }

    #[test]
    fn segments_out_of_order_make_turns_in_order() {
        let turns =
            turns(0, &[segment(9000, 9900, "Third."), segment(0, 900, "First."), segment(1000, 2000, "Second.")]);
        let texts: Vec<&str> = turns.iter().map(|turn| turn.text.as_str()).collect();
        assert_eq!(texts, ["First. Second.", "Third."]);
        assert!(turns.is_sorted_by_key(|turn| turn.start_ms));
    }
}
