//! The decisions of the pipeline: from a job that was taken and what an engine gave to the one write that settles it.
//!
//! A step's result, the jobs that follow, the events and the end of the lease are one changeset. So effects happen once,
//! although a step may be taken more often. That all analysers are done is told by a counter in the engagement, under
//! its version, and not by a look at the jobs.

mod conversation;
mod turns;
mod verdict;

pub use self::{
    conversation::conversation,
    turns::{HeardTrack, timeline_of},
    verdict::verdict,
};

use std::time::Duration;

use crate::{
    changeset::{Change, Changeset},
    engagement::{Context, Engagement, ProcessingError, ProcessingStatus},
    event::Subject,
    ids::TagId,
    insight::{ActionItem, ActionItemStatus, Extraction, Findings, MAX_FINDINGS, Made, Signal, Summary},
    job::{ANALYSES, JobMove, JobNext, JobNote, JobRecord, JobState, LeasedJob, Step},
    result::{Output, Sentiments, StepResult},
    speech::MediaFacts,
    timeline::{Timeline, last_moment},
};

/// A job that was taken, and its engagement as it was read.
#[derive(Clone, Copy)]
pub struct Taken<'a> {
    /// The job.
    pub job: &'a LeasedJob,
    /// Its engagement.
    pub engagement: &'a Engagement,
}

/// What marks an engagement as being processed, when nothing of it was before.
pub fn begin(engagement: &Engagement, context: &Context<'_>) -> Option<Changeset> {
    if engagement.status != ProcessingStatus::Pending {
        return None;
    }
    let mut changeset = Changeset::new(engagement.workspace);
    let after = Engagement { status: ProcessingStatus::Processing, ..engagement.clone() };
    change(&mut changeset, engagement, after, context);
    Some(changeset)
}

/// What follows a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterProbe {
    /// Somebody must listen: what is said is not known yet.
    Listen,
    /// Nothing waits for it: the analysers read the timeline that came with the request.
    CountDown,
}

impl AfterProbe {
    /// As the engagement's jobs tell: where the analysers' are among them, they were made with it.
    pub fn of(jobs: &[JobRecord]) -> Self {
        let reads = |record: &JobRecord| ANALYSES.contains(&record.job.step);
        if jobs.iter().any(reads) { Self::CountDown } else { Self::Listen }
    }
}

/// The recording is known.
pub fn probed(taken: Taken<'_>, facts: Made<MediaFacts>, follows: AfterProbe, context: &Context<'_>) -> Changeset {
    let mut after = taken.engagement.clone();
    after.lasts(Duration::from_millis(facts.value.duration_ms));
    let next = match follows {
        AfterProbe::Listen => vec![Step::Transcribe],
        AfterProbe::CountDown => count_down(&mut after),
    };
    let output = Made { by: facts.by, value: Output::Probed(facts.value) };
    settled(taken, (output, after), &next, context)
}

/// Somebody listened, or nobody does: then only a supplied text can be analysed.
pub fn transcribed(
    taken: Taken<'_>,
    heard: Made<Option<Timeline>>,
    supplied: Option<&str>,
    context: &Context<'_>,
) -> Changeset {
    let mut after = taken.engagement.clone();
    if let Some(timeline) = &heard.value
        && after.duration_seconds.is_none()
    {
        after.lasts(last_moment(&timeline.entries));
    }
    let next: &[Step] = if heard.value.is_some() || supplied.is_some() { ANALYSES } else { &[Step::Finish] };
    let is_readable = heard.value.is_some();
    let output = Made { by: heard.by, value: Output::Transcribed(heard.value.map(Box::new)) };
    let mut changeset = settled(taken, (output, after), next, context);
    if is_readable {
        let shown = changeset.changed_engagements[0].row.clone();
        changeset.events.push(context.event(shown.workspace, Subject::TimelineCompleted(&shown)));
    }
    changeset
}

/// The summary is there.
pub fn summarised(taken: Taken<'_>, summary: Made<Summary>, context: &Context<'_>) -> Changeset {
    let Summary { text, overall_sentiment, speaker_sentiments } = summary.value;
    let mut after = taken.engagement.clone();
    after.summary = (!text.is_empty()).then_some(text);
    let sentiments = Sentiments { overall: overall_sentiment, speakers: speaker_sentiments };
    let next = count_down(&mut after);
    settled(taken, (Made { by: summary.by, value: Output::Summarised(sentiments) }, after), &next, context)
}

/// The tags are chosen.
pub fn tagged(taken: Taken<'_>, tags: Made<Vec<TagId>>, context: &Context<'_>) -> Changeset {
    let mut after = taken.engagement.clone();
    let next = count_down(&mut after);
    settled(taken, (Made { by: tags.by, value: Output::Tagged(tags.value) }, after), &next, context)
}

/// The action items and signals are found.
pub fn extracted(taken: Taken<'_>, found: Made<Extraction>, context: &Context<'_>) -> Changeset {
    let mut after = taken.engagement.clone();
    let next = count_down(&mut after);
    let Made { by, value } = found;
    let action_item = |found| ActionItem {
        id: context.id(),
        engagement: after.id,
        found,
        status: ActionItemStatus::Open,
        made_by: by.clone(),
        created_at: context.now,
    };
    let action_items = value.action_items.into_iter().take(MAX_FINDINGS).map(action_item).collect();
    let signal =
        |found| Signal { id: context.id(), engagement: after.id, found, made_by: by.clone(), created_at: context.now };
    let signals = value.signals.into_iter().take(MAX_FINDINGS).map(signal).collect();
    let output = Output::Extracted(Findings { action_items, signals });
    settled(taken, (Made { by: by.clone(), value: output }, after), &next, context)
}

/// Everything is there. Workflows follow only where the request allowed them.
pub fn finished(taken: Taken<'_>, context: &Context<'_>) -> Changeset {
    let mut after = taken.engagement.clone();
    after.status = ProcessingStatus::Completed;
    after.processing_error = None;
    let next: &[Step] = if after.run_workflows { &[Step::Automate] } else { &[] };
    let output = Made { by: "hearken".to_owned(), value: Output::Finished };
    let mut changeset = settled(taken, (output, after), next, context);
    let shown = changeset.changed_engagements[0].row.clone();
    changeset.events.push(context.event(shown.workspace, Subject::ProcessingCompleted(&shown)));
    changeset
}

/// The workflows were triggered; the caller adds their runs and deliveries.
pub fn automated(taken: Taken<'_>, context: &Context<'_>) -> Changeset {
    let mut changeset = Changeset::new(taken.engagement.workspace);
    changeset.job_moves.push(moved(taken.job, JobNext::Done));
    changeset.results.push(StepResult {
        engagement: taken.engagement.id,
        made_by: "hearken".to_owned(),
        at: context.now,
        output: Output::Automated,
    });
    changeset
}

/// The job is given up. The engagement shows why, unless everything of it is there and only its workflows are not.
pub fn gave_up(taken: Taken<'_>, note: JobNote, context: &Context<'_>) -> Changeset {
    let mut changeset = Changeset::new(taken.engagement.workspace);
    changeset.job_moves.push(moved(taken.job, JobNext::Dead { note: note.clone() }));
    if taken.job.job.step != Step::Automate {
        let mut after = taken.engagement.clone();
        after.status = ProcessingStatus::Failed;
        let JobNote { code, message } = note;
        after.processing_error = Some(ProcessingError { step: taken.job.job.step.to_string(), code, message });
        let shown = change(&mut changeset, taken.engagement, after, context);
        changeset.events.push(context.event(shown.workspace, Subject::ProcessingFailed(&shown)));
    }
    changeset
}

/// The job goes back: nothing else changes.
pub fn put_back(job: &LeasedJob, next: JobNext) -> Changeset {
    let mut changeset = Changeset::new(job.job.workspace);
    changeset.job_moves.push(moved(job, next));
    changeset
}

/// Every dead job of an engagement is driven again. `None` when there is none.
pub fn retried(engagement: &Engagement, jobs: &[JobRecord], context: &Context<'_>) -> Option<Changeset> {
    let dead: Vec<&JobRecord> = jobs.iter().filter(|record| record.state == JobState::Dead).collect();
    if dead.is_empty() {
        return None;
    }
    let mut changeset = Changeset::new(engagement.workspace);
    changeset.revived_jobs = dead.iter().map(|record| (record.job.id, context.now)).collect();
    if dead.iter().any(|record| record.job.step != Step::Automate) {
        let mut after = engagement.clone();
        after.status = ProcessingStatus::Processing;
        after.processing_error = None;
        change(&mut changeset, engagement, after, context);
    }
    Some(changeset)
}

/// The write of a step that has its result.
fn settled(
    taken: Taken<'_>,
    (output, after): (Made<Output>, Engagement),
    next: &[Step],
    context: &Context<'_>,
) -> Changeset {
    let mut changeset = Changeset::new(taken.engagement.workspace);
    changeset.job_moves.push(moved(taken.job, JobNext::Done));
    changeset.results.push(StepResult {
        engagement: taken.engagement.id,
        made_by: output.by,
        at: context.now,
        output: output.value,
    });
    let shown = change(&mut changeset, taken.engagement, after, context);
    let rank = taken.job.job.rank;
    changeset.jobs = next.iter().map(|step| context.job(&shown, *step, rank.followed_by(*step))).collect();
    changeset
}

/// Adds a change of the engagement, and the event that tells of it.
fn change(changeset: &mut Changeset, before: &Engagement, mut after: Engagement, context: &Context<'_>) -> Engagement {
    after.updated_at = before.next_update(context.now);
    changeset.events.push(context.event(before.workspace, Subject::EngagementUpdated { before, after: &after }));
    changeset.changed_engagements.push(Change { row: after.clone(), expected: before.version });
    after
}

fn moved(job: &LeasedJob, to: JobNext) -> JobMove {
    JobMove { id: job.job.id, token: job.token, attempt: job.attempt, to }
}

/// One step less to wait for; the last one is followed by the end.
fn count_down(engagement: &mut Engagement) -> Vec<Step> {
    engagement.steps_left = engagement.steps_left.saturating_sub(1);
    if engagement.steps_left == 0 { vec![Step::Finish] } else { Vec::new() }
}
