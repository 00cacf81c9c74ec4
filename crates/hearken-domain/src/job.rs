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
    /// Which jobs share places: those that listen for minutes never hold up those that take a moment, and suspects, the
    /// jobs that a process died with, are kept away from each other.
    JobLane, UnknownJobLane {
        /// Decoding and listening.
        Speech = "speech",
        /// Everything else.
        Quick = "quick",
        /// Suspects that listen: a process has one suspect at a time.
        SpeechSuspect = "speech_suspect",
        /// All other suspects.
        QuickSuspect = "quick_suspect",
        /// Those that listen and have one crash left: nothing else runs in the process meanwhile.
        SpeechAlone = "speech_alone",
        /// All others of these.
        QuickAlone = "quick_alone",
    }
}

impl JobLane {
    /// Whether its jobs listen, and so need an engine that may not be there.
    pub fn listens(self) -> bool {
        matches!(self, Self::Speech | Self::SpeechSuspect | Self::SpeechAlone)
    }

    /// Whether its jobs are suspects.
    pub fn is_of_suspects(self) -> bool {
        !matches!(self, Self::Speech | Self::Quick)
    }
}

texts_of! {
    /// What a create says of its hurry.
    Priority, UnknownPriority {
        /// A call of now, which its people wait for.
        Live = "live",
        /// Behind the live calls of its workspace.
        Backfill = "backfill",
    }
}

/// A call that began longer ago than this, and for which no workflow runs, is brought in later.
const LONG_PAST: Duration = Duration::from_hours(24);

impl Priority {
    /// What a create means that does not say.
    pub fn implied(run_workflows: bool, start_at: Timestamp, now: Timestamp) -> Self {
        if !run_workflows && now.since(start_at) > LONG_PAST { Self::Backfill } else { Self::Live }
    }
}

texts_of! {
    /// Whose turn it is among the due jobs of a workspace in a lane: in this order, and then by who waits longest. What
    /// was begun is finished before anything else of its priority begins, so that a burst is completed one by one.
    Rank, UnknownRank {
        /// Goes on with a live engagement.
        LiveBegun = "live_begun",
        /// The first that is done for a live engagement in the lane.
        Live = "live",
        /// Goes on with a backfilled engagement.
        BackfillBegun = "backfill_begun",
        /// The first that is done for a backfilled engagement in the lane.
        Backfill = "backfill",
    }
}

impl Rank {
    /// Of what begins an engagement.
    pub fn of(priority: Priority) -> Self {
        match priority {
            Priority::Live => Self::Live,
            Priority::Backfill => Self::Backfill,
        }
    }

    /// Of what goes on with an engagement.
    #[must_use]
    pub fn begun(self) -> Self {
        match self {
            Self::LiveBegun | Self::Live => Self::LiveBegun,
            Self::BackfillBegun | Self::Backfill => Self::BackfillBegun,
        }
    }

    /// Of the step that follows one of this rank. Listening is the first step of its lane: there every job follows.
    #[must_use]
    pub fn followed_by(self, step: Step) -> Self {
        match (step, self.begun()) {
            (Step::Transcribe, Self::LiveBegun) => Self::Live,
            (Step::Transcribe, _) => Self::Backfill,
            (_, begun) => begun,
        }
    }
}

impl Step {
    /// The lane of its jobs, as long as they are not suspects.
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
    /// Whose turn it is.
    pub rank: Rank,
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
    /// Where it waits or runs: with the others of its step, or among the suspects.
    pub lane: JobLane,
    /// How often it was begun and not given back.
    pub attempt: u32,
    /// How often a process died while it was the one suspect there.
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

/// How many jobs of a workspace are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Whose.
    pub workspace: WorkspaceId,
    /// The most in all.
    pub most: u16,
    /// So many of them are the newest that are [`Rank::Live`], whatever waits before those.
    pub newest: u16,
}

impl Share {
    /// So many, in their turn.
    pub fn of(workspace: WorkspaceId, most: u16) -> Self {
        Self { workspace, most, newest: 0 }
    }
}

/// Whose leases end without a settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostLeases {
    /// Those that have run out: their processes died, or could not renew them.
    RunOut,
    /// Those of every process but this one, whatever time they have left: it knows itself to be the only one.
    OfOthers(ProcessId),
}

/// A job that was leased: whoever has it takes the step, and settles it under the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeasedJob {
    /// The job.
    pub job: Job,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// How often a process died while it was the one suspect there.
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

/// After so many crashes a job is given up. The last of them is one that it had alone, so it is its own.
pub const MAX_CRASHES: u32 = 2;

/// What becomes of a job whose process died with it: where it waits from then on, and how often it crashed. The first
/// death makes it a suspect and counts nothing, since others were there too. A crash is counted for the one suspect of a
/// process; before the last one the job runs alone.
pub fn after_death(step: Step, lane: JobLane, crashes: u32) -> (JobLane, u32) {
    let crashes = crashes + u32::from(lane.is_of_suspects());
    let lane = match (step.lane(), crashes + 1 == MAX_CRASHES) {
        (JobLane::Speech, false) => JobLane::SpeechSuspect,
        (JobLane::Speech, true) => JobLane::SpeechAlone,
        (_, false) => JobLane::QuickSuspect,
        (_, true) => JobLane::QuickAlone,
    };
    (lane, crashes)
}

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
    fn a_job_is_a_suspect_first_then_alone_and_then_to_be_given_up() {
        let first = after_death(Step::Transcribe, JobLane::Speech, 0);
        let second = after_death(Step::Transcribe, first.0, first.1);
        let third = after_death(Step::Transcribe, second.0, second.1);
        assert_eq!(first, (JobLane::SpeechSuspect, 0));
        assert_eq!(second, (JobLane::SpeechAlone, 1));
        assert_eq!(third, (JobLane::SpeechSuspect, MAX_CRASHES));
        assert_eq!(after_death(Step::Tag, JobLane::Quick, 1), (JobLane::QuickAlone, 1), "what was counted is kept");
    }

    #[test]
    fn a_call_of_long_ago_without_workflows_is_a_backfill() {
        let now = Timestamp::from_unix_millis(1_800_000_000_000).unwrap();
        let [yesterday, before] =
            [24, 25].map(|hours| Timestamp::from_unix_millis(now.unix_millis() - hours * 3_600_000).unwrap());
        assert_eq!(Priority::implied(false, before, now), Priority::Backfill);
        assert_eq!(Priority::implied(false, yesterday, now), Priority::Live);
        assert_eq!(Priority::implied(true, before, now), Priority::Live);
    }

    #[test]
    fn what_follows_is_begun_and_listening_is_first_in_its_lane() {
        assert_eq!(Rank::Live.followed_by(Step::Finish), Rank::LiveBegun);
        assert_eq!(Rank::Backfill.followed_by(Step::Transcribe), Rank::Backfill);
        assert_eq!(Rank::Backfill.followed_by(Step::Transcribe).followed_by(Step::Tag), Rank::BackfillBegun);
    }

    #[test]
    fn a_recording_alone_is_probed_and_a_timeline_goes_straight_to_the_analysers() {
        assert_eq!(first_steps(true, false), [Step::Probe]);
        assert_eq!(first_steps(false, true), ANALYSES);
        assert_eq!(first_steps(true, true), [Step::Probe, Step::Summarise, Step::Tag, Step::Extract]);
    }
}
