//! What happens to every request, a file each, in the order of [`crate::service`].

pub(crate) mod access_log;
pub(crate) mod authentication;
pub(crate) mod head_limit;
pub(crate) mod negotiation;
pub(crate) mod panics;
