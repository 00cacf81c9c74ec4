//! Checks of "queued": leases, what is counted of them, and whose turn it is.

use hearken_e2e::{
    bodies, client::Client, manner::Manner, outside::Outside, subscriber::Subscriber, until::until, work,
};
use hearken_faults::{
    backlog,
    database::Database,
    followed,
    installation::{Installation, durable_postgres},
    life::Life,
    psql,
    settings::{Settings, armed},
    verdict::Verdict,
};
use serde_json::Value;

use super::kept_apart::token;
use crate::crash_loop;

/// Whoever lost the lease of a job settles nothing: the job is somebody else's.
pub(super) async fn a_lost_lease_settles_nothing(faults: &str) -> Verdict {
    const NAME: &str = "a_lost_lease_settles_nothing";
    const JOBS: usize = 3;
    // From before the worker begins until it has leased everything; then all of it is somebody else's.
    const TAKE_OVER: &str = "DO $$ BEGIN \
        LOCK TABLE engagements IN EXCLUSIVE MODE; \
        WHILE (SELECT count(*) FROM jobs WHERE state = 'running') < 3 LOOP PERFORM pg_sleep(0.02); END LOOP; \
        UPDATE jobs SET token = '01ARZ3NDEKTSV4RRFFQ69G5FAV', attempt = attempt + 1; END $$";
    const LOCKED: &str = "SELECT count(*) FROM pg_locks WHERE mode = 'ExclusiveLock' AND granted \
                          AND relation = 'engagements'::regclass";
    let tools = psql::is_there(NAME).then(|| durable_postgres(NAME)).flatten();
    let Some(postgres) = tools else { return Verdict::Skipped("PostgreSQL or psql is not installed".to_owned()) };
    let outside = Outside::start().await;
    let installation = Installation::on_postgres(postgres.create_database(), Settings::working(&outside)).await;
    let url = installation.database_url();
    let installation = queued(installation, &followed::body("leased")).await;
    let _taking = psql::begin(&url, TAKE_OVER);
    until("the table is locked", async || (psql::ask(&url, LOCKED) == "1").then_some(())).await;
    let (_life, client) = installation.live(faults).await;
    until("every step has ended", async || (ended_steps(&client).await >= JOBS).then_some(())).await;
    let theirs = "SELECT count(*) FROM jobs WHERE state = 'running' AND token = '01ARZ3NDEKTSV4RRFFQ69G5FAV'";
    let left: usize = psql::ask(&url, theirs).parse().expect("a count is a number");
    Verdict::when(left == JOBS, || format!("{} of {JOBS} jobs were settled under lost leases", JOBS - left))
}

/// Whoever lost the lease of a delivery records nothing of the attempt: somebody else makes it again.
pub(super) async fn a_lost_lease_records_no_attempt(faults: &str) -> Verdict {
    const NAME: &str = "a_lost_lease_records_no_attempt";
    /// Longer than it takes to see that a delivery is leased, also on a busy machine.
    const SLOW_RECORDS: &str = "crash::delivery.settling=sleep(6000)";
    const TAKE_OVER: &str = "DO $$ BEGIN \
        WHILE (SELECT count(*) FROM deliveries WHERE token IS NOT NULL) = 0 LOOP PERFORM pg_sleep(0.02); END LOOP; \
        UPDATE deliveries SET token = '01ARZ3NDEKTSV4RRFFQ69G5FAV', attempt = attempt + 1; END $$";
    let tools = psql::is_there(NAME).then(|| durable_postgres(NAME)).flatten();
    let Some(postgres) = tools else { return Verdict::Skipped("PostgreSQL or psql is not installed".to_owned()) };
    let outside = Outside::start().await;
    let installation = Installation::on_postgres(postgres.create_database(), Settings::working(&outside)).await;
    let url = installation.database_url();
    let (_life, client) = installation.live(&armed(&[faults, SLOW_RECORDS])).await;
    let subscriber = Subscriber::new(&client, &outside.receivers, "/leased").await;
    let taking = psql::begin(&url, TAKE_OVER);
    client.post_nothing(&subscriber.route("/test")).await;
    until("the attempt has ended", async || {
        let metrics = client.read("/metrics").await.expect(200).text();
        metrics.contains("hearken_delivery_attempts_total{").then_some(())
    })
    .await;
    drop(taking);
    let database = Database::of(&installation).await;
    let recorded = database.count("SELECT count(*) FROM delivery_attempts").await;
    let theirs = "SELECT count(*) FROM deliveries WHERE token = '01ARZ3NDEKTSV4RRFFQ69G5FAV' AND state = 'PENDING'";
    let is_theirs = database.count(theirs).await == 1;
    Verdict::when(is_theirs && recorded == 0, || format!("{recorded} attempts were recorded under a lost lease"))
}

/// The same installation with a create that is followed by work, once somebody works.
async fn queued(installation: Installation, body: &Value) -> Installation {
    let installation = installation.with("role", "api");
    let (mut life, client) = installation.live("").await;
    client.create(body).await.expect(201);
    life.stop_well().await;
    installation.with("role", "all")
}

/// How many steps the worker has taken to their end, as its metrics tell.
async fn ended_steps(client: &Client) -> usize {
    let metrics = client.read("/metrics").await.expect(200).text();
    let lines = metrics.lines().filter(|line| line.starts_with("hearken_jobs_total{"));
    lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<usize>().ok()).sum()
}

/// An engine that answers nonsense is not asked for ever.
pub(super) async fn a_step_without_a_result_is_given_up(faults: &str) -> Verdict {
    const MOST: usize = 3;
    let outside = Outside::start().await;
    outside.asr.manner().set(Manner::Nonsense);
    let (_installation, life) = listening(&outside, faults).await;
    until("the step is given up, or taken once too often", async || {
        let log = life.log().text();
        if log.contains("it is given up") {
            return Some(Verdict::Holds);
        }
        let tries = log.matches("it will be taken again").count();
        (tries >= MOST).then(|| Verdict::Broken(format!("tried {tries} times, and will be again")))
    })
    .await
}

/// A service that has a recording to listen to, and does not wait long for that when it is to end.
async fn listening(outside: &Outside, faults: &str) -> (Installation, Life) {
    let settings = Settings::working(outside)
        .with("speech.engine", "http")
        .with("speech.http.url", outside.asr.url())
        .with("limits.drain_timeout", "1s");
    let installation = Installation::begun(settings).await;
    let (life, client) = installation.live(faults).await;
    client.create(&bodies::with_media("recorded", &outside.talk(&[0, 1]))).await.expect(201);
    (installation, life)
}

/// A job that a process gives back when it ends was not tried.
pub(super) async fn what_is_given_back_is_no_attempt(faults: &str) -> Verdict {
    let outside = Outside::start().await;
    outside.asr.manner().set(Manner::Hangs);
    let (installation, mut life) = listening(&outside, faults).await;
    outside.asr.asked().until("somebody listens", |asked| (!asked.is_empty()).then_some(())).await;
    life.stop_well().await;
    let database = Database::of(&installation).await;
    let attempts = database.count("SELECT attempt FROM jobs WHERE step = 'transcribe' AND state = 'queued'").await;
    Verdict::when(attempts == 0, || format!("{attempts} attempts are counted"))
}

/// A step that ends every process that takes it is not taken for ever.
pub(super) async fn whatever_kills_its_takers_is_given_up(faults: &str) -> Verdict {
    let outside = Outside::start().await;
    let (installation, id) = crash_loop::after_the_last_death(&outside, faults).await;
    let (_life, client) = installation.live(faults).await;
    let ended = work::ended(&client, &id).await;
    let error = ended["processing_error"]["code"].clone();
    Verdict::when(error == "crash_loop", || format!("it was taken once more: {}", ended["processing_status"]))
}

/// Ten thousand jobs of one workspace, and another's are done while they wait.
pub(super) async fn a_backlog_holds_up_nobody_else(faults: &str) -> Verdict {
    const BACKLOG: usize = 10_000;
    /// Far more than are done while another workspace's few jobs are, when each has its turn.
    const MOST: usize = 600;
    let outside = Outside::start().await;
    let installation = Installation::begun(Settings::working(&outside)).await;
    let installation = queued(installation, &bodies::with_timeline("backlog", "Hello.")).await;
    let database = Database::of(&installation).await;
    backlog::multiply(&database, BACKLOG / 3).await;
    let workspace = database.texts("SELECT id FROM workspaces").await.remove(0);
    let other = installation.document(&["workspaces", "create", "--name", "Other"]);
    let other = Installation::text(&other, "id");
    let token = token(&installation, (&other, "boss@other.example"), "workspace:admin");

    let (mut life, _) = installation.live(faults).await;
    let address = life.ready().await.expect("it was ready a moment ago");
    let other = Client::new(address, Some(token));
    let done = format!("SELECT count(*) FROM jobs WHERE workspace_id = '{workspace}' AND state = 'done'");
    until("the backlog is worked on", async || (database.count(&done).await > 0).then_some(())).await;
    let before = database.count(&done).await;
    let id = other.create(&bodies::with_timeline("others", "Hello.")).await.expect(201).id();
    let meanwhile = until("the other's is done, or so much of the backlog", async || {
        let status = other.read_engagement(&id, "").await.expect(200).json()["processing_status"].clone();
        let meanwhile = database.count(&done).await - before;
        (status == "COMPLETED" || meanwhile > MOST).then_some(meanwhile)
    })
    .await;
    eprintln!("{meanwhile} jobs of the backlog were done meanwhile, of {BACKLOG}");
    Verdict::when(meanwhile <= MOST, || format!("{meanwhile} jobs of the backlog were done, and the other's were not"))
}
