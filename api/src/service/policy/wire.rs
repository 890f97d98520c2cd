//! Policies on the wire.

use anze_domain::{
    access::{self, Caller, Resource},
    base::{id::EndorsementId, period::Period},
    service::{
        fee,
        policy::{Committed, Endorsement, FeeBase, Policy, PolicyTerms},
    },
};
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
    wire::terms::FeeBaseTerm,
};

/// What an insurer says about a policy.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PolicyInput {
    /// The registered project that it insures.
    pub project_id: Uuid,
    /// Its number (保单号), unique with its insurer.
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = r"^[^\s\x00-\x1F\x7F-\x9F]+$",
        example = "PZAZ202635020000000123"
    )]
    pub policy_number: String,
    /// Total premium (保费总额).
    pub premium_total: Amount,
    /// Premium received (实际收取保费), at most the total.
    pub premium_received: Amount,
    /// Limit of indemnity (赔偿限额).
    pub indemnity_limit: Amount,
    /// First insured day.
    #[schema(example = "2026-03-01")]
    pub period_start: NaiveDate,
    /// Last insured day.
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

/// Many policies.
#[derive(ToSchema)]
pub struct PolicyBatchInput {
    /// The policies.
    #[schema(min_items = 1, max_items = 1000)]
    pub items: Vec<PolicyInput>,
}

/// What came of many policies: one result for each, in the order in which they were given.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyBatch {
    /// One result for each.
    #[schema(max_items = 1000)]
    pub results: Vec<PolicyResult>,
}

/// What came of one of many policies.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyResult {
    /// 201 where it was recorded, else the status of the problem.
    #[schema(minimum = 201, maximum = 599, example = 201)]
    pub status: u16,
    /// Its version, for `If-Match`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 64, pattern = r#"^"[0-9a-f-]+"$"#)]
    pub etag: Option<String>,
    /// The policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub policy: Option<PolicyOut>,
    /// Why it was not recorded; its pointers begin at the item.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub problem: Option<Problem>,
}

impl From<Outcome<PolicyOut>> for PolicyResult {
    fn from(it: Outcome<PolicyOut>) -> Self {
        Self { status: it.status, etag: it.etag, policy: it.made, problem: it.problem }
    }
}

/// A policy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Policy)]
pub struct PolicyOut {
    /// Its id.
    pub id: Uuid,
    /// The project that it insures.
    pub project_id: Uuid,
    /// The insurer (保险机构).
    pub insurer_id: Uuid,
    /// Its number (保单号).
    #[schema(max_length = 64, example = "PZAZ202635020000000123")]
    pub policy_number: String,
    /// Total premium (保费总额), as endorsed.
    pub premium_total: Amount,
    /// Premium received (实际收取保费), as endorsed.
    pub premium_received: Amount,
    /// Limit of indemnity (赔偿限额).
    pub indemnity_limit: Amount,
    /// First insured day.
    pub period_start: NaiveDate,
    /// Last insured day.
    pub period_end: NaiveDate,
    /// What the {A3.1} % of A3.1 are taken of here.
    pub fee_base: FeeBaseTerm,
    /// The most that fees by premium ratio may come to: {A3.1} % of the base (A3.1).
    pub fee_cap: Amount,
    /// What of it is commissioned already.
    pub committed_fees: Amount,
    /// What is commissioned as a share of the total premium; absent where that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub share_of_premium: Option<PremiumShare>,
    /// What is commissioned as a share of the premium received; absent where that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub share_of_premium_received: Option<PremiumShare>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["endorse"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl PolicyOut {
    /// The policy as this caller sees it, with what is commissioned against it.
    #[must_use]
    pub fn new(policy: &Policy, committed: Committed, base: FeeBase, caller: &Caller) -> Self {
        let terms = &policy.terms;
        Self {
            id: policy.id.uuid(),
            project_id: policy.project_id.uuid(),
            insurer_id: policy.parties.insurer_id.uuid(),
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
        }
    }
}

/// What an endorsement changes: the terms after it.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct EndorsementInput {
    /// Its number (批单号), unique with its policy.
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = r"^[^\s\x00-\x1F\x7F-\x9F]+$",
        example = "PD202635020000000001"
    )]
    pub endorsement_number: String,
    /// From which day it holds.
    #[schema(example = "2026-09-01")]
    pub effective_on: NaiveDate,
    /// Total premium (保费总额) after it.
    pub premium_total: Amount,
    /// Premium received (实际收取保费) after it, at most the total.
    pub premium_received: Amount,
    /// First insured day after it.
    #[schema(example = "2026-03-01")]
    pub period_start: NaiveDate,
    /// Last insured day after it.
    #[schema(example = "2028-06-30")]
    pub period_end: NaiveDate,
    /// Why.
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

/// A change of a policy (批单).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Endorsement)]
pub struct EndorsementOut {
    /// Its id.
    pub id: Uuid,
    /// The policy that it changed.
    pub policy_id: Uuid,
    /// Its number (批单号).
    #[schema(max_length = 64, example = "PD202635020000000001")]
    pub endorsement_number: String,
    /// From which day it holds.
    pub effective_on: NaiveDate,
    /// Total premium (保费总额) after it.
    pub premium_total: Amount,
    /// Premium received (实际收取保费) after it.
    pub premium_received: Amount,
    /// First insured day after it.
    pub period_start: NaiveDate,
    /// Last insured day after it.
    pub period_end: NaiveDate,
    /// Why.
    #[schema(max_length = 1000, example = "工期延长，追加保费。")]
    pub reason: String,
    /// When it was recorded.
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

/// An endorsement, and the policy as it is with it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EndorsedPolicy)]
pub struct EndorsedPolicyOut {
    /// The endorsement.
    pub endorsement: EndorsementOut,
    /// The policy.
    pub policy: PolicyOut,
}
