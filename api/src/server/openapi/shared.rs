//! What operations have in common: the answers that can come, the headers taken and given.

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::problem_codes::{self, Form};
use crate::{
    http::{
        catalogue,
        contract::SINCE,
        examples::example,
        language::Language,
        problem::{ApiError, FieldProblem, Problem},
    },
    wire::ListOrderTerm,
};

/// Path, method and operation of each operation.
pub(super) fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    })
}

/// Each operation, to be completed.
pub(super) fn operations_mut(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter();
    let items = paths.flat_map(Map::values_mut).filter_map(Value::as_object_mut);
    items.flat_map(Map::values_mut)
}

/// A structured-field string (RFC 9651) or a bare key, visible ASCII.
const IDEMPOTENCY_KEY: &str = r#"^("[!#-\[\]-~]+"|[!#-~][!-~]*)$"#;

/// Headers of every answer.
const ANSWER_HEADERS: &[(&str, &str)] = &[
    (
        "Access-Control-Allow-Origin",
        "Origin of the page that asks, if `ANZE_CORS_ORIGINS` lists it. Absent for any other origin.",
    ),
    (
        "X-Request-Id",
        "Id of the request: the `X-Request-Id` that the caller sent, or an id that the platform made.",
    ),
    (
        "traceparent",
        "Trace of the request (W3C Trace Context), continued from the caller's `traceparent` or begun by the platform.",
    ),
    (
        "RateLimit",
        "Rest of the rate limit, `\"caller\";r=<requests>;t=<seconds>`: requests that are left, \
         and seconds until the whole limit is free again.",
    ),
    (
        "RateLimit-Policy",
        "Rate limit of the caller, `\"caller\";q=<requests>;w=<seconds>`: requests that are \
         allowed within a window of seconds.",
    ),
];

/// Further headers by name.
const OTHER_HEADERS: &[(&str, &str)] = &[
    (
        "ETag",
        "Version of this representation. Send it in `If-Match` with a change, or in `If-None-Match` with a read.",
    ),
    ("Location", "Path of the record that was created."),
    ("Link", "Link to the next page of the list (`rel=\"next\"`). Absent on the last page."),
    ("Retry-After", "Seconds to wait before the request is sent again."),
    (
        "Idempotency-Replayed",
        "Value `true` if this is the earlier answer to the same `Idempotency-Key`, given again. Otherwise absent.",
    ),
    ("WWW-Authenticate", "Scheme by which the caller must authenticate."),
];

/// A shared answer that refuses.
struct SharedProblem {
    name: &'static str,
    status: u16,
    /// The code of its example.
    code: &'static str,
    /// When it comes, in English and in Chinese.
    when: (&'static str, &'static str),
}

const PROBLEMS: &[SharedProblem] = &[
    SharedProblem {
        name: "Problem400",
        status: 400,
        code: "unknown_field",
        when: (
            "The request cannot be read: its JSON, a parameter, a header or the name of a field is wrong.",
            "请求无法读取：JSON、参数、请求头或字段名有误。",
        ),
    },
    SharedProblem {
        name: "Problem401",
        status: 401,
        code: "unauthenticated",
        when: ("No valid access token or API token was sent.", "未携带有效的访问令牌或接口令牌。"),
    },
    SharedProblem {
        name: "Problem403",
        status: 403,
        code: "forbidden",
        when: ("The caller is known, but may not do this.", "调用者身份有效，但无权执行该操作。"),
    },
    SharedProblem {
        name: "Problem404",
        status: 404,
        code: "not_found",
        when: ("There is no such record, or the caller may not see it.", "记录不存在，或调用者无权查看。"),
    },
    SharedProblem {
        name: "Problem406",
        status: 406,
        code: "not_acceptable",
        when: ("None of the media types in `Accept` can be given.", "无法提供 `Accept` 所要求的内容类型。"),
    },
    SharedProblem {
        name: "Problem409",
        status: 409,
        code: "wrong_state",
        when: (
            "The state of the record, or of another record that it depends on, does not allow this now.",
            "记录本身或所依据的其他记录的当前状态不允许该操作。",
        ),
    },
    SharedProblem {
        name: "Problem412",
        status: 412,
        code: "version_stale",
        when: (
            "Someone has changed the record since the version in `If-Match` was read. Read it again.",
            "读取 `If-Match` 所带版本之后，记录已被他人修改，请重新读取。",
        ),
    },
    SharedProblem {
        name: "Problem413",
        status: 413,
        code: "payload_too_large",
        when: (
            "The body is larger than the limit that the operator has set.",
            "请求体超过运维人员设定的上限。",
        ),
    },
    SharedProblem {
        name: "Problem415",
        status: 415,
        code: "unsupported_media_type",
        when: (
            "The media type in `Content-Type` is not one that the operation takes.",
            "`Content-Type` 所给的内容类型不被该接口接受。",
        ),
    },
    SharedProblem {
        name: "Problem422",
        status: 422,
        code: "invalid_input",
        when: (
            "The request can be read, but a value breaks a rule. `errors` lists every field that does.",
            "请求可以读取，但有值不符合规则；`errors` 列出全部有误的字段。",
        ),
    },
    SharedProblem {
        name: "Problem428",
        status: 428,
        code: "version_required",
        when: (
            "`If-Match` is missing. Send the `ETag` of the version that is to be changed.",
            "缺少 `If-Match`，须带回所修改版本的 `ETag`。",
        ),
    },
    SharedProblem {
        name: "Problem429",
        status: 429,
        code: "rate_limited",
        when: (
            "The caller has sent too many requests. Wait for the seconds in `Retry-After`.",
            "请求过于频繁，请按 `Retry-After` 的秒数等待。",
        ),
    },
    SharedProblem {
        name: "Problem500",
        status: 500,
        code: "internal",
        when: (
            "The server has failed in a way that was not foreseen. Report the `request_id`.",
            "服务器发生未预见的故障，请反馈 `request_id`。",
        ),
    },
    SharedProblem {
        name: "Problem503",
        status: 503,
        code: "overloaded",
        when: (
            "The server cannot answer just now. Send the same request again after the seconds in `Retry-After`.",
            "服务器暂时无法应答，请按 `Retry-After` 的秒数等待后重发同一请求。",
        ),
    },
    SharedProblem {
        name: "Problem",
        status: 500,
        code: "internal",
        when: (
            "Any other refusal, in the same form: decide by `code`.",
            "其他错误，格式相同，请按 `code` 判断。",
        ),
    },
];

/// Adds shared components, and to each operation what can come and what it takes.
pub(super) fn complete(document: &mut Value) {
    let Some(root) = document.as_object_mut() else { return };
    if let Some(Value::Object(paths)) = root.get_mut("paths") {
        for (path, item) in paths.iter_mut() {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                if let Some(operation) = operation.as_object_mut() {
                    complete_operation(path, method, operation);
                }
            }
        }
    }
    let components = root.entry("components").or_insert_with(|| json!({}));
    if let Some(components) = components.as_object_mut() {
        add_components(components);
    }
}

fn complete_operation(path: &str, method: &str, operation: &mut Map<String, Value>) {
    // utoipa writes "no security" as an empty alternative.
    if operation.get("security") == Some(&json!([{}])) {
        operation.insert("security".to_owned(), json!([]));
    }
    let form = Form::of(path, method, operation);
    if form.keyed {
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        if let Some(parameters) = parameters.as_array_mut() {
            parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
        }
    }
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let codes = problem_codes::of(id, form);
    let of_items = problem_codes::of_items(id);
    operation.insert(problem_codes::MEMBER.to_owned(), problem_codes::as_json(&codes));
    if let Some(codes) = of_items {
        operation.insert(problem_codes::ITEM_MEMBER.to_owned(), problem_codes::as_json(&codes));
    }
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    let mut tagged = false;
    for (status, response) in responses.iter_mut() {
        let reads_one = method == "get" && form.in_path && status == "200";
        let etag = reads_one || (form.versioned && status.starts_with('2')) || status == "201";
        let listed = response.pointer("/content/application~1json/schema/$ref").and_then(Value::as_str);
        let page = listed.is_some_and(|reference| reference.ends_with("Page"));
        tagged |= reads_one && !page;
        let Some(response) = response.as_object_mut() else { continue };
        let Some(headers) = response.entry("headers").or_insert_with(|| json!({})).as_object_mut() else {
            continue;
        };
        let mut give = |name: &str| {
            headers.entry(name).or_insert_with(|| header(name));
        };
        ANSWER_HEADERS.iter().for_each(|(name, _)| give(name));
        let etag = etag && status != "204";
        for (name, given) in [
            ("ETag", etag),
            ("Location", status == "201"),
            ("Link", page),
            ("Idempotency-Replayed", form.keyed),
        ] {
            if given {
                give(name);
            }
        }
    }
    for status in codes.keys().filter(|status| *status != "default") {
        let reference = json!({ "$ref": format!("#/components/responses/Problem{status}") });
        responses.entry(status.clone()).or_insert(reference);
    }
    if tagged {
        responses.insert("304".to_owned(), json!({ "$ref": "#/components/responses/NotModified" }));
    }
    responses.entry("default").or_insert_with(|| json!({ "$ref": "#/components/responses/Problem" }));
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

fn add_components(components: &mut Map<String, Value>) {
    let mut headers = Map::new();
    for (name, description) in ANSWER_HEADERS.iter().chain(OTHER_HEADERS) {
        let schema = if *name == "Retry-After" {
            json!({ "type": "integer", "format": "int32", "minimum": 1, "maximum": 86400 })
        } else {
            json!({ "type": "string", "maxLength": 4000 })
        };
        headers.insert((*name).to_owned(), json!({ "description": description, "schema": schema }));
    }
    components.insert("headers".to_owned(), Value::Object(headers));

    let parameters = components.entry("parameters").or_insert_with(|| json!({}));
    if let Some(parameters) = parameters.as_object_mut() {
        parameters.insert(
            "IdempotencyKey".to_owned(),
            json!({
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "Key that the caller makes up for each new request, such as a UUID; quoted or bare. \
                    A request that is sent again with the same key gets the first successful answer again, and \
                    the work is done once. A refused request changed nothing and is judged anew. The platform \
                    remembers a key for 24 hours per caller, method and path. While the first request runs, the \
                    answer is 409. The same key with another body is refused with 422.",
                "schema": { "type": "string", "minLength": 1, "maxLength": 255,
                    "pattern": IDEMPOTENCY_KEY },
                "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
            }),
        );
    }

    let schemas = components.entry("schemas").or_insert_with(|| json!({}));
    if let Some(schemas) = schemas.as_object_mut() {
        for (name, schema) in shared_schemas() {
            schemas.insert(name, schema);
        }
    }

    let mut responses = Map::new();
    let of_nothing = ANSWER_HEADERS.iter().map(|(name, _)| *name).chain(["ETag"]);
    let of_nothing: Map<String, Value> = of_nothing.map(|name| (name.to_owned(), header(name))).collect();
    responses.insert(
        "NotModified".to_owned(),
        json!({
            "description": "The record is unchanged since the caller read the version in `If-None-Match`; no body follows.",
            "headers": of_nothing,
        }),
    );
    components.insert("responses".to_owned(), Value::Object(responses));
}

/// Adds the shared answers that refuse.
pub(super) fn add_problems(document: &mut Value, language: Language) {
    let responses = document.pointer_mut("/components/responses").and_then(Value::as_object_mut);
    let Some(responses) = responses else { return };
    for problem in PROBLEMS {
        responses.insert(problem.name.to_owned(), problem_response(problem, language));
    }
}

/// The components that no body of an operation names: problems, and the order that the lists take as a parameter.
fn shared_schemas() -> [(String, Value); 3] {
    [of_type::<Problem>(), of_type::<FieldProblem>(), of_type::<ListOrderTerm>()]
}

fn of_type<T: ToSchema>() -> (String, Value) {
    (T::name().into_owned(), serde_json::to_value(T::schema()).unwrap_or_default())
}

fn problem_response(problem: &SharedProblem, language: Language) -> Value {
    let code = catalogue::by_name(problem.code).unwrap_or(catalogue::INTERNAL);
    let error = ApiError::from(example(code));
    let example =
        error.problem(language, Some("/api/v1/projects"), Some("01997a3c-7d2e-7000-8000-000000000001"));
    let mut headers: Map<String, Value> =
        ANSWER_HEADERS.iter().map(|(name, _)| ((*name).to_owned(), header(name))).collect();
    let further = match problem.status {
        401 => Some("WWW-Authenticate"),
        429 | 503 => Some("Retry-After"),
        _ => None,
    };
    if let Some(name) = further {
        headers.insert(name.to_owned(), header(name));
    }
    let description = match language {
        Language::English => problem.when.0,
        Language::Chinese => problem.when.1,
    };
    json!({
        "description": description,
        "headers": headers,
        "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" },
            "example": example,
        }},
    })
}

/// Says of what is on its way out that it is deprecated.
pub(super) fn mark_deprecated(document: &mut Value) {
    for operation in operations_mut(document).filter(|operation| operation.get(SINCE).is_some()) {
        operation["deprecated"] = json!(true);
    }
}
