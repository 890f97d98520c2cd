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

/// What a visit must bring.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitMaterials {
    /// The kinds that a service of its category must bring (A14.2).
    #[schema(max_items = 20)]
    pub required: Vec<RequiredMaterial>,
    /// Whether all of them are there.
    pub complete: bool,
    /// How many attachments there are, those of its hazards included.
    #[schema(minimum = 0, example = 7)]
    pub attachments: i64,
    /// Until when the material is due (A14.1); once the visit has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub upload_due_at: Option<DateTime<Utc>>,
    /// Whether that may move, as a year's calendar is not published yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provisional: Option<bool>,
}

/// A kind of material that a visit must bring.
#[derive(Debug, Serialize, ToSchema)]
pub struct RequiredMaterial {
    /// Which kind.
    pub kind: AttachmentKindTerm,
    /// Whether it is there.
    pub have: bool,
}

impl From<Material> for RequiredMaterial {
    fn from(it: Material) -> Self {
        Self { kind: it.kind.into(), have: it.have }
    }
}

/// List the material that a visit requires
///
/// A14.2: the kinds that its category asks for, which of them are there, and until when (A14.1).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit")), responses(
    (status = 200, description = "What it must bring", body = VisitMaterials)))]
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
/// A4.6, A14.2: the leader submits it, complete for its category, with the conclusion. Late is marked,
/// never refused (A14.1).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = VisitConclusionInput,
    responses((status = 200, description = "The submitted visit", body = VisitOut)))]
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
/// The provider accepts what the leader submitted (A4.6); who submitted it does not accept it.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    responses((status = 200, description = "The accepted visit", body = VisitOut)))]
#[post("/visits/{id}/accept")]
pub(crate) async fn accept_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::accept(tx, id.0, &if_match)).await
}

/// Return a visit's material
///
/// The provider returns it with the reason; the leader completes it and submits it again (A4.6).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The returned visit", body = VisitOut)))]
#[post("/visits/{id}/return")]
pub(crate) async fn return_visit(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::return_for_correction(tx, id.0, &if_match, &input.reason)).await
}
