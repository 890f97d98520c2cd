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
    wire::file::FileBytes,
};

/// Upload a file to a visit
///
/// A4.6, A14.2: the body is the file itself. Its type is found in its bytes: photos (JPEG, PNG, WebP, HEIC),
/// PDF, Word, Excel, ZIP, MP4; a photo is an image. The same bytes on another visit are marked, not refused.
#[utoipa::path(tag = "attachments",
    params(("id" = Uuid, Path, description = "The visit"), UploadQuery),
    request_body(content = FileBytes, content_type = "application/octet-stream", description = "The file"),
    responses((status = 201, description = "The attachment", body = AttachmentOut)))]
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
/// A11.2: photos by the group, evidence of rectification (`rectification_evidence`) by the contractor.
/// The body is the file itself.
#[utoipa::path(tag = "attachments",
    params(("id" = Uuid, Path, description = "The hazard"), UploadQuery),
    request_body(content = FileBytes, content_type = "application/octet-stream", description = "The file"),
    responses((status = 201, description = "The attachment", body = AttachmentOut)))]
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
