use chrono::TimeDelta;

use super::*;
use crate::testing::{
    Scratch, at, both_databases,
    flow::{self, EXPERTS, PLACE, first_page},
    id,
};

fn entry(number: u128, expert: u128, span: Span) -> Unavailability {
    Unavailability {
        id: id(number),
        version: 1,
        expert_id: id(expert),
        span,
        note: Some("家事".to_owned()),
        created_at: at(0),
        updated_at: at(0),
    }
}

fn is_over(span: Span, by: DateTime<Utc>) -> bool {
    match span {
        Span::Leave(leave) => leave.end <= by,
        Span::Recurring(it) => it.until_on.is_some_and(|until| until < shanghai_date(by)),
    }
}

fn leave(from: i64, to: i64) -> Span {
    Span::Leave(Slot { start: at(from), end: at(to) })
}

#[both_databases]
async fn an_entry_reads_as_it_was_written_is_replaced_and_removed_at_its_version(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        flow::people(db)?;
        let first = entry(401, EXPERTS[0], leave(10, 20));
        let weekly = Recurrence {
            weekday: Weekday::Friday,
            part_of_day: PartOfDay::Morning,
            from_on: Some(flow::day(2)),
            until_on: None,
        };
        let second = entry(402, EXPERTS[0], Span::Recurring(weekly));
        insert(db, &first)?;
        insert(db, &second)?;
        insert(db, &entry(403, EXPERTS[1], leave(0, 5)))?;
        assert_eq!(find(db, first.id)?, Some(first.clone()));
        let page = list(db, id(EXPERTS[0]), &first_page(1))?;
        assert_eq!((page.items, page.more), (vec![first.clone()], true));
        assert_eq!((count(db, id(EXPERTS[0]), at(0))?, count(db, id(EXPERTS[2]), at(0))?), (2, 0));
        // What is over is kept, and does not count.
        assert_eq!((count(db, id(EXPERTS[0]), at(19))?, count(db, id(EXPERTS[0]), at(20))?), (2, 1));
        let changed = Unavailability { span: Span::Recurring(weekly), note: None, ..first.clone() };
        let saved = save(db, changed, at(1))?;
        assert_eq!((saved.version, find(db, first.id)?), (2, Some(saved.clone())));
        assert!(matches!(save(db, first.clone(), at(2)), Err(StoreError::Stale)));
        assert!(matches!(remove(db, &first), Err(StoreError::Stale)));
        remove(db, &saved)?;
        assert_eq!(find(db, first.id)?, None);
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn what_may_take_away_of_a_slot_is_found_for_everybody(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        flow::people(db)?;
        let slot = Slot { start: at(1_000), end: at(2_000) };
        let day = slot.days().start;
        let recurring = |ahead: u64, from_on, until_on| {
            let weekday = Weekday::of(day + chrono::Days::new(ahead));
            Span::Recurring(Recurrence { weekday, part_of_day: PartOfDay::Whole, from_on, until_on })
        };
        let spans = [
            leave(0, 1_001),
            leave(0, 1_000),
            leave(1_999, 9_000),
            leave(2_000, 9_000),
            recurring(0, None, None),
            recurring(1, None, None),
            recurring(0, Some(day), Some(day)),
            recurring(0, day.succ_opt(), None),
            recurring(0, None, day.pred_opt()),
        ];
        for (number, span) in (500..).zip(spans) {
            insert(db, &entry(number, EXPERTS[usize::try_from(number % 3).unwrap()], span))?;
        }
        let found = spans_overlapping(db, slot)?;
        assert_eq!(found.values().map(Vec::len).sum::<usize>(), 4);
        assert!(found.values().flatten().all(|span| span.meets(slot)));
        let two = [id(EXPERTS[0]), id(EXPERTS[1])];
        let of = of_experts(db, &two, slot.start - TimeDelta::days(3))?;
        assert_eq!(of.values().map(Vec::len).sum::<usize>(), 6);
        // Of both, what ended before the slot is left out.
        let ahead = of_experts(db, &two, slot.start)?;
        let expected =
            (500..).zip(spans).filter(|(number, span)| number % 3 != 2 && !is_over(*span, slot.start));
        assert_eq!(ahead.values().map(Vec::len).sum::<usize>(), expected.count());
        let week = Slot { start: slot.start, end: slot.end + TimeDelta::days(30) };
        assert_eq!(
            spans_overlapping(db, week)?
                .values()
                .flatten()
                .filter(|it| it.kind() == UnavailabilityKind::Recurring)
                .count(),
            4
        );
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
}

#[both_databases]
async fn an_expert_says_where_they_are_based_and_takes_it_back(scratch: Scratch) {
    let work = |db: &mut Writer<'_>| {
        flow::people(db)?;
        let expert = id(EXPERTS[0]);
        let unknown = base(db, expert)?;
        assert_eq!(unknown, Base { version: 1, location: None });
        let known = set_base(db, expert, unknown, Some(PLACE), at(1))?;
        assert_eq!((known.version, base(db, expert)?), (2, known));
        let gone = set_base(db, expert, known, None, at(2))?;
        assert_eq!((gone.location, base(db, expert)?), (None, gone));
        assert!(matches!(set_base(db, expert, known, None, at(3)), Err(StoreError::Stale)));
        Ok::<_, StoreError>(())
    };
    scratch.store.write(work).await.unwrap();
    let again = scratch
        .store
        .write(|db| set_base(db, id(EXPERTS[0]), Base { version: 1, location: None }, None, at(4)));
    assert!(matches!(again.await, Err(StoreError::Stale)));
}
