//! An engagement that was accepted while nobody worked, with those who want to hear of it: all that follows its create is
//! still to come. It is made once and copied, so that many processes can die of the same work.

use hearken_e2e::outside::Outside;

use crate::{database::Database, followed, followed::Listeners, installation::Installation, psql, settings::Settings};

/// Where the listeners of the original are. Nobody calls them there.
const ORIGINAL: &str = "/original";

/// The original, which nobody lives on.
pub struct Prepared {
    installation: Installation,
    listeners: Listeners,
}

/// A copy of it, with listeners of its own.
pub struct Copy {
    /// Whoever lives here works.
    pub installation: Installation,
    /// Its rows.
    pub database: Database,
    /// Who hears of it.
    pub listeners: Listeners,
}

impl Prepared {
    /// On SQLite.
    pub async fn on_sqlite(outside: &Outside) -> Self {
        Self::on(Installation::begun(Settings::working(outside)).await, outside).await
    }

    /// In this empty database of PostgreSQL.
    pub async fn on_postgres(url: String, outside: &Outside) -> Self {
        Self::on(Installation::on_postgres(url, Settings::working(outside)).await, outside).await
    }

    async fn on(installation: Installation, outside: &Outside) -> Self {
        let installation = installation.with("role", "api");
        let (mut life, client) = installation.live("").await;
        let listeners = Listeners::subscribe(&client, &outside.receivers, ORIGINAL).await;
        client.create(&followed::body("prepared")).await.expect(201);
        life.stop_well().await;
        Self { installation: installation.with("role", "all"), listeners }
    }

    /// A copy. The name is a path's and a database's: letters, digits and `_`.
    pub async fn copy(&self, name: &str) -> Copy {
        let mut installation = self.installation.copy();
        let original = self.installation.database_url();
        if let Some((server, database)) = original.strip_prefix("postgres").and_then(|_| original.rsplit_once('/')) {
            psql::ask(&format!("{server}/postgres"), &format!("CREATE DATABASE {name} TEMPLATE {database}"));
            installation = installation.with("database.url", format!("{server}/{name}"));
        }
        let database = Database::of(&installation).await;
        let listeners = self.listeners.move_to(&database, &format!("/{name}")).await;
        Copy { installation, database, listeners }
    }
}
