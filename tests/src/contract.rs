//! The published contract, and whether an answer keeps to it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use anze_api::http::language::Language;
use jsonschema::{Draft, Validator};
use reqwest::{
    Method, StatusCode,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::{Value, json};

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "patch", "head", "options"];

/// One operation of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// In capitals, as in a request.
    pub method: String,
    /// The template, such as `/api/v1/projects/{id}`.
    pub path: String,
    /// Its stable name.
    pub operation_id: String,
    /// The names of the security schemes of which one must be met.
    pub security: Vec<String>,
    /// Whether it answers without credentials.
    pub open: bool,
}

/// The contract that the API publishes, with what was compiled of it so far.
#[derive(Debug)]
pub struct Contract {
    document: Value,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

/// The contract of the API under test.
pub fn contract() -> &'static Contract {
    static CONTRACT: OnceLock<Contract> = OnceLock::new();
    CONTRACT.get_or_init(|| Contract::of(anze_api::server::openapi::document(Language::English)))
}

impl Contract {
    /// The contract that a document describes.
    pub fn of(document: Value) -> Contract {
        Contract { document, compiled: Mutex::default() }
    }

    /// The document itself.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Every operation, by path and method: for the inventory of routes and the permission matrix.
    pub fn operations(&self) -> Vec<Operation> {
        let paths = self.document["paths"].as_object().into_iter().flatten();
        paths
            .flat_map(|(path, item)| METHODS.iter().map(move |method| (path, method, &item[method])))
            .filter(|(_, _, operation)| operation.is_object())
            .map(|(path, method, operation)| {
                let requirements = operation.get("security").or(self.document.get("security"));
                let requirements: Vec<&Value> =
                    requirements.and_then(Value::as_array).into_iter().flatten().collect();
                let schemes =
                    requirements.iter().filter_map(|one| one.as_object()).flat_map(|one| one.keys().cloned());
                Operation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    operation_id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
                    security: schemes.collect(),
                    open: requirements.iter().all(|one| *one == &json!({}))
                        || requirements.contains(&&json!({})),
                }
            })
            .collect()
    }

    /// The example of an operation's JSON body; none where it takes none.
    pub fn body_example(&self, operation_id: &str) -> Option<Value> {
        let paths = self.document["paths"].as_object().into_iter().flatten();
        let mut operations = paths.flat_map(|(_, item)| METHODS.iter().map(move |method| &item[method]));
        let operation = operations.find(|operation| operation["operationId"] == operation_id)?;
        operation.pointer("/requestBody/content/application~1json/example").cloned()
    }

    /// The operation that a request asks for; none where the contract has none.
    pub fn operation_id(&self, method: &Method, path: &str) -> Option<String> {
        let template = self.template(path.split(['?', '#']).next().unwrap_or(path))?;
        let operation = &self.document["paths"][template][method.as_str().to_lowercase()];
        operation["operationId"].as_str().map(str::to_owned)
    }

    /// Whether an answer is one that the contract announces. The error says what it should have been.
    pub fn check(
        &self,
        method: &Method,
        path: &str,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), String> {
        let path = path.split(['?', '#']).next().unwrap_or(path);
        let Some(template) = self.template(path) else {
            return if status == 404 { Ok(()) } else { Err(format!("the contract has no path {path}")) };
        };
        let name = method.as_str().to_lowercase();
        let operation = &self.document["paths"][template][&name];
        if !operation.is_object() {
            let refused = status == 405 || name == "options" || name == "head";
            return if refused { Ok(()) } else { Err(format!("the contract has no {method} {template}")) };
        }
        let responses = &operation["responses"];
        let response =
            responses.get(status.as_str()).or_else(|| responses.get("default")).ok_or_else(|| {
                let known: Vec<&String> =
                    responses.as_object().into_iter().flat_map(|known| known.keys()).collect();
                format!("status {} is not among those announced: {known:?}", status.as_str())
            })?;
        let response = self.resolved(response);
        let at = format!("{method} {template} {}", status.as_str());
        self.check_headers(&at, response, headers)?;
        self.check_body(&at, response, headers, body)?;
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        if status.is_success() {
            check_transition(operation, &answer)
        } else {
            check_texts(&answer)?;
            check_code(operation, status, &answer)
        }
    }

    fn check_headers(&self, at: &str, response: &Value, headers: &HeaderMap) -> Result<(), String> {
        for (name, announced) in response["headers"].as_object().into_iter().flatten() {
            let announced = self.resolved(announced);
            let Some(value) = headers.get(name) else {
                if announced["required"] == json!(true) {
                    return Err(format!("the header {name} is announced as required and missing"));
                }
                continue;
            };
            let text = String::from_utf8_lossy(value.as_bytes());
            let schema = &announced["schema"];
            let number = schema["type"] == "integer" || schema["type"] == "number";
            let value =
                if number { text.parse::<i64>().map_or(json!(text), Value::from) } else { json!(text) };
            self.check_value(&format!("{at} header {name}"), schema, &value)
                .map_err(|reason| format!("the header {name}: {reason}"))?;
        }
        Ok(())
    }

    fn check_body(&self, at: &str, response: &Value, headers: &HeaderMap, body: &[u8]) -> Result<(), String> {
        let announced: BTreeMap<&str, &Value> = response["content"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, media)| (name.as_str(), media))
            .collect();
        if announced.is_empty() {
            return if body.is_empty() {
                Ok(())
            } else {
                Err("a body came where none is announced".to_owned())
            };
        }
        let sent =
            headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let sent = sent.ok_or_else(|| format!("no content type, announced is {:?}", announced.keys()))?;
        let essence = sent.split(';').next().unwrap_or_default().trim();
        let media = announced.get(essence).or_else(|| announced.get("*/*")).ok_or_else(|| {
            format!("content type {essence} is not among those announced: {:?}", announced.keys())
        })?;
        if !(essence == "application/json" || essence.ends_with("+json")) || !media["schema"].is_object() {
            return Ok(());
        }
        let value: Value =
            serde_json::from_slice(body).map_err(|error| format!("the body is not JSON: {error}"))?;
        self.check_value(&format!("{at} {essence}"), &media["schema"], &value)
    }

    fn check_value(&self, at: &str, schema: &Value, value: &Value) -> Result<(), String> {
        let validator = self.validator(at, schema)?;
        let wrong: Vec<String> = validator
            .iter_errors(value)
            .map(|error| format!("  at {:?}: {error}", error.instance_path().as_str()))
            .collect();
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(format!("it does not match its schema:\n{}", wrong.join("\n")))
        }
    }

    /// The schema's validator, compiled at its first use.
    fn validator(&self, at: &str, schema: &Value) -> Result<Arc<Validator>, String> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = compiled.get(at) {
            return Ok(Arc::clone(known));
        }
        // The schema's references are pointers into the document, so the components come along at the root.
        let whole = json!({ "allOf": [schema], "components": self.document["components"] });
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&whole)
            .map_err(|error| format!("the contract's schema for {at} does not compile: {error}"))?;
        Ok(Arc::clone(compiled.entry(at.to_owned()).or_insert(Arc::new(validator))))
    }

    /// The path of the contract that a request's path means: of several, the one with the most literal segments.
    fn template(&self, path: &str) -> Option<&str> {
        let segments: Vec<&str> = path.split('/').collect();
        let literal =
            |template: &str| template.split('/').filter(|segment| !segment.starts_with('{')).count();
        let matches = |template: &str| {
            let expected: Vec<&str> = template.split('/').collect();
            expected.len() == segments.len()
                && expected
                    .iter()
                    .zip(&segments)
                    .all(|(expected, is)| expected == is || (expected.starts_with('{') && !is.is_empty()))
        };
        let known = self.document["paths"].as_object()?.keys().map(String::as_str);
        known.filter(|template| matches(template)).max_by_key(|template| literal(template))
    }

    /// What a `$ref` into the document leads to; anything else is itself.
    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        pointer.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(value)
    }
}

/// Whether the contract lists the problem's code for the operation, under its status or under `default`.
fn check_code(operation: &Value, status: StatusCode, problem: &Value) -> Result<(), String> {
    let Some(code) = problem["code"].as_str() else { return Ok(()) };
    let listed = &operation["x-problem-codes"];
    let is_listed = [status.as_str(), "default"]
        .iter()
        .any(|status| listed[status].as_array().is_some_and(|codes| codes.iter().any(|it| it == code)));
    if is_listed {
        return Ok(());
    }
    let name = operation["operationId"].as_str().unwrap_or_default();
    let missing = format!("x-problem-codes of {name} do not list {code} under {}", status.as_str());
    match std::env::var_os("RECORD_MISSING_CODES") {
        Some(file) => note(&file, &format!("{name} {code}\n")).map_err(|error| error.to_string()),
        None => Err(missing),
    }
}

/// Whether the texts of a problem are filled and name things in words: no place in braces, no identifier, no id.
fn check_texts(problem: &Value) -> Result<(), String> {
    let fields = problem["errors"].as_array().into_iter().flatten();
    let texts =
        [&problem["title"], &problem["detail"]].into_iter().chain(fields.map(|field| &field["detail"]));
    for text in texts.filter_map(Value::as_str) {
        let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        let has_id = words.any(|word| word.len() == 36 && word.split('-').map(str::len).eq([8, 4, 4, 4, 12]));
        if has_id || text.contains(['{', '}', '_']) {
            return Err(format!("a text of the problem is for machines: {text}"));
        }
    }
    Ok(())
}

/// Appends a line, so that one run finds every code that is missing.
fn note(file: &std::ffi::OsStr, line: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file)?;
    std::io::Write::write_all(&mut file, line.as_bytes())
}

/// Whether a record that an operation answers with is in a state to which the contract says that the operation leads.
fn check_transition(operation: &Value, answer: &Value) -> Result<(), String> {
    let Some(status) = answer["status"].as_str() else { return Ok(()) };
    let Some(steps) = operation["x-transition"].as_array() else { return Ok(()) };
    // The operation may answer with a record of another kind than the one whose state it changes.
    let response = &operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
    let made = &operation["responses"]["201"]["content"]["application/json"]["schema"]["$ref"];
    let kind = [response, made].iter().find_map(|it| it.as_str()?.rsplit('/').next().map(str::to_owned));
    let Some(kind) = kind else { return Ok(()) };
    let ends: Vec<&str> = steps
        .iter()
        .filter(|step| step["status"].as_str() == Some(&format!("{kind}Status")))
        .filter_map(|step| step["to"].as_str())
        .collect();
    if ends.is_empty() || ends.contains(&status) {
        return Ok(());
    }
    let name = operation["operationId"].as_str().unwrap_or_default();
    Err(format!("x-transition of {name} leads to {ends:?}, and the answer is {status}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Contract {
        Contract::of(json!({
            "security": [{"bearer": []}],
            "paths": {
                "/things/{id}": {"get": {"operationId": "get_thing", "responses": {
                    "200": {
                        "headers": {"etag": {"required": true, "schema": {"type": "string", "minLength": 3}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
                    },
                    "default": {"$ref": "#/components/responses/Problem"}
                }}},
                "/things/first": {"get": {"operationId": "first_thing", "security": [], "responses": {"204": {}}}},
                "/things/{id}/close": {"post": {"operationId": "close_thing",
                    "x-problem-codes": {"409": ["wrong_state"], "default": ["uri_too_long"]},
                    "x-transition": [{"status": "ThingStatus", "from": ["open"], "to": "closed"}],
                    "responses": {
                        "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                        "default": {"$ref": "#/components/responses/Problem"}
                    }
                }}
            },
            "components": {
                "schemas": {"Thing": {"type": "object", "required": ["id"], "additionalProperties": false,
                    "properties": {"id": {"type": "string", "format": "uuid"}, "status": {"type": "string"}, "next": {"$ref": "#/components/schemas/Thing"}}}},
                "responses": {"Problem": {"content": {"application/problem+json": {"schema": {"type": "object"}}}}}
            }
        }))
    }

    fn check(path: &str, status: u16, headers: &[(&'static str, &str)], body: &str) -> Result<(), String> {
        let headers = headers.iter().map(|(name, value)| {
            (reqwest::header::HeaderName::from_static(name), value.parse().expect("a header's value"))
        });
        let status = StatusCode::from_u16(status).expect("a status");
        example().check(&Method::GET, path, status, &headers.collect(), body.as_bytes())
    }

    const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");
    const ETAG: (&str, &str) = ("etag", "\"1\"");

    #[test]
    fn an_announced_answer_passes() {
        let body = r#"{"id": "019470d8-3c1c-7c8e-8000-000000000001"}"#;
        assert_eq!(check("/things/1?x=/2", 200, &[JSON, ETAG], body), Ok(()));
        assert_eq!(check("/things/first", 204, &[], ""), Ok(()));
        assert_eq!(check("/things/1", 418, &[("content-type", "application/problem+json")], "{}"), Ok(()));
        assert_eq!(check("/nothing/there", 404, &[], ""), Ok(()));
    }

    #[test]
    fn anything_else_is_named() {
        let wrong = |answer: Result<(), String>| answer.expect_err("it breaks the contract");
        assert!(wrong(check("/things/1", 200, &[JSON, ETAG], r#"{"id": "7"}"#)).contains("\"/id\""));
        assert!(wrong(check("/things/1", 200, &[JSON, ETAG], r#"{"id": 7, "x": 1}"#)).contains("'x'"));
        assert!(wrong(check("/things/1", 200, &[JSON], "{}")).contains("the header etag"));
        assert!(wrong(check("/things/1", 200, &[JSON, ("etag", "1")], "{}")).contains("the header etag"));
        assert!(
            wrong(check("/things/1", 200, &[("content-type", "text/html"), ETAG], "")).contains("text/html")
        );
        assert!(wrong(check("/things/first", 200, &[JSON], "{}")).contains("status 200"));
        assert!(wrong(check("/things/first", 204, &[JSON], "{}")).contains("a body came"));
        assert!(wrong(check("/nothing/there", 200, &[], "")).contains("no path"));
    }

    #[test]
    fn a_code_or_a_state_that_is_not_listed_is_named() {
        let closed = |status: u16, media: &'static str, body: Value| {
            let headers = [(reqwest::header::CONTENT_TYPE, media.parse().expect("a media type"))];
            let status = StatusCode::from_u16(status).expect("a status");
            let body = body.to_string();
            example().check(
                &Method::POST,
                "/things/1/close",
                status,
                &headers.into_iter().collect(),
                body.as_bytes(),
            )
        };
        let thing = |status| json!({"id": "019470d8-3c1c-7c8e-8000-000000000001", "status": status});
        assert_eq!(closed(200, "application/json", thing("closed")), Ok(()));
        let wrong = closed(200, "application/json", thing("open")).expect_err("another state");
        assert!(wrong.contains("[\"closed\"]"), "{wrong}");
        for (status, code, listed) in [
            (409, "wrong_state", true),
            (414, "uri_too_long", true),
            (422, "wrong_state", false),
            (409, "other", false),
        ] {
            let answer = closed(status, "application/problem+json", json!({"code": code}));
            assert_eq!(answer.is_ok(), listed, "{status} {code}: {answer:?}");
        }
        for (detail, readable) in [
            ("当前状态为“草稿”，不能办理“接受委托”。", true),
            ("状态为 {status}，不能执行。", false),
            ("不能执行 start_visit。", false),
            ("专家 019470d8-3c1c-7c8e-8000-000000000001 已在组内。", false),
        ] {
            let problem = json!({"code": "wrong_state", "errors": [{"detail": detail}]});
            let answer = closed(409, "application/problem+json", problem);
            assert_eq!(answer.is_ok(), readable, "{detail}: {answer:?}");
        }
    }

    #[test]
    fn the_operations_are_listed_with_who_may_ask() {
        let listed = example().operations();
        let mut known: Vec<_> =
            listed.iter().map(|one| (one.operation_id.as_str(), one.open, one.security.len())).collect();
        known.sort_unstable();
        assert_eq!(known, [("close_thing", false, 1), ("first_thing", true, 0), ("get_thing", false, 1)]);
    }
}
