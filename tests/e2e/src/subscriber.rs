//! Somebody who subscribed to events: an endpoint of the API, and the receiver behind it.

use serde_json::{Value, json};

use crate::{client::Client, receivers::Receivers, until::until};

/// Where endpoints are.
pub const ENDPOINTS: &str = "/api/v2/webhook_endpoints";

/// An endpoint and its secret.
#[derive(Clone, Debug)]
pub struct Subscriber {
    /// The endpoint's id.
    pub id: String,
    /// The receiver's path.
    pub path: String,
    /// What its calls are signed with.
    pub secret: String,
}

impl Subscriber {
    /// Subscribes the receiver at a path to every event.
    pub async fn new(client: &Client, receivers: &Receivers, path: &str) -> Self {
        Self::at(client, &receivers.url(path), path).await
    }

    /// Subscribes a receiver that is elsewhere.
    pub async fn at(client: &Client, url: &str, path: &str) -> Self {
        let made = client.post(ENDPOINTS, &json!({"url": url})).await.expect(201);
        let secret = made.json()["secret"].as_str().expect("a new endpoint shows its secret").to_owned();
        Self { id: made.id(), path: path.to_owned(), secret }
    }

    /// The path of the endpoint itself, or of something of it.
    pub fn route(&self, rest: &str) -> String {
        format!("{ENDPOINTS}/{}{rest}", self.id)
    }

    /// Every delivery of the log.
    pub async fn deliveries(&self, client: &Client) -> Vec<Value> {
        client.all(&self.route("/deliveries")).await
    }

    /// Waits until nothing more is to be delivered, and gives the log.
    pub async fn settled(&self, client: &Client) -> Vec<Value> {
        until(&format!("everything for {} is delivered or given up", self.path), async || {
            let log = self.deliveries(client).await;
            log.iter().all(|delivery| delivery["status"] != "PENDING").then_some(log)
        })
        .await
    }
}
