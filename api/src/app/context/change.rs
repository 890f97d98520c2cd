//! One change of one record, the same way for every kind: find it, ask who may, decide, save it, append what happened.
//!
//! A step is a function that names the record by its id and its version, and takes the context in which it writes.
//! There are two contexts. [`WriteContext`] is a transaction, in which a step may write other records as well.
//! [`DecisionContext`] is for steps that decide on their own record alone: PostgreSQL carries them out as a single
//! statement where it can.

use std::sync::Arc;

use anze_domain::{
    Event,
    access::{Operation, Relations},
    oversight::hand_over::{self, Told},
};
use anze_persistence::{
    Reader, Writer,
    identity::notification::{self, Sent},
    store::{
        aggregate::Aggregate,
        idempotency::StoredAnswer,
        single_statement::{RowUpdate, SingleStatementWrite},
    },
};
use uuid::Uuid;

use super::{
    ContextBase, ReadContext, RequestContext, View, WriteContext, guard, in_transaction, or_not_found,
};
use crate::http::{extract::IfMatch, problem::ApiError, respond::Reply};

/// A record as a step has changed it, with what was read with it.
pub type Changed<S> = (S, <S as Aggregate>::Related);

/// Where a step decides on one record and writes nothing but its row and its events.
pub struct DecisionContext<'a, 'c> {
    target: Target<'a, 'c>,
    context: &'a ContextBase,
}

enum Target<'a, 'c> {
    /// A transaction: the step writes at once.
    Transaction(&'a mut Writer<'c>),
    /// The step reads without a lock; what it would write is prepared, to be written as a single statement afterwards.
    SingleStatement(&'a mut Reader<'c>, &'a mut Prepared),
}

/// What a step would write.
enum Prepared {
    /// Nothing yet.
    Nothing,
    /// One row, what happened, and who is told.
    Row(RowUpdate, Vec<Event>, Vec<Sent>),
    /// More than one row: a transaction has to do it.
    MoreThanARow,
}

impl Prepared {
    fn add(&mut self, row: Option<RowUpdate>, events: Vec<Event>, sent: Vec<Sent>) {
        *self = match (&self, row) {
            (Self::Nothing, Some(row)) => Self::Row(row, events, sent),
            _ => Self::MoreThanARow,
        };
    }
}

impl<'c> WriteContext<'_, 'c> {
    /// This transaction as a context for a step that decides on one record.
    pub fn deciding(&mut self) -> DecisionContext<'_, 'c> {
        DecisionContext { target: Target::Transaction(self.db), context: self.context }
    }

    /// Changes one record: finds it, asks whether the caller may and has read this version, applies the change, saves
    /// the record and appends what happened.
    ///
    /// # Errors
    /// 401, 403, 404, 412; what `apply` refuses.
    pub fn change<S: View, E: Into<Vec<Event>>>(
        &mut self,
        id: Uuid,
        if_match: &IfMatch,
        operation: Operation,
        apply: impl FnOnce(S, &mut WriteContext<'_, '_>) -> Result<(S, E), ApiError>,
    ) -> Result<Changed<S>, ApiError> {
        let (record, related) = or_not_found(S::find(self.db, self.caller, id)?)?;
        self.guard(operation, &record.relations(&related), if_match, record.version())?;
        let (next, events) = apply(record, self)?;
        let next = next.save(self.db, operation, self.now())?;
        let events = events.into();
        self.append_all(next.stream(), &events)?;
        self.hand_over(&events, next.told(), &next.relations(&related))?;
        Ok((next, related))
    }

    /// Notifies those whose turn it is, or who wait for it, of the events of one record.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn hand_over(
        &mut self,
        events: &[Event],
        told: Told<'_>,
        relations: &Relations,
    ) -> Result<(), ApiError> {
        let messages = hand_over::messages(events, told, relations, self.caller);
        self.notify(&messages)
    }
}

impl DecisionContext<'_, '_> {
    /// As [`WriteContext::change`], where the decision reads and writes nothing else.
    ///
    /// # Errors
    /// 401, 403, 404, 412; what the decision refuses.
    pub fn decide<S: View, E: Into<Vec<Event>>>(
        &mut self,
        id: Uuid,
        if_match: &IfMatch,
        operation: Operation,
        decision: impl FnOnce(S, &mut ReadContext<'_, '_>) -> Result<(S, E), ApiError>,
    ) -> Result<Changed<S>, ApiError> {
        let context = self.context;
        let caller = &*context.caller;
        match &mut self.target {
            Target::Transaction(db) => context
                .writing(db)
                .change(id, if_match, operation, |record, tx| decision(record, &mut tx.reading())),
            Target::SingleStatement(db, prepared) => {
                let (record, related) = or_not_found(S::find(db, caller, id)?)?;
                guard(caller, operation, &record.relations(&related), if_match, record.version())?;
                let (mut next, events) = decision(record, &mut ReadContext { db, caller, context })?;
                let (row, events) = (next.single_statement_update(context.now)?, events.into());
                let messages = hand_over::messages(&events, next.told(), &next.relations(&related), caller);
                let sent = notification::addressed(db, &messages, context.now, || context.new_id())?;
                // What goes by e-mail as well is written in a transaction.
                prepared.add(row.filter(|_| sent.deliveries.is_empty()), events, sent.rows);
                Ok((next, related))
            }
        }
    }
}

impl RequestContext {
    /// Answers with the record as the step changed it. PostgreSQL writes everything as a single statement where it can.
    ///
    /// # Errors
    /// What the step refuses; the idempotency key was used otherwise.
    pub async fn decide<S, F>(self, step: F) -> Result<Reply, ApiError>
    where
        S: View,
        F: Fn(&mut DecisionContext<'_, '_>) -> Result<Changed<S>, ApiError> + Send + Sync + 'static,
    {
        let (base, once) = (self.context_base(), self.once());
        let step = Arc::new(step);
        let (at_first, mine, kept_as) = (Arc::clone(&step), Arc::clone(&base), once.clone());
        let single_statement = move |db: &mut Reader<'_>| {
            mine.under_its_id(|| {
                let mut prepared = Prepared::Nothing;
                let target = Target::SingleStatement(db, &mut prepared);
                let (next, related) = at_first(&mut DecisionContext { target, context: &mine })?;
                let Prepared::Row(row, events, sent) = prepared else { return Ok(None) };
                let stream = next.stream();
                let reply =
                    next.show(related, &mut ReadContext { db, caller: &mine.caller, context: &mine })?;
                let kept = match kept_as {
                    Some(fingerprint) => {
                        Some(StoredAnswer { fingerprint, answer: mine.sealed(&reply)?, at: mine.now })
                    }
                    None => None,
                };
                let further = notification::insert_statement(sent);
                let all = SingleStatementWrite { row, stream, author: mine.author(), events, further, kept };
                Ok(Some((reply, all)))
            })
        };
        let job = in_transaction(base, once.clone(), move |tx: &mut WriteContext<'_, '_>| {
            let (next, related) = step(&mut tx.deciding())?;
            next.show(related, &mut tx.reading())
        });
        let outcome = self.app.store.write_single_statement(single_statement, job).await;
        S::forget(&self.app);
        self.or_answered(outcome, once).await
    }

    /// Answers with the record as the step changed it in a transaction, in which it may write other records as well.
    ///
    /// # Errors
    /// What the step refuses; the idempotency key was used otherwise.
    pub async fn change<S, F>(self, step: F) -> Result<Reply, ApiError>
    where
        S: View,
        F: Fn(&mut WriteContext<'_, '_>) -> Result<Changed<S>, ApiError> + Send + 'static,
    {
        let outcome = self.write(move |tx| {
            let (next, related) = step(tx)?;
            next.show(related, &mut tx.reading())
        });
        let outcome = outcome.await;
        S::forget(&self.app);
        outcome
    }
}
