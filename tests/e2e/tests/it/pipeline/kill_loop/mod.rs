//! R3: the process is killed at random moments while engagements are processed and their events, workflow calls and
//! mails go out. In the end everything is there once, and only what was under way at a kill was sent again, the same.
//!
//! `HEARKEN_E2E_JOB_KILLS` sets how often, `HEARKEN_E2E_SEED` repeats the moments of an earlier run.

mod audit;

use std::{env, time::Duration};

use hearken_e2e::{
    bodies, client::Client, dice::Dice, outside::Outside, server::Server, setup::Setup, subscriber::Subscriber, work,
};
use serde_json::{Value, json};

use super::scene::{Scene, call, people};

/// How many engagements are made in a life.
const A_LIFE: usize = 3;

/// What was made.
pub(super) struct Ledger {
    pub(super) subscribers: [Subscriber; 2],
    pub(super) workflow: String,
    pub(super) workflow_secret: String,
    pub(super) made: Vec<Made>,
}

/// An engagement that was acknowledged.
pub(super) struct Made {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) has_recording: bool,
    pub(super) runs_workflows: bool,
}

/// How often the process is killed.
fn kills() -> usize {
    env::var("HEARKEN_E2E_JOB_KILLS").map_or(8, |kills| kills.parse().expect("HEARKEN_E2E_JOB_KILLS is a number"))
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_cut_off_goes_on_and_everything_happens_once() {
    let mut scene = Scene::with(|outside| in_life(outside, 0)).await;
    let client = scene.client();
    let receivers = &scene.outside.receivers;
    let first = Subscriber::new(&client, receivers, "/first").await;
    let subscribers = [first, Subscriber::new(&client, receivers, "/second").await];
    let actions =
        json!([{"type": "webhook", "url": receivers.url("/workflow")}, {"type": "email", "to": ["participants"]}]);
    let (workflow, mut secrets) = work::workflow(&client, "Everything", actions).await;
    let workflow_secret = secrets.pop().expect("the webhook has a secret");
    let mut ledger = Ledger { subscribers, workflow, workflow_secret, made: Vec::new() };
    let dice = Dice::new();
    for life in 1..=kills() {
        let client = scene.client();
        for _ in 0..A_LIFE {
            let made = create(&client, &scene.outside, ledger.made.len()).await;
            ledger.made.push(made);
        }
        tokio::time::sleep(Duration::from_millis(dice.below(900))).await;
        scene.server.kill();
        scene.server = in_life(&scene.outside, life).start(scene.folder.path()).await;
    }
    finish(&scene.server).await;
    audit::everything(&scene, &ledger).await;
    scene.server.stop().await;
}

/// What goes out says which life of the process it comes from.
fn in_life(outside: &Outside, life: usize) -> Setup {
    let name = format!("life-{life}.test");
    outside.setup().with("email.smtp_url", outside.mail.url_for(&name)).with("egress.user_agent", name)
}

/// A recording or a talk; two of three let workflows run.
async fn create(client: &Client, outside: &Outside, number: usize) -> Made {
    let has_recording = number.is_multiple_of(2);
    let mut body = if has_recording {
        call(outside, &format!("call-{number}"))
    } else {
        bodies::with_timeline(&format!("talk-{number}"), "I will send you the revised proposal by Friday.")
    };
    let runs_workflows = !number.is_multiple_of(3);
    body["participants"] = people();
    body["run_workflows"] = Value::from(runs_workflows);
    let id = client.create(&body).await.expect(201).id();
    Made { id, title: body["title"].as_str().unwrap_or_default().to_owned(), has_recording, runs_workflows }
}

/// Waits until nothing is left to do. A job that was under way at three kills was given up for that alone, and is driven
/// again.
async fn finish(server: &Server) {
    loop {
        work::idle(server).await;
        let dead = work::jobs(server, "dead");
        if dead.is_empty() {
            return;
        }
        assert!(dead.iter().all(|job| job["code"] == "crash_loop"), "{dead:?}");
        server.command(&["jobs", "retry"]);
    }
}
