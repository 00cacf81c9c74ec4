//! `pgbench`, inserting the rows of one create into PostgreSQL, over and over: a transaction each, prepared.
//!
//! The rows are read from a database that the service wrote, whatever its tables are by now. They stand in the script
//! as literals; only ids are new each time.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use sea_orm::sqlx::{
    self, AssertSqlSafe, Connection, PgConnection, Row,
    postgres::{PgConnectOptions, PgRow},
};
use tokio::process::Command;

use super::sqlite::ulid_of;
use crate::failure::{Failure, OrFail};

/// Clients of one run may make this many creates each before the ids of the next run begin.
const IDS_A_RUN: u64 = 100_000_000;

/// A prepared run.
pub(crate) struct PgBench {
    program: PathBuf,
    script: PathBuf,
    url: String,
    runs: u64,
}

/// Where pgbench is; nothing where it is not installed.
pub(crate) fn installed() -> Option<PathBuf> {
    // Debian's own place first: what it puts on the PATH is a script that chooses a version and takes its time.
    let versions = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin/pgbench"))))
        .filter(|(_, program)| program.exists())
        .collect();
    versions.sort();
    let on_path = || env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join("pgbench")).find(|file| file.exists());
    versions.pop().map(|(_, program)| program).or_else(on_path)
}

impl PgBench {
    /// Copies the database in which the service made this engagement, and writes the script. Nobody else may be
    /// connected to it.
    pub(crate) async fn prepare(
        program: PathBuf,
        (url, maintenance): (&str, &str),
        (engagement, folder): (&str, &Path),
    ) -> Result<Self, Failure> {
        let script = folder.join("creates.sql");
        let text = script_of(url, ulid_of(engagement)).await.or_fail("the rows could not be read")?;
        fs::write(&script, text).or_fail("the script could not be written")?;
        let url = copy(url, maintenance, "yardstick").await?;
        Ok(Self { program, script, url, runs: 0 })
    }

    /// Creates a second with this many clients.
    pub(crate) async fn rate(&mut self, clients: u32, span: Duration) -> Result<f64, Failure> {
        let first = self.runs * IDS_A_RUN;
        self.runs += 1;
        let lasting = [format!("--time={}", span.as_secs().max(1)), format!("--define=i={first}")];
        run(&self.program, (&self.script, &self.url), (clients, &lasting)).await
    }
}

/// Runs a script, so many clients at a time, and gives the transactions a second.
pub(super) async fn run(
    program: &Path,
    (script, url): (&Path, &str),
    (clients, options): (u32, &[String]),
) -> Result<f64, Failure> {
    let mut command = Command::new(program);
    command.args(["--no-vacuum", "--protocol=prepared", "--jobs=2"]).arg(format!("--client={clients}"));
    command.args(options).arg("--file").arg(script).arg(url);
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = output.or_fail("pgbench could not be started")?;
    let printed = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::plain(format!("pgbench: {}: {complaint}", output.status)));
    }
    rate_in(&printed).ok_or_else(|| Failure::plain(format!("pgbench did not tell its rate: {printed}")))
}

/// Copies a database that nobody is connected to, and gives the URL of the copy.
pub(crate) async fn copy(url: &str, maintenance: &str, suffix: &str) -> Result<String, Failure> {
    let name = url.rsplit('/').next().unwrap_or_default();
    let statement = format!("CREATE DATABASE \"{name}_{suffix}\" TEMPLATE \"{name}\"");
    execute(maintenance, statement).await.or_fail("the database could not be copied")?;
    Ok(format!("{url}_{suffix}"))
}

/// The rate without the time that connecting took, which is not in ours either.
fn rate_in(printed: &str) -> Option<f64> {
    let mut rates = printed.lines().filter_map(|line| line.strip_prefix("tps = "));
    rates.next_back()?.split(' ').next()?.parse().ok()
}

async fn execute(url: &str, statement: String) -> Result<(), sqlx::Error> {
    let mut connection = connect(url).await?;
    sqlx::query(AssertSqlSafe(statement)).persistent(false).execute(&mut connection).await?;
    connection.close().await
}

async fn connect(url: &str) -> Result<PgConnection, sqlx::Error> {
    let options: PgConnectOptions = url.parse()?;
    PgConnection::connect_with(&options).await
}

/// The engagement first, because the others refer to it.
async fn script_of(url: &str, engagement: &str) -> Result<String, sqlx::Error> {
    let mut connection = connect(url).await?;
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema() \
                  AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'seaql%' \
                  ORDER BY table_name <> 'engagements', table_name";
    let columns = "SELECT column_name::text FROM information_schema.columns WHERE table_schema = current_schema() \
                   AND table_name = $1 ORDER BY ordinal_position";
    let mut script = "\\set i :i + 1\n\\set e :i * 1000 + :client_id\nBEGIN;\n".to_owned();
    let mut made = 0;
    for table in names(sqlx::query(tables).fetch_all(&mut connection).await?)? {
        let columns = names(sqlx::query(columns).bind(table.as_str()).fetch_all(&mut connection).await?)?;
        let Some(filter) = filter(&table, &columns) else { continue };
        let texts: Vec<String> = columns.iter().map(|column| format!("\"{column}\"::text")).collect();
        let select = format!("SELECT {} FROM \"{table}\" WHERE {filter}", texts.join(", "));
        let rows = sqlx::query(AssertSqlSafe(select)).bind(engagement).fetch_all(&mut connection).await?;
        if !rows.is_empty() {
            script.push_str(&insert(&table, &columns, (&rows, engagement, &mut made))?);
        }
    }
    connection.close().await?;
    script.push_str("COMMIT;\n");
    Ok(script)
}

fn names(rows: Vec<PgRow>) -> Result<Vec<String>, sqlx::Error> {
    rows.iter().map(|row| row.try_get(0_usize)).collect()
}

/// Which rows of a table a create made, by the id of its engagement: an event has it in its payload.
fn filter(table: &str, columns: &[String]) -> Option<&'static str> {
    let has = |name: &str| columns.iter().any(|column| column == name);
    match table {
        "engagements" => Some("id = $1"),
        _ if has("engagement_id") => Some("engagement_id = $1"),
        _ if has("payload") => Some("position(convert_to($1, 'UTF8') in payload) > 0"),
        _ => None,
    }
}

fn insert(
    table: &str,
    columns: &[String],
    (rows, engagement, made): (&[PgRow], &str, &mut u32),
) -> Result<String, sqlx::Error> {
    let mut tuples = Vec::new();
    for row in rows {
        let mut values = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            let text: Option<String> = row.try_get(index)?;
            values.push(match (text, column.as_str()) {
                (None, _) => "NULL".to_owned(),
                (Some(text), _) if text == engagement => id(0),
                (Some(_), "id") => {
                    *made += 1;
                    id(*made)
                }
                (Some(_), "external_id") => "md5(CAST(:e AS text))".to_owned(),
                (Some(text), _) => literal(&text),
            });
        }
        tuples.push(format!("({})", values.join(", ")));
    }
    let names: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    Ok(format!("INSERT INTO \"{table}\" ({}) VALUES {};\n", names.join(", "), tuples.join(", ")))
}

/// An id of 26 characters that grows, the number making it differ from the create's other ids.
fn id(number: u32) -> String {
    format!("lpad(CAST(:e AS text), 23, '0') || '{number:03}'")
}

/// A literal without a colon, which pgbench would read as the begin of a variable.
fn literal(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "''").replace(':', "\\x3A").replace('\n', "\\n");
    format!("E'{escaped}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_survives_pgbench_and_the_server() {
        assert_eq!(literal(r#"{"a":"it's"}"#), r#"E'{"a"\x3A"it''s"}'"#);
        assert_eq!(literal(r"\x4142"), r"E'\\x4142'");
    }

    #[test]
    fn the_rate_is_read_from_what_pgbench_prints() {
        let printed = "number of failed transactions: 0 (0.000%)\ninitial connection time = 9 ms\n\
                       tps = 2468.135790 (without initial connection time)\n";
        assert_eq!(rate_in(printed), Some(2_468.135_790));
        assert_eq!(rate_in("nothing"), None);
    }
}
