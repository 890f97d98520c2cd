//! Hazards (隐患): found on site, rectified by the contractor, closed by the leader (A11.2, A15.1).

mod correction;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

pub use correction::{
    CODES as CORRECTION_CODES, DUE_DATE_REASON_REQUIRED, DueDateLimit, HAZARD_ACKNOWLEDGED_ALREADY,
    HazardAmendment, HazardField, MAJOR_GRADE_FIXED, NOT_THE_AUTHOR,
};

use crate::{
    Event, EventName, FactName, Violation,
    access::{
        Operation, Relations,
        state_machine::{Record, State, record},
    },
    base::id::{CommissionId, HazardId, ProjectId, VisitId},
    calendar::working_calendar::shanghai_date,
    service::{
        major_hazard::MajorHazardCriteria,
        policy::Parties,
        visit::{Step, Visit},
    },
    vocabulary,
};

crate::codes! {
    MAJOR_HAZARD_ITEM_REQUIRED = "major_hazard_item_required", Invalid, Some("A15.1"),
        "须指明判定标准条目" / "重大事故隐患须指明《房屋市政工程生产安全重大事故隐患判定标准（2024版）》的条目。",
        "Item of the criteria required" / "A major hazard must name an item of the national criteria of 2024.";
    MAJOR_HAZARD_ITEM_NOT_ALLOWED = "major_hazard_item_not_allowed", Invalid, Some("A15.1"),
        "一般隐患不填条目" / "一般隐患不得填写重大事故隐患判定标准条目。",
        "Item of the criteria not allowed" / "A general hazard must not name an item of the criteria for major hazards.";
    DUE_DATE_PASSED = "due_date_passed", Invalid, Some("A11.2"),
        "整改期限已过" / "整改期限不得早于今天。",
        "Due date has passed" / "The due date must not be before today.";
    DUE_DATE_NOT_LATER = "due_date_not_later", Conflict, Some("A11.2"),
        "未延长整改期限" / "新的整改期限须晚于原期限 {due_on}。",
        "Due date not extended" / "The new due date must be after the present due date, {due_on}.";
    PROPOSAL_ISSUED_ALREADY = "proposal_issued_already", Conflict, Some("A13.1"),
        "整改建议书已出具" / "整改建议书已出具，不得再登记隐患。",
        "Rectification proposal already issued" / "The rectification proposal is issued. No hazard can be added to the visit.";
    EVIDENCE_REQUIRED = "evidence_required", Conflict, Some("A11.2"),
        "缺少整改佐证" / "报告整改完成须附佐证资料。",
        "Evidence required" / "Upload evidence before you report the hazard as rectified.";
}

vocabulary! {
    /// Grades of hazards. A major hazard always names an item of the national criteria (A15.1).
    pub enum HazardGrade {
        General = "general" / "一般隐患" / "General hazard",
        Major = "major" / "重大隐患" / "Major hazard",
    }
}

vocabulary! {
    /// States of a hazard, from its record to its closure.
    pub enum HazardStatus {
        Open = "open" / "待整改" / "Open",
        Acknowledged = "acknowledged" / "已签收" / "Acknowledged",
        Rectified = "rectified" / "已整改" / "Rectified, to be checked",
        Closed = "closed" / "已销号" / "Closed",
    }
}

impl State for HazardStatus {
    fn after(self, operation: Operation) -> Option<Self> {
        match (self, operation) {
            (Self::Open, Operation::AcknowledgeHazard) => Some(Self::Acknowledged),
            (Self::Acknowledged, Operation::RectifyHazard) => Some(Self::Rectified),
            (Self::Rectified, Operation::CloseHazard) => Some(Self::Closed),
            (Self::Rectified, Operation::RejectHazard) => Some(Self::Open),
            (Self::Open | Self::Acknowledged, Operation::ExtendHazard) => Some(self),
            // Until it was acknowledged once, which the state alone does not say after a rejection.
            (Self::Open, Operation::CorrectHazard) => Some(self),
            (Self::Open | Self::Acknowledged | Self::Rectified, Operation::AmendHazard) => Some(self),
            (
                Self::Open | Self::Acknowledged | Self::Rectified,
                Operation::CommentHazard | Operation::UploadHazardAttachment,
            ) => Some(self),
            _ => None,
        }
    }
}

/// What an expert says of a hazard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// General or major.
    pub grade: HazardGrade,
    /// Item of the national criteria, for a major one, such as `MH2024-07-2`.
    pub major_hazard_item: Option<String>,
    /// Where on the site.
    pub place: String,
    /// What it is.
    pub description: String,
    /// Which law or standard it breaks.
    pub legal_basis: String,
    /// What to do.
    pub measures: String,
    /// Last day for the rectification (Asia/Shanghai date).
    pub due_on: NaiveDate,
}

/// The notice of a major hazard (重大隐患告知书): issued the moment it is recorded (A15.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub number: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When the contractor received it.
    pub received_at: Option<DateTime<Utc>>,
    /// Who received it.
    pub received_by: Option<Uuid>,
}

/// A hazard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    /// Its id.
    pub id: HazardId,
    /// Version of the record.
    pub version: i64,
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: HazardStatus,
    /// Why it is in its state, where a reason was given.
    pub status_reason: Option<String>,
    /// The visit that found it.
    pub visit_id: VisitId,
    /// The commission.
    pub commission_id: CommissionId,
    /// The project.
    pub project_id: ProjectId,
    /// What was found.
    pub finding: Finding,
    /// The notice, for a major one.
    pub notice: Option<Notice>,
    /// Who recorded it.
    pub recorded_by: Uuid,
    /// When the contractor acknowledged it.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// When the contractor reported it rectified.
    pub rectified_at: Option<DateTime<Utc>>,
    /// What the contractor did.
    pub rectification: Option<String>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// The parties.
    pub parties: Parties,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

record!(Hazard, HazardStatus, RecordKind::Hazard);

impl Hazard {
    /// Who has a part in it: the parties, and the group of its visit.
    #[must_use]
    pub fn relations(&self, visit: &Visit) -> Relations {
        visit.relations()
    }

    /// The group records it on site; a major one has its notice at once, numbered as the hazard where no
    /// other number was drawn, a general one has none.
    ///
    /// # Errors
    /// The visit is not in progress; [`PROPOSAL_ISSUED_ALREADY`]; a field that is wrong.
    pub fn record(
        mut self,
        visit: &Visit,
        criteria: &MajorHazardCriteria,
        limit: DueDateLimit<'_>,
    ) -> Result<(Self, Event), Violation> {
        crate::access::state_machine::step(visit.status, Operation::CreateHazard)?;
        if visit.steps.iter().any(|taken| taken.step == Step::RectificationProposal) {
            return Err(Violation::new(PROPOSAL_ISSUED_ALREADY));
        }
        self.finding.check(criteria, limit, shanghai_date(self.created_at))?;
        self.status_reason = limit.words();
        match self.finding.grade {
            HazardGrade::General => self.notice = None,
            HazardGrade::Major => {
                let (number, at) = (&self.number, self.created_at);
                self.notice.get_or_insert_with(|| Notice::numbered(number.clone(), at));
            }
        }
        let mut event = Event::new(EventName::HazardRecorded, Self::KIND, self.id)
            .states(None, "open")
            .fact(FactName::Grade, self.finding.grade)
            .fact(FactName::DueOn, self.finding.due_on);
        if let Some(item) = &self.finding.major_hazard_item {
            event = event.fact(FactName::MajorHazardItem, item);
        }
        if let Some(reason) = &self.status_reason {
            event = event.because(reason);
        }
        Ok((self, event))
    }

    /// A15.1: what happened when the notice of a major hazard was issued.
    #[must_use]
    pub fn notice_event(&self) -> Option<Event> {
        let notice = self.notice.as_ref()?;
        Some(
            Event::new(EventName::MajorHazardNoticeIssued, Self::KIND, self.id)
                .fact(FactName::Number, &notice.number),
        )
    }

    /// The contractor acknowledges it, and with it the notice.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn acknowledge(self, by: Uuid, now: DateTime<Utc>) -> Result<(Self, Event), Violation> {
        let (mut next, event) = self.advance(Operation::AcknowledgeHazard, EventName::HazardAcknowledged)?;
        next.acknowledged_at = Some(now);
        if let Some(notice) = next.notice.as_mut().filter(|notice| notice.received_at.is_none()) {
            notice.received_at = Some(now);
            notice.received_by = Some(by);
        }
        Ok((next, event))
    }

    /// The contractor reports it rectified, with evidence.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`EVIDENCE_REQUIRED`].
    pub fn rectify(
        self,
        rectification: String,
        has_evidence: bool,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        let (mut next, event) = self.advance(Operation::RectifyHazard, EventName::HazardRectified)?;
        if !has_evidence {
            return Err(Violation::new(EVIDENCE_REQUIRED));
        }
        next.rectified_at = Some(now);
        next.rectification = Some(rectification);
        Ok((next, event))
    }

    /// The supervisor comments on it.
    ///
    /// # Errors
    /// `WRONG_STATE`; no comment.
    pub fn comment(self, comment: &str) -> Result<(Self, Event), Violation> {
        let reason = self.status_reason.clone();
        let (mut next, event) =
            self.advance_because(Operation::CommentHazard, EventName::HazardCommented, comment)?;
        next.status_reason = reason;
        Ok((next, event))
    }

    /// The leader closes it.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn close(self, now: DateTime<Utc>) -> Result<(Self, Event), Violation> {
        let (mut next, event) = self.advance(Operation::CloseHazard, EventName::HazardClosed)?;
        next.closed_at = Some(now);
        Ok((next, event))
    }

    /// The leader rejects the rectification on re-check: it is open again.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn reject(self, reason: &str) -> Result<(Self, Event), Violation> {
        let (mut next, event) =
            self.advance_because(Operation::RejectHazard, EventName::HazardRejected, reason)?;
        next.acknowledged_at = None;
        next.rectified_at = None;
        Ok((next, event))
    }

    /// The leader extends the due date, to a later day that has not passed.
    ///
    /// # Errors
    /// `WRONG_STATE`; `REASON_REQUIRED`; [`DUE_DATE_PASSED`]; [`DUE_DATE_NOT_LATER`].
    pub fn extend(
        self,
        due_on: NaiveDate,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        let before = self.finding.due_on;
        let (mut next, event) =
            self.advance_because(Operation::ExtendHazard, EventName::HazardExtended, reason)?;
        if due_on < shanghai_date(now) {
            return Err(Violation::new(DUE_DATE_PASSED).at("/due_on"));
        }
        if due_on <= before {
            return Err(Violation::new(DUE_DATE_NOT_LATER).with("due_on", before).at("/due_on"));
        }
        next.finding.due_on = due_on;
        Ok((next, event.fact(FactName::DueOnBefore, before).fact(FactName::DueOn, due_on)))
    }
}

#[cfg(test)]
mod tests;
