//! Affiliates of organisations (关联单位): a tie to one is a tie to the other (A12.2).

use actix_web::{HttpRequest, get, post};
use anze_domain::{
    Id,
    access::{Operation, may},
    base::id::OrganizationId,
    library::{company::Party, tie::Affiliate},
};
use anze_persistence::{identity::organization, library::tie::affiliate as store};
use serde::Serialize;
use uuid::Uuid;

use super::wire::{AffiliateIn, AffiliateOut, TieEndIn};
use crate::{
    app::context::{RequestContext, or_not_found},
    http::{
        extract::{IfMatch, Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    library::{expert::wire::code, group_departure},
    wire::{SortQuery, page_out, page_request},
};

/// 申报关联单位 · Declare an affiliate
///
/// A12.2: by the organisation's administrator or the association, at most 100. Experts tied to it leave the groups of
/// the organisation's projects that have not begun, and what was served is marked.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The organisation")),
    request_body = AffiliateIn, responses((status = 201, description = "The affiliate", body = AffiliateOut)))]
#[post("/organizations/{id}/affiliates")]
pub(crate) async fn declare_affiliate(
    context: RequestContext,
    id: Path<Uuid>,
    input: Json<AffiliateIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let organization = or_not_found(organization::find(tx.db, Id::new(id.0))?)?;
            tx.may(Operation::DeclareAffiliate, &organization.relations())?;
            let code =
                code(input.unified_social_credit_code.as_deref(), "/unified_social_credit_code".to_owned())?;
            let affiliate = Affiliate {
                id: Id::new(tx.new_id()),
                version: 1,
                organization_id: organization.id,
                company: Party { code, ..Party::named(input.name.trim()) },
                relation: input.relation.clone(),
                from: input.from,
                until: input.until,
                declared_by: tx.caller.id(),
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            let pair = [affiliate.company.clone(), Party::of(&organization)];
            let groups = group_departure::lock::around(tx.db, &pair)?;
            let others = store::count(tx.db, organization.id)?;
            let (affiliate, event) = affiliate.declare(&organization, others)?;
            store::insert(tx.db, &affiliate)?;
            tx.append(organization.id, &event)?;
            group_departure::recuse(&mut tx.context(), &groups)?;
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

/// 关联单位列表 · List an organisation's affiliates
///
/// For whoever is signed in.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The organisation"), PageQuery, SortQuery),
    responses((status = 200, description = "A page of affiliates", body = Page<AffiliateOut>)))]
#[get("/organizations/{id}/affiliates")]
pub(crate) async fn list_affiliates(
    context: RequestContext,
    id: Path<Uuid>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (id, sort) = (OrganizationId::new(id.0), sort.0);
    let filter = OfOrganization { organization: id.uuid() };
    let wanted = page_request(&page.0, sort, &filter)?;
    let page = context
        .read(move |db, caller| {
            let organization = or_not_found(organization::find(db, id)?)?;
            may(caller, Operation::ListAffiliates, &organization.relations())?;
            let page = store::list(db, id, &wanted)?;
            page_out(page, sort, &filter, |it| it.id, |it| AffiliateOut::from(&it))
        })
        .await?;
    page.reply(&request)
}

/// 关联单位详情 · Read an affiliate
///
/// For whoever is signed in.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The affiliate")),
    responses((status = 200, description = "The affiliate", body = AffiliateOut)))]
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

/// 终止关联关系 · End an affiliation
///
/// The association records its last day, with the reason; one on record can only become an earlier one.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The affiliate"), IfMatch),
    request_body = TieEndIn, responses((status = 200, description = "The ended affiliation", body = AffiliateOut)))]
#[post("/affiliates/{id}/end")]
pub(crate) async fn end_affiliate(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<TieEndIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let affiliate = or_not_found(store::find(tx.db, Id::new(id.0))?)?;
            let organization = or_not_found(organization::find(tx.db, affiliate.organization_id)?)?;
            tx.guard(Operation::EndAffiliate, &organization.relations(), &read, affiliate.version)?;
            let (next, event) = affiliate.end(input.until, &input.reason)?;
            let next = store::save(tx.db, next, tx.now())?;
            tx.append(next.organization_id, &event)?;
            Reply::ok(&AffiliateOut::from(&next), next.version)
        })
        .await
}
