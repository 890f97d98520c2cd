//! An expert leaves a group that has not begun, and a tie that was found after a visit had (A12.2).

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Visit, VisitStatus};
use crate::{
    Event, Id, Violation, access::Operation, code::WRONG_STATE, flow::Record, tie::Tie,
    working_calendar::shanghai_date,
};

/// Why an expert leaves a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaving {
    /// A tie was found (A12.2).
    Tied(Tie),
    /// The association suspended the expert.
    Suspended,
    /// The association removed the expert from the library.
    Removed,
    /// The registration that carried the place has lapsed.
    Lapsed,
}

impl Leaving {
    /// The reason as it stands at the visit.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Tied(tie) => format!(
                "专家回避：与参建单位“{}”有利害关系（{}）。 · An expert is recused: {} to {}.",
                tie.party_in_words(),
                crate::Vocabulary::zh(tie.kind),
                crate::Vocabulary::en(tie.kind),
                tie.party_in_words(),
            ),
            Self::Suspended => "专家被暂停。 · An expert was suspended.".to_owned(),
            Self::Removed => "专家已出库。 · An expert was removed from the library.".to_owned(),
            Self::Lapsed => "专家注册资格到期。 · An expert's registration lapsed.".to_owned(),
        }
    }
}

impl Visit {
    /// Whether it has not begun, so that its group can still change.
    #[must_use]
    pub const fn awaits_its_group(&self) -> bool {
        matches!(self.status, VisitStatus::Planned | VisitStatus::Proposed | VisitStatus::Agreed)
    }

    /// The days on which ties to its parties count: that of the service; while there is none, today and the
    /// ends of the window.
    #[must_use]
    pub fn days_of_ties(&self, today: NaiveDate) -> Vec<NaiveDate> {
        match self.started_at.or(self.scheduled_start) {
            Some(at) => vec![shanghai_date(at)],
            None => vec![today, self.window.start, self.window.end],
        }
    }

    /// An expert leaves the group before it began: the place and the time are open again.
    ///
    /// # Errors
    /// Wrong state.
    pub fn lose(self, expert: Uuid, why: &Leaving) -> Result<(Self, Event), Violation> {
        let name = if matches!(why, Leaving::Tied(_)) { "visit_expert_recused" } else { "visit_expert_left" };
        let status = self.status;
        let left = self.without(expert, name, &why.in_words())?;
        left.ok_or_else(|| {
            Violation::new(WRONG_STATE).with("status", status).with("operation", Operation::DeclineVisit)
        })
    }
}

/// A tie that was found after a visit had begun: marked there, and what was served stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TieFoundLater {
    /// The expert.
    pub expert_id: Uuid,
    /// The tie.
    pub tie: Tie,
    /// When it was found.
    pub found_at: DateTime<Utc>,
}

impl TieFoundLater {
    /// What happened to the visit.
    #[must_use]
    pub fn event(&self, visit: Id<Visit>) -> Event {
        Event::new("tie_found_later", Visit::KIND, visit)
            .fact("expert_id", self.expert_id)
            .fact("kind", self.tie.kind)
            .fact("party", self.tie.party_in_words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Vocabulary, fixtures, tie::TieKind};

    #[test]
    fn a12_2_only_a_group_that_has_not_begun_is_left() {
        let tie = Tie { kind: TieKind::Kinship, party: "甲公司".into(), through: None, until: None };
        for status in VisitStatus::ALL {
            let visit = fixtures::visit(*status);
            let expert = fixtures::EXPERTS[1];
            let open = matches!(status, VisitStatus::Proposed | VisitStatus::Agreed);
            assert_eq!(visit.awaits_its_group(), open || *status == VisitStatus::Planned, "{status}");
            match visit.lose(expert, &Leaving::Tied(tie.clone())) {
                Ok((next, event)) => {
                    let left = next.members.iter().all(|member| member.expert_id != expert);
                    assert!((open || *status == VisitStatus::Planned) && left, "{status}");
                    assert_eq!((next.status, event.name), (VisitStatus::Planned, "visit_expert_recused"));
                    assert!(next.status_reason.unwrap().contains("甲公司"));
                }
                Err(refused) => assert!(!open && refused.code == WRONG_STATE, "{status}"),
            }
        }
    }
}
