//! The port: one signed `POST` for a parcel, and what its receiver said to it.

use async_trait::async_trait;
use bytes::Bytes;
use hearken_domain::{
    delivery::Attempt,
    ids::EventId,
    ports::{Address, AutomationDispatcher, Dispatched, Outcome, Parcel},
    time::Timestamp,
    webhook::{ReceiverUrl, SigningSecret},
};
use hearken_egress::{CheckedUrl, EgressError, Guard, Phase, PostRequest, Response};
use http::{HeaderName, HeaderValue, StatusCode};
use tokio::time::{Instant, timeout_at};

use crate::{
    answer::read_beginning,
    error::{Failure, REDIRECTS},
    retry_after::retry_after,
    settings::WebhookSettings,
    signature::sign_all,
};

/// How Standard Webhooks and its forerunner begin the names of their headers.
const SCHEMES: [[&str; 3]; 2] =
    [["webhook-id", "webhook-timestamp", "webhook-signature"], ["svix-id", "svix-timestamp", "svix-signature"]];

/// Calls webhook receivers through the guard.
pub struct WebhookDispatcher {
    guard: Guard,
    settings: WebhookSettings,
}

/// What a receiver answered.
struct Answer {
    status: StatusCode,
    outcome: Outcome,
    /// Why it is no acknowledgement.
    error: Option<String>,
    body: Option<String>,
}

impl WebhookDispatcher {
    /// A dispatcher over a guard that was made from [`WebhookSettings::egress`] of the same settings.
    pub fn new(guard: Guard, settings: WebhookSettings) -> Self {
        Self { guard, settings }
    }

    async fn call(&self, parcel: Parcel, deadline: Instant) -> Result<Answer, Failure> {
        let Address::Receiver { url, message, secrets } = parcel.address else { return Err(Failure::NotForUs) };
        if secrets.is_empty() {
            return Err(Failure::Unsigned);
        }
        let url = self.judge(&url)?;
        let request = signed(url.clone(), &secrets, (message, parcel.at, parcel.payload));
        let response = timeout_at(deadline, self.guard.post(request))
            .await
            .unwrap_or(Err(EgressError::Timeout { phase: Phase::Total }))
            .map_err(|error| Failure::Exchange { error, within: self.settings.within })?;
        let answer = self.read(response, parcel.at, deadline).await;
        if let Some(error) = &answer.error {
            tracing::info!(delivery = %parcel.delivery, webhook.host = %url.host(), error, "webhook not acknowledged");
        }
        Ok(answer)
    }

    fn judge(&self, url: &ReceiverUrl) -> Result<CheckedUrl, Failure> {
        self.guard.judge(url.as_str()).map_err(Failure::Judged)
    }

    /// Takes the head of the answer for what it says, and of its body what comes in time: the head alone acknowledges.
    async fn read(&self, response: Response, at: Timestamp, deadline: Instant) -> Answer {
        let Response { status, headers, body } = response;
        let (outcome, error) = match status.as_u16() {
            200..=299 => (Outcome::Accepted, None),
            410 => (Outcome::Gone, Some("the receiver answered 410 Gone".to_owned())),
            300..=399 => (Outcome::Failed { retry_after: retry_after(&headers, at) }, Some(REDIRECTS.to_owned())),
            code => (
                Outcome::Failed { retry_after: retry_after(&headers, at) },
                Some(format!("the receiver answered {code}")),
            ),
        };
        Answer { status, outcome, error, body: read_beginning(body, self.settings.max_answer_bytes, deadline).await }
    }
}

#[async_trait]
impl AutomationDispatcher for WebhookDispatcher {
    async fn dispatch(&self, parcel: Parcel) -> Dispatched {
        let (at, began) = (parcel.at, Instant::now());
        let called = self.call(parcel, began + self.settings.within).await;
        let duration_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
        match called {
            Ok(Answer { status, outcome, error, body }) => Dispatched {
                attempt: Attempt { at, status_code: Some(status.as_u16()), duration_ms, error, response_body: body },
                outcome,
            },
            Err(failure) => Dispatched {
                attempt: Attempt {
                    at,
                    status_code: None,
                    duration_ms,
                    error: Some(failure.to_string()),
                    response_body: None,
                },
                outcome: failure.outcome(),
            },
        }
    }
}

fn signed(
    url: CheckedUrl,
    secrets: &[SigningSecret],
    (message, at, payload): (EventId, Timestamp, Bytes),
) -> PostRequest {
    let (id, seconds) = (message.to_string(), at.unix_millis().div_euclid(1000));
    let signature = sign_all(secrets, &id, seconds, &payload);
    let values = [id, seconds.to_string(), signature]
        .map(|value| HeaderValue::try_from(value).expect("ids, numbers and base64 are printable ascii"));
    let request = PostRequest::new(url, HeaderValue::from_static("application/json"), payload);
    let headers = SCHEMES.iter().flat_map(|names| names.iter().zip(&values));
    headers.fold(request, |request, (name, value)| request.header(HeaderName::from_static(name), value.clone()))
}
