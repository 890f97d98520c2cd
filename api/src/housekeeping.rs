//! What is past its time is removed: idempotency records, sessions long over, uploads that broke off.
//!
//! Runs in every node. Each piece is a bounded deletion, so that two nodes at it do no harm and none
//! holds the database for long.

use std::time::Duration;

use actix_web::web;
use anze_persistence::{StoreError, idempotency, session};
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
        tokio::time::sleep(PAUSE).await;
        if let Err(error) = once(&app).await {
            log::warn!("housekeeping: {error}");
        }
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
    match app.files.clean_staging(now - STAGED).await {
        Ok(0) => {}
        Ok(count) => log::info!("swept away {count} uploads that broke off"),
        Err(error) => log::warn!("staged uploads: {error}"),
    }
    Ok(())
}
