//! How the tables came to be. A migration that was released is never changed again.

mod m0001_create;
mod m0002_pipeline;
mod m0003_phone_numbers;
mod m0005_order;
mod m0006_queue;
mod m0007_lists;
#[cfg(test)]
mod tests;

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbBackend, DbErr};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

/// Every migration, oldest first.
struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_create::Create),
            Box::new(m0002_pipeline::Pipeline),
            Box::new(m0003_phone_numbers::PhoneNumbers),
            Box::new(m0005_order::Order),
            Box::new(m0006_queue::Queue),
            Box::new(m0007_lists::Lists),
        ]
    }
}

/// Applies what is pending and names it. The caller's transaction makes it all or nothing, and makes others wait.
pub(crate) async fn run(transaction: &DatabaseTransaction) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations(transaction).await?;
    let names = pending.iter().map(|migration| migration.name().to_owned()).collect();
    Migrator::up(transaction, None).await?;
    Ok(names)
}

/// Names what is pending, without writing anything.
pub(crate) async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations_read_only(db).await?;
    Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
}

/// The two engines differ in four words, which stand in braces: a text that is compared or sorted, byte by byte on
/// both; bytes; a floating-point number; and SQLite's way to keep a table of small rows in its primary key alone.
fn in_dialect(backend: DbBackend, statement: &str) -> String {
    let [key, bytes, number, small] = match backend {
        DbBackend::Postgres => [r#"TEXT COLLATE "C""#, "BYTEA", "DOUBLE PRECISION", ""],
        _ => ["TEXT", "BLOB", "DOUBLE", " WITHOUT ROWID"],
    };
    statement.replace("{key}", key).replace("{bytes}", bytes).replace("{number}", number).replace("{small}", small)
}
