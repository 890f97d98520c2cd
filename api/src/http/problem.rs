//! Problem details (RFC 9457): how every refusal and failure looks on the wire.
//!
//! Handlers return [`ApiError`]. Its answer carries only the status and headers; the outermost layer
//! (`middleware::envelope`) writes the body, as it knows the request's language, path and id.

use std::{borrow::Cow, fmt, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER},
    },
};
use anze_domain::{Code, Violation, Words, base::code::Field};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::{catalogue, language::Language};

/// The media type of problem details.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A refusal or failure on its way to the caller.
#[derive(Debug)]
pub enum ApiError {
    /// A rule of the domain was broken.
    Violation(Box<Violation>),
    /// The API itself refuses or fails.
    Problem(Box<Refusal>),
}

/// What the API refuses with.
#[derive(Debug)]
pub struct Refusal {
    /// Code, values and fields.
    pub violation: Violation,
    /// Headers that belong to the answer, such as `Retry-After`.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Its transaction met another: the same work may succeed when it is tried again at once.
    pub conflict: bool,
}

impl ApiError {
    /// A refusal with this code.
    #[must_use]
    pub fn new(code: &'static Code) -> Self {
        Self::Problem(Box::new(Refusal {
            violation: Violation::new(code),
            headers: Vec::new(),
            conflict: false,
        }))
    }

    /// A refusal that names every field that is wrong.
    #[must_use]
    pub fn with_fields(code: &'static Code, fields: Vec<Field>) -> Self {
        let violation = Violation { code, params: Vec::new(), fields };
        Self::Problem(Box::new(Refusal { violation, headers: Vec::new(), conflict: false }))
    }

    /// Nothing there, or nothing that the caller may see.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(catalogue::NOT_FOUND)
    }

    /// A failure of the service; the cause is logged here, once, and never sent.
    #[must_use]
    pub fn internal(cause: impl fmt::Display) -> Self {
        log::error!("request failed: {cause}");
        Self::new(catalogue::INTERNAL)
    }

    /// A failure of which only the status is known, such as one of the framework. What the texts name in particular is said
    /// in general words.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let error = Self::new(catalogue::for_status(status));
        match status.as_u16() {
            403 => error.with("operation", Words::new("该操作", "this operation")),
            405 => error.with("allow", Words::new("见接口文档", "that the contract lists")),
            413 => error.with("limit", Words::new("规定的", "the permitted number of")),
            415 => {
                error.with("expected", Words::new("接口文档规定的类型", "the type that the contract names"))
            }
            429 => error.with("seconds", Words::new("若干", "a few")),
            _ => error,
        }
    }

    /// Sheds load: the caller shall try again after a while.
    #[must_use]
    pub fn overloaded() -> Self {
        Self::new(catalogue::OVERLOADED).retry_after(Duration::from_secs(1))
    }

    /// Marks it as a transaction that met another.
    #[must_use]
    pub fn as_conflict(mut self) -> Self {
        if let Self::Problem(refusal) = &mut self {
            refusal.conflict = true;
        }
        self
    }

    /// Adds a value for the texts.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Words>) -> Self {
        self.violation_mut().params.push((name, value.into()));
        self
    }

    /// Says which field it is about, with the values given so far.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<Cow<'static, str>>) -> Self {
        let violation = self.violation_mut();
        let params = violation.params.clone();
        violation.fields.push(Field { pointer: pointer.into(), code: violation.code, params });
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if let Self::Violation(violation) = self {
            self = Self::Problem(Box::new(Refusal {
                violation: *violation,
                headers: Vec::new(),
                conflict: false,
            }));
        }
        if let Self::Problem(refusal) = &mut self {
            refusal.headers.push((name, value));
        }
        self
    }

    /// Says when to try again, in whole seconds, at least one.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1);
        self.header(RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Code, values and fields.
    #[must_use]
    pub fn violation(&self) -> &Violation {
        match self {
            Self::Violation(violation) => violation,
            Self::Problem(refusal) => &refusal.violation,
        }
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &'static Code {
        self.violation().code
    }

    /// The problem in words, for an item of a batch or for the whole answer.
    #[must_use]
    pub fn problem(&self, language: Language, instance: Option<&str>, request_id: Option<&str>) -> Problem {
        let violation = self.violation();
        let code = violation.code;
        let (title, detail) = language.texts(code, &violation.params);
        let errors = violation.fields.iter().map(|field| FieldProblem {
            pointer: printable(&field.pointer),
            code: field.code.name,
            rule: field.code.rule,
            detail: language.texts(field.code, &field.params).1,
        });
        Problem {
            kind: format!("/docs/problems#{}", code.name),
            title,
            status: self.status_code().as_u16(),
            detail,
            instance: instance.map(str::to_owned),
            code: code.name,
            rule: code.rule,
            request_id: request_id.map(str::to_owned),
            errors: errors.collect(),
        }
    }

    fn violation_mut(&mut self) -> &mut Violation {
        match self {
            Self::Violation(violation) => violation,
            Self::Problem(refusal) => &mut refusal.violation,
        }
    }
}

/// A pointer names what the caller sent: control characters are shown as such.
fn printable(pointer: &str) -> String {
    pointer.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).take(4000).collect()
}

impl From<Violation> for ApiError {
    fn from(violation: Violation) -> Self {
        Self::Violation(Box::new(violation))
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().name)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        catalogue::status(self.code())
    }

    /// Complete in itself, in Chinese; the outermost layer writes it anew for the request.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Self::Problem(refusal) = self {
            for (name, value) in &refusal.headers {
                response.insert_header((name.clone(), value.clone()));
            }
        }
        response.insert_header((CONTENT_TYPE, PROBLEM_JSON));
        response.body(self.problem(Language::default(), None, None).to_bytes())
    }
}

/// Problem details (RFC 9457) that explain why a request was refused or failed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// URI reference of the page that describes this kind of problem.
    #[serde(rename = "type")]
    #[schema(max_length = 200, format = "uri-reference", example = "/docs/problems#version_stale")]
    pub kind: String,
    /// Short name of the kind of problem, in the caller's language (`Accept-Language`; Chinese by default).
    #[schema(max_length = 200, example = "版本已过期")]
    pub title: String,
    /// HTTP status of the answer, repeated in the body.
    #[schema(minimum = 400, maximum = 599, example = 412)]
    pub status: u16,
    /// Explanation of this occurrence for people to read, in the caller's language.
    #[schema(max_length = 4000, example = "记录已被更改，请重新读取后再试。")]
    pub detail: String,
    /// Path of the request, without its query. Absent if the request was refused before its path was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 8192, format = "uri-reference", example = "/api/v1/projects")]
    pub instance: Option<String>,
    /// Stable code of the problem. Programs decide by this code and not by the texts.
    #[schema(value_type = String, max_length = 64, pattern = "^[a-z][a-z0-9_]*$", example = "version_stale")]
    pub code: &'static str,
    /// Rule of the measures on which the refusal rests, such as `A3.1`. Absent if no rule of the measures
    /// applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, nullable = false, max_length = 16, example = "A3.1")]
    pub rule: Option<&'static str>,
    /// Id of the request, to be quoted in questions to the operator. Absent if the request was refused before it
    /// had an id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 128, example = "01997a3c-7d2e-7000-8000-000000000001")]
    pub request_id: Option<String>,
    /// Every field that is at fault, each with its own code. Absent if no single field is at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 10000)]
    pub errors: Vec<FieldProblem>,
}

/// Problem with one field of the body or one query parameter.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// JSON Pointer (RFC 6901) to the field in the body, or `/name` for the query parameter `name`.
    #[schema(max_length = 4000, example = "/lines/0/quantity")]
    pub pointer: String,
    /// Stable code of the problem. Programs decide by this code and not by the texts.
    #[schema(value_type = String, max_length = 64, pattern = "^[a-z][a-z0-9_]*$", example = "out_of_range")]
    pub code: &'static str,
    /// Rule of the measures on which the refusal rests, such as `A3.1`. Absent if no rule of the measures
    /// applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, nullable = false, max_length = 16, example = "A9.1")]
    pub rule: Option<&'static str>,
    /// Explanation of the field's problem for people to read, in the caller's language.
    #[schema(max_length = 4000, example = "值须不大于 1000。")]
    pub detail: String,
}

impl Problem {
    /// The body's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use anze_domain::{access::Operation, service::commission::CommissionStatus};

    use super::*;

    #[test]
    fn a_violation_becomes_a_problem_in_both_languages() {
        let violation = Violation::new(anze_domain::base::code::WRONG_STATE)
            .with("status", CommissionStatus::Draft)
            .with("operation", Operation::AcceptCommission)
            .at("/status");
        let error = ApiError::from(violation);
        assert_eq!(error.status_code(), StatusCode::CONFLICT);
        let english = error.problem(Language::English, Some("/x"), Some("r"));
        assert_eq!(
            english.detail,
            "The state is “Draft”. The operation “Accept a commission” is not possible in this state."
        );
        assert_eq!(english.rule, Some("A4"));
        assert_eq!(english.errors.len(), 1);
        let chinese = error.problem(Language::Chinese, None, None);
        assert_eq!(chinese.title, "当前状态不允许该操作");
        assert_eq!(chinese.detail, "当前状态为“草稿”，不能办理“接受委托”。");
    }

    #[test]
    fn of_a_status_alone_every_text_is_filled() {
        for status in (400..=599).filter_map(|status| StatusCode::from_u16(status).ok()) {
            for language in [Language::Chinese, Language::English] {
                let problem = ApiError::of_status(status).problem(language, None, None);
                assert!(!problem.title.contains('{') && !problem.detail.contains('{'), "{}", problem.detail);
            }
        }
    }

    #[test]
    fn retry_after_is_rounded_up() {
        let response = ApiError::overloaded().retry_after(Duration::from_millis(1200)).error_response();
        let values: Vec<_> = response.headers().get_all(RETRY_AFTER).collect();
        assert_eq!(values.last().unwrap(), &"2");
    }
}
