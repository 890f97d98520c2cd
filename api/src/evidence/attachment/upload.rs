//! Uploads: permission and state first, then the bytes as they come, then the record.

use actix_web::{HttpRequest, post, web};
use anze_domain::Id;
use uuid::Uuid;

use super::{
    steps::{self, Holder, Target},
    wire::{AttachmentOut, UploadQuery},
};
use crate::{
    app::{
        context::RequestContext,
        files::{hints, receive_file},
    },
    http::{
        extract::{Path, Query},
        problem::ApiError,
        respond::Reply,
    },
    wire::file::{FileBytes, FileForm},
};

/// Upload a file to a visit
///
/// Uploads one file to a visit (A4.6, A14.2). The request body is the file itself, as
/// `application/octet-stream`, or a form with the part `file`, as `multipart/form-data`.
///
/// - The type is found in the bytes: JPEG, PNG, WebP, HEIC, PDF, Word (`.docx`), Excel (`.xlsx`), ZIP or MP4. The file name
///   does not matter.
/// - A file of the kind `photo` must be an image.
/// - `rectification_evidence` is not possible here; it is uploaded to the hazard.
/// - The largest size is `ANZE_UPLOAD_LIMIT_BYTES`.
/// - A file whose bytes exist on another visit is taken, and marked in `same_as_id`.
#[utoipa::path(tag = "attachments",
    params(("id" = Uuid, Path, description = "Id of the visit."), UploadQuery),
    request_body(description = "The file, as the body itself or as the only part of a form, named `file`.",
        content((FileForm = "multipart/form-data"), (FileBytes = "application/octet-stream"))),
    responses((status = 201, description = "The metadata of the stored attachment.", body = AttachmentOut)))]
#[post("/visits/{id}/attachments")]
pub(crate) async fn upload_visit_attachment(
    context: RequestContext,
    id: Path<Uuid>,
    about: Query<UploadQuery>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<Reply, ApiError> {
    upload(context, Target::Visit(Id::new(id.0)), about.0, &request, body).await
}

/// Upload a file to a hazard
///
/// Uploads one file to a hazard that is not closed (A11.2). The request body is the file itself, as
/// `application/octet-stream`, or a form with the part `file`, as `multipart/form-data`.
///
/// - The contractor uploads evidence of rectification: the kind `rectification_evidence`, and no other.
/// - Experts of the group upload every other kind.
/// - Types, the size limit and the mark `same_as_id` are as in `upload_visit_attachment`.
/// - The file does not count as required material of the visit.
#[utoipa::path(tag = "attachments",
    params(("id" = Uuid, Path, description = "Id of the hazard."), UploadQuery),
    request_body(description = "The file, as the body itself or as the only part of a form, named `file`.",
        content((FileForm = "multipart/form-data"), (FileBytes = "application/octet-stream"))),
    responses((status = 201, description = "The metadata of the stored attachment.", body = AttachmentOut)))]
#[post("/hazards/{id}/attachments")]
pub(crate) async fn upload_hazard_attachment(
    context: RequestContext,
    id: Path<Uuid>,
    about: Query<UploadQuery>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<Reply, ApiError> {
    upload(context, Target::Hazard(Id::new(id.0)), about.0, &request, body).await
}

async fn upload(
    context: RequestContext,
    target: Target,
    about: UploadQuery,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<Reply, ApiError> {
    let place = about.location()?;
    let kind = about.kind.0;
    // What was answered already is answered again, however things stand by now.
    if !context.is_answered().await? {
        context
            .read(move |db, caller| Ok::<_, ApiError>(Holder::find(db, target)?.admit(caller, kind)?))
            .await?;
    }
    let file = receive_file(&context.app, request, body, |media_type| kind.takes(media_type)).await?;
    let hints = hints(&file.head);
    context
        .write(move |tx| {
            let attachment = steps::add(tx, target, &about, place, &file, hints)?;
            let location = format!("/api/v1/attachments/{}", attachment.id);
            Reply::created(location, &AttachmentOut::from(attachment), 1)
        })
        .await
}
