//! The analyser against a chat server on loopback that speaks the real protocol and answers as each test says.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod answers;
mod chat_server;
mod failures;
mod hostile;
mod log;
mod long;
mod misfits;
mod stage;
