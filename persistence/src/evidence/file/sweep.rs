//! Files that nothing refers to, as after a transaction that failed once its file was in place: they are
//! found a folder at a time, put aside, looked at again, and only then removed.
//!
//! Whoever uploads the same bytes meanwhile puts a file of their own in its place ([`FileStore::keep`]), so
//! that what was put aside is never what a new row names. What turns out to be wanted goes back.

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
    /// batches of at most `at_once`.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn old_files(
        &self,
        folder: u8,
        older_than: DateTime<Utc>,
        single_statement: usize,
    ) -> Result<Vec<Vec<FileDigest>>, FileError> {
        let top = self.root.join("sha256").join(format!("{folder:02x}"));
        blocking(move || {
            let mut found = Vec::new();
            for folder in entries(&top)? {
                for file in entries(&folder)? {
                    found.extend(digest_of(&file).filter(|_| is_old(&file, older_than)));
                }
            }
            Ok(found.chunks(single_statement.max(1)).map(<[FileDigest]>::to_vec).collect())
        })
        .await
    }

    /// Puts these files aside where they are still older than `older_than`; says which.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn put_aside(
        &self,
        all: Vec<FileDigest>,
        older_than: DateTime<Utc>,
    ) -> Result<Vec<FileDigest>, FileError> {
        let root = self.root.clone();
        blocking(move || {
            std::fs::create_dir_all(root.join(ASIDE))?;
            let mut aside = Vec::new();
            for digest in all {
                let (place, put) = (place(&root, &digest), root.join(ASIDE).join(name(&digest)));
                // Another node may have been here.
                if is_old(&place, older_than) && there(std::fs::rename(&place, &put))? {
                    aside.push(digest);
                }
            }
            Ok(aside)
        })
        .await
    }

    /// Everything that is put aside, also by a node that stopped in between.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn aside(&self) -> Result<Vec<FileDigest>, FileError> {
        let aside = self.root.join(ASIDE);
        blocking(move || Ok(entries(&aside)?.iter().filter_map(|file| digest_of(file)).collect())).await
    }

    /// Removes these files that were put aside for good, except those that `wanted` names or that are not
    /// older than `older_than`: those go back, unless the same bytes lie there again. Says how many are gone.
    ///
    /// # Errors
    /// [`FileError::Unavailable`].
    pub async fn settle(
        &self,
        aside: Vec<FileDigest>,
        wanted: Vec<FileDigest>,
        older_than: DateTime<Utc>,
    ) -> Result<usize, FileError> {
        let root = self.root.clone();
        blocking(move || {
            let mut removed = 0;
            for digest in aside {
                let put = root.join(ASIDE).join(name(&digest));
                if wanted.contains(&digest) || !is_old(&put, older_than) {
                    let place = place(&root, &digest);
                    match std::fs::hard_link(&put, &place) {
                        Ok(()) => {}
                        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                        // Another node put it back.
                        Err(error) if error.kind() == ErrorKind::NotFound => continue,
                        Err(error) => return Err(error),
                    }
                    there(std::fs::remove_file(&put))?;
                } else if there(std::fs::remove_file(&put))? {
                    removed += 1;
                }
            }
            Ok(removed)
        })
        .await
    }
}

/// Where files lie that are about to be removed.
const ASIDE: &str = "aside";

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, FileError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|error| FileError::Unavailable(error.to_string()))??)
}

/// Whether it was there to be worked on.
fn there(result: Result<(), Error>) -> Result<bool, Error> {
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

fn place(root: &FilePath, digest: &FileDigest) -> PathBuf {
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
