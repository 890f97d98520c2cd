//! One project's records down to a visit, as the tests of the records below a commission need them.

use anze_domain::{
    Money, Period,
    access::{Caller, District, Port, Role, Who},
    base::{
        id::OrganizationId,
        location::{CoordinateSystem, Location},
    },
    library::qualification::Specialty,
    service::{
        commission::{
            Commission, CommissionStatus, CommissionTerms, FirstSubmission, ServiceCategory, ServiceLine,
        },
        fee::FeeMode,
        policy::{Parties, Policy, PolicyTerms},
        project::{NamedParty, Project, ProjectCategory, ProjectDetails, ProjectStatus},
        service_plan::{PlannedService, ServicePlan, ServicePlanStatus},
        visit::{Member, Visit, VisitStatus},
    },
};
use chrono::NaiveDate;
use diesel::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{at, id};
use crate::{
    Direction, PageRequest, StoreError, Writer,
    service::{commission, policy, project, service_plan, visit},
    store::{
        dialect::{Instant, Key},
        schema::{experts, organizations, users},
    },
};

pub const CONTRACTOR: u128 = 1;
pub const SUPERVISOR: u128 = 2;
pub const OWNER: u128 = 3;
pub const INSURER: u128 = 4;
pub const PROVIDER: u128 = 5;
pub const STRANGER: u128 = 6;
pub const PROJECT: u128 = 10;
pub const COMMISSION: u128 = 12;
pub const LINE: u128 = 13;
pub const EXPERTS: [u128; 3] = [21, 22, 23];

/// The days of 2026 in these tests.
pub fn day(of_march: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, of_march).unwrap()
}

/// A place in Xiamen.
pub const PLACE: Location =
    Location { longitude: 118.1, latitude: 24.5, coordinate_system: CoordinateSystem::Gcj02 };

/// The parties of what lies below the commission.
pub fn parties() -> Parties {
    Parties {
        insurer_id: id(INSURER),
        provider_id: Some(id(PROVIDER)),
        contractor_id: id(CONTRACTOR),
        supervisor_id: Some(id(SUPERVISOR)),
        owner_id: Some(id(OWNER)),
        district: District::Huli,
    }
}

/// Somebody of this organisation.
pub fn caller(port: Port, organization: u128) -> Caller {
    Caller {
        who: Who::User(id(99)),
        organization_id: Some(id(organization)),
        port: Some(port),
        active: true,
        role: Role::Operator,
        scopes: Vec::new(),
        expert_id: None,
        district: None,
    }
}

/// An expert of no organisation.
pub fn expert(number: u128) -> Caller {
    Caller { organization_id: None, expert_id: Some(id(number)), ..caller(Port::Provider, 0) }
}

/// A regulator of a district.
pub fn regulator(district: District) -> Caller {
    Caller { district: Some(district), ..caller(Port::Regulator, 0) }
}

/// Who sees a record below the commission, and who does not; the experts are left to each record.
pub fn sights() -> Vec<(Caller, bool)> {
    vec![
        (caller(Port::Contractor, CONTRACTOR), true),
        (caller(Port::Supervisor, SUPERVISOR), true),
        (caller(Port::Owner, OWNER), true),
        (caller(Port::Insurer, INSURER), true),
        (caller(Port::Provider, PROVIDER), true),
        (caller(Port::Association, STRANGER), true),
        (caller(Port::Regulator, STRANGER), true),
        (regulator(District::Huli), true),
        (regulator(District::Jimei), false),
        (caller(Port::Contractor, STRANGER), false),
        (caller(Port::Supervisor, CONTRACTOR), false),
        (caller(Port::Owner, STRANGER), false),
        (caller(Port::Insurer, STRANGER), false),
        (caller(Port::Provider, STRANGER), false),
        (Caller::NOBODY, false),
    ]
}

/// The first page, oldest first.
pub fn first_page(limit: u32) -> PageRequest<Uuid> {
    PageRequest { after: None, limit, direction: Direction::Ascending }
}

/// Puts in the organisations and the experts.
pub fn people(db: &mut Writer<'_>) -> Result<(), StoreError> {
    let now = Instant::from(at(0));
    for organization in [CONTRACTOR, SUPERVISOR, OWNER, INSURER, PROVIDER, STRANGER] {
        diesel::insert_into(organizations::table)
            .values((
                organizations::id.eq(Key(id(organization))),
                organizations::version.eq(1_i64),
                organizations::kind.eq("contractor"),
                organizations::status.eq("active"),
                organizations::name.eq("单位"),
                organizations::unified_social_credit_code.eq(organization.to_string()),
                organizations::contact_name.eq("张三"),
                organizations::contact_mobile.eq("13800000000"),
                organizations::created_at.eq(now),
                organizations::updated_at.eq(now),
            ))
            .execute(db.connection())?;
    }
    for expert in EXPERTS {
        diesel::insert_into(users::table)
            .values((
                users::id.eq(Key(id(expert))),
                users::version.eq(1_i64),
                users::login_name.eq(expert.to_string()),
                users::display_name.eq("李四"),
                users::mobile.eq("13800000000"),
                users::role.eq("operator"),
                users::password_hash.eq(""),
                users::disabled.eq(false),
                users::created_at.eq(now),
                users::updated_at.eq(now),
            ))
            .execute(db.connection())?;
        diesel::insert_into(experts::table)
            .values((
                (
                    experts::id.eq(Key(id(expert))),
                    experts::version.eq(1_i64),
                    experts::status.eq("active"),
                    experts::user_id.eq(Key(id(expert))),
                    experts::name.eq("李四"),
                    experts::mobile.eq("13800000000"),
                    experts::citizen_id_sealed.eq(Vec::<u8>::new()),
                    experts::citizen_id_digest.eq(expert.to_be_bytes().to_vec()),
                    experts::employer_name.eq("单位"),
                    experts::pools.eq("[]"),
                    experts::specialties.eq("[]"),
                    experts::titles.eq("[]"),
                ),
                (
                    experts::work_history.eq("[]"),
                    experts::council_decision_number.eq(""),
                    experts::council_decided_on.eq(day(1)),
                    experts::public_notice_number.eq(""),
                    experts::public_notice_from.eq(day(1)),
                    experts::public_notice_to.eq(day(1)),
                    experts::admitted_on.eq(day(1)),
                    experts::created_at.eq(now),
                    experts::updated_at.eq(now),
                ),
            ))
            .execute(db.connection())?;
    }
    Ok(())
}

/// Puts in the people and a project.
pub fn project(db: &mut Writer<'_>) -> Result<Project, StoreError> {
    people(db)?;
    let party = |organization| NamedParty { organization_id: Some(id(organization)), name: None };
    let project = Project {
        id: id(PROJECT),
        version: 1,
        number: "XM-2026-000001".to_owned(),
        status: ProjectStatus::Draft,
        status_reason: None,
        contractor_id: id(CONTRACTOR),
        details: ProjectDetails {
            name: "工程".to_owned(),
            category: ProjectCategory::Building,
            address: "厦门".to_owned(),
            district: District::Huli,
            location: PLACE,
            contract_price: Money::from_fen(100).unwrap(),
            floor_area: Decimal::ONE,
            planned: Period { start: day(1), end: day(31) },
            construction_permit_number: None,
            supervisor: party(SUPERVISOR),
            owner: party(OWNER),
            leader_name: "王五".to_owned(),
            leader_mobile: "13800000000".parse().unwrap(),
            safety_officer: None,
        },
        created_at: at(0),
        updated_at: at(0),
    };
    project::insert(db, &project)?;
    Ok(project)
}

/// Puts in all down to the commission, which has one line.
pub fn commission(db: &mut Writer<'_>) -> Result<Commission, StoreError> {
    let project = project(db)?;
    let period = Period { start: day(1), end: day(31) };
    let premium = Money::from_fen(100_000).unwrap();
    let policy = Policy {
        id: id(11),
        version: 1,
        project_id: project.id,
        policy_number: "P1".to_owned(),
        terms: PolicyTerms { premium_total: premium, premium_received: premium, period },
        indemnity_limit: premium,
        parties: Parties { provider_id: None, ..parties() },
        created_at: at(0),
        updated_at: at(0),
    };
    policy::insert(db, &policy)?;
    let commission = Commission {
        id: id(COMMISSION),
        version: 1,
        number: "WT-2026-000001".to_owned(),
        status: CommissionStatus::InService,
        status_reason: None,
        policy_id: policy.id,
        project_id: project.id,
        terms: CommissionTerms {
            provider_id: id::<OrganizationId>(PROVIDER),
            contract_number: "C1".to_owned(),
            lines: vec![ServiceLine {
                id: id(LINE),
                category: ServiceCategory::HazardInspection,
                description: "隐患排查".to_owned(),
                times: 2,
                frequency: None,
            }],
            fee_mode: FeeMode::PremiumRatio,
            fee: Money::from_fen(100).unwrap(),
            cost_lines: Vec::new(),
            period,
        },
        parties: parties(),
        first_submission: Some(FirstSubmission { provider_id: id(PROVIDER), at: at(0) }),
        amount_due: None,
        holds_contract_number: true,
        ended_at: None,
        created_at: at(0),
        updated_at: at(0),
    };
    commission::insert(db, &commission)?;
    Ok(commission)
}

/// A service that is planned, with this id.
pub fn service(number: u128) -> PlannedService {
    PlannedService {
        id: id(number),
        line_id: id(LINE),
        category: ServiceCategory::HazardInspection,
        window: Period { start: day(2), end: day(9) },
        method: "现场检查".to_owned(),
        expected_outcome: "排查隐患".to_owned(),
        group_size: 3,
        specialties: vec![Specialty::Civil, Specialty::Electrical],
    }
}

/// A version of the plan, with two services; not put in.
pub fn plan(plan_version: u32, status: ServicePlanStatus) -> ServicePlan {
    let number = 100 * u128::from(plan_version);
    ServicePlan {
        id: id(number),
        version: 1,
        number: format!("FA-2026-{plan_version:06}"),
        status,
        status_reason: None,
        commission_id: id(COMMISSION),
        project_id: id(PROJECT),
        plan_version,
        summary: "方案".to_owned(),
        services: vec![service(number + 2), service(number + 1)],
        prepared_by: id(91),
        decided_by: None,
        submitted_at: None,
        confirmed_at: None,
        parties: parties(),
        created_at: at(0),
        updated_at: at(0),
    }
}

/// The group of experts.
pub fn group() -> Vec<Member> {
    EXPERTS
        .map(|expert| Member {
            expert_id: id(expert),
            specialties: vec![Specialty::Civil],
            agreed_at: None,
            agreed_slots: Vec::new(),
        })
        .to_vec()
}

/// Puts in all down to two visits, with the ids 301 and 302; the first has its group.
pub fn visits(db: &mut Writer<'_>) -> Result<Vec<Visit>, StoreError> {
    commission(db)?;
    let plan = plan(1, ServicePlanStatus::Confirmed);
    service_plan::insert(db, &plan)?;
    let mut visits: Vec<_> = plan
        .services
        .iter()
        .zip(301..)
        .map(|(service, number)| Visit::plan(id(number), format!("FW-{number}"), &plan, service, at(0)).0)
        .collect();
    visits[0].status = VisitStatus::InProgress;
    visits[0].leader_id = Some(id(EXPERTS[0]));
    visits[0].members = group();
    visit::insert_all(db, &visits)?;
    Ok(visits)
}
