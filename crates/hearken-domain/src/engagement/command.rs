//! The command to create an engagement: what a request says once every field was found good.

use crate::{
    engagement::EngagementType,
    handle::{EmailAddress, PhoneNumber},
    job::Priority,
    link::ExternalUrl,
    media::{MediaAuth, MediaUrl},
    text::{Description, Name, SourceSystem, Title},
    time::Timestamp,
    timeline::SuppliedTimeline,
};

/// The most participants a request may name.
pub const MAX_PARTICIPANTS: usize = 100;
/// The most Unicode scalar values of a supplied plain transcript.
pub const MAX_TRANSCRIPT_CHARS: usize = 900_000;
/// The most bytes of UTF-8 of a supplied plain transcript.
pub const MAX_TRANSCRIPT_BYTES: usize = 950_000;

/// What to create. The external id stands beside it, because a repeat is looked up before the rest is judged.
#[derive(Clone, Debug)]
pub struct CreateEngagement {
    /// Call or meeting.
    pub engagement_type: EngagementType,
    /// The title.
    pub title: Title,
    /// Where it comes from.
    pub source_system: SourceSystem,
    /// The recording and the timeline: at least one.
    pub material: Material,
    /// Whether workflows and recap e-mails may fire.
    pub run_workflows: bool,
    /// `None`: the workspace decides.
    pub is_private: Option<bool>,
    /// Plain text to keep beside the recording.
    pub transcript: Option<SuppliedText>,
    /// `None`: now.
    pub start_at: Option<Timestamp>,
    /// Where it lives in the source system.
    pub external_url: Option<ExternalUrl>,
    /// At most [`MAX_PARTICIPANTS`], at most one of them the owner.
    pub participants: Vec<Participant>,
    /// Free text.
    pub description: Option<Description>,
    /// `None`: what [`Priority::implied`] says.
    pub priority: Option<Priority>,
}

/// What an engagement is made from.
#[derive(Clone, Debug)]
pub struct Material {
    /// The recording's link and the credential for it.
    pub media: Option<(MediaUrl, Option<MediaAuth>)>,
    /// The supplied timeline.
    pub timeline: Option<SuppliedTimeline>,
}

/// Somebody who took part, as the request names them: by at least one of name, e-mail and phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The name.
    pub name: Option<Name>,
    /// Recognised first.
    pub email: Option<EmailAddress>,
    /// Recognised second.
    pub phone: Option<PhoneNumber>,
    /// Owns the engagement.
    pub is_owner: bool,
    /// The recording's channel on which they speak, from 0.
    pub channel: Option<u16>,
}

/// A plain transcript within both its limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppliedText(String);

/// Why a plain transcript is not acceptable. Both limits can be exceeded at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextExcess {
    /// How many characters it has, when there are more than [`MAX_TRANSCRIPT_CHARS`].
    pub chars: Option<usize>,
    /// How many bytes it has, when there are more than [`MAX_TRANSCRIPT_BYTES`].
    pub bytes: Option<usize>,
}

impl SuppliedText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Judges the text against both limits.
    pub fn parse(text: String) -> Result<Self, TextExcess> {
        let bytes = (text.len() > MAX_TRANSCRIPT_BYTES).then_some(text.len());
        let chars =
            (text.len() > MAX_TRANSCRIPT_CHARS).then(|| text.chars().count()).filter(|n| *n > MAX_TRANSCRIPT_CHARS);
        if bytes.is_some() || chars.is_some() { Err(TextExcess { chars, bytes }) } else { Ok(Self(text)) }
    }
}
