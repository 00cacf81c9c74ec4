//! The guard against the cases of `media-fetch.jsonl` that need no network, and its classifier against a second,
//! naive one.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod address_reference;
mod exhaustive;
mod proxy;
mod url_cases;
