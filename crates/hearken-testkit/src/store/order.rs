//! The order of changes: later commits bear later moments whatever the clocks say, and readers that follow miss nothing.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use bytes::Bytes;
use futures_util::future::{join, join_all};
use hearken_domain::{
    access::Visibility,
    changeset::Changeset,
    engagement::Engagement,
    event::{Event, EventKind},
    ids::{EngagementId, EventId, Id, TagId},
    order::Dated,
    query::{
        Audience, Direction, EngagementFilter, EngagementQuery, EventPage, EventQuery, ListQuery, OrderBy, Position,
        TimeRange,
    },
    tag::Tag,
    time::Timestamp,
    webhook::WebhookEndpoint,
    workflow::Workflow,
};

use crate::{
    Stores,
    fixture::{
        Tenant, a_tag, a_workflow, a_workspace, an_endpoint, an_engagement, an_event, at, changing, created, creating,
        kept, new_id, publishing,
    },
};

/// Whatever is made or changed bears a moment after all that was committed before it and that the same walks show, also
/// with a clock that steps back; it reads back as the commit's answer says.
pub async fn what_is_committed_later_bears_a_later_moment(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let mut last = [Timestamp::MIN; 5];
    for turn in 0..3 {
        let now = at(-1_000 * turn);
        let mut lasts = last.iter_mut();
        let mut follows = |moment: Timestamp, what: &str| {
            let last = lasts.next().expect("there is one for each kind");
            assert!(moment > *last, "{what} of turn {turn}");
            *last = moment;
        };

        let made = an_engagement(tenant, &format!("e{turn}"));
        let made = Engagement { created_at: now, updated_at: now, ..made };
        let first = ordered(stores, creating(made.clone())).await;
        let stored = stores.store.by_id(tenant.workspace, made.id).await.expect("the store answers");
        assert_eq!(stored, Some(made.clone().made_at(first)));
        let row = Engagement { updated_at: now, ..made.made_at(first) };
        let first = ordered(stores, changing(row.clone())).await;
        let changed = stores.store.by_id(tenant.workspace, row.id).await.expect("the store answers");
        let changed = changed.expect("it was made before");
        assert_eq!((changed.created_at, changed.updated_at), (row.created_at, first));
        assert!(changed.updated_at > row.created_at);
        follows(changed.updated_at, "an engagement");

        let tag = Tag { created_at: now, updated_at: now, ..a_tag(tenant, &format!("{turn}")) };
        ordered(stores, Changeset { new_tags: vec![tag.clone()], ..Changeset::new(tenant.workspace) }).await;
        let tag = stores.tags.by_id(tenant.workspace, tag.id).await.expect("the store answers").expect("it was made");
        assert_eq!(tag.created_at, tag.updated_at);
        follows(tag.updated_at, "a tag");

        let endpoint = WebhookEndpoint { created_at: now, updated_at: now, ..an_endpoint(tenant) };
        ordered(stores, Changeset { new_endpoints: vec![endpoint.clone()], ..Changeset::new(tenant.workspace) }).await;
        let endpoint = stores.webhooks.by_id(tenant.workspace, endpoint.id).await.expect("the store answers");
        follows(endpoint.expect("it was made").updated_at, "an endpoint");

        let workflow = Workflow { created_at: now, updated_at: now, ..a_workflow(tenant, "w") };
        ordered(stores, Changeset { new_workflows: vec![workflow.clone()], ..Changeset::new(tenant.workspace) }).await;
        let workflow = stores.workflows.by_id(tenant.workspace, workflow.id).await.expect("the store answers");
        follows(workflow.expect("it was made").updated_at, "a workflow");

        let event = Event { created_at: now, ..an_event(tenant, b"{}") };
        ordered(stores, publishing(tenant, event.clone())).await;
        let events = stores.outbox.events(tenant.workspace, None, 100).await.expect("the store answers");
        let event = events.iter().find(|kept| kept.id == event.id).expect("it was published");
        follows(event.created_at, "an event");
    }
}

/// The bytes of an event say the moments that its rows bear, and all else as it was frozen.
pub async fn the_bytes_of_an_event_bear_its_moment(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    created(stores, Engagement { updated_at: at(5_000), ..an_engagement(tenant, "before") }).await;
    let frozen = |created: Timestamp, changed: Timestamp, given: Timestamp| {
        let [created, changed, given] = [created, changed, given].map(Timestamp::to_rfc3339);
        let text = format!(r#"\"updated_at\":\"{given}\""#);
        Bytes::from(
            format!(
                r#"{{"created_at":"{changed}","data":{{"object":{{"title":"{text}","start_at":"{given}","created_at":"{created}","#
            ) + &format!(r#""updated_at":"{changed}"}},"previous_attributes":{{"updated_at":"{created}"}}}}}}"#),
        )
    };
    let stored = created(stores, Engagement { created_at: at(-9), ..an_engagement(tenant, "changed") }).await;
    let payload = frozen(at(-9), at(1), at(1));
    let event = Event { payload, created_at: at(1), ..an_event(tenant, b"") };
    let row = Engagement { updated_at: at(1), ..stored };
    let changeset = Changeset { events: vec![event.clone()], ..changing(row) };
    assert_eq!(ordered(stores, changeset).await, at(5_001));
    let events = stores.outbox.events(tenant.workspace, None, 100).await.expect("the store answers");
    let expected = Event { payload: frozen(at(-9), at(5_001), at(1)), created_at: at(5_001), ..event };
    assert_eq!(events, [kept(&expected)]);

    let made = Engagement { created_at: at(2), updated_at: at(2), ..an_engagement(tenant, "made") };
    let event = Event { payload: frozen(at(2), at(2), at(1)), created_at: at(2), ..an_event(tenant, b"") };
    let first = ordered(stores, Changeset { events: vec![event.clone()], ..creating(made) }).await;
    let events = stores.outbox.events(tenant.workspace, Some(events[0].id), 100).await.expect("the store answers");
    let payload = events[0].payload.as_ref().expect("its bytes are kept");
    let text = |at: Timestamp| format!(r#""created_at":"{}""#, at.to_rfc3339());
    let payload = std::str::from_utf8(payload).expect("it was a text");
    assert_eq!(payload.matches(&text(first)).count(), 2, "{payload}");
}

/// A moment that is later than all others already stays as it is; so do all, where the write says so.
pub async fn moments_stay_where_they_are_later_anyway(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let first = Engagement { updated_at: at(7), ..an_engagement(tenant, "first") };
    ordered(stores, creating(first.clone())).await;
    let second = Engagement { created_at: at(8), updated_at: at(8), ..an_engagement(tenant, "second") };
    ordered(stores, creating(second.clone())).await;
    let third = created(stores, Engagement { updated_at: at(-7), ..an_engagement(tenant, "third") }).await;
    for row in [first, second, third] {
        let stored = stores.store.by_id(tenant.workspace, row.id).await.expect("the store answers");
        assert_eq!(stored, Some(row));
    }
}

/// Writers at one time, whose clocks are seconds apart, and readers who follow in both ways that are documented: from
/// the moment of the last row that they saw, and from the place where a walk ended. In the end each has every row as it
/// is.
pub async fn following_changes_misses_nothing(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let writing = AtomicUsize::new(WRITERS);
    let writers = join_all((0..WRITERS).map(|n| change_engagements(stores, (tenant, n), &writing)));
    let readers = join(follow_by_moment(stores, tenant, &writing), follow_by_place(stores, tenant, &writing));
    let (_, (by_moment, by_place)) = join(writers, readers).await;
    let all = EngagementQuery { direction: Direction::Descending, ..following() };
    let stored = stores.store.list(tenant.workspace, &all).await.expect("the store answers").items;
    let stored: BTreeMap<_, _> = stored.into_iter().map(|row| (row.id, row.version)).collect();
    assert_eq!(stored.len(), WRITERS * ROWS);
    assert_eq!(by_moment, stored, "by the moment of the last row");
    assert_eq!(by_place, stored, "by the place of the last row");
}

/// The same for events and for the tags that they are about.
pub async fn following_events_misses_nothing(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let writing = AtomicUsize::new(WRITERS);
    let writers = join_all((0..WRITERS).map(|n| publish(stores, (tenant, n), &writing)));
    let (published, (followed, tags)) =
        join(writers, join(follow_events(stores, tenant, &writing), follow_tags(stores, tenant, &writing))).await;
    let mut published: Vec<EventId> = published.into_iter().flatten().collect();
    let mut seen = followed.clone();
    published.sort_unstable();
    seen.sort_unstable();
    assert_eq!(seen, published, "each once");
    let whole = walk_events(stores, tenant, seeing(EventKind::ALL)).await;
    assert_eq!(whole, followed, "in the order in which they are found later");
    assert_eq!(tags.len(), WRITERS * ROWS);
}

/// What the reader may not see is left out, and the place where a page ends goes past it.
pub async fn published_events_are_those_of_the_audience(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let nothing = page(stores, tenant, seeing(EventKind::ALL)).await;
    assert_eq!((nothing.events.len(), nothing.has_more), (0, false));
    let open = created(stores, an_engagement(tenant, "open")).await;
    let private = created(stores, Engagement { is_private: true, ..an_engagement(tenant, "private") }).await;
    let about = |kind, about: EngagementId| Event { kind, about: about.ulid(), ..an_event(tenant, b"{}") };
    let events = [
        about(EventKind::EngagementCreated, private.id),
        about(EventKind::EngagementUpdated, open.id),
        about(EventKind::TagCreated, private.id),
        about(EventKind::EngagementDeleted, new_id()),
    ];
    for event in &events {
        ordered(stores, publishing(tenant, event.clone())).await;
    }
    let ids = |wanted: &[usize]| wanted.iter().map(|n| events[*n].id).collect::<Vec<_>>();
    let engagements = [EventKind::EngagementCreated, EventKind::EngagementUpdated, EventKind::EngagementDeleted];
    let not_private = |kinds: &[EventKind]| {
        let audience = Audience { kinds: kinds.to_vec(), visibility: Visibility::NonPrivate };
        EventQuery { audience, ..seeing(&[]) }
    };
    for (query, expected) in [
        (seeing(EventKind::ALL), ids(&[0, 1, 2, 3])),
        (seeing(&engagements), ids(&[0, 1, 3])),
        (not_private(EventKind::ALL), ids(&[1, 2])),
        (not_private(&engagements), ids(&[1])),
        (seeing(&[EventKind::ContactCreated]), Vec::new()),
        (seeing(&[]), Vec::new()),
    ] {
        assert_eq!(walk_events(stores, tenant, query.clone()).await, expected, "{query:?}");
        for limit in 1..=3 {
            let paged = walk_events(stores, tenant, EventQuery { limit, ..query.clone() }).await;
            assert_eq!(paged, expected, "{query:?} in pages of {limit}");
        }
        let end = page(stores, tenant, query.clone()).await.end.expect("there are events");
        let last = page(stores, tenant, seeing(EventKind::ALL)).await.events.pop().expect("there are events");
        assert!((end.at, end.id) >= (last.created_at, last.id), "the place is past what is not seen");
        assert_eq!(page(stores, tenant, EventQuery { after: Some(end), ..query }).await.events, []);
    }
    let range = TimeRange {
        gt: Some(page(stores, tenant, seeing(EventKind::ALL)).await.events[1].created_at),
        ..TimeRange::default()
    };
    let later = EventQuery { created_at: range, ..seeing(EventKind::ALL) };
    assert_eq!(walk_events(stores, tenant, later).await, ids(&[2, 3]));
}

const WRITERS: usize = 6;
const ROWS: usize = 8;
const TURNS: i64 = 6;

/// A clock for each writer, up to two seconds behind.
fn clock(writer: usize, turn: i64) -> Timestamp {
    at(turn - 400 * i64::try_from(writer).expect("there are few"))
}

async fn ordered(stores: &Stores, changeset: Changeset) -> Timestamp {
    stores.ordered.commit(changeset).await.expect("nothing is wrong with the changeset")
}

async fn change_engagements(stores: &Stores, (tenant, writer): (Tenant, usize), writing: &AtomicUsize) {
    let mut rows = Vec::new();
    for turn in 0..TURNS {
        for n in 0..ROWS {
            let now = clock(writer, turn);
            if turn == 0 {
                let made = an_engagement(tenant, &format!("{writer} {n}"));
                let made = Engagement { created_at: now, updated_at: now, ..made };
                let first = ordered(stores, creating(made.clone())).await;
                rows.push(made.made_at(first));
            } else {
                let row = Engagement { updated_at: rows[n].next_update(now), ..rows[n].clone() };
                let first = ordered(stores, changing(row.clone())).await;
                rows[n] = Engagement { version: row.version + 1, ..row.changed_at(first) };
            }
            tokio::task::yield_now().await;
        }
    }
    writing.fetch_sub(1, Ordering::SeqCst);
}

fn following() -> EngagementQuery {
    EngagementQuery {
        visibility: Visibility::All,
        filter: EngagementFilter::default(),
        order_by: OrderBy::UpdatedAt,
        direction: Direction::Ascending,
        after: None,
        limit: 100,
    }
}

/// `order_by=updated_at:asc` with `filter[updated_at][gte]` of the last one seen.
async fn follow_by_moment(stores: &Stores, tenant: Tenant, writing: &AtomicUsize) -> BTreeMap<EngagementId, u64> {
    let mut seen = BTreeMap::new();
    let mut query = following();
    loop {
        let is_over = writing.load(Ordering::SeqCst) == 0;
        let page = stores.store.list(tenant.workspace, &query).await.expect("the store answers");
        seen.extend(page.items.iter().map(|row| (row.id, row.version)));
        query.filter.updated_at.gte = page.items.last().map(|row| row.updated_at).or(query.filter.updated_at.gte);
        if is_over && !page.has_more {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}

/// The cursor of the last page, kept and asked again.
async fn follow_by_place(stores: &Stores, tenant: Tenant, writing: &AtomicUsize) -> BTreeMap<EngagementId, u64> {
    let mut seen = BTreeMap::new();
    let mut query = EngagementQuery { limit: 7, ..following() };
    loop {
        let is_over = writing.load(Ordering::SeqCst) == 0;
        let page = stores.store.list(tenant.workspace, &query).await.expect("the store answers");
        seen.extend(page.items.iter().map(|row| (row.id, row.version)));
        query.after = page.items.last().map(|row| Position { at: row.updated_at, id: row.id }).or(query.after);
        if is_over && !page.has_more {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}

/// Makes tags, with an event each.
async fn publish(stores: &Stores, (tenant, writer): (Tenant, usize), writing: &AtomicUsize) -> Vec<EventId> {
    let mut published = Vec::new();
    for n in 0..ROWS {
        let now = clock(writer, i64::try_from(n).expect("there are few"));
        let tag = Tag { created_at: now, updated_at: now, ..a_tag(tenant, &format!("{writer} {n}")) };
        let event =
            Event { kind: EventKind::TagCreated, about: tag.id.ulid(), created_at: now, ..an_event(tenant, b"{}") };
        published.push(event.id);
        ordered(stores, Changeset { new_tags: vec![tag], ..publishing(tenant, event) }).await;
        tokio::task::yield_now().await;
    }
    writing.fetch_sub(1, Ordering::SeqCst);
    published
}

async fn follow_events(stores: &Stores, tenant: Tenant, writing: &AtomicUsize) -> Vec<EventId> {
    let mut seen = Vec::new();
    let mut query = EventQuery { limit: 5, ..seeing(EventKind::ALL) };
    loop {
        let is_over = writing.load(Ordering::SeqCst) == 0;
        let EventPage { events, has_more, end } = page(stores, tenant, query.clone()).await;
        seen.extend(events.iter().map(|event| event.id));
        query.after = end.or(query.after);
        if is_over && !has_more {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}

async fn follow_tags(stores: &Stores, tenant: Tenant, writing: &AtomicUsize) -> BTreeMap<TagId, u64> {
    let mut seen = BTreeMap::new();
    let mut query = ListQuery { direction: Direction::Ascending, ..ListQuery::first(5) };
    loop {
        let is_over = writing.load(Ordering::SeqCst) == 0;
        let page = stores.tags.list(tenant.workspace, &query).await.expect("the store answers");
        seen.extend(page.items.iter().map(|row| (row.id, row.version)));
        query.after = page.items.last().map(|row| Position { at: row.updated_at, id: row.id }).or(query.after);
        if is_over && !page.has_more {
            return seen;
        }
        tokio::task::yield_now().await;
    }
}

fn seeing(kinds: &[EventKind]) -> EventQuery {
    let audience = Audience { kinds: kinds.to_vec(), visibility: Visibility::All };
    EventQuery { audience, created_at: TimeRange::default(), after: None, limit: 100 }
}

async fn page(stores: &Stores, tenant: Tenant, query: EventQuery) -> EventPage {
    stores.outbox.published(tenant.workspace, &query).await.expect("the store answers")
}

async fn walk_events(stores: &Stores, tenant: Tenant, mut query: EventQuery) -> Vec<EventId> {
    let mut seen = Vec::new();
    loop {
        let page = page(stores, tenant, query.clone()).await;
        seen.extend(page.events.iter().map(|event| event.id));
        query.after = page.end.or(query.after);
        if !page.has_more {
            return seen;
        }
    }
}
