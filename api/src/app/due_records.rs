//! Work on records that are due, which every node does from time to time.

use std::sync::Arc;

use anze_domain::Id;
use anze_persistence::{ChangeError, Reader, StoreError};

use crate::app::{context::SystemWriteContext, state::App};

/// Does what is to be done to each record that is due, in a transaction of its own, which decides again whether it
/// is: another node may have been there. What fails is logged, and comes up in the next round.
pub(crate) async fn for_each_due<T, F, W>(app: &App, what: &str, due: F, work: W) -> Result<(), StoreError>
where
    T: Send + 'static,
    F: Fn(&mut Reader<'_>, Option<Id<T>>) -> Result<Vec<Id<T>>, StoreError> + Copy + Send + 'static,
    W: Fn(&mut SystemWriteContext<'_, '_>, Id<T>) -> Result<(), ChangeError> + Clone + Send + 'static,
{
    let (now, mut after) = (app.clock.now(), None);
    loop {
        let ids = app.store.read_long(move |db| due(db, after)).await?;
        after = ids.last().copied();
        if after.is_none() {
            return Ok(());
        }
        for id in ids {
            let (clock, work) = (Arc::clone(&app.clock), work.clone());
            let done = app
                .store
                .write(move |db| work(&mut SystemWriteContext::of_platform(db, now, clock.as_ref()), id));
            if let Err(error) = done.await {
                log::warn!("{what} {id}: {error}");
            }
        }
    }
}
