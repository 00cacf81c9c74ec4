//! The rules of `transcript_timeline`.

use hearken_domain::{
    rejection::ViolationCode,
    text,
    timeline::{Entry, MAX_ENTRY_CHARS, MAX_MOMENT, SuppliedSpeaker, SuppliedTimeline, Word},
};

use super::{
    body::{EntryBody, MAX_WORDS, SpeakerBody, TimelineBody, WordBody},
    judge::required_text,
    participants::handle,
};
use crate::json::{Findings, FromJson, Items, Loose, Number, Path};

/// The timeline; where there are findings it may lack parts.
pub(super) fn timeline(
    value: Loose<TimelineBody<'_>>,
    path: &Path<'_>,
    findings: &mut Findings,
) -> Option<SuppliedTimeline> {
    let body = findings.optional(value, path)?;

    let speakers_path = path.field("speakers");
    let speakers = some_items(body.speakers, &speakers_path, findings);
    // A list that cannot be read declares nobody knows how many: then no index is judged against it.
    let declared = speakers.as_ref().map_or(usize::MAX, |speakers| speakers.total);
    let mut good_speakers = Vec::new();
    for (index, item) in kept(speakers).enumerate() {
        let path = speakers_path.item(index);
        good_speakers.extend(findings.item(item, &path).and_then(|body| speaker(body, &path, findings)));
    }

    let entries_path = path.field("entries");
    let entries = some_items(body.entries, &entries_path, findings);
    let mut good_entries = Vec::with_capacity(entries.as_ref().map_or(0, |entries| entries.kept.len()));
    for (index, item) in kept(entries).enumerate() {
        let path = entries_path.item(index);
        let Some(body) = findings.item(item, &path) else { continue };
        good_entries.extend(entry(body, declared, &path, findings));
    }
    Some(SuppliedTimeline { speakers: good_speakers, entries: good_entries.into() })
}

/// An array with at least one item and at most those that were kept.
fn some_items<'de, T: FromJson<'de>, const MOST: usize>(
    value: Loose<Items<T, MOST>>,
    path: &Path<'_>,
    findings: &mut Findings,
) -> Option<Items<T, MOST>> {
    let items = findings.required(value, path)?;
    if items.total == 0 {
        findings.add(path, ViolationCode::TooShort, "must have at least 1 item");
    }
    if items.total > MOST {
        too_many(MOST, items.total, path, findings);
    }
    Some(items)
}

fn too_many(most: usize, actual: usize, path: &Path<'_>, findings: &mut Findings) {
    findings.add(path, ViolationCode::TooMany, format_args!("must have at most {most} items, this has {actual}"));
}

fn kept<T, const MOST: usize>(items: Option<Items<T, MOST>>) -> impl Iterator<Item = Loose<T>> {
    items.into_iter().flat_map(|items| items.kept)
}

fn speaker(body: SpeakerBody<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<SuppliedSpeaker> {
    let name = required_text(body.name, &path.field("name"), findings);
    let email = handle(body.email, &path.field("email"), findings);
    let phone = handle(body.phone, &path.field("phone"), findings);
    Some(SuppliedSpeaker { name: name?, email, phone })
}

fn entry(body: EntryBody<'_>, declared: usize, path: &Path<'_>, findings: &mut Findings) -> Option<Entry> {
    let speaker = speaker_index(body.speaker_index, declared, &path.field("speaker_index"), findings);
    let span = span(body.start_ms, body.end_ms, path, findings);
    let text = spoken(body.text, &path.field("text"), findings);
    let words_path = path.field("words");
    let words = match body.words.read() {
        Ok(words) => words_of(words, &words_path, findings),
        Err(_) => {
            let message = "holds a number out of range, a broken escape or a key that appears twice";
            findings.add(&words_path, ViolationCode::InvalidFormat, message);
            Vec::new()
        }
    };
    let (start_ms, end_ms) = span?;
    Some(Entry { speaker: speaker?, start_ms, end_ms, text: text?, words })
}

fn words_of(value: Loose<Items<WordBody<'_>, MAX_WORDS>>, path: &Path<'_>, findings: &mut Findings) -> Vec<Word> {
    let Some(items) = findings.optional(value, path) else { return Vec::new() };
    if items.total > MAX_WORDS {
        too_many(MAX_WORDS, items.total, path, findings);
    }
    let mut words = Vec::with_capacity(items.kept.len());
    for (index, item) in items.kept.into_iter().enumerate() {
        let path = path.item(index);
        words.extend(findings.item(item, &path).and_then(|body| word(body, &path, findings)));
    }
    words
}

fn word(body: WordBody<'_>, path: &Path<'_>, findings: &mut Findings) -> Option<Word> {
    let text = spoken(body.text, &path.field("text"), findings);
    let span = span(body.start_ms, body.end_ms, path, findings);
    let confidence = confidence(body.confidence, &path.field("confidence"), findings);
    let (start_ms, end_ms) = span?;
    Some(Word { text: text?, start_ms, end_ms, confidence })
}

/// The text of an entry or a word.
fn spoken(value: Loose<std::borrow::Cow<'_, str>>, path: &Path<'_>, findings: &mut Findings) -> Option<String> {
    let text = findings.required(value, path)?;
    match text::check(&text, 1, MAX_ENTRY_CHARS) {
        Ok(()) => Some(text.into_owned()),
        Err(error) => {
            findings.text_error(path, error);
            None
        }
    }
}

fn speaker_index(value: Loose<Number>, declared: usize, path: &Path<'_>, findings: &mut Findings) -> Option<usize> {
    let number = findings.required(value, path)?;
    let index = whole(number, path, findings)?;
    if let Some(index) = usize::try_from(index).ok().filter(|index| *index < declared) {
        return Some(index);
    }
    let message = match declared {
        0 => "must be the position of a declared speaker, there are none".to_owned(),
        1 => format!("must be the position of a declared speaker, there is only 0, this is {index}"),
        _ => format!("must be the position of a declared speaker, 0 to {}, this is {index}", declared - 1),
    };
    findings.add(path, ViolationCode::InvalidRange, message);
    None
}

/// `start_ms` and `end_ms`.
fn span(start: Loose<Number>, end: Loose<Number>, path: &Path<'_>, findings: &mut Findings) -> Option<(u64, u64)> {
    let start_ms = millis(start, &path.field("start_ms"), findings);
    let end_path = path.field("end_ms");
    let end_ms = millis(end, &end_path, findings);
    let (start_ms, end_ms) = (start_ms?, end_ms?);
    if end_ms < start_ms {
        let message = format_args!("must be at least start_ms, which is {start_ms}, this is {end_ms}");
        findings.add(&end_path, ViolationCode::InvalidRange, message);
        return None;
    }
    Some((start_ms, end_ms))
}

/// A moment from the start.
fn millis(value: Loose<Number>, path: &Path<'_>, findings: &mut Findings) -> Option<u64> {
    let number = findings.required(value, path)?;
    let millis = whole(number, path, findings)?;
    if u128::from(millis) <= MAX_MOMENT.as_millis() {
        return Some(millis);
    }
    let (most, days) = (MAX_MOMENT.as_millis(), MAX_MOMENT.as_secs() / 86_400);
    let message = format_args!("must be at most {most}, which is {days} days from the start, this is {millis}");
    findings.add(path, ViolationCode::InvalidRange, message);
    None
}

/// A whole number from 0 on. `1200.0` is one too: JSON does not tell the two apart.
fn whole(number: Number, path: &Path<'_>, findings: &mut Findings) -> Option<u64> {
    /// The largest whole number that every JSON reader keeps exactly (RFC 8259, 6).
    const MOST: u64 = (1 << 53) - 1;
    /// The number next to it: from here on not every one is exact.
    const END: f64 = 9_007_199_254_740_992.0;
    match number {
        Number::Natural(value) if value <= MOST => Some(value),
        Number::Real(value) if value.fract() != 0.0 => {
            findings.add(path, ViolationCode::InvalidType, "must be a whole number, this has a fraction");
            None
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it has no fraction and lies within 0 and 2^53, where every whole number is exact"
        )]
        Number::Real(value) if value < END => Some(value as u64),
        Number::Negative => {
            findings.add(path, ViolationCode::InvalidRange, "must be at least 0");
            None
        }
        Number::Natural(_) | Number::Real(_) => {
            findings.add(path, ViolationCode::InvalidRange, format_args!("must be at most {MOST}"));
            None
        }
    }
}

fn confidence(value: Loose<Number>, path: &Path<'_>, findings: &mut Findings) -> Option<f64> {
    match findings.optional(value, path)? {
        Number::Natural(0) => Some(0.0),
        Number::Natural(1) => Some(1.0),
        Number::Real(value) if value <= 1.0 => Some(value),
        Number::Natural(_) | Number::Negative | Number::Real(_) => {
            findings.add(path, ViolationCode::InvalidRange, "must be between 0 and 1");
            None
        }
    }
}
