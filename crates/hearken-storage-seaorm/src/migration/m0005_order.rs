//! Published events can be walked through: what each is about stands in a column, and they are found by their moment.
//! On PostgreSQL, the functions by which a write takes its place in the order of changes.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

use super::in_dialect;
use crate::order;

/// Makes everything.
pub(crate) struct Order;

impl MigrationName for Order {
    fn name(&self) -> &'static str {
        "m0005_order"
    }
}

#[async_trait]
impl MigrationTrait for Order {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let db = manager.get_connection();
        if !manager.has_column("events", "about").await? {
            db.execute_unprepared(&in_dialect(backend, "ALTER TABLE events ADD COLUMN about {key}")).await?;
        }
        db.execute_unprepared(match backend {
            DbBackend::Postgres => POSTGRES_ABOUT,
            _ => SQLITE_ABOUT,
        })
        .await?;
        db.execute_unprepared("CREATE INDEX events_by_moment ON events (workspace_id, created_at)").await?;
        if backend == DbBackend::Postgres {
            for function in order::functions() {
                db.execute_unprepared(&function).await?;
            }
        }
        Ok(())
    }
}

/// The events of earlier releases say what they are about in their bytes alone. PostgreSQL's JSON functions refuse a text
/// with `\u0000` in it, so there the one place where it stands is found as text.
const POSTGRES_ABOUT: &str = r#"UPDATE events
    SET about = substring(convert_from(payload, 'UTF8') FROM '"data":\{"object":\{"object":"[a-z]+","id":"[a-z]+_([0-9A-Z]+)"')
    WHERE about IS NULL AND payload IS NOT NULL"#;
const SQLITE_ABOUT: &str = "UPDATE events \
    SET about = substr(json_extract(CAST(payload AS TEXT), '$.data.object.id'), \
        instr(json_extract(CAST(payload AS TEXT), '$.data.object.id'), '_') + 1) \
    WHERE about IS NULL AND payload IS NOT NULL";

#[cfg(test)]
mod tests {
    use sea_orm::{Database, DatabaseConnection, Statement};
    use sea_orm_migration::MigratorTrait;

    use super::*;
    use crate::migration::Migrator;

    /// Events as earlier releases wrote them.
    const EVENTS: &str = "INSERT INTO events (workspace_id, id, kind, payload, created_at) VALUES \
        ('W', 'E1', 'v1.tag.created', {one}, 1), ('W', 'E2', 'v1.engagement.updated', {two}, 2)";

    async fn upgraded(db: &DatabaseConnection, bytes: fn(&str) -> String) -> Vec<(String, Option<String>)> {
        Migrator::up(db, Some(2)).await.expect("the database takes the earlier schema");
        let payload = |object: &str, id: &str| {
            bytes(&format!(r#"{{"data":{{"object":{{"object":"{object}","id":"{id}","title":"\u0000"}}}}}}"#))
        };
        let insert =
            EVENTS.replace("{one}", &payload("tag", "tag_T")).replace("{two}", &payload("engagement", "ngmt_N"));
        db.execute_unprepared(&insert).await.expect("the rows are those of the earlier schema");
        Migrator::up(db, None).await.expect("the database takes this schema");
        let select = Statement::from_string(db.get_database_backend(), "SELECT id, about FROM events ORDER BY id");
        let rows = db.query_all_raw(select).await.expect("the rows can be read");
        let read = |row: &sea_orm::QueryResult| (row.try_get_by_index(0), row.try_get_by_index(1));
        rows.iter().map(read).map(|(id, about)| (id.expect("a text"), about.expect("a text"))).collect()
    }

    fn expected() -> [(String, Option<String>); 2] {
        [("E1".to_owned(), Some("T".to_owned())), ("E2".to_owned(), Some("N".to_owned()))]
    }

    #[tokio::test]
    async fn events_of_earlier_releases_say_what_they_are_about_on_sqlite() {
        let db = Database::connect("sqlite::memory:").await.expect("there is memory");
        assert_eq!(upgraded(&db, |text| format!("CAST('{text}' AS BLOB)")).await, expected());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn events_of_earlier_releases_say_what_they_are_about_on_postgresql() {
        let Some(server) = hearken_testkit::postgres::PostgresServer::shared() else { return };
        let db = Database::connect(server.create_database()).await.expect("the server answers");
        assert_eq!(upgraded(&db, |text| format!("convert_to('{text}', 'UTF8')")).await, expected());
    }
}
