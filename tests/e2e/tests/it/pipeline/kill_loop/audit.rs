//! Holds what arrived outside against what was made. It says which life of the process it comes from.

use std::collections::{BTreeMap, BTreeSet};

use hearken_e2e::{client::Client, receivers::Call, subscriber::Subscriber, work};
use serde_json::Value;

use super::{Ledger, Made};
use crate::pipeline::scene::{ADA, SAM, Scene};

/// The different things that arrived, by id: all bytes of one are the same.
type Arrived = BTreeMap<String, Vec<Call>>;

/// Checks all of it.
pub(super) async fn everything(scene: &Scene, ledger: &Ledger) {
    let client = scene.client();
    for made in &ledger.made {
        assert_is_complete(&client, made).await;
    }
    let runs = work::finished_runs(&client, &ledger.workflow, ledger.with_workflows().len()).await;
    assert_runs(&runs, ledger);
    let mut repeats = 0;
    for subscriber in &ledger.subscribers {
        let log = subscriber.settled(&client).await;
        let arrived = arrived(scene, (&subscriber.path, &subscriber.secret));
        assert_log(&log, &arrived, subscriber);
        assert_events(&arrived, ledger);
        repeats += arrived.values().map(|calls| calls.len() - 1).sum::<usize>();
    }
    let arrived = arrived(scene, ("/workflow", &ledger.workflow_secret));
    assert_workflow_calls(&arrived, ledger);
    assert_mails(scene, ledger);
    eprintln!("{} engagements, {repeats} events sent again", ledger.made.len());
}

impl Ledger {
    fn with_workflows(&self) -> BTreeSet<&str> {
        self.made.iter().filter(|made| made.runs_workflows).map(|made| made.id.as_str()).collect()
    }
}

async fn assert_is_complete(client: &Client, made: &Made) {
    let whole = work::completed(client, &made.id).await;
    assert!(whole["summary"].is_string(), "{whole}");
    assert_eq!(whole["action_items"].as_array().map(Vec::len), Some(1), "{whole}");
    let turns = if made.has_recording { 4 } else { 2 };
    assert_eq!(whole["transcript"].as_str().map(|text| text.lines().count()), Some(turns), "{whole}");
}

fn assert_runs(runs: &[Value], ledger: &Ledger) {
    let of: Vec<&str> = runs.iter().filter_map(|run| run["engagement_id"].as_str()).collect();
    assert_eq!(of.len(), runs.len());
    assert_eq!((of.len(), of.into_iter().collect()), (ledger.with_workflows().len(), ledger.with_workflows()));
    assert!(runs.iter().all(|run| run["status"] == "COMPLETED"), "{runs:?}");
}

/// What a receiver got. A thing comes again only when the process was killed after it had sent it, and then the same.
fn arrived(scene: &Scene, (path, secret): (&str, &str)) -> Arrived {
    let mut arrived = Arrived::new();
    for call in scene.outside.receivers.calls_of(path) {
        call.check(secret);
        let earlier = arrived.entry(call.id().to_owned()).or_default();
        if let Some(last) = earlier.last() {
            assert_eq!(last.body, call.body, "{} came with other bytes", call.id());
            let lives = [last, &call].map(|call| call.header("user-agent").to_owned());
            assert_ne!(lives[0], lives[1], "{} came twice without a reason", call.id());
        }
        earlier.push(call);
    }
    arrived
}

/// What arrived is what the log has, each delivered by one attempt that was recorded.
fn assert_log(log: &[Value], arrived: &Arrived, subscriber: &Subscriber) {
    let logged: BTreeSet<&str> = log.iter().filter_map(|delivery| delivery["event_id"].as_str()).collect();
    let told: BTreeSet<&str> = arrived.keys().map(String::as_str).collect();
    assert_eq!((logged.len(), logged), (log.len(), told), "{}", subscriber.path);
    for delivery in log {
        assert_eq!(delivery["status"], "DELIVERED", "{delivery}");
        assert_eq!(delivery["attempts"].as_array().map(Vec::len), Some(1), "{delivery}");
    }
}

/// Of each engagement, each thing happened once.
fn assert_events(arrived: &Arrived, ledger: &Ledger) {
    let events: Vec<Value> = arrived.values().map(|calls| calls[0].envelope()).collect();
    for made in &ledger.made {
        let own: Vec<&Value> =
            events.iter().filter(|event| event["data"]["object"]["id"] == made.id.as_str()).collect();
        let count = |kind: &str| own.iter().filter(|event| event["type"] == format!("v1.engagement.{kind}")).count();
        for kind in ["created", "transcript_timeline.completed", "processing.completed"] {
            assert_eq!(count(kind), 1, "{kind} of {}", made.title);
        }
        let became = |field: &str| {
            let changed = own.iter().filter(|event| event["data"]["previous_attributes"].get(field).is_some());
            changed.count()
        };
        assert_eq!(became("summary"), 1, "{} has one summary", made.title);
        assert_eq!(became("duration_seconds"), usize::from(made.has_recording), "{}", made.title);
    }
}

fn assert_workflow_calls(arrived: &Arrived, ledger: &Ledger) {
    let of: Vec<String> = arrived
        .values()
        .map(|calls| calls[0].envelope()["data"]["object"]["id"].as_str().expect("it is an engagement").to_owned())
        .collect();
    let distinct: BTreeSet<&str> = of.iter().map(String::as_str).collect();
    assert_eq!((of.len(), distinct), (ledger.with_workflows().len(), ledger.with_workflows()));
}

/// One mail for each engagement and recipient, whatever it takes to bring it there.
fn assert_mails(scene: &Scene, ledger: &Ledger) {
    let mut arrived: BTreeMap<(String, String), Vec<_>> = BTreeMap::new();
    for mail in scene.outside.mail.taken().all() {
        let title = ledger.made.iter().map(|made| &made.title).find(|title| mail.subject().ends_with(title.as_str()));
        let title = title.unwrap_or_else(|| panic!("{} is no engagement's", mail.subject()));
        arrived.entry((title.clone(), mail.to.clone())).or_default().push(mail);
    }
    let with_workflows = ledger.made.iter().filter(|made| made.runs_workflows);
    let expected = with_workflows.flat_map(|made| [ADA, SAM].map(|to| (made.title.clone(), to.to_owned())));
    assert_eq!(arrived.keys().cloned().collect::<BTreeSet<_>>(), expected.collect());
    let mut ids = BTreeSet::new();
    for (what, mails) in &arrived {
        assert!(ids.insert(mails[0].message_id()), "{what:?} has another mail's id");
        for pair in mails.windows(2) {
            assert_eq!(pair[0].bytes, pair[1].bytes, "{what:?} came with other bytes");
            assert_ne!(pair[0].client, pair[1].client, "{what:?} came twice without a reason");
        }
    }
}
