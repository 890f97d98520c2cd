//! One change of one record, the same way for every kind: find it, ask who may, decide, save it, say what happened, show it.

use std::{ops::Deref, sync::Arc};

use anze_domain::{
    Event,
    access::{Caller, Operation, Stakes},
};
use anze_persistence::{
    Reader, StoreError, Writer,
    store::single_statement::{AtOnce, Kept, RowUpdate},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Call, Change, Work, guard, in_transaction, there};
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
    type Around;

    /// The record, with its lock: outside of a transaction it is noted where its stream stands.
    ///
    /// # Errors
    /// The store's.
    fn find(
        db: &mut Reader<'_>,
        caller: &Caller,
        id: Uuid,
    ) -> Result<Option<(Self, Self::Around)>, StoreError>;

    /// Its version.
    fn version(&self) -> i64;

    /// Who has a part in it.
    fn stakes(&self, around: &Self::Around) -> Stakes;

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
    fn row_at_once(&mut self, _now: DateTime<Utc>) -> Result<Option<RowUpdate>, StoreError> {
        Ok(None)
    }

    /// Forgets what this node keeps in memory of such records, once one may have changed.
    fn forget(_app: &App) {}

    /// The answer that shows it.
    ///
    /// # Errors
    /// The store's.
    fn show(self, around: Self::Around, to: &mut Decision<'_, '_>) -> Result<Reply, ApiError>;
}

/// What a decision on one record may ask: it reads, and writes nothing.
pub struct Decision<'a, 'c> {
    /// The database.
    pub db: &'a mut Reader<'c>,
    /// Who calls.
    pub caller: &'a Caller,
    call: &'a Work,
}

impl<'c> Change<'_, 'c> {
    /// The change as far as it reads.
    pub fn reading(&mut self) -> Decision<'_, 'c> {
        Decision { db: self.db, caller: self.caller, call: self.call }
    }
}

impl Deref for Decision<'_, '_> {
    type Target = Work;
    fn deref(&self) -> &Work {
        self.call
    }
}

/// A change that is the record's own: what is decided is its next state and what happened, and nothing else is written.
/// PostgreSQL does it at once where it can.
///
/// # Errors
/// 401, 403, 404, 412; what the decision refuses.
pub async fn decide<S, E, F>(
    call: Call,
    id: Path<Uuid>,
    read: IfMatch,
    body: BodyDigest,
    operation: Operation,
    decision: F,
) -> Result<Reply, ApiError>
where
    S: Subject,
    E: Into<Vec<Event>>,
    F: Fn(S, &mut Decision<'_, '_>) -> Result<(S, E), ApiError> + Send + Sync + 'static,
{
    let (work, once) = (call.work(), call.once(body));
    let rule = Arc::new((read, decision));
    let (at_first, mine, kept_as) = (Arc::clone(&rule), Arc::clone(&work), once.clone());
    let at_once = move |db: &mut Reader<'_>| {
        mine.under_its_id(|| {
            let (read, decision) = &*at_first;
            let caller = &*mine.caller;
            let (record, around) = there(S::find(db, caller, id.0)?)?;
            guard(caller, operation, &record.stakes(&around), read, record.version())?;
            let (mut next, events) = decision(record, &mut Decision { db, caller, call: &mine })?;
            let Some(row) = next.row_at_once(mine.now)? else { return Ok(None) };
            let stream = next.stream();
            let reply = next.show(around, &mut Decision { db, caller, call: &mine })?;
            let kept = match kept_as {
                Some(fingerprint) => Some(Kept { fingerprint, answer: mine.sealed(&reply)?, at: mine.now }),
                None => None,
            };
            Ok(Some((reply, AtOnce { row, stream, author: mine.author(), events: events.into(), kept })))
        })
    };
    let job = in_transaction(work, once.clone(), move |tx: &mut Change<'_, '_>| {
        let (read, decision) = &*rule;
        let (next, around) =
            changed(tx, id.0, read, operation, |record: S, tx| decision(record, &mut tx.reading()))?;
        next.show(around, &mut tx.reading())
    });
    let outcome = call.app.store.write_at_once(at_once, job).await;
    S::forget(&call.app);
    call.or_answered(outcome, once).await
}

/// A change with which others are written in the same transaction, by what applies it.
///
/// # Errors
/// As [`decide`].
pub async fn change<S, E, F>(
    call: Call,
    id: Path<Uuid>,
    read: IfMatch,
    body: BodyDigest,
    operation: Operation,
    apply: F,
) -> Result<Reply, ApiError>
where
    S: Subject,
    E: Into<Vec<Event>>,
    F: Fn(S, &mut Change<'_, '_>) -> Result<(S, E), ApiError> + Send + 'static,
{
    let outcome = call.write(body, move |tx| {
        let (next, around) = changed(tx, id.0, &read, operation, &apply)?;
        next.show(around, &mut tx.reading())
    });
    let outcome = outcome.await;
    S::forget(&call.app);
    outcome
}

/// As [`change`], inside its transaction; gives the record as it is saved.
///
/// # Errors
/// As [`decide`].
pub fn changed<S: Subject, E: Into<Vec<Event>>>(
    tx: &mut Change<'_, '_>,
    id: Uuid,
    read: &IfMatch,
    operation: Operation,
    apply: impl FnOnce(S, &mut Change<'_, '_>) -> Result<(S, E), ApiError>,
) -> Result<(S, S::Around), ApiError> {
    let (record, around) = there(S::find(tx.db, tx.caller, id)?)?;
    tx.guard(operation, &record.stakes(&around), read, record.version())?;
    let (next, events) = apply(record, tx)?;
    let next = next.save(tx.db, operation, tx.now())?;
    tx.append_all(next.stream(), &events.into())?;
    Ok((next, around))
}
