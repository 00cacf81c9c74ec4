//! Lists: their order, their pages, and what a walk through them shows.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use hearken_domain::{
    access::Visibility,
    engagement::Engagement,
    ids::EngagementId,
    query::{Direction, EngagementFilter, EngagementQuery, OrderBy, Position},
    time::Timestamp,
};

use crate::{
    Stores,
    fixture::{Tenant, a_workspace, an_engagement, at, changing, commit, created},
};

const ORDERS: [(OrderBy, Direction); 4] = [
    (OrderBy::UpdatedAt, Direction::Ascending),
    (OrderBy::UpdatedAt, Direction::Descending),
    (OrderBy::StartAt, Direction::Ascending),
    (OrderBy::StartAt, Direction::Descending),
];

/// A list is sorted by its moment and then by id, by either moment and in both directions.
pub async fn a_list_is_sorted_by_its_moment_and_then_by_id(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let mut rows = Vec::new();
    for (n, (updated, started)) in [(5, -4), (3, 9), (5, 9), (5, -4), (-1, 9), (3, 0)].into_iter().enumerate() {
        let row = an_engagement(tenant, &format!("e{n}"));
        rows.push(created(stores, Engagement { updated_at: at(updated), start_at: at(started), ..row }).await);
    }
    for (order_by, direction) in ORDERS {
        rows.sort_by_key(|row| (moment(row, order_by), row.id));
        if direction == Direction::Descending {
            rows.reverse();
        }
        let query = EngagementQuery { order_by, direction, ..all() };
        let listed = stores.store.list(tenant.workspace, &query).await.expect("the store answers");
        assert_eq!(listed.items, rows, "{order_by:?} {direction:?}");
        for limit in 1..=4 {
            let walked = walk(stores, tenant, EngagementQuery { limit, ..query.clone() }).await;
            assert_eq!(walked, rows, "{order_by:?} {direction:?} in pages of {limit}");
        }
    }
}

/// A page has at most its limit, and says whether more rows follow its last one.
pub async fn a_page_has_at_most_its_limit_and_says_whether_more_follow(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let empty = stores.store.list(tenant.workspace, &all()).await.expect("the store answers");
    assert_eq!((empty.items.len(), empty.has_more), (0, false));
    for n in 0..5 {
        created(stores, an_engagement(tenant, &format!("e{n}"))).await;
    }
    for (limit, items, has_more) in [(1, 1, true), (4, 4, true), (5, 5, false), (6, 5, false), (100, 5, false)] {
        let query = EngagementQuery { limit, ..all() };
        let page = stores.store.list(tenant.workspace, &query).await.expect("the store answers");
        assert_eq!((page.items.len(), page.has_more), (items, has_more), "with a limit of {limit}");
    }
}

/// A page may begin after a row that is no longer there, or never was.
pub async fn a_page_may_begin_after_a_row_that_is_not_there(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let mut rows = Vec::new();
    for n in 0..4 {
        rows.push(
            created(stores, Engagement { updated_at: at(n * 10), ..an_engagement(tenant, &format!("e{n}")) }).await,
        );
    }
    let nowhere = Position { at: at(15), id: rows[0].id };
    for (direction, expected) in [(Direction::Ascending, [2_usize, 3]), (Direction::Descending, [1, 0])] {
        let query = EngagementQuery { after: Some(nowhere), direction, ..all() };
        let page = stores.store.list(tenant.workspace, &query).await.expect("the store answers");
        assert_eq!(ids(&page.items), expected.map(|n| rows[n].id), "{direction:?}");
    }
}

/// A walk over 250 rows in pages of 7 shows each once, in every order.
pub async fn a_walk_shows_every_row_once(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let rows = many_rows(stores, tenant).await;
    for (order_by, direction) in ORDERS {
        let walked = walk(stores, tenant, EngagementQuery { order_by, direction, limit: 7, ..all() }).await;
        let mut walked = ids(&walked);
        assert_eq!(walked.len(), rows.len(), "{order_by:?} {direction:?}");
        walked.sort_unstable();
        assert_eq!(walked, ids(&rows), "{order_by:?} {direction:?}");
    }
}

/// A walk shows every row that does not change once, also while other rows change and rows are added.
pub async fn a_walk_shows_unchanged_rows_once_while_others_change(stores: &Stores) {
    for direction in [Direction::Ascending, Direction::Descending] {
        let tenant = a_workspace(stores).await;
        let rows = many_rows(stores, tenant).await;
        let (mut restless, steady): (Vec<_>, Vec<_>) =
            rows.into_iter().enumerate().partition(|(n, _)| n.is_multiple_of(3));
        let mut query = EngagementQuery { direction, limit: 7, ..all() };
        let mut shown: BTreeMap<EngagementId, usize> = BTreeMap::new();
        for turn in 0.. {
            let page = stores.store.list(tenant.workspace, &query).await.expect("the store answers");
            page.items.iter().for_each(|row| *shown.entry(row.id).or_default() += 1);
            match page.items.last() {
                // Whatever changes moves to an end: the walk may meet it again, so it must be stopped.
                Some(last) if page.has_more && turn < 100 => query.after = Some(place(last, query.order_by)),
                _ => break,
            }
            if let Some((_, row)) = restless.pop() {
                let moved_to = if turn % 2 == 0 { at(1_000_000 + turn) } else { at(-1_000_000 - turn) };
                commit(stores, changing(Engagement { updated_at: moved_to, ..row })).await;
            }
            let added = an_engagement(tenant, &format!("added {turn}"));
            created(stores, Engagement { updated_at: at(turn * 3), ..added }).await;
        }
        for (n, row) in steady {
            assert_eq!(shown.get(&row.id), Some(&1), "{direction:?}: how often row {n} was shown");
        }
    }
}

/// Private rows are neither listed nor counted for who may not see them.
pub async fn invisible_rows_are_neither_listed_nor_counted(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let mut open = Vec::new();
    for n in 0..20 {
        let row = Engagement { is_private: n % 2 == 1, updated_at: at(n), ..an_engagement(tenant, &format!("e{n}")) };
        let row = created(stores, row).await;
        open.extend((!row.is_private).then_some(row));
    }
    let oldest_first = EngagementQuery { direction: Direction::Ascending, ..all() };
    let everybodys = EngagementQuery { visibility: Visibility::NonPrivate, ..oldest_first.clone() };
    let whole = stores.store.list(tenant.workspace, &EngagementQuery { limit: 10, ..everybodys.clone() }).await;
    let whole = whole.expect("the store answers");
    assert_eq!((whole.items, whole.has_more), (open.clone(), false), "a private row was listed or counted");
    assert_eq!(walk(stores, tenant, EngagementQuery { limit: 3, ..everybodys }).await, open);
    assert_eq!(walk(stores, tenant, oldest_first).await.len(), 20);
}

/// Every engagement of the tenant, in no order that a caller may rely on.
pub(super) async fn everything(stores: &Stores, tenant: Tenant) -> Vec<Engagement> {
    walk(stores, tenant, all()).await
}

/// The question that everything answers.
pub(super) fn all() -> EngagementQuery {
    EngagementQuery {
        visibility: Visibility::All,
        filter: EngagementFilter::default(),
        order_by: OrderBy::UpdatedAt,
        direction: Direction::Descending,
        after: None,
        limit: 100,
    }
}

/// Reads page after page.
async fn walk(stores: &Stores, tenant: Tenant, mut query: EngagementQuery) -> Vec<Engagement> {
    let mut walked = Vec::new();
    loop {
        let page = stores.store.list(tenant.workspace, &query).await.expect("the store answers");
        assert!(page.items.len() <= usize::from(query.limit), "a page has more rows than its limit");
        let Some(last) = page.items.last() else {
            assert!(!page.has_more, "an empty page says that more follow");
            return walked;
        };
        query.after = Some(place(last, query.order_by));
        walked.extend(page.items);
        assert!(walked.len() <= 1000, "the walk does not end");
        if !page.has_more {
            return walked;
        }
    }
}

/// 250 rows in the order of their ids; many share a moment.
async fn many_rows(stores: &Stores, tenant: Tenant) -> Vec<Engagement> {
    let rows: Vec<Engagement> = (0..250)
        .map(|n| Engagement {
            updated_at: at(n * 7 % 90),
            start_at: at(n * 11 % 60),
            ..an_engagement(tenant, &format!("e{n}"))
        })
        .collect();
    stream::iter(rows.clone()).for_each_concurrent(8, |row| async move { drop(created(stores, row).await) }).await;
    rows
}

fn place(row: &Engagement, order_by: OrderBy) -> Position {
    Position { at: moment(row, order_by), id: row.id }
}

fn moment(row: &Engagement, order_by: OrderBy) -> Timestamp {
    match order_by {
        OrderBy::UpdatedAt => row.updated_at,
        OrderBy::StartAt => row.start_at,
    }
}

fn ids(rows: &[Engagement]) -> Vec<EngagementId> {
    rows.iter().map(|row| row.id).collect()
}
