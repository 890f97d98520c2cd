//! Reads a body as it streams in, up to a limit.

use actix_web::{
    HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    web::{Bytes, BytesMut},
};
use anze_domain::Words;
use futures_util::StreamExt;

use crate::http::{catalogue, problem::ApiError};

/// Reads the whole body.
///
/// # Errors
/// `payload_too_large` past the limit, `bad_request` where it breaks off.
pub async fn read_body(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
) -> Result<Bytes, ApiError> {
    let too_large = || ApiError::new(catalogue::PAYLOAD_TOO_LARGE).with("limit", limit);
    let stated =
        request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if stated.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut body = BytesMut::with_capacity(stated.unwrap_or(0).min(limit));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            PayloadError::Overflow => too_large(),
            _ => ApiError::new(catalogue::BAD_REQUEST),
        })?;
        if body.len().saturating_add(chunk.len()) > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Requires `Content-Type: application/json` without content coding.
pub(super) fn require_json(request: &HttpRequest) -> Result<(), ApiError> {
    let headers = request.headers();
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = text.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    let coded = headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    if is_json && utf8 && !coded {
        Ok(())
    } else {
        Err(ApiError::new(catalogue::UNSUPPORTED_MEDIA_TYPE)
            .with("expected", Words::verbatim("application/json")))
    }
}
