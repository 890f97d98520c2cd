//! Service plans (技术服务方案): numbered versions of the plan of one commission.

pub(crate) mod steps;
mod wire;

use actix_web::{get, post, put};
use anze_domain::{
    Id,
    access::{Caller, Operation, Relations},
    oversight::hand_over::Told,
    service::service_plan::ServicePlan,
};
use anze_persistence::{
    Reader,
    service::{commission, service_plan as store},
};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{ReadContext, RequestContext, View, or_not_found},
    http::{
        extract::{IfMatch, Json, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, ReasonInput, search::SearchTextIo, summary::Summaries, terms::ServicePlanStatusTerm},
};

pub use wire::{PlannedServiceInput, PlannedServiceOut, ServicePlanInput, ServicePlanOut};

/// Create a service plan
///
/// Creates the next version of a commission's service plan as a `draft` (A4.3). The commission must be
/// accepted or in service, and no other version may be a draft or wait for confirmation. Each planned service
/// fulfils a commissioned line, within the service period (A7.1), with a group of at least {A10.1} experts
/// (A10.1). The insurer cannot read the draft.
#[utoipa::path(tag = "service-plans", request_body = ServicePlanInput, responses(
    (status = 201, description = "The new version of the plan, a `draft`.", body = ServicePlanOut)))]
#[post("/service-plans")]
pub(crate) async fn create_service_plan(
    context: RequestContext,
    Json(input): Json<ServicePlanInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let plan = steps::create(tx, &input)?;
            let location = format!("/api/v1/service-plans/{}", plan.id);
            let wire = seen(tx.db, &plan, tx.caller)?;
            Reply::created(location, &wire, plan.version)
        })
        .await
}

/// What a list of plans is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ServicePlanFilter {
    /// Keeps only service plans in this state.
    #[param(nullable = false)]
    status: Option<ServicePlanStatusTerm>,
    /// Keeps only service plans of the project with this id.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Keeps only service plans of the commission with this id.
    #[param(nullable = false)]
    commission_id: Option<Uuid>,
    /// Keeps only service plans whose number begins with this text, or whose project has it in its name or at the beginning of its
    /// number.
    #[param(nullable = false, inline)]
    q: Option<SearchTextIo>,
}

/// List service plans
///
/// Lists the service plans in which the caller has a part (A11.3), every version on its own, newest first by
/// default. A plan must match every filter that is given.
#[utoipa::path(tag = "service-plans", params(ListQuery<ServicePlanFilter>), responses(
    (status = 200, description = "One page of the matching service plans.", body = Page<ServicePlanOut>)))]
#[get("/service-plans")]
pub(crate) async fn list_service_plans(
    context: RequestContext,
    query: ListQuery<ServicePlanFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::Filter {
        text: SearchTextIo::of(filter.q.as_ref()),
        status: filter.status.map(|term| term.0),
        project_id: filter.project_id.map(Id::new),
        commission_id: filter.commission_id.map(Id::new),
    };
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, caller, &narrowed, &list.wanted)?;
            let parents =
                commission::parent_states(db, page.items.iter().filter_map(ServicePlan::depends_on))?;
            let summaries = Summaries::of(db, &page.items)?;
            let page = page.try_map(|plan| {
                ServicePlanOut::new(&plan, parents.get(&plan.commission_id).copied(), &summaries, caller)
            })?;
            list.page(page, |plan| plan.id, |plan| plan)
        })
        .await
}

/// Read a service plan
///
/// Returns one version of a service plan with its planned services. A plan in which the caller has no part is
/// treated as one that does not exist (A11.3).
#[utoipa::path(tag = "service-plans", params(("id" = Uuid, Path, description = "Id of the service plan.")), responses(
    (status = 200, description = "The plan with its planned services.", body = ServicePlanOut)))]
#[get("/service-plans/{id}")]
pub(crate) async fn get_service_plan(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let plan = or_not_found(store::find(db, id)?)?;
            anze_domain::access::may(caller, Operation::GetServicePlan, &plan.relations())?;
            shown(db, &plan, caller)
        })
        .await
}

/// Update a service plan
///
/// Replaces summary and services of a plan that is still a draft. The commission stays the same, and all
/// planned services receive new ids. The services are checked as by `create_service_plan` (A7.1, A10.1).
#[utoipa::path(tag = "service-plans", params(("id" = Uuid, Path, description = "Id of the service plan."), IfMatch),
    request_body = ServicePlanInput,
    responses((status = 200, description = "The changed plan, still a `draft`.", body = ServicePlanOut)))]
#[put("/service-plans/{id}")]
pub(crate) async fn update_service_plan(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ServicePlanInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::update(tx, id.0, &if_match, &input)).await
}

/// Submit a service plan
///
/// Submits a draft plan to the insurer for confirmation. The commission must be accepted or in service. The
/// plan covers every commissioned line at least as often as agreed (A7.1). Visits of earlier versions that
/// have begun count towards that number. From now on insurer, contractor and owner can read the plan, and it
/// can no longer be changed.
#[utoipa::path(tag = "service-plans", params(("id" = Uuid, Path, description = "Id of the service plan."), IfMatch),
    responses((status = 200, description = "The plan, now `submitted`.", body = ServicePlanOut)))]
#[post("/service-plans/{id}/submit")]
pub(crate) async fn submit_service_plan(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::submit(tx, id.0, &if_match)).await
}

/// Confirm a service plan
///
/// Confirms a submitted plan in the name of the insurer (A4.4). The caller that prepared the plan cannot
/// confirm it. Each planned service becomes a visit in the state `planned`, and the commission is now in
/// service. Visits of earlier versions that have not begun are cancelled. Their groups, the contractor and
/// the provider are notified.
#[utoipa::path(tag = "service-plans", params(("id" = Uuid, Path, description = "Id of the service plan."), IfMatch),
    responses((status = 200, description = "The plan, now `confirmed`.", body = ServicePlanOut)))]
#[post("/service-plans/{id}/confirm")]
pub(crate) async fn confirm_service_plan(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::confirm(tx, id.0, &if_match)).await
}

/// Return a service plan
///
/// Returns a submitted plan to the provider, with a reason (A4.4). A returned plan cannot be changed: the
/// provider creates a new version with `create_service_plan`.
#[utoipa::path(tag = "service-plans", params(("id" = Uuid, Path, description = "Id of the service plan."), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The plan, now `returned`.", body = ServicePlanOut)))]
#[post("/service-plans/{id}/return")]
pub(crate) async fn return_service_plan(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::return_for_correction(tx, id.0, &if_match, &input.reason)).await
}

impl View for ServicePlan {
    fn relations(&self, _: &()) -> Relations {
        ServicePlan::relations(self)
    }

    fn told(&self) -> Told<'_> {
        Told { label: &self.number, project: Some(self.project_id), version: self.version }
    }

    fn show(self, _: (), to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        shown(to.db, &self, to.caller)
    }
}

/// The answer that shows a plan.
fn shown(db: &mut Reader<'_>, plan: &ServicePlan, caller: &Caller) -> Result<Reply, ApiError> {
    Reply::ok(&seen(db, plan, caller)?, plan.version)
}

/// The plan as the caller sees it.
fn seen(db: &mut Reader<'_>, plan: &ServicePlan, caller: &Caller) -> Result<ServicePlanOut, ApiError> {
    let parents = commission::parent_states(db, plan.depends_on())?.remove(&plan.commission_id);
    ServicePlanOut::new(plan, parents, &Summaries::of(db, [plan])?, caller)
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_service_plan)
        .service(list_service_plans)
        .service(get_service_plan)
        .service(update_service_plan)
        .service(submit_service_plan)
        .service(confirm_service_plan)
        .service(return_service_plan);
}
