//! Registered projects are amended by their contractor, field by field, with a reason (A4.1).

use anze_tests::{
    Actor, Cast, Record, Stage, Story, World,
    actors::{self, because},
    both_databases,
};
use serde_json::{Value, json};

/// An amendment of these fields, with a reason.
fn amending(mut fields: Value) -> Value {
    fields["reason"] = json!("登记信息有误，更正。");
    fields
}

fn timeline(reader: &Actor, project: &Record) -> Vec<Value> {
    reader.all(&format!("{}/timeline?sort=created_at", project.path))
}

fn amended(reader: &Actor, project: &Record) -> Value {
    let all = timeline(reader, project);
    all.into_iter().rfind(|it| it["name"] == "project_amended").expect("an amendment in the timeline")
}

fn fact(event: &Value, name: &str) -> Value {
    let facts = event["facts"].as_array().expect("facts");
    facts.iter().find(|it| it["name"] == name).map_or(Value::Null, |it| it["text"].clone())
}

/// What is entered is in the record and, with its former value, in the timeline: of persons only that it changed.
#[both_databases]
fn a_registered_project_is_amended_field_by_field(world: &World) {
    let cast = Cast::new(world);
    let project = cast.contractor.register_project(&cast);
    let fields = json!({
        "leader_name": "林志强", "leader_mobile": "13806000009",
        "safety_officer": { "name": "王安全", "mobile": "13806000008" },
        "construction_permit_number": "350211202602010199", "planned_end": "2028-06-30",
        "address": "厦门市集美区杏林湾路 3 号",
        "location": { "longitude": 118.1, "latitude": 24.6, "coordinate_system": "gcj02" },
        // As they are: no change.
        "category": "building", "contract_price": "186000000.00", "floor_area": "48000.50",
        "name": "集美新城 A 地块安置房"
    });
    let next = cast.contractor.act(&project, "amend", amending(fields.clone()));
    assert_eq!(next.status(), "registered");
    for (name, value) in fields.as_object().expect("fields") {
        assert_eq!(&next[name], value, "{name}");
    }
    let event = amended(&cast.owner, &project);
    assert_eq!(
        (&event["reason"], &event["title"]),
        (&json!("登记信息有误，更正。"), &json!("更正项目登记信息"))
    );
    let said = |name| fact(&event, name);
    assert_eq!(
        said("amended_fields"),
        "工地地址、工地坐标、计划竣工日期、施工许可证编号、项目负责人姓名、项目负责人手机号码、安全负责人"
    );
    assert_eq!(
        (said("permit_number_before"), said("permit_number")),
        (json!("350211202602010101"), json!("350211202602010199"))
    );
    assert_eq!((said("planned_end_before"), said("planned_end")), (json!("2027-12-31"), json!("2028-06-30")));
    assert_eq!(said("address_before"), "厦门市集美区杏林湾路 1 号");
    // A11.3: no name and no number of a person is in the log.
    let log = json!(timeline(&cast.association, &project)).to_string();
    for personal in ["林志强", "13806000009", "王安全", "13806000008", "陈建国", "13806000001"] {
        assert!(!log.contains(personal), "{personal}");
    }
    let seen = cast.owner.read(&project);
    assert_eq!(
        (&seen["safety_officer"]["name"], &seen["safety_officer"]["mobile"]),
        (&json!("王**"), &json!("138****0008"))
    );
    for who in [&cast.supervisor, &cast.owner, &cast.association, &cast.regulator] {
        let [told] = who.notifications("project_amended").try_into().expect("told once");
        let text = told["text_zh"].as_str().unwrap_or_default();
        assert!(text.contains("安全负责人") && text.contains("登记信息有误"), "{text}");
    }
    assert!(cast.contractor.notifications("project_amended").is_empty());
    assert!(cast.supervisor.notifications("project_party_joined").is_empty());
    // An earlier amendment stays in the timeline beside a later one.
    let suspended = cast.contractor.act(&project, "suspend", json!({ "reason": "台风" }));
    let again = cast.contractor.act(&suspended, "amend", amending(json!({ "planned_end": "2028-12-31" })));
    assert_eq!((again.status(), &again["status_reason"]), ("suspended", &json!("台风")));
    let all = timeline(&cast.contractor, &project);
    assert_eq!(all.iter().filter(|it| it["name"] == "project_amended").count(), 2);
}

/// What decides the premium or the category is refused, as is what changes nothing, has no reason or is wrong.
#[both_databases]
fn an_amendment_is_refused_by_field_and_by_rule(world: &World) {
    let cast = Cast::new(world);
    let project = cast.contractor.register_project(&cast);
    let amend = |fields: Value| cast.contractor.try_act(&project, "amend", amending(fields));
    for (field, value) in [
        ("category", json!("municipal")),
        ("contract_price", json!("1.00")),
        ("floor_area", json!("1.00")),
        ("name", json!("另一个项目")),
    ] {
        let refused =
            amend(json!({ field: value, "leader_name": "林志强" })).problem(409, "field_not_amendable");
        assert_eq!(refused["rule"], "A3.1");
        refused.invalid_field(&format!("/{field}"), "field_not_amendable");
    }
    amend(json!({})).problem(409, "nothing_amended");
    amend(json!({ "leader_name": "陈建国", "owner": { "organization_id": cast.owner.organization_id } }))
        .problem(409, "nothing_amended")
        .invalid_field("/leader_name", "nothing_amended")
        .invalid_field("/owner", "nothing_amended");
    amend(json!({ "supervisor": {} }))
        .problem(409, "party_not_named")
        .invalid_field("/supervisor", "party_not_named");
    amend(json!({ "supervisor": { "organization_id": cast.owner.organization_id } }))
        .problem(422, "party_of_other_port")
        .invalid_field("/supervisor/organization_id", "party_of_other_port");
    amend(json!({ "planned_end": "2026-01-31" })).expect(422);
    amend(json!({ "leader_mobile": "1380600000" })).expect(422);
    amend(json!({ "colour": "red" })).expect(400);
    for reason in [json!(" "), Value::Null] {
        let answer =
            cast.contractor.try_act(&project, "amend", json!({ "leader_name": "林志强", "reason": reason }));
        assert!(answer.status == 422 || answer.status == 400, "{answer:?}");
    }
    cast.another("contractor")
        .try_act(&project, "amend", amending(json!({ "leader_name": "林志强" })))
        .expect(404);
    for who in [&cast.owner, &cast.supervisor, &cast.association, &cast.regulator] {
        who.try_act(&project, "amend", amending(json!({ "leader_name": "林志强" }))).expect(403);
    }
    assert_eq!(cast.contractor.read(&project).etag, project.etag);
}

/// A draft is updated; what is cancelled or completed stays as it is.
#[both_databases]
fn only_a_registered_project_is_amended(world: &World) {
    let cast = Cast::new(world);
    let draft = cast.contractor.create("/api/v1/projects", actors::project_body(&cast));
    let amend = |project: &Record| {
        cast.contractor.try_act(project, "amend", amending(json!({ "leader_name": "林志强" })))
    };
    amend(&draft).problem(409, "wrong_state");
    assert!(!cast.contractor.read(&draft)["allowed_actions"].to_string().contains("amend"));
    cast.contractor.act(&draft, "cancel", because());
    amend(&draft).problem(409, "wrong_state");
    let project = cast.contractor.register_project(&cast);
    assert!(project["allowed_actions"].to_string().contains("amend"));
    cast.contractor.act(&project, "complete", Value::Null);
    amend(&project).problem(409, "wrong_state");
}

/// The paths of everything below a project that its supervisor reads.
fn below(story: &Story, hazard: &Record) -> Vec<String> {
    let records = [&story.project, story.visit(), hazard];
    records.iter().map(|it| it.path.clone()).collect()
}

/// A11.3: who joins reads the project and all below it at once, who leaves reads nothing of it; both are told.
#[both_databases]
fn access_follows_a_change_of_supervisor_owner_and_district(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let hazard = cast.leader.record_hazard(story.visit(), None, cast.today());
    let (supervisor, owner) = (cast.another("supervisor"), cast.another("owner"));
    let owned = [story.policy().path.clone(), story.commission().path.clone(), story.plan().path.clone()];
    let for_supervisor = below(&story, &hazard);
    let for_owner: Vec<String> = for_supervisor.iter().chain(&owned).cloned().collect();
    let reads = |who: &Actor, paths: &[String], status: u16| {
        for path in paths {
            who.get(path).send().expect(status);
            let (collection, id) = path.rsplit_once('/').expect("a collection");
            let listed = who.all(collection).iter().any(|it| it["id"] == json!(id));
            assert_eq!(listed, status == 200, "{path} {}", who.name);
        }
    };
    reads(&cast.supervisor, &for_supervisor, 200);
    reads(&cast.owner, &for_owner, 200);
    reads(&supervisor, &for_supervisor, 404);
    let parties = json!({
        "supervisor": { "organization_id": supervisor.organization_id },
        "owner": { "organization_id": owner.organization_id },
        "district": "350203"
    });
    cast.contractor.act(&story.project, "amend", amending(parties));
    reads(&supervisor, &for_supervisor, 200);
    reads(&owner, &for_owner, 200);
    reads(&cast.supervisor, &for_supervisor, 404);
    reads(&cast.owner, &for_owner, 404);
    for (who, kind) in [
        (&supervisor, "project_party_joined"),
        (&owner, "project_party_joined"),
        (&cast.supervisor, "project_party_left"),
        (&cast.owner, "project_party_left"),
    ] {
        let [told] = who.notifications(kind).try_into().expect("told once");
        let number = story.project["number"].as_str().expect("a number");
        assert!(told["text_zh"].as_str().is_some_and(|it| it.contains(number)), "{told}");
    }
    let event = amended(&owner, &story.project);
    assert_eq!(
        (fact(&event, "supervisor_before"), fact(&event, "supervisor")),
        (json!(cast.supervisor.name), json!(supervisor.name))
    );
    assert_eq!(
        (fact(&event, "district_before"), fact(&event, "district")),
        (json!("集美区"), json!("思明区"))
    );
    // What the flow writes after it belongs to the new parties.
    supervisor.try_act(&hazard, "comment", json!({ "comment": "已督促整改。" })).expect(200);
    cast.supervisor.try_act(&hazard, "comment", json!({ "comment": "已督促整改。" })).expect(404);
    let second = cast.leader.record_hazard(story.visit(), Some("MH2024-07-2"), cast.today());
    reads(&supervisor, std::slice::from_ref(&second.path), 200);
    assert_eq!(supervisor.notifications("major_hazard").len(), 1);
    assert!(cast.supervisor.notifications("major_hazard").is_empty());
    // To a name only: nobody has the part.
    cast.contractor.act(&story.project, "amend", amending(json!({ "owner": { "name": "厦门丙开发公司" } })));
    reads(&owner, &for_owner, 404);
}

/// A party that was only named is linked to its organisation, once that came to the platform.
#[both_databases]
fn a_name_is_linked_to_an_organisation_that_came_later(world: &World) {
    let cast = Cast::new(world);
    let owner = cast.another("owner");
    let mut body = actors::project_body(&cast);
    body["owner"] = json!({ "name": owner.name });
    let draft = cast.contractor.create("/api/v1/projects", body);
    let project = cast.contractor.act(&draft, "register", Value::Null);
    owner.get(&project.path).send().expect(404);
    let link = json!({ "owner": { "organization_id": owner.organization_id } });
    let next = cast.contractor.act(&project, "amend", amending(link));
    assert_eq!(next["owner"], json!({ "organization_id": owner.organization_id }));
    owner.get(&project.path).send().expect(200);
    let event = amended(&owner, &project);
    assert_eq!((fact(&event, "owner_before"), fact(&event, "owner")), (json!(owner.name), json!(owner.name)));
    assert_eq!(fact(&event, "owner_id"), "单位");
}

/// A12.2: an expert with a tie to a party that joins leaves a group that has not begun, and is marked on one that has.
#[both_databases]
fn ties_are_checked_again_for_a_party_that_joins(world: &World) {
    let cast = Cast::new(world);
    let (ended, agreed) = (cast.bring_to(Stage::Ended), cast.bring_to(Stage::Agreed));
    let (owner, supervisor) = (cast.another("owner"), cast.another("supervisor"));
    for (expert, party) in [(&cast.mechanic, &owner), (&cast.leader, &supervisor)] {
        let tie =
            json!({ "kind": "shareholding", "organization_id": party.organization_id, "from": "2024-01-01" });
        cast.association
            .post(format!("/api/v1/experts/{}/ties", expert.expert_id))
            .json(tie)
            .send()
            .expect(201);
    }
    let parties = json!({
        "owner": { "organization_id": owner.organization_id },
        // By name alone, as whoever is named is a party too.
        "supervisor": { "name": supervisor.name }
    });
    for story in [&agreed, &ended] {
        cast.contractor.act(&story.project, "amend", amending(parties.clone()));
    }
    let visit = cast.association.read(agreed.visit());
    assert_eq!(visit.status(), "planned");
    let group = cast.association.get(format!("{}/group", agreed.visit().path)).send().expect(200);
    assert_eq!(group["members"].as_array().map(Vec::len), Some(1), "{group:?}");
    let marked = cast.association.read(ended.visit())["ties_found_later"].clone();
    assert_eq!(marked.as_array().map(Vec::len), Some(2), "{marked}");
    for kind in ["expert_recused", "tie_found_later"] {
        // Each is told of both, and of their own tie which it is.
        let told = cast.mechanic.notifications(kind);
        let own = told.iter().filter(|it| it["text_zh"].as_str().is_some_and(|text| text.contains("持股")));
        assert_eq!((told.len(), own.count()), (2, 1), "{kind}");
    }
    let names: Vec<_> =
        timeline(&cast.association, &agreed.project).iter().map(|it| it["name"].clone()).collect();
    let of = |name: &str| names.iter().position(|it| it == name);
    assert!(of("project_amended") < of("visit_expert_recused"), "{names:?}");
}

/// Of two people who amend at once, one is told that the project has changed.
#[both_databases]
fn of_two_who_amend_at_once_one_is_refused(world: &World) {
    let cast = Cast::new(world);
    let colleague = cast.colleague(&cast.contractor, "operator");
    for round in 0..4 {
        let project = cast.contractor.register_project(&cast);
        let owner = json!({ "owner": { "name": format!("厦门丁公司 {round}") } });
        let leader = json!({ "leader_name": "林志强" });
        let mut statuses = std::thread::scope(|scope| {
            let one = scope
                .spawn(|| cast.contractor.act_at(&project, "amend", &project.etag, amending(owner)).status);
            let other =
                scope.spawn(|| colleague.act_at(&project, "amend", &project.etag, amending(leader)).status);
            [one.join().expect("an answer"), other.join().expect("an answer")]
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        let all = timeline(&cast.contractor, &project);
        assert_eq!(all.iter().filter(|it| it["name"] == "project_amended").count(), 1);
    }
}
