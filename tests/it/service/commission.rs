//! Commissions: the fee cap to the fen and under a rush, actual cost, lines, ends.

use std::sync::Barrier;

use anze_tests::{Cast, Record, Stage, World, actors, both_databases};
use serde_json::{Value, json};

/// One inspection.
fn lines() -> Vec<Value> {
    vec![actors::line("hazard_inspection", 1)]
}

fn fen(amount: &Value) -> i64 {
    let digits: String = amount.as_str().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("an amount")
}

/// A3.1: 21 % of 100,000.03 is 21,000.0063; the cap is rounded down, the fen below it is taken, the next is not.
#[both_databases]
fn the_cap_is_kept_to_the_fen(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let policy = story.policy();
    assert_eq!(policy["fee_cap"], "21000.00");
    let above = cast.insurer.draft_commission(policy, &cast.server, &lines(), "21000.01");
    let refused = cast.insurer.try_act(&above, "submit", Value::Null).problem(409, "fee_cap_exceeded");
    assert_eq!(refused["rule"], "A3.1", "{refused}");
    let exactly = cast.insurer.commission(policy, &cast.server, &lines(), "21000.00");
    assert_eq!(cast.insurer.read(policy)["committed_fees"], "21000.00");
    let one_fen = cast.insurer.draft_commission(policy, &cast.provider, &lines(), "0.01");
    cast.insurer.try_act(&one_fen, "submit", Value::Null).problem(409, "fee_cap_exceeded");
    // What is withdrawn no longer counts.
    cast.insurer.act(&exactly, "withdraw", actors::because());
    cast.insurer.submit(&one_fen);
    assert_eq!(cast.insurer.read(policy)["committed_fees"], "0.01");
}

/// A3.1 counts over all commissions, whoever made them; a returned one gives its share back.
#[both_databases]
fn the_cap_counts_all_commissions_of_the_policy(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let colleague = cast.colleague(&cast.insurer, "operator");
    let first = cast.insurer.commission(story.policy(), &cast.server, &lines(), "12000.00");
    colleague.commission(story.policy(), &cast.provider, &lines(), "8999.99");
    let rest = cast.insurer_system.draft_commission(story.policy(), &cast.server, &lines(), "0.02");
    cast.insurer_system.try_act(&rest, "submit", Value::Null).problem(409, "fee_cap_exceeded");
    cast.server.return_for_correction(&first);
    cast.insurer_system.submit(&rest);
    cast.insurer.try_act(&first, "submit", Value::Null).problem(409, "fee_cap_exceeded");
}

/// A3.1: twenty at the same moment. Never above the cap, and nothing refused that would have fitted.
#[both_databases]
fn twenty_at_once_never_exceed_the_cap(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let drafts: Vec<Record> = (0..20)
        .map(|number| {
            let who = if number % 2 == 0 { &cast.insurer } else { &cast.insurer_system };
            who.draft_commission(story.policy(), &cast.server, &lines(), &format!("{}.07", 900 + 37 * number))
        })
        .collect();
    let start = Barrier::new(drafts.len());
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = drafts
            .iter()
            .enumerate()
            .map(|(number, draft)| {
                let who = if number % 3 == 0 { &cast.insurer_system } else { &cast.insurer };
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    who.act_at(draft, "submit", &draft.etag, Value::Null)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("it answers")).collect()
    });
    let mut sum = 0;
    let mut refused = Vec::new();
    for (draft, answer) in drafts.iter().zip(answers) {
        if answer.status == 200 {
            sum += fen(&draft["fee"]);
        } else {
            answer.problem(409, "fee_cap_exceeded");
            refused.push(fen(&draft["fee"]));
        }
    }
    assert!(sum <= 2_100_000, "{sum} fen are above the cap");
    assert!(!refused.is_empty() && refused.iter().all(|fee| sum + fee > 2_100_000), "{sum} and {refused:?}");
    assert_eq!(fen(&cast.insurer.read(story.policy())["committed_fees"]), sum);
}

/// A change of the policy keeps to what is commissioned already.
#[both_databases]
fn an_endorsement_keeps_the_cap(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Submitted);
    let endorsement = |number: &str, premium: &str| {
        json!({
            "endorsement_number": number, "effective_on": "2026-03-01", "premium_total": premium,
            "premium_received": premium, "period_start": "2026-02-01", "period_end": "2027-12-31", "reason": "规模变更"
        })
    };
    let refused = cast.insurer.try_act(story.policy(), "endorsements", endorsement("PD-1", "95238.09"));
    assert_eq!(refused.problem(409, "premium_below_commissioned")["rule"], "A3.1");
    let taken =
        cast.insurer.try_act(story.policy(), "endorsements", endorsement("PD-1", "95238.10")).expect(201);
    assert_eq!(taken["policy"]["fee_cap"], "20000.00", "{taken}");
    assert_eq!(cast.insurer.all(&format!("{}/endorsements", story.policy().path)).len(), 1);
}

/// A3.2: by actual cost the fee is the sum of its lines, and 21 % is no limit.
#[both_databases]
fn actual_cost_is_the_sum_of_its_lines(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let mut body = actors::commission_body(story.policy(), &cast.server, &lines(), "30000.00");
    body["fee_mode"] = json!("actual_cost");
    cast.insurer.post("/api/v1/commissions").json(body.clone()).send().problem(422, "cost_lines_required");
    body["cost_lines"] =
        json!([{ "item": "专家费", "unit": "人日", "quantity": "20", "unit_price": "1500.00" }]);
    let draft = cast.insurer.create("/api/v1/commissions", body.clone());
    assert_eq!((&draft["fee"], cast.insurer.submit(&draft).status()), (&json!("30000.00"), "submitted"));
    body["fee"] = json!("30000.01");
    let refused = cast.insurer.post("/api/v1/commissions").json(body).send().problem(422, "fee_not_the_sum");
    assert_eq!(refused["rule"], "A3.2");
}

/// A7.1: at least one line, and "other" is described (A6).
#[both_databases]
fn a_commission_says_what_and_how_often(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let try_lines = |lines: &[Value]| {
        let body = actors::commission_body(story.policy(), &cast.server, lines, "1000.00");
        cast.insurer.post("/api/v1/commissions").json(body).send()
    };
    try_lines(&[]).expect(422).invalid_field("/lines", "too_few");
    try_lines(&[json!({ "category": "other", "times": 1 })]).problem(422, "description_required");
    try_lines(&[json!({ "category": "other", "description": "高温防护", "times": 0 })])
        .expect(422)
        .invalid_field("/lines/0/times", "out_of_range");
    // What can never be right is told before what it refers to, all of it.
    let mut body = actors::commission_body(
        story.policy(),
        &cast.server,
        &[json!({ "category": "other", "times": 1 })],
        "1000.00",
    );
    body["policy_id"] = json!(story.project.id);
    body["period_end"] = json!("2025-12-31");
    cast.insurer
        .post("/api/v1/commissions")
        .json(body.clone())
        .send()
        .problem(422, "invalid_input")
        .invalid_field("/lines/0/description", "description_required")
        .invalid_field("/period_end", "period_reversed");
    body["lines"] = json!([actors::line("hazard_inspection", 1)]);
    body["period_end"] = json!("2026-12-31");
    cast.insurer
        .post("/api/v1/commissions")
        .json(body)
        .send()
        .problem(409, "unknown_reference")
        .invalid_field("/policy_id", "unknown_reference");
}

/// A11.3: a provider who gave it back and is asked no more sees the project no more.
#[both_databases]
fn a_provider_who_is_asked_no_more_sees_nothing(world: &World) {
    let cast = Cast::new(world);
    let provider = cast.provider.clone();
    let cast = cast.served_by(provider);
    let story = cast.bring_to(Stage::Submitted);
    cast.provider.get(&story.project.path).send().expect(200);
    let returned = cast.provider.return_for_correction(story.commission());
    cast.provider.get(&story.project.path).send().expect(200);
    cast.insurer
        .replace(&returned, actors::commission_body(story.policy(), &cast.association, &lines(), "20000.00"));
    cast.insurer.submit(&returned);
    for path in [&story.commission().path, &story.project.path] {
        cast.provider.get(path).send().problem(404, "not_found");
    }
    assert_eq!(cast.provider.all("/api/v1/projects"), Vec::<Value>::new());
}

/// It ends early by agreement, with what is due; what is due counts against the cap from then on.
#[both_databases]
fn a_commission_is_terminated_with_what_is_due(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Agreed);
    let end = |due: &str| json!({ "reason": "项目停建，双方协商终止。", "amount_due": due });
    cast.insurer
        .try_act(story.commission(), "terminate", end("20000.01"))
        .problem(409, "amount_due_too_high");
    let ended = cast.insurer.act(story.commission(), "terminate", end("5000.00"));
    assert_eq!((ended.status(), &ended["amount_due"]), ("terminated", &json!("5000.00")));
    assert_eq!(cast.insurer.read(story.policy())["committed_fees"], "5000.00");
    assert_eq!(cast.visit(&story.visit().id).status(), "cancelled");
    cast.insurer.commission(story.policy(), &cast.server, &lines(), "16000.00");
}

/// One version changed twice at once: one is told.
#[both_databases]
fn of_two_who_change_one_version_one_is_told(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Drafted);
    let draft = story.commission();
    let start = Barrier::new(2);
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads = ["1000.00", "2000.00"].map(|fee| {
            let body = actors::commission_body(story.policy(), &cast.server, &lines(), fee);
            let (start, insurer) = (&start, &cast.insurer);
            scope.spawn(move || {
                start.wait();
                insurer.put(&draft.path).if_match(&draft.etag).json(body).send().status.as_u16()
            })
        });
        threads.map(|thread| thread.join().expect("it answers")).to_vec()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

/// A plan confirmed and returned at once: exactly one wins.
#[both_databases]
fn a_plan_is_confirmed_or_returned_never_both(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Planned);
    let plan = story.plan();
    let start = Barrier::new(4);
    let outcomes: Vec<(&str, u16)> = std::thread::scope(|scope| {
        let tries = [
            ("confirm", Value::Null),
            ("return", actors::because()),
            ("confirm", Value::Null),
            ("return", actors::because()),
        ];
        let threads = tries.map(|(verb, body)| {
            let (start, insurer) = (&start, &cast.insurer);
            scope.spawn(move || {
                start.wait();
                (verb, insurer.act_at(plan, verb, &plan.etag, body).status.as_u16())
            })
        });
        threads.map(|thread| thread.join().expect("it answers")).to_vec()
    });
    let won: Vec<&str> =
        outcomes.iter().filter(|(_, status)| *status == 200).map(|(verb, _)| *verb).collect();
    assert_eq!(won.len(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|(_, status)| [200, 409, 412].contains(status)), "{outcomes:?}");
    let (plan, commission, visits) = match won[0] {
        "confirm" => ("confirmed", "in_service", 1),
        _ => ("returned", "accepted", 0),
    };
    assert_eq!(cast.insurer.read(story.plan()).status(), plan);
    assert_eq!(cast.insurer.read(story.commission()).status(), commission);
    assert_eq!(cast.visits(story.commission()).len(), visits);
}

/// A11.3: a provider whose commission was withdrawn sees the project no more, unless another one stays.
#[both_databases]
fn a_withdrawn_commission_is_no_part_in_the_project(world: &World) {
    let cast = Cast::new(world);
    let provider = cast.provider.clone();
    let cast = cast.served_by(provider);
    let story = cast.bring_to(Stage::Submitted);
    let other = cast.insurer.commission(story.policy(), &cast.provider, &lines(), "100.00");
    cast.provider.return_for_correction(story.commission());
    cast.insurer.act(story.commission(), "withdraw", actors::because());
    cast.provider.get(&story.project.path).send().expect(200);
    cast.insurer.act(&other, "withdraw", actors::because());
    cast.provider.get(&story.project.path).send().problem(404, "not_found");
    cast.provider.get(format!("{}/timeline", story.project.path)).send().problem(404, "not_found");
    assert_eq!(cast.provider.all("/api/v1/projects"), Vec::<Value>::new());
    // Who is asked again sees it again.
    cast.insurer.commission(story.policy(), &cast.provider, &lines(), "100.00");
    cast.provider.get(&story.project.path).send().expect(200);
}

/// A commission by this insurer with this contract number, as it is asked for.
fn numbered(policy: &Record, cast: &Cast, number: &str) -> Value {
    let mut body = actors::commission_body(policy, &cast.server, &lines(), "100.00");
    body["contract_number"] = json!(number);
    body
}

/// A contract is commissioned once: its number is free again when the commission is withdrawn.
#[both_databases]
fn a_contract_number_is_one_commissions_alone(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let insurer = &cast.insurer;
    let create = |number: &str| {
        insurer.post("/api/v1/commissions").json(numbered(story.policy(), &cast, number)).send()
    };
    let first = insurer.create("/api/v1/commissions", numbered(story.policy(), &cast, "HT-7"));
    create("HT-7").problem(409, "duplicate_contract_number");
    create(" HT-7 ").problem(409, "duplicate_contract_number");
    let other = insurer.create("/api/v1/commissions", numbered(story.policy(), &cast, "HT-8"));
    let mut taken = numbered(story.policy(), &cast, "HT-7");
    let change = |body: &Value| {
        insurer.put(&other.path).if_match(&insurer.read(&other).etag).json(body.clone()).send()
    };
    change(&taken).problem(409, "duplicate_contract_number");
    // It keeps its own, whatever else is changed of it.
    taken["contract_number"] = json!("HT-8");
    taken["fee"] = json!("101.00");
    change(&taken).expect(200);
    // Another insurer has numbers of its own.
    let elsewhere = cast.clone().insured_by(cast.another("insurer"));
    let its = elsewhere.bring_to(Stage::Insured);
    elsewhere.insurer.create("/api/v1/commissions", numbered(its.policy(), &elsewhere, "HT-7"));
    // In a batch each item is judged alone.
    let items: Vec<Value> =
        ["HT-9", "HT-7", "HT-9"].iter().map(|number| numbered(story.policy(), &cast, number)).collect();
    let batch = insurer.post("/api/v1/commissions/batch").json(json!({ "items": items })).send().expect(207);
    let codes: Vec<&Value> =
        batch["results"].as_array().expect("results").iter().map(|it| &it["problem"]["code"]).collect();
    let duplicate = json!("duplicate_contract_number");
    assert_eq!(codes, [&Value::Null, &duplicate, &duplicate]);
    insurer.submit(&first);
    insurer.act(&first, "withdraw", actors::because());
    create("HT-7").expect(201);
}

/// Many systems of an insurer record the same contract at the same moment: one commission is made.
#[both_databases]
fn a_rush_for_one_contract_number_makes_one_commission(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let body = numbered(story.policy(), &cast, "HT-7");
    let start = Barrier::new(12);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..12)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    cast.insurer.post("/api/v1/commissions").json(body.clone()).send().status.as_u16()
                })
            })
            .collect();
        tries.into_iter().map(|it| it.join().expect("it answers")).collect()
    });
    assert_eq!(statuses.iter().filter(|it| **it == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|it| **it == 409).count(), 11, "{statuses:?}");
}
