//! A disk of a few megabytes: memory, mounted where only one server sees it.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use hearken_e2e::{client::Client, server::admin_token};
use tempfile::TempDir;

use crate::{binary, life::Life, settings::Settings};

/// Mounts and becomes the server, so that the process id stays the same.
const MOUNT: &str = r#"mount -t tmpfs -o size="$1" tmpfs "$2" && cd "$2" && shift 2 && exec "$@""#;

/// A server whose data folder is a small disk. Both are gone when this is dropped.
pub struct SmallDisk {
    life: Life,
    mount: TempDir,
}

/// Whether an ordinary user may mount in a namespace of its own; says by name what is skipped where not.
pub fn may_mount(test: &str) -> bool {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let mut command = inside(folder.path(), "1m");
    let may = command.arg("true").stdin(Stdio::null()).stderr(Stdio::null()).status();
    let may = may.is_ok_and(|status| status.success());
    if !may {
        eprintln!("skipped: {test}, because no disk can be mounted in a namespace of the test's own");
    }
    may
}

impl SmallDisk {
    /// Starts a server on a new disk.
    pub async fn serve(settings: &Settings, size: &str) -> (Self, Client) {
        let mount = TempDir::new().expect("a temporary folder can be made");
        let mut command = inside(mount.path(), size);
        command.arg(binary::hearken()).args(["serve", "--listen", "127.0.0.1:0"]);
        settings.prepare(&mut command, mount.path(), "");
        let mut disk = Self { life: Life::begin(command), mount };
        let address = disk.life.ready().await;
        let address = address.unwrap_or_else(|| panic!("the server ended:\n{}", disk.life.log().text()));
        let client = Client::new(address, Some(admin_token(&disk.folder())));
        (disk, client)
    }

    /// The data folder, as it is seen from outside: through the process that lives on it.
    pub fn folder(&self) -> PathBuf {
        let inside = self.mount.path().strip_prefix("/").expect("temporary folders have absolute names");
        PathBuf::from(format!("/proc/{}/root", self.life.id())).join(inside)
    }

    /// Writes until nothing more fits, but for this many bytes.
    pub fn fill(&self, but: usize) {
        let (filler, rest) = (self.folder().join("filler"), self.folder().join("rest"));
        fs::write(&rest, vec![0x55; but]).expect("the disk has that much room");
        let mut file = File::create(&filler).expect("a file can be made");
        let piece = vec![0x55; 4096];
        while file.write_all(&piece).is_ok() {}
        fs::remove_file(rest).expect("a file can be removed");
    }

    /// Takes the filling away.
    pub fn free(&self) {
        fs::remove_file(self.folder().join("filler")).expect("a file can be removed");
    }

    /// The server.
    pub fn life(&mut self) -> &mut Life {
        &mut self.life
    }
}

fn inside(mount: &Path, size: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh", size]).arg(mount);
    command
}
