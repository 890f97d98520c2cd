//! Commissions (委托服务单): what an insurer asks a provider to do, how often, for what fee (A3, A4.2, A7.1).

use chrono::{DateTime, Utc};

use crate::{
    Event, EventName, FactName, Money, Period, Violation,
    access::{
        Operation, Port, Relations,
        state_machine::{Record, State, record},
    },
    base::{
        code::WRONG_STATE,
        id::{CommissionId, OrganizationId, PolicyId, ProjectId, ServiceLineId},
    },
    identity::organization::OrganizationStatus,
    service::{
        fee::{self, CostLine, FeeMode},
        policy::{Committed, FeeBase, Parties, PolicyTerms},
        project::{Project, ProjectStatus},
    },
    vocabulary,
};

crate::codes! {
    NO_SERVICE_LINE = "no_service_line", Invalid, Some("A7.1"),
        "未约定服务内容" / "委托服务单须至少约定一项服务内容及频次。",
        "Service line required" / "A commission must agree at least one service with its frequency.";
    DESCRIPTION_REQUIRED = "description_required", Invalid, Some("A6"),
        "须说明服务内容" / "“其他有关事故预防工作”须写明内容。",
        "Description required" / "Describe the services of the category for other accident prevention.";
    OUTSIDE_POLICY_PERIOD = "outside_policy_period", Conflict, None,
        "服务期间超出保险期间" / "服务期间须在保险期间之内。",
        "Outside the insured period" / "The service period must lie within the insured period of the policy.";
    NOT_A_PROVIDER = "not_a_provider", Conflict, Some("A4.2"),
        "不是服务机构" / "受托方须是已启用的协会或第三方服务机构。",
        "Not a service provider" / "The provider must be the association or an active third-party service organisation.";
    TIMES_REQUIRED = "times_required", Invalid, Some("A7.1"),
        "须约定频次" / "每项服务须至少约定一次。",
        "Frequency required" / "Each service line must agree at least one service.";
    CONTRACT_NUMBER_REQUIRED = "contract_number_required", Invalid, Some("A3.2"),
        "须填写合同编号" / "据实计算的，须填写委托合同编号。",
        "Contract number required" / "A fee at actual cost follows the commission contract. State the number of the contract.";
    AMOUNT_DUE_TOO_HIGH = "amount_due_too_high", Conflict, Some("A3.1"),
        "应付金额超过委托费用" / "终止时应付金额不得高于委托费用 {fee}。",
        "Amount due above the fee" / "The amount due at termination must not exceed the fee of {fee}.";
}

vocabulary! {
    /// Seven categories of service that Article 6 lists.
    pub enum ServiceCategory {
        EducationAndTraining = "education_and_training" / "安全生产宣传教育培训" / "Safety education and training",
        HazardInspection = "hazard_inspection" / "生产安全事故隐患排查" / "Hazard inspection",
        RiskAssessment = "risk_assessment" / "安全风险辨识、评估和安全评价" / "Risk identification, assessment and safety evaluation",
        Standardisation = "standardisation" / "安全生产标准化建设" / "Standardisation of work safety",
        EmergencyPlanAndDrill = "emergency_plan_and_drill" / "生产安全事故应急预案编制和演练" / "Emergency plans and drills",
        TechnologyPromotion = "technology_promotion" / "安全生产科技推广应用" / "Promotion of safety technology",
        Other = "other" / "其他有关事故预防工作" / "Other accident prevention",
    }
}

vocabulary! {
    /// States of a commission, from its draft to its completion or termination.
    pub enum CommissionStatus {
        Draft = "draft" / "草稿" / "Draft",
        Submitted = "submitted" / "已提交" / "Submitted",
        Returned = "returned" / "已退回" / "Returned",
        Withdrawn = "withdrawn" / "已撤回" / "Withdrawn",
        Accepted = "accepted" / "已接受" / "Accepted",
        InService = "in_service" / "服务中" / "In service",
        Reported = "reported" / "已报告" / "Reported",
        Completed = "completed" / "已完成" / "Completed",
        Terminated = "terminated" / "已终止" / "Terminated",
    }
}

impl CommissionStatus {
    /// Whether the fee counts against the policy's cap (A3.1).
    #[must_use]
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Draft | Self::Returned | Self::Withdrawn)
    }
}

impl State for CommissionStatus {
    fn after(self, operation: Operation) -> Option<Self> {
        match (self, operation) {
            (Self::Draft | Self::Returned, Operation::UpdateCommission) => Some(self),
            (Self::Draft | Self::Returned, Operation::SubmitCommission) => Some(Self::Submitted),
            (Self::Draft | Self::Submitted | Self::Returned, Operation::WithdrawCommission) => {
                Some(Self::Withdrawn)
            }
            (Self::Submitted, Operation::AcceptCommission) => Some(Self::Accepted),
            (Self::Submitted, Operation::ReturnCommission) => Some(Self::Returned),
            (Self::Accepted | Self::InService, Operation::TerminateCommission) => Some(Self::Terminated),
            (
                Self::Accepted | Self::InService,
                Operation::CreateServicePlan | Operation::SubmitServicePlan,
            ) => Some(self),
            (Self::Accepted | Self::InService, Operation::ConfirmServicePlan)
            | (Self::Reported, Operation::ReturnServiceReport) => Some(Self::InService),
            (Self::InService, Operation::CreateServiceReport | Operation::StartVisit) => Some(self),
            (Self::InService, Operation::SubmitServiceReport) => Some(Self::Reported),
            (Self::Reported, Operation::AcknowledgeServiceReport) => Some(Self::Completed),
            _ => None,
        }
    }
}

/// The states of the parent records (project and commission) that decide which operations are possible on a child
/// record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParentStates {
    /// The project.
    pub project: ProjectStatus,
    /// The commission.
    pub commission: CommissionStatus,
}

/// One line of what is commissioned: content and frequency (内容及频次).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceLine {
    /// Its id, which planned services refer to.
    pub id: ServiceLineId,
    /// Category of Art. 6.
    pub category: ServiceCategory,
    /// What exactly; must be said for `other`.
    pub description: String,
    /// Number of services agreed.
    pub times: u32,
    /// How often, in words, such as 每季度一次.
    pub frequency: Option<String>,
}

/// What an insurer says about a commission.
#[derive(Debug, Clone, PartialEq)]
pub struct CommissionTerms {
    /// The organisation asked.
    pub provider_id: OrganizationId,
    /// Number of the commission contract.
    pub contract_number: String,
    /// What is asked, at least one line.
    pub lines: Vec<ServiceLine>,
    /// How the fee is found.
    pub fee_mode: FeeMode,
    /// The fee.
    pub fee: Money,
    /// Its lines, by actual cost.
    pub cost_lines: Vec<CostLine>,
    /// When service is given.
    pub period: Period,
}

impl CommissionTerms {
    /// Whether it has a contract number: by premium ratio there may be none.
    #[must_use]
    pub fn has_contract_number(&self) -> bool {
        !self.contract_number.trim().is_empty()
    }
}

/// A commission.
#[derive(Debug, Clone, PartialEq)]
pub struct Commission {
    /// Its id.
    pub id: CommissionId,
    /// Version of the record.
    pub version: i64,
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: CommissionStatus,
    /// Why it is in its state, where a reason was given.
    pub status_reason: Option<String>,
    /// The policy that it is made against.
    pub policy_id: PolicyId,
    /// The project.
    pub project_id: ProjectId,
    /// What the insurer says.
    pub terms: CommissionTerms,
    /// The parties.
    pub parties: Parties,
    /// Whether its contract number is its alone among the commissions of its insurer: from its creation until it is withdrawn, where it has
    /// a number. A commission that an earlier version made with the number of another does not hold it.
    pub holds_contract_number: bool,
    /// The first submission to its provider. Absent while it is a draft that was never submitted.
    pub first_submission: Option<FirstSubmission>,
    /// What is due, where it was terminated.
    pub amount_due: Option<Money>,
    /// When it was completed or terminated; the years of A19.1 run from here.
    pub ended_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

record!(Commission, CommissionStatus, RecordKind::Commission);

/// The first submission of a commission to a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstSubmission {
    /// The provider.
    pub provider_id: OrganizationId,
    /// When it was first submitted to this one.
    pub at: DateTime<Utc>,
}

impl Commission {
    /// Who has a part in it: before it was ever submitted nobody but its insurer, the association and the
    /// regulator; a provider once it was submitted to that one (A11.3).
    #[must_use]
    pub fn relations(&self) -> Relations {
        let relations = self.parties.relations();
        match self.first_submission {
            None => Relations {
                insurers: relations.insurers,
                district: relations.district,
                ..Relations::default()
            },
            Some(first) if first.provider_id == self.terms.provider_id => relations,
            Some(_) => Relations { providers: Vec::new(), ..relations },
        }
    }

    /// Itself, where what it may do next depends on how its project stands.
    #[must_use]
    pub fn depends_on(&self) -> Option<CommissionId> {
        self.status.after(Operation::SubmitCommission).map(|_| self.id)
    }

    /// Whether its state, and its project's where it is given, let the operation pass: what its fee or its period may be
    /// refused for comes after.
    ///
    /// # Errors
    /// `WRONG_STATE`; project not registered.
    pub fn check_allowed_now(
        &self,
        operation: Operation,
        parents: Option<ParentStates>,
    ) -> Result<(), Violation> {
        crate::access::state_machine::step(self.status, operation)?;
        match parents {
            Some(parents) if operation == Operation::SubmitCommission => parents.project.must_be_registered(),
            _ => Ok(()),
        }
    }

    /// The insurer makes it, as a draft.
    ///
    /// # Errors
    /// A field that is wrong.
    pub fn create(mut self, project: &Project) -> Result<(Self, Event), Violation> {
        project.must_be_registered()?;
        self.terms.check()?;
        self.holds_contract_number = self.terms.has_contract_number();
        let event = Event::new(EventName::CommissionCreated, Self::KIND, self.id).states(None, "draft");
        Ok((self, event))
    }

    /// The insurer corrects it, while it is a draft or returned.
    ///
    /// # Errors
    /// `WRONG_STATE`; a field that is wrong.
    pub fn update(mut self, terms: CommissionTerms) -> Result<(Self, Event), Violation> {
        terms.check()?;
        self.parties = self.parties.served_by(terms.provider_id);
        self.holds_contract_number = terms.has_contract_number();
        self.terms = terms;
        let reason = self.status_reason.clone();
        let (mut next, event) = self.advance(Operation::UpdateCommission, EventName::CommissionUpdated)?;
        next.status_reason = reason;
        Ok((next, event))
    }

    /// A4.2: the insurer submits it. Here the fee is measured (A3.1, A3.2).
    ///
    /// # Errors
    /// `WRONG_STATE`; project not registered; [`NOT_A_PROVIDER`]; [`OUTSIDE_POLICY_PERIOD`];
    /// [`fee::FEE_CAP_EXCEEDED`].
    pub fn submit(
        self,
        project: &Project,
        policy: &PolicyTerms,
        base: FeeBase,
        provider: (Port, OrganizationStatus),
        committed_elsewhere: Committed,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        let parents = ParentStates { project: project.status, commission: self.status };
        self.check_allowed_now(Operation::SubmitCommission, Some(parents))?;
        self.terms.check()?;
        if !provider.0.is_service_provider() || provider.1 != OrganizationStatus::Active {
            return Err(Violation::new(NOT_A_PROVIDER).at("/provider_id"));
        }
        if !policy.period.covers(self.terms.period) {
            return Err(Violation::new(OUTSIDE_POLICY_PERIOD).at("/period_end"));
        }
        let (fee, mode) = (self.terms.fee, self.terms.fee_mode);
        if mode == FeeMode::PremiumRatio {
            policy.check_fee(base, committed_elsewhere.fees, fee)?;
        }
        let (mut next, event) = self.advance(Operation::SubmitCommission, EventName::CommissionSubmitted)?;
        let provider_id = next.terms.provider_id;
        let before = next.first_submission.filter(|first| first.provider_id == provider_id);
        next.first_submission = before.or(Some(FirstSubmission { provider_id, at: now }));
        Ok((next, event.fact(FactName::FeeMode, mode).fact(FactName::Fee, fee)))
    }

    /// The insurer withdraws it.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn withdraw(self, reason: &str) -> Result<(Self, Event), Violation> {
        let (mut next, event) =
            self.advance_because(Operation::WithdrawCommission, EventName::CommissionWithdrawn, reason)?;
        next.holds_contract_number = false;
        Ok((next, event))
    }

    /// The provider accepts it.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn accept(self) -> Result<(Self, Event), Violation> {
        self.advance(Operation::AcceptCommission, EventName::CommissionAccepted)
    }

    /// The provider returns it.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn return_for_correction(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::ReturnCommission, EventName::CommissionReturned, reason)
    }

    /// It ends early, by agreement, with what is due.
    ///
    /// # Errors
    /// `WRONG_STATE`; `REASON_REQUIRED`; [`AMOUNT_DUE_TOO_HIGH`].
    pub fn terminate(
        self,
        reason: &str,
        amount_due: Money,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        let fee = self.terms.fee;
        let (mut next, event) =
            self.advance_because(Operation::TerminateCommission, EventName::CommissionTerminated, reason)?;
        if amount_due > fee {
            return Err(Violation::new(AMOUNT_DUE_TOO_HIGH).with("fee", fee).at("/amount_due"));
        }
        next.amount_due = Some(amount_due);
        next.ended_at = Some(now);
        Ok((next, event.fact(FactName::AmountDue, amount_due)))
    }

    /// A plan or report moved it on: `confirm_service_plan`, `submit_`, `return_` or
    /// `acknowledge_service_report`.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn follow(self, operation: Operation, now: DateTime<Utc>) -> Result<(Self, Event), Violation> {
        let name = match operation {
            Operation::ConfirmServicePlan => EventName::CommissionInService,
            Operation::SubmitServiceReport => EventName::CommissionReported,
            Operation::ReturnServiceReport => EventName::CommissionReportReturned,
            Operation::AcknowledgeServiceReport => EventName::CommissionCompleted,
            _ => {
                return Err(Violation::new(WRONG_STATE)
                    .with("status", self.status)
                    .with("operation", operation));
            }
        };
        let (mut next, event) = self.advance(operation, name)?;
        if next.status == CommissionStatus::Completed {
            next.ended_at = Some(now);
        }
        Ok((next, event))
    }
}

impl CommissionTerms {
    /// Whether they can be right, whatever they refer to.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn check(&self) -> Result<(), Violation> {
        let mut wrong = Vec::new();
        if self.lines.is_empty() {
            wrong.push(Violation::new(NO_SERVICE_LINE).at("/lines"));
        }
        for (index, line) in self.lines.iter().enumerate() {
            if line.times == 0 {
                wrong.push(Violation::new(TIMES_REQUIRED).at(format!("/lines/{index}/times")));
            }
            if line.category == ServiceCategory::Other && line.description.trim().is_empty() {
                wrong.push(Violation::new(DESCRIPTION_REQUIRED).at(format!("/lines/{index}/description")));
            }
        }
        if self.fee_mode == FeeMode::ActualCost && !self.has_contract_number() {
            wrong.push(Violation::new(CONTRACT_NUMBER_REQUIRED).at("/contract_number"));
        }
        wrong.extend(self.period.check("/period_end").err());
        wrong.extend(fee::fee_of(self.fee_mode, Some(self.fee), &self.cost_lines).err());
        Violation::all(wrong)
    }
}

#[cfg(test)]
mod tests;
