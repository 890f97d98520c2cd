//! Public notices: objections to the last second, floods held to their limits, and the end that comes by itself.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::Duration as Pause,
};

use anze_tests::{Cast, Record, World, both_databases};
use chrono::Duration;
use serde_json::{Value, json};

use super::{END, LAST_SECOND, admitted, at, behind_a_proxy, status};

/// An objection whose request has arrived, and whose body is still on its way.
struct Arriving {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl Arriving {
    fn to(world: &World, notice: &Record, application: &Record) -> Arriving {
        let body = json!({
            "application_id": application.id, "grounds": "从业经历与事实不符。", "name": "李建军", "contact": "13806000009"
        });
        let address = world.base_url().trim_start_matches("http://").to_owned();
        let rest = body.to_string().into_bytes();
        let head = format!(
            "POST {}/objections HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Idempotency-Key: slow-{}\r\nX-Forwarded-For: 203.0.113.77\r\nAccept-Language: en\r\nConnection: close\r\n\r\n",
            notice.path,
            rest.len(),
            application.id,
        );
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.write_all(head.as_bytes()).expect("it is sent");
        stream.flush().expect("it is sent");
        // The server has the head, and with it the time at which the objection came.
        thread::sleep(Pause::from_millis(400));
        Arriving { stream, rest }
    }

    /// The answer to the whole of it.
    fn whole(mut self) -> String {
        self.stream.write_all(&self.rest).expect("it is sent");
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

/// An objection that waits holds its own application only; one that is upheld ends it.
#[both_databases(settings = behind_a_proxy)]
fn an_objection_holds_one_application_only(world: &World) {
    let cast = Cast::new(world);
    let published = cast.on_notice(3);
    let notice = &published.notice;
    let [held, objected, clear] = [0, 1, 2].map(|index: usize| &published.applicants[index].1);
    cast.object(notice, held, "203.0.113.1").expect(201);
    let receipt = cast.object(notice, objected, "203.0.113.2").expect(201);
    let told = cast.object(notice, &published.session, "203.0.113.3").problem(409, "not_on_notice");
    assert_eq!(told.invalid_field("/application_id", "not_on_notice")["rule"], "A8.1");
    let objection = Record::of("/api/v1/objections", &receipt);
    cast.association.try_act(&objection, "uphold", json!({ "reason": " " })).expect(422);
    cast.association.act(&objection, "uphold", json!({ "reason": "经历不实" }));
    let ended = cast.association.read(objected);
    assert_eq!((ended.status(), &ended["status_reason"]), ("objection_upheld", &json!("经历不实")));
    let decided_by = cast.association.read(&objection)["decided_by"].clone();
    assert_eq!(decided_by, cast.association.get("/api/v1/me").send().expect(200)["id"]);
    assert!(cast.regulator.read(&objection)["decided_by"].is_null());
    assert_eq!(published.applicants[1].0.notifications("objection_upheld").len(), 1);
    assert_eq!(cast.association.notifications("objection_lodged").len(), 2);
    cast.association.try_act(&objection, "dismiss", json!({ "reason": "误判" })).problem(409, "wrong_state");
    let states = |all: Vec<Value>| {
        let mut states: Vec<String> =
            all.iter().map(|it| it["status"].as_str().expect("a state").to_owned()).collect();
        states.sort();
        states
    };
    let shown = || {
        let listed = cast.nobody().get(format!("{}/applications?limit=100", notice.path)).send().expect(200);
        states(listed.items().to_vec())
    };
    assert_eq!(shown(), ["on_notice", "on_notice"]);
    cast.wait_for_the_end(notice);
    admitted(&cast, world, clear);
    // Who was objected to is nobody's business any more.
    assert_eq!(shown(), ["admitted"]);
    for reader in [&cast.association, &cast.regulator] {
        let all = reader.all(&format!("/api/v1/expert-applications?public_notice_id={}", notice.id));
        assert_eq!(states(all), ["admitted", "objection_upheld", "on_notice"]);
    }
    assert_eq!([held, objected].map(|it| status(&cast, it)), ["on_notice", "objection_upheld"]);
    let open = cast.association.all("/api/v1/objections?status=open");
    assert_eq!(open.len(), 1);
    // Who withdraws is not admitted.
    published.applicants[0].0.act(held, "withdraw", json!({ "reason": "不再申请" }));
    assert_eq!(status(&cast, held), "withdrawn");
}

/// At each limit two come at once, and one is taken; another address is not held up by it.
#[both_databases(settings = behind_a_proxy)]
fn two_objections_at_once_meet_the_limit(world: &World) {
    let cast = Cast::new(world);
    let published = cast.on_notice(3);
    let (notice, [one, two, three]) =
        (&published.notice, [0, 1, 2].map(|index: usize| &published.applicants[index].1));
    for it in [one, one, two, two] {
        cast.object(notice, it, "203.0.113.7").expect(201);
    }
    // Two to one application from one place.
    let told = cast.object(notice, one, "203.0.113.7").problem(409, "objections_repeated");
    assert_eq!(told["rule"], "A8.1");
    let at_once = |objections: [(&Record, String); 2]| {
        let mut statuses = thread::scope(|scope| {
            objections
                .map(|(it, address)| {
                    let cast = &cast;
                    scope.spawn(move || cast.object(notice, it, &address).status.as_u16())
                })
                .map(|it| it.join().expect("an answer"))
        });
        statuses.sort_unstable();
        statuses
    };
    // And five in all.
    assert_eq!(at_once([(three, "203.0.113.7".into()), (three, "203.0.113.7".into())]), [201, 409]);
    cast.object(notice, three, "203.0.113.7").problem(409, "objections_open_from_address");
    cast.object(notice, two, "203.0.113.8").expect(201);
    // Decided ones make room, but not more than ten come in an hour.
    for objection in cast.association.all("/api/v1/objections?status=open") {
        let record = Record {
            path: format!("/api/v1/objections/{}", objection["id"].as_str().expect("an id")),
            ..notice.clone()
        };
        cast.association.act(&record, "dismiss", json!({ "reason": "无事实依据" }));
    }
    for it in [one, one, two, two, three] {
        cast.object(notice, it, "203.0.113.7").expect(201);
    }
    let told = cast.object(notice, three, "203.0.113.7").problem(429, "objections_too_frequent");
    assert_eq!(told.header("retry-after"), Some("3600"));
    // And one application has a hundred undecided ones at the most, which takes fifty places.
    for number in 0..97 {
        cast.object(notice, two, &format!("198.51.100.{}", number / 2)).expect(201);
    }
    assert_eq!(at_once([(two, "192.0.2.1".into()), (two, "192.0.2.2".into())]), [201, 409]);
    let told = cast.object(notice, two, "192.0.2.9").problem(409, "objections_open_on_application");
    assert_eq!(told["rule"], "A8.1");
    cast.object(notice, one, "192.0.2.9").expect(201);
}

/// Objections of the last second race with the admission by another node: each is in and its applicant is not
/// admitted, or is told that it is too late.
#[both_databases(settings = behind_a_proxy)]
fn an_objection_at_the_last_second_is_not_lost(world: &World) {
    let cast = Cast::new(world);
    cast.set_time(at("2026-02-12T02:00:00Z"));
    let published = cast.on_notice(8);
    let notice = &published.notice;
    cast.set_time(at(LAST_SECOND));
    let told: Vec<(u16, Value)> = thread::scope(|scope| {
        let objecting: Vec<_> = (0..)
            .zip(&published.applicants)
            .map(|(number, (_, it))| {
                let cast = &cast;
                scope.spawn(move || {
                    thread::sleep(Pause::from_millis(number * 3));
                    let answer = cast.object(notice, it, &format!("203.0.113.{number}"));
                    (answer.status.as_u16(), answer["code"].clone())
                })
            })
            .collect();
        thread::sleep(Pause::from_millis(10));
        cast.wait_for_the_end(notice);
        let (node, _) = world.second_node();
        let told = objecting.into_iter().map(|it| it.join().expect("an answer")).collect();
        drop(node);
        told
    });
    let objected = |index: usize| told[index].0 == 201;
    cast.wait_for_housekeeping(world, || {
        (0..)
            .zip(&published.applicants)
            .all(|(index, (_, it))| objected(index) || status(&cast, it) == "admitted")
    });
    for (index, (_, it)) in published.applicants.iter().enumerate() {
        let (answer, code) = &told[index];
        if *answer == 201 {
            assert_eq!(status(&cast, it), "on_notice");
        } else {
            assert_eq!(
                (*answer, code, status(&cast, it).as_str()),
                (409, &json!("objection_window_closed"), "admitted")
            );
        }
    }
}

/// What came in time is judged before the admission: the notice is taken to have ended only when a request of its
/// last moment has had its time.
#[both_databases(settings = behind_a_proxy)]
fn what_came_in_time_is_looked_at_before_the_admission(world: &World) {
    let cast = Cast::new(world);
    cast.set_time(at("2026-02-12T02:00:00Z"));
    let published = cast.on_notice(2);
    let (notice, [slow, other]) =
        (&published.notice, [0, 1].map(|index: usize| &published.applicants[index].1));
    cast.set_time(at(LAST_SECOND));
    let arriving = Arriving::to(world, notice, slow);
    cast.set_time(at(END) + Duration::seconds(29));
    let (node, _) = world.second_node();
    thread::sleep(Pause::from_millis(600));
    assert_eq!(cast.nobody().get(&notice.path).send().expect(200)["status"], "open");
    cast.object(notice, other, "203.0.113.10").problem(409, "objection_window_closed");
    let answer = arriving.whole();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    drop(node);
    cast.wait_for_the_end(notice);
    admitted(&cast, world, other);
    assert_eq!(status(&cast, slow), "on_notice");
}

/// What came in time but was looked at after the admission is told that the window is closed, not that nobody is there.
#[both_databases(settings = behind_a_proxy)]
fn what_is_looked_at_after_the_admission_came_too_late(world: &World) {
    let cast = Cast::new(world);
    cast.set_time(at("2026-02-12T02:00:00Z"));
    let published = cast.on_notice(1);
    let (notice, application) = (&published.notice, &published.applicants[0].1);
    cast.set_time(at(LAST_SECOND));
    let arriving = Arriving::to(world, notice, application);
    cast.wait_for_the_end(notice);
    admitted(&cast, world, application);
    let answer = arriving.whole();
    assert!(answer.starts_with("HTTP/1.1 409") && answer.contains("objection_window_closed"), "{answer}");
    assert_eq!(cast.association.all("/api/v1/objections"), Vec::<Value>::new());
}
