//! Applies a changeset that was found good. Nothing here can fail.

use hearken_domain::{
    changeset::{Change, Changeset, NewEngagement},
    engagement::Engagement,
    timeline::Transcripts,
    upload::UploadMove,
};

use super::state::{StoredEngagement, Tenant};

/// Applies every part. The parts are named one by one, so that a new one cannot be forgotten.
pub(super) fn apply(tenant: &mut Tenant, changeset: Changeset) {
    let Changeset {
        workspace: _,
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
        jobs,
        events,
    } = changeset;
    tenant.users.extend(new_users.into_iter().map(|user| (user.id, user)));
    for Change { mut row, expected } in changed_users {
        row.version = expected + 1;
        tenant.users.insert(row.id, row);
    }
    tenant.keys.extend(new_keys.into_iter().map(|key| (key.id, key)));
    for revocation in revoked_keys {
        if let Some(key) = tenant.keys.get_mut(&revocation.key) {
            key.revoked_at = Some(revocation.at);
        }
    }
    tenant.companies.extend(new_companies.into_iter().map(|company| (company.id, company)));
    tenant.contacts.extend(new_contacts.into_iter().map(|contact| (contact.id, contact)));
    if let Some(new) = new_engagement {
        insert_engagement(tenant, new);
    }
    for change in changed_engagements {
        change_engagement(tenant, change);
    }
    for upload_move in upload_moves {
        move_upload(tenant, upload_move);
    }
    if let Some(settlement) = settlement {
        tenant.claims.remove(&settlement.external_id);
    }
    tenant.jobs.extend(jobs.into_iter().map(|job| (job.id, job)));
    tenant.events.extend(events.into_iter().map(|event| (event.id, event)));
}

fn insert_engagement(tenant: &mut Tenant, new: NewEngagement) {
    let NewEngagement { engagement, participants, timeline, transcript } = new;
    tenant.by_external_id.insert(engagement.external_id.clone(), engagement.id);
    tenant.timelines.extend(timeline.as_ref().map(|timeline| timeline.id));
    let transcripts = Transcripts { timeline, supplied: transcript };
    tenant.engagements.insert(engagement.id, StoredEngagement { engagement, participants, transcripts });
}

fn change_engagement(tenant: &mut Tenant, Change { mut row, expected }: Change<Engagement>) {
    if let Some(stored) = tenant.engagements.get_mut(&row.id) {
        row.workspace = stored.engagement.workspace;
        row.version = expected + 1;
        tenant.by_external_id.remove(&stored.engagement.external_id);
        tenant.by_external_id.insert(row.external_id.clone(), row.id);
        stored.engagement = row;
    }
}

fn move_upload(tenant: &mut Tenant, UploadMove { id, from: _, to }: UploadMove) {
    match to {
        None => {
            tenant.uploads.remove(&id);
        }
        Some(state) => {
            if let Some(upload) = tenant.uploads.get_mut(&id) {
                upload.state = state;
            }
        }
    }
}
