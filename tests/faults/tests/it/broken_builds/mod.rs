//! R12: builds that are broken on purpose, one defect at a time. Each is found by a check whose name says what must hold,
//! and the same check finds nothing in a sound build.

mod durable;
mod followed;
mod guarded;
mod kept_apart;
mod once;
mod queued;

use std::collections::BTreeSet;

use hearken_faults::{sources, verdict::Verdict};

/// Each line becomes two tests: the check on a sound build, and on the broken one.
macro_rules! broken_builds {
    ($($defect:literal is found by $place:ident::$check:ident;)*) => {
        const DEFECTS: &[&str] = &[$($defect),*];

        $(mod $check {
            #[tokio::test(flavor = "multi_thread")]
            async fn holds_in_a_sound_build() {
                super::assert_holds(stringify!($check), &super::$place::$check("").await);
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn finds_the_broken_build() {
                super::assert_found($defect, &super::$place::$check(concat!($defect, "=return")).await);
            }
        })*
    };
}

broken_builds! {
    "defect::no_unique_index" is found by once::one_external_id_has_one_engagement;
    "defect::check_then_insert" is found by once::whoever_loses_the_race_gets_the_winners;
    "defect::accepts_stale" is found by once::one_address_is_one_contact;
    "defect::no_fence" is found by once::a_lost_lease_cannot_commit;
    "defect::ack_before_commit" is found by durable::what_is_acknowledged_survives_a_kill;
    "defect::no_fsync" is found by durable::a_recordings_bytes_are_on_disk_before_its_name;
    "defect::no_folder_fsync" is found by durable::a_recordings_name_is_on_disk_before_the_commit;
    "defect::no_database_fsync" is found by durable::the_commit_is_on_disk_before_the_answer;
    "defect::no_staging_sweep" is found by durable::nothing_is_left_of_a_killed_fetch;
    "defect::no_tenant_filter" is found by kept_apart::another_workspaces_engagement_is_not_found;
    "defect::replay_without_visibility" is found by kept_apart::a_private_replay_is_hidden;
    "defect::resolver_only_guard" is found by guarded::a_forbidden_literal_is_not_dialled;
    "defect::filter_instead_of_refuse" is found by guarded::no_address_of_a_refused_name_is_dialled;
    "defect::redirect_not_judged" is found by guarded::a_redirect_is_judged_like_the_first_link;
    "defect::deadline_head_only" is found by guarded::a_stalled_body_ends_in_time;
    "defect::no_job_fence" is found by queued::a_lost_lease_settles_nothing;
    "defect::no_delivery_fence" is found by queued::a_lost_lease_records_no_attempt;
    "defect::attempts_not_counted" is found by queued::a_step_without_a_result_is_given_up;
    "defect::snooze_counted" is found by queued::what_is_given_back_is_no_attempt;
    "defect::crashes_not_counted" is found by queued::whatever_kills_its_takers_is_given_up;
    "defect::no_turns" is found by queued::a_backlog_holds_up_nobody_else;
    "defect::no_fan_out" is found by followed::an_event_waits_for_whoever_subscribed;
    "defect::workflows_always_run" is found by followed::no_workflow_runs_where_the_request_did_not_allow_it;
    "defect::recap_twice" is found by followed::a_recap_comes_once;
    "defect::last_write_wins" is found by followed::the_last_of_the_steps_ends_it;
}

#[test]
fn every_defect_of_the_sources_is_in_the_table() {
    let listed: BTreeSet<String> = DEFECTS.iter().map(|defect| (*defect).to_owned()).collect();
    assert_eq!(listed, sources::points("defect::"));
}

fn assert_holds(check: &str, verdict: &Verdict) {
    match verdict {
        Verdict::Holds => {}
        Verdict::Broken(seen) => panic!("{check} does not hold: {seen}"),
        Verdict::Skipped(why) => eprintln!("skipped: {check}, because {why}"),
    }
}

fn assert_found(defect: &str, verdict: &Verdict) {
    match verdict {
        Verdict::Holds => panic!("{defect} was not found"),
        Verdict::Broken(seen) => eprintln!("{defect} was found: {seen}"),
        Verdict::Skipped(why) => eprintln!("skipped: {defect}, because {why}"),
    }
}
