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
/// A12.2: by the expert or the association, at most 100 of an expert. The expert leaves the groups of that party's
/// projects that have not begun, and what was served is marked; everyone concerned is told that, and only the expert and
/// the association which tie it is (A11.3).
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The expert")), request_body = TieDeclarationInput,
    responses((status = 201, description = "The tie", body = TieOut)))]
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
/// For the association, the regulator, and the expert.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The expert"), ListQuery),
    responses((status = 200, description = "A page of ties", body = Page<TieOut>)))]
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
/// For the association, the regulator, and the expert.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The tie")),
    responses((status = 200, description = "The tie", body = TieOut)))]
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
/// The association records its last day, with the reason; one on record can only become an earlier one. What it kept
/// the expert out of stays as it is.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The tie"), IfMatch),
    request_body = TieEndInput, responses((status = 200, description = "The ended tie", body = TieOut)))]
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
