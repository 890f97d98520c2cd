//! Sample records for the tests of state machines and permission.

mod assertions;
mod site;

use chrono::{DateTime, NaiveDate, Utc};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    Id, Money, Period,
    access::Role,
    commission::{Asked, Commission, CommissionStatus, CommissionTerms, ServiceCategory, ServiceLine},
    data::{MAJOR_HAZARD_CRITERIA, WORKING_CALENDARS},
    expert::{Admission, Expert, ExpertStatus, Qualification},
    expert_application::{ApplicationTerms, ExpertApplication, ExpertApplicationStatus},
    fee::{CostLine, FeeMode},
    major_hazard::MajorHazardCriteria,
    organization::{District, Organization, OrganizationStatus, Port, User},
    policy::{Parties, Policy, PolicyTerms},
    project::{
        CoordinateSystem, Location, NamedParty, Project, ProjectCategory, ProjectDetails, ProjectStatus,
    },
    qualification::{Pool, Specialty, Title, TitleField, TitleLevel, WorkPeriod},
    service_plan::{PlannedService, ServicePlan, ServicePlanStatus},
    service_report::{ServiceReport, ServiceReportStatus},
    working_calendar::WorkingCalendars,
};

pub(crate) use assertions::*;
pub(crate) use site::*;

/// Who prepared plans and reports.
pub(crate) const PREPARED_BY: Uuid = Uuid::from_u128(900);
/// Who decides on them.
pub(crate) const DECIDED_BY: Uuid = Uuid::from_u128(901);
/// Experts of the sample visit; the first leads.
pub(crate) const EXPERTS: [Uuid; 3] = [Uuid::from_u128(801), Uuid::from_u128(802), Uuid::from_u128(803)];

/// Who applies for the library.
pub(crate) const APPLICANT: Uuid = Uuid::from_u128(502);

pub(crate) fn id<T>(number: u128) -> Id<T> {
    Id::new(Uuid::from_u128(number))
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn days(start: &str, end: &str) -> Period {
    Period { start: day(start), end: day(end) }
}

pub(crate) fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}

pub(crate) fn fen(fen: i64) -> Money {
    Money::from_fen(fen).unwrap()
}

/// Any amount, small ones as often as large ones.
pub(crate) fn any_money() -> impl Strategy<Value = Money> {
    prop_oneof![0..1_000_i64, 0..100_000_000_i64, 0..=Money::MAX.fen()].prop_map(fen)
}

/// When the sample records were made.
pub(crate) fn now() -> DateTime<Utc> {
    at("2026-03-02T01:00:00Z")
}

/// The organisation of this port that is a party of the sample records.
pub(crate) fn party(port: Port) -> Id<Organization> {
    id(match port {
        Port::Contractor => 101,
        Port::Supervisor => 102,
        Port::Owner => 103,
        Port::Insurer => 104,
        Port::Association => 105,
        Port::Regulator => 106,
        Port::Provider => 107,
    })
}

pub(crate) fn calendars() -> WorkingCalendars {
    WorkingCalendars::new(WORKING_CALENDARS.iter().map(|text| serde_json::from_str(text).unwrap()))
}

pub(crate) fn criteria() -> MajorHazardCriteria {
    serde_json::from_str(MAJOR_HAZARD_CRITERIA).unwrap()
}

pub(crate) fn organization(status: OrganizationStatus) -> Organization {
    Organization {
        id: party(Port::Contractor),
        version: 1,
        kind: Port::Contractor,
        status,
        name: "厦门建工".into(),
        unified_social_credit_code: credit_code(),
        district: Some(District::Siming),
        contact_name: "张三".into(),
        contact_mobile: "13800000001".parse().unwrap(),
        status_reason: None,
        created_at: now(),
        updated_at: now(),
    }
}

fn credit_code() -> crate::identifier::UnifiedSocialCreditCode {
    let first = "91350200612012345";
    let check = crate::identifier::credit_code_check(first).unwrap();
    format!("{first}{check}").parse().unwrap()
}

pub(crate) fn details() -> ProjectDetails {
    ProjectDetails {
        name: "翔安医院二期".into(),
        category: ProjectCategory::Building,
        address: "翔安东路 1 号".into(),
        district: District::Xiangan,
        location: location(),
        contract_price: yuan("100000000"),
        floor_area: Decimal::new(1_234_567, 2),
        planned: days("2026-01-01", "2027-12-31"),
        construction_permit_number: None,
        supervisor: NamedParty { organization_id: Some(party(Port::Supervisor)), name: None },
        owner: NamedParty { organization_id: Some(party(Port::Owner)), name: None },
        leader_name: "李四".into(),
        leader_mobile: "13800000002".parse().unwrap(),
    }
}

pub(crate) fn location() -> Location {
    Location { longitude: 118.24, latitude: 24.62, coordinate_system: CoordinateSystem::Gcj02 }
}

pub(crate) fn project(status: ProjectStatus) -> Project {
    Project {
        id: id(1),
        version: 1,
        number: "XM-2026-000001".into(),
        status,
        status_reason: None,
        contractor_id: party(Port::Contractor),
        details: details(),
        created_at: now(),
        updated_at: now(),
    }
}

/// Every project that is not registered.
pub(crate) fn unregistered() -> impl Iterator<Item = Project> {
    let states =
        [ProjectStatus::Draft, ProjectStatus::Suspended, ProjectStatus::Completed, ProjectStatus::Cancelled];
    states.into_iter().map(project)
}

pub(crate) fn parties() -> Parties {
    Parties::of(&project(ProjectStatus::Registered), party(Port::Insurer)).served_by(party(Port::Provider))
}

/// A user of the contractor.
pub(crate) fn user(role: Role, disabled: bool) -> User {
    User {
        id: id(9),
        version: 1,
        organization_id: Some(party(Port::Contractor)),
        login_name: "zhang".into(),
        display_name: "张三".into(),
        mobile: "13800000001".parse().unwrap(),
        role,
        disabled,
        created_at: now(),
        updated_at: now(),
    }
}

pub(crate) fn policy_terms() -> PolicyTerms {
    PolicyTerms {
        premium_total: yuan("100000.03"),
        premium_received: yuan("60000.00"),
        period: days("2026-01-01", "2026-12-31"),
    }
}

pub(crate) fn policy() -> Policy {
    Policy {
        id: id(2),
        version: 1,
        project_id: id(1),
        policy_number: "PICC-2026-1".into(),
        terms: policy_terms(),
        indemnity_limit: yuan("5000000"),
        parties: Parties::of(&project(ProjectStatus::Registered), party(Port::Insurer)),
        created_at: now(),
        updated_at: now(),
    }
}

pub(crate) fn line(number: u128, category: ServiceCategory, times: u32) -> ServiceLine {
    ServiceLine { id: id(number), category, description: "按季度".into(), times, frequency: None }
}

pub(crate) fn cost_line(quantity: &str, unit_price: &str) -> CostLine {
    CostLine {
        item: "隐患排查".into(),
        unit: "次".into(),
        quantity: quantity.parse().unwrap(),
        unit_price: unit_price.parse().unwrap(),
    }
}

/// Two hazard inspections and one training, for a share of the premium.
pub(crate) fn terms() -> CommissionTerms {
    CommissionTerms {
        provider_id: party(Port::Provider),
        contract_number: "HT-2026-1".into(),
        lines: vec![
            line(11, ServiceCategory::HazardInspection, 2),
            line(12, ServiceCategory::EducationAndTraining, 1),
        ],
        fee_mode: FeeMode::PremiumRatio,
        fee: yuan("21000.00"),
        cost_lines: Vec::new(),
        period: days("2026-02-01", "2026-11-30"),
    }
}

pub(crate) fn commission(status: CommissionStatus) -> Commission {
    Commission {
        id: id(3),
        version: 1,
        number: "WT-2026-000001".into(),
        status,
        status_reason: None,
        policy_id: id(2),
        project_id: id(1),
        terms: terms(),
        parties: parties(),
        asked: (status != CommissionStatus::Draft)
            .then(|| Asked { provider_id: terms().provider_id, at: now() }),
        amount_due: None,
        ended_at: None,
        created_at: now(),
        updated_at: now(),
    }
}

pub(crate) fn planned(number: u128, line: u128, category: ServiceCategory) -> PlannedService {
    PlannedService {
        id: id(number),
        line_id: id(line),
        category,
        window: days("2026-03-02", "2026-03-31"),
        method: "现场检查".into(),
        expected_outcome: "隐患清零".into(),
        group_size: 3,
        specialties: vec![Specialty::Civil],
    }
}

/// Covers [`terms`] exactly.
pub(crate) fn planned_services() -> Vec<PlannedService> {
    vec![
        planned(21, 11, ServiceCategory::HazardInspection),
        planned(22, 11, ServiceCategory::HazardInspection),
        planned(23, 12, ServiceCategory::EducationAndTraining),
    ]
}

pub(crate) fn plan(status: ServicePlanStatus) -> ServicePlan {
    ServicePlan {
        id: id(4),
        version: 1,
        number: "FA-2026-000001".into(),
        status,
        status_reason: None,
        commission_id: id(3),
        project_id: id(1),
        plan_version: 1,
        summary: "三次服务".into(),
        services: planned_services(),
        prepared_by: PREPARED_BY,
        decided_by: None,
        submitted_at: None,
        confirmed_at: None,
        parties: parties(),
        created_at: now(),
        updated_at: now(),
    }
}

pub(crate) fn report(status: ServiceReportStatus) -> ServiceReport {
    ServiceReport {
        id: id(7),
        version: 1,
        number: "BG-2026-000001".into(),
        status,
        status_reason: None,
        commission_id: id(3),
        project_id: id(1),
        evaluation: "总体可控".into(),
        conclusion: "已完成".into(),
        snapshot: None,
        prepared_by: PREPARED_BY,
        decided_by: None,
        submitted_at: None,
        acknowledged_at: None,
        parties: parties(),
        created_at: now(),
        updated_at: now(),
    }
}

/// Qualified to lead since the day on which the sample records were made.
pub(crate) fn expert() -> Expert {
    expert_with(TitleLevel::Senior, "2016-03-03")
}

/// An expert with one title, at such work since that day.
pub(crate) fn expert_with(level: TitleLevel, since: &str) -> Expert {
    Expert {
        id: id(801),
        version: 1,
        status: ExpertStatus::Active,
        user_id: id(9),
        name: "陈工".into(),
        mobile: "13800000004".parse().unwrap(),
        employer_name: "某设计院".into(),
        employer_code: None,
        pools: Vec::new(),
        qualification: Qualification {
            specialties: vec![Specialty::Civil],
            titles: vec![Title {
                level,
                field: TitleField::BuildingMunicipal,
                certificate_number: "ZC-1".into(),
                obtained_on: day("2015-01-01"),
            }],
            registered_safety_engineer: None,
            work_history: vec![WorkPeriod {
                employer: "某设计院".into(),
                employer_code: None,
                role: "安全".into(),
                from: day(since),
                to: None,
                relevant: true,
            }],
        },
        admission: Admission {
            council_decision_number: "LS-1".into(),
            council_decided_on: day("2026-01-05"),
            public_notice_number: "GS-1".into(),
            public_notice: days("2026-01-06", "2026-01-12"),
            admitted_on: day("2026-01-13"),
        },
        declared_ties: Vec::new(),
        created_at: now(),
        updated_at: now(),
    }
}

/// An application to lead, by who qualifies for it since the day on which the sample records were made.
pub(crate) fn application(status: ExpertApplicationStatus) -> ExpertApplication {
    let like = expert();
    ExpertApplication {
        id: id(701),
        version: 1,
        number: "SQ-2026-000001".into(),
        status,
        status_reason: None,
        user_id: Id::new(APPLICANT),
        expert_id: None,
        terms: ApplicationTerms {
            name: "王小明".into(),
            mobile: like.mobile,
            pool: Pool::Leader,
            employer_name: like.employer_name,
            employer_code: None,
            qualification: like.qualification,
        },
        submitted_at: None,
        reviewed_at: None,
        reviewed_by: None,
        assessment: None,
        council_session_id: None,
        public_notice_id: None,
        admitted_at: None,
        created_at: now(),
        updated_at: now(),
    }
}
