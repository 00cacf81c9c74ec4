//! The shared store. Without PostgreSQL on the machine these tests do nothing and say so.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::{FutureExt, future::join_all};
use hearken_domain::{changeset::CommitError, ports::EngagementStore};
use hearken_storage_seaorm::{OpenError, PostgresSettings, PostgresStore};
use hearken_testkit::{
    Stores,
    fixture::{a_contact, a_participant, a_workspace, an_engagement, created, creating, creating_with, known_contacts},
    postgres::PostgresServer,
};

/// So many that checks can be contended, so few that all tests at once do not exhaust the server.
const CONNECTIONS: u32 = 8;

/// As long as nothing but a hang takes, on whatever machine.
const LONG: Duration = Duration::from_mins(5);

mod conformance {
    use super::Stores;

    async fn fresh() -> Option<Stores> {
        super::shared_stores().await
    }

    hearken_testkit::store_conformance!(fresh);
}

pub(crate) async fn connect(url: &str) -> PostgresStore {
    connect_with(url, CONNECTIONS).await
}

async fn connect_with(url: &str, max_connections: u32) -> PostgresStore {
    let settings = PostgresSettings { max_connections, acquire_timeout: LONG, ..PostgresSettings::new(url) };
    PostgresStore::connect(settings).await.expect("the server answers")
}

/// Stores of a database that all tests share.
async fn shared_stores() -> Option<Stores> {
    static URL: OnceLock<Option<String>> = OnceLock::new();
    let url = URL.get_or_init(|| PostgresServer::shared().map(PostgresServer::create_database)).as_ref()?;
    let store = connect(url).await;
    store.migrate().await.expect("the database takes the schema");
    Some(Stores::of(Arc::new(store)))
}

/// Every migration, oldest first.
const ALL: [&str; 6] =
    ["m0001_create", "m0002_pipeline", "m0003_phone_numbers", "m0005_order", "m0006_queue", "m0007_lists"];

#[tokio::test]
async fn of_many_processes_one_migrates_and_a_second_time_changes_nothing() {
    let Some(server) = PostgresServer::shared() else { return };
    let url = server.create_database();
    let stores = join_all((0..3).map(|_| connect(&url))).await;
    let answers = join_all(stores.iter().map(PostgresStore::migrate)).await;
    let applied: Vec<String> =
        answers.into_iter().flat_map(|answer| answer.expect("the database takes the schema")).collect();
    assert_eq!(applied, ALL, "each is applied once");
    assert!(stores[0].migrate().await.expect("the schema is readable").is_empty());
    stores[1].check_schema().await.expect("nothing is pending");
}

#[tokio::test]
async fn a_database_without_a_schema_names_the_command() {
    let Some(server) = PostgresServer::shared() else { return };
    let store = connect(&server.create_database()).await;
    assert_eq!(store.pending_migrations().await.expect("the server answers"), ALL);
    let error = store.check_schema().await.expect_err("there is no schema");
    assert!(matches!(error, OpenError::Outdated { .. }), "{error:?}");
    assert!(error.to_string().contains("`hearken migrate`"), "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_in_one_line_without_the_password() {
    // Nobody listens on port 1.
    let settings = PostgresSettings::new("postgres://hearken:s3cret@127.0.0.1:1/hearken");
    let line = PostgresStore::connect(settings).await.expect_err("nobody answers").to_string();
    assert!(line.starts_with("cannot reach the database at 127.0.0.1:1: "), "{line}");
    assert!(!line.contains("s3cret") && !line.contains('\n'), "{line}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_named_by_the_server() {
    let Some(server) = PostgresServer::shared() else { return };
    let answer = PostgresStore::connect(PostgresSettings::new(server.url("nowhere"))).await;
    let line = answer.expect_err("nobody made it").to_string();
    assert!(line.contains("nowhere") && line.contains("127.0.0.1:"), "{line}");
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_a_whole_write() {
    let Some(stores) = shared_stores().await else { return };
    let tenant = a_workspace(&stores).await;
    let contact = a_contact("ada@example.com");
    known_contacts(&stores, tenant, std::slice::from_ref(&contact)).await;
    let engagement = an_engagement(tenant, "left alone");
    let id = engagement.id;
    let commit = stores.store.commit(creating_with(engagement, vec![a_participant(contact.id)]));
    assert!(commit.now_or_never().is_none(), "the first look hands the write in, and it takes longer than that");
    let written =
        async { while stores.store.by_id(tenant.workspace, id).await.expect("the store answers").is_none() {} };
    tokio::time::timeout(LONG, written).await.expect("the write was dropped with its caller");
    let participants = stores.store.participants(tenant.workspace, &[id]).await.expect("the store answers");
    assert_eq!(participants.concat().len(), 1);
}

#[tokio::test]
async fn a_broken_reference_leaves_nothing_and_the_connection_usable() {
    let Some(stores) = shared_stores().await else { return };
    let tenant = a_workspace(&stores).await;
    let bad = an_engagement(tenant, "bad");
    let id = bad.id;
    let nobody = a_participant(a_contact("nobody@example.com").id);
    let answer = stores.store.commit(creating_with(bad, vec![nobody])).await;
    assert!(matches!(answer, Err(CommitError::Store(_))), "{answer:?}");
    assert_eq!(stores.store.by_id(tenant.workspace, id).await.expect("the store answers"), None);
    let turns = (0..20).map(|n| stores.store.commit(creating(an_engagement(tenant, &format!("good {n}")))));
    assert!(join_all(turns).await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_restart_of_the_server_costs_no_write() {
    let Some(server) = PostgresServer::start() else { return };
    let store = Arc::new(connect_with(&server.create_database(), 1).await);
    store.migrate().await.expect("the database takes the schema");
    let stores = Stores::of(store.clone());
    let tenant = a_workspace(&stores).await;
    server.restart();
    let engagement = created(&stores, an_engagement(tenant, "after the restart")).await;
    let read = store.by_id(tenant.workspace, engagement.id).await.expect("the store answers");
    assert_eq!(read, Some(engagement));
}
