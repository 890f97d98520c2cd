//! Who has not answered to a proposed time is reminded; when answers are overdue, who arranges the visit is told (A12.1).

use anze_domain::base::id::VisitId;
use anze_persistence::{
    StoreError,
    identity::notification,
    service::visit as store,
    store::event::{self, Author},
};

use super::notifications;
use crate::app::state::App;

/// How many visits in one query.
const AT_ONCE: i64 = 500;

/// Looks after every visit whose answers are missing by now, each in a transaction of its own. Another node at it finds
/// that it was done.
///
/// # Errors
/// The store's.
pub(crate) async fn remind_of_answers(app: &App) -> Result<(), StoreError> {
    let (now, mut after) = (app.clock.now(), None);
    loop {
        let due = app.store.read_long(move |db| store::to_prompt(db, now, after, AT_ONCE)).await?;
        after = due.last().copied();
        if after.is_none() {
            return Ok(());
        }
        for (_, id) in due {
            // What failed is there again in the next round.
            if let Err(error) = prompt(app, id).await {
                log::warn!("answers to visit {id}: {error}");
            }
        }
    }
}

async fn prompt(app: &App, id: VisitId) -> Result<(), StoreError> {
    let (now, clock) = (app.clock.now(), app.clock.clone());
    app.store
        .write(move |db| {
            let Some(visit) = store::find_locked(db, id)? else { return Ok(()) };
            let Some((next, event, prompt)) = visit.prompt(now) else { return Ok(()) };
            notification::send(db, &notifications::prompted(&next, prompt), now, || clock.new_id())?;
            let next = store::save(db, next, now)?;
            event::append(db, next.project_id, &Author::system(now), &event)
        })
        .await
}
