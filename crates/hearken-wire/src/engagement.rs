//! An engagement as the API shows it, with the parts that a request asked for.

use hearken_domain::{
    directory::{Company, Contact, User},
    engagement::{Engagement, ProcessingStatus},
    ids::{EngagementId, UserId},
    insight::{ActionItem, Signal},
    link::ExternalUrl,
    tag::Tag,
    text::Description,
};
use serde::Serialize;

use crate::{
    company::{EngagementCompanyView, engagement_company},
    contact::{ContactView, contact},
    insight::{ActionItemView, SignalView, action_item, signal},
    shown::Shown,
    tag::{TagView, tag},
    time::Rfc3339,
    user::{UserView, user},
};

/// The value of a field that is present whenever it is asked for: a value or `null`.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct OrNull<T>(pub Option<T>);

/// The parts that `expand` adds. `None`: not asked for, so not shown.
///
/// Without `Debug`, because a signed link is a credential and a transcript is nobody else's business.
#[derive(Clone, Default)]
pub struct Expansions {
    /// The full text, one line a turn.
    pub transcript: Option<OrNull<String>>,
    /// The signed link to the recording.
    pub media_url: Option<OrNull<String>>,
    /// The participants' companies.
    pub companies: Option<Vec<Company>>,
    /// The participants that are contacts.
    pub contacts: Option<Vec<Contact>>,
    /// The owner.
    pub owner: Option<OrNull<User>>,
    /// The action items.
    pub action_items: Option<Vec<ActionItem>>,
    /// The signals.
    pub signals: Option<Vec<Signal>>,
    /// The tags.
    pub tags: Option<Vec<Tag>>,
}

/// The JSON of an engagement; made by [`engagement`].
#[derive(Serialize)]
pub struct EngagementView<'a> {
    object: &'static str,
    id: Shown<EngagementId>,
    title: &'a str,
    engagement_type: &'static str,
    processing_status: &'static str,
    is_private: bool,
    created_at: Rfc3339,
    updated_at: Rfc3339,
    is_internal: bool,
    owner_user_id: Shown<UserId>,
    start_at: Rfc3339,
    engagement_at: Rfc3339,
    data_source: &'a str,
    source_system: &'a str,
    external_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_at: Option<Rfc3339>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_user_id: Option<Shown<UserId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    processing_error: Option<ProcessingErrorView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transcript: Option<&'a OrNull<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_url: Option<&'a OrNull<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    companies: Option<Vec<EngagementCompanyView<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contacts: Option<Vec<ContactView<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<OrNull<UserView<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_items: Option<Vec<ActionItemView<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signals: Option<Vec<SignalView<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<TagView<'a>>>,
}

#[derive(Serialize)]
struct ProcessingErrorView<'a> {
    step: &'a str,
    code: &'a str,
    message: &'a str,
}

/// An engagement's JSON with the parts asked for; `&Expansions::default()` for none.
pub fn engagement<'a>(engagement: &'a Engagement, expansions: &'a Expansions) -> EngagementView<'a> {
    EngagementView {
        transcript: expansions.transcript.as_ref(),
        media_url: expansions.media_url.as_ref(),
        companies: expansions.companies.as_ref().map(|rows| rows.iter().map(engagement_company).collect()),
        contacts: expansions.contacts.as_ref().map(|rows| rows.iter().map(contact).collect()),
        owner: expansions.owner.as_ref().map(|owner| OrNull(owner.0.as_ref().map(user))),
        action_items: expansions.action_items.as_ref().map(|items| items.iter().map(action_item).collect()),
        signals: expansions.signals.as_ref().map(|signals| signals.iter().map(signal).collect()),
        tags: expansions.tags.as_ref().map(|tags| tags.iter().map(tag).collect()),
        ..plain(engagement)
    }
}

/// An engagement's JSON without expansions: the representation that events carry and a create answers with.
pub fn plain(engagement: &Engagement) -> EngagementView<'_> {
    EngagementView {
        object: "engagement",
        id: Shown(engagement.id),
        title: engagement.title.as_str(),
        engagement_type: engagement.engagement_type.as_str(),
        processing_status: engagement.status.as_str(),
        is_private: engagement.is_private,
        created_at: Rfc3339(engagement.created_at),
        updated_at: Rfc3339(engagement.updated_at),
        is_internal: engagement.is_internal,
        owner_user_id: Shown(engagement.owner),
        start_at: Rfc3339(engagement.start_at),
        engagement_at: Rfc3339(engagement.start_at),
        data_source: engagement.source_system.as_str(),
        source_system: engagement.source_system.as_str(),
        external_id: engagement.external_id.as_str(),
        end_at: engagement.end_at.map(Rfc3339),
        duration_seconds: engagement.duration_seconds,
        description: engagement.description.as_ref().map(Description::as_str),
        external_url: engagement.external_url.as_ref().map(ExternalUrl::as_str),
        host_user_id: engagement.host.map(Shown),
        summary: engagement.summary.as_deref(),
        processing_error: processing_error(engagement),
        transcript: None,
        media_url: None,
        companies: None,
        contacts: None,
        owner: None,
        action_items: None,
        signals: None,
        tags: None,
    }
}

/// Only a failed engagement shows why it failed: an earlier reason says nothing once the pipeline runs again.
fn processing_error(engagement: &Engagement) -> Option<ProcessingErrorView<'_>> {
    let error = engagement.processing_error.as_ref().filter(|_| engagement.status == ProcessingStatus::Failed)?;
    Some(ProcessingErrorView { step: &error.step, code: &error.code, message: &error.message })
}

#[cfg(test)]
mod tests {
    use hearken_domain::{
        engagement::{EngagementType, ProcessingError},
        ids::Ulid,
        text::{ExternalId, SourceSystem, Title},
        time::Timestamp,
    };
    use serde_json::{Value, json};

    use super::*;

    fn call() -> Engagement {
        let at = Timestamp::from_unix_millis(1_772_366_400_000).unwrap();
        Engagement {
            id: Ulid::from_parts(0, 1).into(),
            workspace: Ulid::from_parts(0, 2).into(),
            external_id: ExternalId::try_from("call-1").unwrap(),
            source_system: SourceSystem::try_from("dialer").unwrap(),
            title: Title::try_from("Discovery").unwrap(),
            engagement_type: EngagementType::Call,
            status: ProcessingStatus::Pending,
            processing_error: None,
            is_private: false,
            is_internal: false,
            run_workflows: true,
            owner: Ulid::from_parts(0, 3).into(),
            host: None,
            created_by: Ulid::from_parts(0, 4).into(),
            start_at: at,
            end_at: None,
            duration_seconds: None,
            description: None,
            external_url: None,
            summary: None,
            steps_left: 3,
            media: None,
            created_at: at,
            updated_at: at,
            version: 1,
        }
    }

    #[test]
    fn a_fresh_engagement_shows_only_what_it_has() {
        insta::assert_json_snapshot!(plain(&call()), @r#"
        {
          "object": "engagement",
          "id": "ngmt_00000000000000000000000001",
          "title": "Discovery",
          "engagement_type": "CALL",
          "processing_status": "PENDING",
          "is_private": false,
          "created_at": "2026-03-01T12:00:00.000Z",
          "updated_at": "2026-03-01T12:00:00.000Z",
          "is_internal": false,
          "owner_user_id": "usr_00000000000000000000000003",
          "start_at": "2026-03-01T12:00:00.000Z",
          "engagement_at": "2026-03-01T12:00:00.000Z",
          "data_source": "dialer",
          "source_system": "dialer",
          "external_id": "call-1"
        }
        "#);
    }

    #[test]
    fn what_was_asked_for_is_present_even_when_there_is_none() {
        let all = Expansions {
            transcript: Some(OrNull(None)),
            media_url: Some(OrNull(Some("https://api.example.com/media/x".to_owned()))),
            companies: Some(Vec::new()),
            contacts: Some(Vec::new()),
            owner: Some(OrNull(None)),
            action_items: Some(Vec::new()),
            signals: Some(Vec::new()),
            tags: Some(Vec::new()),
        };
        let row = call();
        let with = serde_json::to_value(engagement(&row, &all)).unwrap();
        let without = serde_json::to_value(engagement(&row, &Expansions::default())).unwrap();
        let added: serde_json::Map<String, Value> = with
            .as_object()
            .unwrap()
            .iter()
            .filter(|(field, _)| without.get(field.as_str()).is_none())
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect();
        assert_eq!(
            Value::Object(added),
            json!({
                "transcript": null, "media_url": "https://api.example.com/media/x", "companies": [], "contacts": [],
                "owner": null, "action_items": [], "signals": [], "tags": [],
            })
        );
    }

    #[test]
    fn a_reason_is_shown_only_while_it_is_failed() {
        let error =
            ProcessingError { step: "probe".to_owned(), code: "no_audio".to_owned(), message: "no sound".to_owned() };
        let mut row = Engagement { processing_error: Some(error), ..call() };
        assert_eq!(serde_json::to_value(plain(&row)).unwrap().get("processing_error"), None);
        row.status = ProcessingStatus::Failed;
        assert_eq!(
            serde_json::to_value(plain(&row)).unwrap()["processing_error"],
            json!({"step": "probe", "code": "no_audio", "message": "no sound"})
        );
    }
}
