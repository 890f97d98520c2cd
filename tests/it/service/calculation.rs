//! The two calculations that are open without a login: deadlines (A14.1) and fees (A3.1, A3.2).

use anze_tests::{World, both_databases};
use serde_json::{Value, json};

/// A14.1: working days from the day after; over the Spring Festival, a holiday with its make-up days, and the turn of the year.
#[both_databases]
fn a_deadline_is_counted_in_working_days(world: &World) {
    let nobody = world.anonymous();
    let ask = |ended_at: &str| {
        nobody.get(format!("/api/v1/deadlines?ended_at={ended_at}&working_days=2")).send().expect(200)
    };
    let told = ask("2026-02-13T16:30:00%2B08:00");
    let expected = json!({
        "due_on": "2026-02-24", "due_at": "2026-02-24T16:00:00Z", "provisional": false,
        "counted_days": ["2026-02-14", "2026-02-24"]
    });
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(&told[name.as_str()], value, "{name}: {told}");
    }
    for (ended_at, due_on, provisional) in [
        ("2026-09-30T10:00:00%2B08:00", "2026-10-09", false),
        ("2025-12-31T10:00:00%2B08:00", "2026-01-05", false),
        // The calendar of 2027 is not published.
        ("2026-12-30T10:00:00%2B08:00", "2027-01-01", true),
    ] {
        let told = ask(ended_at);
        assert_eq!(
            (&told["due_on"], &told["provisional"]),
            (&json!(due_on), &json!(provisional)),
            "{ended_at}"
        );
    }
}

/// A3.1: 21 % of the premium, to the fen; A3.2: what the lines come to.
#[both_databases]
fn a_fee_is_quoted_to_the_fen(world: &World) {
    let nobody = world.anonymous();
    let quote = |body: Value| nobody.post("/api/v1/fee-quotes").json(body).send();
    let ratio = |fee: &str| {
        quote(json!({ "fee_mode": "premium_ratio", "premium_total": "100000.03", "fee": fee })).expect(200)
    };
    let over = ratio("21000.01");
    assert_eq!((&over["cap"], &over["within_cap"]), (&json!("21000.00"), &json!(false)), "{over}");
    assert_eq!(over["share_of_premium"], json!("0.210000"));
    assert_eq!(ratio("21000.00")["within_cap"], json!(true));
    let cost = |unit_price: &str| {
        quote(json!({
            "fee_mode": "actual_cost", "premium_total": "10000.00", "cost_lines": [
                { "item": "现场检查", "unit": "次", "quantity": "4", "unit_price": "3000.00" },
                { "item": "培训", "unit": "场", "quantity": "1.5", "unit_price": unit_price },
            ]
        }))
    };
    assert_eq!(cost("0.02").expect(200)["fee"], json!("12000.03"));
    assert_eq!(cost("0.01").problem(422, "fee_not_whole_fen")["rule"], "A3.2");
}

/// What a mode needs or does not take is told by the field; at actual cost a fee may be given, and is then the sum.
#[both_databases]
fn a_quote_that_contradicts_its_mode_is_refused(world: &World) {
    let nobody = world.anonymous();
    let quote = |body: Value| nobody.post("/api/v1/fee-quotes").json(body).send();
    let none = quote(json!({ "fee_mode": "x", "premium_total": "1.00" })).expect(422);
    let none = none.invalid_field("/fee_mode", "not_allowed_value");
    let detail = none["errors"][0]["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("按保费比例") && detail.contains("据实计算"), "{none}");
    let line = |unit_price: &str, item: &str| json!({ "item": item, "unit": "次", "quantity": "1", "unit_price": unit_price });
    let ratio = json!({ "fee_mode": "premium_ratio", "premium_total": "1.00" });
    quote(ratio.clone()).problem(422, "fee_required").invalid_field("/fee", "fee_required");
    let mut with_lines = ratio;
    with_lines["cost_lines"] = json!([line("1", "现场检查")]);
    quote(with_lines).problem(422, "cost_lines_not_allowed");
    let cost = |fee: Value, lines: Value| {
        quote(json!({ "fee_mode": "actual_cost", "premium_total": "1.00", "fee": fee, "cost_lines": lines }))
    };
    cost(Value::Null, json!([])).problem(422, "cost_lines_required");
    cost(json!("2.01"), json!([line("2", "现场检查")])).problem(422, "fee_not_the_sum");
    assert_eq!(cost(json!("2.00"), json!([line("2", "现场检查")])).expect(200)["fee"], "2.00");
    cost(Value::Null, json!([line("2", " ")])).expect(422).invalid_field("/cost_lines/0/item", "pattern");
}
