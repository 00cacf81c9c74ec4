//! The decorator that fails on demand.

use std::sync::Arc;

use hearken_domain::{changeset::CommitError, store_error::StoreErrorKind};
use hearken_memory::MemoryStore;
use hearken_testkit::{
    Stores,
    decorate::{Fault, Faulty},
    fixture::{a_workspace, an_engagement, creating},
};

#[tokio::test]
async fn a_lost_answer_is_unknown_whether_or_not_it_was_written() {
    let stores = Stores::of(Arc::new(MemoryStore::new()));
    let tenant = a_workspace(&stores).await;
    let faulty = Faulty::over(stores.store.clone()).with(1, Fault::LostBefore).with(2, Fault::LostAfter);
    let faulty = Stores { store: Arc::new(faulty), ..stores };
    for (name, is_written) in [("before", false), ("after", true)] {
        let engagement = an_engagement(tenant, name);
        let answer = faulty.store.commit(creating(engagement.clone())).await;
        assert!(matches!(answer, Err(CommitError::Unknown)), "{answer:?}");
        let read = faulty.store.by_id(tenant.workspace, engagement.id).await.unwrap();
        assert_eq!(read.is_some(), is_written, "{name}");
    }
}

#[tokio::test]
async fn a_planned_commit_fails_and_the_others_do_not() {
    let stores = Stores::of(Arc::new(MemoryStore::new()));
    let tenant = a_workspace(&stores).await;
    let faulty =
        Faulty::over(stores.store.clone()).with(2, Fault::Fails(StoreErrorKind::Full)).with(3, Fault::Repeated);
    let faulty = Arc::new(faulty);
    let with_faults = Stores { store: faulty.clone(), ..stores };
    let commit = |name: &str| with_faults.store.commit(creating(an_engagement(tenant, name)));
    assert!(commit("1").await.is_ok());
    let failed = commit("2").await;
    assert!(matches!(&failed, Err(CommitError::Store(error)) if error.kind == StoreErrorKind::Full), "{failed:?}");
    assert!(matches!(commit("3").await, Err(CommitError::KeyTaken(_))), "the second of two equal commits is answered");
    assert_eq!(faulty.offered().len(), 3);
}
