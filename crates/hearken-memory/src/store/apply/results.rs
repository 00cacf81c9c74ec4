//! What steps found, and where it belongs.

use hearken_domain::{
    ids::{EngagementId, TagId},
    result::{Output, ResultHead, Sentiments, StepResult},
    timeline::Timeline,
};

use crate::store::state::Tenant;

pub(super) fn insert(tenant: &mut Tenant, results: Vec<StepResult>) {
    for StepResult { engagement, made_by, at, output } in results {
        let head = ResultHead { step: output.step(), made_by, at };
        tenant.results.entry(engagement).or_default().push(head);
        put(tenant, engagement, output);
    }
}

/// Puts what a step gave where it belongs.
fn put(tenant: &mut Tenant, engagement: EngagementId, output: Output) {
    match output {
        Output::Probed(facts) => {
            tenant.media_facts.insert(engagement, facts);
        }
        Output::Transcribed(Some(timeline)) => insert_timeline(tenant, engagement, *timeline),
        Output::Summarised(sentiments) => set_sentiments(tenant, engagement, sentiments),
        Output::Tagged(tags) => give_tags(tenant, engagement, &tags),
        Output::Extracted(findings) => {
            tenant.findings.insert(engagement, findings);
        }
        Output::Transcribed(None) | Output::Finished | Output::Automated => {}
    }
}

fn insert_timeline(tenant: &mut Tenant, engagement: EngagementId, timeline: Timeline) {
    tenant.timelines.insert(timeline.id);
    if let Some(stored) = tenant.engagements.get_mut(&engagement) {
        stored.transcripts.timeline = Some(timeline);
    }
}

/// Writes into the timeline, where there is one, how it felt.
fn set_sentiments(tenant: &mut Tenant, engagement: EngagementId, Sentiments { overall, speakers }: Sentiments) {
    let stored = tenant.engagements.get_mut(&engagement);
    let Some(timeline) = stored.and_then(|stored| stored.transcripts.timeline.as_mut()) else { return };
    timeline.overall_sentiment = overall;
    for (speaker, sentiment) in timeline.speakers.iter_mut().zip(speakers) {
        speaker.sentiment = sentiment;
    }
}

/// Gives an engagement tags beside those it has; tags that are gone are left out.
pub(super) fn give_tags(tenant: &mut Tenant, engagement: EngagementId, tags: &[TagId]) {
    let Tenant { tags: known, engagement_tags, .. } = tenant;
    let there = tags.iter().filter(|id| known.get(id).is_some_and(|tag| tag.deleted_at.is_none()));
    engagement_tags.entry(engagement).or_default().extend(there);
}
