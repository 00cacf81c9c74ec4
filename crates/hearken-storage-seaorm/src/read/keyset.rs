//! Lists as keyset scans: sorted by a moment and then by id, on an index that begins with the workspace.

use hearken_domain::{
    ids::Id,
    query::{Direction, ListQuery, Page, Position, TimeRange},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Order},
};

/// Sorts and limits a list: one row more than the page has, which tells whether more follow.
pub(super) fn sorted<E: EntityTrait, I: Id>(
    rows: Select<E>,
    (moment, id): (E::Column, E::Column),
    query: &ListQuery<I>,
) -> Select<E> {
    let order = match query.direction {
        Direction::Ascending => Order::Asc,
        Direction::Descending => Order::Desc,
    };
    let behind = query.after.map(|place| behind((moment, id), place, query.direction));
    let rows = rows.filter(within(Condition::all().add_option(behind), &moment.into_expr(), query.updated_at));
    rows.order_by(moment, order.clone()).order_by(id, order).limit(u64::from(query.limit) + 1)
}

/// The page of the rows that a sorted list gave.
pub(super) fn page<R, T, X>(mut rows: Vec<R>, limit: u16, read: impl FnMut(R) -> Result<T, X>) -> Result<Page<T>, X> {
    let has_more = rows.len() > usize::from(limit);
    rows.truncate(usize::from(limit));
    Ok(Page { items: rows.into_iter().map(read).collect::<Result<_, _>>()?, has_more })
}

/// The rows behind the place where the last page ended.
pub(super) fn behind<C: ColumnTrait, I: Id>((moment, id): (C, C), place: Position<I>, direction: Direction) -> Expr {
    let row = Expr::tuple([Expr::col(moment.as_column_ref()), Expr::col(id.as_column_ref())]);
    let place = Expr::tuple([Expr::val(place.at.unix_millis()), Expr::val(crate::columns::key(place.id))]);
    match direction {
        Direction::Ascending => row.gt(place),
        Direction::Descending => row.lt(place),
    }
}

/// The rows whose moment is within all bounds.
pub(super) fn within(rows: Condition, moment: &Expr, range: TimeRange) -> Condition {
    let TimeRange { gt, gte, lt, lte } = range;
    rows.add_option(gt.map(|at| moment.clone().gt(at.unix_millis())))
        .add_option(gte.map(|at| moment.clone().gte(at.unix_millis())))
        .add_option(lt.map(|at| moment.clone().lt(at.unix_millis())))
        .add_option(lte.map(|at| moment.clone().lte(at.unix_millis())))
}
