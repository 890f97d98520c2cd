//! What the tests of this crate share: a folder and a database of their own, gone when they end.

pub mod flow;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::{Options, Store, migrate};

/// A folder of its own.
pub struct Folder(PathBuf);

impl Folder {
    /// A new one, empty.
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("anze-test-{}", Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The writer's thread may be closing the database still.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A migrated SQLite database of its own.
pub struct Scratch {
    /// The store on it.
    pub store: Store,
    url: String,
    _folder: Folder,
}

impl Scratch {
    /// A new one, empty.
    pub fn new() -> Self {
        let folder = Folder::new();
        let url = format!("sqlite://{}", folder.as_ref().join("anze.db").display());
        migrate(&url).unwrap();
        let options = Options { connections: 2, synchronous: "off".to_owned(), ..Options::new(url.as_str()) };
        Self { store: Store::open(&options).unwrap(), url, _folder: folder }
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// A moment, so many seconds after the beginning of these tests' time.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap() + Duration::seconds(seconds)
}

/// The id with this number; ids order as their numbers.
pub fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}
