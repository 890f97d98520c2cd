use super::*;
use crate::{
    Vocabulary,
    access::{District, Resource},
    fixtures::{self, id, party},
    service::project::ProjectStatus,
};

fn resource(event: EventName) -> Resource {
    let code = event.code();
    let of = |prefix: &str| code.starts_with(prefix);
    match () {
        () if of("organization_") => Resource::Organization,
        () if of("project_") => Resource::Project,
        () if of("policy_") => Resource::Policy,
        () if of("commission_") => Resource::Commission,
        () if of("service_plan_") => Resource::ServicePlan,
        () if of("visit_") => Resource::Visit,
        () if of("hazard_") => Resource::Hazard,
        () => Resource::ServiceReport,
    }
}

fn relations() -> Relations {
    Relations {
        contractor: Some(id(1)),
        supervisor: Some(id(2)),
        owner: None,
        insurers: vec![id(4)],
        providers: vec![id(5)],
        leader: Some(uuid::Uuid::from_u128(6)),
        members: vec![uuid::Uuid::from_u128(6), uuid::Uuid::from_u128(7)],
        district: Some(District::Siming),
        ..Relations::default()
    }
}

fn told(event: Event, caller: &Caller) -> Vec<(Recipients, Notification)> {
    let told = Told { label: "WT-2026-000001", project: Some(id(9)), version: 3 };
    messages(&[event], told, &relations(), caller)
}

#[test]
fn a11_3_nobody_is_told_of_a_record_that_they_may_not_read() {
    let mut told = 0;
    for event in EventName::ALL {
        let Some(HandOver { to, .. }) = hand_over(*event) else { continue };
        told += 1;
        let view = resource(*event).view().expect("a record is read by id");
        for relation in to {
            let readers = view.grant().relations;
            let reads = readers.contains(relation)
                || (*relation == Relation::Leader && readers.contains(&Relation::Member))
                || readers.contains(&Relation::SignedIn);
            assert!(reads, "{event} is told to the {relation}");
        }
    }
    assert_eq!(told, 32);
}

#[test]
fn every_port_is_told_of_something() {
    let told: Vec<Relation> =
        EventName::ALL.iter().filter_map(|event| hand_over(*event)).flat_map(|it| it.to.to_vec()).collect();
    for relation in [
        Relation::Contractor,
        Relation::Supervisor,
        Relation::Owner,
        Relation::Insurer,
        Relation::Provider,
        Relation::Association,
        Relation::Regulator,
        Relation::Member,
    ] {
        assert!(told.contains(&relation), "{relation}");
    }
}

#[test]
fn a4_3_the_insurer_is_told_that_its_commission_is_returned_and_why() {
    let event = Event::new(EventName::CommissionReturned, RecordKind::Commission, uuid::Uuid::from_u128(8))
        .because("请补充");
    let said = told(event, &Caller::NOBODY);
    let [(to, notification)] = said.as_slice() else { panic!("{said:?}") };
    assert_eq!(to, &Recipients::default().organization(id(4)));
    assert_eq!(notification.kind, NotificationKind::CommissionReturned);
    assert_eq!((notification.occasion.as_str(), notification.project_id), ("3", Some(id(9))));
    let facts = [(FactName::Number, "WT-2026-000001".to_owned()), (FactName::Reason, "请补充".to_owned())];
    assert_eq!(notification.facts, facts);
}

#[test]
fn who_causes_an_event_is_not_told_of_it() {
    let of = |organization: u128, port| Caller {
        organization_id: Some(id(organization)),
        port: Some(port),
        ..Caller::NOBODY
    };
    let ended =
        || Event::new(EventName::CommissionTerminated, RecordKind::Commission, uuid::Uuid::from_u128(8));
    let to = |caller: &Caller| told(ended(), caller)[0].0.organizations.clone();
    assert_eq!(to(&of(4, Port::Insurer)), [id(5), id(1)]);
    assert_eq!(to(&of(8, Port::Association)), [id(4), id(5), id(1)]);
    let submitted =
        Event::new(EventName::ServicePlanReturned, RecordKind::ServicePlan, uuid::Uuid::from_u128(8));
    assert_eq!(told(submitted, &of(5, Port::Provider)), []);
    let suspended = Event::new(EventName::ProjectSuspended, RecordKind::Project, id::<ProjectId>(9));
    let (all, _) = told(suspended, &of(1, Port::Contractor)).remove(0);
    assert_eq!(
        (all.partners_of, all.association, all.regulators_of, all.organizations),
        (
            Some((id(9), vec![Relation::Supervisor, Relation::Owner, Relation::Insurer, Relation::Provider])),
            true,
            Some(District::Siming),
            Vec::new()
        )
    );
}

#[test]
fn who_loses_or_gains_a_part_in_a_project_is_told() {
    let before = fixtures::project(ProjectStatus::Registered);
    let mut after = before.clone();
    assert_eq!(of_changed_parties(&before, &after, "更名"), []);
    after.details.supervisor.organization_id = Some(id(77));
    after.details.owner.organization_id = None;
    after.details.district = District::Siming;
    let told: Vec<_> = of_changed_parties(&before, &after, "更名")
        .into_iter()
        .map(|(to, it)| (to.organizations, to.regulators_of, it.kind))
        .collect();
    use NotificationKind::{ProjectPartyJoined as Joined, ProjectPartyLeft as Left};
    assert_eq!(
        told,
        [
            (vec![party(Port::Supervisor)], None, Left),
            (vec![id(77)], None, Joined),
            (vec![party(Port::Owner)], None, Left),
            (Vec::new(), Some(District::Xiangan), Left),
            (Vec::new(), Some(District::Siming), Joined),
        ]
    );
}
