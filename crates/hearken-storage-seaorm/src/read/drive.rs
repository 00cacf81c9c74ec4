//! What a list of engagements is driven by.
//!
//! Some lists lie in an index in their order, whatever the values are. For the others PostgreSQL chooses by its
//! statistics. SQLite has none, so it is asked first: the matches of each filter are counted in its index, up to
//! [`FEW`]. Where one has fewer, the list is driven by the rarest: its rows are read and sorted, and every other filter
//! is checked on them. Where each has more, the list's order is walked, and what a page needs is met soon.

use hearken_domain::query::{EngagementQuery, OrderBy, TimeRange};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryTrait,
    sea_query::{Expr, ExprTrait, Func, FunctionCall, Query, SelectStatement},
};

use super::{
    keyset::within,
    list,
    terms::{self, Term, is_same, moment},
    titles,
};
use crate::schema::{
    engagement::{engagements, engagements::Column, participants},
    tag::engagement_tags,
};

/// So many rows are read and sorted in a few milliseconds. A filter that has more of a million rows meets the rows of a
/// page, where they lie anywhere, in about that time too.
pub(super) const FEW: u64 = 1_000;

/// A filter that has an index of its own.
pub(super) struct Candidate {
    /// What is counted: a row for each match.
    pub(super) matches: SelectStatement,
    /// The matches, in a column `id`. One too many does no harm, since each is checked.
    pub(super) ids: SelectStatement,
}

/// Whether an index has the list in its order: without filters, or with one value of one column.
pub(super) fn is_ordered(query: &EngagementQuery) -> bool {
    let own = moment(query.order_by);
    let mut others = terms::of(&query.filter);
    others.retain(|term| !matches!(term, Term::During(column, _) if is_same(*column, own)));
    match others.as_slice() {
        [] => true,
        [Term::OneOf(_, values)] => values.len() == 1 && query.order_by == OrderBy::UpdatedAt,
        _ => false,
    }
}

/// Every filter of the list that could drive it.
pub(super) fn candidates(workspace: &str, query: &EngagementQuery) -> Vec<Candidate> {
    let counted = |ids: SelectStatement| Some(Candidate { matches: ids.clone(), ids });
    let candidate = |term| match term {
        Term::Titled(term) => titles::candidate(workspace, &term),
        Term::OneOf(column, values) => counted(having(workspace, column, &values)),
        Term::TookPart(column, ids) => {
            use participants::Column::{EngagementId, WorkspaceId};
            counted(linked::<participants::Entity>((WorkspaceId, EngagementId, column), workspace, &ids))
        }
        Term::Tagged(ids) => {
            use engagement_tags::Column::{EngagementId, TagId, WorkspaceId};
            counted(linked::<engagement_tags::Entity>((WorkspaceId, EngagementId, TagId), workspace, &ids))
        }
        Term::During(column, range) => counted(during(workspace, column, range)),
    };
    terms::of(&query.filter).into_iter().filter_map(candidate).collect()
}

/// Counts the matches of each, up to [`FEW`]: one row, with a column for each.
pub(super) fn counts(candidates: &[Candidate]) -> SelectStatement {
    let mut counts = Query::select();
    for candidate in candidates {
        let mut matches = candidate.matches.clone();
        matches.limit(FEW);
        let count = Query::select().expr(Expr::cust("count(*)")).from_subquery(matches, "matches").to_owned();
        counts.expr(Expr::SubQuery(None, Box::new(count.into())));
    }
    counts
}

/// The list, driven by these ids. SQLite does not change the order of a `CROSS JOIN`, which has no
/// condition of its own: what joins the rows stands in `WHERE`.
pub(super) fn driven(workspace: &str, query: &EngagementQuery, ids: SelectStatement) -> SelectStatement {
    let mut rows = list::checked(workspace, query).into_query();
    let is_theirs =
        Condition::all().add(Column::WorkspaceId.eq(workspace)).add(Column::Id.into_expr().equals(("driver", "id")));
    rows.from_clear().from_subquery(ids, "driver").cross_join(engagements::Entity).cond_where(is_theirs);
    rows
}

/// The engagements that have one of these values in a column.
fn having(workspace: &str, column: Column, values: &[String]) -> SelectStatement {
    let one_of =
        Condition::all().add(Column::WorkspaceId.eq(workspace)).add(column.into_expr().equals(("given", "value")));
    Query::select()
        .expr_as(Column::Id.into_expr(), "id")
        .from_function(each_of(values), "given")
        .cross_join(engagements::Entity)
        .cond_where(one_of)
        .to_owned()
}

/// The engagements that are linked to one of these, by a table with these columns: its workspace, the engagement, and
/// what it is linked to.
fn linked<E: EntityTrait>(
    (theirs, engagement, to): (E::Column, E::Column, E::Column),
    workspace: &str,
    ids: &[String],
) -> SelectStatement {
    let one_of = Condition::all().add(theirs.eq(workspace)).add(to.into_expr().equals(("given", "value")));
    Query::select()
        .distinct()
        .expr_as(engagement.into_expr(), "id")
        .from_function(each_of(ids), "given")
        .cross_join(E::default())
        .cond_where(one_of)
        .to_owned()
}

/// The engagements whose moment is within these bounds.
fn during(workspace: &str, column: Column, range: TimeRange) -> SelectStatement {
    Query::select()
        .expr_as(Column::Id.into_expr(), "id")
        .from(engagements::Entity)
        .cond_where(within(Condition::all().add(Column::WorkspaceId.eq(workspace)), &column.into_expr(), range))
        .to_owned()
}

/// Values as rows: one statement, whatever their number, which the planner cannot turn round as it does an `IN`.
fn each_of(values: &[String]) -> FunctionCall {
    let values = serde_json::Value::from(values).to_string();
    Func::cust("json_each").arg(values)
}
