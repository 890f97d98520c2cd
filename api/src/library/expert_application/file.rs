//! Files of an application: certificates and proofs, for the applicant and the association only.

use actix_web::{HttpRequest, HttpResponse, get, post, web};
use anze_domain::{
    Id,
    access::{self, Caller, Operation},
    base::id::ApplicationFileId,
    library::expert_application::ApplicationFile,
};
use anze_persistence::{
    Reader,
    library::{application_file as store, expert_application},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{steps, wire::FileQuery};
use crate::{
    app::{
        context::{RequestContext, or_not_found},
        files::{hex, receive_file, serve_file},
    },
    http::{
        extract::{Path, Query},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{
        ListQuery,
        file::{FileBytes, FileContent},
        terms::ApplicationFileKindTerm,
    },
};

/// A file of an application.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApplicationFile)]
pub struct ApplicationFileOut {
    /// Its id.
    pub id: Uuid,
    /// The application that it belongs to.
    pub application_id: Uuid,
    /// What it shows.
    pub kind: ApplicationFileKindTerm,
    /// Its name, as the client gave it.
    #[schema(max_length = 255, example = "职称证书.pdf")]
    pub file_name: String,
    /// Its media type, as found in the bytes.
    #[schema(max_length = 128, pattern = "^[a-z]+/[a-z0-9.+-]+$", example = "application/pdf")]
    pub media_type: String,
    /// How many bytes.
    #[schema(minimum = 1, example = 482_113)]
    pub size: i64,
    /// SHA-256 of the bytes, in hexadecimal.
    #[schema(
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub sha256: String,
    /// When the server had it whole.
    pub received_at: DateTime<Utc>,
}

impl From<ApplicationFile> for ApplicationFileOut {
    fn from(it: ApplicationFile) -> Self {
        Self {
            id: it.id.uuid(),
            application_id: it.application_id.uuid(),
            kind: it.kind.into(),
            file_name: it.file_name,
            media_type: it.media_type,
            size: it.size,
            sha256: hex(&it.sha256),
            received_at: it.received_at,
        }
    }
}

/// Upload a file to an expert application
///
/// A8.1: certificates and proofs, while it is a draft or returned. The body is the file itself; its type is found
/// in its bytes.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "The application"), FileQuery),
    request_body(content = FileBytes, content_type = "application/octet-stream", description = "The file"),
    responses((status = 201, description = "The file", body = ApplicationFileOut)))]
#[post("/expert-applications/{id}/files")]
pub(crate) async fn upload_application_file(
    context: RequestContext,
    id: Path<Uuid>,
    about: Query<FileQuery>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<Reply, ApiError> {
    let (id, about) = (Id::new(id.0), about.0);
    // What was answered already is answered again, however things stand by now.
    if !context.is_answered().await? {
        context.read(move |db, caller| steps::check_upload(db, caller, id)).await?;
    }
    let file = receive_file(&context.app, &request, body, |_| true).await?;
    context
        .write(move |tx| {
            let file = steps::add_file(tx, id, &about, &file.sha256, file.size, file.media_type)?;
            let location = format!("/api/v1/expert-application-files/{}", file.id);
            Reply::created(location, &ApplicationFileOut::from(file), 1)
        })
        .await
}

/// List the files of an expert application
///
/// For the applicant and the association (A8.1).
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "The application"), ListQuery),
    responses((status = 200, description = "A page of files", body = Page<ApplicationFileOut>)))]
#[get("/expert-applications/{id}/files")]
pub(crate) async fn list_application_files(
    context: RequestContext,
    id: Path<Uuid>,
    query: ListQuery,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    let query = query.of(("application", id.uuid()));
    query
        .reply(&context, move |db, caller, list| {
            let application = or_not_found(expert_application::find(db, id)?)?;
            access::may(caller, Operation::ListApplicationFiles, &application.relations())?;
            let page = store::list(db, id, &list.wanted)?;
            list.page(page, |file| file.id, ApplicationFileOut::from)
        })
        .await
}

/// Read the metadata of an application file
///
/// For the applicant and the association; to others it is not there.
#[utoipa::path(tag = "expert-applications", params(("id" = Uuid, Path, description = "The file")), responses(
    (status = 200, description = "The file", body = ApplicationFileOut)))]
#[get("/expert-application-files/{id}")]
pub(crate) async fn get_application_file(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let file = find_authorized(db, caller, id, Operation::GetApplicationFile)?;
            Reply::ok(&ApplicationFileOut::from(file), 1)
        })
        .await
}

/// Download an application file
///
/// The file as it was uploaded (A8.1); to be saved, never to be run. A caller that accepts `application/octet-stream`
/// alone is answered in that type.
#[utoipa::path(tag = "expert-applications", params(("id" = Uuid, Path, description = "The file")), responses(FileContent))]
#[get("/expert-application-files/{id}/content")]
pub(crate) async fn get_application_file_content(
    context: RequestContext,
    id: Path<Uuid>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let id = Id::new(id.0);
    let file = context
        .read(move |db, caller| find_authorized(db, caller, id, Operation::GetApplicationFileContent))
        .await?;
    serve_file(&context.app, &request, &file.sha256, file.media_type, &file.file_name).await
}

/// The file, for who may do this with it.
fn find_authorized(
    db: &mut Reader<'_>,
    caller: &Caller,
    id: ApplicationFileId,
    operation: Operation,
) -> Result<ApplicationFile, ApiError> {
    let file = or_not_found(store::find(db, id)?)?;
    let application = or_not_found(expert_application::find(db, file.application_id)?)?;
    access::may(caller, operation, &application.relations())?;
    Ok(file)
}
