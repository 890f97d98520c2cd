use anze_domain::{ActorKind, EventName, FactName, RecordKind};
use diesel::connection::SimpleConnection;

use super::*;
use crate::{
    PageRequest, StoreError, Writer,
    testing::{Scratch, at, both_databases, id},
};

const STREAM: u128 = 0xa;

fn author() -> Author {
    Author {
        kind: ActorKind::User,
        id: Some(id(1)),
        organization_id: Some(id(2)),
        at: at(0),
        request_id: "request".to_owned(),
    }
}

/// Two streams, of five entries and of two.
async fn filled(scratch: Scratch) -> Scratch {
    let work = |db: &mut Writer<'_>| {
        for n in 1..=5_u32 {
            let event = Event::new(EventName::VisitStarted, RecordKind::Visit, id::<Uuid>(7))
                .states(Some("agreed"), "in_progress")
                .because("because")
                .fact(FactName::Number, n)
                .fact(FactName::Late, false);
            append(db, id::<Uuid>(STREAM), &author(), &event)?;
        }
        for _ in 0..2 {
            append(
                db,
                PLATFORM,
                &author(),
                &Event::new(EventName::UserCreated, RecordKind::User, id::<Uuid>(8)),
            )?;
        }
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
    scratch
}

async fn audit(scratch: &Scratch) -> Audit {
    scratch.store.read_long(verify).await.unwrap()
}

/// What the audit says after somebody went to the table by hand.
async fn found_after(scratch: &Scratch, tampering: &str) -> Option<(u128, i64, &'static str)> {
    let scratch = filled(scratch.another()).await;
    let [stream, zeros] = scratch.literals(id(STREAM));
    let [[nine, _], [platform, _]] = [id(9), PLATFORM].map(|id| scratch.literals(id));
    let sql = tampering
        .replace("{stream}", &format!("stream_id = {stream}"))
        .replace("{zeros}", &zeros)
        .replace("{nine}", &nine)
        .replace("{platform}", &platform);
    let work = move |db: &mut Writer<'_>| Ok::<_, StoreError>(db.connection().batch_execute(&sql)?);
    scratch.store.write(work).await.unwrap();
    audit(&scratch).await.misfit.map(|misfit| (misfit.stream_id.as_u128(), misfit.seq, misfit.why))
}

#[both_databases]
async fn the_chain_of_every_stream_fits(scratch: Scratch) {
    let scratch = filled(scratch).await;
    assert_eq!(audit(&scratch).await, Audit { streams: 2, entries: 7, misfit: None });
}

#[both_databases]
async fn an_entry_reads_as_it_was_appended(scratch: Scratch) {
    let scratch = filled(scratch).await;
    let first = PageRequest { after: None, limit: 2, direction: crate::Direction::Ascending };
    let page = scratch.store.read(move |db| list(db, id::<Uuid>(STREAM), &first)).await.unwrap();
    assert!(page.more);
    let entry = &page.items[1];
    let expected = (2, EventName::VisitStarted.code(), RecordKind::Visit.code());
    assert_eq!((entry.seq, entry.name.as_str(), entry.subject.as_str()), expected);
    assert_eq!(entry.from_state.as_deref(), Some("agreed"));
    assert_eq!(entry.to_state.as_deref(), Some("in_progress"));
    assert_eq!(entry.reason.as_deref(), Some("because"));
    assert_eq!(
        entry.facts(),
        [
            (FactName::Number.code().to_owned(), "2".to_owned()),
            (FactName::Late.code().to_owned(), "false".to_owned())
        ]
    );
    assert_eq!(DateTime::<Utc>::from(entry.occurred_at), at(0));
}

#[both_databases]
async fn an_altered_entry_is_named_whatever_was_altered(scratch: Scratch) {
    let another_name = format!("name = '{}'", EventName::VisitEnded.code());
    let another_subject = format!("subject = '{}'", RecordKind::Hazard.code());
    for change in [
        "facts = replace(facts, '\"3\"', '\"4\"')",
        "facts = '[]'",
        &another_name,
        &another_subject,
        "subject_id = {nine}",
        "from_state = NULL",
        "from_state = ''",
        "to_state = 'ended'",
        "reason = NULL",
        "occurred_at = '2026-01-01 00:00:00'",
        "actor_kind = 'token'",
        "actor_id = NULL",
        "organization_id = {nine}",
        "request_id = 'another'",
        "digest = {zeros}",
    ] {
        let sql = format!("UPDATE events SET {change} WHERE {{stream}} AND seq = 3");
        assert_eq!(found_after(&scratch, &sql).await, Some((STREAM, 3, "altered")), "{change}");
    }
}

#[both_databases]
async fn a_removed_entry_is_named_wherever_it_was(scratch: Scratch) {
    for seq in [1, 3, 5] {
        let sql = format!("DELETE FROM events WHERE {{stream}} AND seq = {seq}");
        assert_eq!(found_after(&scratch, &sql).await, Some((STREAM, seq, "missing")), "{seq}");
    }
    let all = "DELETE FROM events WHERE {stream}";
    assert_eq!(found_after(&scratch, all).await, Some((STREAM, 1, "missing")));
}

#[both_databases]
async fn a_removed_entry_is_found_where_the_others_moved_up(scratch: Scratch) {
    let moved = "DELETE FROM events WHERE {stream} AND seq = 2; \
                 UPDATE events SET seq = seq - 1 WHERE {stream} AND seq > 2; \
                 UPDATE event_streams SET last_seq = 4 WHERE {stream};";
    assert_eq!(found_after(&scratch, moved).await, Some((STREAM, 2, "altered")));
}

#[both_databases]
async fn the_last_entry_cannot_be_removed_by_turning_the_count_back(scratch: Scratch) {
    let turned = "DELETE FROM events WHERE {stream} AND seq = 5; \
                  UPDATE event_streams SET last_seq = 4 WHERE {stream};";
    assert_eq!(found_after(&scratch, turned).await, Some((STREAM, 4, "altered")));
}

#[both_databases]
async fn swapped_entries_are_named(scratch: Scratch) {
    let swapped = "UPDATE events SET seq = -2 WHERE {stream} AND seq = 2; \
                   UPDATE events SET seq = 2 WHERE {stream} AND seq = 3; \
                   UPDATE events SET seq = 3 WHERE {stream} AND seq = -2;";
    assert_eq!(found_after(&scratch, swapped).await, Some((STREAM, 2, "altered")));
}

#[both_databases]
async fn an_entry_put_into_another_stream_is_named(scratch: Scratch) {
    let copied = "INSERT INTO events SELECT {platform}, 3, occurred_at, name, subject, subject_id, from_state, to_state, \
         reason, facts, actor_kind, actor_id, organization_id, request_id, digest \
         FROM events WHERE {stream} AND seq = 3; \
         UPDATE event_streams SET last_seq = 3 WHERE stream_id = {platform};";
    assert_eq!(found_after(&scratch, copied).await, Some((0, 3, "altered")));
}
