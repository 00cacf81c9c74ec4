//! The dispatcher against real receivers: TLS servers on loopback that answer well, badly, for ever or not at all, and
//! the libraries that receivers verify signatures with.

#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

mod answers;
mod hostile;
mod libraries;
mod name_server;
mod programs;
mod receiver;
mod refused;
mod signatures;
mod stage;
