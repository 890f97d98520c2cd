use diesel::connection::SimpleConnection;

use super::*;
use crate::testing::{Scratch, at, id};

const STREAM: u128 = 0xa;

fn author() -> Author {
    Author {
        kind: "user",
        id: Some(id(1)),
        organization_id: Some(id(2)),
        at: at(0),
        request_id: "request".to_owned(),
    }
}

/// Two streams, of five entries and of two.
async fn filled() -> Scratch {
    let scratch = Scratch::new();
    let work = |db: &mut Writer<'_>| {
        for n in 1..=5_u32 {
            let event = Event::new("visit_started", "visit", id::<Uuid>(7))
                .states(Some("agreed"), "in_progress")
                .because("because")
                .fact("place", n)
                .fact("late", false);
            append(db, id::<Uuid>(STREAM), &author(), &event)?;
        }
        for _ in 0..2 {
            append(db, PLATFORM, &author(), &Event::new("user_added", "user", id::<Uuid>(8)))?;
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
async fn found_after(tampering: &str) -> Option<(u128, i64, &'static str)> {
    let scratch = filled().await;
    let sql = tampering.replace("{stream}", &format!("stream_id = x'{STREAM:032x}'"));
    let work = move |db: &mut Writer<'_>| Ok::<_, StoreError>(db.connection().batch_execute(&sql)?);
    scratch.store.write(work).await.unwrap();
    audit(&scratch).await.misfit.map(|misfit| (misfit.stream_id.as_u128(), misfit.seq, misfit.why))
}

#[tokio::test]
async fn the_chain_of_every_stream_fits() {
    let scratch = filled().await;
    assert_eq!(audit(&scratch).await, Audit { streams: 2, entries: 7, misfit: None });
}

#[tokio::test]
async fn an_entry_reads_as_it_was_appended() {
    let scratch = filled().await;
    let first = PageRequest { after: None, limit: 2, direction: crate::Direction::Ascending };
    let page = scratch.store.read(move |db| list(db, id::<Uuid>(STREAM), &first)).await.unwrap();
    assert!(page.more);
    let entry = &page.items[1];
    assert_eq!((entry.seq, entry.name.as_str(), entry.subject.as_str()), (2, "visit_started", "visit"));
    assert_eq!(entry.from_state.as_deref(), Some("agreed"));
    assert_eq!(entry.to_state.as_deref(), Some("in_progress"));
    assert_eq!(entry.reason.as_deref(), Some("because"));
    assert_eq!(
        entry.facts.0,
        [("place".to_owned(), "2".to_owned()), ("late".to_owned(), "false".to_owned())]
    );
    assert_eq!(DateTime::<Utc>::from(entry.occurred_at), at(0));
}

#[tokio::test]
async fn an_altered_entry_is_named_whatever_was_altered() {
    for change in [
        "facts = replace(facts, '\"3\"', '\"4\"')",
        "facts = '[]'",
        "name = 'visit_ended'",
        "subject = 'hazard'",
        "subject_id = x'00000000000000000000000000000009'",
        "from_state = NULL",
        "from_state = ''",
        "to_state = 'ended'",
        "reason = NULL",
        "occurred_at = '2026-01-01 00:00:00'",
        "actor_kind = 'token'",
        "actor_id = NULL",
        "organization_id = x'00000000000000000000000000000009'",
        "request_id = 'another'",
        "digest = zeroblob(32)",
    ] {
        let sql = format!("UPDATE events SET {change} WHERE {{stream}} AND seq = 3");
        assert_eq!(found_after(&sql).await, Some((STREAM, 3, "altered")), "{change}");
    }
}

#[tokio::test]
async fn a_removed_entry_is_named_wherever_it_was() {
    for seq in [1, 3, 5] {
        let sql = format!("DELETE FROM events WHERE {{stream}} AND seq = {seq}");
        assert_eq!(found_after(&sql).await, Some((STREAM, seq, "missing")), "{seq}");
    }
    let all = "DELETE FROM events WHERE {stream}";
    assert_eq!(found_after(all).await, Some((STREAM, 1, "missing")));
}

#[tokio::test]
async fn a_removed_entry_is_found_where_the_others_moved_up() {
    let moved = "DELETE FROM events WHERE {stream} AND seq = 2; \
                 UPDATE events SET seq = seq - 1 WHERE {stream} AND seq > 2; \
                 UPDATE event_streams SET last_seq = 4 WHERE {stream};";
    assert_eq!(found_after(moved).await, Some((STREAM, 2, "altered")));
}

#[tokio::test]
async fn the_last_entry_cannot_be_removed_by_turning_the_count_back() {
    let turned = "DELETE FROM events WHERE {stream} AND seq = 5; \
                  UPDATE event_streams SET last_seq = 4 WHERE {stream};";
    assert_eq!(found_after(turned).await, Some((STREAM, 4, "altered")));
}

#[tokio::test]
async fn swapped_entries_are_named() {
    let swapped = "UPDATE events SET seq = -2 WHERE {stream} AND seq = 2; \
                   UPDATE events SET seq = 2 WHERE {stream} AND seq = 3; \
                   UPDATE events SET seq = 3 WHERE {stream} AND seq = -2;";
    assert_eq!(found_after(swapped).await, Some((STREAM, 2, "altered")));
}

#[tokio::test]
async fn an_entry_put_into_another_stream_is_named() {
    let copied = format!(
        "INSERT INTO events SELECT x'{:032x}', 3, occurred_at, name, subject, subject_id, from_state, to_state, \
         reason, facts, actor_kind, actor_id, organization_id, request_id, digest \
         FROM events WHERE {{stream}} AND seq = 3; \
         UPDATE event_streams SET last_seq = 3 WHERE stream_id = x'{:032x}';",
        0, 0
    );
    assert_eq!(found_after(&copied).await, Some((0, 3, "altered")));
}
