//! # hearken-automation-webhook
//!
//! Implements [`AutomationDispatcher`](hearken_domain::ports::AutomationDispatcher) for webhook receivers over
//! [`hearken_egress`]: the guard decides where a call may go, this crate makes it and says what came of it.
//!
//! A call is one `POST` of the parcel's bytes as `application/json`, signed as of [Standard Webhooks]: `webhook-id`,
//! `webhook-timestamp` (the second of the attempt) and `webhook-signature`, one signature for each secret, and the same
//! three values as `svix-id`, `svix-timestamp` and `svix-signature`. See [`signature`].
//!
//! | what happened | outcome |
//! |---|---|
//! | the head of a 2xx, whatever becomes of the answer's body and however that is framed | accepted |
//! | 410 | gone |
//! | 3xx: never followed, and nothing is sent to where it leads | failed |
//! | any other status | failed |
//! | no answer in time, no connection, no TLS, no such name, no proper HTTP | failed |
//! | the text of the URL breaks a rule, or names a port, a name or an address that may not be called | refused |
//! | the name resolves to an address that may not be called: its owner may mend that, so it is asked again | failed |
//!
//! `Retry-After`, in seconds or as a date, is honoured with every failed answer. Not a packet goes to an address that
//! may not be called.
//!
//! ## Settings
//!
//! [`WebhookSettings`]: how long an attempt may take as a whole, and how much of an answer is read. The guard should be
//! made from [`WebhookSettings::egress`], so that its deadlines leave an attempt its time.
//!
//! ## Limits
//!
//! An attempt ends within [`WebhookSettings::within`] whatever the receiver does, and holds the parcel, the head of the
//! answer and, over HTTP/2, a window of 1 MiB. An error names neither addresses nor secrets, and the log has the host at
//! most.
//!
//! [Standard Webhooks]: https://github.com/standard-webhooks/standard-webhooks

mod answer;
mod dispatcher;
mod error;
mod retry_after;
mod settings;
pub mod signature;

pub use dispatcher::WebhookDispatcher;
pub use settings::WebhookSettings;
