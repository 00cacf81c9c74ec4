//! The decisions of automation: whom a recap goes to, and what follows an attempt to deliver.

pub mod attempt;

use crate::{
    directory::User,
    engagement::{Engagement, ResolvedParticipant, Who},
    handle::EmailAddress,
    workflow::Recipient,
};

/// The addresses that an e-mail action means, each once, in the order in which they are named.
///
/// Of a private engagement nobody outside gets anything, unless the workflow says so: by `external`, or by the address.
pub fn recipients(
    to: &[Recipient],
    engagement: &Engagement,
    participants: &[ResolvedParticipant],
    users: &[User],
) -> Vec<EmailAddress> {
    let user = |id| users.iter().find(|user| user.id == id && user.role.is_active());
    let inside = || {
        participants.iter().filter_map(|participant| match participant.who {
            // Those who are recognised by a number have their address in the directory.
            Who::User(id) => user(id).and_then(|user| participant.email.as_ref().or(user.emails.first())).cloned(),
            Who::Contact(_) => None,
        })
    };
    let outside = || {
        participants.iter().filter_map(|participant| match participant.who {
            Who::Contact(_) => participant.email.clone(),
            Who::User(_) => None,
        })
    };
    let mut addresses: Vec<EmailAddress> = Vec::new();
    for recipient in to {
        match recipient {
            Recipient::Participants if engagement.is_private => addresses.extend(inside()),
            Recipient::Participants => addresses.extend(inside().chain(outside())),
            Recipient::Internal => addresses.extend(inside()),
            Recipient::External => addresses.extend(outside()),
            Recipient::Owner => addresses.extend(user(engagement.owner).and_then(|user| user.emails.first().cloned())),
            Recipient::Address(address) => addresses.push(address.clone()),
        }
    }
    let mut seen = std::collections::HashSet::new();
    addresses.retain(|address| seen.insert(address.clone()));
    addresses
}
