//! A disk whose power can be cut: a file system in a file, over a loop device.
//!
//! What the kernel holds back is not in the file. A copy of the file, taken while nobody writes, is what a disk would
//! have after the power went: everything that was fsynced, and of the rest whatever happened to be written.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// Enough for a few hundred creates.
const BYTES: u64 = 128 * 1024 * 1024;
/// The journal is written when somebody asks for it, and not by itself while a test runs.
const OPTIONS: &str = "loop,commit=300";

/// A mounted disk. It is unmounted when this is dropped.
pub struct LossyDisk {
    images: TempDir,
    mounted_on: PathBuf,
}

impl LossyDisk {
    /// Mounts a new, empty disk on a folder; nothing, and a word about it, where that is not permitted.
    pub fn mount(folder: &Path, test: &str) -> Option<Self> {
        let images = TempDir::with_prefix("hearken-disk-").expect("a temporary folder can be made");
        let disk = Self { images, mounted_on: folder.to_owned() };
        let file = fs::File::create(disk.image()).expect("a file can be made");
        file.set_len(BYTES).expect("a sparse file takes no room");
        let made = succeeds("mkfs.ext4", &["-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0"], &disk.image());
        if made && disk.attach() {
            return Some(disk);
        }
        eprintln!("skipped: {test}, because no disk can be made and mounted here (root, mkfs.ext4 and loop devices)");
        None
    }

    /// Cuts the power: stops the process where it is, keeps what is on the disk, and ends the process.
    ///
    /// The disk is then mounted as it was found, its journal replayed.
    pub fn cut(&self, process: u32, end: impl FnOnce()) {
        signal("STOP", process);
        let found = self.images.path().join("found");
        fs::copy(self.image(), &found).expect("a file can be copied");
        end();
        self.detach();
        fs::rename(&found, self.image()).expect("a file can be renamed");
        assert!(self.attach(), "the disk as it was found can be mounted");
    }

    fn image(&self) -> PathBuf {
        self.images.path().join("image")
    }

    fn attach(&self) -> bool {
        let mut command = Command::new("mount");
        command.args(["-o", OPTIONS]).arg(self.image()).arg(&self.mounted_on);
        quietly(&mut command)
    }

    fn detach(&self) -> bool {
        quietly(Command::new("umount").arg(&self.mounted_on))
    }
}

impl Drop for LossyDisk {
    fn drop(&mut self) {
        self.detach();
    }
}

fn signal(name: &str, process: u32) {
    quietly(Command::new("kill").args([&format!("-{name}"), &process.to_string()]));
}

fn succeeds(program: &str, options: &[&str], file: &Path) -> bool {
    quietly(Command::new(program).args(options).arg(file))
}

fn quietly(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
