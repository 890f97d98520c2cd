//! What becomes of a commission's visits when it ends, or its plan is replaced.

use anze_domain::{Event, Id, access::Operation, commission::Commission, flow::State};
use anze_persistence::visit;

use crate::{call::Change, problem::ApiError};

/// Cancels the visits that have not begun, and returns what happened.
///
/// # Errors
/// The store's.
pub(crate) fn cancel_open_visits(
    tx: &mut Change<'_, '_>,
    commission: Id<Commission>,
    reason: &str,
) -> Result<Vec<Event>, ApiError> {
    let mut events = Vec::new();
    for visit in visit::of_commission(tx.db, commission)? {
        if visit.status.after(Operation::CancelVisit).is_some() {
            let (cancelled, event) = visit.cancel(reason)?;
            visit::save(tx.db, cancelled, tx.now())?;
            events.push(event);
        }
    }
    Ok(events)
}
