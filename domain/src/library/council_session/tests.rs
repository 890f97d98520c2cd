use proptest::prelude::*;

use super::*;
use crate::{Vocabulary, fixtures::*};

fn share(numerator: u32, denominator: u32) -> Fraction {
    Fraction { numerator, denominator }
}

fn session(council_size: u32, members_present: u32) -> CouncilSession {
    CouncilSession {
        id: id(601),
        version: 1,
        status: CouncilSessionStatus::Open,
        status_reason: None,
        terms: SessionTerms {
            number: "厦质安协理〔2026〕1号".into(),
            held_on: day("2026-03-02"),
            council_size,
            members_present,
            present_members: Vec::new(),
            quorum: share(2, 3),
            majority: share(1, 2),
            majority_rule: MajorityRule::MoreThan,
        },
        created_by: uuid::Uuid::from_u128(900),
        closed_at: None,
        created_at: now(),
        updated_at: now(),
    }
}

fn votes(votes_for: u32, votes_against: u32, votes_abstain: u32) -> Votes {
    Votes { votes_for, votes_against, votes_abstain }
}

fn today() -> NaiveDate {
    day("2026-03-02")
}

#[test]
fn transitions() {
    use CouncilSessionStatus as Is;
    use Operation as Do;
    assert_transitions(&[
        (Is::Open, Do::UpdateCouncilSession, Is::Open),
        (Is::Open, Do::PutApplicationsToVote, Is::Open),
        (Is::Open, Do::RecordCouncilVotes, Is::Open),
        (Is::Open, Do::CloseCouncilSession, Is::Closed),
        (Is::Open, Do::AdjournCouncilSession, Is::Adjourned),
    ]);
    let of = |status| CouncilSession { status, ..session(9, 6) };
    assert_guarded(Do::UpdateCouncilSession, of, |it| {
        let terms = it.terms.clone();
        it.update(terms, &[])
    });
    assert_guarded(Do::AdjournCouncilSession, of, |it| it.adjourn("出席人数不足", now()));
    assert_needs_reason(|| of(Is::Open), |it, reason| it.adjourn(reason, now()));
    assert_guarded(Do::PutApplicationsToVote, of, |it| it.put_to_vote(0, 1));
    assert_guarded(Do::RecordCouncilVotes, of, |it| it.record_votes(1, today()));
    assert_guarded(Do::CloseCouncilSession, of, |it| {
        it.close(&[Some(votes(4, 0, 0))], today(), now()).map(|(next, event, _)| (next, event))
    });
}

#[test]
fn the_quorum_is_met_at_its_share_and_not_one_below() {
    let close = |size, present| {
        session(size, present).close(&[Some(votes(1, 0, 0))], today(), now()).err().map(|it| it.code)
    };
    assert_eq!(close(9, 6), None);
    assert_eq!(close(9, 5), Some(QUORUM_NOT_MET));
    assert_eq!(close(10, 7), None);
    assert_eq!(close(10, 6), Some(QUORUM_NOT_MET));
}

#[test]
fn a_majority_is_more_than_its_share_or_at_least() {
    let outcome = |rule, majority, present, votes_for| {
        let terms = SessionTerms { majority_rule: rule, majority, ..session(30, present).terms };
        terms.outcome(votes(votes_for, 0, 0))
    };
    use MajorityRule::{AtLeast, MoreThan};
    use VoteOutcome::{Passed, VotedDown};
    assert_eq!(outcome(MoreThan, share(1, 2), 20, 10), VotedDown);
    assert_eq!(outcome(MoreThan, share(1, 2), 20, 11), Passed);
    assert_eq!(outcome(AtLeast, share(1, 2), 20, 9), VotedDown);
    assert_eq!(outcome(AtLeast, share(1, 2), 20, 10), Passed);
    assert_eq!(outcome(AtLeast, share(2, 3), 20, 13), VotedDown);
    assert_eq!(outcome(AtLeast, share(2, 3), 20, 14), Passed);
    assert_eq!(outcome(MoreThan, share(2, 3), 21, 14), VotedDown);
    assert_eq!(outcome(MoreThan, share(2, 3), 21, 15), Passed);
    // Those who abstain or say nothing are present all the same.
    assert_eq!(session(30, 20).terms.outcome(votes(10, 0, 10)), VotedDown);
}

#[test]
fn there_are_no_more_voices_than_members_present() {
    let terms = session(9, 6).terms;
    assert_eq!(terms.take_votes(votes(2, 2, 2)), Ok(()));
    assert_eq!(terms.take_votes(votes(6, 0, 0)), Ok(()));
    assert_eq!(refused(terms.take_votes(votes(3, 2, 2))), MORE_VOICES_THAN_MEMBERS);
    assert_eq!(refused(terms.take_votes(votes(u32::MAX, 1, 0))), MORE_VOICES_THAN_MEMBERS);
    assert_eq!(
        refused_at(terms.take_votes(votes(7, 0, 0))),
        ("more_voices_than_members", vec!["/votes_for".into()])
    );
}

fn item(votes: Option<Votes>) -> SessionItem {
    SessionItem {
        application_id: id(701),
        reviewed_at: Some(at("2026-03-02T01:00:00Z")),
        votes,
        outcome: None,
    }
}

/// The rules are made before the votes, and not to fit them.
#[test]
fn its_rules_are_fixed_once_votes_are_recorded() {
    let changes: [fn(&mut SessionTerms); 6] = [
        |it| it.number.push('改'),
        |it| it.held_on = day("2026-03-03"),
        |it| it.council_size = 8,
        |it| it.members_present = 5,
        |it| it.majority = share(2, 3),
        |it| it.majority_rule = MajorityRule::AtLeast,
    ];
    for change in changes {
        let mut terms = session(9, 6).terms;
        change(&mut terms);
        assert!(session(9, 6).update(terms.clone(), &[item(None)]).is_ok());
        let voted = [item(None), item(Some(votes(0, 0, 0)))];
        assert_eq!(refused(session(9, 6).update(terms, &voted)), SESSION_RULES_FIXED);
    }
    let same = session(9, 6).terms;
    assert!(session(9, 6).update(same, &[item(Some(votes(1, 0, 0)))]).is_ok());
}

#[test]
fn it_is_not_before_the_review_of_what_is_put_to_it() {
    let on = |held_on: &str| SessionTerms { held_on: day(held_on), ..session(9, 6).terms };
    let status = ExpertApplicationStatus::PutToVote;
    let update = |held_on| session(9, 6).update(on(held_on), &[item(None)]).err();
    assert_eq!(update("2026-03-02"), None);
    let told = update("2026-03-01").unwrap();
    assert_eq!((told.code.name, told.fields[0].pointer.as_ref()), ("session_before_review", "/held_on"));
    let early = CouncilSession { terms: on("2026-03-01"), ..session(9, 6) };
    let told = early.take_votes(&item(None), status, votes(1, 0, 0)).unwrap_err();
    assert_eq!(told.code.name, "session_before_review");
    let put = |session: &CouncilSession| {
        let reviewed_at = Some(at("2026-03-02T01:00:00Z"));
        let reviewed = ExpertApplication { reviewed_at, ..application(ExpertApplicationStatus::Reviewed) };
        reviewed.put_to_vote(session).err().map(|told| told.code.name)
    };
    assert_eq!((put(&session(9, 6)), put(&early)), (None, Some("session_before_review")));
}

/// The chain says by which rules and with which votes it was decided.
#[test]
fn its_events_say_rules_and_votes() {
    let said = |event: &Event, name: &str| {
        event.facts.iter().find(|(known, _)| known.code() == name).map(|(_, value)| value.clone())
    };
    let (_, created) = session(9, 6).create().unwrap();
    let (_, recorded) = session(9, 6).record_votes(1, today()).unwrap();
    let (_, closed, _) = session(9, 6).close(&[Some(votes(4, 1, 1))], today(), now()).unwrap();
    let (_, adjourned) = session(9, 3).adjourn("出席人数不足", now()).unwrap();
    for (event, present) in [(&created, "6"), (&recorded, "6"), (&closed, "6"), (&adjourned, "3")] {
        for (name, value) in [
            ("held_on", "2026-03-02"),
            ("council_size", "9"),
            ("members_present", present),
            ("quorum", "2/3"),
            ("majority", "1/2"),
            ("majority_rule", "more_than"),
        ] {
            assert_eq!(said(event, name).as_deref(), Some(value), "{}: {name}", event.name);
        }
    }
    assert_eq!(adjourned.reason.as_deref(), Some("出席人数不足"));
    let status = ExpertApplicationStatus::PutToVote;
    let event = session(9, 6).take_votes(&item(Some(votes(1, 0, 0))), status, votes(4, 1, 1)).unwrap();
    assert_eq!(event.subject_id, uuid::Uuid::from_u128(701));
    for (name, value) in
        [("votes_for", "4"), ("votes_against", "1"), ("votes_abstain", "1"), ("again", "true")]
    {
        assert_eq!(said(&event, name).as_deref(), Some(value), "{name}");
    }
}

#[test]
fn a_session_has_no_more_present_than_members_and_shares_that_are_shares() {
    assert!(session(9, 9).create().is_ok());
    let wrong = |change: fn(&mut SessionTerms)| {
        let mut it = session(9, 9);
        change(&mut it.terms);
        refused_at(it.create())
    };
    assert_eq!(
        wrong(|it| it.members_present = 10),
        ("more_present_than_members", vec!["/members_present".into()])
    );
    assert_eq!(wrong(|it| it.quorum = share(4, 3)), ("fraction_invalid", vec!["/quorum".into()]));
    assert_eq!(wrong(|it| it.majority = share(0, 1)), ("fraction_invalid", vec!["/majority".into()]));
}

#[test]
fn it_closes_only_when_held_and_with_the_votes_on_everything() {
    let held = |on: &str| {
        let mut it = session(9, 6);
        it.terms.held_on = day(on);
        it
    };
    let all = [Some(votes(4, 1, 1)), Some(votes(3, 3, 0))];
    let (closed, event, outcomes) = held("2026-03-02").close(&all, today(), now()).unwrap();
    assert_eq!(outcomes, [VoteOutcome::Passed, VoteOutcome::VotedDown]);
    assert_eq!((closed.closed_at, event.to), (Some(now()), Some("closed")));
    assert_eq!(refused(held("2026-03-03").close(&all, today(), now())), COUNCIL_SESSION_NOT_HELD);
    assert_eq!(refused(held("2026-03-03").record_votes(1, today())), COUNCIL_SESSION_NOT_HELD);
    assert_eq!(refused(held("2026-03-02").close(&[], today(), now())), NOTHING_TO_VOTE_ON);
    let missing = held("2026-03-02").close(&[None, all[0], None], today(), now()).unwrap_err();
    assert_eq!((missing.code, missing.params[0].1.zh.as_str()), (VOTES_MISSING, "2"));
}

#[test]
fn a_session_takes_a_thousand_applications() {
    assert!(session(9, 6).put_to_vote(MAX_ITEMS - 200, 200).is_ok());
    assert_eq!(refused(session(9, 6).put_to_vote(MAX_ITEMS - 199, 200)), COUNCIL_SESSION_FULL);
}

proptest! {
    /// One vote more for it never makes it fail, and the limit is where the share says.
    #[test]
    fn a_share_is_exact(part in 0..2000_u32, whole in 0..2000_u32, denominator in 1..1000_u32, numerator in 1..1000_u32) {
        prop_assume!(numerator <= denominator);
        let it = share(numerator, denominator);
        let exact = f64::from(part) * f64::from(denominator) - f64::from(whole) * f64::from(numerator);
        prop_assert_eq!(it.is_reached(part, whole), exact >= 0.0);
        prop_assert_eq!(it.is_exceeded(part, whole), exact > 0.0);
        prop_assert!(!it.is_reached(part, whole) || it.is_reached(part + 1, whole));
        prop_assert!(!it.is_exceeded(part, whole) || it.is_reached(part, whole));
    }
}

#[test]
fn a8_1_those_present_are_named_all_once_or_not_at_all() {
    let named = |names: &[&str]| {
        let present_members = names.iter().map(|name| (*name).to_owned()).collect();
        let it = session(9, 3);
        CouncilSession { terms: SessionTerms { present_members, ..it.terms.clone() }, ..it }.create()
    };
    for fits in [[].as_slice(), &["甲", "乙", "丙"]] {
        assert!(named(fits).is_ok(), "{fits:?}");
    }
    for wrong in
        [["甲", "乙"].as_slice(), &["甲", "乙", "丙", "丁"], &["甲", "乙", "乙 "], &["甲", "乙", "丙", "丙"]]
    {
        assert_eq!(refused(named(wrong)), PRESENT_MEMBERS_DIFFER, "{wrong:?}");
    }
}
