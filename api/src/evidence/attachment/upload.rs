//! Uploads: permission and state first, then the bytes as they come, then the record.

use actix_web::{
    HttpRequest,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    post, web,
};
use anze_domain::{
    Id, Violation,
    access::{self, Caller, Operation},
    base::id::{HazardId, VisitId},
    evidence::attachment::Attachment,
    service::{
        hazard::Hazard,
        visit::{AttachmentKind, Visit},
    },
};
use anze_persistence::{
    FileError, Reader,
    evidence::{attachment as store, file::Received},
    service::{hazard, visit},
};
use uuid::Uuid;

use super::{
    FILE_EMPTY, FILE_TYPE_NOT_TAKEN,
    inspect::{self, Hints, MEDIA_TYPES},
    wire::{AttachmentOut, FileBytes, UploadQuery},
};
use crate::{
    app::{
        context::{RequestContext, WriteContext, or_not_found},
        state::App,
    },
    http::{
        catalogue,
        extract::{BodyDigest, Path, Query},
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

/// What a file is uploaded to.
#[derive(Clone, Copy)]
enum Target {
    Visit(VisitId),
    Hazard(HazardId),
}

/// What a file is uploaded to, as it stands.
struct Holder {
    visit: Visit,
    hazard: Option<Hazard>,
}

impl Holder {
    fn find(db: &mut Reader<'_>, target: Target) -> Result<Self, ApiError> {
        match target {
            Target::Visit(id) => Ok(Self { visit: or_not_found(visit::find(db, id)?)?, hazard: None }),
            Target::Hazard(id) => {
                let hazard = or_not_found(hazard::find(db, id)?)?;
                Self::of(db, hazard)
            }
        }
    }

    fn find_locked(tx: &mut WriteContext<'_, '_>, target: Target) -> Result<Self, ApiError> {
        match target {
            Target::Visit(id) => {
                Ok(Self { visit: or_not_found(visit::find_locked(tx.db, id)?)?, hazard: None })
            }
            Target::Hazard(id) => {
                let hazard = or_not_found(hazard::find_locked(tx.db, id)?)?;
                Self::of(tx.db, hazard)
            }
        }
    }

    fn of(db: &mut Reader<'_>, hazard: Hazard) -> Result<Self, ApiError> {
        let visit = or_not_found(visit::find(db, hazard.visit_id)?)?;
        Ok(Self { visit, hazard: Some(hazard) })
    }

    /// Whether the caller may upload a file of this kind here, now.
    fn admit(&self, caller: &Caller, kind: AttachmentKind) -> Result<(), Violation> {
        let (operation, relations) = match &self.hazard {
            None => (Operation::UploadVisitAttachment, self.visit.relations()),
            Some(hazard) => (Operation::UploadHazardAttachment, hazard.relations(&self.visit)),
        };
        access::may(caller, operation, &relations)?;
        Attachment::admit(&self.visit, self.hazard.as_ref(), kind, &relations.held_by(caller))
    }
}

async fn upload(
    context: RequestContext,
    target: Target,
    about: UploadQuery,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<Reply, ApiError> {
    let place = about.place()?;
    let kind = about.kind.0;
    // What was answered already is answered again, however things stand by now.
    if !context.is_answered().await? {
        context
            .read(move |db, caller| Ok::<_, ApiError>(Holder::find(db, target)?.admit(caller, kind)?))
            .await?;
    }
    let kept = keep(&context.app, request, body, |media_type| kind.takes(media_type)).await?;
    let Kept { sha256, size, media_type, head } = kept;
    let hints = inspect::hints(&head);
    context
        .write(BodyDigest(sha256), move |tx| {
            let holder = Holder::find_locked(tx, target)?;
            holder.admit(tx.caller, kind)?;
            let Hints { captured_at, place: exif_place } = hints;
            let attachment = Attachment {
                id: Id::new(tx.new_id()),
                visit_id: holder.visit.id,
                hazard_id: holder.hazard.as_ref().map(|hazard| hazard.id),
                project_id: holder.visit.project_id,
                kind,
                file_name: about.file_name.clone(),
                media_type: media_type.to_owned(),
                size,
                sha256: sha256.to_vec(),
                captured_at: about.captured_at,
                place,
                exif_captured_at: captured_at,
                exif_place,
                same_as_id: store::same_bytes_elsewhere(tx.db, &sha256, holder.visit.id)?,
                uploaded_by: tx.caller.id(),
                received_at: tx.now(),
            };
            store::insert(tx.db, &attachment)?;
            tx.append(attachment.project_id, &attachment.uploaded())?;
            let location = format!("/api/v1/attachments/{}", attachment.id);
            Reply::created(location, &AttachmentOut::from(attachment), 1)
        })
        .await
}

/// A file that lies in its place, before anything refers to it.
pub(crate) struct Kept {
    /// SHA-256 of its bytes.
    pub(crate) sha256: [u8; 32],
    /// How many bytes.
    pub(crate) size: i64,
    /// Its media type, as found in the bytes.
    pub(crate) media_type: &'static str,
    /// Its beginning.
    pub(crate) head: Vec<u8>,
}

/// Takes in a body that is a file, as it comes, of a media type that is taken here.
///
/// # Errors
/// 413, 415 or 422; 400 where it breaks off; 503 where the store does not take it.
pub(crate) async fn keep(
    app: &App,
    request: &HttpRequest,
    body: web::Payload,
    taken: impl Fn(&str) -> bool,
) -> Result<Kept, ApiError> {
    require_octets(request)?;
    let limit = app.settings.upload_limit;
    refuse_longer(request, limit)?;
    let received = app.files.receive(body, limit).await.map_err(refused)?;
    let Received { sha256, size, head, staged } = received;
    let media_type = inspect::media_type(&head).filter(|found| taken(found)).ok_or_else(|| {
        let allowed: Vec<_> = MEDIA_TYPES.iter().copied().filter(|it| taken(it)).collect();
        ApiError::from(Violation::new(FILE_TYPE_NOT_TAKEN).with("allowed", allowed.join(", ")))
    })?;
    app.files.commit_staged(staged).await.map_err(refused)?;
    let size = i64::try_from(size).map_err(ApiError::internal)?;
    Ok(Kept { sha256, size, media_type, head })
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
