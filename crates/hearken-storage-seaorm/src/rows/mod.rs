//! Between rows and the domain's values, one file a subject.

pub(crate) mod access;
pub(crate) mod engagement;
pub(crate) mod people;
pub(crate) mod timeline;
pub(crate) mod work;
