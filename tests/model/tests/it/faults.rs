//! Each fault breaks the property that is named for it: a check that cannot fail is none.

use std::collections::BTreeSet;

use hearken_model::{
    ACKNOWLEDGED_IS_STORED, Creates, Fault, LIVE_IS_KEPT, NO_BLOB_WITHOUT_ROW, NOTHING_IS_LEFT, ONE_ENGAGEMENT,
};
use stateright::{Checker, HasDiscoveries, Model};

#[track_caller]
fn breaks(fault: Fault, property: &'static str) {
    let creates = Creates::sound(1).with(fault);
    let until = HasDiscoveries::AnyOf(BTreeSet::from([property]));
    let checker = creates.checker().finish_when(until).spawn_bfs().join();
    let path = checker.discovery(property);
    assert!(path.is_some(), "{fault:?} goes unnoticed by: {property}");
}

#[test]
fn without_a_fence_a_removed_recording_is_acknowledged() {
    breaks(Fault::NoFence, ACKNOWLEDGED_IS_STORED);
}

#[test]
fn without_a_fence_an_engagement_loses_its_recording() {
    breaks(Fault::NoFence, LIVE_IS_KEPT);
}

#[test]
fn bytes_deleted_before_the_row_is_marked_may_be_an_engagements() {
    breaks(Fault::BlobBeforeRow, LIVE_IS_KEPT);
}

#[test]
fn without_the_unique_index_there_are_two_engagements() {
    breaks(Fault::NoUniqueIndex, ONE_ENGAGEMENT);
}

#[test]
fn without_a_pending_row_bytes_are_orphaned() {
    breaks(Fault::NoPendingRow, NO_BLOB_WITHOUT_ROW);
    breaks(Fault::NoPendingRow, NOTHING_IS_LEFT);
}

#[test]
fn an_expiry_that_does_not_wait_for_its_fetch_orphans_bytes() {
    breaks(Fault::HastyExpiry, NO_BLOB_WITHOUT_ROW);
    breaks(Fault::HastyExpiry, NOTHING_IS_LEFT);
}
