//! Webhook endpoints: their ids, their end, and what the deliverer learns of them.

use hearken_domain::{
    changeset::{Change, Changeset, CommitError},
    delivery::EndpointHealth,
    event::EventKind,
    ids::{Id, Ulid, WebhookEndpointId},
    query::ListQuery,
    time::Timestamp,
    webhook::{DisabledReason, EndpointSecret, SigningSecret, WebhookEndpoint},
};

use super::shown;
use crate::{
    Stores,
    fixture::{Tenant, a_receiver, a_workspace, an_endpoint, at, commit, known_endpoints, new_id, parsed},
};

/// An endpoint reads back with every field, without optional ones and at its limits, its secrets in their order; an
/// unknown one is not there.
pub async fn endpoints_read_back(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    for endpoint in [a_full_endpoint(tenant), an_endpoint(tenant), a_long_endpoint(tenant)] {
        known_endpoints(stores, tenant, std::slice::from_ref(&endpoint)).await;
        assert_reads_back(stores, tenant, &endpoint).await;
    }
    for reason in DisabledReason::ALL {
        let endpoint = WebhookEndpoint { disabled_reason: Some(*reason), ..an_endpoint(tenant) };
        known_endpoints(stores, tenant, std::slice::from_ref(&endpoint)).await;
        assert_reads_back(stores, tenant, &endpoint).await;
    }
    let unknown = stores.webhooks.by_id(tenant.workspace, new_id()).await.expect("the store answers");
    assert!(unknown.is_none());
}

/// A change reads back whole, with the next version whatever the row says; one whose version is not the stored one, or
/// whose row is not there, is [`CommitError::Stale`].
pub async fn a_stale_endpoint_is_refused(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let full = WebhookEndpoint { failing_since: None, ..a_full_endpoint(tenant) };
    known_endpoints(stores, tenant, std::slice::from_ref(&full)).await;
    let bare = WebhookEndpoint { id: full.id, updated_at: at(5), version: 77, ..an_endpoint(tenant) };
    commit(stores, changing(tenant, bare.clone(), full.version)).await;
    let bare = WebhookEndpoint { version: full.version + 1, ..bare };
    assert_reads_back(stores, tenant, &bare).await;
    for version in [full.version, full.version + 2] {
        let answer = stores.store.commit(changing(tenant, full.clone(), version)).await;
        assert_refused!(answer, CommitError::Stale);
    }
    assert_reads_back(stores, tenant, &bare).await;
    commit(stores, changing(tenant, full.clone(), bare.version)).await;
    assert_reads_back(stores, tenant, &WebhookEndpoint { version: bare.version + 1, ..full }).await;
    let unknown = an_endpoint(tenant);
    assert_refused!(stores.store.commit(changing(tenant, unknown, 1)).await, CommitError::Stale);
}

/// A new endpoint whose last twenty bits another one of the workspace has, also a deleted one, is
/// [`CommitError::Exists`].
pub async fn an_endpoint_with_anothers_last_bits_exists(stores: &Stores) {
    let (tenant, other) = (a_workspace(stores).await, a_workspace(stores).await);
    let there = an_endpoint(tenant);
    let gone = WebhookEndpoint { deleted_at: Some(at(1)), ..an_endpoint(tenant) };
    known_endpoints(stores, tenant, &[there.clone(), gone.clone()]).await;
    for like in [there.id, gone.id] {
        let twin = WebhookEndpoint { id: with_the_last_bits_of(like), ..an_endpoint(tenant) };
        let changeset = Changeset { new_endpoints: vec![twin.clone()], ..Changeset::new(tenant.workspace) };
        assert_refused!(stores.store.commit(changeset).await, CommitError::Exists);
        let found = stores.webhooks.by_id(tenant.workspace, twin.id).await.expect("the store answers");
        assert!(found.is_none(), "the refused endpoint is there");
        known_endpoints(stores, other, &[WebhookEndpoint { workspace: other.workspace, ..twin }]).await;
    }
    let first = an_endpoint(tenant);
    let second = WebhookEndpoint { id: with_the_last_bits_of(first.id), ..an_endpoint(tenant) };
    let changeset = Changeset { new_endpoints: vec![first, second], ..Changeset::new(tenant.workspace) };
    assert_refused!(stores.store.commit(changeset).await, CommitError::Exists);
    assert_eq!(stores.webhooks.count(tenant.workspace).await.expect("the store answers"), 1);
}

/// A deleted endpoint is found nowhere, and is not counted.
pub async fn a_deleted_endpoint_is_found_nowhere(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    assert_eq!(stores.webhooks.count(tenant.workspace).await.expect("the store answers"), 0);
    let (kept, gone) = (an_endpoint(tenant), an_endpoint(tenant));
    known_endpoints(stores, tenant, &[kept.clone(), gone.clone()]).await;
    assert_eq!(stores.webhooks.count(tenant.workspace).await.expect("the store answers"), 2);
    commit(stores, changing(tenant, WebhookEndpoint { deleted_at: Some(at(1)), ..gone.clone() }, 1)).await;
    let found = stores.webhooks.by_id(tenant.workspace, gone.id).await.expect("the store answers");
    assert!(found.is_none(), "the deleted endpoint is there");
    let page = stores.webhooks.list(tenant.workspace, &ListQuery::first(100)).await.expect("the store answers");
    assert_eq!(page.items.iter().map(|endpoint| endpoint.id).collect::<Vec<_>>(), [kept.id]);
    assert_eq!(stores.webhooks.count(tenant.workspace).await.expect("the store answers"), 1);
}

/// An endpoint fails since the first of its failures in a row; what the deliverer learns is no change that a client
/// sees.
pub async fn an_endpoint_fails_since_its_first_failure(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let endpoint = an_endpoint(tenant);
    known_endpoints(stores, tenant, std::slice::from_ref(&endpoint)).await;
    for (learned, expected) in
        [(Some(5), Some(5)), (Some(9), Some(5)), (Some(1), Some(5)), (None, None), (None, None), (Some(7), Some(7))]
    {
        commit(stores, learning(tenant, endpoint.id, learned.map(at))).await;
        let expected = WebhookEndpoint { failing_since: expected.map(at), ..endpoint.clone() };
        assert_reads_back(stores, tenant, &expected).await;
    }
}

/// A change leaves it alone since when an endpoint fails, whatever its row says, unless it enables the endpoint, which
/// clears it.
pub async fn a_change_leaves_the_health_alone_unless_it_enables(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let mut row = an_endpoint(tenant);
    known_endpoints(stores, tenant, std::slice::from_ref(&row)).await;
    commit(stores, learning(tenant, row.id, Some(at(5)))).await;
    for (enabled, said, expected) in [
        // Enabled, and stays so.
        (true, None, Some(5)),
        (true, Some(9), Some(5)),
        // Disabled, and stays so.
        (false, None, Some(5)),
        (false, Some(9), Some(5)),
        // Enabled again.
        (true, Some(9), None),
        (true, Some(9), None),
    ] {
        let said = WebhookEndpoint { enabled, failing_since: said.map(at), ..row.clone() };
        commit(stores, changing(tenant, said, row.version)).await;
        row = WebhookEndpoint { enabled, failing_since: expected.map(at), version: row.version + 1, ..row };
        assert_reads_back(stores, tenant, &row).await;
    }
}

/// What is learned of an endpoint that is gone is left out; the rest of the write happens.
pub async fn what_is_learned_of_a_gone_endpoint_is_left_out(stores: &Stores) {
    let tenant = a_workspace(stores).await;
    let endpoint = an_endpoint(tenant);
    known_endpoints(stores, tenant, std::slice::from_ref(&endpoint)).await;
    let learned = [new_id(), endpoint.id, new_id()];
    let endpoint_health =
        learned.iter().map(|id| EndpointHealth { endpoint: *id, failing_since: Some(at(1)) }).collect();
    commit(stores, Changeset { endpoint_health, ..Changeset::new(tenant.workspace) }).await;
    assert_reads_back(stores, tenant, &WebhookEndpoint { failing_since: Some(at(1)), ..endpoint }).await;
}

fn a_full_endpoint(tenant: Tenant) -> WebhookEndpoint {
    let secret =
        |byte: u8, length, expires_at| EndpointSecret { secret: SigningSecret::new(vec![byte; length]), expires_at };
    WebhookEndpoint {
        url: a_receiver("https://user@hooks.example.com:8443/in?x=%20&y=%F0%9F%98%80"),
        event_types: EventKind::ALL.to_vec(),
        description: Some(parsed("line one\nline 'two' \"☃\"")),
        enabled: false,
        disabled_reason: Some(DisabledReason::Failing),
        secrets: vec![secret(9, 24, None), secret(0, 64, Some(at(3))), secret(255, 32, Some(at(2)))],
        failing_since: Some(at(4)),
        created_at: at(1),
        updated_at: at(2),
        ..an_endpoint(tenant)
    }
}

fn a_long_endpoint(tenant: Tenant) -> WebhookEndpoint {
    WebhookEndpoint {
        url: a_receiver(&format!("https://hooks.example.com/{}", "x".repeat(2022))),
        event_types: vec![EventKind::ProcessingFailed],
        description: Some(parsed(&"字".repeat(2000))),
        created_at: Timestamp::MIN,
        updated_at: Timestamp::MAX,
        ..an_endpoint(tenant)
    }
}

fn with_the_last_bits_of(id: WebhookEndpointId) -> WebhookEndpointId {
    const OWN: u128 = (1 << 20) - 1;
    let fresh: WebhookEndpointId = new_id();
    WebhookEndpointId::from(Ulid::from((fresh.ulid().0 & !OWN) | (id.ulid().0 & OWN)))
}

fn learning(tenant: Tenant, endpoint: WebhookEndpointId, failing_since: Option<Timestamp>) -> Changeset {
    let learned = EndpointHealth { endpoint, failing_since };
    Changeset { endpoint_health: vec![learned], ..Changeset::new(tenant.workspace) }
}

fn changing(tenant: Tenant, row: WebhookEndpoint, expected: u64) -> Changeset {
    Changeset { changed_endpoints: vec![Change { row, expected }], ..Changeset::new(tenant.workspace) }
}

async fn assert_reads_back(stores: &Stores, tenant: Tenant, expected: &WebhookEndpoint) {
    let read = stores.webhooks.by_id(tenant.workspace, expected.id).await.expect("the store answers");
    assert_eq!(shown::endpoint(&read.expect("the endpoint is there")), shown::endpoint(expected));
    let page = stores.webhooks.list(tenant.workspace, &ListQuery::first(100)).await.expect("the store answers");
    let listed = page.items.iter().find(|endpoint| endpoint.id == expected.id).expect("the endpoint is listed");
    assert_eq!(shown::endpoint(listed), shown::endpoint(expected));
}
