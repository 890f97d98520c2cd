//! Hazards (隐患): recorded on site, rectified with evidence, closed or rejected by the leader.

pub(crate) mod steps;
mod wire;

use std::collections::BTreeMap;

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::{self, Operation, Relations},
    service::{hazard::Hazard, visit::Visit},
};
use anze_persistence::service::{hazard as store, visit};
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
    wire::{
        ListQuery, ReasonInput,
        terms::{HazardGradeTerm, HazardStatusTerm},
    },
};

pub use wire::{CommentInput, ExtensionInput, HazardInput, HazardOut, RectificationInput, ReportedHazardOut};

/// Record a hazard
///
/// A13.1: an expert of the group records it while the visit is in progress. A major one names its item of
/// the national criteria, and its notice is issued at once (A15.1).
#[utoipa::path(tag = "hazards", request_body = HazardInput, responses(
    (status = 201, description = "The hazard", body = HazardOut)))]
#[post("/hazards")]
pub(crate) async fn create_hazard(
    context: RequestContext,
    Json(input): Json<HazardInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let (hazard, visit) = steps::record(tx, &input)?;
            let location = format!("/api/v1/hazards/{}", hazard.id);
            let version = hazard.version;
            Reply::created(location, &HazardOut::new(hazard, &visit, tx.caller), version)
        })
        .await
}

/// What a list of hazards is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HazardFilter {
    /// In this state.
    #[param(nullable = false)]
    status: Option<HazardStatusTerm>,
    /// Of this grade.
    #[param(nullable = false)]
    grade: Option<HazardGradeTerm>,
    /// Of this project.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Of this commission.
    #[param(nullable = false)]
    commission_id: Option<Uuid>,
    /// Of this visit.
    #[param(nullable = false)]
    visit_id: Option<Uuid>,
}

/// List hazards
///
/// Those in which the caller has a part (A11.3), newest first.
#[utoipa::path(tag = "hazards", params(ListQuery<HazardFilter>), responses(
    (status = 200, description = "A page of hazards", body = Page<HazardOut>)))]
#[get("/hazards")]
pub(crate) async fn list_hazards(
    context: RequestContext,
    query: ListQuery<HazardFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::Filter {
        status: filter.status.map(|term| term.0),
        grade: filter.grade.map(|term| term.0),
        project_id: filter.project_id.map(Id::new),
        commission_id: filter.commission_id.map(Id::new),
        visit_id: filter.visit_id.map(Id::new),
    };
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, caller, &narrowed, &list.wanted)?;
            let mut ids: Vec<Uuid> = page.items.iter().map(|hazard| hazard.visit_id.uuid()).collect();
            ids.sort_unstable();
            ids.dedup();
            let visits = visit::find_all(db, &ids)?;
            let visits: BTreeMap<Uuid, Visit> = visits.into_iter().map(|it| (it.id.uuid(), it)).collect();
            let page = page.try_map(|hazard| {
                let visit = or_not_found(visits.get(&hazard.visit_id.uuid()))?;
                Ok::<_, ApiError>(HazardOut::new(hazard, visit, caller))
            })?;
            list.page(page, |hazard| hazard.id, |hazard| hazard)
        })
        .await
}

/// Read a hazard
///
/// For those who have a part in it (A11.3); others are told that it is not there.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard")), responses(
    (status = 200, description = "The hazard", body = HazardOut)))]
#[get("/hazards/{id}")]
pub(crate) async fn get_hazard(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let hazard = or_not_found(store::find(db, id)?)?;
            let visit = or_not_found(visit::find(db, hazard.visit_id)?)?;
            access::may(caller, Operation::GetHazard, &hazard.relations(&visit))?;
            let version = hazard.version;
            Reply::ok(&HazardOut::new(hazard, &visit, caller), version)
        })
        .await
}

/// Acknowledge a hazard
///
/// A11.2: the contractor has taken note of it, and of the notice of a major one (A15.1).
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard"), IfMatch),
    responses((status = 200, description = "The acknowledged hazard", body = HazardOut)))]
#[post("/hazards/{id}/acknowledge")]
pub(crate) async fn acknowledge_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::acknowledge(tx, id.0, &if_match)).await
}

/// Report a hazard as rectified
///
/// A11.2: the contractor says what was done; the evidence is uploaded to the hazard before.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard"), IfMatch),
    request_body = RectificationInput,
    responses((status = 200, description = "The rectified hazard", body = HazardOut)))]
#[post("/hazards/{id}/rectify")]
pub(crate) async fn rectify_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<RectificationInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::rectify(tx, id.0, &if_match, &input)).await
}

/// Comment on a hazard
///
/// A11.2: what the supervisor has to say of it; it stands in the project's timeline.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard"), IfMatch),
    request_body = CommentInput, responses((status = 200, description = "The hazard", body = HazardOut)))]
#[post("/hazards/{id}/comment")]
pub(crate) async fn comment_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<CommentInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::comment(tx, id.0, &if_match, &input)).await
}

/// Close a hazard
///
/// A11.2: the leader has seen that it is rectified.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard"), IfMatch),
    responses((status = 200, description = "The closed hazard", body = HazardOut)))]
#[post("/hazards/{id}/close")]
pub(crate) async fn close_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::close(tx, id.0, &if_match)).await
}

/// Reject a rectification
///
/// A11.2: the leader's re-check failed; the hazard is open again.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard"), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The hazard, open again", body = HazardOut)))]
#[post("/hazards/{id}/reject")]
pub(crate) async fn reject_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::reject(tx, id.0, &if_match, &input.reason)).await
}

/// Extend a hazard's due date
///
/// A11.2: only the leader, with the reason, to a later day.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard"), IfMatch),
    request_body = ExtensionInput,
    responses((status = 200, description = "The hazard with its new due date", body = HazardOut)))]
#[post("/hazards/{id}/extend")]
pub(crate) async fn extend_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ExtensionInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::extend(tx, id.0, &if_match, &input)).await
}

impl View for Hazard {
    fn relations(&self, related: &Visit) -> Relations {
        Hazard::relations(self, related)
    }

    fn show(self, related: Visit, to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        let version = self.version;
        Reply::ok(&HazardOut::new(self, &related, to.caller), version)
    }
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_hazard)
        .service(list_hazards)
        .service(get_hazard)
        .service(acknowledge_hazard)
        .service(rectify_hazard)
        .service(comment_hazard)
        .service(close_hazard)
        .service(reject_hazard)
        .service(extend_hazard);
}
