//! What operators and clients of every kind meet: readiness, compression, other origins, a stop in the middle of work.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread::sleep,
    time::Duration,
};

use anze_api::app::settings::Settings;
use anze_tests::{Binary, Cast, Database, Stage, World, actors, both_databases, postgres};
use reqwest::Method;
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_anze-under-test");
const ORIGIN: &str = "https://app.example";

fn with_an_origin(settings: &mut Settings) {
    settings.cors_origins = vec![ORIGIN.to_owned()];
}

/// Ready only while every part is well, and it says which is not; alive all the while.
#[both_databases(settings = with_an_origin)]
fn readiness_names_what_is_not_well(world: &World) {
    let nobody = world.anonymous();
    let ready = nobody.get("/readyz").send().expect(200);
    assert_eq!(ready["ready"], true);
    // Where files are staged something else lies.
    let staging = world.data_dir().join("files/staging");
    std::fs::remove_dir_all(&staging).expect("the directory is removed");
    std::fs::write(&staging, "no directory").expect("a file is put there");
    let told = nobody.get("/readyz").send().expect(503);
    assert_eq!(told["ready"], false, "{told}");
    assert!(told.header("retry-after").is_some(), "{told}");
    let parts = told["parts"].as_array().expect("parts");
    let files = parts.iter().find(|part| part["name"] == "file_store").expect("the file store is one");
    assert_eq!(files["ready"], false, "{told}");
    assert!(
        parts.iter().filter(|part| part["name"] != "file_store").all(|part| part["ready"] == true),
        "{told}"
    );
    nobody.get("/livez").send().expect(200);
    std::fs::remove_file(&staging).expect("the file is removed");
    nobody.get("/readyz").send().expect(200);
}

/// Compressed when asked, under a tag of its own that names the same version.
#[both_databases(settings = with_an_origin)]
fn what_is_compressed_has_its_own_tag(world: &World) {
    let cast = Cast::new(world);
    let draft = cast.contractor.create("/api/v1/projects", actors::project_body(&cast));
    let plain = cast.contractor.get(&draft.path).send().expect(200);
    assert_eq!(plain.header("content-encoding"), None);
    let ask = || cast.contractor.get(&draft.path).header("accept-encoding", "gzip").outside_the_contract();
    let coded = ask().send().expect(200);
    assert_eq!(coded.header("content-encoding"), Some("gzip"), "{coded}");
    assert!(coded.bytes.starts_with(&[0x1f, 0x8b]) && coded.bytes.len() < plain.bytes.len());
    assert_eq!(coded.etag(), format!("{}-gzip\"", plain.etag().trim_end_matches('"')));
    ask().header("if-none-match", &coded.etag()).send().expect(304);
    ask().header("if-none-match", &plain.etag()).send().expect(304);
    // It is a version to change at like the plain one.
    let changed = cast
        .contractor
        .put(&draft.path)
        .if_match(coded.etag())
        .json(actors::project_body(&cast))
        .send()
        .expect(200);
    cast.contractor
        .put(&draft.path)
        .if_match(coded.etag())
        .json(actors::project_body(&cast))
        .send()
        .problem(412, "version_stale");
    ask().header("if-none-match", &coded.etag()).send().expect(200);
    assert_ne!(changed.etag(), plain.etag());
}

/// Pages of a listed origin may call and are told so beforehand; others are not.
#[both_databases(settings = with_an_origin)]
fn a_page_of_a_listed_origin_may_call(world: &World) {
    let ask = |origin: &str| {
        let asked = world.anonymous().request(Method::OPTIONS, "/api/v1/projects").outside_the_contract();
        asked
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "authorization, content-type, idempotency-key, if-match",
            )
            .send()
    };
    let told = ask(ORIGIN).expect(200);
    assert_eq!(told.header("access-control-allow-origin"), Some(ORIGIN), "{told:?}");
    assert!(
        told.header("access-control-allow-methods").is_some_and(|methods| methods.contains("POST")),
        "{told:?}"
    );
    let headers = told.header("access-control-allow-headers").unwrap_or_default().to_ascii_lowercase();
    assert!(
        ["authorization", "idempotency-key", "if-match"].iter().all(|name| headers.contains(name)),
        "{headers}"
    );
    assert_eq!(ask("https://elsewhere.example").header("access-control-allow-origin"), None);
    let answer = world.anonymous().get("/api/v1/reference").header("origin", ORIGIN).send().expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
}

/// What asks for credentials in its body says 401 in the contract too.
#[both_databases(settings = with_an_origin)]
fn wrong_credentials_are_in_the_contract(world: &World) {
    let nobody = world.anonymous();
    let login = json!({ "login_name": "nobody", "password": "not the password" });
    nobody.post("/api/v1/auth/login").json(login).send().problem(401, "invalid_credentials");
    let refresh = json!({ "refresh_token": "a".repeat(48) });
    nobody.post("/api/v1/auth/refresh").json(refresh).send().problem(401, "session_ended");
    let document: serde_json::Value = nobody.get("/openapi.json").outside_the_contract().send().body;
    for path in ["login", "refresh"] {
        let responses = &document["paths"][format!("/api/v1/auth/{path}")]["post"]["responses"];
        assert!(responses["401"].is_object(), "{path}: {responses}");
    }
}

/// SIGTERM in the middle of a request: it is finished and answered, then the process ends well.
fn what_was_begun_is_finished(database: Database, name: &str) {
    let Some(mut binary) = Binary::start(PROGRAM, database) else { return postgres::left_out(name) };
    let cast = Cast::before(&binary);
    let project = cast.bring_to(Stage::Registered).project;
    let body = actors::policy_body(&project, "1000.00").to_string();
    let token = cast.insurer_system.token().expect("a token");
    let mut stream = TcpStream::connect(binary.address()).expect("it listens");
    let head = format!(
        "POST /api/v1/policies HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let (first, rest) = body.as_bytes().split_at(body.len() / 2);
    stream.write_all(head.as_bytes()).expect("the head is sent");
    stream.write_all(first).expect("half of the body is sent");
    sleep(Duration::from_millis(500));
    binary.ask_to_stop();
    sleep(Duration::from_millis(500));
    stream.write_all(rest).expect("the rest is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it is answered");
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(binary.wait(), "it ended badly");
    binary.start_again();
    let after = cast.insurer_system.speaking_as(cast.insurer_system.at(&binary.base_url()));
    assert_eq!(after.all("/api/v1/policies").len(), 1);
}

#[test]
fn what_was_begun_is_finished_on_sqlite() {
    what_was_begun_is_finished(Database::Sqlite, "what_was_begun_is_finished::sqlite");
}

#[test]
fn what_was_begun_is_finished_on_postgres() {
    what_was_begun_is_finished(Database::Postgres, "what_was_begun_is_finished::postgres");
}
