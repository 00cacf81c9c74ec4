//! A conversation for the analysers, from a timeline or from a plain transcript: one path for both.

use crate::{
    engagement::Engagement,
    insight::{Conversation, ConversationSpeaker, Turn},
    timeline::{Timeline, Transcripts},
};

/// A name before a colon is at most so long, in characters.
const LONGEST_NAME: usize = 60;
/// The most speakers of a plain transcript: with more of them the colons mean something else.
const MOST_SPEAKERS: usize = 50;

/// What was said; without any turn when there is no text.
pub fn conversation(engagement: &Engagement, transcripts: &Transcripts) -> Conversation {
    let (speakers, turns) = match (&transcripts.timeline, &transcripts.supplied) {
        (Some(timeline), _) => of_timeline(timeline),
        (None, Some(text)) => of_text(text),
        (None, None) => (Vec::new(), Vec::new()),
    };
    Conversation {
        title: engagement.title.as_str().to_owned(),
        engagement_type: engagement.engagement_type,
        start_at: engagement.start_at,
        language: transcripts.timeline.as_ref().and_then(|timeline| timeline.language.clone()),
        speakers,
        turns,
    }
}

fn of_timeline(timeline: &Timeline) -> (Vec<ConversationSpeaker>, Vec<Turn>) {
    let speakers = timeline.speakers.iter().map(|speaker| ConversationSpeaker {
        name: speaker.name.as_str().to_owned(),
        is_internal: speaker.user.is_some(),
    });
    let turns = timeline.entries.iter().filter(|entry| !entry.text.trim().is_empty()).map(|entry| Turn {
        speaker: entry.speaker,
        span_ms: Some((entry.start_ms, entry.end_ms)),
        text: entry.text.clone(),
    });
    (speakers.collect(), turns.collect())
}

/// A line is a turn: `Name: text`, or the last speaker's where it names nobody.
fn of_text(text: &str) -> (Vec<ConversationSpeaker>, Vec<Turn>) {
    let mut speakers: Vec<ConversationSpeaker> = Vec::new();
    let mut turns = Vec::new();
    let mut current = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, said) = match name_before_colon(line) {
            Some((name, said)) => (Some(name), said),
            None => (None, line),
        };
        let speaker = match (name, current) {
            (Some(name), _) => position(&mut speakers, name),
            (None, Some(current)) => current,
            (None, None) => position(&mut speakers, "Speaker"),
        };
        current = Some(speaker);
        if !said.is_empty() {
            turns.push(Turn { speaker, span_ms: None, text: said.to_owned() });
        }
    }
    if speakers.len() > MOST_SPEAKERS {
        return of_unnamed(text);
    }
    (speakers, turns)
}

fn of_unnamed(text: &str) -> (Vec<ConversationSpeaker>, Vec<Turn>) {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let turns = lines.map(|line| Turn { speaker: 0, span_ms: None, text: line.to_owned() }).collect();
    (vec![ConversationSpeaker { name: "Speaker".to_owned(), is_internal: false }], turns)
}

fn name_before_colon(line: &str) -> Option<(&str, &str)> {
    let (name, said) = line.split_once(':')?;
    let name = name.trim();
    let is_name = !name.is_empty()
        && name.chars().count() <= LONGEST_NAME
        && name.split_whitespace().count() <= 4
        && name.chars().next().is_some_and(char::is_alphabetic)
        && !said.starts_with("//");
    is_name.then_some((name, said.trim()))
}

fn position(speakers: &mut Vec<ConversationSpeaker>, name: &str) -> usize {
    speakers.iter().position(|speaker| speaker.name == name).unwrap_or_else(|| {
        speakers.push(ConversationSpeaker { name: name.to_owned(), is_internal: false });
        speakers.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_transcript_is_read_line_by_line() {
        let (speakers, turns) =
            of_text("Ada: Hello.\nhow are you?\n\nSam Rivera: Fine: really.\nsee https://x.example/a");
        let names: Vec<&str> = speakers.iter().map(|speaker| speaker.name.as_str()).collect();
        assert_eq!(names, ["Ada", "Sam Rivera"]);
        let said: Vec<(usize, &str)> = turns.iter().map(|turn| (turn.speaker, turn.text.as_str())).collect();
        assert_eq!(said, [(0, "Hello."), (0, "how are you?"), (1, "Fine: really."), (1, "see https://x.example/a")]);
    }

    #[test]
    fn text_without_names_has_one_speaker() {
        let (speakers, turns) = of_text("hello there\nand so on");
        assert_eq!((speakers.len(), turns.len()), (1, 2));
    }
}
