//! Service reports (技术服务报告): what was done against what was agreed (A4.7).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    Event, EventName, FactName, Violation, Words,
    access::{
        Operation, Relations,
        state_machine::{Record, State, record},
    },
    base::{
        code::SAME_PERSON,
        id::{CommissionId, ProjectId, ServiceLineId, ServiceReportId},
    },
    service::{
        commission::{Commission, ParentStates, ServiceCategory, ServiceLine},
        hazard::{Hazard, HazardGrade, HazardStatus},
        policy::Parties,
        service_plan,
        visit::{Visit, VisitStatus},
    },
    vocabulary,
};

crate::codes! {
    VISIT_NOT_ACCEPTED = "visit_not_accepted", Conflict, Some("A4.7"),
        "尚有服务未验收" / "现场服务 {visit} 的状态为“{status}”，全部服务资料审核通过后方可提交报告。",
        "Visit not accepted" / "The state of visit {visit} is “{status}”. Submit the report after every visit is accepted.";
    SERVICE_INCOMPLETE = "service_incomplete", Conflict, Some("A7.1"),
        "未达到约定频次" / "第 {line} 项服务约定 {agreed} 次，实际完成 {planned} 次。",
        "Fewer services than agreed" / "Service line {line} agrees {agreed} services. {planned} were completed.";
    OPEN_HAZARDS_NOT_ACKNOWLEDGED = "open_hazards_not_acknowledged", Conflict, Some("A11.2"),
        "有隐患尚未销号" / "该委托有 {count} 项隐患尚未销号。确认知悉后方可提交报告。",
        "Hazards are still open" / "Hazards of the commission that are not closed: {count}. Acknowledge this to submit the report all the same.";
    REPORT_OPEN_ALREADY = "report_open_already", Conflict, Some("A4.7"),
        "已有技术服务报告" / "该委托已有技术服务报告。",
        "Service report already exists" / "The commission already has a service report.";
}

vocabulary! {
    /// States of a service report, from its draft to its acknowledgement by the insurer.
    pub enum ServiceReportStatus {
        Draft = "draft" / "草稿" / "Draft",
        Submitted = "submitted" / "已提交" / "Submitted",
        Returned = "returned" / "已退回" / "Returned",
        Acknowledged = "acknowledged" / "已签收" / "Acknowledged",
    }
}

impl State for ServiceReportStatus {
    fn after(self, operation: Operation) -> Option<Self> {
        match (self, operation) {
            (Self::Draft | Self::Returned, Operation::UpdateServiceReport) => Some(self),
            (Self::Draft | Self::Returned, Operation::SubmitServiceReport) => Some(Self::Submitted),
            (Self::Submitted, Operation::AcknowledgeServiceReport) => Some(Self::Acknowledged),
            (Self::Submitted, Operation::ReturnServiceReport) => Some(Self::Returned),
            _ => None,
        }
    }
}

/// A visit, as far as a report asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedVisit {
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: VisitStatus,
    /// The line that it serves.
    pub line_id: ServiceLineId,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether its material was late.
    pub late: Option<bool>,
    /// What the group concluded.
    pub conclusion: Option<String>,
}

/// A hazard, as it stood when the report was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedHazard {
    /// Its number.
    pub number: String,
    /// General or major.
    pub grade: HazardGrade,
    /// Its state.
    pub status: HazardStatus,
    /// What it is.
    pub description: String,
}

impl From<&Visit> for ServedVisit {
    fn from(visit: &Visit) -> Self {
        Self {
            number: visit.number.clone(),
            status: visit.status,
            line_id: visit.line_id,
            ended_at: visit.ended_at,
            late: visit.late,
            conclusion: visit.conclusion.clone(),
        }
    }
}

impl From<&Hazard> for ReportedHazard {
    fn from(hazard: &Hazard) -> Self {
        Self {
            number: hazard.number.clone(),
            grade: hazard.finding.grade,
            status: hazard.status,
            description: hazard.finding.description.clone(),
        }
    }
}

/// A line of the commission, and what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedLine {
    /// Category of Art. 6.
    pub category: ServiceCategory,
    /// What was commissioned.
    pub description: String,
    /// How many times it was agreed.
    pub agreed: u32,
    /// How many times it was done.
    pub served: u32,
}

/// A visit, as it stood when the report was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedVisit {
    /// Its number.
    pub number: String,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether its material was late.
    pub late: bool,
    /// What the group concluded.
    pub conclusion: String,
}

/// What stood on record when the report was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// What was done against what was agreed.
    pub lines: Vec<ReportedLine>,
    /// The visits.
    pub visits: Vec<ReportedVisit>,
    /// The hazards and their state.
    pub hazards: Vec<ReportedHazard>,
}

/// How many of these hazards were not closed.
fn open_hazards(hazards: &[ReportedHazard]) -> u32 {
    let open = hazards.iter().filter(|hazard| hazard.status != HazardStatus::Closed).count();
    u32::try_from(open).unwrap_or(u32::MAX)
}

/// A service report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceReport {
    /// Its id.
    pub id: ServiceReportId,
    /// Version of the record.
    pub version: i64,
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: ServiceReportStatus,
    /// Why it is in its state, where a reason was given.
    pub status_reason: Option<String>,
    /// The commission.
    pub commission_id: CommissionId,
    /// The project.
    pub project_id: ProjectId,
    /// How the provider judges the project's safety.
    pub evaluation: String,
    /// What it concludes.
    pub conclusion: String,
    /// What stood on record when it was submitted.
    pub snapshot: Option<Snapshot>,
    /// Who prepared it.
    pub prepared_by: Uuid,
    /// Who acknowledged or returned it.
    pub decided_by: Option<Uuid>,
    /// When it was submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was acknowledged.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// The parties.
    pub parties: Parties,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

record!(ServiceReport, ServiceReportStatus, RecordKind::ServiceReport);

impl ServiceReport {
    /// Who has a part in it; in a draft its provider alone.
    #[must_use]
    pub fn relations(&self) -> Relations {
        if self.status == ServiceReportStatus::Draft {
            self.parties.relations_in_draft()
        } else {
            self.parties.relations()
        }
    }

    /// How many hazards were not closed when it was submitted. None while it is to be submitted: then those count that are open now.
    #[must_use]
    pub fn open_hazards_reported(&self) -> Option<u32> {
        let submitted =
            matches!(self.status, ServiceReportStatus::Submitted | ServiceReportStatus::Acknowledged);
        let snapshot = self.snapshot.as_ref().filter(|_| submitted)?;
        Some(open_hazards(&snapshot.hazards))
    }

    /// Its commission, where what it may do next depends on how that and its visits stand.
    #[must_use]
    pub fn depends_on(&self) -> Option<CommissionId> {
        self.status.after(Operation::SubmitServiceReport).map(|_| self.commission_id)
    }

    /// Whether its state, its commission's where it is given, the visits and who asks let the operation pass: what is not
    /// served as agreed may still be refused after.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`VISIT_NOT_ACCEPTED`]; who prepared it does not acknowledge it.
    pub fn check_allowed_now(
        &self,
        operation: Operation,
        parents: Option<ParentStates>,
        visits_open: bool,
        by: Uuid,
    ) -> Result<(), Violation> {
        use Operation::{AcknowledgeServiceReport, SubmitServiceReport};
        crate::access::state_machine::step(self.status, operation)?;
        match operation {
            SubmitServiceReport => {
                parents.map_or(Ok(()), |it| {
                    crate::access::state_machine::step(it.commission, operation).map(drop)
                })?;
                if visits_open { Err(Violation::new(VISIT_NOT_ACCEPTED)) } else { Ok(()) }
            }
            AcknowledgeServiceReport => self.must_be_anothers(by),
            _ => Ok(()),
        }
    }

    fn must_be_anothers(&self, by: Uuid) -> Result<(), Violation> {
        if self.prepared_by == by { Err(Violation::new(SAME_PERSON)) } else { Ok(()) }
    }

    /// The provider makes it, as a draft.
    ///
    /// # Errors
    /// The commission is not in service; there is one already.
    pub fn create(self, commission: &Commission, there_is_one: bool) -> Result<(Self, Event), Violation> {
        crate::access::state_machine::step(commission.status, Operation::CreateServiceReport)?;
        if there_is_one {
            return Err(Violation::new(REPORT_OPEN_ALREADY));
        }
        let event = Event::new(EventName::ServiceReportCreated, Self::KIND, self.id).states(None, "draft");
        Ok((self, event))
    }

    /// The provider corrects it.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn update(mut self, evaluation: String, conclusion: String) -> Result<(Self, Event), Violation> {
        self.evaluation = evaluation;
        self.conclusion = conclusion;
        let reason = self.status_reason.clone();
        let (mut next, event) =
            self.advance(Operation::UpdateServiceReport, EventName::ServiceReportUpdated)?;
        next.status_reason = reason;
        Ok((next, event))
    }

    /// A4.7: the provider submits it, when every visit is accepted and every line served as agreed. Where hazards are not closed, it
    /// says that it knows (A11.2).
    ///
    /// # Errors
    /// `WRONG_STATE`; [`VISIT_NOT_ACCEPTED`]; [`SERVICE_INCOMPLETE`]; [`OPEN_HAZARDS_NOT_ACKNOWLEDGED`].
    pub fn submit(
        self,
        lines: &[ServiceLine],
        visits: &[ServedVisit],
        hazards: Vec<ReportedHazard>,
        open_hazards_acknowledged: bool,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        let (mut next, mut event) =
            self.advance(Operation::SubmitServiceReport, EventName::ServiceReportSubmitted)?;
        let took_place = || visits.iter().filter(|visit| visit.status != VisitStatus::Cancelled);
        if let Some(open) = took_place().find(|visit| visit.status.is_open()) {
            return Err(Violation::new(VISIT_NOT_ACCEPTED)
                .with("visit", Words::verbatim(&open.number))
                .with("status", open.status));
        }
        service_plan::covers(lines, took_place().map(|visit| visit.line_id), &[])
            .map_err(|missing| Violation { code: SERVICE_INCOMPLETE, fields: Vec::new(), ..missing })?;
        let open = open_hazards(&hazards);
        if open > 0 {
            if !open_hazards_acknowledged {
                let refused = Violation::new(OPEN_HAZARDS_NOT_ACKNOWLEDGED).with("count", open);
                return Err(refused.at("/open_hazards_acknowledged"));
            }
            event = event.fact(FactName::OpenHazards, open);
        }
        let served = |line: &ServiceLine| took_place().filter(|visit| visit.line_id == line.id).count();
        next.snapshot = Some(Snapshot {
            lines: lines
                .iter()
                .map(|line| ReportedLine {
                    category: line.category,
                    description: line.description.clone(),
                    agreed: line.times,
                    served: u32::try_from(served(line)).unwrap_or(u32::MAX),
                })
                .collect(),
            visits: took_place()
                .map(|visit| ReportedVisit {
                    number: visit.number.clone(),
                    ended_at: visit.ended_at,
                    late: visit.late.unwrap_or(false),
                    conclusion: visit.conclusion.clone().unwrap_or_default(),
                })
                .collect(),
            hazards,
        });
        next.submitted_at = Some(now);
        Ok((next, event))
    }

    /// The insurer acknowledges it.
    ///
    /// # Errors
    /// `WRONG_STATE`; who prepared it does not acknowledge it.
    pub fn acknowledge(self, by: Uuid, now: DateTime<Utc>) -> Result<(Self, Event), Violation> {
        let (mut next, event) =
            self.advance(Operation::AcknowledgeServiceReport, EventName::ServiceReportAcknowledged)?;
        next.must_be_anothers(by)?;
        next.decided_by = Some(by);
        next.acknowledged_at = Some(now);
        Ok((next, event))
    }

    /// The insurer returns it.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn return_for_correction(self, by: Uuid, reason: &str) -> Result<(Self, Event), Violation> {
        let (mut next, event) =
            self.advance_because(Operation::ReturnServiceReport, EventName::ServiceReportReturned, reason)?;
        next.decided_by = Some(by);
        Ok((next, event))
    }
}

#[cfg(test)]
mod tests;
