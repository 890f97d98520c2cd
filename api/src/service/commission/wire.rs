//! Commissions on the wire.

use anze_domain::{
    Id, Violation,
    access::{self, Caller, Resource},
    base::period::Period,
    service::{
        commission::{Commission, CommissionTerms, ParentStates, ServiceLine, fee_of},
        fee::{self, CostLine},
    },
};
use anze_persistence::service::commission::Premiums;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::{
    app::batch::Outcome,
    http::{
        problem::Problem,
        schema::{Amount, PremiumShare},
    },
    service::calculations::CostLineIo,
    wire::terms::{CommissionStatusTerm, FeeModeTerm, ServiceCategoryTerm},
};

/// What an insurer says about a commission.
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
    /// The policy that it is made against; it stays the same.
    pub policy_id: Uuid,
    /// The association or third-party service organisation that is asked.
    pub provider_id: Uuid,
    /// Number of the commission contract (委托合同编号).
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "HT-2026-018")]
    pub contract_number: String,
    /// What is asked, and how often (A7.1).
    #[schema(min_items = 1, max_items = 50)]
    pub lines: Vec<ServiceLineInput>,
    /// How the fee is found.
    pub fee_mode: FeeModeTerm,
    /// The fee; by actual cost it may be left out, and is the sum of its lines.
    pub fee: Option<Amount>,
    /// The lines of the fee, by actual cost (A3.2); none by premium ratio.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub cost_lines: Vec<CostLineIo>,
    /// First day of service.
    #[schema(example = "2026-03-01")]
    pub period_start: NaiveDate,
    /// Last day of service.
    #[schema(example = "2026-12-31")]
    pub period_end: NaiveDate,
}

/// Many commissions.
#[derive(ToSchema)]
pub struct CommissionBatchInput {
    /// The commissions.
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<CommissionInput>,
}

/// What came of many commissions: one result for each, in the order in which they were given.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommissionBatch {
    /// One result for each.
    #[schema(max_items = 1000)]
    pub results: Vec<CommissionResult>,
}

/// What came of one of many commissions.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommissionResult {
    /// 201 where it was drafted, else the status of the problem.
    #[schema(minimum = 201, maximum = 599, example = 201)]
    pub status: u16,
    /// Its version, for `If-Match`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 64, pattern = r#"^"[0-9a-f-]+"$"#)]
    pub etag: Option<String>,
    /// The commission.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub commission: Option<CommissionOut>,
    /// Why it was not drafted; its pointers begin at the item.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub problem: Option<Problem>,
}

impl From<Outcome<CommissionOut>> for CommissionResult {
    fn from(it: Outcome<CommissionOut>) -> Self {
        Self { status: it.status, etag: it.etag, commission: it.made, problem: it.problem }
    }
}

/// A line of what is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceLineInput {
    /// Category of Art. 6.
    pub category: ServiceCategoryTerm,
    /// What exactly; must be said for `other` (A6).
    #[serde(default)]
    #[schema(max_length = 1000, example = "深基坑、高支模专项隐患排查")]
    pub description: String,
    /// How many times.
    #[schema(minimum = 1, maximum = 366, example = 4)]
    pub times: u32,
    /// How often, in words.
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
        let fee = fee_of(self.fee_mode.0, self.fee.map(|amount| amount.0), &cost_lines)?;
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

/// Why a commission ends early, and what is due.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TerminationInput {
    /// Why, in words.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "项目停建，双方协商终止。")]
    pub reason: String,
    /// What is due for what was served, at most the fee; it is what counts against the cap from then on.
    pub amount_due: Amount,
}

/// A commission (委托服务单).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Commission)]
pub struct CommissionOut {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    #[schema(max_length = 32, pattern = "^WT-[0-9]{4}-[0-9]{6,}$", example = "WT-2026-000123")]
    pub number: String,
    /// Its state.
    pub status: CommissionStatusTerm,
    /// Why it is in its state, where a reason was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// The policy that it is made against.
    pub policy_id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// The insurer (保险机构).
    pub insurer_id: Uuid,
    /// The association or service organisation that is asked (受托方).
    pub provider_id: Uuid,
    /// Number of the commission contract (委托合同编号).
    #[schema(max_length = 64, example = "HT-2026-018")]
    pub contract_number: String,
    /// What is asked, and how often.
    #[schema(max_items = 50)]
    pub lines: Vec<ServiceLineOut>,
    /// How the fee is found.
    pub fee_mode: FeeModeTerm,
    /// The fee.
    pub fee: Amount,
    /// The lines of the fee; empty by premium ratio.
    #[schema(max_items = 200)]
    pub cost_lines: Vec<CostLineIo>,
    /// The fee as a share of the total premium (A3.2); absent where that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub share_of_premium: Option<PremiumShare>,
    /// The fee as a share of the premium received; absent where that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub share_of_premium_received: Option<PremiumShare>,
    /// First day of service.
    pub period_start: NaiveDate,
    /// Last day of service.
    pub period_end: NaiveDate,
    /// What is due, where it was terminated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub amount_due: Option<Amount>,
    /// When it was completed or terminated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["update", "submit", "withdraw"]))]
    pub allowed_actions: Vec<&'static str>,
}

/// A line of what is asked, as it is on record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceLine)]
pub struct ServiceLineOut {
    /// Its id, which planned services name.
    pub id: Uuid,
    /// Category of Art. 6.
    pub category: ServiceCategoryTerm,
    /// What exactly.
    #[schema(max_length = 1000, example = "深基坑与起重机械隐患排查")]
    pub description: String,
    /// How many times.
    #[schema(minimum = 1, maximum = 366, example = 4)]
    pub times: u32,
    /// How often, in words.
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
    #[must_use]
    pub fn new(
        commission: &Commission,
        premiums: Premiums,
        parents: Option<ParentStates>,
        caller: &Caller,
    ) -> Self {
        let terms = &commission.terms;
        Self {
            id: commission.id.uuid(),
            number: commission.number.clone(),
            status: commission.status.into(),
            status_reason: commission.status_reason.clone(),
            policy_id: commission.policy_id.uuid(),
            project_id: commission.project_id.uuid(),
            insurer_id: commission.parties.insurer_id.uuid(),
            provider_id: terms.provider_id.uuid(),
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
        }
    }
}
