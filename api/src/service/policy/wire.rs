//! Policies on the wire.

use anze_domain::{
    access::{self, Caller, Resource},
    base::{id::EndorsementId, period::Period},
    service::{
        fee,
        policy::{Committed, Endorsement, FeeBase, Policy, PolicyTerms},
    },
};
use anze_persistence::oversight::summary::Named;
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
    wire::{
        summary::{NamesOthers, OrganizationSummary, ProjectSummary, Summaries},
        terms::FeeBaseTerm,
    },
};

/// Details of a policy, as its insurer records them.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PolicyInput {
    /// Id of the project that the policy insures; it must be registered (A2.1).
    pub project_id: Uuid,
    /// Number of the policy, unique among the policies of its insurer.
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = r"^[^\s\x00-\x1F\x7F-\x9F]+$",
        example = "PZAZ202635020000000123"
    )]
    pub policy_number: String,
    /// Total premium of the policy, in CNY.
    pub premium_total: Amount,
    /// Premium that the insurer has actually received, in CNY; at most `premium_total`.
    pub premium_received: Amount,
    /// Limit of indemnity of the policy, in CNY.
    pub indemnity_limit: Amount,
    /// First insured day (date in Xiamen).
    #[schema(example = "2026-03-01")]
    pub period_start: NaiveDate,
    /// Last insured day (date in Xiamen), not before `period_start`.
    #[schema(example = "2027-12-31")]
    pub period_end: NaiveDate,
}

impl PolicyInput {
    /// The domain's terms.
    #[must_use]
    pub const fn terms(&self) -> PolicyTerms {
        PolicyTerms {
            premium_total: self.premium_total.0,
            premium_received: self.premium_received.0,
            period: Period { start: self.period_start, end: self.period_end },
        }
    }
}

/// Policies that an insurer records in one request.
#[derive(ToSchema)]
pub struct PolicyBatchInput {
    /// Policies to record. Each is checked and recorded on its own.
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<PolicyInput>,
}

/// Outcome of a batch of policies.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyBatch {
    /// One result for each policy, in the order of the request.
    #[schema(max_items = 1000)]
    pub results: Vec<PolicyResult>,
}

/// Outcome for one policy of a batch: the recorded policy or the problem that refused it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyResult {
    /// HTTP status of this policy: 201 if it was recorded, otherwise the status of its problem.
    #[schema(minimum = 201, maximum = 599, example = 201)]
    pub status: u16,
    /// Version of the recorded policy, to be sent in `If-Match`. Absent if the policy was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 64, pattern = r#"^"[0-9a-f-]+"$"#)]
    pub etag: Option<String>,
    /// Policy as it was recorded. Absent if the policy was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub policy: Option<PolicyOut>,
    /// Problem for which the policy was refused, with pointers into this item. Absent if the policy was
    /// recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub problem: Option<Problem>,
}

impl From<Outcome<PolicyOut>> for PolicyResult {
    fn from(it: Outcome<PolicyOut>) -> Self {
        Self { status: it.status, etag: it.etag, policy: it.made, problem: it.problem }
    }
}

/// Work safety liability insurance policy of a project, against which services are commissioned.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Policy)]
pub struct PolicyOut {
    /// Id of the policy, assigned by the platform.
    pub id: Uuid,
    /// Id of the project that the policy insures.
    pub project_id: Uuid,
    /// The project of `project_id`, in short.
    pub project: ProjectSummary,
    /// Id of the insurer that recorded the policy.
    pub insurer_id: Uuid,
    /// The insurer of `insurer_id`, in short.
    pub insurer: OrganizationSummary,
    /// Number of the policy, unique among the policies of its insurer.
    #[schema(max_length = 64, example = "PZAZ202635020000000123")]
    pub policy_number: String,
    /// Total premium of the policy in CNY, as the last endorsement left it.
    pub premium_total: Amount,
    /// Premium actually received in CNY, as the last endorsement left it.
    pub premium_received: Amount,
    /// Limit of indemnity of the policy, in CNY.
    pub indemnity_limit: Amount,
    /// First insured day (date in Xiamen), as the last endorsement left it.
    pub period_start: NaiveDate,
    /// Last insured day (date in Xiamen), as the last endorsement left it.
    pub period_end: NaiveDate,
    /// Premium of which the fee cap is {A3.1} % (A3.1). The operator of the platform chooses it
    /// with `ANZE_FEE_BASE`.
    pub fee_base: FeeBaseTerm,
    /// Most that the fees by premium ratio may add up to, in CNY: {A3.1} % of the base, rounded down to the
    /// fen (A3.1). The percentage is the one in force on the first insured day.
    pub fee_cap: Amount,
    /// Sum of the fees by premium ratio that count against the cap, in CNY. Drafts, returned and withdrawn
    /// commissions do not count. A terminated commission counts with its amount due.
    pub committed_fees: Amount,
    /// `committed_fees` as a share of the total premium. Absent if the total premium is zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub share_of_premium: Option<PremiumShare>,
    /// `committed_fees` as a share of the premium received. Absent if no premium has been received.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub share_of_premium_received: Option<PremiumShare>,
    /// Instant at which the policy was recorded (RFC 3339, UTC).
    pub created_at: DateTime<Utc>,
    /// Instant at which the policy was recorded or last endorsed (RFC 3339, UTC).
    pub updated_at: DateTime<Utc>,
    /// Actions that the caller may take on the policy now, such as `endorse` for `endorse_policy`.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["endorse"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl PolicyOut {
    /// The policy as this caller sees it, with what is commissioned against it.
    ///
    /// # Errors
    /// `internal` where the summaries are not those of the policy.
    pub fn new(
        policy: &Policy,
        committed: Committed,
        base: FeeBase,
        summaries: &Summaries,
        caller: &Caller,
    ) -> Result<Self, ApiError> {
        let terms = &policy.terms;
        Ok(Self {
            id: policy.id.uuid(),
            project_id: policy.project_id.uuid(),
            project: summaries.project(policy.project_id)?,
            insurer_id: policy.parties.insurer_id.uuid(),
            insurer: summaries.organization(policy.parties.insurer_id)?,
            policy_number: policy.policy_number.clone(),
            premium_total: terms.premium_total.into(),
            premium_received: terms.premium_received.into(),
            indemnity_limit: policy.indemnity_limit.into(),
            period_start: terms.period.start,
            period_end: terms.period.end,
            fee_base: base.into(),
            fee_cap: terms.fee_cap(base).into(),
            committed_fees: committed.fees.into(),
            share_of_premium: fee::share_of_premium(committed.fees, terms.premium_total).map(PremiumShare),
            share_of_premium_received: fee::share_of_premium(committed.fees, terms.premium_received)
                .map(PremiumShare),
            created_at: policy.created_at,
            updated_at: policy.updated_at,
            allowed_actions: access::allowed_actions(
                caller,
                Resource::Policy,
                &policy.parties.relations(),
                |_endorsed_at_any_time| true,
            ),
        })
    }
}

impl NamesOthers for Policy {
    fn name_others(&self, named: &mut Named) {
        named.project(self.project_id);
        named.organizations([self.parties.insurer_id]);
    }
}

/// Terms of a policy after an endorsement, with the reason. Every term is given, also one that stays the
/// same.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct EndorsementInput {
    /// Number of the endorsement, unique among the endorsements of its policy.
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = r"^[^\s\x00-\x1F\x7F-\x9F]+$",
        example = "PD202635020000000001"
    )]
    pub endorsement_number: String,
    /// Day from which the endorsement holds (date in Xiamen). It lies in the insured period before or after
    /// the endorsement, or between the two.
    #[schema(example = "2026-09-01")]
    pub effective_on: NaiveDate,
    /// Total premium after the endorsement, in CNY.
    pub premium_total: Amount,
    /// Premium actually received after the endorsement, in CNY; at most `premium_total`.
    pub premium_received: Amount,
    /// First insured day after the endorsement (date in Xiamen).
    #[schema(example = "2026-03-01")]
    pub period_start: NaiveDate,
    /// Last insured day after the endorsement (date in Xiamen).
    #[schema(example = "2028-06-30")]
    pub period_end: NaiveDate,
    /// Reason of the endorsement, in the insurer's words.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "工期延长，追加保费。")]
    pub reason: String,
}

impl EndorsementInput {
    /// The domain's endorsement of a policy.
    #[must_use]
    pub fn endorsement(&self, id: EndorsementId, policy: &Policy, now: DateTime<Utc>) -> Endorsement {
        Endorsement {
            id,
            policy_id: policy.id,
            endorsement_number: self.endorsement_number.clone(),
            effective_on: self.effective_on,
            terms: PolicyTerms {
                premium_total: self.premium_total.0,
                premium_received: self.premium_received.0,
                period: Period { start: self.period_start, end: self.period_end },
            },
            reason: self.reason.trim().to_owned(),
            created_at: now,
        }
    }
}

/// Endorsement: a change of the premium or the insured period of a policy. It is never changed or deleted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Endorsement)]
pub struct EndorsementOut {
    /// Id of the endorsement, assigned by the platform.
    pub id: Uuid,
    /// Id of the policy that the endorsement changed.
    pub policy_id: Uuid,
    /// Number of the endorsement, unique among the endorsements of its policy.
    #[schema(max_length = 64, example = "PD202635020000000001")]
    pub endorsement_number: String,
    /// Day from which the endorsement holds (date in Xiamen).
    pub effective_on: NaiveDate,
    /// Total premium after the endorsement, in CNY.
    pub premium_total: Amount,
    /// Premium actually received after the endorsement, in CNY.
    pub premium_received: Amount,
    /// First insured day after the endorsement (date in Xiamen).
    pub period_start: NaiveDate,
    /// Last insured day after the endorsement (date in Xiamen).
    pub period_end: NaiveDate,
    /// Reason of the endorsement, in the insurer's words.
    #[schema(max_length = 1000, example = "工期延长，追加保费。")]
    pub reason: String,
    /// Instant at which the endorsement was recorded (RFC 3339, UTC).
    pub created_at: DateTime<Utc>,
}

impl From<&Endorsement> for EndorsementOut {
    fn from(it: &Endorsement) -> Self {
        Self {
            id: it.id.uuid(),
            policy_id: it.policy_id.uuid(),
            endorsement_number: it.endorsement_number.clone(),
            effective_on: it.effective_on,
            premium_total: it.terms.premium_total.into(),
            premium_received: it.terms.premium_received.into(),
            period_start: it.terms.period.start,
            period_end: it.terms.period.end,
            reason: it.reason.clone(),
            created_at: it.created_at,
        }
    }
}

/// Endorsement together with the policy as it stands after it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EndorsedPolicy)]
pub struct EndorsedPolicyOut {
    /// Endorsement that was recorded.
    pub endorsement: EndorsementOut,
    /// Policy after the endorsement.
    pub policy: PolicyOut,
}
