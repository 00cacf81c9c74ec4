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
    given::{DEFAULT_LIMIT, Judged, Taken, bounded, contradicted, limit, put, refused},
};
use crate::{
    cursor::{CursorError, MAX_LIMIT},
    list::{ListView, Next, list},
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
    taken: Taken,
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
        let taken = given.take(&name, &value, sorted_by).and_then(|()| given.taken.once(&name));
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

/// The cursor of a query; `query.after` is the place where the next page goes on.
///
/// # Panics
/// Never: every query can be written.
pub fn encode<I: Id>(query: &ListQuery<I>) -> String {
    let millis = |bound: Option<Timestamp>| bound.map(Timestamp::unix_millis);
    let TimeRange { gt, gte, lt, lte } = query.updated_at;
    let packed = Packed {
        ascending: query.direction == Direction::Ascending,
        limit: query.limit,
        after: query.after.map(|place| (place.at.unix_millis(), place.id.to_string())),
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
    let next = Next::after(page, query.direction, || {
        let last = page.items.last().map(|last| {
            let (at, id) = place(last);
            Position { at, id }
        });
        encode(&ListQuery { after: last.or(query.after), ..query.clone() })
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
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    after: Option<(i64, String)>,
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
        let place =
            |(millis, id): (i64, String)| Ok(Position { at: at(millis)?, id: id.parse().map_err(|_| CursorError)? });
        let (gt, gte, lt, lte) = self.range;
        Ok(ListQuery {
            updated_at: TimeRange { gt: bound(gt)?, gte: bound(gte)?, lt: bound(lt)?, lte: bound(lte)? },
            direction: if self.ascending { Direction::Ascending } else { Direction::Descending },
            after: self.after.map(place).transpose()?,
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

    /// The list that goes on. A limit that is given besides the cursor holds from this page on; what chooses and sorts
    /// the rows must be what the cursor holds.
    fn continued<I: Id>(&self, text: &str, sorted_by: SortedBy) -> Result<ListQuery<I>, Violation> {
        let query: ListQuery<I> = decode(text).map_err(|error| refused(error.to_string()))?;
        let range = format!("filter[{}]", sorted_by.name());
        let checks = [
            ("order_by", self.direction.is_some_and(|direction| direction != query.direction)),
            (range.as_str(), ranges_differ(&self.range, &query.updated_at)),
        ];
        let others: Vec<&str> = checks.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
        if !others.is_empty() {
            return Err(contradicted(&others));
        }
        Ok(ListQuery { limit: self.limit.unwrap_or(query.limit), ..query })
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
        let next = ListQuery { after: Some(Position { at, id }), ..first.clone() };
        let cursor = encode(&next);
        let go_on = |given: &str| parse_list::<TagId>(&format!("cursor={cursor}&{given}"), SortedBy::UpdatedAt);
        assert_eq!(go_on("").unwrap(), next);
        assert_eq!(go_on(asked).unwrap(), next, "the same parameters beside it contradict nothing");
        assert_eq!(go_on("limit=8").unwrap(), ListQuery { limit: 8, ..next.clone() });
        assert!(go_on("order_by=updated_at:desc").is_err());
        assert!(go_on("filter[updated_at][gte]=2026-03-02T12:00:00Z").is_err());
        assert!(parse_list::<WebhookEndpointId>(&format!("cursor={cursor}"), SortedBy::UpdatedAt).is_err());
        let beginning = parse_list::<TagId>(&format!("cursor={}", encode(&first)), SortedBy::UpdatedAt);
        assert_eq!(beginning.unwrap(), first, "an ascending walk of nothing can be gone on with");
    }

    #[test]
    fn a_cursor_of_the_release_before_is_read() {
        let json = r#"{"o":true,"l":7,"a":[5,"tag_00000000030000000000000004"],"u":[null,1,null,null]}"#;
        let cursor = URL_SAFE_NO_PAD.encode([&[VERSION][..], json.as_bytes()].concat());
        let query: ListQuery<TagId> = parse_list(&format!("cursor={cursor}"), SortedBy::UpdatedAt).unwrap();
        assert_eq!((query.limit, query.direction), (7, Direction::Ascending));
        assert_eq!(query.after.unwrap().at, Timestamp::from_unix_millis(5).unwrap());
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
