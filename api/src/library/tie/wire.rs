//! Ties, affiliates and requests for recusal on the wire.

use anze_domain::{
    access::{self, Caller, FieldGroup, Relations, Resource, state_machine::State},
    library::tie::{Affiliate, DeclaredTie, RecusalRequest},
};
use anze_persistence::oversight::summary::Named;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::{
    http::problem::ApiError,
    wire::{
        summary::{ExpertSummary, NamesOthers, OrganizationSummary, ProjectSummary, Summaries},
        terms::{RecusalStatusTerm, TieKindTerm, TieSourceTerm},
    },
};

/// Tie of an expert to a company, as it is declared.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "kinship", "company_name": "厦门某建设集团有限公司", "from": "2024-01-01", "note": "配偶任该公司项目经理。" }))]
pub struct TieDeclarationInput {
    /// Kind of the tie between the expert and the company.
    pub kind: TieKindTerm,
    /// Id of the organisation, if the company is registered on the platform. Otherwise `company_name` is given.
    pub organization_id: Option<Uuid>,
    /// Name of the company, if it is not registered on the platform.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门某建设集团有限公司")]
    pub company_name: Option<String>,
    /// Unified social credit code of the company, if known. It is not allowed together with `organization_id`.
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub company_code: Option<String>,
    /// First day of the tie (date in Xiamen).
    #[schema(example = "2024-01-01")]
    pub from: NaiveDate,
    /// Last day of the tie (date in Xiamen). Absent while the tie continues.
    #[schema(example = "2026-12-31")]
    pub until: Option<NaiveDate>,
    /// Explanation of the tie. Absent if none was given.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "配偶任该公司项目经理。")]
    pub note: Option<String>,
}

/// Last day of a tie or an affiliation, with the reason.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TieEndInput {
    /// Last day of the tie or the affiliation (date in Xiamen).
    #[schema(example = "2026-12-31")]
    pub until: NaiveDate,
    /// Reason for which the association records this last day.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "股份已转让。")]
    pub reason: String,
}

/// Tie of an expert to a company that is on record (A12.2).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeclaredTie)]
pub struct TieOut {
    /// Id of the tie.
    pub id: Uuid,
    /// Id of the expert who has the tie.
    pub expert_id: Uuid,
    /// Kind of the tie between the expert and the company.
    pub kind: TieKindTerm,
    /// Id of the organisation. Absent if the company is not registered on the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organization_id: Option<Uuid>,
    /// Name of the company to which the expert is tied.
    #[schema(max_length = 200, example = "厦门某建设集团有限公司")]
    pub company_name: String,
    /// Unified social credit code of the company. Absent if not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub company_code: Option<String>,
    /// First day of the tie (date in Xiamen).
    pub from: NaiveDate,
    /// Last day of the tie (date in Xiamen). Absent while the tie continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub until: Option<NaiveDate>,
    /// Explanation of the tie. Absent if none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub note: Option<String>,
    /// Source from which the platform knows the tie.
    pub source: TieSourceTerm,
    /// Instant at which the tie was recorded (UTC).
    pub created_at: DateTime<Utc>,
    /// Instant of the last change of the tie (UTC).
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

/// Affiliate of an organisation, as it is declared.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AffiliateDeclarationInput {
    /// Full name of the affiliate.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "厦门某劳务有限公司")]
    pub name: String,
    /// Unified social credit code of the affiliate. Absent if not known.
    #[schema(max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub unified_social_credit_code: Option<String>,
    /// Relation between the organisation and the affiliate, in words.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S", example = "全资子公司")]
    pub relation: String,
    /// First day of the affiliation (date in Xiamen).
    #[schema(example = "2020-01-01")]
    pub from: NaiveDate,
    /// Last day of the affiliation (date in Xiamen). Absent while it continues.
    #[schema(example = "2026-12-31")]
    pub until: Option<NaiveDate>,
}

/// Affiliate that an organisation has declared (A12.2).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Affiliate)]
pub struct AffiliateOut {
    /// Id of the affiliate.
    pub id: Uuid,
    /// Id of the organisation to which the affiliate belongs.
    pub organization_id: Uuid,
    /// Full name of the affiliate.
    #[schema(max_length = 200, example = "厦门某劳务有限公司")]
    pub name: String,
    /// Unified social credit code of the affiliate. Absent if not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 18, pattern = "^[0-9A-HJ-NPQRTUWXY]{18}$")]
    pub unified_social_credit_code: Option<String>,
    /// Relation between the organisation and the affiliate, in words.
    #[schema(max_length = 200, example = "全资子公司")]
    pub relation: String,
    /// First day of the affiliation (date in Xiamen).
    pub from: NaiveDate,
    /// Last day of the affiliation (date in Xiamen). Absent while it continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub until: Option<NaiveDate>,
    /// Instant at which the affiliate was declared (UTC).
    pub created_at: DateTime<Utc>,
    /// Instant of the last change of the affiliation (UTC).
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

/// Request of a party that an expert be recused from a project.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "project_id": "019c3fe9-9a80-7525-be8a-1c49e7b35604",
    "expert_id": "019c3fe9-9a80-7525-be8a-1c49e7b35605",
    "kind": "kinship",
    "grounds": "该专家配偶任监理单位负责人。"
}))]
pub struct RecusalRequestInput {
    /// Id of the project from which the expert would be recused.
    pub project_id: Uuid,
    /// Id of the expert whose recusal is requested.
    pub expert_id: Uuid,
    /// Kind of the tie that the request alleges.
    pub kind: TieKindTerm,
    /// Id of the party to which the expert is said to be tied. Absent for the caller's own organisation.
    pub organization_id: Option<Uuid>,
    /// Grounds on which the recusal is requested.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "该专家配偶任监理单位负责人。")]
    pub grounds: String,
}

/// Decision that upholds a recusal request, with the period of the tie.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RecusalUpholdingInput {
    /// Reason for which the association upholds the request.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S", example = "经查证属实。")]
    pub reason: String,
    /// Day from which the tie applies (date in Xiamen).
    #[schema(example = "2025-01-01")]
    pub from: NaiveDate,
    /// Last day of the tie (date in Xiamen). Absent while the tie continues.
    #[schema(example = "2026-12-31")]
    pub until: Option<NaiveDate>,
}

/// Request of a party that an expert be recused, with its decision (A12.2).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecusalRequest)]
pub struct RecusalRequestOut {
    /// Id of the recusal request.
    pub id: Uuid,
    /// State of the recusal request.
    pub status: RecusalStatusTerm,
    /// Reason of the decision on the recusal request. Absent before the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Id of the project from which the expert would be recused.
    pub project_id: Uuid,
    /// The project of `project_id`, in short.
    pub project: ProjectSummary,
    /// Id of the organisation that made the request.
    pub requested_by: Uuid,
    /// The organisation of `requested_by`, in short.
    pub requesting_organization: OrganizationSummary,
    /// Id of the expert whose recusal is requested.
    pub expert_id: Uuid,
    /// The expert of `expert_id`, in short. The name is masked as `get_expert` masks it.
    pub expert: ExpertSummary,
    /// Kind of the tie that the request alleges.
    pub kind: TieKindTerm,
    /// Id of the party to which the expert is said to be tied.
    pub organization_id: Uuid,
    /// The organisation of `organization_id`, in short.
    pub organization: OrganizationSummary,
    /// Grounds on which the recusal is requested.
    #[schema(max_length = 1000, example = "该专家配偶任监理单位负责人。")]
    pub grounds: String,
    /// Instant of the decision (UTC). Absent before the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<DateTime<Utc>>,
    /// Instant at which the request was made (UTC).
    pub created_at: DateTime<Utc>,
    /// Instant of the last change of the request (UTC).
    pub updated_at: DateTime<Utc>,
    /// Operations that the caller may perform on the request now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["uphold", "dismiss"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl NamesOthers for RecusalRequest {
    fn name_others(&self, named: &mut Named) {
        named.project(self.project_id);
        named.organizations([self.requested_by, self.organization_id]);
        named.experts([self.expert_id.uuid()]);
    }
}

impl RecusalRequestOut {
    /// The request as this caller sees it.
    ///
    /// # Errors
    /// `internal` where the summaries are not those of the request.
    pub fn new(it: &RecusalRequest, summaries: &Summaries, caller: &Caller) -> Result<Self, ApiError> {
        let expert_id = it.expert_id.uuid();
        // No provider makes a request: nobody who reads one works with the expert, but the association.
        let of_expert = Relations::of_expert(expert_id, None);
        Ok(Self {
            id: it.id.uuid(),
            status: it.status.into(),
            status_reason: it.status_reason.clone(),
            project_id: it.project_id.uuid(),
            project: summaries.project(it.project_id)?,
            requested_by: it.requested_by.uuid(),
            requesting_organization: summaries.organization(it.requested_by)?,
            expert_id,
            expert: summaries.expert(expert_id, caller, FieldGroup::ExpertContact, &of_expert)?,
            kind: it.kind.into(),
            organization_id: it.organization_id.uuid(),
            organization: summaries.organization(it.organization_id)?,
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
        })
    }
}
