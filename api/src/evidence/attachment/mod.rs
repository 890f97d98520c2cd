//! Attachments (资料): files of visits and hazards, taken in and given out as streams.

mod content;
pub(crate) mod steps;
mod upload;
mod wire;

use actix_web::get;
use anze_domain::{
    Id,
    access::{self, Caller, Operation},
    base::id::AttachmentId,
    evidence::attachment::Attachment,
};
use anze_persistence::{Reader, evidence::attachment as store, service::visit};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{RequestContext, or_not_found},
    http::{extract::Path, page::Page, problem::ApiError, respond::Reply},
    wire::{ListQuery, terms::AttachmentKindTerm},
};

pub use wire::{AttachmentOut, UploadQuery};

/// What a list of attachments is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AttachmentFilter {
    /// Lists only attachments of this kind.
    #[param(nullable = false)]
    kind: Option<AttachmentKindTerm>,
    /// Id of a hazard of the visit. Lists only attachments of this hazard.
    #[param(nullable = false)]
    hazard_id: Option<Uuid>,
}

/// What a cursor of a list belongs to.
#[derive(Serialize)]
struct OfVisit {
    visit: Uuid,
    filter: AttachmentFilter,
}

/// List the attachments of a visit
///
/// Lists the attachments of a visit, those of its hazards included, newest first (A14.2). The list holds the metadata;
/// `get_attachment_content` downloads a file.
#[utoipa::path(tag = "attachments",
    params(("id" = Uuid, Path, description = "Id of the visit."), ListQuery<AttachmentFilter>),
    responses((status = 200, description = "A page of attachments, newest first.", body = Page<AttachmentOut>)))]
#[get("/visits/{id}/attachments")]
pub(crate) async fn list_attachments(
    context: RequestContext,
    id: Path<Uuid>,
    query: ListQuery<AttachmentFilter>,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    let filter = query.filter.clone();
    let narrowed =
        store::Filter { hazard_id: filter.hazard_id.map(Id::new), kind: filter.kind.map(|term| term.0) };
    let query = query.of(OfVisit { visit: id.uuid(), filter });
    query
        .reply(&context, move |db, caller, list| {
            let visit = or_not_found(visit::find(db, id)?)?;
            access::may(caller, Operation::ListAttachments, &visit.relations())?;
            let page = store::list(db, id, &narrowed, &list.wanted)?;
            list.page(page, |attachment| attachment.id, AttachmentOut::from)
        })
        .await
}

/// Read the metadata of an attachment
///
/// Returns the metadata of an attachment: kind, size, digest, and when and where it was taken. An attachment of a visit in
/// which the caller has no part is answered as not found (A11.3).
#[utoipa::path(tag = "attachments", params(("id" = Uuid, Path, description = "Id of the attachment.")), responses(
    (status = 200, description = "The metadata of the attachment.", body = AttachmentOut)))]
#[get("/attachments/{id}")]
pub(crate) async fn get_attachment(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let attachment = find_authorized(db, caller, id, Operation::GetAttachment)?;
            Reply::ok(&AttachmentOut::from(attachment), 1)
        })
        .await
}

/// The attachment, for who may do this with it.
fn find_authorized(
    db: &mut Reader<'_>,
    caller: &Caller,
    id: AttachmentId,
    operation: Operation,
) -> Result<Attachment, ApiError> {
    let attachment = or_not_found(store::find(db, id)?)?;
    let visit = or_not_found(visit::find(db, attachment.visit_id)?)?;
    access::may(caller, operation, &attachment.relations(&visit))?;
    Ok(attachment)
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(upload::upload_visit_attachment)
        .service(upload::upload_hazard_attachment)
        .service(list_attachments)
        .service(get_attachment)
        .service(content::get_attachment_content);
}
