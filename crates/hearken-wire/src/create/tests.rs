//! Bodies of a create: what passes, and everything that is wrong in one answer.

use hearken_domain::{engagement::EngagementType, media::MediaAuth, rejection::ViolationCode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::*;

fn body() -> Value {
    json!({
        "type": "CALL", "title": "Discovery", "source_system": "dialer", "external_id": "call-1",
        "media_url": "https://media.example.com/a.mp3?signature=s3cret", "run_workflows": false,
    })
}

/// The good body with these fields instead; `null` takes one away.
fn with(changes: &Value) -> Value {
    let mut body = body();
    for (field, value) in changes.as_object().unwrap() {
        body[field] = value.clone();
    }
    body
}

fn parse(body: &Value) -> Result<ParsedCreate, CreateBodyError> {
    parse_create(&serde_json::to_vec(body).unwrap())
}

fn command(changes: &Value) -> CreateEngagement {
    parse(&with(changes)).unwrap().command.unwrap()
}

fn violations(changes: &Value) -> Vec<(String, &'static str, String)> {
    let rejection = match parse(&with(changes)) {
        Ok(parsed) => parsed.command.unwrap_err(),
        Err(CreateBodyError::ExternalId { rejection, .. }) => rejection,
        Err(other) => panic!("{other}"),
    };
    rejection.violations.into_iter().map(|found| (found.field, found.code.as_str(), found.message)).collect()
}

fn fields(changes: &Value) -> Vec<(String, &'static str)> {
    violations(changes).into_iter().map(|(field, code, _)| (field, code)).collect()
}

fn one(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn the_least_body_parses() {
    let parsed = parse(&body()).unwrap();
    assert_eq!(parsed.external_id.as_str(), "call-1");
    assert!(parsed.media_url.unwrap().expose().ends_with("s3cret"));
    let command = parsed.command.unwrap();
    assert_eq!(command.engagement_type, EngagementType::Call);
    assert!(command.material.media.is_some() && command.material.timeline.is_none());
    assert!(!command.run_workflows && command.is_private.is_none() && command.participants.is_empty());
}

#[test]
fn a_priority_is_live_or_backfill_or_not_said() {
    use hearken_domain::job::Priority;
    assert_eq!(command(&json!({"priority": "backfill"})).priority, Some(Priority::Backfill));
    assert_eq!(command(&json!({"priority": "live"})).priority, Some(Priority::Live));
    assert_eq!(command(&json!({"priority": null})).priority, None);
    for wrong in ["LIVE", "high", ""] {
        assert_eq!(fields(&json!({"priority": wrong})), one("priority", "invalid_enum_value"), "{wrong}");
    }
}

#[test]
fn null_is_absent_and_unknown_fields_are_ignored() {
    let command = command(&json!({
        "is_private": null, "transcript": null, "start_at": null, "external_url": null, "participants": null,
        "description": null, "media_auth": null, "transcript_timeline": null, "colour": {"of": ["the", "sky"]},
    }));
    assert!(command.transcript.is_none() && command.start_at.is_none() && command.description.is_none());
}

#[test]
fn everything_wrong_comes_in_one_answer_in_order() {
    let body = json!({
        "type": "TASK", "title": "", "source_system": 7, "external_id": "x", "run_workflows": "yes", "is_private": 1,
        "start_at": "today", "external_url": "javascript:alert(1)", "participants": [{}], "description": [],
    });
    let found = parse(&body).unwrap().command.unwrap_err().violations;
    let found: Vec<(&str, &str, &str)> =
        found.iter().map(|found| (found.field.as_str(), found.code.as_str(), found.message.as_str())).collect();
    assert_eq!(
        found[..6],
        [
            ("type", "invalid_enum_value", "only CALL and MEETING can be created through the API, this is TASK"),
            ("title", "too_short", "must have at least 1 character"),
            ("source_system", "invalid_type", "must be a string, this is a number"),
            ("media_url", "required", "is required unless transcript_timeline is given"),
            ("run_workflows", "invalid_type", "must be true or false, this is a string"),
            ("is_private", "invalid_type", "must be true or false, this is a number"),
        ]
    );
    let rest: Vec<(&str, &str)> = found[6..].iter().map(|(field, code, _)| (*field, *code)).collect();
    assert_eq!(
        rest,
        [
            ("start_at", "invalid_format"),
            ("external_url", "invalid_format"),
            ("participants[0]", "required"),
            ("description", "invalid_type"),
        ]
    );
}

#[test]
fn an_ill_formed_external_id_brings_all_errors_and_the_link() {
    let body = json!({"external_id": "", "media_url": "https://example.com/a.mp3"});
    let Err(CreateBodyError::ExternalId { rejection, media_url }) = parse(&body) else { panic!("it is ill-formed") };
    let found: Vec<&str> = rejection.violations.iter().map(|found| found.field.as_str()).collect();
    assert_eq!(found, ["type", "title", "source_system", "external_id", "run_workflows"]);
    assert!(media_url.is_some());
}

#[test]
fn what_is_no_json_object_is_told_without_quoting_it() {
    let message = |body: &[u8]| parse_create(body).unwrap_err().to_string();
    assert_eq!(message(b""), "the body is not JSON: EOF while parsing a value at line 1 column 0");
    assert!(message(b"{\"title\": s3cret}").starts_with("the body is not JSON: expected value at line 1 column"));
    assert_eq!(message(b"[1]"), "the body must be a JSON object, this is an array");
    assert_eq!(message(b"null"), "the body must be a JSON object, this is null");
    assert!(message(b"{\"title\": \"\xff\"}").starts_with("the body is not UTF-8"));
    let twice = message(br#"{"title": "a", "x": 1, "title": "b"}"#);
    assert!(twice.starts_with("the key `title` appears twice at line 1"), "{twice}");
    assert!(matches!(parse_create(b"{}"), Err(CreateBodyError::ExternalId { .. })));
}

#[test]
fn the_transcript_has_two_limits_with_an_error_each() {
    assert!(command(&json!({"transcript": "x".repeat(900_000)})).transcript.is_some());
    assert_eq!(
        violations(&json!({"transcript": "x".repeat(900_001)})),
        [("transcript".to_owned(), "too_long", "must have at most 900000 characters, this has 900001".to_owned())]
    );
    assert_eq!(
        violations(&json!({"transcript": "é".repeat(475_001)})),
        [("transcript".to_owned(), "too_long", "must have at most 950000 bytes of UTF-8, this has 950002".to_owned())]
    );
    assert_eq!(violations(&json!({"transcript": "é".repeat(900_001)})).len(), 2);
    assert_eq!(fields(&json!({"transcript": "a\0b"})), one("transcript", "invalid_format"));
    assert_eq!(fields(&json!({"title": "a\0b"})), one("title", "invalid_format"));
}

#[test]
fn participants_are_named_by_something_and_one_owns() {
    let command =
        command(&json!({"participants": [{"email": "Ada@Example.com", "is_owner": true}, {"phone": "+1 555 0100"}]}));
    assert_eq!(command.participants[0].email.as_ref().unwrap().as_str(), "ada@example.com");
    assert!(command.participants[0].is_owner && !command.participants[1].is_owner);

    let owner = json!({"name": "A", "is_owner": true});
    assert_eq!(
        fields(&json!({"participants": [owner, {"name": "B"}, owner]})),
        one("participants[2].is_owner", "duplicate")
    );
    assert_eq!(
        fields(&json!({"participants": [{"name": "B"}, {"email": "b"}]})),
        one("participants[1].email", "invalid_format")
    );
    assert_eq!(fields(&json!({"participants": [null]})), one("participants[0]", "invalid_type"));
    let crowd = vec![json!({"name": "A"}); 101];
    assert_eq!(
        violations(&json!({"participants": crowd})),
        [("participants".to_owned(), "too_many", "must have at most 100 items, this has 101".to_owned())]
    );
}

#[test]
fn a_timeline_alone_is_enough() {
    let command = command(&json!({
        "media_url": null,
        "transcript_timeline": {
            "speakers": [{"name": "Ada", "email": "ada@example.com"}],
            "entries": [{
                "speaker_index": 0, "start_ms": 0, "end_ms": 1200.0, "text": "Hello.",
                "words": [{"text": "Hello.", "start_ms": 0, "end_ms": 1200, "confidence": 0.9}],
            }],
        },
    }));
    let timeline = command.material.timeline.unwrap();
    assert_eq!(timeline.entries[0].end_ms, 1200);
    assert_eq!(timeline.entries[0].words[0].confidence, Some(0.9));
}

#[test]
fn a_timelines_errors_have_exact_paths() {
    let entry = |changes: &Value| {
        let mut entry = json!({"speaker_index": 0, "start_ms": 5, "end_ms": 5, "text": "x"});
        for (field, value) in changes.as_object().unwrap() {
            entry[field] = value.clone();
        }
        entry
    };
    let found = fields(&json!({"transcript_timeline": {
        "speakers": [{"name": ""}, {"name": "B", "phone": "x"}],
        "entries": [
            entry(&json!({"speaker_index": 2})),
            entry(&json!({"speaker_index": -1})),
            entry(&json!({"end_ms": 4})),
            entry(&json!({"start_ms": 0.5})),
            entry(&json!({"text": ""})),
            entry(&json!({"words": [{"text": "x", "start_ms": 1, "end_ms": 2, "confidence": 2}, 5]})),
            entry(&json!({"words": {}})),
        ],
    }}));
    let expected = [
        ("speakers[0].name", "too_short"),
        ("speakers[1].phone", "invalid_format"),
        ("entries[0].speaker_index", "invalid_range"),
        ("entries[1].speaker_index", "invalid_range"),
        ("entries[2].end_ms", "invalid_range"),
        ("entries[3].start_ms", "invalid_type"),
        ("entries[4].text", "too_short"),
        ("entries[5].words[0].confidence", "invalid_range"),
        ("entries[5].words[1]", "invalid_type"),
        ("entries[6].words", "invalid_type"),
    ];
    let expected: Vec<(String, &str)> =
        expected.iter().map(|(path, code)| (format!("transcript_timeline.{path}"), *code)).collect();
    assert_eq!(found, expected);

    assert_eq!(
        fields(&json!({"transcript_timeline": {"speakers": []}})),
        [
            ("transcript_timeline.speakers".to_owned(), "too_short"),
            ("transcript_timeline.entries".to_owned(), "required"),
        ]
    );
}

/// 30 days. Beyond it a number is no moment of a conversation, and no smaller one is taken instead.
#[test]
fn a_moment_beyond_the_longest_conversation_is_an_error() {
    let most = 30 * 24 * 60 * 60 * 1000_u64;
    let entry = |start: u64, end: Value, word_end: Value| {
        let words = json!([{"text": "x", "start_ms": start, "end_ms": word_end}]);
        let entry = json!({"speaker_index": 0, "start_ms": start, "end_ms": end, "text": "x", "words": words});
        json!({"transcript_timeline": {"speakers": [{"name": "A"}], "entries": [entry]}})
    };
    let latest = command(&entry(most, json!(most), json!(most))).material.timeline.unwrap();
    assert_eq!(latest.entries[0].end_ms, most);
    let exact = (1_u64 << 53) - 1;
    let beyond = [most + 1, 1 << 32, exact, exact + 1, u64::MAX].map(|number| json!(number));
    for beyond in beyond.into_iter().chain([json!(1e300)]) {
        let at = |field: &str| (format!("transcript_timeline.entries[0].{field}"), "invalid_range");
        assert_eq!(fields(&entry(0, beyond.clone(), json!(0))), [at("end_ms")], "{beyond}");
        assert_eq!(fields(&entry(0, json!(0), beyond.clone())), [at("words[0].end_ms")], "{beyond}");
    }
    let since_1970 = 1_767_225_600_000_u64;
    let found = violations(&entry(since_1970, json!(since_1970), json!(since_1970)));
    assert_eq!(found.len(), 4, "both moments of the turn and of the word: {found:?}");
    let message = "must be at most 2592000000, which is 30 days from the start, this is 1767225600000";
    assert!(found.iter().all(|(_, _, told)| told == message), "{found:?}");
}

#[test]
fn more_entries_than_allowed_are_counted_and_errors_end_somewhere() {
    let entries = vec![json!({}); 50_001];
    let found = violations(&json!({"transcript_timeline": {"speakers": [{"name": "A"}], "entries": entries}}));
    assert_eq!(found[0].1, "too_many");
    assert_eq!(found.len(), 101);
    assert_eq!(found[100].2, format!("{} more errors are not listed", 50_000 * 4 + 1 - 100));
}

#[test]
fn a_credential_has_one_of_three_forms() {
    let auth = |auth: Value| command(&json!({"media_auth": auth})).material.media.unwrap().1.unwrap();
    let MediaAuth::Bearer(token) = auth(json!({"type": "bearer", "token": "abc"})) else { panic!("it is a token") };
    assert_eq!(token.expose_secret(), "abc");
    assert!(matches!(auth(json!({"type": "basic", "username": "u", "password": ""})), MediaAuth::Basic { .. }));
    let headers = auth(json!({"type": "headers", "headers": [{"name": "X-Api-Key", "value": "a b"}]}));
    assert!(matches!(headers, MediaAuth::Headers(headers) if headers.len() == 1));
}

#[test]
fn a_bad_credential_is_named_but_never_repeated() {
    let wrong = |auth: Value| {
        let found = violations(&json!({"media_auth": auth}));
        assert!(found.iter().all(|(_, _, message)| !message.contains("s3cret")), "{found:?}");
        found.into_iter().map(|(field, code, _)| format!("{field} {code}")).collect::<Vec<_>>()
    };
    assert_eq!(wrong(json!({"type": "digest"})), ["media_auth.type invalid_enum_value"]);
    assert_eq!(wrong(json!({"type": "bearer", "token": "s3cret\n"})), ["media_auth.token invalid_format"]);
    assert_eq!(
        wrong(json!({"type": "basic", "username": "s3cret:"})),
        ["media_auth.username invalid_format", "media_auth.password required"]
    );
    let header = |name: &str, value: &str| json!({"name": name, "value": value});
    assert_eq!(
        wrong(json!({"type": "headers", "headers": [
            header("Host", "s3cret"), header("a b", "x"), header("X-A", "s3cret\u{7f}"), header("X-B", "x"),
            header("x-b", "y"),
        ]})),
        [
            "media_auth.headers[0].name invalid_format",
            "media_auth.headers[1].name invalid_format",
            "media_auth.headers[2].value invalid_format",
            "media_auth.headers[4].name duplicate",
        ]
    );
    assert_eq!(wrong(json!({"type": "headers", "headers": []})), ["media_auth.headers too_short"]);
    assert_eq!(wrong(json!({"type": "headers", "headers": vec![json!({}); 9]}))[0], "media_auth.headers too_many");
}

#[test]
fn a_credential_without_a_link_is_refused() {
    let timeline = json!({
        "speakers": [{"name": "A"}], "entries": [{"speaker_index": 0, "start_ms": 0, "end_ms": 0, "text": "x"}],
    });
    let changes = json!({
        "media_url": null, "transcript_timeline": timeline, "media_auth": {"type": "bearer", "token": "abc"},
    });
    assert_eq!(fields(&changes), one("media_auth", ViolationCode::InvalidFormat.as_str()));
}
