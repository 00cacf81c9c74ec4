//! One write as one transaction, and when it may be tried again: only when it surely did not happen.

use std::time::Duration;

use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};

use crate::{
    error::{Code, Failure, Fault, WriteError, code_of, is_broken_connection},
    faults::crash_point,
    write::{Write, Written, carry_out},
};

/// The pauses before the second, third and fourth try, in milliseconds.
const PAUSES: [u64; 3] = [10, 40, 160];

/// How a try ended without success.
enum Failed {
    /// It was refused, or what it found cannot be read: another try would end the same.
    Finally(WriteError),
    /// The database failed; nothing was written.
    NotDone(DbErr),
    /// The answer to the COMMIT was lost.
    Unknown(DbErr),
}

pub(super) async fn run(db: &DatabaseConnection, write: &mut Write) -> Result<Written, WriteError> {
    let mut pauses = PAUSES.into_iter();
    loop {
        let error = match attempt(db, write).await {
            Ok(written) => return Ok(written),
            Err(Failed::Finally(error)) => return Err(error),
            Err(Failed::Unknown(error)) => return Err(WriteError::Unknown(error)),
            Err(Failed::NotDone(error)) => error,
        };
        let Some(pause) = pauses.next().filter(|_| may_pass(&error)) else { return Err(error.into()) };
        tracing::debug!(error = %error, "a transaction is tried again");
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
}

async fn attempt(db: &DatabaseConnection, write: &mut Write) -> Result<Written, Failed> {
    let transaction = db.begin().await.map_err(Failed::NotDone)?;
    crash_point("crash::postgres.begun");
    match carry_out(&transaction, write).await {
        Ok(written) => {
            crash_point("crash::postgres.applied");
            transaction.commit().await.map_err(after_commit)?;
            crash_point("crash::postgres.committed");
            Ok(written)
        }
        Err(failure) => {
            roll_back(transaction).await;
            Err(match failure {
                Failure::Fault(Fault::Driver(error)) => Failed::NotDone(error),
                other => Failed::Finally(other.into()),
            })
        }
    }
}

/// The server takes back what is open when a connection ends, so a rollback that fails changes nothing.
async fn roll_back(transaction: DatabaseTransaction) {
    if let Err(error) = transaction.rollback().await {
        tracing::debug!(error = %error, "a rollback failed");
    }
}

fn after_commit(error: DbErr) -> Failed {
    if is_definite(&error) { Failed::NotDone(error) } else { Failed::Unknown(error) }
}

/// Whether the server itself said that it did not commit. What it says while it shuts down or breaks may come after the
/// commit was made durable.
fn is_definite(error: &DbErr) -> bool {
    match code_of(error) {
        Some(Code::Postgres(state)) => {
            state != "40003" && !["08", "57", "58", "XX"].iter().any(|class| state.starts_with(class))
        }
        _ => false,
    }
}

/// Whether the same write may succeed at once: a conflict, a deadlock, a connection that ended, or a name that somebody
/// took between the look and the write (23505), which the next look will see.
fn may_pass(error: &DbErr) -> bool {
    match code_of(error) {
        Some(Code::Postgres(state)) => {
            matches!(state.as_str(), "40001" | "40P01" | "57P01" | "23505") || state.starts_with("08")
        }
        _ => is_broken_connection(error),
    }
}
