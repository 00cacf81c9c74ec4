//! What the black-box tests need: the real binary as a process, a client over real sockets, and a host of recordings.
//!
//! Nothing here knows the service's code. The binary is built once a test process, or taken from the variable
//! `HEARKEN_E2E_BINARY`; every process that is started is killed by its own id when its owner is dropped.

pub mod answer;
pub mod binary;
pub mod bodies;
pub mod certificates;
pub mod client;
pub mod database;
pub mod dice;
pub mod files;
pub mod log;
pub mod media_host;
pub mod process;
pub mod raw;
pub mod recording;
pub mod server;
pub mod setup;
pub mod until;
