use std::{num::NonZeroU32, time::Duration};

use actix_web::{get, test::TestRequest};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    http::{language::Language, problem::ApiError, respond::Reply},
    testing::{answer, answer_of, answers, settings},
};

#[utoipa::path(tag = "faults", responses((status = 200, description = "Never")))]
#[get("/panic")]
async fn get_panic() -> Result<Reply, ApiError> {
    panic!("the inside: {}", 42)
}

#[utoipa::path(tag = "faults", responses((status = 200, description = "Too late")))]
#[get("/slow")]
async fn get_slow() -> Result<Reply, ApiError> {
    tokio::time::sleep(Duration::from_secs(30)).await;
    Ok(Reply::no_content())
}

#[utoipa::path(tag = "faults", responses((status = 200, description = "Never")))]
#[get("/foreign")]
async fn get_foreign() -> Result<Reply, actix_web::Error> {
    Err(actix_web::error::ErrorInternalServerError("the inside: 42"))
}

#[utoipa::path(tag = "faults", responses((status = 204, description = "Fine")))]
#[get("/api/fine")]
async fn get_fine() -> Result<Reply, ApiError> {
    Ok(Reply::no_content())
}

#[utoipa::path(tag = "faults", responses((status = 204, description = "Fine, for a year")), extensions(
    ("x-deprecated-since" = json!("2026-11-25")), ("x-sunset" = json!("2027-11-25"))))]
#[get("/api/old")]
async fn get_old() -> Result<Reply, ApiError> {
    Ok(Reply::no_content())
}

/// Has the name of an operation that permission knows.
#[utoipa::path(tag = "faults", responses((status = 204, description = "Fine")))]
#[get("/guarded")]
async fn list_projects() -> Result<Reply, ApiError> {
    Ok(Reply::no_content())
}

fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(get_panic)
        .service(get_slow)
        .service(get_foreign)
        .service(get_fine)
        .service(get_old)
        .service(list_projects);
}

fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

#[actix_web::test]
async fn failures_say_nothing_of_the_inside() {
    for path in ["/panic", "/foreign"] {
        let answer = answer(mount, get(path)).await;
        assert_eq!(answer.code(), (500, "internal"));
        assert!(!answer.body.to_string().contains("inside"));
        assert_eq!(answer.body["instance"], path);
        assert_eq!(answer.body["request_id"], answer.header("x-request-id"));
    }
}

#[actix_web::test]
async fn what_is_on_its_way_out_says_so_in_every_answer() {
    let old = answer(mount, get("/api/old")).await;
    assert_eq!(old.header("deprecation"), "@1795536000");
    assert_eq!(old.header("sunset"), "Wed, 24 Nov 2027 16:00:00 GMT");
    let document = crate::server::openapi::document_of(mount, Language::English);
    assert_eq!(document["paths"]["/api/old"]["get"]["deprecated"], true);
    assert_eq!(document["paths"]["/api/fine"]["get"]["deprecated"], serde_json::Value::Null);
    assert_eq!(answer(mount, get("/api/fine")).await.header("deprecation"), "");
}

#[actix_web::test]
async fn refusals_of_identity_keep_their_code_and_headers() {
    let answer = answer(mount, get("/guarded").insert_header(("authorization", "Bearer x"))).await;
    assert_eq!(answer.code(), (401, "unauthenticated"));
    assert_eq!(answer.body["errors"], serde_json::Value::Null);
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
}

#[actix_web::test]
async fn an_error_of_a_middleware_is_written_as_it_was_meant() {
    use actix_web::{App, HttpResponse, middleware::from_fn, web};
    let refuse = from_fn(|_request, _next: actix_web::middleware::Next<actix_web::body::BoxBody>| async {
        let violation = anze_domain::Violation::new(anze_domain::base::code::WRONG_STATE)
            .with("status", anze_domain::Words::verbatim("草稿"));
        Err::<actix_web::dev::ServiceResponse<actix_web::body::BoxBody>, _>(ApiError::from(violation).into())
    });
    let app = App::new().default_service(web::to(HttpResponse::Ok)).wrap(refuse);
    let answer = answer_of(app, get("/guarded")).await;
    assert_eq!(answer.code(), (409, "wrong_state"));
    assert_eq!(answer.body["rule"], "A4");
}

#[actix_web::test]
async fn time_is_limited() {
    let mut settings = settings();
    settings.request_timeout = Duration::from_millis(20);
    let answer = answers(settings, mount, [get("/slow")]).await.remove(0);
    assert_eq!(answer.code(), (503, "timed_out"));
    assert_eq!(answer.header("retry-after"), "1");
}

#[actix_web::test]
async fn unknown_paths_and_methods_are_problems() {
    assert_eq!(answer(mount, get("/nowhere")).await.code(), (404, "not_found"));
    let answer = answer(mount, TestRequest::delete().uri("/api/fine")).await;
    assert_eq!(answer.code(), (405, "method_not_allowed"));
    assert_eq!(answer.header("allow"), "GET, HEAD");
}

#[actix_web::test]
async fn unacceptable_is_said() {
    let answer = answer(mount, get("/api/fine").insert_header(("accept", "text/csv"))).await;
    assert_eq!(answer.code(), (406, "not_acceptable"));
}

#[actix_web::test]
async fn queries_are_refused_where_there_are_none() {
    assert_eq!(answer(mount, get("/api/fine?a=1")).await.code(), (400, "unknown_parameter"));
}

#[actix_web::test]
async fn every_answer_has_its_headers() {
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request =
        get("/api/fine").insert_header(("x-request-id", "abc")).insert_header(("traceparent", trace));
    let given = answer(mount, request).await;
    assert_eq!(given.status, 204);
    assert_eq!(given.header("x-request-id"), "abc");
    assert!(given.header("traceparent").starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
    assert_eq!(given.header("x-content-type-options"), "nosniff");
    assert_eq!(given.header("cache-control"), "no-store");
    let made = answer(mount, get("/nowhere").insert_header(("x-request-id", "a b"))).await;
    assert_eq!(made.header("x-request-id").len(), 36);
    assert_eq!(made.header("traceparent").len(), 55);
}

#[actix_web::test]
async fn english_is_spoken_where_preferred() {
    let english = answer(mount, get("/nowhere").insert_header(("accept-language", "en"))).await;
    assert_eq!(
        (english.body["title"].as_str(), english.header("content-language")),
        (Some("Not found"), "en")
    );
    let chinese = answer(mount, get("/nowhere")).await;
    assert_eq!(chinese.body["title"], "未找到");
}

#[actix_web::test]
async fn one_too_many_is_told_when_to_come_again() {
    let mut settings = settings();
    settings.rate_limit_per_minute = NonZeroU32::new(60).unwrap();
    settings.rate_limit_burst = NonZeroU32::new(2).unwrap();
    let with = |token: &str| get("/api/fine").insert_header(("authorization", token.to_owned()));
    let requests = [with("Bearer a"), with("Bearer a"), with("Bearer a"), with("Bearer b")];
    let answers = answers(settings, mount, requests).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses, [204, 204, 429, 204]);
    assert_eq!(answers[0].header("ratelimit-policy"), "\"caller\";q=2;w=2");
    assert_eq!(answers[0].header("ratelimit"), "\"caller\";r=1;t=1");
    assert_eq!(answers[2].header("ratelimit"), "\"caller\";r=0;t=2");
    assert_eq!(answers[2].header("retry-after"), "1");
}

#[actix_web::test]
async fn listed_origins_read_failures_too() {
    let mut settings = settings();
    settings.cors_origins = vec!["https://app.example".to_owned()];
    let from = |path: &str, origin: &'static str| get(path).insert_header(("origin", origin));
    let requests = [
        from("/panic", "https://app.example"),
        from("/api/fine", "https://app.example"),
        from("/api/fine", "https://evil.example"),
    ];
    let answers = answers(settings, mount, requests).await;
    let allowed: Vec<_> = answers.iter().map(|answer| answer.header("access-control-allow-origin")).collect();
    assert_eq!(allowed, ["https://app.example", "https://app.example", ""]);
}
