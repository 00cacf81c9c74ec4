//! Recordings in a bucket of a real S3-protocol server, whose disk is a temporary folder.

use std::{fs, net::SocketAddr, path::Path, sync::Arc};

use hearken_blobs_objectstore::{ObjectBlobs, S3Settings};
use hearken_domain::{
    media::{FetchCode, FetchError},
    ports::{BlobErrorKind, BlobStore, PutError},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use s3s::{
    auth::SimpleAuth,
    service::{S3Service, S3ServiceBuilder},
};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpSocket};
use url::Url;

use crate::recordings::{key, noise, read, recording};

const BUCKET: &str = "recordings";
const KEY_ID: &str = "AKIAEXAMPLE";
const SECRET: &str = "a secret for tests";

mod conformance {
    use super::*;

    async fn fresh() -> (Arc<dyn BlobStore>, TempDir) {
        let (blobs, folder) = super::fresh().await;
        let blobs: Arc<dyn BlobStore> = Arc::new(blobs);
        (blobs, folder)
    }

    hearken_testkit::blob_conformance!(fresh);
}

async fn fresh() -> (ObjectBlobs, TempDir) {
    let folder = TempDir::new().expect("there is a folder for temporary files");
    fs::create_dir(folder.path().join(BUCKET)).expect("the bucket can be made");
    let address = serve(folder.path()).await;
    (access(address), folder)
}

/// Serves until the test's runtime ends.
async fn serve(root: &Path) -> SocketAddr {
    let files = FileSystem::new(root).expect("the folder is there");
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("there is a free port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(accept(listener, service));
    address
}

async fn accept(listener: TcpListener, service: S3Service) {
    while let Ok((socket, _)) = listener.accept().await {
        let service = service.clone();
        tokio::spawn(async move {
            let server = auto::Builder::new(TokioExecutor::new());
            // A client that hangs up is its own affair.
            let _ = server.serve_connection(TokioIo::new(socket), service).await;
        });
    }
}

fn access(address: SocketAddr) -> ObjectBlobs {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = S3Settings {
        bucket: BUCKET.to_owned(),
        prefix: "hearken/blobs".to_owned(),
        endpoint: Some(Url::parse(&format!("http://{address}")).expect("an address makes a URL")),
        region: "us-east-1".to_owned(),
        access_key_id: Some(KEY_ID.to_owned()),
        secret_access_key: Some(SECRET.into()),
        session_token: None,
        allow_http: true,
    };
    ObjectBlobs::s3(&settings).expect("the settings are complete")
}

#[tokio::test]
async fn a_recording_of_several_parts_reads_back() {
    let (blobs, folder) = fresh().await;
    let content = noise(20 * 1024 * 1024 + 7);
    let pieces = content.chunks(64 * 1024).map(|piece| Ok(content.slice_ref(piece))).collect();
    let stored = blobs.put(key(1), recording(pieces)).await.unwrap();
    assert_eq!(stored.bytes, content.len() as u64);
    assert!(read(&blobs, key(1), content.len()).await.unwrap() == content, "the bytes are others");
    assert!(folder.path().join(BUCKET).join("hearken/blobs").join(key(1).to_string()).exists());
}

#[tokio::test]
async fn several_parts_of_a_recording_that_fails_are_not_there() {
    let (blobs, _folder) = fresh().await;
    let mut pieces: Vec<_> = (0..20).map(|_| Ok(noise(1024 * 1024))).collect();
    pieces.push(Err(FetchError::new(FetchCode::Truncated, "the body ended early")));
    assert!(matches!(blobs.put(key(1), recording(pieces)).await, Err(PutError::Source(_))));
    assert_eq!(read(&blobs, key(1), 1).await.unwrap_err().kind, BlobErrorKind::NotFound);
}

#[tokio::test]
async fn a_range_beyond_the_end_is_an_error() {
    let (blobs, _folder) = fresh().await;
    blobs.put(key(1), recording(vec![Ok(noise(10))])).await.unwrap();
    assert_eq!(read(&blobs, key(1), 11).await.unwrap_err().kind, BlobErrorKind::Broken);
}

#[tokio::test]
async fn a_bucket_out_of_reach_admits_nothing_for_a_while() {
    // The port is taken, so that no other process listens there.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let blobs = access(socket.local_addr().unwrap());
    blobs.check_room().await.unwrap();
    let answer = blobs.put(key(1), recording(vec![Ok(noise(10))])).await;
    assert!(matches!(answer, Err(PutError::Blob(error)) if error.kind == BlobErrorKind::Unavailable));
    assert_eq!(blobs.check_room().await.unwrap_err().kind, BlobErrorKind::Unavailable);
}
