//! Answers: the body written once, with its tag, place and link; kept as they are for a repeated request.

use actix_web::{
    HttpRequest, HttpResponse, Responder,
    body::BoxBody,
    http::{
        Method, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_LANGUAGE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, LINK, LOCATION,
            VARY,
        },
    },
    web::Bytes,
};
use anze_persistence::store::idempotency::Answer;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::http::{extract, language::Language, problem::ApiError};

/// The media type of most answers.
const JSON: &str = "application/json";

/// The header that says that an answer is an earlier one, given again.
pub const REPLAYED: &str = "idempotency-replayed";

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    status: StatusCode,
    media_type: &'static str,
    body: Bytes,
    etag: Option<String>,
    location: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    replayed: bool,
}

impl Reply {
    /// 200 with a resource and its version.
    ///
    /// # Errors
    /// `internal` where it cannot be written as JSON.
    pub fn ok(wire: &impl Serialize, version: i64) -> Result<Self, ApiError> {
        Ok(Self::json(StatusCode::OK, wire)?.tagged(version))
    }

    /// 207 with one result for each item, and the resource and its version that they belong to.
    ///
    /// # Errors
    /// `internal` where it cannot be written as JSON.
    pub fn multi_status(wire: &impl Serialize, version: i64) -> Result<Self, ApiError> {
        Ok(Self::json(StatusCode::MULTI_STATUS, wire)?.tagged(version))
    }

    /// 201 with the resource that was made, where it is and its version.
    ///
    /// # Errors
    /// `internal` where it cannot be written as JSON.
    pub fn created(
        location: impl Into<String>,
        wire: &impl Serialize,
        version: i64,
    ) -> Result<Self, ApiError> {
        let mut reply = Self::json(StatusCode::CREATED, wire)?.tagged(version);
        reply.location = Some(location.into());
        Ok(reply)
    }

    /// JSON that has no version: a list, a calculation.
    ///
    /// # Errors
    /// `internal` where it cannot be written as JSON.
    pub fn json(status: StatusCode, wire: &impl Serialize) -> Result<Self, ApiError> {
        Ok(Self { body: serde_json::to_vec(wire).map_err(ApiError::internal)?.into(), ..Self::empty(status) })
    }

    /// 200 with a text of a media type other than JSON, and a tag by which a caller need not read the same text again.
    #[must_use]
    pub fn text(media_type: &'static str, text: String) -> Self {
        Self { media_type, body: text.into(), ..Self::empty(StatusCode::OK) }.tagged(0)
    }

    /// 204.
    #[must_use]
    pub fn no_content() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    /// Adds the link to the next page.
    #[must_use]
    pub fn next(mut self, uri: &str) -> Self {
        // A path and a query that we wrote ourselves are visible ASCII.
        if let Ok(link) = HeaderValue::from_str(&format!("<{uri}>; rel=\"next\"")) {
            self.headers.push((LINK, link));
        }
        self
    }

    /// Adds a header. It is not kept for a repeated request.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Adds `Cache-Control: no-store`: nobody between the service and the caller keeps the answer.
    #[must_use]
    pub fn not_stored(self) -> Self {
        self.header(CACHE_CONTROL, HeaderValue::from_static("no-store"))
    }

    /// Adds `Cache-Control: private, no-cache`: only the caller keeps the answer, and asks whether it still holds.
    #[must_use]
    pub fn private(self) -> Self {
        self.header(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))
    }

    /// States the language of the texts in the answer, which the caller chose by `Accept-Language`.
    #[must_use]
    pub fn in_language(self, language: Language) -> Self {
        self.header(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()))
            .header(VARY, HeaderValue::from_static("Accept-Language"))
    }

    /// The answer as it is kept for a repeated request.
    #[must_use]
    pub fn to_stored(&self) -> Answer {
        Answer {
            status: self.status.as_u16(),
            location: self.location.clone(),
            etag: self.etag.clone(),
            body: String::from_utf8_lossy(&self.body).into_owned(),
        }
    }

    /// An earlier answer, given again with the header that says so.
    ///
    /// # Errors
    /// `internal` where what was kept is no answer.
    pub fn replay(stored: Answer) -> Result<Self, ApiError> {
        let status = StatusCode::from_u16(stored.status).map_err(ApiError::internal)?;
        Ok(Self {
            body: stored.body.into(),
            etag: stored.etag,
            location: stored.location,
            replayed: true,
            ..Self::empty(status)
        })
    }

    fn empty(status: StatusCode) -> Self {
        Self {
            status,
            media_type: JSON,
            body: Bytes::new(),
            etag: None,
            location: None,
            headers: Vec::new(),
            replayed: false,
        }
    }

    fn tagged(mut self, version: i64) -> Self {
        self.etag = Some(tag_of(&self.body, version));
        self
    }

    /// Whether the caller has this very representation.
    fn is_known(&self, request: &HttpRequest) -> bool {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD) && self.status == StatusCode::OK;
        let Some(etag) = self.etag.as_deref().filter(|_| reads) else { return false };
        let lines = request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
        lines.into_iter().any(|line| {
            let tags = extract::tags(line).unwrap_or_default();
            line.trim() == "*" || tags.iter().any(|tag| is_of(tag, etag))
        })
    }
}

/// The tag of a representation in a content coding: another than that of the plain one, as their bytes differ.
pub(crate) fn coded(etag: &str, coding: &str) -> Option<String> {
    let inside = etag.strip_prefix('"')?.strip_suffix('"')?;
    Some(format!("\"{inside}-{coding}\""))
}

/// Whether a tag that a caller has is of the representation with this one, in whichever coding it came.
pub(crate) fn is_of(tag: &str, etag: &str) -> bool {
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    let codings = ["br", "gzip", "zstd", "deflate"];
    tag == etag || codings.iter().any(|coding| coded(etag, coding).as_deref() == Some(tag))
}

/// The tag that a resource in this version has where it is answered alone.
///
/// # Errors
/// `internal` where it cannot be written as JSON.
pub fn tag(wire: &impl Serialize, version: i64) -> Result<String, ApiError> {
    Ok(tag_of(&serde_json::to_vec(wire).map_err(ApiError::internal)?, version))
}

fn tag_of(body: &[u8], version: i64) -> String {
    let digest: String = Sha256::digest(body).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{version}-{digest}\"")
}

impl Responder for Reply {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let known = self.is_known(request);
        let mut response = HttpResponse::build(if known { StatusCode::NOT_MODIFIED } else { self.status });
        if let Some(etag) = self.etag {
            response.insert_header((ETAG, etag));
        }
        if let Some(location) = self.location {
            response.insert_header((LOCATION, location));
        }
        for header in self.headers {
            response.append_header(header);
        }
        if self.replayed {
            response.insert_header((REPLAYED, "true"));
        }
        if known || self.body.is_empty() {
            return response.finish();
        }
        response.content_type(self.media_type).body(self.body)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_known_representation_is_not_sent_again() {
        let reply = Reply::ok(&json!({"a": 1}), 3).unwrap();
        let first = reply.clone().respond_to(&TestRequest::get().to_http_request());
        let etag = first.headers().get(ETAG).unwrap().to_str().unwrap().to_owned();
        assert!(etag.starts_with("\"3-") && etag.len() == 20, "{etag}");
        let again =
            TestRequest::get().insert_header((IF_NONE_MATCH, format!("\"x\", {etag}"))).to_http_request();
        assert_eq!(reply.clone().respond_to(&again).status(), StatusCode::NOT_MODIFIED);
        let other = TestRequest::get().insert_header((IF_NONE_MATCH, "\"x\"")).to_http_request();
        assert_eq!(reply.respond_to(&other).status(), StatusCode::OK);
    }

    #[test]
    fn a_coded_representation_has_a_tag_of_its_own() {
        let coded = coded("\"3-abc\"", "gzip").unwrap();
        assert_eq!(coded, "\"3-abc-gzip\"");
        for known in [coded.as_str(), "\"3-abc\"", "W/\"3-abc-gzip\"", "\"3-abc-br\""] {
            assert!(is_of(known, "\"3-abc\""), "{known}");
        }
        for other in ["\"3-abcd\"", "\"3-abd-gzip\"", "\"3-abc-x\"", "3-abc-gzip"] {
            assert!(!is_of(other, "\"3-abc\""), "{other}");
        }
    }

    #[test]
    fn a_kept_answer_is_given_again() {
        let reply = Reply::created("/api/v1/things/1", &json!({"名": 1}), 1).unwrap();
        let kept = reply.to_stored().to_stored().unwrap();
        let again = Reply::replay(Answer::from_stored(&kept).unwrap()).unwrap();
        assert_eq!(again.to_stored(), reply.to_stored());
        let response = again.respond_to(&TestRequest::post().to_http_request());
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(response.headers().get(REPLAYED).unwrap(), "true");
        assert_eq!(response.headers().get(LOCATION).unwrap(), "/api/v1/things/1");
    }
}
