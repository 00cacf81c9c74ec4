//! What the engines say they will do, for every filter and order: a lost index is a scan here before it is one for a
//! caller. Nothing is timed.

use hearken_domain::query::{EngagementFilter, EngagementQuery, OrderBy};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryTrait, Statement, sea_query::SelectStatement};

use super::scene::{self, Case, Matches, Scene, in_every_order, together};
use crate::{
    PostgresStore, SqliteStore,
    columns::key,
    read::{drive, list},
};

const ALL_MATCHES: [Matches; 3] = [Matches::All, Matches::Few, Matches::None];

/// The index of an order.
fn of_order(query: &EngagementQuery) -> &'static str {
    match query.order_by {
        OrderBy::UpdatedAt => "engagements_by_update",
        OrderBy::StartAt => "engagements_by_start",
    }
}

#[tokio::test]
async fn sqlite_has_an_index_for_every_filter_and_order() {
    let scene = scene::sqlite().await;
    for query in in_every_order(&EngagementFilter::default()) {
        in_order(&scene, &query, of_order(&query)).await.expect("the order has an index");
    }
    // SQLite does not know how many rows a value has, so any value will do.
    for case in ALL_MATCHES.iter().flat_map(|matches| scene.cases(*matches)) {
        for query in in_every_order(&case.filter) {
            planned(&scene, &query, &case).await.expect("the filter has an index");
        }
    }
}

#[tokio::test]
async fn a_lost_index_of_sqlite_is_seen() {
    let scene = scene::sqlite().await;
    for case in scene.cases(Matches::Few) {
        let index = match case.index[0] {
            "engagement_titles" => "engagements_by_title_number",
            // It belongs to the table: it cannot be lost alone.
            index if index.starts_with("sqlite_autoindex") => continue,
            index => index,
        };
        scene.db.execute_unprepared(&format!("DROP INDEX IF EXISTS {index}")).await.expect("it is an index");
        let mut missed = false;
        for query in in_every_order(&case.filter) {
            missed |= planned(&scene, &query, &case).await.is_err();
        }
        assert!(missed, "{index} is not missed");
    }
}

/// By its statistics PostgreSQL reads the whole table only for what an index cannot tell.
#[tokio::test]
async fn postgresql_has_an_index_for_every_filter_and_order() {
    let Some(scene) = scene::postgres().await else { return };
    let [all, few, none] = ALL_MATCHES.map(|matches| scene.cases(matches));
    for query in in_every_order(&EngagementFilter::default()) {
        without_scan(&scene, &query, of_order(&query)).await;
    }
    for case in &all {
        for query in in_every_order(&case.filter) {
            without_scan(&scene, &query, "").await;
        }
    }
    for case in few.iter().chain(&none) {
        for query in in_every_order(&case.filter) {
            without_scan(&scene, &query, case.index[1]).await;
        }
    }
    for (common, rare) in all.iter().flat_map(|common| few.iter().map(move |rare| (common, rare))) {
        let filter = together(&rare.filter, &common.filter);
        let is_pair = filter != rare.filter;
        for query in in_every_order(&filter).into_iter().filter(|_| is_pair) {
            without_scan(&scene, &query, "").await;
        }
    }
}

/// The list itself where an index has its order, else every way that it may take.
async fn planned(scene: &Scene<SqliteStore>, query: &EngagementQuery, case: &Case) -> Result<(), String> {
    let index = case.index[0];
    if drive::is_ordered(query) {
        return in_order(scene, query, index).await;
    }
    let workspace = key(scene.workspace);
    let walk = plan(&scene.db, list::checked(&workspace, query).into_query()).await;
    let order = format!("SEARCH engagements USING INDEX {} (workspace_id=?", of_order(query));
    let is_walk = walk.iter().any(|line| line.starts_with(&order)) && !sorts(&walk);
    is_walk.then_some(()).ok_or(format!("the walk is {walk:#?}"))?;
    let candidates = drive::candidates(&workspace, query);
    let [candidate] = candidates.as_slice() else { return Err(format!("{} candidates", candidates.len())) };
    for statement in [candidate.matches.clone(), drive::driven(&workspace, query, candidate.ids.clone())] {
        let driven = plan(&scene.db, statement).await;
        finds(&driven, index)?;
    }
    let driven = plan(&scene.db, drive::driven(&workspace, query, candidate.ids.clone())).await;
    let by_id = "SEARCH engagements USING INDEX sqlite_autoindex_engagements_1 (workspace_id=? AND id=?)";
    driven.iter().any(|line| line == by_id).then_some(()).ok_or(format!("{driven:#?} does not look up by id"))?;
    let by_number = |line: &String| line.contains(" INDEX engagements_by_title_number (title_number=?)");
    let is_found = index != "engagement_titles" || driven.iter().any(by_number);
    is_found.then_some(()).ok_or(format!("{driven:#?} does not look up by the title's number"))
}

/// One look into one index, and no sorting.
async fn in_order(scene: &Scene<SqliteStore>, query: &EngagementQuery, index: &str) -> Result<(), String> {
    let lines = plan(&scene.db, list::select(&key(scene.workspace), query).into_query()).await;
    let search = format!("SEARCH engagements USING INDEX {index} (workspace_id=?");
    let has_value = query.filter == EngagementFilter::default() || lines[0].contains(" AND ");
    let is_good = lines.len() == 1 && lines[0].starts_with(&search) && has_value;
    is_good.then_some(()).ok_or(format!("{index} does not give {lines:#?}"))
}

/// Whether the rows come from this index by a value of the filter, not by the workspace alone.
fn finds(lines: &[String], index: &str) -> Result<(), String> {
    let titles = format!("SCAN {index} VIRTUAL TABLE INDEX 0:M");
    let by_value =
        |line: &String| line.starts_with(&titles) || line.contains(&format!(" INDEX {index} (workspace_id=? AND "));
    let scans = |line: &String| line.starts_with("SCAN engagements") && !line.starts_with(&titles);
    let is_good = lines.iter().any(by_value) && !lines.iter().any(scans);
    is_good.then_some(()).ok_or(format!("{index} does not drive {lines:#?}"))
}

fn sorts(lines: &[String]) -> bool {
    lines.iter().any(|line| line.starts_with("USE TEMP B-TREE FOR"))
}

async fn without_scan(scene: &Scene<PostgresStore>, query: &EngagementQuery, index: &str) {
    let statement = list::select(&key(scene.workspace), query).into_query();
    let lines = plan(&scene.db, statement).await.join("\n");
    assert!(!lines.contains("Seq Scan on engagements"), "{query:?}: {lines}");
    assert!(lines.contains(index), "{index} does not drive {query:?}: {lines}");
}

/// With the values in it, as a plan that is made anew for each list has them.
async fn plan(db: &DatabaseConnection, statement: SelectStatement) -> Vec<String> {
    let backend = db.get_database_backend();
    let (explain, column) = match backend {
        DbBackend::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
        _ => ("EXPLAIN", "QUERY PLAN"),
    };
    let statement = backend.build(&statement);
    let explained = match backend {
        DbBackend::Sqlite => Statement { sql: format!("{explain} {}", statement.sql), ..statement },
        _ => Statement::from_string(backend, format!("{explain} {statement}")),
    };
    let rows = db.query_all_raw(explained).await.expect("it is a statement");
    rows.iter().map(|row| row.try_get("", column).expect("it is a line")).collect()
}
