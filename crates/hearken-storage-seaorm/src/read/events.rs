//! Published events in the order of their commits.

use hearken_domain::{
    access::Visibility,
    event::{EventKind, ResourceKind},
    ids::{EventId, Ulid, WorkspaceId},
    order::Walk,
    query::{Audience, Direction, EventPage, EventQuery, ListQuery, Position},
    time::Timestamp,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, Select,
    sea_query::{Expr, ExprTrait, Query},
};

use super::{Reads, keyset};
use crate::{
    columns::key,
    error::Fault,
    rows,
    schema::{
        engagement::engagements,
        work::events::{Column, Entity},
    },
};

impl Reads {
    pub(crate) async fn published(&self, workspace: WorkspaceId, query: &EventQuery) -> Result<EventPage, Fault> {
        let horizon = self.horizon(workspace, Walk::Events).await?;
        let list = ListQuery {
            updated_at: horizon.within(query.created_at),
            direction: Direction::Ascending,
            after: query.after,
            limit: query.limit,
        };
        let rows = keyset::sorted(seen(workspace, &query.audience), (Column::CreatedAt, Column::Id), &list);
        let page = keyset::page(rows.all(&self.db).await?, query.limit, rows::work::event_from_row)?;
        let last = page.items.last().map(|event| Position { at: event.created_at, id: event.id });
        let settled = horizon.last.map(|last| Position {
            at: horizon.end.map_or(last, |end| just_before(end).min(last)),
            id: EventId::from(Ulid::from(u128::MAX)),
        });
        // Beyond the last event that the reader may see there may be others.
        let furthest = [last, settled, query.after].into_iter().flatten().max_by_key(|place| (place.at, place.id));
        let end = if page.has_more { last } else { furthest };
        Ok(EventPage { events: page.items, has_more: page.has_more, end })
    }
}

fn just_before(moment: Timestamp) -> Timestamp {
    moment.before(std::time::Duration::from_millis(1))
}

fn seen(workspace: WorkspaceId, audience: &Audience) -> Select<Entity> {
    let kinds = audience.kinds.iter().map(|kind| kind.as_str());
    let rows = Condition::all().add(Column::WorkspaceId.eq(key(workspace))).add(Column::Kind.is_in(kinds));
    let open_ones = (audience.visibility == Visibility::NonPrivate).then(|| {
        let of_engagements = EventKind::ALL.iter().filter(|kind| kind.resource() == ResourceKind::Engagement);
        Condition::any().add(Column::Kind.is_not_in(of_engagements.map(|kind| kind.as_str()))).add(is_of_an_open_one())
    });
    Entity::find().filter(rows.add_option(open_ones))
}

/// Whether the event is about an engagement that is there and not private.
fn is_of_an_open_one() -> Expr {
    let same =
        |theirs: engagements::Column, ours: Column| Expr::col(theirs.as_column_ref()).equals(ours.as_column_ref());
    Expr::exists(
        Query::select()
            .expr(Expr::cust("1"))
            .from(engagements::Entity)
            .and_where(same(engagements::Column::WorkspaceId, Column::WorkspaceId))
            .and_where(same(engagements::Column::Id, Column::About))
            .and_where(engagements::Column::IsPrivate.eq(false))
            .to_owned(),
    )
}
