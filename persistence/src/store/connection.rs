//! What queries and changes take: a connection, with what its transaction has appended to the event log.

use std::ops::{Deref, DerefMut};

use crate::store::{dialect::AnyConnection, event::Log};

/// A connection for queries. Only [`SingleStatementWrite`](crate::store::single_statement::SingleStatementWrite) writes
/// through it.
pub struct Reader<'c> {
    connection: &'c mut AnyConnection,
    log: Log,
    /// Whether a transaction is open on it, so that a lock that is taken is held until its end.
    in_transaction: bool,
}

impl<'c> Reader<'c> {
    pub(super) fn new(connection: &'c mut AnyConnection) -> Self {
        Self { connection, log: Log::default(), in_transaction: false }
    }

    /// The connection, for this crate's queries.
    pub(crate) const fn connection(&mut self) -> &mut AnyConnection {
        self.connection
    }

    /// Whether locks are taken: only in a transaction; outside of one it is noted where a stream stands.
    pub(crate) const fn locks(&self) -> bool {
        self.in_transaction
    }

    /// What this transaction holds of the event log and has not written yet.
    pub(crate) const fn log(&mut self) -> &mut Log {
        &mut self.log
    }
}

/// What changes take: a connection inside a transaction.
pub struct Writer<'c> {
    reader: Reader<'c>,
}

impl<'c> Writer<'c> {
    pub(crate) fn new(connection: &'c mut AnyConnection) -> Self {
        Self { reader: Reader { in_transaction: true, ..Reader::new(connection) } }
    }
}

impl<'c> Deref for Writer<'c> {
    type Target = Reader<'c>;
    fn deref(&self) -> &Self::Target {
        &self.reader
    }
}
impl DerefMut for Writer<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.reader
    }
}
