//! A bare loop that commits the rows of one create to SQLite, over and over: no request, no question, one connection,
//! prepared statements, the same durability.
//!
//! The rows are read from a database that the service wrote, whatever its tables are by now. Only ids are new each
//! time, made the way the service makes them, so that indexes grow alike.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use hearken_domain::ids::Ulid;
use sea_orm::sqlx::{
    self, AssertSqlSafe, ConnectOptions, Database, Row, Sqlite, SqliteConnection,
    query::Query,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous},
};

use crate::{
    calls::new_external_id,
    failure::{Failure, OrFail},
    statistics::count,
};

/// How many creates are tried in one commit.
const BATCHES: [u32; 5] = [1, 8, 32, 64, 128];

type Inserting = Query<'static, Sqlite, <Sqlite as Database>::Arguments>;

/// A value of a row.
#[derive(Clone, Debug)]
enum Cell {
    Null,
    Integer(i64),
    Real(f64),
    Text(Arc<str>),
    Blob(Vec<u8>),
    /// The id of the engagement.
    Engagement,
    /// The id of the row.
    Own,
    ExternalId,
}

/// The rows of one table, in one statement as the service has them.
struct Part {
    insert: Arc<str>,
    cells: Vec<Cell>,
}

/// The loop.
pub(crate) struct SqliteLoop {
    connection: SqliteConnection,
    parts: Vec<Part>,
}

impl SqliteLoop {
    /// Over a copy of a database in which the service made this engagement.
    pub(crate) async fn open(path: &Path, engagement: &str) -> Result<Self, Failure> {
        // As the service's own writing connection.
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .statement_cache_capacity(256)
            .disable_statement_logging();
        let mut connection = options.connect().await.or_fail("the yardstick's database could not be opened")?;
        let parts = parts_of(&mut connection, ulid_of(engagement)).await.or_fail("the rows could not be read")?;
        if parts.len() < 4 {
            return Err(Failure::plain(
                "the rows of a create were not found: the yardstick has to learn the new tables",
            ));
        }
        Ok(Self { connection, parts })
    }

    /// The number of creates in one commit with which the loop is fastest.
    pub(crate) async fn best_batch(&mut self, span: Duration) -> Result<u32, Failure> {
        let mut best = (0, 0.0);
        for batch in BATCHES {
            let rate = self.rate(batch, span).await?;
            eprintln!("  bare loop, {batch} a commit: {rate:.0}/s");
            if rate > best.1 {
                best = (batch, rate);
            }
        }
        Ok(best.0)
    }

    /// Creates a second.
    pub(crate) async fn rate(&mut self, batch: u32, span: Duration) -> Result<f64, Failure> {
        let begin = Instant::now();
        let mut done = 0_u32;
        while begin.elapsed() < span {
            self.commit(batch).await.or_fail("the yardstick's rows could not be committed")?;
            done += batch;
        }
        Ok(count(done) / begin.elapsed().as_secs_f64())
    }

    async fn commit(&mut self, batch: u32) -> Result<(), sqlx::Error> {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut self.connection).await?;
        for _ in 0..batch {
            let engagement: Arc<str> = new_ulid().into();
            for part in &self.parts {
                let statement: Inserting = sqlx::query(AssertSqlSafe(part.insert.clone()));
                let bound = part.cells.iter().fold(statement, |statement, cell| bind(statement, cell, &engagement));
                bound.execute(&mut self.connection).await?;
            }
        }
        sqlx::query("COMMIT").execute(&mut self.connection).await?;
        Ok(())
    }
}

fn bind(statement: Inserting, cell: &Cell, engagement: &Arc<str>) -> Inserting {
    match cell {
        Cell::Null => statement.bind(None::<i64>),
        Cell::Integer(number) => statement.bind(*number),
        Cell::Real(number) => statement.bind(*number),
        Cell::Text(text) => statement.bind(text.clone()),
        Cell::Blob(bytes) => statement.bind(bytes.clone()),
        Cell::Engagement => statement.bind(engagement.clone()),
        Cell::Own => statement.bind(new_ulid()),
        Cell::ExternalId => statement.bind(new_external_id()),
    }
}

/// As stored: without the prefix that says whose it is.
pub(super) fn ulid_of(id: &str) -> &str {
    id.rsplit('_').next().unwrap_or(id)
}

/// An id as stored, made as the service makes it.
fn new_ulid() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let mut buffer = [0; 26];
    Ulid::from_parts(u64::try_from(now).unwrap_or(0), rand::random()).array_to_str(&mut buffer).to_owned()
}

/// The engagement first, because the others refer to it.
async fn parts_of(connection: &mut SqliteConnection, engagement: &str) -> Result<Vec<Part>, sqlx::Error> {
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' \
                  AND name NOT LIKE 'seaql%' ORDER BY name <> 'engagements', name";
    let mut parts = Vec::new();
    for table in names(sqlx::query(tables).fetch_all(&mut *connection).await?)? {
        let columns = sqlx::query("SELECT name FROM pragma_table_info(?) ORDER BY cid").bind(table.as_str());
        let columns = names(columns.fetch_all(&mut *connection).await?)?;
        let Some(filter) = filter(&table, &columns) else { continue };
        let select = format!("SELECT {} FROM \"{table}\" WHERE {filter}", with_types(&columns));
        let rows = sqlx::query(AssertSqlSafe(select)).bind(engagement).fetch_all(&mut *connection).await?;
        if let Some(part) = part(&table, &columns, (&rows, engagement))? {
            parts.push(part);
        }
    }
    Ok(parts)
}

fn names(rows: Vec<SqliteRow>) -> Result<Vec<String>, sqlx::Error> {
    rows.iter().map(|row| row.try_get(0_usize)).collect()
}

/// Which rows of a table a create made, by the id of its engagement: an event has it in its payload.
fn filter(table: &str, columns: &[String]) -> Option<&'static str> {
    let has = |name: &str| columns.iter().any(|column| column == name);
    match table {
        "engagements" => Some("id = ?"),
        _ if has("engagement_id") => Some("engagement_id = ?"),
        _ if has("payload") => Some("instr(payload, CAST(? AS BLOB)) > 0"),
        _ => None,
    }
}

fn with_types(columns: &[String]) -> String {
    columns.iter().map(|column| format!("typeof(\"{column}\"), \"{column}\"")).collect::<Vec<_>>().join(", ")
}

fn part(
    table: &str,
    columns: &[String],
    (rows, engagement): (&[SqliteRow], &str),
) -> Result<Option<Part>, sqlx::Error> {
    if rows.is_empty() {
        return Ok(None);
    }
    let names: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let row = format!("({})", vec!["?"; columns.len()].join(", "));
    let values = vec![row; rows.len()].join(", ");
    let insert = format!("INSERT INTO \"{table}\" ({}) VALUES {values}", names.join(", "));
    let mut cells = Vec::with_capacity(rows.len() * columns.len());
    for row in rows {
        for (index, column) in columns.iter().enumerate() {
            cells.push(cell(row, 2 * index, (column, engagement))?);
        }
    }
    Ok(Some(Part { insert: insert.into(), cells }))
}

/// The value after its type's name.
fn cell(row: &SqliteRow, index: usize, (column, engagement): (&str, &str)) -> Result<Cell, sqlx::Error> {
    let kind: String = row.try_get(index)?;
    let at = index + 1;
    Ok(match kind.as_str() {
        "null" => Cell::Null,
        // Unchecked, because a declared type such as BOOLEAN is no obstacle: what is stored is a number.
        "integer" => Cell::Integer(row.try_get_unchecked(at)?),
        "real" => Cell::Real(row.try_get_unchecked(at)?),
        "blob" => Cell::Blob(row.try_get_unchecked(at)?),
        _ => {
            let text: String = row.try_get_unchecked(at)?;
            match column {
                _ if text == engagement => Cell::Engagement,
                "id" => Cell::Own,
                "external_id" => Cell::ExternalId,
                _ => Cell::Text(text.into()),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lose_their_prefix_and_are_as_long_as_the_service_makes_them() {
        assert_eq!(ulid_of("eng_01J"), "01J");
        assert_eq!(new_ulid().len(), 26);
    }

    #[test]
    fn rows_are_found_by_what_names_the_engagement() {
        let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(filter("jobs", &columns(&["id", "engagement_id"])), Some("engagement_id = ?"));
        assert_eq!(filter("engagements", &columns(&["id"])), Some("id = ?"));
        assert!(filter("events", &columns(&["payload"])).is_some_and(|filter| filter.contains("instr")));
        assert_eq!(filter("users", &columns(&["id"])), None);
    }
}
