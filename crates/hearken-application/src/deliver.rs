//! Delivering: one attempt for one leased delivery, and the commit that settles it.

use hearken_domain::{
    automation::attempt,
    changeset::Changeset,
    delivery::{Attempt, DeliveryMove, DeliveryNext, Destination, LeasedDelivery},
    ports::{Address, AutomationDispatcher, Clock, Dispatched, Engines, IdSource, Outcome, Parcel, Ports, Webhooks},
    store_error::StoreError,
    webhook::WebhookEndpoint,
};

use crate::writing::{DECISIONS, Written, commit_settling, overtaken};

/// Delivers.
#[derive(Clone)]
pub struct Deliverer {
    ports: Ports,
    engines: Engines,
}

/// How an attempt went, for whoever paces the lanes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// The receiver acknowledged, or there was nobody to ask.
    Well,
    /// The receiver did not acknowledge.
    Badly,
}

impl Deliverer {
    /// Over these ports and engines.
    pub fn new(ports: Ports, engines: Engines) -> Self {
        Self { ports, engines }
    }

    /// Makes the attempt and settles it. An error is the store's; the lease then ends by itself, and the same bytes are
    /// sent again under the same id.
    pub async fn deliver(&self, leased: &LeasedDelivery) -> Result<Delivered, StoreError> {
        let endpoint = self.endpoint(leased).await?;
        let dispatched = self.attempt(leased, endpoint.as_ref()).await;
        let went = match dispatched.outcome {
            Outcome::Accepted => Delivered::Well,
            Outcome::Failed { .. } | Outcome::Refused | Outcome::Gone => Delivered::Badly,
        };
        tracing::debug!(
            delivery.id = %leased.id,
            delivery.attempt = leased.attempt,
            delivery.outcome = ?dispatched.outcome,
            delivery.error = dispatched.attempt.error.as_deref(),
            "an attempt to deliver has ended"
        );
        self.settle(leased, dispatched, endpoint).await?;
        Ok(went)
    }

    /// Gives a delivery back as if nobody had taken it: for a process that is about to end.
    pub async fn put_back(&self, leased: &LeasedDelivery) -> Result<(), StoreError> {
        let mut changeset = Changeset::new(leased.workspace);
        let to = DeliveryNext::Again { at: self.ports.clock.now() };
        changeset.delivery_moves.push(DeliveryMove { id: leased.id, token: leased.token, attempt: None, to });
        commit_settling(&self.ports, &changeset).await.map(drop)
    }

    async fn endpoint(&self, leased: &LeasedDelivery) -> Result<Option<WebhookEndpoint>, StoreError> {
        match leased.destination {
            Destination::Endpoint(id) => self.ports.webhooks.by_id(leased.workspace, id).await,
            Destination::Workflow { .. } | Destination::Email { .. } => Ok(None),
        }
    }

    async fn attempt(&self, leased: &LeasedDelivery, endpoint: Option<&WebhookEndpoint>) -> Dispatched {
        let now = self.ports.clock.now();
        let parcel = |address| Parcel { delivery: leased.id, payload: leased.payload.clone(), address, at: now };
        let refused = |error: &str| Dispatched {
            attempt: Attempt {
                at: now,
                status_code: None,
                duration_ms: 0,
                error: Some(error.to_owned()),
                response_body: None,
            },
            outcome: Outcome::Refused,
        };
        match (&leased.destination, endpoint) {
            (Destination::Endpoint(_), None) => refused("the endpoint was deleted"),
            (Destination::Endpoint(_), Some(endpoint)) if !endpoint.enabled => refused("the endpoint is disabled"),
            (Destination::Endpoint(_), Some(endpoint)) => {
                let address = Address::Receiver {
                    url: endpoint.url.clone(),
                    message: leased.event,
                    secrets: endpoint.secrets_at(now),
                };
                self.engines.webhooks.dispatch(parcel(address)).await
            }
            (Destination::Workflow { url, secret, .. }, _) => {
                let address =
                    Address::Receiver { url: url.clone(), message: leased.event, secrets: vec![secret.clone()] };
                self.engines.webhooks.dispatch(parcel(address)).await
            }
            (Destination::Email { recipient, .. }, _) => match &self.engines.mail {
                Some(mail) if !leased.payload.is_empty() => {
                    mail.dispatcher.dispatch(parcel(Address::Mailbox(recipient.clone()))).await
                }
                _ => refused("no mail is sent here: email.smtp_url and email.from are not set"),
            },
        }
    }

    async fn settle(
        &self,
        leased: &LeasedDelivery,
        dispatched: Dispatched,
        mut endpoint: Option<WebhookEndpoint>,
    ) -> Result<(), StoreError> {
        for _ in 0..DECISIONS {
            let moment = (self.ports.clock.now(), self.ports.ids.secret()[0]);
            let changeset = attempt::settled(leased, dispatched.clone(), endpoint.as_ref(), moment);
            for change in &changeset.changed_endpoints {
                let reason = change.row.disabled_reason.map_or("", |reason| reason.as_str());
                tracing::warn!(endpoint.id = %change.row.id, endpoint.reason = reason, "a webhook endpoint is disabled");
            }
            match commit_settling(&self.ports, &changeset).await? {
                Written::Done => return Ok(()),
                Written::Stale => endpoint = self.endpoint(leased).await?,
            }
        }
        Err(overtaken())
    }
}
