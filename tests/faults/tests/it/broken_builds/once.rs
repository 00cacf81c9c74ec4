//! Checks of "once": of an engagement, of a contact, and of the right to commit.

use std::collections::BTreeSet;

use hearken_e2e::{answer::Answer, bodies, client::Client, media_host::MediaHost, until::within_patience};
use hearken_faults::{
    installation::{Installation, durable_postgres},
    psql,
    settings::{Settings, armed},
    verdict::Verdict,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// Long enough for others to have looked before the first one has written, also on a busy machine.
const SLOW_COMMITS: &str = "crash::commit.begun=sleep(1500)";
const RACERS: usize = 6;

/// Sends creates at one time.
async fn at_once(client: &Client, body: impl Fn(usize) -> Value) -> Vec<Answer> {
    let mut racing = JoinSet::new();
    for number in 0..RACERS {
        let (client, body) = (client.clone(), body(number));
        racing.spawn(async move { client.create(&body).await });
    }
    racing.join_all().await
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

/// However many create under one external id at one time, one engagement comes of it.
pub(super) async fn one_external_id_has_one_engagement(faults: &str) -> Verdict {
    // An empty folder, because the schema is what may be broken.
    let installation = Installation::empty(Settings::new());
    let (_life, client) = installation.live(&armed(&[faults, SLOW_COMMITS])).await;
    let answers = at_once(&client, |_| bodies::with_timeline("same", "Hello.")).await;
    let stored = client.all_engagements("").await.len();
    Verdict::when(stored == 1, || format!("{stored} engagements, answered {:?}", statuses(&answers)))
}

/// Who creates a moment too late gets the engagement that is there, and no error.
pub(super) async fn whoever_loses_the_race_gets_the_winners(faults: &str) -> Verdict {
    let installation = Installation::begun(Settings::new()).await;
    let (_life, client) = installation.live(&armed(&[faults, SLOW_COMMITS])).await;
    let answers = at_once(&client, |_| bodies::with_timeline("same", "Hello.")).await;
    let mut statuses = statuses(&answers);
    statuses.sort_unstable();
    let expected = [vec![200; RACERS - 1], vec![201]].concat();
    Verdict::when(statuses == expected, || format!("answered {statuses:?}"))
}

/// An e-mail address that several creates bring at one time becomes one contact, which all of them have.
pub(super) async fn one_address_is_one_contact(faults: &str) -> Verdict {
    let installation = Installation::begun(Settings::new()).await;
    let (_life, client) = installation.live(&armed(&[faults, SLOW_COMMITS])).await;
    let answers = at_once(&client, |number| {
        let mut body = bodies::with_timeline(&format!("meeting-{number}"), "Hello.");
        // Of a public provider: a company made at the same time would make the losers begin again by itself.
        body["participants"] = json!([{"name": "Sam Rivera", "email": "sam@gmail.com"}]);
        body
    })
    .await;
    let mut contacts = BTreeSet::new();
    for answer in answers {
        let shown = client.read_engagement(&answer.expect(201).id(), "?expand=contacts").await.expect(200).json();
        contacts.insert(Installation::text(&shown["contacts"][0], "id"));
    }
    Verdict::when(contacts.len() == 1, || format!("the address is {contacts:?}"))
}

/// Whoever lost the lease while fetching does not commit what was fetched, but begins again.
pub(super) async fn a_lost_lease_cannot_commit(faults: &str) -> Verdict {
    const NAME: &str = "a_lost_lease_cannot_commit";
    const PATH: &str = "/hold/leased";
    let tools = psql::is_there(NAME).then(|| durable_postgres(NAME)).flatten();
    let Some(postgres) = tools else { return Verdict::Skipped("PostgreSQL or psql is not installed".to_owned()) };
    let host = MediaHost::start().await;
    let url = postgres.create_database();
    let installation = Installation::on_postgres(url.clone(), Settings::new().fetching_from(&host)).await;
    let (_life, client) = installation.live(faults).await;
    let body = bodies::with_media("leased", &host.link(PATH));
    let creating = tokio::spawn(async move { client.create(&body).await });
    host.asked(PATH, 1).await;
    // Somebody took the lease over, and came to nothing.
    psql::ask(&url, "DELETE FROM claims");
    host.release(PATH);
    let answer = within_patience("the create is answered", creating).await.expect("it did not panic");
    let fetches = host.counts(PATH).requests;
    Verdict::when(answer.status == 201 && fetches == 2, || {
        format!("answered {} after {fetches} fetches, the first one's lease was lost", answer.status)
    })
}
