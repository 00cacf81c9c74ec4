//! Webhook endpoints and the log of their deliveries.

use std::{collections::HashSet, time::Duration};

use hearken_domain::{
    access::Caller,
    changeset::{Changeset, CommitError},
    delivery::{Delivery, Resend},
    ids::{DeliveryId, Id, WebhookEndpointId},
    order::Dated,
    ports::{Clock, Deliveries, EngagementStore, Webhooks},
    query::{ListQuery, Page},
    rejection::Rejection,
    time::Timestamp,
    webhook::{
        MAX_ENDPOINTS, WebhookEndpoint,
        decide::{self, EndpointPatch, NewEndpoint},
    },
};

use super::{Desk, DeskError, ID_TAKEN, overtaken};
use crate::writing::DECISIONS;

/// How many deliveries one write of a recovery sends again.
const BATCH: u16 = 100;

impl Desk {
    /// One page of the workspace's endpoints.
    pub async fn endpoints(
        &self,
        caller: &Caller,
        query: &ListQuery<WebhookEndpointId>,
    ) -> Result<Page<WebhookEndpoint>, DeskError> {
        Ok(self.ports.webhooks.list(caller.workspace, query).await?)
    }

    /// One endpoint.
    pub async fn endpoint(&self, caller: &Caller, id: WebhookEndpointId) -> Result<WebhookEndpoint, DeskError> {
        self.ports.webhooks.by_id(caller.workspace, id).await?.ok_or(DeskError::NotFound)
    }

    /// Makes an endpoint with a fresh secret, which nobody is shown again.
    pub async fn create_endpoint(&self, caller: &Caller, new: NewEndpoint) -> Result<WebhookEndpoint, DeskError> {
        self.judge("url", &new.url).map_err(|violation| DeskError::Rejected(Rejection::from(vec![violation])))?;
        let count = self.ports.webhooks.count(caller.workspace).await?;
        if usize::try_from(count).is_ok_and(|count| count >= MAX_ENDPOINTS) {
            return Err(DeskError::Conflict("the workspace has as many webhook endpoints as it may have"));
        }
        // The own part of an endpoint's id is short, so that a new one may need a few throws.
        for _ in 0..DECISIONS {
            let (endpoint, changeset) = decide::create(caller.workspace, new.clone(), &self.context());
            match self.commit(changeset, "the endpoint's id is taken").await {
                Ok(Some(moment)) => return Ok(endpoint.made_at(moment)),
                Ok(None) | Err(DeskError::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(overtaken())
    }

    /// Changes an endpoint.
    pub async fn update_endpoint(
        &self,
        caller: &Caller,
        id: WebhookEndpointId,
        patch: EndpointPatch,
    ) -> Result<WebhookEndpoint, DeskError> {
        if let Some(url) = &patch.url {
            self.judge("url", url).map_err(|violation| DeskError::Rejected(Rejection::from(vec![violation])))?;
        }
        for _ in 0..DECISIONS {
            let before = self.endpoint(caller, id).await?;
            let (after, changeset) = decide::update(&before, patch.clone(), &self.context());
            if let Some(moment) = self.commit(changeset, ID_TAKEN).await? {
                return Ok(after.changed_at(moment));
            }
        }
        Err(overtaken())
    }

    /// Makes a new secret; the old one signs beside it for a day.
    pub async fn rotate_secret(&self, caller: &Caller, id: WebhookEndpointId) -> Result<WebhookEndpoint, DeskError> {
        for _ in 0..DECISIONS {
            let before = self.endpoint(caller, id).await?;
            let (after, changeset) = decide::rotate_secret(&before, &self.context());
            if let Some(moment) = self.commit(changeset, ID_TAKEN).await? {
                return Ok(after.changed_at(moment));
            }
        }
        Err(overtaken())
    }

    /// Deletes an endpoint; what waits for it is given up.
    pub async fn delete_endpoint(&self, caller: &Caller, id: WebhookEndpointId) -> Result<(), DeskError> {
        for _ in 0..DECISIONS {
            let endpoint = self.endpoint(caller, id).await?;
            if self.commit(decide::delete(&endpoint, &self.context()), ID_TAKEN).await?.is_some() {
                return Ok(());
            }
        }
        Err(overtaken())
    }

    /// Sends an endpoint a test, and gives its delivery.
    pub async fn test_endpoint(&self, caller: &Caller, id: WebhookEndpointId) -> Result<Delivery, DeskError> {
        let endpoint = self.endpoint(caller, id).await?;
        if !endpoint.enabled {
            return Err(DeskError::Conflict("the endpoint is disabled; enable it before it is tested"));
        }
        let (new, changeset) = decide::test(&endpoint, &self.context());
        if self.commit(changeset, ID_TAKEN).await?.is_none() {
            return Err(overtaken());
        }
        self.delivery(caller, new.id).await
    }

    /// One page of an endpoint's deliveries.
    pub async fn deliveries(
        &self,
        caller: &Caller,
        id: WebhookEndpointId,
        query: &ListQuery<DeliveryId>,
    ) -> Result<Page<Delivery>, DeskError> {
        self.endpoint(caller, id).await?;
        Ok(self.ports.deliveries.of_endpoint(caller.workspace, id, query).await?)
    }

    /// Sends a delivery once more, whatever became of it: the same bytes under the same id.
    pub async fn resend(&self, caller: &Caller, id: DeliveryId) -> Result<Delivery, DeskError> {
        self.delivery(caller, id).await?;
        let mut changeset = Changeset::new(caller.workspace);
        changeset.resends.push(Resend { id, at: self.ports.clock.now() });
        if self.commit(changeset, ID_TAKEN).await?.is_none() {
            return Err(DeskError::Conflict("an attempt is under way; wait for its end"));
        }
        self.delivery(caller, id).await
    }

    /// Sends again every delivery of an endpoint that was made at a moment or later and has failed; says how many. Each
    /// once, also when it fails again meanwhile.
    pub async fn recover(
        &self,
        caller: &Caller,
        id: WebhookEndpointId,
        mut since: Timestamp,
    ) -> Result<u64, DeskError> {
        if !self.endpoint(caller, id).await?.enabled {
            return Err(DeskError::Conflict(
                "the endpoint is disabled; enable it before its deliveries are sent again",
            ));
        }
        let mut sent = HashSet::new();
        loop {
            let failed = self.ports.deliveries.failed_since(caller.workspace, id, since, BATCH).await?;
            let Some(last) = failed.last() else { break };
            // The ids begin with the moment of the event, so the last one says how far this batch goes.
            let reached = Timestamp::from_unix_millis(i64::try_from(last.ulid().timestamp_ms()).unwrap_or(i64::MAX));
            let fresh: Vec<DeliveryId> = failed.iter().copied().filter(|id| !sent.contains(id)).collect();
            if fresh.is_empty() {
                since = reached.unwrap_or(since).max(since).after(Duration::from_millis(1));
                continue;
            }
            let at = self.ports.clock.now();
            let mut changeset = Changeset::new(caller.workspace);
            changeset.resends = fresh.iter().map(|id| Resend { id: *id, at }).collect();
            match self.ports.store.commit(changeset).await {
                Ok(_) => sent.extend(fresh),
                // Somebody else recovers at the same time: what is left is looked for again.
                Err(CommitError::Stale) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
                Err(_) => return Err(DeskError::Unknown),
            }
        }
        Ok(u64::try_from(sent.len()).unwrap_or(u64::MAX))
    }

    async fn delivery(&self, caller: &Caller, id: DeliveryId) -> Result<Delivery, DeskError> {
        self.ports.deliveries.by_id(caller.workspace, id).await?.ok_or(DeskError::NotFound)
    }
}
