//! What the API shows of something that was deleted.

use std::fmt::Display;

use serde::Serialize;

use crate::shown::Shown;

/// The JSON of a deletion; made by [`deleted`].
#[derive(Debug, Serialize)]
#[serde(bound(serialize = "I: Display"))]
pub struct DeletedView<I: Display> {
    id: Shown<I>,
    object: &'static str,
    deleted: bool,
}

/// A deletion's JSON.
pub fn deleted<I: Display>(object: &'static str, id: I) -> DeletedView<I> {
    DeletedView { id: Shown(id), object, deleted: true }
}
