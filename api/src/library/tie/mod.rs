//! Ties of experts as declared (利害关系): an expert with a tie to a party stays out of its groups (A12.2).

mod affiliate;
mod recusal;
pub(crate) mod steps;
mod wire;

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::{Operation, may},
    base::id::ExpertId,
};
use anze_persistence::library::{expert, tie as store};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{RequestContext, or_not_found},
    http::{
        extract::{IfMatch, Json, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, OfExpert},
};

pub use wire::{AffiliateOut, RecusalRequestOut, TieOut};
use wire::{TieDeclarationInput, TieEndInput};

/// Declare a tie
///
/// Records a tie of an expert to a company (A12.2). An expert has at most 100 ties on record. The expert leaves
/// affected groups whose visits have not begun; visits that have begun are marked. The platform notifies the parties,
/// the group, the expert and the association. Only the expert and the association learn which tie it is (A11.3).
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "Id of the expert.")),
    request_body = TieDeclarationInput,
    responses((status = 201, description = "The tie, now on record.", body = TieOut)))]
#[post("/experts/{id}/ties")]
pub(crate) async fn declare_tie(
    context: RequestContext,
    id: Path<Uuid>,
    Json(input): Json<TieDeclarationInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let tie = steps::declare(tx, id.0, &input)?;
            Reply::created(format!("/api/v1/ties/{}", tie.id), &TieOut::from(&tie), tie.version)
        })
        .await
}

/// List an expert's ties
///
/// Lists the ties of an expert that are on record (A12.2).
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "Id of the expert."), ListQuery),
    responses((status = 200, description = "A page of ties.", body = Page<TieOut>)))]
#[get("/experts/{id}/ties")]
pub(crate) async fn list_ties(
    context: RequestContext,
    id: Path<Uuid>,
    query: ListQuery,
) -> Result<Reply, ApiError> {
    let id = ExpertId::new(id.0);
    let query = query.of(OfExpert { expert: id.uuid() });
    query
        .reply(&context, move |db, caller, list| {
            let expert = or_not_found(expert::find(db, id)?)?;
            may(caller, Operation::ListTies, &expert.relations())?;
            let page = store::list(db, id, &list.wanted)?;
            list.page(page, |tie| tie.id, |tie| TieOut::from(&tie))
        })
        .await
}

/// Read a tie
///
/// Reads one tie of an expert to a company (A12.2).
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "Id of the tie.")),
    responses((status = 200, description = "The tie on record.", body = TieOut)))]
#[get("/ties/{id}")]
pub(crate) async fn get_tie(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let tie = or_not_found(store::find(db, id)?)?;
            let expert = or_not_found(expert::find(db, tie.expert_id)?)?;
            may(caller, Operation::GetTie, &expert.relations())?;
            Reply::ok(&TieOut::from(&tie), tie.version)
        })
        .await
}

/// End a tie
///
/// Records the last day of a tie, with the reason. A last day on record can only be replaced by an earlier day.
/// Recusals that the tie caused stay in force.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "Id of the tie."), IfMatch),
    request_body = TieEndInput, responses((status = 200, description = "The tie, with its last day.", body = TieOut)))]
#[post("/ties/{id}/end")]
pub(crate) async fn end_tie(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<TieEndInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let next = steps::end(tx, id.0, &if_match, &input)?;
            Reply::ok(&TieOut::from(&next), next.version)
        })
        .await
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(declare_tie)
        .service(list_ties)
        .service(get_tie)
        .service(end_tie)
        .service(affiliate::declare_affiliate)
        .service(affiliate::list_affiliates)
        .service(affiliate::get_affiliate)
        .service(affiliate::end_affiliate)
        .service(recusal::create_recusal_request)
        .service(recusal::list_recusal_requests)
        .service(recusal::get_recusal_request)
        .service(recusal::uphold_recusal_request)
        .service(recusal::dismiss_recusal_request);
}
