//! The documentation that the service brings along: the contract, its pages and the list of problems.

use std::{fmt::Write, sync::LazyLock};

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, LOCATION},
    web,
};
use anze_domain::base::regulation::with_numbers;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::openapi;
use crate::http::{catalogue, contract::Contract, examples::example, language::Language};

/// Mounts the documentation, which is no part of the contract itself.
pub fn mount(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/openapi.json").get(openapi_json))
        .service(web::resource("/openapi.zh.json").get(openapi_zh_json))
        .service(web::resource("/docs/problems").get(problems))
        .service(web::resource("/docs").get(to_docs))
        .service(
            SwaggerUi::new("/docs/{file:.*}").config(Config::from("/openapi.json").validator_url("none")),
        );
}

async fn openapi_json(contract: web::Data<Contract>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=60"))
        .content_type("application/json")
        .body(contract.json())
}

async fn openapi_zh_json() -> HttpResponse {
    // Made at the first question: most servers are never asked.
    static CHINESE: LazyLock<web::Bytes> =
        LazyLock::new(|| web::Bytes::from(openapi::document(Language::Chinese).to_string()));
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=60"))
        .content_type("application/json")
        .body(CHINESE.clone())
}

async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}

async fn problems() -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(problems_page())
}

/// The page that the `type` of each problem leads to, written from the catalogue.
fn problems_page() -> String {
    let mut page = String::from(concat!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>Anze 安责 · 错误 Problems</title>",
        "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}",
        "code{background:#eee;padding:0 .3em}:target{background:#ffd}</style><h1>错误 · Problems</h1>",
    ));
    for code in catalogue::all() {
        let status = catalogue::status(code).as_u16();
        let rule = code.rule.map(|rule| format!(" · {}", escape(rule))).unwrap_or_default();
        let violation = example(code);
        let detail = |language: Language| escape(&language.texts(code, &violation.params).1);
        // Writing to a text does not fail.
        let _ = write!(
            page,
            "<section id=\"{name}\"><h2><code>{name}</code> · {status}{rule}</h2><p><b>{}</b> {}</p>\
             <p lang=\"en\"><b>{}</b> {}</p></section>",
            escape(&with_numbers(code.zh.0)),
            detail(Language::Chinese),
            escape(&with_numbers(code.en.0)),
            detail(Language::English),
            name = escape(code.name),
        );
    }
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_section() {
        let page = problems_page();
        for code in catalogue::all() {
            assert!(page.contains(&format!("<section id=\"{}\">", code.name)));
        }
    }
}
