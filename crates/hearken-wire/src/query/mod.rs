//! Query strings: what a list asks for, and `expand` elsewhere.
//!
//! A parameter that nobody knows is refused by name instead of ignored: a misspelt filter must not look like one that
//! everything passes.

pub mod collection;
mod filter;
mod given;

use hearken_domain::{
    access::Visibility,
    engagement::Engagement,
    query::{EngagementQuery, OrderBy, Page, Position},
    rejection::{Violation, ViolationCode},
};
use url::form_urlencoded;

use self::given::{Given, bounded};
use crate::{
    cursor::{self, Cursor},
    expand::{self, Expand},
    list::Next,
};

/// A list of engagements as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngagementListRequest {
    /// The question to the store.
    pub query: EngagementQuery,
    /// The parts asked for, each once.
    pub expand: Vec<Expand>,
}

impl EngagementListRequest {
    /// What follows this page of the list.
    pub fn next(&self, page: &Page<Engagement>) -> Next {
        let place = |row: &Engagement| {
            let at = match self.query.order_by {
                OrderBy::UpdatedAt => row.updated_at,
                OrderBy::StartAt => row.start_at,
            };
            Position { at, id: row.id }
        };
        Next::after(page, self.query.direction, || {
            let after = page.items.last().map(place).or(self.query.after);
            cursor::encode(&EngagementQuery { after, ..self.query.clone() }, &self.expand)
        })
    }
}

/// Reads the query string of a list of engagements, without its question mark. The error names every wrong parameter.
pub fn parse_engagement_list(query: &str, visibility: Visibility) -> Result<EngagementListRequest, Vec<Violation>> {
    let mut given = Given::default();
    let mut violations = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        violations.extend(given.take(&name, &value).err());
    }
    let cursor = given.cursor.as_deref().map(|text| given.continued(text)).transpose();
    match cursor {
        Err(violation) => {
            violations.push(violation);
            Err(violations)
        }
        Ok(_) if !violations.is_empty() => Err(violations),
        Ok(cursor) => Ok(request(cursor.unwrap_or_else(|| given.into_cursor()), visibility)),
    }
}

fn request(cursor: Cursor, visibility: Visibility) -> EngagementListRequest {
    let expand = cursor.expand.clone();
    EngagementListRequest { query: cursor.into_query(visibility), expand }
}

/// Reads a query string that may hold `expand` and nothing else: of a create and of one engagement.
pub fn parse_expand_only(query: &str) -> Result<Vec<Expand>, Vec<Violation>> {
    let mut parts = Vec::new();
    let mut violations = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name == "expand" {
            match expand::parse_list(&value) {
                Ok(more) => parts.extend(more),
                Err(violation) => violations.push(violation),
            }
        } else {
            violations.push(unknown(&name, "there is only expand"));
        }
    }
    parts.sort_unstable();
    parts.dedup();
    if violations.is_empty() { Ok(parts) } else { Err(violations) }
}

/// Reads the query string of a route that takes no parameters.
pub fn parse_nothing(query: &str) -> Result<(), Vec<Violation>> {
    let violations: Vec<Violation> =
        form_urlencoded::parse(query.as_bytes()).map(|(name, _)| unknown(&name, "this address takes none")).collect();
    if violations.is_empty() { Ok(()) } else { Err(violations) }
}

fn unknown(name: &str, what_there_is: &str) -> Violation {
    Violation::new(bounded(name), ViolationCode::InvalidEnumValue, format!("is no parameter: {what_there_is}"))
}

#[cfg(test)]
mod tests;
