//! The bodies of every write but a create of an engagement: read leniently, judged field by field, all errors in one
//! answer.

pub mod endpoint;
pub mod tag;
pub mod workflow;

use std::borrow::Cow;

use hearken_domain::{
    media::FetchError,
    rejection::{Rejection, ViolationCode},
    text::TextError,
    time::Timestamp,
    webhook::ReceiverUrl,
};

use crate::{
    json::{Findings, FromJson, Items, Loose, Path, fields},
    time::{self, TimeError},
};

pub(crate) type Text<'a> = Loose<Cow<'a, str>>;

/// Why a body says nothing that could be done.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// Not a JSON object: a `bad_request`. The text never quotes the body.
    #[error("{0}")]
    NotAnObject(String),
    /// Fields are wrong: a `validation_failed`.
    #[error("the body was rejected: {0}")]
    Rejected(Rejection),
}

/// Judges a receiver's URL by its text, so that this verdict is among the body's errors.
pub type UrlJudge<'a> = dyn Fn(&ReceiverUrl) -> Result<(), FetchError> + 'a;

/// Reads a body as an object, and has it judged.
pub(crate) fn read<'de, B, T>(
    body: &'de [u8],
    judge: impl FnOnce(B, &mut Findings) -> Option<T>,
) -> Result<T, BodyError>
where
    B: FromJson<'de>,
{
    let text = std::str::from_utf8(body).map_err(|error| {
        let place = error.valid_up_to();
        BodyError::NotAnObject(format!("the body is not UTF-8: the byte at position {place} begins no character"))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let not_an_object =
        |found: &str| BodyError::NotAnObject(format!("the body must be a JSON object, this is {found}"));
    let body = match serde_json::from_str::<Loose<B>>(text) {
        Ok(Loose::Good(body)) => body,
        Ok(Loose::Wrong(found)) => return Err(not_an_object(found)),
        Ok(Loose::Absent | Loose::Null) => return Err(not_an_object("null")),
        Err(error) if error.is_data() => return Err(BodyError::NotAnObject(error.to_string())),
        Err(error) => return Err(BodyError::NotAnObject(format!("the body is not JSON: {error}"))),
    };
    let mut findings = Findings::default();
    let judged = judge(body, &mut findings);
    let violations = findings.into_violations();
    match judged {
        Some(judged) if violations.is_empty() => Ok(judged),
        _ => Err(BodyError::Rejected(Rejection::from(violations))),
    }
}

/// A text that must be there, within its type's limits.
pub(crate) fn required_text<T>(value: Text<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<T>
where
    T: TryFrom<String, Error = TextError>,
{
    let text = findings.required(value, path)?;
    findings.text(text, path)
}

/// A text that may be absent or null.
pub(crate) fn optional_text<T>(value: Text<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<T>
where
    T: TryFrom<String, Error = TextError>,
{
    let text = findings.optional(value, path)?;
    findings.text(text, path)
}

/// In a patch: absent leaves a field, `null` clears it.
#[expect(clippy::option_option, reason = "left alone, cleared and given are three things, as in the domain's patches")]
pub(crate) fn patched<T>(value: Text<'_>, read: impl FnOnce(Text<'_>) -> Option<T>) -> Option<Option<T>> {
    match value {
        Loose::Absent => None,
        Loose::Null => Some(None),
        given => read(given).map(Some),
    }
}

/// In a patch: a field that cannot be cleared.
pub(crate) fn kept<'de, T: FromJson<'de>>(value: Loose<T>, path: &Path<'_>, findings: &mut Findings) -> Option<T> {
    match value {
        Loose::Absent => None,
        Loose::Null => {
            findings.add(path, ViolationCode::InvalidType, format_args!("must be {}, this is null", T::WANTED));
            None
        }
        given => findings.optional(given, path),
    }
}

/// A value that is read from a text.
pub(crate) fn parsed<T, E: std::fmt::Display>(
    text: Result<T, E>,
    (path, code): (&Path<'_>, ViolationCode),
    findings: &mut Findings,
) -> Option<T> {
    text.map_err(|error| findings.add(path, code, error)).ok()
}

/// A receiver's URL, its text within the limits and found good by the judge.
pub(crate) fn receiver_url(
    text: &str,
    path: &Path<'_>,
    findings: &mut Findings,
    judge: &UrlJudge<'_>,
) -> Option<ReceiverUrl> {
    let code = if text.is_empty() { ViolationCode::TooShort } else { ViolationCode::TooLong };
    let url = parsed(ReceiverUrl::try_from(text.to_owned()), (path, code), findings)?;
    judge(&url).map_err(|error| findings.add(path, ViolationCode::Media(error.code), error.message)).ok()?;
    Some(url)
}

/// The items of an array that are good, at most `N`.
pub(crate) fn items<'de, T: FromJson<'de>, R, const N: usize>(
    items: Items<T, N>,
    path: &Path<'_>,
    findings: &mut Findings,
    mut judge: impl FnMut(T, &Path<'_>, &mut Findings) -> Option<R>,
) -> Vec<R> {
    if items.total > N {
        let message = format_args!("must have at most {N} items, this has {}", items.total);
        findings.add(path, ViolationCode::TooMany, message);
    }
    let mut good = Vec::with_capacity(items.kept.len());
    for (index, item) in items.kept.into_iter().enumerate() {
        let path = path.item(index);
        if let Some(item) = findings.item(item, &path) {
            good.extend(judge(item, &path, findings));
        }
    }
    good
}

fields! {
    /// The body of a recovery.
    SinceBody<'de> {
        since = "since": Text<'de>,
    }
}

/// Reads `{since}`.
pub fn parse_since(body: &[u8]) -> Result<Timestamp, BodyError> {
    read(body, |body: SinceBody<'_>, findings| {
        let path = Path::Top("since");
        let text = findings.required(body.since, &path)?;
        let code = |error: &TimeError| match error {
            TimeError::Form => ViolationCode::InvalidFormat,
            TimeError::Range => ViolationCode::InvalidRange,
        };
        time::parse(&text).map_err(|error| findings.add(&path, code(&error), error)).ok()
    })
}

fields! {
    /// The body that replaces an engagement's tags.
    TagIdsBody<'de> {
        tag_ids = "tag_ids": Loose<Items<Cow<'de, str>, 100>>,
    }
}

/// Reads `{tag_ids}`: each once, in their order.
pub fn parse_tag_ids(body: &[u8]) -> Result<Vec<hearken_domain::ids::TagId>, BodyError> {
    read(body, |body: TagIdsBody<'_>, findings| {
        let path = Path::Top("tag_ids");
        let given = findings.required(body.tag_ids, &path)?;
        let ids = items(given, &path, findings, |text, path, findings| {
            parsed(text.parse(), (path, ViolationCode::InvalidFormat), findings)
        });
        let mut distinct = Vec::with_capacity(ids.len());
        for id in ids {
            if !distinct.contains(&id) {
                distinct.push(id);
            }
        }
        Some(distinct)
    })
}
