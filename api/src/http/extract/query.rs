//! Query parameters, held to the published contract.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use anze_domain::{Violation, Words};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::faults::clip;
use crate::http::{
    catalogue,
    contract::{Contract, Operation, QueryParameter, Scalar},
    field_names::field_name,
    problem::ApiError,
};

/// The query's parameters as a `T`.
///
/// Which parameters there are is the contract's matter, so that a handler may take several `Query`s,
/// each with its part of them.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let operation = Contract::of(request)
            .ok_or_else(|| ApiError::internal(format!("{} is not in the contract", request.path())));
        let object = operation.and_then(|operation| read(&operation, request.query_string()));
        ready(object.and_then(|object| {
            serde_json::from_value(Value::Object(object)).map(Self).map_err(|error| {
                log::debug!("query refused: {error}");
                ApiError::new(catalogue::INVALID_PARAMETER)
                    .with("name", Words::new("其中一项", "one of them"))
            })
        }))
    }
}

/// So many faults are told beside the first.
const MAX_FURTHER_FAULTS: usize = 99;

fn pointer(name: &str) -> String {
    format!("/{}", crate::http::contract::escape(name))
}

/// Refuses a query with a parameter that the operation does not have, and tells with it all else that is wrong.
///
/// # Errors
/// `unknown_parameter`.
pub(crate) fn refuse_unknown(operation: &Operation, query: &str) -> Result<(), ApiError> {
    let mut names = url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
    match names.find(|name| !operation.query.contains_key(name.as_ref())) {
        None => Ok(()),
        Some(_) => read(operation, query).map(drop),
    }
}

/// Reads the query string by the contract.
///
/// # Errors
/// All that is wrong, what is unknown first: `unknown_parameter`, `invalid_parameter`.
fn read(operation: &Operation, query: &str) -> Result<Map<String, Value>, ApiError> {
    let mut object = Map::new();
    let (mut unknown, mut wrong) = (Vec::new(), Vec::new());
    let invalid = |name: &str| {
        Violation::new(catalogue::INVALID_PARAMETER).with("name", field_name(name)).at(pointer(name))
    };
    for (name, text) in url::form_urlencoded::parse(query.as_bytes()) {
        let Some(parameter) = operation.query.get(name.as_ref()) else {
            unknown.push(Violation::new(catalogue::UNKNOWN_PARAMETER).at(pointer(&clip(&name))));
            continue;
        };
        // What is no UTF-8 is decoded to replacement characters; a caller may also send that one as such.
        let readable =
            !text.contains(char::REPLACEMENT_CHARACTER) || query.to_ascii_uppercase().contains("%EF%BF%BD");
        let value = value(parameter, &text).filter(|value| readable && parameter.schema.is_valid(value));
        let repeated = object.contains_key(name.as_ref());
        match value {
            Some(value) if !repeated => drop(object.insert(name.into_owned(), value)),
            _ => wrong.push(invalid(&name)),
        }
    }
    let given = |name: &str| {
        object.contains_key(name)
            || wrong.iter().any(|it| it.fields.iter().any(|it| it.pointer == pointer(name)))
    };
    let missing = operation.query.iter().filter(|(name, parameter)| parameter.required && !given(name));
    let missing: Vec<_> = missing.map(|(name, _)| invalid(name)).collect();
    let mut all = unknown.into_iter().chain(wrong).chain(missing);
    let Some(mut first) = all.next() else { return Ok(object) };
    first.fields.extend(all.flat_map(|it| it.fields).take(MAX_FURTHER_FAULTS));
    Err(first.into())
}

/// The text as what the schema speaks of.
fn value(parameter: &QueryParameter, text: &str) -> Option<Value> {
    match parameter.kind {
        Scalar::Integer => {
            let plain = !text.starts_with('+');
            text.parse::<i64>().ok().filter(|_| plain).map(Value::from)
        }
        Scalar::Number => serde_json::from_str(text).ok().filter(Value::is_number),
        Scalar::Boolean => text.parse::<bool>().ok().map(Value::from),
        Scalar::Instant => Some(Value::from(text.replace(' ', "+"))),
        Scalar::Text if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') => None,
        Scalar::Text => Some(Value::from(text)),
    }
}
