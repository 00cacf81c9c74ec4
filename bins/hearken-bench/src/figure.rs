//! A figure: what was measured, beside what it is held against and what it should be.

use std::fmt;

use crate::{
    cli::FigureId,
    statistics::{Pairs, Spread},
};

/// What one figure gave.
#[derive(Debug)]
pub(crate) struct Figure {
    pub(crate) id: FigureId,
    pub(crate) what: String,
    pub(crate) unit: &'static str,
    pub(crate) ours: Spread,
    /// None where the goal is absolute.
    pub(crate) yardstick: Option<Spread>,
    /// Ours over the yardstick, of the pairs.
    pub(crate) ratio: Option<Spread>,
    pub(crate) goal: Goal,
    /// What a reader has to know.
    pub(crate) notes: Vec<String>,
}

/// What a figure should be. It is the median that is held against it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Goal {
    /// For information.
    Open,
    OursAtLeast(f64),
    OursAtMost(f64),
    RatioAtLeast(f64),
    RatioAtMost(f64),
}

impl Figure {
    /// Of two sides that took turns.
    pub(crate) fn compared(id: FigureId, what: impl Into<String>, (pairs, unit): (&Pairs, &'static str)) -> Self {
        Self {
            yardstick: Some(pairs.yardstick()),
            ratio: Some(pairs.ratio()),
            ..Self::of(id, what.into(), pairs.ours(), unit)
        }
    }

    /// Of one side alone, a value a round.
    pub(crate) fn alone(id: FigureId, what: impl Into<String>, (values, unit): (&[f64], &'static str)) -> Self {
        Self::of(id, what.into(), Spread::of(values), unit)
    }

    fn of(id: FigureId, what: String, ours: Spread, unit: &'static str) -> Self {
        Self { id, what, unit, ours, yardstick: None, ratio: None, goal: Goal::Open, notes: Vec::new() }
    }

    #[must_use]
    pub(crate) fn goal(self, goal: Goal) -> Self {
        Self { goal, ..self }
    }

    #[must_use]
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Whether the goal is reached, where there is one.
    pub(crate) fn reached(&self) -> Option<bool> {
        let ratio = self.ratio.map(|ratio| ratio.median);
        match self.goal {
            Goal::Open => None,
            Goal::OursAtLeast(least) => Some(self.ours.median >= least),
            Goal::OursAtMost(most) => Some(self.ours.median <= most),
            Goal::RatioAtLeast(least) => ratio.map(|ratio| ratio >= least),
            Goal::RatioAtMost(most) => ratio.map(|ratio| ratio <= most),
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Open => "-".to_owned(),
            Self::OursAtLeast(least) => format!("≥ {least}"),
            Self::OursAtMost(most) => format!("≤ {most}"),
            Self::RatioAtLeast(least) => format!("≥ {least} ×"),
            Self::RatioAtMost(most) => format!("≤ {most} ×"),
        };
        f.pad(&text)
    }
}
