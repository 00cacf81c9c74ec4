//! strace on a running server: to see what it asks of the system, in order, or to have the n-th of it fail or kill.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::LazyLock,
};

use hearken_e2e::{log::Log, until::until};
use tempfile::TempDir;

/// What is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threads {
    /// Those that write the SQLite file.
    Database,
    /// All others that are there; those that come later are not seen.
    Others,
    /// All, and whatever they start.
    All,
}

/// An attached strace. It lets go when it is dropped.
pub struct Strace {
    child: Child,
    folder: TempDir,
}

/// Whether strace is installed and may attach; says by name what is skipped where it is not.
pub fn may_attach(test: &str) -> bool {
    static MAY: LazyLock<bool> = LazyLock::new(|| {
        // A child of ours is what we want to trace later.
        let Ok(mut sleeper) = Command::new("sleep").arg("60").spawn() else { return false };
        let id = sleeper.id().to_string();
        let tracing = Command::new("strace")
            .args(["-o", "/dev/null", "-e", "inject=fsync:error=EIO:when=1", "-p", &id])
            .stderr(Stdio::piped())
            .spawn();
        let may = tracing.is_ok_and(|mut strace| {
            let log = Log::draining(strace.stderr.take().expect("standard error is a pipe"));
            while !log.is_complete() && !log.contains("attached") {
                std::thread::yield_now();
            }
            let attached = log.contains("attached");
            let _ = strace.kill();
            let _ = strace.wait();
            attached
        });
        let _ = sleeper.kill();
        let _ = sleeper.wait();
        may
    });
    if !*MAY {
        eprintln!("skipped: {test}, because strace is not installed or may not attach");
    }
    *MAY
}

impl Strace {
    /// Attaches with these arguments and waits until it has.
    pub async fn attach(process: u32, threads: Threads, args: &[&str]) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let ids = threads_of(process, threads);
        let mut command = Command::new("strace");
        command.args(["-y", "-s", "48", "-o"]).arg(folder.path().join("trace")).args(args);
        // Following takes in every thread of the process, also those that were not named.
        if threads == Threads::All {
            command.arg("-f");
        }
        for id in &ids {
            command.args(["-p", &id.to_string()]);
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("strace can be started");
        let log = Log::draining(child.stderr.take().expect("standard error is a pipe"));
        until("strace is attached", async || {
            assert!(!log.is_complete(), "strace ended: {}", log.text());
            (log.text().matches("attached").count() >= ids.len()).then_some(())
        })
        .await;
        Self { child, folder }
    }

    /// Lets go and gives what was seen.
    pub async fn detach(mut self) -> String {
        // It ends in good order, with everything written.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).stderr(Stdio::null()).status();
        let child = &mut self.child;
        until("strace lets go", async || child.try_wait().expect("a child's status can be asked for")).await;
        let seen = fs::read(self.folder.path().join("trace")).expect("strace wrote its file");
        String::from_utf8_lossy(&seen).into_owned()
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Thread ids. The driver of SQLite names its threads.
fn threads_of(process: u32, threads: Threads) -> Vec<u32> {
    let tasks = PathBuf::from(format!("/proc/{process}/task"));
    let all = fs::read_dir(&tasks).expect("the process is there").flatten().filter_map(|entry| {
        let id: u32 = entry.file_name().to_str()?.parse().ok()?;
        Some((id, is_database(&entry.path())))
    });
    let ids: Vec<u32> = match threads {
        Threads::All => vec![process],
        Threads::Database => all.filter(|(_, database)| *database).map(|(id, _)| id).collect(),
        Threads::Others => all.filter(|(_, database)| !*database).map(|(id, _)| id).collect(),
    };
    assert!(!ids.is_empty(), "the process has no such thread: {threads:?}");
    ids
}

fn is_database(task: &Path) -> bool {
    fs::read_to_string(task.join("comm")).is_ok_and(|name| name.starts_with("sqlx-sqlite"))
}
