use super::*;
use crate::{access::Port, base::code::PERIOD_REVERSED, fixtures::*};

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
    ]);
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
