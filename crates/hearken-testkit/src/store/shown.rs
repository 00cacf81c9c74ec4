//! Rows that hold secrets have no equality of their own: here is what of them is compared.

use hearken_domain::{
    delivery::{Delivery, Destination},
    time::Timestamp,
    webhook::{SigningSecret, WebhookEndpoint},
    workflow::{Action, Workflow},
};

/// Everything that `Debug` shows, and what it hides.
pub(super) type Shown = (String, Vec<(String, Vec<u8>, Option<Timestamp>)>);

pub(super) fn endpoint(endpoint: &WebhookEndpoint) -> Shown {
    let url = (endpoint.url.as_str().to_owned(), Vec::new(), None);
    let secrets = endpoint.secrets.iter().map(|it| (String::new(), it.secret.expose().to_vec(), it.expires_at));
    (format!("{endpoint:?}"), std::iter::once(url).chain(secrets).collect())
}

pub(super) fn workflow(workflow: &Workflow) -> Shown {
    let hidden = |action: &Action| match action {
        Action::Webhook { url, secret } => Some(call(url.as_str(), secret)),
        Action::Email { .. } => None,
    };
    (format!("{workflow:?}"), workflow.actions.iter().filter_map(hidden).collect())
}

pub(super) fn delivery(delivery: &Delivery) -> Shown {
    (format!("{delivery:?}"), hidden_of(&delivery.destination))
}

pub(super) fn destination(destination: &Destination) -> Shown {
    (format!("{destination:?}"), hidden_of(destination))
}

fn hidden_of(destination: &Destination) -> Vec<(String, Vec<u8>, Option<Timestamp>)> {
    match destination {
        Destination::Workflow { url, secret, .. } => vec![call(url.as_str(), secret)],
        Destination::Endpoint(_) | Destination::Email { .. } => Vec::new(),
    }
}

fn call(url: &str, secret: &SigningSecret) -> (String, Vec<u8>, Option<Timestamp>) {
    (url.to_owned(), secret.expose().to_vec(), None)
}
