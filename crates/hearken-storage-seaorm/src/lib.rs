//! The store of Hearken on SQLite and on PostgreSQL: one schema, the same statements, the same answers.
//!
//! Both [`SqliteStore`] and [`PostgresStore`] implement `EngagementStore`, `Directory`, `Registry`, `Claims`, `Uploads`
//! and `Outbox`. What is written is a [`Changeset`](hearken_domain::changeset::Changeset); it becomes one transaction,
//! durable when `commit` returns. Neither a transaction nor a type of the ORM leaves this crate.
//!
//! # SQLite
//!
//! For one machine and one process. One task owns the one writing connection; writes queue up in order and those that
//! wait together are committed together, each in a savepoint of its own. Reads have a pool of read-only connections.
//! Write-ahead log, `synchronous=FULL`, foreign keys enforced. [`SqliteStore::open`] migrates.
//!
//! # PostgreSQL
//!
//! For any number of processes. Every write is a transaction of its own at READ COMMITTED, in a task of its own, and is
//! tried again when the server says that it may be. [`PostgresStore::connect`] does not migrate:
//! [`PostgresStore::migrate`] does, and [`PostgresStore::check_schema`] says whether somebody must.
//!
//! # Settings
//!
//! [`SqliteSettings`] and [`PostgresSettings`]. Fixed: a statement may take 30 s, a lock 10 s, an idle transaction 10 s
//! on PostgreSQL; a free connection is waited for 5 s on PostgreSQL and 30 s on SQLite; 1,024 writes queue up on SQLite
//! before callers wait; 64 are committed together.
//!
//! # Limits
//!
//! Titles are searched by the trigrams of what is looked for. One or two characters, and everything on a PostgreSQL
//! without `pg_trgm`, are searched by a look at each title of the workspace. Speakers and entries of a timeline are one value.

mod apply;
mod columns;
mod error;
mod faults;
mod migration;
mod order;
mod ports;
mod postgres;
mod queues;
mod read;
mod rows;
mod schema;
mod settings;
mod sqlite;
mod write;

pub use self::{
    error::OpenError,
    postgres::PostgresStore,
    settings::{PostgresSettings, SqliteSettings},
    sqlite::SqliteStore,
};
