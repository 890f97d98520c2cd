//! Seals again what another key has sealed: in batches, while the server runs. Begun again after a break, it
//! passes over what is done.
//!
//! An admission copies what an application holds as it is sealed, so applications come before experts; and what was
//! copied or written while a pass ran is found by the next, until one finds nothing.

use std::collections::BTreeMap;

use anze_api::app::{
    secrets::{Keys, Purpose},
    settings::Settings,
};
use anze_persistence::{
    Options, Store, StoreError,
    store::sealed::{self, SealedColumn},
};
use uuid::Uuid;

use super::{Failure, blocking};

/// Values in one transaction.
const BATCH_SIZE: i64 = 100;
/// After so many passes something seals by another key as fast as it is sealed again.
const PASSES: usize = 20;
/// So many values that cannot be opened are named.
const NAMED: usize = 100;

/// How many values of a column were looked at, and how many sealed again.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    seen: u64,
    sealed: u64,
}

/// A change of key under way: every sealed column, pass by pass.
pub struct Rotation {
    store: Store,
    keys: Keys,
    counts: Vec<(SealedColumn, Count)>,
    /// What none of the keys opens: it stays as it is.
    unopenable: BTreeMap<(&'static str, Uuid), SealedColumn>,
}

impl Rotation {
    /// Begins it: the first of the sealing keys is the new one.
    ///
    /// # Errors
    /// The database's.
    pub fn open(settings: &Settings) -> Result<Self, Failure> {
        let options = Options { connections: 1, ..Options::new(settings.database_url.expose()) };
        Ok(Self {
            store: Store::open(&options)?,
            keys: Keys::new(&settings.secret, &settings.sealing_keys),
            counts: sealed::COLUMNS.iter().map(|column| (*column, Count::default())).collect(),
            unopenable: BTreeMap::new(),
        })
    }

    /// Goes once through every sealed column; says how many values another key had sealed.
    ///
    /// # Errors
    /// The database's. A value that none of the keys opens is kept in mind, and holds up no other.
    pub fn pass(&mut self) -> Result<u64, Failure> {
        blocking(async {
            let mut stale = 0;
            for (column, count) in &mut self.counts {
                let unopenable = &mut self.unopenable;
                stale += rotate_column(&self.store, &self.keys, *column, count, unopenable).await?;
            }
            Ok(stale)
        })?
    }

    /// Passes until one finds nothing, and says what was done.
    ///
    /// # Errors
    /// Values that none of the keys opens, once all others are sealed again; that there is no end to it; the database's.
    pub fn finish(mut self) -> Result<Vec<String>, Failure> {
        let mut passes = 1;
        while self.pass()? > 0 {
            if passes == PASSES {
                return Err(format!(
                    "after {PASSES} passes values are still sealed by another key: put the new one first on every node, \
                     restart it, and begin again"
                )
                .into());
            }
            passes += 1;
        }
        let said = self.counts.iter().map(|(column, Count { seen, sealed })| {
            format!("{}.{}: {sealed} of {seen} sealed again", column.table, column.column)
        });
        let said: Vec<String> = said.collect();
        if self.unopenable.is_empty() { Ok(said) } else { Err(self.summary(&said).into()) }
    }

    /// What was done, and what none of the keys opens.
    fn summary(&self, said: &[String]) -> String {
        let named = self.unopenable.iter().take(NAMED);
        let named: Vec<String> =
            named.map(|((_, id), column)| format!("{}.{} of {id}", column.table, column.column)).collect();
        let more = if self.unopenable.len() > NAMED { ", …" } else { "" };
        format!(
            "{}; {} cannot be opened by any of the keys and stay as they are: {}{more}",
            said.join("; "),
            self.unopenable.len(),
            named.join(", ")
        )
    }
}

/// Goes through a column; says how many of its values another key had sealed that one of these opens.
async fn rotate_column(
    store: &Store,
    keys: &Keys,
    column: SealedColumn,
    count: &mut Count,
    unopenable: &mut BTreeMap<(&'static str, Uuid), SealedColumn>,
) -> Result<u64, Failure> {
    let (mut found, mut after) = (0, Uuid::nil());
    count.seen = 0;
    loop {
        let batch = store.read_long(move |db| sealed::batch(db, column, after, BATCH_SIZE)).await?;
        let Some((last, _)) = batch.last() else { return Ok(found) };
        after = *last;
        let mut stale = Vec::new();
        for (id, before) in batch {
            count.seen += 1;
            if keys.is_current(&before) {
                continue;
            }
            match keys.open(Purpose::CitizenId, &before) {
                Ok(text) => stale.push((id, before, keys.seal(Purpose::CitizenId, &text)?)),
                Err(_unopenable) => drop(unopenable.insert((column.table, id), column)),
            }
        }
        if stale.is_empty() {
            continue;
        }
        found += u64::try_from(stale.len()).unwrap_or(u64::MAX);
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
