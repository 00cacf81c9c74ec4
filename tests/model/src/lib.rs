//! # hearken-model
//!
//! Two ways of looking at more than any example shows.
//!
//! **A model of creating** ([`Creates`]): several requests for one external id, the sweeper, processes that die, leases
//! that run out and commits whose answer is lost, in every order that there is. `stateright` explores all of it.
//!
//! | file | what of the code it follows |
//! |---|---|
//! | `create` | `hearken_application::create`: `find`, `claim`, `work`, `store_recording`, `discard` |
//! | `write` | `create::write`: `commit`, `lost_or_ours`; and what a store does with that one commit |
//! | `removal` | `hearken_application::removal`: `remove`, `take_back` |
//! | `sweep` | `hearken_application::sweep`: `sweep`, with `removal::remove` inside |
//! | `state`, `properties` | what there is at one moment, and what must hold of it |
//!
//! What the model leaves out: the queue within one process (every request is a process of its own, the worst case), the
//! renewal of leases (a lease may run out at any time, renewed or not), and what the engagement is about.
//!
//! What it takes for granted, since the code does: the store applies a commit whole or not at all; and an upload does
//! not expire while its holder still fetches or stores it, because `upload_expires_at` lies beyond the longest fetch.
//! [`Fault::HastyExpiry`] shows what the second is good for.
//!
//! **Statements about any input** ([`inputs`]): shared by the fuzz targets and by a bounded run in this package's tests.

mod create;
pub mod heads;
pub mod inputs;
mod properties;
mod removal;
mod state;
mod steps;
mod sweep;
mod write;

use stateright::{Model, Property};

pub use self::{
    properties::{ACKNOWLEDGED_IS_STORED, LIVE_IS_KEPT, NO_BLOB_WITHOUT_ROW, NOTHING_IS_LEFT, ONE_ENGAGEMENT},
    state::{REQUESTS, State},
    steps::Taken,
};

/// A way in which the code could be wrong. Each breaks a named property, or the property proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The commit asks neither for the lease's token nor for the upload's state.
    NoFence,
    /// A removal deletes the bytes before it has marked the row.
    BlobBeforeRow,
    /// The external id is not unique.
    NoUniqueIndex,
    /// A claim makes no row for its upload.
    NoPendingRow,
    /// An upload may expire while its holder still works.
    HastyExpiry,
}

/// Requests to create under one external id.
#[derive(Clone, Copy, Debug)]
pub struct Creates {
    /// How many of the requests bring a timeline instead of a recording: they commit without any claim.
    pub timelines: usize,
    /// How often a process, or the sweeper, may die in the middle.
    pub crashes: u8,
    /// How often the answer to a commit may be lost.
    pub lost_answers: u8,
    /// What is wrong with the code.
    pub fault: Option<Fault>,
}

impl Creates {
    /// The code as it is, with two deaths and one lost answer.
    pub fn sound(timelines: usize) -> Self {
        Self { timelines, crashes: 2, lost_answers: 1, fault: None }
    }

    /// The same with a fault.
    pub fn with(self, fault: Fault) -> Self {
        Self { fault: Some(fault), ..self }
    }
}

impl Model for Creates {
    type State = State;
    type Action = Taken;

    fn init_states(&self) -> Vec<State> {
        vec![State::new(self)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Taken>) {
        steps::all(self.fault, state, actions);
    }

    fn next_state(&self, _from: &State, taken: Taken) -> Option<State> {
        Some(taken.to)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties::all()
    }
}
