//! Workspaces in the bench's own database, and the calls that are created in them without a socket.

use hearken_application::create::{CreateRequest, Creator};
use hearken_domain::{
    access::{Caller, Scopes},
    engagement::{CreateEngagement, EngagementType, Material},
    ids::ProcessId,
    job::Priority,
    text::{ExternalId, Name, Title},
    timeline::{Entry, SuppliedSpeaker, SuppliedTimeline},
};
use hearken_testkit::fixture::{Tenant, a_workspace, new_id};
use tokio::task::JoinSet;

use crate::{
    calls::new_external_id,
    failure::{Failure, OrFail},
    house::House,
};

/// How many creates run at a time while a backlog is made.
const AT_A_TIME: usize = 64;

/// Makes workspaces.
pub(crate) async fn workspaces(house: &House, number: usize) -> Vec<Tenant> {
    let mut tenants = Vec::with_capacity(number);
    for _ in 0..number {
        tenants.push(a_workspace(&house.stores).await);
    }
    tenants
}

/// Creates calls.
pub(crate) fn creator(house: &House) -> Creator {
    Creator::new(house.ports.clone(), new_id::<ProcessId>())
}

/// Creates a call with a timeline of one turn under a title.
pub(crate) async fn create(creator: &Creator, tenant: Tenant, title: &str) -> Result<(), Failure> {
    create_as(creator, tenant, (title, None)).await
}

async fn create_as(
    creator: &Creator,
    tenant: Tenant,
    (title, priority): (&str, Option<Priority>),
) -> Result<(), Failure> {
    let Tenant { workspace, user, key } = tenant;
    let caller = Caller { workspace, key, user, scopes: Scopes::from_iter([]) };
    let external_id = ExternalId::try_from(new_external_id().as_str()).or_fail("an external id of the bench")?;
    let command = CreateEngagement { priority, ..command(title)? };
    let request = CreateRequest { external_id, media_url: None, command: Ok(command), shows: Vec::new() };
    creator.create(&caller, request).await.or_fail("a call could not be created").map(drop)
}

/// Creates so many calls, the workspaces in turn.
pub(crate) async fn backlog(house: &House, tenants: &[Tenant], calls: usize) -> Result<(), Failure> {
    burst(house, tenants, (calls, None)).await
}

/// The same, with what they say of their hurry. Their titles begin with "waiting".
pub(crate) async fn burst(
    house: &House,
    tenants: &[Tenant],
    (calls, priority): (usize, Option<Priority>),
) -> Result<(), Failure> {
    let creator = creator(house);
    let mut creates = JoinSet::new();
    for (number, tenant) in tenants.iter().cycle().take(calls).enumerate() {
        if creates.len() >= AT_A_TIME
            && let Some(ended) = creates.join_next().await
        {
            ended.or_fail("a create died")??;
        }
        let (creator, tenant) = (creator.clone(), *tenant);
        creates.spawn(async move { create_as(&creator, tenant, (&format!("waiting {number}"), priority)).await });
    }
    while let Some(ended) = creates.join_next().await {
        ended.or_fail("a create died")??;
    }
    Ok(())
}

fn command(title: &str) -> Result<CreateEngagement, Failure> {
    let name = Name::try_from("Ada Example").or_fail("a name of the bench")?;
    let speaker = SuppliedSpeaker { name, email: None, phone: None };
    let entry = Entry { speaker: 0, start_ms: 0, end_ms: 900, text: "Hello.".to_owned(), words: Vec::new() };
    let timeline = SuppliedTimeline { speakers: vec![speaker], entries: [entry].into() };
    Ok(CreateEngagement {
        engagement_type: EngagementType::Call,
        title: Title::try_from(title).or_fail("a title of the bench")?,
        source_system: "hearken-bench".try_into().or_fail("the bench's own name")?,
        material: Material { media: None, timeline: Some(timeline) },
        run_workflows: false,
        is_private: None,
        transcript: None,
        start_at: None,
        external_url: None,
        participants: Vec::new(),
        description: None,
        priority: None,
    })
}
