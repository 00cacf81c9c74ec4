//! `database`: where engagements are stored.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use url::Url;

use crate::error::ConfigError;
use crate::form::{Form, count};
use crate::merged::Merged;
use crate::page::Page;
use crate::secret::{masked_url, refuse_placeholder};

const LOCATION: Form<DatabaseLocation> = Form {
    accepted: "sqlite://<path> or postgres://<user>:<password>@<host>/<database>",
    example: "sqlite:///var/lib/hearken/hearken.db",
    parse: parse_location,
};

/// The database and how it is used.
#[derive(Debug, Clone)]
pub struct Database {
    /// Which database.
    pub location: DatabaseLocation,
    /// Connections in the pool; at least 1.
    pub max_connections: u32,
}

/// A database.
#[derive(Debug, Clone)]
pub enum DatabaseLocation {
    /// A file on this machine, which may not exist yet.
    Sqlite {
        /// The file, taken literally: nothing in it is percent-decoded.
        path: PathBuf,
    },
    /// A server.
    Postgres {
        /// The whole connection URL, which usually has a password in it.
        url: SecretString,
    },
}

impl Database {
    pub(crate) fn read(merged: &Merged, data_dir: &Path) -> Result<Self, ConfigError> {
        let location = merged.optional("database.url", &LOCATION)?;
        Ok(Self {
            location: location.unwrap_or_else(|| DatabaseLocation::Sqlite { path: data_dir.join("hearken.db") }),
            max_connections: merged.required("database.max_connections", &count())?,
        })
    }

    pub(crate) fn print(&self, page: &mut Page) {
        match &self.location {
            DatabaseLocation::Sqlite { path } => page.text("database.url", format_args!("sqlite://{}", path.display())),
            DatabaseLocation::Postgres { url } => page.text("database.url", masked_url(url)),
        }
        page.number("database.max_connections", self.max_connections);
    }
}

/// The text is not repeated in any problem: a password may be anywhere in it.
fn parse_location(text: &str) -> Result<DatabaseLocation, String> {
    if let Some(path) = text.strip_prefix("sqlite:") {
        return sqlite_file(path.strip_prefix("//").unwrap_or(path));
    }
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        refuse_placeholder(text)?;
        return match Url::parse(text) {
            Ok(_) => Ok(DatabaseLocation::Postgres { url: SecretString::from(text) }),
            Err(error) => Err(format!("it is no URL ({error})")),
        };
    }
    Err("it starts with neither sqlite:// nor postgres://".to_owned())
}

fn sqlite_file(path: &str) -> Result<DatabaseLocation, String> {
    if path.trim().is_empty() {
        return Err("it names no file".to_owned());
    }
    // Each connection of a pool would have a database of its own.
    if path == ":memory:" {
        return Err("a database in memory cannot be used".to_owned());
    }
    if path.contains(['?', '\0']) {
        return Err("parameters after the file's name are not supported".to_owned());
    }
    Ok(DatabaseLocation::Sqlite { path: PathBuf::from(path) })
}
