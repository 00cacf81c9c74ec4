//! A backlog: the queued work of one engagement, many times over, in a SQLite file that no server lives on.

use crate::database::Database;

/// The tables that have rows of an engagement whose work is queued, each with what tells its rows from each other.
const TABLES: [(&str, &str); 3] = [
    ("engagements", "'00'"),
    ("timelines", "'00'"),
    ("jobs", "CASE step WHEN 'summarise' THEN '01' WHEN 'tag' THEN '02' ELSE '03' END"),
];

/// Makes so many copies of every engagement that is there.
pub async fn multiply(database: &Database, copies: usize) {
    for (table, own) in TABLES {
        let columns = database.texts(&format!("SELECT name FROM pragma_table_info('{table}')")).await;
        let values: Vec<String> = columns.iter().map(|column| value(column, own)).collect();
        let (columns, values) = (columns.join(", "), values.join(", "));
        let copied = database
            .change(&format!(
                "WITH RECURSIVE copies (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < {copies}) \
                 INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, copies"
            ))
            .await;
        assert!(copied >= copies, "{copied} rows of {table} were made");
    }
}

/// A column of a copy. Ids keep their time, and get digits for the rest.
fn value(column: &str, own: &str) -> String {
    match column {
        "id" => format!("substr(id, 1, 14) || {own} || printf('%010d', n)"),
        "engagement_id" => "substr(engagement_id, 1, 14) || '00' || printf('%010d', n)".to_owned(),
        "external_id" => "external_id || '-' || n".to_owned(),
        other => other.to_owned(),
    }
}
