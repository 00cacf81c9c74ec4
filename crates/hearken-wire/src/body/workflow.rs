//! The bodies that make and change a workflow.

use std::borrow::Cow;

use hearken_domain::{
    engagement::EngagementType,
    handle::EmailAddress,
    rejection::ViolationCode,
    workflow::{
        Conditions, MAX_ACTIONS, MAX_RECIPIENTS, Recipient,
        decide::{NewAction, NewWorkflow, WorkflowPatch},
    },
};

use super::{BodyError, Text, UrlJudge, items, kept, optional_text, parsed, read, receiver_url, required_text};
use crate::json::{Findings, Items, Loose, Path, fields};

/// The most values of a condition.
const MOST_VALUES: usize = 25;
/// The one trigger there is.
const TRIGGER: &str = "engagement.completed";

type Texts<'de, const N: usize> = Loose<Items<Cow<'de, str>, N>>;

fields! {
    /// The whole body.
    WorkflowBody<'de> {
        name = "name": Text<'de>,
        enabled = "enabled": Loose<bool>,
        trigger = "trigger": Text<'de>,
        conditions = "conditions": Loose<ConditionsBody<'de>>,
        actions = "actions": Loose<Items<ActionBody<'de>, MAX_ACTIONS>>,
    }
}

fields! {
    /// `conditions`.
    ConditionsBody<'de> {
        engagement_types = "engagement_types": Texts<'de, MOST_VALUES>,
        tag_ids = "tag_ids": Texts<'de, MOST_VALUES>,
        owner_user_ids = "owner_user_ids": Texts<'de, MOST_VALUES>,
        is_internal = "is_internal": Loose<bool>,
        title_contains = "title_contains": Text<'de>,
    }
}

fields! {
    /// An item of `actions`.
    ActionBody<'de> {
        kind = "type": Text<'de>,
        url = "url": Text<'de>,
        to = "to": Texts<'de, MAX_RECIPIENTS>,
    }
}

/// Reads the body of `POST /v2/workflows`.
pub fn parse_new(body: &[u8], judge: &UrlJudge<'_>) -> Result<NewWorkflow, BodyError> {
    read(body, |body: WorkflowBody<'_>, findings| {
        let name = required_text(body.name, &Path::Top("name"), findings);
        let enabled = findings.optional(body.enabled, &Path::Top("enabled"));
        trigger(body.trigger, findings);
        let conditions = findings.optional(body.conditions, &Path::Top("conditions"));
        let conditions = conditions.map(|body| self::conditions(body, findings)).unwrap_or_default();
        let given = findings.required(body.actions, &Path::Top("actions"));
        let actions = given.map(|given| actions(given, findings, judge));
        Some(NewWorkflow { name: name?, enabled: enabled.unwrap_or(true), conditions, actions: actions? })
    })
}

/// Reads the body of `PATCH /v2/workflows/{id}`.
pub fn parse_patch(body: &[u8], judge: &UrlJudge<'_>) -> Result<WorkflowPatch, BodyError> {
    read(body, |body: WorkflowBody<'_>, findings| {
        let path = Path::Top("name");
        let name = kept(body.name, &path, findings).and_then(|text| findings.text(text, &path));
        let enabled = kept(body.enabled, &Path::Top("enabled"), findings);
        trigger(body.trigger, findings);
        let conditions = kept(body.conditions, &Path::Top("conditions"), findings);
        let conditions = conditions.map(|body| self::conditions(body, findings));
        let given = kept(body.actions, &Path::Top("actions"), findings);
        let actions = given.map(|given| actions(given, findings, judge));
        Some(WorkflowPatch { name, enabled, conditions, actions })
    })
}

fn trigger(value: Text<'_>, findings: &mut Findings) {
    let path = Path::Top("trigger");
    if let Some(text) = findings.optional(value, &path)
        && text != TRIGGER
    {
        findings.add(&path, ViolationCode::InvalidEnumValue, format_args!("must be {TRIGGER}"));
    }
}

fn conditions(body: ConditionsBody<'_>, findings: &mut Findings) -> Conditions {
    let top = Path::Top("conditions");
    let at = top.field("engagement_types");
    let engagement_types = findings.optional(body.engagement_types, &at).map(|given| {
        items(given, &at, findings, |text, path, findings| {
            let all: Vec<&str> = EngagementType::ALL.iter().map(|kind| kind.as_str()).collect();
            let kind = text.parse::<EngagementType>().map_err(|_| format!("must be of {}", all.join(", ")));
            parsed(kind, (path, ViolationCode::InvalidEnumValue), findings)
        })
    });
    let at = top.field("tag_ids");
    let tags = findings.optional(body.tag_ids, &at).map(|given| ids(given, &at, findings));
    let at = top.field("owner_user_ids");
    let owners = findings.optional(body.owner_user_ids, &at).map(|given| ids(given, &at, findings));
    let is_internal = findings.optional(body.is_internal, &top.field("is_internal"));
    let title_contains = optional_text(body.title_contains, &top.field("title_contains"), findings);
    Conditions { engagement_types, tags, owners, is_internal, title_contains }
}

fn ids<T: hearken_domain::ids::Id>(
    given: Items<Cow<'_, str>, MOST_VALUES>,
    path: &Path<'_>,
    findings: &mut Findings,
) -> Vec<T> {
    items(given, path, findings, |text, path, findings| {
        parsed(text.parse(), (path, ViolationCode::InvalidFormat), findings)
    })
}

fn actions(given: Items<ActionBody<'_>, MAX_ACTIONS>, findings: &mut Findings, judge: &UrlJudge<'_>) -> Vec<NewAction> {
    let path = Path::Top("actions");
    if given.total == 0 {
        findings.add(&path, ViolationCode::TooShort, "must have at least one item");
    }
    items(given, &path, findings, |body, path, findings| action(body, path, findings, judge))
}

fn action(body: ActionBody<'_>, path: &Path<'_>, findings: &mut Findings, judge: &UrlJudge<'_>) -> Option<NewAction> {
    let at = path.field("type");
    let kind = findings.required(body.kind, &at)?;
    match &*kind {
        "webhook" => {
            let at = path.field("url");
            let text = findings.required(body.url, &at)?;
            receiver_url(&text, &at, findings, judge).map(NewAction::Webhook)
        }
        "email" => {
            let at = path.field("to");
            let given = findings.required(body.to, &at)?;
            if given.total == 0 {
                findings.add(&at, ViolationCode::TooShort, "must have at least one item");
            }
            Some(NewAction::Email(items(given, &at, findings, recipient)))
        }
        _ => {
            findings.add(&at, ViolationCode::InvalidEnumValue, "must be webhook or email");
            None
        }
    }
}

fn recipient(text: Cow<'_, str>, path: &Path<'_>, findings: &mut Findings) -> Option<Recipient> {
    Some(match &*text {
        "participants" => Recipient::Participants,
        "owner" => Recipient::Owner,
        "internal" => Recipient::Internal,
        "external" => Recipient::External,
        address => {
            let address = EmailAddress::try_from(address)
                .map_err(|_| "must be participants, owner, internal, external or an e-mail address");
            Recipient::Address(parsed(address, (path, ViolationCode::InvalidFormat), findings)?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_workflow_is_read() {
        let body = br#"{"name": "Big calls", "trigger": "engagement.completed",
            "conditions": {"engagement_types": ["CALL"], "is_internal": false, "title_contains": "demo"},
            "actions": [{"type": "webhook", "url": "https://a.example/x"}, {"type": "email", "to": ["owner", "a@b.example"]}]}"#;
        let new = parse_new(body, &|_| Ok(())).unwrap();
        assert!(new.enabled);
        assert_eq!(new.actions.len(), 2);
        assert_eq!(new.conditions.engagement_types, Some(vec![EngagementType::Call]));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        let body = br#"{"name": "x", "trigger": "moon", "conditions": {"tag_ids": ["tag_1"]},
            "actions": [{"type": "sms"}, {"type": "email", "to": ["everybody"]}, {"type": "webhook"}]}"#;
        let Err(BodyError::Rejected(rejection)) = parse_new(body, &|_| Ok(())) else { panic!("it is wrong") };
        let fields: Vec<&str> = rejection.violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(
            fields,
            ["trigger", "conditions.tag_ids[0]", "actions[0].type", "actions[1].to[0]", "actions[2].url"]
        );
        assert!(parse_new(br#"{"name": "x", "actions": []}"#, &|_| Ok(())).is_err());
    }
}
