use super::*;
use crate::{
    Vocabulary,
    access::{Caller, NOT_FOUND, Who, may},
    fixtures::*,
};

use OrganizationStatus as Is;

#[test]
fn transitions() {
    assert_transitions(&[
        (Is::Pending, Operation::ApproveOrganization, Is::Active),
        (Is::Pending, Operation::RejectOrganization, Is::Rejected),
        (Is::Pending, Operation::UpdateOrganization, Is::Pending),
        (Is::Active, Operation::UpdateOrganization, Is::Active),
        (Is::Active, Operation::SuspendOrganization, Is::Suspended),
        (Is::Suspended, Operation::ReinstateOrganization, Is::Active),
    ]);
    assert_guarded(Operation::ApproveOrganization, organization, Organization::approve);
    assert_guarded(Operation::ReinstateOrganization, organization, Organization::reinstate);
    assert_guarded(Operation::RejectOrganization, organization, |it| it.reject("不实"));
    assert_guarded(Operation::SuspendOrganization, organization, |it| it.suspend("违规", None));
    assert_guarded(Operation::UpdateOrganization, organization, |it| {
        it.update("王五".into(), "13800000003".parse()?)
    });
}

#[test]
fn rejection_and_suspension_need_a_reason() {
    assert_needs_reason(|| organization(Is::Pending), Organization::reject);
    assert_needs_reason(|| organization(Is::Active), |it, reason| it.suspend(reason, None));
    let (suspended, _) = organization(Is::Active).suspend("违规", None).unwrap();
    assert_eq!(suspended.status_reason.as_deref(), Some("违规"));
    assert_eq!(suspended.reinstate().unwrap().0.status_reason, None);
}

#[test]
fn a16_association_and_regulator_do_not_register_themselves() {
    for port in Port::ALL {
        let it = Organization { port: *port, ..organization(Is::Active) };
        match port {
            Port::Association | Port::Regulator => {
                assert_eq!(refused(it.clone().register()), PORT_NOT_SELF_REGISTERED);
            }
            _ => assert_eq!(it.clone().register().unwrap().0.status, Is::Pending, "{port}"),
        }
        assert_eq!(Organization { status: Is::Pending, ..it }.create().0.status, Is::Active);
    }
}

#[test]
fn an_organisation_keeps_an_administrator() {
    let update = |user: User, role, others| {
        let mobile = user.mobile.clone();
        user.update("张三".into(), mobile, role, others)
    };
    let admin = || user(Role::Admin, false);
    assert_eq!(refused(update(admin(), Role::Operator, 0)), LAST_ADMINISTRATOR);
    assert_eq!(refused(admin().set_disabled(true, 0)), LAST_ADMINISTRATOR);
    assert_eq!(update(admin(), Role::Admin, 0).unwrap().0.role, Role::Admin);
    assert_eq!(update(admin(), Role::Viewer, 1).unwrap().0.role, Role::Viewer);
    assert_eq!(update(user(Role::Operator, false), Role::Admin, 0).unwrap().0.role, Role::Admin);
    assert_eq!(admin().set_disabled(true, 1).unwrap().1.name.code(), EventName::UserDisabled.code());
    assert_eq!(
        user(Role::Operator, false).set_disabled(true, 0).unwrap().1.name.code(),
        EventName::UserDisabled.code()
    );
    assert_eq!(
        user(Role::Admin, true).set_disabled(false, 0).unwrap().1.name.code(),
        EventName::UserEnabled.code()
    );
    assert!(update(user(Role::Admin, true), Role::Viewer, 0).is_ok());
}

#[test]
fn events_of_a_user_go_to_the_organisation_or_to_the_user() {
    assert_eq!(user(Role::Viewer, false).stream(), party(Port::Contractor).uuid());
    assert_eq!(User { organization_id: None, ..user(Role::Viewer, false) }.stream(), Uuid::from_u128(9));
}

#[test]
fn nobody_locks_themselves_out() {
    let it = organization(Is::Active);
    let own = it.id;
    assert_eq!(it.clone().suspend("违规", Some(own)), Err(Violation::new(OWN_ORGANIZATION)));
    assert!(it.suspend("违规", Some(id(99_999))).is_ok());
    let user = user(Role::Admin, false);
    assert_eq!(user.must_be_another(user.id.uuid()), Err(Violation::new(OWN_ACCOUNT)));
    assert!(user.must_be_another(Uuid::nil()).is_ok());
}

#[test]
fn a11_3_only_its_own_people_and_the_authorities_know_an_organisation_that_is_not_active() {
    let of = |port, organization_id| Caller {
        who: Who::User(Uuid::nil()),
        organization_id,
        port: Some(port),
        ..Caller::NOBODY
    };
    for (status, strangers_may) in [
        (OrganizationStatus::Active, None),
        (OrganizationStatus::Pending, Some(NOT_FOUND)),
        (OrganizationStatus::Rejected, Some(NOT_FOUND)),
        (OrganizationStatus::Suspended, Some(NOT_FOUND)),
    ] {
        let it = organization(status);
        for operation in [Operation::GetOrganization, Operation::ListAffiliates, Operation::GetAffiliate] {
            let refused = |caller: &Caller| may(caller, operation, &it.relations()).err().map(|it| it.code);
            for port in [Port::Contractor, Port::Insurer, Port::Provider] {
                assert_eq!(refused(&of(port, Some(id(990)))), strangers_may, "{status} {operation}");
            }
            for knows in [
                of(it.port, Some(it.id)),
                of(Port::Association, Some(id(991))),
                of(Port::Regulator, Some(id(992))),
            ] {
                assert_eq!(refused(&knows), None, "{status} {operation}");
            }
        }
    }
}
