//! Service plans (技术服务方案): numbered versions of one commission, confirmed by the insurer (A4.3, A4.4, A7.1).

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    Event, EventName, FactName, Period, Violation,
    access::{
        Operation, Relations,
        state_machine::{Record, State, record},
    },
    base::{
        code::SAME_PERSON,
        id::{CommissionId, PlannedServiceId, ProjectId, ServiceLineId, ServicePlanId},
        regulation::GROUP_MINIMUM,
    },
    calendar::working_calendar::shanghai_date,
    library::{
        group::{GROUP_TOO_LARGE, GROUP_TOO_SMALL, MAX_MEMBERS},
        qualification::Specialty,
    },
    service::{
        commission::{Commission, CommissionStatus, ParentStates, ServiceCategory, ServiceLine},
        policy::Parties,
    },
    vocabulary,
};

crate::codes! {
    PLAN_MISSES_SERVICE = "plan_misses_service", Conflict, Some("A7.1"),
        "方案未覆盖约定频次" / "第 {line} 项服务约定 {agreed} 次，方案仅安排 {planned} 次。",
        "Plan covers less than agreed" / "Service line {line} agrees {agreed} services. The plan contains {planned}.";
    LINE_NOT_COMMISSIONED = "line_not_commissioned", Conflict, Some("A7.1"),
        "不在委托范围" / "该服务不属于委托服务单约定的内容。",
        "Service not commissioned" / "The service belongs to no service line of the commission.";
    OUTSIDE_COMMISSION_PERIOD = "outside_commission_period", Conflict, Some("A7.1"),
        "超出委托服务期间" / "计划时间须在委托服务期间之内。",
        "Outside the commissioned period" / "The planned window must lie within the service period of the commission.";
    PLAN_OPEN_ALREADY = "plan_open_already", Conflict, Some("A4.3"),
        "已有未决方案" / "该委托已有草稿或待确认的技术服务方案。",
        "Service plan already open" / "The commission already has a service plan that is a draft or awaits confirmation.";
}

vocabulary! {
    /// States of a service plan. A confirmed plan never changes; a later version replaces it.
    pub enum ServicePlanStatus {
        Draft = "draft" / "草稿" / "Draft",
        Submitted = "submitted" / "待确认" / "Waits for confirmation",
        Confirmed = "confirmed" / "已确认" / "Confirmed",
        Returned = "returned" / "已退回" / "Returned",
    }
}

impl State for ServicePlanStatus {
    fn after(self, operation: Operation) -> Option<Self> {
        match (self, operation) {
            (Self::Draft, Operation::UpdateServicePlan) => Some(Self::Draft),
            (Self::Draft, Operation::SubmitServicePlan) => Some(Self::Submitted),
            (Self::Submitted, Operation::ConfirmServicePlan) => Some(Self::Confirmed),
            (Self::Submitted, Operation::ReturnServicePlan) => Some(Self::Returned),
            _ => None,
        }
    }
}

/// One service that is planned: it becomes a visit when the plan is confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedService {
    /// Its id.
    pub id: PlannedServiceId,
    /// The commissioned line that it serves.
    pub line_id: ServiceLineId,
    /// Its category, the line's.
    pub category: ServiceCategory,
    /// First and last day on which the service may take place.
    pub window: Period,
    /// Method of the service (服务方式).
    pub method: String,
    /// Expected outcome of the service.
    pub expected_outcome: String,
    /// How many experts it needs, at least those of A10.1.
    pub group_size: u32,
    /// The specialties it needs.
    pub specialties: Vec<Specialty>,
}

/// A version of the plan of a commission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePlan {
    /// Its id.
    pub id: ServicePlanId,
    /// Version of the record.
    pub version: i64,
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: ServicePlanStatus,
    /// Why it is in its state, where a reason was given.
    pub status_reason: Option<String>,
    /// The commission.
    pub commission_id: CommissionId,
    /// The project.
    pub project_id: ProjectId,
    /// Which version of the commission's plan it is, from 1.
    pub plan_version: u32,
    /// What it is about.
    pub summary: String,
    /// What is planned.
    pub services: Vec<PlannedService>,
    /// Who prepared it.
    pub prepared_by: Uuid,
    /// Who confirmed or returned it.
    pub decided_by: Option<Uuid>,
    /// When it was submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was confirmed.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The parties.
    pub parties: Parties,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

record!(ServicePlan, ServicePlanStatus, RecordKind::ServicePlan);

impl ServicePlan {
    /// Who has a part in it; in a draft its provider alone.
    #[must_use]
    pub fn relations(&self) -> Relations {
        if self.status == ServicePlanStatus::Draft {
            self.parties.relations_in_draft()
        } else {
            self.parties.relations()
        }
    }

    /// Its commission, where what it may do next depends on how that stands.
    #[must_use]
    pub fn depends_on(&self) -> Option<CommissionId> {
        let next = [Operation::SubmitServicePlan, Operation::ConfirmServicePlan];
        next.iter().find_map(|operation| self.status.after(*operation)).map(|_| self.commission_id)
    }

    /// Whether its state, its commission's where it is given, and who asks let the operation pass: what its services may be
    /// refused for comes after.
    ///
    /// # Errors
    /// `WRONG_STATE`; who prepared it does not confirm it.
    pub fn check_allowed_now(
        &self,
        operation: Operation,
        parents: Option<ParentStates>,
        by: Uuid,
    ) -> Result<(), Violation> {
        crate::access::state_machine::step(self.status, operation)?;
        if let Some(parents) = parents {
            must_let(parents.commission, operation)?;
        }
        if operation == Operation::ConfirmServicePlan { self.must_be_anothers(by) } else { Ok(()) }
    }

    fn must_be_anothers(&self, by: Uuid) -> Result<(), Violation> {
        if self.prepared_by == by { Err(Violation::new(SAME_PERSON)) } else { Ok(()) }
    }

    /// The provider makes a version, as a draft (A4.3).
    ///
    /// # Errors
    /// The commission is not accepted; a version is open already; a service that is not commissioned.
    pub fn create(self, commission: &Commission, another_is_open: bool) -> Result<(Self, Event), Violation> {
        crate::access::state_machine::step(commission.status, Operation::CreateServicePlan)?;
        if another_is_open {
            return Err(Violation::new(PLAN_OPEN_ALREADY));
        }
        check_services(&self.services, commission, shanghai_date(self.created_at))?;
        let event = Event::new(EventName::ServicePlanCreated, Self::KIND, self.id)
            .states(None, "draft")
            .fact(FactName::PlanVersion, self.plan_version);
        Ok((self, event))
    }

    /// The provider corrects the draft.
    ///
    /// # Errors
    /// `WRONG_STATE`; a service that is not commissioned.
    pub fn update(
        mut self,
        summary: String,
        services: Vec<PlannedService>,
        commission: &Commission,
    ) -> Result<(Self, Event), Violation> {
        check_services(&services, commission, shanghai_date(self.created_at))?;
        self.summary = summary;
        self.services = services;
        self.advance(Operation::UpdateServicePlan, EventName::ServicePlanUpdated)
    }

    /// The provider submits it; every commissioned line is covered as often as agreed (A7.1).
    /// `begun` are the lines of visits of earlier versions that have begun: what was served stays.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`PLAN_MISSES_SERVICE`].
    pub fn submit(
        self,
        commission: &Commission,
        begun: &[ServiceLineId],
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        must_let(commission.status, Operation::SubmitServicePlan)?;
        let covers =
            covers(&commission.terms.lines, self.services.iter().map(|service| service.line_id), begun);
        let (mut next, event) =
            self.advance(Operation::SubmitServicePlan, EventName::ServicePlanSubmitted)?;
        covers?;
        next.submitted_at = Some(now);
        Ok((next, event))
    }

    /// A4.4: the insurer confirms it.
    ///
    /// # Errors
    /// `WRONG_STATE`; who prepared it does not confirm it.
    pub fn confirm(self, by: Uuid, now: DateTime<Utc>) -> Result<(Self, Event), Violation> {
        let (mut next, event) =
            self.advance(Operation::ConfirmServicePlan, EventName::ServicePlanConfirmed)?;
        next.must_be_anothers(by)?;
        next.decided_by = Some(by);
        next.confirmed_at = Some(now);
        Ok((next, event))
    }

    /// The insurer returns it; a new version follows.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn return_for_correction(self, by: Uuid, reason: &str) -> Result<(Self, Event), Violation> {
        let (mut next, event) =
            self.advance_because(Operation::ReturnServicePlan, EventName::ServicePlanReturned, reason)?;
        next.decided_by = Some(by);
        Ok((next, event))
    }
}

/// A plan is submitted and confirmed while its commission is accepted or in service.
fn must_let(commission: CommissionStatus, operation: Operation) -> Result<(), Violation> {
    if matches!(operation, Operation::SubmitServicePlan | Operation::ConfirmServicePlan) {
        crate::access::state_machine::step(commission, operation)?;
    }
    Ok(())
}

/// Checks that every line is covered at least as often as agreed (A7.1).
///
/// # Errors
/// [`PLAN_MISSES_SERVICE`] for each line that is not.
pub fn covers(
    lines: &[ServiceLine],
    planned: impl Iterator<Item = ServiceLineId>,
    begun: &[ServiceLineId],
) -> Result<(), Violation> {
    let mut served: std::collections::HashMap<ServiceLineId, u32> = std::collections::HashMap::new();
    for line in planned.chain(begun.iter().copied()) {
        *served.entry(line).or_default() += 1;
    }
    let missing = lines.iter().enumerate().filter_map(|(index, line)| {
        let planned = served.get(&line.id).copied().unwrap_or(0);
        (planned < line.times).then(|| {
            Violation::new(PLAN_MISSES_SERVICE)
                .with("line", index + 1)
                .with("agreed", line.times)
                .with("planned", planned)
                .at("/services")
        })
    });
    match missing.collect::<Vec<_>>() {
        missing if missing.is_empty() => Ok(()),
        missing => {
            let mut first = Violation::new(PLAN_MISSES_SERVICE);
            first.params = missing.first().map(|violation| violation.params.clone()).unwrap_or_default();
            first.fields = missing.into_iter().flat_map(|violation| violation.fields).collect();
            Err(first)
        }
    }
}

fn check_services(
    services: &[PlannedService],
    commission: &Commission,
    on: NaiveDate,
) -> Result<(), Violation> {
    let mut wrong = Vec::new();
    for (index, service) in services.iter().enumerate() {
        let line = commission.terms.lines.iter().find(|line| line.id == service.line_id);
        if line.is_none_or(|line| line.category != service.category) {
            wrong.push(Violation::new(LINE_NOT_COMMISSIONED).at(format!("/services/{index}/line_id")));
        }
        wrong.extend(check_size(index, service.group_size, on).err());
        if service.window.end < service.window.start {
            wrong.push(
                Violation::new(crate::base::code::PERIOD_REVERSED)
                    .at(format!("/services/{index}/window_end")),
            );
        } else if !commission.terms.period.covers(service.window) {
            wrong.push(
                Violation::new(OUTSIDE_COMMISSION_PERIOD).at(format!("/services/{index}/window_start")),
            );
        }
    }
    Violation::all(wrong)
}

/// A10.1: the plan asks for a group that can be, by the number of the day on which the plan was made.
fn check_size(index: usize, size: u32, on: NaiveDate) -> Result<(), Violation> {
    let count = usize::try_from(size).unwrap_or(usize::MAX);
    let minimum = GROUP_MINIMUM.on(on);
    let wrong = if count < minimum {
        Violation::new(GROUP_TOO_SMALL).with("minimum", minimum)
    } else if count > MAX_MEMBERS {
        Violation::new(GROUP_TOO_LARGE).with("maximum", MAX_MEMBERS)
    } else {
        return Ok(());
    };
    Err(wrong.with("count", size).at(format!("/services/{index}/group_size")))
}

#[cfg(test)]
mod tests;
