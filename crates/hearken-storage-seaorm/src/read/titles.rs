//! The trigrams of titles, as `m0007_lists` made them for SQLite: the rows that may have a text in their title. Which
//! of them have it is said by the title itself, so that a search means the same with and without the index.

use hearken_domain::text::SearchTerm;
use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Expr, Query},
};

use super::drive::Candidate;
use crate::{
    rows::engagement::folded,
    schema::engagement::{engagements, engagements::Column},
};

/// More would not find fewer rows; of a long text these are taken all over it.
const MOST_TRIGRAMS: usize = 64;

/// What a search can be driven by. One or two characters have no trigram: they are looked for row by row.
pub(super) fn candidate(workspace: &str, term: &SearchTerm) -> Option<Candidate> {
    let expression = expression(workspace, &folded(term.as_str()))?;
    let is_match = || Expr::cust_with_values(r#""engagement_titles" MATCH ?"#, [expression.as_str()]);
    let mut matches = Query::select();
    matches.expr(Expr::cust(r#""engagement_titles"."rowid""#)).from("engagement_titles").and_where(is_match());
    let is_theirs = Condition::all()
        .add(Column::WorkspaceId.eq(workspace))
        .add(Expr::cust(r#""engagements"."title_number" = "engagement_titles"."rowid""#));
    let ids = Query::select()
        .expr_as(Column::Id.into_expr(), "id")
        .from("engagement_titles")
        .cross_join(engagements::Entity)
        .cond_where(is_theirs)
        .and_where(is_match())
        .to_owned();
    Some(Candidate { matches, ids })
}

/// The index's own language: every trigram of the text, and the one that stands for the workspace.
fn expression(workspace: &str, text: &str) -> Option<String> {
    let characters: Vec<char> = text.chars().collect();
    let windows = characters.len().checked_sub(2).filter(|windows| *windows > 0)?;
    let of_workspace: Vec<char> = workspace.chars().skip(workspace.chars().count().saturating_sub(3)).collect();
    let step = windows.div_ceil(MOST_TRIGRAMS);
    let last = (!(windows - 1).is_multiple_of(step)).then(|| &characters[windows - 1..]);
    let trigrams = characters.windows(3).step_by(step).chain(last).chain([of_workspace.as_slice()]);
    let quoted = trigrams.map(|trigram| format!("\"{}\"", String::from_iter(trigram).replace('"', "\"\"")));
    Some(quoted.collect::<Vec<_>>().join(" AND "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_all_of_its_trigrams_and_nothing_of_the_language() {
        let of = |text| expression("01ARZ3NDEKTSV4RRFFQ69G5FAV", text);
        assert_eq!(of("ab"), None);
        assert_eq!(of("abc").as_deref(), Some(r#""abc" AND "FAV""#));
        assert_eq!(of("a\" *").as_deref(), Some(r#""a"" " AND """ *" AND "FAV""#));
        assert_eq!(of("会议室").as_deref(), Some(r#""会议室" AND "FAV""#));
    }

    #[test]
    fn a_long_text_gives_a_bounded_number_from_its_beginning_to_its_end() {
        let text: String = ('\u{4e00}'..).take(500).collect();
        let expression = expression("W", &text).expect("it is long enough");
        assert!(expression.matches(" AND ").count() <= MOST_TRIGRAMS + 1);
        let end: String = text.chars().skip(497).collect();
        assert!(expression.contains(&end), "{expression}");
    }
}
