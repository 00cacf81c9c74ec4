//! Good answers: what is asked, and what comes of them.

use std::time::Duration;

use hearken_domain::{
    engine::EngineErrorKind,
    insight::SignalKind,
    ports::{Extractor, Summariser, Tagger},
    time::Timestamp,
};
use hearken_insights_http::ChatSettings;
use serde_json::{Value, json};

use crate::{
    chat_server::{ChatServer, Reply},
    stage::{SAID, START, analyser, analyser_with, call, conversation, id, settings, tags},
};

fn summary() -> Value {
    json!({
        "summary": "Sam finds the price too high.\n\nAda sends a new offer.",
        "overall_sentiment": 0.25,
        "speaker_sentiments": [{"speaker": 1, "sentiment": -0.5}, {"speaker": 0, "sentiment": 7}, {"speaker": 9, "sentiment": 1}],
    })
}

#[tokio::test]
async fn a_summary_with_its_sentiments() {
    let server = ChatServer::start(|_| Reply::object(&summary())).await;
    let (analyser, local) = analyser(&server.url);
    let made = analyser.summarise(&call()).await.unwrap();
    assert_eq!(made.by, "http (a-model)");
    assert_eq!(made.value.text, "Sam finds the price too high.\n\nAda sends a new offer.");
    assert_eq!(made.value.overall_sentiment, Some(0.25));
    assert_eq!(made.value.speaker_sentiments, [Some(1.0), Some(-0.5), None], "clamped, and nothing of who is silent");
    assert_eq!(local.calls(), 0);

    let [asked] = server.asked().try_into().unwrap();
    assert_eq!((asked.path.as_str(), asked.schema()), ("/v1/chat/completions", "conversation_summary"));
    assert_eq!(asked.headers["content-type"], "application/json");
    assert!(!asked.headers.contains_key("authorization"));
    assert_eq!((&asked.body["model"], &asked.body["stream"]), (&json!("a-model"), &json!(false)));
    let schema = &asked.body["response_format"]["json_schema"];
    assert_eq!((&schema["strict"], &schema["schema"]["additionalProperties"]), (&json!(true), &json!(false)));
    let lines = asked.lines();
    let head = json!({
        "title": "Renewal", "kind": "CALL", "began": "2026-03-04T15:00:00Z", "weekday": "Wednesday", "language": "en",
        "part": 1, "parts": 1, "speakers": ["Ada Lovelace", "Sam Rivera", "Silent Bob"], "own": [0],
    });
    assert_eq!(lines[0], head);
    assert_eq!(lines[2], json!({"turn": 1, "speaker": 1, "text": SAID[1].1}));
    assert_eq!(lines.len(), 1 + SAID.len());
}

#[tokio::test]
async fn tags_by_their_position_and_with_their_words() {
    let server = ChatServer::start(|asked| {
        let choices: Vec<Value> = asked.lines().into_iter().filter(|line| line.get("name").is_some()).collect();
        assert_eq!(choices.len(), 3);
        assert_eq!(choices[1], json!({"tag": 1, "name": "Competitor", "description": "Another product is named"}));
        Reply::object(&json!({"tags": [
            {"tag": 1, "turn": 1, "quote": "we also look at Acme's tool"},
            {"tag": 0, "turn": 1, "quote": "The price is too high for us."},
            {"tag": 0, "turn": 1, "quote": "The price is too high for us."},
        ]}))
    })
    .await;
    let (analyser, _) = analyser(&server.url);
    let made = analyser.tag(&call(), &tags()).await.unwrap();
    assert_eq!((made.by.as_str(), made.value), ("http (a-model)", vec![id(10), id(11)]));
    assert_eq!(server.asked().len(), 1, "one piece needs no second look");
}

#[tokio::test]
async fn findings_with_their_places() {
    let findings = json!({
        "action_items": [
            {"turn": 3, "quote": "Dr. Novak checks the contract", "title": "Check the contract", "assignee": "Dr. Novak", "due": null},
            {"turn": 2, "quote": "I will send you the new offer by Friday.", "title": "Send the new offer", "assignee": "ada", "due": "2026-03-06"},
            {"turn": 2, "quote": "I will send you the new offer", "title": "send the New offer", "assignee": "Ada Lovelace", "due": null},
        ],
        "signals": [
            {"turn": 1, "quote": "the price is  too high", "type": "OBJECTION", "title": "Too expensive", "confidence": 3},
            {"turn": 1, "quote": "We also look at Acme's tool.", "type": "COMPETITOR", "title": "Acme", "confidence": 0.5},
            {"turn": 1, "quote": "We also look at Acme's tool.", "type": "COMPETITOR", "title": "Acme again", "confidence": 0.4},
        ],
    });
    let server = ChatServer::start(move |_| Reply::object(&findings)).await;
    let (analyser, _) = analyser(&server.url);
    let made = analyser.extract(&call()).await.unwrap();
    assert_eq!(made.by, "http (a-model)");

    let [offer, contract] = made.value.action_items.try_into().unwrap();
    assert_eq!((offer.title.as_str(), offer.assignee.as_deref()), ("Send the new offer", Some("Ada Lovelace")));
    assert_eq!(offer.description.as_deref(), Some(SAID[2].1));
    // The end of the Friday after that Wednesday.
    assert_eq!(offer.due_at, Timestamp::from_unix_millis(START + (2 * 24 + 8) * 3_600_000 + 3_599_000));
    assert_eq!(offer.span_ms, Some((20_000, 29_000)));
    assert_eq!((contract.assignee.as_deref(), contract.due_at), (Some("Dr. Novak"), None));

    let [objection, competitor] = made.value.signals.try_into().unwrap();
    assert_eq!((objection.kind, objection.quote.as_str()), (SignalKind::Objection, "The price is too high"));
    assert!((objection.confidence - 1.0).abs() < f64::EPSILON);
    assert_eq!((objection.speaker, objection.span_ms), (Some(1), Some((10_000, 19_000))));
    assert_eq!((competitor.title.as_str(), competitor.quote.as_str()), ("Acme", "We also look at Acme’s tool."));
}

#[tokio::test]
async fn nothing_said_is_nothing_asked() {
    let server = ChatServer::start(|_| Reply::Hangs).await;
    let (analyser, _) = analyser(&server.url);
    let silence = conversation(&[]);
    let summary = analyser.summarise(&silence).await.unwrap().value;
    assert_eq!((summary.text.as_str(), summary.overall_sentiment), ("", None));
    assert_eq!(summary.speaker_sentiments, [None, None, None]);
    assert!(analyser.tag(&silence, &tags()).await.unwrap().value.is_empty());
    assert!(analyser.tag(&call(), &[]).await.unwrap().value.is_empty());
    let extraction = analyser.extract(&silence).await.unwrap().value;
    assert!(extraction.action_items.is_empty() && extraction.signals.is_empty());
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn what_models_put_around_their_answer_is_put_up_with() {
    for text in [format!("```json\n{}\n```", summary()), format!("<think>{{hm}}</think>Sure:\n{}", summary())] {
        let server = ChatServer::start(move |_| Reply::Says(text.clone())).await;
        let (analyser, local) = analyser(&server.url);
        assert!(analyser.summarise(&call()).await.unwrap().value.text.starts_with("Sam finds"));
        assert_eq!((server.asked().len(), local.calls()), (1, 0));
    }
}

#[tokio::test]
async fn a_key_is_sent_and_a_server_without_models_is_asked_for_none() {
    let server = ChatServer::start(|_| Reply::object(&summary())).await;
    let mut settings = ChatSettings::new(server.url.join("openai/v1/").unwrap());
    settings.api_key = Some("sk-12345".to_owned().into());
    let (analyser, _) = analyser_with(&settings);
    assert_eq!(analyser.summarise(&call()).await.unwrap().by, "http");
    let [asked] = server.asked().try_into().unwrap();
    assert_eq!(
        (asked.path.as_str(), &asked.headers["authorization"]),
        ("/openai/v1/chat/completions", &"Bearer sk-12345".parse().unwrap())
    );
    assert!(asked.body.get("model").is_none());
}

#[tokio::test]
async fn a_look_asks_the_model_nothing() {
    let server = ChatServer::start(|asked| match asked.number {
        0 => Reply::Body("{\"data\": []}".to_owned()),
        _ => Reply::Status(401, Vec::new(), ""),
    })
    .await;
    let (analyser, _) = analyser_with(&settings(&server.url));
    analyser.look().await.unwrap();
    let error = analyser.look().await.unwrap_err();
    assert_eq!((error.kind, error.code), (EngineErrorKind::NotReady, "insights_unauthorized"));
    assert!(server.asked().iter().all(|asked| asked.path == "/v1/models"));
}

/// What the server says of its models decides nothing about what it says of a conversation.
#[tokio::test]
async fn a_look_refuses_nothing_but_a_key() {
    const OTHER: [u16; 13] = [301, 307, 400, 402, 403, 404, 405, 408, 429, 500, 501, 503, 504];
    let server = ChatServer::start(|asked| match OTHER.get(asked.number) {
        Some(status) => Reply::Status(*status, Vec::new(), ""),
        None if asked.number == OTHER.len() => Reply::BreaksOff,
        None => Reply::Hangs,
    })
    .await;
    let mut settings = settings(&server.url);
    // How long the look may take.
    settings.timeout = Duration::from_millis(300);
    let (analyser, _) = analyser_with(&settings);
    for look in 0..OTHER.len() + 2 {
        assert!(analyser.look().await.is_ok(), "look {look}");
    }
}
