use anze_domain::{
    Event, EventName, RecordKind,
    base::id::ProjectId,
    service::project::{Project, ProjectStatus},
};

use super::*;
use crate::{
    Direction, PageRequest, Store, Writer,
    service::project as store,
    store::{
        event::{Audit, verify},
        idempotency::{Fingerprint, Known},
    },
    testing::{Scratch, at, both_databases, flow},
};

fn author() -> Author {
    Author::system(at(0))
}

fn happened(project: &Project, name: EventName) -> Event {
    Event::new(name, RecordKind::Project, project.id)
}

fn request(key: u8) -> Fingerprint {
    Fingerprint { scope: vec![key; 32], body: vec![key; 32] }
}

/// A project with one entry in its stream.
async fn project(store: &Store) -> ProjectId {
    let work = |db: &mut Writer<'_>| {
        let registered = Project { status: ProjectStatus::Registered, ..flow::project(db)? };
        let project = store::save(db, registered, at(0))?;
        event::append(db, project.id, &author(), &happened(&project, EventName::ProjectCreated))?;
        Ok::<_, StoreError>(project.id)
    };
    store.write(work).await.unwrap()
}

/// Changes it, at once where the database can, and says which way it went: `at once`, or `in a transaction`.
async fn change(store: &Store, project: ProjectId, key: Option<u8>) -> Result<&'static str, StoreError> {
    let kept =
        move || key.map(|key| StoredAnswer { fingerprint: request(key), answer: vec![key], at: at(1) });
    let decide = move |db: &mut Reader<'_>| {
        let mut read = store::find_locked(db, project)?.ok_or(StoreError::Stale)?;
        let events =
            vec![happened(&read, EventName::ProjectSuspended), happened(&read, EventName::ProjectResumed)];
        let row = store::single_statement_update(&mut read, at(1)).ok_or(StoreError::Stale)?;
        let all = SingleStatementWrite {
            row,
            stream: project.uuid(),
            author: author(),
            events,
            further: None,
            kept: kept(),
        };
        Ok::<_, StoreError>(Some(("at once", all)))
    };
    let work = move |db: &mut Writer<'_>| {
        let read = store::find_locked(db, project)?.ok_or(StoreError::Stale)?;
        let events =
            [happened(&read, EventName::ProjectSuspended), happened(&read, EventName::ProjectResumed)];
        store::save(db, read, at(1))?;
        event::append_all(db, project, &author(), &events)?;
        if let Some(kept) = kept()
            && !idempotency::store_answer(db, &kept.fingerprint, &kept.answer, kept.at)?
        {
            return Err(StoreError::Stale);
        }
        Ok("in a transaction")
    };
    store.write_single_statement(decide, work).await
}

async fn state(store: &Store, project: ProjectId) -> (i64, usize) {
    let read = move |db: &mut Reader<'_>| {
        let version = store::find(db, project)?.map_or(0, |project| project.version);
        let all = PageRequest { after: None, limit: 100, direction: Direction::Ascending };
        Ok::<_, StoreError>((version, event::list(db, project, &all)?.items.len()))
    };
    store.read(read).await.unwrap()
}

async fn fits(store: &Store) {
    let audit: Audit = store.read_long(verify).await.unwrap();
    assert_eq!(audit.misfit, None);
}

/// Row, entries, head and answer are written together, by whichever way the database has.
#[both_databases]
async fn a_change_is_written_whole(scratch: Scratch) {
    let store = &scratch.store;
    let id = project(store).await;
    let way = if scratch.url().starts_with("sqlite") { "in a transaction" } else { "at once" };
    assert_eq!(change(store, id, Some(7)).await.unwrap(), way);
    assert_eq!(change(store, id, None).await.unwrap(), way);
    assert_eq!(state(store, id).await, (4, 5));
    let known = store.read(|db| idempotency::find(db, &request(7), at(2))).await.unwrap();
    assert_eq!(known, Known::Answered(vec![7]));
    fits(store).await;
}

/// A step that writes only what it changes leaves the record as the step made it.
#[both_databases]
async fn a_step_is_written_as_it_was_made(scratch: Scratch) {
    let store = &scratch.store;
    let id = project(store).await;
    let steps: [fn(Project) -> Project; 3] = [
        |project| project.suspend("台风").unwrap().0,
        |project| project.resume().unwrap().0,
        |project| project.complete().unwrap().0,
    ];
    for step in steps {
        let decide = move |db: &mut Reader<'_>| {
            let mut next = step(store::find_locked(db, id)?.ok_or(StoreError::Stale)?);
            let events = vec![happened(&next, EventName::ProjectUpdated)];
            let row = store::single_statement_update(&mut next, at(1)).ok_or(StoreError::Stale)?;
            let all = SingleStatementWrite {
                row,
                stream: id.uuid(),
                author: author(),
                events,
                further: None,
                kept: None,
            };
            Ok::<_, StoreError>(Some((next, all)))
        };
        let work = move |db: &mut Writer<'_>| {
            let read = store::find_locked(db, id)?.ok_or(StoreError::Stale)?;
            store::save(db, step(read), at(1))
        };
        let made = store.write_single_statement(decide, work).await.unwrap();
        let read = store.read(move |db| store::find(db, id)).await.unwrap();
        assert_eq!(read, Some(made));
    }
}

/// Under a key that was answered nothing is done again, and what was written for it is undone.
#[both_databases]
async fn an_answered_key_undoes_the_whole(scratch: Scratch) {
    let store = &scratch.store;
    let id = project(store).await;
    change(store, id, Some(7)).await.unwrap();
    assert!(matches!(change(store, id, Some(7)).await, Err(StoreError::Stale)));
    assert_eq!(state(store, id).await, (3, 3));
    fits(store).await;
}

/// Many at one project: each is done once, and their entries follow each other.
#[both_databases]
async fn changes_of_one_stream_follow_each_other(scratch: Scratch) {
    let id = project(&scratch.store).await;
    let all: Vec<_> = (0..24)
        .map(|_| {
            let store = scratch.store.clone();
            tokio::spawn(async move { change(&store, id, None).await })
        })
        .collect();
    for one in all {
        one.await.unwrap().unwrap();
    }
    assert_eq!(state(&scratch.store, id).await, (26, 49));
    fits(&scratch.store).await;
}

/// Where the stream has moved on since anything was read, nothing is written at once.
#[both_databases]
async fn what_was_read_too_early_is_not_written(scratch: Scratch) {
    let store = scratch.store.clone();
    let id = project(&store).await;
    let (other, handle) = (store.clone(), tokio::runtime::Handle::current());
    let decide = move |db: &mut Reader<'_>| {
        let mut read = store::find_locked(db, id)?.ok_or(StoreError::Stale)?;
        let events = vec![happened(&read, EventName::ProjectSuspended)];
        // Another is faster: another record of the project, and an entry of its own.
        let append = move |db: &mut Writer<'_>| {
            let project = store::find(db, id)?.ok_or(StoreError::Stale)?;
            event::append(db, id, &author(), &happened(&project, EventName::ProjectResumed))
        };
        handle.block_on(other.write(append))?;
        let row = store::single_statement_update(&mut read, at(1)).ok_or(StoreError::Stale)?;
        let all = SingleStatementWrite {
            row,
            stream: id.uuid(),
            author: author(),
            events,
            further: None,
            kept: None,
        };
        Ok::<_, StoreError>(Some(("at once", all)))
    };
    let way = store.write_single_statement(decide, |_| Ok("in a transaction")).await.unwrap();
    assert_eq!(way, "in a transaction");
    let entries = if scratch.url().starts_with("sqlite") { 1 } else { 2 };
    assert_eq!(state(&store, id).await, (2, entries));
    fits(&store).await;
}
