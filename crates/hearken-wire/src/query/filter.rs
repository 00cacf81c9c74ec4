//! The filters of a list of engagements: `filter[field][operator]=value`.

use hearken_domain::{
    engagement::{EngagementType, ProcessingStatus},
    ids::{Id, IdError},
    query::{EngagementFilter, TimeRange},
    rejection::ViolationCode,
    time::Timestamp,
};

use super::given::{Judged, put, text};
use crate::time::{self, TimeError};

/// The most values of a filter.
const MOST_VALUES: usize = 25;
/// The most external ids of a filter: enough to reconcile a page of the integrator's own list.
const MOST_EXTERNAL_IDS: usize = 100;

/// Every field that can be filtered by, with its operators.
const FIELDS: [(&str, &str); 10] = [
    ("engagement_type", "eq, in"),
    ("processing_status", "eq, in"),
    ("company_ids", "eq, in"),
    ("contact_ids", "eq, in"),
    ("tag_ids", "in"),
    ("start_at", "gt, gte, lt, lte"),
    ("updated_at", "gt, gte, lt, lte"),
    ("external_id", "eq, in"),
    ("source_system", "eq"),
    ("owner_user_id", "eq"),
];

/// Takes a parameter that is none of the plain ones.
pub(super) fn take(filter: &mut EngagementFilter, name: &str, value: &str) -> Judged<()> {
    let Some((field, operator)) = field_and_operator(name) else { return Err(unknown(name)) };
    match (field, operator) {
        ("engagement_type", "eq") => add(&mut filter.types, [value], engagement_type),
        ("engagement_type", "in") => add(&mut filter.types, items(value), engagement_type),
        ("processing_status", "eq") => add(&mut filter.statuses, [value], processing_status),
        ("processing_status", "in") => add(&mut filter.statuses, items(value), processing_status),
        ("company_ids", "eq") => add(&mut filter.companies, [value], id),
        ("company_ids", "in") => add(&mut filter.companies, items(value), id),
        ("contact_ids", "eq") => add(&mut filter.contacts, [value], id),
        ("contact_ids", "in") => add(&mut filter.contacts, items(value), id),
        ("tag_ids", "in") => add(&mut filter.tags, items(value), id),
        ("external_id", "eq") => collect(&mut filter.external_ids, [value], (MOST_EXTERNAL_IDS, text)),
        // Byte for byte, so the values are not trimmed.
        ("external_id", "in") => collect(&mut filter.external_ids, value.split(','), (MOST_EXTERNAL_IDS, text)),
        ("source_system", "eq") => put(&mut filter.source_system, text(value)),
        ("owner_user_id", "eq") => put(&mut filter.owner, id(value)),
        ("start_at", operator) => {
            take_bound(&mut filter.start_at, operator, value).unwrap_or_else(|| Err(unknown(name)))
        }
        ("updated_at", operator) => {
            take_bound(&mut filter.updated_at, operator, value).unwrap_or_else(|| Err(unknown(name)))
        }
        _ => Err(unknown(name)),
    }
}

/// `None` when there is no such operator.
fn take_bound(range: &mut TimeRange, operator: &str, value: &str) -> Option<Judged<()>> {
    let place = match operator {
        "gt" => &mut range.gt,
        "gte" => &mut range.gte,
        "lt" => &mut range.lt,
        "lte" => &mut range.lte,
        _ => return None,
    };
    Some(put(place, moment(value)))
}

/// The filters that are given and are not what the cursor's list has.
pub(super) fn contradictions(given: &EngagementFilter, cursor: &EngagementFilter) -> Vec<&'static str> {
    let checks = [
        ("search", differs(given.search.as_ref(), cursor.search.as_ref())),
        ("filter[engagement_type]", differ(given.types.as_deref(), cursor.types.as_deref())),
        ("filter[processing_status]", differ(given.statuses.as_deref(), cursor.statuses.as_deref())),
        ("filter[company_ids]", differ(given.companies.as_deref(), cursor.companies.as_deref())),
        ("filter[contact_ids]", differ(given.contacts.as_deref(), cursor.contacts.as_deref())),
        ("filter[tag_ids]", differ(given.tags.as_deref(), cursor.tags.as_deref())),
        ("filter[start_at]", ranges_differ(&given.start_at, &cursor.start_at)),
        ("filter[updated_at]", ranges_differ(&given.updated_at, &cursor.updated_at)),
        ("filter[external_id]", differ(given.external_ids.as_deref(), cursor.external_ids.as_deref())),
        ("filter[source_system]", differs(given.source_system.as_ref(), cursor.source_system.as_ref())),
        ("filter[owner_user_id]", differs(given.owner.as_ref(), cursor.owner.as_ref())),
    ];
    checks.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

fn differs<T: PartialEq>(given: Option<&T>, cursor: Option<&T>) -> bool {
    given.is_some() && given != cursor
}

/// As sets: the order of a list of values means nothing.
fn differ<T: PartialEq>(given: Option<&[T]>, cursor: Option<&[T]>) -> bool {
    let Some(given) = given else { return false };
    let cursor = cursor.unwrap_or_default();
    !given.iter().all(|value| cursor.contains(value)) || !cursor.iter().all(|value| given.contains(value))
}

pub(super) fn ranges_differ(given: &TimeRange, cursor: &TimeRange) -> bool {
    differs(given.gt.as_ref(), cursor.gt.as_ref())
        || differs(given.gte.as_ref(), cursor.gte.as_ref())
        || differs(given.lt.as_ref(), cursor.lt.as_ref())
        || differs(given.lte.as_ref(), cursor.lte.as_ref())
}

/// `filter[field][operator]`, taken apart.
fn field_and_operator(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix("filter[")?.strip_suffix(']')?.split_once("][")
}

fn unknown(name: &str) -> (ViolationCode, String) {
    let field = field_and_operator(name).map_or("", |(field, _)| field);
    let message = match FIELDS.iter().find(|(known, _)| *known == field) {
        Some((known, operators)) => format!("is no operator of {known}: there are {operators}"),
        None if name.starts_with("filter[") => {
            let fields: Vec<&str> = FIELDS.iter().map(|(field, _)| *field).collect();
            format!("is no filter: write filter[field][operator] with a field of {}", fields.join(", "))
        }
        None => {
            "is no parameter: there are limit, cursor, order_by, search, expand and filter[field][operator]".to_owned()
        }
    };
    (ViolationCode::InvalidEnumValue, message)
}

/// A comma-separated list.
fn items(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim)
}

/// Adds values to a list, each once: all that is given for a field is one list.
fn add<'v, T: PartialEq>(
    place: &mut Option<Vec<T>>,
    texts: impl IntoIterator<Item = &'v str>,
    read: fn(&str) -> Judged<T>,
) -> Judged<()> {
    collect(place, texts, (MOST_VALUES, read))
}

/// The same, with a bound of its own.
fn collect<'v, T: PartialEq>(
    place: &mut Option<Vec<T>>,
    texts: impl IntoIterator<Item = &'v str>,
    (most, read): (usize, fn(&str) -> Judged<T>),
) -> Judged<()> {
    let mut values = place.take().unwrap_or_default();
    for text in texts {
        let value = read(text)?;
        if values.contains(&value) {
            continue;
        }
        if values.len() == most {
            return Err((ViolationCode::TooMany, format!("must have at most {most} values in all")));
        }
        values.push(value);
    }
    *place = Some(values);
    Ok(())
}

fn engagement_type(value: &str) -> Judged<EngagementType> {
    value.parse().map_err(|_| no_value_of(EngagementType::ALL))
}

fn processing_status(value: &str) -> Judged<ProcessingStatus> {
    value.parse().map_err(|_| no_value_of(ProcessingStatus::ALL))
}

fn no_value_of<T: ToString>(all: &[T]) -> (ViolationCode, String) {
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    (ViolationCode::InvalidEnumValue, format!("must be of {}", all.join(", ")))
}

fn id<T: Id>(value: &str) -> Judged<T> {
    value.parse().map_err(|error: IdError| (ViolationCode::InvalidFormat, error.to_string()))
}

pub(super) fn moment(value: &str) -> Judged<Timestamp> {
    time::parse(value).map_err(|error| {
        let code = match error {
            TimeError::Form => ViolationCode::InvalidFormat,
            TimeError::Range => ViolationCode::InvalidRange,
        };
        (code, error.to_string())
    })
}
