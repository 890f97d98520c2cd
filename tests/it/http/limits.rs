//! What holds for every endpoint: how bad requests are told, versions, lists, languages, limits.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use anze_api::app::settings::Settings;
use anze_tests::{Answer, Cast, Stage, World, actors, both_databases, contract::contract};
use reqwest::Method;
use serde_json::{Value, json};

fn small(settings: &mut Settings) {
    settings.body_limit = 2048;
    settings.batch_limit = 8192;
    settings.header_limit = 4096;
    settings.header_timeout = Duration::from_secs(1);
}

/// A contractor sends this as a project.
fn send(cast: &Cast, body: &Value) -> Answer {
    cast.contractor.post("/api/v1/projects").json(body.clone()).send()
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["id"].as_str()).collect()
}

/// What the server answers to these bytes, which need not be HTTP: its status, media type and problem.
#[track_caller]
fn said_to(world: &World, bytes: &[u8]) -> (String, String, Value) {
    let answer = answer_to(world, bytes);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let media = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default();
    let problem = serde_json::from_str(body).unwrap_or_else(|_| panic!("no JSON: {answer}"));
    (head.lines().next().unwrap_or_default().to_owned(), media.to_owned(), problem)
}

/// All that the server sends after these bytes until it hangs up.
#[track_caller]
fn answer_to(world: &World, bytes: &[u8]) -> String {
    let base = world.base_url();
    let mut connection = TcpStream::connect(base.trim_start_matches("http://")).expect("it listens");
    connection.set_read_timeout(Some(Duration::from_secs(20))).expect("a time-out");
    connection.write_all(bytes).expect("it reads");
    let mut answer = Vec::new();
    // The server may hang up before it has read everything; what it said before is what counts.
    let _ = connection.read_to_end(&mut answer);
    String::from_utf8(answer).expect("text")
}

/// Also what is no HTTP, too large or too slow to be a request is told as a problem.
#[both_databases(settings = small)]
fn what_is_no_request_is_a_problem(world: &World) {
    let header = |length: usize| {
        format!(
            "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-long: {}\r\n\r\n",
            "a".repeat(length)
        )
    };
    let many: String = (0..100).map(|number| format!("x-{number}: 1\r\n")).collect();
    let cases = [
        (
            "GET /api/v1/projects?name=翔安 HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(),
            "HTTP/1.1 400 Bad Request",
            "unreadable_request",
        ),
        (
            "GET /livez HTTP/1.1\r\nhost: x\r\nx-a: \u{1}\r\n\r\n".to_owned(),
            "HTTP/1.1 400 Bad Request",
            "unreadable_request",
        ),
        (
            format!("GET /livez HTTP/1.1\r\nhost: x\r\n{many}\r\n"),
            "HTTP/1.1 431 Request Header Fields Too Large",
            "head_too_large",
        ),
        (header(140_000), "HTTP/1.1 431 Request Header Fields Too Large", "head_too_large"),
        (header(4096), "HTTP/1.1 431 Request Header Fields Too Large", "head_too_large"),
        ("GET /livez HTTP/1.1\r\nhost: x\r\n".to_owned(), "HTTP/1.1 408 Request Timeout", "request_too_slow"),
    ];
    for (bytes, line, code) in cases {
        let (said, media, problem) = said_to(world, bytes.as_bytes());
        assert_eq!(
            (said.as_str(), media.as_str(), &problem["code"]),
            (line, "application/problem+json", &json!(code))
        );
        assert!(problem["request_id"].is_string() && problem["status"].is_u64(), "{problem}");
    }
    let (said, ..) = said_to(world, header(3500).as_bytes());
    assert_eq!(said, "HTTP/1.1 200 OK");
}

/// A client that offers HTTP/2 is answered in HTTP/1.1, and told that the connection ends with the answer: Java's client would
/// send its next request into it.
#[both_databases]
fn an_offer_of_another_protocol_is_answered_once(world: &World) {
    let offer = "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\n\
                 http2-settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n\r\n";
    let answer = answer_to(world, offer.as_bytes());
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.contains("\r\nconnection: close"), "{head}");
    assert!(!body.contains("HTTP/1.1"), "{body}");
}

/// A batch has a limit of its own: many items are more than one body may be.
#[both_databases(settings = small)]
fn a_batch_is_larger_than_a_body(world: &World) {
    let cast = Cast::new(world);
    let project = cast.contractor.register_project(&cast);
    let batch = |count: usize| {
        let items: Vec<Value> = (0..count).map(|_| actors::policy_body(&project, "1000.00")).collect();
        let body = json!({ "items": items });
        (body.to_string().len(), cast.insurer.post("/api/v1/policies/batch").json(body).send())
    };
    let (size, answer) = batch(12);
    assert!(2048 < size && size < 8192, "{size} bytes");
    answer.expect(207);
    let (size, answer) = batch(60);
    assert!(size > 8192, "{size} bytes");
    answer.problem(413, "payload_too_large");
}

/// What cannot be read is 400, and says where.
#[both_databases(settings = small)]
fn what_cannot_be_read_is_told(world: &World) {
    let cast = Cast::new(world);
    let raw = |content_type: &str, body: &str| {
        cast.contractor.post("/api/v1/projects").body(content_type, body).send()
    };
    for broken in ["", "{", "[1", "{\"name\": \"a\"} x", "\u{feff}{}"] {
        raw("application/json", broken).problem(400, "not_json");
    }
    raw("text/plain", "{}").problem(415, "unsupported_media_type");
    let with = |pointer: &str, value: Value| {
        let mut body = actors::project_body(&cast);
        body[pointer] = value;
        send(&cast, &body)
    };
    with("colour", json!("red")).expect(400).invalid_field("/colour", "unknown_field");
    with("name", json!(7)).expect(400).invalid_field("/name", "wrong_type");
    with("location", json!({ "longitude": "118", "latitude": 24.5, "coordinate_system": "wgs84", "z": 1 }))
        .expect(400)
        .invalid_field("/location/longitude", "wrong_type")
        .invalid_field("/location/z", "unknown_field");
    raw("application/json", "{\"name\": \"a\", \"name\": \"b\"}")
        .expect(400)
        .invalid_field("/name", "duplicate_field");
    assert_eq!(cast.contractor.all("/api/v1/projects"), Vec::<Value>::new());
}

/// What can never be right is 422, all of it at once.
#[both_databases(settings = small)]
fn every_invalid_field_is_told_at_once(world: &World) {
    let cast = Cast::new(world);
    let mut body = actors::project_body(&cast);
    body["name"] = json!("");
    body["category"] = json!("castle");
    body["contract_price"] = json!("12.345");
    body["planned_start"] = json!("2026-02-30");
    body["leader_mobile"] = json!("12345678901");
    body.as_object_mut().expect("an object").remove("address");
    let told = send(&cast, &body).expect(422);
    let told = told
        .invalid_field("/name", "too_short")
        .invalid_field("/category", "not_allowed_value")
        .invalid_field("/address", "required");
    let pointers: BTreeSet<&str> =
        told["errors"].as_array().into_iter().flatten().filter_map(|one| one["pointer"].as_str()).collect();
    assert_eq!(
        pointers,
        BTreeSet::from([
            "/address",
            "/category",
            "/contract_price",
            "/leader_mobile",
            "/name",
            "/planned_start"
        ])
    );
}

/// Queries are held to the contract as bodies are.
#[both_databases(settings = small)]
fn queries_are_held_to_the_contract(world: &World) {
    let cast = Cast::new(world);
    let ask = |query: &str| cast.contractor.get(format!("/api/v1/projects?{query}")).send();
    ask("colour=red").problem(400, "unknown_parameter");
    ask("limit=3&limit=4").problem(400, "invalid_parameter");
    for bad in ["limit=0", "limit=101", "limit=-1", "limit=many", "status=new", "district=1", "sort=name"] {
        let answer = ask(bad);
        assert!([400, 422].contains(&answer.status.as_u16()), "{answer}");
    }
    // All at once, what is unknown first; a parameter that is missing too.
    let pointers = |answer: &anze_tests::Answer| -> Vec<String> {
        answer["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|it| it["pointer"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let told = ask("status=new&colour=red&limit=many&district=1").problem(400, "unknown_parameter");
    assert_eq!(pointers(&told), ["/colour", "/status", "/limit", "/district"]);
    let told = ask("status=new&limit=many").problem(400, "invalid_parameter");
    assert_eq!(pointers(&told), ["/status", "/limit"]);
    let told =
        cast.nobody().get("/api/v1/deadlines?working_days=two").send().problem(400, "invalid_parameter");
    assert_eq!(pointers(&told), ["/working_days", "/ended_at"]);
    for bad in ["cursor=x", "cursor=%21", "cursor=eyJrIjoxfQ"] {
        let answer = ask(bad);
        assert!(answer.status == 400, "{answer}");
    }
}

/// A list is walked from end to end without gap or repeat, also while others add to it; a cursor keeps to its list.
#[both_databases(settings = small)]
fn lists_are_walked_page_by_page(world: &World) {
    let cast = Cast::new(world);
    let make = || cast.contractor.create("/api/v1/projects", actors::project_body(&cast)).id;
    let made: Vec<String> = (0..7).map(|_| make()).collect();
    for (sort, mut expected) in
        [("-created_at", made.iter().rev().cloned().collect::<Vec<_>>()), ("created_at", made.clone())]
    {
        let mut path = format!("/api/v1/projects?limit=3&sort={sort}");
        let mut seen: Vec<String> = Vec::new();
        for page in 0.. {
            let answer = cast.contractor.get(&path).send().expect(200);
            seen.extend(ids(answer.items()).into_iter().map(str::to_owned));
            if page == 0 {
                let late = make();
                if sort == "created_at" {
                    expected.push(seen_before(&cast, &late));
                    expected.push(late);
                }
            }
            let Some(next) = answer["next_cursor"].as_str() else {
                assert_eq!(answer.header("link"), None);
                break;
            };
            let link = answer.header("link").unwrap_or_default().to_owned();
            assert!(link.contains(next) && link.ends_with("rel=\"next\""), "{link}");
            path = link.trim_start_matches('<').split('>').next().unwrap_or_default().to_owned();
        }
        expected.dedup();
        assert_eq!(seen, expected, "{sort}");
    }
    let first = cast.contractor.get("/api/v1/projects?limit=3").send().expect(200);
    let cursor = first.text("next_cursor");
    for other in ["&status=draft", "&sort=created_at"] {
        cast.contractor
            .get(format!("/api/v1/projects?limit=3&cursor={cursor}{other}"))
            .send()
            .problem(400, "bad_cursor");
    }
    cast.contractor.get(format!("/api/v1/commissions?cursor={cursor}")).send().problem(400, "bad_cursor");
}

/// A change needs the version that was read: missing 428, stale 412.
#[both_databases(settings = small)]
fn a_change_needs_the_version_that_was_read(world: &World) {
    let cast = Cast::new(world);
    let draft = cast.contractor.create("/api/v1/projects", actors::project_body(&cast));
    let put = || cast.contractor.put(&draft.path).json(actors::project_body(&cast));
    put().send().problem(428, "version_required");
    put().if_match("\"0-0000000000000000\"").send().problem(412, "version_stale");
    put().if_match("not a tag").send().problem(400, "invalid_header");
    let changed = put().if_match(&draft.etag).send().expect(200);
    put().if_match(&draft.etag).send().problem(412, "version_stale");
    assert_ne!(changed.etag(), draft.etag);
    assert_eq!(cast.contractor.read(&draft).etag, changed.etag());
}

/// What the caller has already is not sent again.
#[both_databases(settings = small)]
fn what_is_known_is_not_sent_again(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    for record in [&story.project, story.policy(), story.commission(), story.plan(), story.visit()] {
        let seen = cast.insurer.get(&record.path).send().expect(200);
        assert_eq!(seen.header("cache-control"), Some("no-store"), "{seen}");
        let known = |tag: &str| cast.insurer.get(&record.path).header("if-none-match", tag).send();
        assert!(known(&seen.etag()).expect(304).bytes.is_empty());
        known(&format!("\"other\", {}", seen.etag())).expect(304);
        known("\"other\"").expect(200);
    }
}

/// Chinese unless English is preferred; codes are the same in both.
#[both_databases(settings = small)]
fn problems_speak_two_languages(world: &World) {
    let cast = Cast::new(world);
    let ask = |language: &str| {
        cast.contractor
            .get("/api/v1/projects/019470d8-3c1c-7c8e-8000-000000000001")
            .header("accept-language", language)
            .send()
            .problem(404, "not_found")
    };
    for (language, title) in [
        ("zh-CN", "未找到"),
        ("fr", "未找到"),
        ("en-GB,en;q=0.8", "Not found"),
        ("en;q=0.3, zh;q=0.9", "未找到"),
    ] {
        let told = ask(language);
        assert_eq!(told["title"], title, "{language}: {told}");
        let expected = if title == "Not found" { "en" } else { "zh-CN" };
        assert_eq!(told.header("content-language"), Some(expected));
    }
}

/// A path takes the methods that the contract gives it, and says which.
#[both_databases(settings = small)]
fn another_method_is_told_which_are_taken(world: &World) {
    let operations = contract().operations();
    let paths: BTreeSet<&str> = operations.iter().map(|operation| operation.path.as_str()).collect();
    for path in paths {
        let taken: BTreeSet<&str> =
            operations.iter().filter(|one| one.path == path).map(|one| one.method.as_str()).collect();
        let asked = path.replace("{id}", "019470d8-3c1c-7c8e-8000-000000000001");
        let told = world.anonymous().request(Method::PATCH, asked).send().problem(405, "method_not_allowed");
        let allowed: BTreeSet<&str> =
            told.header("allow").unwrap_or_default().split(", ").filter(|method| *method != "HEAD").collect();
        assert_eq!(allowed, taken, "{path}");
    }
}

/// A path in percent-encoding is the path that it stands for, or none: never one that slips past who is asked.
#[both_databases(settings = small)]
fn a_path_in_percent_encoding_is_no_way_around(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Registered);
    let id = &story.project.id;
    let ask =
        |who: &anze_tests::Client, path: &str| who.get(path).outside_the_contract().send().status.as_u16();
    for path in [
        "/api/v1/%70rojects".to_owned(),
        "/%61pi/v1/projects".to_owned(),
        "/api/%76%31/projects?limit=1".to_owned(),
        "/%61%70%69/%76%31/%70%72%6F%6A%65%63%74%73".to_owned(),
        format!("/api/v1/project%73/{id}"),
        format!("/api/v1/projects/{id}/%74imeline"),
    ] {
        assert_eq!((ask(cast.nobody(), &path), ask(&cast.contractor, &path)), (401, 200), "{path}");
        let answer = cast.contractor.get(&path).outside_the_contract().send();
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        cast.contractor
            .get(format!("{}{}colour=red", path, if path.contains('?') { '&' } else { '?' }))
            .outside_the_contract()
            .send()
            .problem(400, "unknown_parameter");
    }
    for path in [
        format!("/api/v1/projects%2F{id}"),
        "/api/v1/%2570rojects".to_owned(),
        "/api/v1/projects%20".to_owned(),
        "/api/v1/%2e%2e/projects".to_owned(),
        "/api/v1/projects%ff".to_owned(),
        "/api/v1/projects%00".to_owned(),
        "/api/v1%2Fprojects".to_owned(),
        "/api//v1/projects".to_owned(),
    ] {
        assert_eq!((ask(cast.nobody(), &path), ask(&cast.contractor, &path)), (404, 404), "{path}");
    }
    let posted = cast.nobody().post("/api/v1/%70rojects").json(json!({})).outside_the_contract().send();
    posted.problem(401, "unauthenticated");
}

/// Limits of body and representation.
#[both_databases(settings = small)]
fn a_request_keeps_to_the_limits(world: &World) {
    let cast = Cast::new(world);
    let body = |size: usize| {
        let body = actors::project_body(&cast).to_string();
        let padding = " ".repeat(size - body.len());
        cast.contractor.post("/api/v1/projects").body("application/json", body + &padding).send()
    };
    body(2048).expect(201);
    body(2049).problem(413, "payload_too_large");
    cast.contractor
        .get("/api/v1/projects")
        .header("accept", "text/html")
        .send()
        .problem(406, "not_acceptable");
    cast.contractor.get("/api/v1/projects").header("accept", "text/html, */*;q=0.1").send().expect(200);
    cast.contractor.get("/api/v1/projects/7").send().expect(404);
}

/// Every answer has its id and says how much is left.
#[both_databases(settings = small)]
fn every_answer_carries_its_id(world: &World) {
    let answer =
        world.anonymous().get("/api/v1/reference").header("x-request-id", "my-own-id-1").send().expect(200);
    assert_eq!(answer.header("x-request-id"), Some("my-own-id-1"));
    assert!(answer.header("ratelimit").is_some() && answer.header("ratelimit-policy").is_some());
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let refused = world.anonymous().get("/api/v1/projects").send().problem(401, "unauthenticated");
    assert_eq!(refused.header("x-request-id"), refused["request_id"].as_str());
}

/// The newest project before this one.
fn seen_before(cast: &Cast, id: &str) -> String {
    let all = cast.contractor.all("/api/v1/projects?sort=created_at");
    let all = ids(&all);
    let place = all.iter().position(|known| *known == id).expect("it is listed");
    all[place - 1].to_owned()
}

mod a_rush {
    use super::*;

    fn slow(settings: &mut Settings) {
        settings.rate_limit_per_minute = std::num::NonZeroU32::MIN;
        settings.rate_limit_burst = std::num::NonZeroU32::new(5).expect("five");
    }

    /// Whoever asks too often is told when to come again.
    #[both_databases(settings = slow)]
    fn is_slowed_down(world: &World) {
        let nobody = world.anonymous();
        for _ in 0..5 {
            nobody.get("/api/v1/reference").send().expect(200);
        }
        let told = nobody.get("/api/v1/reference").send().problem(429, "rate_limited");
        assert!(told.header("retry-after").is_some() && told.header("ratelimit").is_some(), "{told}");
    }
}

mod overload {
    use super::*;

    fn two_connections(settings: &mut Settings) {
        settings.database_connections = std::num::NonZeroU32::new(2).expect("two");
    }

    /// While the database does nothing, whoever waits too long is told when to come again; who does is served, and
    /// what each asked for is there once.
    #[both_databases(settings = two_connections)]
    fn sheds_load_and_loses_nothing(world: &World) {
        let cast = Cast::new(world);
        let create = |number: usize| {
            let body = actors::project_body(&cast);
            cast.contractor
                .post("/api/v1/projects")
                .idempotency_key(&format!("overload-{number}"))
                .json(body)
                .send()
        };
        let shed = world.database().while_held(|| {
            std::thread::scope(|scope| {
                let create = &create;
                let threads: Vec<_> =
                    (0..20).map(|number| scope.spawn(move || (number, create(number)))).collect();
                threads.into_iter().map(|thread| thread.join().expect("it answers")).collect::<Vec<_>>()
            })
        });
        for (_, answer) in &shed {
            assert!(answer.status == 503 && answer.header("retry-after").is_some(), "{answer}");
        }
        assert_eq!(cast.contractor.all("/api/v1/projects").len(), 0);
        for (number, _) in shed {
            create(number).expect(201);
            create(number).expect(201);
        }
        assert_eq!(cast.contractor.all("/api/v1/projects").len(), 20);
    }
}
