//! What the tests of this crate share: a folder and a database of their own, gone when they end.

pub mod flow;

use std::path::{Path, PathBuf};

pub use anze_test_macros::both_databases;
use anze_test_postgres::OwnDatabase;
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

/// A migrated database of its own.
pub struct Scratch {
    /// The store on it.
    pub store: Store,
    url: String,
    // Gone in this order: the database when nobody is connected to it any more.
    on_postgres: Option<OwnDatabase>,
    _folder: Folder,
}

impl Scratch {
    /// A new one on SQLite, empty.
    pub fn on_sqlite() -> Self {
        let folder = Folder::new();
        let url = format!("sqlite://{}", folder.as_ref().join("anze.db").display());
        migrate(&url).unwrap();
        Self::open(url, None, folder)
    }

    /// A new one on PostgreSQL, empty; none where there is none to be had, which is said.
    pub fn on_postgres(test: &str) -> Option<Self> {
        let Some(server) = anze_test_postgres::server() else {
            anze_test_postgres::left_out(test);
            return None;
        };
        let own = server.create_database(|url| drop(migrate(url).unwrap()));
        Some(Self::open(own.url(), Some(own), Folder::new()))
    }

    fn open(url: String, on_postgres: Option<OwnDatabase>, folder: Folder) -> Self {
        let options = Options { connections: 2, synchronous: "off".to_owned(), ..Options::new(url.as_str()) };
        let store = Store::open(&options).unwrap();
        Self { store, url, on_postgres, _folder: folder }
    }

    /// Another on the same kind of database, empty.
    pub fn another(&self) -> Self {
        match &self.on_postgres {
            None => Self::on_sqlite(),
            Some(_) => Self::on_postgres("another").unwrap(),
        }
    }

    /// An id and a digest of zeros as this database's SQL writes them.
    pub fn literals(&self, id: Uuid) -> [String; 2] {
        match &self.on_postgres {
            None => [format!("x'{}'", id.simple()), "zeroblob(32)".to_owned()],
            Some(_) => [format!("'{id}'::uuid"), format!("'\\x{}'::bytea", "00".repeat(32))],
        }
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
