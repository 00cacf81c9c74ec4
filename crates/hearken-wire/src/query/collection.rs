//! The query string of every list but that of engagements: a page, an order, and bounds on the one moment it is sorted
//! by; and its cursor, which carries all of that.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hearken_domain::{
    ids::Id,
    query::{Direction, ListQuery, Page, Position, TimeRange},
    rejection::{Violation, ViolationCode},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::{
    filter::{moment, ranges_differ},
    given::{DEFAULT_LIMIT, Judged, bounded, limit, put},
};
use crate::{
    cursor::{CursorError, MAX_LIMIT},
    list::{ListView, list},
};

/// The version that this code writes, and the only one that it reads. No version of an engagement list's cursor.
const VERSION: u8 = 100;
/// Longer than any cursor that this code writes.
const MAX_LENGTH: usize = 1024;

/// The moment that a collection is sorted by, as its parameters name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortedBy {
    /// The last change.
    UpdatedAt,
    /// When it was made: for what does not change.
    CreatedAt,
}

impl SortedBy {
    fn name(self) -> &'static str {
        match self {
            Self::UpdatedAt => "updated_at",
            Self::CreatedAt => "created_at",
        }
    }
}

/// What a query string says.
#[derive(Default)]
struct Given {
    limit: Option<u16>,
    direction: Option<Direction>,
    range: TimeRange,
    cursor: Option<String>,
}

/// Reads the query string of a list, without its question mark. The error names every wrong parameter.
pub fn parse_list<I: Id>(query: &str, sorted_by: SortedBy) -> Result<ListQuery<I>, Vec<Violation>> {
    let mut given = Given::default();
    let mut violations = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let taken = given.take(&name, &value, sorted_by);
        violations.extend(taken.map_err(|(code, message)| Violation::new(bounded(&name), code, message)).err());
    }
    let continued = given.cursor.as_deref().map(|text| given.continued(text, sorted_by)).transpose();
    match continued {
        Err(violation) => violations.push(violation),
        Ok(_) if !violations.is_empty() => {}
        Ok(Some(query)) => return Ok(query),
        Ok(None) => {
            return Ok(ListQuery {
                updated_at: given.range,
                direction: given.direction.unwrap_or_default(),
                after: None,
                limit: given.limit.unwrap_or(DEFAULT_LIMIT),
            });
        }
    }
    Err(violations)
}

/// The cursor of the page that follows the one that ends with this row.
///
/// # Panics
/// Never: every query can be written.
pub fn next_cursor<I: Id>(query: &ListQuery<I>, at: Timestamp, id: I) -> String {
    let millis = |bound: Option<Timestamp>| bound.map(Timestamp::unix_millis);
    let TimeRange { gt, gte, lt, lte } = query.updated_at;
    let packed = Packed {
        ascending: query.direction == Direction::Ascending,
        limit: query.limit,
        after: (at.unix_millis(), id.to_string()),
        range: (millis(gt), millis(gte), millis(lt), millis(lte)),
    };
    let mut bytes = vec![VERSION];
    serde_json::to_writer(&mut bytes, &packed)
        .expect("texts and numbers always serialise, and a vector takes them all");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The JSON of a page, with the cursor of the one that follows it. The place is what the rows are sorted by.
pub fn page<'a, T, I: Id, V: Serialize>(
    query: &ListQuery<I>,
    page: &'a Page<T>,
    place: impl Fn(&T) -> (Timestamp, I),
    view: impl Fn(&'a T) -> V,
) -> ListView<V> {
    let next = page.items.last().filter(|_| page.has_more).map(|last| {
        let (at, id) = place(last);
        next_cursor(query, at, id)
    });
    list(page.items.iter().map(view).collect(), next)
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Packed {
    #[serde(rename = "o")]
    ascending: bool,
    #[serde(rename = "l")]
    limit: u16,
    #[serde(rename = "a")]
    after: (i64, String),
    #[serde(rename = "u")]
    range: (Option<i64>, Option<i64>, Option<i64>, Option<i64>),
}

impl Packed {
    fn unpack<I: Id>(self) -> Result<ListQuery<I>, CursorError> {
        let at = |millis| Timestamp::from_unix_millis(millis).ok_or(CursorError);
        let bound = |millis: Option<i64>| millis.map(at).transpose();
        if !(1..=MAX_LIMIT).contains(&self.limit) {
            return Err(CursorError);
        }
        let (gt, gte, lt, lte) = self.range;
        Ok(ListQuery {
            updated_at: TimeRange { gt: bound(gt)?, gte: bound(gte)?, lt: bound(lt)?, lte: bound(lte)? },
            direction: if self.ascending { Direction::Ascending } else { Direction::Descending },
            after: Some(Position { at: at(self.after.0)?, id: self.after.1.parse().map_err(|_| CursorError)? }),
            limit: self.limit,
        })
    }
}

fn decode<I: Id>(text: &str) -> Result<ListQuery<I>, CursorError> {
    if text.len() > MAX_LENGTH {
        return Err(CursorError);
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorError)?;
    match bytes.split_first() {
        Some((&VERSION, json)) => serde_json::from_slice::<Packed>(json).map_err(|_| CursorError)?.unpack(),
        _ => Err(CursorError),
    }
}

impl Given {
    fn take(&mut self, name: &str, value: &str, sorted_by: SortedBy) -> Judged<()> {
        let bounds = [
            ("gt", &mut self.range.gt),
            ("gte", &mut self.range.gte),
            ("lt", &mut self.range.lt),
            ("lte", &mut self.range.lte),
        ];
        match name {
            "limit" => return put(&mut self.limit, limit(value)),
            "order_by" => return put(&mut self.direction, direction(value, sorted_by)),
            "cursor" => return put(&mut self.cursor, Ok(value.to_owned())),
            _ => {}
        }
        for (operator, place) in bounds {
            if name == format!("filter[{}][{operator}]", sorted_by.name()) {
                return put(place, moment(value));
            }
        }
        let message = format!(
            "is no parameter: there are limit, cursor, order_by and filter[{}][gt|gte|lt|lte]",
            sorted_by.name()
        );
        Err((ViolationCode::InvalidEnumValue, message))
    }

    /// The list that goes on. What is given besides the cursor must be what the cursor holds.
    fn continued<I: Id>(&self, text: &str, sorted_by: SortedBy) -> Result<ListQuery<I>, Violation> {
        let refuse = |message: String| Violation::new("cursor", ViolationCode::InvalidFormat, message);
        let query = decode(text).map_err(|error| refuse(error.to_string()))?;
        let checks = [
            ("limit".to_owned(), self.limit.is_some_and(|limit| limit != query.limit)),
            ("order_by".to_owned(), self.direction.is_some_and(|direction| direction != query.direction)),
            (format!("filter[{}]", sorted_by.name()), ranges_differ(&self.range, &query.updated_at)),
        ];
        let others: Vec<String> = checks.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
        if others.is_empty() {
            return Ok(query);
        }
        let others = others.join(", ");
        Err(refuse(format!("belongs to a list with another value of {others}: send the cursor alone")))
    }
}

fn direction(value: &str, sorted_by: SortedBy) -> Judged<Direction> {
    let name = sorted_by.name();
    match value.strip_prefix(name) {
        Some(":desc") => Ok(Direction::Descending),
        Some(":asc") => Ok(Direction::Ascending),
        _ => Err((ViolationCode::InvalidEnumValue, format!("must be {name}:desc or {name}:asc"))),
    }
}

#[cfg(test)]
mod tests {
    use hearken_domain::ids::{TagId, Ulid, WebhookEndpointId};

    use super::*;

    #[test]
    fn a_cursor_carries_the_whole_query_and_belongs_to_its_kind_of_list() {
        let asked = "limit=7&order_by=updated_at:asc&filter[updated_at][gte]=2026-03-01T12:00:00Z";
        let first: ListQuery<TagId> = parse_list(asked, SortedBy::UpdatedAt).unwrap();
        assert_eq!((first.limit, first.direction), (7, Direction::Ascending));
        let (at, id) = (Timestamp::from_unix_millis(5).unwrap(), TagId::from(Ulid::from_parts(3, 4)));
        let cursor = next_cursor(&first, at, id);
        let next: ListQuery<TagId> = parse_list(&format!("cursor={cursor}"), SortedBy::UpdatedAt).unwrap();
        assert_eq!(next, ListQuery { after: Some(Position { at, id }), ..first });
        assert!(parse_list::<WebhookEndpointId>(&format!("cursor={cursor}"), SortedBy::UpdatedAt).is_err());
        assert!(parse_list::<TagId>(&format!("cursor={cursor}&limit=8"), SortedBy::UpdatedAt).is_err());
    }

    #[test]
    fn what_is_unknown_or_out_of_range_is_named() {
        for wrong in ["limit=0", "limit=101", "order_by=name:asc", "filter[name][eq]=x", "cursor=!", "x=1", "search=a"]
        {
            let violations = parse_list::<TagId>(wrong, SortedBy::UpdatedAt).expect_err(wrong);
            assert_eq!(violations.len(), 1, "{wrong}");
        }
        assert!(parse_list::<TagId>("order_by=created_at:asc", SortedBy::UpdatedAt).is_err());
        assert!(parse_list::<TagId>("order_by=created_at:asc", SortedBy::CreatedAt).is_ok());
    }
}
