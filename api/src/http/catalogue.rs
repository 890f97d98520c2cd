//! Every code with which the service refuses: one table for answers, contract and documentation.

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::http::StatusCode;
pub use anze_domain::access::{FORBIDDEN, NOT_FOUND, UNAUTHENTICATED};
use anze_domain::{Code, Kind, library::objection::OBJECTIONS_TOO_FREQUENT};

anze_domain::codes! {
    NOT_JSON = "not_json", Invalid, None,
        "请求体不是有效的 JSON" / "请求体在第 {line} 行第 {column} 列无法读取。",
        "Body is not JSON" / "The body cannot be read at line {line}, column {column}.";
    WRONG_TYPE = "wrong_type", Invalid, None,
        "类型有误" / "值的类型须为{expected}。",
        "Wrong type" / "The value must be {expected}.";
    UNKNOWN_FIELD = "unknown_field", Invalid, None,
        "未知字段" / "接口未定义该字段，请删去或更正其名称。",
        "Unknown field" / "The contract defines no such field here. Remove it or correct its name.";
    DUPLICATE_FIELD = "duplicate_field", Invalid, None,
        "字段重复" / "同一字段重复出现，只能填写一次。",
        "Field given twice" / "The same field is given more than once. Give it only once.";
    UNREADABLE_BODY = "unreadable_body", Invalid, None,
        "请求体无法读取" / "请求体的结构不符合接口定义，请按所列各项改正。",
        "Body not readable" / "The structure of the body differs from the contract. The list of errors names each field and the reason.";
    UNKNOWN_PARAMETER = "unknown_parameter", Invalid, None,
        "未知查询参数" / "接口未定义该查询参数，请删去或更正其名称。",
        "Unknown query parameter" / "The contract defines no such query parameter. Remove it or correct its name.";
    INVALID_PARAMETER = "invalid_parameter", Invalid, None,
        "查询参数有误" / "查询参数“{name}”缺失、不可用或重复。",
        "Invalid query parameter" / "The query parameter “{name}” is missing, not usable, or given twice.";
    INVALID_HEADER = "invalid_header", Invalid, None,
        "请求头有误" / "请求头 {name} 的值无法读取。",
        "Invalid header" / "The value of the header {name} cannot be read.";
    BAD_REQUEST = "bad_request", Invalid, None,
        "请求无法读取" / "请求不符合 HTTP 或接口定义。",
        "Request not readable" / "The request does not conform to HTTP or to the contract.";
    BAD_CURSOR = "bad_cursor", Invalid, None,
        "分页游标无效" / "分页游标无法读取，或与当前筛选、排序条件不符；请从第一页开始。",
        "Invalid cursor" / "The cursor cannot be read, or belongs to other filters or another order. Begin with the first page.";
    INVALID_CREDENTIALS = "invalid_credentials", Invalid, None,
        "登录名或密码有误" / "登录名与密码不匹配。",
        "Invalid credentials" / "Login name and password do not match.";
    TOO_MANY_ATTEMPTS = "too_many_attempts", Invalid, None,
        "登录尝试过多" / "登录失败次数过多，请稍后再试。",
        "Too many login attempts" / "There were too many failed logins. Try again later.";
    WRONG_PASSWORD = "wrong_password", Invalid, None,
        "当前密码有误" / "当前密码不正确。",
        "Wrong password" / "The current password is not correct.";
    TOKEN_EXPIRY = "token_expiry", Invalid, None,
        "令牌有效期有误" / "有效期须晚于当前时间，且不得超过 366 天。",
        "Expiry of the token out of range" / "A token must expire in the future, at most 366 days from now.";
    TOKEN_OVER = "token_over", Conflict, None,
        "令牌已失效" / "令牌已吊销或已过期。",
        "Token no longer valid" / "The token is revoked or has expired.";
    SESSION_ENDED = "session_ended", Invalid, None,
        "会话已结束" / "会话已结束，请重新登录。",
        "Session ended" / "The session has ended. Log in again.";
    METHOD_NOT_ALLOWED = "method_not_allowed", Invalid, None,
        "不支持的请求方法" / "此路径允许的请求方法：{allow}。",
        "Method not allowed" / "This path allows the methods {allow}.";
    NOT_ACCEPTABLE = "not_acceptable", Invalid, None,
        "无法提供所要求的格式" / "此接口以 JSON 应答。",
        "Not acceptable" / "This operation answers with JSON.";
    PAYLOAD_TOO_LARGE = "payload_too_large", Invalid, None,
        "请求体过大" / "请求体不得超过 {limit} 字节。",
        "Payload too large" / "The body must not exceed {limit} bytes.";
    URI_TOO_LONG = "uri_too_long", Invalid, None,
        "请求地址过长" / "请求地址超过长度限制。",
        "Address too long" / "The address of the request exceeds the limit.";
    HEAD_TOO_LARGE = "head_too_large", Invalid, None,
        "请求头过大" / "请求行与请求头超过大小或数量限制。",
        "Request head too large" / "The request line and the headers exceed the limit of size or number.";
    UNREADABLE_REQUEST = "unreadable_request", Invalid, None,
        "请求无法解析" / "请求不是有效的 HTTP；地址中的中文等字符须经百分号编码。",
        "Request not valid HTTP" / "The request is not valid HTTP. Percent-encode every character of the address that is not ASCII.";
    REQUEST_TOO_SLOW = "request_too_slow", Invalid, None,
        "请求过慢" / "请求头未在时限内送达。",
        "Request too slow" / "The head of the request did not arrive in time.";
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type", Invalid, None,
        "不支持的内容类型" / "Content-Type 须为 {expected}，且请求体不得压缩。",
        "Unsupported media type" / "Content-Type must be {expected}, and the body must not be compressed.";
    VERSION_STALE = "version_stale", Conflict, None,
        "版本已过期" / "记录已被更改，请重新读取后再试。",
        "Version is stale" / "The record has changed since you read it. Read it again and repeat the change.";
    VERSION_REQUIRED = "version_required", Invalid, None,
        "缺少版本" / "修改须带 If-Match 请求头，其值为所读取记录的 ETag。",
        "Version missing" / "Send the header If-Match with the ETag of the record that you read.";
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid", Invalid, None,
        "幂等键有误" / "Idempotency-Key 请求头须为 1 至 255 个可见字符。",
        "Idempotency key not valid" / "The header Idempotency-Key takes 1 to 255 visible characters.";
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused", Invalid, None,
        "幂等键已用于其他请求" / "该 Idempotency-Key 已用于内容不同的请求。",
        "Idempotency key reused" / "This Idempotency-Key was already used for a request with other content.";
    IDEMPOTENCY_KEY_IN_FLIGHT = "idempotency_key_in_flight", Conflict, None,
        "相同请求正在处理" / "带有该 Idempotency-Key 的请求正在处理，请稍后重试。",
        "Request still in progress" / "A request with this Idempotency-Key is still in progress. Try again shortly.";
    RATE_LIMITED = "rate_limited", Invalid, None,
        "请求过于频繁" / "请在 {seconds} 秒后重试。",
        "Too many requests" / "Try again in {seconds} seconds.";
    INTERNAL = "internal", Invalid, None,
        "服务内部错误" / "服务未能完成请求；请提供请求编号以便查询。",
        "Internal error" / "The service could not complete the request. Quote the request id when you report the error.";
    OVERLOADED = "overloaded", Invalid, None,
        "服务繁忙" / "当前请求过多，请稍后重试。",
        "Overloaded" / "The service has too many requests at present. Try again shortly.";
    TIMED_OUT = "timed_out", Invalid, None,
        "处理超时" / "请求未在时限内完成。",
        "Timed out" / "The service did not complete the request in time.";
    UNAVAILABLE = "unavailable", Invalid, None,
        "服务暂不可用" / "服务所依赖的部件暂不可用，请稍后重试。",
        "Unavailable" / "A component on which the service depends is not available. Try again shortly.";
    REQUIRED = "required", Invalid, None,
        "缺少必填内容" / "请填写{name}。",
        "Field required" / "{name} is required.";
    TOO_SHORT = "too_short", Invalid, None,
        "长度不足" / "长度不得小于 {limit} 个字符。",
        "Text too short" / "The text must have at least {limit} characters.";
    TOO_LONG = "too_long", Invalid, None,
        "长度过长" / "长度不得大于 {limit} 个字符。",
        "Text too long" / "The text must have at most {limit} characters.";
    TOO_FEW = "too_few", Invalid, None,
        "数量过少" / "至少须有 {limit} 项。",
        "Too few items" / "The list must have at least {limit} items.";
    TOO_MANY = "too_many", Invalid, None,
        "数量过多" / "至多可有 {limit} 项。",
        "Too many items" / "The list must have at most {limit} items.";
    NOT_UNIQUE = "not_unique", Invalid, None,
        "内容重复" / "各项须互不相同。",
        "Items not unique" / "The items must differ from each other.";
    OUT_OF_RANGE = "out_of_range", Invalid, None,
        "超出范围" / "值须{limit}。",
        "Value out of range" / "The value must be {limit}.";
    PATTERN = "pattern", Invalid, None,
        "格式有误" / "格式须为：{form}。",
        "Value does not have the required form" / "The value must be {form}.";
    FORMAT = "format", Invalid, None,
        "格式有误" / "格式须为：{form}。",
        "Value does not have the required format" / "The value must be {form}.";
    NOT_ALLOWED_VALUE = "not_allowed_value", Invalid, None,
        "值不可用" / "允许的值：{allowed}。",
        "Value not allowed" / "Allowed values: {allowed}.";
    CONTROL_CHARACTER = "control_character", Invalid, None,
        "含有控制字符" / "文本中除换行与制表符外不得有控制字符。",
        "Control character not allowed" / "A text must not contain control characters other than line feed and tab.";
    INVALID_VALUE = "invalid_value", Invalid, None,
        "值有误" / "值不符合接口定义的要求。",
        "Invalid value" / "The value does not meet the requirements of the contract.";
    PASSWORD_TOO_WEAK = "password_too_weak", Invalid, None,
        "密码强度不足" / "密码须为 12 至 128 个字符，不得与登录名相同，不得由同一字符重复组成，也不得为容易猜到的常用密码。",
        "Password too weak" / "A password has 12 to 128 characters. It must differ from the login name, must not repeat a single character, and must not be a common password that is easily guessed.";
    FILE_FORM_INVALID = "file_form_invalid", Invalid, None,
        "表单有误" / "表单须只含文件这一个部分（部分的名称见接口文档），其他信息写在查询参数中。",
        "Form not as described" / "The form must hold one part only, named “file”: the file itself. Everything else goes into the query parameters.";
    FILE_EMPTY = "file_empty", Invalid, None,
        "文件为空" / "上传的文件没有内容。",
        "File empty" / "The uploaded file has no content.";
    FILE_TYPE_NOT_TAKEN = "file_type_not_taken", Invalid, Some("A14.2"),
        "不支持的文件类型" / "按文件内容识别，仅接受以下类型：{allowed}。",
        "File type not supported" / "The type is detected from the content of the file. Supported types: {allowed}.";
}

/// Codes of the API whose status does not follow from their kind.
const STATUSES: &[(&Code, StatusCode)] = &[
    (NOT_JSON, StatusCode::BAD_REQUEST),
    (WRONG_TYPE, StatusCode::BAD_REQUEST),
    (UNKNOWN_FIELD, StatusCode::BAD_REQUEST),
    (DUPLICATE_FIELD, StatusCode::BAD_REQUEST),
    (UNREADABLE_BODY, StatusCode::BAD_REQUEST),
    (UNKNOWN_PARAMETER, StatusCode::BAD_REQUEST),
    (INVALID_PARAMETER, StatusCode::BAD_REQUEST),
    (INVALID_HEADER, StatusCode::BAD_REQUEST),
    (BAD_REQUEST, StatusCode::BAD_REQUEST),
    (FILE_FORM_INVALID, StatusCode::BAD_REQUEST),
    (BAD_CURSOR, StatusCode::BAD_REQUEST),
    (IDEMPOTENCY_KEY_INVALID, StatusCode::BAD_REQUEST),
    (UNAUTHENTICATED, StatusCode::UNAUTHORIZED),
    (INVALID_CREDENTIALS, StatusCode::UNAUTHORIZED),
    (SESSION_ENDED, StatusCode::UNAUTHORIZED),
    (METHOD_NOT_ALLOWED, StatusCode::METHOD_NOT_ALLOWED),
    (NOT_ACCEPTABLE, StatusCode::NOT_ACCEPTABLE),
    (PAYLOAD_TOO_LARGE, StatusCode::PAYLOAD_TOO_LARGE),
    (URI_TOO_LONG, StatusCode::URI_TOO_LONG),
    (HEAD_TOO_LARGE, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
    (UNREADABLE_REQUEST, StatusCode::BAD_REQUEST),
    (REQUEST_TOO_SLOW, StatusCode::REQUEST_TIMEOUT),
    (UNSUPPORTED_MEDIA_TYPE, StatusCode::UNSUPPORTED_MEDIA_TYPE),
    (VERSION_STALE, StatusCode::PRECONDITION_FAILED),
    (VERSION_REQUIRED, StatusCode::PRECONDITION_REQUIRED),
    (RATE_LIMITED, StatusCode::TOO_MANY_REQUESTS),
    (TOO_MANY_ATTEMPTS, StatusCode::TOO_MANY_REQUESTS),
    (OBJECTIONS_TOO_FREQUENT, StatusCode::TOO_MANY_REQUESTS),
    (INTERNAL, StatusCode::INTERNAL_SERVER_ERROR),
    (OVERLOADED, StatusCode::SERVICE_UNAVAILABLE),
    (TIMED_OUT, StatusCode::SERVICE_UNAVAILABLE),
    (UNAVAILABLE, StatusCode::SERVICE_UNAVAILABLE),
];

/// The status of an answer that refuses with this code.
#[must_use]
pub fn status(code: &Code) -> StatusCode {
    let special = STATUSES.iter().find(|(listed, _)| listed.name == code.name);
    special.map_or_else(
        || match code.kind {
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::Hidden => StatusCode::NOT_FOUND,
        },
        |(_, status)| *status,
    )
}

/// Every code by its name: the domain's and the API's.
static ALL: LazyLock<BTreeMap<&'static str, &'static Code>> = LazyLock::new(|| {
    let domain = anze_domain::codes();
    let store = anze_persistence::codes();
    domain.into_iter().chain(CODES.iter().copied()).chain(store).map(|code| (code.name, code)).collect()
});

/// Every code, by name.
pub fn all() -> impl Iterator<Item = &'static Code> {
    ALL.values().copied()
}

/// The code with this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Code> {
    ALL.get(name).copied()
}

/// The code for an answer of which only the status is known.
#[must_use]
pub fn for_status(status: StatusCode) -> &'static Code {
    match status.as_u16() {
        401 => UNAUTHENTICATED,
        403 => FORBIDDEN,
        404 => NOT_FOUND,
        405 => METHOD_NOT_ALLOWED,
        406 => NOT_ACCEPTABLE,
        408 | 504 => TIMED_OUT,
        413 => PAYLOAD_TOO_LARGE,
        414 => URI_TOO_LONG,
        415 => UNSUPPORTED_MEDIA_TYPE,
        429 => RATE_LIMITED,
        503 => UNAVAILABLE,
        400..=499 => BAD_REQUEST,
        _ => INTERNAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_of_the_api_hides_one_of_the_domain() {
        let others = anze_domain::codes().len() + anze_persistence::codes().len();
        assert_eq!(all().count(), CODES.len() + others);
    }

    #[test]
    fn status_follows_kind_or_the_table() {
        assert_eq!(status(anze_domain::base::code::WRONG_STATE), StatusCode::CONFLICT);
        assert_eq!(status(VERSION_STALE), StatusCode::PRECONDITION_FAILED);
        assert_eq!(status(REQUIRED), StatusCode::UNPROCESSABLE_ENTITY);
    }
}
