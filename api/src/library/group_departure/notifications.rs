//! Who is told that a group has changed, and what: which tie it is, or what became of the expert, only the expert
//! and the association (A11.3).

use anze_domain::{
    FactName, RecordKind,
    identity::notification::{Notification, NotificationKind, Recipients, masked_name},
    library::{expert::Expert, tie::Tie},
    service::{
        policy::Parties,
        visit::{GroupDeparture, Visit},
    },
};
use anze_persistence::library::standing::group::Begun;
use uuid::Uuid;

/// What is told to whom.
pub(super) type Message = (Recipients, Notification);

/// The details first: nobody is told the same twice, so that whoever is of both has them.
fn to_each(
    expert: Uuid,
    others: Recipients,
    brief: Notification,
    details: impl Fn(Notification) -> Notification,
) -> [Message; 2] {
    let knows = Recipients::association().expert(expert);
    [(knows, details(brief.clone())), (others, brief)]
}

/// All that a change of the group concerns: every party of the project, whoever serves, and its experts.
fn concerned(parties: &Parties, experts: impl IntoIterator<Item = Uuid>) -> Recipients {
    let mut to = Recipients::default().organization(parties.contractor_id).organization(parties.insurer_id);
    to.organizations
        .extend([parties.provider_id, parties.supervisor_id, parties.owner_id].into_iter().flatten());
    to.experts.extend(experts);
    to
}

/// An expert left the group of a visit that has not begun; `group` is who was in it.
pub(super) fn left(
    expert: &Expert,
    visit: &Visit,
    group: impl IntoIterator<Item = Uuid>,
    why: &GroupDeparture,
) -> [Message; 2] {
    let kind = match why {
        GroupDeparture::Tied(_) => NotificationKind::ExpertRecused,
        _ => NotificationKind::ExpertLeftGroup,
    };
    let brief =
        Notification::new(kind, RecordKind::Visit, visit.id, format!("{} {}", visit.version, expert.id))
            .of_project(visit.project_id)
            .fact(FactName::Expert, masked_name(&expert.name))
            .fact(FactName::Visit, &visit.number);
    to_each(expert.id.uuid(), concerned(&visit.parties, group), brief, |brief| match why {
        GroupDeparture::Tied(tie) => with_tie(brief, tie),
        _ => brief.fact(FactName::Cause, why.cause()),
    })
}

/// A tie was found after the visit had begun, and is marked there.
pub(super) fn marked(
    expert: &Expert,
    visit: &Begun,
    group: impl IntoIterator<Item = Uuid>,
    tie: &Tie,
) -> [Message; 2] {
    let occasion = format!("{} {} {}", expert.id, tie.kind, tie.party_label());
    let brief =
        Notification::new(NotificationKind::TieFoundLater, RecordKind::Visit, visit.visit_id, occasion)
            .of_project(visit.project_id)
            .fact(FactName::Expert, masked_name(&expert.name))
            .fact(FactName::Visit, &visit.number);
    let others = concerned(&visit.parties, group);
    to_each(expert.id.uuid(), others, brief, |brief| with_tie(brief, tie))
}

fn with_tie(notification: Notification, tie: &Tie) -> Notification {
    notification.fact(FactName::Party, tie.party_label()).fact(FactName::Tie, tie.kind)
}
