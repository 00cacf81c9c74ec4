//! Work that follows an accepted engagement.

use std::{fmt, str::FromStr};

use crate::{
    ids::{EngagementId, JobId, WorkspaceId},
    time::Timestamp,
};

/// A step of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Container, duration, channels.
    Probe,
    /// Speech to text.
    Transcribe,
    /// The summary.
    Summarise,
    /// The tags.
    Tag,
    /// Action items and signals.
    Extract,
}

impl Step {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Probe, Self::Transcribe, Self::Summarise, Self::Tag, Self::Extract];

    /// As written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Transcribe => "transcribe",
            Self::Summarise => "summarise",
            Self::Tag => "tag",
            Self::Extract => "extract",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such step")]
pub struct UnknownStep;

impl FromStr for Step {
    type Err = UnknownStep;

    fn from_str(text: &str) -> Result<Self, UnknownStep> {
        Self::ALL.iter().copied().find(|step| step.as_str() == text).ok_or(UnknownStep)
    }
}

/// A step to take for an engagement. At most one job exists for an engagement and a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The id.
    pub id: JobId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// Whose step.
    pub engagement: EngagementId,
    /// Which step.
    pub step: Step,
    /// Not before then.
    pub run_at: Timestamp,
}

/// The steps that an accepted engagement begins with: a recording is probed first, a timeline alone goes straight to
/// the analysers.
pub fn first_steps(has_media: bool) -> &'static [Step] {
    if has_media { &[Step::Probe] } else { &[Step::Summarise, Step::Tag, Step::Extract] }
}
