//! A migrated database for each test, made by copying one that was migrated once.

use std::{fs, path::Path, sync::OnceLock};

use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    sql_query, sql_types,
};

use anze_api::app::settings::Settings;

use crate::{Binary, World, postgres};

/// The two databases that every test of persistence and of the API runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// The embedded one.
    Sqlite,
    /// The one that several nodes share.
    Postgres,
}

/// One test's own database. Gone when dropped.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    on_postgres: Option<postgres::OwnDatabase>,
}

impl TestDatabase {
    /// A migrated, empty database; on SQLite its file lies in `directory`. None where there is no PostgreSQL to be had.
    pub fn create(database: Database, directory: &Path) -> Option<TestDatabase> {
        match database {
            Database::Sqlite => {
                let file = directory.join("anze.db");
                fs::write(&file, migrated_sqlite()).expect("the copy of the migrated file is written");
                Some(TestDatabase { url: sqlite_url(&file), on_postgres: None })
            }
            Database::Postgres => {
                let own = postgres::server()?.create_database(migrated);
                Some(TestDatabase { url: own.url(), on_postgres: Some(own) })
            }
        }
    }

    /// What `DATABASE_URL` would be for it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs a statement behind the server's back; says how many rows it touched.
    #[track_caller]
    pub fn execute(&self, sql: &str) -> usize {
        let done = match self.kind() {
            Database::Sqlite => sql_query(sql).execute(&mut self.sqlite()),
            Database::Postgres => sql_query(sql).execute(&mut self.postgres()),
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The number that a query gives as `n`.
    #[track_caller]
    pub fn number(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = sql_types::BigInt)]
            n: i64,
        }
        let row = match self.kind() {
            Database::Sqlite => sql_query(sql).get_result(&mut self.sqlite()),
            Database::Postgres => sql_query(sql).get_result(&mut self.postgres()),
        };
        let Row { n } = row.unwrap_or_else(|error| panic!("{sql}: {error}"));
        n
    }

    /// Does something while another holds the projects, so that no change of them can go on.
    #[track_caller]
    pub fn while_held<T>(&self, work: impl FnOnce() -> T) -> T {
        let held = "the database can be held";
        match self.kind() {
            Database::Sqlite => {
                let mut connection = self.sqlite();
                connection.batch_execute("BEGIN IMMEDIATE").expect(held);
                let done = work();
                connection.batch_execute("ROLLBACK").expect(held);
                done
            }
            Database::Postgres => {
                let mut connection = self.postgres();
                connection.batch_execute("BEGIN; LOCK TABLE projects IN ACCESS EXCLUSIVE MODE").expect(held);
                let done = work();
                connection.batch_execute("ROLLBACK").expect(held);
                done
            }
        }
    }

    fn sqlite(&self) -> SqliteConnection {
        let file = self.url.trim_start_matches("sqlite://");
        let mut connection = SqliteConnection::establish(file).expect("the file opens");
        sql_query("PRAGMA busy_timeout = 10000").execute(&mut connection).expect("it can wait");
        connection
    }

    fn postgres(&self) -> PgConnection {
        PgConnection::establish(&self.url).expect("the database answers")
    }

    /// Which of the two it is.
    pub fn kind(&self) -> Database {
        if self.on_postgres.is_some() { Database::Postgres } else { Database::Sqlite }
    }
}

/// Migrates the database that every test's on PostgreSQL is a copy of.
pub fn migrated(url: &str) {
    anze_persistence::migrate(url).expect("the template database migrates");
}

/// The bytes of a freshly migrated file. Kept in memory: a static temporary directory would never be removed.
fn migrated_sqlite() -> &'static [u8] {
    static MIGRATED: OnceLock<Vec<u8>> = OnceLock::new();
    MIGRATED.get_or_init(|| {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("template.db");
        anze_persistence::migrate(&sqlite_url(&file)).expect("the template database migrates");
        let unfinished = file.with_extension("db-wal").metadata().map_or(0, |wal| wal.len());
        assert_eq!(
            unfinished, 0,
            "migrate() left its work in the write-ahead log: its connection was not closed"
        );
        fs::read(&file).expect("the migrated file is read")
    })
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

/// Runs one test body in a world of its own. What [`both_databases`](crate::both_databases) calls, as are the two that follow.
pub fn run(database: Database, name: &str, body: fn(&World)) {
    run_with(database, name, |_| (), body);
}

/// As [`run`], with settings of its own.
pub fn run_with(database: Database, name: &str, change: fn(&mut Settings), body: fn(&World)) {
    match World::start_with(database, change) {
        Some(world) => body(&world),
        None => postgres::left_out(name),
    }
}

/// As [`run`], with the command as a process of its own instead of a world.
pub fn run_program(database: Database, name: &str, program: &str, body: fn(Binary)) {
    match Binary::start(program, database) {
        Some(binary) => body(binary),
        None => postgres::left_out(name),
    }
}
