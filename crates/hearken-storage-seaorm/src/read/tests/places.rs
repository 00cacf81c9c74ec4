//! Lists that look at every row have places of their own: while all of these are taken, everything else is answered.

use hearken_domain::{
    engagement::ProcessingStatus,
    ports::EngagementStore,
    query::{EngagementFilter, EngagementQuery, OrderBy},
};
use hearken_testkit::fixture::parsed;
use sea_orm::TransactionTrait;

use super::scene::{self, Scene, in_every_order};
use crate::read::{Reads, wide_share};

#[tokio::test]
async fn on_sqlite_what_is_short_does_not_wait_for_what_looks_at_every_row() {
    let scene = scene::sqlite().await;
    let failed = EngagementFilter { statuses: Some(vec![ProcessingStatus::Failed]), ..EngagementFilter::default() };
    let zebra = EngagementFilter { search: Some(parsed("zebra")), ..EngagementFilter::default() };
    let short = [EngagementFilter::default(), failed, zebra];
    stays_short(&scene, &scene.store.reads, (4, &short)).await;
}

#[tokio::test]
async fn on_postgresql_what_is_short_does_not_wait_for_what_looks_at_many_rows() {
    let Some(scene) = scene::postgres().await else { return };
    let failed = EngagementFilter { statuses: Some(vec![ProcessingStatus::Failed]), ..EngagementFilter::default() };
    stays_short(&scene, &scene.store.reads, (16, &[EngagementFilter::default(), failed])).await;
}

/// The newest first, for callers who see everything.
fn newest(filter: &EngagementFilter) -> EngagementQuery {
    let mut queries = in_every_order(filter);
    queries.retain(|query| query.order_by == OrderBy::UpdatedAt);
    queries.remove(2)
}

async fn stays_short<S: EngagementStore + 'static>(
    scene: &Scene<S>,
    reads: &Reads,
    (connections, short): (u32, &[EngagementFilter]),
) {
    let mut taken = Vec::new();
    for _ in 0..wide_share(connections) {
        taken.push(reads.wide.begin().await.expect("a place is free"));
    }
    let nowhere = EngagementFilter { search: Some(parsed("qz")), ..EngagementFilter::default() };
    let (store, workspace) = (scene.store.clone(), scene.workspace);
    let waiting = tokio::spawn(async move { store.list(workspace, &newest(&nowhere)).await });
    for filter in short {
        let page = scene.store.list(scene.workspace, &newest(filter)).await.expect("it does not wait");
        assert!(!page.items.is_empty(), "{filter:?}");
    }
    assert!(!waiting.is_finished(), "a list that looks at every row took a place of the others");
    for place in taken {
        place.rollback().await.expect("it only held a place");
    }
    let page = waiting.await.expect("the task ends").expect("it had its turn");
    assert!(page.items.is_empty());
}
