//! Tags, and which engagements have them.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod replace;
pub(crate) mod update;
