//! The documentation that the service brings along: the contract, its page, the guides and the list of problems.

mod assets;
mod guides;
mod markdown;
mod page;
mod problems;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, LOCATION},
    web,
};

use super::openapi;
use crate::http::{contract::Contract, language::Language};

/// Mounts the documentation, which is no part of the contract itself.
pub fn mount(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/openapi.json").get(openapi_json))
        .service(web::resource("/openapi.zh.json").get(openapi_zh_json))
        .service(web::resource("/docs").get(to_docs))
        .service(web::resource("/docs/").get(page::negotiated))
        .service(web::resource("/docs/problems").get(problems::problems))
        .service(web::resource("/docs/assets/{version}/{name}").get(assets::asset))
        .service(web::resource("/docs/{language:zh|en}").get(page::in_language))
        .service(web::resource("/docs/{language:zh|en}/guides/{name}").get(guides::guide));
}

/// The contract in this language.
fn document(language: Language, contract: &Contract) -> web::Bytes {
    // Made at the first question: most servers are never asked.
    static CHINESE: LazyLock<web::Bytes> =
        LazyLock::new(|| web::Bytes::from(openapi::document(Language::Chinese).to_string()));
    match language {
        Language::English => contract.json(),
        Language::Chinese => CHINESE.clone(),
    }
}

async fn openapi_json(contract: web::Data<Contract>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, page::CACHED))
        .content_type("application/json")
        .body(document(Language::English, &contract))
}

async fn openapi_zh_json(contract: web::Data<Contract>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, page::CACHED))
        .content_type("application/json")
        .body(document(Language::Chinese, &contract))
}

async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}
