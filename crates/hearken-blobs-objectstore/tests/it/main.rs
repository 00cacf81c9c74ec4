//! The adapter against a real disk and a real S3-protocol server on loopback.

mod bucket;
mod disk;
mod recordings;
