//! What the black-box tests need: the real binary as a process, a client over real sockets, and whatever stands outside:
//! a host of recordings, speech and chat servers, receivers of webhooks, a mail server, a bucket.
//!
//! Nothing here knows the service's code. The binary is built once a test process, or taken from the variable
//! `HEARKEN_E2E_BINARY`; every process that is started is killed by its own id when its owner is dropped.

pub mod answer;
pub mod asr;
pub mod binary;
pub mod bodies;
pub mod bucket;
pub mod certificates;
pub mod chat;
pub mod client;
pub mod database;
pub mod dice;
pub mod files;
mod form;
pub mod ledger;
pub mod log;
pub mod mail;
pub mod manner;
pub mod media_host;
pub mod outside;
pub mod process;
pub mod raw;
pub mod receivers;
pub mod recording;
pub mod seen;
pub mod server;
pub mod setup;
pub mod sound;
pub mod subscriber;
pub mod until;
mod web;
pub mod work;
