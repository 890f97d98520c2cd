//! The contract in each language, as it is served.

use std::sync::LazyLock;

use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web};

use crate::{
    http::{contract::Contract, language::Language},
    server::openapi,
};

/// A browser asks again after a minute. The page names its scripts by their digest.
pub(super) const CACHED: &str = "public, max-age=60";

/// The contract in this language.
pub(super) fn document(language: Language, contract: &Contract) -> web::Bytes {
    // Made at the first question: most servers are never asked.
    static CHINESE: LazyLock<web::Bytes> =
        LazyLock::new(|| web::Bytes::from(openapi::json(&openapi::document(Language::Chinese))));
    match language {
        Language::English => contract.json(),
        Language::Chinese => CHINESE.clone(),
    }
}

/// Answers with the contract, its texts in English.
pub(super) async fn openapi_json(contract: web::Data<Contract>) -> HttpResponse {
    json(document(Language::English, &contract))
}

/// Answers with the contract, its texts in Chinese.
pub(super) async fn openapi_zh_json(contract: web::Data<Contract>) -> HttpResponse {
    json(document(Language::Chinese, &contract))
}

/// Answers with the contract for import into Postman, its texts in English.
pub(super) async fn openapi_postman_json() -> HttpResponse {
    static ENGLISH: LazyLock<web::Bytes> = LazyLock::new(|| for_postman(Language::English));
    json(ENGLISH.clone())
}

/// Answers with the contract for import into Postman, its texts in Chinese.
pub(super) async fn openapi_zh_postman_json() -> HttpResponse {
    static CHINESE: LazyLock<web::Bytes> = LazyLock::new(|| for_postman(Language::Chinese));
    json(CHINESE.clone())
}

fn for_postman(language: Language) -> web::Bytes {
    web::Bytes::from(openapi::json(&openapi::for_postman(openapi::document(language))))
}

fn json(body: web::Bytes) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, CACHED)).content_type("application/json").body(body)
}
