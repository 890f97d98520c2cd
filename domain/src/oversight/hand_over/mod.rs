//! Hand-overs (交接): which events are told to whom, because it is their turn or because they wait for it.

#[cfg(test)]
mod tests;

use crate::{
    Event, EventName, FactName, RecordKind,
    access::{Caller, Port, Relation, Relations},
    base::id::ProjectId,
    identity::notification::{Notification, NotificationKind, Recipients},
    service::project::Project,
};

/// What is told of an event, and who is told: those with one of these parts in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOver {
    /// What is told.
    pub kind: NotificationKind,
    /// Who is told.
    pub to: &'static [Relation],
}

/// The record of an event, as a notification names it: its number or name, its project, and its version after the event.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Its number, or its name where it has none.
    pub label: &'a str,
    /// Its project. None where it belongs to none.
    pub project: Option<ProjectId>,
    /// Its version after the event.
    pub version: i64,
}

/// The hand-over that an event of this name is. None where it is none, or where the step tells it in words of its own.
#[must_use]
pub const fn hand_over(event: EventName) -> Option<HandOver> {
    use EventName as Event;
    use NotificationKind as Kind;
    use Relation::{
        Association, Contractor, Insurer, Leader, Member, Own, Owner, Provider, Regulator, Supervisor,
    };
    let (kind, to): (_, &'static [Relation]) = match event {
        Event::OrganizationRegistered => (Kind::OrganizationRegistered, &[Association]),
        Event::OrganizationApproved => (Kind::OrganizationApproved, &[Own]),
        Event::OrganizationRejected => (Kind::OrganizationRejected, &[Own]),
        Event::ProjectRegistered => (Kind::ProjectRegistered, &[Supervisor, Owner, Association, Regulator]),
        Event::ProjectSuspended => {
            (Kind::ProjectSuspended, &[Supervisor, Owner, Insurer, Provider, Association, Regulator])
        }
        Event::ProjectResumed => {
            (Kind::ProjectResumed, &[Supervisor, Owner, Insurer, Provider, Association, Regulator])
        }
        Event::ProjectCompleted => {
            (Kind::ProjectCompleted, &[Supervisor, Owner, Insurer, Provider, Association, Regulator])
        }
        Event::ProjectAmended => {
            (Kind::ProjectAmended, &[Supervisor, Owner, Insurer, Provider, Association, Regulator])
        }
        Event::PolicyRecorded => (Kind::PolicyRecorded, &[Contractor, Owner]),
        Event::PolicyEndorsed => (Kind::PolicyEndorsed, &[Contractor, Owner]),
        Event::CommissionSubmitted => (Kind::CommissionSubmitted, &[Provider]),
        Event::CommissionReturned => (Kind::CommissionReturned, &[Insurer]),
        Event::CommissionAccepted => (Kind::CommissionAccepted, &[Insurer, Contractor]),
        Event::CommissionWithdrawn => (Kind::CommissionWithdrawn, &[Provider]),
        Event::CommissionTerminated => (Kind::CommissionTerminated, &[Insurer, Provider, Contractor, Owner]),
        Event::ServicePlanSubmitted => (Kind::ServicePlanSubmitted, &[Insurer]),
        Event::ServicePlanReturned => (Kind::ServicePlanReturned, &[Provider]),
        Event::ServicePlanConfirmed => (Kind::ServicePlanConfirmed, &[Provider, Contractor]),
        Event::VisitSubmitted => (Kind::MaterialSubmitted, &[Provider]),
        Event::VisitReturned => (Kind::MaterialReturned, &[Member]),
        Event::VisitAccepted => (Kind::MaterialAccepted, &[Member, Contractor, Insurer]),
        Event::HazardRecorded => (Kind::HazardRecorded, &[Contractor, Supervisor]),
        Event::HazardCorrected | Event::HazardAmended => {
            (Kind::HazardAmended, &[Contractor, Supervisor, Leader])
        }
        Event::HazardAcknowledged => (Kind::HazardAcknowledged, &[Leader, Supervisor]),
        Event::HazardRectified => (Kind::HazardRectified, &[Leader, Supervisor]),
        Event::HazardRejected => (Kind::HazardRejected, &[Contractor, Supervisor]),
        Event::HazardClosed => (Kind::HazardClosed, &[Contractor, Supervisor, Owner]),
        Event::HazardExtended => (Kind::HazardExtended, &[Contractor, Supervisor]),
        Event::ServiceReportSubmitted => (Kind::ReportSubmitted, &[Insurer]),
        Event::ServiceReportReturned => (Kind::ReportReturned, &[Provider]),
        Event::ServiceReportAcknowledged => {
            (Kind::ReportAcknowledged, &[Provider, Contractor, Supervisor, Owner])
        }
        _ => return None,
    };
    Some(HandOver { kind, to })
}

/// What is told of the events of one record, and to whom. The organisation of whoever caused them knows already.
#[must_use]
pub fn messages(
    events: &[Event],
    told: Told<'_>,
    relations: &Relations,
    caller: &Caller,
) -> Vec<(Recipients, Notification)> {
    let message = |event: &Event| {
        let HandOver { kind, to } = hand_over(event.name)?;
        let occasion = told.version;
        let mut notification = Notification::new(kind, event.subject, event.subject_id, occasion)
            .fact(FactName::Number, told.label);
        notification.project_id = told.project;
        if let Some(reason) = &event.reason {
            notification = notification.fact(FactName::Reason, reason);
        }
        let said =
            [FactName::DueOn, FactName::EndorsementNumber, FactName::AmendedFields, FactName::OpenHazards];
        let facts = event.facts.iter().filter(|(name, _)| said.contains(name));
        notification.facts.extend(facts.cloned());
        let recipients = recipients(event.subject, told.project, to, relations, caller);
        (!recipients.is_empty()).then_some((recipients, notification))
    };
    events.iter().filter_map(message).collect()
}

/// What is told to those who lose their part in a project by an amendment, and to those who have one by it: as supervisor, as owner, or as
/// the regulator of the district.
#[must_use]
pub fn of_changed_parties(
    before: &Project,
    after: &Project,
    reason: &str,
) -> Vec<(Recipients, Notification)> {
    let told = |kind, port: Port, occasion: &str| {
        Notification::new(kind, RecordKind::Project, after.id, format!("{} {occasion}", after.version))
            .of_project(after.id)
            .fact(FactName::Number, &after.number)
            .fact(FactName::Port, port)
    };
    let left = |port: Port| {
        told(NotificationKind::ProjectPartyLeft, port, "left").fact(FactName::Reason, reason.trim())
    };
    let joined = |port: Port| told(NotificationKind::ProjectPartyJoined, port, "joined");
    let mut messages = Vec::new();
    for change in after.party_changes(&before.details) {
        let of = |id| Recipients::default().organization(id);
        messages.extend(change.left.map(|id| (of(id), left(change.port))));
        messages.extend(change.joined.map(|id| (of(id), joined(change.port))));
    }
    let (from, to) = (before.details.district, after.details.district);
    if from != to {
        let of = |district| Recipients { regulators_of: Some(district), ..Recipients::default() };
        messages.push((of(from), left(Port::Regulator)));
        messages.push((of(to), joined(Port::Regulator)));
    }
    messages
}

fn recipients(
    subject: RecordKind,
    project: Option<ProjectId>,
    to: &[Relation],
    relations: &Relations,
    caller: &Caller,
) -> Recipients {
    let mut all = Recipients::default();
    for relation in to {
        let organizations: Vec<_> = match relation {
            // A project is read with the caller's own part alone: who else has one is looked up.
            Relation::Supervisor | Relation::Owner | Relation::Insurer | Relation::Provider
                if subject == RecordKind::Project =>
            {
                if let Some(project) = project {
                    all.partners_of.get_or_insert((project, Vec::new())).1.push(*relation);
                }
                Vec::new()
            }
            Relation::Own => relations.own.into_iter().collect(),
            Relation::Contractor => relations.contractor.into_iter().collect(),
            Relation::Supervisor => relations.supervisor.into_iter().collect(),
            Relation::Owner => relations.owner.into_iter().collect(),
            Relation::Insurer => relations.insurers.clone(),
            Relation::Provider => relations.providers.clone(),
            _ => Vec::new(),
        };
        all.organizations.extend(organizations);
        match relation {
            Relation::Leader => all.experts.extend(relations.leader),
            Relation::Member => all.experts.extend(&relations.members),
            Relation::Association => all.association = true,
            Relation::Regulator => all.regulators_of = relations.district,
            _ => {}
        }
    }
    all.organizations.retain(|id| Some(*id) != caller.organization_id);
    all.experts.retain(|id| Some(*id) != caller.expert_id);
    all.association &= caller.port != Some(Port::Association);
    all
}
