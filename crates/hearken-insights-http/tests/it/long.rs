//! Conversations of thousands of turns: all of them reach the server, once a step.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicBool, Ordering},
};

use hearken_domain::{
    engine::EngineErrorKind,
    insight::Conversation,
    ports::{Extractor, Summariser, Tagger},
};
use hearken_insights_http::ChatSettings;
use serde_json::{Value, json};

use crate::{
    chat_server::{Asked, ChatServer, Reply},
    stage::{analyser, analyser_with, conversation, id, settings, tag, tags},
};

fn long_talk() -> Conversation {
    let mut said: Vec<(usize, String)> = (0..4_000)
        .map(|at| (at % 2, format!("This is what \"turn {at}\" says about the price,\nand nothing else.")))
        .collect();
    // One turn that no message can carry.
    said[1_234].1 = "A monologue without an end, \\ and \"so on\". ".repeat(1_500);
    conversation(&said)
}

/// A good answer to whatever is asked: each part names its first turn.
fn answer(asked: &Asked) -> Reply {
    let first = asked.turns().into_iter().next().unwrap_or_default();
    let (turn, quote) = (first.0, first.1.lines().next().unwrap_or_default().to_owned());
    let sign = json!({"turn": turn, "quote": quote, "type": "PRICING", "title": "Price", "confidence": 0.5});
    Reply::object(&match asked.schema() {
        "conversation_summary" => json!({
            "summary": format!("Part from {turn}."), "overall_sentiment": if turn == 0 { 1.0 } else { -1.0 },
            "speaker_sentiments": [{"speaker": 0, "sentiment": 0.5}],
        }),
        "summary_of_parts" => {
            let parts = asked.lines().into_iter().filter_map(|line| Some(line["summary"].as_str()?.to_owned()));
            json!({"summary": format!("[{}]", parts.collect::<Vec<_>>().join(" "))})
        }
        "fitting_tags" => {
            json!({"tags": [{"tag": 0, "turn": turn, "quote": quote}, {"tag": 2, "turn": turn, "quote": quote}]})
        }
        "confirmed_tags" => json!({"tags": [2, 1, 9]}),
        "findings" => json!({"action_items": [], "signals": [sign]}),
        other => panic!("no schema {other}"),
    })
}

/// What reached the server by the requests of this schema, turn by turn.
fn reached(asked: &[Asked], schema: &str) -> BTreeMap<usize, String> {
    let mut reached: BTreeMap<usize, String> = BTreeMap::new();
    for (turn, text) in asked.iter().filter(|asked| asked.schema() == schema).flat_map(Asked::turns) {
        reached.entry(turn).or_default().push_str(&text);
    }
    reached
}

fn all(conversation: &Conversation) -> BTreeMap<usize, String> {
    conversation.turns.iter().map(|turn| turn.text.clone()).enumerate().collect()
}

fn named<'a>(asked: &'a [Asked], schema: &str) -> Vec<&'a Asked> {
    asked.iter().filter(|asked| asked.schema() == schema).collect()
}

#[tokio::test]
async fn every_turn_reaches_the_server_once_a_step() {
    let server = ChatServer::start(answer).await;
    let (analyser, local) = analyser(&server.url);
    let talk = long_talk();
    let summary = analyser.summarise(&talk).await.unwrap();
    let tagged = analyser.tag(&talk, &tags()).await.unwrap();
    let found = analyser.extract(&talk).await.unwrap();
    let asked = server.asked();
    for schema in ["conversation_summary", "fitting_tags", "findings"] {
        assert!(reached(&asked, schema) == all(&talk), "{schema}: the turns that were asked are not those of the talk");
    }
    let longest = asked.iter().map(|asked| asked.user().chars().count()).max().unwrap();
    assert!((20_000..=24_000).contains(&longest), "{longest}");

    // Everything that was made comes from every part.
    let parts = named(&asked, "findings");
    let places: BTreeSet<usize> = parts.iter().map(|asked| asked.turns()[0].0).collect();
    assert!(parts.len() > 15 && places.len() > 10, "{} parts", parts.len());
    let signals: BTreeSet<u64> = found.value.signals.iter().map(|signal| signal.span_ms.unwrap().0 / 10_000).collect();
    assert_eq!(signals, places.iter().map(|place| *place as u64).collect());
    for place in &places {
        assert!(summary.value.text.contains(&format!("Part from {place}.")), "{place}: {}", summary.value.text);
    }
    assert!(summary.value.overall_sentiment.is_some_and(|mean| (-1.0..0.0).contains(&mean)));
    assert_eq!(summary.value.speaker_sentiments, [Some(0.5), None, None]);

    // Tags are looked at again, with what was seen.
    assert_eq!(tagged.value, [id(12)], "only what a part named, and only what was confirmed");
    let [confirming] = named(&asked, "confirmed_tags").try_into().unwrap();
    let lines = confirming.lines();
    assert_eq!((lines.len(), &lines[1]["tag"], &lines[2]["tag"]), (3, &json!(0), &json!(2)));
    assert_eq!(lines[2]["parts"], json!(named(&asked, "fitting_tags").len()));
    assert_eq!(lines[2]["quotes"].as_array().unwrap().len(), 5);
    assert_eq!(local.calls(), 0);
}

#[tokio::test]
async fn many_summaries_are_summarised_in_rounds() {
    let server = ChatServer::start(|asked| {
        Reply::object(&match asked.schema() {
            "conversation_summary" => json!({
                "summary": format!("Part {}. {}", asked.number, "A long summary. ".repeat(400)), "overall_sentiment": null, "speaker_sentiments": [],
            }),
            _ => json!({"summary": format!("{} {}", asked.number, "b".repeat(3_000))}),
        })
    })
    .await;
    let (analyser, _) = analyser(&server.url);
    let summary = analyser.summarise(&long_talk()).await.unwrap().value;
    let asked = server.asked();
    assert!(summary.text.starts_with(&format!("{} bbb", asked.len() - 1)), "the last round's is the summary");
    assert_eq!(summary.overall_sentiment, None);
    let rounds = named(&asked, "summary_of_parts");
    assert!(rounds.len() > 4, "{}", rounds.len());
    for asked in rounds {
        assert!(asked.lines().len() > 2 && asked.user().chars().count() <= 24_000);
    }
}

#[tokio::test]
async fn many_tags_are_asked_about_in_batches() {
    let server = ChatServer::start(answer).await;
    let (analyser, _) = analyser_with(&ChatSettings { max_input_chars: 10, ..settings(&server.url) });
    let many: Vec<_> = (0..30).map(|at| tag(100 + at, &format!("Tag {at}"), &"It fits. ".repeat(50))).collect();
    let said = [(0, "Let us talk about the price of it.".to_owned())];
    let tagged = analyser.tag(&conversation(&said), &many).await.unwrap();
    assert_eq!(tagged.value, [id(100), id(102)], "other batches do not offer these numbers");
    let asked = server.asked();
    assert!(asked.len() > 5 && asked.iter().all(|asked| asked.user().chars().count() <= 8_000));
    let offered: Vec<Value> = asked.iter().flat_map(Asked::lines).filter_map(|line| line.get("tag").cloned()).collect();
    assert_eq!(offered, (0..30).map(|at| json!(at)).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_server_that_is_busy_for_a_while_is_not_asked_twice() {
    let is_busy = AtomicBool::new(true);
    let server = ChatServer::start(move |asked| {
        let is_late = asked.number == 7 && is_busy.swap(false, Ordering::SeqCst);
        if is_late { Reply::Status(429, vec![("retry-after", "1")], "") } else { answer(asked) }
    })
    .await;
    let (analyser, local) = analyser(&server.url);
    let talk = long_talk();
    let error = analyser.extract(&talk).await.unwrap_err();
    assert!(matches!(error.kind, EngineErrorKind::Unavailable { retry_after: Some(_) }));
    analyser.extract(&talk).await.unwrap();
    let mut asked = server.asked();
    let turned_away = asked.remove(7);
    assert_eq!(turned_away.user(), asked[7].user(), "it goes on where it ended");
    assert!(reached(&asked, "findings") == all(&talk), "some turns were asked twice, or never");

    // What is done is forgotten: the next analysis asks anew.
    analyser.extract(&talk).await.unwrap();
    assert_eq!((server.asked().len(), local.calls()), (2 * asked.len() + 1, 0));
}
