//! Commissions on the wire.

use anze_domain::{
    Id, Violation,
    access::{self, Caller, Resource},
    base::period::Period,
    service::{
        commission::{Commission, CommissionTerms, ParentStates, ServiceLine},
        fee::{self, CostLine},
    },
};
use anze_persistence::{oversight::summary::Named, service::commission::Premiums};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::{
    app::batch::Outcome,
    http::{
        problem::{ApiError, Problem},
        schema::{Amount, PremiumShare},
    },
    service::calculations::CostLineIo,
    wire::{
        summary::{NamesOthers, OrganizationSummary, ProjectSummary, Summaries},
        terms::{CommissionStatusTerm, FeeModeTerm, ServiceCategoryTerm},
    },
};

/// Content, fee and period of a commission, as the insurer agrees them with the provider.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "policy_id": "019c3fe9-9a80-7525-be8a-1c49e7b35604",
    "provider_id": "019c3fe9-9a80-7525-be8a-1c49e7b35605",
    "contract_number": "HT-2026-018",
    "lines": [{ "category": "hazard_inspection", "description": "深基坑与起重机械隐患排查", "times": 4, "frequency": "每季度一次" }],
    "fee_mode": "premium_ratio",
    "fee": "12345.60",
    "period_start": "2026-03-01",
    "period_end": "2026-12-31"
}))]
pub struct CommissionInput {
    /// Id of the policy against which the service is commissioned. An update must repeat it unchanged.
    pub policy_id: Uuid,
    /// Id of the association or the service organisation that is to serve.
    pub provider_id: Uuid,
    /// Number of the commission contract between insurer and provider. No other commission of the insurer has it, withdrawn
    /// ones aside.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "HT-2026-018")]
    pub contract_number: String,
    /// Lines of agreed content and frequency, at least one (A7.1).
    #[schema(min_items = 1, max_items = 50)]
    pub lines: Vec<ServiceLineInput>,
    /// Way in which the fee is computed: share of the premium (A3.1) or actual cost (A3.2).
    pub fee_mode: FeeModeTerm,
    /// Fee in CNY. Required by premium ratio. At actual cost it may be left out; if given, it must equal the
    /// sum of the cost lines (A3.2).
    pub fee: Option<Amount>,
    /// Cost lines whose exact sum is the fee at actual cost (A3.2). Empty by premium ratio.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub cost_lines: Vec<CostLineIo>,
    /// First day of the service period (date in Xiamen).
    #[schema(example = "2026-03-01")]
    pub period_start: NaiveDate,
    /// Last day of the service period (date in Xiamen), not before `period_start`.
    #[schema(example = "2026-12-31")]
    pub period_end: NaiveDate,
}

/// Commissions that an insurer drafts in one request.
#[derive(ToSchema)]
pub struct CommissionBatchInput {
    /// Commissions to draft. Each is checked and drafted on its own.
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<CommissionInput>,
}

/// Outcome of a batch of commissions.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommissionBatch {
    /// One result for each commission, in the order of the request.
    #[schema(max_items = 1000)]
    pub results: Vec<CommissionResult>,
}

/// Outcome for one commission of a batch: the draft or the problem that refused it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommissionResult {
    /// HTTP status of this commission: 201 if it was drafted, otherwise the status of its problem.
    #[schema(minimum = 201, maximum = 599, example = 201)]
    pub status: u16,
    /// Version of the drafted commission, to be sent in `If-Match`. Absent if the commission was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 64, pattern = r#"^"[0-9a-f-]+"$"#)]
    pub etag: Option<String>,
    /// Commission as it was drafted. Absent if the commission was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub commission: Option<CommissionOut>,
    /// Problem for which the commission was refused, with pointers into this item. Absent if the commission
    /// was drafted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub problem: Option<Problem>,
}

impl From<Outcome<CommissionOut>> for CommissionResult {
    fn from(it: Outcome<CommissionOut>) -> Self {
        Self { status: it.status, etag: it.etag, commission: it.made, problem: it.problem }
    }
}

/// Line of a commission: one category of service and how many times it is given (A7.1).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceLineInput {
    /// Category of the service, among the seven of Article 6.
    pub category: ServiceCategoryTerm,
    /// Exact content of the service. Required for the category `other` (A6).
    #[serde(default)]
    #[schema(max_length = 1000, example = "深基坑、高支模专项隐患排查")]
    pub description: String,
    /// Number of times that the service is given within the service period.
    #[schema(minimum = 1, maximum = 366, example = 4)]
    pub times: u32,
    /// Frequency in words, in addition to `times`. May be left out.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "每季度一次")]
    pub frequency: Option<String>,
}

impl CommissionInput {
    /// The domain's terms, each line with a new id.
    ///
    /// # Errors
    /// A fee that contradicts its mode (A3.1, A3.2).
    pub fn terms(&self, mut new_id: impl FnMut() -> Uuid) -> Result<CommissionTerms, Violation> {
        let cost_lines: Vec<CostLine> = self.cost_lines.iter().cloned().map(CostLine::from).collect();
        let fee = fee::fee_of(self.fee_mode.0, self.fee.map(|amount| amount.0), &cost_lines)?;
        let lines = self.lines.iter().map(|line| ServiceLine {
            id: Id::new(new_id()),
            category: line.category.0,
            description: line.description.clone(),
            times: line.times,
            frequency: line.frequency.clone(),
        });
        Ok(CommissionTerms {
            provider_id: self.provider_id.into(),
            contract_number: self.contract_number.clone(),
            lines: lines.collect(),
            fee_mode: self.fee_mode.0,
            fee,
            cost_lines,
            period: Period { start: self.period_start, end: self.period_end },
        })
    }
}

/// Reason of a termination and the amount due for the service given so far.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TerminationInput {
    /// Reason of the termination, in the insurer's words.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "项目停建，双方协商终止。")]
    pub reason: String,
    /// Amount due for the service given so far, in CNY; at most the fee. It counts against the fee cap in
    /// place of the fee (A3.1).
    pub amount_due: Amount,
}

/// Commission order with which an insurer asks a provider to serve a project.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Commission)]
pub struct CommissionOut {
    /// Id of the commission, assigned by the platform.
    pub id: Uuid,
    /// Number of the commission for people, assigned by the platform on creation.
    #[schema(max_length = 32, pattern = "^WT-[0-9]{4}-[0-9]{6,}$", example = "WT-2026-000123")]
    pub number: String,
    /// Current state of the commission.
    pub status: CommissionStatusTerm,
    /// Reason for which the commission was last returned, withdrawn or terminated. Absent if its last change
    /// of state had no reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Id of the policy against which the service is commissioned.
    pub policy_id: Uuid,
    /// Id of the project that the commission serves.
    pub project_id: Uuid,
    /// The project of `project_id`, in short.
    pub project: ProjectSummary,
    /// Id of the insurer that made the commission.
    pub insurer_id: Uuid,
    /// The insurer of `insurer_id`, in short.
    pub insurer: OrganizationSummary,
    /// Id of the association or the service organisation that is to serve.
    pub provider_id: Uuid,
    /// The provider of `provider_id`, in short.
    pub provider: OrganizationSummary,
    /// Number of the commission contract between insurer and provider.
    #[schema(max_length = 64, example = "HT-2026-018")]
    pub contract_number: String,
    /// Lines of agreed content and frequency (A7.1).
    #[schema(max_items = 50)]
    pub lines: Vec<ServiceLineOut>,
    /// Way in which the fee is computed: share of the premium (A3.1) or actual cost (A3.2).
    pub fee_mode: FeeModeTerm,
    /// Agreed fee in CNY. At actual cost it is the exact sum of the cost lines (A3.2).
    pub fee: Amount,
    /// Cost lines of a fee at actual cost (A3.2). Empty by premium ratio.
    #[schema(max_items = 200)]
    pub cost_lines: Vec<CostLineIo>,
    /// Fee as a share of the total premium of the policy (A3.2). Absent if the total premium is zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub share_of_premium: Option<PremiumShare>,
    /// Fee as a share of the premium received for the policy. Absent if no premium has been received.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub share_of_premium_received: Option<PremiumShare>,
    /// First day of the service period (date in Xiamen).
    pub period_start: NaiveDate,
    /// Last day of the service period (date in Xiamen).
    pub period_end: NaiveDate,
    /// Amount due at termination, in CNY. Absent unless the commission was terminated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub amount_due: Option<Amount>,
    /// Instant at which the commission was completed or terminated (RFC 3339, UTC). Absent before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Instant at which the commission was created (RFC 3339, UTC).
    pub created_at: DateTime<Utc>,
    /// Instant at which the commission was last changed (RFC 3339, UTC).
    pub updated_at: DateTime<Utc>,
    /// Actions that the caller may take on the commission now, such as `submit` for `submit_commission`.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["update", "submit", "withdraw"]))]
    pub allowed_actions: Vec<&'static str>,
}

/// Line of a commission as it is on record: one category of service and its agreed frequency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceLine)]
pub struct ServiceLineOut {
    /// Id of the line, to which the planned services of a service plan refer. Every update of the commission
    /// assigns new ids.
    pub id: Uuid,
    /// Category of the service, among the seven of Article 6.
    pub category: ServiceCategoryTerm,
    /// Exact content of the service. May be empty, except for the category `other`.
    #[schema(max_length = 1000, example = "深基坑与起重机械隐患排查")]
    pub description: String,
    /// Number of times that the service is given within the service period.
    #[schema(minimum = 1, maximum = 366, example = 4)]
    pub times: u32,
    /// Frequency in words. Absent if the insurer gave none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100, example = "每季度一次")]
    pub frequency: Option<String>,
}

impl From<&ServiceLine> for ServiceLineOut {
    fn from(line: &ServiceLine) -> Self {
        Self {
            id: line.id.uuid(),
            category: line.category.into(),
            description: line.description.clone(),
            times: line.times,
            frequency: line.frequency.clone(),
        }
    }
}

impl CommissionOut {
    /// The commission as this caller sees it.
    ///
    /// # Errors
    /// `internal` where the summaries are not those of the commission.
    pub fn new(
        commission: &Commission,
        premiums: Premiums,
        parents: Option<ParentStates>,
        summaries: &Summaries,
        caller: &Caller,
    ) -> Result<Self, ApiError> {
        let terms = &commission.terms;
        Ok(Self {
            id: commission.id.uuid(),
            number: commission.number.clone(),
            status: commission.status.into(),
            status_reason: commission.status_reason.clone(),
            policy_id: commission.policy_id.uuid(),
            project_id: commission.project_id.uuid(),
            project: summaries.project(commission.project_id)?,
            insurer_id: commission.parties.insurer_id.uuid(),
            insurer: summaries.organization(commission.parties.insurer_id)?,
            provider_id: terms.provider_id.uuid(),
            provider: summaries.organization(terms.provider_id)?,
            contract_number: terms.contract_number.clone(),
            lines: terms.lines.iter().map(ServiceLineOut::from).collect(),
            fee_mode: terms.fee_mode.into(),
            fee: terms.fee.into(),
            cost_lines: terms.cost_lines.iter().map(CostLineIo::from).collect(),
            share_of_premium: fee::share_of_premium(terms.fee, premiums.total).map(PremiumShare),
            share_of_premium_received: fee::share_of_premium(terms.fee, premiums.received).map(PremiumShare),
            period_start: terms.period.start,
            period_end: terms.period.end,
            amount_due: commission.amount_due.map(Amount),
            ended_at: commission.ended_at,
            created_at: commission.created_at,
            updated_at: commission.updated_at,
            allowed_actions: access::allowed_actions(
                caller,
                Resource::Commission,
                &commission.relations(),
                |operation| commission.check_allowed_now(operation, parents).is_ok(),
            ),
        })
    }
}

impl NamesOthers for Commission {
    fn name_others(&self, named: &mut Named) {
        named.project(self.project_id);
        named.organizations([self.parties.insurer_id, self.terms.provider_id]);
    }
}
