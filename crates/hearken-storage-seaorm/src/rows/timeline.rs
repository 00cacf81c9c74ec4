//! Rows of timelines. Speakers and entries are read and written whole, never searched, so they are one JSON text; its
//! form is the types here and nobody else's. Fractions are texts in it: the shortest that reads back as the same
//! number, which a JSON number does not with every reader.

use std::borrow::Cow;

use hearken_domain::timeline::{Entry, Speaker, Timeline, TimelineSource, Word, by_start};
use serde::{Deserialize, Serialize};

use crate::{
    columns::{Place, key, position},
    error::Misfit,
    schema::engagement::timelines,
};

/// What is written is borrowed from the timeline, and what is read from the row: a timeline can be long.
#[derive(Serialize, Deserialize)]
struct Body<'a> {
    speakers: Vec<SpeakerRow>,
    #[serde(borrow)]
    entries: Vec<EntryRow<'a>>,
}

#[derive(Serialize, Deserialize)]
struct SpeakerRow {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sentiment: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct EntryRow<'a> {
    speaker: i64,
    start_ms: u64,
    end_ms: u64,
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    words: Vec<WordRow<'a>>,
}

#[derive(Serialize, Deserialize)]
struct WordRow<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    start_ms: u64,
    end_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confidence: Option<String>,
}

/// The row of a timeline.
pub(crate) fn to_row(workspace: &str, engagement: &str, timeline: &Timeline) -> timelines::Model {
    let body = Body {
        speakers: timeline.speakers.iter().map(speaker_to_row).collect(),
        entries: timeline.entries.iter().map(entry_to_row).collect(),
    };
    timelines::Model {
        workspace_id: workspace.to_owned(),
        id: key(timeline.id),
        engagement_id: engagement.to_owned(),
        source: timeline.source.as_str().to_owned(),
        language: timeline.language.clone(),
        overall_sentiment: timeline.overall_sentiment,
        created_at: timeline.created_at.unix_millis(),
        body: serde_json::to_string(&body).expect("texts, numbers and lists of them always have a JSON form"),
    }
}

fn speaker_to_row(speaker: &Speaker) -> SpeakerRow {
    SpeakerRow {
        name: speaker.name.as_str().to_owned(),
        contact: speaker.contact.map(key),
        user: speaker.user.map(key),
        sentiment: speaker.sentiment.map(|sentiment| sentiment.to_string()),
    }
}

fn entry_to_row(entry: &Entry) -> EntryRow<'_> {
    let words = entry.words.iter().map(|word| WordRow {
        text: Cow::Borrowed(&word.text),
        start_ms: word.start_ms,
        end_ms: word.end_ms,
        confidence: word.confidence.map(|confidence| confidence.to_string()),
    });
    EntryRow {
        speaker: position(entry.speaker),
        start_ms: entry.start_ms,
        end_ms: entry.end_ms,
        text: Cow::Borrowed(&entry.text),
        words: words.collect(),
    }
}

/// The timeline of a row.
pub(crate) fn from_row(row: timelines::Model) -> Result<Timeline, Misfit> {
    let name = row.id.clone();
    let place = Place { table: "timelines", row: &name };
    let body: Body<'_> = serde_json::from_str(&row.body).map_err(|_| place.misfit("body"))?;
    Ok(Timeline {
        id: place.id("id", &row.id)?,
        engagement: place.id("engagement_id", &row.engagement_id)?,
        speakers: body.speakers.into_iter().map(|row| speaker_from_row(place, row)).collect::<Result<_, _>>()?,
        // Rows of earlier releases have them in the order supplied.
        entries: by_start(body.entries.into_iter().map(|row| entry_from_row(place, row)).collect::<Result<_, _>>()?),
        overall_sentiment: row.overall_sentiment,
        language: row.language,
        source: source_of(place, &row.source)?,
        created_at: place.time("created_at", row.created_at)?,
    })
}

fn source_of(place: Place<'_>, text: &str) -> Result<TimelineSource, Misfit> {
    [TimelineSource::Supplied, TimelineSource::Transcribed]
        .into_iter()
        .find(|source| source.as_str() == text)
        .ok_or_else(|| place.misfit("source"))
}

fn speaker_from_row(place: Place<'_>, row: SpeakerRow) -> Result<Speaker, Misfit> {
    Ok(Speaker {
        name: place.text("body", row.name)?,
        contact: place.maybe_id("body", row.contact.as_deref())?,
        user: place.maybe_id("body", row.user.as_deref())?,
        sentiment: fraction(place, row.sentiment.as_deref())?,
    })
}

fn entry_from_row(place: Place<'_>, row: EntryRow<'_>) -> Result<Entry, Misfit> {
    Ok(Entry {
        speaker: place.number("body", row.speaker)?,
        start_ms: row.start_ms,
        end_ms: row.end_ms,
        text: row.text.into_owned(),
        words: row.words.into_iter().map(|row| word_from_row(place, row)).collect::<Result<_, _>>()?,
    })
}

fn word_from_row(place: Place<'_>, row: WordRow<'_>) -> Result<Word, Misfit> {
    Ok(Word {
        confidence: fraction(place, row.confidence.as_deref())?,
        text: row.text.into_owned(),
        start_ms: row.start_ms,
        end_ms: row.end_ms,
    })
}

fn fraction(place: Place<'_>, text: Option<&str>) -> Result<Option<f64>, Misfit> {
    text.map(|text| place.parsed("body", text)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a release wrote it that kept the order supplied.
    #[test]
    fn the_turns_of_an_earlier_row_are_read_in_their_order() {
        let entry =
            |start: u32| format!(r#"{{"speaker":0,"start_ms":{start},"end_ms":9000,"text":"{start}","words":[]}}"#);
        let speaker = r#"{"name":"Ada","contact":null,"user":null,"sentiment":null}"#;
        let body = format!(r#"{{"speakers":[{speaker}],"entries":[{},{},{}]}}"#, entry(3000), entry(0), entry(1000));
        let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned();
        let row = timelines::Model {
            id: id.clone(),
            workspace_id: id.clone(),
            engagement_id: id,
            source: "SUPPLIED".to_owned(),
            language: None,
            overall_sentiment: None,
            created_at: 0,
            body,
        };
        let timeline = from_row(row).unwrap();
        assert_eq!(timeline.transcript(), "Ada: 0\nAda: 1000\nAda: 3000");
    }
}
