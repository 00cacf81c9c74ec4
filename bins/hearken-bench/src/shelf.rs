//! A workspace of many engagements whose filters match all of them, few or none.

use std::fmt;

use hearken_domain::{
    engagement::{Engagement, EngagementType, ProcessingStatus, ResolvedParticipant},
    ids::{CompanyId, ContactId, TagId, UserId},
    query::{EngagementFilter, EngagementQuery, Position, TimeRange},
};
use hearken_testkit::fixture::{
    Tenant, a_company, a_contact, a_participant, a_tag, a_user, a_workspace, an_engagement, at, creating_with,
    known_companies, known_contacts, known_tags, known_users, new_id, parsed, tagging,
};
use tokio::task::JoinSet;

use crate::{
    failure::{Failure, OrFail},
    house::House,
};

/// The matches of a filter that matches few.
pub(crate) const FEW: u32 = 16;
/// How many commits are under way at a time while the workspace is filled.
const AT_A_TIME: usize = 64;

/// How many engagements a filter matches.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Matches {
    All,
    Few,
    None,
}

/// A filled workspace. Of two ids the first is met by all engagements, or by all but few, the second by few.
pub(crate) struct Shelf {
    pub(crate) house: House,
    pub(crate) tenant: Tenant,
    /// Half of the engagements are behind it.
    pub(crate) middle: Position,
    rows: u32,
    ids: Ids,
}

#[derive(Clone, Copy)]
struct Ids {
    owners: [UserId; 2],
    contacts: [ContactId; 2],
    companies: [CompanyId; 2],
    tags: [TagId; 2],
}

impl Shelf {
    /// Fills a new workspace.
    pub(crate) async fn filled(house: House, rows: u32) -> Result<Self, Failure> {
        eprintln!("  filling a workspace with {rows} engagements");
        let stores = &house.stores;
        let tenant = a_workspace(stores).await;
        let boss = a_user("boss@hearken.test");
        known_users(stores, tenant, std::slice::from_ref(&boss)).await;
        let companies = ["common.example.com", "rare.example.com"].map(a_company);
        known_companies(stores, tenant, &companies).await;
        let contacts = ["common@example.com", "rare@example.com"].map(a_contact);
        known_contacts(stores, tenant, &contacts).await;
        let tags = ["common", "rare"].map(|name| a_tag(tenant, name));
        known_tags(stores, tenant, &tags).await;
        let ids = Ids {
            owners: [tenant.user, boss.id],
            contacts: contacts.map(|contact| contact.id),
            companies: companies.map(|company| company.id),
            tags: tags.map(|tag| tag.id),
        };
        let middle = Position { at: at(i64::from(rows / 2)), id: new_id() };
        let shelf = Self { house, tenant, middle, rows, ids };
        shelf.fill().await?;
        Ok(shelf)
    }

    async fn fill(&self) -> Result<(), Failure> {
        let mut commits = JoinSet::new();
        for number in 0..self.rows {
            if commits.len() >= AT_A_TIME
                && let Some(ended) = commits.join_next().await
            {
                ended.or_fail("a commit died")??;
            }
            let (row, people, tags) = self.row(number);
            let store = self.house.stores.store.clone();
            commits.spawn(async move {
                let tagged = tagging(&row, &tags);
                store.commit(creating_with(row, people)).await.or_fail("an engagement could not be created")?;
                store.commit(tagged).await.or_fail("an engagement could not be tagged")
            });
        }
        while let Some(ended) = commits.join_next().await {
            ended.or_fail("a commit died")??;
        }
        Ok(())
    }

    /// The few lie all over the workspace, so that no order meets them first.
    fn row(&self, number: u32) -> (Engagement, Vec<ResolvedParticipant>, Vec<TagId>) {
        let every = (self.rows / FEW).max(10);
        let is_rare = |kind: u32| number % every == kind && number / every < FEW;
        let ids = &self.ids;
        let pick = |kind| usize::from(is_rare(kind));
        let row = Engagement {
            title: parsed(&format!("{} call {number} about the renewal", ["Weekly", "Zebra"][pick(1)])),
            engagement_type: [EngagementType::Call, EngagementType::Note][pick(2)],
            status: [ProcessingStatus::Completed, ProcessingStatus::Failed][pick(3)],
            source_system: parsed(["dialer", "crm"][pick(4)]),
            owner: ids.owners[pick(5)],
            start_at: at(i64::from(number.wrapping_mul(7919) % self.rows)),
            updated_at: at(i64::from(number)),
            ..an_engagement(self.tenant, &format!("call {number}"))
        };
        let with = |n: usize| ResolvedParticipant { company: Some(ids.companies[n]), ..a_participant(ids.contacts[n]) };
        let people = [Some(with(0)), is_rare(6).then(|| with(1))].into_iter().flatten().collect();
        let tags = [Some(ids.tags[0]), is_rare(7).then_some(ids.tags[1])].into_iter().flatten().collect();
        (row, people, tags)
    }

    /// Reads a page.
    pub(crate) async fn list(&self, query: &EngagementQuery) -> Result<(), Failure> {
        self.house.stores.store.list(self.tenant.workspace, query).await.or_fail("a list could not be read").map(drop)
    }

    pub(crate) fn of_contact(&self, matches: Matches) -> EngagementFilter {
        EngagementFilter { contacts: Some(vec![matches.id(self.ids.contacts)]), ..EngagementFilter::default() }
    }

    pub(crate) fn of_company(&self, matches: Matches) -> EngagementFilter {
        EngagementFilter { companies: Some(vec![matches.id(self.ids.companies)]), ..EngagementFilter::default() }
    }

    pub(crate) fn tagged(&self, matches: Matches) -> EngagementFilter {
        EngagementFilter { tags: Some(vec![matches.id(self.ids.tags)]), ..EngagementFilter::default() }
    }

    pub(crate) fn of_owner(&self, matches: Matches) -> EngagementFilter {
        EngagementFilter { owner: Some(matches.id(self.ids.owners)), ..EngagementFilter::default() }
    }

    pub(crate) fn of_status(matches: Matches) -> EngagementFilter {
        let status = matches.of([ProcessingStatus::Completed, ProcessingStatus::Failed, ProcessingStatus::Processing]);
        EngagementFilter { statuses: Some(vec![status]), ..EngagementFilter::default() }
    }

    pub(crate) fn of_type(matches: Matches) -> EngagementFilter {
        let kind = matches.of([EngagementType::Call, EngagementType::Note, EngagementType::Task]);
        EngagementFilter { types: Some(vec![kind]), ..EngagementFilter::default() }
    }

    pub(crate) fn of_source(matches: Matches) -> EngagementFilter {
        let system = parsed(matches.of(["dialer", "crm", "erp"]));
        EngagementFilter { source_system: Some(system), ..EngagementFilter::default() }
    }

    pub(crate) fn started(&self, matches: Matches) -> EngagementFilter {
        let from = at(i64::from(matches.of([0, self.rows.saturating_sub(FEW), self.rows])));
        EngagementFilter {
            start_at: TimeRange { gte: Some(from), ..TimeRange::default() },
            ..EngagementFilter::default()
        }
    }

    pub(crate) fn titled(matches: Matches) -> EngagementFilter {
        let term = parsed(matches.of(["RENEWAL", "zebra", "quagga"]));
        EngagementFilter { search: Some(term), ..EngagementFilter::default() }
    }
}

impl Matches {
    fn of<T>(self, [all, few, none]: [T; 3]) -> T {
        match self {
            Self::All => all,
            Self::Few => few,
            Self::None => none,
        }
    }

    fn id<T: hearken_domain::ids::Id>(self, [all, few]: [T; 2]) -> T {
        self.of([all, few, new_id()])
    }
}

impl fmt::Display for Matches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.of(["all", "few", "none"]))
    }
}
