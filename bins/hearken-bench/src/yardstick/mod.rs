//! What the service is held against, a file each: the least that anybody must do who wants the same result.

pub(crate) mod curl;
pub(crate) mod job_loop;
pub(crate) mod pgbench;
pub(crate) mod plain_client;
pub(crate) mod server;
pub(crate) mod sqlite;
