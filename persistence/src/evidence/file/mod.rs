//! The file store: bytes under their own digest, streamed, never whole in memory.
//!
//! A received file is staged first. [`FileStore::commit_staged`] moves it to the path of its digest once it is wanted; the
//! same bytes are stored once. Nothing refers to a file before it is at that path, so a crash in between leaves
//! at most a file too many, never a reference to nothing.

mod sweep;
#[cfg(test)]
mod tests;

pub use sweep::{FOLDERS, FileDigest};

use std::{
    fmt::Display,
    path::{Path as FilePath, PathBuf},
    pin::pin,
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt, stream::BoxStream};
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How much of a file's beginning is given back: its type stands there, and what a photo says of itself.
pub const HEAD: usize = 64 * 1024;
/// How much is gathered before it is written.
const PART: usize = 1024 * 1024;

/// Why a file could not be received or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It has more bytes than it may.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// How many it may have.
        limit: u64,
    },
    /// It has no bytes.
    #[error("the file is empty")]
    Empty,
    /// Its sender stopped before its end.
    #[error("the upload was interrupted: {0}")]
    Interrupted(String),
    /// There is no file with this digest.
    #[error("there is no such file")]
    Missing,
    /// The file store cannot be read or written.
    #[error("the file store is unavailable: {0}")]
    Unavailable(String),
}

impl From<object_store::Error> for FileError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// A file that was received whole and is staged.
#[derive(Debug)]
pub struct Received {
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Size in bytes.
    pub size: u64,
    /// Its first bytes, at most [`HEAD`].
    pub head: Vec<u8>,
    /// The file itself.
    pub staged: Staged,
}

/// A file in the staging area. It is removed when it is dropped without [`FileStore::commit_staged`].
#[derive(Debug)]
pub struct Staged {
    location: Path,
    file: Option<PathBuf>,
    sha256: [u8; 32],
}

impl Drop for Staged {
    fn drop(&mut self) {
        let Some(file) = self.file.take() else { return };
        let remove = move || {
            if let Err(error) = std::fs::remove_file(&file) {
                log::warn!("staged file {}: {error}", file.display());
            }
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(remove)),
            Err(_outside) => remove(),
        }
    }
}

/// The file store.
#[derive(Debug, Clone)]
pub struct FileStore {
    files: LocalFileSystem,
    staging: PathBuf,
    root: PathBuf,
}

impl FileStore {
    /// Opens the store in `files/` of the data directory, made where it is missing.
    ///
    /// # Errors
    /// [`FileError::Unavailable`] where it cannot be made.
    pub fn open(data_dir: impl AsRef<FilePath>) -> Result<Self, FileError> {
        let root = data_dir.as_ref().join("files");
        let staging = root.join("staging");
        std::fs::create_dir_all(&staging)?;
        Ok(Self { files: LocalFileSystem::new_with_prefix(&root)?.with_fsync(true), staging, root })
    }

    /// Takes in a file, whatever its size, up to `limit` bytes.
    ///
    /// # Errors
    /// [`FileError::TooLarge`] with the first byte beyond the limit; [`FileError::Empty`];
    /// [`FileError::Interrupted`] where the stream fails. Nothing of the file stays then.
    pub async fn receive<E: Display>(
        &self,
        stream: impl Stream<Item = Result<Bytes, E>>,
        limit: u64,
    ) -> Result<Received, FileError> {
        let name = Uuid::new_v4().to_string();
        let location = Path::from_iter(["staging", name.as_str()]);
        let mut upload = self.files.put_multipart(&location).await?;
        match write_to_staging(upload.as_mut(), stream, limit).await {
            Ok(written) => {
                upload.complete().await?;
                let staged = Staged { location, file: Some(self.staging.join(name)), sha256: written.sha256 };
                Ok(Received { sha256: written.sha256, size: written.size, head: written.head, staged })
            }
            Err(error) => {
                if let Err(error) = upload.abort().await {
                    log::warn!("abort of {location}: {error}");
                }
                Err(error)
            }
        }
    }

    /// Moves a staged file to the path of its digest. It replaces a file that is there with the same bytes, so that the file
    /// there is new again: the sweep removes only old files.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn commit_staged(&self, mut staged: Staged) -> Result<(), FileError> {
        self.files.rename(&staged.location, &path_of(&staged.sha256)?).await?;
        staged.file = None;
        Ok(())
    }

    /// The file with this digest: its size and its bytes.
    ///
    /// # Errors
    /// [`FileError::Missing`] where there is none.
    pub async fn read(
        &self,
        sha256: &[u8],
    ) -> Result<(u64, BoxStream<'static, Result<Bytes, FileError>>), FileError> {
        let found = self.files.get(&path_of(sha256)?).await?;
        let size = found.meta.size;
        let stream = found.into_stream().map(|chunk| match chunk {
            // A file that ends early reads as nothing for ever.
            Ok(chunk) if chunk.is_empty() => Err(FileError::Unavailable("the file ends early".to_owned())),
            Ok(chunk) => Ok(chunk),
            Err(error) => Err(error.into()),
        });
        Ok((size, stream.boxed()))
    }

    /// Writes and deletes a small file, to see that the store can be written.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn probe(&self) -> Result<(), FileError> {
        let location = Path::from_iter(["staging", &format!("probe-{}", Uuid::new_v4())]);
        self.files.put(&location, PutPayload::from_static(b"probe")).await?;
        Ok(self.files.delete(&location).await?)
    }

    /// Removes what was staged before `older_than` and never committed, as after a crash; returns how many.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn clean_staging(&self, older_than: DateTime<Utc>) -> Result<u64, FileError> {
        // Read as a directory: the object store does not list uploads that were cut off.
        let mut entries = tokio::fs::read_dir(&self.staging).await?;
        let mut removed = 0;
        while let Some(entry) = entries.next_entry().await? {
            let old = match entry.metadata().await.and_then(|metadata| metadata.modified()) {
                Ok(modified) => DateTime::<Utc>::from(modified) < older_than,
                // Committed or dropped since the directory was read.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
                Err(error) => return Err(error.into()),
            };
            if old && tokio::fs::remove_file(entry.path()).await.is_ok() {
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// The path of the bytes with this digest in the store: `sha256/ab/cd/abcd…`.
fn path_of(sha256: &[u8]) -> Result<Path, FileError> {
    let [first, second, ..] = sha256 else { return Err(FileError::Missing) };
    let whole: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Path::from(format!("sha256/{first:02x}/{second:02x}/{whole}")))
}

/// What is known of the bytes that were written to the staging area.
struct Written {
    sha256: [u8; 32],
    size: u64,
    head: Vec<u8>,
}

/// Writes the stream to the staging area in parts, and computes the digest of its bytes.
async fn write_to_staging<E: Display>(
    upload: &mut dyn MultipartUpload,
    stream: impl Stream<Item = Result<Bytes, E>>,
    limit: u64,
) -> Result<Written, FileError> {
    let mut stream = pin!(stream);
    let mut hash = Sha256::new();
    let mut size: u64 = 0;
    let mut head = Vec::new();
    let mut part = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| FileError::Interrupted(error.to_string()))?;
        size = size.saturating_add(u64::try_from(chunk.len()).unwrap_or(u64::MAX));
        if size > limit {
            return Err(FileError::TooLarge { limit });
        }
        hash.update(&chunk);
        head.extend(chunk.iter().take(HEAD.saturating_sub(head.len())));
        part.extend_from_slice(&chunk);
        if part.len() >= PART {
            upload.put_part(std::mem::take(&mut part).into()).await?;
        }
    }
    if size == 0 {
        return Err(FileError::Empty);
    }
    if !part.is_empty() {
        upload.put_part(part.into()).await?;
    }
    Ok(Written { sha256: hash.finalize().into(), size, head })
}
