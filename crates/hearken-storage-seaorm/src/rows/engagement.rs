//! Rows of engagements and their participants.

use hearken_domain::{
    engagement::{Engagement, Media, ProcessingError, ResolvedParticipant, Who},
    time::Timestamp,
};

use crate::{
    columns::{Place, count, key, position},
    error::Misfit,
    schema::engagement::{engagements, participants},
};

/// The row of an engagement. The workspace is the changeset's.
pub(crate) fn to_row(workspace: &str, engagement: &Engagement) -> engagements::Model {
    let error = engagement.processing_error.as_ref();
    let media = engagement.media.as_ref();
    engagements::Model {
        workspace_id: workspace.to_owned(),
        id: key(engagement.id),
        external_id: engagement.external_id.as_str().to_owned(),
        source_system: engagement.source_system.as_str().to_owned(),
        title: engagement.title.as_str().to_owned(),
        title_folded: folded(engagement.title.as_str()),
        engagement_type: engagement.engagement_type.as_str().to_owned(),
        status: engagement.status.as_str().to_owned(),
        error_step: error.map(|error| error.step.clone()),
        error_code: error.map(|error| error.code.clone()),
        error_message: error.map(|error| error.message.clone()),
        is_private: engagement.is_private,
        is_internal: engagement.is_internal,
        run_workflows: engagement.run_workflows,
        owner_id: key(engagement.owner),
        host_id: engagement.host.map(key),
        created_by: key(engagement.created_by),
        start_at: engagement.start_at.unix_millis(),
        end_at: engagement.end_at.map(Timestamp::unix_millis),
        duration_seconds: engagement.duration_seconds.map(i64::from),
        description: engagement.description.as_ref().map(|text| text.as_str().to_owned()),
        external_url: engagement.external_url.as_ref().map(|url| url.as_str().to_owned()),
        summary: engagement.summary.clone(),
        media_upload_id: media.map(|media| key(media.upload)),
        media_type: media.map(|media| media.media_type.to_string()),
        media_bytes: media.map(|media| count(media.bytes)),
        media_sha256: media.map(|media| media.sha256.to_vec()),
        created_at: engagement.created_at.unix_millis(),
        updated_at: engagement.updated_at.unix_millis(),
        version: count(engagement.version),
        steps_left: i64::from(engagement.steps_left),
    }
}

/// A text as it is searched: engines differ on the case of letters outside ASCII, so neither is asked.
pub(crate) fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// The engagement of a row.
pub(crate) fn from_row(row: engagements::Model) -> Result<Engagement, Misfit> {
    let name = row.id.clone();
    let place = Place { table: "engagements", row: &name };
    Ok(Engagement {
        id: place.id("id", &row.id)?,
        workspace: place.id("workspace_id", &row.workspace_id)?,
        media: media_of(place, &row)?,
        processing_error: processing_error_of(place, &row)?,
        external_id: place.text("external_id", row.external_id)?,
        source_system: place.text("source_system", row.source_system)?,
        title: place.text("title", row.title)?,
        engagement_type: place.parsed("engagement_type", &row.engagement_type)?,
        status: place.parsed("status", &row.status)?,
        is_private: row.is_private,
        is_internal: row.is_internal,
        run_workflows: row.run_workflows,
        owner: place.id("owner_id", &row.owner_id)?,
        host: place.maybe_id("host_id", row.host_id.as_deref())?,
        created_by: place.id("created_by", &row.created_by)?,
        start_at: place.time("start_at", row.start_at)?,
        end_at: place.maybe_time("end_at", row.end_at)?,
        duration_seconds: row.duration_seconds.map(|span| place.number("duration_seconds", span)).transpose()?,
        description: place.maybe_text("description", row.description)?,
        external_url: place.maybe_text("external_url", row.external_url)?,
        summary: row.summary,
        created_at: place.time("created_at", row.created_at)?,
        updated_at: place.time("updated_at", row.updated_at)?,
        version: place.number("version", row.version)?,
        steps_left: place.number("steps_left", row.steps_left)?,
    })
}

fn media_of(place: Place<'_>, row: &engagements::Model) -> Result<Option<Media>, Misfit> {
    match (&row.media_upload_id, &row.media_type, row.media_bytes, &row.media_sha256) {
        (None, None, None, None) => Ok(None),
        (Some(upload), Some(media_type), Some(bytes), Some(sha256)) => Ok(Some(Media {
            upload: place.id("media_upload_id", upload)?,
            media_type: place.parsed("media_type", media_type)?,
            bytes: place.number("media_bytes", bytes)?,
            sha256: place.digest("media_sha256", sha256)?,
        })),
        _ => Err(place.misfit("media_upload_id")),
    }
}

fn processing_error_of(place: Place<'_>, row: &engagements::Model) -> Result<Option<ProcessingError>, Misfit> {
    match (&row.error_step, &row.error_code, &row.error_message) {
        (None, None, None) => Ok(None),
        (Some(step), Some(code), Some(message)) => {
            Ok(Some(ProcessingError { step: step.clone(), code: code.clone(), message: message.clone() }))
        }
        _ => Err(place.misfit("error_step")),
    }
}

/// The row of the participant at an index of the request.
pub(crate) fn participant_to_row(
    workspace: &str,
    engagement: &str,
    (index, participant): (usize, &ResolvedParticipant),
) -> participants::Model {
    let (user, contact) = match participant.who {
        Who::User(id) => (Some(key(id)), None),
        Who::Contact(id) => (None, Some(key(id))),
    };
    participants::Model {
        workspace_id: workspace.to_owned(),
        engagement_id: engagement.to_owned(),
        position: position(index),
        name: participant.name.as_ref().map(|name| name.as_str().to_owned()),
        email: participant.email.as_ref().map(|email| email.as_str().to_owned()),
        phone: participant.phone.as_ref().map(|phone| phone.as_sent().to_owned()),
        user_id: user,
        contact_id: contact,
        company_id: participant.company.map(key),
        is_owner: participant.is_owner,
        channel: participant.channel.map(i64::from),
    }
}

/// The participant of a row.
pub(crate) fn participant_from_row(row: participants::Model) -> Result<ResolvedParticipant, Misfit> {
    let name = format!("{} {}", row.engagement_id, row.position);
    let place = Place { table: "engagement_participants", row: &name };
    let who = match (&row.user_id, &row.contact_id) {
        (Some(user), None) => Who::User(place.id("user_id", user)?),
        (None, Some(contact)) => Who::Contact(place.id("contact_id", contact)?),
        _ => return Err(place.misfit("user_id")),
    };
    Ok(ResolvedParticipant {
        name: place.maybe_text("name", row.name)?,
        email: place.maybe_handle("email", row.email.as_deref())?,
        phone: place.maybe_handle("phone", row.phone.as_deref())?,
        who,
        company: place.maybe_id("company_id", row.company_id.as_deref())?,
        is_owner: row.is_owner,
        channel: row.channel.map(|channel| place.number("channel", channel)).transpose()?,
    })
}
