//! Deliveries: something that must reach somebody outside, its bytes frozen, tried until it does or no longer.

use std::time::Duration;

use bytes::Bytes;

use crate::{
    handle::EmailAddress,
    ids::{DeliveryId, EngagementId, EventId, Id, LeaseToken, Ulid, WebhookEndpointId, WorkflowRunId, WorkspaceId},
    time::Timestamp,
    webhook::{ReceiverUrl, SigningSecret},
    words::texts_of,
};

texts_of! {
    /// How far a delivery is.
    DeliveryState, UnknownDeliveryState {
        /// An attempt runs, or is to come.
        Pending = "PENDING",
        /// The receiver acknowledged it.
        Delivered = "DELIVERED",
        /// No further attempt will be made, unless somebody asks for one.
        Failed = "FAILED",
    }
}

/// Whom a delivery is for.
#[derive(Clone, Debug)]
pub enum Destination {
    /// A subscriber of events. Address and secrets are the endpoint's own at the time of an attempt.
    Endpoint(WebhookEndpointId),
    /// A workflow's webhook action. Address and secret are those of when it was triggered.
    Workflow {
        /// The run.
        run: WorkflowRunId,
        /// The action's position in the workflow.
        action: u16,
        /// Where to.
        url: ReceiverUrl,
        /// Signs.
        secret: SigningSecret,
    },
    /// A recap e-mail; an engagement has at most one for a recipient.
    Email {
        /// The run.
        run: WorkflowRunId,
        /// The action's position in the workflow.
        action: u16,
        /// Of what it is the recap.
        engagement: EngagementId,
        /// Who gets it.
        recipient: EmailAddress,
    },
}

/// A delivery to make, beside those that the commit of an event makes for its subscribers.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// The id.
    pub id: DeliveryId,
    /// Whom for.
    pub destination: Destination,
    /// The `webhook-id` of every attempt.
    pub event: EventId,
    /// The `type` of the envelope, or `recap` for a mail.
    pub event_type: &'static str,
    /// What is sent: an envelope, or a whole mail as of RFC 5322.
    pub payload: Bytes,
    /// When it was made; the first attempt is due at once.
    pub created_at: Timestamp,
}

/// A delivery as it is known.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The id.
    pub id: DeliveryId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// Whom for.
    pub destination: Destination,
    /// The `webhook-id` of every attempt.
    pub event: EventId,
    /// The `type` of the envelope, or `recap`.
    pub event_type: String,
    /// How far it is.
    pub state: DeliveryState,
    /// Every attempt of the current round and earlier ones, the oldest first.
    pub attempts: Vec<Attempt>,
    /// When the next attempt is due, while it is pending.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was delivered or given up.
    pub settled_at: Option<Timestamp>,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// What the receiver answered: a status of HTTP, or a reply code of SMTP.
    pub status_code: Option<u16>,
    /// How long it took.
    pub duration_ms: u32,
    /// Why it failed, for people; without addresses and secrets.
    pub error: Option<String>,
    /// The beginning of what the receiver answered, at most [`MAX_RESPONSE_SHOWN`] bytes.
    pub response_body: Option<String>,
}

/// How much of an answer is kept with its attempt, in bytes.
pub const MAX_RESPONSE_SHOWN: usize = 1024;

/// What a lane of deliveries is: the receivers that share one never hinder those of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryLane(pub String);

impl DeliveryLane {
    /// The lane of an endpoint's deliveries.
    pub fn of_endpoint(endpoint: WebhookEndpointId) -> Self {
        Self(endpoint.to_string())
    }

    /// The lane of a delivery.
    pub fn of(workspace: WorkspaceId, destination: &Destination) -> Self {
        match destination {
            Destination::Endpoint(endpoint) => Self::of_endpoint(*endpoint),
            // A run's calls: another run's receiver may be another.
            Destination::Workflow { run, .. } => Self(run.to_string()),
            Destination::Email { .. } => Self(format!("mail_{workspace}")),
        }
    }
}

/// A delivery that was leased: whoever has it makes one attempt, and settles it under the token.
#[derive(Clone, Debug)]
pub struct LeasedDelivery {
    /// The id.
    pub id: DeliveryId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// Its lane.
    pub lane: DeliveryLane,
    /// Whom for.
    pub destination: Destination,
    /// The `webhook-id`.
    pub event: EventId,
    /// What is sent.
    pub payload: Bytes,
    /// Which attempt of this round this is, from 1.
    pub attempt: u32,
    /// Shows who holds it.
    pub token: LeaseToken,
}

/// The end of an attempt: its lease must still be the one with this token.
#[derive(Clone, Debug)]
pub struct DeliveryMove {
    /// Which.
    pub id: DeliveryId,
    /// Who holds it.
    pub token: LeaseToken,
    /// What happened; `None` gives it back as if nobody had leased it.
    pub attempt: Option<Attempt>,
    /// What follows.
    pub to: DeliveryNext,
}

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryNext {
    /// It arrived.
    Delivered {
        /// When.
        at: Timestamp,
    },
    /// Another attempt.
    Again {
        /// When.
        at: Timestamp,
    },
    /// No further attempt.
    Failed {
        /// When.
        at: Timestamp,
    },
}

/// A delivery to be sent once more, whatever became of it; one with an attempt under way is
/// [`Stale`](crate::changeset::CommitError::Stale).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resend {
    /// Which.
    pub id: DeliveryId,
    /// Due from then on.
    pub at: Timestamp,
}

/// Whether an endpoint's attempt was acknowledged: what the five days are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndpointHealth {
    /// Which.
    pub endpoint: WebhookEndpointId,
    /// When it began to fail, unless it did before; `None`: it works.
    pub failing_since: Option<Timestamp>,
}

/// The id of the delivery of an event to an endpoint: the event's, with the last twenty bits of the endpoint's. So one
/// statement can make the deliveries of an event to all its subscribers, and the same delivery cannot be made twice.
pub fn delivery_id(event: EventId, endpoint: WebhookEndpointId) -> DeliveryId {
    const OWN: u128 = (1 << 20) - 1;
    DeliveryId::from(Ulid::from((event.ulid().0 & !OWN) | (endpoint.ulid().0 & OWN)))
}

/// The pauses before the second to the tenth attempt.
const SCHEDULE: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
];

/// The most attempts of a round.
pub const MAX_ATTEMPTS: u32 = 10;

/// How long to wait after a failed attempt (from 1), at most 10 % longer than the schedule by the dice; `None` after
/// the last. What the receiver asked for is honoured as far as a day.
pub fn pause_after(attempt: u32, retry_after: Option<Duration>, dice: u8) -> Option<Duration> {
    let pause = SCHEDULE.get(usize::try_from(attempt).ok()?.checked_sub(1)?)?;
    let pause = (*pause).max(retry_after.unwrap_or_default().min(Duration::from_hours(24)));
    Some(pause + pause * u32::from(dice) / 2550)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_has_ten_attempts_and_grows() {
        let pauses: Vec<Duration> = (1..MAX_ATTEMPTS).map(|n| pause_after(n, None, 0).unwrap()).collect();
        assert!(pauses.is_sorted() && pauses[0] == Duration::from_secs(5));
        assert_eq!(pause_after(MAX_ATTEMPTS, None, 0), None);
        assert_eq!(pause_after(1, None, 255), Some(Duration::from_millis(5500)));
    }

    #[test]
    fn a_receiver_may_ask_for_more_time_but_not_for_less() {
        assert_eq!(pause_after(1, Some(Duration::from_mins(1)), 0), Some(Duration::from_mins(1)));
        assert_eq!(pause_after(2, Some(Duration::from_secs(1)), 0), Some(Duration::from_mins(5)));
        assert_eq!(pause_after(1, Some(Duration::from_hours(900)), 0), Some(Duration::from_hours(24)));
    }

    #[test]
    fn a_delivery_is_known_by_its_event_and_its_endpoint() {
        let event = EventId::from(Ulid::from_parts(7, u128::MAX >> 48));
        let endpoint = WebhookEndpointId::from(Ulid::from_parts(9, 0x1234_5678));
        let (text, event, own) = (delivery_id(event, endpoint).to_string(), event.to_string(), endpoint.to_string());
        assert_eq!(text, format!("dlv_{}{}", &event[4..26], &own[27..]));
    }
}
