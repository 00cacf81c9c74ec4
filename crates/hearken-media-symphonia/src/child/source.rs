//! The recording as symphonia reads it: standard input, from the first byte of sound on.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use symphonia::core::io::MediaSource;

use super::riff::Patches;

/// Whether the reader may look at the file's end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    Known,
    Unknown,
}

/// A recording in a file, without what stands before it.
pub(super) struct FileSource {
    file: Arc<File>,
    start: u64,
    length: u64,
    at: u64,
    patches: Patches,
    ends: Ends,
}

impl FileSource {
    /// From this byte of the file on.
    pub(super) fn open(file: &Arc<File>, start: u64, ends: Ends) -> io::Result<Self> {
        let length = (&**file).seek(SeekFrom::End(0))?.saturating_sub(start);
        (&**file).seek(SeekFrom::Start(start))?;
        Ok(Self { file: Arc::clone(file), start, length, at: start, patches: Vec::new(), ends })
    }

    /// Says that it is as long as its tables claim, so that what is there is found. Behind the true end is nothing.
    pub(super) fn pretend_length(&mut self, length: u64) {
        self.length = self.length.max(length);
    }

    /// Reads other bytes at some places.
    pub(super) fn patch(&mut self, patches: Patches) {
        self.patches = patches;
    }
}

impl Read for FileSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = (&*self.file).read(buffer)?;
        for (place, bytes) in &self.patches {
            for (place, byte) in (*place..).zip(bytes) {
                let within = place.checked_sub(self.at).and_then(|within| usize::try_from(within).ok());
                if let Some(patched) = within.and_then(|within| buffer[..read].get_mut(within)) {
                    *patched = *byte;
                }
            }
        }
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for FileSource {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => (self.at - self.start).checked_add_signed(by),
        };
        let to = to.and_then(|to| to.checked_add(self.start)).ok_or(io::ErrorKind::InvalidInput)?;
        self.at = (&*self.file).seek(SeekFrom::Start(to))?;
        Ok(self.at - self.start)
    }
}

impl MediaSource for FileSource {
    fn is_seekable(&self) -> bool {
        self.ends == Ends::Known
    }

    fn byte_len(&self) -> Option<u64> {
        (self.ends == Ends::Known).then_some(self.length)
    }
}
