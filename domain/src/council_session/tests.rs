use proptest::prelude::*;

use super::*;
use crate::fixtures::*;

fn share(numerator: u32, denominator: u32) -> Fraction {
    Fraction { numerator, denominator }
}

fn session(council_size: u32, members_present: u32) -> CouncilSession {
    CouncilSession {
        id: id(601),
        version: 1,
        status: CouncilSessionStatus::Open,
        terms: SessionTerms {
            number: "厦质安协理〔2026〕1号".into(),
            held_on: day("2026-03-02"),
            council_size,
            members_present,
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
    ]);
    let of = |status| CouncilSession { status, ..session(9, 6) };
    assert_guarded(Do::UpdateCouncilSession, of, |it| {
        let terms = it.terms.clone();
        it.update(terms, 0)
    });
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
    let fewer = SessionTerms { members_present: 5, ..session(9, 6).terms };
    assert!(session(9, 6).update(fewer.clone(), 5).is_ok());
    assert_eq!(refused(session(9, 6).update(fewer, 6)), MORE_VOICES_THAN_MEMBERS);
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
    assert_eq!((missing.code, missing.params[0].1.as_str()), (VOTES_MISSING, "2"));
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
