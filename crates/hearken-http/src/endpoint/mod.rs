//! The endpoints, a file each, in a folder where a resource has several: `answer` takes a call and gives its answer.

pub(crate) mod create_engagement;
pub(crate) mod error_page;
pub(crate) mod expand;
pub(crate) mod healthz;
pub(crate) mod list_engagements;
pub(crate) mod list_events;
pub(crate) mod metrics;
pub(crate) mod read_engagement;
pub(crate) mod read_media;
pub(crate) mod read_timeline;
pub(crate) mod readyz;
pub(crate) mod tags;
pub(crate) mod texts;
pub(crate) mod webhooks;
pub(crate) mod workflows;
