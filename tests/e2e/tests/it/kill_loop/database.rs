//! Looks into the SQLite file that a stopped server left: the rows behind what the API shows.

use std::path::Path;

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

/// The file is intact, has these engagements with what belongs to each, and no trace of anything unfinished.
pub(crate) async fn assert_sound(file: &Path, engagements: usize, recordings: usize) {
    let db = Database::connect(format!("sqlite://{}", file.display())).await.expect("the file can be opened");
    let intact: String = value(&db, "PRAGMA integrity_check").await;
    assert_eq!(intact, "ok");
    let broken_links = rows(&db, "PRAGMA foreign_key_check").await;
    assert_eq!(broken_links, 0, "rows refer to rows that are not there");
    for (sql, expected) in [
        ("SELECT count(*) FROM engagements", engagements),
        ("SELECT count(DISTINCT external_id) FROM engagements", engagements),
        ("SELECT count(*) FROM events WHERE kind = 'v1.engagement.created'", engagements),
        ("SELECT count(DISTINCT engagement_id) FROM jobs", engagements),
        ("SELECT count(*) FROM timelines", engagements - recordings),
        ("SELECT count(*) FROM uploads WHERE state = 'live'", recordings),
        ("SELECT count(*) FROM uploads WHERE state <> 'live'", 0),
        ("SELECT count(*) FROM claims", 0),
    ] {
        let counted: i64 = value(&db, sql).await;
        assert_eq!(usize::try_from(counted), Ok(expected), "{sql}");
    }
    db.close().await.expect("the file can be closed");
}

async fn value<T: sea_orm::TryGetable>(db: &DatabaseConnection, sql: &str) -> T {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.expect("the query is good");
    row.expect("it has a row").try_get_by_index(0).expect("the value has this type")
}

async fn rows(db: &DatabaseConnection, sql: &str) -> usize {
    db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.expect("the query is good").len()
}
