//! Fetches a model: file by file, with what was there before gone on with, and nothing taken that is not what it should be.
//!
//! The address comes from who runs Hearken and not from a caller, so that it does not go through the guard of outbound calls.

use std::{
    fs::TryLockError,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::{Client, Response, StatusCode, header};
use sha2::{Digest, Sha256};
use tokio::{
    fs::{self, File},
    io::{AsyncReadExt, AsyncWriteExt},
};
use url::Url;

use crate::{
    catalogue::{KnownModel, ModelFile},
    folder::ModelFolder,
};

/// How long a host may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(30);
/// How long it may send nothing.
const IDLE: Duration = Duration::from_secs(60);
/// How often in a row a file is asked for without a byte of it coming.
const TRIES: u32 = 3;

/// Why a model is not there after all. What was fetched of it stays, unless it was wrong, and the next pull goes on with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PullError {
    /// The address is none.
    #[error("the models' address is not an http or https address")]
    Address,
    /// No connection can be made here, or the connection broke too often.
    #[error("the models' host cannot be reached, or broke off; the next pull goes on where this one ended")]
    Host(#[source] reqwest::Error),
    /// The host has it not, or does not give it.
    #[error("the models' host answered {status} for {file}")]
    Answer {
        /// Of the answer.
        status: u16,
        /// Which file.
        file: &'static str,
    },
    /// What came is not the file of the catalogue. It was removed.
    #[error("what came as {file} is not the file of the catalogue: its {what} is another; it was removed")]
    Wrong {
        /// Which file.
        file: &'static str,
        /// `size` or `sha-256`.
        what: &'static str,
    },
    /// Another process fetches the same file.
    #[error("{file} is being fetched already")]
    Busy {
        /// Which file.
        file: &'static str,
    },
    /// The disk.
    #[error("the model cannot be written")]
    Disk(#[from] io::Error),
}

/// Where models come from.
#[derive(Clone, Debug)]
pub struct ModelHost {
    base: Url,
    client: Client,
}

impl ModelHost {
    /// The host at this address, such as [`PUBLIC_HOST`](crate::PUBLIC_HOST), by the system's certificate authorities.
    /// Needs a process-wide rustls provider.
    pub fn new(base: &str) -> Result<Self, PullError> {
        let client = Client::builder()
            .user_agent(concat!("hearken/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .read_timeout(IDLE)
            .build()
            .map_err(PullError::Host)?;
        Self::with_client(base, client)
    }

    /// The same, by a client of the caller's own.
    pub fn with_client(base: &str, client: Client) -> Result<Self, PullError> {
        let mut base = Url::parse(base).map_err(|_| PullError::Address)?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(PullError::Address);
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Ok(Self { base, client })
    }

    async fn ask(&self, path: &str, from: u64) -> Result<Response, PullError> {
        let url = self.base.join(path).map_err(|_| PullError::Address)?;
        let mut request = self.client.get(url).header(header::ACCEPT_ENCODING, "identity");
        if from > 0 {
            request = request.header(header::RANGE, format!("bytes={from}-"));
        }
        request.send().await.map_err(|error| PullError::Host(error.without_url()))
    }
}

/// Brings the model into the folder of models, and tells how many bytes of how many are there, from time to time. Files
/// that are there and right are left alone. Afterwards the model is whole and durable.
pub async fn pull(
    model: &KnownModel,
    host: &ModelHost,
    models: &Path,
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<ModelFolder, PullError> {
    let folder = model.folder(models);
    fs::create_dir_all(folder.path()).await?;
    let total = model.size();
    let mut before = 0;
    for file in &model.files {
        let tell = |done: u64| progress(before + done, total);
        tell(0);
        if !is_there(&folder.path().join(file.name), file).await? {
            Fetch { file, folder: folder.path(), tell: &tell }.run(host, &model.path(file)).await?;
        }
        before += file.size;
    }
    progress(total, total);
    Ok(folder)
}

/// One file on its way.
struct Fetch<'a> {
    file: &'a ModelFile,
    folder: &'a Path,
    tell: &'a (dyn Fn(u64) + Send + Sync),
}

/// What has come of it.
struct Part {
    file: File,
    hasher: Sha256,
    size: u64,
}

impl Part {
    async fn empty(&mut self) -> io::Result<()> {
        (self.hasher, self.size) = (Sha256::new(), 0);
        self.file.set_len(0).await
    }
}

impl Fetch<'_> {
    async fn run(&self, host: &ModelHost, path: &str) -> Result<(), PullError> {
        let mut part = self.open().await?;
        let mut failures = 0;
        while part.size < self.file.size {
            let before = part.size;
            if let Err(error) = self.go_on(host, path, &mut part).await {
                failures = if part.size > before { 0 } else { failures + 1 };
                if failures == TRIES || !matches!(error, PullError::Host(_)) {
                    part.file.flush().await?;
                    return Err(error);
                }
            }
        }
        self.settle(part).await
    }

    fn path(&self) -> PathBuf {
        self.folder.join(format!("{}.part", self.file.name))
    }

    /// Opens what an earlier pull left, and reads it for the digest.
    async fn open(&self) -> Result<Part, PullError> {
        let options = std::fs::File::options().read(true).append(true).create(true).clone();
        let file = options.open(self.path())?;
        // Where a file system knows no locks, the digest still tells what two at once have made of it.
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            return Err(PullError::Busy { file: self.file.name });
        }
        let mut part = Part { file: File::from_std(file), hasher: Sha256::new(), size: 0 };
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = part.file.read(&mut buffer).await?;
            if read == 0 {
                break;
            }
            part.hasher.update(&buffer[..read]);
            part.size += read as u64;
        }
        if part.size > self.file.size {
            part.empty().await?;
        }
        (self.tell)(part.size);
        Ok(part)
    }

    /// Asks for the rest and takes what comes.
    async fn go_on(&self, host: &ModelHost, path: &str, part: &mut Part) -> Result<(), PullError> {
        let mut response = host.ask(path, part.size).await?;
        match response.status() {
            StatusCode::PARTIAL_CONTENT if starts_at(&response) == Some(part.size) => {}
            // The host gives all of it, or nothing that fits what is here.
            StatusCode::OK | StatusCode::RANGE_NOT_SATISFIABLE | StatusCode::PARTIAL_CONTENT if part.size > 0 => {
                part.empty().await?;
                if response.status() != StatusCode::OK {
                    response = host.ask(path, 0).await?;
                }
            }
            _ => {}
        }
        let status = response.status();
        if status != StatusCode::OK && (status != StatusCode::PARTIAL_CONTENT || part.size == 0) {
            return Err(PullError::Answer { status: status.as_u16(), file: self.file.name });
        }
        while let Some(bytes) = response.chunk().await.map_err(|error| PullError::Host(error.without_url()))? {
            part.size += bytes.len() as u64;
            if part.size > self.file.size {
                return self.refuse("size").await;
            }
            part.hasher.update(&bytes);
            part.file.write_all(&bytes).await?;
            (self.tell)(part.size);
        }
        // An end that was announced is the end of the whole file.
        if part.size < self.file.size { self.refuse("size").await } else { Ok(()) }
    }

    /// Takes the whole part for the file, or not.
    async fn settle(&self, mut part: Part) -> Result<(), PullError> {
        if part.size != self.file.size {
            return self.refuse("size").await;
        }
        if hexadecimal(part.hasher) != self.file.sha256 {
            return self.refuse("sha-256").await;
        }
        part.file.flush().await?;
        part.file.sync_all().await?;
        fs::rename(self.path(), self.folder.join(self.file.name)).await?;
        File::open(self.folder).await?.sync_all().await?;
        Ok(())
    }

    async fn refuse(&self, what: &'static str) -> Result<(), PullError> {
        fs::remove_file(self.path()).await?;
        Err(PullError::Wrong { file: self.file.name, what })
    }
}

/// Whether the file is there and is the one of the catalogue.
async fn is_there(path: &Path, file: &ModelFile) -> Result<bool, PullError> {
    match fs::metadata(path).await {
        Ok(metadata) if metadata.len() == file.size => {}
        Ok(_) => return Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    let mut reader = File::open(path).await?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = reader.read(&mut buffer).await?;
        if read == 0 {
            return Ok(hexadecimal(hasher) == file.sha256);
        }
        hasher.update(&buffer[..read]);
    }
}

fn hexadecimal(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The place of the first byte of a part.
fn starts_at(response: &Response) -> Option<u64> {
    let range = response.headers().get(header::CONTENT_RANGE)?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}
