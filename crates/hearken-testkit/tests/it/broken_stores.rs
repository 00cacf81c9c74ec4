//! Each broken store against every check, as a table.

use std::sync::Arc;

use hearken_domain::ports::BlobStore;
use hearken_memory::{MemoryBlobs, MemoryStore};
use hearken_testkit::{
    BLOB_CHECKS, STORE_CHECKS, Stores,
    broken::{
        AcceptsAStaleVersion, AnswersADuplicateAsNew, ForgetsTheJobsToken, ForgetsTheLeaseToken, ForgetsTheOrder,
        IgnoresTheAttemptNumber, IgnoresTheWorkspace, LeasesDeliveriesTwice, LeasesJobsTwice, LooksEverywhere,
        MakesNoDeliveries, NotAtomic,
    },
    failing,
};

type Breakage = fn(Stores) -> Stores;

/// What breaks a store, and the checks that must notice.
const TABLE: [(&str, Breakage, [&str; 2]); 16] = [
    ("NotAtomic", NotAtomic::over, ["a_commit_is_all_or_nothing", "every_failing_part_undoes_the_whole"]),
    (
        "IgnoresTheWorkspace",
        IgnoresTheWorkspace::over,
        ["an_engagement_of_another_workspace_is_not_read", "a_change_of_another_workspaces_row_is_refused"],
    ),
    ("AcceptsAStaleVersion", AcceptsAStaleVersion::over, ["a_stale_engagement_is_refused", "a_stale_user_is_refused"]),
    (
        "ForgetsTheLeaseToken",
        ForgetsTheLeaseToken::over,
        ["a_settlement_with_another_token_is_refused", "a_settlement_after_a_takeover_is_refused"],
    ),
    (
        "AnswersADuplicateAsNew",
        AnswersADuplicateAsNew::over,
        ["a_taken_external_id_names_the_winner", "of_many_commits_with_one_external_id_exactly_one_succeeds"],
    ),
    (
        "ForgetsTheJobsToken",
        ForgetsTheJobsToken::over,
        ["an_attempt_ends_only_under_its_token", "an_attempt_does_not_end_after_a_takeover"],
    ),
    (
        "IgnoresTheAttemptNumber",
        IgnoresTheAttemptNumber::over,
        ["an_attempt_ends_only_under_its_number", "every_failing_part_undoes_the_whole"],
    ),
    (
        "LeasesJobsTwice",
        LeasesJobsTwice::over,
        ["of_many_leases_of_one_job_exactly_one_is_granted", "callers_at_one_time_share_the_jobs"],
    ),
    (
        "LeasesDeliveriesTwice",
        LeasesDeliveriesTwice::over,
        [
            "of_many_leases_of_one_delivery_exactly_one_is_granted",
            "a_delivery_is_due_at_its_moment_and_when_its_lease_has_ended",
        ],
    ),
    (
        "MakesNoDeliveries",
        MakesNoDeliveries::over,
        ["an_event_makes_a_delivery_for_each_endpoint_that_wants_it", "every_kind_reaches_who_wants_it"],
    ),
    (
        "ForgetsTheOrder",
        ForgetsTheOrder::over,
        ["what_is_committed_later_bears_a_later_moment", "following_changes_misses_nothing"],
    ),
    ("LooksEverywhere for tags", LooksEverywhere::for_tags, [NOT_FOUND; 2]),
    ("LooksEverywhere for endpoints", LooksEverywhere::for_endpoints, [NOT_FOUND; 2]),
    ("LooksEverywhere for workflows", LooksEverywhere::for_workflows, [NOT_FOUND; 2]),
    ("LooksEverywhere for insights", LooksEverywhere::for_insights, [NOT_FOUND; 2]),
    (
        "LooksEverywhere for deliveries",
        LooksEverywhere::for_deliveries,
        ["queues_of_another_workspace_are_not_read"; 2],
    ),
];

/// What each port of rows that are looked up is held to.
const NOT_FOUND: &str = "rows_of_another_workspace_are_not_found";

#[tokio::test]
async fn each_broken_store_fails_the_checks_named_for_it() {
    for (name, break_it, expected) in TABLE {
        let failed = failing(STORE_CHECKS, || break_it(sound())).await;
        for check in expected {
            assert!(failed.contains(&check), "{name} passes {check}; it fails only {failed:?}");
        }
        assert!(failed.len() < STORE_CHECKS.len() / 2, "{name} is broken beyond its name: {failed:?}");
    }
}

#[tokio::test]
async fn a_sound_store_fails_none() {
    assert_eq!(failing(STORE_CHECKS, sound).await, Vec::<&str>::new());
    let blobs = || -> Arc<dyn BlobStore> { Arc::new(MemoryBlobs::new()) };
    assert_eq!(failing(BLOB_CHECKS, blobs).await, Vec::<&str>::new());
}

fn sound() -> Stores {
    Stores::of(Arc::new(MemoryStore::new()))
}
