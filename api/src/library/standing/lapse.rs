//! Registrations that will lapse are announced, and what a lapsed one carried is left (A9.1): by the platform
//! itself, each once, whichever node comes first.

use anze_domain::calendar::working_calendar::shanghai_date;
use anze_persistence::{
    StoreError,
    library::standing::{self as store, Lapsing},
};

use super::steps;
use crate::app::{context::SystemWriteContext, state::App};

/// Experts looked at in one query.
const BATCH_SIZE: i64 = 500;

/// One round: announces every registration of which something is to be announced today.
///
/// # Errors
/// Where the registrations cannot be read.
pub async fn announce(app: &App) -> Result<(), StoreError> {
    let (now, mut after) = (app.clock.now(), None);
    let today = shanghai_date(now);
    loop {
        let Lapsing { due, last } =
            app.store.read_long(move |db| store::lapsing(db, today, after, BATCH_SIZE)).await?;
        for id in due {
            let clock = std::sync::Arc::clone(&app.clock);
            let outcome = app
                .store
                .write(move |db| {
                    let mut context = SystemWriteContext::of_platform(db, now, clock.as_ref());
                    steps::announce_lapse(&mut context, id)
                })
                .await;
            if let Err(error) = outcome {
                log::warn!("registration of expert {id}: {error}");
            }
        }
        if last.is_none() {
            return Ok(());
        }
        after = last;
    }
}
