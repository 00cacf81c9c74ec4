//! Lists of everything but engagements: sorted by a moment and then by id, in pages, filtered by that moment.

use std::fmt::Debug;

use futures_util::{FutureExt, future::BoxFuture};
use hearken_domain::{
    changeset::Changeset,
    delivery::NewDelivery,
    ids::Id,
    query::{Direction, ListQuery, Page, Position, TimeRange},
    store_error::StoreError,
    tag::Tag,
    time::Timestamp,
    webhook::WebhookEndpoint,
    workflow::{Workflow, WorkflowRun},
};

use crate::{
    Stores,
    fixture::{
        a_run, a_tag, a_test_of, a_workflow, a_workspace, an_endpoint, an_engagement, at, commit, created,
        known_endpoints, known_tags, known_workflows, new_id, sending,
    },
};

/// Tags are listed by their last change and then by id.
pub async fn tags_are_listed_by_their_last_change(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let places = some_places();
    let row = |&(updated_at, id)| Tag { id, updated_at, ..a_tag(tenant, &format!("{id}")) };
    known_tags(stores, tenant, &places.iter().map(row).collect::<Vec<_>>()).await;
    let list =
        |query| async move { shown(stores.tags.list(tenant.workspace, &query).await, |row| (row.updated_at, row.id)) };
    assert_listed(places, |query| list(query).boxed()).await;
}

/// Endpoints are listed by their last change and then by id.
pub async fn endpoints_are_listed_by_their_last_change(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let places = some_places();
    let row = |&(updated_at, id)| WebhookEndpoint { id, updated_at, ..an_endpoint(tenant) };
    known_endpoints(stores, tenant, &places.iter().map(row).collect::<Vec<_>>()).await;
    let list = |query| async move {
        shown(stores.webhooks.list(tenant.workspace, &query).await, |row| (row.updated_at, row.id))
    };
    assert_listed(places, |query| list(query).boxed()).await;
}

/// Workflows are listed by their last change and then by id.
pub async fn workflows_are_listed_by_their_last_change(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let places = some_places();
    let row = |&(updated_at, id)| Workflow { id, updated_at, ..a_workflow(tenant, "w") };
    known_workflows(stores, tenant, &places.iter().map(row).collect::<Vec<_>>()).await;
    let list = |query| async move {
        shown(stores.workflows.list(tenant.workspace, &query).await, |row| (row.updated_at, row.id))
    };
    assert_listed(places, |query| list(query).boxed()).await;
}

/// Runs are listed by when they were made and then by id.
pub async fn runs_are_listed_by_when_they_were_made(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let workflow = a_workflow(tenant, "w");
    known_workflows(stores, tenant, std::slice::from_ref(&workflow)).await;
    let places = some_places();
    for (created_at, id) in &places {
        let engagement = created(stores, an_engagement(tenant, &format!("{id}"))).await;
        let run = WorkflowRun { id: *id, created_at: *created_at, ..a_run(&workflow, &engagement) };
        commit(stores, Changeset { new_runs: vec![run], ..Changeset::new(tenant.workspace) }).await;
    }
    let id = workflow.id;
    let list = |query| async move {
        shown(stores.workflows.runs(tenant.workspace, id, &query).await, |row| (row.created_at, row.id))
    };
    assert_listed(places, |query| list(query).boxed()).await;
}

/// Deliveries of an endpoint are listed by when they were made and then by id.
pub async fn deliveries_are_listed_by_when_they_were_made(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let (endpoint, other) = (an_endpoint(tenant), an_endpoint(tenant));
    known_endpoints(stores, tenant, &[endpoint.clone(), other.clone()]).await;
    let places = some_places();
    let row = |&(created_at, id)| NewDelivery { id, created_at, ..a_test_of(&endpoint) };
    commit(stores, sending(tenant, &places.iter().map(row).collect::<Vec<_>>())).await;
    commit(stores, sending(tenant, &[a_test_of(&other)])).await;
    let id = endpoint.id;
    let list = |query| async move {
        shown(stores.deliveries.of_endpoint(tenant.workspace, id, &query).await, |row| (row.created_at, row.id))
    };
    assert_listed(places, |query| list(query).boxed()).await;
}

/// Lists of a workspace that has nothing are empty, and nothing follows.
pub async fn empty_lists_are_empty(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    for workspace in [tenant.workspace, new_id()] {
        let Stores { tags, webhooks, workflows, deliveries, .. } = stores;
        assert_empty(tags.list(workspace, &ListQuery::first(1)).await);
        assert_empty(webhooks.list(workspace, &ListQuery::first(1)).await);
        assert_empty(workflows.list(workspace, &ListQuery::first(1)).await);
        assert_empty(workflows.runs(workspace, new_id(), &ListQuery::first(1)).await);
        assert_empty(deliveries.of_endpoint(workspace, new_id(), &ListQuery::first(1)).await);
    }
}

/// Where a row is in its list.
type Place<I> = (Timestamp, I);

/// What a page shows: its rows' places, and whether more follow.
type Places<I> = (Vec<Place<I>>, bool);

/// Six rows in the order of their ids; some share a moment.
fn some_places<I: Id>() -> Vec<Place<I>> {
    [5, 3, 5, 5, -1, 3].map(|millis| (at(millis), new_id())).to_vec()
}

fn shown<T, I>(page: Result<Page<T>, StoreError>, place: impl Fn(&T) -> Place<I>) -> Places<I> {
    let page = page.expect("the store answers");
    (page.items.iter().map(place).collect(), page.has_more)
}

/// Asserts order, pages and filter of a list that has just these rows.
async fn assert_listed<'a, I: Id + Debug>(
    mut places: Vec<Place<I>>,
    list: impl Fn(ListQuery<I>) -> BoxFuture<'a, Places<I>>,
) {
    places.sort_unstable();
    for direction in [Direction::Ascending, Direction::Descending] {
        let all = ListQuery { direction, ..ListQuery::first(100) };
        assert_eq!(list(all.clone()).await, (places.clone(), false), "{direction:?}");
        for limit in 1..=7 {
            let mut query = ListQuery { limit, ..all.clone() };
            for expected in places.chunks(usize::from(limit)) {
                let (rows, has_more) = list(query.clone()).await;
                assert_eq!(rows, expected, "{direction:?} in pages of {limit}");
                assert_eq!(has_more, expected.last() != places.last(), "{direction:?} in pages of {limit}");
                query.after = rows.last().map(|(at, id)| Position { at: *at, id: *id });
            }
        }
        // A row that is not there: it may have changed since the last page.
        let nowhere = Position { at: at(4), id: places[0].1 };
        let follows =
            |place: &&Place<I>| if direction == Direction::Ascending { place.0 > at(4) } else { place.0 < at(4) };
        let behind: Vec<Place<I>> = places.iter().filter(follows).copied().collect();
        let after = ListQuery { after: Some(nowhere), ..all.clone() };
        assert_eq!(list(after).await, (behind, false), "{direction:?} after a row that is not there");
        for updated_at in some_ranges() {
            let within: Vec<Place<I>> = places.iter().filter(|place| updated_at.contains(place.0)).copied().collect();
            let filtered = ListQuery { updated_at, ..all.clone() };
            assert_eq!(list(filtered).await, (within, false), "{direction:?} {updated_at:?}");
        }
        places.reverse();
    }
}

fn some_ranges() -> [TimeRange; 6] {
    let none = TimeRange::default();
    [
        TimeRange { gt: Some(at(3)), ..none },
        TimeRange { gte: Some(at(3)), ..none },
        TimeRange { lt: Some(at(3)), ..none },
        TimeRange { lte: Some(at(3)), ..none },
        TimeRange { gt: Some(at(-1)), gte: Some(at(-1)), lt: Some(at(5)), lte: Some(at(9)) },
        TimeRange { gte: Some(at(6)), ..none },
    ]
}

fn assert_empty<T>(page: Result<Page<T>, StoreError>) {
    let page = page.expect("the store answers");
    assert_eq!((page.items.len(), page.has_more), (0, false));
}
