//! The rules of the body's own fields, in the order of the contract.

use std::borrow::Cow;

use hearken_domain::{
    engagement::{
        CreateEngagement, EngagementType, MAX_TRANSCRIPT_BYTES, MAX_TRANSCRIPT_CHARS, Material, SuppliedText,
        TextExcess,
    },
    job::Priority,
    link::{ExternalUrl, ExternalUrlError},
    media::MediaUrl,
    rejection::ViolationCode,
    text::{ExternalId, TextError},
    time::Timestamp,
};

use super::{body::CreateBody, media_auth::media_auth, participants::participants, timeline::timeline};
use crate::{
    json::{Findings, Loose, Path},
    time,
};

type Text<'a> = Loose<Cow<'a, str>>;

/// What a body turned out to be. Where there are findings, `command` is not to be used.
pub(super) struct Judged {
    /// The key, when it is good.
    pub(super) external_id: Option<ExternalId>,
    /// The link, when it is a string.
    pub(super) media_url: Option<MediaUrl>,
    /// The command, when everything that it needs is there.
    pub(super) command: Option<CreateEngagement>,
}

/// Judges every field.
pub(super) fn judge(body: CreateBody<'_>, findings: &mut Findings) -> Judged {
    let has_media = body.media_url.is_given();
    let has_timeline = body.transcript_timeline.is_given();

    let engagement_type = engagement_type(body.engagement_type, findings);
    let title = required_text(body.title, &Path::Top("title"), findings);
    let source_system = required_text(body.source_system, &Path::Top("source_system"), findings);
    let external_id = required_text(body.external_id, &Path::Top("external_id"), findings);
    if !has_media && !has_timeline {
        let path = Path::Top("media_url");
        findings.add(&path, ViolationCode::Required, "is required unless transcript_timeline is given");
    }
    let media_url = findings.optional(body.media_url, &Path::Top("media_url")).map(MediaUrl::new);
    let timeline = timeline(body.transcript_timeline, &Path::Top("transcript_timeline"), findings);
    let run_workflows = findings.required(body.run_workflows, &Path::Top("run_workflows"));
    let is_private = findings.optional(body.is_private, &Path::Top("is_private"));
    let transcript = transcript(body.transcript, findings);
    let start_at = start_at(body.start_at, findings);
    let external_url = external_url(body.external_url, findings);
    let participants = participants(body.participants, &Path::Top("participants"), findings);
    let description = optional_text(body.description, &Path::Top("description"), findings);
    if body.media_auth.is_given() && !has_media {
        let path = Path::Top("media_auth");
        findings.add(&path, ViolationCode::InvalidFormat, "must come together with media_url, the link it is for");
    }
    let media_auth = media_auth(body.media_auth, &Path::Top("media_auth"), findings);
    let priority = priority(body.priority, findings);

    let material = Material { media: media_url.clone().map(|url| (url, media_auth)), timeline };
    let command = match (engagement_type, title, source_system, run_workflows) {
        (Some(engagement_type), Some(title), Some(source_system), Some(run_workflows)) => Some(CreateEngagement {
            engagement_type,
            title,
            source_system,
            material,
            run_workflows,
            is_private,
            transcript,
            start_at,
            external_url,
            participants,
            description,
            priority,
        }),
        _ => None,
    };
    Judged { external_id, media_url, command }
}

/// A text that must be there, within its type's limits.
pub(super) fn required_text<T>(value: Text<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<T>
where
    T: TryFrom<String, Error = TextError>,
{
    let text = findings.required(value, path)?;
    findings.text(text, path)
}

/// A text that may be absent, but is within its type's limits when it is there.
pub(super) fn optional_text<T>(value: Text<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<T>
where
    T: TryFrom<String, Error = TextError>,
{
    let text = findings.optional(value, path)?;
    findings.text(text, path)
}

fn engagement_type(value: Text<'_>, findings: &mut Findings) -> Option<EngagementType> {
    let path = Path::Top("type");
    let text = findings.required(value, &path)?;
    match text.parse::<EngagementType>() {
        Ok(kind @ (EngagementType::Call | EngagementType::Meeting)) => Some(kind),
        Ok(other) => {
            let message = format_args!("only CALL and MEETING can be created through the API, this is {other}");
            findings.add(&path, ViolationCode::InvalidEnumValue, message);
            None
        }
        Err(_) => {
            findings.add(&path, ViolationCode::InvalidEnumValue, "must be CALL or MEETING");
            None
        }
    }
}

fn priority(value: Text<'_>, findings: &mut Findings) -> Option<Priority> {
    let path = Path::Top("priority");
    let text = findings.optional(value, &path)?;
    text.parse().map_err(|_| findings.add(&path, ViolationCode::InvalidEnumValue, "must be live or backfill")).ok()
}

fn transcript(value: Text<'_>, findings: &mut Findings) -> Option<SuppliedText> {
    let path = Path::Top("transcript");
    let text = findings.optional(value, &path)?;
    if text.contains('\0') {
        findings.text_error(&path, TextError::Nul);
    }
    let TextExcess { chars, bytes } = match SuppliedText::parse(text.into_owned()) {
        Ok(text) => return Some(text),
        Err(excess) => excess,
    };
    if let Some(actual) = chars {
        findings.text_error(&path, TextError::TooLong { max: MAX_TRANSCRIPT_CHARS, actual });
    }
    if let Some(actual) = bytes {
        let message = format_args!("must have at most {MAX_TRANSCRIPT_BYTES} bytes of UTF-8, this has {actual}");
        findings.add(&path, ViolationCode::TooLong, message);
    }
    None
}

fn start_at(value: Text<'_>, findings: &mut Findings) -> Option<Timestamp> {
    let path = Path::Top("start_at");
    let text = findings.optional(value, &path)?;
    time::parse(&text)
        .map_err(|error| {
            let code = match error {
                time::TimeError::Form => ViolationCode::InvalidFormat,
                time::TimeError::Range => ViolationCode::InvalidRange,
            };
            findings.add(&path, code, error);
        })
        .ok()
}

fn external_url(value: Text<'_>, findings: &mut Findings) -> Option<ExternalUrl> {
    let path = Path::Top("external_url");
    let text = findings.optional(value, &path)?;
    ExternalUrl::try_from(text.into_owned())
        .map_err(|error| {
            let code = match error {
                ExternalUrlError::TooLong(_) => ViolationCode::TooLong,
                ExternalUrlError::NotAUrl | ExternalUrlError::Scheme => ViolationCode::InvalidFormat,
            };
            findings.add(&path, code, error);
        })
        .ok()
}
