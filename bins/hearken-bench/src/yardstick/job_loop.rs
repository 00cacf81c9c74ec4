//! The least that a queue with fencing writes: a lease and a settlement of each job, and nothing of what it was for.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use sea_orm::sqlx::{
    self, ConnectOptions, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::pgbench;
use crate::{
    failure::{Failure, OrFail},
    statistics::count,
};

/// How many jobs are leased in one commit, and settled in another one.
const BATCH: u32 = 64;
/// On PostgreSQL each client leases this many, and settles each in a transaction of its own.
const SHARE: u32 = 4;
/// As many as the service has connections.
const CLIENTS: u32 = 16;

/// The statement with which the service leases, without what it reads back.
const LEASE: &str = "WITH due AS MATERIALIZED (SELECT id AS due_id FROM jobs WHERE lane = 'quick' \
    AND workspace_id = ?1 AND state = 'queued' AND rank = 'live' AND due_at <= 9999999999999 \
    ORDER BY due_at, id LIMIT ?2) \
    UPDATE jobs SET state = 'running', attempt = attempt + 1, token = ?3, process = ?3, due_at = 99999999999999 \
    FROM due WHERE workspace_id = ?1 AND id = due_id RETURNING id";
const SETTLE: &str = "UPDATE jobs SET state = 'done', due_at = NULL, token = NULL, process = NULL, note_code = NULL, \
    note_message = NULL WHERE workspace_id = ?1 AND id = ?2 AND token = ?3 AND attempt = 1 AND state = 'running'";

/// Drains the jobs of a file in one connection with full fsync, and gives the jobs a second.
pub(crate) async fn sqlite(path: &Path) -> Result<f64, Failure> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .disable_statement_logging();
    let mut connection = options.connect().await.or_fail("the yardstick's database could not be opened")?;
    drain(&mut connection).await.or_fail("the yardstick's jobs could not be settled")
}

async fn drain(connection: &mut SqliteConnection) -> Result<f64, sqlx::Error> {
    let workspaces = sqlx::query("SELECT DISTINCT workspace_id FROM jobs").fetch_all(&mut *connection).await?;
    let workspaces: Vec<String> = workspaces.iter().map(|row| row.try_get(0_usize)).collect::<Result<_, _>>()?;
    let (begin, mut done) = (Instant::now(), 0_u32);
    for workspace in &workspaces {
        loop {
            let settled = batch(connection, workspace).await?;
            done += settled;
            if settled < BATCH {
                break;
            }
        }
    }
    Ok(count(done) / begin.elapsed().as_secs_f64())
}

async fn batch(connection: &mut SqliteConnection, workspace: &str) -> Result<u32, sqlx::Error> {
    const TOKEN: &str = "01JBENCHBENCHBENCHBENCHBEN";
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    let leased = sqlx::query(LEASE).bind(workspace).bind(i64::from(BATCH)).bind(TOKEN);
    let leased = leased.fetch_all(&mut *connection).await?;
    sqlx::query("COMMIT").execute(&mut *connection).await?;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await?;
    let mut settled = 0;
    for row in leased {
        let id: String = row.try_get(0_usize)?;
        let settling = sqlx::query(SETTLE).bind(workspace).bind(id).bind(TOKEN).execute(&mut *connection).await?;
        settled += u32::try_from(settling.rows_affected()).unwrap_or(0);
    }
    sqlx::query("COMMIT").execute(&mut *connection).await?;
    Ok(settled)
}

/// The same on PostgreSQL, by pgbench.
pub(crate) struct PgJobs {
    program: PathBuf,
    script: PathBuf,
}

impl PgJobs {
    /// Writes the script; nothing where pgbench is not installed.
    pub(crate) fn prepare(folder: &Path) -> Result<Option<Self>, Failure> {
        let Some(program) = pgbench::installed() else { return Ok(None) };
        let script = folder.join("jobs.sql");
        fs::write(&script, pg_script()).or_fail("the script could not be written")?;
        Ok(Some(Self { program, script }))
    }

    /// Settles nine of ten of so many jobs, that no client runs out of them, and gives the jobs a second.
    pub(crate) async fn rate(&self, url: &str, jobs: u32) -> Result<f64, Failure> {
        let transactions = (jobs / 10 * 9 / CLIENTS / SHARE).max(1);
        let options = [format!("--transactions={transactions}")];
        let rate = pgbench::run(&self.program, (&self.script, url), (CLIENTS, &options)).await?;
        Ok(rate * f64::from(SHARE))
    }
}

/// Half of the clients share a workspace each with another one.
fn pg_script() -> String {
    let ids: Vec<String> = (1..=SHARE).map(|n| format!("(array_agg(id))[{n}] AS j{n}")).collect();
    let settle = |n| {
        format!(
            "UPDATE jobs SET state = 'done', due_at = NULL, token = NULL, process = NULL, note_code = NULL, \
             note_message = NULL WHERE workspace_id = :w AND id = :j{n} AND token = 'bench' || :client_id \
             AND attempt = 1 AND state = 'running';\n"
        )
    };
    format!(
        "SELECT id AS w FROM workspaces ORDER BY id OFFSET :client_id % 8 LIMIT 1 \\gset\n\
         WITH due AS MATERIALIZED (SELECT id AS due_id FROM jobs WHERE lane = 'quick' AND workspace_id = :w \
         AND state = 'queued' AND rank = 'live' AND due_at <= 9999999999999 \
         ORDER BY due_at, id LIMIT {SHARE} FOR UPDATE SKIP LOCKED), \
         leased AS (UPDATE jobs SET state = 'running', attempt = attempt + 1, token = 'bench' || :client_id, \
         process = 'bench', due_at = 99999999999999 \
         FROM due WHERE workspace_id = :w AND id = due_id RETURNING id) \
         SELECT {} FROM leased \\gset\n{}",
        ids.join(", "),
        (1..=SHARE).map(settle).collect::<String>(),
    )
}
