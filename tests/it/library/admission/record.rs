//! The record of an application: what happened, who is told, and whose data is shown to whom.

use anze_tests::{Actor, Cast, Record, World, actors, both_databases};
use serde_json::{Value, json};

use super::{status, vote};

fn events(who: &Actor, application: &Record) -> Vec<Value> {
    who.all(&format!("{}/events?sort=created_at", application.path))
}

fn fact(event: &Value, name: &str) -> Option<String> {
    let facts = event["facts"].as_array().into_iter().flatten();
    let mut named = facts.filter(|it| it["name"] == name);
    named.next().and_then(|it| it["value"].as_str()).map(str::to_owned)
}

/// A8.1: each step stands in the record, with the votes, whatever stream it was written to; and each is told.
#[both_databases]
fn the_record_shows_each_step(world: &World) {
    let cast = Cast::new(world);
    let (applicant, draft) = cast.applies("leader");
    applicant.certify(&draft);
    applicant.act(&draft, "submit", Value::Null);
    cast.association.act(&draft, "return", json!({ "reason": "请补充" }));
    applicant.act(&draft, "submit", Value::Null);
    let reviewed = cast.association.act(&draft, "review", Value::Null);
    let session = cast.call_session(3, 3);
    cast.at_session(&session, "applications", json!({ "application_ids": [draft.id] })).expect(207);
    let votes = |votes_for, votes_against| {
        cast.at_session(&session, "votes", json!({ "votes": [vote(&draft, votes_for, votes_against, 0)] }))
            .expect(207)
    };
    votes(1, 2);
    votes(2, 1);
    cast.at_session(&session, "close", Value::Null).expect(207);
    let notice = cast.publish(&[&draft]);
    cast.wait_for_the_end(&notice);
    cast.wait_for_housekeeping(world, || status(&cast, &draft) == "admitted");

    let all = events(&applicant, &draft);
    let names: Vec<&str> = all.iter().map(|it| it["name"].as_str().expect("a name")).collect();
    let expected = [
        "created",
        "submitted",
        "returned",
        "submitted",
        "reviewed",
        "put_to_vote",
        "votes_recorded",
        "votes_recorded",
        "passed",
        "published",
        "admitted",
    ];
    assert_eq!(names, expected.map(|it| format!("expert_application_{it}")));
    // What was recorded first stays to be read.
    let said = |index: usize| {
        ["votes_for", "votes_against", "votes_abstain"]
            .map(|name| fact(&all[index], name).unwrap_or_default())
    };
    assert_eq!([said(6), said(7), said(8)], [["1", "2", "0"], ["2", "1", "0"], ["2", "1", "0"]]);
    assert_eq!(
        (fact(&all[7], "again"), fact(&all[8], "outcome")),
        (Some("true".into()), Some("passed".into()))
    );
    assert_eq!(all[2]["reason"], "请补充");

    let path = format!("{}/events", draft.path);
    let page = applicant.get(format!("{path}?limit=4")).send().expect(200);
    assert_eq!((page.items().len(), &page.items()[0]["name"]), (4, &json!("expert_application_admitted")));
    let whole: Vec<Value> = applicant.all(&format!("{path}?sort=-created_at"));
    assert_eq!(whole.len(), 11);
    let me = cast.association.get("/api/v1/me").send().expect(200)["id"].clone();
    assert_eq!(events(&cast.association, &draft)[4]["actor_id"], me);
    assert!(events(&cast.regulator, &draft).iter().all(|it| it["actor_id"].is_null()));
    cast.contractor.get(&path).send().expect(403);
    cast.registers().get(&path).send().problem(404, "not_found");

    // The session's own chain says by which rules.
    let chain = |name: &str| {
        world.database().number(&format!(
        "SELECT COUNT(*) AS n FROM events WHERE name = '{name}' AND facts LIKE '%members_present%' AND facts LIKE '%majority_rule%'"
    ))
    };
    assert_eq!(
        ["council_session_created", "council_votes_recorded", "council_session_closed"].map(chain),
        [1, 2, 1]
    );

    let told = |kind: &str| applicant.notifications(kind).len();
    let kinds = [
        "application_returned",
        "application_passed",
        "application_on_notice",
        "application_admitted",
        "application_submitted",
    ];
    assert_eq!(kinds.map(told), [1, 1, 1, 1, 0]);
    assert_eq!(cast.association.notifications("application_submitted").len(), 2);
    let passed = &applicant.notifications("application_passed")[0];
    assert!(
        passed["text_zh"].as_str().is_some_and(|text| text.contains("赞成 2，反对 1，弃权 0")),
        "{passed}"
    );
    assert_eq!(reviewed["reviewed_by"], me);
    assert!(applicant.read(&draft)["reviewed_by"].is_null());
}

/// What it was assessed by stays with the review, as it stood.
#[both_databases]
fn an_assessment_stays_as_it_was(world: &World) {
    let cast = Cast::new(world);
    let applicant = cast.registers();
    let mut body = actors::application_body("member");
    body["work_history"][0]["from"] = json!("2016-01-01");
    body["work_history"][0]["to"] = Value::Null;
    let draft = applicant.create("/api/v1/expert-applications", body);
    let assessed = |who: &Actor| who.get(format!("{}/assessment", draft.path)).send().expect(200);
    let reviewed = cast.review(&applicant, &draft);
    let before = assessed(&cast.association);
    assert_eq!((&before["assessed_on"], &before["experience"]["years"]), (&json!("2026-02-09"), &json!(10)));
    cast.wait(chrono::Duration::days(400));
    assert_eq!(assessed(&applicant).body, before.body);
    assert_eq!(status(&cast, &reviewed), "reviewed");
}

/// The association sees the citizen id masked, and the whole of it with a reason, on record; the regulator no more
/// than it needs.
#[both_databases]
fn an_applicants_data_is_shown_to_who_needs_it(world: &World) {
    let cast = Cast::new(world);
    let applicant = cast.registers();
    let body = actors::application_body("member");
    let citizen_id = body["citizen_id"].as_str().expect("a number").to_owned();
    let masked = format!("{}***********{}", &citizen_id[..3], &citizen_id[14..]);
    let draft = applicant.create("/api/v1/expert-applications", body.clone());
    let unmask = |who: &Actor, reason: &str| {
        who.post(format!("{}/unmask", draft.path)).json(json!({ "reason": reason })).send()
    };
    unmask(&cast.association, "核对").problem(404, "not_found");
    applicant.certify(&draft);
    applicant.act(&draft, "submit", Value::Null);
    for reader in [&applicant, &cast.association] {
        let seen = reader.read(&draft);
        assert_eq!((&seen["citizen_id"], &seen["name"]), (&json!(masked), &json!("王小明")));
        assert!(seen["titles"].is_array() && seen["work_history"].is_array());
    }
    assert!(
        cast.association.read(&draft)["allowed_actions"]
            .as_array()
            .is_some_and(|all| all.contains(&json!("unmask")))
    );
    let seen = cast.regulator.read(&draft);
    assert_eq!(seen["name"], "王**");
    for hidden in ["citizen_id", "titles", "work_history", "registered_safety_engineer", "reviewed_by"] {
        assert!(seen[hidden].is_null(), "{hidden}: {:#}", seen.body);
    }
    let number = body["titles"][0]["certificate_number"].as_str().expect("a number");
    for list in ["/api/v1/expert-applications", "/api/v1/expert-applications?status=submitted"] {
        let listed = cast.regulator.all(list);
        assert_eq!(listed.len(), 1);
        assert!(!json!(listed).to_string().contains(number) && !json!(listed).to_string().contains("王小明"));
    }

    for (who, status) in [(&cast.regulator, 403), (&applicant, 403), (&cast.contractor, 403)] {
        unmask(who, "核对").expect(status);
    }
    unmask(&cast.association, " ").expect(422);
    let read = unmask(&cast.association, "核对身份证复印件").expect(200);
    assert_eq!((&read["citizen_id"], &read["mobile"]), (&json!(citizen_id), &body["mobile"]));
    assert_eq!(read.header("cache-control"), Some("no-store"));
    let last = events(&applicant, &draft).pop().expect("an event");
    assert_eq!(
        (&last["name"], &last["reason"]),
        (&json!("expert_application_unmasked"), &json!("核对身份证复印件"))
    );
    let leaked = world.database().number(&format!(
        "SELECT COUNT(*) AS n FROM events WHERE facts LIKE '%{citizen_id}%' OR reason LIKE '%{citizen_id}%'"
    ));
    assert_eq!(leaked, 0);
    applicant.act(&draft, "withdraw", json!({ "reason": "不再申请" }));
    unmask(&cast.association, "核对").problem(409, "wrong_state");
}
