//! Answers that do not fit: one more try, then the fallback, which the result names.

use hearken_domain::ports::{Extractor, Summariser, Tagger};
use serde_json::{Value, json};

use crate::{
    chat_server::{Asked, ChatServer, Reply},
    stage::{analyser, call, tags},
};

const INSTEAD: &str = "local (the answer of http (a-model) did not fit)";

fn good() -> Value {
    json!({"summary": "All is well.", "overall_sentiment": null, "speaker_sentiments": []})
}

fn says(content: &Value, finish_reason: &str) -> Reply {
    let message = json!({"role": "assistant", "content": content, "refusal": null});
    Reply::choice(&json!({"index": 0, "message": message, "finish_reason": finish_reason}))
}

type Case = (&'static str, fn() -> Reply);

/// What cannot be used, whatever was asked.
const CASES: &[Case] = &[
    ("plain text", || Reply::Says("The call went well.".to_owned())),
    ("another object", || Reply::object(&json!({"answer": 42}))),
    ("a wrong type", || {
        Reply::object(&json!({"summary": 7, "overall_sentiment": 0, "speaker_sentiments": [], "tags": "all",
            "action_items": [{}], "signals": []}))
    }),
    ("an array", || Reply::Says("[1, 2]".to_owned())),
    ("no choices", || Reply::Body(json!({"choices": []}).to_string())),
    ("no completion", || Reply::Body("<html><body>Welcome</body></html>".to_owned())),
    ("an empty body", || Reply::Body(String::new())),
    ("an empty text", || says(&json!(" \n"), "stop")),
    ("a null text", || says(&Value::Null, "stop")),
    ("cut off", || says(&json!(good().to_string()), "length")),
    ("filtered", || says(&json!(good().to_string()), "content_filter")),
    ("a refusal", || Reply::choice(&json!({"message": {"content": null, "refusal": "I cannot help with that."}}))),
    ("no end", || Reply::Endless),
];

#[tokio::test]
async fn the_fallback_does_what_the_server_cannot() {
    for (name, reply) in CASES {
        let server = ChatServer::start(move |_| reply()).await;
        let (analyser, local) = analyser(&server.url);
        let summary = analyser.summarise(&call()).await.unwrap();
        assert_eq!((summary.by.as_str(), summary.value.text.as_str()), (INSTEAD, "From the fallback."), "{name}");
        let tagged = analyser.tag(&call(), &tags()).await.unwrap();
        assert_eq!((tagged.by.as_str(), tagged.value.len()), (INSTEAD, 3), "{name}");
        let extracted = analyser.extract(&call()).await.unwrap();
        assert_eq!((extracted.by.as_str(), extracted.value.action_items.len()), (INSTEAD, 1), "{name}");
        assert_eq!((server.asked().len(), local.calls()), (6, 3), "{name}: each is asked twice");
    }
}

#[tokio::test]
async fn a_summary_that_says_nothing_does_not_fit() {
    let empty = json!({"summary": "\u{200b} \n", "overall_sentiment": 0, "speaker_sentiments": []});
    let server = ChatServer::start(move |_| Reply::object(&empty)).await;
    let (analyser, _) = analyser(&server.url);
    assert_eq!(analyser.summarise(&call()).await.unwrap().by, INSTEAD);
}

#[tokio::test]
async fn a_second_try_may_fit() {
    for (name, reply) in CASES {
        let server =
            ChatServer::start(move |asked| if asked.number == 0 { reply() } else { Reply::object(&good()) }).await;
        let (analyser, local) = analyser(&server.url);
        let summary = analyser.summarise(&call()).await.unwrap();
        assert_eq!((summary.by.as_str(), summary.value.text.as_str()), ("http (a-model)", "All is well."), "{name}");
        let [first, second] = server.asked().try_into().unwrap();
        assert_eq!((first.user(), local.calls()), (second.user(), 0), "{name}");
        assert!(second.system().len() > first.system().len(), "{name}: the model is told");
    }
}

#[tokio::test]
async fn a_server_without_schemas_is_asked_in_a_lesser_form_and_that_is_remembered() {
    for (taken, asked_for) in [
        ("json_object", vec!["json_schema", "json_object", "json_object"]),
        ("", vec!["json_schema", "json_object", "", ""]),
    ] {
        let server = ChatServer::start(move |asked| {
            if asked.form() != taken {
                return Reply::Status(400, Vec::new(), r#"{"error": {"type": "invalid_request_error"}}"#);
            }
            assert!(asked.system().contains("\"speaker_sentiments\""), "the schema stands in the instruction");
            Reply::object(&good())
        })
        .await;
        let (analyser, local) = analyser(&server.url);
        for _ in 0..2 {
            assert_eq!(analyser.summarise(&call()).await.unwrap().by, "http (a-model)");
        }
        let asked = server.asked();
        let forms: Vec<&str> = asked.iter().map(Asked::form).collect();
        assert_eq!((forms, local.calls()), (asked_for, 0));
    }
}

#[tokio::test]
async fn a_refused_request_goes_to_the_fallback_at_once() {
    for (status, times) in [(400, 3), (422, 3), (413, 1), (409, 1)] {
        let server =
            ChatServer::start(move |_| Reply::Status(status, Vec::new(), r#"{"error": {"code": "too_long"}}"#)).await;
        let (analyser, _) = analyser(&server.url);
        let summary = analyser.summarise(&call()).await.unwrap();
        assert_eq!(summary.by, "local (http (a-model) refused the request)", "{status}");
        assert_eq!(server.asked().len(), times, "{status}");
        // What was refused says nothing about the best form.
        analyser.summarise(&call()).await.unwrap();
        assert_eq!(server.asked()[times].form(), "json_schema", "{status}");
    }
}
