//! An expert leaves a group that has not begun, and a tie that was found after a visit had (A12.2).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Visit, VisitStatus};
use crate::{
    Event, EventName, FactName, Period, Violation,
    access::{Operation, state_machine::Record},
    base::{code::WRONG_STATE, id::VisitId},
    calendar::{slot::Slot, working_calendar::shanghai_date},
    library::tie::Tie,
    vocabulary,
};

vocabulary! {
    /// Reasons why an expert leaves the group of a visit that has not begun.
    pub enum GroupDepartureCause as "LeavingCause" {
        Recused = "recused" / "回避" / "recusal",
        Suspended = "suspended" / "被暂停" / "suspension",
        Removed = "removed" / "已移出专家库" / "removal from the library",
        Lapsed = "lapsed" / "注册资格到期" / "a registration that lapsed",
    }
}

/// Why an expert leaves a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupDeparture {
    /// A tie was found (A12.2).
    Tied(Tie),
    /// The association suspended the expert.
    Suspended,
    /// The association removed the expert from the library.
    Removed,
    /// The registration that carried the place has lapsed.
    Lapsed,
}

impl GroupDeparture {
    /// The cause, which only the expert and the association learn.
    #[must_use]
    pub const fn cause(&self) -> GroupDepartureCause {
        match self {
            Self::Tied(_) => GroupDepartureCause::Recused,
            Self::Suspended => GroupDepartureCause::Suspended,
            Self::Removed => GroupDepartureCause::Removed,
            Self::Lapsed => GroupDepartureCause::Lapsed,
        }
    }

    /// Reason without tie or standing, as every party may read it (A11.3).
    #[must_use]
    pub const fn reason_text(&self) -> &'static str {
        match self {
            Self::Tied(_) => "专家回避（A12.2）。 · An expert is recused (A12.2).",
            Self::Suspended | Self::Removed | Self::Lapsed => {
                "专家因在库状态变化退出专家组。 · An expert left the group by a change of standing."
            }
        }
    }
}

impl VisitStatus {
    /// Whether it has not begun, so that its group can still change.
    #[must_use]
    pub const fn awaits_its_group(self) -> bool {
        matches!(self, Self::Planned | Self::Proposed | Self::Agreed)
    }
}

impl Visit {
    /// Whether it has not begun, so that its group can still change.
    #[must_use]
    pub const fn awaits_its_group(&self) -> bool {
        self.status.awaits_its_group()
    }

    /// The days on which ties to its parties count: those of the service once it is agreed; those of every slot
    /// while slots are proposed; else every day of its window.
    #[must_use]
    pub fn days_of_ties(&self) -> Vec<Period> {
        if let Some(at) = self.started_at {
            return vec![served(at, self.ended_at)];
        }
        match self.booked() {
            Some(slot) => vec![slot.days()],
            None if self.negotiation.slots.is_empty() => vec![self.window],
            None => self.negotiation.slots.iter().copied().map(Slot::days).collect(),
        }
    }

    /// Removes an expert from the group of a visit that has not begun. The place and the time are open again.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn apply_departure(
        self,
        expert: Uuid,
        departure: &GroupDeparture,
    ) -> Result<(Self, Event), Violation> {
        let name = if matches!(departure, GroupDeparture::Tied(_)) {
            EventName::VisitExpertRecused
        } else {
            EventName::VisitExpertLeft
        };
        let status = self.status;
        let left = self.remove_expert(expert, name, departure.reason_text())?;
        left.ok_or_else(|| {
            Violation::new(WRONG_STATE).with("status", status).with("operation", Operation::DeclineVisit)
        })
    }
}

/// The days of a service that began, and may have ended.
#[must_use]
pub fn served(started_at: DateTime<Utc>, ended_at: Option<DateTime<Utc>>) -> Period {
    let start = shanghai_date(started_at);
    Period { start, end: ended_at.map_or(start, shanghai_date).max(start) }
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
    pub fn event(&self, visit: VisitId) -> Event {
        Event::new(EventName::TieFoundLater, Visit::KIND, visit).fact(FactName::ExpertId, self.expert_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Vocabulary, fixtures, library::tie::TieKind};

    #[test]
    fn a12_2_only_a_group_that_has_not_begun_is_left() {
        let tie = Tie { kind: TieKind::Kinship, party: "甲公司".into(), through: None, until: None };
        for status in VisitStatus::ALL {
            let visit = fixtures::visit(*status);
            let expert = fixtures::EXPERTS[1];
            let open = matches!(status, VisitStatus::Proposed | VisitStatus::Agreed);
            assert_eq!(visit.awaits_its_group(), open || *status == VisitStatus::Planned, "{status}");
            match visit.apply_departure(expert, &GroupDeparture::Tied(tie.clone())) {
                Ok((next, event)) => {
                    let left = next.members.iter().all(|member| member.expert_id != expert);
                    assert!((open || *status == VisitStatus::Planned) && left, "{status}");
                    assert_eq!(
                        (next.status, event.name.code()),
                        (VisitStatus::Planned, EventName::VisitExpertRecused.code())
                    );
                    let reason = next.status_reason.unwrap();
                    assert!(reason.contains("A12.2") && !reason.contains("甲公司"), "{reason}");
                }
                Err(refused) => assert!(!open && refused.code == WRONG_STATE, "{status}"),
            }
        }
    }

    #[test]
    fn a11_3_what_became_of_an_expert_does_not_stand_at_the_visit() {
        for why in [GroupDeparture::Suspended, GroupDeparture::Removed, GroupDeparture::Lapsed] {
            assert!(!why.reason_text().contains(why.cause().zh()), "{}", why.cause());
        }
    }

    #[test]
    fn a12_2_ties_count_on_the_days_of_the_service_of_its_slots_or_of_the_window() {
        let planned = fixtures::visit(VisitStatus::Planned);
        assert_eq!(planned.days_of_ties(), [planned.window]);
        let slots = [
            fixtures::slot("2026-03-05T01:00:00Z", "2026-03-05T09:00:00Z"),
            // Over midnight in Xiamen.
            fixtures::slot("2026-03-09T14:00:00Z", "2026-03-09T17:00:00Z"),
        ];
        let mut proposed = fixtures::visit(VisitStatus::Proposed);
        proposed.negotiation.slots = slots.to_vec();
        let days = [fixtures::days("2026-03-05", "2026-03-05"), fixtures::days("2026-03-09", "2026-03-10")];
        assert_eq!(proposed.days_of_ties(), days);
        let mut agreed = proposed;
        agreed.status = VisitStatus::Agreed;
        (agreed.scheduled_start, agreed.scheduled_end) = (Some(slots[1].start), Some(slots[1].end));
        assert_eq!(agreed.days_of_ties(), days[1..]);
        let mut begun = agreed;
        begun.status = VisitStatus::Ended;
        begun.started_at = Some(fixtures::at("2026-03-11T01:00:00Z"));
        assert_eq!(begun.days_of_ties(), [fixtures::days("2026-03-11", "2026-03-11")]);
        begun.ended_at = Some(fixtures::at("2026-03-12T01:00:00Z"));
        assert_eq!(begun.days_of_ties(), [fixtures::days("2026-03-11", "2026-03-12")]);
    }
}
