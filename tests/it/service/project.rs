//! Projects: drafted, corrected and registered by their contractor (A4.1), seen by their parties.

use anze_tests::{Actor, Cast, Client, Record, Stage, World, actors, both_databases};
use serde_json::{Value, json};

/// A4.1: supervisor and owner are named before registration, here or by name; of the right port.
#[both_databases]
fn a_project_names_its_parties(world: &World) {
    let cast = Cast::new(world);
    let mut body = actors::project_body(&cast);
    body["supervisor"] = json!({});
    let draft = cast.contractor.create("/api/v1/projects", body.clone());
    let told = cast.contractor.try_act(&draft, "register", Value::Null).problem(409, "party_not_named");
    assert_eq!(told["rule"], "A4.1", "{told}");
    body["supervisor"] = json!({ "organization_id": cast.owner.organization_id });
    cast.contractor
        .post("/api/v1/projects")
        .json(body.clone())
        .send()
        .problem(422, "party_of_other_port")
        .invalid_field("/supervisor/organization_id", "party_of_other_port");
    body["supervisor"] =
        json!({ "organization_id": cast.supervisor.organization_id, "name": "厦门某监理公司" });
    cast.contractor.post("/api/v1/projects").json(body.clone()).send().expect(422);
    body["supervisor"] = json!({ "name": "厦门某监理公司" });
    let corrected = cast.contractor.replace(&draft, body);
    assert_eq!(cast.contractor.act(&corrected, "register", Value::Null).status(), "registered");
    // It is not the supervisor of this one.
    cast.supervisor.get(&draft.path).send().problem(404, "not_found");
    cast.owner.get(&draft.path).send().expect(200);
}

/// What is registered is not rewritten; a draft may be given up.
#[both_databases]
fn what_is_registered_is_not_rewritten(world: &World) {
    let cast = Cast::new(world);
    let project = cast.contractor.register_project(&cast);
    cast.contractor
        .put(&project.path)
        .if_match(&project.etag)
        .json(actors::project_body(&cast))
        .send()
        .problem(409, "wrong_state");
    let draft = cast.contractor.create("/api/v1/projects", actors::project_body(&cast));
    cast.contractor.try_act(&draft, "cancel", json!({ "reason": " " })).expect(422);
    assert_eq!(cast.contractor.act(&draft, "cancel", actors::because()).status(), "cancelled");
    assert_eq!(cast.contractor.act(&project, "complete", Value::Null).status(), "completed");
}

/// A place lies in Xiamen; a period does not end before it begins.
#[both_databases]
fn a_project_lies_in_xiamen(world: &World) {
    let cast = Cast::new(world);
    let with = |member: &str, value: Value| {
        let mut body = actors::project_body(&cast);
        body[member] = value;
        cast.contractor.post("/api/v1/projects").json(body).send()
    };
    with("location", json!({ "longitude": 116.4, "latitude": 39.9, "coordinate_system": "wgs84" }))
        .expect(422);
    with("planned_end", json!("2026-01-31")).expect(422);
    with("planned_end", json!("2026-02-01")).expect(201);
}

/// Numbers are unique, whoever draws them; the project leader's name and mobile are for who meets them (A11.3).
#[both_databases]
fn numbers_and_masks(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Submitted);
    let other = cast.contractor.register_project(&cast);
    assert_ne!(story.project["number"], other["number"]);
    for (reader, masked) in [
        (&cast.contractor, false),
        (&cast.association, false),
        (&cast.supervisor, true),
        (&cast.owner, true),
        (&cast.insurer, true),
        (&cast.regulator, true),
    ] {
        let seen = reader.read(&story.project);
        for member in ["leader_mobile", "leader_name"] {
            assert_eq!(
                seen[member].as_str().is_some_and(|text| text.contains('*')),
                masked,
                "{member}: {reader:?}"
            );
        }
    }
    assert_eq!(cast.owner.read(&story.project)["leader_name"], "陈**");
    assert_eq!(cast.regulator.all("/api/v1/projects?district=350211&status=registered").len(), 2);
    assert_eq!(cast.regulator.all("/api/v1/projects?district=350203").len(), 0);
}

/// Narrowed to a contractor, a list holds theirs, as far as the caller sees them; narrowed further, fewer.
#[both_databases]
fn a_list_is_narrowed_to_a_contractor(world: &World) {
    let cast = Cast::new(world);
    let (story, draft) = (
        cast.bring_to(Stage::Submitted),
        cast.contractor.create("/api/v1/projects", actors::project_body(&cast)),
    );
    let other = cast.another("contractor");
    let of_other = other.register_project(&cast);
    let seen = |who: &Actor, contractor: &Actor, further: &str| -> Vec<String> {
        let path = format!("/api/v1/projects?contractor_id={}{further}", contractor.organization_id);
        who.all(&path).iter().map(|item| item["id"].as_str().map(str::to_owned).unwrap_or_default()).collect()
    };
    let only = |record: &Record| vec![record.id.clone()];
    let both = [draft.id.clone(), story.project.id.clone()];
    for who in [&cast.association, &cast.contractor] {
        assert_eq!(seen(who, &cast.contractor, ""), both, "{who:?}");
    }
    // A draft is its contractor's; whom it names has a part in it once it is registered.
    for named in [&cast.supervisor, &cast.owner] {
        assert_eq!(seen(named, &cast.contractor, ""), only(&story.project), "{named:?}");
        named.get(&draft.path).send().problem(404, "not_found");
    }
    let page = format!("/api/v1/projects?contractor_id={}&limit=1", cast.contractor.organization_id);
    let first = cast.association.get(&page).send().expect(200);
    let next = first["next_cursor"].as_str().unwrap_or_default();
    let second = cast.association.get(format!("{page}&cursor={next}")).send().expect(200);
    assert_eq!(
        [first.items()[0]["id"].as_str(), second.items()[0]["id"].as_str()],
        [Some(both[0].as_str()), Some(both[1].as_str())]
    );
    assert_eq!(seen(&cast.association, &cast.contractor, "&status=draft"), only(&draft));
    assert_eq!(seen(&cast.association, &other, "&sort=created_at"), only(&of_other));
    for who in [&cast.insurer, &cast.server, &cast.regulator] {
        assert!(seen(who, &cast.contractor, "").contains(&story.project.id), "{who:?}");
    }
    let cancelled = cast.contractor.act(&draft, "cancel", actors::because());
    cast.owner.get(&cancelled.path).send().problem(404, "not_found");
    // The insurer has a part in the one project only, the other contractor in none of these.
    assert_eq!(seen(&cast.insurer, &cast.contractor, ""), only(&story.project));
    assert!(seen(&cast.insurer, &other, "").is_empty());
    assert!(seen(&other, &cast.contractor, "").is_empty());
    assert!(seen(&cast.association, &cast.insurer, "").is_empty());
}

/// A11.3: a regulator of one district sees that district, in every list and record, and nothing of another.
#[both_databases]
fn a_regulator_sees_their_own_district(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let hazard = cast.leader.record_hazard(story.visit(), None, cast.today());
    let of = |district: &str| {
        let name = actors::login_name("regulator");
        let mut body = actors::registration_body("regulator", &name);
        body["organization"]["district"] = json!(district);
        cast.association.create("/api/v1/organizations", body);
        cast.person(&name)
    };
    let (here, elsewhere) = (of("350211"), of("350203"));
    for record in [&story.project, story.policy(), story.commission(), story.plan(), story.visit(), &hazard] {
        here.get(&record.path).send().expect(200);
        elsewhere.get(&record.path).send().problem(404, "not_found");
    }
    elsewhere.get(format!("{}/timeline", story.project.path)).send().problem(404, "not_found");
    for list in ["projects", "policies", "commissions", "service-plans", "visits", "hazards"] {
        let listed = |who: &Client| who.get(format!("/api/v1/{list}")).send().expect(200).items().len();
        assert_eq!((listed(&here), listed(&elsewhere)), (1, 0), "{list}");
    }
}

/// An insurer finds the project that it is to insure by the number that the contractor tells it, and nothing more than that; it is
/// on record.
#[both_databases]
fn an_insurer_looks_a_project_up_by_its_number(world: &World) {
    let cast = Cast::new(world);
    let project = cast.contractor.register_project(&cast);
    let number = project.body["number"].as_str().expect("a number");
    let permit = project.body["construction_permit_number"].as_str().expect("a permit");
    cast.insurer.get(&project.path).send().expect(404);
    let card = cast.insurer.get(format!("/api/v1/projects/lookup?number={number}")).send().expect(200);
    assert_eq!(
        card.body,
        json!({
            "id": project.id, "number": number, "name": project.body["name"], "district": project.body["district"],
            "contractor_name": cast.association.get(format!("/api/v1/organizations/{}", cast.contractor.organization_id))
                .send().expect(200)["name"],
        })
    );
    let second = cast.contractor.register_project(&cast);
    let by_permit = format!("/api/v1/projects/lookup?construction_permit_number={permit}");
    assert_eq!(cast.insurer_system.get(&by_permit).send().expect(200)["id"], json!(second.id), "the newest");
    let both = format!("{by_permit}&number={number}");
    assert_eq!(cast.insurer.get(both).send().expect(200)["id"], json!(project.id));
    let entries = cast.contractor.all(&format!("{}/timeline", project.path));
    let looked: Vec<_> = entries.iter().filter(|it| it["name"] == "project_looked_up").collect();
    assert_eq!(looked.len(), 2);
    for (query, status, code) in [
        ("", 400, "invalid_parameter"),
        ("?number=", 400, "invalid_parameter"),
        ("?number=XM-2026-999999", 404, "not_found"),
        (&format!("?number={}", &number[..number.len() - 1]), 404, "not_found"),
        ("?number=%25", 404, "not_found"),
    ] {
        cast.insurer.get(format!("/api/v1/projects/lookup{query}")).send().problem(status, code);
    }
    let draft = cast.contractor.create("/api/v1/projects", actors::project_body(&cast));
    let drafted = draft.body["number"].as_str().expect("a number");
    cast.insurer.get(format!("/api/v1/projects/lookup?number={drafted}")).send().expect(404);
    cast.contractor.get(format!("/api/v1/projects/lookup?number={number}")).send().problem(403, "forbidden");
    // The card is all that the insurer needs to record its policy.
    cast.insurer.create("/api/v1/policies", actors::policy_body(&project, "1000.00"));
    cast.insurer.get(&project.path).send().expect(200);
}
