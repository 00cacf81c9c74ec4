//! What the fault tests need: the binary with its failpoints, installations that die and come back, tools that break
//! what is around them, and a checker that holds the clients' own log against what is left.
//!
//! The binary is built once a test process with the feature `failpoints`, or taken from the variable
//! `HEARKEN_FAULTS_BINARY`. Every process that is started is killed by its own id when its owner is dropped.

pub mod audit;
pub mod backlog;
pub mod binary;
pub mod database;
pub mod followed;
pub mod installation;
pub mod ledger;
pub mod life;
pub mod lossy_disk;
pub mod name_server;
pub mod order;
pub mod prepared;
pub mod proxy;
pub mod psql;
pub mod raw_host;
pub mod rows;
pub mod settings;
pub mod small_disk;
pub mod sources;
pub mod strace;
pub mod traffic;
pub mod verdict;
