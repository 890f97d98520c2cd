//! Many policies or commissions in one request, as insurers push them at night.

use anze_tests::{Actor, Answer, Cast, Record, Stage, World, actors, both_databases};
use serde_json::{Value, json};

fn push(insurer: &Actor, collection: &str, items: &[Value]) -> Answer {
    insurer.post(format!("/api/v1/{collection}/batch")).json(json!({ "items": items })).send()
}

fn results(answer: &Answer) -> &[Value] {
    answer["results"].as_array().expect("results")
}

fn policies(project: &Record, count: usize) -> Vec<Value> {
    (0..count).map(|_| actors::policy_body(project, "1000.00")).collect()
}

fn commissions(cast: &Cast, policy: &Record, count: usize) -> Vec<Value> {
    let lines = [actors::line("hazard_inspection", 1)];
    (0..count).map(|_| actors::commission_body(policy, &cast.server, &lines, "1.00")).collect()
}

/// A thousand in one request, one more is refused whole.
#[both_databases]
fn a_thousand_policies_are_recorded_at_once(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Registered);
    let answer = push(&cast.insurer_system, "policies", &policies(&story.project, 1000)).expect(207);
    assert_eq!(results(&answer).len(), 1000);
    assert!(results(&answer).iter().all(|result| result["status"] == 201 && result["problem"].is_null()));
    let count = "SELECT count(*) AS n FROM policies";
    assert_eq!(world.database().number(count), 1000);
    push(&cast.insurer_system, "policies", &policies(&story.project, 1001))
        .problem(422, "invalid_input")
        .invalid_field("/items", "too_many");
    push(&cast.insurer_system, "policies", &[])
        .problem(422, "invalid_input")
        .invalid_field("/items", "too_few");
    assert_eq!(world.database().number(count), 1000);
    let last = &results(&answer)[999]["policy"];
    let path = format!("/api/v1/policies/{}", last["id"].as_str().expect("an id"));
    let seen = cast.insurer.get(path).send().expect(200);
    assert_eq!(seen["policy_number"], last["policy_number"]);
    // Every one of them is in the project's chain.
    assert_eq!(
        world.database().number("SELECT count(*) AS n FROM events WHERE name = 'policy_recorded'"),
        1000
    );
}

/// Each is judged by itself: what is wrong with one is told there, and the others are recorded.
#[both_databases]
fn one_refused_policy_leaves_the_others(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let other = cast.contractor.register_project(&cast);
    let draft = cast.contractor.create("/api/v1/projects", actors::project_body(&cast));
    let mut items = policies(&story.project, 7);
    items[1]["policy_number"] = story.policy()["policy_number"].clone();
    items[2]["premium_received"] = json!("1000.01");
    items[3]["premium_total"] = json!("many");
    items[3]["colour"] = json!("red");
    items[4] = actors::policy_body(&draft, "1000.00");
    items[5] = actors::policy_body(&other, "1000.00");
    let answer = push(&cast.insurer_system, "policies", &items).expect(207);
    let told: Vec<_> = results(&answer)
        .iter()
        .map(|result| (result["status"].clone(), result["problem"]["code"].clone()))
        .collect();
    let expected = [
        (201, None),
        (409, Some("policy_number_taken")),
        (422, Some("premium_received_too_high")),
        (400, Some("unreadable_body")),
        (409, Some("unknown_reference")),
        (201, None),
        (201, None),
    ];
    assert_eq!(json!(told), json!(expected), "{answer}");
    assert_eq!(results(&answer)[2]["problem"]["errors"][0]["pointer"], "/premium_received");
    let pointers: Vec<_> = results(&answer)[3]["problem"]["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["pointer"].clone())
        .collect();
    assert_eq!(json!(pointers), json!(["/colour", "/premium_total"]));
    assert_eq!(cast.insurer.all("/api/v1/policies").len(), 4);
    // The tag is the version to go on with; the log has those that were recorded, in one unbroken chain.
    let made = &results(&answer)[6];
    let endorsement = json!({
        "endorsement_number": "P1", "effective_on": "2026-03-01", "premium_total": "2000.00", "premium_received": "2000.00",
        "period_start": "2026-02-01", "period_end": "2027-12-31", "reason": "增加保费"
    });
    let path = format!("/api/v1/policies/{}/endorsements", made["policy"]["id"].as_str().expect("an id"));
    cast.insurer
        .post(path)
        .if_match(made["etag"].as_str().expect("a tag"))
        .json(endorsement)
        .send()
        .expect(201);
    assert_eq!(world.database().number("SELECT count(*) AS n FROM events WHERE name = 'policy_recorded'"), 4);
    let audit = anze_tests::binary::run(
        env!("CARGO_BIN_EXE_anze-under-test"),
        world.database(),
        &["audit", "verify"],
    );
    assert!(audit.0, "{}", audit.1);
}

/// Under its key it is done once, and answered as it was; with another body the key is refused.
#[both_databases]
fn a_batch_is_done_once(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Registered);
    let mut items = policies(&story.project, 3);
    items[1]["premium_received"] = json!("1000.01");
    let push = |items: &[Value]| {
        cast.insurer_system
            .post("/api/v1/policies/batch")
            .idempotency_key("night")
            .json(json!({ "items": items }))
            .send()
    };
    let first = push(&items).expect(207);
    let again = push(&items).expect(207);
    assert_eq!((again.header("idempotency-replayed"), &again.bytes), (Some("true"), &first.bytes));
    push(&items[..2]).problem(422, "idempotency_key_reused");
    assert_eq!(cast.insurer.all("/api/v1/policies").len(), 2);
}

/// Commissions too: as drafts, on several projects, by a token with the scope.
#[both_databases]
fn commissions_are_drafted_at_once(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let other = cast.bring_to(Stage::Insured);
    let mut items = [commissions(&cast, story.policy(), 20), commissions(&cast, other.policy(), 20)].concat();
    items[3]["lines"] = json!([]);
    items[4]["provider_id"] = json!(cast.owner.organization_id);
    items[5]["policy_id"] = json!(cast.owner.organization_id);
    let system = cast.system_of(&cast.insurer, &["commissions:write", "commissions:read"]);
    let answer = push(&system, "commissions", &items).expect(207);
    let refused: Vec<_> = results(&answer)
        .iter()
        .filter(|result| result["status"] != 201)
        .map(|result| result["problem"]["errors"][0]["pointer"].clone())
        .collect();
    assert_eq!(json!(refused), json!(["/lines", "/provider_id", "/policy_id"]));
    let mut numbers: Vec<String> = results(&answer)
        .iter()
        .filter_map(|result| result["commission"]["number"].as_str().map(str::to_owned))
        .collect();
    numbers.dedup();
    assert_eq!(numbers.len(), 37);
    let made = &results(&answer)[0];
    let path = format!("/api/v1/commissions/{}/submit", made["commission"]["id"].as_str().expect("an id"));
    system.post(path).if_match(made["etag"].as_str().expect("a tag")).send().expect(200);
    push(&system, "commissions", &commissions(&cast, story.policy(), 1001)).problem(422, "invalid_input");
    push(&cast.system_of(&cast.insurer, &["policies:write"]), "commissions", &items)
        .problem(403, "forbidden");
    push(&cast.contractor, "commissions", &items).problem(403, "forbidden");
    // Another insurer builds on nothing of it.
    let answer = push(&cast.another("insurer"), "commissions", &items[..2]).expect(207);
    assert!(results(&answer).iter().all(|result| result["problem"]["code"] == "unknown_reference"));
}

/// Batches that want the same projects in opposite orders wait for each other, and both are done.
#[both_databases]
fn batches_do_not_lock_each_other_out(world: &World) {
    let cast = Cast::new(world);
    let projects: Vec<Record> = (0..4).map(|_| cast.contractor.register_project(&cast)).collect();
    let insurers: Vec<Actor> = (0..4).map(|_| cast.another("insurer")).collect();
    std::thread::scope(|scope| {
        for (turn, insurer) in insurers.iter().enumerate() {
            let projects = &projects;
            scope.spawn(move || {
                let mut items: Vec<Value> =
                    projects.iter().map(|project| actors::policy_body(project, "1000.00")).collect();
                items.rotate_left(turn);
                if turn % 2 == 1 {
                    items.reverse();
                }
                let answer = push(insurer, "policies", &items).expect(207);
                assert!(results(&answer).iter().all(|result| result["status"] == 201), "{answer}");
            });
        }
    });
}
