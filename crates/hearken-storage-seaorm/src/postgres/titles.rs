//! The trigrams of titles on PostgreSQL. They need the extension `pg_trgm`, which belongs to every PostgreSQL but not to
//! every installation of one. So its index is no migration: each `migrate` makes it where it is missing and can be had.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

const IS_INDEXED: &str = "SELECT to_regclass('engagements_by_title') IS NOT NULL";

/// Where the extension is, which may be a schema that is not looked into by itself.
const SCHEMA: &str = "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace \
                      WHERE e.extname = 'pg_trgm'";

/// A failure here must not take the migrations with it: PL/pgSQL takes back what failed within the block, and no more.
const MAKE_EXTENSION: &str = "DO $$ BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
    EXCEPTION WHEN OTHERS THEN
        RAISE WARNING 'hearken searches titles without an index: %', SQLERRM;
    END $$";

/// Makes the index where it is missing and the server lets it be made.
pub(super) async fn index(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    if is_indexed(db).await? {
        return Ok(());
    }
    db.execute_unprepared(MAKE_EXTENSION).await?;
    if let Some(row) = db.query_one_raw(Statement::from_string(DbBackend::Postgres, SCHEMA)).await? {
        let schema: String = row.try_get_by_index(0)?;
        let index = "CREATE INDEX engagements_by_title ON engagements USING gin";
        db.execute_unprepared(&format!("{index} (title_folded {schema}.gin_trgm_ops)")).await?;
    }
    Ok(())
}

pub(super) async fn is_indexed(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, IS_INDEXED)).await?;
    row.map_or(Ok(false), |row| row.try_get_by_index(0))
}
