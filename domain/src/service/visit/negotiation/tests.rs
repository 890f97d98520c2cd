use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::{
    Vocabulary,
    access::{Caller, FORBIDDEN, Port, Who},
    base::code::{PERIOD_REVERSED, REASON_REQUIRED, WRONG_STATE},
    calendar::slot::OUTSIDE_WINDOW,
    fixtures::*,
    service::{booking::Booking, visit::AGREED_ALREADY},
};

use VisitStatus as Is;

const TWO: [(&str, &str); 2] =
    [("2026-03-06T01:00:00Z", "2026-03-06T09:00:00Z"), ("2026-03-05T01:00:00Z", "2026-03-05T09:00:00Z")];

fn offered(slots: &[(&str, &str)]) -> Proposal {
    let slots = slots.iter().map(|(start, end)| slot(start, end)).collect();
    Proposal { slots, ..proposal("2026-03-06T01:00:00Z", "2026-03-06T09:00:00Z") }
}

fn propose(proposal: Proposal) -> Result<(Visit, Event), Violation> {
    visit(Is::Planned).propose(proposal, free(), ANSWER_DEADLINES, now())
}

/// A visit for which two slots are proposed, the later one first.
fn negotiated() -> Visit {
    propose(offered(&TWO)).unwrap().0
}

fn agree(it: Visit, side: Side, numbers: &[usize]) -> (Visit, Event) {
    it.agree(side, numbers, free(), now()).unwrap()
}

/// Everyone agrees to these slots but those that are named.
fn agree_without(mut it: Visit, numbers: &[usize], missing: &[Side]) -> Visit {
    for side in sides().into_iter().filter(|side| !missing.contains(side)) {
        it = agree(it, side, numbers).0;
    }
    it
}

fn sides() -> Vec<Side> {
    EXPERTS.into_iter().map(Side::Expert).chain([Side::Contractor]).collect()
}

#[test]
fn a12_1_the_time_lies_in_the_window_of_the_plan() {
    // The window is 2 to 31 March in Xiamen, that is from 1 March 16:00 to 31 March 16:00 UTC.
    let until = |end| propose(offered(&[("2026-03-31T08:00:00Z", end)]));
    assert!(until("2026-03-31T15:59:59.999999Z").is_ok());
    // The end of a slot is no part of it: 24:00 of the last day is inside.
    assert!(until("2026-03-31T16:00:00Z").is_ok());
    assert_eq!(refused(until("2026-03-31T16:00:00.000001Z")), OUTSIDE_WINDOW);
    let from = |start| {
        let earlier = at("2026-02-28T00:00:00Z");
        visit(Is::Planned).propose(
            offered(&[(start, "2026-03-02T03:00:00Z")]),
            free(),
            ANSWER_DEADLINES,
            earlier,
        )
    };
    assert!(from("2026-03-01T16:00:00Z").is_ok());
    assert_eq!(refused(from("2026-03-01T15:59:59.999999Z")), OUTSIDE_WINDOW);
}

#[test]
fn a12_1_the_time_lies_ahead_and_ends_after_it_begins() {
    let from = |start| propose(offered(&[TWO[0], (start, "2026-03-02T09:00:00Z")]));
    assert!(from("2026-03-02T01:00:00.000001Z").is_ok());
    assert_eq!(refused_at(from("2026-03-02T01:00:00Z")), ("time_passed", vec!["/slots/1/start".into()]));
    assert_eq!(refused_at(from("2026-03-02T09:00:00Z")), ("period_reversed", vec!["/slots/1/end".into()]));
    assert_eq!(refused(from("2026-03-02T09:00:01Z")), PERIOD_REVERSED);
    let past = offered(&[("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z")]);
    assert_eq!(refused(visit(Is::Ended).propose(past, free(), ANSWER_DEADLINES, now())), WRONG_STATE);
}

#[test]
fn a12_1_a_slot_is_of_half_a_day_at_most() {
    let until = |end| propose(offered(&[TWO[0], ("2026-03-05T01:00:00Z", end)]));
    assert!(until("2026-03-05T13:00:00Z").is_ok());
    let longer = until("2026-03-05T13:00:00.000001Z");
    assert_eq!(refused_at(longer), ("slot_too_long", vec!["/slots/1/end".into()]));
}

#[test]
fn a12_1_one_to_five_slots_none_twice() {
    let slots = |count: i64| -> Vec<Slot> {
        let first = slot(TWO[0].0, TWO[0].1);
        let day = |number| TimeDelta::days(number);
        (0..count).map(|it| Slot { start: first.start + day(it), end: first.end + day(it) }).collect()
    };
    let with = |slots: Vec<Slot>| propose(Proposal { slots, ..offered(&TWO) });
    for (count, right) in [(0, false), (1, true), (5, true), (6, false)] {
        let result = with(slots(count));
        assert_eq!(result.is_ok(), right, "{count}");
        if !right {
            assert_eq!(refused_at(result), ("slot_count_wrong", vec!["/slots".into()]));
        }
    }
    let twice = [slots(2), slots(1)].concat();
    assert_eq!(refused_at(with(twice)), ("slot_listed_twice", vec!["/slots/2".into()]));
}

#[test]
fn a11_1_the_group_is_as_large_as_planned() {
    let planned_for = |group_size| Visit { group_size, ..visit(Is::Planned) };
    let propose = |size| planned_for(size).propose(offered(&TWO), free(), ANSWER_DEADLINES, now());
    assert!(propose(3).is_ok());
    let violation = propose(4).unwrap_err();
    assert_eq!(violation.code, GROUP_TOO_SMALL_FOR_PLAN);
    assert_eq!(violation.params, [("needed", 4.into())]);
    assert_eq!(refused(propose(u32::MAX)), GROUP_TOO_SMALL_FOR_PLAN);
}

#[test]
fn a12_1_answers_are_due_after_now_and_no_later_than_the_first_slot() {
    let with = |answer_by: Option<&str>| propose(Proposal { answer_by: answer_by.map(at), ..offered(&TWO) });
    let due = |answer_by| with(answer_by).unwrap().0.negotiation;
    // It is nine o'clock on 2 March; the first slot begins on the 5th.
    assert_eq!(due(None).answer_by, Some(at("2026-03-04T01:00:00Z")));
    assert_eq!(due(None).prompt_at, Some(at("2026-03-03T13:00:00Z")));
    assert_eq!(due(Some("2026-03-05T01:00:00Z")).answer_by, Some(at("2026-03-05T01:00:00Z")));
    // Within the time of the reminder it comes halfway.
    let soon = due(Some("2026-03-02T02:00:00Z"));
    assert_eq!(
        (soon.answer_by, soon.prompt_at),
        (Some(at("2026-03-02T02:00:00Z")), Some(at("2026-03-02T01:30:00Z")))
    );
    assert_eq!(due(Some("2026-03-02T13:00:00Z")).prompt_at, Some(at("2026-03-02T07:00:00Z")));
    assert_eq!(due(Some("2026-03-02T13:00:00.000001Z")).prompt_at, Some(at("2026-03-02T01:00:00.000001Z")));
    let shortest = due(Some("2026-03-02T01:00:00.000001Z"));
    assert_eq!(shortest.prompt_at, Some(now()));
    for wrong in ["2026-03-02T01:00:00Z", "2026-03-05T01:00:00.000001Z"] {
        assert_eq!(refused_at(with(Some(wrong))), ("answer_by_impossible", vec!["/answer_by".into()]));
    }
    let tomorrow = offered(&[("2026-03-03T01:00:00Z", "2026-03-03T02:00:00Z")]);
    assert_eq!(propose(tomorrow).unwrap().0.negotiation.answer_by, Some(at("2026-03-03T01:00:00Z")));
}

#[test]
fn a12_1_a_proposal_brings_no_agreement_with_it() {
    let mut given = offered(&TWO[..1]);
    given
        .members
        .iter_mut()
        .for_each(|member| (member.agreed_at, member.agreed_slots) = (Some(now()), vec![1]));
    let half_agreed = Visit { contractor_agreed_at: Some(now()), ..visit(Is::Proposed) };
    let (proposed, _) = half_agreed.propose(given, free(), ANSWER_DEADLINES, now()).unwrap();
    assert_eq!(proposed.unanswered().len(), 4);
    assert!(proposed.members.iter().all(|member| member.agreed_slots.is_empty()));
}

#[test]
fn a12_1_each_answers_once_and_then_the_earliest_slot_that_suits_all_is_agreed() {
    let mut sides = sides();
    for first in 0..sides.len() {
        sides.rotate_left(1);
        let mut it = negotiated();
        for (index, side) in sides.iter().enumerate() {
            let last = index + 1 == sides.len();
            let (next, event) = agree(it, *side, &[1, 2, 2]);
            let expected = if last { Is::Agreed } else { Is::Proposed };
            assert_eq!(next.status, expected, "rotation {first}");
            assert_eq!(
                event.name.code(),
                if last { EventName::VisitAgreed.code() } else { EventName::VisitAgreedByOne.code() }
            );
            assert_eq!((event.from, event.to), (Some("proposed"), Some(crate::Vocabulary::code(expected))));
            if !last {
                assert_eq!(refused(next.clone().agree(*side, &[1], free(), now())), AGREED_ALREADY);
            }
            it = next;
        }
        // The second is the earlier one.
        assert_eq!(it.booked(), Some(slot(TWO[1].0, TWO[1].1)));
        assert_eq!((it.negotiation.answer_by, it.negotiation.prompt_at), (None, None));
    }
    let stranger = Side::Expert(Uuid::from_u128(899));
    assert_eq!(refused(negotiated().agree(stranger, &[1], free(), now())), FORBIDDEN);
}

#[test]
fn a12_1_what_does_not_suit_one_is_not_agreed() {
    let it = agree_without(negotiated(), &[1, 2], &[Side::Contractor]);
    assert_eq!(agree(it.clone(), Side::Contractor, &[1]).0.booked(), Some(slot(TWO[0].0, TWO[0].1)));
    let it = agree(negotiated(), Side::Contractor, &[1]).0;
    let it = agree(it, Side::Expert(EXPERTS[0]), &[2]).0;
    let it = agree(it, Side::Expert(EXPERTS[1]), &[1, 2]).0;
    let (it, event) = agree(it, Side::Expert(EXPERTS[2]), &[1, 2]);
    assert_eq!(
        (it.status, event.name.code(), event.to),
        (Is::Planned, EventName::VisitTimesReopened.code(), Some("planned"))
    );
    assert_eq!((it.members.len(), it.negotiation.clone()), (3, Negotiation::default()));
    assert!(it.contractor_agreed_at.is_none() && it.members.iter().all(|member| member.agreed_at.is_none()));
    let (again, _) = it.propose(offered(&TWO), free(), ANSWER_DEADLINES, now()).unwrap();
    assert_eq!(again.unanswered().len(), 4);
}

#[test]
fn a12_2_a_slot_that_is_barred_is_not_agreed() {
    let (earlier, later) = (slot(TWO[1].0, TWO[1].1), slot(TWO[0].0, TWO[0].1));
    let all_but_one = agree_without(negotiated(), &[1, 2], &[Side::Contractor]);
    let settle = |barred: &[Slot]| {
        all_but_one.clone().barring(barred).agree(Side::Contractor, &[1, 2], free(), now()).unwrap().0
    };
    assert_eq!(settle(&[]).booked(), Some(earlier));
    assert_eq!(settle(&[earlier]).booked(), Some(later));
    assert_eq!(settle(&[earlier, later]).status, Is::Planned);
}

#[test]
fn a12_1_only_slots_that_were_proposed_and_lie_ahead_are_agreed_to() {
    let answer = |numbers: &[usize], now| negotiated().agree(Side::Contractor, numbers, free(), now);
    for numbers in [&[0][..], &[3], &[usize::MAX]] {
        assert_eq!(refused_at(answer(numbers, now())), ("slot_unknown", vec!["/slots/0".into()]));
    }
    assert_eq!(refused_at(answer(&[], now())), ("slot_count_wrong", vec!["/slots".into()]));
    assert_eq!(refused(answer(&[1, 1, 1, 1, 1, 1], now())), SLOT_COUNT_WRONG);
    let begins = slot(TWO[1].0, TWO[1].1).start;
    assert!(answer(&[2], begins - TimeDelta::microseconds(1)).is_ok());
    assert_eq!(refused_at(answer(&[1, 2], begins)), ("time_passed", vec!["/slots/1".into()]));
    assert!(answer(&[1], begins).is_ok());
}

#[test]
fn who_declines_opens_a_place_and_what_the_others_answered_stands() {
    let it = agree_without(negotiated(), &[1], &[Side::Expert(EXPERTS[0]), Side::Expert(EXPERTS[2])]);
    let (it, event) = it.decline(Side::Expert(EXPERTS[0]), "出差").unwrap();
    assert_eq!(
        (it.status, event.name.code(), it.leader_id),
        (Is::Planned, EventName::VisitDeclined.code(), None)
    );
    assert!(event.facts.contains(&(FactName::Reopened, "place".into())));
    let declined = |it: &Visit| it.negotiation.declined.iter().map(|it| it.slot).collect::<Vec<_>>();
    assert_eq!(declined(&it), TWO.map(|(start, end)| slot(start, end)));
    assert!(it.negotiation.declined.iter().all(|it| it.expert_id == EXPERTS[0]));
    // Until it lies behind, it is known, whatever becomes of the rest.
    let elsewhere = it.clone().propose(offered(&TWO), free(), ANSWER_DEADLINES, now()).unwrap().0;
    let elsewhere = elsewhere.decline(Side::Contractor, "停工").unwrap().0;
    assert_eq!(declined(&elsewhere).len(), 2);
    let open = OpenPlace { specialties: vec![Specialty::Civil], leads: true };
    assert_eq!((it.negotiation.open_places.as_slice(), it.members.len()), (&[open][..], 2));
    assert_eq!((it.negotiation.answer_by, it.negotiation.prompt_at), (None, None));
    // Another leads; two have answered still.
    let mut again = offered(&TWO);
    let other = Uuid::from_u128(808);
    (again.leader_id, again.members[0].expert_id) = (other, other);
    let (it, _) = it.propose(again.clone(), free(), ANSWER_DEADLINES, now()).unwrap();
    assert_eq!(it.unanswered(), [Side::Expert(other), Side::Expert(EXPERTS[2])]);
    assert!(it.negotiation.open_places.is_empty());
    // Fewer slots: the answer to what is left stands, by its new number; a new slot is a new question.
    let fewer = Proposal { slots: vec![slot(TWO[0].0, TWO[0].1)], ..again.clone() };
    let (fewer, _) = it.clone().propose(fewer, free(), ANSWER_DEADLINES, now()).unwrap();
    assert_eq!(fewer.negotiation.contractor_slots, [1]);
    let not_theirs = Proposal { slots: vec![slot(TWO[1].0, TWO[1].1)], ..again.clone() };
    assert_eq!(
        it.clone().propose(not_theirs, free(), ANSWER_DEADLINES, now()).unwrap().0.unanswered().len(),
        4
    );
    again.slots.push(slot("2026-03-07T01:00:00Z", "2026-03-07T09:00:00Z"));
    assert_eq!(it.propose(again, free(), ANSWER_DEADLINES, now()).unwrap().0.unanswered().len(), 4);
}

#[test]
fn who_declines_an_agreed_time_opens_their_place_and_it_is_agreed_again_once_it_is_filled() {
    let agreed = agree_without(negotiated(), &[2], &[]);
    assert_eq!(agreed.status, Is::Agreed);
    let (opened, _) = agreed.decline(Side::Expert(EXPERTS[1]), "生病").unwrap();
    assert_eq!((opened.status, opened.booked(), opened.scheduled_start), (Is::Planned, None, None));
    let mut again = offered(&TWO);
    again.members[1].expert_id = Uuid::from_u128(808);
    let (it, _) = opened.clone().propose(again, free(), ANSWER_DEADLINES, now()).unwrap();
    let (it, _) = agree(it, Side::Expert(Uuid::from_u128(808)), &[1, 2]);
    assert_eq!(it.booked(), Some(slot(TWO[1].0, TWO[1].1)));
    // Where the group is proposed without the place, everyone has agreed already.
    let mut smaller = offered(&TWO);
    smaller.members.remove(1);
    let fewer = Visit { group_size: 2, ..opened };
    let (it, event) = fewer.propose(smaller, free(), ANSWER_DEADLINES, now()).unwrap();
    assert_eq!((it.status, event.name.code()), (Is::Agreed, EventName::VisitAgreed.code()));
}

#[test]
fn where_the_contractor_declines_the_group_stays_and_the_times_are_open() {
    for it in [agree_without(negotiated(), &[1], &[Side::Contractor]), agree_without(negotiated(), &[1], &[])]
    {
        let (it, event) = it.decline(Side::Contractor, "停工").unwrap();
        assert_eq!((it.status, it.members.len(), it.leader_id), (Is::Planned, 3, Some(EXPERTS[0])));
        assert!(event.facts.contains(&(FactName::Reopened, "times".into())));
        let open = Negotiation { declined_by: Some(Side::Contractor), ..Negotiation::default() };
        assert_eq!((it.negotiation.clone(), it.booked()), (open, None));
        assert!(!it.has_agreed(Side::Expert(EXPERTS[0])));
    }
    let stranger = Side::Expert(Uuid::from_u128(899));
    assert_eq!(refused(negotiated().decline(stranger, "没空")), FORBIDDEN);
}

#[test]
fn why_somebody_declined_is_for_themselves_and_who_arranges_it() {
    let expert = EXPERTS[1];
    let of = |port| Caller {
        who: Who::User(Uuid::nil()),
        organization_id: Some(party(port)),
        port: Some(port),
        ..Caller::NOBODY
    };
    let the_expert = |id| Caller { expert_id: Some(id), who: Who::User(id), ..Caller::NOBODY };
    let (it, _) = negotiated().decline(Side::Expert(expert), "住院").unwrap();
    for arranges in [Port::Association, Port::Provider] {
        assert_eq!(it.reason_for(&of(arranges)), Some("住院"));
    }
    assert_eq!(it.reason_for(&the_expert(expert)), Some("住院"));
    for caller in [
        of(Port::Contractor),
        of(Port::Supervisor),
        of(Port::Insurer),
        of(Port::Owner),
        of(Port::Regulator),
        the_expert(EXPERTS[0]),
        the_expert(EXPERTS[2]),
    ] {
        assert_eq!(it.reason_for(&caller), Some("一名专家答复不能参加 · An expert declined"), "{caller:?}");
    }
    let (times, _) = negotiated().decline(Side::Contractor, "负责人住院").unwrap();
    assert_eq!(times.reason_for(&of(Port::Contractor)), Some("负责人住院"));
    assert_eq!(times.reason_for(&of(Port::Insurer)), Some("施工单位答复不能参加 · The contractor declined"));
    // What comes after it has a reason of its own, which is for all.
    let (left, _) =
        it.clone().remove_expert(EXPERTS[0], EventName::VisitExpertLeft, "暂停资格").unwrap().unwrap();
    let (cancelled, _) = it.clone().cancel("停建").unwrap();
    let again = Proposal { members: it.members.clone(), ..offered(&TWO) };
    let proposed = Visit { group_size: 2, ..it }.propose(again, free(), ANSWER_DEADLINES, now()).unwrap().0;
    for (visit, reason) in [(left, Some("暂停资格")), (cancelled, Some("停建")), (proposed, None)] {
        assert_eq!(visit.reason_for(&of(Port::Insurer)), reason);
    }
}

#[test]
fn what_is_rescheduled_is_planned_anew() {
    for status in [Is::Proposed, Is::Agreed] {
        let (it, _) = visit(status).reschedule("台风").unwrap();
        assert_eq!(Visit { status_reason: None, ..it }, visit(Is::Planned));
    }
}

#[test]
fn an_expert_who_is_taken_out_leaves_an_open_place_until_it_has_begun() {
    for status in [Is::Proposed, Is::Agreed] {
        let (it, event) =
            visit(status).remove_expert(EXPERTS[0], EventName::VisitExpertLeft, "暂停资格").unwrap().unwrap();
        assert_eq!(
            (it.status, it.members.len(), event.name.code()),
            (Is::Planned, 2, EventName::VisitExpertLeft.code())
        );
        assert_eq!(
            (it.booked(), it.negotiation.prompt_at, it.status_reason.as_deref()),
            (None, None, Some("暂停资格"))
        );
        // And another, of what is left.
        let (it, _) = it.remove_expert(EXPERTS[1], EventName::VisitExpertLeft, "暂停资格").unwrap().unwrap();
        assert_eq!(it.negotiation.open_places.len(), 2);
        assert_eq!(it.remove_expert(EXPERTS[1], EventName::VisitExpertLeft, "暂停资格").unwrap(), None);
    }
    for status in [Is::InProgress, Is::Ended, Is::Submitted, Is::Returned, Is::Accepted, Is::Cancelled] {
        assert_eq!(
            visit(status).remove_expert(EXPERTS[0], EventName::VisitExpertLeft, "暂停资格").unwrap(),
            None
        );
    }
    assert_eq!(
        refused(visit(Is::Agreed).remove_expert(EXPERTS[0], EventName::VisitExpertLeft, " ")),
        REASON_REQUIRED
    );
}

#[test]
fn a12_1_nobody_is_agreed_for_two_visits_at_once() {
    let booked = |place: usize| Booking {
        expert_id: EXPERTS[2],
        visit_id: Uuid::from_u128(77),
        slot: slot(TWO[place].0, TWO[place].1),
        site: location().into(),
    };
    let all_but_one = agree_without(negotiated(), &[1, 2], &[Side::Contractor]);
    let settle = |bookings: &[Booking]| {
        all_but_one.clone().agree(Side::Contractor, &[1, 2], Diary { bookings, ..free() }, now())
    };
    // The earlier slot is taken by now, the later one is not.
    assert_eq!(settle(&[booked(1)]).unwrap().0.booked(), Some(slot(TWO[0].0, TWO[0].1)));
    assert_eq!(settle(&[booked(1)]).unwrap().0.members[2].agreed_slots, [1]);
    // Both are taken: the time is open again, and what was answered stands but for what met the bookings.
    let (open, event) = settle(&[booked(0), booked(1)]).unwrap();
    assert_eq!(
        (open.status, open.booked(), event.name.code()),
        (Is::Planned, None, EventName::VisitTimesReopened.code())
    );
    assert_eq!((event.from, event.to), (Some("proposed"), Some("planned")));
    assert_eq!((open.negotiation.answer_by, open.negotiation.prompt_at), (None, None));
    assert_eq!(open.negotiation.contractor_slots, [1, 2]);
    let left: Vec<&[usize]> = open.members.iter().map(|member| member.agreed_slots.as_slice()).collect();
    assert_eq!(left, [&[1, 2][..], &[1, 2], &[]]);
    // Another in their place is the only one to be asked.
    let mut again = offered(&TWO);
    again.members[2].expert_id = Uuid::from_u128(808);
    let (it, _) = open.propose(again, free(), ANSWER_DEADLINES, now()).unwrap();
    assert_eq!(it.unanswered(), [Side::Expert(Uuid::from_u128(808))]);
    // Nobody is asked for a time for which they are booked.
    let bookings = [booked(1)];
    let proposed = visit(Is::Planned).propose(
        offered(&TWO),
        Diary { bookings: &bookings, ..free() },
        ANSWER_DEADLINES,
        now(),
    );
    assert_eq!(refused_at(proposed), ("expert_double_booked", vec!["/members/2".into()]));
}

#[test]
fn a12_1_who_has_not_answered_is_reminded_once_and_then_it_is_told_once() {
    let it = agree(negotiated(), Side::Contractor, &[1]).0;
    let (remind_at, due) = (at("2026-03-03T13:00:00Z"), at("2026-03-04T01:00:00Z"));
    let moment = TimeDelta::microseconds(1);
    assert_eq!(it.clone().remind(remind_at - moment), None);
    let (reminded, event, prompt) = it.clone().remind(remind_at).unwrap();
    assert_eq!(
        (event.name.code(), prompt),
        (EventName::VisitAnswersReminded.code(), Reminder::BeforeDeadline)
    );
    let missing: Vec<_> = EXPERTS.iter().map(ToString::to_string).collect();
    assert!(event.facts.contains(&(FactName::Missing, missing.join(" "))));
    assert_eq!(reminded.clone().remind(due - moment), None);
    // What comes at the very instant is on time, as everywhere.
    assert_eq!(reminded.clone().remind(due), None);
    let (told, event, prompt) = reminded.remind(due + moment).unwrap();
    assert_eq!((event.name.code(), prompt), (EventName::VisitAnswersOverdue.code(), Reminder::Overdue));
    assert_eq!(told.remind(due + TimeDelta::days(9)), None);
    // Nobody looked for a while: at the limit a reminder is not too late, one step beyond it is.
    let (at_the_limit, _, prompt) = it.clone().remind(due).unwrap();
    assert_eq!((prompt, at_the_limit.clone().remind(due)), (Reminder::BeforeDeadline, None));
    assert_eq!(at_the_limit.remind(due + moment).unwrap().2, Reminder::Overdue);
    assert_eq!(it.remind(due + moment).unwrap().2, Reminder::Overdue);
    // Nothing is missing of what is agreed, and nobody is asked about what is open.
    let agreed = agree_without(negotiated(), &[1], &[]);
    assert_eq!(agreed.clone().remind(due), None);
    let (open, _) = agreed.decline(Side::Expert(EXPERTS[0]), "没空").unwrap();
    assert_eq!(open.remind(due), None);
    let (cancelled, _) = negotiated().cancel("停建").unwrap();
    assert_eq!(cancelled.remind(due), None);
}

proptest! {
    /// Whatever each side answers: what is agreed is the earliest slot that all agreed to, and there is one exactly where
    /// one suits all.
    #[test]
    fn a12_1_what_is_agreed_suits_all(answers in prop::collection::vec(1..32_u8, 4), order in Just(vec![4, 1, 3, 0, 2]).prop_shuffle()) {
        let first = slot(TWO[0].0, TWO[0].1);
        let slots: Vec<Slot> = order.iter().map(|days| {
            let later = TimeDelta::days(*days);
            Slot { start: first.start + later, end: first.end + later }
        }).collect();
        let mut it = propose(Proposal { slots: slots.clone(), ..offered(&TWO) }).unwrap().0;
        for (side, answer) in sides().into_iter().zip(&answers) {
            let numbers: Vec<usize> = (1..=5).filter(|number| answer & (1 << (number - 1)) != 0).collect();
            it = agree(it, side, &numbers).0;
        }
        let common = answers.iter().fold(31, |common, answer| common & answer);
        let expected = (0..5).filter(|place| common & (1 << place) != 0).map(|place| slots[place]).min();
        prop_assert_eq!(it.booked(), expected);
        prop_assert_eq!(it.status, if expected.is_some() { Is::Agreed } else { Is::Planned });
    }
}
