//! Admission to the library (A8.1): application, review, vote, public notice, and nothing skipped.

use std::thread;

use anze_api::settings::Settings;
use anze_tests::{Actor, Cast, Record, World, actors, both_databases};
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

/// Objections come from addresses that a proxy tells.
fn behind_a_proxy(settings: &mut Settings) {
    settings.trusted_proxies = vec!["127.0.0.1/32".parse().expect("a network")];
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

const LAST_SECOND: &str = "2026-02-26T15:59:59Z";
const END: &str = "2026-02-26T16:00:00Z";

fn status(cast: &Cast, record: &Record) -> String {
    cast.association.read(record).status().to_owned()
}

#[track_caller]
fn admitted(cast: &Cast, world: &World, application: &Record) {
    cast.keep_house(world, || status(cast, application) == "admitted");
}

/// Tries to make an application of this body.
fn try_create(applicant: &Actor, body: Value) -> anze_tests::Answer {
    applicant.post("/api/v1/expert-applications").json(body).send()
}

fn results(answer: &anze_tests::Answer) -> Vec<(u64, String)> {
    let results = answer["results"].as_array().expect("results");
    let one = |it: &Value| {
        (
            it["status"].as_u64().unwrap_or_default(),
            it["problem"]["code"].as_str().unwrap_or_default().to_owned(),
        )
    };
    results.iter().map(one).collect()
}

fn vote(application: &Record, votes_for: u32, votes_against: u32, votes_abstain: u32) -> Value {
    json!({
        "application_id": application.id, "votes_for": votes_for, "votes_against": votes_against,
        "votes_abstain": votes_abstain
    })
}

both_databases! {
    with behind_a_proxy;

    /// The whole way, over the Spring Festival of 2026: five working days from 12 February end with the 26th.
    fn from_registration_to_the_directory_over_the_spring_festival(world) {
        let cast = Cast::new(world);
        let applicant = cast.registers();
        assert!(applicant.get("/api/v1/me").send().expect(200)["expert_id"].is_null());
        let mut body = actors::application_body("leader");
        body["work_history"] = json!([
            { "employer": "甲公司", "role": "安全员", "from": "2013-03-02", "to": "2015-02-28", "relevant": true },
            { "employer": "乙公司", "role": "安全总监", "from": "2014-03-01", "to": "2023-02-28", "relevant": true }
        ]);
        let citizen_id = body["citizen_id"].as_str().expect("a number").to_owned();
        let draft = applicant.create("/api/v1/expert-applications", body.clone());
        assert!(!draft.body.to_string().contains(&citizen_id));
        applicant.try_act(&draft, "submit", Value::Null).problem(409, "certificate_file_missing");
        applicant.certify(&draft);
        let submitted = applicant.act(&draft, "submit", Value::Null);

        // A day short of ten years, said to the day.
        let assessment = cast.association.get(format!("{}/assessment", draft.path)).send().expect(200);
        assert_eq!(assessment["qualified"], false);
        assert_eq!(assessment["ways"][0]["findings"][1]["en"], "ten years: 9 years 364 days, overlap 2014-03-01–2015-02-28 counted once");
        assert_eq!(assessment["ways"][0]["findings"][1]["zh"], "满 10 年：9 年 364 天，重叠 2014-03-01 至 2015-02-28 只计一次");
        assert_eq!(cast.association.try_act(&submitted, "review", Value::Null).problem(409, "leader_not_qualified")["rule"], "A9.1");
        let returned = cast.association.act(&submitted, "return", json!({ "reason": "请补充从业经历" }));
        assert_eq!((returned.status(), &returned["status_reason"]), ("returned", &json!("请补充从业经历")));
        body["work_history"][1]["to"] = json!("2023-03-01");
        body.as_object_mut().expect("an object").remove("citizen_id");
        applicant.replace(&returned, body);
        applicant.act(&returned, "submit", Value::Null);
        let reviewed = cast.association.act(&returned, "review", Value::Null);
        assert_eq!(reviewed.status(), "reviewed");

        // Nothing is skipped: not published before the vote.
        let early = json!({ "number": "GS-1", "application_ids": [reviewed.id] });
        let told = cast.association.post("/api/v1/public-notices").json(early).send().problem(409, "not_passed");
        told.invalid_field("/application_ids/0", "not_passed");
        let session = cast.pass(&[&reviewed]);
        assert_eq!((session.status(), status(&cast, &reviewed).as_str()), ("closed", "passed"));

        cast.set_time(at("2026-02-12T02:00:00Z"));
        let notice = cast.publish(&[&reviewed]);
        assert_eq!((&notice["published_on"], &notice["due_on"], &notice["ends_at"]), (&json!("2026-02-12"), &json!("2026-02-26"), &json!(END)));
        assert_eq!(notice["provisional"], false);
        let open = cast.nobody().get("/api/v1/public-notices?status=open").send().expect(200);
        assert_eq!(open.items()[0]["id"], json!(notice.id));
        let listed = cast.nobody().get(format!("{}/applications", notice.path)).send().expect(200);
        assert_eq!((&listed.items()[0]["name"], &listed.items()[0]["years"]), (&json!("王*明"), &json!(10)));
        for secret in [citizen_id.as_str(), "王小明", reviewed["mobile"].as_str().expect("a number"), "闽Z"] {
            assert!(!listed.to_string().contains(secret), "{secret}: {listed}");
        }
        assert_eq!(cast.nobody().get("/api/v1/expert-directory?specialty=civil&pool=leader").send().expect(200).items().len(), 1);

        // To the last second, and not one later.
        cast.set_time(at(LAST_SECOND));
        let receipt = cast.object(&notice, &reviewed, "203.0.113.9").expect(201);
        cast.set_time(at(END));
        cast.object(&notice, &reviewed, "203.0.113.10").problem(409, "objection_window_closed");

        // It ends by itself, but not over an objection that waits.
        cast.keep_house(world, || status(&cast, &reviewed) == "on_notice" && {
            cast.nobody().get(&notice.path).send().expect(200)["status"] == "ended"
        });
        let objection = Record::of("/api/v1/objections", &receipt);
        let seen = cast.association.read(&objection);
        assert_eq!((&seen["name"], &seen["contact"]), (&json!("李建军"), &json!("13806000009")));
        assert!(cast.regulator.read(&objection)["contact"].is_null());
        cast.contractor.get(&objection.path).send().problem(403, "forbidden");
        cast.association.act(&objection, "dismiss", json!({ "reason": "经核实属实" }));
        admitted(&cast, world, &reviewed);

        let me = applicant.get("/api/v1/me").send().expect(200);
        let expert = cast.association.get(format!("/api/v1/experts/{}", me.text("expert_id"))).send().expect(200);
        assert_eq!(expert["pools"], json!(["leader", "member"]));
        let by = &expert["admission"];
        assert_eq!((&by["council_decision_number"], &by["public_notice_number"]), (&session["number"], &notice["number"]));
        assert_eq!((&by["public_notice_from"], &by["public_notice_to"], &by["admitted_on"]), (&json!("2026-02-12"), &json!("2026-02-26"), &json!("2026-02-27")));
        let directory = cast.nobody().get("/api/v1/expert-directory?specialty=civil&pool=leader").send().expect(200);
        let entry = directory.items().iter().find(|it| it["id"] == me["expert_id"]).expect("an entry");
        assert_eq!((&entry["name"], directory.items().len()), (&json!("王*明"), 2));
        assert_eq!(cast.nobody().get("/api/v1/expert-directory?specialty=mechanical").send().expect(200).items().len(), 1);
        let done = applicant.read(&reviewed);
        assert_eq!((done.status(), &done["allowed_actions"]), ("admitted", &json!([])));
    }

    /// A member becomes a leader by another application; titles and years come along, the entry stays.
    fn a_member_becomes_a_leader(world) {
        let cast = Cast::new(world);
        let published = cast.on_notice(1);
        let (applicant, first) = &published.applicants[0];
        cast.wait(Duration::days(30));
        admitted(&cast, world, first);
        let expert_id = applicant.get("/api/v1/me").send().text("expert_id").to_owned();
        let mut body = actors::application_body("leader");
        try_create(applicant, body.clone()).problem(409, "citizen_id_differs");
        body["citizen_id"] = json!(actors::citizen_id());
        try_create(applicant, body.clone()).problem(409, "citizen_id_differs");
        let taken_over = cast.another_expert(&actors::ExpertEntry::new("member", "civil"));
        let mut entry = actors::admission_body(&actors::ExpertEntry::new("member", "civil"), &actors::login_name("expert"));
        let own = actors::citizen_id();
        entry["citizen_id"] = json!(own);
        let made = cast.association.create("/api/v1/experts", entry.clone());
        let member = cast.association.speaking_as(cast.person(entry["account"]["login_name"].as_str().expect("a name")));
        assert_ne!(taken_over.expert_id, made.id);
        body["citizen_id"] = json!(own);
        body["pool"] = json!("member");
        try_create(&member, body.clone()).problem(409, "already_in_pool");
        body["pool"] = json!("leader");
        let draft = member.create("/api/v1/expert-applications", body.clone());
        assert_eq!(draft["expert_id"], json!(made.id));
        let reviewed = cast.review(&member, &draft);
        cast.pass(&[&reviewed]);
        cast.publish(&[&reviewed]);
        cast.wait(Duration::days(30));
        admitted(&cast, world, &reviewed);
        let now = cast.association.read(&made);
        assert_eq!((&now["pools"], &now["titles"][0]["certificate_number"]), (&json!(["leader", "member"]), &body["titles"][0]["certificate_number"]));
        assert_eq!(now["admission"], made["admission"]);
        assert_ne!(expert_id, made.id);
    }

    /// Everything that is wrong has its own code and field, and nothing is half done.
    fn bad_input_is_told(world) {
        let cast = Cast::new(world);
        let applicant = cast.registers();
        let body = || actors::application_body("member");
        let with = |change: &dyn Fn(&mut Value)| {
            let mut body = body();
            change(&mut body);
            try_create(&applicant, body)
        };
        with(&|it| it["citizen_id"] = json!("110105194912310021")).problem(422, "citizen_id_invalid").invalid_field("/citizen_id", "citizen_id_invalid");
        with(&|it| { it.as_object_mut().expect("an object").remove("citizen_id"); }).problem(422, "required");
        with(&|it| it["titles"][0]["obtained_on"] = json!("2026-02-10")).problem(422, "title_in_future").invalid_field("/titles/0/obtained_on", "title_in_future");
        with(&|it| it["work_history"][0]["from"] = json!("2026-02-10")).expect(422);
        with(&|it| it["work_history"][0]["to"] = json!("2009-12-31")).expect(422).invalid_field("/work_history/0/to", "period_reversed");
        with(&|it| { let title = it["titles"][0].clone(); it["titles"] = json!([title, title]); }).problem(422, "certificate_repeated");
        assert_eq!(applicant.all("/api/v1/expert-applications"), Vec::<Value>::new());

        let mine = body();
        let draft = applicant.create("/api/v1/expert-applications", mine.clone());
        try_create(&applicant, body()).problem(409, "application_live");
        let other = cast.registers();
        let mut same = body();
        same["citizen_id"] = mine["citizen_id"].clone();
        try_create(&other, same.clone()).problem(409, "application_live");
        let mut same = body();
        same["titles"][0]["certificate_number"] = json!(format!(" {} ", mine["titles"][0]["certificate_number"].as_str().expect("a number").to_lowercase()));
        let told = try_create(&other, same.clone()).problem(409, "certificate_in_use");
        told.invalid_field("/titles/0/certificate_number", "certificate_in_use");
        assert_eq!(other.all("/api/v1/expert-applications"), Vec::<Value>::new());
        // What is withdrawn is free again.
        applicant.act(&draft, "withdraw", json!({ "reason": "不再申请" }));
        other.create("/api/v1/expert-applications", same);
        // An expert's are not.
        let mut entry = actors::admission_body(&actors::ExpertEntry::new("member", "civil"), &actors::login_name("expert"));
        entry["citizen_id"] = mine["citizen_id"].clone();
        cast.association.create("/api/v1/experts", entry.clone());
        let mut again = body();
        again["citizen_id"] = mine["citizen_id"].clone();
        try_create(&applicant, again).problem(409, "expert_exists");
        let mut theirs = body();
        theirs["titles"][0]["certificate_number"] = entry["titles"][0]["certificate_number"].clone();
        try_create(&applicant, theirs).problem(409, "certificate_in_use");
        cast.contractor.post("/api/v1/expert-applications").json(body()).send().problem(403, "forbidden");
    }

    /// Certificates are the applicant's and the association's to read, and nobody else's.
    fn files_are_for_the_applicant_and_the_association(world) {
        let cast = Cast::new(world);
        let (applicant, draft) = cast.applies("member");
        let file = applicant.certify(&draft);
        let content = format!("{}/content", file.path);
        for reader in [&applicant, &cast.association] {
            assert!(reader.get(&content).send().expect(200).bytes.starts_with(b"%PDF"));
            assert_eq!(reader.all(&format!("{}/files", draft.path)).len(), 1);
        }
        let stranger = cast.registers();
        for (other, status) in [(&stranger, 404), (&cast.leader, 404), (&cast.regulator, 403), (&cast.contractor, 403)] {
            for path in [&content, &file.path, &format!("{}/files", draft.path)] {
                other.get(path).send().expect(status);
            }
        }
        stranger.get(&draft.path).send().problem(404, "not_found");
        assert!(cast.regulator.read(&draft)["mobile"].as_str().expect("a number").contains('*'));
        applicant.act(&draft, "submit", Value::Null);
        let path = format!("{}/files?kind=other&file_name=a.pdf", draft.path);
        applicant.post(path).body("application/octet-stream", actors::pdf()).send().problem(409, "wrong_state");
    }

    /// The result follows from the numbers, for all at once; a closed session never changes.
    fn a_session_decides_by_its_numbers(world) {
        let cast = Cast::new(world);
        let all = cast.are_reviewed(4);
        let [passes, falls, leaves, late] = [0, 1, 2, 3].map(|index: usize| &all[index].1);
        let session = cast.call_session(30, 20);
        let put = |ids: &[&str]| cast.at_session(&session, "applications", json!({ "application_ids": ids }));
        let (draft_owner, draft) = cast.applies("member");
        let told = put(&[&passes.id, &falls.id, &passes.id, &draft.id, &session.id, &leaves.id]).expect(207);
        let done = |code: &str| (if code.is_empty() { 200 } else if code == "item_repeated" { 422 } else { 409 }, code.to_owned());
        assert_eq!(results(&told), ["", "", "item_repeated", "wrong_state", "unknown_reference", ""].map(done));
        assert_eq!(told["council_session"]["id"], json!(session.id));
        assert_eq!([status(&cast, passes), status(&cast, &draft)], ["put_to_vote", "draft"]);
        draft_owner.act(&draft, "withdraw", json!({ "reason": "不再申请" }));

        let votes = |votes: Vec<Value>| cast.at_session(&session, "votes", json!({ "votes": votes }));
        let told = votes(vec![vote(passes, 15, 4, 1), vote(falls, 10, 10, 1), vote(late, 1, 0, 0)]).expect(207);
        assert_eq!(results(&told), ["", "more_voices_than_members", "not_put_to_session"].map(done));
        let close = || cast.association.try_act(&session, "close", Value::Null);
        close().problem(409, "votes_missing");
        assert_eq!(results(&votes(vec![vote(passes, 11, 9, 0), vote(falls, 10, 0, 10)]).expect(207)), ["", ""].map(done));
        all[2].0.act(leaves, "withdraw", json!({ "reason": "不再申请" }));
        let fewer = |present: u32| {
            let body = json!({
                "number": session["number"], "held_on": "2026-02-09", "council_size": 30, "members_present": present,
                "quorum": { "numerator": 2, "denominator": 3 }, "majority": { "numerator": 1, "denominator": 2 }, "majority_rule": "more_than"
            });
            let seen = cast.association.read(&session);
            cast.association.put(&session.path).if_match(&seen.etag).json(body).send()
        };
        fewer(19).problem(409, "more_voices_than_members");
        fewer(20).expect(200);
        let closed = close().expect(200);
        assert_eq!(closed["status"], "closed");
        assert_eq!([passes, falls, leaves].map(|it| status(&cast, it)), ["passed", "voted_down", "withdrawn"]);
        let listed = cast.association.all(&format!("{}/applications?sort=created_at", session.path));
        let outcome = |of: &Record| listed.iter().find(|it| it["application_id"] == json!(of.id)).map(|it| it["outcome"].clone());
        assert_eq!([passes, falls, leaves].map(outcome), ["passed", "voted_down", "withdrawn"].map(|it| Some(json!(it))));
        put(&[&late.id]).problem(409, "wrong_state");
        votes(vec![vote(passes, 0, 0, 0)]).problem(409, "wrong_state");
        close().problem(409, "wrong_state");
        fewer(20).problem(409, "wrong_state");

        let short = cast.call_session(30, 19);
        cast.at_session(&short, "applications", json!({ "application_ids": [late.id] })).expect(207);
        cast.at_session(&short, "votes", json!({ "votes": [vote(late, 19, 0, 0)] })).expect(207);
        cast.association.try_act(&short, "close", Value::Null).problem(409, "quorum_not_met");
        assert_eq!(status(&cast, late), "put_to_vote");
        let mut ahead = actors::session_body(3, 3);
        ahead["held_on"] = json!("2026-02-10");
        let ahead = cast.association.create("/api/v1/council-sessions", ahead);
        cast.association.try_act(&ahead, "close", Value::Null).problem(409, "council_session_not_held");
        let mut impossible = actors::session_body(3, 4);
        cast.association.post("/api/v1/council-sessions").json(impossible.clone()).send().problem(422, "more_present_than_members");
        impossible["members_present"] = json!(3);
        impossible["number"] = session["number"].clone();
        cast.association.post("/api/v1/council-sessions").json(impossible).send().problem(409, "council_session_number_taken");
    }

    /// An objection that waits holds its own application only; one that is upheld ends it.
    fn an_objection_holds_one_application_only(world) {
        let cast = Cast::new(world);
        let published = cast.on_notice(3);
        let notice = &published.notice;
        let [held, objected, clear] = [0, 1, 2].map(|index: usize| &published.applicants[index].1);
        cast.object(notice, held, "203.0.113.1").expect(201);
        let receipt = cast.object(notice, objected, "203.0.113.2").expect(201);
        cast.object(notice, &published.session, "203.0.113.3").problem(409, "not_on_notice");
        let objection = Record::of("/api/v1/objections", &receipt);
        cast.association.try_act(&objection, "uphold", json!({ "reason": " " })).expect(422);
        cast.association.act(&objection, "uphold", json!({ "reason": "经历不实" }));
        let ended = cast.association.read(objected);
        assert_eq!((ended.status(), &ended["status_reason"]), ("objection_upheld", &json!("经历不实")));
        cast.association.try_act(&objection, "dismiss", json!({ "reason": "误判" })).problem(409, "wrong_state");
        cast.wait(Duration::days(30));
        admitted(&cast, world, clear);
        assert_eq!([held, objected].map(|it| status(&cast, it)), ["on_notice", "objection_upheld"]);
        let open = cast.association.all("/api/v1/objections?status=open");
        assert_eq!(open.len(), 1);
        // Who withdraws is not admitted.
        published.applicants[0].0.act(held, "withdraw", json!({ "reason": "不再申请" }));
        assert_eq!(status(&cast, held), "withdrawn");
    }

    /// At the limit two come at once, and one is taken; another address is not held up by it.
    fn two_objections_at_once_meet_the_limit(world) {
        let cast = Cast::new(world);
        let published = cast.on_notice(2);
        let (notice, [one, two]) = (&published.notice, [0, 1].map(|index: usize| &published.applicants[index].1));
        for _ in 0..4 {
            cast.object(notice, one, "203.0.113.7").expect(201);
        }
        let statuses: Vec<u16> = thread::scope(|scope| {
            let at_once: Vec<_> =
                [one, two].map(|it| scope.spawn(|| cast.object(notice, it, "203.0.113.7").status.as_u16())).into_iter().collect();
            at_once.into_iter().map(|it| it.join().expect("an answer")).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        cast.object(notice, two, "203.0.113.7").problem(409, "objections_open_from_address");
        cast.object(notice, two, "203.0.113.8").expect(201);
        // Decided ones make room, but not more than ten come in an hour.
        for objection in cast.association.all("/api/v1/objections?status=open") {
            let record = Record { path: format!("/api/v1/objections/{}", objection["id"].as_str().expect("an id")), ..notice.clone() };
            cast.association.act(&record, "dismiss", json!({ "reason": "无事实依据" }));
        }
        for _ in 0..5 {
            cast.object(notice, two, "203.0.113.7").expect(201);
        }
        let told = cast.object(notice, two, "203.0.113.7").problem(429, "objections_too_frequent");
        assert_eq!(told.header("retry-after"), Some("3600"));
        // And one application has twenty undecided ones at the most, from wherever they come.
        for number in 0..15 {
            cast.object(notice, two, &format!("198.51.100.{number}")).expect(201);
        }
        let statuses: Vec<u16> = thread::scope(|scope| {
            let at_once: Vec<_> = (1..3).map(|number| {
                let cast = &cast;
                scope.spawn(move || cast.object(notice, two, &format!("192.0.2.{number}")).status.as_u16())
            }).collect();
            at_once.into_iter().map(|it| it.join().expect("an answer")).collect()
        });
        assert_eq!(statuses, [409, 409]);
        cast.object(notice, two, "192.0.2.9").problem(409, "objections_open_on_application");
        cast.object(notice, one, "192.0.2.9").expect(201);
    }

    /// An objection at the last second, while another node ends the notice: it is held, or it came too late.
    fn an_objection_at_the_last_second_is_not_lost(world) {
        let cast = Cast::new(world);
        cast.set_time(at("2026-02-12T02:00:00Z"));
        let published = cast.on_notice(1);
        let (_, application) = &published.applicants[0];
        cast.set_time(at(LAST_SECOND));
        let taken = thread::scope(|scope| {
            let objects = scope.spawn(|| cast.object(&published.notice, application, "203.0.113.1").status == 201);
            scope.spawn(|| cast.set_time(at(END)));
            objects.join().expect("an answer")
        });
        cast.keep_house(world, || {
            let ended = cast.nobody().get(&published.notice.path).send().expect(200)["status"] == "ended";
            ended && (taken || status(&cast, application) == "admitted")
        });
        assert_eq!(status(&cast, application), if taken { "on_notice" } else { "admitted" });
    }

    /// A session of two hundred is one request each way, with one result for each.
    fn two_hundred_are_decided_together(world) {
        let cast = Cast::new(world);
        let all = cast.are_reviewed(200);
        let ids: Vec<&str> = all.iter().map(|(_, it)| it.id.as_str()).collect();
        let session = cast.call_session(21, 17);
        let mut many = ids.clone();
        many.push(&session.id);
        cast.at_session(&session, "applications", json!({ "application_ids": many })).expect(422);
        let told = cast.at_session(&session, "applications", json!({ "application_ids": ids })).expect(207);
        assert_eq!(results(&told), vec![(200, String::new()); 200]);
        let votes: Vec<Value> = all.iter().enumerate().map(|(index, (_, it))| vote(it, if index % 2 == 0 { 9 } else { 8 }, 8, 0)).collect();
        let told = cast.at_session(&session, "votes", json!({ "votes": votes })).expect(207);
        assert_eq!(results(&told), vec![(200, String::new()); 200]);
        cast.association.act(&session, "close", Value::Null);
        assert_eq!(cast.association.all("/api/v1/expert-applications?status=passed").len(), 100);
        assert_eq!(cast.association.all("/api/v1/expert-applications?status=voted_down").len(), 100);
        let passed: Vec<&Record> = all.iter().step_by(2).map(|(_, it)| it).collect();
        let notice = cast.publish(&passed);
        assert_eq!(cast.association.all(&format!("{}/applications", notice.path)).len(), 100);
    }
}
