//! The embedded store.

use std::{path::Path, sync::Arc};

use futures_util::{FutureExt, future::join_all};
use hearken_domain::{changeset::CommitError, claim::ClaimOutcome, ports::EngagementStore};
use hearken_storage_seaorm::{OpenError, SqliteSettings, SqliteStore};
use hearken_testkit::{
    Stores,
    fixture::{
        a_claim, a_contact, a_participant, a_workspace, an_engagement, at, changing, created, creating, creating_with,
        known_contacts,
    },
};
use tempfile::TempDir;

mod conformance {
    use super::{Stores, TempDir};

    async fn fresh() -> (Stores, TempDir) {
        let (_, stores, folder) = super::open_fresh().await;
        (stores, folder)
    }

    hearken_testkit::store_conformance!(fresh);
}

pub(crate) async fn open(folder: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(SqliteSettings::new(folder.join("hearken.db"))).await
}

pub(crate) async fn open_fresh() -> (Arc<SqliteStore>, Stores, TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let store = Arc::new(open(folder.path()).await.expect("a new file can be opened"));
    (store.clone(), Stores::of(store), folder)
}

#[tokio::test]
async fn a_file_that_is_opened_again_has_what_was_committed() {
    let (store, stores, folder) = open_fresh().await;
    let tenant = a_workspace(&stores).await;
    let engagement = created(&stores, an_engagement(tenant, "kept")).await;
    store.close().await;
    let again = open(folder.path()).await.expect("the file is there");
    let kept = again.by_id(tenant.workspace, engagement.id).await.expect("the store answers");
    assert_eq!(kept, Some(engagement));
}

/// Every migration, oldest first.
const ALL: [&str; 6] =
    ["m0001_create", "m0002_pipeline", "m0003_phone_numbers", "m0005_order", "m0006_queue", "m0007_lists"];

#[tokio::test]
async fn opening_migrates_once() {
    let (store, _, folder) = open_fresh().await;
    assert_eq!(store.migrate().await.expect("the schema is readable"), ALL);
    assert!(store.pending_migrations().await.expect("the schema is readable").is_empty());
    store.close().await;
    let again = open(folder.path()).await.expect("the file is there");
    assert!(again.migrate().await.expect("the schema is readable").is_empty());
}

/// Such as the command line beside the server.
#[tokio::test]
async fn another_process_may_write_too() {
    let (_, stores, folder) = open_fresh().await;
    let other = Stores::of(Arc::new(open(folder.path()).await.expect("the file is there")));
    let tenant = a_workspace(&stores).await;
    let commits = (0..40).map(|n| {
        let writer = if n % 2 == 0 { &stores } else { &other };
        writer.store.commit(creating(an_engagement(tenant, &format!("e{n}"))))
    });
    let answers = join_all(commits).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let error = open(&folder.path().join("missing")).await.expect_err("nobody makes the folder").to_string();
    assert!(error.contains("missing/hearken.db"), "{error}");
    assert!(!error.contains('\n'), "{error}");
}

/// Writes that wait together are one transaction, in which each succeeds or fails for itself.
#[tokio::test]
async fn of_a_group_only_the_bad_ones_fail() {
    let (_, stores, _folder) = open_fresh().await;
    let tenant = a_workspace(&stores).await;
    let taken = created(&stores, an_engagement(tenant, "taken")).await;
    let commits = (0..60).map(|n| match n % 3 {
        0 => creating(an_engagement(tenant, "taken")),
        1 => changing(an_engagement(tenant, "never made")),
        _ => creating(an_engagement(tenant, &format!("good {n}"))),
    });
    let answers = join_all(commits.map(|changeset| stores.store.commit(changeset))).await;
    for (n, answer) in answers.into_iter().enumerate() {
        match n % 3 {
            0 => assert!(matches!(answer, Err(CommitError::KeyTaken(id)) if id == taken.id), "{answer:?}"),
            1 => assert!(matches!(answer, Err(CommitError::Stale)), "{answer:?}"),
            _ => assert!(answer.is_ok(), "{answer:?}"),
        }
    }
}

/// A row that refers to nothing is refused by the database itself, alone.
#[tokio::test]
async fn a_broken_reference_hurts_nobody_else() {
    let (_, stores, _folder) = open_fresh().await;
    let tenant = a_workspace(&stores).await;
    let nobody = a_participant(a_contact("nobody@example.com").id);
    let bad = creating_with(an_engagement(tenant, "bad"), vec![nobody]);
    let good = creating(an_engagement(tenant, "good"));
    let answers = join_all([bad, good].map(|changeset| stores.store.commit(changeset))).await;
    assert!(matches!(answers[0], Err(CommitError::Store(_))), "{answers:?}");
    assert!(answers[1].is_ok(), "{answers:?}");
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_a_whole_write() {
    let (_, stores, _folder) = open_fresh().await;
    let tenant = a_workspace(&stores).await;
    let contact = a_contact("ada@example.com");
    known_contacts(&stores, tenant, std::slice::from_ref(&contact)).await;
    let engagement = an_engagement(tenant, "left alone");
    let id = engagement.id;
    let commit = stores.store.commit(creating_with(engagement, vec![a_participant(contact.id)]));
    assert!(commit.now_or_never().is_none(), "the first look hands the write in, and it takes longer than that");
    // The queue is first come, first served: once this one is done the other is.
    created(&stores, an_engagement(tenant, "the next")).await;
    assert!(stores.store.by_id(tenant.workspace, id).await.expect("the store answers").is_some());
    let participants = stores.store.participants(tenant.workspace, &[id]).await.expect("the store answers");
    assert_eq!(participants.concat().len(), 1);
}

#[tokio::test]
async fn closing_carries_out_what_was_accepted_and_takes_no_more() {
    let (store, stores, folder) = open_fresh().await;
    let tenant = a_workspace(&stores).await;
    let engagement = an_engagement(tenant, "accepted");
    let id = engagement.id;
    assert!(stores.store.commit(creating(engagement)).now_or_never().is_none());
    store.close().await;
    store.close().await;
    let late = stores.store.commit(creating(an_engagement(tenant, "late"))).await;
    assert!(matches!(&late, Err(CommitError::Store(error)) if error.is_retryable()), "{late:?}");
    let again = open(folder.path()).await.expect("the file is there");
    assert!(again.by_id(tenant.workspace, id).await.expect("the store answers").is_some());
}

#[tokio::test]
async fn claims_go_through_the_same_writer_in_order() {
    let (_, stores, _folder) = open_fresh().await;
    let tenant = a_workspace(&stores).await;
    let (first, second) = (a_claim("e"), a_claim("e"));
    let claims = [&first, &second].map(|claim| stores.claims.claim(tenant.workspace, claim, at(0)));
    let answers = join_all(claims).await;
    assert_eq!(answers[0].as_ref().expect("the store answers"), &ClaimOutcome::Held);
    let busy = ClaimOutcome::Busy { process: first.process, until: first.until };
    assert_eq!(answers[1].as_ref().expect("the store answers"), &busy);
}
