//! Phone numbers as they were sent, beside the normal form that they are found by.
//!
//! What an earlier release stored was the normal form alone, and is shown as that.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// Adds the columns.
pub(crate) struct PhoneNumbers;

impl MigrationName for PhoneNumbers {
    fn name(&self) -> &'static str {
        "m0003_phone_numbers"
    }
}

#[async_trait]
impl MigrationTrait for PhoneNumbers {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["user_handles", "contact_handles"] {
            let statement = format!("ALTER TABLE {table} ADD COLUMN shown TEXT");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use hearken_domain::{
        directory::{Lookup, Matches},
        handle::PhoneNumber,
        ids::Ulid,
        ports::Directory,
    };
    use hearken_testkit::postgres::PostgresServer;
    use sea_orm::Database;
    use sea_orm_migration::MigratorTrait;

    use super::*;
    use crate::{PostgresSettings, PostgresStore, SqliteSettings, SqliteStore, migration::Migrator};

    /// A workspace, a contact and a user.
    const IDS: [&str; 3] = ["01KBR5YZ3C0000000000000001", "01KBR5YZ3C0000000000000002", "01KBR5YZ3C0000000000000003"];

    /// A database as the release before left it: two people, each with a number in its normal form.
    async fn left_by_the_release_before(url: &str) {
        let db = Database::connect(url).await.expect("the database is there");
        Migrator::up(&db, Some(2)).await.expect("the database takes the schema");
        let [workspace, contact, user] = IDS;
        for statement in [
            format!(
                "INSERT INTO contacts (workspace_id, id, created_at, updated_at) VALUES ('{workspace}', '{contact}', 1, 1)"
            ),
            format!(
                "INSERT INTO contact_handles (workspace_id, contact_id, kind, position, value) \
                 VALUES ('{workspace}', '{contact}', 'phone', 0, '+15550100199')"
            ),
            format!(
                "INSERT INTO users (workspace_id, id, role, created_at, updated_at, version) \
                 VALUES ('{workspace}', '{user}', 'USER', 1, 1, 1)"
            ),
            format!(
                "INSERT INTO user_handles (workspace_id, user_id, kind, position, value) \
                 VALUES ('{workspace}', '{user}', 'phone', 0, '+15550100199')"
            ),
        ] {
            db.execute_unprepared(&statement).await.expect("the row fits the schema before");
        }
        db.close().await.expect("the connection ends");
    }

    /// They show what they had, and are found however the number is written.
    async fn are_shown_and_found(directory: &dyn Directory) {
        let workspace = Ulid::from_string(IDS[0]).expect("it is an id").into();
        let phone = |text: &str| PhoneNumber::try_from(text).expect("it is a number");
        let lookup = Lookup { phones: vec![phone("+1 (555) 010-0199")], ..Lookup::default() };
        let Matches { users, contacts, .. } =
            directory.matching(workspace, &lookup).await.expect("the rows can be read");
        assert_eq!((users.len(), contacts.len()), (1, 1));
        assert_eq!(
            (&users[0].phones, &contacts[0].phones),
            (&vec![phone("+15550100199")], &vec![phone("+15550100199")])
        );
    }

    #[tokio::test]
    async fn numbers_of_the_release_before_are_shown_as_they_are_on_sqlite() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("hearken.db");
        left_by_the_release_before(&format!("sqlite://{}?mode=rwc", path.display())).await;
        let store = SqliteStore::open(SqliteSettings::new(path)).await.expect("the file can be opened");
        let applied = store.migrate().await.expect("the schema is readable");
        assert!(applied.contains(&PhoneNumbers.name().to_owned()), "{applied:?}");
        are_shown_and_found(&store).await;
    }

    #[tokio::test]
    async fn numbers_of_the_release_before_are_shown_as_they_are_on_postgresql() {
        let Some(server) = PostgresServer::shared() else { return };
        let url = server.create_database();
        left_by_the_release_before(&url).await;
        let store = PostgresStore::connect(PostgresSettings::new(url)).await.expect("the server answers");
        let applied = store.migrate().await.expect("the database takes the schema");
        assert!(applied.contains(&PhoneNumbers.name().to_owned()), "{applied:?}");
        are_shown_and_found(&store).await;
    }
}
