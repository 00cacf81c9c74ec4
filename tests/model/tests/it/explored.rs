//! Every order of steps that there is, of the code as it is.

use hearken_model::Creates;
use stateright::{Checker, Model};

/// Explores everything and says how many different states there are.
fn states_of(creates: Creates) -> usize {
    let checker = creates.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    assert!(checker.is_done(), "the checker stopped early");
    checker.unique_state_count()
}

// The counts say only that the model is about as large as it is meant to be: a step that can no longer be taken would
// make it a fraction of that.

#[test]
fn three_recordings_for_one_key_hold_every_property() {
    let states = states_of(Creates::sound(0));
    assert!(states > 400_000, "only {states} states");
}

#[test]
fn two_recordings_and_a_timeline_hold_every_property() {
    let states = states_of(Creates::sound(1));
    assert!(states > 120_000, "only {states} states");
}

#[test]
fn a_recording_and_two_timelines_hold_every_property() {
    let states = states_of(Creates::sound(2));
    assert!(states > 5_000, "only {states} states");
}
