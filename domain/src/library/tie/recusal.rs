//! Requests of a party that an expert be recused (回避申请), which the association decides (A12.2).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::TieKind;
use crate::{
    Event, EventName, FactName, Violation,
    access::{
        District, Operation, Relations,
        state_machine::{Record, State, record},
    },
    base::id::{ExpertId, OrganizationId, ProjectId, RecusalRequestId},
    vocabulary,
};

vocabulary! {
    /// States of a recusal request.
    pub enum RecusalStatus {
        Open = "open" / "待决定" / "Waits for the decision",
        Upheld = "upheld" / "准予回避" / "Upheld: the expert is recused",
        Dismissed = "dismissed" / "不予回避" / "Dismissed",
    }
}

impl State for RecusalStatus {
    fn after(self, operation: Operation) -> Option<Self> {
        match (self, operation) {
            (Self::Open, Operation::UpholdRecusalRequest) => Some(Self::Upheld),
            (Self::Open, Operation::DismissRecusalRequest) => Some(Self::Dismissed),
            _ => None,
        }
    }
}

/// A party's request that an expert be recused from its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecusalRequest {
    /// Its id.
    pub id: RecusalRequestId,
    /// Version of the record.
    pub version: i64,
    /// Its state.
    pub status: RecusalStatus,
    /// The reason of the decision.
    pub status_reason: Option<String>,
    /// The project.
    pub project_id: ProjectId,
    /// The project's district.
    pub district: District,
    /// Who requests it.
    pub requested_by: OrganizationId,
    /// The expert.
    pub expert_id: ExpertId,
    /// Which kind of tie is alleged.
    pub kind: TieKind,
    /// The party to which it is alleged.
    pub organization_id: OrganizationId,
    /// On what grounds.
    pub grounds: String,
    /// Who decided it.
    pub decided_by: Option<Uuid>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

record!(RecusalRequest, RecusalStatus, RecordKind::RecusalRequest);

impl RecusalRequest {
    /// Who has a part in it.
    #[must_use]
    pub fn relations(&self) -> Relations {
        Relations { own: Some(self.requested_by), district: Some(self.district), ..Relations::default() }
    }

    /// A party makes it.
    #[must_use]
    pub fn make(self) -> (Self, Event) {
        let event = Event::new(EventName::RecusalRequested, Self::KIND, self.id)
            .states(None, "open")
            .fact(FactName::ExpertId, self.expert_id)
            .fact(FactName::Kind, self.kind);
        (self, event)
    }

    /// The association upholds or dismisses it, with reasons.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn decide(
        self,
        uphold: bool,
        reason: &str,
        by: Uuid,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        let (operation, name) = if uphold {
            (Operation::UpholdRecusalRequest, EventName::RecusalRequestUpheld)
        } else {
            (Operation::DismissRecusalRequest, EventName::RecusalRequestDismissed)
        };
        let (mut next, event) = self.advance_because(operation, name, reason)?;
        next.decided_by = Some(by);
        next.decided_at = Some(now);
        let event = event.fact(FactName::ExpertId, next.expert_id);
        Ok((next, event))
    }
}
