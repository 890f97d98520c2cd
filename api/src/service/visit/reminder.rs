//! Who has not answered to a proposed time is reminded; when answers are overdue, who arranges the visit is told (A12.1).

use anze_domain::base::id::VisitId;
use anze_persistence::{StoreError, service::visit as store};

use super::steps;
use crate::app::{context::SystemWriteContext, state::App};

/// How many visits in one query.
const BATCH_SIZE: i64 = 500;

/// Sends the reminders of every visit whose answers are missing by now, each in a transaction of its own.
///
/// # Errors
/// Where the visits that are due cannot be read.
pub(crate) async fn remind_of_answers(app: &App) -> Result<(), StoreError> {
    let (now, mut after) = (app.clock.now(), None);
    loop {
        let due = app.store.read_long(move |db| store::due_reminders(db, now, after, BATCH_SIZE)).await?;
        after = due.last().copied();
        if after.is_none() {
            return Ok(());
        }
        for (_, id) in due {
            // What failed is there again in the next round.
            if let Err(error) = remind(app, id).await {
                log::warn!("answers to visit {id}: {error}");
            }
        }
    }
}

async fn remind(app: &App, id: VisitId) -> Result<(), StoreError> {
    let (now, clock) = (app.clock.now(), app.clock.clone());
    app.store
        .write(move |db| steps::remind(&mut SystemWriteContext::of_platform(db, now, clock.as_ref()), id))
        .await
}
