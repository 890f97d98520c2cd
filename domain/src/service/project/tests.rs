use super::*;
use crate::{
    FactName, Vocabulary,
    access::Port,
    base::code::{NOTHING_AMENDED, PERIOD_REVERSED},
    fixtures::*,
};

use ProjectStatus as Is;

#[test]
fn transitions() {
    assert_transitions(&[
        (Is::Draft, Operation::UpdateProject, Is::Draft),
        (Is::Draft, Operation::RegisterProject, Is::Registered),
        (Is::Draft, Operation::CancelProject, Is::Cancelled),
        (Is::Registered, Operation::SuspendProject, Is::Suspended),
        (Is::Registered, Operation::CompleteProject, Is::Completed),
        (Is::Suspended, Operation::ResumeProject, Is::Registered),
        (Is::Registered, Operation::AmendProject, Is::Registered),
        (Is::Suspended, Operation::AmendProject, Is::Suspended),
    ]);
    assert_guarded(Operation::AmendProject, project, |it| {
        it.amend(&new_leader(), "换人", &PartyNames::default())
    });
    assert_guarded(Operation::UpdateProject, project, |it| it.update(details()));
    assert_guarded(Operation::RegisterProject, project, Project::register);
    assert_guarded(Operation::CancelProject, project, |it| it.cancel("不建了"));
    assert_guarded(Operation::SuspendProject, project, |it| it.suspend("台风"));
    assert_guarded(Operation::ResumeProject, project, Project::resume);
    assert_guarded(Operation::CompleteProject, project, Project::complete);
}

#[test]
fn cancelling_and_stopping_need_a_reason() {
    assert_needs_reason(|| project(Is::Draft), Project::cancel);
    assert_needs_reason(|| project(Is::Registered), Project::suspend);
    assert_needs_reason(
        || project(Is::Registered),
        |it, reason| it.amend(&new_leader(), reason, &PartyNames::default()),
    );
}

fn new_leader() -> Amendment {
    let mobile = "13800000009".parse().unwrap();
    Amendment { leader_name: Some("赵六".into()), leader_mobile: Some(mobile), ..Amendment::default() }
}

fn amend(amendment: &Amendment) -> Result<(Project, Event), Violation> {
    let names = [(party(Port::Supervisor), "甲监理".to_owned()), (id(77), "乙监理".to_owned())];
    project(Is::Registered).amend(amendment, "更正", &PartyNames(names.into()))
}

#[test]
fn an_amendment_changes_what_it_names_and_keeps_the_reason_of_the_suspension() {
    let suspended = Project { status_reason: Some("台风".into()), ..project(Is::Suspended) };
    let (next, event) = suspended.clone().amend(&new_leader(), "换人", &PartyNames::default()).unwrap();
    let mut expected = suspended;
    expected.details.leader_name = "赵六".into();
    expected.details.leader_mobile = "13800000009".parse().unwrap();
    assert_eq!(next, expected);
    assert_eq!(
        (event.from, event.to, event.reason.as_deref()),
        (Some("suspended"), Some("suspended"), Some("换人"))
    );
    // A11.3: that they changed, and no name or number.
    assert_eq!(event.facts, [(FactName::AmendedFields, "leader_name, leader_mobile".to_owned())]);
}

#[test]
fn an_event_holds_old_and_new_value() {
    let amendment = Amendment {
        address: Some("新路 2 号".into()),
        construction_permit_number: Some("350213202601010101".into()),
        supervisor: Some(NamedParty { organization_id: Some(id(77)), name: None }),
        owner: Some(NamedParty { organization_id: None, name: Some("丙公司".into()) }),
        ..Amendment::default()
    };
    let (next, event) = amend(&amendment).unwrap();
    let facts: Vec<_> = event.facts.iter().map(|(name, value)| (name.code(), value.clone())).collect();
    let expected = [
        ("amended_fields", "address, construction_permit_number, supervisor, owner".to_owned()),
        ("address_before", "翔安东路 1 号".to_owned()),
        ("address", "新路 2 号".to_owned()),
        ("permit_number", "350213202601010101".to_owned()),
        ("supervisor_before", "甲监理".to_owned()),
        ("supervisor", "乙监理".to_owned()),
        ("owner", "丙公司".to_owned()),
        ("supervisor_id_before", party(Port::Supervisor).to_string()),
        ("supervisor_id", id::<OrganizationId>(77).to_string()),
        ("owner_id_before", party(Port::Owner).to_string()),
    ];
    assert_eq!(facts, expected);
    let (before, changes) = (project(Is::Registered).details, next.party_changes(&details()));
    assert_eq!(next.party_changes(&before), changes);
    let joined: Vec<_> = changes.iter().map(|it| (it.port, it.joined)).collect();
    assert_eq!(joined, [(Port::Supervisor, Some(id(77))), (Port::Owner, None)]);
}

#[test]
fn a3_1_what_decides_the_premium_is_not_amended() {
    let mut amendment = new_leader();
    amendment.category = Some(ProjectCategory::Municipal);
    amendment.contract_price = Some(yuan("1"));
    let both = vec!["/category".to_owned(), "/contract_price".to_owned()];
    assert_eq!(refused_at(amend(&amendment)), ("field_not_amendable", both));
    // The value that it has is no change.
    let same = Amendment { category: Some(ProjectCategory::Building), ..new_leader() };
    assert!(amend(&same).is_ok());
}

#[test]
fn an_amendment_without_a_change_names_its_fields() {
    let it = details();
    let same = Amendment { address: Some(it.address), owner: Some(it.owner), ..Amendment::default() };
    let both = vec!["/address".to_owned(), "/owner".to_owned()];
    assert_eq!(refused_at(amend(&same)), ("nothing_amended", both));
    assert_eq!(refused(amend(&Amendment::default())), NOTHING_AMENDED);
}

#[test]
fn an_amended_project_is_as_right_as_a_registered_one() {
    let with = |change: fn(&mut Amendment)| {
        let mut amendment = Amendment::default();
        change(&mut amendment);
        refused(amend(&amendment))
    };
    assert_eq!(with(|it| it.supervisor = Some(NamedParty::default())), PARTY_NOT_NAMED);
    assert_eq!(with(|it| it.planned_end = Some("2025-12-31".parse().unwrap())), PERIOD_REVERSED);
    let outside = Location { latitude: 39.9, ..location() };
    assert_eq!(
        refused(amend(&Amendment { location: Some(outside), ..Amendment::default() })).name,
        "location_invalid"
    );
}

#[test]
fn a4_1_registration_names_supervisor_and_owner() {
    let with = |supervisor: NamedParty, owner: NamedParty| {
        let mut it = project(Is::Draft);
        (it.details.supervisor, it.details.owner) = (supervisor, owner);
        it.register()
    };
    let named = |name: &str| NamedParty { organization_id: None, name: Some(name.into()) };
    let here = || NamedParty { organization_id: Some(party(Port::Owner)), name: None };
    assert!(with(named("某监理"), here()).is_ok());
    assert!(with(here(), named("某业主")).is_ok());
    for blank in [NamedParty::default(), named(""), named(" \u{3000}")] {
        assert_eq!(refused_at(with(blank.clone(), here())), ("party_not_named", vec!["/supervisor".into()]));
        assert_eq!(refused_at(with(here(), blank.clone())), ("party_not_named", vec!["/owner".into()]));
        let both = vec!["/supervisor".to_owned(), "/owner".to_owned()];
        assert_eq!(refused_at(with(blank.clone(), blank)), ("party_not_named", both));
    }
}

#[test]
fn wrong_fields_are_all_told() {
    let mut wrong = details();
    wrong.planned = days("2026-01-02", "2026-01-01");
    wrong.location.latitude = 39.9;
    let both = vec!["/planned_end".to_owned(), "/location".to_owned()];
    assert_eq!(refused_at(project(Is::Draft).update(wrong.clone())), ("invalid_input", both));
    wrong.location = location();
    assert_eq!(refused(Project { details: wrong, ..project(Is::Draft) }.create()), PERIOD_REVERSED);
    assert_eq!(project(Is::Draft).create().unwrap().1.to, Some("draft"));
}

#[test]
fn a2_1_only_a_registered_project_is_served() {
    assert_eq!(project(Is::Registered).must_be_registered(), Ok(()));
    for it in unregistered() {
        let violation = it.must_be_registered().unwrap_err();
        assert_eq!((violation.code, violation.code.rule), (PROJECT_NOT_REGISTERED, Some("A2.1")));
    }
}
