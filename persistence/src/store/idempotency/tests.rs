use anze_domain::{Event, EventName, RecordKind};

use super::*;
use crate::{
    store::event::{self, Author, PLATFORM},
    testing::{Scratch, at, both_databases},
};

fn request(key: u8, body: u8) -> Fingerprint {
    Fingerprint { scope: vec![key; 32], body: vec![body; 32] }
}

async fn known(scratch: &Scratch, key: u8, body: u8, seconds: i64) -> Known {
    scratch.store.read(move |db| find(db, &request(key, body), at(seconds))).await.unwrap()
}

async fn kept(scratch: &Scratch, key: u8, body: u8, seconds: i64) -> bool {
    scratch
        .store
        .write(move |db| store_answer(db, &request(key, body), b"the answer", at(seconds)))
        .await
        .unwrap()
}

fn the_answer() -> Known {
    Known::Answered(b"the answer".to_vec())
}

#[both_databases]
async fn the_first_request_works_and_its_repetition_gets_the_same_answer(scratch: Scratch) {
    assert_eq!(known(&scratch, 1, 1, 0).await, Known::Nothing);
    assert!(kept(&scratch, 1, 1, 0).await);
    assert_eq!(known(&scratch, 1, 1, 1).await, the_answer());
    assert_eq!(known(&scratch, 2, 1, 1).await, Known::Nothing);
}

#[both_databases]
async fn the_same_key_with_another_body_is_told_so(scratch: Scratch) {
    assert!(kept(&scratch, 1, 1, 0).await);
    assert_eq!(known(&scratch, 1, 2, 1).await, Known::OtherBody);
    assert_eq!(known(&scratch, 1, 1, 1).await, the_answer());
}

#[both_databases]
async fn of_two_that_did_the_same_one_is_kept(scratch: Scratch) {
    assert!(kept(&scratch, 1, 1, 0).await);
    assert!(!kept(&scratch, 1, 1, 1).await);
    assert!(!kept(&scratch, 1, 2, 1).await);
    assert_eq!(known(&scratch, 1, 1, 1).await, the_answer());
}

/// What was appended is written with the answer, and undone with it where another was faster.
#[both_databases]
async fn the_answer_and_what_happened_are_kept_together(scratch: Scratch) {
    let append = |db: &mut Writer<'_>| {
        event::append(
            db,
            PLATFORM,
            &Author::system(at(0)),
            &Event::new(EventName::UserCreated, RecordKind::User, PLATFORM),
        )
    };
    let work = || {
        scratch.store.write(move |db| {
            append(db)?;
            if store_answer(db, &request(1, 1), b"the answer", at(0))? {
                Ok(())
            } else {
                Err(StoreError::Stale)
            }
        })
    };
    let entries = async || scratch.store.read_long(event::verify).await.unwrap().entries;
    scratch.store.write(append).await.unwrap();
    work().await.unwrap();
    assert_eq!((entries().await, known(&scratch, 1, 1, 1).await), (2, the_answer()));
    work().await.unwrap_err();
    assert_eq!(entries().await, 2);
}

#[both_databases]
async fn a_change_that_fails_gives_its_key_back(scratch: Scratch) {
    let failed = scratch.store.write(|db| {
        store_answer(db, &request(1, 1), b"the answer", at(0))?;
        Err::<(), _>(StoreError::Stale)
    });
    failed.await.unwrap_err();
    assert_eq!(known(&scratch, 1, 1, 1).await, Known::Nothing);
}

#[both_databases]
async fn after_a_day_the_key_is_free_again_and_the_old_answer_is_gone(scratch: Scratch) {
    let day = ANSWER_LIFETIME.num_seconds();
    assert!(kept(&scratch, 1, 1, 0).await);
    assert_eq!(known(&scratch, 1, 1, day - 1).await, the_answer());
    assert_eq!(known(&scratch, 1, 2, day).await, Known::Nothing);
    assert!(kept(&scratch, 1, 2, day).await);
    assert_eq!(known(&scratch, 1, 2, day + 1).await, the_answer());
    assert_eq!(known(&scratch, 1, 1, day + 1).await, Known::OtherBody);
}

#[both_databases]
async fn cleaning_removes_what_is_past_its_time_and_no_more_than_asked(scratch: Scratch) {
    for key in 1..=3 {
        assert!(kept(&scratch, key, 1, 0).await);
    }
    assert!(kept(&scratch, 4, 1, 10).await);
    let day = ANSWER_LIFETIME.num_seconds();
    let cleaned = |limit| scratch.store.write(move |db| clean(db, at(day), limit));
    assert_eq!(cleaned(2).await.unwrap(), 2);
    assert_eq!(cleaned(10).await.unwrap(), 1);
    assert_eq!(known(&scratch, 4, 1, day).await, the_answer());
}
