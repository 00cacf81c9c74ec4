//! The demo's call: who takes part, and what is said in its recording.

use serde_json::{Value, json};

/// What is said: the speaker, start and end in milliseconds, the words.
const SAID: [(usize, u32, u32, &str); 6] = [
    (0, 0, 4_679, "Hello Sam, this is Ada from Initech. Thank you for taking the time."),
    (1, 5_029, 10_216, "Hi Ada. We are looking at your proposal, but the price is too high for our budget."),
    (0, 10_566, 14_044, "I understand. Which part of it matters most to you?"),
    (1, 14_394, 19_741, "The reporting. We are currently using Umbrella for that, and we want to switch this year."),
    (0, 20_090, 23_010, "Then I will send you a smaller proposal by Friday."),
    (1, 23_360, 27_228, "Good. Let us schedule a call next Tuesday to go through it."),
];

/// The body of the request that creates the call, with its transcript.
pub(super) fn with_transcript(media_url: &str, start_at: &str) -> Value {
    let entries = SAID.iter().map(
        |(speaker, start, end, text)| json!({"speaker_index": speaker, "start_ms": start, "end_ms": end, "text": text}),
    );
    let mut body = recording_alone(media_url, start_at);
    body["external_id"] = "demo-call-1".into();
    body["transcript_timeline"] = json!({
        "speakers": [
            {"name": "Ada Park", "email": "ada@initech.example"},
            {"name": "Sam Rivera", "email": "sam@globex.example"},
        ],
        "entries": entries.collect::<Vec<_>>(),
    });
    body
}

/// The body of the request that leaves it to a speech engine what is said.
pub(super) fn recording_alone(media_url: &str, start_at: &str) -> Value {
    json!({
        "type": "CALL",
        "title": "Ada calls Sam about the proposal",
        "source_system": "demo",
        "external_id": "demo-call-2",
        "media_url": media_url,
        "run_workflows": false,
        "start_at": start_at,
        "participants": [
            {"name": "Ada Park", "email": "ada@initech.example", "channel": 0},
            {"name": "Sam Rivera", "email": "sam@globex.example", "phone": "+1 555 010 0199", "channel": 1},
        ],
    })
}
