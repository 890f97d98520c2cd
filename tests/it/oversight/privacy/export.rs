//! An expert exports all that is held about them, and nothing of others.

use anze_tests::{Actor, Cast, Record, World, actors, both_databases};
use chrono::{Days, Duration};
use serde_json::{Value, json};

/// An expert who came in by application, with an objection to it that was dismissed.
fn admitted_by_application(cast: &Cast, world: &anze_tests::World) -> (Actor, Record) {
    let published = cast.on_notice(1);
    let (applicant, application) = &published.applicants[0];
    let receipt = cast.object(&published.notice, application, "203.0.113.1").expect(201);
    let objection = Record::of("/api/v1/objections", &receipt);
    cast.association.act(&objection, "dismiss", json!({ "reason": "无事实依据" }));
    cast.wait(Duration::days(30));
    cast.wait_for_housekeeping(world, || cast.association.read(application).status() == "admitted");
    let mut me = applicant.clone();
    me.expert_id = me.get("/api/v1/me").send().expect(200).text("expert_id").to_owned();
    (me, application.clone())
}

fn list<'a>(export: &'a anze_tests::Answer, name: &str) -> &'a Vec<Value> {
    export[name].as_array().unwrap_or_else(|| panic!("no list {name}: {export}"))
}

/// Each part is there, what others said is there without who they are, and it says that it is whole.
#[both_databases]
fn an_expert_exports_all_that_is_held(world: &World) {
    let cast = Cast::new(world);
    let (me, application) = admitted_by_application(&cast, world);
    let shown = application["citizen_id"].as_str().unwrap_or_default();
    assert!(shown.contains('*'), "an application shows it masked: {shown}");
    // Base and availability, with what they note for themselves.
    let base = format!("/api/v1/experts/{}/base-location", me.expert_id);
    let place = json!({ "longitude": 118.123, "latitude": 24.512, "coordinate_system": "gcj02" });
    let etag = me.get(&base).send().expect(200).etag();
    me.put(&base).if_match(etag).json(json!({ "location": place })).send().expect(200);
    let away = json!({ "kind": "recurring", "weekday": "sunday", "note": "陪护家人" });
    me.post(format!("/api/v1/experts/{}/unavailabilities", me.expert_id)).json(away).send().expect(201);
    // A visit that they serve on, and one that they decline.
    let story = cast.bring(actors::Stage::Confirmed, &[actors::line("hazard_inspection", 2)]);
    let [first, second] = cast.visits(story.commission()).try_into().expect("two visits");
    let group = [(&cast.leader, "civil"), (&cast.mechanic, "mechanical"), (&me, "electrical")];
    let start = cast.tomorrow_morning();
    let agreed_by = |visit: &Record, start| {
        let proposed = cast.server.propose(visit, actors::proposal_body(&group, start));
        for (expert, _) in group {
            expert.agree(&proposed);
        }
        cast.contractor.agree(&proposed)
    };
    let later = agreed_by(&second, start + Days::new(2));
    me.try_act(&later, "decline", json!({ "reason": "住院" })).expect(200);
    let begun = cast.begin(&agreed_by(&first, start));
    me.take_step(&begun, "briefing", cast.now());
    me.attach(&begun, "photo", actors::jpeg());
    // What others say about them.
    let request = json!({
        "project_id": story.project.id, "organization_id": cast.owner.organization_id, "expert_id": me.expert_id,
        "kind": "kinship", "grounds": "该专家配偶任我单位总监。"
    });
    cast.supervisor.post("/api/v1/recusal-requests").json(request).send().expect(201);
    let tie =
        json!({ "kind": "kinship", "organization_id": cast.owner.organization_id, "from": "2024-01-01" });
    cast.association.post(format!("/api/v1/experts/{}/ties", me.expert_id)).json(tie).send().expect(201);
    let warning = json!({ "kind": "warning", "grounds": "未按时到场" });
    let record = format!("/api/v1/experts/{}", me.expert_id);
    let etag = cast.association.get(&record).send().expect(200).etag();
    cast.association
        .post(format!("{record}/conduct-records"))
        .if_match(etag)
        .json(warning)
        .send()
        .expect(201);

    let export = me.get("/api/v1/experts/me/export").send().expect(200);
    assert_eq!((&export["complete"], &export["truncated"]), (&json!(true), &json!([])));
    assert_eq!(export["expert"]["id"], json!(me.expert_id));
    assert_eq!(export["login_name"], json!(me.login_name));
    assert_eq!(export["base_location"]["location"], place);
    assert_eq!(list(&export, "unavailabilities")[0]["note"], "陪护家人");
    let [applied] = list(&export, "applications").as_slice() else { panic!("one application: {export}") };
    assert_eq!(applied["application"]["id"], json!(application.id));
    assert_eq!(applied["citizen_id"], export["personal"]["citizen_id"]);
    assert_eq!(list(&export, "application_files")[0]["application_id"], json!(application.id));
    let [objection] = list(&export, "objections").as_slice() else { panic!("one objection: {export}") };
    assert_eq!(
        (&objection["application_id"], &objection["status_reason"]),
        (&json!(application.id), &json!("无事实依据"))
    );
    assert_eq!(objection["grounds"], "从业经历与事实不符。");
    assert_eq!(
        (&export["conduct"]["warnings"], list(&export, "conduct_records")[0]["grounds"].as_str()),
        (&json!(1), Some("未按时到场"))
    );
    assert_eq!(
        (&list(&export, "declines")[0]["visit_id"], &list(&export, "declines")[0]["reason"]),
        (&json!(second.id), &json!("住院"))
    );
    assert_eq!(list(&export, "ties").len(), 1);
    let found = &list(&export, "ties_found_later")[0];
    assert_eq!((&found["visit_id"], &found["tie"]["kind"]), (&json!(first.id), &json!("kinship")));
    let request = &list(&export, "recusal_requests")[0];
    assert_eq!((request.text("grounds"), request.text("kind")), ("该专家配偶任我单位总监。", "kinship"));
    assert_eq!(list(&export, "groups")[0]["visit_id"], json!(first.id));
    let snapshots = list(&export, "group_snapshots");
    assert!(
        snapshots
            .iter()
            .any(|it| it["visit_id"] == json!(first.id) && it["snapshot"]["work_history"].is_array()),
        "{snapshots:?}"
    );
    let step = &list(&export, "steps")[0];
    assert_eq!((&step["visit_id"], &step["step"]["step"]), (&json!(first.id), &json!("briefing")));
    assert_eq!(step["step"]["place"]["longitude"], 118.097);
    assert_eq!(list(&export, "attachments")[0]["visit_id"], json!(first.id));
    assert!(
        list(&export, "notifications")
            .iter()
            .any(|it| it["kind"] == "visit_proposed" && it["text_zh"].is_string())
    );
    assert!(
        list(&export, "sessions").iter().all(|it| it["created_at"].is_string())
            && !list(&export, "sessions").is_empty()
    );
    assert!(!list(&export, "events").is_empty() && !list(&export, "account_events").is_empty());
    // Of who objected and who asked, nothing.
    let whole = export.to_string();
    for other in ["李建军", "13806000009", cast.supervisor.organization_id.as_str()] {
        assert!(!whole.contains(other), "{other}");
    }
}

/// Text members of a JSON object.
trait Text {
    fn text(&self, member: &str) -> &str;
}

impl Text for Value {
    fn text(&self, member: &str) -> &str {
        self[member].as_str().unwrap_or_default()
    }
}
