//! Commissions (委托服务单): what an insurer asks a provider to do.

pub(crate) mod steps;
mod visits;
mod wire;

use actix_web::{get, http::StatusCode, post, put};
use anze_domain::{
    Id,
    access::{Caller, Operation, Relations},
    service::commission::Commission,
};
use anze_persistence::{
    Reader,
    service::commission::{self as store, Premiums},
};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::{
        batch,
        context::{ReadContext, RequestContext, View, WriteContext, or_not_found},
    },
    http::{
        extract::{IfMatch, Items, Json, Path},
        middleware::RequestMetadata,
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, ReasonInput, terms::CommissionStatusTerm},
};

pub(crate) use visits::cancel_open_visits;
pub use wire::{
    CommissionBatch, CommissionBatchInput, CommissionInput, CommissionOut, CommissionResult,
    ServiceLineInput, ServiceLineOut, TerminationInput,
};

/// Create a commission
///
/// The insurer drafts it against its policy: content and frequency (A7.1), and the fee by premium ratio
/// (A3.1) or by actual cost (A3.2).
#[utoipa::path(tag = "commissions", request_body = CommissionInput, responses(
    (status = 201, description = "The draft", body = CommissionOut)))]
#[post("/commissions")]
pub(crate) async fn create_commission(
    context: RequestContext,
    Json(input): Json<CommissionInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let (wire, version) = draft(tx, &input)?;
            Reply::created(format!("/api/v1/commissions/{}", wire.id), &wire, version)
        })
        .await
}

/// Create many commissions
///
/// Up to 1,000 drafts in one request, each as alone (A3.1, A3.2, A7.1): one result for each, in their order, and one that
/// is refused leaves the others. A batch has a limit of its own, 16 MiB where nothing else is set.
#[utoipa::path(tag = "commissions", request_body = CommissionBatchInput, responses(
    (status = 207, description = "One result for each", body = CommissionBatch)))]
#[post("/commissions/batch")]
pub(crate) async fn create_commissions(
    context: RequestContext,
    Items(items): Items<CommissionInput>,
    metadata: RequestMetadata,
) -> Result<Reply, ApiError> {
    let language = metadata.language();
    context
        .write(move |tx| {
            steps::lock_projects(tx, items.iter().flatten())?;
            let results = batch::each(tx, &items, language, draft)?;
            let wire = CommissionBatch { results: results.into_iter().map(CommissionResult::from).collect() };
            Reply::json(StatusCode::MULTI_STATUS, &wire)
        })
        .await
}

/// Drafts one commission. Answers it with its version.
fn draft(tx: &mut WriteContext<'_, '_>, input: &CommissionInput) -> Result<(CommissionOut, i64), ApiError> {
    let (commission, premiums, parents) = steps::create(tx, input)?;
    Ok((CommissionOut::new(&commission, premiums, Some(parents), tx.caller), commission.version))
}

/// What a list of commissions is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommissionFilter {
    /// In this state.
    #[param(nullable = false)]
    status: Option<CommissionStatusTerm>,
    /// Of this project.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Against this policy.
    #[param(nullable = false)]
    policy_id: Option<Uuid>,
}

/// List commissions
///
/// Those in which the caller has a part (A11.3), newest first.
#[utoipa::path(tag = "commissions", params(ListQuery<CommissionFilter>), responses(
    (status = 200, description = "A page of commissions", body = Page<CommissionOut>)))]
#[get("/commissions")]
pub(crate) async fn list_commissions(
    context: RequestContext,
    query: ListQuery<CommissionFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::Filter {
        status: filter.status.map(|term| term.0),
        project_id: filter.project_id.map(Id::new),
        policy_id: filter.policy_id.map(Id::new),
    };
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, caller, &narrowed, &list.wanted)?;
            let parents = store::parent_states(db, page.items.iter().filter_map(|(it, _)| it.depends_on()))?;
            list.page(
                page,
                |(commission, _)| commission.id,
                |(commission, premiums)| {
                    let parents = parents.get(&commission.id).copied();
                    CommissionOut::new(&commission, premiums, parents, caller)
                },
            )
        })
        .await
}

/// Read a commission
///
/// With the fee as a share of the premium, of the total and of what was received (A3.2).
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission")), responses(
    (status = 200, description = "The commission", body = CommissionOut)))]
#[get("/commissions/{id}")]
pub(crate) async fn get_commission(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let (commission, premiums) = or_not_found(store::find_priced(db, id)?)?;
            anze_domain::access::may(caller, Operation::GetCommission, &commission.relations())?;
            shown(db, &commission, premiums, caller)
        })
        .await
}

/// Update a commission
///
/// The insurer, while it is a draft or returned. Its lines get new ids; its policy stays.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission"), IfMatch),
    request_body = CommissionInput,
    responses((status = 200, description = "The commission", body = CommissionOut)))]
#[put("/commissions/{id}")]
pub(crate) async fn update_commission(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<CommissionInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::update(tx, id.0, &if_match, &input)).await
}

/// Submit a commission
///
/// A4.2. Here the fee is measured: by premium ratio all fees against the policy come to at most {A3.1} % of its
/// premium, to the fen (A3.1). The provider has a part in the project from then on.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission"), IfMatch),
    responses((status = 200, description = "The submitted commission", body = CommissionOut)))]
#[post("/commissions/{id}/submit")]
pub(crate) async fn submit_commission(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::submit(tx, id.0, &if_match)).await
}

/// Withdraw a commission
///
/// The insurer takes it back before it is accepted, with the reason.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission"), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The withdrawn commission", body = CommissionOut)))]
#[post("/commissions/{id}/withdraw")]
pub(crate) async fn withdraw_commission(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::withdraw(tx, id.0, &if_match, &input.reason)).await
}

/// Accept a commission
///
/// The provider; from here on it makes plans (A4.3).
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission"), IfMatch),
    responses((status = 200, description = "The accepted commission", body = CommissionOut)))]
#[post("/commissions/{id}/accept")]
pub(crate) async fn accept_commission(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::accept(tx, id.0, &if_match)).await
}

/// Return a commission
///
/// The provider gives it back with the reason; the insurer corrects and submits it again.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission"), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The returned commission", body = CommissionOut)))]
#[post("/commissions/{id}/return")]
pub(crate) async fn return_commission(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::return_for_correction(tx, id.0, &if_match, &input.reason)).await
}

/// Terminate a commission
///
/// It ends early, by agreement, with what is due; visits that have not begun are cancelled with it.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "The commission"), IfMatch),
    request_body = TerminationInput,
    responses((status = 200, description = "The terminated commission", body = CommissionOut)))]
#[post("/commissions/{id}/terminate")]
pub(crate) async fn terminate_commission(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<TerminationInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::terminate(tx, id.0, &if_match, &input)).await
}

impl View for Commission {
    fn relations(&self, _: &Premiums) -> Relations {
        Commission::relations(self)
    }

    fn show(self, related: Premiums, to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        shown(to.db, &self, related, to.caller)
    }
}

/// The answer that shows a commission.
fn shown(
    db: &mut Reader<'_>,
    commission: &Commission,
    premiums: Premiums,
    caller: &Caller,
) -> Result<Reply, ApiError> {
    let parents = store::parent_states(db, commission.depends_on())?.remove(&commission.id);
    Reply::ok(&CommissionOut::new(commission, premiums, parents, caller), commission.version)
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_commission)
        .service(create_commissions)
        .service(list_commissions)
        .service(get_commission)
        .service(update_commission)
        .service(submit_commission)
        .service(withdraw_commission)
        .service(accept_commission)
        .service(return_commission)
        .service(terminate_commission);
}
