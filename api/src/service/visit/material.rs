//! The material of a visit: what it must bring, its submission, its acceptance.

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::Operation,
    service::visit::{self, Material},
};
use anze_persistence::evidence::attachment;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    steps,
    view::find_authorized,
    wire::{VisitConclusionInput, VisitOut},
};
use crate::{
    app::context::RequestContext,
    http::{
        extract::{IfMatch, Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    wire::{ReasonInput, terms::AttachmentKindTerm},
};

/// Material that a visit requires, and whether it has been uploaded (A14.2).
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitMaterials {
    /// Kinds of material that the category of the service requires (A14.2).
    #[schema(max_items = 20)]
    pub required: Vec<RequiredMaterial>,
    /// Whether every required kind has been uploaded.
    pub complete: bool,
    /// Number of attachments of the visit, those of its hazards included.
    #[schema(minimum = 0, example = 7)]
    pub attachments: i64,
    /// Time until which the material is on time (UTC, A14.1). Absent before the visit has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub upload_due_at: Option<DateTime<Utc>>,
    /// Whether the deadline may still move, as a year's working days are not published yet. Absent before the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provisional: Option<bool>,
}

/// A kind of material that a visit requires.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequiredMaterial {
    /// Kind of the required material.
    pub kind: AttachmentKindTerm,
    /// Whether the visit itself has an attachment of this kind. Attachments of its hazards do not count.
    pub have: bool,
}

impl From<Material> for RequiredMaterial {
    fn from(it: Material) -> Self {
        Self { kind: it.kind.into(), have: it.have }
    }
}

/// List the material that a visit requires
///
/// Lists the kinds of material that the category of a visit requires, and whether each is uploaded (A14.2). It also gives
/// the deadline, once the visit has ended (A14.1). Only attachments of the visit itself count, not those of its hazards.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit.")), responses(
    (status = 200, description = "The required material and its deadline.", body = VisitMaterials)))]
#[get("/visits/{id}/materials")]
pub(crate) async fn list_visit_materials(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let visit = find_authorized(db, caller, id, Operation::ListVisitMaterials)?;
            let have = attachment::kinds_of_visit(db, id)?;
            let required = visit::materials(visit.category, &have);
            let materials = VisitMaterials {
                complete: required.iter().all(|material| material.have),
                required: required.into_iter().map(RequiredMaterial::from).collect(),
                attachments: attachment::count_of_visit(db, id)?,
                upload_due_at: visit.upload_due_at,
                provisional: visit.upload_due_provisional,
            };
            Reply::ok(&materials, visit.version)
        })
        .await
}

/// Submit a visit's material
///
/// Submits the material of a visit, with the conclusion of the group (A4.6). Every kind that `list_visit_materials`
/// requires must be uploaded (A14.2). Late material is marked `late` and never refused (A14.1). What decides is the first
/// submission: material that is returned and submitted again stays on time.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    request_body = VisitConclusionInput,
    responses((status = 200, description = "The visit, now `submitted`.", body = VisitOut)))]
#[post("/visits/{id}/submit")]
pub(crate) async fn submit_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<VisitConclusionInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::submit(tx, id.0, &if_match, &input)).await
}

/// Accept a visit's material
///
/// Accepts the submitted material of a visit (A4.6). A user does not accept material that the same user submitted. After
/// that, no file can be uploaded to the visit itself.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    responses((status = 200, description = "The visit, now `accepted`.", body = VisitOut)))]
#[post("/visits/{id}/accept")]
pub(crate) async fn accept_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::accept(tx, id.0, &if_match)).await
}

/// Return a visit's material
///
/// Returns the submitted material of a visit with a reason (A4.6). The group can then upload further files, and the leader
/// submits the material again.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The visit, now `returned`, with the reason.", body = VisitOut)))]
#[post("/visits/{id}/return")]
pub(crate) async fn return_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::return_for_correction(tx, id.0, &if_match, &input.reason)).await
}
