//! Files taken in: the bytes as they come, of a media type that is found in them.

use actix_multipart::{Multipart, MultipartError};
use actix_web::{
    HttpRequest,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    web,
};
use anze_domain::{Violation, Words};
use anze_persistence::{FileError, evidence::file::Received};
use futures_util::TryStreamExt;

use super::{
    fault::unavailable,
    inspect::{self, MEDIA_TYPES},
};
use crate::{
    app::state::App,
    http::{
        catalogue::{self, FILE_EMPTY, FILE_FORM_INVALID, FILE_TYPE_NOT_TAKEN},
        extract::{BodyDigest, BodyDigestCell},
        forms,
        problem::ApiError,
    },
};

/// The media type of a body that is the file itself.
const OCTETS: &str = "application/octet-stream";
/// The media type of a form whose only part is the file.
const FORM: &str = "multipart/form-data";
/// The name of that part.
const PART: &str = "file";

/// A file that lies in the file store, before anything refers to it.
pub(crate) struct ReceivedFile {
    /// SHA-256 of its bytes.
    pub(crate) sha256: [u8; 32],
    /// Size in bytes.
    pub(crate) size: i64,
    /// Its media type, as found in the bytes.
    pub(crate) media_type: &'static str,
    /// Its beginning.
    pub(crate) head: Vec<u8>,
}

/// How a file is sent.
enum Sent {
    AsBody,
    AsForm,
}

/// Takes in a body that is a file, or a form with a file, as it comes, of a media type that is taken here.
///
/// # Errors
/// 413, 415 or 422; 400 where it breaks off; 503 where the store does not take it.
pub(crate) async fn receive_file(
    app: &App,
    request: &HttpRequest,
    body: web::Payload,
    taken: impl Fn(&str) -> bool,
) -> Result<ReceivedFile, ApiError> {
    let limit = app.settings.upload_limit;
    let received = match how_sent(request)? {
        Sent::AsBody => {
            refuse_longer(request, limit)?;
            app.files.receive(body, limit).await.map_err(refused)?
        }
        Sent::AsForm => receive_form(app, request, body, limit).await?,
    };
    let Received { sha256, size, head, staged } = received;
    BodyDigestCell::of(request).set(BodyDigest(sha256));
    let media_type = inspect::media_type(&head).filter(|found| taken(found)).ok_or_else(|| {
        let allowed: Vec<_> = MEDIA_TYPES.iter().copied().filter(|it| taken(it)).collect();
        ApiError::from(Violation::new(FILE_TYPE_NOT_TAKEN).with("allowed", forms::file_types(&allowed)))
    })?;
    app.files.commit_staged(staged).await.map_err(refused)?;
    let size = i64::try_from(size).map_err(ApiError::internal)?;
    Ok(ReceivedFile { sha256, size, media_type, head })
}

/// Takes in the file of a form, which has no other part.
async fn receive_form(
    app: &App,
    request: &HttpRequest,
    body: web::Payload,
    limit: u64,
) -> Result<Received, ApiError> {
    let invalid = || ApiError::new(FILE_FORM_INVALID);
    let mut form = Multipart::new(request.headers(), body);
    let part = form.try_next().await.map_err(|_broken: MultipartError| invalid())?.ok_or_else(invalid)?;
    if part.name() != Some(PART) {
        return Err(invalid());
    }
    let received = app.files.receive(part, limit).await.map_err(refused)?;
    match form.try_next().await {
        Ok(None) => Ok(received),
        Ok(Some(_)) | Err(_) => Err(invalid()),
    }
}

/// How the file is sent, by `Content-Type`.
fn how_sent(request: &HttpRequest) -> Result<Sent, ApiError> {
    let headers = request.headers();
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    let coded = headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    match essence {
        _ if coded => {}
        it if it.eq_ignore_ascii_case(OCTETS) => return Ok(Sent::AsBody),
        it if it.eq_ignore_ascii_case(FORM) => return Ok(Sent::AsForm),
        _ => {}
    }
    let expected = Words { zh: format!("{OCTETS} 或 {FORM}"), en: format!("{OCTETS} or {FORM}") };
    Err(ApiError::new(catalogue::UNSUPPORTED_MEDIA_TYPE).with("expected", expected))
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
        FileError::Unavailable(cause) => unavailable(&cause),
    }
}
