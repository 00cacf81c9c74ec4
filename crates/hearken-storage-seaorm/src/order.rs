//! The order of changes, kept by the database: see `hearken_domain::order`.
//!
//! SQLite has one writer, so in its transaction the last moment of a walk is what every reader may have seen at most. On PostgreSQL several write at once, and a commit becomes visible whenever it ends. There a writer first takes a
//! shared advisory lock that says where it may come at the earliest, and only then looks up the last moment. A reader
//! first notes the last moment, then looks at these locks, and then reads what lies before all of them: of the writers
//! that it does not see, some have ended, so the read that follows has their rows, and the others take their lock later,
//! so they will find at least the last moment that was noted. No clock is involved, and no writer waits for anything.
//!
//! Three rules make it hold. Look and read are two statements: a statement sees what was committed before it began.
//! Transactions are READ COMMITTED, for the same reason. Both run on the primary: a replica does not show its locks.

use hearken_domain::{
    changeset::Changeset,
    ids::{Id, WorkspaceId},
    order::Walk,
    query::{Direction, EngagementQuery, ListQuery, OrderBy, TimeRange},
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};

use crate::{
    columns::{Place, key},
    error::{Failure, Fault, Misfit},
    read::Reads,
};

/// A look at the end of an index: the last moment of what a walk shows of the workspace `$1`.
const fn last_moment_of(walk: Walk) -> &'static str {
    match walk {
        Walk::Engagements => "SELECT max(updated_at) AS moment FROM engagements WHERE workspace_id = $1",
        Walk::Tags => "SELECT max(updated_at) AS moment FROM tags WHERE workspace_id = $1",
        Walk::Endpoints => "SELECT max(updated_at) AS moment FROM webhook_endpoints WHERE workspace_id = $1",
        Walk::Workflows => "SELECT max(updated_at) AS moment FROM workflows WHERE workspace_id = $1",
        Walk::Events => "SELECT max(created_at) AS moment FROM events WHERE workspace_id = $1",
    }
}

/// Which walks a call of the functions is about: a bit each, in this order.
const BITS: [Walk; 5] = [Walk::Engagements, Walk::Tags, Walk::Endpoints, Walk::Workflows, Walk::Events];

/// How a writer takes its place on PostgreSQL, in functions whose plans a session keeps: one call, whose second look sees
/// what was committed before the lock. The lock's key has the workspace's number in its upper sixteen bits, and in the
/// others the earliest moment.
pub(crate) fn functions() -> [String; 2] {
    let looks = BITS.iter().enumerate().map(|(bit, walk)| {
        let bit = 1 << bit;
        format!("CASE WHEN walks & {bit} <> 0 THEN ({}) END", last_moment_of(*walk))
    });
    let last = format!(
        "CREATE FUNCTION hearken_last_moment(workspace TEXT, walks BIGINT) RETURNS BIGINT LANGUAGE plpgsql STABLE \
        AS $body$ BEGIN RETURN greatest({}); END $body$",
        looks.collect::<Vec<_>>().join(", ")
    );
    [last, TAKE_A_PLACE.to_owned()]
}

const TAKE_A_PLACE: &str = "CREATE FUNCTION hearken_take_a_place(workspace TEXT, walks BIGINT, number BIGINT) \
    RETURNS BIGINT LANGUAGE plpgsql VOLATILE AS $body$
    DECLARE
        last BIGINT;
    BEGIN
        PERFORM pg_advisory_xact_lock_shared((number << 48) | greatest(hearken_last_moment(workspace, walks) + 1, 0));
        SELECT hearken_last_moment(workspace, walks) INTO last;
        RETURN last;
    END
    $body$";

/// The last moment, and the earliest that a write under way may get. The locks are looked at after the statement's
/// snapshot was taken. `classid` and `objid` are the upper and the lower half of a lock's key.
const LOOK: &str = "SELECT hearken_last_moment($1, $2) AS last, \
    (SELECT min(((classid::BIGINT & 65535) << 32) | objid::BIGINT) FROM pg_locks \
    WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted AND objsubid = 1 \
    AND classid::BIGINT >> 16 = $3 \
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS earliest";

/// What a reader must know before it walks through a workspace.
pub(crate) struct Horizon {
    /// The last moment that was committed; `None` where there is none.
    pub(crate) last: Option<Timestamp>,
    /// Where a write under way may still come, so that the walk must end before it.
    pub(crate) end: Option<Timestamp>,
}

/// Moves a changeset behind everything that its workspace has, where it has something that a walk shows. Gives the moment
/// that nothing in it is earlier than.
pub(crate) async fn take_a_place(db: &DatabaseTransaction, changeset: &mut Changeset) -> Result<Timestamp, Failure> {
    let (workspace, walks) = (changeset.workspace, changeset.walks());
    if walks.is_empty() {
        return Ok(Timestamp::MIN);
    }
    let statement = match db.get_database_backend() {
        backend @ DbBackend::Postgres => {
            let values = [key(workspace).into(), bits(&walks).into(), number(workspace).into()];
            Statement::from_sql_and_values(backend, "SELECT hearken_take_a_place($1, $2, $3)", values)
        }
        backend => last_moment(backend, workspace, &walks),
    };
    let row = db.query_one_raw(statement).await?;
    let last = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(changeset.follow(moment(workspace, last.flatten())?))
}

impl Reads {
    /// The query of a list with the end that its walk must have for now.
    pub(crate) async fn in_order<I: Id>(
        &self,
        (workspace, walk): (WorkspaceId, Walk),
        query: &ListQuery<I>,
    ) -> Result<ListQuery<I>, Fault> {
        let mut query = query.clone();
        if query.direction == Direction::Ascending {
            query.updated_at = self.before_writes(workspace, walk, query.updated_at).await?;
        }
        Ok(query)
    }

    /// The same for engagements. Those that are sorted by when they began have no end to keep: a call of long ago can be
    /// added at any time.
    pub(crate) async fn engagements_in_order(
        &self,
        workspace: WorkspaceId,
        query: &EngagementQuery,
    ) -> Result<EngagementQuery, Fault> {
        let mut query = query.clone();
        if (query.direction, query.order_by) == (Direction::Ascending, OrderBy::UpdatedAt) {
            let range = query.filter.updated_at;
            query.filter.updated_at = self.before_writes(workspace, Walk::Engagements, range).await?;
        }
        Ok(query)
    }

    async fn before_writes(&self, workspace: WorkspaceId, walk: Walk, range: TimeRange) -> Result<TimeRange, Fault> {
        // One statement on SQLite sees whole commits, and whatever is committed after it comes later.
        if self.db.get_database_backend() != DbBackend::Postgres {
            return Ok(range);
        }
        Ok(self.horizon(workspace, walk).await?.within(range))
    }

    /// The look before a walk.
    pub(crate) async fn horizon(&self, workspace: WorkspaceId, walk: Walk) -> Result<Horizon, Fault> {
        let backend = self.db.get_database_backend();
        if backend != DbBackend::Postgres {
            let row = self.db.query_one_raw(last_moment(backend, workspace, &[walk])).await?;
            let last = row.map(|row| row.try_get_by_index(0)).transpose()?;
            return Ok(Horizon { last: moment(workspace, last.flatten())?, end: None });
        }
        let values = [key(workspace).into(), bits(&[walk]).into(), number(workspace).into()];
        let statement = Statement::from_sql_and_values(backend, LOOK, values);
        let row = self.db.query_one_raw(statement).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the order of changes".to_owned()))?;
        let last: Option<i64> = row.try_get_by_index(0)?;
        let earliest: Option<i64> = row.try_get_by_index(1)?;
        // The first write of a workspace finds no last moment, and may get any.
        let end = last.map_or(0, |last| last + 1).min(earliest.unwrap_or(i64::MAX));
        Ok(Horizon { last: moment(workspace, last)?, end: moment(workspace, Some(end))? })
    }
}

impl Horizon {
    /// A range as far as it is settled.
    pub(crate) fn within(&self, range: TimeRange) -> TimeRange {
        TimeRange { lt: range.lt.into_iter().chain(self.end).min(), ..range }
    }
}

/// The last moment of several walks, as one statement.
fn last_moment(backend: DbBackend, workspace: WorkspaceId, walks: &[Walk]) -> Statement {
    let looks: Vec<&str> = walks.iter().map(|walk| last_moment_of(*walk)).collect();
    let sql = format!("SELECT max(moment) FROM ({}) AS moments", looks.join(" UNION ALL "));
    Statement::from_sql_and_values(backend, sql, [key(workspace).into()])
}

fn bits(walks: &[Walk]) -> i64 {
    let bits = BITS.iter().enumerate().filter(|(_, walk)| walks.contains(walk));
    bits.map(|(bit, _)| 1 << bit).sum()
}

/// A workspace's number among the locks, negative as a key so that other programs' locks are not met. Two workspaces
/// that share one wait for each other's writes at most.
fn number(workspace: WorkspaceId) -> i64 {
    0x8000 | i64::try_from(workspace.ulid().0 & 0x7fff).unwrap_or(0)
}

fn moment(workspace: WorkspaceId, millis: Option<i64>) -> Result<Option<Timestamp>, Misfit> {
    let workspace = key(workspace);
    Place { table: "workspaces", row: &workspace }.maybe_time("the last moment", millis)
}
