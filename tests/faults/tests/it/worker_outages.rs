//! R4 for the worker: PostgreSQL is restarted, crashes, ends its connections, loses its answers, and a worker is killed,
//! while the work that follows forty creates is done. All of it is done in the end, and once.

use std::{collections::BTreeSet, sync::Arc};

use hearken_domain::job::MAX_CRASHES;
use hearken_e2e::{outside::Outside, until::until};
use hearken_faults::{
    database::Database,
    followed::{self, Listeners},
    installation::{Installation, durable_postgres},
    proxy::{Lost, Proxy, port_of},
    psql,
    settings::Settings,
};
use hearken_testkit::postgres::PostgresServer;
use tokio::task::spawn_blocking;

const ENGAGEMENTS: usize = 40;
/// Makes the work long enough for every outage to fall into it.
const SLOW_COMMITS: &str = "crash::postgres.applied=sleep(25)";
const DONE: &str = "SELECT count(*) FROM jobs WHERE state = 'done'";
const KILL_BACKENDS: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                             WHERE application_name = 'hearken' AND pid <> pg_backend_pid()";
/// Between two looks at whether anything moves.
const LOOK: std::time::Duration = std::time::Duration::from_millis(100);
/// So many looks without a change, and nobody works any more, on whatever machine: what is left are leases that nobody
/// knows of.
const QUIET: usize = 200;

/// An installation in which everything that follows is still to be done, and its listeners.
async fn prepared(postgres: &PostgresServer, outside: &Outside) -> (Installation, Listeners) {
    let installation = Installation::on_postgres(postgres.create_database(), Settings::working(outside)).await;
    let installation = installation.with("role", "api");
    let (mut life, client) = installation.live("").await;
    let listeners = Listeners::subscribe(&client, &outside.receivers, "/outages").await;
    for number in 0..ENGAGEMENTS {
        client.create(&followed::body(&format!("outage-{number}"))).await.expect(201);
    }
    life.stop_well().await;
    (installation, listeners)
}

/// Waits until so many more jobs are done, and insists that not all are.
///
/// It looks over a connection that is there: until a program for that has begun, a busy machine has done the rest.
async fn goes_on(database: &Database, jobs: usize) {
    let before = database.count(DONE).await;
    until("jobs are done", async || (database.count(DONE).await >= before + jobs).then_some(())).await;
    let left = "SELECT count(*) FROM jobs WHERE state <> 'done'";
    assert_ne!(database.count(left).await, 0, "the work was over before the outages were");
}

/// Waits until everything is done. The time of leases whose holders do not know of them is made to run out.
async fn is_done(database: &Database, url: &str) {
    let (mut left, mut quiet) = (usize::MAX, 0);
    until("everything that follows is done", async || {
        tokio::time::sleep(LOOK).await;
        let now = database.left().await;
        quiet = if now == left { quiet + 1 } else { 0 };
        left = now;
        if quiet == QUIET {
            psql::end_leases(url);
            quiet = 0;
        }
        (left == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outages_of_postgresql_leave_no_work_undone() {
    const NAME: &str = "outages_of_postgresql_leave_no_work_undone";
    if !psql::is_there(NAME) {
        return;
    }
    let Some(postgres) = durable_postgres(NAME).map(Arc::new) else { return };
    let outside = Outside::start().await;
    let (installation, listeners) = prepared(&postgres, &outside).await;
    let url = installation.database_url();
    let installation = installation.with("role", "all");
    let (mut life, _) = installation.live(SLOW_COMMITS).await;
    for outage in [restart, crash] {
        // The last one's connection ends with the server.
        goes_on(&Database::of(&installation).await, 10).await;
        let postgres = Arc::clone(&postgres);
        spawn_blocking(move || outage(&postgres)).await.expect("PostgreSQL comes back");
    }
    let database = Database::of(&installation).await;
    for _ in 0..3 {
        goes_on(&database, 10).await;
        psql::ask(&url, KILL_BACKENDS);
    }
    is_done(&database, &url).await;
    life.stop_well().await;
    let heard = (&outside.receivers, &listeners);
    followed::assert_once(&database, ENGAGEMENTS, heard, &BTreeSet::new()).await;
    let most = database.count("SELECT max(crashes) FROM jobs").await;
    assert!(most < usize::try_from(MAX_CRASHES).expect("it is small"), "a job lost {most} leases");
}

fn restart(postgres: &PostgresServer) {
    postgres.restart();
}

fn crash(postgres: &PostgresServer) {
    postgres.crash();
    postgres.resume();
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answers_to_commits_leave_no_work_undone() {
    const NAME: &str = "lost_answers_to_commits_leave_no_work_undone";
    /// So many are lost, about each so many-th.
    const LOST: usize = 12;
    const APART: usize = 7;
    if !psql::is_there(NAME) {
        return;
    }
    let Some(postgres) = durable_postgres(NAME) else { return };
    let outside = Outside::start().await;
    let (installation, listeners) = prepared(&postgres, &outside).await;
    let url = installation.database_url();
    let database = Database::of(&installation).await;
    let proxy = Proxy::start(port_of(&url)).await;
    let installation = installation.with("role", "all").with("database.url", proxy.url(&url));
    let (mut life, _) = installation.live(SLOW_COMMITS).await;
    for number in 0..LOST {
        proxy.lose([Lost::Question, Lost::Answer][number % 2], APART);
        until("a COMMIT is lost", async || (proxy.lost() > number).then_some(())).await;
    }
    assert_ne!(database.left().await, 0, "the work was over before all were lost");
    is_done(&database, &url).await;
    life.stop_well().await;
    let heard = (&outside.receivers, &listeners);
    followed::assert_once(&database, ENGAGEMENTS, heard, &BTreeSet::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_goes_on_with_what_a_killed_one_held() {
    const NAME: &str = "a_worker_goes_on_with_what_a_killed_one_held";
    if !psql::is_there(NAME) {
        return;
    }
    let Some(postgres) = durable_postgres(NAME) else { return };
    let outside = Outside::start().await;
    let (first, listeners) = prepared(&postgres, &outside).await;
    let url = first.database_url();
    let first = first.with("role", "worker");
    let second = Settings::working(&outside).with("database.url", url.as_str()).with("role", "worker");
    let second = Installation::empty(second);

    let mut killed = first.begin(SLOW_COMMITS);
    let database = Database::of(&first).await;
    let holder = until("somebody works", async || {
        database.texts("SELECT process FROM jobs WHERE state = 'running'").await.pop()
    });
    let holder = holder.await;
    let mut other = second.begin(SLOW_COMMITS);
    other.ready().await.expect("it becomes ready");
    goes_on(&database, 10).await;
    killed.kill();
    let held = database.count(&format!("SELECT count(*) FROM jobs WHERE process = '{holder}'")).await;
    assert!(held > 0, "the killed one held nothing");
    let recorded = followed::recorded(&database).await;
    // The time of its leases runs out; those of the other are its own.
    for table in ["jobs", "deliveries"] {
        database.change(&format!("UPDATE {table} SET due_at = 0 WHERE process = '{holder}'")).await;
    }
    is_done(&database, &url).await;
    other.stop_well().await;
    followed::assert_once(&database, ENGAGEMENTS, (&outside.receivers, &listeners), &recorded).await;
    // A commit that was on its way when the process was killed is none of them.
    assert_eq!(database.count("SELECT count(*) FROM jobs WHERE crashes > 0").await, 0, "nothing tells whose it was");
    let taken_over = database.count("SELECT count(*) FROM jobs WHERE attempt > 1").await;
    assert!((1..=held).contains(&taken_over), "{held} jobs were held, {taken_over} were taken over");
}
