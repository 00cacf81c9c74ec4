//! A bucket: a server of the S3 protocol on loopback, whose disk is a temporary folder.

use std::{fs, net::Ipv4Addr};

use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinSet};

use crate::setup::Setup;

const BUCKET: &str = "recordings";
const KEY_ID: &str = "AKIAEXAMPLE";
const SECRET: &str = "a secret for tests";

/// The bucket; it ends when this is dropped.
pub struct Bucket {
    endpoint: String,
    _folder: TempDir,
    _tasks: JoinSet<()>,
}

impl Bucket {
    /// Starts its server on a free port.
    pub async fn start() -> Self {
        let folder = TempDir::with_prefix("hearken-e2e-bucket-").expect("a temporary folder can be made");
        fs::create_dir(folder.path().join(BUCKET)).expect("the bucket can be made");
        let files = FileSystem::new(folder.path()).expect("the folder is there");
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
        let service = service.build();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let service = service.clone();
                connections.spawn(async move {
                    let server = auto::Builder::new(TokioExecutor::new());
                    // A client that hangs up is its own affair.
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
                while connections.try_join_next().is_some() {}
            }
        });
        Self { endpoint: format!("http://{address}"), _folder: folder, _tasks: tasks }
    }

    /// The same setup with its recordings here.
    pub fn holding(&self, setup: Setup) -> Setup {
        setup
            .with("blobs.url", format!("s3://{BUCKET}/hearken"))
            .with("blobs.endpoint", &self.endpoint)
            .with("blobs.region", "us-east-1")
            .with_variable("AWS_ACCESS_KEY_ID", KEY_ID)
            .with_variable("AWS_SECRET_ACCESS_KEY", SECRET)
    }
}
