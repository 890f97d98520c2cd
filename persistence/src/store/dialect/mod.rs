//! What differs between the two databases, and the column types that hide it.

mod column;
mod document;
mod statement;

use std::fmt;

use anze_domain::{Code, library::certificate::CERTIFICATE_IN_USE};
use diesel::{
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    pg::PgConnection,
    prelude::*,
    sqlite::SqliteConnection,
};

use crate::StoreError;

pub use column::{Fen, Guid, Instant, Key, Stored};
#[cfg(test)]
pub(crate) use document::tests::check_golden_files;
pub use document::{Document, DocumentRow};
pub(crate) use document::{document_row, plain_document};
pub(crate) use statement::{
    AllOrNothing, AllTogether, Fixed, Together, insert_all, insert_new, run_fixed, run_together,
};

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

/// Unique columns: as SQLite names them, as PostgreSQL names the constraint, and the refusal.
const UNIQUE: &[(&str, &str, &Code)] = &[
    (
        "organizations.unified_social_credit_code",
        "organizations_unified_social_credit_code_key",
        ORGANIZATION_EXISTS,
    ),
    ("users.login_name", "users_login_name_key", LOGIN_NAME_TAKEN),
    (
        "policies.insurer_id, policies.policy_number",
        "policies_insurer_id_policy_number_key",
        POLICY_NUMBER_TAKEN,
    ),
    (
        "commissions.insurer_id, commissions.held_contract_number",
        "commissions_held_contract_number",
        DUPLICATE_CONTRACT_NUMBER,
    ),
    ("experts.citizen_id_digest", "experts_citizen_id_digest_key", EXPERT_EXISTS),
    ("expert_applications.citizen_id_digest", "expert_applications_live_citizen", APPLICATION_LIVE),
    ("expert_applications.user_id", "expert_applications_live_user", APPLICATION_LIVE),
    ("council_sessions.number", "council_sessions_number_key", COUNCIL_SESSION_NUMBER_TAKEN),
    ("public_notices.number", "public_notices_number_key", PUBLIC_NOTICE_NUMBER_TAKEN),
    ("certificates.kind, certificates.number", "certificates_pkey", CERTIFICATE_IN_USE),
];

anze_domain::codes! {
    DUPLICATE = "duplicate", Conflict, None,
        "记录已存在" / "已有相同的记录。",
        "Record already exists" / "The same record already exists.";
    ORGANIZATION_EXISTS = "organization_exists", Conflict, None,
        "单位已登记" / "该统一社会信用代码已登记。",
        "Organisation already registered" / "An organisation with this unified social credit code is already registered.";
    LOGIN_NAME_TAKEN = "login_name_taken", Conflict, None,
        "登录名已被使用" / "请更换登录名。",
        "Login name taken" / "Choose another login name.";
    POLICY_NUMBER_TAKEN = "policy_number_taken", Conflict, None,
        "保单号已录入" / "该保险机构已录入此保单号。",
        "Policy number already recorded" / "This insurer has already recorded this policy number.";
    DUPLICATE_CONTRACT_NUMBER = "duplicate_contract_number", Conflict, None,
        "合同编号已使用" / "该保险机构已有委托服务单使用此合同编号；已撤回的除外。",
        "Contract number already used" / "Another commission of this insurer has this contract number. Withdrawn commissions do not count.";
    EXPERT_EXISTS = "expert_exists", Conflict, Some("A8.1"),
        "专家已在库" / "该公民身份号码已在专家库中。",
        "Expert already in the library" / "The library already has an expert with this citizen identity number.";
    APPLICATION_LIVE = "application_live", Conflict, Some("A8.1"),
        "已有申请在办理" / "本人已有一份入库申请正在办理。",
        "Application already under way" / "An application of this person is already under way.";
    COUNCIL_SESSION_NUMBER_TAKEN = "council_session_number_taken", Conflict, None,
        "会议编号已使用" / "已有该编号的理事会会议。",
        "Council session number taken" / "A council session with this number already exists.";
    PUBLIC_NOTICE_NUMBER_TAKEN = "public_notice_number_taken", Conflict, None,
        "公示编号已使用" / "已有该编号的公示。",
        "Public notice number taken" / "A public notice with this number already exists.";
}

/// The refusal for a broken unique constraint.
pub(crate) fn duplicate(info: &dyn diesel::result::DatabaseErrorInformation) -> StoreError {
    let code = UNIQUE
        .iter()
        .find(|(sqlite, postgres, _)| {
            info.constraint_name().is_some_and(|name| name == *postgres) || info.message().ends_with(sqlite)
        })
        .map_or(DUPLICATE, |(_, _, code)| *code);
    StoreError::Duplicate(code)
}

/// Whether a statement was given up as it waited for another, or ran, longer than it may.
pub(crate) fn took_too_long(message: &str) -> bool {
    ["due to lock timeout", "due to statement timeout", "database is locked"]
        .iter()
        .any(|said| message.contains(said))
}

/// Whether a message of either database says that the disk is full or cannot be written.
pub(crate) fn is_out_of_space(message: &str) -> bool {
    [
        "database or disk is full",
        "disk I/O error",
        "No space left",
        "readonly database",
        "unable to open database",
    ]
    .iter()
    .any(|text| message.contains(text))
}

/// Opens a connection of the kind that the URL names, with its session settings.
///
/// # Errors
/// [`StoreError::Unavailable`] where the database cannot be opened.
pub(crate) fn connect(url: &str, use_for: Use, synchronous: &str) -> Result<AnyConnection, StoreError> {
    let unavailable = |error: &dyn fmt::Display| StoreError::Unavailable(error.to_string());
    if let Some(path) = sqlite_path(url) {
        let mut connection = SqliteConnection::establish(path).map_err(|error| unavailable(&error))?;
        connection
            .batch_execute(
                "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; \
                 PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;",
            )
            .map_err(|error| unavailable(&error))?;
        connection
            .batch_execute(&format!("PRAGMA synchronous = {synchronous};"))
            .map_err(|error| unavailable(&error))?;
        if use_for == Use::Reading {
            connection.batch_execute("PRAGMA query_only = ON;").map_err(|error| unavailable(&error))?;
        }
        Ok(AnyConnection::Sqlite(connection))
    } else {
        let mut connection = PgConnection::establish(url).map_err(|error| unavailable(&error))?;
        connection
            .batch_execute("SET TIME ZONE 'UTC'; SET lock_timeout = '5s'; SET statement_timeout = '30s';")
            .map_err(|error| unavailable(&error))?;
        Ok(AnyConnection::Postgres(connection))
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Queries only.
    Reading,
    /// Queries and changes.
    Writing,
}

/// The file of a `sqlite://` URL; nothing for another database's.
#[must_use]
pub fn sqlite_path(url: &str) -> Option<&str> {
    url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))
}

/// Begins a transaction: on SQLite one that takes the write lock at once.
pub(crate) fn begin(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgres(connection) => AnsiTransactionManager::begin_transaction(connection),
        AnyConnection::Sqlite(connection) => {
            AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE")
        }
    }
}

/// Begins a savepoint inside a transaction.
pub(crate) fn begin_nested(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgres(connection) => AnsiTransactionManager::begin_transaction(connection),
        AnyConnection::Sqlite(connection) => AnsiTransactionManager::begin_transaction(connection),
    }
}

/// Ends a transaction by keeping what it did.
pub(crate) fn commit(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgres(connection) => AnsiTransactionManager::commit_transaction(connection),
        AnyConnection::Sqlite(connection) => AnsiTransactionManager::commit_transaction(connection),
    }
}

/// Ends a transaction by undoing what it did.
pub(crate) fn rollback(connection: &mut AnyConnection) -> QueryResult<()> {
    match connection {
        AnyConnection::Postgres(connection) => AnsiTransactionManager::rollback_transaction(connection),
        AnyConnection::Sqlite(connection) => AnsiTransactionManager::rollback_transaction(connection),
    }
}

/// Whether the connection can still be used, without asking the database.
pub(crate) fn is_broken(connection: &mut AnyConnection) -> bool {
    match connection {
        AnyConnection::Postgres(connection) => {
            AnsiTransactionManager::is_broken_transaction_manager(connection)
        }
        AnyConnection::Sqlite(connection) => {
            AnsiTransactionManager::is_broken_transaction_manager(connection)
        }
    }
}

/// Asks the database for nothing, to see that it answers.
pub(crate) fn ping(connection: &mut AnyConnection) -> Result<(), StoreError> {
    connection.batch_execute("SELECT 1").map_err(StoreError::from)
}

/// Reads the head of a stream, and on PostgreSQL takes its lock where there is a transaction to hold it; SQLite's writer is
/// alone anyway.
macro_rules! locked_head {
    ($db:expr, $stream:expr) => {{
        let locks = $db.locks();
        // The one text, once for each type of connection.
        macro_rules! head {
            () => {
                $crate::store::schema::event_streams::table
                    .filter($crate::store::schema::event_streams::stream_id.eq($stream))
                    .select($crate::store::event::Head::as_select())
            };
        }
        match $db.connection() {
            $crate::store::dialect::AnyConnection::Postgres(connection) if locks => {
                head!().for_update().first(connection).optional()
            }
            $crate::store::dialect::AnyConnection::Postgres(connection) => {
                head!().first(connection).optional()
            }
            $crate::store::dialect::AnyConnection::Sqlite(connection) => head!().first(connection).optional(),
        }
    }};
}
pub(crate) use locked_head;

/// As [`locked_head`], with the row of the same id in one query on PostgreSQL, locked too so that both are read as they are once
/// the lock is there. Nothing on SQLite, where two short queries cost no way to a server.
macro_rules! with_locked_head {
    ($db:expr, $key:expr, $table:expr, $id:expr, $row:expr) => {{
        use $crate::store::schema::event_streams;
        let locks = $db.locks();
        let both = event_streams::table
            .inner_join($table.on($id.eq(event_streams::stream_id)))
            .filter(event_streams::stream_id.eq($key))
            .select(($crate::store::event::Head::as_select(), $row));
        match $db.connection() {
            $crate::store::dialect::AnyConnection::Postgres(connection) if locks => {
                both.for_no_key_update().first(connection).optional()
            }
            $crate::store::dialect::AnyConnection::Postgres(connection) => both.first(connection).optional(),
            $crate::store::dialect::AnyConnection::Sqlite(_) => Ok(None),
        }
    }};
}
pub(crate) use with_locked_head;

/// How a lock is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// By one.
    Alone,
    /// By any number of those who change nothing.
    Shared,
}

/// Takes the locks of several streams by their ids, in their order, on PostgreSQL; SQLite's writer is alone anyway.
pub(crate) fn lock_streams(connection: &mut AnyConnection, streams: &[Key], lock: Lock) -> QueryResult<()> {
    use crate::store::schema::event_streams;
    match connection {
        AnyConnection::Postgres(connection) => {
            let query = event_streams::table
                .filter(event_streams::stream_id.eq_any(streams))
                .order(event_streams::stream_id)
                .select(event_streams::last_seq);
            match lock {
                Lock::Alone => query.for_update().load::<i64>(connection).map(drop),
                Lock::Shared => query.for_share().load::<i64>(connection).map(drop),
            }
        }
        AnyConnection::Sqlite(_) => Ok(()),
    }
}

/// Takes the locks of these experts, in this order, on PostgreSQL; SQLite's writer is alone anyway. Who only refers to
/// an expert does not wait for it.
pub(crate) fn lock_experts(connection: &mut AnyConnection, keys: &[Key]) -> QueryResult<()> {
    use crate::store::schema::experts;
    match connection {
        AnyConnection::Postgres(connection) => experts::table
            .filter(experts::id.eq_any(keys))
            .order(experts::id)
            .select(experts::version)
            .for_no_key_update()
            .load::<i64>(connection)
            .map(drop),
        AnyConnection::Sqlite(_) => Ok(()),
    }
}

/// Number of the advisory lock that keeps two nodes from migrating at once ("anze" in ASCII).
const MIGRATION_LOCK: i64 = 0x616e_7a65;

/// Does the work while no other node migrates.
pub(crate) fn with_migration_lock<T>(
    connection: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.batch_execute(&format!("SET lock_timeout = 0; SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
    let result = work(connection);
    connection.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
    result
}
