//! The order of changes where several processes write: each a store of its own on one PostgreSQL, their clocks seconds
//! apart, and readers that follow in the ways that are documented.

use std::{
    collections::BTreeMap,
    env,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use futures_util::future::join_all;
use hearken_domain::{
    access::Visibility,
    changeset::Changeset,
    engagement::Engagement,
    event::{Event, EventKind},
    ids::{EngagementId, EventId, Id},
    order::Dated,
    query::{Audience, Direction, EngagementFilter, EngagementQuery, EventQuery, OrderBy, Page, Position, TimeRange},
    time::Timestamp,
};
use hearken_storage_seaorm::PostgresStore;
use hearken_testkit::{
    Stores,
    fixture::{Tenant, a_workspace, an_engagement, an_event, changing, creating},
    postgres::PostgresServer,
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, TransactionTrait};

use crate::{
    postgres::connect,
    sqlite::{open, open_fresh},
};

const PROCESSES: usize = 4;
const WRITERS: usize = 3;
const ROWS: usize = 20;

/// How many changes are made in all; `HEARKEN_CHANGES` asks for more.
#[expect(clippy::disallowed_methods, reason = "the long form is chosen by the environment")]
fn changes() -> usize {
    env::var("HEARKEN_CHANGES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_200)
}

async fn processes(server: &PostgresServer) -> (Vec<Stores>, String) {
    let url = server.create_database();
    let stores: Vec<PostgresStore> = join_all((0..PROCESSES).map(|_| connect(&url))).await;
    stores[0].migrate().await.expect("the database takes the schema");
    (stores.into_iter().map(|store| Stores::of(Arc::new(store))).collect(), url)
}

/// The clock of a process: one is right, one is two seconds behind, one a second ahead, and one goes back in steps.
#[expect(clippy::disallowed_methods, reason = "it plays the clocks of processes, which this one is the base of")]
fn clock(process: usize) -> Timestamp {
    let millis = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_millis();
    let millis = i64::try_from(millis).expect("milliseconds of our age fit");
    let error = [0, -2_000, 1_000, -(millis / 50 % 40) * 100][process];
    Timestamp::from_unix_millis(millis + error).expect("our age is in range")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_that_follow_several_processes_miss_nothing() {
    let Some(server) = PostgresServer::shared() else { return };
    let (stores, _) = processes(server).await;
    assert_nothing_is_missed(stores, changes()).await;
}

/// Such as the command line beside the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_that_follow_two_processes_on_one_file_miss_nothing() {
    let (_, stores, folder) = open_fresh().await;
    let other = Stores::of(Arc::new(open(folder.path()).await.expect("the file is there")));
    assert_nothing_is_missed(vec![stores, other], 300).await;
}

async fn assert_nothing_is_missed(stores: Vec<Stores>, changes: usize) {
    let tenant = a_workspace(&stores[0]).await;
    let writers = stores.len() * WRITERS;
    let writing = Arc::new(AtomicUsize::new(writers));
    let mut tasks = Vec::new();
    for (process, stores) in stores.iter().enumerate() {
        for writer in 0..WRITERS {
            let (stores, writing) = (stores.clone(), writing.clone());
            tasks.push(tokio::spawn(async move {
                let published = write(&stores, tenant, (process, writer, changes / writers)).await;
                writing.fetch_sub(1, Ordering::SeqCst);
                published
            }));
        }
    }
    let reader = |n: usize| stores[n % stores.len()].clone();
    let by_moment = tokio::spawn(follow(reader(0), tenant, (writing.clone(), Way::Moment)));
    let by_place = tokio::spawn(follow(reader(1), tenant, (writing.clone(), Way::Place)));
    let events = tokio::spawn(follow_events(reader(2), tenant, writing.clone()));

    let mut published = Vec::new();
    for task in tasks {
        published.extend(task.await.expect("the writer ends"));
    }
    let mut stored = BTreeMap::new();
    let mut query = whole(Direction::Descending);
    loop {
        let page = list(&stores[0], tenant, &query).await;
        query.after = page.items.last().map(|row| Position { at: row.updated_at, id: row.id });
        stored.extend(page.items.into_iter().map(|row| (row.id, row.version)));
        if !page.has_more {
            break;
        }
    }
    assert_eq!(stored.len(), writers * ROWS.min(changes / writers));
    assert_eq!(by_moment.await.expect("the reader ends"), stored, "by the moment of the last row");
    assert_eq!(by_place.await.expect("the reader ends"), stored, "by the place of the last row");
    let mut followed = events.await.expect("the reader ends");
    followed.sort_unstable();
    published.sort_unstable();
    assert_eq!(followed, published, "events, each once");
}

/// Makes and changes engagements by the clock of a process, each with an event.
async fn write(stores: &Stores, tenant: Tenant, (process, writer, turns): (usize, usize, usize)) -> Vec<EventId> {
    let mut rows: Vec<Engagement> = Vec::new();
    let mut published = Vec::new();
    for turn in 0..turns {
        let now = clock(process);
        let event = Event { created_at: now, ..an_event(tenant, b"{}") };
        published.push(event.id);
        let place = turn % ROWS;
        let changeset = match rows.get(place) {
            None => {
                let made = an_engagement(tenant, &format!("{process} {writer} {place}"));
                rows.push(Engagement { created_at: now, updated_at: now, ..made });
                creating(rows[place].clone())
            }
            Some(row) => {
                let version = row.version;
                rows[place] = Engagement { updated_at: row.next_update(now), ..row.clone() };
                let changeset = changing(rows[place].clone());
                rows[place].version = version + 1;
                changeset
            }
        };
        let changeset = Changeset { events: vec![event], ..changeset };
        let first = stores.ordered.commit(changeset).await.expect("nothing is wrong with the changeset");
        rows[place] = rows[place].clone().changed_at(first);
    }
    published
}

#[derive(Clone, Copy)]
enum Way {
    /// `filter[updated_at][gte]` of the last row.
    Moment,
    /// The cursor of the last page.
    Place,
}

fn whole(direction: Direction) -> EngagementQuery {
    EngagementQuery {
        visibility: Visibility::All,
        filter: EngagementFilter::default(),
        order_by: OrderBy::UpdatedAt,
        direction,
        after: None,
        limit: 100,
    }
}

async fn list(stores: &Stores, tenant: Tenant, query: &EngagementQuery) -> Page<Engagement> {
    stores.store.list(tenant.workspace, query).await.expect("the store answers")
}

async fn follow(
    stores: Stores,
    tenant: Tenant,
    (writing, way): (Arc<AtomicUsize>, Way),
) -> BTreeMap<EngagementId, u64> {
    let mut seen = BTreeMap::new();
    let mut query = whole(Direction::Ascending);
    loop {
        let is_over = writing.load(Ordering::SeqCst) == 0;
        let page = list(&stores, tenant, &query).await;
        seen.extend(page.items.iter().map(|row| (row.id, row.version)));
        if let Some(last) = page.items.last() {
            match way {
                Way::Moment => query.filter.updated_at.gte = Some(last.updated_at),
                Way::Place => query.after = Some(Position { at: last.updated_at, id: last.id }),
            }
        }
        if is_over && !page.has_more {
            return seen;
        }
    }
}

async fn follow_events(stores: Stores, tenant: Tenant, writing: Arc<AtomicUsize>) -> Vec<EventId> {
    let audience = Audience { kinds: EventKind::ALL.to_vec(), visibility: Visibility::All };
    let mut query = EventQuery { audience, created_at: TimeRange::default(), after: None, limit: 100 };
    let mut seen = Vec::new();
    loop {
        let is_over = writing.load(Ordering::SeqCst) == 0;
        let page = stores.outbox.published(tenant.workspace, &query).await.expect("the store answers");
        seen.extend(page.events.iter().map(|event| event.id));
        query.after = page.end.or(query.after);
        if is_over && !page.has_more {
            return seen;
        }
    }
}

/// A write that stands still: its rows will come before what others commit meanwhile.
async fn an_open_write(url: &str, tenant: Tenant) -> (DatabaseConnection, sea_orm::DatabaseTransaction) {
    let db = Database::connect(url).await.expect("the server answers");
    let transaction = db.begin().await.expect("a transaction begins");
    let (workspace, number) = (tenant.workspace.ulid(), 0x8000 | tenant.workspace.ulid().0 & 0x7fff);
    let take_a_place = format!("SELECT hearken_take_a_place('{workspace}', 31, {number})");
    transaction.execute_unprepared(&take_a_place).await.expect("the function is there");
    (db, transaction)
}

#[tokio::test]
async fn a_walk_goes_as_far_as_the_oldest_write_that_is_open() {
    let Some(server) = PostgresServer::shared() else { return };
    let (processes, url) = processes(server).await;
    let stores = &processes[0];
    let (tenant, other) = (a_workspace(stores).await, a_workspace(stores).await);
    let make = async |tenant: Tenant, name: &str| {
        let changeset = Changeset { events: vec![an_event(tenant, b"{}")], ..creating(an_engagement(tenant, name)) };
        stores.ordered.commit(changeset).await.expect("nothing is wrong with the changeset")
    };
    make(tenant, "before").await;
    let (_connection, open) = an_open_write(&url, tenant).await;
    make(tenant, "meanwhile").await;
    make(other, "elsewhere").await;
    let shown = async |tenant: Tenant, direction| list(stores, tenant, &whole(direction)).await.items.len();
    let published = async || {
        let audience = Audience { kinds: EventKind::ALL.to_vec(), visibility: Visibility::All };
        let query = EventQuery { audience, created_at: TimeRange::default(), after: None, limit: 100 };
        stores.outbox.published(tenant.workspace, &query).await.expect("the store answers").events.len()
    };
    assert_eq!(shown(tenant, Direction::Ascending).await, 1, "what was committed before it");
    assert_eq!(published().await, 1, "and of events");
    assert_eq!(shown(tenant, Direction::Descending).await, 2, "another order waits for nothing");
    assert_eq!(shown(other, Direction::Ascending).await, 1, "nor does another workspace");
    open.rollback().await.expect("the transaction ends");
    assert_eq!(shown(tenant, Direction::Ascending).await, 2);
    assert_eq!(published().await, 2);
}
