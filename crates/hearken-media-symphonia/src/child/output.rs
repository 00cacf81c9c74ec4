//! Frames to the service, as [`crate::protocol`] has them.

use std::{
    cell::RefCell,
    fs::File,
    io::{self, BufWriter, Write},
};

use serde::Serialize;

use crate::protocol::{ENDED, Ended, MAX_FRAME, PROGRESS, REFUSED, Refusal, SOUND};

/// Shared by the tracks that are decoded side by side.
pub(super) struct Output {
    pipe: RefCell<BufWriter<File>>,
}

impl Output {
    pub(super) fn new(pipe: File) -> Self {
        Self { pipe: RefCell::new(BufWriter::with_capacity(MAX_FRAME, pipe)) }
    }

    /// Samples of a speech track.
    pub(super) fn sound(&self, track: u8, samples: &[i16]) -> Result<(), Refusal> {
        for piece in samples.chunks(MAX_FRAME / size_of::<i16>()) {
            let bytes: Vec<u8> = piece.iter().flat_map(|sample| sample.to_le_bytes()).collect();
            self.frame((SOUND, track), &bytes).map_err(|error| gone(&error))?;
        }
        Ok(())
    }

    /// Tells that decoding goes on, and finds out whether the service is still there.
    pub(super) fn progress(&self) -> Result<(), Refusal> {
        let sent = self.frame((PROGRESS, 0), &[]).and_then(|()| self.pipe.borrow_mut().flush());
        sent.map_err(|error| gone(&error))
    }

    pub(super) fn finish(&self, result: Result<Ended, Refusal>) -> io::Result<()> {
        match result {
            Ok(ended) => self.last(ENDED, &ended),
            Err(refusal) => self.last(REFUSED, &refusal),
        }
    }

    fn last(&self, tag: u8, what: &impl Serialize) -> io::Result<()> {
        self.frame((tag, 0), &serde_json::to_vec(what)?)?;
        self.pipe.borrow_mut().flush()
    }

    fn frame(&self, (tag, track): (u8, u8), bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        let mut pipe = self.pipe.borrow_mut();
        pipe.write_all(&[tag, track])?;
        pipe.write_all(&length.to_le_bytes())?;
        pipe.write_all(bytes)
    }
}

/// A parent that is gone reads no refusal either: this only ends the decoding.
fn gone(error: &io::Error) -> Refusal {
    Refusal::Input { why: error.to_string() }
}
