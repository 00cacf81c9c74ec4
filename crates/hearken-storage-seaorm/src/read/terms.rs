//! The filters of a list of engagements, each as what the tables can answer.

use hearken_domain::{
    query::{EngagementFilter, OrderBy, TimeRange},
    text::{ExternalId, SearchTerm},
};

use sea_orm::IdenStatic;

use crate::{
    columns::{key, keys},
    schema::engagement::{engagements::Column, participants},
};

/// A condition on an engagement.
#[derive(Debug)]
pub(super) enum Term {
    /// The title has this in it.
    Titled(SearchTerm),
    /// The column has one of these.
    OneOf(Column, Vec<String>),
    /// A participant has one of these in the column.
    TookPart(participants::Column, Vec<String>),
    /// One of these tags is on it.
    Tagged(Vec<String>),
    /// The moment is within these bounds.
    During(Column, TimeRange),
}

/// What is set of a filter.
pub(super) fn of(filter: &EngagementFilter) -> Vec<Term> {
    let EngagementFilter {
        search,
        types,
        statuses,
        contacts,
        companies,
        tags,
        owner,
        external_ids,
        source_system,
        start_at,
        updated_at,
    } = filter;
    let types = types.as_ref().map(|types| texts(types, |kind| kind.as_str()));
    let statuses = statuses.as_ref().map(|statuses| texts(statuses, |status| status.as_str()));
    let external_ids = external_ids.as_ref().map(|ids| texts(ids, ExternalId::as_str));
    let source_system = source_system.as_ref().map(|system| vec![system.as_str().to_owned()]);
    let during = |column, range: &TimeRange| (*range != TimeRange::default()).then_some(Term::During(column, *range));
    let terms = [
        search.clone().map(Term::Titled),
        types.map(|types| Term::OneOf(Column::EngagementType, types)),
        statuses.map(|statuses| Term::OneOf(Column::Status, statuses)),
        contacts.as_ref().map(|ids| Term::TookPart(participants::Column::ContactId, keys(ids))),
        companies.as_ref().map(|ids| Term::TookPart(participants::Column::CompanyId, keys(ids))),
        tags.as_ref().map(|ids| Term::Tagged(keys(ids))),
        owner.map(|owner| Term::OneOf(Column::OwnerId, vec![key(owner)])),
        external_ids.map(|ids| Term::OneOf(Column::ExternalId, ids)),
        source_system.map(|system| Term::OneOf(Column::SourceSystem, system)),
        during(Column::StartAt, start_at),
        during(Column::UpdatedAt, updated_at),
    ];
    terms.into_iter().flatten().collect()
}

/// What a list is sorted by.
pub(super) fn moment(order_by: OrderBy) -> Column {
    match order_by {
        OrderBy::UpdatedAt => Column::UpdatedAt,
        OrderBy::StartAt => Column::StartAt,
    }
}

/// Whether both are one column.
pub(super) fn is_same(a: Column, b: Column) -> bool {
    a.as_str() == b.as_str()
}

fn texts<T>(values: &[T], text: impl Fn(&T) -> &str) -> Vec<String> {
    values.iter().map(|value| text(value).to_owned()).collect()
}
