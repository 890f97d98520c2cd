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
/// The file as it was uploaded (A14.2), of the type that was found in it; to be saved, never to be run. A caller that
/// accepts `application/octet-stream` alone is answered in that type.
#[utoipa::path(tag = "attachments", params(("id" = Uuid, Path, description = "The attachment")), responses(FileContent))]
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
