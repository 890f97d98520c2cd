//! Permission as a matrix: every operation against every port, part, role and scope.

mod callers;
mod matrix;

use std::collections::BTreeSet;

use uuid::Uuid;

use super::*;
use crate::{
    Violation, Vocabulary,
    fixtures::{self, EXPERTS, id, party},
    identity::organization::{OrganizationStatus, User},
    library::expert_application::ExpertApplicationStatus,
    service::{
        commission::CommissionStatus,
        hazard::{HazardGrade, HazardStatus},
        project::ProjectStatus,
        service_plan::ServicePlanStatus,
        service_report::ServiceReportStatus,
        visit::VisitStatus,
    },
};

use Operation as Do;
use callers::*;

/// Every operation on a record of its own kind, and on one with every part.
fn cases() -> impl Iterator<Item = (Operation, Relations)> {
    let both =
        |operation: &Operation| [(*operation, of_record(operation.resource())), (*operation, everything())];
    Operation::ALL.iter().flat_map(both)
}

fn code(result: Result<(), Violation>) -> Option<&'static str> {
    result.err().map(|violation| violation.code.name)
}

/// Whether an operation only reads, by its name.
fn reads(operation: Operation) -> bool {
    ["get_", "list_"].iter().any(|prefix| operation.code().starts_with(prefix))
}

/// Whether an operation is on what every user has to themselves.
fn is_own(operation: Operation) -> bool {
    matches!(
        operation.resource(),
        Resource::Session | Resource::Notification | Resource::Task | Resource::Calendar
    )
}

#[test]
fn names_are_unique_and_found() {
    let mut names = BTreeSet::new();
    let mut actions = BTreeSet::new();
    for operation in Operation::ALL {
        assert!(names.insert(operation.code()), "{operation}");
        assert_eq!(Operation::from_code(operation.code()), Some(*operation));
        if let Some(action) = operation.action() {
            assert!(actions.insert(format!("{:?} {action}", operation.resource())), "{operation}");
            assert!(!reads(*operation), "{operation} reads");
        }
    }
    assert_eq!(Operation::from_code("drop_table"), None);
}

#[test]
fn nobody_gets_only_what_is_open() {
    for (operation, relations) in cases() {
        let expected = (!OPEN.contains(&operation)).then_some("unauthenticated");
        assert_eq!(code(may(&Caller::NOBODY, operation, &relations)), expected, "{operation}");
        assert_eq!(code(may_ever(&Caller::NOBODY, operation)), expected, "{operation}");
    }
}

#[test]
fn what_is_open_is_open_to_everyone() {
    for (name, caller) in callers() {
        for operation in OPEN {
            assert_eq!(may(&caller, operation, &everything()), Ok(()), "{operation} by {name}");
            assert_eq!(may_ever(&caller, operation), Ok(()), "{operation} by {name}");
        }
    }
}

#[test]
fn a11_3_to_a_stranger_the_record_is_not_there() {
    let mut strangers: Vec<_> = COMPANIES.iter().map(|port| (port.code(), stranger(*port))).collect();
    strangers.push(("regulator of another district", stranger(Port::Regulator)));
    strangers.push(("expert", expert(Uuid::from_u128(899))));
    for (name, caller) in strangers {
        for role in Role::ALL {
            let caller = as_role(*role, &caller);
            for operation in Operation::ALL.iter().filter(|operation| !OPEN.contains(operation)) {
                let resource = operation.resource();
                let result = code(may(&caller, *operation, &of_record(resource)));
                let expected = match (resource, caller.port) {
                    (
                        Resource::Session
                        | Resource::Notification
                        | Resource::Task
                        | Resource::Calendar
                        | Resource::Calculation,
                        _,
                    ) => None,
                    // Whoever is signed in reads which organisations there are.
                    (Resource::Organization, _) if reads(*operation) => None,
                    (Resource::Organization, _) => Some("forbidden"),
                    // The library is read by its own list, whoever the experts are.
                    // So is what leads into it, by the regulator of any district.
                    (resource, Some(Port::Regulator))
                        if resource == Resource::Standing || OF_THE_LIBRARY.contains(&resource) =>
                    {
                        (!reads(*operation)).then_some("forbidden")
                    }
                    // A notice is open to everyone.
                    (Resource::PublicNotice, _) => Some("forbidden"),
                    (Resource::Expert, Some(Port::Provider)) if caller.organization_id.is_some() => {
                        (!reads(*operation)).then_some("forbidden")
                    }
                    // Where an expert is based may be where they live.
                    (Resource::Unavailability, Some(Port::Provider))
                        if caller.organization_id.is_some() && *operation == Operation::GetExpertBase =>
                    {
                        Some("forbidden")
                    }
                    (Resource::Expert | Resource::Unavailability, Some(Port::Provider))
                        if caller.organization_id.is_some() =>
                    {
                        (!reads(*operation)).then_some("forbidden")
                    }
                    // Of these it learns that they are there, and no more.
                    (Resource::Standing, Some(Port::Provider)) if caller.organization_id.is_some() => {
                        Some("forbidden")
                    }
                    _ => Some("not_found"),
                };
                assert_eq!(result, expected, "{operation} by a strange {name} {role}");
            }
        }
    }
}

#[test]
fn a_viewer_changes_nothing() {
    for (name, caller) in everyone() {
        let viewer = as_role(Role::Viewer, &caller);
        for (operation, relations) in cases() {
            let own_session = is_own(operation) || OPEN.contains(&operation);
            if may(&viewer, operation, &relations).is_ok() {
                assert!(reads(operation) || own_session, "{operation} by {name}");
            }
            if may_ever(&viewer, operation).is_ok() {
                assert!(reads(operation) || own_session, "{operation} by {name}, ever");
            }
        }
    }
}

#[test]
fn a_higher_role_may_whatever_a_lower_one_may() {
    for (name, caller) in everyone() {
        for (operation, relations) in cases() {
            let may: Vec<_> = Role::ALL
                .iter()
                .map(|role| may(&as_role(*role, &caller), operation, &relations).is_ok())
                .collect();
            assert!(may.is_sorted(), "{operation} by {name}: {may:?}");
        }
    }
}

#[test]
fn a16_the_regulator_reads_its_area_and_writes_nothing() {
    for district in [None, Some(District::Xiangan), Some(District::Siming)] {
        let regulator = Caller { district, ..of(Port::Regulator) };
        for operation in Operation::ALL {
            let relations = of_record(operation.resource());
            let own = is_own(*operation) || OPEN.contains(operation);
            // Certificates are the applicant's and the association's; when experts can come is for who arranges visits.
            let managed = matches!(
                operation.resource(),
                Resource::User | Resource::ApiToken | Resource::ApplicationFile | Resource::Unavailability
            ) || *operation == Do::SuggestGroups;
            let ok = may(&regulator, *operation, &relations).is_ok();
            let elsewhere = relations.district.is_some() && district == Some(District::Siming);
            assert_eq!(ok, own || (reads(*operation) && !managed && !elsewhere), "{operation} {district:?}");
        }
    }
}

#[test]
fn a_token_touches_only_what_its_scopes_name() {
    for (name, caller) in everyone() {
        for (operation, relations) in cases() {
            let allowed = |scopes| may(&token(scopes, &caller), operation, &relations).is_ok();
            let ever = |scopes| may_ever(&token(scopes, &caller), operation).is_ok();
            if OPEN.contains(&operation) {
                continue;
            }
            let grant = operation.grant();
            let without: Vec<_> =
                Scope::ALL.iter().copied().filter(|scope| Some(*scope) != grant.scope).collect();
            if operation == Do::GetCaller {
                // Who it is, every token may read.
                for scopes in [Vec::new(), without] {
                    assert!(allowed(scopes.clone()) && ever(scopes), "{operation} by {name}");
                }
                continue;
            }
            assert!(!allowed(without.clone()) && !ever(without), "{operation} by {name} without its scope");
            let Some(scope) = grant.scope else {
                assert!(!allowed(Scope::ALL.to_vec()), "{operation} is for people");
                continue;
            };
            // With its scope, and nothing but its scope, it may what its operator may.
            let operator = may(&as_role(Role::Operator, &caller), operation, &relations).is_ok();
            assert_eq!(allowed(vec![scope]), operator, "{operation} by {name}");
            let writes = scope.code().ends_with(":write");
            assert_eq!(writes, !reads(operation), "{operation} with {scope}");
        }
    }
}

#[test]
fn the_insurer_does_its_part_of_the_flow_by_token() {
    let token = token(Scope::ALL.to_vec(), &of(Port::Insurer));
    for operation in Operation::ALL.iter().filter(|it| it.grant().relations.contains(&Relation::Insurer)) {
        assert_eq!(may(&token, *operation, &everything()), Ok(()), "{operation}");
        assert_eq!(may_ever(&token, *operation), Ok(()), "{operation}");
    }
}

#[test]
fn who_is_not_active_has_only_their_session_and_their_inbox() {
    for (name, caller) in callers().into_iter().filter(|(_, caller)| !caller.active) {
        for (operation, relations) in cases() {
            let own = matches!(operation.resource(), Resource::Session | Resource::Notification);
            let open = own || OPEN.contains(&operation);
            let active = Caller { active: true, ..caller.clone() };
            let (now, then) = (may(&caller, operation, &relations), may(&active, operation, &relations));
            if open || then.is_err() {
                assert_eq!(now, then, "{operation} by {name}");
            } else {
                assert_eq!(code(now), Some("organization_not_active"), "{operation} by {name}");
            }
            assert!(open || may_ever(&caller, operation).is_err(), "{operation} by {name}, ever");
        }
    }
}

#[test]
fn allowed_actions_are_what_may_be_done() {
    for (name, caller) in callers() {
        for operation in Operation::ALL {
            let resource = operation.resource();
            for relations in [of_record(resource), everything(), Relations::default()] {
                let Some(action) = operation.action() else { continue };
                let listed = allowed_actions(&caller, resource, &relations, |_| true).contains(&action);
                assert_eq!(listed, may(&caller, *operation, &relations).is_ok(), "{operation} by {name}");
                let possible = |other: Operation| other != *operation;
                assert!(!allowed_actions(&caller, resource, &relations, possible).contains(&action));
            }
        }
    }
}

/// The guard before the record agrees with the guard on it: nothing is refused early that would be allowed,
/// and nothing passes early that no record would ever allow.
#[test]
fn ever_means_on_some_record() {
    for (name, caller) in callers() {
        let own = Relations { own: caller.organization_id, any_provider: true, ..everything() };
        let mine = Relations {
            contractor: caller.organization_id,
            supervisor: caller.organization_id,
            owner: caller.organization_id,
            insurers: caller.organization_id.into_iter().collect(),
            providers: caller.organization_id.into_iter().collect(),
            leader: caller.expert_id,
            members: caller.expert_id.into_iter().collect(),
            applicant: Some(caller.id()),
            district: caller.district,
            ..own
        };
        for operation in Operation::ALL {
            let ever = may_ever(&caller, *operation).is_ok();
            assert_eq!(ever, may(&caller, *operation, &mine).is_ok(), "{operation} by {name}");
        }
        for (operation, relations) in cases() {
            assert!(
                may(&caller, operation, &relations).is_err() || may_ever(&caller, operation).is_ok(),
                "{operation} by {name}"
            );
        }
    }
}

/// A grant to a part that nobody can have in such a record would be a grant to nobody.
#[test]
fn every_part_that_is_granted_can_be_had() {
    let mut callers = everyone();
    callers.push(("association as provider".into(), of(Port::Association)));
    for operation in Operation::ALL {
        let relations = of_record(operation.resource());
        for relation in operation.grant().relations {
            let had = *relation == Relation::Anyone
                || callers.iter().any(|(_, caller)| {
                    relations.held_by(caller).contains(relation)
                        && may(caller, *operation, &relations).is_ok()
                });
            assert!(had, "nobody is {relation} for {operation}");
        }
    }
}

#[test]
fn the_association_serves_only_where_it_is_the_provider() {
    let association = of(Port::Association);
    let served_by_it = Relations { providers: vec![party(Port::Association)], ..everything() };
    for operation in Operation::ALL.iter().filter(|it| it.grant().relations == [Relation::Provider]) {
        assert_eq!(code(may(&association, *operation, &everything())), Some("forbidden"), "{operation}");
        assert_eq!(may(&association, *operation, &served_by_it), Ok(()), "{operation}");
    }
}

#[test]
fn a_part_goes_with_its_port_only() {
    for port in Port::ALL {
        let caller = person(*port, id(1));
        let all = Relations {
            own: None,
            contractor: Some(id(1)),
            supervisor: Some(id(1)),
            owner: Some(id(1)),
            insurers: vec![id(1)],
            providers: vec![id(1)],
            ..Relations::default()
        };
        let held = all.held_by(&caller);
        let expected: &[Relation] = match port {
            Port::Contractor => &[Relation::Contractor],
            Port::Supervisor => &[Relation::Supervisor],
            Port::Owner => &[Relation::Owner],
            Port::Insurer => &[Relation::Insurer],
            Port::Provider => &[Relation::Provider],
            Port::Association => &[Relation::Association, Relation::Provider],
            Port::Regulator => &[Relation::Regulator],
        };
        assert_eq!(held.split_at(3).0, [Relation::Anyone, Relation::SignedIn, Relation::Person]);
        assert_eq!(held.split_at(3).1, expected, "{port}");
    }
}

/// The account of an individual expert is the association's to manage, and nobody else's.
#[test]
fn who_has_no_organisation_is_the_associations() {
    let employed = fixtures::user(Role::Operator, false);
    let individual = User { organization_id: None, ..employed.clone() };
    let (employed, individual) = (employed.relations(), individual.relations());
    assert!(individual.of_association && !employed.of_association);
    let on_users = || Operation::ALL.iter().filter(|it| it.resource() == Resource::User);
    for (name, caller) in callers() {
        let of_association = caller.port == Some(Port::Association);
        assert_eq!(individual.held_by(&caller).contains(&Relation::Own), of_association, "{name}");
        let own = caller.organization_id == Some(party(Port::Contractor));
        assert_eq!(employed.held_by(&caller).contains(&Relation::Own), own, "{name}");
        let manages = of_association && caller.active && !caller.is_token() && caller.role == Role::Admin;
        for operation in on_users() {
            assert_eq!(may(&caller, *operation, &individual).is_ok(), manages, "{operation} by {name}");
        }
    }
    // To all others it is not there, be it an expert without an organisation as well.
    for (name, caller) in everyone().into_iter().filter(|(_, it)| it.port != Some(Port::Association)) {
        for operation in on_users() {
            assert_eq!(code(may(&caller, *operation, &individual)), Some("not_found"), "{name}");
        }
    }
}

/// Without an organisation nothing is "the same organisation".
#[test]
fn no_organisation_is_nobodys_organisation() {
    let individual = expert(Uuid::from_u128(899));
    let held = Relations::default().held_by(&individual);
    assert_eq!(held, [Relation::Anyone, Relation::SignedIn, Relation::Person]);
    for operation in Operation::ALL.iter().filter(|it| it.grant().relations == [Relation::Own]) {
        assert_eq!(code(may_ever(&individual, *operation)), Some("forbidden"), "{operation}");
    }
}

/// Everyone of a port who asks in these tests, with the port.
fn everyone_of_a_port() -> Vec<(Port, Caller)> {
    let callers = everyone().into_iter().map(|(_, caller)| caller);
    callers.filter_map(|caller| Some((caller.port?, caller))).collect()
}

#[test]
fn who_may_do_an_operation_on_a_record_is_of_a_port_that_the_contract_names() {
    let mut permitted = 0;
    for (operation, relations) in cases() {
        let named = ports(operation);
        for (port, caller) in everyone_of_a_port() {
            if may(&caller, operation, &relations).is_ok() {
                assert!(named.contains(&port), "{operation} names {named:?} and lets in {port}");
                permitted += 1;
            }
        }
    }
    assert!(permitted > 1000, "{permitted}");
}

#[test]
fn each_port_that_the_contract_names_has_a_user_who_may() {
    for operation in Operation::ALL {
        for port in ports(*operation) {
            let callers = everyone_of_a_port().into_iter().filter(|(of, _)| *of == port);
            let may = callers.map(|(_, caller)| may_ever(&caller, *operation).is_ok());
            assert!(may.into_iter().any(|may| may), "{operation} {port}");
        }
    }
    assert_eq!(ports(Do::CreateCommission), [Port::Insurer]);
    // An expert of the library may apply for the other pool.
    assert_eq!(ports(Do::CreateExpertApplication), [Port::Provider]);
    assert_eq!(ports(Do::GetReference), Port::ALL);
}

#[test]
fn a_token_may_do_what_the_contract_says_it_may_and_nothing_else() {
    let every_scope = Scope::ALL.to_vec();
    let mut counted = (0, 0);
    for (operation, relations) in cases() {
        let access = token_access(operation);
        let open = operation.grant().relations.contains(&Relation::Anyone);
        for port in Port::ALL {
            let with = |scopes| may(&token(scopes, &of(*port)), operation, &relations).is_ok();
            match access {
                _ if open => assert_eq!(access, TokenAccess::None, "{operation}"),
                TokenAccess::None => assert!(!with(every_scope.clone()), "{operation} by {port}"),
                TokenAccess::AnyScope => assert_eq!(with(vec![]), with(every_scope.clone()), "{operation}"),
                TokenAccess::Scope(scope) => {
                    assert_eq!(with(vec![scope]), with(every_scope.clone()), "{operation} by {port}");
                    let others = every_scope.iter().copied().filter(|other| *other != scope).collect();
                    assert!(!with(others), "{operation} by {port} without {scope}");
                    counted.0 += 1;
                    counted.1 += usize::from(with(vec![scope]));
                }
            }
        }
    }
    assert!(counted.1 > 50 && counted.0 > counted.1, "{counted:?}");
}
