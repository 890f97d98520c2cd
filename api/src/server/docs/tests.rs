use actix_web::{
    App, HttpResponse,
    body::to_bytes,
    http::{
        StatusCode,
        header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, VARY},
    },
    test::{TestRequest, call_service, init_service},
    web,
};
use serde_json::json;

use super::{guides, mount};
use crate::http::{contract::Contract, language::Language};

struct Answer {
    response: HttpResponse<()>,
    body: String,
}

impl Answer {
    fn status(&self) -> StatusCode {
        self.response.status()
    }

    fn header(&self, name: impl actix_web::http::header::AsHeaderName) -> &str {
        self.response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

async fn get(path: &str, languages: &str) -> Answer {
    let contract = Contract::new(&json!({
        "info": { "description": "How to **begin**." },
        "paths": {},
    }));
    let app = App::new().app_data(web::Data::new(contract.unwrap())).configure(mount);
    let app = init_service(app).await;
    let request = TestRequest::get().uri(path).insert_header((ACCEPT_LANGUAGE, languages)).to_request();
    let (_, response) = call_service(&app, request).await.into_parts();
    let (response, body) = response.into_parts();
    let body = to_bytes(body).await.unwrap_or_default();
    Answer { response, body: String::from_utf8_lossy(&body).into_owned() }
}

#[actix_web::test]
async fn the_page_comes_in_the_preferred_language() {
    for (path, languages, language) in [
        ("/docs/", "", "zh-CN"),
        ("/docs/", "en", "en"),
        ("/docs/zh", "en", "zh-CN"),
        ("/docs/en", "zh", "en"),
    ] {
        let page = get(path, languages).await;
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        assert_eq!(page.header(CONTENT_LANGUAGE), language, "{path} {languages}");
        assert!(page.body.contains(&format!("<html lang=\"{language}\"")), "{path} {languages}");
        assert_eq!(page.header(VARY), if path == "/docs/" { "Accept-Language" } else { "" }, "{path}");
    }
    assert_eq!(get("/docs/fr", "").await.status(), StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn the_introduction_is_the_description_of_the_contract() {
    let page = get("/docs/en", "").await;
    assert!(page.body.contains("<p>How to <strong>begin</strong>.</p>"), "{}", page.body);
}

#[actix_web::test]
async fn nothing_on_a_page_comes_from_elsewhere_or_stands_inline() {
    for path in ["/docs/zh", "/docs/en", "/docs/problems"] {
        let page = get(path, "").await;
        assert!(page.header(CONTENT_SECURITY_POLICY).starts_with("default-src 'none'; script-src 'self';"));
        assert!(!page.header(CONTENT_SECURITY_POLICY).contains("unsafe"));
        for forbidden in ["<style", " style=", "<script>", " onclick=", "src=\"http", "src=\"//"] {
            assert!(!page.body.contains(forbidden), "{path}: {forbidden}");
        }
    }
}

#[actix_web::test]
async fn a_browser_keeps_what_the_page_names() {
    let page = get("/docs/en", "").await;
    let addresses = page.body.split('"').filter(|text| text.starts_with("/docs/assets/"));
    let addresses: Vec<&str> = addresses.collect();
    for name in ["page.css", "page.js", "icon.svg", "swagger-ui.css", "swagger-ui-bundle.js"] {
        let address = addresses.iter().find(|address| address.ends_with(&format!("/{name}")));
        let asset = get(address.unwrap(), "").await;
        assert_eq!(asset.status(), StatusCode::OK, "{name}");
        assert_eq!(asset.header(CACHE_CONTROL), "public, max-age=31536000, immutable", "{name}");
        assert!(!asset.body.is_empty(), "{name}");
        // An address of another version may not be kept: what it leads to changes.
        let old = get(&format!("/docs/assets/0/{name}"), "").await;
        assert_eq!(old.header(CACHE_CONTROL), "no-cache", "{name}");
    }
    for name in ["contract.js", "login.js", "requests.js", "words.js"] {
        let asset = get(&format!("/docs/assets/0/{name}"), "").await;
        assert_eq!(asset.status(), StatusCode::OK, "{name}");
    }
    assert_eq!(get("/docs/assets/0/swagger-initializer.js", "").await.status(), StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn every_guide_has_its_page_and_leads_to_pages() {
    for (language, other) in [(Language::Chinese, "/docs/en"), (Language::English, "/docs/zh")] {
        for guide in guides::of(language) {
            let page = get(&guide.address(), "").await;
            assert_eq!(page.status(), StatusCode::OK, "{}", guide.address());
            assert_eq!(page.header(CONTENT_LANGUAGE), language.tag());
            assert!(page.body.contains(other), "{} does not lead to the other language", guide.address());
            // What is no address on this server leads to a file, which the server does not have.
            for link in page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(link.starts_with(['/', '#']) || link.contains("://"), "{}: {link}", guide.address());
            }
        }
    }
    assert_eq!(get("/docs/en/guides/nothing", "").await.status(), StatusCode::NOT_FOUND);
}

#[test]
fn each_guide_comes_in_both_languages() {
    let names = |language| guides::of(language).map(|guide| guide.name()).collect::<Vec<_>>();
    assert_eq!(names(Language::Chinese), names(Language::English));
}
