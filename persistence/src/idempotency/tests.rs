use super::*;
use crate::testing::{Scratch, at};

fn request(key: u8, body: u8) -> Fingerprint {
    Fingerprint { scope: vec![key; 32], body: vec![body; 32] }
}

async fn claimed(scratch: &Scratch, key: u8, body: u8, seconds: i64) -> Claim {
    scratch.store.write(move |db| claim(db, &request(key, body), at(seconds))).await.unwrap()
}

async fn answered(scratch: &Scratch, key: u8, body: u8, seconds: i64) {
    let work = move |db: &mut Writer<'_>| {
        assert_eq!(claim(db, &request(key, body), at(seconds))?, Claim::First);
        answer(db, &request(key, body), b"the answer")
    };
    scratch.store.write(work).await.unwrap();
}

#[tokio::test]
async fn the_first_request_works_and_its_repetition_gets_the_same_answer() {
    let scratch = Scratch::new();
    answered(&scratch, 1, 1, 0).await;
    assert_eq!(claimed(&scratch, 1, 1, 1).await, Claim::Answered(b"the answer".to_vec()));
    assert_eq!(claimed(&scratch, 2, 1, 1).await, Claim::First);
}

#[tokio::test]
async fn the_same_key_with_another_body_is_told_so() {
    let scratch = Scratch::new();
    answered(&scratch, 1, 1, 0).await;
    assert_eq!(claimed(&scratch, 1, 2, 1).await, Claim::OtherBody);
    assert_eq!(claimed(&scratch, 1, 1, 1).await, Claim::Answered(b"the answer".to_vec()));
}

#[tokio::test]
async fn a_key_without_an_answer_yet_is_in_flight() {
    let scratch = Scratch::new();
    assert_eq!(claimed(&scratch, 1, 1, 0).await, Claim::First);
    assert_eq!(claimed(&scratch, 1, 1, 1).await, Claim::InFlight);
}

#[tokio::test]
async fn a_change_that_fails_gives_its_key_back() {
    let scratch = Scratch::new();
    let failed = scratch.store.write(|db| {
        claim(db, &request(1, 1), at(0))?;
        Err::<(), _>(StoreError::Stale)
    });
    failed.await.unwrap_err();
    assert_eq!(claimed(&scratch, 1, 1, 1).await, Claim::First);
}

#[tokio::test]
async fn after_a_day_the_key_is_free_again_and_the_old_answer_is_gone() {
    let scratch = Scratch::new();
    let day = KEPT.num_seconds();
    answered(&scratch, 1, 1, 0).await;
    assert_eq!(claimed(&scratch, 1, 1, day - 1).await, Claim::Answered(b"the answer".to_vec()));
    assert_eq!(claimed(&scratch, 1, 2, day).await, Claim::First);
    assert_eq!(claimed(&scratch, 1, 2, day + 1).await, Claim::InFlight);
    assert_eq!(claimed(&scratch, 1, 1, day + 1).await, Claim::OtherBody);
}

#[tokio::test]
async fn cleaning_removes_what_is_past_its_time_and_no_more_than_asked() {
    let scratch = Scratch::new();
    for key in 1..=3 {
        answered(&scratch, key, 1, 0).await;
    }
    answered(&scratch, 4, 1, 10).await;
    let day = KEPT.num_seconds();
    let cleaned = |limit| scratch.store.write(move |db| clean(db, at(day), limit));
    assert_eq!(cleaned(2).await.unwrap(), 2);
    assert_eq!(cleaned(10).await.unwrap(), 1);
    assert_eq!(claimed(&scratch, 4, 1, day).await, Claim::Answered(b"the answer".to_vec()));
}
