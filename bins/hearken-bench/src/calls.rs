//! The calls that are created: what a dialer would send, with an external id of its own for each request.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{connection::Ask, load::Next};

/// Stands where the external id goes. It is as long as one, so that all bodies of a call have the same size.
const PLACEHOLDER: &str = "--------external-id-here--------";
/// How many pairs of contacts take turns: enough that requests that run at a time are mostly not about the same people.
const PAIRS: usize = 64;
const ENTRIES: u32 = 40;

/// Whom the first start makes owner of the first workspace.
const OWNER: &str = "owner@hearken.invalid";

const SPOKEN: [&str; 4] = [
    "Thanks for making the time today, I know that the end of the quarter is busy for everybody on your side.",
    "We looked at the proposal again and the price is fine, but security wants to see the retention rules first.",
    "That makes sense; I can send the document this afternoon and we can walk through it together on Thursday.",
    "One more thing from me: who else has to agree before this can be signed, and by when do you need it?",
];

/// A request's body around its external id.
#[derive(Debug)]
pub(crate) struct Call {
    before: String,
    after: String,
}

impl Call {
    /// Of a recording at a link.
    pub(crate) fn with_recording(link: &str) -> Self {
        let mut body = head();
        body["media_url"] = link.into();
        Self::of(&body)
    }

    /// Of a timeline: four speakers, forty entries, and the owner with two contacts, who are the same each time.
    pub(crate) fn with_timeline(pair: usize) -> Self {
        let mut body = head();
        add_people(&mut body, pair);
        Self::of(&body)
    }

    /// Of a timeline and a recording, so that there is something to show for every expansion.
    pub(crate) fn with_everything(link: &str) -> Self {
        let mut body = head();
        add_people(&mut body, 0);
        body["media_url"] = link.into();
        body["description"] = "Second call about the proposal".into();
        Self::of(&body)
    }

    fn of(body: &Value) -> Self {
        let text = body.to_string();
        let (before, after) = text.split_once(PLACEHOLDER).expect("every head has the placeholder");
        Self { before: before.to_owned(), after: after.to_owned() }
    }

    /// The body with this external id.
    pub(crate) fn body(&self, external_id: &str) -> Bytes {
        let Self { before, after } = self;
        Bytes::from([before, external_id, after].concat())
    }

    /// A request with a new external id.
    pub(crate) fn create(&self) -> Ask {
        Ask::create(self.body(&new_external_id()))
    }
}

/// An external id that nobody had before, without an order, as most dialers have them.
pub(crate) fn new_external_id() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// All pairs of contacts, one call each.
pub(crate) fn all_pairs() -> Vec<Call> {
    (0..PAIRS).map(Call::with_timeline).collect()
}

/// Creates of these calls in turn.
pub(crate) fn creates(calls: Vec<Call>) -> Next {
    let turn = AtomicUsize::new(0);
    Arc::new(move || calls[turn.fetch_add(1, Ordering::Relaxed) % calls.len()].create())
}

fn head() -> Value {
    json!({
        "type": "CALL",
        "title": "Second call about the proposal",
        "source_system": "hearken-bench",
        "external_id": PLACEHOLDER,
        "run_workflows": false,
        "start_at": "2025-06-02T09:00:00Z",
    })
}

fn add_people(body: &mut Value, pair: usize) {
    let contact = |first: &str| {
        let email = format!("{}.{pair}@customer-{pair}.example", first.to_lowercase());
        json!({"name": format!("{first} Example"), "email": email})
    };
    let (ada, sam) = (contact("Ada"), contact("Sam"));
    let owner = json!({"name": "Olive Owner", "email": OWNER});
    let entries: Vec<Value> = (0..ENTRIES)
        .zip(SPOKEN.iter().cycle())
        .map(|(number, text)| {
            let start = number * 7000;
            json!({"speaker_index": number % 4, "start_ms": start, "end_ms": start + 6500, "text": text})
        })
        .collect();
    body["transcript_timeline"] = json!({"speakers": [owner, ada, sam, {"name": "Unknown"}], "entries": entries});
    let mut owning = owner;
    owning["is_owner"] = true.into();
    body["participants"] = json!([owning, ada, sam]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_json_with_the_external_id() {
        let body = Call::with_timeline(3).body("abc");
        let json: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(json["external_id"], "abc");
        assert_eq!(json["transcript_timeline"]["entries"].as_array().unwrap().len(), 40);
        assert_eq!(json["participants"][1]["email"], "ada.3@customer-3.example");
        assert_eq!(new_external_id().len(), PLACEHOLDER.len());
    }
}
