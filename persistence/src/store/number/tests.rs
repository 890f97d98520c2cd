use std::collections::BTreeSet;

use super::*;
use crate::testing::{Scratch, both_databases};

#[both_databases]
async fn concurrent_writers_get_every_number_once(scratch: Scratch) {
    let changes: Vec<_> = (0..150)
        .map(|n| {
            let store = scratch.store.clone();
            tokio::spawn(async move {
                store
                    .write(move |db| {
                        let number = next(db, "XM", 2026)?;
                        if n % 3 == 0 { Err(StoreError::Stale) } else { Ok(number) }
                    })
                    .await
            })
        })
        .collect();
    let mut numbers = BTreeSet::new();
    for change in changes {
        if let Ok(number) = change.await.unwrap() {
            assert!(numbers.insert(number.clone()), "{number} was given twice");
        }
    }
    let expected: BTreeSet<_> = (1..=100).map(|n| format!("XM-2026-{n:06}")).collect();
    assert_eq!(numbers, expected);
}

#[both_databases]
async fn each_kind_and_each_year_counts_for_itself(scratch: Scratch) {
    let numbers = scratch
        .store
        .write(|db| {
            Ok::<_, StoreError>([
                next(db, "XM", 2026)?,
                next(db, "WT", 2026)?,
                next(db, "XM", 2027)?,
                next(db, "XM", 2026)?,
            ])
        })
        .await
        .unwrap();
    assert_eq!(numbers, ["XM-2026-000001", "WT-2026-000001", "XM-2027-000001", "XM-2026-000002"]);
}

#[both_databases]
async fn many_numbers_are_taken_at_once_and_follow_each_other(scratch: Scratch) {
    let taken = scratch
        .store
        .write(|db| {
            let none = next_many(db, "FW", 2026, 0)?;
            let three = next_many(db, "FW", 2026, 3)?;
            let one = next(db, "FW", 2026)?;
            let two = next_many(db, "FW", 2026, 2)?;
            Ok::<_, StoreError>([none, three, vec![one], two].concat())
        })
        .await
        .unwrap();
    let expected: Vec<_> = (1..=6).map(|n| format!("FW-2026-{n:06}")).collect();
    assert_eq!(taken, expected);
}
