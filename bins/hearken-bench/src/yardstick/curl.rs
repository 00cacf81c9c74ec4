//! `curl`, fetching a file to disk.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::{process::Command, task::JoinSet};

use crate::{
    failure::{Failure, OrFail},
    media_host::MediaHost,
    statistics::count,
};

/// Where from and where to.
#[derive(Clone, Debug)]
pub(crate) struct Curl {
    link: String,
    ca_file: PathBuf,
    folder: PathBuf,
}

impl Curl {
    /// Fetches a link of the host into the folder. Fails where curl is not installed.
    pub(crate) async fn new(host: &MediaHost, link: String, folder: &Path) -> Result<Self, Failure> {
        let mut ask = Command::new("curl");
        ask.arg("--version").stdout(Stdio::null());
        finish(ask).await?;
        Ok(Self { link, ca_file: host.ca_file().to_owned(), folder: folder.to_owned() })
    }

    /// Fetches a second, this many processes at a time.
    pub(crate) async fn rate(&self, at_a_time: u32, span: Duration) -> Result<f64, Failure> {
        self.turns((at_a_time, Flush::Never), span).await
    }

    /// The same, each flushed to the disk before the next.
    pub(crate) async fn durable_rate(&self, at_a_time: u32, span: Duration) -> Result<f64, Failure> {
        self.turns((at_a_time, Flush::Each), span).await
    }

    async fn turns(&self, (at_a_time, flush): (u32, Flush), span: Duration) -> Result<f64, Failure> {
        let begin = Instant::now();
        let mut turns = JoinSet::new();
        for number in 0..at_a_time {
            let (curl, target) = (self.clone(), self.folder.join(format!("curl-{number}")));
            turns.spawn(async move {
                let mut done = 0_u32;
                while begin.elapsed() < span {
                    curl.fetch(&target).await?;
                    if flush == Flush::Each {
                        sync(&target).await?;
                    }
                    done += 1;
                }
                Ok::<_, Failure>(done)
            });
        }
        let mut done = 0;
        while let Some(ended) = turns.join_next().await {
            done += ended.or_fail("a turn died")??;
        }
        Ok(count(done) / begin.elapsed().as_secs_f64())
    }

    /// How long one fetch takes until its bytes are on the disk.
    pub(crate) async fn durably(&self) -> Result<Duration, Failure> {
        let target = self.folder.join("curl-large");
        let begin = Instant::now();
        self.fetch(&target).await?;
        sync(&target).await?;
        let took = begin.elapsed();
        std::fs::remove_file(&target).or_fail("the fetched file could not be removed")?;
        Ok(took)
    }

    async fn fetch(&self, target: &Path) -> Result<(), Failure> {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--fail", "--noproxy", "*", "--cacert"]).arg(&self.ca_file);
        curl.arg("--output").arg(target).arg(&self.link);
        finish(curl).await
    }
}

/// Whether what was fetched is brought to the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flush {
    Never,
    Each,
}

async fn sync(target: &Path) -> Result<(), Failure> {
    let mut sync = Command::new("sync");
    sync.arg(target);
    finish(sync).await
}

async fn finish(mut command: Command) -> Result<(), Failure> {
    let name = command.as_std().get_program().to_string_lossy().into_owned();
    let status = command.stdin(Stdio::null()).kill_on_drop(true).status().await;
    let status = status.or_fail(format!("{name} could not be started; is it installed?"))?;
    if status.success() { Ok(()) } else { Err(Failure::plain(format!("{name} ended with {status}"))) }
}
