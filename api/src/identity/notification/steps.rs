//! Steps that change notifications.

use anze_domain::{
    Id,
    access::{Operation, Relations},
};
use anze_persistence::identity::notification::{self as store, Filter, Sent};
use uuid::Uuid;

use crate::{
    app::context::{WriteContext, or_not_found},
    http::problem::ApiError,
};

/// Marks a notification of the caller as read. Only the first time counts.
pub fn mark_read(tx: &mut WriteContext<'_, '_>, id: Uuid) -> Result<Sent, ApiError> {
    tx.may(Operation::ReadNotification, &Relations::default())?;
    let sent = or_not_found(store::read(tx.db, Id::new(tx.caller.id()), id, tx.now())?)?;
    Ok(sent)
}

/// Marks all notifications of the caller as read that the filter leaves, and says how many were unread.
pub fn mark_all_read(tx: &mut WriteContext<'_, '_>, filter: Filter) -> Result<u64, ApiError> {
    tx.may(Operation::ReadAllNotifications, &Relations::default())?;
    let read = store::read_all(tx.db, Id::new(tx.caller.id()), filter, tx.now())?;
    Ok(u64::try_from(read).unwrap_or(u64::MAX))
}
