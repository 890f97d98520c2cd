//! The bytes of an attachment.

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    get,
    http::header::{
        CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ContentEncoding, ETAG, IF_NONE_MATCH,
        X_CONTENT_TYPE_OPTIONS,
    },
};
use anze_domain::{Id, access::Operation};
use anze_persistence::FileError;
use uuid::Uuid;

use super::{
    find_authorized, unavailable,
    wire::{FileBytes, hex},
};
use crate::{
    app::{context::RequestContext, state::App},
    http::{
        extract::{Path, tags},
        problem::ApiError,
    },
};

/// 下载资料 · Read the bytes of an attachment
///
/// The file as it was uploaded (A14.2), of the type that was found in it; to be saved, never to be run.
#[utoipa::path(tag = "attachments", params(("id" = Uuid, Path, description = "The attachment")), responses(
    (status = 200, description = "The file", content(
        (FileBytes = "image/jpeg"),
        (FileBytes = "image/png"),
        (FileBytes = "image/webp"),
        (FileBytes = "image/heif"),
        (FileBytes = "video/mp4"),
        (FileBytes = "application/pdf"),
        (FileBytes = "application/zip"),
        (FileBytes = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (FileBytes = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))))]
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
    give_out(&context.app, &request, &attachment.sha256, attachment.media_type, &attachment.file_name).await
}

/// The file with this digest, to be saved under this name.
///
/// # Errors
/// 503 where the store cannot be read.
pub(crate) async fn give_out(
    app: &App,
    request: &HttpRequest,
    sha256: &[u8],
    media_type: String,
    file_name: &str,
) -> Result<HttpResponse, ApiError> {
    let etag = format!("\"{}\"", hex(sha256));
    if is_known(request, &etag) {
        return Ok(HttpResponse::NotModified().insert_header((ETAG, etag)).finish());
    }
    let (size, bytes) = app.files.read(sha256).await.map_err(|error| match error {
        FileError::Unavailable(cause) => unavailable(&cause),
        other => ApiError::internal(format!("file {}: {other}", hex(sha256))),
    })?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_DISPOSITION, disposition(file_name)))
        .insert_header((CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((ETAG, etag))
        // As it is: its tag is of these bytes.
        .insert_header(ContentEncoding::Identity)
        .body(SizedStream::new(size, bytes)))
}

/// Whether the caller has these bytes.
fn is_known(request: &HttpRequest, etag: &str) -> bool {
    let lines = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    lines.into_iter().any(|line| {
        let tags = tags(line).unwrap_or_default();
        line.trim() == "*" || tags.iter().any(|tag| tag.strip_prefix("W/").unwrap_or(tag) == etag)
    })
}

/// To be saved under its name: in ASCII for who reads no more, and whole (RFC 8187).
fn disposition(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_. ()".contains(c) { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let whole: String = name
        .bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_whole_and_cannot_break_out() {
        assert_eq!(
            disposition("照片\"1\r\n.jpg"),
            "attachment; filename=\"___1__.jpg\"; filename*=UTF-8''%E7%85%A7%E7%89%87%221%0D%0A.jpg"
        );
    }
}
