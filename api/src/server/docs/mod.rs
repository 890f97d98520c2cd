//! The documentation that the service brings along: the contract, its page, the guides and the list of problems.

mod assets;
mod document;
mod guides;
mod markdown;
mod page;
mod problems;
#[cfg(test)]
mod tests;

use actix_web::{HttpResponse, http::header::LOCATION, web};

/// Mounts the documentation, which is no part of the contract itself.
pub fn mount(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/openapi.json").get(document::openapi_json))
        .service(web::resource("/openapi.zh.json").get(document::openapi_zh_json))
        .service(web::resource("/openapi.postman.json").get(document::openapi_postman_json))
        .service(web::resource("/openapi.zh.postman.json").get(document::openapi_zh_postman_json))
        .service(web::resource("/docs").get(to_docs))
        .service(web::resource("/docs/").get(page::negotiated))
        .service(web::resource("/docs/problems").get(problems::problems))
        .service(web::resource("/docs/assets/{version}/{name}").get(assets::asset))
        .service(web::resource("/docs/{language:zh|en}").get(page::in_language))
        .service(web::resource("/docs/{language:zh|en}/guides/{name}").get(guides::guide));
}

async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}
