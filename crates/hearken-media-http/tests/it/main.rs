//! The fetcher against every case of `media-fetch.jsonl` that needs a network: real sockets, a real DNS server and real
//! TLS on this machine.
//!
//! The cases name public addresses. A dialer of the tests takes the *checked* address to a listener on loopback and
//! remembers what it was asked for, so that a forbidden address would be seen.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod body_cases;
mod cases;
mod certificates;
mod content_type_cases;
mod dns_cases;
mod dns_server;
mod frames;
mod hostile;
mod origin;
mod own;
mod redirect_cases;
mod route;
mod script;
mod stage;
