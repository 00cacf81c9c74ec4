//! The rows behind what the API shows, looked at from outside: in SQLite's file, also beside a server that lives on it,
//! or in PostgreSQL.

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, QueryResult, Statement, TryGetable};

use crate::{installation::Installation, life::Life};

/// How much of what follows is not done yet.
const LEFT: &str = "SELECT (SELECT count(*) FROM jobs WHERE state <> 'done') \
                    + (SELECT count(*) FROM deliveries WHERE state <> 'DELIVERED')";

/// One connection.
pub struct Database(DatabaseConnection);

impl Database {
    /// Looks at an installation's.
    pub async fn of(installation: &Installation) -> Self {
        let mut options = ConnectOptions::new(installation.database_url());
        options.max_connections(1).sqlx_logging(false);
        Self(sea_orm::Database::connect(options).await.expect("the database can be connected to"))
    }

    /// The number that a query gives.
    pub async fn count(&self, query: &str) -> usize {
        let rows = self.rows(query).await;
        let count: i64 = value(rows.first().expect("a number has a row"));
        usize::try_from(count).expect("it counts")
    }

    /// The texts of a query's one column.
    pub async fn texts(&self, query: &str) -> Vec<String> {
        self.rows(query).await.iter().map(value).collect()
    }

    /// Changes rows, and tells how many.
    pub async fn change(&self, statement: &str) -> usize {
        let changed = self.0.execute_unprepared(statement).await;
        let changed = changed.unwrap_or_else(|error| panic!("{statement}: {error}"));
        usize::try_from(changed.rows_affected()).expect("it counts")
    }

    /// How many jobs and deliveries are not done yet.
    pub async fn left(&self) -> usize {
        self.count(LEFT).await
    }

    /// Waits until everything that follows is done, or the process that does it is gone.
    pub async fn is_done_or(&self, life: &mut Life) {
        hearken_e2e::until::until("everything that follows is done", async || {
            (life.is_over() || self.left().await == 0).then_some(())
        })
        .await;
    }

    async fn rows(&self, query: &str) -> Vec<QueryResult> {
        let statement = Statement::from_string(self.0.get_database_backend(), query);
        self.0.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{query}: {error}"))
    }
}

fn value<T: TryGetable>(row: &QueryResult) -> T {
    row.try_get_by_index(0).expect("the first column has this type")
}
