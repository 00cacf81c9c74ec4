//! Checks of "followed": whoever may hear of something does, once, and nobody else.

use hearken_e2e::{bodies, mail::MailServer, outside::Outside, until::until, work};
use hearken_faults::{
    database::Database,
    followed::{self, Listeners},
    installation::Installation,
    settings::{Settings, armed},
    verdict::Verdict,
};
use serde_json::json;

/// An event that is committed has a delivery for whoever subscribed: the same commit made it.
pub(super) async fn an_event_waits_for_whoever_subscribed(faults: &str) -> Verdict {
    let outside = Outside::start().await;
    let installation = Installation::begun(Settings::working(&outside).with("role", "api")).await;
    let (_life, client) = installation.live(faults).await;
    Listeners::subscribe(&client, &outside.receivers, "/subscribed").await;
    client.create(&followed::body("subscribed")).await.expect(201);
    let database = Database::of(&installation).await;
    let events = database.count("SELECT count(*) FROM events").await;
    let deliveries = database.count("SELECT count(*) FROM deliveries").await;
    assert!(events > 0, "a create makes events");
    Verdict::when(deliveries == events, || format!("{events} events, {deliveries} deliveries"))
}

/// `run_workflows: false` in the request, and no workflow runs.
pub(super) async fn no_workflow_runs_where_the_request_did_not_allow_it(faults: &str) -> Verdict {
    let outside = Outside::start().await;
    let installation = Installation::begun(Settings::working(&outside)).await;
    let (mut life, client) = installation.live(faults).await;
    let listeners = Listeners::subscribe(&client, &outside.receivers, "/not-allowed").await;
    let mut body = followed::body("not-allowed");
    body["run_workflows"] = json!(false);
    let id = client.create(&body).await.expect(201).id();
    work::completed(&client, &id).await;
    let database = Database::of(&installation).await;
    database.is_done_or(&mut life).await;
    let calls = listeners.calls_of_workflow(&outside.receivers).len();
    Verdict::when(calls == 0, || format!("the workflow called {calls} times"))
}

/// However many workflows send a recap to somebody, one comes.
pub(super) async fn a_recap_comes_once(faults: &str) -> Verdict {
    const TO: &str = "sam@client.example";
    let outside = Outside::start().await;
    let mail: &MailServer = &outside.mail;
    // An empty folder, because the schema is what may be broken.
    let settings = Settings::working(&outside).with("email.smtp_url", mail.url());
    let installation = Installation::empty(settings.with("email.from", hearken_e2e::outside::SENDER));
    let (mut life, client) = installation.live(faults).await;
    for name in ["One", "Another"] {
        work::workflow(&client, name, json!([{"type": "email", "to": [TO]}])).await;
    }
    client.create(&followed::body("recap")).await.expect(201);
    let database = Database::of(&installation).await;
    database.is_done_or(&mut life).await;
    let mails = mail.taken().all().iter().filter(|mail| mail.to == TO).count();
    Verdict::when(mails == 1, || format!("{TO} has {mails} recaps"))
}

/// Of steps that end at one time, one is the last, and the end follows.
pub(super) async fn the_last_of_the_steps_ends_it(faults: &str) -> Verdict {
    /// Long enough for others to have looked before the first one has written, also on a busy machine.
    const SLOW_WRITES: &str = "crash::sqlite.begun=sleep(600)";
    const ANALYSED: &str = "SELECT count(*) FROM jobs WHERE state = 'done' AND step IN ('summarise', 'tag', 'extract')";
    let outside = Outside::start().await;
    let installation = Installation::begun(Settings::working(&outside)).await;
    let (_life, client) = installation.live(&armed(&[faults, SLOW_WRITES])).await;
    client.create(&bodies::with_timeline("last", "Hello.")).await.expect(201);
    let database = Database::of(&installation).await;
    until("the analysers are done", async || (database.count(ANALYSED).await == 3).then_some(())).await;
    // Made by the last one's commit.
    let ends = database.count("SELECT count(*) FROM jobs WHERE step = 'finish'").await;
    Verdict::when(ends == 1, || "every step is done, and no end follows".to_owned())
}
