//! Work that follows an accepted engagement: its steps, and the jobs that take them.

use std::time::Duration;

use crate::{
    ids::{EngagementId, JobId, LeaseToken, ProcessId, WorkspaceId},
    time::Timestamp,
    words::texts_of,
};

texts_of! {
    /// A step of the pipeline.
    Step, UnknownStep {
        /// Container, duration, channels, waveform.
        Probe = "probe",
        /// Speech to text.
        Transcribe = "transcribe",
        /// The summary.
        Summarise = "summarise",
        /// The tags.
        Tag = "tag",
        /// Action items and signals.
        Extract = "extract",
        /// Everything is there.
        Finish = "finish",
        /// Workflows and recap e-mails.
        Automate = "automate",
    }
}

texts_of! {
    /// Which jobs share places: those that listen for minutes never hold up those that take a moment.
    JobLane, UnknownJobLane {
        /// Decoding and listening.
        Speech = "speech",
        /// Everything else.
        Quick = "quick",
    }
}

impl Step {
    /// The lane of its jobs.
    pub fn lane(self) -> JobLane {
        match self {
            Self::Transcribe => JobLane::Speech,
            Self::Probe | Self::Summarise | Self::Tag | Self::Extract | Self::Finish | Self::Automate => JobLane::Quick,
        }
    }
}

/// The steps that read the transcript; the last of them to end makes the engagement complete.
pub const ANALYSES: &[Step] = &[Step::Summarise, Step::Tag, Step::Extract];

/// The steps that an accepted engagement begins with: a recording is probed, a timeline goes straight to the analysers.
pub fn first_steps(has_media: bool, has_timeline: bool) -> Vec<Step> {
    let probe = has_media.then_some(Step::Probe);
    let analyses = if has_timeline { ANALYSES } else { &[] };
    probe.into_iter().chain(analyses.iter().copied()).collect()
}

/// How many steps must end before an engagement can: the analysers', and the probe's where nothing waits for it.
pub fn steps_to_end(has_media: bool, has_timeline: bool) -> u8 {
    if has_media && has_timeline { 4 } else { 3 }
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

texts_of! {
    /// How far a job is.
    JobState, UnknownJobState {
        /// Nobody has it; it may be taken from a moment on.
        Queued = "queued",
        /// Somebody has it, until the lease ends.
        Running = "running",
        /// It has its result.
        Done = "done",
        /// It was given up; it can be driven again.
        Dead = "dead",
    }
}

/// Why a job waits or was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobNote {
    /// Stable, for programs.
    pub code: String,
    /// For people.
    pub message: String,
}

/// A job as an operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRecord {
    /// The job; its moment is the next one at which it may be taken.
    pub job: Job,
    /// How far it is.
    pub state: JobState,
    /// How often it was begun and not given back.
    pub attempt: u32,
    /// How often whoever had it let its lease end.
    pub crashes: u32,
    /// Why it waits or was given up.
    pub note: Option<JobNote>,
}

/// The terms on which jobs or deliveries are leased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseTerms {
    /// Shows who holds them.
    pub token: LeaseToken,
    /// Who asks.
    pub process: ProcessId,
    /// What is due at this moment, or whose lease has ended by then, can be had.
    pub now: Timestamp,
    /// Until when the leases run.
    pub until: Timestamp,
}

/// A job that was leased: whoever has it takes the step, and settles it under the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeasedJob {
    /// The job.
    pub job: Job,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// How often whoever had it let its lease end.
    pub crashes: u32,
    /// Shows who holds it.
    pub token: LeaseToken,
}

/// The end of an attempt: it must still be the one with this token and number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobMove {
    /// Which.
    pub id: JobId,
    /// Who holds it.
    pub token: LeaseToken,
    /// Which attempt.
    pub attempt: u32,
    /// What follows.
    pub to: JobNext,
}

/// What follows an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobNext {
    /// Its result is in the same commit.
    Done,
    /// Another attempt.
    Again {
        /// Not before then.
        at: Timestamp,
        /// Why.
        note: Option<JobNote>,
    },
    /// It waits for something that is not there yet: the attempt is not counted.
    Snoozed {
        /// Not before then.
        at: Timestamp,
        /// For what.
        note: Option<JobNote>,
    },
    /// It is given up.
    Dead {
        /// Why.
        note: JobNote,
    },
}

/// After so many leases that nobody settled, a job is taken to kill whoever takes it.
pub const MAX_CRASHES: u32 = 3;
/// The most attempts while an engine is not to be had: about a day.
pub const MAX_ATTEMPTS: u32 = 40;
/// The most attempts while an engine answers nonsense.
pub const MAX_NONSENSE: u32 = 3;
/// The first pause is at most this long, and each may be twice as long as the one before it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// How long to wait after a failed attempt (from 1): exponential, with full jitter by the dice.
pub fn pause_after(attempt: u32, dice: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let most = (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE);
    let part = u64::try_from(most.as_millis()).unwrap_or(u64::MAX) * u64::from(dice) / u64::from(u32::MAX);
    Duration::from_millis(part)
}

/// Which jobs to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobQuery {
    /// Of one workspace.
    pub workspace: Option<WorkspaceId>,
    /// Of one engagement.
    pub engagement: Option<EngagementId>,
    /// In one of these states; none: in any.
    pub states: Vec<JobState>,
    /// After this job, in the order of workspace and id.
    pub after: Option<(WorkspaceId, JobId)>,
    /// The most rows.
    pub limit: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_the_dice_choose_within() {
        assert_eq!(pause_after(1, u32::MAX), Duration::from_secs(1));
        assert_eq!(pause_after(4, u32::MAX), Duration::from_secs(8));
        assert_eq!(pause_after(40, u32::MAX), Duration::from_hours(1));
        assert_eq!(pause_after(40, 0), Duration::ZERO);
        assert!(pause_after(5, u32::MAX / 2) < Duration::from_secs(9));
    }

    #[test]
    fn a_recording_alone_is_probed_and_a_timeline_goes_straight_to_the_analysers() {
        assert_eq!(first_steps(true, false), [Step::Probe]);
        assert_eq!(first_steps(false, true), ANALYSES);
        assert_eq!(first_steps(true, true), [Step::Probe, Step::Summarise, Step::Tag, Step::Extract]);
    }
}
