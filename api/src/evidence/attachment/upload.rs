//! Uploads: permission and state first, then the bytes as they come, then the record.

use actix_web::{
    HttpRequest,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    post, web,
};
use anze_domain::{Id, Violation};
use anze_persistence::{FileError, evidence::file::Received};
use uuid::Uuid;

use super::{
    FILE_EMPTY, FILE_TYPE_NOT_TAKEN,
    inspect::{self, MEDIA_TYPES},
    steps::{self, Holder, ReceivedFile, Target},
    wire::{AttachmentOut, FileBytes, UploadQuery},
};
use crate::{
    app::{context::RequestContext, state::App},
    http::{
        catalogue,
        extract::{BodyDigest, BodyDigestCell, Path, Query},
        problem::ApiError,
        respond::Reply,
    },
};

/// The media type in which files are sent.
const OCTETS: &str = "application/octet-stream";

/// 上传服务资料 · Upload a file to a visit
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

/// 上传隐患资料 · Upload a file to a hazard
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
    let hints = inspect::hints(&file.head);
    context
        .write(move |tx| {
            let attachment = steps::add(tx, target, &about, place, &file, hints)?;
            let location = format!("/api/v1/attachments/{}", attachment.id);
            Reply::created(location, &AttachmentOut::from(attachment), 1)
        })
        .await
}

/// Takes in a body that is a file, as it comes, of a media type that is taken here.
///
/// # Errors
/// 413, 415 or 422; 400 where it breaks off; 503 where the store does not take it.
pub(crate) async fn receive_file(
    app: &App,
    request: &HttpRequest,
    body: web::Payload,
    taken: impl Fn(&str) -> bool,
) -> Result<ReceivedFile, ApiError> {
    require_octets(request)?;
    let limit = app.settings.upload_limit;
    refuse_longer(request, limit)?;
    let received = app.files.receive(body, limit).await.map_err(refused)?;
    let Received { sha256, size, head, staged } = received;
    BodyDigestCell::of(request).set(BodyDigest(sha256));
    let media_type = inspect::media_type(&head).filter(|found| taken(found)).ok_or_else(|| {
        let allowed: Vec<_> = MEDIA_TYPES.iter().copied().filter(|it| taken(it)).collect();
        ApiError::from(Violation::new(FILE_TYPE_NOT_TAKEN).with("allowed", allowed.join(", ")))
    })?;
    app.files.keep(staged).await.map_err(refused)?;
    let size = i64::try_from(size).map_err(ApiError::internal)?;
    Ok(ReceivedFile { sha256, size, media_type, head })
}

/// The body is a file, as it is.
fn require_octets(request: &HttpRequest) -> Result<(), ApiError> {
    let headers = request.headers();
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    let coded = headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    if essence.eq_ignore_ascii_case(OCTETS) && !coded {
        Ok(())
    } else {
        Err(ApiError::new(catalogue::UNSUPPORTED_MEDIA_TYPE).with("expected", OCTETS))
    }
}

/// Refuses a body that says itself that it is too long.
fn refuse_longer(request: &HttpRequest, limit: u64) -> Result<(), ApiError> {
    let stated = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    match stated {
        Some(length) if limit < length => Err(refused(FileError::TooLarge { limit })),
        _ => Ok(()),
    }
}

/// Why the file store did not take a file.
fn refused(error: FileError) -> ApiError {
    match error {
        FileError::TooLarge { limit } => ApiError::new(catalogue::PAYLOAD_TOO_LARGE).with("limit", limit),
        FileError::Empty => Violation::new(FILE_EMPTY).into(),
        FileError::Interrupted(cause) => {
            log::info!("upload broke off: {cause}");
            ApiError::new(catalogue::BAD_REQUEST)
        }
        FileError::Missing => ApiError::internal("the file store lost a file"),
        FileError::Unavailable(cause) => super::unavailable(&cause),
    }
}
