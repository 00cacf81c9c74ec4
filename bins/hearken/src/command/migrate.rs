//! `hearken migrate`.

use serde::Serialize;

use crate::{cli::Global, compose, failure::Failure, output::Format, settings};

#[derive(Serialize)]
struct Migrated {
    database: String,
    applied: Vec<String>,
}

pub(crate) async fn run(global: &Global, format: Format) -> Result<(), Failure> {
    let settings = settings::load(global, Vec::new())?;
    let applied = compose::migrate(&settings).await?;
    format.one(&Migrated { database: compose::database_name(&settings), applied }, |done| match done.applied.len() {
        0 => format!("{}: the schema is up to date", done.database),
        n => format!("{}: applied {n}: {}", done.database, done.applied.join(", ")),
    })
}
