//! The published contract, compiled: which operation a request is, and the schemas that its input must meet.
//!
//! Built once at start-up from the very document that `/openapi.json` serves, so that what is
//! published and what is enforced cannot differ.

mod deprecation;
mod ordered;

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{HttpMessage, HttpRequest, http::Method, web};
use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

pub use deprecation::{Deprecation, SINCE, SUNSET};
pub(crate) use ordered::Ordered;

/// Name under which the document's schemas refer to each other.
const BASE: &str = "urn:anze:contract";

/// A document that is no usable contract.
#[derive(Debug, thiserror::Error)]
#[error("contract: {pointer}: {cause}")]
pub struct ContractError {
    pointer: String,
    cause: String,
}

/// Every operation of the contract.
pub struct Contract {
    operations: Vec<Arc<Operation>>,
    /// By template, the operations that differ in their method.
    paths: matchit::Router<Vec<Arc<Operation>>>,
    json: web::Bytes,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId`.
    pub id: String,
    /// The method.
    pub method: Method,
    /// The path with its `{parameters}`.
    pub template: String,
    /// The JSON body, where there is one.
    pub body: Option<BodySchema>,
    /// The query parameters by name.
    pub query: BTreeMap<String, QueryParameter>,
    /// Takes a body that is not JSON, such as a file.
    pub uploads: bool,
    /// Answers with something that is not JSON, such as a file.
    pub downloads: bool,
    /// Since when it is deprecated, and until when it is there, where it is.
    pub deprecation: Option<Deprecation>,
}

/// A JSON body.
#[derive(Debug)]
pub struct BodySchema {
    /// May not be left out.
    pub required: bool,
    /// Its schema.
    pub schema: Validator,
}

/// A query parameter.
#[derive(Debug)]
pub struct QueryParameter {
    /// May not be left out.
    pub required: bool,
    /// What its text is read as.
    pub kind: Scalar,
    /// Its schema.
    pub schema: Validator,
}

/// What the text of a parameter is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An instant; its `+` may have come unescaped, which in a query is a space.
    Instant,
    /// The text itself.
    Text,
}

impl Contract {
    /// Compiles the document.
    ///
    /// # Errors
    /// Names the first place that cannot be used.
    pub fn new(document: &Value) -> Result<Self, ContractError> {
        let fault = |pointer: &str, cause: &dyn std::fmt::Display| ContractError {
            pointer: pointer.to_owned(),
            cause: cause.to_string(),
        };
        let mut schemas = document.clone();
        if let Some(root) = schemas.as_object_mut() {
            root.insert("$id".to_owned(), json!(BASE));
        }
        let registry = Registry::new()
            .add(BASE, Draft::Draft202012.create_resource(schemas))
            .and_then(|builder| builder.prepare())
            .map_err(|error| fault("registry", &error))?;
        let compile = |pointer: &str| {
            // In a URI's fragment the braces of a path are written escaped.
            let fragment = pointer.replace('%', "%25").replace('{', "%7B").replace('}', "%7D");
            jsonschema::options()
                .with_draft(Draft::Draft202012)
                .with_registry(&registry)
                .should_validate_formats(true)
                .should_ignore_unknown_formats(true)
                .build(&json!({ "$ref": format!("{BASE}#{fragment}") }))
                .map_err(|error| fault(pointer, &error))
        };

        let mut operations = Vec::new();
        let mut paths = matchit::Router::new();
        for (template, item) in members(document.get("paths")) {
            let mut here = Vec::new();
            for (method, operation) in members(Some(item)) {
                let Ok(method_name) = Method::from_bytes(method.to_ascii_uppercase().as_bytes()) else {
                    continue;
                };
                if operation.get("responses").is_none() {
                    continue;
                }
                let pointer = format!("/paths/{}/{method}", escape(template));
                let content = operation.pointer("/requestBody/content");
                let body = match content.and_then(|content| content.get("application/json")) {
                    None => None,
                    Some(_) => Some(BodySchema {
                        required: operation.pointer("/requestBody/required") == Some(&json!(true)),
                        schema: compile(&format!("{pointer}/requestBody/content/application~1json/schema"))?,
                    }),
                };
                let mut query = BTreeMap::new();
                for (index, parameter) in list(operation.get("parameters")).iter().enumerate() {
                    if parameter.get("in") == Some(&json!("query")) {
                        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default();
                        let schema = parameter.get("schema").unwrap_or(&Value::Null);
                        let compiled = QueryParameter {
                            required: parameter.get("required") == Some(&json!(true)),
                            kind: scalar(document, schema),
                            schema: compile(&format!("{pointer}/parameters/{index}/schema"))?,
                        };
                        query.insert(name.to_owned(), compiled);
                    }
                }
                here.push(Arc::new(Operation {
                    id: operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned(),
                    method: method_name,
                    template: template.clone(),
                    uploads: content.is_some() && body.is_none(),
                    downloads: answers_otherwise(operation),
                    deprecation: Deprecation::of(operation),
                    body,
                    query,
                }));
            }
            operations.extend(here.iter().cloned());
            paths.insert(template, here).map_err(|error| fault(template, &error))?;
        }
        let json = serde_json::to_vec(&Ordered(document)).map_err(|error| fault("document", &error))?;
        Ok(Self { operations, paths, json: json.into() })
    }

    /// Every operation.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().map(AsRef::as_ref)
    }

    /// The document as it is served.
    #[must_use]
    pub fn json(&self) -> web::Bytes {
        self.json.clone()
    }

    /// The operation that a request with this method and path is.
    #[must_use]
    pub fn find(&self, method: &Method, path: &str) -> Option<Arc<Operation>> {
        self.at(path).iter().find(|operation| operation.method == *method).cloned()
    }

    /// The methods of the operations at this path; none where there is nothing.
    #[must_use]
    pub fn methods(&self, path: &str) -> Vec<Method> {
        let mut methods: Vec<Method> =
            self.at(path).iter().map(|operation| operation.method.clone()).collect();
        if methods.contains(&Method::GET) {
            methods.push(Method::HEAD);
        }
        methods.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
        methods
    }

    /// The operations at a path. A fixed word is preferred to a parameter.
    fn at(&self, path: &str) -> &[Arc<Operation>] {
        self.paths.at(path).map_or(&[], |found| found.value.as_slice())
    }

    /// The operation that a request is, as an extractor sees it.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Option<Arc<Operation>> {
        if let Some(current) = request.extensions().get::<CurrentOperation>() {
            return Some(Arc::clone(&current.0));
        }
        request.app_data::<web::Data<Self>>()?.find(request.method(), request.match_info().as_str())
    }
}

/// Whether a path, as the router reads it, is the API's: nothing there is answered but by an operation.
#[must_use]
pub fn is_of_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// The operation, kept with the request.
#[derive(Clone)]
pub struct CurrentOperation(pub Arc<Operation>);

/// Whether success comes as something other than JSON.
fn answers_otherwise(operation: &Value) -> bool {
    let mut good = members(operation.get("responses")).filter(|(status, _)| status.starts_with('2'));
    good.any(|(_, response)| members(response.get("content")).any(|(media, _)| media != "application/json"))
}

/// What the text of a parameter with this schema is read as.
fn scalar(document: &Value, schema: &Value) -> Scalar {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        return target.map_or(Scalar::Text, |target| scalar(document, target));
    }
    let stated = |name: &str| match schema.get("type") {
        Some(Value::String(kind)) => kind == name,
        Some(Value::Array(kinds)) => kinds.contains(&json!(name)),
        _ => false,
    };
    if stated("integer") {
        return Scalar::Integer;
    }
    if stated("number") {
        return Scalar::Number;
    }
    if stated("boolean") {
        return Scalar::Boolean;
    }
    if schema.get("format") == Some(&json!("date-time")) {
        return Scalar::Instant;
    }
    let parts = ["oneOf", "anyOf", "allOf"].iter().flat_map(|keyword| list(schema.get(keyword)));
    parts.map(|part| scalar(document, part)).find(|kind| *kind != Scalar::Text).unwrap_or(Scalar::Text)
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A token of a JSON Pointer.
pub(crate) fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_word_is_preferred_to_a_parameter() {
        let document = json!({ "paths": {
            "/things/{id}": { "get": { "operationId": "get_thing", "responses": {} } },
            "/things/mine": { "get": { "operationId": "get_mine", "responses": {} },
                              "post": { "operationId": "make_mine", "responses": {} } },
        }});
        let contract = Contract::new(&document).unwrap();
        let found = |path: &str| contract.find(&Method::GET, path).map(|operation| operation.id.clone());
        assert_eq!(found("/things/mine").as_deref(), Some("get_mine"));
        assert_eq!(found("/things/7").as_deref(), Some("get_thing"));
        assert_eq!(found("/things/"), None);
        assert_eq!(contract.methods("/things/mine"), [Method::GET, Method::HEAD, Method::POST]);
        assert_eq!(contract.methods("/nowhere"), Vec::<Method>::new());
    }
}
