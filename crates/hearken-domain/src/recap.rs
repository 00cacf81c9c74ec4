//! A recap: what a participant reads in the mail after a call or a meeting.

use crate::{engagement::Engagement, handle::EmailAddress, ids::DeliveryId, insight::ActionItem, time::Timestamp};

/// What a recap is made from.
#[derive(Clone, Copy, Debug)]
pub struct Recap<'a> {
    /// The delivery; its id makes the `Message-ID`.
    pub delivery: DeliveryId,
    /// Who gets it.
    pub to: &'a EmailAddress,
    /// Of what; its summary is part of it.
    pub engagement: &'a Engagement,
    /// Names of who took part, in their order.
    pub participants: &'a [String],
    /// What is to be done.
    pub action_items: &'a [ActionItem],
    /// The mail's date.
    pub at: Timestamp,
}
