//! A record as a caller sees it.

use std::ops::Deref;

use anze_domain::{
    access::{Caller, Relations},
    oversight::hand_over::Told,
};
use anze_persistence::{Reader, store::aggregate::Aggregate};

use super::{ContextBase, WriteContext};
use crate::{
    app::state::App,
    http::{problem::ApiError, respond::Reply},
};

/// The caller's view of a record: who has a part in it, and the answer that shows it.
pub trait View: Aggregate {
    /// Who has a part in it.
    fn relations(&self, related: &Self::Related) -> Relations;

    /// What is said of it where somebody is told of one of its events: what people call it, and its project. By default
    /// nothing: its events are told to nobody, or by its steps.
    fn told(&self) -> Told<'_> {
        Told { label: "", project: None, version: self.version() }
    }

    /// Drops what this node keeps in memory of such records, once one may have changed.
    fn forget(_app: &App) {}

    /// The answer that shows it.
    ///
    /// # Errors
    /// Where the database fails, or the record cannot be written as JSON.
    fn show(self, related: Self::Related, to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError>;
}

/// What a decision on one record may ask: it reads, and writes nothing.
pub struct ReadContext<'a, 'c> {
    /// The database.
    pub db: &'a mut Reader<'c>,
    /// Who calls.
    pub caller: &'a Caller,
    pub(super) context: &'a ContextBase,
}

impl<'c> WriteContext<'_, 'c> {
    /// A read-only view of this transaction.
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
