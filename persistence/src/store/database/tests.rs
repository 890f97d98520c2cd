use diesel::{connection::SimpleConnection, prelude::*};

use super::*;
use crate::{
    store::schema::number_sequences,
    testing::{Scratch, at, both_databases, flow},
};

/// Writes a row that shows whether the change was kept.
fn mark(db: &mut Writer<'_>, kind: &str) -> Result<(), StoreError> {
    diesel::insert_into(number_sequences::table)
        .values((
            number_sequences::kind.eq(kind),
            number_sequences::year.eq(2026),
            number_sequences::last.eq(1_i64),
        ))
        .execute(db.connection())?;
    Ok(())
}

async fn marks(store: &Store) -> Vec<String> {
    store
        .read(|db| {
            Ok::<_, StoreError>(
                number_sequences::table
                    .order(number_sequences::kind)
                    .select(number_sequences::kind)
                    .load(db.connection())?,
            )
        })
        .await
        .unwrap()
}

#[both_databases]
async fn a_change_that_fails_is_undone_whole(scratch: Scratch) {
    let failed = scratch
        .store
        .write(|db| {
            mark(db, "A")?;
            mark(db, "B")?;
            Err::<(), _>(StoreError::Stale)
        })
        .await;
    assert!(matches!(failed, Err(StoreError::Stale)));
    assert!(marks(&scratch.store).await.is_empty());
}

#[both_databases]
async fn a_change_that_breaks_a_constraint_is_undone_whole(scratch: Scratch) {
    let failed = scratch
        .store
        .write(|db| {
            mark(db, "A")?;
            mark(db, "A")
        })
        .await;
    assert!(matches!(failed, Err(StoreError::Duplicate(_))), "{failed:?}");
    assert!(marks(&scratch.store).await.is_empty());
}

#[both_databases]
async fn a_change_that_panics_is_undone_whole_and_the_writer_goes_on(scratch: Scratch) {
    let failed = scratch
        .store
        .write(|db| {
            mark(db, "A")?;
            if marks_in(db)? > 0 {
                panic!("a fault of ours");
            }
            Ok::<_, StoreError>(())
        })
        .await;
    assert!(matches!(failed, Err(StoreError::Internal(_))), "{failed:?}");
    scratch.store.write(|db| mark(db, "B")).await.unwrap();
    assert_eq!(marks(&scratch.store).await, ["B"]);
}

fn marks_in(db: &mut Reader<'_>) -> Result<i64, StoreError> {
    Ok(number_sequences::table.count().get_result(db.connection())?)
}

#[both_databases]
async fn many_changes_at_once_are_each_answered_and_only_the_failed_are_undone(scratch: Scratch) {
    let changes: Vec<_> = (0..200)
        .map(|n| {
            let store = scratch.store.clone();
            tokio::spawn(async move {
                let answer = store
                    .write(move |db| {
                        mark(db, &format!("{n:03}"))?;
                        match n % 5 {
                            1 => Err(StoreError::Stale),
                            2 => mark(db, &format!("{n:03}")).map(|()| n),
                            3 => panic!("a fault of ours"),
                            _ => Ok(n),
                        }
                    })
                    .await;
                (n, answer)
            })
        })
        .collect();
    let mut kept = Vec::new();
    for change in changes {
        let (n, answer) = change.await.unwrap();
        match (n % 5, answer) {
            (0 | 4, Ok(own)) => {
                assert_eq!(own, n);
                kept.push(format!("{n:03}"));
            }
            (1, Err(StoreError::Stale))
            | (2, Err(StoreError::Duplicate(_)))
            | (3, Err(StoreError::Internal(_))) => {}
            (_, answer) => panic!("change {n} was answered {answer:?}"),
        }
    }
    assert_eq!(marks(&scratch.store).await, kept);
}

/// A job of a batch that says what it was answered.
fn job(kind: &'static str, fails: bool) -> (Box<dyn Job>, oneshot::Receiver<Result<(), StoreError>>) {
    let (reply, answer) = oneshot::channel();
    let work = move |db: &mut Writer<'_>| {
        mark(db, kind)?;
        if fails { Err(StoreError::Stale) } else { Ok(()) }
    };
    (Box::new(Task { work, result: None, reply }), answer)
}

#[tokio::test]
async fn in_one_batch_a_failed_change_touches_no_other() {
    let scratch = Scratch::on_sqlite();
    let (first, mut first_answer) = job("A", false);
    let (second, mut second_answer) = job("B", true);
    let (third, mut third_answer) = job("C", false);
    let mut connection = dialect::connect(scratch.url(), Use::Writing, "off").unwrap();
    write_batch(&mut connection, vec![first, second, third]);
    assert!(matches!(first_answer.try_recv(), Ok(Ok(()))));
    assert!(matches!(second_answer.try_recv(), Ok(Err(StoreError::Stale))));
    assert!(matches!(third_answer.try_recv(), Ok(Ok(()))));
    assert_eq!(marks(&scratch.store).await, ["A", "C"]);
}

#[tokio::test]
async fn where_a_batch_cannot_be_committed_no_change_is_answered_as_kept_and_the_next_one_works() {
    let scratch = Scratch::on_sqlite();
    let mut connection = dialect::connect(scratch.url(), Use::Writing, "off").unwrap();
    let (first, mut first_answer) = job("A", false);
    let (reply, mut second_answer) = oneshot::channel();
    // A row without its project, found out when the transaction is committed.
    let orphan = |db: &mut Writer<'_>| {
        let sql = "PRAGMA defer_foreign_keys = ON; \
                   INSERT INTO project_parties VALUES (zeroblob(16), zeroblob(16), 'owner');";
        Ok::<(), StoreError>(db.connection().batch_execute(sql)?)
    };
    let second = Box::new(Task { work: orphan, result: None, reply });
    write_batch(&mut connection, vec![first, second]);
    assert!(matches!(first_answer.try_recv(), Ok(Err(StoreError::Unavailable(_)))));
    assert!(matches!(second_answer.try_recv(), Ok(Err(StoreError::Unavailable(_)))));
    assert!(marks(&scratch.store).await.is_empty());
    let (next, mut next_answer) = job("B", false);
    write_batch(&mut connection, vec![next]);
    assert!(matches!(next_answer.try_recv(), Ok(Ok(()))));
    assert_eq!(marks(&scratch.store).await, ["B"]);
}

#[tokio::test]
async fn a_change_whose_caller_went_away_is_kept_all_the_same() {
    let scratch = Scratch::on_sqlite();
    let mut connection = dialect::connect(scratch.url(), Use::Writing, "off").unwrap();
    let (change, answer) = job("A", false);
    drop(answer);
    write_batch(&mut connection, vec![change]);
    assert_eq!(marks(&scratch.store).await, ["A"]);
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let scratch = Scratch::on_sqlite();
    let refused: Result<(), StoreError> =
        scratch.store.read(|db| mark(&mut Writer::new(db.connection()), "A")).await;
    assert!(refused.is_err());
    assert!(marks(&scratch.store).await.is_empty());
}

#[both_databases]
async fn a_record_that_changed_since_it_was_read_is_stale(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        let project = flow::project(db)?;
        let saved = crate::service::project::save(db, project.clone(), at(1))?;
        assert_eq!((project.version, saved.version, saved.updated_at), (1, 2, at(1)));
        assert!(matches!(crate::service::project::save(db, project, at(2)), Err(StoreError::Stale)));
        crate::service::project::save(db, saved, at(3)).map(|saved| saved.version)
    };
    assert_eq!(scratch.store.write(work).await.unwrap(), 3);
}
