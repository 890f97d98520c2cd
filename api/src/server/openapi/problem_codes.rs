//! Which problem codes each operation can answer with: those of its form, by which the platform reads every request, and those that its
//! own rules refuse with ([`refusals`]).

use std::collections::{BTreeMap, BTreeSet};

use anze_domain::{Code, access, access::Operation, base::code::INVALID_INPUT};
use serde_json::{Map, Value, json};

use super::refusals;
use crate::http::catalogue::{self as c, status};

/// The member of an operation that lists its codes by status.
pub(super) const MEMBER: &str = "x-problem-codes";

/// What a request looks like, as far as it decides with what it can be refused.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// Takes credentials.
    pub protected: bool,
    /// Has a parameter in its path.
    pub in_path: bool,
    /// Takes a JSON body.
    pub json: bool,
    /// Takes the bytes of a file.
    pub file: bool,
    /// Takes `If-Match`.
    pub versioned: bool,
    /// Takes `Idempotency-Key`.
    pub keyed: bool,
    /// Takes `cursor`.
    pub paged: bool,
}

impl Form {
    /// The form of an operation as the contract describes it.
    pub(super) fn of(path: &str, method: &str, operation: &Map<String, Value>) -> Self {
        let tags = operation.get("tags").and_then(Value::as_array);
        let calculates = tags.is_some_and(|tags| tags.contains(&json!("calculations")));
        let has = |name: &str| {
            let parameters = operation.get("parameters").and_then(Value::as_array);
            parameters.into_iter().flatten().any(|parameter| parameter.get("name") == Some(&json!(name)))
        };
        let content = operation.get("requestBody").and_then(|body| body.get("content"));
        let json = content.is_some_and(|content| content.get("application/json").is_some());
        Self {
            protected: operation.get("security") != Some(&json!([])),
            in_path: path.contains('{'),
            json,
            file: content.is_some() && !json,
            versioned: has("If-Match"),
            keyed: method == "post" && !calculates,
            paged: has("cursor"),
        }
    }
}

/// Refusals before any operation is known, which the answer `default` stands for.
pub(super) const BEFORE_ROUTING: &[&Code] =
    &[c::REQUEST_TOO_SLOW, c::URI_TOO_LONG, c::HEAD_TOO_LARGE, c::UNREADABLE_REQUEST, c::BAD_REQUEST];
const ALWAYS: &[&Code] = &[
    c::UNKNOWN_PARAMETER,
    c::INVALID_PARAMETER,
    c::INVALID_HEADER,
    c::BAD_REQUEST,
    c::UNAUTHENTICATED,
    c::NOT_ACCEPTABLE,
    c::RATE_LIMITED,
    c::INTERNAL,
    c::OVERLOADED,
    c::TIMED_OUT,
    c::UNAVAILABLE,
];
const PROTECTED: &[&Code] = &[c::FORBIDDEN];
const IN_PATH: &[&Code] = &[c::NOT_FOUND];
const JSON: &[&Code] = &[
    c::NOT_JSON,
    c::WRONG_TYPE,
    c::UNKNOWN_FIELD,
    c::DUPLICATE_FIELD,
    c::UNREADABLE_BODY,
    c::PAYLOAD_TOO_LARGE,
    c::UNSUPPORTED_MEDIA_TYPE,
    INVALID_INPUT,
];
const FILE: &[&Code] = &[c::PAYLOAD_TOO_LARGE, c::UNSUPPORTED_MEDIA_TYPE];
const VERSIONED: &[&Code] = &[c::VERSION_REQUIRED, c::VERSION_STALE];
const KEYED: &[&Code] =
    &[c::IDEMPOTENCY_KEY_INVALID, c::IDEMPOTENCY_KEY_REUSED, c::IDEMPOTENCY_KEY_IN_FLIGHT];
const PAGED: &[&Code] = &[c::BAD_CURSOR];

/// The codes of every operation of this form, as far as no record and no caller decides.
pub(super) fn by_form(form: Form) -> impl Iterator<Item = &'static Code> {
    let shapes = [
        (true, ALWAYS),
        (form.protected, PROTECTED),
        (form.in_path, IN_PATH),
        (form.json, JSON),
        (form.file, FILE),
        (form.versioned, VERSIONED),
        (form.keyed, KEYED),
        (form.paged, PAGED),
    ];
    shapes.into_iter().filter(|(applies, _)| *applies).flat_map(|(_, codes)| codes.iter().copied())
}

/// The codes of an operation by status, `default` last.
pub(super) fn of(operation_id: &str, form: Form) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut codes: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    let mut add = |code: &'static Code| {
        codes.entry(status(code).as_str().to_owned()).or_default().insert(code.name);
    };
    by_form(form).for_each(&mut add);
    refusals::of(operation_id).iter().copied().for_each(&mut add);
    let inactive = Operation::from_code(operation_id).is_some_and(|operation| !operation.is_self_service());
    if form.protected && inactive {
        add(access::ORGANIZATION_NOT_ACTIVE);
    }
    let before_routing = BEFORE_ROUTING.iter().map(|code| code.name).collect();
    codes.insert("default".to_owned(), before_routing);
    codes
}

/// The member of a batch that lists, by status, the codes with which a single item can be refused.
pub(super) const ITEM_MEMBER: &str = "x-item-problem-codes";

/// The codes of the items of a batch by status: those of the operation that makes one. None where the operation is no batch.
pub(super) fn of_items(operation_id: &str) -> Option<BTreeMap<String, BTreeSet<&'static str>>> {
    let single = match Operation::from_code(operation_id)? {
        Operation::CreatePolicies => Operation::CreatePolicy,
        Operation::CreateCommissions => Operation::CreateCommission,
        _ => return None,
    };
    let mut codes: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for code in refusals::of(single.code()).into_iter().chain([INVALID_INPUT]) {
        codes.entry(status(code).as_str().to_owned()).or_default().insert(code.name);
    }
    Some(codes)
}

/// As the contract states them.
pub(super) fn as_json(codes: &BTreeMap<String, BTreeSet<&'static str>>) -> Value {
    let listed = codes.iter().map(|(status, codes)| (status.clone(), json!(codes)));
    Value::Object(listed.collect::<Map<_, _>>())
}
