//! The council's sessions: what passes follows from the numbers, and nothing of it changes afterwards.

use std::{collections::BTreeMap, thread};

use anze_tests::{Cast, Record, World, actors, both_databases};
use chrono::Duration;
use serde_json::{Value, json};

use super::{results, status, vote};

/// The result follows from the numbers, for all at once; a closed session never changes.
#[both_databases]
fn a_session_decides_by_its_numbers(world: &World) {
    let cast = Cast::new(world);
    let all = cast.are_reviewed(4);
    let [passes, falls, leaves, late] = [0, 1, 2, 3].map(|index: usize| &all[index].1);
    let session = cast.call_session(30, 20);
    let put = |ids: &[&str]| cast.at_session(&session, "applications", json!({ "application_ids": ids }));
    let (draft_owner, draft) = cast.applies("member");
    let told = put(&[&passes.id, &falls.id, &passes.id, &draft.id, &session.id, &leaves.id]).expect(207);
    let done = |code: &str| {
        (
            if code.is_empty() {
                200
            } else if code == "item_repeated" {
                422
            } else {
                409
            },
            code.to_owned(),
        )
    };
    assert_eq!(results(&told), ["", "", "item_repeated", "wrong_state", "unknown_reference", ""].map(done));
    assert_eq!(told["council_session"]["id"], json!(session.id));
    for (index, base) in [(2, "/application_ids/2"), (3, "/application_ids/3"), (4, "/application_ids/4")] {
        assert_eq!(told["results"][index]["problem"]["errors"][0]["pointer"], base);
    }
    assert_eq!(told["results"][2]["problem"]["rule"], "A8.1");
    assert_eq!(
        [status(&cast, passes), draft_owner.read(&draft).status().to_owned()],
        ["put_to_vote", "draft"]
    );
    draft_owner.act(&draft, "withdraw", json!({ "reason": "不再申请" }));

    let votes = |votes: Vec<Value>| cast.at_session(&session, "votes", json!({ "votes": votes }));
    let told = votes(vec![vote(passes, 15, 4, 1), vote(falls, 10, 10, 1), vote(late, 1, 0, 0)]).expect(207);
    assert_eq!(results(&told), ["", "more_voices_than_members", "not_put_to_session"].map(done));
    for (index, pointer) in [(1, "/votes/1/votes_for"), (2, "/votes/2/application_id")] {
        let problem = &told["results"][index]["problem"];
        assert_eq!((&problem["errors"][0]["pointer"], &problem["rule"]), (&json!(pointer), &json!("A8.1")));
    }
    let told = votes(vec![vote(passes, 15, 4, 1), vote(passes, 1, 1, 1)]).expect(207);
    assert_eq!(results(&told), ["", "item_repeated"].map(done));
    assert_eq!(told["results"][1]["problem"]["errors"][0]["pointer"], "/votes/1/application_id");
    let close = || cast.association.try_act(&session, "close", Value::Null);
    close().problem(409, "votes_missing");
    assert_eq!(
        results(&votes(vec![vote(passes, 11, 9, 0), vote(falls, 10, 0, 10)]).expect(207)),
        ["", ""].map(done)
    );
    all[2].0.act(leaves, "withdraw", json!({ "reason": "不再申请" }));
    let fewer = |present: u32| {
        let body = json!({
            "number": session["number"], "held_on": "2026-02-09", "council_size": 30, "members_present": present,
            "quorum": { "numerator": 2, "denominator": 3 }, "majority": { "numerator": 1, "denominator": 2 }, "majority_rule": "more_than"
        });
        let seen = cast.association.read(&session);
        cast.association.put(&session.path).if_match(&seen.etag).json(body).send()
    };
    // The rules are not made to fit the votes.
    assert_eq!(fewer(19).problem(409, "session_rules_fixed")["rule"], "A8.1");
    fewer(20).expect(200);
    let closed = close().expect(207);
    assert_eq!(closed["council_session"]["status"], "closed");
    let said = closed["results"].as_array().expect("results").iter();
    let said: BTreeMap<&str, &str> = said
        .map(|it| {
            (it["application_id"].as_str().expect("an id"), it["outcome"].as_str().expect("an outcome"))
        })
        .collect();
    assert_eq!([passes, falls, leaves].map(|it| said[it.id.as_str()]), ["passed", "voted_down", "withdrawn"]);
    assert_eq!([passes, falls, leaves].map(|it| status(&cast, it)), ["passed", "voted_down", "withdrawn"]);
    let listed = cast.association.all(&format!("{}/applications?sort=created_at", session.path));
    assert!(
        cast.regulator.all(&format!("{}/applications", session.path)).iter().all(|it| it["name"] == "王**")
    );
    let outcome = |of: &Record| {
        listed.iter().find(|it| it["application_id"] == json!(of.id)).map(|it| it["outcome"].clone())
    };
    assert_eq!(
        [passes, falls, leaves].map(outcome),
        ["passed", "voted_down", "withdrawn"].map(|it| Some(json!(it)))
    );
    put(&[&late.id]).problem(409, "wrong_state");
    votes(vec![vote(passes, 0, 0, 0)]).problem(409, "wrong_state");
    close().problem(409, "wrong_state");
    fewer(20).problem(409, "wrong_state");

    let short = cast.call_session(30, 19);
    cast.at_session(&short, "applications", json!({ "application_ids": [late.id] })).expect(207);
    cast.at_session(&short, "votes", json!({ "votes": [vote(late, 19, 0, 0)] })).expect(207);
    cast.association.try_act(&short, "close", Value::Null).problem(409, "quorum_not_met");
    assert_eq!(status(&cast, late), "put_to_vote");

    // It ends without a decision, and another session decides.
    cast.association.try_act(&short, "adjourn", json!({ "reason": " " })).expect(422);
    cast.regulator
        .post(format!("{}/adjourn", short.path))
        .if_match(&short.etag)
        .json(actors::because())
        .send()
        .expect(403);
    let adjourned = cast.association.act(&short, "adjourn", json!({ "reason": "出席人数不足" }));
    assert_eq!(
        (adjourned.status(), &adjourned["status_reason"], &adjourned["allowed_actions"]),
        ("adjourned", &json!("出席人数不足"), &json!([]))
    );
    let back = cast.association.read(late);
    assert_eq!((back.status(), &back["council_session_id"]), ("reviewed", &Value::Null));
    let listed = cast.association.all(&format!("{}/applications", short.path));
    assert_eq!((&listed[0]["outcome"], &listed[0]["votes_for"]), (&json!("adjourned"), &json!(19)));
    for verb in ["close", "adjourn"] {
        let body = if verb == "close" { Value::Null } else { actors::because() };
        cast.association.try_act(&short, verb, body).problem(409, "wrong_state");
    }
    assert_eq!(all[3].0.notifications("application_adjourned").len(), 1);
    cast.pass(&[late]);
    assert_eq!(status(&cast, late), "passed");
    let mut ahead = actors::session_body(3, 3);
    ahead["held_on"] = json!("2026-02-10");
    let ahead = cast.association.create("/api/v1/council-sessions", ahead);
    cast.association.try_act(&ahead, "close", Value::Null).problem(409, "council_session_not_held");
    let mut impossible = actors::session_body(3, 4);
    cast.association
        .post("/api/v1/council-sessions")
        .json(impossible.clone())
        .send()
        .problem(422, "more_present_than_members");
    impossible["members_present"] = json!(3);
    impossible["present_members"] = json!(["林志明", "陈建国"]);
    cast.association
        .post("/api/v1/council-sessions")
        .json(impossible.clone())
        .send()
        .problem(422, "present_members_differ")
        .invalid_field("/present_members", "present_members_differ");
    let mut named = impossible.clone();
    named["present_members"] = json!(["林志明", "陈建国", "王小明"]);
    let named = cast.association.create("/api/v1/council-sessions", named);
    assert_eq!(cast.association.read(&named)["present_members"], json!(["林志明", "陈建国", "王小明"]));
    impossible["present_members"] = json!([]);
    impossible["number"] = session["number"].clone();
    cast.association
        .post("/api/v1/council-sessions")
        .json(impossible)
        .send()
        .problem(409, "council_session_number_taken");
}

/// A session from which everyone withdrew is adjourned, and what it was put to can go on.
#[both_databases]
fn a_session_with_nothing_left_is_adjourned(world: &World) {
    let cast = Cast::new(world);
    let all = cast.are_reviewed(1);
    let (applicant, application) = &all[0];
    let session = cast.call_session(3, 3);
    cast.at_session(&session, "applications", json!({ "application_ids": [application.id] })).expect(207);
    applicant.act(application, "withdraw", actors::because());
    cast.association.try_act(&session, "close", Value::Null).problem(409, "nothing_to_vote_on");
    cast.association.act(&session, "adjourn", actors::because());
    let listed = cast.association.all(&format!("{}/applications", session.path));
    assert_eq!(listed[0]["outcome"], "withdrawn");
    assert_eq!(status(&cast, application), "withdrawn");
}

/// A8.1: nobody decides before the review; a session's day does not say otherwise.
#[both_databases]
fn a_session_is_not_before_the_review(world: &World) {
    let cast = Cast::new(world);
    let early = cast.call_session(3, 3);
    cast.wait(Duration::days(1));
    let all = cast.are_reviewed(1);
    let application = &all[0].1;
    let put = |session: &Record| {
        cast.at_session(session, "applications", json!({ "application_ids": [application.id] })).expect(207)
    };
    let told = put(&early);
    let problem = &told["results"][0]["problem"];
    assert_eq!((&problem["code"], &problem["rule"]), (&json!("session_before_review"), &json!("A8.1")));
    assert_eq!(problem["errors"][0]["pointer"], "/application_ids/0");
    assert_eq!(status(&cast, application), "reviewed");
    assert_eq!(cast.association.all(&format!("{}/applications", early.path)), Vec::<Value>::new());
    let session = cast.call_session(3, 3);
    assert_eq!(results(&put(&session)), [(200, String::new())]);
    let mut body = actors::session_body(3, 3);
    body["number"] = session["number"].clone();
    let seen = cast.association.read(&session);
    let told = cast
        .association
        .put(&session.path)
        .if_match(&seen.etag)
        .json(body)
        .send()
        .problem(409, "session_before_review");
    assert_eq!(told.invalid_field("/held_on", "session_before_review")["rule"], "A8.1");
    assert_eq!(cast.association.read(&session)["held_on"], "2026-02-10");
}

/// Someone withdraws while the session is closed: either comes first, and the session closes all the same.
#[both_databases]
fn a_withdrawal_while_the_session_is_closed(world: &World) {
    let cast = Cast::new(world);
    for _ in 0..4 {
        let all = cast.are_reviewed(2);
        let [stays, leaves] = [0, 1].map(|index: usize| &all[index]);
        let session = cast.call_session(3, 3);
        cast.at_session(&session, "applications", json!({ "application_ids": [stays.1.id, leaves.1.id] }))
            .expect(207);
        cast.at_session(
            &session,
            "votes",
            json!({ "votes": [vote(&stays.1, 3, 0, 0), vote(&leaves.1, 3, 0, 0)] }),
        )
        .expect(207);
        let [closed, withdrawn] = thread::scope(|scope| {
            let close = scope.spawn(|| cast.at_session(&session, "close", Value::Null));
            let withdraw = scope.spawn(|| leaves.0.try_act(&leaves.1, "withdraw", actors::because()));
            [close, withdraw].map(|it| it.join().expect("an answer"))
        });
        closed.expect(207);
        assert!([200, 412].contains(&withdrawn.status.as_u16()), "{withdrawn}");
        assert_eq!(status(&cast, &stays.1), "passed");
        let left = if withdrawn.status == 200 { "withdrawn" } else { "passed" };
        assert_eq!(status(&cast, &leaves.1), left);
    }
}

/// A session of two hundred is one request each way, with one result for each.
#[both_databases]
fn two_hundred_are_decided_together(world: &World) {
    let cast = Cast::new(world);
    let all = cast.are_reviewed(200);
    let ids: Vec<&str> = all.iter().map(|(_, it)| it.id.as_str()).collect();
    let session = cast.call_session(21, 17);
    let mut many = ids.clone();
    many.push(&session.id);
    cast.at_session(&session, "applications", json!({ "application_ids": many })).expect(422);
    let told = cast.at_session(&session, "applications", json!({ "application_ids": ids })).expect(207);
    assert_eq!(results(&told), vec![(200, String::new()); 200]);
    let votes: Vec<Value> = all
        .iter()
        .enumerate()
        .map(|(index, (_, it))| vote(it, if index % 2 == 0 { 9 } else { 8 }, 8, 0))
        .collect();
    let told = cast.at_session(&session, "votes", json!({ "votes": votes })).expect(207);
    assert_eq!(results(&told), vec![(200, String::new()); 200]);
    let told = cast.at_session(&session, "close", Value::Null).expect(207);
    assert_eq!(told["results"].as_array().map(Vec::len), Some(200));
    assert_eq!(cast.association.all("/api/v1/expert-applications?status=passed").len(), 100);
    assert_eq!(cast.association.all("/api/v1/expert-applications?status=voted_down").len(), 100);
    let passed: Vec<&Record> = all.iter().step_by(2).map(|(_, it)| it).collect();
    let notice = cast.publish(&passed);
    assert_eq!(cast.association.all(&format!("{}/applications", notice.path)).len(), 100);
}
