//! The order of a queue, and its suspects: a rank on every job, and an index each for what waits and for what runs.
//!
//! What waits is found by its rank, a seek for each; what runs is looked at only to find leases that have run out. A job
//! is in one of the two indexes at a time, as it was in one place of the old one, so the queue is written as before.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

use super::in_dialect;

/// Adds the order.
pub(crate) struct Queue;

impl MigrationName for Queue {
    fn name(&self) -> &'static str {
        "m0006_queue"
    }
}

#[async_trait]
impl MigrationTrait for Queue {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        for statement in STATEMENTS {
            manager.get_connection().execute_unprepared(&in_dialect(backend, statement)).await?;
        }
        Ok(())
    }
}

/// What was tried before or ends an engagement was begun; the rest is live, since nothing says otherwise.
const STATEMENTS: &[&str] = &[
    "ALTER TABLE jobs ADD COLUMN rank {key} NOT NULL DEFAULT 'live'",
    "UPDATE jobs SET rank = 'live_begun' WHERE due_at IS NOT NULL AND (attempt > 0 OR step IN ('finish', 'automate'))",
    "DROP INDEX jobs_due",
    "CREATE INDEX jobs_due ON jobs (lane, workspace_id, rank, due_at, id) WHERE state = 'queued'",
    "CREATE INDEX jobs_leased ON jobs (due_at) WHERE state = 'running'",
];

#[cfg(test)]
mod tests {
    use hearken_testkit::postgres::PostgresServer;
    use sea_orm::{ConnectOptions, Database, DatabaseConnection};
    use sea_orm_migration::MigratorTrait;

    use super::*;
    use crate::migration::Migrator;

    /// A job each, as the schema before this one has them: its id, step, state, attempt, and when it is due.
    const ROWS: &[(&str, &str, &str, i64, &str)] = &[
        ("J1", "tag", "queued", 0, "5"),
        ("J2", "extract", "queued", 2, "6"),
        ("J3", "finish", "queued", 0, "7"),
        ("J4", "probe", "running", 1, "8"),
        ("J5", "summarise", "done", 1, "NULL"),
    ];

    async fn upgraded(db: &DatabaseConnection) -> Vec<(String, String, String)> {
        let name = Queue.name();
        let before = Migrator::migrations().iter().position(|migration| migration.name() == name).expect("it is one");
        Migrator::up(db, u32::try_from(before).ok()).await.expect("the earlier schema can be made");
        for (id, step, state, attempt, due_at) in ROWS {
            run(
                db,
                &format!(
                    "INSERT INTO jobs (workspace_id, id, engagement_id, step, state, attempt, run_at, lane, due_at) \
                     VALUES ('W', '{id}', 'E', '{step}', '{state}', {attempt}, 1, 'quick', {due_at})"
                ),
            )
            .await;
        }
        Migrator::up(db, None).await.expect("the schema can be upgraded");
        let statement = sea_orm::Statement::from_string(
            db.get_database_backend(),
            "SELECT id, lane, rank FROM jobs ORDER BY id".to_owned(),
        );
        let rows = db.query_all_raw(statement).await.expect("the rows are there");
        let text = |row: &sea_orm::QueryResult, n| row.try_get_by_index::<String>(n).expect("it is a text");
        rows.iter().map(|row| (text(row, 0), text(row, 1), text(row, 2))).collect()
    }

    async fn run(db: &DatabaseConnection, sql: &str) {
        db.execute_unprepared(sql).await.expect("the row can be made");
    }

    fn expected() -> Vec<(String, String, String)> {
        let ranks = ["live", "live_begun", "live_begun", "live_begun", "live"];
        let row = |(row, rank): (&(&str, _, _, _, _), &str)| (row.0.to_owned(), "quick".to_owned(), rank.to_owned());
        ROWS.iter().zip(ranks).map(row).collect()
    }

    #[tokio::test]
    async fn jobs_of_the_earlier_schema_get_their_rank_on_sqlite() {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1);
        let db = Database::connect(options).await.expect("memory can be opened");
        run(&db, "PRAGMA foreign_keys = OFF").await;
        assert_eq!(upgraded(&db).await, expected());
    }

    #[tokio::test]
    async fn jobs_of_the_earlier_schema_get_their_rank_on_postgresql() {
        let Some(server) = PostgresServer::shared() else { return };
        let mut options = ConnectOptions::new(server.create_database());
        options.max_connections(1);
        let db = Database::connect(options).await.expect("the server answers");
        run(&db, "SET session_replication_role = replica").await;
        assert_eq!(upgraded(&db).await, expected());
    }
}
