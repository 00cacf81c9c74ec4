//! Measures analysers on conversations whose findings people have labelled.
//!
//! It asks through the ports, so that any analyser can be measured. What each measure counts is said at [`Measure`].

mod labels;
mod matching;
mod tally;

pub use self::{
    labels::{ExpectedItem, Labelled, TurnLabels},
    matching::evaluate,
    tally::{Measure, Scores, Tally},
};
