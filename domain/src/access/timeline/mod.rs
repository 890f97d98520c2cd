//! What of a project's timeline a caller sees (A11.3): each entry by the grant that reads its record.
//!
//! Who reads the record sees the entry whole. Who has a part in it that does not read it sees the step: that it
//! happened, when, and from which state to which. The rest is left out: what is drafted, for all but those who
//! draft it, and what is another insurer's, provider's or group's.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Caller, Operation, Relation, Relations, may};
use crate::{EventName, RecordKind, access::Port, base::id::OrganizationId};

/// What a caller sees of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryDisclosure {
    /// Nothing: the entry is left out.
    Nothing,
    /// What happened and when, without its reason and its facts.
    Step,
    /// All of it.
    Whole,
}

/// An entry, as far as the decision asks.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// What happened; absent where it was stored under a name that is no term any more.
    pub name: Option<EventName>,
    /// Kind of record; absent where it was stored under a kind that is no term any more.
    pub subject: Option<RecordKind>,
    /// State before.
    pub from: Option<&'a str>,
    /// State after.
    pub to: Option<&'a str>,
    /// Time of the entry.
    pub at: DateTime<Utc>,
    /// Whether the caller, or another of their organisation, did it.
    pub by_caller: bool,
}

/// Whose the record of an entry is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Subject {
    /// Insurer of the policy that it is or lies below.
    pub insurer_id: Option<OrganizationId>,
    /// Provider of the commission that it is or lies below.
    pub provider_id: Option<OrganizationId>,
    /// When the commission was first submitted to that provider; what lies before is none of its business.
    pub asked_at: Option<DateTime<Utc>>,
    /// Whether the caller is in the group of the visit that it is or lies below.
    pub in_group: bool,
    /// Whether the caller is in the group of any visit of the commission.
    pub serves_commission: bool,
}

/// Names of entries whose reason and facts tell of an expert's ties or standing.
const OF_STANDING: [EventName; 3] =
    [EventName::VisitExpertRecused, EventName::VisitExpertLeft, EventName::TieFoundLater];
/// Name of the entry whose reason is a person's own affair.
const DECLINED: EventName = EventName::VisitDeclined;

/// Whether visibility depends on the record's parties. If not, the caller's relations to the project decide.
#[must_use]
pub fn depends_on_subject(caller: &Caller, subject: Option<RecordKind>) -> bool {
    let by_record = caller.expert_id.is_some() || matches!(caller.port, Some(Port::Insurer | Port::Provider));
    match subject {
        Some(RecordKind::Project) => false,
        _ => by_record,
    }
}

/// What the caller sees of this entry.
#[must_use]
pub fn entry_disclosure(
    caller: &Caller,
    entry: &Entry<'_>,
    project: &Relations,
    subject: &Subject,
) -> EntryDisclosure {
    let Some(view) = entry.subject.and_then(view_of) else { return EntryDisclosure::Nothing };
    if entry.subject == Some(RecordKind::Project) {
        return if may(caller, view, project).is_ok() {
            EntryDisclosure::Whole
        } else {
            EntryDisclosure::Nothing
        };
    }
    let relations = subject.relations(caller, entry, project);
    if may(caller, view, &relations).is_ok() {
        return if entry.discloses_details_to(caller, &relations) {
            EntryDisclosure::Whole
        } else {
            EntryDisclosure::Step
        };
    }
    let relation = |relation: &Relation| {
        !matches!(relation, Relation::Anyone | Relation::SignedIn | Relation::Person | Relation::Own)
    };
    if relations.held_by(caller).iter().any(relation) {
        EntryDisclosure::Step
    } else {
        EntryDisclosure::Nothing
    }
}

/// The operation that reads the record of an entry.
fn view_of(subject: RecordKind) -> Option<Operation> {
    Some(match subject {
        RecordKind::Project => Operation::GetProject,
        RecordKind::Policy => Operation::GetPolicy,
        RecordKind::Commission => Operation::GetCommission,
        RecordKind::ServicePlan => Operation::GetServicePlan,
        RecordKind::Visit => Operation::GetVisit,
        RecordKind::Hazard => Operation::GetHazard,
        RecordKind::Attachment => Operation::GetAttachment,
        RecordKind::ServiceReport => Operation::GetServiceReport,
        _ => return None,
    })
}

impl Subject {
    /// Who has a part in the record, at the time of the entry.
    fn relations(&self, caller: &Caller, entry: &Entry<'_>, project: &Relations) -> Relations {
        let insurers: Vec<_> = self.insurer_id.into_iter().collect();
        let asked =
            entry.subject != Some(RecordKind::Commission) || self.asked_at.is_some_and(|at| at <= entry.at);
        let providers: Vec<_> = self.provider_id.filter(|_| asked).into_iter().collect();
        let district = project.district;
        if entry.is_drafted() {
            return match entry.subject {
                Some(RecordKind::Commission) => Relations { insurers, district, ..Relations::default() },
                _ => Relations { providers, district, ..Relations::default() },
            };
        }
        let of_group =
            matches!(entry.subject, Some(RecordKind::Visit | RecordKind::Hazard | RecordKind::Attachment));
        let serves = if of_group { self.in_group } else { self.serves_commission };
        let members: Vec<Uuid> = caller.expert_id.filter(|_| serves).into_iter().collect();
        Relations {
            contractor: project.contractor,
            supervisor: project.supervisor,
            owner: project.owner,
            insurers,
            providers,
            members,
            district,
            ..Relations::default()
        }
    }
}

impl Entry<'_> {
    /// Whether a reader of the record also sees reason and facts. Those about ties and standing are for the provider, the
    /// association and the regulator; the reason of a decline is for the provider, the association and who declined.
    fn discloses_details_to(&self, caller: &Caller, relations: &Relations) -> bool {
        let has =
            |held: &[Relation]| relations.held_by(caller).iter().any(|relation| held.contains(relation));
        match self.name {
            Some(name) if OF_STANDING.contains(&name) => {
                has(&[Relation::Provider, Relation::Association, Relation::Regulator])
            }
            Some(DECLINED) => self.by_caller || has(&[Relation::Provider, Relation::Association]),
            _ => true,
        }
    }

    /// Whether it tells of a draft that nobody had submitted yet.
    fn is_drafted(&self) -> bool {
        let drafted = matches!(
            self.subject,
            Some(RecordKind::Commission | RecordKind::ServicePlan | RecordKind::ServiceReport)
        );
        drafted && (self.to == Some("draft") || (self.from == Some("draft") && self.to == Some("withdrawn")))
    }
}

#[cfg(test)]
mod tests;
