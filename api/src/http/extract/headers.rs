//! `If-Match` and `Idempotency-Key`.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{
        Method,
        header::{HeaderName, IF_MATCH},
    },
};

use anze_domain::Words;
use utoipa::openapi::{
    ObjectBuilder, Required, Type,
    path::{Parameter, ParameterBuilder, ParameterIn},
};

use crate::http::{catalogue, problem::ApiError};

/// The version that the caller has read, from the required header `If-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: whatever version there is.
    Any,
    /// One of these versions; a tag that is none of ours matches nothing.
    Versions(Vec<i64>),
}

impl IfMatch {
    /// Holds the version there is against the one that was read.
    ///
    /// # Errors
    /// `version_stale` where they differ.
    pub fn check(&self, version: i64) -> Result<(), ApiError> {
        match self {
            Self::Any => Ok(()),
            Self::Versions(read) if read.contains(&version) => Ok(()),
            Self::Versions(_) => Err(ApiError::new(catalogue::VERSION_STALE)),
        }
    }

    fn read(request: &HttpRequest) -> Result<Self, ApiError> {
        let invalid = || ApiError::new(catalogue::INVALID_HEADER).with("name", Words::verbatim("If-Match"));
        let mut versions = Vec::new();
        let mut any = false;
        let mut given = false;
        for line in request.headers().get_all(IF_MATCH) {
            given = true;
            let line = line.to_str().map_err(|_not_visible| invalid())?.trim();
            if line == "*" {
                any = true;
                continue;
            }
            for tag in tags(line).ok_or_else(invalid)? {
                versions.extend(version_of(tag));
            }
        }
        match (given, any) {
            (false, _) => Err(ApiError::new(catalogue::VERSION_REQUIRED)),
            (true, true) => Ok(Self::Any),
            (true, false) => Ok(Self::Versions(versions)),
        }
    }
}

/// The entity tags of a list, as they stand there; none where it cannot be read.
pub(crate) fn tags(line: &str) -> Option<Vec<&str>> {
    let mut tags = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let opaque = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
        let (inside, after) = opaque.split_once('"')?;
        let length = rest.len() - after.len();
        tags.push(rest.get(..length)?);
        if inside.contains(char::is_whitespace) {
            return None;
        }
        rest = after.trim_start();
        if rest.is_empty() {
            break;
        }
        rest = rest.strip_prefix(',')?.trim_start();
    }
    Some(tags).filter(|tags| !tags.is_empty())
}

/// The version in one of our own strong tags, `"<version>-<digest>"`.
fn version_of(tag: &str) -> Option<i64> {
    let inside = tag.strip_prefix('"')?.strip_suffix('"')?;
    let (version, _digest) = inside.split_once('-')?;
    Some(version).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

/// The key by which a repeated request is known, where the caller gave one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

impl IdempotencyKey {
    /// Longest key, in characters.
    pub const MAX: usize = 255;

    fn read(request: &HttpRequest) -> Result<Self, ApiError> {
        let invalid = || ApiError::new(catalogue::IDEMPOTENCY_KEY_INVALID);
        let mut lines = request.headers().get_all(HeaderName::from_static("idempotency-key"));
        let Some(line) = lines.next() else { return Ok(Self(None)) };
        if lines.next().is_some() {
            return Err(invalid());
        }
        let text = line.to_str().map_err(|_not_visible| invalid())?.trim();
        let key = match text.strip_prefix('"') {
            Some(quoted) => unquote(quoted).ok_or_else(invalid)?,
            None => text.to_owned(),
        };
        let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
        if visible && (1..=Self::MAX).contains(&key.len()) { Ok(Self(Some(key))) } else { Err(invalid()) }
    }
}

/// A structured-field string (RFC 9651) after its opening quote.
fn unquote(text: &str) -> Option<String> {
    let mut key = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' => return rest.next().is_none().then_some(key),
            '\\' => key.push(rest.next().filter(|c| matches!(c, '"' | '\\'))?),
            _ => key.push(c),
        }
    }
    None
}

impl utoipa::IntoParams for IfMatch {
    fn into_params(_place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "Value of `ETag` from the last read of the record, or `*` for any version. \
            Without the header the answer is 428; if the record has changed since, it is 412.";
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r#"^(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*)$"#))
            .min_length(Some(1))
            .max_length(Some(1000));
        let parameter = ParameterBuilder::new()
            .name("If-Match")
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some(description))
            .schema(Some(schema))
            .example(Some("\"3-0f1e2d3c4b5a6978\"".into()));
        vec![parameter.build()]
    }
}

impl FromRequest for IdempotencyKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        // Only a POST is repeated by its key: with any other method the header says nothing.
        ready(if request.method() == Method::POST { Self::read(request) } else { Ok(Self(None)) })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(value: &'static str) -> Result<IfMatch, &'static str> {
        let request = TestRequest::default().insert_header((IF_MATCH, value)).to_http_request();
        IfMatch::read(&request).map_err(|error| error.code().name)
    }

    #[test]
    fn versions_are_read_from_strong_tags_only() {
        assert_eq!(read("*"), Ok(IfMatch::Any));
        assert_eq!(read(r#""7-0011223344556677""#), Ok(IfMatch::Versions(vec![7])));
        assert_eq!(read(r#""7-a", "8-b""#), Ok(IfMatch::Versions(vec![7, 8])));
        assert_eq!(read(r#"W/"7-a""#), Ok(IfMatch::Versions(vec![])));
        assert_eq!(read(r#""someone else's""#), Err("invalid_header"));
        assert_eq!(read("7"), Err("invalid_header"));
        let none = IfMatch::read(&TestRequest::default().to_http_request());
        assert_eq!(none.unwrap_err().code().name, "version_required");
        assert!(IfMatch::Versions(vec![7]).check(8).is_err());
    }

    #[test]
    fn a_key_is_quoted_or_bare() {
        let read = |value: &str| {
            let request = TestRequest::default().insert_header(("Idempotency-Key", value)).to_http_request();
            IdempotencyKey::read(&request).map(|key| key.0).map_err(|error| error.code().name)
        };
        assert_eq!(read(r#""a\"b""#), Ok(Some(r#"a"b"#.to_owned())));
        assert_eq!(read("8e03978e-40d5-43e8-bc93-6894a57f9324").unwrap().unwrap().len(), 36);
        for bad in ["", "\"\"", "\"a", "\"a\"b", "a b", &"x".repeat(256)] {
            assert_eq!(read(bad), Err("idempotency_key_invalid"), "{bad}");
        }
        assert!(read(&"x".repeat(255)).is_ok());
    }
}
