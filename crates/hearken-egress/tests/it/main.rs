//! The guard against the cases of `media-fetch.jsonl` that need no network, its classifier against a second, naive one,
//! and its `POST` against real servers on this machine.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod address_reference;
mod exhaustive;
mod name_server;
mod post;
mod post_refused;
mod proxy;
mod receiver;
mod url_cases;
