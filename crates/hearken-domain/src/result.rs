//! The result of a step: written once for an engagement and a step, in the commit that settles its job.

use crate::{
    ids::{EngagementId, TagId},
    insight::Findings,
    job::Step,
    speech::MediaFacts,
    time::Timestamp,
    timeline::Timeline,
};

/// A step's result. What of it belongs to the engagement itself is in a change of the engagement.
#[derive(Clone, Debug)]
pub struct StepResult {
    /// Whose.
    pub engagement: EngagementId,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub output: Output,
}

/// What a step gives beside what changes the engagement itself.
#[derive(Clone, Debug)]
pub enum Output {
    /// What the recording is.
    Probed(MediaFacts),
    /// Who said what; `None`: nobody listened.
    Transcribed(Option<Box<Timeline>>),
    /// How it felt; the text is the engagement's.
    Summarised(Sentiments),
    /// Tags to give beside those that the engagement has.
    Tagged(Vec<TagId>),
    /// Action items and signals.
    Extracted(Findings),
    /// Nothing more.
    Finished,
    /// The runs and deliveries are parts of the same changeset.
    Automated,
}

/// How a conversation felt, −1 to 1: written into the timeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sentiments {
    /// As a whole.
    pub overall: Option<f64>,
    /// For each speaker of the timeline, in their order.
    pub speakers: Vec<Option<f64>>,
}

impl Output {
    /// Which step gives it.
    pub fn step(&self) -> Step {
        match self {
            Self::Probed(_) => Step::Probe,
            Self::Transcribed(_) => Step::Transcribe,
            Self::Summarised(_) => Step::Summarise,
            Self::Tagged(_) => Step::Tag,
            Self::Extracted(_) => Step::Extract,
            Self::Finished => Step::Finish,
            Self::Automated => Step::Automate,
        }
    }
}

/// That a step has a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultHead {
    /// Which step.
    pub step: Step,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub at: Timestamp,
}
