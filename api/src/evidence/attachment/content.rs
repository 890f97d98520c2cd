//! The bytes of an attachment.

use actix_web::{HttpRequest, HttpResponse, get};
use anze_domain::{Id, access::Operation};
use uuid::Uuid;

use super::find_authorized;
use crate::{
    app::{context::RequestContext, files::serve_file},
    http::{extract::Path, problem::ApiError},
    wire::file::FileContent,
};

/// Download an attachment
///
/// Downloads the file of an attachment, unchanged since its upload (A14.2). The `Content-Type` is the type that the
/// platform found in the bytes. A caller that accepts `application/octet-stream` alone is answered in that type. Save the
/// file; do not run or render it as a page. The `ETag` is the SHA-256 of the bytes, and `If-None-Match` saves a second
/// download.
#[utoipa::path(tag = "attachments", params(("id" = Uuid, Path, description = "Id of the attachment.")),
    responses(FileContent))]
#[get("/attachments/{id}/content")]
pub(crate) async fn get_attachment_content(
    context: RequestContext,
    id: Path<Uuid>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let id = Id::new(id.0);
    let attachment = context
        .read(move |db, caller| find_authorized(db, caller, id, Operation::GetAttachmentContent))
        .await?;
    serve_file(&context.app, &request, &attachment.sha256, attachment.media_type, &attachment.file_name).await
}
