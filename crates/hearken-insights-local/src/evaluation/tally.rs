//! Counts of hits and misses, and what they come to.

use std::{collections::BTreeMap, fmt};

use hearken_domain::insight::SignalKind;

use crate::words::real;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Tags given against tags that fit.
    Tags,
    /// Action items against those labelled: the same thing, at most two turns away.
    ActionItems,
    /// Of the action items that were found: whether the assignee is the labelled one, nobody included.
    Assignees,
    /// Of the action items that were found: whether the day is the labelled one, none included.
    DueDates,
    /// Signals of one kind, by its position in `SignalKind::ALL`: whether a turn has one.
    Signals(usize),
    /// Signals of all kinds.
    AllSignals,
    /// Quoted sentences of summaries: whether their turn is labelled as key. Recall says little, a summary is short.
    Summary,
    /// Speakers: whether a sentiment above 0.1, below −0.1 or between is as labelled.
    Sentiment,
}

impl Measure {
    /// The measure of one kind of signal.
    pub fn of_kind(kind: SignalKind) -> Self {
        Self::Signals(SignalKind::ALL.iter().position(|other| *other == kind).unwrap_or(0))
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tags => f.pad("tags"),
            Self::ActionItems => f.pad("action items"),
            Self::Assignees => f.pad("- assignee right"),
            Self::DueDates => f.pad("- due date right"),
            Self::Signals(kind) => f.pad(SignalKind::ALL.get(*kind).map_or("?", |kind| kind.as_str())),
            Self::AllSignals => f.pad("all signals"),
            Self::Summary => f.pad("summary sentences"),
            Self::Sentiment => f.pad("speaker sentiment"),
        }
    }
}

/// Counts of one measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Found and labelled.
    pub right: usize,
    /// Found and not labelled.
    pub wrong: usize,
    /// Labelled and not found.
    pub missed: usize,
}

impl Tally {
    /// The share of the findings that are right, 0 to 1; 1 when nothing was found.
    pub fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// The share of the labels that were found, 0 to 1; 1 when nothing is labelled.
    pub fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    /// The harmonic mean of the two.
    pub fn f1(self) -> f64 {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { real(part) / real(whole) }
}

/// Every measure that was taken, and each mistake.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    tallies: BTreeMap<Measure, Tally>,
    /// For whoever labels and tunes: one line a mistake. Holds what was said.
    pub mistakes: Vec<String>,
}

impl Scores {
    /// The counts of one measure.
    pub fn tally(&self, measure: Measure) -> Tally {
        self.tallies.get(&measure).copied().unwrap_or_default()
    }

    /// All measures, in a fixed order.
    pub fn tallies(&self) -> impl Iterator<Item = (Measure, Tally)> + '_ {
        self.tallies.iter().map(|(measure, tally)| (*measure, *tally))
    }

    pub(crate) fn right(&mut self, measure: Measure) {
        self.tallies.entry(measure).or_default().right += 1;
    }

    pub(crate) fn wrong(&mut self, measure: Measure, what: String) {
        self.tallies.entry(measure).or_default().wrong += 1;
        self.mistakes.push(format!("{measure} wrong: {what}"));
    }

    pub(crate) fn missed(&mut self, measure: Measure, what: String) {
        self.tallies.entry(measure).or_default().missed += 1;
        self.mistakes.push(format!("{measure} missed: {what}"));
    }

    pub(crate) fn uncounted(&mut self, measure: Measure) {
        self.tallies.entry(measure).or_default();
    }
}

impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| {:<18} | precision | recall |   F1 | right | wrong | missed |", "")?;
        writeln!(f, "|--------------------|-----------|--------|------|-------|-------|--------|")?;
        for (measure, tally) in self.tallies() {
            let (precision, recall, f1) = (tally.precision(), tally.recall(), tally.f1());
            write!(f, "| {measure:<18} | {precision:>9.2} | {recall:>6.2} | {f1:>4.2} ")?;
            writeln!(f, "| {:>5} | {:>5} | {:>6} |", tally.right, tally.wrong, tally.missed)?;
        }
        Ok(())
    }
}
