use super::*;
use crate::{
    access::{Caller, Operation, Port, Role, Who, may},
    fixtures::*,
    library::{
        qualification::{
            EngineerClass, EngineerLevel, LEADER_NOT_QUALIFIED, MEMBER_NOT_QUALIFIED,
            RegisteredSafetyEngineer, SPECIALTY_REQUIRED, TitleLevel, WORK_PERIOD_IN_FUTURE,
        },
        tie::Sides,
    },
};

fn senior() -> Expert {
    expert()
}

/// Today is 2 March 2026: whoever began on 3 March 2016 has just ten years, a day later a day less.
#[test]
fn a9_ten_years_lead_and_five_years_serve_to_the_day() {
    let (leader, event) = senior().admit(Pool::Leader).unwrap();
    assert_eq!(leader.pools, [Pool::Leader, Pool::Member]);
    assert!(event.facts.contains(&(FactName::CouncilDecisionNumber, "LS-1".into())));
    assert_eq!(senior().admit(Pool::Member).unwrap().0.pools, [Pool::Member]);
    let a_day_less = expert_with(TitleLevel::Senior, "2016-03-04");
    assert_eq!(refused(a_day_less.admit(Pool::Leader)), LEADER_NOT_QUALIFIED);
    assert_eq!(
        refused(expert_with(TitleLevel::Intermediate, "2010-01-01").admit(Pool::Leader)),
        LEADER_NOT_QUALIFIED
    );
    assert!(expert_with(TitleLevel::Intermediate, "2021-03-03").admit(Pool::Member).is_ok());
    let a_day_less = expert_with(TitleLevel::Intermediate, "2021-03-04");
    assert_eq!(refused(a_day_less.admit(Pool::Member)), MEMBER_NOT_QUALIFIED);
}

#[test]
fn a8_1_no_step_of_the_admission_is_skipped() {
    let admit = |change: fn(&mut Admission)| {
        let mut it = senior();
        change(&mut it.admission);
        it.admit(Pool::Leader).err().map(|violation| violation.code)
    };
    assert_eq!(admit(|it| it.council_decided_on = day("2026-01-06")), None);
    assert_eq!(admit(|it| it.council_decided_on = day("2026-01-07")), Some(ADMISSION_OUT_OF_ORDER));
    assert_eq!(admit(|it| it.public_notice = days("2026-01-12", "2026-01-06")), Some(ADMISSION_OUT_OF_ORDER));
    assert_eq!(admit(|it| it.admitted_on = day("2026-01-12")), None);
    assert_eq!(admit(|it| it.admitted_on = day("2026-01-11")), Some(ADMISSION_OUT_OF_ORDER));
    assert_eq!(admit(|it| it.admitted_on = day("2026-03-02")), None);
    assert_eq!(admit(|it| it.admitted_on = day("2026-03-03")), Some(ADMISSION_OUT_OF_ORDER));
}

#[test]
fn what_is_wrong_with_an_entry_is_all_told() {
    let mut it = senior();
    it.qualification.specialties.clear();
    assert_eq!(refused(it.clone().admit(Pool::Member)), SPECIALTY_REQUIRED);
    it.admission.admitted_on = day("2030-01-01");
    it.qualification.work_history[0].from = day("2026-03-03");
    let fields = ["/admission", "/specialties", "/work_history/0/from"].map(ToOwned::to_owned).to_vec();
    assert_eq!(refused_at(it.admit(Pool::Member)), ("invalid_input", fields));
    let future = expert_with(TitleLevel::Senior, "2026-03-03");
    assert_eq!(refused(future.admit(Pool::Leader)), WORK_PERIOD_IN_FUTURE);
}

#[test]
fn a12_2_a_candidate_brings_standing_and_ties() {
    let (it, _) = senior().admit(Pool::Leader).unwrap();
    let party = |name: &str| Party::named(name);
    let sides = Sides::new(Vec::new(), vec![party("某设计院"), party("别家")], &[]);
    let on = [days("2026-03-02", "2026-03-02")];
    let candidate = it.candidate(&sides, &on);
    assert!(candidate.active);
    assert_eq!(candidate.pools, [Pool::Leader, Pool::Member]);
    assert_eq!(candidate.ties.iter().map(|tie| tie.party.as_str()).collect::<Vec<_>>(), ["某设计院"]);
    for status in [ExpertStatus::Suspended, ExpertStatus::Removed] {
        assert!(!Expert { status, ..it.clone() }.candidate(&sides, &on).active);
    }
}

#[test]
fn a9_1_a_candidate_is_in_the_pools_that_a_registration_carries_to_the_last_day() {
    let mut it = senior();
    it.qualification.titles.clear();
    it.qualification.registered_safety_engineer = Some(RegisteredSafetyEngineer {
        level: EngineerLevel::Senior,
        class: EngineerClass::Construction,
        certificate_number: "3519".into(),
        registered_until: days("2026-03-10", "2026-03-10").start,
    });
    let (it, _) = it.admit(Pool::Leader).unwrap();
    let sides = Sides::new(Vec::new(), Vec::new(), &[]);
    let pools = |from: &str, to: &str| {
        it.candidate(&sides, &[days(from, to), days("2026-03-02", "2026-03-02")]).pools
    };
    assert_eq!(pools("2026-03-10", "2026-03-10"), [Pool::Leader, Pool::Member]);
    assert!(pools("2026-03-10", "2026-03-11").is_empty());
}

#[test]
fn a_provider_reads_the_experts_that_it_may_ask_and_nobody_else_of_the_companies_does() {
    for port in <Port as crate::Vocabulary>::ALL {
        let caller = Caller {
            who: Who::User(uuid::Uuid::from_u128(1)),
            organization_id: Some(id(77)),
            port: Some(*port),
            role: Role::Viewer,
            ..Caller::NOBODY
        };
        let reads = matches!(port, Port::Provider | Port::Association | Port::Regulator);
        assert_eq!(may(&caller, Operation::GetExpert, &senior().relations()).is_ok(), reads, "{port}");
    }
}
