//! Service plans on the wire.

use anze_domain::{
    Id,
    access::{self, Caller, Resource},
    base::{period::Period, regulation::GROUP_MINIMUM},
    library::group::MAX_MEMBERS,
    service::{
        commission::{ParentStates, ServiceCategory, ServiceLine},
        service_plan::{PlannedService, ServicePlan},
    },
};
use anze_persistence::oversight::summary::Named;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{
        KnownFormat, SchemaFormat,
        schema::{Object, ObjectBuilder, Type},
    },
};
use uuid::Uuid;
use validator::Validate;

use crate::{
    http::problem::ApiError,
    wire::{
        summary::{NamesOthers, OrganizationSummary, ProjectSummary, Summaries},
        terms::{ServiceCategoryTerm, ServicePlanStatusTerm, SpecialtyTerm},
    },
};

/// The size of a group. The lower limit is the lowest that any day has: a plan is measured by the number of its own day.
fn group_size() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .minimum(Some(GROUP_MINIMUM.lowest()))
        .maximum(Some(MAX_MEMBERS))
        .description(Some("Number of experts in the group, the leader included; at least {A10.1} (A10.1)."))
        .examples([GROUP_MINIMUM.lowest()])
        .build()
}

/// Content of a service plan, as the provider writes it.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ServicePlanInput {
    /// Id of the accepted commission that the plan serves. An update must repeat it unchanged.
    pub commission_id: Uuid,
    /// Summary of the plan in words: focus, approach and arrangement of the service.
    #[schema(
        min_length = 1,
        max_length = 4000,
        pattern = r"\S",
        example = "每季度一次隐患排查，重点为深基坑与起重机械。"
    )]
    pub summary: String,
    /// Planned services, each of which becomes one visit. On submission they cover every commissioned line at
    /// least as often as agreed (A7.1).
    #[schema(max_items = 500)]
    pub services: Vec<PlannedServiceInput>,
}

/// Service that a plan schedules; it becomes one visit when the insurer confirms the plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedServiceInput {
    /// Id of the commissioned line that the service fulfils.
    pub line_id: Uuid,
    /// First day on which the visit may take place (date in Xiamen), within the service period of the
    /// commission.
    #[schema(example = "2026-04-01")]
    pub window_start: NaiveDate,
    /// Last day on which the visit may take place (date in Xiamen), within the service period of the
    /// commission.
    #[schema(example = "2026-04-30")]
    pub window_end: NaiveDate,
    /// Method of the service, in words.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S", example = "现场检查，仪器检测，查阅资料")]
    pub method: String,
    /// Expected outcome of the service, in words.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S", example = "隐患清单与整改建议书")]
    pub expected_outcome: String,
    /// Number of experts in the group, the leader included; at least {A10.1} (A10.1).
    #[schema(schema_with = group_size)]
    pub group_size: u32,
    /// Specialties that the group must cover. May be empty.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub specialties: Vec<SpecialtyTerm>,
}

impl ServicePlanInput {
    /// The domain's services, each with a new id and the category of its line.
    pub fn services(&self, lines: &[ServiceLine], mut new_id: impl FnMut() -> Uuid) -> Vec<PlannedService> {
        let service = |it: &PlannedServiceInput| {
            let line_id = Id::new(it.line_id);
            let line = lines.iter().find(|line| line.id == line_id);
            PlannedService {
                id: Id::new(new_id()),
                line_id,
                // A line that is not commissioned is refused whatever its category.
                category: line.map_or(ServiceCategory::Other, |line| line.category),
                window: Period { start: it.window_start, end: it.window_end },
                method: it.method.clone(),
                expected_outcome: it.expected_outcome.clone(),
                group_size: it.group_size,
                specialties: it.specialties.iter().map(|term| term.0).collect(),
            }
        };
        self.services.iter().map(service).collect()
    }
}

/// Numbered version of the service plan of one commission.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServicePlan)]
pub struct ServicePlanOut {
    /// Id of this version of the plan, assigned by the platform.
    pub id: Uuid,
    /// Number of this version of the plan for people, assigned by the platform on creation.
    #[schema(max_length = 32, pattern = "^FA-[0-9]{4}-[0-9]{6,}$", example = "FA-2026-000123")]
    pub number: String,
    /// Current state of this version of the plan.
    pub status: ServicePlanStatusTerm,
    /// Reason for which the insurer returned the plan. Absent unless the plan was returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Id of the commission that the plan serves.
    pub commission_id: Uuid,
    /// Id of the project that the plan serves.
    pub project_id: Uuid,
    /// The project of `project_id`, in short.
    pub project: ProjectSummary,
    /// Id of the insurer that confirms or returns the plan.
    pub insurer_id: Uuid,
    /// The insurer of `insurer_id`, in short.
    pub insurer: OrganizationSummary,
    /// Id of the provider that makes the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, required = true)]
    pub provider_id: Option<Uuid>,
    /// The provider of `provider_id`, in short.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, required = true)]
    pub provider: Option<OrganizationSummary>,
    /// Version of the commission's plan, counted from 1.
    #[schema(minimum = 1, maximum = 10000, example = 1)]
    pub plan_version: u32,
    /// Summary of the plan in words: focus, approach and arrangement of the service.
    #[schema(max_length = 4000, example = "每季度一次隐患排查，重点为深基坑与起重机械。")]
    pub summary: String,
    /// Planned services of this version.
    #[schema(max_items = 500)]
    pub services: Vec<PlannedServiceOut>,
    /// Id of the user or the API token that created this version. The same caller cannot confirm it.
    pub prepared_by: Uuid,
    /// Id of the user or the API token that confirmed or returned the plan. Absent before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_by: Option<Uuid>,
    /// Instant at which the plan was submitted (RFC 3339, UTC). Absent while it is a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// Instant at which the insurer confirmed the plan (RFC 3339, UTC). Absent unless it is confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Instant at which this version of the plan was created (RFC 3339, UTC).
    pub created_at: DateTime<Utc>,
    /// Instant at which this version of the plan was last changed (RFC 3339, UTC).
    pub updated_at: DateTime<Utc>,
    /// Actions that the caller may take on the plan now, such as `confirm` for `confirm_service_plan`.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["confirm", "return"]))]
    pub allowed_actions: Vec<&'static str>,
}

/// Planned service as it is on record in a service plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlannedService)]
pub struct PlannedServiceOut {
    /// Id of the planned service. Every update of the plan assigns new ids.
    pub id: Uuid,
    /// Id of the commissioned line that the service fulfils.
    pub line_id: Uuid,
    /// Category of the service, taken from the commissioned line.
    pub category: ServiceCategoryTerm,
    /// First day on which the visit may take place (date in Xiamen).
    pub window_start: NaiveDate,
    /// Last day on which the visit may take place (date in Xiamen).
    pub window_end: NaiveDate,
    /// Method of the service, in words.
    #[schema(max_length = 2000, example = "现场检查，仪器检测，查阅资料")]
    pub method: String,
    /// Expected outcome of the service, in words.
    #[schema(max_length = 2000, example = "隐患清单与整改建议书")]
    pub expected_outcome: String,
    /// Number of experts in the group, the leader included; at least {A10.1} (A10.1).
    #[schema(schema_with = group_size)]
    pub group_size: u32,
    /// Specialties that the group must cover. May be empty.
    #[schema(max_items = 20)]
    pub specialties: Vec<SpecialtyTerm>,
}

impl From<&PlannedService> for PlannedServiceOut {
    fn from(service: &PlannedService) -> Self {
        Self {
            id: service.id.uuid(),
            line_id: service.line_id.uuid(),
            category: service.category.into(),
            window_start: service.window.start,
            window_end: service.window.end,
            method: service.method.clone(),
            expected_outcome: service.expected_outcome.clone(),
            group_size: service.group_size,
            specialties: service.specialties.iter().copied().map(SpecialtyTerm::from).collect(),
        }
    }
}

impl ServicePlanOut {
    /// The plan as this caller sees it.
    ///
    /// # Errors
    /// `internal` where the summaries are not those of the plan.
    pub fn new(
        plan: &ServicePlan,
        parents: Option<ParentStates>,
        summaries: &Summaries,
        caller: &Caller,
    ) -> Result<Self, ApiError> {
        let parties = &plan.parties;
        Ok(Self {
            id: plan.id.uuid(),
            number: plan.number.clone(),
            status: plan.status.into(),
            status_reason: plan.status_reason.clone(),
            commission_id: plan.commission_id.uuid(),
            project_id: plan.project_id.uuid(),
            project: summaries.project(plan.project_id)?,
            insurer_id: parties.insurer_id.uuid(),
            insurer: summaries.organization(parties.insurer_id)?,
            provider_id: parties.provider_id.map(Id::uuid),
            provider: parties.provider_id.map(|id| summaries.organization(id)).transpose()?,
            plan_version: plan.plan_version,
            summary: plan.summary.clone(),
            services: plan.services.iter().map(PlannedServiceOut::from).collect(),
            prepared_by: plan.prepared_by,
            decided_by: plan.decided_by,
            submitted_at: plan.submitted_at,
            confirmed_at: plan.confirmed_at,
            created_at: plan.created_at,
            updated_at: plan.updated_at,
            allowed_actions: access::allowed_actions(
                caller,
                Resource::ServicePlan,
                &plan.relations(),
                |operation| plan.check_allowed_now(operation, parents, caller.id()).is_ok(),
            ),
        })
    }
}

impl NamesOthers for ServicePlan {
    fn name_others(&self, named: &mut Named) {
        named.project(self.project_id);
        named.organizations([self.parties.insurer_id]);
        named.organizations(self.parties.provider_id);
    }
}
