//! Policies: recorded by their insurer on a registered project, endorsed, with every change kept.

use anze_tests::{Cast, Stage, World, actors, both_databases};
use serde_json::{Value, json};

/// A number is unique with its insurer; another insurer may have the same.
#[both_databases]
fn a_policy_number_is_unique_with_its_insurer(world: &World) {
    let cast = Cast::new(world);
    let project = cast.contractor.register_project(&cast);
    let body = actors::policy_body(&project, "100000.00");
    let policy = cast.insurer.create("/api/v1/policies", body.clone());
    cast.insurer.post("/api/v1/policies").json(body.clone()).send().expect(409);
    let other = cast.another("insurer");
    other.create("/api/v1/policies", body);
    other.get(&policy.path).send().problem(404, "not_found");
    assert_eq!(cast.contractor.all(&format!("/api/v1/policies?project_id={}", project.id)).len(), 2);
    assert_eq!(cast.insurer.all("/api/v1/policies").len(), 1);
}

/// What is received is at most the total; a period does not end before it begins.
#[both_databases]
fn a_policy_makes_sense(world: &World) {
    let cast = Cast::new(world);
    let project = cast.contractor.register_project(&cast);
    let with = |member: &str, value: Value| {
        let mut body = actors::policy_body(&project, "100000.00");
        body[member] = value;
        cast.insurer.post("/api/v1/policies").json(body).send()
    };
    for (member, value) in [
        ("premium_received", "100000.01"),
        ("period_end", "2026-01-31"),
        ("premium_total", "-1.00"),
        ("premium_total", "1.005"),
    ] {
        with(member, json!(value)).expect(422);
    }
    let kept = with("premium_received", json!("50000.00")).expect(201);
    assert_eq!((kept.text("fee_cap"), kept.text("fee_base")), ("21000.00", "premium_total"));
}

/// Every endorsement is kept, newest first, and shows in the policy.
#[both_databases]
fn endorsements_are_kept(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let endorse = |number: &str, premium: &str| {
        let body = json!({
            "endorsement_number": number, "effective_on": "2026-03-01", "premium_total": premium, "premium_received": "100000.03",
            "period_start": "2026-02-01", "period_end": "2028-06-30", "reason": "工期延长，追加保费。"
        });
        cast.insurer.try_act(story.policy(), "endorsements", body)
    };
    let endorsed = endorse("PD-1", "120000.00").expect(201);
    assert_eq!(endorsed.header("location"), Some(story.policy().path.as_str()));
    assert_eq!(cast.insurer.read(story.policy()).etag.split('-').next(), endorsed.etag().split('-').next());
    endorse("PD-1", "130000.00").expect(409);
    assert_eq!(endorse("PD-2", "130000.00").expect(201)["policy"]["fee_cap"], "27300.00");
    let kept = cast.contractor.all(&format!("{}/endorsements", story.policy().path));
    let numbers: Vec<&Value> = kept.iter().map(|one| &one["endorsement_number"]).collect();
    assert_eq!(numbers, ["PD-2", "PD-1"]);
    assert_eq!(cast.insurer.read(story.policy())["period_end"], "2028-06-30");
}
