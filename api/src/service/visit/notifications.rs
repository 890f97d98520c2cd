//! Whom the negotiation of a time concerns, and what they are told (A12.1).

use anze_domain::{
    FactName, RecordKind,
    calendar::slot::Slot,
    identity::notification::{Notification, NotificationKind, Recipients},
    service::visit::{Reminder, Side, Visit, VisitStatus},
};

type Messages = Vec<(Recipients, Notification)>;

/// About the visit in the version that is being made.
fn about(visit: &Visit, kind: NotificationKind) -> Notification {
    Notification::new(kind, RecordKind::Visit, visit.id, visit.version + 1)
        .of_project(visit.project_id)
        .fact(FactName::Visit, &visit.number)
}

fn provider(visit: &Visit) -> Recipients {
    visit
        .parties
        .provider_id
        .map_or_else(Recipients::association, |id| Recipients::default().organization(id))
}

/// These sides of the visit.
fn sides(visit: &Visit, all: impl IntoIterator<Item = Side>) -> Recipients {
    all.into_iter().fold(Recipients::default(), |to, side| match side {
        Side::Contractor => to.organization(visit.parties.contractor_id),
        Side::Expert(expert) => to.expert(expert),
    })
}

/// Everyone of the group.
fn group(visit: &Visit) -> impl Iterator<Item = Side> + '_ {
    visit.members.iter().map(|member| Side::Expert(member.expert_id))
}

/// Group and slots are proposed: those who have not answered are asked; where nobody is left to, it is agreed.
pub(super) fn proposed(visit: &Visit) -> Messages {
    if visit.status == VisitStatus::Agreed {
        return agreed(visit);
    }
    let starts: Vec<String> =
        visit.negotiation.slots.iter().map(|slot: &Slot| slot.start.to_rfc3339()).collect();
    let message =
        about(visit, NotificationKind::VisitProposed).fact(FactName::ScheduledStart, starts.join(" "));
    vec![(sides(visit, visit.unanswered()), message)]
}

/// One has answered: where that was the last, all are told what came of it.
pub(super) fn agreed(visit: &Visit) -> Messages {
    match (visit.status, visit.booked()) {
        (VisitStatus::Agreed, Some(slot)) => {
            let message = about(visit, NotificationKind::TimeAgreed)
                .fact(FactName::ScheduledStart, slot.start.to_rfc3339());
            let parties = sides(visit, group(visit).chain([Side::Contractor]));
            vec![(parties, message.clone()), (provider(visit), message)]
        }
        (VisitStatus::Planned, _) => {
            let reason = visit.status_reason.as_deref().unwrap_or_default();
            // Where slots are left, they suited all until an expert was booked elsewhere.
            let kind = if visit.negotiation.slots.is_empty() {
                NotificationKind::TimeDeclined
            } else {
                NotificationKind::TimesReopened
            };
            vec![(provider(visit), about(visit, kind).fact(FactName::Reason, reason))]
        }
        _ => Vec::new(),
    }
}

/// One has declined: who arranges the visit is told why, and those whose time it concerns, that somebody did.
pub(super) fn declined(visit: &Visit, side: Side) -> Messages {
    let reason = visit.status_reason.as_deref().unwrap_or_default();
    let (kind, others) = match side {
        Side::Contractor => (NotificationKind::TimeDeclined, sides(visit, group(visit))),
        Side::Expert(_) => {
            (NotificationKind::PlaceReopened, sides(visit, group(visit).chain([Side::Contractor])))
        }
    };
    let others = (others, about(visit, NotificationKind::SomeoneDeclined));
    vec![(provider(visit), about(visit, kind).fact(FactName::Reason, reason)), others]
}

/// The provider takes group and time back: those who were asked or had agreed are told, as the visit was before.
pub(super) fn rescheduled(before: &Visit, reason: &str) -> Messages {
    called_off(before, NotificationKind::VisitRescheduled, reason)
}

/// It does not take place: those who were asked or had agreed are told, as the visit was before.
pub(crate) fn cancelled(before: &Visit, reason: &str) -> Messages {
    called_off(before, NotificationKind::VisitCancelled, reason)
}

/// The group, the contractor and the provider.
fn called_off(before: &Visit, kind: NotificationKind, reason: &str) -> Messages {
    let message = about(before, kind).fact(FactName::Reason, reason.trim());
    let parties = sides(before, group(before).chain([Side::Contractor]));
    vec![(parties, message.clone()), (provider(before), message)]
}

/// Messages about missing answers: to those who owe them, or to the provider and the association.
pub(super) fn answers_missing(visit: &Visit, reminder: Reminder) -> Messages {
    let due = visit.negotiation.answer_by.map(|at| at.to_rfc3339()).unwrap_or_default();
    match reminder {
        Reminder::BeforeDeadline => {
            let message = about(visit, NotificationKind::AnswerDue).fact(FactName::DueAt, due);
            vec![(sides(visit, visit.unanswered()), message)]
        }
        Reminder::Overdue => {
            let message = about(visit, NotificationKind::AnswerOverdue).fact(FactName::DueAt, due);
            vec![(provider(visit), message.clone()), (Recipients::association(), message)]
        }
    }
}

/// The material did not come in time: who leads, who arranges the visit and the association are told.
pub(crate) fn overdue(visit: &Visit) -> Messages {
    let due = visit.upload_due_at.map(|at| at.to_rfc3339()).unwrap_or_default();
    let message = about(visit, NotificationKind::UploadOverdue).fact(FactName::DueAt, due);
    let leader = sides(visit, visit.leader_id.map(Side::Expert));
    vec![(leader, message.clone()), (provider(visit), message.clone()), (Recipients::association(), message)]
}
