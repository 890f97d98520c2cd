//! Files given out: as they lie in the file store, to be saved, never to be run.

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::header::{
        CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ContentEncoding, ETAG, IF_NONE_MATCH,
        VARY, X_CONTENT_TYPE_OPTIONS,
    },
};
use anze_persistence::FileError;

use super::{fault::unavailable, hex::hex};
use crate::{
    app::state::App,
    http::{extract::tags, middleware::acceptable::quality, problem::ApiError},
};

/// The type of any file. A caller that accepts this type alone, as many generated clients do, is answered in it.
pub const OCTET_STREAM: &str = "application/octet-stream";

/// Answers with the file that has this digest, to be saved under this name. `Accept` chooses between the type of the file and
/// `application/octet-stream`; a caller that accepts neither is given the type of the file.
///
/// # Errors
/// 503 where the store cannot be read.
pub(crate) async fn serve_file(
    app: &App,
    request: &HttpRequest,
    sha256: &[u8],
    media_type: String,
    file_name: &str,
) -> Result<HttpResponse, ApiError> {
    let etag = format!("\"{}\"", hex(sha256));
    if is_known(request, &etag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((ETAG, etag))
            .insert_header((VARY, "Accept"))
            .finish());
    }
    let (size, bytes) = app.files.read(sha256).await.map_err(|error| match error {
        FileError::Unavailable(cause) => unavailable(&cause),
        other => ApiError::internal(format!("file {}: {other}", hex(sha256))),
    })?;
    let headers = request.headers();
    let untyped = quality(headers, OCTET_STREAM) > quality(headers, &media_type);
    let media_type = if untyped { OCTET_STREAM.to_owned() } else { media_type };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((VARY, "Accept"))
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
