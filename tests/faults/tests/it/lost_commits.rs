//! R4 for the create: PostgreSQL's answer to COMMIT is lost, before the server hears of it and after it has committed.
//! The client gets its 201 all the same, and the engagement is there once.

use hearken_e2e::media_host::MediaHost;
use hearken_faults::{
    audit,
    installation::{Installation, durable_postgres},
    ledger::Ledger,
    proxy::{Lost, Proxy, port_of},
    settings::Settings,
    traffic,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_commit_is_found_out() {
    let Some(postgres) = durable_postgres("a_lost_answer_to_commit_is_found_out") else { return };
    let host = MediaHost::start().await;
    let url = postgres.create_database();
    let proxy = Proxy::start(port_of(&url)).await;
    let settings = Settings::new().fetching_from(&host);
    let installation = Installation::on_postgres(proxy.url(&url), settings).await;
    let (life, client) = installation.live("").await;
    let mut ledger = Ledger::default();
    for half in [Lost::Question, Lost::Answer] {
        // With a recording the first COMMIT is the claim's.
        for (external_id, nth) in traffic::keys(&format!("{half:?}")).into_iter().zip([2, 1]) {
            let lost_before = proxy.lost();
            proxy.lose(half, nth);
            let body = traffic::body(&host, &external_id);
            let created = client.create(&body).await.expect(201);
            assert_eq!(proxy.lost(), lost_before + 1, "{external_id}: no COMMIT was lost");
            ledger.note(&external_id, &created);
            let repeated = client.create(&body).await.expect(200);
            assert_eq!(repeated.id(), created.id(), "{external_id}");
        }
    }
    audit::nothing_is_wrong(&installation, (life, client), &ledger).await;
}
