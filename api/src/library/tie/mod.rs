//! Ties of experts as declared (利害关系): an expert with a tie to a party stays out of its groups (A12.2).

mod affiliate;
mod recusal;
mod wire;

use actix_web::{HttpRequest, get, post};
use anze_domain::{
    Id, Violation,
    access::{Operation, may},
    base::id::{ExpertId, OrganizationId},
    identity::organization::Organization,
    library::{
        company::Party,
        tie::{COMPANY_REQUIRED, DeclaredTie, TieSource},
    },
};
use anze_persistence::{
    identity::organization,
    library::{expert, tie as store},
};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{RequestContext, WriteContext, or_not_found},
    http::{
        extract::{IfMatch, Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    library::{expert::wire::code, group_departure},
    wire::{OfExpert, SortQuery, page_out, page_request},
};

pub use wire::{AffiliateOut, RecusalRequestOut, TieOut};
use wire::{TieEndIn, TieIn};

/// 申报利害关系 · Declare a tie
///
/// A12.2: by the expert or the association, at most 100 of an expert. The expert leaves the groups of that party's
/// projects that have not begun, and what was served is marked; everyone concerned is told that, and only the expert and
/// the association which tie it is (A11.3).
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The expert")), request_body = TieIn,
    responses((status = 201, description = "The tie", body = TieOut)))]
#[post("/experts/{id}/ties")]
pub(crate) async fn declare_tie(
    context: RequestContext,
    id: Path<Uuid>,
    input: Json<TieIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let expert = or_not_found(expert::find(tx.db, Id::new(id.0))?)?;
            tx.may(Operation::DeclareTie, &expert.relations())?;
            let (organization_id, company) = company(tx, &input)?;
            let own = tx.caller.expert_id == Some(expert.id.uuid());
            let tie = DeclaredTie {
                id: Id::new(tx.new_id()),
                version: 1,
                expert_id: expert.id,
                kind: input.kind.0,
                organization_id,
                company,
                from: input.from,
                until: input.until,
                note: input.note.clone(),
                source: if own { TieSource::Expert } else { TieSource::Association },
                declared_by: tx.caller.id(),
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            let tie = declare(tx, tie, None)?;
            Reply::created(format!("/api/v1/ties/{}", tie.id), &TieOut::from(&tie), tie.version)
        })
        .await
}

/// Records a tie, and what follows from it; `changed` is an organisation to which something happens as well.
fn declare(
    tx: &mut WriteContext<'_, '_>,
    tie: DeclaredTie,
    changed: Option<OrganizationId>,
) -> Result<DeclaredTie, ApiError> {
    let companies = std::slice::from_ref(&tie.company);
    let groups = group_departure::lock::of_tied(tx.db, tie.expert_id, companies, changed)?;
    let others = store::count(tx.db, tie.expert_id)?;
    let (tie, event) = tie.declare(others)?;
    store::insert(tx.db, &tie)?;
    tx.append(tie.expert_id, &event)?;
    group_departure::recuse(&mut tx.context(), &groups)?;
    Ok(tie)
}

/// The company that a tie names: an organisation here, or another by its name.
fn company(
    tx: &mut WriteContext<'_, '_>,
    input: &TieIn,
) -> Result<(Option<OrganizationId>, Party), ApiError> {
    match (input.organization_id, &input.company_name) {
        (Some(id), None) if input.company_code.is_none() => {
            let found = organization::find(tx.db, Id::new(id))?;
            let found =
                tx.named(found, Operation::GetOrganization, Organization::relations, "/organization_id")?;
            Ok((Some(found.id), Party::of(&found)))
        }
        (None, Some(name)) => {
            let code = code(input.company_code.as_deref(), "/company_code".to_owned())?;
            Ok((None, Party { code, ..Party::named(name.trim()) }))
        }
        _ => Err(Violation::new(COMPANY_REQUIRED).at("/organization_id").into()),
    }
}

/// 利害关系列表 · List an expert's declared ties
///
/// For the association, the regulator, and the expert.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The expert"), PageQuery, SortQuery),
    responses((status = 200, description = "A page of ties", body = Page<TieOut>)))]
#[get("/experts/{id}/ties")]
pub(crate) async fn list_ties(
    context: RequestContext,
    id: Path<Uuid>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (id, sort) = (ExpertId::new(id.0), sort.0);
    let filter = OfExpert { expert: id.uuid() };
    let wanted = page_request(&page.0, sort, &filter)?;
    let page = context
        .read(move |db, caller| {
            let expert = or_not_found(expert::find(db, id)?)?;
            may(caller, Operation::ListTies, &expert.relations())?;
            let page = store::list(db, id, &wanted)?;
            page_out(page, sort, &filter, |tie| tie.id, |tie| TieOut::from(&tie))
        })
        .await?;
    page.reply(&request)
}

/// 利害关系详情 · Read a declared tie
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

/// 终止利害关系 · End a declared tie
///
/// The association records its last day, with the reason; one on record can only become an earlier one. What it kept
/// the expert out of stays as it is.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The tie"), IfMatch),
    request_body = TieEndIn, responses((status = 200, description = "The ended tie", body = TieOut)))]
#[post("/ties/{id}/end")]
pub(crate) async fn end_tie(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<TieEndIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let tie = or_not_found(store::find(tx.db, Id::new(id.0))?)?;
            let expert = or_not_found(expert::find(tx.db, tie.expert_id)?)?;
            tx.guard(Operation::EndTie, &expert.relations(), &read, tie.version)?;
            let (next, event) = tie.end(input.until, &input.reason)?;
            let next = store::save(tx.db, next, tx.now())?;
            tx.append(next.expert_id, &event)?;
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
