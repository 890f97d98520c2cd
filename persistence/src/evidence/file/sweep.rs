//! Files that nothing refers to, as after a transaction that failed once its file was committed. The sweep finds them a folder
//! at a time, moves them to the quarantine, asks again whether anything refers to them, and only then removes them.
//!
//! Whoever uploads the same bytes meanwhile commits a file of their own ([`FileStore::commit_staged`]), so that a new row never
//! refers to a file in the quarantine. A file that turns out to be wanted is restored.

use std::{
    io::{Error, ErrorKind},
    path::{Path as FilePath, PathBuf},
};

use chrono::{DateTime, Utc};

use super::{FileError, FileStore};

/// How many folders files are spread over, by the first byte of their digest.
pub const FOLDERS: u16 = 256;

/// The digest of a file.
pub type FileDigest = [u8; 32];

impl FileStore {
    /// The digests of files in one of the [`FOLDERS`] that were last put there before `older_than`, in
    /// batches of at most `batch_size`.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn old_files(
        &self,
        folder: u8,
        older_than: DateTime<Utc>,
        batch_size: usize,
    ) -> Result<Vec<Vec<FileDigest>>, FileError> {
        let top = self.root.join("sha256").join(format!("{folder:02x}"));
        blocking(move || {
            let mut found = Vec::new();
            for folder in entries(&top)? {
                for file in entries(&folder)? {
                    found.extend(digest_of(&file).filter(|_| is_old(&file, older_than)));
                }
            }
            Ok(found.chunks(batch_size.max(1)).map(<[FileDigest]>::to_vec).collect())
        })
        .await
    }

    /// Moves those of these files that are still older than `older_than` to the quarantine; returns which.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn quarantine(
        &self,
        all: Vec<FileDigest>,
        older_than: DateTime<Utc>,
    ) -> Result<Vec<FileDigest>, FileError> {
        let root = self.root.clone();
        blocking(move || {
            std::fs::create_dir_all(root.join(QUARANTINE))?;
            let mut moved = Vec::new();
            for digest in all {
                let (path, quarantined) =
                    (path_of(&root, &digest), root.join(QUARANTINE).join(name(&digest)));
                // Another node may have been here.
                if is_old(&path, older_than) && was_present(std::fs::rename(&path, &quarantined))? {
                    moved.push(digest);
                }
            }
            Ok(moved)
        })
        .await
    }

    /// Every file in the quarantine, also of a node that stopped in between.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn quarantined(&self) -> Result<Vec<FileDigest>, FileError> {
        let folder = self.root.join(QUARANTINE);
        blocking(move || Ok(entries(&folder)?.iter().filter_map(|file| digest_of(file)).collect())).await
    }

    /// Removes these files from the quarantine for good. Those that `wanted` lists or that are not older than `older_than` are
    /// restored instead, unless the same bytes were committed again meanwhile. Returns how many were removed.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn remove_or_restore(
        &self,
        quarantined: Vec<FileDigest>,
        wanted: Vec<FileDigest>,
        older_than: DateTime<Utc>,
    ) -> Result<usize, FileError> {
        let root = self.root.clone();
        blocking(move || {
            let mut removed = 0;
            for digest in quarantined {
                let file = root.join(QUARANTINE).join(name(&digest));
                if wanted.contains(&digest) || !is_old(&file, older_than) {
                    match std::fs::hard_link(&file, path_of(&root, &digest)) {
                        Ok(()) => {}
                        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                        // Another node restored it.
                        Err(error) if error.kind() == ErrorKind::NotFound => continue,
                        Err(error) => return Err(error),
                    }
                    was_present(std::fs::remove_file(&file))?;
                } else if was_present(std::fs::remove_file(&file))? {
                    removed += 1;
                }
            }
            Ok(removed)
        })
        .await
    }
}

/// The folder of files that are about to be removed.
const QUARANTINE: &str = "aside";

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, FileError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|error| FileError::Unavailable(error.to_string()))??)
}

/// Whether the file was present, so that the operation was done.
fn was_present(result: Result<(), Error>) -> Result<bool, Error> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn entries(folder: &FilePath) -> Result<Vec<PathBuf>, Error> {
    match std::fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn is_old(file: &FilePath, older_than: DateTime<Utc>) -> bool {
    let modified = std::fs::metadata(file).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| DateTime::<Utc>::from(modified) < older_than)
}

fn name(digest: &FileDigest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The path of the bytes with this digest on disk.
fn path_of(root: &FilePath, digest: &FileDigest) -> PathBuf {
    let [first, second, ..] = digest;
    root.join("sha256").join(format!("{first:02x}")).join(format!("{second:02x}")).join(name(digest))
}

/// The digest that a file is named by; none for what is no file of the store.
fn digest_of(file: &FilePath) -> Option<FileDigest> {
    let text = file.file_name()?.to_str()?;
    let mut digest = [0; 32];
    let mut pairs = text.as_bytes().chunks(2);
    for byte in &mut digest {
        *byte = u8::from_str_radix(std::str::from_utf8(pairs.next()?).ok()?, 16).ok()?;
    }
    (name(&digest) == text).then_some(digest)
}
