//! Requests of a party that an expert be recused (回避申请), which the association decides (A12.2).

use actix_web::{HttpRequest, get, post};
use anze_domain::{
    FactName, Id, RecordKind, Violation,
    access::{Operation, Relations, may, may_ever},
    base::code::UNKNOWN_REFERENCE,
    identity::notification::{Notification, NotificationKind, Recipients, masked_name},
    library::tie::{DeclaredTie, Party, RecusalRequest, RecusalStatus, TIE_TO_NO_PARTY, TieSource},
    service::project::Project,
};
use anze_persistence::{
    identity::organization,
    library::{
        expert,
        tie::{recusal as store, sides},
    },
    service::project,
};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

use super::{
    declare,
    wire::{RecusalRequestIn, RecusalRequestOut, UpholdIn},
};
use crate::{
    app::context::{RequestContext, WriteContext, or_not_found},
    http::{
        extract::{IfMatch, Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    wire::{ReasonIn, SortQuery, page_out, page_request, terms::RecusalStatusTerm},
};

/// 申请专家回避 · Request that an expert be recused
///
/// A12.2: by the contractor, the supervisor, the owner or an insurer of the project, with the grounds. The
/// association decides.
#[utoipa::path(tag = "ties", request_body = RecusalRequestIn,
    responses((status = 201, description = "The request", body = RecusalRequestOut)))]
#[post("/recusal-requests")]
pub(crate) async fn create_recusal_request(
    context: RequestContext,
    input: Json<RecusalRequestIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let own = tx.caller.organization_id;
            let found = project::find(tx.db, Id::new(input.project_id))?;
            let parties = match &found {
                Some(project) => sides::parties(tx.db, project.id)?,
                None => Vec::new(),
            };
            let part = |_: &Project| Relations {
                own: own.filter(|id| parties.contains(id)),
                ..Relations::default()
            };
            let project = tx.named(found, Operation::CreateRecusalRequest, part, "/project_id")?;
            let Some(requested_by) = own else { return Err(ApiError::not_found()) };
            let organization_id = input.organization_id.map_or(requested_by, Id::new);
            if !parties.contains(&organization_id) {
                return Err(Violation::new(TIE_TO_NO_PARTY).at("/organization_id").into());
            }
            let expert = expert::find(tx.db, Id::new(input.expert_id))?
                .ok_or_else(|| Violation::new(UNKNOWN_REFERENCE).at("/expert_id"))?;
            let request = RecusalRequest {
                id: Id::new(tx.new_id()),
                version: 1,
                status: RecusalStatus::Open,
                status_reason: None,
                project_id: project.id,
                district: project.details.district,
                requested_by,
                expert_id: expert.id,
                kind: input.kind.0,
                organization_id,
                grounds: input.grounds.clone(),
                decided_by: None,
                decided_at: None,
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            let (request, event) = request.make();
            store::insert(tx.db, &request)?;
            // The project's timeline is read by everyone there; this is between who asks and the association (A11.3).
            tx.append(requested_by, &event)?;
            let notification = Notification::new(
                NotificationKind::RecusalRequested,
                RecordKind::RecusalRequest,
                request.id,
                "open",
            )
            .of_project(project.id)
            .fact(FactName::Expert, masked_name(&expert.name))
            .fact(FactName::Reason, input.grounds.trim());
            tx.notify(&[(Recipients::association(), notification)])?;
            let location = format!("/api/v1/recusal-requests/{}", request.id);
            Reply::created(location, &RecusalRequestOut::new(&request, tx.caller), request.version)
        })
        .await
}

/// What a list of requests is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecusalFilter {
    /// In this state.
    #[param(nullable = false)]
    status: Option<RecusalStatusTerm>,
}

/// 回避申请列表 · List requests for recusal
///
/// All for the association, those of its area for the regulator, else the own organisation's.
#[utoipa::path(tag = "ties", params(RecusalFilter, PageQuery, SortQuery), responses(
    (status = 200, description = "A page of requests", body = Page<RecusalRequestOut>)))]
#[get("/recusal-requests")]
pub(crate) async fn list_recusal_requests(
    context: RequestContext,
    filter: Query<RecusalFilter>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (filter, sort) = (filter.0, sort.0);
    let wanted = page_request(&page.0, sort, &filter)?;
    let page = context
        .read(move |db, caller| {
            may_ever(caller, Operation::ListRecusalRequests)?;
            let page = store::list(db, caller, filter.status.map(|term| term.0), &wanted)?;
            page_out(page, sort, &filter, |it| it.id, |it| RecusalRequestOut::new(&it, caller))
        })
        .await?;
    page.reply(&request)
}

/// 回避申请详情 · Read a request for recusal
///
/// For who made it, the association, and the regulator.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The request")),
    responses((status = 200, description = "The request", body = RecusalRequestOut)))]
#[get("/recusal-requests/{id}")]
pub(crate) async fn get_recusal_request(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let request = or_not_found(store::find(db, id)?)?;
            may(caller, Operation::GetRecusalRequest, &request.relations())?;
            Reply::ok(&RecusalRequestOut::new(&request, caller), request.version)
        })
        .await
}

/// 支持回避申请 · Uphold a request for recusal
///
/// A12.2: the association, with the reason and since when the tie is held to bind. The expert leaves the groups of
/// that party's projects that have not begun, and what was served is marked.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The request"), IfMatch),
    request_body = UpholdIn,
    responses((status = 200, description = "The upheld request", body = RecusalRequestOut)))]
#[post("/recusal-requests/{id}/uphold")]
pub(crate) async fn uphold_recusal_request(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<UpholdIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let request = or_not_found(store::find(tx.db, Id::new(id.0))?)?;
            tx.guard(Operation::UpholdRecusalRequest, &request.relations(), &read, request.version)?;
            let (next, event) = request.decide(true, &input.reason, tx.caller.id(), tx.now())?;
            let organization = or_not_found(organization::find(tx.db, next.organization_id)?)?;
            let tie = DeclaredTie {
                id: Id::new(tx.new_id()),
                version: 1,
                expert_id: next.expert_id,
                kind: next.kind,
                organization_id: Some(organization.id),
                company: Party::of(&organization),
                from: input.from,
                until: input.until,
                note: Some(next.grounds.clone()),
                source: TieSource::Request,
                declared_by: tx.caller.id(),
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            declare(tx, tie, Some(next.requested_by))?;
            let next = store::save(tx.db, next, tx.now())?;
            tx.append(next.requested_by, &event)?;
            tell_decision(tx, &next)?;
            Reply::ok(&RecusalRequestOut::new(&next, tx.caller), next.version)
        })
        .await
}

/// 驳回回避申请 · Dismiss a request for recusal
///
/// The association, with the reason.
#[utoipa::path(tag = "ties", params(("id" = Uuid, Path, description = "The request"), IfMatch),
    request_body = ReasonIn,
    responses((status = 200, description = "The dismissed request", body = RecusalRequestOut)))]
#[post("/recusal-requests/{id}/dismiss")]
pub(crate) async fn dismiss_recusal_request(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let request = or_not_found(store::find(tx.db, Id::new(id.0))?)?;
            tx.guard(Operation::DismissRecusalRequest, &request.relations(), &read, request.version)?;
            let (next, event) = request.decide(false, &input.reason, tx.caller.id(), tx.now())?;
            let next = store::save(tx.db, next, tx.now())?;
            tx.append(next.requested_by, &event)?;
            tell_decision(tx, &next)?;
            Reply::ok(&RecusalRequestOut::new(&next, tx.caller), next.version)
        })
        .await
}

/// Tells who requested it, and the expert.
fn tell_decision(tx: &mut WriteContext<'_, '_>, request: &RecusalRequest) -> Result<(), ApiError> {
    let expert = or_not_found(expert::find(tx.db, request.expert_id)?)?;
    let notification = Notification::new(
        NotificationKind::RecusalDecided,
        RecordKind::RecusalRequest,
        request.id,
        request.status,
    )
    .of_project(request.project_id)
    .fact(FactName::Expert, masked_name(&expert.name))
    .fact(FactName::Status, request.status)
    .fact(FactName::Reason, request.status_reason.as_deref().unwrap_or_default());
    let to = Recipients::default().organization(request.requested_by).expert(request.expert_id);
    tx.notify(&[(to, notification)])
}
