//! The JSON of Hearken's API: the twins of the domain's types.
//!
//! The domain knows no JSON, so everything that has a shape on the wire has it here and only here: request bodies and
//! query strings come in ([`create`], [`query`]), objects, lists, problems and events go out.
//!
//! What comes in is read leniently first and judged field by field afterwards, so that all errors of a request come in
//! one answer. What goes out is serialised from borrowed domain values.

pub mod body;
pub mod company;
pub mod contact;
pub mod create;
pub mod cursor;
pub mod deleted;
pub mod engagement;
pub mod event;
pub mod expand;
pub mod insight;
mod json;
pub mod list;
pub mod problem;
pub mod published;
pub mod query;
mod shown;
pub mod tag;
pub mod time;
pub mod timeline;
pub mod user;
pub mod webhook;
pub mod workflow;

use bytes::Bytes;
use serde::Serialize;

/// The bytes of an object, a list or any other value of this crate.
///
/// # Panics
/// Never for this crate's values.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Bytes {
    let json = serde_json::to_vec(value)
        .expect("this crate's values have text keys and no failing parts, which is all that serialising can fail by");
    Bytes::from(json)
}
