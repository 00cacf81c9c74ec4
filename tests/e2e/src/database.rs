//! Databases for servers: a file in the data folder, or one of a private PostgreSQL.

use std::path::Path;

use hearken_testkit::postgres::PostgresServer;

use crate::setup::Setup;

/// Whether the test can have a PostgreSQL: else it is reported as skipped, by name. CI must have it.
pub fn postgres_for(test: &str) -> Option<&'static PostgresServer> {
    let server = PostgresServer::shared();
    if server.is_none() {
        eprintln!("skipped: {test}, because PostgreSQL is not installed");
    }
    server
}

/// The same setup over a new, migrated database.
pub fn on_postgres(server: &PostgresServer, setup: Setup, data_dir: &Path) -> Setup {
    let setup = setup.with("database.url", server.create_database());
    let migrated = setup.run(data_dir, &["migrate"]);
    assert!(migrated.status.success(), "migrate: {}", String::from_utf8_lossy(&migrated.stderr));
    setup
}
