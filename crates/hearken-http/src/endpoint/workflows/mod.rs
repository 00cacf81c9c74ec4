//! Workflows and their runs.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod runs;
pub(crate) mod update;
