//! Jobs, the results of their steps, and events.

use hearken_domain::{
    changeset::{CommitError, NewEngagement},
    event::Event,
    ids::{EngagementId, JobId},
    insight::Findings,
    job::{Job, JobMove, JobState, Step},
    result::{Output, StepResult},
    time::Timestamp,
    timeline::Timeline,
};

use super::each_once;
use crate::store::state::{StoredJob, Tenant};

/// An attempt that ends must still be the one with this token and number. One that ended has neither.
pub(super) fn attempts_are_held(tenant: &Tenant, moves: &[JobMove]) -> Result<(), CommitError> {
    let is_held = |it: &JobMove| {
        let stored = tenant.jobs.get(&it.id);
        stored.is_some_and(|job| job.attempt == it.attempt && job.held.is_some_and(|held| held.token == it.token))
    };
    refuse!(!moves.iter().all(is_held) || !each_once(moves.iter().map(|it| it.id)), CommitError::LeaseLost);
    Ok(())
}

pub(super) fn jobs_are_dead(tenant: &Tenant, revived: &[(JobId, Timestamp)]) -> Result<(), CommitError> {
    let is_dead = |(id, _): &(JobId, Timestamp)| tenant.jobs.get(id).is_some_and(|job| job.state == JobState::Dead);
    refuse!(!revived.iter().all(is_dead) || !each_once(revived.iter().map(|(id, _)| id)), CommitError::Stale);
    Ok(())
}

/// New ids, and at most one job for an engagement and a step.
pub(super) fn jobs_are_new(tenant: &Tenant, new: &[Job]) -> Result<(), CommitError> {
    let place = |job: &Job| (job.engagement, job.step);
    let known = |job: &Job| {
        let is_like = |other: &StoredJob| place(&other.job) == place(job);
        tenant.jobs.contains_key(&job.id) || tenant.jobs.values().any(is_like)
    };
    let twice = !each_once(new.iter().map(|job| job.id)) || !each_once(new.iter().map(place));
    refuse!(twice || new.iter().any(known), CommitError::Exists);
    Ok(())
}

/// One result for an engagement and a step, one timeline for an engagement, and ids that nobody has.
pub(super) fn results_are_new(
    tenant: &Tenant,
    new: &[StepResult],
    made_now: Option<&NewEngagement>,
) -> Result<(), CommitError> {
    let place = |result: &StepResult| (result.engagement, result.output.step());
    refuse!(!each_once(new.iter().map(place)), CommitError::Exists);
    for result in new {
        let is_taken = match &result.output {
            Output::Transcribed(Some(timeline)) => {
                tenant.timelines.contains(&timeline.id) || has_timeline(tenant, result.engagement, made_now)
            }
            Output::Extracted(findings) => has_any_of(tenant, findings),
            _ => false,
        };
        refuse!(is_taken || has_result(tenant, place(result)), CommitError::Exists);
    }
    Ok(())
}

fn has_result(tenant: &Tenant, (engagement, step): (EngagementId, Step)) -> bool {
    tenant.results.get(&engagement).is_some_and(|heads| heads.iter().any(|head| head.step == step))
}

fn has_timeline(tenant: &Tenant, engagement: EngagementId, made_now: Option<&NewEngagement>) -> bool {
    let stored = tenant.engagements.get(&engagement).and_then(|stored| stored.transcripts.timeline.as_ref());
    let comes_now = |new: &NewEngagement| new.timeline.as_ref().map(|timeline: &Timeline| timeline.engagement);
    stored.is_some() || made_now.and_then(comes_now) == Some(engagement)
}

fn has_any_of(tenant: &Tenant, Findings { action_items, signals }: &Findings) -> bool {
    let known = || tenant.findings.values();
    let items = known().flat_map(|known| &known.action_items).map(|item| item.id);
    let marks = known().flat_map(|known| &known.signals).map(|signal| signal.id);
    !each_once(items.chain(action_items.iter().map(|item| item.id)))
        || !each_once(marks.chain(signals.iter().map(|signal| signal.id)))
}

pub(super) fn events_are_new(tenant: &Tenant, new: &[Event]) -> Result<(), CommitError> {
    let known = |event: &Event| tenant.events.contains_key(&event.id);
    refuse!(new.iter().any(known) || !each_once(new.iter().map(|event| event.id)), CommitError::Exists);
    Ok(())
}
