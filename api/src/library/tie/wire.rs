//! Ties, affiliates and requests for recusal on the wire.

use anze_domain::{
    access::{self, Caller, Resource, state_machine::State},
    library::tie::{Affiliate, DeclaredTie, RecusalRequest},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::wire::terms::{RecusalStatusTerm, TieKindTerm, TieSourceTerm};

/// A tie of an expert to a company.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "kinship", "company_name": "厦门某建设集团有限公司", "from": "2024-01-01", "note": "配偶任该公司项目经理。" }))]
pub struct TieDeclarationInput {
    /// What kind of tie.
    pub kind: TieKindTerm,
    /// The organisation, where it is one here; else the company's name.
    pub organization_id: Option<Uuid>,
    /// The company's name, where it is no organisation here.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门某建设集团有限公司")]
    pub company_name: Option<String>,
    /// Its unified social credit code, where known.
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub company_code: Option<String>,
    /// First day.
    #[schema(example = "2024-01-01")]
    pub from: NaiveDate,
    /// Last day; absent while it goes on.
    #[schema(example = "2026-12-31")]
    pub until: Option<NaiveDate>,
    /// What there is to say.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "配偶任该公司项目经理。")]
    pub note: Option<String>,
}

/// The last day of a tie or an affiliation.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TieEndInput {
    /// Its last day.
    #[schema(example = "2026-12-31")]
    pub until: NaiveDate,
    /// Why.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "股份已转让。")]
    pub reason: String,
}

/// A declared tie (利害关系).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeclaredTie)]
pub struct TieOut {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub expert_id: Uuid,
    /// What kind of tie.
    pub kind: TieKindTerm,
    /// The organisation, where it is one here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organization_id: Option<Uuid>,
    /// The company's name.
    #[schema(max_length = 200, example = "厦门某建设集团有限公司")]
    pub company_name: String,
    /// Its unified social credit code, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub company_code: Option<String>,
    /// First day.
    pub from: NaiveDate,
    /// Last day; absent while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub until: Option<NaiveDate>,
    /// What there is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub note: Option<String>,
    /// From whom it is known.
    pub source: TieSourceTerm,
    /// When it was declared.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl From<&DeclaredTie> for TieOut {
    fn from(it: &DeclaredTie) -> Self {
        Self {
            id: it.id.uuid(),
            expert_id: it.expert_id.uuid(),
            kind: it.kind.into(),
            organization_id: it.organization_id.map(Into::into),
            company_name: it.company.name.clone(),
            company_code: it.company.code.as_ref().map(|code| code.as_str().to_owned()),
            from: it.from,
            until: it.until,
            note: it.note.clone(),
            source: it.source.into(),
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

/// An affiliate of an organisation.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AffiliateDeclarationInput {
    /// Its name.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门某劳务有限公司")]
    pub name: String,
    /// Its unified social credit code, where known.
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub unified_social_credit_code: Option<String>,
    /// How they belong together.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "全资子公司")]
    pub relation: String,
    /// First day.
    #[schema(example = "2020-01-01")]
    pub from: NaiveDate,
    /// Last day; absent while it goes on.
    #[schema(example = "2026-12-31")]
    pub until: Option<NaiveDate>,
}

/// A declared affiliate (关联单位).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Affiliate)]
pub struct AffiliateOut {
    /// Its id.
    pub id: Uuid,
    /// The organisation that has it.
    pub organization_id: Uuid,
    /// Its name.
    #[schema(max_length = 200, example = "厦门某劳务有限公司")]
    pub name: String,
    /// Its unified social credit code, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub unified_social_credit_code: Option<String>,
    /// How they belong together.
    #[schema(max_length = 200, example = "全资子公司")]
    pub relation: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day; absent while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub until: Option<NaiveDate>,
    /// When it was declared.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl From<&Affiliate> for AffiliateOut {
    fn from(it: &Affiliate) -> Self {
        Self {
            id: it.id.uuid(),
            organization_id: it.organization_id.uuid(),
            name: it.company.name.clone(),
            unified_social_credit_code: it.company.code.as_ref().map(|code| code.as_str().to_owned()),
            relation: it.relation.clone(),
            from: it.from,
            until: it.until,
            created_at: it.created_at,
            updated_at: it.updated_at,
        }
    }
}

/// A request that an expert be recused.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "project_id": "019c3fe9-9a80-7525-be8a-1c49e7b35604",
    "expert_id": "019c3fe9-9a80-7525-be8a-1c49e7b35605",
    "kind": "kinship",
    "grounds": "该专家配偶任监理单位负责人。"
}))]
pub struct RecusalRequestInput {
    /// The project.
    pub project_id: Uuid,
    /// The expert.
    pub expert_id: Uuid,
    /// Which kind of tie is alleged.
    pub kind: TieKindTerm,
    /// The party to which it is alleged; absent for the own organisation.
    pub organization_id: Option<Uuid>,
    /// On what grounds.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "该专家配偶任监理单位负责人。")]
    pub grounds: String,
}

/// The decision that a request is right.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RecusalUpholdingInput {
    /// Why.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "经查证属实。")]
    pub reason: String,
    /// Since when the tie is held to bind.
    #[schema(example = "2025-01-01")]
    pub from: NaiveDate,
    /// Its last day; absent while it goes on.
    #[schema(example = "2026-12-31")]
    pub until: Option<NaiveDate>,
}

/// A request that an expert be recused (回避申请).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecusalRequest)]
pub struct RecusalRequestOut {
    /// Its id.
    pub id: Uuid,
    /// Its state.
    pub status: RecusalStatusTerm,
    /// The reason of the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// The project.
    pub project_id: Uuid,
    /// Who requested it.
    pub requested_by: Uuid,
    /// The expert.
    pub expert_id: Uuid,
    /// Which kind of tie is alleged.
    pub kind: TieKindTerm,
    /// The party to which it is alleged.
    pub organization_id: Uuid,
    /// On what grounds.
    #[schema(max_length = 1000, example = "该专家配偶任监理单位负责人。")]
    pub grounds: String,
    /// When it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["uphold", "dismiss"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl RecusalRequestOut {
    /// The request as this caller sees it.
    #[must_use]
    pub fn new(it: &RecusalRequest, caller: &Caller) -> Self {
        Self {
            id: it.id.uuid(),
            status: it.status.into(),
            status_reason: it.status_reason.clone(),
            project_id: it.project_id.uuid(),
            requested_by: it.requested_by.uuid(),
            expert_id: it.expert_id.uuid(),
            kind: it.kind.into(),
            organization_id: it.organization_id.uuid(),
            grounds: it.grounds.clone(),
            decided_at: it.decided_at,
            created_at: it.created_at,
            updated_at: it.updated_at,
            allowed_actions: access::allowed_actions(
                caller,
                Resource::RecusalRequest,
                &it.relations(),
                |operation| it.status.after(operation).is_some(),
            ),
        }
    }
}
