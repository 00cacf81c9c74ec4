//! Webhook endpoints and their deliveries.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod deliveries;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod recover;
pub(crate) mod resend;
pub(crate) mod rotate_secret;
pub(crate) mod test;
pub(crate) mod update;
