//! The suites: the names of all checks, once, and what is made of them.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};
use hearken_domain::ports::BlobStore;

use crate::Stores;

/// A check by its name, for code that runs checks instead of being a test.
pub struct Check<S> {
    /// A sentence.
    pub name: &'static str,
    /// Panics when the adapter fails the check.
    pub run: for<'a> fn(&'a S) -> BoxFuture<'a, ()>,
}

/// The checks of a database's ports.
pub const STORE_CHECKS: &[Check<Stores>] = crate::for_each_store_check!([list]);

/// The checks of a blob store.
pub const BLOB_CHECKS: &[Check<Arc<dyn BlobStore>>] = crate::for_each_blob_check!([list]);

/// Runs each check on an adapter of its own and gives the names of those that it fails.
pub async fn failing<S>(checks: &[Check<S>], fresh: impl Fn() -> S) -> Vec<&'static str> {
    let mut failing = Vec::new();
    for check in checks {
        let subject = fresh();
        if AssertUnwindSafe((check.run)(&subject)).catch_unwind().await.is_err() {
            failing.push(check.name);
        }
    }
    failing
}

/// What a `fresh` function of a suite may give: the adapter, perhaps (`Option`: nothing skips the check), perhaps with
/// something that must live as long as it (a pair).
pub trait Fresh {
    /// The adapter.
    type Subject;
    /// What must live as long as it.
    type Guard;

    /// The adapter, when there is one.
    fn ready(self) -> Option<(Self::Subject, Self::Guard)>;
}

impl Fresh for Stores {
    type Subject = Self;
    type Guard = ();

    fn ready(self) -> Option<(Self, ())> {
        Some((self, ()))
    }
}

impl Fresh for Arc<dyn BlobStore> {
    type Subject = Self;
    type Guard = ();

    fn ready(self) -> Option<(Self, ())> {
        Some((self, ()))
    }
}

impl<F: Fresh> Fresh for Option<F> {
    type Subject = F::Subject;
    type Guard = F::Guard;

    fn ready(self) -> Option<(F::Subject, F::Guard)> {
        self.and_then(F::ready)
    }
}

impl<F: Fresh, G> Fresh for (F, G) {
    type Subject = F::Subject;
    type Guard = (F::Guard, G);

    fn ready(self) -> Option<(F::Subject, (F::Guard, G))> {
        let (fresh, guard) = self;
        fresh.ready().map(|(subject, inner)| (subject, (inner, guard)))
    }
}

/// Makes a `#[tokio::test]` of every check of a database's ports. `fresh` is an `async fn` without arguments that gives
/// [`Stores`] or another [`Fresh`] of them; the checks may share one database. Use it once in a module.
#[macro_export]
macro_rules! store_conformance {
    ($fresh:path) => {
        $crate::for_each_store_check! { [tests $fresh] }
    };
}

/// Makes a `#[tokio::test]` of every check of a blob store. `fresh` is an `async fn` without arguments that gives an
/// `Arc<dyn BlobStore>` or another [`Fresh`] of one; the checks may share one store. Use it once in a module.
#[macro_export]
macro_rules! blob_conformance {
    ($fresh:path) => {
        $crate::for_each_blob_check! { [tests $fresh] }
    };
}

/// What is made of a list of names.
#[doc(hidden)]
#[macro_export]
macro_rules! conformance {
    ([tests $fresh:path] $suite:ident: $($name:ident)*) => {$(
        #[tokio::test]
        async fn $name() {
            match $crate::Fresh::ready($fresh().await) {
                Some((subject, guard)) => {
                    // Dropped in reverse: the adapter before what it lives in.
                    let (_guard, subject) = (guard, subject);
                    $crate::$suite::$name(&subject).await;
                }
                None => println!("skipped: {}", stringify!($name)),
            }
        }
    )*};
    ([list] $suite:ident: $($name:ident)*) => {
        &[$($crate::Check { name: stringify!($name), run: |subject| Box::pin($crate::$suite::$name(subject)) }),*]
    };
}

/// The names of the store's checks.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_store_check {
    ($made:tt) => {
        $crate::conformance! { $made store:
            a_commit_is_all_or_nothing
            every_failing_part_undoes_the_whole

            a_taken_external_id_names_the_winner
            of_many_commits_with_one_external_id_exactly_one_succeeds
            the_same_external_id_lives_in_two_workspaces
            external_ids_are_compared_byte_for_byte

            a_change_is_stored_with_the_next_version
            a_stale_engagement_is_refused
            a_stale_user_is_refused
            a_change_of_an_unknown_row_is_stale
            of_many_changes_of_one_version_exactly_one_succeeds

            a_settlement_with_another_token_is_refused
            a_settlement_of_no_claim_is_refused
            a_settlement_after_a_takeover_is_refused
            a_settlement_drops_the_claim
            a_lease_that_nobody_took_over_still_settles
            an_upload_moves_only_from_the_expected_state
            an_upload_goes_live_or_goes_away
            of_many_moves_of_one_upload_exactly_one_happens

            a_contacts_address_of_another_contact_is_stale
            contacts_may_share_a_phone_number
            a_number_is_found_however_it_is_written_and_shown_as_it_was_sent
            a_companys_domain_of_another_company_is_stale
            a_users_address_of_another_user_exists
            addresses_are_taken_only_among_their_kind_and_workspace
            a_known_id_exists
            a_known_id_of_what_follows_exists
            a_second_job_for_a_step_exists
            a_workspace_is_made_once

            an_engagement_with_every_field_reads_back
            an_engagement_without_optional_fields_reads_back
            engagements_read_back_at_their_limits
            a_changed_engagement_reads_back
            participants_read_back_in_order
            a_timeline_reads_back_word_for_word
            missing_texts_read_back_as_missing
            text_sizes_tell_what_the_texts_will_take
            every_commit_is_seen_by_the_next_read

            a_list_is_sorted_by_its_moment_and_then_by_id
            a_page_has_at_most_its_limit_and_says_whether_more_follow
            a_page_may_begin_after_a_row_that_is_not_there
            a_walk_shows_every_row_once
            a_walk_shows_unchanged_rows_once_while_others_change
            invisible_rows_are_neither_listed_nor_counted

            a_search_finds_a_part_of_the_title_whatever_the_case
            a_search_takes_every_character_as_itself
            a_search_takes_terms_of_every_length
            a_search_follows_a_changed_title
            a_list_is_filtered_by_types_and_statuses
            a_list_is_filtered_by_participants
            a_list_is_filtered_by_owner
            a_list_is_filtered_by_external_id_and_source_system
            a_list_is_filtered_by_its_moments
            all_filters_hold_together

            an_engagement_of_another_workspace_is_not_read
            people_of_another_workspace_are_not_found
            work_of_another_workspace_is_not_read
            a_change_of_another_workspaces_row_is_refused
            a_settlement_of_another_workspaces_claim_is_refused
            nothing_is_made_in_another_workspace
            a_claim_of_another_workspace_does_not_matter

            people_and_companies_read_back
            people_are_found_by_each_of_their_handles
            each_match_is_found_once_and_oldest_first
            reads_by_id_keep_the_order_and_skip_unknown_ids
            all_users_come_oldest_first
            a_changed_user_is_found_by_the_new_handles

            the_first_proposal_is_kept
            workspaces_read_back_oldest_first
            keys_read_back
            a_key_is_revoked_once
            the_store_answers_a_ping

            a_granted_claim_has_made_its_pending_upload
            a_claim_that_was_not_granted_has_made_nothing
            a_lease_that_has_run_out_is_taken_over
            only_the_tokens_holder_renews
            of_many_claims_at_one_time_exactly_one_is_held
            of_many_takeovers_at_one_time_exactly_one_is_held
            other_external_ids_and_workspaces_do_not_hinder
            other_processes_claims_can_be_abandoned

            expired_uploads_are_overdue_pending_ones_and_deleting_ones
            expired_uploads_are_limited
            an_unknown_upload_is_not_found

            jobs_read_back_oldest_first
            events_read_back_oldest_first
            events_come_in_pages

            what_is_committed_later_bears_a_later_moment
            the_bytes_of_an_event_bear_its_moment
            moments_stay_where_they_are_later_anyway
            following_changes_misses_nothing
            following_events_misses_nothing
            published_events_are_those_of_the_audience

            a_queued_job_is_due_when_its_moment_has_come
            each_lease_of_a_job_counts_an_attempt
            a_lease_takes_at_most_what_was_wanted_of_each_workspace
            only_the_tokens_holder_renews_a_job
            of_many_leases_of_one_job_exactly_one_is_granted
            callers_at_one_time_share_the_jobs
            workspaces_with_due_jobs_come_in_order
            a_lane_has_the_jobs_of_its_steps

            the_longest_due_job_comes_first
            jobs_leased_together_come_longest_due_first
            jobs_come_by_their_rank
            the_newest_live_jobs_have_a_share
            what_is_tried_again_was_begun

            a_job_whose_lease_has_run_out_is_a_suspect
            a_suspect_whose_lease_has_run_out_crashed
            a_suspect_that_ends_in_order_is_none_any_more
            of_many_who_take_a_job_back_exactly_one_does
            only_what_is_held_is_taken_back
            other_processes_leases_can_be_ended
            a_running_lease_is_not_taken_back

            a_done_job_is_never_due_again
            a_job_that_goes_on_waits_for_its_moment
            a_snoozed_attempt_is_not_counted
            a_dead_job_says_why_and_is_never_due
            a_dead_job_is_driven_again_as_if_it_were_new
            a_job_that_is_not_dead_is_not_driven_again
            of_many_revivals_of_one_job_exactly_one_happens
            an_attempt_ends_only_under_its_token
            an_attempt_ends_only_under_its_number
            an_attempt_does_not_end_after_a_takeover
            an_attempt_ends_once
            an_attempt_that_nobody_took_over_still_ends
            of_many_ends_of_one_attempt_exactly_one_happens

            the_records_of_an_engagement_come_oldest_first
            records_are_filtered
            records_come_in_the_order_of_workspace_and_id

            media_facts_read_back
            findings_read_back_in_the_order_found
            results_read_back_in_the_order_made
            a_second_result_of_a_step_exists
            of_many_results_of_one_step_exactly_one_is_stored
            a_transcribed_timeline_reads_back
            a_second_timeline_exists
            sentiments_are_written_into_the_timeline
            sentiments_without_a_timeline_are_no_error
            chosen_tags_are_given_beside_those_there_are

            tags_read_back
            a_stale_tag_is_refused
            a_name_belongs_to_one_tag
            of_many_tags_with_one_name_exactly_one_is_made
            of_many_renamings_to_one_name_exactly_one_happens
            a_deleted_tag_is_found_nowhere
            a_deleted_tags_name_is_free
            automatic_tags_come_oldest_first
            the_tags_of_engagements_come_in_the_order_asked_for
            replaced_tags_are_exactly_those_given
            a_list_is_filtered_by_tags

            endpoints_read_back
            a_stale_endpoint_is_refused
            an_endpoint_with_anothers_last_bits_exists
            a_deleted_endpoint_is_found_nowhere
            an_endpoint_fails_since_its_first_failure
            a_change_leaves_the_health_alone_unless_it_enables
            what_is_learned_of_a_gone_endpoint_is_left_out

            workflows_read_back
            a_stale_workflow_is_refused
            a_deleted_workflow_is_found_nowhere_but_its_runs_are
            enabled_workflows_come_oldest_first
            runs_read_back
            a_second_run_for_an_engagement_exists
            of_many_runs_for_one_engagement_exactly_one_is_made

            tags_are_listed_by_their_last_change
            endpoints_are_listed_by_their_last_change
            workflows_are_listed_by_their_last_change
            runs_are_listed_by_when_they_were_made
            deliveries_are_listed_by_when_they_were_made
            empty_lists_are_empty

            an_event_makes_a_delivery_for_each_endpoint_that_wants_it
            nobody_gets_an_event_that_they_do_not_want
            every_kind_reaches_who_wants_it
            endpoints_count_as_their_events_commit_leaves_them
            a_delivery_sends_the_bytes_of_its_event
            many_events_reach_many_endpoints

            new_deliveries_read_back
            a_leased_delivery_is_what_was_made
            a_second_recap_for_a_recipient_is_left_out
            of_many_recaps_for_one_recipient_exactly_one_is_made
            a_known_delivery_exists
            a_delivery_is_due_at_its_moment_and_when_its_lease_has_ended
            the_longest_due_delivery_comes_first
            a_lease_takes_at_most_what_was_wanted_of_each_lane
            of_many_leases_of_one_delivery_exactly_one_is_granted
            lanes_with_due_deliveries_come_in_order

            attempts_are_kept_in_their_order
            a_delivery_given_back_counts_no_attempt
            a_deliverys_attempt_ends_only_under_its_token
            a_deliverys_attempt_does_not_end_after_a_takeover
            a_deliverys_attempt_that_nobody_took_over_still_ends
            of_many_ends_of_one_delivery_exactly_one_happens
            a_delivery_is_sent_once_more
            a_delivery_under_way_is_not_sent_once_more
            failed_deliveries_are_found_from_a_moment_on
            the_deliveries_of_runs_come_without_answers
            the_deliveries_of_an_endpoint_come_with_their_attempts

            rows_of_another_workspace_are_not_found
            queues_of_another_workspace_are_not_read
            a_change_of_another_workspaces_settings_is_refused
            work_of_another_workspace_is_not_settled
            nothing_is_made_for_another_workspaces_rows
        }
    };
}

/// The names of the blob store's checks.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_blob_check {
    ($made:tt) => {
        $crate::conformance! { $made blob:
            a_blob_reads_back_whole_and_in_ranges
            a_put_counts_and_hashes
            an_empty_piece_is_no_end
            an_empty_stream_makes_an_empty_blob
            a_large_blob_in_small_pieces_reads_back
            a_put_whose_stream_fails_leaves_nothing
            a_put_that_is_dropped_leaves_nothing
            a_blob_is_not_there_before_its_put_returns
            an_unknown_blob_is_not_found
            deleting_is_idempotent
            blobs_of_two_workspaces_are_separate
            puts_at_one_time_do_not_disturb_each_other
            sweeping_keeps_blobs
            a_store_with_room_says_so
        }
    };
}
