//! The one writer. Writes come through a bounded queue, first come, first served; those that wait together are
//! committed together, since what a commit costs is its fsync.
//!
//! A refusal takes back only the statements of the write that was refused: after one, each write has a savepoint for a
//! while, and the group in which it happened is run again. Any other failure of
//! the database, such as a full disk, can have ended the whole transaction without saying so; then the group is given
//! up, its connection is thrown away, and its members are tried one by one on a fresh one. Nobody is told of success
//! before the COMMIT has returned. A caller that goes away takes nothing with it: the write it handed in is carried
//! out.

use std::{
    path::PathBuf,
    slice,
    sync::{Mutex, PoisonError},
};

use hearken_domain::store_error::{StoreError, StoreErrorKind};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::open;
use crate::{
    error::{Code, Failure, Fault, WriteError, code_of, is_constraint},
    faults::{crash_point, is_armed},
    write::{Write, Written, carry_out},
};

/// How many writes may wait before callers wait to hand theirs in.
const QUEUE: usize = 1024;
/// The most writes of one commit.
const GROUP: usize = 64;

/// For how many groups something that was refused makes more of it likely.
const CAREFUL: u8 = 16;

type Answer = Result<Written, WriteError>;

struct Request {
    write: Write,
    answer: oneshot::Sender<Answer>,
}

/// The way to the task that writes.
pub(super) struct Writer {
    /// Gone once the writer was told to stop.
    queue: Mutex<Option<mpsc::Sender<Request>>>,
    task: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the task; it has the connection from now on.
    pub(super) fn start(path: PathBuf, connection: DatabaseConnection) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        let task = tokio::spawn(Task { path, careful: 0, connection: Some(connection) }.run(requests));
        Self { queue: Mutex::new(Some(queue)), task: tokio::sync::Mutex::new(Some(task)) }
    }

    /// Hands a write in and waits for its end.
    pub(super) async fn write(&self, write: Write) -> Answer {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (answer, end) = oneshot::channel();
        let queue = queue.ok_or_else(closed)?;
        let is_commit = matches!(write, Write::Commit(_));
        queue.send(Request { write, answer }).await.map_err(|_| closed())?;
        drop(queue);
        // Known defect, for the fault tests: success before the COMMIT.
        if is_commit && is_armed("defect::ack_before_commit") {
            return Ok(Written::Done);
        }
        // The sender is dropped unanswered only when the task died, with the write perhaps done.
        end.await.unwrap_or_else(|_| Err(WriteError::Unknown(DbErr::Custom("the writer died".to_owned()))))
    }

    /// Takes no more writes, carries out those that wait, and closes the connection.
    pub(super) async fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let task = self.task.lock().await.take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(error = %error, "the writer died");
        }
    }
}

fn closed() -> WriteError {
    WriteError::Store(StoreError::new(StoreErrorKind::Unavailable, "the store is closed"))
}

/// Why no member of a group was answered on its own.
enum GroupFailure {
    /// It could not begin; nothing happened, and trying again one by one would only wait again.
    NotBegun(DbErr),
    /// Something failed on the way; nothing happened.
    NotDone(DbErr),
    /// The COMMIT failed in a way that does not tell.
    Unknown(DbErr),
}

impl GroupFailure {
    fn from_commit(error: DbErr) -> Self {
        // Constraint, full, busy, locked: SQLite decides these before anything is durable. After an I/O error the log
        // may have the commit in it.
        match code_of(&error) {
            Some(Code::Sqlite(5 | 6 | 13 | 19)) => Self::NotDone(error),
            _ => Self::Unknown(error),
        }
    }

    fn answer(&self) -> WriteError {
        match self {
            Self::NotBegun(error) | Self::NotDone(error) => error.clone().into(),
            Self::Unknown(error) => WriteError::Unknown(error.clone()),
        }
    }
}

struct Task {
    path: PathBuf,
    /// How many groups are still run with savepoints, because something was refused lately.
    careful: u8,
    /// `None` after a failure that left its state in doubt, until the next group.
    connection: Option<DatabaseConnection>,
}

impl Task {
    async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut group = Vec::with_capacity(GROUP);
        while requests.recv_many(&mut group, GROUP).await > 0 {
            self.serve(&mut group).await;
        }
        self.close().await;
    }

    /// Answers every member of the group, and empties it.
    async fn serve(&mut self, group: &mut Vec<Request>) {
        match self.attempt(group).await {
            Ok(answers) => {
                for (request, answer) in group.drain(..).zip(answers) {
                    reply(request, answer);
                }
                crash_point("crash::sqlite.answered");
            }
            Err(GroupFailure::NotDone(error)) if group.len() > 1 => {
                tracing::warn!(error = %error, writes = group.len(), "a group failed, trying its writes one by one");
                for mut request in group.drain(..) {
                    let answer = self.alone(&mut request).await;
                    reply(request, answer);
                }
            }
            Err(failure) => {
                for request in group.drain(..) {
                    reply(request, Err(failure.answer()));
                }
            }
        }
    }

    async fn alone(&mut self, request: &mut Request) -> Answer {
        match self.attempt(slice::from_mut(request)).await {
            Ok(answers) => answers.into_iter().next().expect("a group has an answer for each of its members"),
            Err(failure) => Err(failure.answer()),
        }
    }

    /// Runs a group in one transaction. When that fails the connection is in doubt, and is not used again.
    async fn attempt(&mut self, group: &mut [Request]) -> Result<Vec<Answer>, GroupFailure> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => open::connect_writer(&self.path).await.map_err(|error| GroupFailure::NotBegun(not_open(error)))?,
        };
        let outcome = self.run_once(&connection, group).await;
        if outcome.is_ok() {
            self.connection = Some(connection);
        } else if let Err(error) = connection.close().await {
            tracing::warn!(error = %error, "a writing connection in doubt could not be closed");
        }
        outcome
    }

    /// Without savepoints while nothing is refused; with them for a while after something was.
    async fn run_once(
        &mut self,
        connection: &DatabaseConnection,
        group: &mut [Request],
    ) -> Result<Vec<Answer>, GroupFailure> {
        if self.careful == 0 {
            if let Some(answers) = run_plain(connection, group).await? {
                return Ok(answers);
            }
            self.careful = CAREFUL;
        }
        self.careful -= 1;
        run_group(connection, group).await
    }

    async fn close(mut self) {
        let Some(connection) = self.connection.take() else { return };
        // The last connection that closes moves the log into the file and removes it.
        if let Err(error) = connection.close().await {
            tracing::warn!(error = %error, path = %self.path.display(), "the writing connection could not be closed");
        }
    }
}

fn not_open(error: sea_orm::SqlxError) -> DbErr {
    DbErr::Conn(sea_orm::RuntimeErr::SqlxError(error.into()))
}

/// A caller that no longer waits is no error: its write was carried out all the same.
fn reply(request: Request, answer: Answer) {
    let _ = request.answer.send(answer);
}

/// Runs a group that is expected to be refused nothing: without savepoints, which cost as much as two of its
/// statements. `None` when something was refused all the same; then nothing happened.
async fn run_plain(db: &DatabaseConnection, group: &mut [Request]) -> Result<Option<Vec<Answer>>, GroupFailure> {
    let transaction = open::begin(db).await.map_err(GroupFailure::NotBegun)?;
    crash_point("crash::sqlite.begun");
    let mut answers = Vec::with_capacity(group.len());
    for request in group {
        match carry_out(&transaction, &mut request.write).await {
            Ok(written) => answers.push(Ok(written)),
            // The ordinary conflict of steps that end together: the others of the group need not pay for it.
            Err(Failure::Untouched(refusal)) => answers.push(Err(WriteError::Refused(refusal))),
            Err(Failure::Fault(Fault::Driver(error))) if !is_constraint(&error) => {
                return Err(GroupFailure::NotDone(error));
            }
            Err(_) => {
                transaction.rollback().await.map_err(GroupFailure::NotDone)?;
                return Ok(None);
            }
        }
    }
    crash_point("crash::sqlite.applied");
    transaction.commit().await.map_err(GroupFailure::from_commit)?;
    crash_point("crash::sqlite.committed");
    Ok(Some(answers))
}

/// Runs a group in which some may be refused: each has a savepoint.
async fn run_group(db: &DatabaseConnection, group: &mut [Request]) -> Result<Vec<Answer>, GroupFailure> {
    let transaction = open::begin(db).await.map_err(GroupFailure::NotBegun)?;
    crash_point("crash::sqlite.begun");
    let mut answers = Vec::with_capacity(group.len());
    for request in group {
        answers.push(in_savepoint(&transaction, &mut request.write).await.map_err(GroupFailure::NotDone)?);
    }
    crash_point("crash::sqlite.applied");
    transaction.commit().await.map_err(GroupFailure::from_commit)?;
    crash_point("crash::sqlite.committed");
    Ok(answers)
}

/// Runs a write whose refusal concerns nobody else. An error concerns the whole transaction.
async fn in_savepoint(transaction: &DatabaseTransaction, write: &mut Write) -> Result<Answer, DbErr> {
    let savepoint = transaction.begin().await?;
    match carry_out(&savepoint, write).await {
        Ok(written) => {
            savepoint.commit().await?;
            Ok(Ok(written))
        }
        Err(Failure::Fault(Fault::Driver(error))) if !is_constraint(&error) => Err(error),
        Err(failure) => {
            savepoint.rollback().await?;
            Ok(Err(failure.into()))
        }
    }
}
