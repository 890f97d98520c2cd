//! The gate: reads on any connection, writes in a transaction, both with a bound on how many wait.
//!
//! SQLite has one writer: a thread of its own takes the changes that wait, runs each in a savepoint and
//! commits them together, so that many changes share one flush to disk. Each is answered after that
//! flush. Its reads are short and run where they are called; PostgreSQL's reads and writes run on
//! blocking threads, as many as there are connections.

#[cfg(test)]
mod migrations_tests;
#[cfg(test)]
mod tests;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    time::timeout,
};

use crate::{
    Reader, StoreError, Writer,
    store::{
        dialect::{self, AnyConnection, Use},
        error::Failure,
        event,
        single_statement::SingleStatementWrite,
    },
};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// How many changes share one commit on SQLite at the most.
const BATCH: usize = 32;
/// How often a transaction that met another is tried again.
const ATTEMPTS: u32 = 5;

/// How the store is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite://path` or `postgres://…`.
    pub url: String,
    /// Connections: all of PostgreSQL's, the readers of SQLite.
    pub connections: u32,
    /// `synchronous` of SQLite: `full` keeps what was answered through a power cut.
    pub synchronous: String,
    /// How long a caller waits for a connection before it is told that the database is busy.
    pub acquire_timeout: Duration,
}

impl Options {
    /// The defaults for this URL: 8 connections, `synchronous=full`, an `acquire_timeout` of 5 s.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 8,
            synchronous: "full".to_owned(),
            acquire_timeout: Duration::from_secs(5),
        }
    }
}

#[derive(Debug)]
struct Manager {
    options: Options,
    use_for: Use,
}

impl r2d2::ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = StoreError;

    fn connect(&self) -> Result<AnyConnection, StoreError> {
        dialect::connect(&self.options.url, self.use_for, &self.options.synchronous)
    }

    fn is_valid(&self, connection: &mut AnyConnection) -> Result<(), StoreError> {
        dialect::ping(connection)
    }

    fn has_broken(&self, connection: &mut AnyConnection) -> bool {
        dialect::is_broken(connection)
    }
}

type Pool = r2d2::Pool<Manager>;

/// The database.
#[derive(Clone)]
pub struct Store {
    pool: Pool,
    permits: Arc<Semaphore>,
    writer: Option<mpsc::Sender<Box<dyn Job>>>,
    acquire_timeout: Duration,
}

impl Store {
    /// Opens the database; it must have been migrated.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where it cannot be opened.
    pub fn open(options: &Options) -> Result<Self, StoreError> {
        let sqlite = dialect::sqlite_path(&options.url).is_some();
        let use_for = if sqlite { Use::Reading } else { Use::Writing };
        let pool = r2d2::Pool::builder()
            .max_size(options.connections)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(options.acquire_timeout)
            .build(Manager { options: options.clone(), use_for })
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let writer = if sqlite { Some(start_writer(options)?) } else { None };
        let permits = usize::try_from(options.connections).unwrap_or(1);
        Ok(Self {
            pool,
            permits: Arc::new(Semaphore::new(permits)),
            writer,
            acquire_timeout: options.acquire_timeout,
        })
    }

    /// Runs queries.
    ///
    /// # Errors
    /// What the work returns, or the store's own error.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: FnOnce(&mut Reader<'_>) -> Result<T, E> + Send + 'static,
    {
        if self.writer.is_some() {
            // Measured: a short SQLite read is faster and steadier on the worker itself.
            return read_now(&self.pool, work);
        }
        let pool = self.pool.clone();
        self.on_blocking_thread(move || read_now(&pool, work)).await
    }

    /// Runs queries that may take long (a walk over many rows), off the event loop on both databases.
    ///
    /// # Errors
    /// What the work returns, or the store's own error.
    pub async fn read_long<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: FnOnce(&mut Reader<'_>) -> Result<T, E> + Send + 'static,
    {
        let pool = self.pool.clone();
        self.on_blocking_thread(move || read_now(&pool, work)).await
    }

    /// Runs a change in one transaction: kept whole when the work succeeds, undone whole when it does not.
    ///
    /// The work may run more than once: a transaction that met another is tried again.
    ///
    /// # Errors
    /// What the work returns, or the store's own error.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: Fn(&mut Writer<'_>) -> Result<T, E> + Send + 'static,
    {
        let Some(writer) = &self.writer else {
            let pool = self.pool.clone();
            return self.on_blocking_thread(move || write_with_retries(&pool, &work)).await;
        };
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Task { work, result: None, reply });
        let sent = timeout(self.acquire_timeout, writer.send(job)).await;
        if !matches!(sent, Ok(Ok(()))) {
            return Err(StoreError::Busy.into());
        }
        answer.await.unwrap_or_else(|_dropped| Err(panicked().into()))
    }

    /// Runs a change of one record: on PostgreSQL by the [single statement](crate::store::single_statement) that `decide` answers,
    /// where that is possible. Where it is not, and wherever `decide` refuses, `work` runs in a transaction, as in [`Store::write`].
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_single_statement<T, E, D, F>(&self, decide: D, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        D: FnOnce(&mut Reader<'_>) -> Result<Option<(T, SingleStatementWrite)>, E> + Send + 'static,
        F: Fn(&mut Writer<'_>) -> Result<T, E> + Send + 'static,
    {
        if self.writer.is_some() {
            return self.write(work).await;
        }
        let pool = self.pool.clone();
        self.on_blocking_thread(move || match try_single_statement(&pool, decide)? {
            Some(value) => Ok(value),
            None => write_with_retries(&pool, &work),
        })
        .await
    }

    /// Asks the database for nothing, to see that it answers; on SQLite that the writer lives, too.
    ///
    /// # Errors
    /// Why it does not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read_long(|db| dialect::ping(db.connection())).await?;
        self.write(|db| dialect::ping(db.connection())).await
    }

    async fn on_blocking_thread<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: FnOnce() -> Result<T, E> + Send + 'static,
    {
        let permits = Arc::clone(&self.permits);
        let Ok(Ok(permit)) = timeout(self.acquire_timeout, permits.acquire_owned()).await else {
            return Err(StoreError::Busy.into());
        };
        let task = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        task.await.unwrap_or_else(|_panicked| Err(panicked().into()))
    }
}

fn panicked() -> StoreError {
    StoreError::Internal("the work panicked".to_owned())
}

fn read_now<T, E: Failure>(pool: &Pool, work: impl FnOnce(&mut Reader<'_>) -> Result<T, E>) -> Result<T, E> {
    let mut connection = pool.get().map_err(|_none_free| StoreError::Busy)?;
    work(&mut Reader::new(&mut connection))
}

fn try_single_statement<T, E: Failure>(
    pool: &Pool,
    decide: impl FnOnce(&mut Reader<'_>) -> Result<Option<(T, SingleStatementWrite)>, E>,
) -> Result<Option<T>, E> {
    let mut connection = pool.get().map_err(|_none_free| StoreError::Busy)?;
    let mut db = Reader::new(&mut connection);
    // What is refused here was read without a lock: it is judged again with it.
    let Ok(Some((value, all))) = decide(&mut db) else { return Ok(None) };
    Ok(all.write(&mut db)?.then_some(value))
}

fn write_with_retries<T, E: Failure>(
    pool: &Pool,
    work: &impl Fn(&mut Writer<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let mut attempt = 1;
    loop {
        let mut connection = pool.get().map_err(|_none_free| StoreError::Busy)?;
        let result = write_now(&mut connection, work);
        drop(connection);
        match result {
            Err(error) if attempt < ATTEMPTS && error.is_conflict() => {
                std::thread::sleep(Duration::from_millis(u64::from(5 * attempt)));
                attempt += 1;
            }
            other => return other,
        }
    }
}

/// One transaction on this connection. A panic in the work undoes it and goes on.
fn write_now<T, E: Failure>(
    connection: &mut AnyConnection,
    work: &impl Fn(&mut Writer<'_>) -> Result<T, E>,
) -> Result<T, E> {
    dialect::begin(connection).map_err(StoreError::from)?;
    let outcome = catch_unwind(AssertUnwindSafe(|| do_whole(connection, work)));
    match outcome {
        Ok(Ok(value)) => {
            dialect::commit(connection).map_err(StoreError::from)?;
            Ok(value)
        }
        Ok(Err(error)) => {
            roll_back(connection);
            Err(error)
        }
        Err(_panic) => {
            roll_back(connection);
            Err(panicked().into())
        }
    }
}

/// The work, and what it left to be written of the event log.
fn do_whole<T, E: Failure>(
    connection: &mut AnyConnection,
    work: &impl Fn(&mut Writer<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let mut db = Writer::new(connection);
    let value = work(&mut db)?;
    event::flush_pending_events(&mut db)?;
    Ok(value)
}

fn roll_back(connection: &mut AnyConnection) {
    if let Err(error) = dialect::rollback(connection) {
        log::warn!("rollback: {error}");
    }
}

/// A change that waits for SQLite's writer.
trait Job: Send {
    /// Does the work; says whether to keep it.
    fn run(&mut self, connection: &mut AnyConnection) -> bool;
    /// Answers, once it is known whether the batch was committed.
    fn finish(self: Box<Self>, committed: Result<(), String>);
}

struct Task<F, T, E> {
    work: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Task<F, T, E>
where
    T: Send,
    E: Failure,
    F: Fn(&mut Writer<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, connection: &mut AnyConnection) -> bool {
        let work = &self.work;
        let outcome = catch_unwind(AssertUnwindSafe(|| do_whole(connection, work)));
        let result = outcome.unwrap_or_else(|_panic| Err(panicked().into()));
        let commit = result.is_ok();
        self.result = Some(result);
        commit
    }

    fn finish(self: Box<Self>, committed: Result<(), String>) {
        let answer = match (self.result, committed) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Ok(_)) | None, Err(message)) => Err(StoreError::Unavailable(message).into()),
            (Some(Err(error)), _) => Err(error),
            (None, Ok(())) => Err(panicked().into()),
        };
        // A caller that went away no longer waits for its answer.
        drop(self.reply.send(answer));
    }
}

fn start_writer(options: &Options) -> Result<mpsc::Sender<Box<dyn Job>>, StoreError> {
    let mut connection = dialect::connect(&options.url, Use::Writing, &options.synchronous)?;
    let (sender, mut receiver) = mpsc::channel::<Box<dyn Job>>(256);
    std::thread::Builder::new()
        .name("sqlite-writer".to_owned())
        .spawn(move || {
            while let Some(first) = receiver.blocking_recv() {
                let mut batch = vec![first];
                while batch.len() < BATCH
                    && let Ok(next) = receiver.try_recv()
                {
                    batch.push(next);
                }
                write_batch(&mut connection, batch);
            }
        })
        .map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(sender)
}

/// Runs each job in a savepoint of one transaction, commits, and answers them all.
fn write_batch(connection: &mut AnyConnection, mut batch: Vec<Box<dyn Job>>) {
    let outcome = run_batch(connection, &mut batch);
    if outcome.is_err() {
        roll_back(connection);
    }
    for job in batch {
        job.finish(outcome.clone());
    }
}

fn run_batch(connection: &mut AnyConnection, batch: &mut [Box<dyn Job>]) -> Result<(), String> {
    let text = |error: diesel::result::Error| error.to_string();
    dialect::begin(connection).map_err(text)?;
    for job in batch {
        dialect::begin_nested(connection).map_err(text)?;
        if job.run(connection) {
            dialect::commit(connection).map_err(text)?;
        } else {
            dialect::rollback(connection).map_err(text)?;
        }
    }
    dialect::commit(connection).map_err(text)
}

/// Brings the database to the newest schema; gives the names of the migrations that were run.
///
/// The directory of an SQLite file is made where it is missing. On PostgreSQL an advisory lock keeps
/// two nodes from migrating at the same time.
///
/// # Errors
/// [`StoreError::Unavailable`] where it cannot be opened, [`StoreError::Internal`] where a migration fails.
pub fn migrate(url: &str) -> Result<Vec<String>, StoreError> {
    if let Some(folder) = dialect::sqlite_path(url).and_then(|path| std::path::Path::new(path).parent()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| StoreError::Unavailable(format!("{}: {error}", folder.display())))?;
    }
    let mut connection = dialect::connect(url, Use::Writing, "full")?;
    let names = |versions: Vec<diesel::migration::MigrationVersion<'_>>| {
        versions.into_iter().map(|version| version.to_string()).collect()
    };
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Internal(error.to_string());
    match &mut connection {
        AnyConnection::Postgres(connection) => dialect::with_migration_lock(connection, |connection| {
            connection.run_pending_migrations(POSTGRES).map(names).map_err(failed)
        }),
        AnyConnection::Sqlite(connection) => {
            connection.run_pending_migrations(SQLITE).map(names).map_err(failed)
        }
    }
}

/// How many migrations have not been run.
///
/// # Errors
/// As [`migrate`].
pub fn pending_migrations(url: &str) -> Result<usize, StoreError> {
    let mut connection = dialect::connect(url, Use::Reading, "full")?;
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Internal(error.to_string());
    match &mut connection {
        AnyConnection::Postgres(connection) => {
            connection.pending_migrations(POSTGRES).map(|all| all.len()).map_err(failed)
        }
        AnyConnection::Sqlite(connection) => {
            connection.pending_migrations(SQLITE).map(|all| all.len()).map_err(failed)
        }
    }
}
