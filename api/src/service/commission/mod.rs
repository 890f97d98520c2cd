//! Commissions (委托服务单): what an insurer asks a provider to do.

pub(crate) mod steps;
mod visits;
mod wire;

use actix_web::{get, http::StatusCode, post, put};
use anze_domain::{
    Id,
    access::{Caller, Operation, Relations},
    oversight::hand_over::Told,
    service::commission::{Commission, ParentStates},
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
        batch::{self, Outcome},
        context::{ReadContext, RequestContext, View, or_not_found},
    },
    http::{
        extract::{IfMatch, Items, Json, Path},
        middleware::RequestMetadata,
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, ReasonInput, search::SearchTextIo, summary::Summaries, terms::CommissionStatusTerm},
};

pub(crate) use visits::cancel_open_visits;
pub use wire::{
    CommissionBatch, CommissionBatchInput, CommissionInput, CommissionOut, CommissionResult,
    ServiceLineInput, ServiceLineOut, TerminationInput,
};

/// Create a commission
///
/// Creates a commission as a `draft` against a policy of the caller's organisation. The project must be
/// registered (A2.1), and the provider must be the association or a service organisation. The commission
/// agrees content and frequency (A7.1) and a fee, by premium ratio (A3.1) or at actual cost (A3.2). The fee
/// cap is checked only on submission. Provider, contractor and owner cannot read the draft.
#[utoipa::path(tag = "commissions", request_body = CommissionInput, responses(
    (status = 201, description = "The new commission, a `draft`.", body = CommissionOut)))]
#[post("/commissions")]
pub(crate) async fn create_commission(
    context: RequestContext,
    Json(input): Json<CommissionInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let (commission, premiums, parents) = steps::create(tx, &input)?;
            let summaries = Summaries::of(tx.db, [&commission])?;
            let wire = CommissionOut::new(&commission, premiums, Some(parents), &summaries, tx.caller)?;
            Reply::created(format!("/api/v1/commissions/{}", wire.id), &wire, commission.version)
        })
        .await
}

/// Create many commissions
///
/// Drafts many commissions in one request. Each commission is checked as by `create_commission` (A3.1, A3.2,
/// A7.1), in the order of the request. A commission that is refused leaves the others drafted. The body is at
/// most `ANZE_BATCH_LIMIT_BYTES` bytes long.
#[utoipa::path(tag = "commissions", request_body = CommissionBatchInput, responses(
    (status = 207, description = "The outcome of each commission, in the order of the request.",
        body = CommissionBatch)))]
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
            let attempted = batch::each(tx, &items, language, steps::create)?;
            let summaries = Summaries::of(tx.db, attempted.iter().flatten().map(|(it, ..)| it))?;
            let caller = tx.caller;
            let show = |(commission, premiums, parents): (Commission, Premiums, ParentStates)| {
                let wire = CommissionOut::new(&commission, premiums, Some(parents), &summaries, caller)?;
                Ok((wire, commission.version))
            };
            let outcomes = attempted.into_iter().map(|it| Outcome::of(it, show).map(CommissionResult::from));
            let wire = CommissionBatch { results: outcomes.collect::<Result<_, _>>()? };
            Reply::json(StatusCode::MULTI_STATUS, &wire)
        })
        .await
}

/// What a list of commissions is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CommissionFilter {
    /// Keeps only commissions in this state.
    #[param(nullable = false)]
    status: Option<CommissionStatusTerm>,
    /// Keeps only commissions of the project with this id.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Keeps only commissions against the policy with this id.
    #[param(nullable = false)]
    policy_id: Option<Uuid>,
    /// Keeps only commissions whose number begins with this text, or whose project has it in its name or at the beginning of its
    /// number.
    #[param(nullable = false, inline)]
    q: Option<SearchTextIo>,
}

/// List commissions
///
/// Lists the commissions in which the caller has a part (A11.3), newest first by default. A provider finds a
/// commission here once it was submitted to it. A commission must match every filter that is given.
#[utoipa::path(tag = "commissions", params(ListQuery<CommissionFilter>), responses(
    (status = 200, description = "One page of the matching commissions.", body = Page<CommissionOut>)))]
#[get("/commissions")]
pub(crate) async fn list_commissions(
    context: RequestContext,
    query: ListQuery<CommissionFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::Filter {
        text: SearchTextIo::of(filter.q.as_ref()),
        status: filter.status.map(|term| term.0),
        project_id: filter.project_id.map(Id::new),
        policy_id: filter.policy_id.map(Id::new),
    };
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, caller, &narrowed, &list.wanted)?;
            let parents = store::parent_states(db, page.items.iter().filter_map(|(it, _)| it.depends_on()))?;
            let summaries = Summaries::of(db, page.items.iter().map(|(it, _)| it))?;
            let page = page.try_map(|(commission, premiums)| {
                let parents = parents.get(&commission.id).copied();
                CommissionOut::new(&commission, premiums, parents, &summaries, caller)
            })?;
            list.page(page, |commission| commission.id, |commission| commission)
        })
        .await
}

/// Read a commission
///
/// Returns one commission, with its fee as a share of the total premium and of the premium received (A3.2). A
/// commission in which the caller has no part is treated as one that does not exist (A11.3).
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "Id of the commission.")), responses(
    (status = 200, description = "The commission with its shares of the premium.", body = CommissionOut)))]
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
/// Replaces content, fee, period and provider of a commission that is a draft or was returned. The policy
/// stays the same. All lines receive new ids. A returned commission stays `returned` until it is submitted
/// again.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "Id of the commission."), IfMatch),
    request_body = CommissionInput,
    responses((status = 200, description = "The changed commission, in its former state.", body = CommissionOut)))]
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
/// Submits a draft or returned commission to its provider (A4.2). The project must be registered (A2.1). The
/// provider must be active, and the service period must lie in the insured period of the policy. By premium
/// ratio, all fees commissioned against the policy add up to at most its `fee_cap`, {A3.1} % of the premium
/// to the fen (A3.1). The check includes commissions that are submitted at the same moment. From now on the
/// provider has a part in the project, and contractor and owner can read the commission.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "Id of the commission."), IfMatch),
    responses((status = 200, description = "The commission, now `submitted`.", body = CommissionOut)))]
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
/// Takes back a commission that the provider has not accepted, with a reason. Its fee no longer counts
/// against the cap (A3.1). A withdrawn commission cannot be changed or submitted again.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "Id of the commission."), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The commission, now `withdrawn`.", body = CommissionOut)))]
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
/// Accepts a submitted commission in the name of the provider. The provider can now create the service plan
/// (A4.3).
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "Id of the commission."), IfMatch),
    responses((status = 200, description = "The commission, now `accepted`.", body = CommissionOut)))]
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
/// Returns a submitted commission to the insurer, with a reason. Its fee no longer counts against the cap
/// (A3.1). The insurer can correct the commission and submit it again, or withdraw it.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "Id of the commission."), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The commission, now `returned`.", body = CommissionOut)))]
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
/// Ends a commission early, while it is accepted or in service, with a reason and the amount due. The amount
/// due is at most the fee, and counts against the cap in place of the fee (A3.1). All visits that have not
/// begun are cancelled. Their groups, the contractor and the provider are notified.
#[utoipa::path(tag = "commissions", params(("id" = Uuid, Path, description = "Id of the commission."), IfMatch),
    request_body = TerminationInput,
    responses((status = 200, description = "The commission, now `terminated`.", body = CommissionOut)))]
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

    fn told(&self) -> Told<'_> {
        Told { label: &self.number, project: Some(self.project_id), version: self.version }
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
    let summaries = Summaries::of(db, [commission])?;
    Reply::ok(&CommissionOut::new(commission, premiums, parents, &summaries, caller)?, commission.version)
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
