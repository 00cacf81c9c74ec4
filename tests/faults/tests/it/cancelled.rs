//! Clients that hang up while the database is slow leave no transaction open, no connection lost and no work undone.

use std::time::Duration;

use hearken_e2e::{client::ENGAGEMENTS, media_host::MediaHost, until::until};
use hearken_faults::{
    audit,
    installation::{Installation, durable_postgres},
    ledger::Ledger,
    proxy::{Proxy, port_of},
    psql,
    settings::Settings,
    traffic,
};

const LATENCY: Duration = Duration::from_millis(500);
const REQUESTS: u32 = 12;
/// Between two hang-ups: they fall on different queries.
const APART: Duration = Duration::from_millis(170);
/// What PostgreSQL logs when it ends a forgotten transaction itself, which it does after 60 s.
const FORGOTTEN: &str = "idle-in-transaction timeout";

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_requests_leave_no_open_transaction() {
    const NAME: &str = "cancelled_requests_leave_no_open_transaction";
    if !psql::is_there(NAME) {
        return;
    }
    let Some(postgres) = durable_postgres(NAME) else { return };
    let host = MediaHost::start().await;
    let url = postgres.create_database();
    let proxy = Proxy::start(port_of(&url)).await;
    // Few connections: one that is lost is missed.
    let settings = Settings::new().fetching_from(&host).with("database.max_connections", "4");
    let installation = Installation::on_postgres(proxy.url(&url), settings).await;
    let (life, client) = installation.live("").await;
    proxy.delay(LATENCY);
    for number in 0..REQUESTS {
        let (creating, reading) = (client.clone(), client.clone());
        let body = traffic::body(&host, &traffic::keys(&format!("cancelled-{number}"))[1]);
        let create = tokio::spawn(async move { creating.create(&body).await });
        let read = tokio::spawn(async move { reading.read(ENGAGEMENTS).await });
        tokio::time::sleep(APART * (number % 6 + 1)).await;
        create.abort();
        read.abort();
    }
    proxy.delay(Duration::ZERO);
    until("no transaction is open", async || (psql::open_transactions(&url) == 0).then_some(())).await;
    // They were ended by those who had begun them.
    let log = postgres.read_log();
    assert!(!log.contains(FORGOTTEN), "{log}");
    let mut ledger = Ledger::default();
    for number in 0..REQUESTS {
        ledger.join(traffic::insist(&client, &host, &traffic::keys(&format!("cancelled-{number}"))[1]).await);
    }
    ledger.join(traffic::insist_on_both(&client, &host, "after").await);
    assert_eq!(psql::open_transactions(&url), 0);
    audit::nothing_is_wrong(&installation, (life, client), &ledger).await;
}
