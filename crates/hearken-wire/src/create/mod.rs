//! The body of `POST /v2/engagements`.
//!
//! A repeat is looked up before the body is judged, so a readable body with a good `external_id` always parses, and
//! what is wrong with the rest of it comes beside the id, all of it at once.

mod body;
mod judge;
mod media_auth;
mod participants;
#[cfg(test)]
mod tests;
mod timeline;

use hearken_domain::{engagement::CreateEngagement, media::MediaUrl, rejection::Rejection, text::ExternalId};

use self::{body::CreateBody, judge::Judged};
use crate::json::{Findings, Loose};

/// A body whose `external_id` is good.
#[derive(Debug)]
pub struct ParsedCreate {
    /// The idempotency key.
    pub external_id: ExternalId,
    /// The link, when it is a string at all: the media fetcher judges it, and its verdict belongs into the same answer
    /// as the rejection.
    pub media_url: Option<MediaUrl>,
    /// What to create, or everything that is wrong with it.
    pub command: Result<CreateEngagement, Rejection>,
}

/// Why a body does not even name an engagement.
#[derive(Debug, thiserror::Error)]
pub enum CreateBodyError {
    /// Not JSON, or a key appears twice: a `bad_request`.
    #[error("{message}")]
    NotJson {
        /// What and where, never quoting the body. Good for a problem's `detail`.
        message: String,
    },
    /// JSON, but no object: a `bad_request`.
    #[error("the body must be a JSON object, this is {found}")]
    NotAnObject {
        /// The JSON type that was found, with its article.
        found: &'static str,
    },
    /// `external_id` is missing or ill-formed: a `validation_failed`.
    #[error("the external id is not acceptable")]
    ExternalId {
        /// Everything that is wrong with the body, `external_id` included, but not the verdict on the link.
        rejection: Rejection,
        /// The link, whose verdict belongs into the same answer.
        media_url: Option<MediaUrl>,
    },
}

/// Reads a body.
pub fn parse_create(body: &[u8]) -> Result<ParsedCreate, CreateBodyError> {
    let text = std::str::from_utf8(body).map_err(|error| CreateBodyError::NotJson {
        message: format!("the body is not UTF-8: the byte at position {} begins no character", error.valid_up_to()),
    })?;
    // Some clients begin with a byte order mark; RFC 8259, 8.1 lets a reader ignore it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let body = match serde_json::from_str::<Loose<CreateBody<'_>>>(text).map_err(|error| not_json(&error))? {
        Loose::Good(body) => body,
        Loose::Wrong(found) => return Err(CreateBodyError::NotAnObject { found }),
        Loose::Absent | Loose::Null => return Err(CreateBodyError::NotAnObject { found: "null" }),
    };
    answer(body)
}

/// The reader's own messages are fixed texts, and so are ours: none of them quotes the body.
fn not_json(error: &serde_json::Error) -> CreateBodyError {
    let message = if error.is_data() { error.to_string() } else { format!("the body is not JSON: {error}") };
    CreateBodyError::NotJson { message }
}

fn answer(body: CreateBody<'_>) -> Result<ParsedCreate, CreateBodyError> {
    let mut findings = Findings::default();
    let Judged { external_id, media_url, command } = judge::judge(body, &mut findings);
    let rejection = Rejection::from(findings.into_violations());
    let Some(external_id) = external_id else { return Err(CreateBodyError::ExternalId { rejection, media_url }) };
    let command = match command {
        Some(command) if rejection.violations.is_empty() => Ok(command),
        _ => Err(rejection),
    };
    Ok(ParsedCreate { external_id, media_url, command })
}
