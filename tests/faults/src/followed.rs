//! What follows creates, held against the rows and against what the receivers heard: everything is there, and once.

use std::collections::{BTreeMap, BTreeSet};

use hearken_e2e::{
    bodies,
    client::Client,
    receivers::{Call, Receivers},
    subscriber::Subscriber,
    work,
};
use serde_json::{Value, json};

use crate::database::Database;

/// Something to find, for each of the analysers.
const SPOKEN: &str = "The price is too high for us, but I will send you the contract by Friday.";

/// The body of a create that is followed by all there is, but for what a recording needs.
pub fn body(external_id: &str) -> Value {
    let mut body = bodies::with_timeline(external_id, SPOKEN);
    body["run_workflows"] = json!(true);
    body
}

/// Who hears of it: a subscriber of every event, and the receiver that a workflow calls.
#[derive(Clone, Debug)]
pub struct Listeners {
    base: String,
    subscriber: String,
    workflow: String,
}

/// Each id with the bodies that came under it.
type Heard = BTreeMap<String, Vec<Call>>;

impl Listeners {
    /// Subscribes, and makes the workflow. Their receivers are below this path, such as `/case`.
    pub async fn subscribe(client: &Client, receivers: &Receivers, base: &str) -> Self {
        let subscriber = Subscriber::new(client, receivers, &format!("{base}/events")).await.secret;
        let actions = json!([{"type": "webhook", "url": receivers.url(&format!("{base}/workflow"))}]);
        let (_, mut secrets) = work::workflow(client, "Calls", actions).await;
        let workflow = secrets.pop().expect("a webhook has a secret");
        Self { base: base.to_owned(), subscriber, workflow }
    }

    /// The same, moved to another path in the rows of a server that is stopped.
    pub async fn move_to(&self, database: &Database, base: &str) -> Self {
        let moved = |column: &str| format!("{column} = replace({column}, '{}/', '{base}/')", self.base);
        database.change(&format!("UPDATE webhook_endpoints SET {}", moved("url"))).await;
        database.change(&format!("UPDATE workflows SET {}", moved("actions"))).await;
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The calls of the workflow.
    pub fn calls_of_workflow(&self, receivers: &Receivers) -> Vec<Call> {
        receivers.calls_of(&format!("{}/workflow", self.base))
    }

    /// What the subscriber heard, and what the workflow said; each call is checked.
    fn heard(&self, receivers: &Receivers) -> [Heard; 2] {
        [("events", &self.subscriber), ("workflow", &self.workflow)].map(|(name, secret)| {
            let mut heard = Heard::new();
            for call in receivers.calls_of(&format!("{}/{name}", self.base)) {
                call.check(secret);
                heard.entry(call.id().to_owned()).or_default().push(call);
            }
            heard
        })
    }
}

/// The ids of calls that are recorded as acknowledged: they may not be made again.
pub async fn recorded(database: &Database) -> BTreeSet<String> {
    let query = "SELECT 'evt_' || event_id FROM deliveries WHERE state = 'DELIVERED'";
    database.texts(query).await.into_iter().collect()
}

/// So many engagements, all made by [`body`], are complete, with one of everything; and what was recorded as heard
/// before the last death was heard once.
pub async fn assert_once(
    database: &Database,
    engagements: usize,
    (receivers, listeners): (&Receivers, &Listeners),
    recorded: &BTreeSet<String>,
) {
    assert_rows(database, engagements).await;
    let [events, calls] = listeners.heard(receivers);
    for (heard, query) in [
        (&events, "SELECT 'evt_' || event_id FROM deliveries WHERE endpoint_id IS NOT NULL"),
        (&calls, "SELECT 'evt_' || event_id FROM deliveries WHERE run_id IS NOT NULL"),
    ] {
        let made: BTreeSet<String> = database.texts(query).await.into_iter().collect();
        assert_eq!(heard.keys().cloned().collect::<BTreeSet<_>>(), made, "{}", listeners.base);
    }
    let attempts = database.texts("SELECT 'evt_' || event_id || ' ' || attempt FROM deliveries").await;
    let attempts: BTreeMap<&str, usize> = attempts.iter().map(|text| attempts_of(text)).collect();
    for (id, calls) in events.iter().chain(&calls) {
        let is_same = calls.iter().all(|call| call.body == calls[0].body);
        assert!(is_same, "{}: {id} has more than one text", listeners.base);
        let most = if recorded.contains(id) { 1 } else { attempts[id.as_str()] };
        assert!(calls.len() <= most, "{}: {id} was heard {} times, not {most}", listeners.base, calls.len());
    }
}

fn attempts_of(text: &str) -> (&str, usize) {
    let (id, attempts) = text.split_once(' ').expect("an id and a number");
    (id, attempts.parse().expect("attempts are a number"))
}

async fn assert_rows(database: &Database, engagements: usize) {
    const STEPS: usize = 5;
    // Created, its timeline there; begun, three analyses, finished; completed.
    const EVENTS: usize = 8;
    for (each, query) in [
        (1, "SELECT count(*) FROM engagements"),
        (1, "SELECT count(*) FROM engagements WHERE status = 'COMPLETED' AND error_code IS NULL"),
        (1, "SELECT count(*) FROM engagements WHERE summary IS NOT NULL AND steps_left = 0"),
        (STEPS, "SELECT count(*) FROM jobs"),
        (STEPS, "SELECT count(*) FROM jobs WHERE state = 'done' AND due_at IS NULL AND token IS NULL"),
        (STEPS, "SELECT count(*) FROM step_results"),
        (1, "SELECT count(DISTINCT engagement_id) FROM action_items"),
        (0, "SELECT count(*) - count(DISTINCT engagement_id || ' ' || position) FROM action_items"),
        (1, "SELECT count(DISTINCT engagement_id) FROM signals"),
        (0, "SELECT count(*) - count(DISTINCT engagement_id || ' ' || position) FROM signals"),
        (EVENTS, "SELECT count(*) FROM events"),
        (1, "SELECT count(*) FROM events WHERE kind = 'v1.engagement.created'"),
        (5, "SELECT count(*) FROM events WHERE kind = 'v1.engagement.updated'"),
        (1, "SELECT count(*) FROM events WHERE kind = 'v1.engagement.processing.completed'"),
        (EVENTS, "SELECT count(*) FROM deliveries WHERE endpoint_id IS NOT NULL"),
        (EVENTS, "SELECT count(DISTINCT event_id) FROM deliveries WHERE endpoint_id IS NOT NULL"),
        (0, "SELECT count(*) FROM events WHERE id NOT IN (SELECT event_id FROM deliveries)"),
        (1, "SELECT count(*) FROM workflow_runs"),
        (1, "SELECT count(*) FROM deliveries WHERE run_id IS NOT NULL"),
        (0, "SELECT count(*) FROM deliveries WHERE state <> 'DELIVERED' OR due_at IS NOT NULL OR token IS NOT NULL"),
        (EVENTS + 1, "SELECT count(*) FROM delivery_attempts WHERE status_code = 204"),
    ] {
        assert_eq!(database.count(query).await, each * engagements, "{query}");
    }
}
