//! Uploads: permission and state first, then the bytes as they come, then the record.

use actix_web::{HttpRequest, post, web};
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
    Reader,
    evidence::attachment as store,
    service::{hazard, visit},
};
use uuid::Uuid;

use super::wire::{AttachmentOut, UploadQuery};
use crate::{
    app::{
        context::{RequestContext, WriteContext, or_not_found},
        files::{Hints, ReceivedFile, hints, receive_file},
    },
    http::{
        extract::{BodyDigest, Path, Query},
        problem::ApiError,
        respond::Reply,
    },
    wire::file::FileBytes,
};

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
    let received = receive_file(&context.app, request, body, |media_type| kind.takes(media_type)).await?;
    let ReceivedFile { sha256, size, media_type, head } = received;
    let hints = hints(&head);
    context
        .write(BodyDigest(sha256), move |tx| {
            let holder = Holder::find_locked(tx, target)?;
            holder.admit(tx.caller, kind)?;
            let Hints { captured_at, location: exif_place } = hints;
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
