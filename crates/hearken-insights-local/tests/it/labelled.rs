//! Reads the labelled conversations of `tests/fixtures`; the tests and the `evaluate` example share it.

use std::{fs::File, path::Path};

use hearken_domain::{
    engagement::EngagementType,
    ids::{TagId, Ulid, WorkspaceId},
    insight::{Conversation, ConversationSpeaker, SignalKind, Turn},
    tag::Tag,
    text::{Description, Name},
    time::Timestamp,
};
use hearken_insights_local::evaluation::{ExpectedItem, Labelled, TurnLabels};
use serde::Deserialize;

/// The conversations the analyser was tuned on, or whose wording was known when its cues were written.
pub(crate) const TUNED: &str = "tuned";
/// Those that were written and labelled after the cues, in other words, and of which no mistake was looked at.
pub(crate) const HELD_OUT: &str = "held-out";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    title: String,
    r#type: String,
    start_at: String,
    language: String,
    speakers: Vec<FixtureSpeaker>,
    tags: Vec<FixtureTag>,
    turns: Vec<FixtureTurn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixtureSpeaker {
    name: String,
    internal: bool,
    feeling: i8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixtureTag {
    name: String,
    description: String,
    fits: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixtureTurn {
    speaker: usize,
    text: String,
    #[serde(default)]
    key: bool,
    #[serde(default)]
    signals: Vec<String>,
    #[serde(default)]
    arguable: Vec<String>,
    #[serde(default)]
    action_items: Vec<FixtureItem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixtureItem {
    about: String,
    who: Option<String>,
    due: Option<String>,
}

/// All conversations of a set, by name.
pub(crate) fn set(name: &str) -> Vec<Labelled> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    let entries = folder.read_dir().expect("the fixtures are there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Labelled {
    let file = File::open(path).expect("the fixture can be opened");
    let fixture: Fixture = serde_json::from_reader(file).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let is_english = fixture.language == "en";
    let feelings = fixture.speakers.iter().map(|speaker| is_english.then_some(speaker.feeling)).collect();
    let turns = fixture.turns.iter().map(labels).collect();
    Labelled {
        name: path.file_stem().expect("a fixture has a name").to_string_lossy().into_owned(),
        turns,
        tags: fixture.tags.iter().zip(1..).map(|(tag, number)| (self::tag(tag, number), tag.fits)).collect(),
        feelings,
        conversation: conversation(fixture),
    }
}

fn conversation(fixture: Fixture) -> Conversation {
    let speaker = |speaker: FixtureSpeaker| ConversationSpeaker { name: speaker.name, is_internal: speaker.internal };
    let turn = |(turn, at): (FixtureTurn, u64)| Turn {
        speaker: turn.speaker,
        span_ms: Some((at * 10_000, at * 10_000 + 9_000)),
        text: turn.text,
    };
    Conversation {
        title: fixture.title,
        engagement_type: fixture.r#type.parse::<EngagementType>().expect("the type is one"),
        start_at: moment(&fixture.start_at),
        language: Some(fixture.language),
        speakers: fixture.speakers.into_iter().map(speaker).collect(),
        turns: fixture.turns.into_iter().zip(0..).map(turn).collect(),
    }
}

fn labels(turn: &FixtureTurn) -> TurnLabels {
    let kinds = |texts: &[String]| -> Vec<SignalKind> {
        texts.iter().map(|text| text.parse().expect("the label is a kind of signal")).collect()
    };
    let item = |item: &FixtureItem| ExpectedItem {
        about: item.about.to_lowercase(),
        assignee: item.who.clone(),
        due_at: item.due.as_ref().map(|day| moment(&format!("{day}T23:59:59Z"))),
    };
    TurnLabels {
        is_key: turn.key,
        signals: kinds(&turn.signals),
        arguable: kinds(&turn.arguable),
        items: turn.action_items.iter().map(item).collect(),
    }
}

/// A tag that the tagger may give.
pub(crate) fn tag_named(name: &str, description: Option<&str>, number: u128) -> Tag {
    Tag {
        id: TagId::from(Ulid::from(number)),
        workspace: WorkspaceId::from(Ulid::from(1_u128)),
        name: Name::try_from(name).expect("the name is one"),
        description: description.map(|text| Description::try_from(text).expect("the description is one")),
        hex_color: None,
        auto_tagging_enabled: true,
        created_at: Timestamp::MIN,
        updated_at: Timestamp::MIN,
        deleted_at: None,
        version: 1,
    }
}

fn tag(tag: &FixtureTag, number: u128) -> Tag {
    tag_named(&tag.name, Some(&tag.description), number)
}

fn moment(text: &str) -> Timestamp {
    let moment = chrono::DateTime::parse_from_rfc3339(text).expect("the moment is one");
    Timestamp::from_unix_millis(moment.timestamp_millis()).expect("the moment is in the range")
}
