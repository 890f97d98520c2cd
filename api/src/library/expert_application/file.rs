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
        file::{FileBytes, FileContent, FileForm},
        terms::ApplicationFileKindTerm,
    },
};

/// File that an applicant uploaded to an application, without its bytes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApplicationFile)]
pub struct ApplicationFileOut {
    /// Id of the application file.
    pub id: Uuid,
    /// Id of the application to which the file belongs.
    pub application_id: Uuid,
    /// Kind of document that the file shows, as the applicant named it.
    pub kind: ApplicationFileKindTerm,
    /// Name of the file, as the applicant gave it.
    #[schema(max_length = 255, example = "职称证书.pdf")]
    pub file_name: String,
    /// Media type that the platform found in the bytes.
    #[schema(max_length = 128, pattern = "^[a-z]+/[a-z0-9.+-]+$", example = "application/pdf")]
    pub media_type: String,
    /// Size of the file in bytes.
    #[schema(minimum = 1, example = 482_113)]
    pub size: i64,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    #[schema(
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub sha256: String,
    /// Time at which the platform had received the whole file (UTC).
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
/// Uploads one certificate or proof to an application that is `draft` or `returned` (A8.1). The request body is
/// the file itself, as `application/octet-stream`, or a form with the part `file`, as `multipart/form-data`. The
/// platform finds the type in the bytes. The largest size is `ANZE_UPLOAD_LIMIT_BYTES`, and the number of files per
/// application is limited.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "Id of the application."), FileQuery),
    request_body(description = "The file, as the body itself or as the only part of a form, named `file`.",
        content((FileForm = "multipart/form-data"), (FileBytes = "application/octet-stream"))),
    responses((status = 201, description = "The metadata of the uploaded file.", body = ApplicationFileOut)))]
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
/// Lists the files of an application (A8.1). The list holds the metadata; `get_application_file_content`
/// downloads a file.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "Id of the application."), ListQuery),
    responses((status = 200, description = "A page of files of the application.", body = Page<ApplicationFileOut>)))]
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
/// Returns the metadata of an application file: its kind, name, type, size and digest (A8.1).
#[utoipa::path(tag = "expert-applications", params(("id" = Uuid, Path, description = "Id of the application file.")), responses(
    (status = 200, description = "The metadata of the application file.", body = ApplicationFileOut)))]
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
/// Downloads an application file, unchanged since its upload (A8.1). Save the file; do not run it. A caller that
/// accepts `application/octet-stream` alone is answered in that type.
#[utoipa::path(tag = "expert-applications", params(("id" = Uuid, Path, description = "Id of the application file.")), responses(FileContent))]
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
