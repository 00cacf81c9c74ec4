//! Every way to a list gives the same rows: what drives it is a matter of time and nothing else.

use hearken_domain::{
    ids::EngagementId,
    ports::EngagementStore,
    query::{EngagementFilter, EngagementQuery, OrderBy, Position},
};
use hearken_testkit::fixture::parsed;
use sea_orm::{EntityTrait, QueryTrait, sea_query::SelectStatement};

use super::scene::{self, Matches, Scene, in_every_order, together};
use crate::{
    SqliteStore,
    columns::key,
    read::{drive, list},
    rows::engagement::from_row,
    schema::engagement::engagements,
};

#[tokio::test]
async fn what_drives_a_list_does_not_change_it() {
    let scene = scene::sqlite().await;
    let [all, few, none] = [Matches::All, Matches::Few, Matches::None].map(|matches| scene.cases(matches));
    for case in all.iter().chain(&few).chain(&none) {
        for query in in_every_order(&case.filter) {
            let found = same_by_every_way(&scene, &query).await;
            assert_eq!(found == 0, case.matches == Matches::None, "{query:?}");
        }
    }
    for a in &all {
        for b in &few {
            same_by_every_way(&scene, &in_every_order(&together(&b.filter, &a.filter))[3]).await;
        }
    }
}

/// One or two characters have no trigram, and long ones have many.
#[tokio::test]
async fn a_search_of_any_length_finds_what_a_look_at_every_title_finds() {
    let scene = scene::sqlite().await;
    for term in ["7", "%", "39", "9%", "399", "EBRA 2", "weekly 3999%", "weekly 3999%x", "_eekly"] {
        let filter = EngagementFilter { search: Some(parsed(term)), ..EngagementFilter::default() };
        same_by_every_way(&scene, &in_every_order(&filter)[0]).await;
    }
}

/// Two pages, by the statement that SQLite plans alone, by the walk, by every filter as the driver, and by the port.
async fn same_by_every_way(scene: &Scene<SqliteStore>, query: &EngagementQuery) -> usize {
    let workspace = key(scene.workspace);
    let expected = found(scene, query, list::select(&workspace, query).into_query()).await;
    let mut pages = vec![query.clone()];
    pages.extend(expected.get(9).map(|place| EngagementQuery { after: Some(*place), ..query.clone() }));
    for query in pages {
        let expected = found(scene, &query, list::select(&workspace, &query).into_query()).await;
        let walked = found(scene, &query, list::checked(&workspace, &query).into_query()).await;
        assert_eq!(walked, expected, "by the walk: {query:?}");
        for candidate in drive::candidates(&workspace, &query) {
            let name = format!("{:?}", candidate.ids);
            let driven = found(scene, &query, drive::driven(&workspace, &query, candidate.ids)).await;
            assert_eq!(driven, expected, "by {name}: {query:?}");
        }
        let page = scene.store.list(scene.workspace, &query).await.expect("the store answers");
        let ids: Vec<EngagementId> = page.items.iter().map(|row| row.id).collect();
        let limit = usize::from(query.limit);
        assert_eq!(ids, expected.iter().take(limit).map(|place| place.id).collect::<Vec<_>>(), "{query:?}");
        assert_eq!(page.has_more, expected.len() > limit, "{query:?}");
    }
    expected.len()
}

async fn found(scene: &Scene<SqliteStore>, query: &EngagementQuery, statement: SelectStatement) -> Vec<Position> {
    let statement = scene.db.get_database_backend().build(&statement);
    let rows = engagements::Entity::find().from_raw_sql(statement).all(&scene.db).await.expect("it is a statement");
    let place = |row| {
        let row = from_row(row).expect("the row is an engagement");
        let at = match query.order_by {
            OrderBy::UpdatedAt => row.updated_at,
            OrderBy::StartAt => row.start_at,
        };
        Position { at, id: row.id }
    };
    rows.into_iter().map(place).collect()
}
