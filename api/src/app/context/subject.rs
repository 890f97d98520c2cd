//! One change of one record, the same way for every kind: find it, ask who may, decide, save it, say what happened, show it.

use std::{ops::Deref, sync::Arc};

use anze_domain::{
    Event,
    access::{Caller, Operation, Relations},
};
use anze_persistence::{
    Reader, StoreError, Writer,
    store::single_statement::{RowUpdate, SingleStatementWrite, StoredAnswer},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{ContextBase, RequestContext, WriteContext, guard, in_transaction, or_not_found};
use crate::{
    app::state::App,
    http::{
        extract::{BodyDigest, IfMatch, Path},
        problem::ApiError,
        respond::Reply,
    },
};

/// A record that a call changes.
pub trait Subject: Sized + Send + 'static {
    /// What is read with it: who else has a part in it, and what it is shown with.
    type ParentStates;

    /// The record, with its lock: outside of a transaction it is noted where its stream stands.
    ///
    /// # Errors
    /// The store's.
    fn find(
        db: &mut Reader<'_>,
        caller: &Caller,
        id: Uuid,
    ) -> Result<Option<(Self, Self::ParentStates)>, StoreError>;

    /// Its version.
    fn version(&self) -> i64;

    /// Who has a part in it.
    fn relations(&self, around: &Self::ParentStates) -> Relations;

    /// The stream of what happens to it.
    fn stream(&self) -> Uuid;

    /// Saves it; gives it its next version.
    ///
    /// # Errors
    /// [`StoreError::Stale`] where another changed it since.
    fn save(self, db: &mut Writer<'_>, operation: Operation, now: DateTime<Utc>) -> Result<Self, StoreError>;

    /// As [`Subject::save`], as what can be written [at once](anze_persistence::store::single_statement); none where more than its row has to
    /// be written.
    ///
    /// # Errors
    /// Where it cannot be written as a row.
    fn single_statement_update(&mut self, _now: DateTime<Utc>) -> Result<Option<RowUpdate>, StoreError> {
        Ok(None)
    }

    /// Forgets what this node keeps in memory of such records, once one may have changed.
    fn forget(_app: &App) {}

    /// The answer that shows it.
    ///
    /// # Errors
    /// The store's.
    fn show(self, around: Self::ParentStates, to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError>;
}

/// What a decision on one record may ask: it reads, and writes nothing.
pub struct ReadContext<'a, 'c> {
    /// The database.
    pub db: &'a mut Reader<'c>,
    /// Who calls.
    pub caller: &'a Caller,
    context: &'a ContextBase,
}

impl<'c> WriteContext<'_, 'c> {
    /// The change as far as it reads.
    pub fn reading(&mut self) -> ReadContext<'_, 'c> {
        ReadContext { db: self.db, caller: self.caller, context: self.context }
    }
}

impl Deref for ReadContext<'_, '_> {
    type Target = ContextBase;
    fn deref(&self) -> &ContextBase {
        self.context
    }
}

/// A change that is the record's own: what is decided is its next state and what happened, and nothing else is written.
/// PostgreSQL does it at once where it can.
///
/// # Errors
/// 401, 403, 404, 412; what the decision refuses.
pub async fn decide<S, E, F>(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    body: BodyDigest,
    operation: Operation,
    decision: F,
) -> Result<Reply, ApiError>
where
    S: Subject,
    E: Into<Vec<Event>>,
    F: Fn(S, &mut ReadContext<'_, '_>) -> Result<(S, E), ApiError> + Send + Sync + 'static,
{
    let (work, once) = (context.work(), context.once(body));
    let rule = Arc::new((read, decision));
    let (at_first, mine, kept_as) = (Arc::clone(&rule), Arc::clone(&work), once.clone());
    let single_statement = move |db: &mut Reader<'_>| {
        mine.under_its_id(|| {
            let (read, decision) = &*at_first;
            let caller = &*mine.caller;
            let (record, around) = or_not_found(S::find(db, caller, id.0)?)?;
            guard(caller, operation, &record.relations(&around), read, record.version())?;
            let (mut next, events) = decision(record, &mut ReadContext { db, caller, context: &mine })?;
            let Some(row) = next.single_statement_update(mine.now)? else { return Ok(None) };
            let stream = next.stream();
            let reply = next.show(around, &mut ReadContext { db, caller, context: &mine })?;
            let kept = match kept_as {
                Some(fingerprint) => {
                    Some(StoredAnswer { fingerprint, answer: mine.sealed(&reply)?, at: mine.now })
                }
                None => None,
            };
            Ok(Some((
                reply,
                SingleStatementWrite { row, stream, author: mine.author(), events: events.into(), kept },
            )))
        })
    };
    let job = in_transaction(work, once.clone(), move |tx: &mut WriteContext<'_, '_>| {
        let (read, decision) = &*rule;
        let (next, around) =
            changed(tx, id.0, read, operation, |record: S, tx| decision(record, &mut tx.reading()))?;
        next.show(around, &mut tx.reading())
    });
    let outcome = context.app.store.write_single_statement(single_statement, job).await;
    S::forget(&context.app);
    context.or_answered(outcome, once).await
}

/// A change with which others are written in the same transaction, by what applies it.
///
/// # Errors
/// As [`decide`].
pub async fn change<S, E, F>(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    body: BodyDigest,
    operation: Operation,
    apply: F,
) -> Result<Reply, ApiError>
where
    S: Subject,
    E: Into<Vec<Event>>,
    F: Fn(S, &mut WriteContext<'_, '_>) -> Result<(S, E), ApiError> + Send + 'static,
{
    let outcome = context.write(body, move |tx| {
        let (next, around) = changed(tx, id.0, &read, operation, &apply)?;
        next.show(around, &mut tx.reading())
    });
    let outcome = outcome.await;
    S::forget(&context.app);
    outcome
}

/// As [`change`], inside its transaction; gives the record as it is saved.
///
/// # Errors
/// As [`decide`].
pub fn changed<S: Subject, E: Into<Vec<Event>>>(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    read: &IfMatch,
    operation: Operation,
    apply: impl FnOnce(S, &mut WriteContext<'_, '_>) -> Result<(S, E), ApiError>,
) -> Result<(S, S::ParentStates), ApiError> {
    let (record, around) = or_not_found(S::find(tx.db, tx.caller, id)?)?;
    tx.guard(operation, &record.relations(&around), read, record.version())?;
    let (next, events) = apply(record, tx)?;
    let next = next.save(tx.db, operation, tx.now())?;
    tx.append_all(next.stream(), &events.into())?;
    Ok((next, around))
}
