//! The statement of a list: a keyset scan on an index that begins with the workspace. What the caller may not see is
//! left out here, so that nobody has to leave it out later.

use hearken_domain::{
    access::Visibility,
    query::{Direction, EngagementQuery},
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, LikeExpr, Order, Query},
};

use super::{
    keyset::{behind, within},
    terms::{self, Term, is_same, moment},
};
use crate::{
    rows::engagement::folded,
    schema::{
        engagement::{engagements, engagements::Column, participants},
        tag::{engagement_tags, tags},
    },
};

/// Selects one row more than the page has, which tells whether more follow. The engine chooses the index.
pub(crate) fn select(workspace: &str, query: &EngagementQuery) -> Select<engagements::Entity> {
    rows(workspace, query, sea_orm::ColumnTrait::into_expr)
}

/// The same for SQLite, whose planner does not count rows: only the order's index may be used, and every other
/// condition is checked row by row, which is what a `+` before a column says.
pub(super) fn checked(workspace: &str, query: &EngagementQuery) -> Select<engagements::Entity> {
    let moment = moment(query.order_by);
    rows(workspace, query, |column| match column.into_expr() {
        plain if is_same(column, moment) => plain,
        other => Expr::cust_with_expr("+?", other),
    })
}

fn rows(workspace: &str, query: &EngagementQuery, look: impl Fn(Column) -> Expr) -> Select<engagements::Entity> {
    let moment = moment(query.order_by);
    let order = match query.direction {
        Direction::Ascending => Order::Asc,
        Direction::Descending => Order::Desc,
    };
    let non_private = query.visibility == Visibility::NonPrivate;
    let rows = Condition::all()
        .add(Column::WorkspaceId.eq(workspace))
        .add_option(non_private.then(|| Column::IsPrivate.eq(false)))
        .add_option(query.after.map(|place| behind((moment, Column::Id), place, query.direction)));
    let rows = terms::of(&query.filter).into_iter().fold(rows, |rows, term| rows.add(condition(term, &look)));
    engagements::Entity::find()
        .filter(rows)
        .order_by(moment, order.clone())
        .order_by(Column::Id, order)
        .limit(u64::from(query.limit) + 1)
}

fn condition(term: Term, look: impl Fn(Column) -> Expr) -> Condition {
    let condition = match term {
        Term::Titled(term) => Column::TitleFolded.like(containing(term.as_str())),
        Term::OneOf(column, values) => look(column).is_in(values),
        Term::TookPart(column, ids) => took_part(column, ids),
        Term::Tagged(ids) => has_tag(ids),
        Term::During(column, range) => return within(Condition::all(), &look(column), range),
    };
    condition.into()
}

/// A pattern for a title with the term in it. The escape is a sign that neither engine gives a meaning of its own.
fn containing(term: &str) -> LikeExpr {
    let mut pattern = String::from("%");
    for c in folded(term).chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('!')
}

/// Whether the engagement has one of these tags, and the tag is still there.
fn has_tag(ids: Vec<String>) -> Expr {
    let same =
        |theirs: engagement_tags::Column, ours: Column| Expr::col(theirs.as_column_ref()).equals(ours.as_column_ref());
    let given =
        |tag: tags::Column, link: engagement_tags::Column| Expr::col(tag.as_column_ref()).equals(link.as_column_ref());
    let is_there = Query::select()
        .expr(Expr::cust("1"))
        .from(tags::Entity)
        .and_where(given(tags::Column::WorkspaceId, engagement_tags::Column::WorkspaceId))
        .and_where(given(tags::Column::Id, engagement_tags::Column::TagId))
        .and_where(tags::Column::DeletedAt.is_null())
        .to_owned();
    Expr::exists(
        Query::select()
            .expr(Expr::cust("1"))
            .from(engagement_tags::Entity)
            .and_where(same(engagement_tags::Column::WorkspaceId, Column::WorkspaceId))
            .and_where(same(engagement_tags::Column::EngagementId, Column::Id))
            .and_where(engagement_tags::Column::TagId.is_in(ids))
            .and_where(Expr::exists(is_there))
            .to_owned(),
    )
}

/// Whether a participant of the engagement has one of these in the column.
fn took_part(column: participants::Column, ids: Vec<String>) -> Expr {
    let same =
        |theirs: participants::Column, ours: Column| Expr::col(theirs.as_column_ref()).equals(ours.as_column_ref());
    Expr::exists(
        Query::select()
            .expr(Expr::cust("1"))
            .from(participants::Entity)
            .and_where(same(participants::Column::WorkspaceId, Column::WorkspaceId))
            .and_where(same(participants::Column::EngagementId, Column::Id))
            .and_where(column.is_in(ids))
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use hearken_domain::{
        ids::{EngagementId, Ulid},
        query::{EngagementFilter, OrderBy, Position},
        text::SearchTerm,
        time::Timestamp,
    };
    use sea_orm::{DbBackend, QueryTrait};

    use super::*;

    #[test]
    fn a_list_is_a_keyset_scan_with_visibility_and_a_literal_search_in_it() {
        let query = EngagementQuery {
            visibility: Visibility::NonPrivate,
            filter: EngagementFilter {
                search: Some(SearchTerm::try_from("100%_É!").expect("it has seven characters")),
                ..EngagementFilter::default()
            },
            order_by: OrderBy::UpdatedAt,
            direction: Direction::Descending,
            after: Some(Position {
                at: Timestamp::from_unix_millis(5).expect("it is a moment of 1970"),
                id: EngagementId::from(Ulid::from_parts(5, 5)),
            }),
            limit: 20,
        };
        let sql = select("W", &query).build(DbBackend::Postgres).to_string();
        assert!(sql.contains(r#""engagements"."is_private" = FALSE"#), "{sql}");
        assert!(sql.contains(r#"("engagements"."updated_at", "engagements"."id") < (5, "#), "{sql}");
        assert!(sql.contains("%100!%!_é!!%"), "{sql}");
        assert!(sql.ends_with("LIMIT 21"), "{sql}");
    }
}
