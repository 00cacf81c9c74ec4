//! Cursors: a list's whole query and the place to go on, as one opaque text.
//!
//! A version byte and compact JSON, in base64url. There is nothing to win by changing one: it holds no right. What the
//! caller may see is deliberately not in it and is taken from the caller each time; everything else passes the same
//! types as a query string.

use std::str::FromStr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hearken_domain::{
    access::Visibility,
    query::{Direction, EngagementFilter, EngagementQuery, OrderBy, Position, TimeRange},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::expand::Expand;

/// The version that this code writes, and the only one that it reads.
const VERSION: u8 = 1;
/// The most rows of a page.
pub(crate) const MAX_LIMIT: u16 = 100;
/// Longer than any cursor that this code writes.
const MAX_LENGTH: usize = 32 * 1024;

/// A text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a next_cursor of this list, unchanged")]
pub struct CursorError;

/// What a cursor holds: everything of the query but what the caller may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// What rows must meet.
    pub filter: EngagementFilter,
    /// Sorted by.
    pub order_by: OrderBy,
    /// Which end first.
    pub direction: Direction,
    /// The most rows of a page, 1 to 100.
    pub limit: u16,
    /// Where to go on.
    pub after: Option<Position>,
    /// The parts asked for.
    pub expand: Vec<Expand>,
}

impl Cursor {
    /// The query that goes on, for a caller who may see this.
    pub fn into_query(self, visibility: Visibility) -> EngagementQuery {
        let Self { filter, order_by, direction, limit, after, expand: _ } = self;
        EngagementQuery { visibility, filter, order_by, direction, after, limit }
    }
}

/// The cursor of a query; `query.after` is the place where the next page goes on.
///
/// # Panics
/// Never: every query can be written.
pub fn encode(query: &EngagementQuery, expand: &[Expand]) -> String {
    let filter = &query.filter;
    let packed = Packed {
        order: order_text(query.order_by, query.direction).to_owned(),
        limit: query.limit,
        after: query.after.map(|place| (place.at.unix_millis(), place.id.to_string())),
        expand: expand.iter().map(|part| part.as_str().to_owned()).collect(),
        search: filter.search.as_ref().map(ToString::to_string),
        types: filter.types.as_deref().map(texts),
        statuses: filter.statuses.as_deref().map(texts),
        contacts: filter.contacts.as_deref().map(texts),
        companies: filter.companies.as_deref().map(texts),
        tags: filter.tags.as_deref().map(texts),
        owner: filter.owner.as_ref().map(ToString::to_string),
        external_ids: filter.external_ids.as_deref().map(texts),
        source_system: filter.source_system.as_ref().map(ToString::to_string),
        start_at: PackedRange::from(filter.start_at),
        updated_at: PackedRange::from(filter.updated_at),
    };
    let mut bytes = vec![VERSION];
    serde_json::to_writer(&mut bytes, &packed)
        .expect("texts and numbers always serialise, and a vector takes them all");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a cursor.
pub fn decode(text: &str) -> Result<Cursor, CursorError> {
    if text.len() > MAX_LENGTH {
        return Err(CursorError);
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError)?;
    let (version, json) = bytes.split_first().ok_or(CursorError)?;
    if *version != VERSION {
        return Err(CursorError);
    }
    let packed: Packed = serde_json::from_slice(json).map_err(|_| CursorError)?;
    packed.unpack()
}

/// Short keys, since a cursor travels in addresses.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Packed {
    #[serde(rename = "o")]
    order: String,
    #[serde(rename = "l")]
    limit: u16,
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    after: Option<(i64, String)>,
    #[serde(rename = "e", default, skip_serializing_if = "Vec::is_empty")]
    expand: Vec<String>,
    #[serde(rename = "q", default, skip_serializing_if = "Option::is_none")]
    search: Option<String>,
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    types: Option<Vec<String>>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    statuses: Option<Vec<String>>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    contacts: Option<Vec<String>>,
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    companies: Option<Vec<String>>,
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<String>>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    external_ids: Option<Vec<String>>,
    #[serde(rename = "y", default, skip_serializing_if = "Option::is_none")]
    source_system: Option<String>,
    #[serde(rename = "s", default, skip_serializing_if = "PackedRange::is_open")]
    start_at: PackedRange,
    #[serde(rename = "u", default, skip_serializing_if = "PackedRange::is_open")]
    updated_at: PackedRange,
}

/// `gt`, `gte`, `lt`, `lte`.
#[derive(Default, Serialize, Deserialize)]
struct PackedRange(Option<i64>, Option<i64>, Option<i64>, Option<i64>);

impl PackedRange {
    fn is_open(&self) -> bool {
        self.0.is_none() && self.1.is_none() && self.2.is_none() && self.3.is_none()
    }

    fn unpack(&self) -> Result<TimeRange, CursorError> {
        Ok(TimeRange { gt: bound(self.0)?, gte: bound(self.1)?, lt: bound(self.2)?, lte: bound(self.3)? })
    }
}

impl From<TimeRange> for PackedRange {
    fn from(range: TimeRange) -> Self {
        let millis = |bound: Option<Timestamp>| bound.map(Timestamp::unix_millis);
        Self(millis(range.gt), millis(range.gte), millis(range.lt), millis(range.lte))
    }
}

impl Packed {
    fn unpack(self) -> Result<Cursor, CursorError> {
        let (order_by, direction) = parse_order(&self.order).ok_or(CursorError)?;
        let filter = EngagementFilter {
            search: text(self.search)?,
            types: each(self.types)?,
            statuses: each(self.statuses)?,
            contacts: each(self.contacts)?,
            companies: each(self.companies)?,
            tags: each(self.tags)?,
            owner: self.owner.map(|owner| value(&owner)).transpose()?,
            external_ids: self.external_ids.map(|ids| ids.into_iter().map(exact).collect()).transpose()?,
            source_system: text(self.source_system)?,
            start_at: self.start_at.unpack()?,
            updated_at: self.updated_at.unpack()?,
        };
        let after = self.after.map(|(at, id)| position(at, &id)).transpose()?;
        let expand: Option<Vec<Expand>> = self.expand.iter().map(|name| Expand::from_name(name)).collect();
        let expand = expand.ok_or(CursorError)?;
        if !(1..=MAX_LIMIT).contains(&self.limit) {
            return Err(CursorError);
        }
        Ok(Cursor { filter, order_by, direction, limit: self.limit, after, expand })
    }
}

/// The `order_by` of a query, as in the contract.
pub(crate) fn order_text(order_by: OrderBy, direction: Direction) -> &'static str {
    match (order_by, direction) {
        (OrderBy::UpdatedAt, Direction::Descending) => "updated_at:desc",
        (OrderBy::UpdatedAt, Direction::Ascending) => "updated_at:asc",
        (OrderBy::StartAt, Direction::Descending) => "start_at:desc",
        (OrderBy::StartAt, Direction::Ascending) => "start_at:asc",
    }
}

/// Reads an `order_by`.
pub(crate) fn parse_order(text: &str) -> Option<(OrderBy, Direction)> {
    match text {
        "updated_at:desc" => Some((OrderBy::UpdatedAt, Direction::Descending)),
        "updated_at:asc" => Some((OrderBy::UpdatedAt, Direction::Ascending)),
        "start_at:desc" => Some((OrderBy::StartAt, Direction::Descending)),
        "start_at:asc" => Some((OrderBy::StartAt, Direction::Ascending)),
        _ => None,
    }
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

fn value<T: FromStr>(text: &str) -> Result<T, CursorError> {
    text.parse().map_err(|_| CursorError)
}

fn each<T: FromStr>(texts: Option<Vec<String>>) -> Result<Option<Vec<T>>, CursorError> {
    texts.map(|texts| texts.iter().map(|text| value(text)).collect::<Result<Vec<T>, CursorError>>()).transpose()
}

fn text<T: TryFrom<String>>(text: Option<String>) -> Result<Option<T>, CursorError> {
    text.map(exact).transpose()
}

fn exact<T: TryFrom<String>>(text: String) -> Result<T, CursorError> {
    T::try_from(text).map_err(|_| CursorError)
}

fn position(at: i64, id: &str) -> Result<Position, CursorError> {
    Ok(Position { at: Timestamp::from_unix_millis(at).ok_or(CursorError)?, id: value(id)? })
}

/// A bound, where there is one.
fn bound(millis: Option<i64>) -> Result<Option<Timestamp>, CursorError> {
    millis.map(|millis| Timestamp::from_unix_millis(millis).ok_or(CursorError)).transpose()
}

#[cfg(test)]
mod tests {
    use hearken_domain::{
        engagement::{EngagementType, ProcessingStatus},
        ids::Ulid,
        text::{ExternalId, SearchTerm, SourceSystem},
    };

    use super::*;

    fn everything() -> EngagementQuery {
        let at = Timestamp::from_unix_millis;
        EngagementQuery {
            visibility: Visibility::All,
            filter: EngagementFilter {
                search: Some(SearchTerm::try_from("été \"\u{1}").unwrap()),
                types: Some(vec![EngagementType::Call]),
                statuses: Some(vec![ProcessingStatus::Failed, ProcessingStatus::Pending]),
                contacts: Some(vec![Ulid::from_parts(1, 2).into()]),
                companies: Some(vec![Ulid::from_parts(3, 4).into()]),
                tags: Some(vec![Ulid::from_parts(7, 8).into()]),
                owner: Some(Ulid::from_parts(5, 6).into()),
                external_ids: Some(["x", "y"].map(|id| ExternalId::try_from(id).unwrap()).to_vec()),
                source_system: Some(SourceSystem::try_from("y").unwrap()),
                start_at: TimeRange { gt: at(1), gte: at(2), lt: at(3), lte: at(-4) },
                updated_at: TimeRange { lt: at(5), ..TimeRange::default() },
            },
            order_by: OrderBy::StartAt,
            direction: Direction::Ascending,
            after: Some(Position { at: at(7).unwrap(), id: Ulid::from_parts(8, 9).into() }),
            limit: 100,
        }
    }

    #[test]
    fn a_cursor_carries_the_whole_query_but_not_the_right_to_see() {
        let query = everything();
        let cursor = decode(&encode(&query, &[Expand::Owner, Expand::Tags])).unwrap();
        assert_eq!(cursor.expand, [Expand::Owner, Expand::Tags]);
        assert_eq!(cursor.clone().into_query(Visibility::All), query);
        assert_eq!(cursor.into_query(Visibility::NonPrivate).visibility, Visibility::NonPrivate);
    }

    #[test]
    fn a_cursor_of_the_release_before_is_read() {
        let json = r#"{"o":"start_at:asc","l":3,"a":[7,"ngmt_00000000080000000000000009"],"e":["owner"],"t":["CALL"]}"#;
        let cursor = decode(&URL_SAFE_NO_PAD.encode([&[VERSION][..], json.as_bytes()].concat())).unwrap();
        assert_eq!((cursor.limit, cursor.expand), (3, vec![Expand::Owner]));
        assert_eq!(cursor.filter.types, Some(vec![EngagementType::Call]));
    }

    #[test]
    fn what_was_never_written_is_refused() {
        let good = encode(&everything(), &[]);
        let with = |json: &str, version: u8| URL_SAFE_NO_PAD.encode([&[version][..], json.as_bytes()].concat());
        assert!(decode(&with(r#"{"o":"updated_at:desc","l":1}"#, VERSION)).is_ok());
        let bad = [
            String::new(),
            "!".to_owned(),
            good[..good.len() - 4].to_owned(),
            with(r#"{"o":"updated_at:desc","l":1}"#, VERSION + 1),
            with(r#"{"o":"updated_at:desc","l":0}"#, VERSION),
            with(r#"{"o":"updated_at:desc","l":101}"#, VERSION),
            with(r#"{"o":"title:desc","l":1}"#, VERSION),
            with(r#"{"o":"updated_at:desc","l":1,"e":["notes"]}"#, VERSION),
            with(r#"{"o":"updated_at:desc","l":1,"z":1}"#, VERSION),
            with(r#"{"o":"updated_at:desc","l":1,"a":[1,"cnt_00000000000000000000000000"]}"#, VERSION),
            "A".repeat(MAX_LENGTH + 1),
        ];
        for text in bad {
            assert_eq!(decode(&text), Err(CursorError), "{text}");
        }
    }
}
