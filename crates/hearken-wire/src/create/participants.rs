//! The rules of `participants`, and of the handles that participants and speakers are recognised by.

use std::borrow::Cow;

use hearken_domain::{
    engagement::{MAX_PARTICIPANTS, Participant},
    handle::HandleError,
    rejection::ViolationCode,
};

use super::{body::ParticipantBody, judge::optional_text};
use crate::json::{Findings, Items, Loose, Number, Path};

/// No recording of a call has more channels.
const MAX_CHANNELS: u16 = 32;

/// The participants that are good; the others are found wanting.
pub(super) fn participants(
    value: Loose<Items<ParticipantBody<'_>, MAX_PARTICIPANTS>>,
    path: &Path<'_>,
    findings: &mut Findings,
) -> Vec<Participant> {
    let Some(items) = findings.optional(value, path) else { return Vec::new() };
    if items.total > MAX_PARTICIPANTS {
        let message = format_args!("must have at most {MAX_PARTICIPANTS} items, this has {}", items.total);
        findings.add(path, ViolationCode::TooMany, message);
    }
    let mut participants = Vec::with_capacity(items.kept.len());
    let mut owner = None;
    for (index, item) in items.kept.into_iter().enumerate() {
        let path = path.item(index);
        let Some(participant) = findings.item(item, &path).map(|body| participant(body, &path, findings)) else {
            continue;
        };
        if participant.is_owner {
            if let Some(first) = owner {
                let message =
                    format_args!("must be true for at most one participant, it is for the one at {first} already");
                findings.add(&path.field("is_owner"), ViolationCode::Duplicate, message);
            } else {
                owner = Some(index);
            }
        }
        participants.push(participant);
    }
    participants
}

fn participant(body: ParticipantBody<'_>, path: &Path<'_>, findings: &mut Findings) -> Participant {
    if !body.name.is_given() && !body.email.is_given() && !body.phone.is_given() {
        findings.add(path, ViolationCode::Required, "must have at least one of name, email and phone");
    }
    Participant {
        name: optional_text(body.name, &path.field("name"), findings),
        email: handle(body.email, &path.field("email"), findings),
        phone: handle(body.phone, &path.field("phone"), findings),
        is_owner: findings.optional(body.is_owner, &path.field("is_owner")).unwrap_or(false),
        channel: channel(body.channel, &path.field("channel"), findings),
    }
}

/// A recording's channel, counted from 0.
fn channel(value: Loose<Number>, path: &Path<'_>, findings: &mut Findings) -> Option<u16> {
    let number = findings.optional(value, path)?;
    let channel = if let Number::Natural(channel) = number { u16::try_from(channel).ok() } else { None };
    let channel = channel.filter(|channel| *channel < MAX_CHANNELS);
    if channel.is_none() {
        let message = format_args!("must be a channel of the recording: a whole number from 0 to {}", MAX_CHANNELS - 1);
        findings.add(path, ViolationCode::InvalidRange, message);
    }
    channel
}

/// An e-mail address or a phone number.
pub(super) fn handle<T>(value: Loose<Cow<'_, str>>, path: &Path<'_>, findings: &mut Findings) -> Option<T>
where
    T: for<'t> TryFrom<&'t str, Error = HandleError>,
{
    let text = findings.optional(value, path)?;
    T::try_from(&*text).map_err(|error| findings.add(path, ViolationCode::InvalidFormat, error)).ok()
}
