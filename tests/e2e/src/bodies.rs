//! Bodies of creates.

use serde_json::{Value, json};

/// A call from a recording, with nothing that is not required.
pub fn with_media(external_id: &str, media_url: &str) -> Value {
    json!({
        "type": "CALL",
        "title": format!("Call {external_id}"),
        "source_system": "e2e",
        "external_id": external_id,
        "media_url": media_url,
        "run_workflows": false,
    })
}

/// A meeting from what was said in it: a word of each of two people.
pub fn with_timeline(external_id: &str, text: &str) -> Value {
    json!({
        "type": "MEETING",
        "title": format!("Meeting {external_id}"),
        "source_system": "e2e",
        "external_id": external_id,
        "run_workflows": false,
        "transcript_timeline": {
            "speakers": [{"name": "Ada Park"}, {"name": "Sam Rivera"}],
            "entries": [
                {"speaker_index": 0, "start_ms": 0, "end_ms": 900, "text": text},
                {"speaker_index": 1, "start_ms": 1000, "end_ms": 2500, "text": "Good to hear."},
            ],
        },
    })
}
