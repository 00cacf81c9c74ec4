//! `worker`: how much is processed at a time.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use crate::error::ConfigError;
use crate::form::count;
use crate::merged::Merged;
use crate::page::Page;

/// The work of one process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// Jobs at a time; at least 1.
    pub concurrency: usize,
}

impl Worker {
    pub(crate) fn read(merged: &Merged) -> Result<Self, ConfigError> {
        let concurrency = merged.optional("worker.concurrency", &count::<usize>())?;
        Ok(Self { concurrency: concurrency.unwrap_or_else(|| available_parallelism().map_or(1, NonZeroUsize::get)) })
    }

    pub(crate) fn print(&self, page: &mut Page) {
        page.number("worker.concurrency", self.concurrency);
    }
}
