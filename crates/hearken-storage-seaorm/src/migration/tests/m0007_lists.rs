//! Engagements that were there before the indexes are found by them, and followed when they change.

use std::sync::Arc;

use hearken_domain::{
    access::Visibility,
    engagement::{Engagement, ProcessingStatus},
    ids::EngagementId,
    query::{Direction, EngagementFilter, EngagementQuery, OrderBy},
};
use hearken_testkit::{
    Stores,
    fixture::{Tenant, an_engagement, changing, commit, created, new_id, parsed},
    postgres::PostgresServer,
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, TransactionTrait};
use sea_orm_migration::MigratorTrait;

use crate::{PostgresSettings, PostgresStore, SqliteSettings, SqliteStore, columns::key, migration::Migrator};

const TITLE: &str = "Vierteljährliche Durchsicht";

#[tokio::test]
async fn a_sqlite_file_of_before_is_searched_by_its_trigrams() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("hearken.db");
    let earlier = Database::connect(format!("sqlite://{}?mode=rwc", path.display())).await.expect("a file can be made");
    let tenant = written_before(&earlier).await;
    earlier.close().await.expect("nothing is under way");

    let store = Arc::new(SqliteStore::open(SqliteSettings::new(&path)).await.expect("the file is brought up to date"));
    is_found_and_followed(&Stores::of(store.clone()), tenant).await;
    store.close().await;
    // What a VACUUM numbers anew is not what the index knows rows by.
    let db = Database::connect(format!("sqlite://{}", path.display())).await.expect("the file is there");
    db.execute_unprepared("DELETE FROM engagements WHERE external_id = 'call 0'").await.expect("nothing refers to it");
    db.execute_unprepared("VACUUM").await.expect("nothing is under way");
    let store = Arc::new(SqliteStore::open(SqliteSettings::new(&path)).await.expect("the file is there"));
    assert_eq!(found(&Stores::of(store), tenant, "changed").await, ["call 1"]);
}

#[tokio::test]
async fn a_postgresql_database_of_before_is_searched_by_its_trigrams() {
    let Some(server) = PostgresServer::shared() else { return };
    let url = server.create_database();
    let earlier = Database::connect(url.clone()).await.expect("the server answers");
    let tenant = written_before(&earlier).await;
    let store = Arc::new(PostgresStore::connect(PostgresSettings::new(url)).await.expect("the server answers"));
    store.migrate().await.expect("the database is brought up to date");
    assert!(store.has_title_index().await.expect("the schema is readable"));
    is_found_and_followed(&Stores::of(store), tenant).await;
}

/// An extension that may not be made costs the index and nothing else, and the index is made as soon as it can be had.
#[tokio::test]
async fn a_postgresql_without_the_extension_searches_without_the_index() {
    let Some(server) = PostgresServer::shared() else { return };
    let url = server.create_database();
    let admin = Database::connect(url.clone()).await.expect("the server answers");
    let refuse = "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN \
                  RAISE EXCEPTION 'no extension may be made'; END $$; \
                  CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE EXTENSION') \
                  EXECUTE FUNCTION refuse()";
    admin.execute_unprepared(refuse).await.expect("the test's role may do anything");
    let tenant = written_before(&admin).await;
    let store = Arc::new(PostgresStore::connect(PostgresSettings::new(url)).await.expect("the server answers"));
    store.migrate().await.expect("the database is brought up to date all the same");
    assert!(!store.has_title_index().await.expect("the schema is readable"));
    is_found_and_followed(&Stores::of(store.clone()), tenant).await;

    // In a schema that is not looked into by itself, as some providers have it.
    let allow = "DROP EVENT TRIGGER refuse; CREATE SCHEMA extensions; CREATE EXTENSION pg_trgm SCHEMA extensions";
    admin.execute_unprepared(allow).await.expect("the test's role may do anything");
    assert!(store.migrate().await.expect("the schema is readable").is_empty());
    assert!(store.has_title_index().await.expect("the schema is readable"));
    assert_eq!(found(&Stores::of(store), tenant, "changed").await, ["call 1"]);
}

/// Applies what came before, and writes a workspace with two engagements.
async fn written_before(db: &DatabaseConnection) -> Tenant {
    let names: Vec<String> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    let before = names.iter().position(|name| name == "m0007_lists").expect("it is one of them");
    let transaction = db.begin().await.expect("the database answers");
    Migrator::up(&transaction, u32::try_from(before).ok()).await.expect("the database takes the schema");
    let tenant = Tenant { workspace: new_id(), user: new_id(), key: new_id() };
    let (workspace, user) = (key(tenant.workspace), key(tenant.user));
    let mut statements = vec![
        format!(
            "INSERT INTO workspaces (id, name, private_by_default, created_at) VALUES ('{workspace}', 'W', false, 0)"
        ),
        format!(
            "INSERT INTO users (workspace_id, id, role, created_at, updated_at, version) \
             VALUES ('{workspace}', '{user}', 'OWNER', 0, 0, 0)"
        ),
    ];
    for n in 0..2 {
        let id = key(new_id::<EngagementId>());
        statements.push(format!(
            "INSERT INTO engagements (workspace_id, id, external_id, source_system, title, title_folded,
                engagement_type, status, is_private, is_internal, run_workflows, owner_id, created_by, start_at,
                created_at, updated_at, version)
             VALUES ('{workspace}', '{id}', 'call {n}', 'dialer', '{TITLE} {n}', '{} {n}', 'CALL', 'COMPLETED', false,
                false, false, '{user}', '{user}', 0, 0, {n}, 0)",
            TITLE.to_lowercase(),
        ));
    }
    for statement in statements {
        transaction.execute_unprepared(&statement).await.expect("the rows fit the earlier tables");
    }
    transaction.commit().await.expect("the database answers");
    tenant
}

async fn is_found_and_followed(stores: &Stores, tenant: Tenant) {
    assert_eq!(found(stores, tenant, "JÄHRLICHE DURCH").await, ["call 0", "call 1"]);
    assert_eq!(found(stores, tenant, "durchsicht 1").await, ["call 1"]);
    assert!(found(stores, tenant, "durchsicht 2").await.is_empty());
    let failed = EngagementFilter { statuses: Some(vec![ProcessingStatus::Failed]), ..EngagementFilter::default() };
    assert!(listed(stores, tenant, failed).await.is_empty());
    let row = listed(stores, tenant, searching("durchsicht 1")).await.remove(0);
    commit(stores, changing(Engagement { title: parsed("Changed"), ..row })).await;
    assert_eq!(found(stores, tenant, "changed").await, ["call 1"]);
    assert_eq!(found(stores, tenant, "durchsicht").await, ["call 0"]);
    created(stores, Engagement { title: parsed("Durchsicht, once more"), ..an_engagement(tenant, "new") }).await;
    assert_eq!(found(stores, tenant, "durchsicht").await, ["call 0", "new"]);
}

fn searching(term: &str) -> EngagementFilter {
    EngagementFilter { search: Some(parsed(term)), ..EngagementFilter::default() }
}

/// The external ids of what a search finds, sorted.
async fn found(stores: &Stores, tenant: Tenant, term: &str) -> Vec<String> {
    let rows = listed(stores, tenant, searching(term)).await;
    let mut names: Vec<String> = rows.into_iter().map(|row| row.external_id.into_string()).collect();
    names.sort_unstable();
    names
}

async fn listed(stores: &Stores, tenant: Tenant, filter: EngagementFilter) -> Vec<Engagement> {
    let query = EngagementQuery {
        visibility: Visibility::All,
        filter,
        order_by: OrderBy::default(),
        direction: Direction::default(),
        after: None,
        limit: 100,
    };
    stores.store.list(tenant.workspace, &query).await.expect("the store answers").items
}
