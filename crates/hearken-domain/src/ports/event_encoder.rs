//! The port that freezes an event into the bytes that every delivery sends.

use std::sync::Arc;

use bytes::Bytes;

use crate::{
    event::{Notice, Subject},
    ids::{EventId, WorkspaceId},
    time::Timestamp,
};

/// Where and when an event happened.
#[derive(Clone, Copy, Debug)]
pub struct EventHead {
    /// Its id.
    pub id: EventId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// When it happened.
    pub created_at: Timestamp,
}

/// Writes the envelope of the contract's section 5. A pure function: no I/O, no clock.
pub trait EventEncoder: Send + Sync {
    /// The envelope's bytes.
    fn encode(&self, head: EventHead, subject: Subject<'_>) -> Bytes;

    /// The same envelope, for what goes to one receiver.
    fn encode_notice(&self, head: EventHead, notice: Notice<'_>) -> Bytes;
}

impl<P: EventEncoder + ?Sized> EventEncoder for Arc<P> {
    fn encode(&self, head: EventHead, subject: Subject<'_>) -> Bytes {
        (**self).encode(head, subject)
    }

    fn encode_notice(&self, head: EventHead, notice: Notice<'_>) -> Bytes {
        (**self).encode_notice(head, notice)
    }
}
