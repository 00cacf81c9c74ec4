//! The spooled recording as symphonia reads it: each read looks whether decoding is to stop.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use symphonia::core::io::MediaSource;

use crate::stop::Stop;

/// Whether the reader may look at the file's end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    Known,
    Unknown,
}

/// A recording in a file.
pub(crate) struct SpooledSource {
    file: File,
    length: u64,
    ends: Ends,
    stop: Arc<Stop>,
}

impl SpooledSource {
    /// From the beginning of the file.
    pub(crate) fn open(file: &File, ends: Ends, stop: Arc<Stop>) -> io::Result<Self> {
        let mut file = file.try_clone()?;
        let length = file.metadata()?.len();
        file.rewind()?;
        Ok(Self { file, length, ends, stop })
    }
}

impl Read for SpooledSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Not `Interrupted`: that one is tried again.
        if self.stop.is_stopped() {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        self.file.read(buffer)
    }
}

impl Seek for SpooledSource {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl MediaSource for SpooledSource {
    fn is_seekable(&self) -> bool {
        self.ends == Ends::Known
    }

    fn byte_len(&self) -> Option<u64> {
        (self.ends == Ends::Known).then_some(self.length)
    }
}
