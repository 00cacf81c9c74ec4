//! Applies a changeset that was found good. Nothing here can fail.

mod deliveries;
mod jobs;
mod results;
mod rows;

use hearken_domain::{
    changeset::{Change, Changeset, NewEngagement, ReplacedTags, Revocation},
    directory::User,
    engagement::Engagement,
    timeline::Transcripts,
    upload::UploadMove,
};

use super::state::{StoredEngagement, Tenant};

/// Applies every part. The parts are named one by one, so that a new one cannot be forgotten.
pub(super) fn apply(tenant: &mut Tenant, changeset: Changeset) {
    for (walk, moment) in changeset.last_moments() {
        let last = tenant.last_moments.entry(walk).or_insert(moment);
        *last = moment.max(*last);
    }
    let Changeset {
        workspace: _,
        moments: _,
        new_workspace: _,
        new_users,
        changed_users,
        new_keys,
        revoked_keys,
        new_companies,
        new_contacts,
        new_engagement,
        changed_engagements,
        upload_moves,
        settlement,
        new_tags,
        changed_tags,
        replaced_tags,
        new_endpoints,
        changed_endpoints,
        endpoint_health,
        new_workflows,
        changed_workflows,
        new_runs,
        results,
        job_moves,
        revived_jobs,
        jobs,
        events,
        new_deliveries,
        delivery_moves,
        resends,
    } = changeset;
    write_users(tenant, new_users, changed_users);
    tenant.keys.extend(new_keys.into_iter().map(|key| (key.id, key)));
    revoke_keys(tenant, &revoked_keys);
    tenant.companies.extend(new_companies.into_iter().map(|company| (company.id, company)));
    tenant.contacts.extend(new_contacts.into_iter().map(|contact| (contact.id, contact)));
    if let Some(new) = new_engagement {
        insert_engagement(tenant, new);
    }
    change_engagements(tenant, changed_engagements);
    move_uploads(tenant, &upload_moves);
    if let Some(settlement) = settlement {
        tenant.claims.remove(&settlement.external_id);
    }
    jobs::settle(tenant, job_moves);
    deliveries::settle(tenant, delivery_moves);
    rows::write(&mut tenant.tags, tenant.workspace.id, (new_tags, changed_tags));
    replace_tags(tenant, &replaced_tags);
    results::insert(tenant, results);
    rows::write_endpoints(tenant, new_endpoints, changed_endpoints);
    rows::note_health(tenant, &endpoint_health);
    rows::write(&mut tenant.workflows, tenant.workspace.id, (new_workflows, changed_workflows));
    tenant.runs.extend(new_runs.into_iter().map(|run| (run.id, run)));
    jobs::revive(tenant, &revived_jobs);
    jobs::insert(tenant, jobs);
    deliveries::fan_out(tenant, &events);
    tenant.events.extend(events.into_iter().map(|event| (event.id, event)));
    deliveries::insert(tenant, new_deliveries);
    deliveries::resend(tenant, &resends);
}

fn write_users(tenant: &mut Tenant, new: Vec<User>, changed: Vec<Change<User>>) {
    tenant.users.extend(new.into_iter().map(|user| (user.id, user)));
    for Change { mut row, expected } in changed {
        row.version = expected + 1;
        tenant.users.insert(row.id, row);
    }
}

fn revoke_keys(tenant: &mut Tenant, revoked: &[Revocation]) {
    for Revocation { key, at } in revoked {
        if let Some(key) = tenant.keys.get_mut(key) {
            key.revoked_at = Some(*at);
        }
    }
}

fn insert_engagement(tenant: &mut Tenant, new: NewEngagement) {
    let NewEngagement { engagement, participants, timeline, transcript } = new;
    tenant.by_external_id.insert(engagement.external_id.clone(), engagement.id);
    tenant.timelines.extend(timeline.as_ref().map(|timeline| timeline.id));
    let transcripts = Transcripts { timeline, supplied: transcript };
    tenant.engagements.insert(engagement.id, StoredEngagement { engagement, participants, transcripts });
}

fn change_engagements(tenant: &mut Tenant, changed: Vec<Change<Engagement>>) {
    for Change { mut row, expected } in changed {
        if let Some(stored) = tenant.engagements.get_mut(&row.id) {
            row.workspace = stored.engagement.workspace;
            row.version = expected + 1;
            tenant.by_external_id.remove(&stored.engagement.external_id);
            tenant.by_external_id.insert(row.external_id.clone(), row.id);
            stored.engagement = row;
        }
    }
}

fn move_uploads(tenant: &mut Tenant, moves: &[UploadMove]) {
    for UploadMove { id, from: _, to } in moves {
        match to {
            None => {
                tenant.uploads.remove(id);
            }
            Some(state) => {
                if let Some(upload) = tenant.uploads.get_mut(id) {
                    upload.state = *state;
                }
            }
        }
    }
}

/// Exactly these, as far as they are there.
fn replace_tags(tenant: &mut Tenant, replaced: &[ReplacedTags]) {
    for ReplacedTags { engagement, tags } in replaced {
        tenant.engagement_tags.remove(engagement);
        results::give_tags(tenant, *engagement, tags);
    }
}
