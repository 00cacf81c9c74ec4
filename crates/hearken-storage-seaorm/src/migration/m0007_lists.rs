//! What lists are found by: an index for each filter in the lists' order, whether a row is private at the end of each,
//! and on SQLite the trigrams of titles. Those of PostgreSQL are [`crate::postgres`]'s, since they need an extension.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

/// Makes the indexes.
pub(crate) struct Lists;

impl MigrationName for Lists {
    fn name(&self) -> &'static str {
        "m0007_lists"
    }
}

#[async_trait]
impl MigrationTrait for Lists {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let titles = if manager.get_database_backend() == DbBackend::Sqlite { TITLES } else { &[] };
        for statement in INDEXES.iter().chain(titles) {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// The first two replace indexes that did not know what is private: each such row was read to be left out.
const INDEXES: &[&str] = &[
    "DROP INDEX engagements_by_update",
    "CREATE INDEX engagements_by_update ON engagements (workspace_id, updated_at, id, is_private)",
    "DROP INDEX engagements_by_start",
    "CREATE INDEX engagements_by_start ON engagements (workspace_id, start_at, id, is_private)",
    "CREATE INDEX engagements_by_status ON engagements (workspace_id, status, updated_at, id, is_private)",
    "CREATE INDEX engagements_by_type ON engagements (workspace_id, engagement_type, updated_at, id, is_private)",
    "CREATE INDEX engagements_by_owner ON engagements (workspace_id, owner_id, updated_at, id, is_private)",
    "CREATE INDEX engagements_by_source ON engagements (workspace_id, source_system, updated_at, id, is_private)",
];

/// An index without content: which rows have which three characters, and nothing else. It knows a row by its
/// `title_number`, since a `rowid` that is no primary key may change in a VACUUM. The workspace is one trigram more, the
/// end of its id, so that a search meets few titles of others. Triggers keep it in the commit of the row.
const TITLES: &[&str] = &[
    "ALTER TABLE engagements ADD COLUMN title_number BIGINT",
    "CREATE VIRTUAL TABLE engagement_titles USING fts5 (workspace, title, content = '', contentless_delete = 1, \
     detail = none, tokenize = 'trigram case_sensitive 1')",
    "UPDATE engagements SET title_number = rowid",
    "INSERT INTO engagement_titles (rowid, workspace, title) \
     SELECT title_number, substr(workspace_id, -3), title_folded FROM engagements",
    "CREATE INDEX engagements_by_title_number ON engagements (title_number)",
    "CREATE TRIGGER engagement_title_made AFTER INSERT ON engagements BEGIN
        INSERT INTO engagement_titles (workspace, title) VALUES (substr(new.workspace_id, -3), new.title_folded);
        UPDATE engagements SET title_number = last_insert_rowid()
         WHERE workspace_id = new.workspace_id AND id = new.id;
     END",
    "CREATE TRIGGER engagement_title_changed AFTER UPDATE OF title_folded ON engagements
     WHEN old.title_folded <> new.title_folded BEGIN
        UPDATE engagement_titles SET workspace = substr(new.workspace_id, -3), title = new.title_folded
         WHERE rowid = old.title_number;
     END",
    "CREATE TRIGGER engagement_title_gone AFTER DELETE ON engagements BEGIN
        DELETE FROM engagement_titles WHERE rowid = old.title_number;
     END",
];
