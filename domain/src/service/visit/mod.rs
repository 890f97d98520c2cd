//! Visits (现场服务): the group, the agreed time, the five steps in their order, and the upload
//! (A4.5, A4.6, A10, A12, A13.1, A14).

mod group_departure;
pub mod material;
pub mod negotiation;
mod next;
pub mod step;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    Event, EventName, FactName, Period, Violation, Vocabulary,
    access::{
        Caller, FieldGroup, Operation, Relations, disclosure,
        state_machine::{Record, State, record},
    },
    base::{
        id::{CommissionId, PlannedServiceId, ProjectId, ServiceLineId, ServicePlanId, VisitId},
        regulation::UPLOAD_WORKING_DAYS,
    },
    calendar::working_calendar::{Deadline, WorkingCalendars, is_late, shanghai_date},
    library::qualification::Specialty,
    service::{
        commission::{Commission, ParentStates, ServiceCategory},
        policy::Parties,
        project::Project,
        service_plan::{PlannedService, ServicePlan},
    },
    vocabulary,
};

pub use group_departure::{GroupDeparture, GroupDepartureCause, TieFoundLater, served};
pub use material::{AttachmentKind, CODES as MATERIAL_CODES, MATERIAL_MISSING, Material, materials};
pub use negotiation::{
    AnswerDeadlines, CODES as NEGOTIATION_CODES, Declined, Negotiation, OpenPlace, Proposal, Reminder,
    ReopenedPart, Side,
};
pub use step::{CODES as STEP_CODES, STEP_OUT_OF_ORDER, STEPS_MISSING, Step, TakenStep};

crate::codes! {
    AGREED_ALREADY = "agreed_already", Conflict, Some("A12.1"),
        "已同意该时间" / "您已同意该服务时间。",
        "Already agreed" / "You have already agreed to this time.";
    PROPOSAL_RECEIVED_ALREADY = "proposal_received_already", Conflict, Some("A13.1"),
        "已签收" / "整改建议书已签收。",
        "Already acknowledged" / "The contractor has already acknowledged the rectification proposal.";
    TOO_EARLY = "too_early", Conflict, Some("A12.1"),
        "未到约定日期" / "约定的服务日期为 {day}，不得提前开始。",
        "Before the agreed day" / "The service is agreed for {day} and cannot begin before that day.";
    AGREED_DAY_PASSED = "agreed_day_passed", Conflict, Some("A12.1"),
        "约定日期已过" / "约定的服务日期 {day} 已过，须改期后重新约定时间。",
        "Agreed day has passed" / "The service was agreed for {day}. Reschedule the visit and agree on another time.";
    GROUP_TOO_SMALL_FOR_PLAN = "group_too_small_for_plan", Conflict, Some("A11.1"),
        "人数少于方案要求" / "方案要求专家组不少于 {needed} 人。",
        "Fewer experts than planned" / "The service plan requires a group of at least {needed} experts.";
}

vocabulary! {
    /// States of a visit.
    pub enum VisitStatus {
        Planned = "planned" / "待安排" / "Planned",
        Proposed = "proposed" / "待确认时间" / "Group and time proposed",
        Agreed = "agreed" / "已约定" / "Time agreed",
        InProgress = "in_progress" / "服务中" / "In progress",
        Ended = "ended" / "待上传" / "Ended, material to be uploaded",
        Submitted = "submitted" / "资料已提交" / "Material submitted",
        Returned = "returned" / "资料已退回" / "Material returned",
        Accepted = "accepted" / "资料审核通过" / "Material accepted",
        Cancelled = "cancelled" / "已取消" / "Cancelled",
    }
}

impl VisitStatus {
    /// Whether the service has begun: from here on it stays, whatever the plan becomes.
    #[must_use]
    pub const fn has_begun(self) -> bool {
        matches!(self, Self::InProgress | Self::Ended | Self::Submitted | Self::Returned | Self::Accepted)
    }

    /// Whether it is still to be served, or its material to be accepted (A4.7).
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Accepted | Self::Cancelled)
    }
}

impl State for VisitStatus {
    fn after(self, operation: Operation) -> Option<Self> {
        use Operation as Do;
        match (self, operation) {
            (Self::Planned | Self::Proposed, Do::ProposeVisit) => Some(Self::Proposed),
            (Self::Proposed, Do::AgreeVisit) => Some(Self::Proposed),
            (Self::Proposed | Self::Agreed, Do::DeclineVisit | Do::RescheduleVisit) => Some(Self::Planned),
            (Self::Planned | Self::Proposed | Self::Agreed, Do::CancelVisit) => Some(Self::Cancelled),
            (Self::Agreed, Do::StartVisit) => Some(Self::InProgress),
            (Self::InProgress, Do::RecordVisitStep | Do::CreateHazard | Do::IssueRectificationProposal) => {
                Some(Self::InProgress)
            }
            (Self::InProgress, Do::EndVisit) => Some(Self::Ended),
            (Self::InProgress | Self::Ended | Self::Returned, Do::UploadVisitAttachment) => Some(self),
            (
                Self::InProgress | Self::Ended | Self::Submitted | Self::Returned | Self::Accepted,
                Do::ReceiveRectificationProposal,
            ) => Some(self),
            (Self::Ended | Self::Returned, Do::SubmitVisit) => Some(Self::Submitted),
            (Self::Submitted, Do::AcceptVisit) => Some(Self::Accepted),
            (Self::Submitted, Do::ReturnVisit) => Some(Self::Returned),
            _ => None,
        }
    }
}

/// An expert of a visit's group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The expert.
    pub expert_id: Uuid,
    /// What they cover here.
    pub specialties: Vec<Specialty>,
    /// When they agreed to a time.
    pub agreed_at: Option<DateTime<Utc>>,
    /// The numbers of the slots that they agreed to, from one.
    pub agreed_slots: Vec<usize>,
}

/// A visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Its id.
    pub id: VisitId,
    /// Version of the record.
    pub version: i64,
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: VisitStatus,
    /// Why it is in its state, where a reason was given.
    pub status_reason: Option<String>,
    /// The confirmed plan that it comes from.
    pub plan_id: ServicePlanId,
    /// The planned service that it is.
    pub planned_service_id: PlannedServiceId,
    /// The commissioned line that it serves.
    pub line_id: ServiceLineId,
    /// The commission.
    pub commission_id: CommissionId,
    /// The project.
    pub project_id: ProjectId,
    /// Its category.
    pub category: ServiceCategory,
    /// When it may take place.
    pub window: Period,
    /// How many experts the plan asks for.
    pub group_size: u32,
    /// Agreed start.
    pub scheduled_start: Option<DateTime<Utc>>,
    /// Agreed end.
    pub scheduled_end: Option<DateTime<Utc>>,
    /// Leader of the group.
    pub leader_id: Option<Uuid>,
    /// The group, the leader included.
    pub members: Vec<Member>,
    /// Why a specialty is missing, where one is.
    pub missing_specialty_reason: Option<String>,
    /// When the contractor agreed to a time.
    pub contractor_agreed_at: Option<DateTime<Utc>>,
    /// The proposed slots and what came of them.
    pub negotiation: Negotiation,
    /// The steps taken, in their order.
    pub steps: Vec<TakenStep>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Until when the material is due (A14.1).
    pub upload_due_at: Option<DateTime<Utc>>,
    /// Whether that may move, as a year's calendar is not published yet.
    pub upload_due_provisional: Option<bool>,
    /// When the material was last submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it first was: what its deadline is held against, whatever is returned later.
    pub first_submitted_at: Option<DateTime<Utc>>,
    /// Who submitted it.
    pub submitted_by: Option<Uuid>,
    /// Whether it first came late.
    pub late: Option<bool>,
    /// What the group concludes (A14.2).
    pub conclusion: Option<String>,
    /// When it was accepted.
    pub accepted_at: Option<DateTime<Utc>>,
    /// The parties.
    pub parties: Parties,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

record!(Visit, VisitStatus, RecordKind::Visit);

/// A14.1: when the material of a service that ended at this instant is due.
fn upload_deadline(calendars: &WorkingCalendars, ended_at: DateTime<Utc>) -> Result<Deadline, Violation> {
    calendars.deadline(ended_at, UPLOAD_WORKING_DAYS.on(shanghai_date(ended_at)))
}

impl Visit {
    /// Why it is in its state, as the caller sees it: the words of who declined are for who arranges the visit and for who
    /// declined. They may speak of an illness; others learn that somebody declined.
    #[must_use]
    pub fn reason_for(&self, caller: &Caller) -> Option<&str> {
        let declined = self.negotiation.declined_by.filter(|_| self.status == VisitStatus::Planned);
        let Some(side) = declined else { return self.status_reason.as_deref() };
        let of_visit = self.relations();
        let (contractor, members) = match side {
            Side::Contractor => (of_visit.contractor, Vec::new()),
            Side::Expert(id) => (None, vec![id]),
        };
        let of_answer = Relations { contractor, members, ..of_visit };
        if disclosure(caller, FieldGroup::DeclineReason, &of_answer).is_full() {
            self.status_reason.as_deref()
        } else {
            Some(side.decline_notice())
        }
    }

    /// Who has a part in it.
    #[must_use]
    pub fn relations(&self) -> Relations {
        Relations {
            leader: self.leader_id,
            members: self.members.iter().map(|member| member.expert_id).collect(),
            ..self.parties.relations()
        }
    }

    /// The visit that a planned service becomes when its plan is confirmed.
    #[must_use]
    pub fn plan(
        id: VisitId,
        number: String,
        plan: &ServicePlan,
        service: &PlannedService,
        now: DateTime<Utc>,
    ) -> (Self, Event) {
        let visit = Self {
            id,
            version: 1,
            number,
            status: VisitStatus::Planned,
            status_reason: None,
            plan_id: plan.id,
            planned_service_id: service.id,
            line_id: service.line_id,
            commission_id: plan.commission_id,
            project_id: plan.project_id,
            category: service.category,
            window: service.window,
            group_size: service.group_size,
            scheduled_start: None,
            scheduled_end: None,
            leader_id: None,
            members: Vec::new(),
            missing_specialty_reason: None,
            contractor_agreed_at: None,
            negotiation: Negotiation::default(),
            steps: Vec::new(),
            started_at: None,
            ended_at: None,
            upload_due_at: None,
            upload_due_provisional: None,
            submitted_at: None,
            first_submitted_at: None,
            submitted_by: None,
            late: None,
            conclusion: None,
            accepted_at: None,
            parties: plan.parties,
            created_at: now,
            updated_at: now,
        };
        let event = Event::new(EventName::VisitPlanned, Self::KIND, id)
            .states(None, "planned")
            .fact(FactName::Category, service.category);
        (visit, event)
    }

    /// The leader begins it, on a registered project and on the agreed day (A2.1, A4.5, A12.1): for another day its
    /// group is not booked, and may be elsewhere.
    ///
    /// # Errors
    /// `WRONG_STATE`; project not registered; commission not in service; [`TOO_EARLY`], [`AGREED_DAY_PASSED`].
    pub fn start(
        self,
        project: &Project,
        commission: &Commission,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        let parents = ParentStates { project: project.status, commission: commission.status };
        let (mut next, event) = self.advance(Operation::StartVisit, EventName::VisitStarted)?;
        next.must_be_ready(parents, now)?;
        next.started_at = Some(now);
        Ok((next, event))
    }

    /// A13.1: the group records its next step.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`STEP_OUT_OF_ORDER`]; a time that cannot be.
    pub fn record_step(self, step: TakenStep) -> Result<(Self, Event), Violation> {
        let (mut next, event) = self.advance(step.step.recorded_by(), EventName::VisitStepRecorded)?;
        step::check_next(&next.steps, &step, next.started_at)?;
        let event = event.fact(FactName::Step, step.step).fact(FactName::TakenAt, step.taken_at.to_rfc3339());
        next.steps.push(step);
        Ok((next, event))
    }

    /// The step that comes next; none once all are taken.
    #[must_use]
    pub fn next_step(&self) -> Option<Step> {
        Step::ALL.get(self.steps.len()).copied()
    }

    /// A13.1: the contractor receives the rectification proposal, which the last step issued.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`STEPS_MISSING`] where there is none yet.
    pub fn receive_proposal(self) -> Result<(Self, Event), Violation> {
        let reason = self.status_reason.clone();
        let (mut next, event) =
            self.advance(Operation::ReceiveRectificationProposal, EventName::RectificationProposalReceived)?;
        step::check_all(&next.steps)?;
        next.status_reason = reason;
        Ok((next, event))
    }

    /// The leader ends it: all five steps are taken, and the upload is due (A14.1).
    ///
    /// # Errors
    /// `WRONG_STATE`; [`STEPS_MISSING`].
    pub fn end(self, calendars: &WorkingCalendars, now: DateTime<Utc>) -> Result<(Self, Event), Violation> {
        let (mut next, event) = self.advance(Operation::EndVisit, EventName::VisitEnded)?;
        step::check_all(&next.steps)?;
        let deadline = upload_deadline(calendars, now)?;
        next.ended_at = Some(now);
        next.upload_due_at = Some(deadline.due_at);
        next.upload_due_provisional = Some(deadline.provisional);
        let event = event
            .fact(FactName::UploadDueAt, deadline.due_at.to_rfc3339())
            .fact(FactName::UploadDueProvisional, deadline.provisional);
        Ok((next, event))
    }

    /// A14.1: a provisional deadline is counted again once the calendars say more; nothing where it is
    /// not provisional, or they say no more than they did. Whether material came late follows from when it first
    /// came and the deadline that holds, either way.
    pub fn recount_deadline(
        mut self,
        calendars: &WorkingCalendars,
    ) -> Result<Option<(Self, Event)>, Violation> {
        let (Some(ended_at), Some(true)) = (self.ended_at, self.upload_due_provisional) else {
            return Ok(None);
        };
        let deadline = upload_deadline(calendars, ended_at)?;
        if deadline.provisional {
            return Ok(None);
        }
        let event = Event::new(EventName::UploadDeadlineRecounted, Self::KIND, self.id)
            .fact(
                FactName::UploadDueAtBefore,
                self.upload_due_at.map(|due| due.to_rfc3339()).unwrap_or_default(),
            )
            .fact(FactName::UploadDueAt, deadline.due_at.to_rfc3339());
        self.upload_due_at = Some(deadline.due_at);
        self.upload_due_provisional = Some(false);
        // What did not come yet is measured anew: its deadline may have moved on.
        let late = self.first_submitted_at.map(|at| deadline.is_late(at));
        let is_late = late == Some(true);
        let event =
            if is_late == (self.late == Some(true)) { event } else { event.fact(FactName::Late, is_late) };
        self.late = late;
        Ok(Some((self, event)))
    }

    /// A14.1: the time for the material is over, and it did not come: it is late from now on. Nothing where it came, where it is
    /// not due, or where that was said already.
    #[must_use]
    pub fn mark_overdue(mut self, now: DateTime<Utc>) -> Option<(Self, Event)> {
        let due = self.upload_due_at.filter(|due| is_late(*due, now))?;
        if self.first_submitted_at.is_some() || self.late.is_some() {
            return None;
        }
        self.late = Some(true);
        let event = Event::new(EventName::VisitUploadOverdue, Self::KIND, self.id)
            .fact(FactName::UploadDueAt, due.to_rfc3339())
            .fact(FactName::Late, true);
        Some((self, event))
    }

    /// A4.6, A14.2: the leader submits the material, complete for its category; late is marked, never refused.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`MATERIAL_MISSING`] for each kind.
    pub fn submit(
        self,
        have: &[AttachmentKind],
        conclusion: String,
        by: Uuid,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        let (mut next, event) = self.advance(Operation::SubmitVisit, EventName::VisitSubmitted)?;
        material::check(next.category, have)?;
        let first = *next.first_submitted_at.get_or_insert(now);
        let late = next.upload_due_at.is_some_and(|due| is_late(due, first));
        next.late = Some(late);
        next.submitted_at = Some(now);
        next.submitted_by = Some(by);
        next.conclusion = Some(conclusion);
        Ok((next, event.fact(FactName::Late, late)))
    }

    /// The provider accepts the material.
    ///
    /// # Errors
    /// `WRONG_STATE`; who submitted it does not accept it.
    pub fn accept(self, by: Uuid, now: DateTime<Utc>) -> Result<(Self, Event), Violation> {
        let (mut next, event) = self.advance(Operation::AcceptVisit, EventName::VisitAccepted)?;
        next.must_be_anothers(by)?;
        next.accepted_at = Some(now);
        Ok((next, event))
    }

    /// The provider returns the material.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn return_for_correction(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::ReturnVisit, EventName::VisitReturned, reason)
    }
}

#[cfg(test)]
mod tests;
