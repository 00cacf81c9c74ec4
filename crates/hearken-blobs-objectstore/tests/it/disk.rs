//! Recordings on local disk.

use std::{fs, path::Path, sync::Arc};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use hearken_blobs_objectstore::{LocalSettings, ObjectBlobs};
use hearken_domain::{
    media::{FetchCode, FetchError},
    ports::{BlobErrorKind, BlobStore, PutError},
};
use tempfile::TempDir;

use crate::recordings::{key, noise, read, recording};

mod conformance {
    use super::*;

    async fn fresh() -> (Arc<dyn BlobStore>, TempDir) {
        let folder = TempDir::new().expect("there is a folder for temporary files");
        let blobs: Arc<dyn BlobStore> = Arc::new(open(folder.path()));
        (blobs, folder)
    }

    hearken_testkit::blob_conformance!(fresh);
}

fn open(root: &Path) -> ObjectBlobs {
    let settings = LocalSettings { root: root.join("deep").join("blobs"), low_water_bytes: 0 };
    ObjectBlobs::local(settings).expect("the folder can be made")
}

fn staging(root: &Path) -> Vec<String> {
    names(&root.join("deep").join("blobs").join("staging"))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn what_a_kill_left_is_swept_and_blobs_are_kept() {
    let folder = TempDir::new().unwrap();
    let blobs = open(folder.path());
    blobs.put(key(1), recording(vec![Ok(noise(10))])).await.unwrap();
    fs::File::create(folder.path().join("deep/blobs/staging/upl_x-0.part")).unwrap();
    drop(blobs);

    let blobs = open(folder.path());
    assert_eq!(staging(folder.path()).len(), 1);
    blobs.sweep_staging().await.unwrap();
    assert!(staging(folder.path()).is_empty());
    assert_eq!(read(&blobs, key(1), 10).await.unwrap(), noise(10));
}

#[tokio::test]
async fn a_blob_has_its_name_only_once_it_is_whole() {
    let folder = TempDir::new().unwrap();
    let blobs = open(folder.path());
    let path = folder.path().join("deep/blobs").join(key(1).to_string());

    let (seen, root) = (path.clone(), folder.path().to_owned());
    let look = stream::once(async move {
        assert!(!seen.exists());
        assert_eq!(staging(&root).len(), 1);
        Ok(Bytes::from_static(b"end"))
    });
    // More than the writer takes before it has made its file.
    let begin = stream::iter((0..8).map(|_| Ok(noise(1024 * 1024))));
    blobs.put(key(1), begin.chain(look).boxed()).await.unwrap();

    assert_eq!(fs::metadata(&path).unwrap().len(), 8 * 1024 * 1024 + 3);
    assert!(staging(folder.path()).is_empty());
}

#[tokio::test]
async fn a_recording_that_fails_leaves_no_file_at_all() {
    let folder = TempDir::new().unwrap();
    let blobs = open(folder.path());
    let failure = FetchError::new(FetchCode::Truncated, "the body ended early");
    let answer = blobs.put(key(1), recording(vec![Ok(noise(3_000_000)), Err(failure)])).await;
    assert!(matches!(answer, Err(PutError::Source(error)) if error.code == FetchCode::Truncated));
    assert!(staging(folder.path()).is_empty());
    assert_eq!(names(&folder.path().join("deep/blobs")), ["staging"]);
}

#[tokio::test]
async fn a_range_beyond_the_end_is_an_error() {
    let folder = TempDir::new().unwrap();
    let blobs = open(folder.path());
    blobs.put(key(1), recording(vec![Ok(noise(10))])).await.unwrap();
    assert_eq!(read(&blobs, key(1), 11).await.unwrap_err().kind, BlobErrorKind::Broken);
}

#[tokio::test]
async fn below_the_low_water_mark_nothing_new_is_admitted() {
    let folder = TempDir::new().unwrap();
    let settings = LocalSettings { root: folder.path().to_owned(), low_water_bytes: u64::MAX };
    let blobs = ObjectBlobs::local(settings).unwrap();
    assert_eq!(blobs.check_room().await.unwrap_err().kind, BlobErrorKind::Full);
    assert!(blobs.delete(key(1)).await.is_ok());
}
