//! Turns what schema and validator found into fields with JSON Pointers and codes.

use std::borrow::Cow;

use anze_domain::{Code, Words, base::code::Field};
use jsonschema::{ValidationError, error::ValidationErrorKind as Kind};
use serde_json::Value;
use validator::{ValidationErrors, ValidationErrorsKind};

use crate::http::{
    catalogue::{self as c, status},
    contract::escape,
    field_names::field_name,
    forms,
    problem::ApiError,
};

/// More than so many wrong fields are not listed.
const MOST: usize = 1000;
/// Longest text of the caller's that is said back to it, in characters.
const LONGEST: usize = 200;

/// A field that is wrong.
pub(super) fn field(pointer: String, code: &'static Code, params: &[(&'static str, Words)]) -> Field {
    Field { pointer: Cow::Owned(pointer.chars().take(4000).collect()), code, params: params.to_vec() }
}

/// A text of the caller's, not longer than can be said back.
pub(super) fn clip(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

/// One refusal that names all of them: 400 where one cannot be read, else 422.
pub(super) fn refuse(mut fields: Vec<Field>) -> Result<(), ApiError> {
    if fields.is_empty() {
        return Ok(());
    }
    let structural = fields.iter().any(|field| status(field.code).as_u16() == 400);
    let code = if structural { c::UNREADABLE_BODY } else { anze_domain::base::code::INVALID_INPUT };
    fields.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    fields.dedup_by(|a, b| a.pointer == b.pointer && a.code == b.code);
    fields.truncate(MOST);
    // A body with one unreadable field has that field's code as its own.
    match fields.as_slice() {
        [only] if structural => {
            let (code, params) = (only.code, only.params.clone());
            let mut error = ApiError::with_fields(code, fields);
            for (name, value) in params {
                error = error.with(name, value);
            }
            Err(error)
        }
        _ => Err(ApiError::with_fields(code, fields)),
    }
}

/// The fields of one finding of the schema.
pub(super) fn of_schema(error: &ValidationError<'_>, fields: &mut Vec<Field>) {
    let pointer = error.instance_path().to_string();
    let mut add =
        |pointer: String, code, params: &[(&'static str, Words)]| fields.push(field(pointer, code, params));
    let below = |name: &str| format!("{pointer}/{}", escape(name));
    let limit = |limit: u64| [("limit", limit.into())];
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            add(below(name), c::REQUIRED, &[("name", field_name(name))]);
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                add(below(name), c::UNKNOWN_FIELD, &[]);
            }
        }
        Kind::Type { kind } => add(pointer, c::WRONG_TYPE, &[("expected", forms::types(&type_names(kind)))]),
        Kind::MaxLength { limit: most } => add(pointer, c::TOO_LONG, &limit(*most)),
        Kind::MinLength { limit: least } => add(pointer, c::TOO_SHORT, &limit(*least)),
        Kind::MaxItems { limit: most } | Kind::MaxProperties { limit: most } => {
            add(pointer, c::TOO_MANY, &limit(*most))
        }
        Kind::MinItems { limit: least } | Kind::MinProperties { limit: least } => {
            add(pointer, c::TOO_FEW, &limit(*least));
        }
        Kind::Maximum { limit: bound } => add(pointer, c::OUT_OF_RANGE, &[("limit", forms::at_most(bound))]),
        Kind::Minimum { limit: bound } => add(pointer, c::OUT_OF_RANGE, &[("limit", forms::at_least(bound))]),
        Kind::ExclusiveMaximum { limit: bound } => {
            add(pointer, c::OUT_OF_RANGE, &[("limit", forms::less_than(bound))]);
        }
        Kind::ExclusiveMinimum { limit: bound } => {
            add(pointer, c::OUT_OF_RANGE, &[("limit", forms::more_than(bound))]);
        }
        Kind::Pattern { pattern } => add(pointer, c::PATTERN, &[("form", forms::pattern(pattern))]),
        Kind::Format { format } => add(pointer, c::FORMAT, &[("form", forms::format(format))]),
        Kind::Enum { options: values } | Kind::Constant { expected_value: values } => {
            add(pointer, c::NOT_ALLOWED_VALUE, &[("allowed", forms::allowed(&values_of(values)))]);
        }
        Kind::UniqueItems => add(pointer, c::NOT_UNIQUE, &[]),
        Kind::AnyOf { context } => match likeliest(&pointer, context) {
            Some(branch) => branch.iter().for_each(|error| of_schema(error, fields)),
            None => add(pointer, c::INVALID_VALUE, &[]),
        },
        _ => add(pointer, c::INVALID_VALUE, &[]),
    }
}

fn type_names(kind: &jsonschema::error::TypeKind) -> Vec<String> {
    match kind {
        jsonschema::error::TypeKind::Single(one) => vec![one.to_string()],
        jsonschema::error::TypeKind::Multiple(several) => several.iter().map(|one| one.to_string()).collect(),
    }
}

/// The values that a schema allows: those of an `enum`, or the one of a `const`.
fn values_of(options: &Value) -> Vec<Value> {
    match options {
        Value::Array(options) => options.clone(),
        other => vec![other.clone()],
    }
}

/// Of a schema that may be null, the form that was meant: right type, fewest faults.
fn likeliest<'a>(
    pointer: &str,
    forms: &'a [Vec<ValidationError<'static>>],
) -> Option<&'a [ValidationError<'static>]> {
    let wrong_type = |error: &ValidationError<'_>| {
        matches!(error.kind(), Kind::Type { .. }) && error.instance_path().to_string() == pointer
    };
    let forms = forms.iter().filter(|errors| !errors.is_empty()).map(Vec::as_slice);
    forms.min_by_key(|errors| (errors.iter().any(wrong_type), errors.len()))
}

/// Of a text that is none of the allowed codes nobody asks how long it is.
pub(super) fn drop_lengths_of_codes(fields: &mut Vec<Field>) {
    let is = |field: &Field, code: &'static Code| field.code.name == code.name;
    let codes: Vec<_> = fields
        .iter()
        .filter(|field| is(field, c::NOT_ALLOWED_VALUE))
        .map(|field| field.pointer.clone())
        .collect();
    fields.retain(|field| {
        !(is(field, c::TOO_LONG) || is(field, c::TOO_SHORT)) || !codes.contains(&field.pointer)
    });
}

/// The fields that the validator of the type found.
pub(super) fn of_validator(errors: &ValidationErrors, pointer: &str, fields: &mut Vec<Field>) {
    for (name, found) in errors.errors() {
        // `__all__` is the validator's name for the whole object.
        let here = if name == "__all__" { pointer.to_owned() } else { format!("{pointer}/{}", escape(name)) };
        match found {
            ValidationErrorsKind::Struct(inner) => of_validator(inner, &here, fields),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    of_validator(inner, &format!("{here}/{index}"), fields);
                }
            }
            ValidationErrorsKind::Field(found) => {
                for error in found {
                    fields.push(of_rule(error, here.clone()));
                }
            }
        }
    }
}

/// One broken rule of the validator: its own codes by their nearest of ours, others by name.
fn of_rule(error: &validator::ValidationError, pointer: String) -> Field {
    let param = |name: &str| error.params.get(name).filter(|value| !value.is_null()).map(Value::to_string);
    let length = |name: &str| {
        let items = error.params.get("value").is_some_and(Value::is_array);
        match (name, items) {
            ("min", true) => c::TOO_FEW,
            ("min", false) => c::TOO_SHORT,
            (_, true) => c::TOO_MANY,
            (_, false) => c::TOO_LONG,
        }
    };
    let measured = || {
        let size = match error.params.get("value") {
            Some(Value::String(text)) => text.chars().count(),
            Some(Value::Array(items)) => items.len(),
            _ => 0,
        };
        let least = error.params.get("min").and_then(Value::as_u64);
        least.is_some_and(|least| u64::try_from(size).is_ok_and(|size| size < least))
    };
    match error.code.as_ref() {
        "length" => {
            let side = if measured() || param("max").is_none() { "min" } else { "max" };
            let bound = param(side).or_else(|| param("equal")).unwrap_or_default();
            field(pointer, length(side), &[("limit", Words::verbatim(&bound))])
        }
        "range" => {
            let limit = forms::between(param("min").as_deref(), param("max").as_deref());
            field(pointer, c::OUT_OF_RANGE, &[("limit", limit)])
        }
        "email" | "url" => field(pointer, c::FORMAT, &[("form", forms::format(&error.code))]),
        "regex" => field(pointer, c::INVALID_VALUE, &[]),
        name => field(pointer, c::by_name(name).unwrap_or(c::INVALID_VALUE), &[]),
    }
}
