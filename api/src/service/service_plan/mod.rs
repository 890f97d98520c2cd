//! Service plans (技术服务方案): numbered versions of the plan of one commission.

mod wire;

use actix_web::{HttpRequest, get, post, put};
use anze_domain::{
    Event, Id, Violation,
    access::{Caller, Operation, Relations},
    base::code::REFERENCE_FIXED,
    service::{
        commission::Commission,
        service_plan::{ServicePlan, ServicePlanStatus},
        visit::Visit,
    },
};
use anze_persistence::{
    Reader, StoreError, Writer,
    service::{commission, service_plan as store, visit},
    store::single_statement::RowUpdate,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{ReadContext, RequestContext, Subject, change, decide, or_not_found},
    http::{
        extract::{BodyDigest, IfMatch, Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    service::commission::cancel_open_visits,
    wire::{ReasonIn, SortQuery, page_out, page_request, terms::ServicePlanStatusTerm},
};

pub use wire::{PlannedServiceIn, PlannedServiceOut, ServicePlanIn, ServicePlanOut};

/// Number prefix of plans.
const NUMBER: &str = "FA";
/// Number prefix of visits.
const VISIT_NUMBER: &str = "FW";

/// 编制技术服务方案 · Create a service plan
///
/// A4.3: the provider drafts the next version of the plan of an accepted commission; one is open at a time.
#[utoipa::path(tag = "service-plans", request_body = ServicePlanIn, responses(
    (status = 201, description = "The draft", body = ServicePlanOut)))]
#[post("/service-plans")]
pub(crate) async fn create_service_plan(
    context: RequestContext,
    input: Json<ServicePlanIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let commission = commission::find_locked(tx.db, Id::new(input.commission_id))?;
            let commission =
                tx.named(commission, Operation::CreateServicePlan, Commission::relations, "/commission_id")?;
            let another_is_open = store::open_exists(tx.db, commission.id)?;
            let plan = ServicePlan {
                id: Id::new(tx.new_id()),
                version: 1,
                number: tx.next_number(NUMBER)?,
                status: ServicePlanStatus::Draft,
                status_reason: None,
                commission_id: commission.id,
                project_id: commission.project_id,
                plan_version: store::latest_plan_version(tx.db, commission.id)?.saturating_add(1),
                summary: input.summary.clone(),
                services: input.services(&commission.terms.lines, || tx.new_id()),
                prepared_by: tx.caller.id(),
                decided_by: None,
                submitted_at: None,
                confirmed_at: None,
                parties: commission.parties,
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            let (plan, event) = plan.create(&commission, another_is_open)?;
            store::insert(tx.db, &plan)?;
            tx.append(plan.project_id, &event)?;
            let location = format!("/api/v1/service-plans/{}", plan.id);
            let around = commission::parent_states(tx.db, plan.depends_on())?.remove(&plan.commission_id);
            Reply::created(location, &ServicePlanOut::new(&plan, around, tx.caller), plan.version)
        })
        .await
}

/// What a list of plans is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ServicePlanFilter {
    /// In this state.
    #[param(nullable = false)]
    status: Option<ServicePlanStatusTerm>,
    /// Of this project.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Of this commission.
    #[param(nullable = false)]
    commission_id: Option<Uuid>,
}

/// 技术服务方案列表 · List service plans
///
/// Every version of those in which the caller has a part (A11.3), newest first.
#[utoipa::path(tag = "service-plans", params(ServicePlanFilter, PageQuery, SortQuery), responses(
    (status = 200, description = "A page of service plans", body = Page<ServicePlanOut>)))]
#[get("/service-plans")]
pub(crate) async fn list_service_plans(
    context: RequestContext,
    filter: Query<ServicePlanFilter>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (filter, sort) = (filter.0, sort.0);
    let wanted = page_request(&page.0, sort, &filter)?;
    let narrowed = store::Filter {
        status: filter.status.map(|term| term.0),
        project_id: filter.project_id.map(Id::new),
        commission_id: filter.commission_id.map(Id::new),
    };
    let page = context
        .read(move |db, caller| {
            let page = store::list(db, caller, &narrowed, &wanted)?;
            let around =
                commission::parent_states(db, page.items.iter().filter_map(ServicePlan::depends_on))?;
            page_out(
                page,
                sort,
                &filter,
                |plan| plan.id,
                |plan| ServicePlanOut::new(&plan, around.get(&plan.commission_id).copied(), caller),
            )
        })
        .await?;
    page.reply(&request)
}

/// 技术服务方案详情 · Read a service plan
///
/// One version of a commission's plan, with what it plans.
#[utoipa::path(tag = "service-plans", params(("id" = Uuid, Path, description = "The plan")), responses(
    (status = 200, description = "The plan", body = ServicePlanOut)))]
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

/// 修改技术服务方案 · Replace a draft service plan
///
/// The provider, while it is a draft. Its services get new ids; its commission stays.
#[utoipa::path(tag = "service-plans", params(("id" = Uuid, Path, description = "The plan"), IfMatch),
    request_body = ServicePlanIn, responses((status = 200, description = "The draft", body = ServicePlanOut)))]
#[put("/service-plans/{id}")]
pub(crate) async fn update_service_plan(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ServicePlanIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::UpdateServicePlan, move |plan: ServicePlan, tx| {
        if plan.commission_id != Id::new(input.commission_id) {
            return Err(Violation::new(REFERENCE_FIXED).at("/commission_id").into());
        }
        let commission = or_not_found(commission::find(tx.db, plan.commission_id)?)?;
        let services = input.services(&commission.terms.lines, || tx.new_id());
        Ok(plan.update(input.summary.clone(), services, &commission)?)
    })
    .await
}

/// 提交技术服务方案 · Submit a service plan
///
/// Every commissioned line is covered at least as often as agreed; services of earlier versions that have
/// begun count (A7.1).
#[utoipa::path(tag = "service-plans", params(("id" = Uuid, Path, description = "The plan"), IfMatch),
    responses((status = 200, description = "The submitted plan", body = ServicePlanOut)))]
#[post("/service-plans/{id}/submit")]
pub(crate) async fn submit_service_plan(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    decide(context, id, read, none, Operation::SubmitServicePlan, |plan: ServicePlan, tx| {
        let commission = or_not_found(commission::find(tx.db, plan.commission_id)?)?;
        let begun = visit::begun_lines(tx.db, plan.commission_id)?;
        Ok(plan.submit(&commission, &begun, tx.now())?)
    })
    .await
}

/// 确认技术服务方案 · Confirm a service plan
///
/// A4.4: the insurer, never who prepared it. Every planned service becomes a visit; visits of earlier
/// versions that have not begun are cancelled; the commission is in service.
#[utoipa::path(tag = "service-plans", params(("id" = Uuid, Path, description = "The plan"), IfMatch),
    responses((status = 200, description = "The confirmed plan", body = ServicePlanOut)))]
#[post("/service-plans/{id}/confirm")]
pub(crate) async fn confirm_service_plan(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    change(context, id, read, none, Operation::ConfirmServicePlan, |plan: ServicePlan, tx| {
        let (plan, confirmed) = plan.confirm(tx.caller.id(), tx.now())?;
        let commission = or_not_found(commission::find(tx.db, plan.commission_id)?)?;
        let (commission, moved_on) = commission.follow(Operation::ConfirmServicePlan, tx.now())?;
        commission::save(tx.db, commission, tx.now())?;
        let mut events = vec![confirmed, moved_on];
        let reason = format!("由 {} 取代 · Superseded by {}", plan.number, plan.number);
        events.extend(cancel_open_visits(tx, plan.project_id, plan.commission_id, &reason)?);
        let numbers = tx.next_numbers(VISIT_NUMBER, plan.services.len())?;
        let planned = plan.services.iter().zip(numbers);
        let (visits, planned): (Vec<Visit>, Vec<Event>) = planned
            .map(|(service, number)| Visit::plan(Id::new(tx.new_id()), number, &plan, service, tx.now()))
            .unzip();
        visit::insert_all(tx.db, &visits)?;
        events.extend(planned);
        Ok((plan, events))
    })
    .await
}

/// 退回技术服务方案 · Return a service plan
///
/// The insurer, with the reason; the provider makes a new version (A4.4).
#[utoipa::path(tag = "service-plans", params(("id" = Uuid, Path, description = "The plan"), IfMatch),
    request_body = ReasonIn,
    responses((status = 200, description = "The returned plan", body = ServicePlanOut)))]
#[post("/service-plans/{id}/return")]
pub(crate) async fn return_service_plan(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    decide(context, id, read, body_digest, Operation::ReturnServicePlan, move |plan: ServicePlan, tx| {
        Ok(plan.give_back(tx.caller.id(), &input.reason)?)
    })
    .await
}

impl Subject for ServicePlan {
    type ParentStates = ();

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, ())>, StoreError> {
        Ok(store::find_locked(db, Id::new(id))?.map(|plan| (plan, ())))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn relations(&self, _: &()) -> Relations {
        ServicePlan::relations(self)
    }

    fn stream(&self) -> Uuid {
        self.project_id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, operation: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        if operation == Operation::UpdateServicePlan {
            store::save_with_services(db, self, now)
        } else {
            store::save(db, self, now)
        }
    }

    fn single_statement_update(&mut self, now: DateTime<Utc>) -> Result<Option<RowUpdate>, StoreError> {
        store::single_statement_update(self, now)
    }

    fn show(self, _: (), to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        shown(to.db, &self, to.caller)
    }
}

/// The answer that shows a plan.
fn shown(db: &mut Reader<'_>, plan: &ServicePlan, caller: &Caller) -> Result<Reply, ApiError> {
    let around = commission::parent_states(db, plan.depends_on())?.remove(&plan.commission_id);
    Reply::ok(&ServicePlanOut::new(plan, around, caller), plan.version)
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
