//! The checks of a blob store.
//!
//! The list of their names is in `suite.rs`, once.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{
    StreamExt, TryStreamExt,
    future::{self, Either},
    stream,
};
use hearken_domain::{
    media::{FetchCode, FetchError, MediaStream},
    ports::{BlobErrorKind, BlobStore, PutError, StoredBlob},
    upload::BlobKey,
};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

use crate::fixture::new_id;

/// What is put reads back, whole and in part.
pub async fn a_blob_reads_back_whole_and_in_ranges(blobs: &Arc<dyn BlobStore>) {
    let (key, content) = (a_key(), pattern(100_000));
    put(blobs, key, pieces(&content, 1000)).await;
    for (start, end) in [(0, 100_000), (0, 1), (99_999, 100_000), (1, 99_999), (65_535, 65_537), (500, 1500)] {
        let read = read(blobs, key, (start, end)).await;
        assert!(read == content[start..end], "the bytes {start}..{end} are others");
    }
}

/// `put` counts and hashes what it stores.
pub async fn a_put_counts_and_hashes(blobs: &Arc<dyn BlobStore>) {
    for (length, piece) in [(1, 1), (10, 3), (70_000, 7), (70_000, 70_000)] {
        let content = pattern(length);
        assert_eq!(put(blobs, a_key(), pieces(&content, piece)).await, stored(&content));
    }
}

/// Pieces may be empty: they are no end.
pub async fn an_empty_piece_is_no_end(blobs: &Arc<dyn BlobStore>) {
    let key = a_key();
    let body = stream::iter(["", "ab", "", "", "cd", ""].map(|piece| Ok(Bytes::from_static(piece.as_bytes())))).boxed();
    assert_eq!(put(blobs, key, body).await, stored(b"abcd"));
    assert_eq!(read(blobs, key, (0, 4)).await, b"abcd");
}

/// An empty stream makes a blob without bytes.
pub async fn an_empty_stream_makes_an_empty_blob(blobs: &Arc<dyn BlobStore>) {
    let key = a_key();
    assert_eq!(put(blobs, key, stream::empty().boxed()).await, stored(b""));
    assert_eq!(read(blobs, key, (0, 0)).await, b"");
}

/// 8 MiB in small pieces read back: more than one part of every store that uploads in parts.
pub async fn a_large_blob_in_small_pieces_reads_back(blobs: &Arc<dyn BlobStore>) {
    let (key, content) = (a_key(), pattern(8 * 1024 * 1024));
    assert_eq!(put(blobs, key, pieces(&content, 4093)).await, stored(&content));
    assert!(read(blobs, key, (0, content.len())).await == content, "the bytes are others");
    let (start, end) = (5 * 1024 * 1024 - 10, 5 * 1024 * 1024 + 10);
    assert!(read(blobs, key, (start, end)).await == content[start..end], "the bytes at the seam are others");
}

/// A put whose stream fails tells so with the stream's own error, and leaves nothing under the key.
pub async fn a_put_whose_stream_fails_leaves_nothing(blobs: &Arc<dyn BlobStore>) {
    for length in [0, 10, 6 * 1024 * 1024] {
        let (key, error) = (a_key(), FetchError::new(FetchCode::Truncated, "the body ended early"));
        let body = pieces(&pattern(length), 60_000).chain(stream::iter([Err(error.clone())])).boxed();
        let answer = blobs.put(key, body).await;
        assert!(matches!(&answer, Err(PutError::Source(source)) if *source == error), "the store answered {answer:?}");
        assert_not_there(blobs, key).await;
        // Nothing is left that would stand in the way of the next attempt.
        put(blobs, key, pieces(b"again", 2)).await;
        assert_eq!(read(blobs, key, (0, 5)).await, b"again");
    }
}

/// A put that is dropped halfway leaves nothing under the key.
pub async fn a_put_that_is_dropped_leaves_nothing(blobs: &Arc<dyn BlobStore>) {
    for length in [0, 10, 6 * 1024 * 1024] {
        let (key, all_read) = (a_key(), Arc::new(Notify::new()));
        let reached = all_read.clone();
        let end = stream::once(async move {
            reached.notify_one();
            future::pending().await
        });
        let body = pieces(&pattern(length), 60_000).chain(end).boxed();
        match future::select(blobs.put(key, body), Box::pin(all_read.notified())).await {
            Either::Left((answer, _)) => panic!("the put ended before its stream: {answer:?}"),
            Either::Right(((), put)) => drop(put),
        }
        assert_not_there(blobs, key).await;
        put(blobs, key, pieces(b"again", 2)).await;
        assert_eq!(read(blobs, key, (0, 5)).await, b"again");
    }
}

/// A blob is there whole or not at all: nobody sees one whose put has not returned.
pub async fn a_blob_is_not_there_before_its_put_returns(blobs: &Arc<dyn BlobStore>) {
    let (key, seen_by) = (a_key(), blobs.clone());
    let look = stream::once(async move {
        assert_not_there(&seen_by, key).await;
        Ok(Bytes::from_static(b"end"))
    });
    put(blobs, key, pieces(&pattern(10_000), 1000).chain(look).boxed()).await;
    assert_eq!(read(blobs, key, (10_000, 10_003)).await, b"end");
}

/// A key that nobody put is not found.
pub async fn an_unknown_blob_is_not_found(blobs: &Arc<dyn BlobStore>) {
    assert_not_there(blobs, a_key()).await;
}

/// A deleted blob is gone, and deleting what is not there is no error.
pub async fn deleting_is_idempotent(blobs: &Arc<dyn BlobStore>) {
    let key = a_key();
    blobs.delete(key).await.expect("deleting what was never there is no error");
    put(blobs, key, pieces(b"abc", 1)).await;
    for _ in 0..2 {
        blobs.delete(key).await.expect("deleting is no error");
        assert_not_there(blobs, key).await;
    }
}

/// The same upload id in two workspaces is two blobs.
pub async fn blobs_of_two_workspaces_are_separate(blobs: &Arc<dyn BlobStore>) {
    let mine = a_key();
    let theirs = BlobKey { workspace: new_id(), ..mine };
    put(blobs, mine, pieces(b"mine", 4)).await;
    assert_not_there(blobs, theirs).await;
    put(blobs, theirs, pieces(b"theirs", 6)).await;
    assert_eq!(read(blobs, mine, (0, 4)).await, b"mine");
    blobs.delete(mine).await.expect("deleting is no error");
    assert_eq!(read(blobs, theirs, (0, 6)).await, b"theirs");
}

/// Puts at one time do not disturb each other.
pub async fn puts_at_one_time_do_not_disturb_each_other(blobs: &Arc<dyn BlobStore>) {
    let keys: Vec<BlobKey> = (0..16).map(|_| a_key()).collect();
    let contents: Vec<Vec<u8>> = (0..16).map(|n| pattern(50_000 + n)).collect();
    let puts = keys.iter().zip(&contents).map(|(key, content)| blobs.put(*key, pieces(content, 999)));
    for (answer, content) in future::join_all(puts).await.into_iter().zip(&contents) {
        assert_eq!(answer.expect("the store stores"), stored(content));
    }
    for (key, content) in keys.iter().zip(&contents) {
        assert!(read(blobs, *key, (0, content.len())).await == *content, "the bytes are others");
    }
}

/// Sweeping what killed puts left behind keeps every blob.
pub async fn sweeping_keeps_blobs(blobs: &Arc<dyn BlobStore>) {
    let key = a_key();
    put(blobs, key, pieces(b"kept", 2)).await;
    blobs.sweep_staging().await.expect("the store sweeps");
    assert_eq!(read(blobs, key, (0, 4)).await, b"kept");
}

/// A store with room says so.
pub async fn a_store_with_room_says_so(blobs: &Arc<dyn BlobStore>) {
    blobs.check_room().await.expect("the store has room");
}

fn a_key() -> BlobKey {
    BlobKey { workspace: new_id(), upload: new_id() }
}

/// Bytes that differ from place to place, so that a piece in the wrong place is seen.
fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|n| u8::try_from((n / 251 + n) % 256).expect("a remainder of 256 is a byte")).collect()
}

fn pieces(content: &[u8], size: usize) -> MediaStream {
    let pieces: Vec<_> = content.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces).boxed()
}

fn stored(content: &[u8]) -> StoredBlob {
    StoredBlob { bytes: content.len() as u64, sha256: Sha256::digest(content).into() }
}

async fn put(blobs: &Arc<dyn BlobStore>, key: BlobKey, body: MediaStream) -> StoredBlob {
    blobs.put(key, body).await.expect("the store stores")
}

async fn read(blobs: &Arc<dyn BlobStore>, key: BlobKey, (start, end): (usize, usize)) -> Vec<u8> {
    let pieces = blobs.open(key, start as u64..end as u64).await.expect("the blob is there");
    let pieces: Vec<Bytes> = pieces.try_collect().await.expect("the blob can be read to its end");
    pieces.concat()
}

async fn assert_not_there(blobs: &Arc<dyn BlobStore>, key: BlobKey) {
    // A store may notice only when the first bytes are read.
    let first = match blobs.open(key, 0..1).await {
        Ok(mut pieces) => pieces.try_next().await,
        Err(error) => Err(error),
    };
    match first {
        Ok(piece) => panic!("there is a blob; it begins with {piece:?}"),
        Err(error) => assert_eq!(error.kind, BlobErrorKind::NotFound, "{error:?}"),
    }
}
