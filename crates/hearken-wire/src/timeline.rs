//! A transcript timeline as the API shows it.

use hearken_domain::{
    ids::{ContactId, EngagementId, TimelineId, UserId},
    timeline::{Entry, Speaker, Timeline, Word},
};
use serde::{Serialize, Serializer};

use crate::shown::Shown;

/// The JSON of a timeline; made by [`timeline`].
#[derive(Debug, Serialize)]
pub struct TimelineView<'a> {
    object: &'static str,
    id: Shown<TimelineId>,
    engagement_id: Shown<EngagementId>,
    speakers: Vec<SpeakerView<'a>>,
    entries: Each<'a, Entry>,
    overall_sentiment: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    source: &'static str,
}

#[derive(Debug, Serialize)]
struct SpeakerView<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_id: Option<Shown<ContactId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<Shown<UserId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentiment: Option<f64>,
}

#[derive(Serialize)]
struct EntryView<'a> {
    speaker_index: usize,
    start_ms: u64,
    end_ms: u64,
    text: &'a str,
    #[serde(skip_serializing_if = "Each::is_empty")]
    words: Each<'a, Word>,
}

#[derive(Serialize)]
struct WordView<'a> {
    text: &'a str,
    start_ms: u64,
    end_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    confidence: Option<f64>,
}

/// Rows that become their views one at a time: a timeline has up to 50,000 of them.
#[derive(Debug)]
struct Each<'a, T>(&'a [T]);

impl<T> Each<'_, T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Each<'_, Entry> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|entry| EntryView {
            speaker_index: entry.speaker,
            start_ms: entry.start_ms,
            end_ms: entry.end_ms,
            text: &entry.text,
            words: Each(&entry.words),
        }))
    }
}

impl Serialize for Each<'_, Word> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|word| WordView {
            text: &word.text,
            start_ms: word.start_ms,
            end_ms: word.end_ms,
            confidence: word.confidence,
        }))
    }
}

/// A timeline's JSON.
pub fn timeline(timeline: &Timeline) -> TimelineView<'_> {
    TimelineView {
        object: "transcript_timeline",
        id: Shown(timeline.id),
        engagement_id: Shown(timeline.engagement),
        speakers: timeline.speakers.iter().map(speaker).collect(),
        entries: Each(&timeline.entries),
        overall_sentiment: timeline.overall_sentiment,
        language: timeline.language.as_deref(),
        source: timeline.source.as_str(),
    }
}

fn speaker(speaker: &Speaker) -> SpeakerView<'_> {
    SpeakerView {
        name: speaker.name.as_str(),
        contact_id: speaker.contact.map(Shown),
        user_id: speaker.user.map(Shown),
        sentiment: speaker.sentiment,
    }
}

#[cfg(test)]
mod tests {
    use hearken_domain::{ids::Ulid, text::Name, time::Timestamp, timeline::TimelineSource};
    use serde_json::json;

    use super::*;

    #[test]
    fn absent_values_are_left_out_but_the_sentiment_is_null() {
        let word = Word { text: "Hello".to_owned(), start_ms: 0, end_ms: 400, confidence: Some(0.5) };
        let speaker = |contact: Option<ContactId>| Speaker {
            name: Name::try_from("Ada").unwrap(),
            contact,
            user: None,
            sentiment: None,
        };
        let entry = |speaker, words| Entry { speaker, start_ms: 0, end_ms: 900, text: "Hello.".to_owned(), words };
        let row = Timeline {
            id: Ulid::from_parts(0, 1).into(),
            engagement: Ulid::from_parts(0, 2).into(),
            speakers: vec![speaker(None), speaker(Some(Ulid::from_parts(0, 3).into()))],
            entries: [entry(0, Vec::new()), entry(1, vec![word])].into(),
            overall_sentiment: None,
            language: None,
            source: TimelineSource::Supplied,
            created_at: Timestamp::from_unix_millis(0).unwrap(),
        };
        assert_eq!(
            serde_json::to_value(timeline(&row)).unwrap(),
            json!({
                "object": "transcript_timeline",
                "id": "tt_00000000000000000000000001",
                "engagement_id": "ngmt_00000000000000000000000002",
                "speakers": [{"name": "Ada"}, {"name": "Ada", "contact_id": "cnt_00000000000000000000000003"}],
                "entries": [
                    {"speaker_index": 0, "start_ms": 0, "end_ms": 900, "text": "Hello."},
                    {"speaker_index": 1, "start_ms": 0, "end_ms": 900, "text": "Hello.",
                     "words": [{"text": "Hello", "start_ms": 0, "end_ms": 400, "confidence": 0.5}]},
                ],
                "overall_sentiment": null,
                "source": "SUPPLIED",
            })
        );
    }
}
