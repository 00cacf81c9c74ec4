//! The parameters of a list of engagements, each as it was given or not, and how they stand to a cursor's.

use hearken_domain::{
    query::{Direction, EngagementFilter, OrderBy},
    rejection::{Violation, ViolationCode},
    text::{SearchTerm, TextError},
};

use super::filter;
use crate::{
    cursor::{self, Cursor, MAX_LIMIT},
    expand::{self, Expand},
};

/// The rows of a page when the request does not say.
pub(super) const DEFAULT_LIMIT: u16 = 25;
/// The most characters of a parameter's name that an error repeats.
const MOST_OF_A_NAME: usize = 100;

/// A value, or what is wrong with it.
pub(super) type Judged<T> = Result<T, (ViolationCode, String)>;

/// What a query string says.
#[derive(Default)]
pub(super) struct Given {
    limit: Option<u16>,
    order: Option<(OrderBy, Direction)>,
    expand: Option<Vec<Expand>>,
    filter: EngagementFilter,
    /// The cursor, unread.
    pub(super) cursor: Option<String>,
}

impl Given {
    /// Takes one parameter.
    pub(super) fn take(&mut self, name: &str, value: &str) -> Result<(), Violation> {
        let outcome = match name {
            "limit" => put(&mut self.limit, limit(value)),
            "order_by" => put(&mut self.order, order(value)),
            "search" => put(&mut self.filter.search, text::<SearchTerm>(value)),
            "cursor" => put(&mut self.cursor, Ok(value.to_owned())),
            "expand" => return self.add_expand(value),
            _ => filter::take(&mut self.filter, name, value),
        };
        outcome.map_err(|(code, message)| Violation::new(bounded(name), code, message))
    }

    /// `expand` is a list, and so may be spread over several parameters.
    fn add_expand(&mut self, value: &str) -> Result<(), Violation> {
        let more = expand::parse_list(value)?;
        let parts = self.expand.get_or_insert_default();
        parts.extend(more);
        parts.sort_unstable();
        parts.dedup();
        Ok(())
    }

    /// The list that goes on. What is given besides the cursor must be what the cursor holds.
    pub(super) fn continued(&self, text: &str) -> Result<Cursor, Violation> {
        let refuse = |message: String| Violation::new("cursor", ViolationCode::InvalidFormat, message);
        let cursor = cursor::decode(text).map_err(|error| refuse(error.to_string()))?;
        let others = self.contradictions(&cursor);
        if others.is_empty() {
            return Ok(cursor);
        }
        let others = others.join(", ");
        Err(refuse(format!("belongs to a list with another value of {others}: send the cursor alone")))
    }

    fn contradictions(&self, cursor: &Cursor) -> Vec<&'static str> {
        let mut others = Vec::new();
        if self.limit.is_some_and(|limit| limit != cursor.limit) {
            others.push("limit");
        }
        if self.order.is_some_and(|order| order != (cursor.order_by, cursor.direction)) {
            others.push("order_by");
        }
        if self.expand.as_ref().is_some_and(|expand| *expand != cursor.expand) {
            others.push("expand");
        }
        others.extend(filter::contradictions(&self.filter, &cursor.filter));
        others
    }

    /// The list from its beginning.
    pub(super) fn into_cursor(self) -> Cursor {
        let (order_by, direction) = self.order.unwrap_or_default();
        Cursor {
            filter: self.filter,
            order_by,
            direction,
            limit: self.limit.unwrap_or(DEFAULT_LIMIT),
            after: None,
            expand: self.expand.unwrap_or_default(),
        }
    }
}

/// Fills a place that a parameter may fill once.
pub(super) fn put<T>(place: &mut Option<T>, value: Judged<T>) -> Judged<()> {
    let value = value?;
    if place.is_some() {
        return Err((ViolationCode::Duplicate, "may be given once only".to_owned()));
    }
    *place = Some(value);
    Ok(())
}

/// A text within its type's limits.
pub(super) fn text<T: TryFrom<String, Error = TextError>>(value: &str) -> Judged<T> {
    T::try_from(value.to_owned()).map_err(|error| {
        let code = match error {
            TextError::TooShort { .. } => ViolationCode::TooShort,
            TextError::TooLong { .. } => ViolationCode::TooLong,
            TextError::Nul => ViolationCode::InvalidFormat,
        };
        (code, error.to_string())
    })
}

/// A name of a parameter, cut to what an error repeats.
pub(super) fn bounded(name: &str) -> String {
    name.chars().take(MOST_OF_A_NAME).collect()
}

pub(super) fn limit(value: &str) -> Judged<u16> {
    let digits_only = value.bytes().all(|byte| byte.is_ascii_digit());
    value
        .parse::<u16>()
        .ok()
        .filter(|limit| digits_only && (1..=MAX_LIMIT).contains(limit))
        .ok_or_else(|| (ViolationCode::InvalidRange, format!("must be a whole number from 1 to {MAX_LIMIT}")))
}

fn order(value: &str) -> Judged<(OrderBy, Direction)> {
    cursor::parse_order(value).ok_or_else(|| {
        let message = "must be updated_at:desc, updated_at:asc, start_at:desc or start_at:asc";
        (ViolationCode::InvalidEnumValue, message.to_owned())
    })
}
