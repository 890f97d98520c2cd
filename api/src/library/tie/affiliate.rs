//! Affiliates of organisations (关联单位): a tie to one is a tie to the other (A12.2).

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::{Operation, may},
    base::id::OrganizationId,
};
use anze_persistence::{identity::organization, library::tie::affiliate as store};
use serde::Serialize;
use uuid::Uuid;

use super::{
    steps,
    wire::{AffiliateDeclarationInput, AffiliateOut, TieEndInput},
};
use crate::{
    app::context::{RequestContext, or_not_found},
    http::{
        extract::{IfMatch, Json, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::ListQuery,
};

/// Declare an affiliate
///
/// Declares an affiliate of an organisation (A12.2). An organisation has at most 100 affiliates on record. Experts with
/// a tie leave affected groups whose visits have not begun; visits that have begun are marked.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "Id of the organisation.")),
    request_body = AffiliateDeclarationInput,
    responses((status = 201, description = "The affiliate, now on record.", body = AffiliateOut)))]
#[post("/organizations/{id}/affiliates")]
pub(crate) async fn declare_affiliate(
    context: RequestContext,
    id: Path<Uuid>,
    Json(input): Json<AffiliateDeclarationInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let affiliate = steps::declare_affiliate(tx, id.0, &input)?;
            let location = format!("/api/v1/affiliates/{}", affiliate.id);
            Reply::created(location, &AffiliateOut::from(&affiliate), affiliate.version)
        })
        .await
}

/// What a list of affiliates belongs to.
#[derive(Debug, Serialize)]
struct OfOrganization {
    organization: Uuid,
}

/// List an organisation's affiliates
///
/// Lists the affiliates that an organisation has on record (A12.2).
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "Id of the organisation."), ListQuery),
    responses((status = 200, description = "A page of affiliates.", body = Page<AffiliateOut>)))]
#[get("/organizations/{id}/affiliates")]
pub(crate) async fn list_affiliates(
    context: RequestContext,
    id: Path<Uuid>,
    query: ListQuery,
) -> Result<Reply, ApiError> {
    let id = OrganizationId::new(id.0);
    let query = query.of(OfOrganization { organization: id.uuid() });
    query
        .reply(&context, move |db, caller, list| {
            let organization = or_not_found(organization::find(db, id)?)?;
            may(caller, Operation::ListAffiliates, &organization.relations())?;
            let page = store::list(db, id, &list.wanted)?;
            list.page(page, |it| it.id, |it| AffiliateOut::from(&it))
        })
        .await
}

/// Read an affiliate
///
/// Reads one affiliate of an organisation (A12.2).
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "Id of the affiliate.")),
    responses((status = 200, description = "The affiliate on record.", body = AffiliateOut)))]
#[get("/affiliates/{id}")]
pub(crate) async fn get_affiliate(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let affiliate = or_not_found(store::find(db, id)?)?;
            let organization = or_not_found(organization::find(db, affiliate.organization_id)?)?;
            may(caller, Operation::GetAffiliate, &organization.relations())?;
            Reply::ok(&AffiliateOut::from(&affiliate), affiliate.version)
        })
        .await
}

/// End an affiliation
///
/// Records the last day of an affiliation, with the reason. A last day on record can only be replaced by an earlier
/// day.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "Id of the affiliate."), IfMatch),
    request_body = TieEndInput,
    responses((status = 200, description = "The affiliation, with its last day.", body = AffiliateOut)))]
#[post("/affiliates/{id}/end")]
pub(crate) async fn end_affiliate(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<TieEndInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let next = steps::end_affiliate(tx, id.0, &if_match, &input)?;
            Reply::ok(&AffiliateOut::from(&next), next.version)
        })
        .await
}
