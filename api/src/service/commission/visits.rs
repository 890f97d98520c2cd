//! What becomes of a commission's visits when it ends, or its plan is replaced.

use anze_domain::{
    Event, Violation,
    access::{Operation, state_machine::State},
    base::id::{CommissionId, ProjectId},
    service::visit::Visit,
};
use anze_persistence::service::visit;

use crate::{app::context::WriteContext, http::problem::ApiError, service::visit::cancelled_notifications};

/// Cancels the visits that have not begun, tells those concerned, and returns what happened.
pub(crate) fn cancel_open_visits(
    tx: &mut WriteContext<'_, '_>,
    project: ProjectId,
    commission: CommissionId,
    reason: &str,
) -> Result<Vec<Event>, ApiError> {
    let open = visit::of_commission(tx.db, commission)?
        .into_iter()
        .filter(|visit| visit.status.after(Operation::CancelVisit).is_some());
    let open: Vec<Visit> = open.collect();
    let notifications: Vec<_> =
        open.iter().flat_map(|visit| cancelled_notifications(visit, reason)).collect();
    let (cancelled, events): (Vec<Visit>, Vec<Event>) = open
        .into_iter()
        .map(|visit| visit.cancel(reason))
        .collect::<Result<Vec<_>, Violation>>()?
        .into_iter()
        .unzip();
    let ids: Vec<_> = cancelled.iter().map(|visit| visit.id).collect();
    // `advance_because` keeps the reason as it is trimmed.
    let reason = cancelled.first().and_then(|visit| visit.status_reason.as_deref()).unwrap_or(reason);
    visit::cancel_all(tx.db, project, &ids, reason, tx.now())?;
    tx.notify(&notifications)?;
    Ok(events)
}
