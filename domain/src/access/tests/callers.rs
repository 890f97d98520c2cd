//! Who asks in these tests, and what records say of them.

use super::*;
use crate::base::id::OrganizationId;

/// What nobody needs a login for.
pub(super) const OPEN: [Do; 15] = [
    Do::GetDeadline,
    Do::QuoteFee,
    Do::GetReference,
    Do::GetCalendarFeed,
    Do::Login,
    Do::RefreshSession,
    Do::RequestPasswordReset,
    Do::CompletePasswordReset,
    Do::RegisterOrganization,
    Do::ListExpertDirectory,
    Do::RegisterApplicant,
    Do::ListPublicNotices,
    Do::GetPublicNotice,
    Do::ListPublicNoticeApplications,
    Do::CreateObjection,
];

/// The ports whose organisations see only what they have a part in.
pub(super) const COMPANIES: [Port; 5] =
    [Port::Contractor, Port::Supervisor, Port::Owner, Port::Insurer, Port::Provider];

/// What is the library's, and of no district.
pub(super) const OF_THE_LIBRARY: [Resource; 4] =
    [Resource::Expert, Resource::ExpertApplication, Resource::CouncilSession, Resource::Objection];

/// An organisation that has no part in anything.
pub(super) const ELSEWHERE: u128 = 199;

pub(super) fn person(port: Port, organization_id: OrganizationId) -> Caller {
    Caller {
        who: Who::User(Uuid::from_u128(500)),
        organization_id: Some(organization_id),
        port: Some(port),
        role: Role::Admin,
        ..Caller::NOBODY
    }
}

/// A user of the organisation that has this port's part in the records.
pub(super) fn of(port: Port) -> Caller {
    person(port, party(port))
}

/// A user of another organisation of this port; of another district, where it is a regulator.
pub(super) fn stranger(port: Port) -> Caller {
    Caller { district: Some(District::Siming), ..person(port, id(ELSEWHERE)) }
}

/// An expert without an organisation.
pub(super) fn expert(expert_id: Uuid) -> Caller {
    Caller {
        organization_id: None,
        port: Some(Port::Provider),
        expert_id: Some(expert_id),
        ..person(Port::Provider, id(ELSEWHERE))
    }
}

/// Someone who applies for the library: neither in an organisation nor an expert yet.
pub(super) fn applicant() -> Caller {
    Caller {
        who: Who::User(fixtures::APPLICANT),
        organization_id: None,
        port: None,
        ..person(Port::Provider, id(ELSEWHERE))
    }
}

pub(super) fn as_role(role: Role, caller: &Caller) -> Caller {
    Caller { role, ..caller.clone() }
}

pub(super) fn token(scopes: Vec<Scope>, caller: &Caller) -> Caller {
    Caller { who: Who::Token(Uuid::from_u128(501)), role: Role::Operator, scopes, ..caller.clone() }
}

/// Whoever calls, once each, as an administrator who is a person: parties, strangers and experts.
pub(super) fn everyone() -> Vec<(String, Caller)> {
    let mut all = Vec::new();
    for port in Port::ALL {
        all.push((format!("party {port}"), of(*port)));
        all.push((format!("stranger {port}"), stranger(*port)));
    }
    all.push(("leader".into(), expert(EXPERTS[0])));
    all.push(("member".into(), expert(EXPERTS[1])));
    all.push(("strange expert".into(), expert(Uuid::from_u128(899))));
    all.push(("applicant".into(), applicant()));
    let employed = Caller { expert_id: Some(EXPERTS[0]), ..of(Port::Provider) };
    all.push(("leader of the provider".into(), employed));
    all
}

/// All of them in each role, by each kind of token, active and not; and nobody.
pub(super) fn callers() -> Vec<(String, Caller)> {
    let mut all = vec![("nobody".to_owned(), Caller::NOBODY)];
    for (name, caller) in everyone() {
        let mut kinds: Vec<_> =
            Role::ALL.iter().map(|role| (format!("{name} {role}"), as_role(*role, &caller))).collect();
        kinds.push((format!("{name} token of nothing"), token(Vec::new(), &caller)));
        kinds.push((format!("{name} token of all"), token(Scope::ALL.to_vec(), &caller)));
        for scope in Scope::ALL {
            kinds.push((format!("{name} token {scope}"), token(vec![*scope], &caller)));
            let others = Scope::ALL.iter().copied().filter(|other| other != scope).collect();
            kinds.push((format!("{name} token but {scope}"), token(others, &caller)));
        }
        for (name, caller) in kinds {
            all.push((format!("{name}, inactive"), Caller { active: false, ..caller.clone() }));
            all.push((name, caller));
        }
    }
    all
}

/// A record in which every organisation has the part of its port, and the association none of its own.
pub(super) fn everything() -> Relations {
    Relations {
        own: None,
        providers: vec![party(Port::Provider)],
        applicant: Some(fixtures::APPLICANT),
        ..fixtures::visit(VisitStatus::Agreed).relations()
    }
}

/// What a record of the resource itself says, as the operations are asked on it.
pub(super) fn of_record(resource: Resource) -> Relations {
    let visit = fixtures::visit(VisitStatus::Agreed);
    match resource {
        Resource::Calculation
        | Resource::Session
        | Resource::Notification
        | Resource::Task
        | Resource::Calendar => Relations::default(),
        Resource::Organization => fixtures::organization(OrganizationStatus::Active).relations(),
        Resource::User | Resource::ApiToken => {
            Relations { own: Some(party(Port::Contractor)), ..Relations::default() }
        }
        Resource::Expert | Resource::Standing | Resource::Unavailability => fixtures::expert().relations(),
        Resource::RecusalRequest => Relations {
            own: Some(party(Port::Contractor)),
            district: fixtures::visit(VisitStatus::Agreed).relations().district,
            ..Relations::default()
        },
        Resource::ExpertApplication | Resource::ApplicationFile => {
            fixtures::application(ExpertApplicationStatus::Submitted).relations()
        }
        Resource::CouncilSession | Resource::PublicNotice | Resource::Objection => Relations::default(),
        // Insurers, providers and experts join a project by their records.
        Resource::Project => Relations {
            insurers: vec![party(Port::Insurer)],
            providers: vec![party(Port::Provider)],
            leader: Some(EXPERTS[0]),
            members: EXPERTS.to_vec(),
            ..fixtures::project(ProjectStatus::Registered).relations()
        },
        Resource::Policy => fixtures::policy().parties.relations(),
        Resource::Commission => fixtures::commission(CommissionStatus::Submitted).relations(),
        Resource::ServicePlan => fixtures::plan(ServicePlanStatus::Submitted).relations(),
        Resource::Visit | Resource::Attachment => visit.relations(),
        Resource::Hazard => fixtures::hazard(HazardStatus::Open, HazardGrade::General).relations(&visit),
        Resource::ServiceReport => fixtures::report(ServiceReportStatus::Submitted).relations(),
    }
}
