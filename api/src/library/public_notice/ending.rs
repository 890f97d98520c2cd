//! A notice ends by itself: who was on it without an upheld objection is in the library (A8.1, A9.3).
//!
//! What is due is found in the database and decided again in the transaction that does it, under the
//! lock that an objection takes too, so that two nodes admit nobody twice. A notice is taken to have ended only when
//! the time is over that a request of its last moment may take: no objection comes too late that came in time.

use anze_persistence::{
    Reader, StoreError,
    library::{expert_application, public_notice},
};
use chrono::TimeDelta;

use super::steps;
use crate::app::{due_records::for_each_due, state::App};

/// How many tasks are asked for at once.
const BATCH_SIZE: i64 = 500;

/// One round: ends are counted again, notices ended, applicants admitted.
pub(crate) async fn end_due_notices(app: &App) -> Result<(), StoreError> {
    // So long may what came before the end take to be looked at.
    let grace = TimeDelta::from_std(app.settings.request_timeout).unwrap_or_default();
    recount(app).await?;
    end_notices(app, grace).await?;
    admit(app, grace).await
}

async fn recount(app: &App) -> Result<(), StoreError> {
    let calendars = app.calendars.clone();
    let due = |db: &mut Reader<'_>, after| public_notice::provisional(db, after, BATCH_SIZE);
    for_each_due(app, "end of public notice", due, move |context, id| {
        steps::recount_end(context, id, &calendars)
    })
    .await
}

async fn end_notices(app: &App, grace: TimeDelta) -> Result<(), StoreError> {
    let over = app.clock.now() - grace;
    let due = move |db: &mut Reader<'_>, after| public_notice::due(db, over, after, BATCH_SIZE);
    for_each_due(app, "public notice", due, move |context, id| steps::end(context, id, grace)).await
}

async fn admit(app: &App, grace: TimeDelta) -> Result<(), StoreError> {
    let over = app.clock.now() - grace;
    let due = move |db: &mut Reader<'_>, after| expert_application::due(db, over, after, BATCH_SIZE);
    for_each_due(app, "admission by application", due, move |context, id| steps::admit(context, id, grace))
        .await?;
    // Who was admitted calls as an expert from now on.
    app.identities.forget();
    Ok(())
}
