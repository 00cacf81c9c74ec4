//! The log, on standard error.

use hearken_config::{Log, LogFormat};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::failure::{Failure, OrFail};

/// Starts logging.
pub(crate) fn start(settings: &Log) -> Result<(), Failure> {
    // Statements and their values are the database's business, and nobody's in a log.
    let filter = EnvFilter::try_new(format!("{},sqlx=warn,sea_orm_migration=warn", settings.level))
        .or_fail("log.level cannot be used")?;
    let registry = tracing_subscriber::registry().with(filter);
    match settings.format {
        LogFormat::Json => {
            registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init()
        }
        LogFormat::Pretty => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            registry.with(fmt::layer().with_ansi(colours).with_target(false).with_writer(std::io::stderr)).try_init()
        }
    }
    .or_fail("the log could not be started")
}
