//! P8: lists of a large workspace beside the same lists of a small one: the first page, a page far behind, every filter
//! with values that match all, few and none, and searches; and the first page beside a crowd of searchers.
//!
//! The lists are asked of the store, without sockets: what is measured is what grows with the rows.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use hearken_domain::{
    access::Visibility,
    engagement::ProcessingStatus::{Failed, Pending},
    query::{Direction, EngagementFilter, EngagementQuery, OrderBy},
};
use hearken_testkit::{fixture::parsed, postgres::PostgresServer};
use tokio::task::JoinSet;

use super::Outcome;
use crate::{
    bench::Bench,
    cli::FigureId::P8,
    failure::{Failure, OrFail},
    figure::{Figure, Goal},
    house::{Database, House},
    shelf::{FEW, Matches, Shelf},
    statistics::{Pairs, millis, percentile},
};

/// How often a list is asked for in a round; its time is the median.
const TIMES: usize = 25;
const SEARCHERS: usize = 32;
/// The most times that a list of the large workspace may take of one of the small.
const LISTS: f64 = 1.5;
const SEARCHES: f64 = 3.0;

/// A list, and how much longer it may take in the large workspace.
struct Question {
    what: String,
    query: Box<dyn Fn(&Shelf) -> EngagementQuery>,
    most: f64,
}

/// Of a shelf, for as many matches as wanted.
type Filter = fn(&Shelf, Matches) -> EngagementFilter;

pub(super) async fn measure(bench: &Bench) -> Result<Outcome, Failure> {
    let folder = bench.folder(P8)?;
    let small = Database::sqlite(&folder.join("small.db")).await?;
    let large = Database::sqlite(&folder.join("large.db")).await?;
    let mut figures = compared(bench, "SQLite", [small, large]).await?;
    if let Some(server) = PostgresServer::durable() {
        let small = Database::postgres(&server.create_database()).await?;
        let large = Database::postgres(&server.create_database()).await?;
        figures.extend(compared(bench, "PostgreSQL", [small, large]).await?);
    }
    Ok(Outcome::Measured(figures))
}

async fn compared(bench: &Bench, name: &str, [small, large]: [Database; 2]) -> Result<Vec<Figure>, Failure> {
    let small = Shelf::filled(House::over(small), bench.rows).await?;
    let large = Shelf::filled(House::over(large), bench.rows * bench.times).await?;
    let mut figures = Vec::new();
    for Question { what, query, most } in questions() {
        let mut pairs = Pairs::default();
        for _ in 0..bench.rounds {
            let yardstick = time(&small, &query(&small)).await?;
            pairs.add(millis(yardstick), millis(time(&large, &query(&large)).await?));
        }
        let figure = Figure::compared(P8, format!("{what}, {name}"), (&pairs, "ms"));
        figures.push(figure.goal(Goal::RatioAtMost(most)));
    }
    let rows = format!("{} engagements beside {}; few are {FEW}", bench.rows * bench.times, bench.rows);
    figures.push(beside_searchers(bench, &large, name).await?.note(rows));
    small.house.close().await;
    large.house.close().await;
    Ok(figures)
}

fn questions() -> Vec<Question> {
    let of = |what: &str, most: f64, query: Box<dyn Fn(&Shelf) -> EngagementQuery>| Question {
        what: what.to_owned(),
        query,
        most,
    };
    let everything = || newest(EngagementFilter::default());
    let mut questions = vec![
        of("first page", LISTS, Box::new(move |_| everything())),
        of(
            "a page in the middle",
            LISTS,
            Box::new(move |shelf| EngagementQuery { after: Some(shelf.middle), ..everything() }),
        ),
        of(
            "oldest start first",
            LISTS,
            Box::new(move |_| EngagementQuery {
                order_by: OrderBy::StartAt,
                direction: Direction::Ascending,
                ..everything()
            }),
        ),
        of("search of two characters, none", SEARCHES, Box::new(|_| newest(nowhere()))),
        of(
            "contact of all, status of few",
            LISTS,
            Box::new(|shelf| {
                newest(EngagementFilter { statuses: Some(vec![Failed]), ..shelf.of_contact(Matches::All) })
            }),
        ),
        of(
            "two statuses, few",
            LISTS,
            Box::new(|_| {
                newest(EngagementFilter { statuses: Some(vec![Failed, Pending]), ..EngagementFilter::default() })
            }),
        ),
    ];
    let filters: [(&str, f64, Filter); 9] = [
        ("contact", LISTS, Shelf::of_contact),
        ("company", LISTS, Shelf::of_company),
        ("tag", LISTS, Shelf::tagged),
        ("status", LISTS, |_, matches| Shelf::of_status(matches)),
        ("type", LISTS, |_, matches| Shelf::of_type(matches)),
        ("source system", LISTS, |_, matches| Shelf::of_source(matches)),
        ("owner", LISTS, Shelf::of_owner),
        ("start", LISTS, Shelf::started),
        ("search", SEARCHES, |_, matches| Shelf::titled(matches)),
    ];
    for (name, most, filter) in filters {
        for matches in [Matches::All, Matches::Few, Matches::None] {
            questions.push(of(
                &format!("{name}, {matches}"),
                most,
                Box::new(move |shelf| newest(filter(shelf, matches))),
            ));
        }
    }
    questions
}

fn newest(filter: EngagementFilter) -> EngagementQuery {
    EngagementQuery {
        visibility: Visibility::All,
        filter,
        order_by: OrderBy::UpdatedAt,
        direction: Direction::Descending,
        after: None,
        limit: 25,
    }
}

/// What no index knows: every title is read.
fn nowhere() -> EngagementFilter {
    EngagementFilter { search: Some(parsed("qz")), ..EngagementFilter::default() }
}

async fn time(shelf: &Shelf, query: &EngagementQuery) -> Result<Duration, Failure> {
    let mut times = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let begin = Instant::now();
        shelf.list(query).await?;
        times.push(begin.elapsed());
    }
    times.sort_unstable();
    Ok(percentile(&times, 500))
}

/// The first page's p99, alone and beside searchers whose searches find nothing and have no index.
async fn beside_searchers(bench: &Bench, shelf: &Shelf, name: &str) -> Result<Figure, Failure> {
    let mut pairs = Pairs::default();
    for _ in 0..bench.rounds {
        let alone = p99_of_first_pages(bench, shelf).await?;
        let stop = Arc::new(AtomicBool::new(false));
        let mut searchers = JoinSet::new();
        for _ in 0..SEARCHERS {
            let (store, workspace, stop) = (shelf.house.ports.store.clone(), shelf.tenant.workspace, stop.clone());
            searchers.spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    // One that has waited too long is refused, and comes again.
                    let _ = store.list(workspace, &newest(nowhere())).await;
                }
            });
        }
        let beside = p99_of_first_pages(bench, shelf).await;
        stop.store(true, Ordering::Relaxed);
        while let Some(ended) = searchers.join_next().await {
            ended.or_fail("a searcher died")?;
        }
        pairs.add(alone, beside?);
    }
    let what = format!("first page's p99 beside {SEARCHERS} searchers, {name}");
    Ok(Figure::compared(P8, what, (&pairs, "ms")).goal(Goal::RatioAtMost(3.0)))
}

async fn p99_of_first_pages(bench: &Bench, shelf: &Shelf) -> Result<f64, Failure> {
    let (begin, query) = (Instant::now(), newest(EngagementFilter::default()));
    let mut times = Vec::new();
    while begin.elapsed() < bench.span {
        let asked = Instant::now();
        shelf.list(&query).await?;
        times.push(asked.elapsed());
    }
    times.sort_unstable();
    Ok(millis(percentile(&times, 990)))
}
