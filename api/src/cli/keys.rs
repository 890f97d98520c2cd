//! Seals again what another key has sealed: in batches, while the server runs. Begun again after a break, it
//! passes over what is done.

use anze_persistence::{
    Options, Store, StoreError,
    sealed::{self, SealedColumn},
};
use uuid::Uuid;

use super::{Failure, blocking};
use crate::{
    secrets::{Keys, Purpose},
    settings::Settings,
};

/// Values in one transaction.
const AT_ONCE: i64 = 100;

/// How many values of a column were looked at, and how many sealed again.
#[derive(Debug, Default)]
struct Count {
    seen: u64,
    sealed: u64,
}

/// Goes through every sealed column, and says what was done.
pub(super) fn rotate(settings: &Settings) -> Result<Vec<String>, Failure> {
    let keys = Keys::new(&settings.secret, &settings.sealing_keys);
    let store = Store::open(&Options { connections: 1, ..Options::new(settings.database_url.expose()) })?;
    blocking(async move {
        let mut said = Vec::new();
        for column in sealed::COLUMNS {
            let Count { seen, sealed } = rotate_column(&store, &keys, *column).await?;
            said.push(format!("{}.{}: {sealed} of {seen} sealed again", column.table, column.column));
        }
        Ok(said)
    })?
}

async fn rotate_column(store: &Store, keys: &Keys, column: SealedColumn) -> Result<Count, Failure> {
    let (mut count, mut after) = (Count::default(), Uuid::nil());
    loop {
        let batch = store.read_long(move |db| sealed::batch(db, column, after, AT_ONCE)).await?;
        let Some((last, _)) = batch.last() else { return Ok(count) };
        after = *last;
        let mut stale = Vec::new();
        for (id, before) in batch {
            count.seen += 1;
            if keys.is_current(&before) {
                continue;
            }
            let text = keys
                .open(Purpose::CitizenId, &before)
                .map_err(|error| format!("{}.{} of {id}: {error}", column.table, column.column))?;
            stale.push((id, before, keys.seal(Purpose::CitizenId, &text)?));
        }
        count.sealed += store
            .write(move |db| -> Result<u64, StoreError> {
                let mut replaced = 0;
                for (id, before, sealed) in &stale {
                    replaced += u64::from(sealed::replace(db, column, *id, before, sealed)?);
                }
                Ok(replaced)
            })
            .await?;
    }
}
