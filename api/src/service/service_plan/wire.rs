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

use crate::wire::terms::{ServiceCategoryTerm, ServicePlanStatusTerm, SpecialtyTerm};

/// The size of a group. The lower limit is the lowest that any day has: a plan is measured by the number of its own day.
fn group_size() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .minimum(Some(GROUP_MINIMUM.lowest()))
        .maximum(Some(MAX_MEMBERS))
        .description(Some("How many experts it needs: at least {A10.1} (A10.1)."))
        .examples([GROUP_MINIMUM.lowest()])
        .build()
}

/// What a provider says about a plan.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ServicePlanInput {
    /// The accepted commission; it stays the same.
    pub commission_id: Uuid,
    /// What it is about.
    #[schema(
        min_length = 1,
        max_length = 4000,
        pattern = r"\S",
        example = "每季度一次隐患排查，重点为深基坑与起重机械。"
    )]
    pub summary: String,
    /// What is planned: at submission every commissioned line at least as often as agreed (A7.1).
    #[schema(max_items = 500)]
    pub services: Vec<PlannedServiceInput>,
}

/// One service that is planned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlannedServiceInput {
    /// The line of the commission that it serves.
    pub line_id: Uuid,
    /// First day on which it may take place.
    #[schema(example = "2026-04-01")]
    pub window_start: NaiveDate,
    /// Last day on which it may take place.
    #[schema(example = "2026-04-30")]
    pub window_end: NaiveDate,
    /// How.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S", example = "现场检查，仪器检测，查阅资料")]
    pub method: String,
    /// What for.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S", example = "隐患清单与整改建议书")]
    pub expected_outcome: String,
    /// How many experts it needs (A10.1).
    #[schema(schema_with = group_size)]
    pub group_size: u32,
    /// The specialties it needs.
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

/// A version of the plan of a commission (技术服务方案).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServicePlan)]
pub struct ServicePlanOut {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    #[schema(max_length = 32, pattern = "^FA-[0-9]{4}-[0-9]{6,}$", example = "FA-2026-000123")]
    pub number: String,
    /// Its state.
    pub status: ServicePlanStatusTerm,
    /// Why it is in its state, where a reason was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// The commission.
    pub commission_id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// The insurer (保险机构), who confirms it.
    pub insurer_id: Uuid,
    /// The provider (服务机构), who makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provider_id: Option<Uuid>,
    /// Which version of the commission's plan it is.
    #[schema(minimum = 1, maximum = 10000, example = 1)]
    pub plan_version: u32,
    /// What it is about.
    #[schema(max_length = 4000, example = "每季度一次隐患排查，重点为深基坑与起重机械。")]
    pub summary: String,
    /// What is planned.
    #[schema(max_items = 500)]
    pub services: Vec<PlannedServiceOut>,
    /// Who prepared it: a user or token.
    pub prepared_by: Uuid,
    /// Who confirmed or returned it: a user or token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_by: Option<Uuid>,
    /// When it was submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["confirm", "return"]))]
    pub allowed_actions: Vec<&'static str>,
}

/// One service that is planned, as it is on record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlannedService)]
pub struct PlannedServiceOut {
    /// Its id.
    pub id: Uuid,
    /// The line of the commission that it serves.
    pub line_id: Uuid,
    /// Its category, the line's.
    pub category: ServiceCategoryTerm,
    /// First day on which it may take place.
    pub window_start: NaiveDate,
    /// Last day on which it may take place.
    pub window_end: NaiveDate,
    /// How.
    #[schema(max_length = 2000, example = "现场检查，仪器检测，查阅资料")]
    pub method: String,
    /// What for.
    #[schema(max_length = 2000, example = "隐患清单与整改建议书")]
    pub expected_outcome: String,
    /// How many experts it needs.
    #[schema(schema_with = group_size)]
    pub group_size: u32,
    /// The specialties it needs.
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
    #[must_use]
    pub fn new(plan: &ServicePlan, parents: Option<ParentStates>, caller: &Caller) -> Self {
        Self {
            id: plan.id.uuid(),
            number: plan.number.clone(),
            status: plan.status.into(),
            status_reason: plan.status_reason.clone(),
            commission_id: plan.commission_id.uuid(),
            project_id: plan.project_id.uuid(),
            insurer_id: plan.parties.insurer_id.uuid(),
            provider_id: plan.parties.provider_id.map(Id::uuid),
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
        }
    }
}
