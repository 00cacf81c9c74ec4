//! The parameters of a list of engagements, each as it was given or not, and how they stand to a cursor's.

use std::collections::BTreeSet;

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

/// The names of the parameters that were taken.
#[derive(Default)]
pub(super) struct Taken(BTreeSet<String>);

impl Taken {
    /// Only what is a list may be given in several parameters.
    pub(super) fn once(&mut self, name: &str) -> Judged<()> {
        if self.0.insert(name.to_owned()) || name == "expand" || name.ends_with("[in]") {
            return Ok(());
        }
        Err((ViolationCode::Duplicate, "may be given once only".to_owned()))
    }
}

/// What a query string says.
#[derive(Default)]
pub(super) struct Given {
    taken: Taken,
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
        outcome
            .and_then(|()| self.taken.once(name))
            .map_err(|(code, message)| Violation::new(bounded(name), code, message))
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

    /// The list that goes on. A limit and parts that are given besides the cursor hold from this page on; what chooses
    /// and sorts the rows must be what the cursor holds.
    pub(super) fn continued(&self, text: &str) -> Result<Cursor, Violation> {
        let cursor = cursor::decode(text).map_err(|error| refused(error.to_string()))?;
        let order = (cursor.order_by, cursor.direction);
        let mut others: Vec<&str> =
            self.order.filter(|given| *given != order).map(|_| "order_by").into_iter().collect();
        others.extend(filter::contradictions(&self.filter, &cursor.filter));
        if !others.is_empty() {
            return Err(contradicted(&others));
        }
        Ok(Cursor {
            limit: self.limit.unwrap_or(cursor.limit),
            expand: self.expand.clone().unwrap_or(cursor.expand),
            ..cursor
        })
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

/// A cursor that cannot be gone on from.
pub(super) fn refused(message: String) -> Violation {
    Violation::new("cursor", ViolationCode::InvalidFormat, message)
}

/// A cursor beside parameters that ask for another list.
pub(super) fn contradicted(others: &[&str]) -> Violation {
    let others = others.join(", ");
    refused(format!("belongs to a list with another value of {others}: only limit and expand may differ beside it"))
}

/// Fills a place.
pub(super) fn put<T>(place: &mut Option<T>, value: Judged<T>) -> Judged<()> {
    *place = Some(value?);
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
