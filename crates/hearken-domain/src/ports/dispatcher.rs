//! The ports that bring something to somebody outside: webhook calls and mails.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;

use crate::{
    delivery::Attempt,
    handle::EmailAddress,
    ids::{DeliveryId, EventId},
    recap::Recap,
    time::Timestamp,
    webhook::{ReceiverUrl, SigningSecret},
};

/// Something to bring, once.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The delivery.
    pub delivery: DeliveryId,
    /// What to bring: the same bytes at every attempt.
    pub payload: Bytes,
    /// Whom to.
    pub address: Address,
    /// The moment of this attempt.
    pub at: Timestamp,
}

/// Whom a parcel is for.
#[derive(Clone, Debug)]
pub enum Address {
    /// A receiver of webhooks.
    Receiver {
        /// Where.
        url: ReceiverUrl,
        /// The `webhook-id`.
        message: EventId,
        /// Each of them signs, in this order; at least one.
        secrets: Vec<SigningSecret>,
    },
    /// A mailbox. The payload is a whole mail.
    Mailbox(EmailAddress),
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispatched {
    /// For the log of the delivery.
    pub attempt: Attempt,
    /// What follows from it.
    pub outcome: Outcome,
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Acknowledged.
    Accepted,
    /// Not now; another attempt may succeed, not before this span where the receiver named one.
    Failed {
        /// How long to leave the receiver alone.
        retry_after: Option<Duration>,
    },
    /// Never: the address is refused, the mailbox is unknown, mail is not set up.
    Refused,
    /// The receiver is gone for good and wants to be left alone.
    Gone,
}

/// Brings parcels.
///
/// What must hold: one call is at most one attempt; it ends in bounded time and memory, whatever the receiver does; the
/// error of an attempt names no resolved address and no secret.
#[async_trait]
pub trait AutomationDispatcher: Send + Sync {
    /// Makes one attempt.
    async fn dispatch(&self, parcel: Parcel) -> Dispatched;
}

#[async_trait]
impl<P: AutomationDispatcher + ?Sized> AutomationDispatcher for Arc<P> {
    async fn dispatch(&self, parcel: Parcel) -> Dispatched {
        (**self).dispatch(parcel).await
    }
}

/// Writes the mail of a recap: the bytes that every attempt sends. A pure function: no I/O, no clock, no dice.
pub trait RecapComposer: Send + Sync {
    /// A whole mail as of RFC 5322; the same recap gives the same bytes.
    fn compose(&self, recap: Recap<'_>) -> Bytes;
}

impl<P: RecapComposer + ?Sized> RecapComposer for Arc<P> {
    fn compose(&self, recap: Recap<'_>) -> Bytes {
        (**self).compose(recap)
    }
}
