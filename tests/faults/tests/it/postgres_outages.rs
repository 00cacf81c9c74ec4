//! R4 for the create: PostgreSQL is restarted, its backends are killed, it crashes, and its connections run out, while
//! clients create. What was acknowledged is kept, and afterwards all is well without a restart of the service.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use hearken_e2e::{client::Client, media_host::MediaHost};
use hearken_faults::{
    audit,
    installation::{Installation, durable_postgres},
    ledger::Ledger,
    psql,
    settings::Settings,
    traffic,
};
use tokio::task::{JoinSet, spawn_blocking};

const CLIENTS: usize = 4;
const TERMINATIONS: usize = 5;
const KILL_BACKENDS: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                             WHERE application_name = 'hearken' AND pid <> pg_backend_pid()";

/// Clients that create without a pause.
struct Crowd {
    is_over: Arc<AtomicBool>,
    clients: JoinSet<Ledger>,
}

impl Crowd {
    fn start(client: &Client, host: &Arc<MediaHost>) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            clients.spawn(one_of_a_crowd((client.clone(), Arc::clone(host)), number, Arc::clone(&is_over)));
        }
        Self { is_over, clients }
    }

    async fn end(mut self) -> Ledger {
        self.is_over.store(true, Ordering::SeqCst);
        let mut ledger = Ledger::default();
        while let Some(ended) = self.clients.join_next().await {
            ledger.join(ended.expect("a client did not panic"));
        }
        ledger
    }
}

async fn one_of_a_crowd((client, host): (Client, Arc<MediaHost>), number: usize, is_over: Arc<AtomicBool>) -> Ledger {
    let mut ledger = Ledger::default();
    let mut round = 0;
    while !is_over.load(Ordering::SeqCst) {
        ledger.join(traffic::try_both(&client, &host, &format!("crowd-{number}-{round}")).await);
        round += 1;
        // Answers come quickly while the database is away.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    ledger
}

#[tokio::test(flavor = "multi_thread")]
async fn outages_of_postgresql_lose_nothing_and_pass() {
    const NAME: &str = "outages_of_postgresql_lose_nothing_and_pass";
    if !psql::is_there(NAME) {
        return;
    }
    let Some(postgres) = durable_postgres(NAME).map(Arc::new) else { return };
    let host = Arc::new(MediaHost::start().await);
    let url = postgres.create_database();
    let installation = Installation::on_postgres(url.clone(), Settings::new().fetching_from(&host)).await;
    let (mut life, client) = installation.live("").await;
    let crowd = Crowd::start(&client, &host);
    for outage in [restart, crash] {
        tokio::time::sleep(Duration::from_millis(700)).await;
        let postgres = Arc::clone(&postgres);
        spawn_blocking(move || outage(&postgres)).await.expect("PostgreSQL comes back");
        traffic::insist_on_both(&client, &host, "after-an-outage").await;
    }
    for _ in 0..TERMINATIONS {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let url = url.clone();
        spawn_blocking(move || psql::ask(&url, KILL_BACKENDS)).await.expect("backends can be killed");
    }
    let mut ledger = crowd.end().await;
    for number in 0..10 {
        ledger.join(traffic::insist_on_both(&client, &host, &format!("after-{number}")).await);
    }
    ledger.join(traffic::insist_on_both(&client, &host, "after-an-outage").await);
    // What could not be taken back while the database was away is swept when its time is over.
    assert!(life.stop().await.success(), "{}", life.log().text());
    psql::age(&url);
    let again = installation.live("").await;
    audit::nothing_is_wrong(&installation, again, &ledger).await;
}

fn restart(postgres: &hearken_testkit::postgres::PostgresServer) {
    postgres.restart();
}

fn crash(postgres: &hearken_testkit::postgres::PostgresServer) {
    postgres.crash();
    postgres.resume();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_that_ran_out_recovers() {
    const NAME: &str = "a_pool_that_ran_out_recovers";
    if !psql::is_there(NAME) {
        return;
    }
    let Some(postgres) = durable_postgres(NAME) else { return };
    let host = MediaHost::start().await;
    let url = postgres.create_database();
    let settings = Settings::new().fetching_from(&host).with("database.max_connections", "2");
    let installation = Installation::on_postgres(url.clone(), settings).await;
    let (life, client) = installation.live("").await;
    // Until one who waited for a connection has been told so.
    let held = "BEGIN; LOCK TABLE engagements IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(3600); COMMIT";
    let let_go = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted \
                  AND relation = 'engagements'::regclass";
    let holding = psql::begin(&url, held);
    let locked = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted \
                  AND relation = 'engagements'::regclass";
    hearken_e2e::until::until("the table is locked", async || (psql::ask(&url, locked) == "1").then_some(())).await;
    let mut creating = JoinSet::new();
    for number in 0..6 {
        let (client, external_id) = (client.clone(), traffic::keys(&format!("crowded-{number}"))[1].clone());
        let body = traffic::body(&host, &external_id);
        creating.spawn(async move { (external_id, client.create(&body).await) });
    }
    let (mut ledger, mut turned_away) = (Ledger::default(), 0);
    while let Some(ended) = creating.join_next().await {
        let (external_id, answer) = ended.expect("a create did not panic");
        ledger.note(&external_id, &answer);
        turned_away += usize::from(answer.status == 503);
        psql::ask(&url, let_go);
    }
    assert!(turned_away > 0, "the pool did not run out");
    drop(holding);
    for number in 0..10 {
        ledger.join(traffic::insist_on_both(&client, &host, &format!("after-{number}")).await);
    }
    assert_eq!(psql::open_transactions(&url), 0);
    audit::nothing_is_wrong(&installation, (life, client), &ledger).await;
}
