//! Steps that change notifications.

use anze_domain::{Id, access::Operation};
use anze_persistence::identity::notification::{self as store, Sent};
use uuid::Uuid;

use crate::{
    app::context::{WriteContext, or_not_found},
    http::problem::ApiError,
};

/// Marks a notification of the caller as read. Only the first time counts.
pub fn mark_read(tx: &mut WriteContext<'_, '_>, id: Uuid) -> Result<Sent, ApiError> {
    tx.may(Operation::ReadNotification, &anze_domain::access::Relations::default())?;
    let sent = or_not_found(store::read(tx.db, Id::new(tx.caller.id()), id, tx.now())?)?;
    Ok(sent)
}
