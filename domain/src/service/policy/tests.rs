use proptest::prelude::*;

use super::*;
use crate::{
    base::code::PERIOD_REVERSED,
    fixtures::*,
    service::project::{PROJECT_NOT_REGISTERED, ProjectStatus},
};

fn endorsement(terms: PolicyTerms) -> Endorsement {
    Endorsement {
        id: id(8),
        policy_id: id(2),
        endorsement_number: "PD-1".into(),
        effective_on: day("2026-04-01"),
        terms,
        reason: "减少工程量".into(),
        created_at: now(),
    }
}

fn committed(fees: &str) -> Committed {
    Committed { fees: yuan(fees), service: Some(days("2026-02-01", "2026-11-30")) }
}

fn premium(total: &str, received: &str) -> PolicyTerms {
    PolicyTerms { premium_total: yuan(total), premium_received: yuan(received), ..policy_terms() }
}

#[test]
fn a2_1_no_policy_before_registration() {
    assert!(policy().record(&project(ProjectStatus::Registered)).is_ok());
    for project in unregistered() {
        assert_eq!(refused(policy().record(&project)), PROJECT_NOT_REGISTERED);
    }
}

#[test]
fn wrong_terms_are_refused() {
    let record =
        |terms| Policy { terms, ..policy() }.record(&project(ProjectStatus::Registered)).map(|(it, _)| it);
    assert_eq!(refused(record(premium("1000", "1000.01"))), PREMIUM_RECEIVED_TOO_HIGH);
    assert!(record(premium("1000", "1000")).is_ok());
    let period = days("2026-01-02", "2026-01-01");
    assert_eq!(refused(record(PolicyTerms { period, ..policy_terms() })), PERIOD_REVERSED);
    assert!(record(PolicyTerms { period: days("2026-01-01", "2026-01-01"), ..policy_terms() }).is_ok());
}

#[test]
fn an_endorsement_takes_effect_within_the_insured_period() {
    let PolicyTerms { period, .. } = policy_terms();
    let before = period.start.pred_opt().unwrap();
    let after = period.end.succ_opt().unwrap();
    let endorse = |effective_on, terms| {
        let endorsement = Endorsement { effective_on, ..endorsement(terms) };
        policy().endorse(&endorsement, FeeBase::PremiumTotal, Committed::default()).map(|(it, _)| it.version)
    };
    for inside in [period.start, period.end] {
        assert!(endorse(inside, policy_terms()).is_ok(), "{inside}");
    }
    for outside in [before, after] {
        assert_eq!(refused(endorse(outside, policy_terms())), EFFECTIVE_OUTSIDE_PERIOD, "{outside}");
    }
    let longer = PolicyTerms { period: Period { end: after, ..period }, ..policy_terms() };
    assert!(endorse(after, longer).is_ok());
}

#[test]
fn a3_1_an_endorsement_never_leaves_more_commissioned_than_the_cap() {
    let endorse = |terms, base, committed| {
        policy().endorse(&endorsement(terms), base, committed).map(|(it, _)| it.terms)
    };
    let total = FeeBase::PremiumTotal;
    let terms = premium("50000.00", "50000.00");
    assert_eq!(endorse(terms, total, committed("10500.00")), Ok(terms));
    let violation = endorse(terms, total, committed("10500.01")).unwrap_err();
    assert_eq!((violation.code, violation.code.rule), (PREMIUM_BELOW_COMMISSIONED, Some("A3.1")));
    let one_fen_of_premium_less = premium("49999.99", "0");
    assert_eq!(
        refused(endorse(one_fen_of_premium_less, total, committed("10500.00"))),
        PREMIUM_BELOW_COMMISSIONED
    );
    let little_received = premium("50000.00", "49999.99");
    assert!(endorse(little_received, total, committed("10500.00")).is_ok());
    assert_eq!(
        refused(endorse(little_received, FeeBase::PremiumReceived, committed("10500.00"))),
        PREMIUM_BELOW_COMMISSIONED
    );
}

#[test]
fn an_endorsed_period_still_covers_what_is_commissioned() {
    let endorse = |period, committed| {
        let terms = PolicyTerms { period, ..policy_terms() };
        policy().endorse(&endorsement(terms), FeeBase::PremiumTotal, committed)
    };
    assert!(endorse(days("2026-02-01", "2026-11-30"), committed("1")).is_ok());
    for period in [days("2026-02-02", "2026-12-31"), days("2026-01-01", "2026-11-29")] {
        assert_eq!(refused(endorse(period, committed("1"))), PERIOD_EXCLUDES_COMMISSION);
        assert!(endorse(period, Committed::default()).is_ok());
    }
}

#[test]
fn an_endorsement_has_a_reason_and_tells_what_changed() {
    let mut it = endorsement(premium("1000", "900"));
    let (next, event) = policy().endorse(&it, FeeBase::PremiumTotal, Committed::default()).unwrap();
    assert_eq!(next.terms, it.terms);
    assert_eq!(event.reason.as_deref(), Some("减少工程量"));
    assert!(event.facts.contains(&(FactName::PremiumTotalBefore, "100000.03".into())));
    assert!(event.facts.contains(&(FactName::PremiumTotal, "1000.00".into())));
    it.reason = " ".into();
    let result = policy().endorse(&it, FeeBase::PremiumTotal, Committed::default());
    assert_eq!(refused_at(result), ("reason_required", vec!["/reason".into()]));
}

proptest! {
    #[test]
    fn a3_1_an_accepted_endorsement_keeps_the_cap(
        total in any_money(), received in any_money(), fees in any_money(), by_received: bool
    ) {
        let terms = PolicyTerms { premium_total: total, premium_received: received, ..policy_terms() };
        let base = if by_received { FeeBase::PremiumReceived } else { FeeBase::PremiumTotal };
        let committed = Committed { fees, service: None };
        let accepted = policy().endorse(&endorsement(terms), base, committed).is_ok();
        let basis = if by_received { received } else { total };
        let within = i128::from(fees.fen()) * 100 <= i128::from(basis.fen()) * 21;
        prop_assert_eq!(accepted, within && received <= total);
    }
}
