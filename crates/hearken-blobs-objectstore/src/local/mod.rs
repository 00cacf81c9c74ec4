//! Recordings as files: `<root>/<workspace>/<upload>`, and `<root>/staging` for those on their way.

mod folders;
mod read;
mod room;
mod staged;

use std::{
    fs, io,
    ops::Range,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use hearken_domain::{
    media::MediaStream,
    ports::{BlobError, ByteStream, PutError, StoredBlob},
    upload::BlobKey,
};
use tokio::{runtime::Handle, sync::mpsc, task};

use self::{folders::Folders, room::Room, staged::Staged};
use crate::{
    batches::Batches,
    blocking::blocking,
    error,
    faults::{crash_point, fault_point, is_armed},
    put::{self, Feed, Published, Writer},
    settings::LocalSettings,
};

/// The bytes of a write: large enough that the cost of a write does not count.
const WRITE_BYTES: usize = 1024 * 1024;
/// How many writes wait while one is made.
const WAITING_WRITES: usize = 2;

/// Recordings in a folder.
pub(crate) struct LocalBlobs {
    folders: Arc<Folders>,
    room: Room,
    puts: AtomicU64,
}

impl LocalBlobs {
    /// Opens the folder and makes it where it is missing.
    pub(crate) fn open(settings: LocalSettings) -> Result<Self, BlobError> {
        let LocalSettings { root, low_water_bytes } = settings;
        let folders = Folders::open(root).map_err(error::of_disk).map_err(error::of_writing)?;
        let room = Room::new(folders.root().to_owned(), low_water_bytes);
        Ok(Self { folders: Arc::new(folders), room, puts: AtomicU64::new(0) })
    }

    /// Stores a recording.
    pub(crate) async fn put(&self, key: BlobKey, body: MediaStream) -> Result<StoredBlob, PutError> {
        // A put that was just given up may still be removing its file, so no two puts share a name.
        let number = self.puts.fetch_add(1, Ordering::Relaxed);
        let staging = self.folders.staging().join(format!("{}-{number}.part", key.upload));
        let folders = Arc::clone(&self.folders);
        let runtime = Handle::current();
        let (feed, batches) = mpsc::channel(WAITING_WRITES);
        let outcome = task::spawn_blocking(move || {
            let staged = receive(staging, batches)?;
            publish(staged, &folders, key, runtime).map_err(error::of_disk)
        });
        put::put(Batches::new(body, WRITE_BYTES), Writer { feed, outcome }).await
    }

    /// Reads a range of a recording.
    pub(crate) async fn open_range(&self, key: BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError> {
        read::open(self.path(key), range).await
    }

    /// Removes a recording.
    pub(crate) async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        let path = self.path(key);
        blocking(move || match fs::remove_file(&path) {
            // A name that comes back after a crash would have no row that anybody sweeps.
            Ok(()) => {
                crash_point("crash::blob.removed");
                folders::sync_parent(&path)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        })
        .await
    }

    /// Removes every staging file.
    pub(crate) async fn sweep_staging(&self) -> Result<(), BlobError> {
        let staging = self.folders.staging();
        let swept = blocking(move || staged::sweep(&staging)).await?;
        if swept > 0 {
            tracing::info!(blobs.staging.swept = swept, "removed what killed puts left behind");
        }
        Ok(())
    }

    /// Whether the disk has room for new recordings.
    pub(crate) async fn check_room(&self) -> Result<(), BlobError> {
        self.room.check().await
    }

    fn path(&self, key: BlobKey) -> PathBuf {
        self.folders.root().join(key.workspace.to_string()).join(key.upload.to_string())
    }
}

/// Writes what comes into a staging file, up to the end.
fn receive(path: PathBuf, mut batches: mpsc::Receiver<Feed>) -> Result<Staged, BlobError> {
    let mut staged = Staged::create(path).map_err(error::of_disk)?;
    loop {
        match batches.blocking_recv() {
            Some(Feed::Batch(batch)) => staged.append(&batch).map_err(error::of_disk)?,
            Some(Feed::End) => return Ok(staged),
            None => return Err(put::abandoned()),
        }
    }
}

/// Makes a staging file a blob: first its bytes durable, then its name.
fn publish(staged: Staged, folders: &Folders, key: BlobKey, runtime: Handle) -> io::Result<Published> {
    let folder = folders.of_workspace(key.workspace)?;
    crash_point("crash::blob.folder-made");
    let path = folder.join(key.upload.to_string());
    staged.rename_durably(&path)?;
    let published = Published::new(move || {
        runtime.spawn_blocking(move || {
            if let Err(error) = fs::remove_file(&path) {
                tracing::warn!(blob.path = %path.display(), %error, "could not take an unwanted recording back");
            }
        });
    });
    fault_point("fault::blob.folder-fsync")?;
    // Known defect, for the fault tests: the name is left to the system.
    if !is_armed("defect::no_folder_fsync") {
        folders::sync(&folder)?;
    }
    crash_point("crash::blob.durable");
    Ok(published)
}
