use super::*;
use crate::{
    Vocabulary,
    access::{District, Role, Scope, Who},
    base::id::OrganizationId,
    fixtures::{self, EXPERTS, id, party},
};

const OTHER: u128 = 199;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

fn of(port: Port, organization: OrganizationId) -> Caller {
    Caller {
        who: Who::User(Uuid::from_u128(500)),
        organization_id: Some(organization),
        port: Some(port),
        role: Role::Viewer,
        ..Caller::NOBODY
    }
}

fn expert() -> Caller {
    Caller { organization_id: None, expert_id: Some(EXPERTS[1]), ..of(Port::Provider, id(OTHER)) }
}

/// The project, with these joined to it.
fn project() -> Relations {
    Relations {
        insurers: vec![party(Port::Insurer), id(OTHER)],
        providers: vec![party(Port::Provider), id(OTHER)],
        members: EXPERTS.to_vec(),
        district: Some(District::Huli),
        ..fixtures::parties().relations()
    }
}

/// Below the policy and the commission of the parties.
fn theirs() -> Subject {
    Subject {
        insurer_id: Some(party(Port::Insurer)),
        provider_id: Some(party(Port::Provider)),
        asked_at: Some(at(10)),
        ..Subject::default()
    }
}

/// An entry whose name decides nothing.
fn entry(subject: RecordKind) -> Entry<'static> {
    Entry {
        name: None,
        subject: Some(subject),
        from: Some("submitted"),
        to: Some("accepted"),
        at: at(20),
        by_caller: false,
    }
}

fn named(name: EventName) -> Entry<'static> {
    Entry { name: Some(name), ..entry(RecordKind::Visit) }
}

fn see(caller: &Caller, entry: &Entry<'_>, subject: &Subject) -> EntryDisclosure {
    entry_disclosure(caller, entry, &project(), subject)
}

#[test]
fn a11_3_money_is_seen_by_who_reads_the_record() {
    let policy = Subject { provider_id: None, asked_at: None, ..theirs() };
    let seen = |port: Port, subject: RecordKind| {
        let whose = if subject == RecordKind::Policy { policy } else { theirs() };
        see(&of(port, party(port)), &entry(subject), &whose)
    };
    for (port, of_policy, of_commission) in [
        (Port::Contractor, EntryDisclosure::Whole, EntryDisclosure::Whole),
        (Port::Owner, EntryDisclosure::Whole, EntryDisclosure::Whole),
        (Port::Supervisor, EntryDisclosure::Step, EntryDisclosure::Step),
        (Port::Insurer, EntryDisclosure::Whole, EntryDisclosure::Whole),
        (Port::Provider, EntryDisclosure::Nothing, EntryDisclosure::Whole),
        (Port::Association, EntryDisclosure::Whole, EntryDisclosure::Whole),
        (Port::Regulator, EntryDisclosure::Whole, EntryDisclosure::Whole),
    ] {
        assert_eq!(
            (seen(port, RecordKind::Policy), seen(port, RecordKind::Commission)),
            (of_policy, of_commission),
            "{port}"
        );
    }
    let serving = Subject { serves_commission: true, ..theirs() };
    assert_eq!(see(&expert(), &entry(RecordKind::Commission), &serving), EntryDisclosure::Step);
    assert_eq!(see(&expert(), &entry(RecordKind::Commission), &theirs()), EntryDisclosure::Nothing);
    assert_eq!(see(&expert(), &entry(RecordKind::Policy), &policy), EntryDisclosure::Nothing);
}

#[test]
fn a11_3_what_is_anothers_is_left_out() {
    for subject in [
        RecordKind::Policy,
        RecordKind::Commission,
        RecordKind::ServicePlan,
        RecordKind::Visit,
        RecordKind::Hazard,
        RecordKind::ServiceReport,
    ] {
        for port in [Port::Insurer, Port::Provider] {
            let seen = see(&of(port, id(OTHER)), &entry(subject), &theirs());
            assert_eq!(seen, EntryDisclosure::Nothing, "{port} {subject}");
        }
    }
    let elsewhere = Subject { serves_commission: true, ..theirs() };
    for subject in [RecordKind::Visit, RecordKind::Hazard, RecordKind::Attachment] {
        assert_eq!(see(&expert(), &entry(subject), &elsewhere), EntryDisclosure::Nothing, "{subject}");
        let group = Subject { in_group: true, ..theirs() };
        assert_eq!(see(&expert(), &entry(subject), &group), EntryDisclosure::Whole, "{subject}");
    }
    assert_eq!(
        see(
            &of(Port::Contractor, party(Port::Contractor)),
            &Entry { subject: None, ..entry(RecordKind::Project) },
            &theirs()
        ),
        EntryDisclosure::Nothing
    );
}

#[test]
fn a11_3_a_draft_is_seen_by_who_drafts_it() {
    let drafts = |caller: &Caller, subject: RecordKind| {
        let made = Entry { from: None, to: Some("draft"), ..entry(subject) };
        let given_up = Entry { from: Some("draft"), to: Some("withdrawn"), ..entry(subject) };
        let both = [made, given_up].map(|entry| see(caller, &entry, &theirs()));
        assert_eq!(both[0], both[1], "{subject}");
        both[0]
    };
    for (subject, drafter) in [
        (RecordKind::Commission, Port::Insurer),
        (RecordKind::ServicePlan, Port::Provider),
        (RecordKind::ServiceReport, Port::Provider),
    ] {
        for port in Port::ALL {
            let sees = *port == drafter || matches!(port, Port::Association | Port::Regulator);
            let expected = if sees { EntryDisclosure::Whole } else { EntryDisclosure::Nothing };
            assert_eq!(drafts(&of(*port, party(*port)), subject), expected, "{port} {subject}");
        }
    }
    let submitted = Entry { from: Some("draft"), to: Some("submitted"), ..entry(RecordKind::ServicePlan) };
    let contractor = of(Port::Contractor, party(Port::Contractor));
    assert_eq!(see(&contractor, &submitted, &theirs()), EntryDisclosure::Whole);
}

#[test]
fn a11_3_a_provider_sees_a_commission_from_when_it_was_asked() {
    let provider = of(Port::Provider, party(Port::Provider));
    let when = |second| see(&provider, &Entry { at: at(second), ..entry(RecordKind::Commission) }, &theirs());
    assert_eq!((when(9), when(10)), (EntryDisclosure::Nothing, EntryDisclosure::Whole));
    let never = Subject { asked_at: None, ..theirs() };
    assert_eq!(see(&provider, &entry(RecordKind::Commission), &never), EntryDisclosure::Nothing);
}

#[test]
fn a12_2_ties_are_told_to_who_arranges_the_group() {
    let group = Subject { in_group: true, ..theirs() };
    for name in [EventName::VisitExpertRecused, EventName::VisitExpertLeft, EventName::TieFoundLater] {
        for port in Port::ALL {
            let told = matches!(port, Port::Provider | Port::Association | Port::Regulator);
            let expected = if told { EntryDisclosure::Whole } else { EntryDisclosure::Step };
            assert_eq!(see(&of(*port, party(*port)), &named(name), &group), expected, "{port} {name}");
        }
        assert_eq!(see(&expert(), &named(name), &group), EntryDisclosure::Step, "{name}");
    }
}

#[test]
fn why_somebody_declined_is_for_who_arranges_and_themselves() {
    let group = Subject { in_group: true, ..theirs() };
    let declined = named(EventName::VisitDeclined);
    let own = Entry { by_caller: true, ..declined };
    for port in Port::ALL {
        let told = matches!(port, Port::Provider | Port::Association);
        let caller = of(*port, party(*port));
        assert_eq!(
            see(&caller, &declined, &group),
            if told { EntryDisclosure::Whole } else { EntryDisclosure::Step },
            "{port}"
        );
        assert_eq!(see(&caller, &own, &group), EntryDisclosure::Whole, "{port}");
    }
    assert_eq!(see(&expert(), &declined, &group), EntryDisclosure::Step);
    assert_eq!(see(&expert(), &own, &group), EntryDisclosure::Whole);
}

#[test]
fn a_token_sees_whole_what_its_scopes_read() {
    let insurer = of(Port::Insurer, party(Port::Insurer));
    let token = |scopes| Caller {
        who: Who::Token(Uuid::from_u128(501)),
        role: Role::Operator,
        scopes,
        ..insurer.clone()
    };
    let narrow = token(vec![Scope::ProjectsRead]);
    assert_eq!(see(&narrow, &entry(RecordKind::Policy), &theirs()), EntryDisclosure::Step);
    let wide = token(vec![Scope::ProjectsRead, Scope::PoliciesRead]);
    assert_eq!(see(&wide, &entry(RecordKind::Policy), &theirs()), EntryDisclosure::Whole);
}

#[test]
fn whose_a_record_is_matters_only_where_it_is_asked() {
    let subjects = [
        RecordKind::Project,
        RecordKind::Policy,
        RecordKind::Commission,
        RecordKind::ServicePlan,
        RecordKind::Visit,
        RecordKind::Hazard,
        RecordKind::Attachment,
        RecordKind::ServiceReport,
    ];
    let all = [theirs(), Subject::default(), Subject { in_group: true, serves_commission: true, ..theirs() }];
    for caller in Port::ALL.iter().map(|port| of(*port, party(*port))).chain([expert()]) {
        for subject in subjects {
            let seen = all.map(|whose| see(&caller, &entry(subject), &whose));
            let same = seen.iter().all(|disclosure| *disclosure == seen[0]);
            assert!(same || depends_on_subject(&caller, Some(subject)), "{:?} {subject}", caller.port);
        }
    }
}
