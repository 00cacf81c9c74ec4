//! Reads a range of a file as a stream.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use futures_util::stream;
use hearken_domain::ports::{BlobError, ByteStream};

use crate::blocking::blocking;

/// The most bytes of a piece: a trip to another thread each, so not too few.
const READ_BYTES: u64 = 256 * 1024;

/// What is left to read.
struct Rest {
    file: File,
    bytes: u64,
}

/// Opens a range; it must lie within the file.
pub(super) async fn open(path: PathBuf, range: Range<u64>) -> Result<ByteStream, BlobError> {
    let rest = blocking(move || seek(&path, &range)).await?;
    Ok(Box::pin(stream::try_unfold(rest, |rest| async move {
        if rest.bytes == 0 {
            return Ok(None);
        }
        blocking(move || read(rest)).await.map(Some)
    })))
}

fn seek(path: &Path, range: &Range<u64>) -> io::Result<Rest> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if range.start > range.end || range.end > length {
        let message = format!("bytes {} to {} of a blob of {length}", range.start, range.end);
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    file.seek(SeekFrom::Start(range.start))?;
    Ok(Rest { file, bytes: range.end - range.start })
}

fn read(mut rest: Rest) -> io::Result<(Bytes, Rest)> {
    let size = rest.bytes.min(READ_BYTES);
    let mut piece = vec![0; usize::try_from(size).expect("a piece is far smaller than the address space")];
    // Exactly, so that a file that was cut off under us is an error and no early end.
    rest.file.read_exact(&mut piece)?;
    rest.bytes -= size;
    Ok((Bytes::from(piece), rest))
}
