//! Recordings whose bytes follow from their path, so that anybody can say what they must be.

use bytes::Bytes;
use sha2::{Digest, Sha256};

/// The recording under a path: 4 to 20 KiB that begin like an MP3 with a tag. The query is no part of it.
pub fn of(path: &str) -> Bytes {
    let path = path.split('?').next().unwrap_or_default();
    let mut block = digest(path.as_bytes());
    let length = 4096 + usize::from(block[0]) * 64;
    let mut bytes = b"ID3\x03\0\0\0\0\0\0".to_vec();
    while bytes.len() < length {
        bytes.extend_from_slice(&block);
        block = digest(&block);
    }
    bytes.truncate(length);
    bytes.into()
}

/// SHA-256 of some bytes.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
