//! Personal data of experts (A11.3, PIPL): unmasked with a reason, exported by the expert, sealed by a key that can
//! be changed while the server runs.

mod export;
mod rotation;
mod traces;

use anze_tests::{
    Actor, Cast, World,
    actors::{self, ExpertEntry},
    both_databases,
};
use serde_json::{Value, json};

/// An expert with this citizen id, and who they log in as.
fn admitted(cast: &Cast, citizen_id: &str) -> (String, String) {
    let name = actors::login_name("expert");
    let mut body = actors::admission_body(&ExpertEntry::new("member", "civil"), &name);
    body["citizen_id"] = json!(citizen_id);
    (cast.association.create("/api/v1/experts", body).id, name)
}

fn unmask(who: &Actor, expert: &str, body: Value) -> anze_tests::Answer {
    who.post(format!("/api/v1/experts/{expert}/unmask")).json(body).send()
}

/// Each reading leaves its reason on record, and what was read nowhere.
#[both_databases]
fn unmasking_is_on_record_without_what_was_read(world: &World) {
    let cast = Cast::new(world);
    let citizen_id = actors::citizen_id();
    let (expert, name) = admitted(&cast, &citizen_id);
    let reason = || json!({ "reason": "核对劳务费个税申报信息" });
    unmask(&cast.provider, &expert, reason()).expect(403);
    unmask(&cast.regulator, &expert, reason()).expect(403);
    unmask(&cast.leader, &expert, reason()).expect(403);
    unmask(&cast.association, &expert, json!({ "reason": "  " })).expect(422);
    for _ in 0..2 {
        let read = cast
            .association
            .post(format!("/api/v1/experts/{expert}/unmask"))
            .idempotency_key("the-same-twice")
            .json(reason())
            .send()
            .expect(200);
        assert_eq!(read["citizen_id"], json!(citizen_id));
        assert_eq!(read.header("cache-control"), Some("no-store"));
    }
    let counted =
        |what: &str| world.database().number(&format!("SELECT COUNT(*) AS n FROM events WHERE {what}"));
    assert_eq!(counted("name = 'expert_unmasked' AND reason LIKE '核对%'"), 2);
    assert_eq!(counted(&format!("facts LIKE '%{citizen_id}%' OR reason LIKE '%{citizen_id}%'")), 0);
    let me = cast.person(&name);
    let export = me.get("/api/v1/experts/me/export").send().expect(200);
    assert_eq!(export["personal"]["citizen_id"], json!(citizen_id));
    assert_eq!((&export["complete"], export.text("login_name")), (&json!(true), name.as_str()));
    let unmasked =
        export["events"].as_array().expect("events").iter().filter(|it| it["name"] == "expert_unmasked");
    assert_eq!(unmasked.count(), 2);
    cast.association.get("/api/v1/experts/me/export").send().expect(403);
    let masked = cast.regulator.get(format!("/api/v1/experts/{expert}")).send().expect(200);
    assert!(masked.text("name").ends_with("**"), "{masked}");
}
