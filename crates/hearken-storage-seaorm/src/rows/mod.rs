//! Between rows and the domain's values, one file a subject.

pub(crate) mod access;
pub(crate) mod delivery;
pub(crate) mod engagement;
pub(crate) mod insight;
pub(crate) mod job;
pub(crate) mod people;
pub(crate) mod tag;
pub(crate) mod timeline;
pub(crate) mod webhook;
pub(crate) mod work;
pub(crate) mod workflow;
