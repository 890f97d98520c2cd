use actix_web::{HttpRequest, get, http::StatusCode, post, put, test::TestRequest, web::Bytes};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::*;
use crate::{
    http::{
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    testing::answer,
};

#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
struct ThingInput {
    #[schema(min_length = 1, max_length = 5)]
    name: String,
    #[schema(minimum = 1, maximum = 9)]
    count: i32,
    #[schema(max_items = 3)]
    #[validate(nested)]
    parts: Vec<PartInput>,
    note: Option<String>,
}

#[derive(Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
struct PartInput {
    #[validate(range(min = 2))]
    size: i32,
}

#[derive(Default, Deserialize, Serialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
struct ReasonInput {
    reason: Option<String>,
}

#[utoipa::path(tag = "things", request_body = ThingInput, responses((status = 201, description = "Made")))]
#[post("/things")]
async fn make_thing(Json(thing): Json<ThingInput>) -> Result<Reply, ApiError> {
    Reply::created("/things/1", &thing, 1)
}

#[utoipa::path(tag = "things", params(IfMatch, ("id" = uuid::Uuid, Path)), request_body = Option<ReasonInput>,
    responses((status = 200, description = "Done")))]
#[put("/things/{id}")]
async fn put_thing(
    _id: Path<anze_domain::Id<ThingInput>>,
    version: IfMatch,
    OptionalJson(reason): OptionalJson<ReasonInput>,
) -> Result<Reply, ApiError> {
    version.check(3)?;
    Reply::ok(&reason, 4)
}

#[utoipa::path(tag = "things", params(PageQuery), responses((status = 200, description = "A page", body = Page<ThingInput>)))]
#[get("/things")]
async fn list_things(request: HttpRequest, query: Query<PageQuery>) -> Result<Reply, ApiError> {
    query.0.after::<i32>(&())?;
    Page::of((0..100).collect(), true, &(), |item: &i32| *item)?.reply(request.uri())
}

fn mount(config: &mut ServiceConfig<'_>) {
    config.service(make_thing).service(put_thing).service(list_things);
}

fn post(body: impl Into<Bytes>) -> TestRequest {
    TestRequest::post().uri("/things").insert_header(("content-type", "application/json")).set_payload(body)
}

fn thing() -> serde_json::Value {
    json!({ "name": "钉子", "count": 1, "parts": [{ "size": 2 }] })
}

#[actix_web::test]
async fn a_good_body_comes_through() {
    let answer = answer(mount, post(thing().to_string())).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.body["name"], "钉子");
    assert_eq!(answer.header("location"), "/things/1");
}

#[actix_web::test]
async fn whole_numbers_may_have_a_point() {
    let body = r#"{"name": "a", "count": 2.0, "parts": []}"#;
    assert_eq!(answer(mount, post(body)).await.body["count"], 2);
}

#[actix_web::test]
async fn all_wrong_fields_are_named_at_once() {
    let answer =
        answer(mount, post(json!({ "name": "123456", "count": 10, "parts": [{}, {}, {}, {}] }).to_string()))
            .await;
    assert_eq!(answer.code(), (422, "invalid_input"));
    let expected = [
        ("/count", "out_of_range"),
        ("/name", "too_long"),
        ("/parts", "too_many"),
        ("/parts/0/size", "required"),
        ("/parts/1/size", "required"),
        ("/parts/2/size", "required"),
        ("/parts/3/size", "required"),
    ];
    assert_eq!(answer.fields(), expected);
}

#[actix_web::test]
async fn what_cannot_be_read_is_400() {
    for (body, code, fields) in [
        ("{", "not_json", vec![]),
        ("", "not_json", vec![]),
        ("{} x", "not_json", vec![]),
        (r#"{"name": "\ud800"}"#, "not_json", vec![]),
        (r#"{"name": 1, "count": 1, "parts": []}"#, "wrong_type", vec![("/name", "wrong_type")]),
        (
            r#"{"name": "a", "count": 1, "parts": [], "x/y": 1}"#,
            "unknown_field",
            vec![("/x~1y", "unknown_field")],
        ),
        (
            r#"{"name": "a", "name": "b", "count": 1, "parts": []}"#,
            "duplicate_field",
            vec![("/name", "duplicate_field")],
        ),
        (
            r#"{"name": "", "count": "1", "parts": []}"#,
            "unreadable_body",
            vec![("/count", "wrong_type"), ("/name", "too_short")],
        ),
    ] {
        let answer = answer(mount, post(body)).await;
        assert_eq!(answer.code(), (400, code), "{body}");
        if !fields.is_empty() {
            assert_eq!(answer.fields(), fields, "{body}");
        }
    }
}

#[actix_web::test]
async fn control_characters_are_refused() {
    let mut body = thing();
    body["note"] = json!("a\nb\tc");
    assert_eq!(answer(mount, post(body.to_string())).await.status, 201);
    body["note"] = json!("a\u{0}b");
    let answer = answer(mount, post(body.to_string())).await;
    assert_eq!(answer.code(), (422, "invalid_input"));
    assert!(answer.fields().contains(&("/note", "control_character")), "{:?}", answer.fields());
}

#[actix_web::test]
async fn rules_of_the_type_come_after_the_schema() {
    let mut body = thing();
    body["parts"] = json!([{ "size": 2 }, { "size": 1 }]);
    let answer = answer(mount, post(body.to_string())).await;
    assert_eq!(answer.fields(), [("/parts/1/size", "out_of_range")]);
}

#[actix_web::test]
async fn media_type_and_size_are_held_to() {
    let text =
        TestRequest::post().uri("/things").insert_header(("content-type", "text/plain")).set_payload("{}");
    assert_eq!(answer(mount, text).await.code(), (415, "unsupported_media_type"));
    let coded = post("{}").insert_header(("content-encoding", "gzip"));
    assert_eq!(answer(mount, coded).await.code(), (415, "unsupported_media_type"));
    let large = post(vec![b' '; (1 << 20) + 1]);
    assert_eq!(answer(mount, large).await.code(), (413, "payload_too_large"));
}

#[actix_web::test]
async fn a_change_names_the_version_it_saw() {
    let put = || TestRequest::put().uri("/things/01997a3c-7d2e-7000-8000-000000000001");
    assert_eq!(answer(mount, put()).await.code(), (428, "version_required"));
    assert_eq!(
        answer(mount, put().insert_header(("if-match", "\"2-a\""))).await.code(),
        (412, "version_stale")
    );
    let fresh = answer(mount, put().insert_header(("if-match", "\"3-a\""))).await;
    assert_eq!(fresh.status, 200);
    assert!(fresh.header("etag").starts_with("\"4-"));
}

#[actix_web::test]
async fn what_is_no_id_is_not_found() {
    for id in ["7", "01997a3c7d2e70008000000000000001", "%7b01997a3c-7d2e-7000-8000-000000000001%7d"] {
        let request = TestRequest::put().uri(&format!("/things/{id}")).insert_header(("if-match", "*"));
        assert_eq!(answer(mount, request).await.code(), (404, "not_found"), "{id}");
    }
}

#[actix_web::test]
async fn parameters_are_known_and_given_once() {
    for (query, code, pointer) in [
        ("x=1", "unknown_parameter", "/x"),
        ("limit=0", "invalid_parameter", "/limit"),
        ("limit=101", "invalid_parameter", "/limit"),
        ("limit=ten", "invalid_parameter", "/limit"),
        ("limit=1&limit=2", "invalid_parameter", "/limit"),
        ("cursor=%ff", "invalid_parameter", "/cursor"),
        ("cursor=AAAA", "bad_cursor", "/cursor"),
    ] {
        let answer = answer(mount, TestRequest::get().uri(&format!("/things?{query}"))).await;
        assert_eq!(answer.code(), (400, code), "{query}");
        assert_eq!(answer.fields()[0].0, pointer, "{query}");
    }
    let page = answer(mount, TestRequest::get().uri("/things?limit=100")).await;
    assert_eq!(page.body["items"].as_array().unwrap().len(), 100);
    assert!(page.header("link").starts_with("</things?limit=100&cursor="));
}
