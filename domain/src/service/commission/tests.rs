use proptest::prelude::*;

use super::*;
use crate::{
    Vocabulary,
    base::code::PERIOD_REVERSED,
    fixtures::*,
    service::{
        fee::FEE_CAP_EXCEEDED,
        project::{PROJECT_NOT_REGISTERED, ProjectStatus},
    },
};

use CommissionStatus as Is;
use Operation as Do;

const ACTIVE_PROVIDER: (Port, OrganizationStatus) = (Port::Provider, OrganizationStatus::Active);

/// The operations on plans and reports that move a commission on, and what that is called.
const FOLLOWED: [(Operation, EventName); 4] = [
    (Do::ConfirmServicePlan, EventName::CommissionInService),
    (Do::SubmitServiceReport, EventName::CommissionReported),
    (Do::ReturnServiceReport, EventName::CommissionReportReturned),
    (Do::AcknowledgeServiceReport, EventName::CommissionCompleted),
];

fn registered() -> Project {
    project(ProjectStatus::Registered)
}

fn elsewhere(fees: Money) -> Committed {
    Committed { fees, service: None }
}

/// Submits a draft with these terms on the sample policy.
fn submit(terms: CommissionTerms, base: FeeBase, committed: Money) -> Result<(Commission, Event), Violation> {
    let draft = Commission { terms, ..commission(Is::Draft) };
    draft.submit(&registered(), &policy_terms(), base, ACTIVE_PROVIDER, elsewhere(committed), now())
}

fn ratio(fee: &str) -> CommissionTerms {
    CommissionTerms { fee: yuan(fee), ..terms() }
}

fn actual(fee: &str, cost_lines: Vec<CostLine>) -> CommissionTerms {
    CommissionTerms { fee_mode: FeeMode::ActualCost, fee: yuan(fee), cost_lines, ..terms() }
}

#[test]
fn transitions() {
    assert_transitions(&[
        (Is::Draft, Do::UpdateCommission, Is::Draft),
        (Is::Draft, Do::SubmitCommission, Is::Submitted),
        (Is::Draft, Do::WithdrawCommission, Is::Withdrawn),
        (Is::Submitted, Do::AcceptCommission, Is::Accepted),
        (Is::Submitted, Do::ReturnCommission, Is::Returned),
        (Is::Submitted, Do::WithdrawCommission, Is::Withdrawn),
        (Is::Returned, Do::UpdateCommission, Is::Returned),
        (Is::Returned, Do::SubmitCommission, Is::Submitted),
        (Is::Returned, Do::WithdrawCommission, Is::Withdrawn),
        (Is::Accepted, Do::TerminateCommission, Is::Terminated),
        (Is::Accepted, Do::CreateServicePlan, Is::Accepted),
        (Is::Accepted, Do::SubmitServicePlan, Is::Accepted),
        (Is::Accepted, Do::ConfirmServicePlan, Is::InService),
        (Is::InService, Do::TerminateCommission, Is::Terminated),
        (Is::InService, Do::CreateServicePlan, Is::InService),
        (Is::InService, Do::SubmitServicePlan, Is::InService),
        (Is::InService, Do::ConfirmServicePlan, Is::InService),
        (Is::InService, Do::StartVisit, Is::InService),
        (Is::InService, Do::CreateServiceReport, Is::InService),
        (Is::InService, Do::SubmitServiceReport, Is::Reported),
        (Is::Reported, Do::ReturnServiceReport, Is::InService),
        (Is::Reported, Do::AcknowledgeServiceReport, Is::Completed),
    ]);
    let due = yuan("1");
    assert_guarded(Do::UpdateCommission, commission, |it| it.update(terms()));
    assert_guarded(Do::SubmitCommission, commission, |it| {
        let base = FeeBase::PremiumTotal;
        it.submit(&registered(), &policy_terms(), base, ACTIVE_PROVIDER, Committed::default(), now())
    });
    assert_guarded(Do::WithdrawCommission, commission, |it| it.withdraw("不委托了"));
    assert_guarded(Do::AcceptCommission, commission, Commission::accept);
    assert_guarded(Do::ReturnCommission, commission, |it| it.return_for_correction("内容不清"));
    assert_guarded(Do::TerminateCommission, commission, |it| it.terminate("双方同意", due, now()));
    for (operation, _) in FOLLOWED {
        assert_guarded(operation, commission, |it| it.follow(operation, now()));
    }
}

#[test]
fn a4_only_a_plan_or_a_report_moves_a_commission_on() {
    for status in Is::ALL {
        for operation in Operation::ALL {
            let result = commission(*status).follow(*operation, now());
            let name = FOLLOWED.iter().find(|(followed, _)| followed == operation).map(|(_, name)| *name);
            match (name, status.after(*operation)) {
                (Some(name), Some(next)) => {
                    let (it, event) = result.unwrap();
                    assert_eq!((it.status, event.name), (next, name), "{operation} from {status}");
                }
                _ => {
                    let violation = result.unwrap_err();
                    let params = [("status", (*status).into()), ("operation", (*operation).into())];
                    assert_eq!((violation.code, violation.params.as_slice()), (WRONG_STATE, &params[..]));
                }
            }
        }
    }
}

#[test]
fn endings_and_returns_need_a_reason() {
    assert_needs_reason(|| commission(Is::Submitted), Commission::withdraw);
    assert_needs_reason(|| commission(Is::Submitted), Commission::return_for_correction);
    assert_needs_reason(|| commission(Is::InService), |it, reason| it.terminate(reason, yuan("1"), now()));
}

#[test]
fn the_reason_of_a_return_stays_until_it_is_submitted_again() {
    let (returned, _) = commission(Is::Submitted).return_for_correction("内容不清").unwrap();
    let (updated, _) = returned.update(terms()).unwrap();
    assert_eq!(updated.status_reason.as_deref(), Some("内容不清"));
    let base = FeeBase::PremiumTotal;
    let submitted = updated
        .submit(&registered(), &policy_terms(), base, ACTIVE_PROVIDER, Committed::default(), now())
        .unwrap();
    assert_eq!(submitted.0.status_reason, None);
}

#[test]
fn a2_1_nothing_is_commissioned_before_registration() {
    assert!(commission(Is::Draft).create(&registered()).is_ok());
    for project in unregistered() {
        assert_eq!(refused(commission(Is::Draft).create(&project)), PROJECT_NOT_REGISTERED);
        let submitted = commission(Is::Draft).submit(
            &project,
            &policy_terms(),
            FeeBase::PremiumTotal,
            ACTIVE_PROVIDER,
            Committed::default(),
            now(),
        );
        assert_eq!(refused(submitted), PROJECT_NOT_REGISTERED);
    }
}

#[test]
fn a3_1_exactly_the_cap_is_allowed_and_one_fen_more_is_not() {
    let total = FeeBase::PremiumTotal;
    let (submitted, event) = submit(ratio("21000.00"), total, Money::ZERO).unwrap();
    assert_eq!(submitted.status, Is::Submitted);
    assert!(event.facts.contains(&(FactName::Fee, "21000.00".into())));
    let violation = submit(ratio("21000.01"), total, Money::ZERO).unwrap_err();
    assert_eq!((violation.code, violation.code.rule), (FEE_CAP_EXCEEDED, Some("A3.1")));
    assert!(submit(ratio("0.01"), total, yuan("20999.99")).is_ok());
    assert_eq!(refused(submit(ratio("0.02"), total, yuan("20999.99"))), FEE_CAP_EXCEEDED);
    assert_eq!(refused(submit(ratio("0.01"), total, yuan("21000.00"))), FEE_CAP_EXCEEDED);
    assert_eq!(refused(submit(ratio("9999999999999.99"), total, Money::MAX)), FEE_CAP_EXCEEDED);
}

#[test]
fn a3_1_the_base_is_a_setting() {
    let received = FeeBase::PremiumReceived;
    assert!(submit(ratio("12600.00"), received, Money::ZERO).is_ok());
    assert_eq!(refused(submit(ratio("12600.01"), received, Money::ZERO)), FEE_CAP_EXCEEDED);
}

#[test]
fn a3_1_what_counts_is_what_is_submitted_and_not_given_back() {
    let counting: Vec<_> = Is::ALL.iter().filter(|status| status.counts()).collect();
    let expected = [Is::Submitted, Is::Accepted, Is::InService, Is::Reported, Is::Completed, Is::Terminated];
    assert_eq!(counting, expected.iter().collect::<Vec<_>>());
}

#[test]
fn a3_2_actual_cost_is_the_exact_sum_and_may_pass_the_cap() {
    let lines = || vec![cost_line("3", "10000.00"), cost_line("0.5", "0.02")];
    let total = FeeBase::PremiumTotal;
    assert!(submit(actual("30000.01", lines()), total, yuan("21000.00")).is_ok());
    for fee in ["30000.00", "30000.02"] {
        let violation = submit(actual(fee, lines()), total, Money::ZERO).unwrap_err();
        assert_eq!((violation.code, violation.code.rule), (fee::FEE_NOT_THE_SUM, Some("A3.2")));
        assert_eq!(violation.params, [("sum", yuan("30000.01").into())]);
    }
    assert_eq!(fee::fee_of(FeeMode::ActualCost, None, &lines()), Ok(yuan("30000.01")));
    assert_eq!(refused(fee::fee_of(FeeMode::ActualCost, None, &[])), fee::COST_LINES_REQUIRED);
    assert_eq!(
        refused(fee::fee_of(FeeMode::PremiumRatio, Some(yuan("1")), &lines())),
        fee::COST_LINES_NOT_ALLOWED
    );
    assert_eq!(refused(fee::fee_of(FeeMode::PremiumRatio, None, &[])), fee::FEE_REQUIRED);
}

#[test]
fn a3_2_actual_cost_needs_the_contract_and_points_at_its_own_lines() {
    let update = |terms| commission(Is::Draft).update(terms);
    let no_contract =
        CommissionTerms { contract_number: " ".into(), ..actual("1.00", vec![cost_line("1", "1")]) };
    assert_eq!(
        refused_at(update(no_contract)),
        ("contract_number_required", vec!["/contract_number".into()])
    );
    assert!(update(CommissionTerms { contract_number: String::new(), ..terms() }).is_ok());
    let wrong = actual("1.00", vec![cost_line("1", "1"), cost_line("0", "1")]);
    assert_eq!(refused_at(update(wrong)), ("cost_quantity_invalid", vec!["/cost_lines/1/quantity".into()]));
    let part_of_a_fen = actual("1.00", vec![cost_line("0.0001", "0.0001")]);
    assert_eq!(refused_at(update(part_of_a_fen)), ("fee_not_whole_fen", vec!["/cost_lines".into()]));
}

#[test]
fn a7_1_content_and_frequency_are_agreed() {
    let update = |lines| commission(Is::Draft).update(CommissionTerms { lines, ..terms() });
    assert_eq!(refused(update(Vec::new())), NO_SERVICE_LINE);
    assert_eq!(
        refused_at(update(vec![line(11, ServiceCategory::Standardisation, 0)])),
        ("times_required", vec!["/lines/0/times".into()])
    );
    for category in ServiceCategory::ALL {
        let undescribed = ServiceLine { description: " ".into(), ..line(11, *category, 1) };
        let result = update(vec![undescribed]);
        if *category == ServiceCategory::Other {
            assert_eq!(refused_at(result), ("description_required", vec!["/lines/0/description".into()]));
        } else {
            assert!(result.is_ok(), "{category}");
        }
    }
    let mut wrong = CommissionTerms { lines: Vec::new(), ..terms() };
    wrong.period = days("2026-03-02", "2026-03-01");
    let both = vec!["/lines".to_owned(), "/period_end".to_owned()];
    assert_eq!(refused_at(commission(Is::Draft).update(wrong)), ("invalid_input", both));
}

#[test]
fn a4_2_the_provider_serves_and_the_service_lies_in_the_insured_period() {
    for port in Port::ALL {
        for status in OrganizationStatus::ALL {
            let result = commission(Is::Draft).submit(
                &registered(),
                &policy_terms(),
                FeeBase::PremiumTotal,
                (*port, *status),
                Committed::default(),
                now(),
            );
            let serves = matches!(port, Port::Association | Port::Provider);
            if serves && *status == OrganizationStatus::Active {
                assert!(result.is_ok());
            } else {
                assert_eq!(refused(result), NOT_A_PROVIDER, "{port} {status}");
            }
        }
    }
    let within = |period| submit(CommissionTerms { period, ..terms() }, FeeBase::PremiumTotal, Money::ZERO);
    assert!(within(days("2026-01-01", "2026-12-31")).is_ok());
    assert_eq!(refused(within(days("2025-12-31", "2026-12-31"))), OUTSIDE_POLICY_PERIOD);
    assert_eq!(refused(within(days("2026-01-01", "2027-01-01"))), OUTSIDE_POLICY_PERIOD);
    assert_eq!(refused(within(days("2026-02-02", "2026-02-01"))), PERIOD_REVERSED);
}

#[test]
fn the_state_is_looked_at_before_anything_else_on_record() {
    let inactive = (Port::Provider, OrganizationStatus::Suspended);
    let result = commission(Is::Accepted).submit(
        &project(ProjectStatus::Suspended),
        &policy_terms(),
        FeeBase::PremiumTotal,
        inactive,
        elsewhere(Money::MAX),
        now(),
    );
    assert_eq!(refused(result), crate::base::code::WRONG_STATE);
}

#[test]
fn a11_3_another_provider_is_a_party_once_it_is_asked() {
    let other = CommissionTerms { provider_id: party(Port::Association), ..terms() };
    let (updated, _) = commission(Is::Returned).update(other).unwrap();
    let relations = updated.relations();
    assert!(relations.providers.is_empty() && relations.contractor.is_some(), "{relations:?}");
    let later = now() + chrono::TimeDelta::hours(1);
    let submit = |it: Commission, now| {
        let base = FeeBase::PremiumTotal;
        it.submit(&registered(), &policy_terms(), base, ACTIVE_PROVIDER, Committed::default(), now).unwrap().0
    };
    let submitted = submit(updated, later);
    assert_eq!(submitted.relations().providers, [party(Port::Association)]);
    assert_eq!(submitted.first_submission.unwrap().at, later);
    // Submitted again to the provider that returned it: the first submission stands.
    let (returned, _) = submitted.return_for_correction("内容不清").unwrap();
    assert_eq!(returned.relations().providers, [party(Port::Association)]);
    assert_eq!(submit(returned, later + chrono::TimeDelta::hours(1)).first_submission.unwrap().at, later);
}

#[test]
fn a11_3_what_was_never_submitted_is_its_insurers_alone() {
    let alone = |it: &Commission| {
        let parties = it.parties;
        let expected = Relations {
            insurers: vec![parties.insurer_id],
            district: Some(parties.district),
            ..Relations::default()
        };
        assert_eq!(it.relations(), expected, "{}", it.status);
    };
    let draft = commission(Is::Draft);
    alone(&draft);
    alone(&draft.withdraw("不委托了").unwrap().0);
    let (withdrawn, _) = commission(Is::Submitted).withdraw("不委托了").unwrap();
    assert_eq!(withdrawn.relations(), withdrawn.parties.relations());
}

#[test]
fn what_is_due_at_termination_is_at_most_the_fee() {
    let terminate = |due: &str| commission(Is::InService).terminate("双方同意", yuan(due), now());
    let (ended, event) = terminate("21000.00").unwrap();
    assert_eq!((ended.amount_due, ended.ended_at), (Some(yuan("21000.00")), Some(now())));
    assert!(event.facts.contains(&(FactName::AmountDue, "21000.00".into())));
    assert_eq!(terminate("0").unwrap().0.amount_due, Some(Money::ZERO));
    assert_eq!(refused(terminate("21000.01")), AMOUNT_DUE_TOO_HIGH);
}

#[test]
fn a19_1_the_five_years_run_from_completion() {
    let (completed, _) = commission(Is::Reported).follow(Do::AcknowledgeServiceReport, now()).unwrap();
    assert_eq!(completed.ended_at, Some(now()));
    let (back, _) = commission(Is::Reported).follow(Do::ReturnServiceReport, now()).unwrap();
    assert_eq!(back.ended_at, None);
}

proptest! {
    /// One after another until the cap: whatever the fees, what was accepted never comes to more.
    #[test]
    fn a3_1_the_sum_of_what_is_accepted_never_passes_the_cap(
        premium in any_money(), fees in prop::collection::vec(any_money(), 1..20)
    ) {
        let policy = PolicyTerms { premium_total: premium, premium_received: Money::ZERO, ..policy_terms() };
        let mut sum = Money::ZERO;
        for fee in fees {
            let draft = Commission { terms: CommissionTerms { fee, ..terms() }, ..commission(Is::Draft) };
            let base = FeeBase::PremiumTotal;
            let result = draft.submit(&registered(), &policy, base, ACTIVE_PROVIDER, elsewhere(sum), now());
            let hundredfold = (i128::from(sum.fen()) + i128::from(fee.fen())) * 100;
            prop_assert_eq!(result.is_ok(), hundredfold <= i128::from(premium.fen()) * 21);
            if result.is_ok() {
                sum = sum.plus(fee).unwrap();
            }
            prop_assert!(i128::from(sum.fen()) * 100 <= i128::from(premium.fen()) * 21);
            prop_assert!(sum <= fee::cap(premium, policy_terms().period.start));
        }
    }

    #[test]
    fn a3_2_the_fee_is_the_sum_of_its_lines(lines in prop::collection::vec((1..10_000_i64, 0..10_000_000_i64), 1..20)) {
        let cost_lines: Vec<_> = lines.iter().map(|(quantity, price)| CostLine {
            quantity: rust_decimal::Decimal::from(*quantity),
            unit_price: fen(*price).decimal(),
            ..cost_line("1", "1")
        }).collect();
        let sum = fen(lines.iter().map(|(quantity, price)| quantity * price).sum());
        prop_assert_eq!(fee::fee_of(FeeMode::ActualCost, None, &cost_lines), Ok(sum));
        prop_assert_eq!(fee::fee_of(FeeMode::ActualCost, Some(sum), &cost_lines), Ok(sum));
        let more = sum.plus(fen(1)).unwrap();
        prop_assert_eq!(refused(fee::fee_of(FeeMode::ActualCost, Some(more), &cost_lines)), fee::FEE_NOT_THE_SUM);
    }
}

#[test]
fn a_commission_holds_its_contract_number_until_it_is_withdrawn() {
    let numbered = |number: &str| CommissionTerms { contract_number: number.into(), ..terms() };
    let made = |number: &str| {
        let draft = Commission { terms: numbered(number), ..commission(CommissionStatus::Draft) };
        draft.create(&project(ProjectStatus::Registered)).unwrap().0
    };
    assert!(made("HT-1").holds_contract_number);
    assert!(!made(" ").holds_contract_number);
    assert!(made("").update(numbered("HT-2")).unwrap().0.holds_contract_number);
    assert!(!made("HT-1").update(numbered("")).unwrap().0.holds_contract_number);
    assert!(!made("HT-1").withdraw("不再委托").unwrap().0.holds_contract_number);
}
