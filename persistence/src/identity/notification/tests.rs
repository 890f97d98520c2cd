use anze_domain::RecordKind;

use super::*;
use crate::testing::{
    Scratch, at, both_databases,
    flow::{self, EXPERTS, first_page},
    id,
};

#[both_databases]
async fn each_is_told_once_and_reads_their_own(scratch: Scratch) {
    let told = scratch
        .store
        .write(|db| -> Result<_, StoreError> {
            flow::project(db)?;
            let notification =
                Notification::new(NotificationKind::LapseAhead, RecordKind::Expert, id::<Uuid>(21), 90);
            let both = Recipients::default().expert(id::<Uuid>(EXPERTS[0])).user(id(EXPERTS[0]));
            let two = both.clone().expert(id::<Uuid>(EXPERTS[1]));
            let mut number = 1000;
            let mut next = || {
                number += 1;
                id(number)
            };
            send(db, &[(both.clone(), notification.clone())], at(0), &mut next)?;
            let again = Notification { occasion: "30".to_owned(), ..notification.clone() };
            send(db, &[(two, notification), (both, again)], at(1), &mut next)?;
            let first = list(db, id(EXPERTS[0]), Filter::default(), &first_page(10))?.items;
            let other = list(db, id(EXPERTS[1]), Filter::default(), &first_page(10))?.items;
            assert!(read(db, id(EXPERTS[1]), first[0].id(), at(2))?.is_none());
            let once = read(db, id(EXPERTS[0]), first[0].id(), at(2))?.unwrap();
            let twice = read(db, id(EXPERTS[0]), first[0].id(), at(3))?.unwrap();
            assert_eq!((once.read_at(), twice.read_at()), (Some(at(2)), Some(at(2))));
            let unread = |unread| Filter { unread: Some(unread), ..Filter::default() };
            let left = list(db, id(EXPERTS[0]), unread(true), &first_page(10))?.items;
            let done = list(db, id(EXPERTS[0]), unread(false), &first_page(10))?.items;
            assert_eq!(count(db, id(EXPERTS[0]))?, 2);
            Ok((first.len(), other.len(), left.len(), done.len()))
        })
        .await
        .unwrap();
    assert_eq!(told, (2, 1, 1, 1));
}
