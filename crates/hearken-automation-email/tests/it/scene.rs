//! Recaps to write and parcels to send.

use std::time::Duration;

use bytes::Bytes;
use hearken_automation_email::{ComposerSettings, RecapMail, SmtpDispatcher, SmtpSettings};
use hearken_domain::{
    engagement::{Engagement, EngagementType, ProcessingStatus},
    handle::EmailAddress,
    ids::{ActionItemId, ApiKeyId, DeliveryId, EngagementId, Ulid, UserId, WorkspaceId},
    insight::{ActionItem, ActionItemStatus, FoundActionItem},
    link::ExternalUrl,
    ports::{Address, AutomationDispatcher, Dispatched, Parcel, RecapComposer},
    recap::Recap,
    text::{ExternalId, SourceSystem, Title},
    time::Timestamp,
};

use crate::certificates::authority;

/// What a recap is made from, as a test changes it.
pub(crate) struct Scene {
    pub(crate) to: EmailAddress,
    pub(crate) engagement: Engagement,
    pub(crate) participants: Vec<String>,
    pub(crate) action_items: Vec<ActionItem>,
}

/// 2024-05-01T12:00:00Z, and so many minutes.
pub(crate) fn minutes(minutes: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_714_564_800_000 + minutes * 60_000).unwrap()
}

pub(crate) fn email(text: &str) -> EmailAddress {
    EmailAddress::try_from(text).unwrap()
}

fn ulid() -> Ulid {
    Ulid::from_parts(1_714_564_800_000, 7)
}

pub(crate) fn delivery() -> DeliveryId {
    DeliveryId::from(ulid())
}

impl Scene {
    /// Nothing but what every engagement has.
    pub(crate) fn minimal() -> Self {
        let engagement = Engagement {
            id: EngagementId::from(ulid()),
            workspace: WorkspaceId::from(ulid()),
            external_id: ExternalId::try_from("call-1").unwrap(),
            source_system: SourceSystem::try_from("dialer").unwrap(),
            title: Title::try_from("Call with Initech").unwrap(),
            engagement_type: EngagementType::Call,
            status: ProcessingStatus::Completed,
            processing_error: None,
            is_private: false,
            is_internal: false,
            run_workflows: true,
            owner: UserId::from(ulid()),
            host: None,
            created_by: ApiKeyId::from(ulid()),
            start_at: minutes(0),
            end_at: None,
            duration_seconds: None,
            description: None,
            external_url: None,
            summary: None,
            steps_left: 0,
            media: None,
            created_at: minutes(60),
            updated_at: minutes(60),
            version: 1,
        };
        Self { to: email("ada@example.com"), engagement, participants: Vec::new(), action_items: Vec::new() }
    }

    /// Everything that a recap can have.
    pub(crate) fn full() -> Self {
        let mut scene = Self::minimal();
        scene.titled("Quarterly planning – Größe & Umfang 🚀");
        scene.engagement.engagement_type = EngagementType::Meeting;
        scene.engagement.duration_seconds = Some(3900);
        scene.engagement.source_system = SourceSystem::try_from("Zoom").unwrap();
        scene.linked("https://zoom.example.com/rec/play?id=42&share=1");
        scene.engagement.summary = Some(
            "Ada walked the group through the plan for the next quarter. Grace doubted that the migration fits into \
             June, because the new cluster arrives in the last week of May, and asked for a buffer of two weeks.\n\n\
             They agreed on three points:\n- the importer ships first\n- the old cluster stays until August\n- prices \
             stay as they are\n\nJörg will talk to the customer before the contract is renewed."
                .to_owned(),
        );
        scene.participants = ["Ada Lovelace", "Grace Hopper", "Jörg Müller", "نور الهدى"].map(str::to_owned).to_vec();
        scene.action_items = vec![
            item("Send the revised plan to everybody who was not there", Some("Ada Lovelace"), Some(minutes(2 * 1440))),
            item("Ask the supplier whether the cluster can come a week earlier", Some("Grace Hopper"), None),
            item("Talk to the customer about the renewal", None, Some(minutes(14 * 1440))),
            item("Write down the decision", None, None),
        ];
        scene.action_items[3].status = ActionItemStatus::Done;
        scene
    }

    pub(crate) fn titled(&mut self, title: &str) {
        self.engagement.title = Title::try_from(title).unwrap();
    }

    pub(crate) fn linked(&mut self, url: &str) {
        self.engagement.external_url = Some(ExternalUrl::try_from(url.to_owned()).unwrap());
    }

    pub(crate) fn composed(&self) -> Bytes {
        composer().compose(Recap {
            delivery: delivery(),
            to: &self.to,
            engagement: &self.engagement,
            participants: &self.participants,
            action_items: &self.action_items,
            at: minutes(90),
        })
    }
}

pub(crate) fn composer() -> RecapMail {
    RecapMail::new(ComposerSettings::new("Hearken <hearken@example.org>")).unwrap()
}

pub(crate) fn item(title: &str, assignee: Option<&str>, due_at: Option<Timestamp>) -> ActionItem {
    let found = FoundActionItem {
        title: title.to_owned(),
        description: None,
        assignee: assignee.map(str::to_owned),
        due_at,
        span_ms: None,
    };
    ActionItem {
        id: ActionItemId::from(ulid()),
        engagement: EngagementId::from(ulid()),
        found,
        status: ActionItemStatus::Open,
        made_by: "local".to_owned(),
        created_at: minutes(60),
    }
}

/// A dispatcher for this URL that trusts the tests' authority.
pub(crate) fn dispatcher(url: &str) -> SmtpDispatcher {
    let mut settings = SmtpSettings::new(url.into(), "Hearken <hearken@example.org>");
    settings.ca_pem = Some(authority().pem());
    // What nothing but a hang takes, on whatever machine.
    settings.timeout = Duration::from_mins(5);
    SmtpDispatcher::new(settings).unwrap()
}

pub(crate) fn parcel(payload: Bytes, to: &str) -> Parcel {
    Parcel { delivery: delivery(), payload, address: Address::Mailbox(email(to)), at: minutes(91) }
}

/// One attempt to bring a small recap to Ada.
pub(crate) async fn attempt(url: &str) -> Dispatched {
    dispatcher(url).dispatch(parcel(Scene::minimal().composed(), "ada@example.com")).await
}
