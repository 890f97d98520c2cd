//! What is past its time is removed: idempotency records, sessions long over, uploads that broke off. And
//! deadlines that were provisional are counted again once the calendar of their year is there.
//!
//! Runs in every node. Each piece is a bounded deletion, so that two nodes at it do no harm and none
//! holds the database for long.

use std::time::Duration;

use actix_web::web;
use anze_persistence::{
    ChangeError, StoreError,
    event::{self, Author},
    idempotency, session, visit,
};
use chrono::TimeDelta;

use crate::app::App;

/// How often.
const PAUSE: Duration = Duration::from_secs(300);
/// How many rows in one transaction.
const AT_ONCE: i64 = 500;
/// How long an upload may take before what it left is swept away.
const STAGED: TimeDelta = TimeDelta::days(1);
/// How long a session that is over stays to be looked at.
const OVER: TimeDelta = TimeDelta::days(90);

/// Keeps house until the server stops.
pub async fn keep(app: web::Data<App>) {
    loop {
        if let Err(error) = once(&app).await {
            log::warn!("housekeeping: {error}");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// One round: whatever is past its time now.
///
/// # Errors
/// The store's.
pub async fn once(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    while app.store.write(move |db| idempotency::clean(db, now, AT_ONCE)).await? > 0 {}
    while app.store.write(move |db| session::clean(db, now - OVER, AT_ONCE)).await? > 0 {}
    recount_deadlines(app).await?;
    match app.files.clean_staging(now - STAGED).await {
        Ok(0) => {}
        Ok(count) => log::info!("swept away {count} uploads that broke off"),
        Err(error) => log::warn!("staged uploads: {error}"),
    }
    Ok(())
}

/// A14.1: counts provisional deadlines again, each in a transaction of its own. Another node at it finds
/// the visit counted already.
async fn recount_deadlines(app: &App) -> Result<(), StoreError> {
    let (now, mut after) = (app.clock.now(), None);
    loop {
        let ids = app.store.read_long(move |db| visit::provisional(db, after, AT_ONCE)).await?;
        after = ids.last().copied();
        if after.is_none() {
            return Ok(());
        }
        for id in ids {
            let calendars = app.calendars.clone();
            let recounted = app
                .store
                .write(move |db| -> Result<(), ChangeError> {
                    let Some(visit) = visit::find_locked(db, id)? else { return Ok(()) };
                    let Some((next, event)) = visit.recount_deadline(&calendars)? else { return Ok(()) };
                    let next = visit::save(db, next, now)?;
                    event::append(db, next.project_id, &Author::system(now), &event)?;
                    Ok(())
                })
                .await;
            if let Err(error) = recounted {
                log::warn!("deadline of visit {id}: {error}");
            }
        }
    }
}
