//! One page of a list: filter, sort, cut.

use hearken_domain::{
    access::Visibility,
    engagement::{Engagement, Who},
    ids::EngagementId,
    query::{Direction, EngagementFilter, EngagementQuery, OrderBy, Page, Position},
    time::Timestamp,
};

use super::state::{StoredEngagement, Tenant};

/// What rows are sorted by, and found again by.
type Place = (Timestamp, EngagementId);

pub(super) fn page(tenant: &Tenant, query: &EngagementQuery) -> Page<Engagement> {
    let mut rows: Vec<&StoredEngagement> = tenant
        .engagements
        .values()
        .filter(|row| is_visible(&row.engagement, query.visibility))
        .filter(|row| follows(place(&row.engagement, query.order_by), query))
        .filter(|row| is_wanted(tenant, row, &query.filter))
        .collect();
    rows.sort_by_key(|row| place(&row.engagement, query.order_by));
    if query.direction == Direction::Descending {
        rows.reverse();
    }
    let has_more = rows.len() > usize::from(query.limit);
    rows.truncate(usize::from(query.limit));
    Page { items: rows.into_iter().map(|row| row.engagement.clone()).collect(), has_more }
}

fn place(engagement: &Engagement, order_by: OrderBy) -> Place {
    match order_by {
        OrderBy::UpdatedAt => (engagement.updated_at, engagement.id),
        OrderBy::StartAt => (engagement.start_at, engagement.id),
    }
}

fn is_visible(engagement: &Engagement, visibility: Visibility) -> bool {
    match visibility {
        Visibility::All => true,
        Visibility::NonPrivate => !engagement.is_private,
    }
}

fn follows(place: Place, query: &EngagementQuery) -> bool {
    query.after.is_none_or(|Position { at, id }| match query.direction {
        Direction::Ascending => place > (at, id),
        Direction::Descending => place < (at, id),
    })
}

fn is_wanted(tenant: &Tenant, row: &StoredEngagement, filter: &EngagementFilter) -> bool {
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
    let StoredEngagement { engagement, participants, transcripts: _ } = row;
    let title = || engagement.title.as_str().to_lowercase();
    let is_one_of = |contacts: &Vec<_>| {
        participants.iter().any(|it| matches!(&it.who, Who::Contact(contact) if contacts.contains(contact)))
    };
    let belongs_to_one_of = |companies: &Vec<_>| {
        participants.iter().any(|it| it.company.is_some_and(|company| companies.contains(&company)))
    };
    let has_one_of = |tags: &Vec<_>| tenant.tags_of(engagement.id).any(|tag| tags.contains(&tag.id));
    search.as_ref().is_none_or(|term| title().contains(&term.as_str().to_lowercase()))
        && types.as_ref().is_none_or(|types| types.contains(&engagement.engagement_type))
        && statuses.as_ref().is_none_or(|statuses| statuses.contains(&engagement.status))
        && contacts.as_ref().is_none_or(is_one_of)
        && companies.as_ref().is_none_or(belongs_to_one_of)
        && tags.as_ref().is_none_or(has_one_of)
        && owner.is_none_or(|owner| engagement.owner == owner)
        && external_ids.as_ref().is_none_or(|ids| ids.contains(&engagement.external_id))
        && source_system.as_ref().is_none_or(|system| engagement.source_system == *system)
        && start_at.contains(engagement.start_at)
        && updated_at.contains(engagement.updated_at)
}
