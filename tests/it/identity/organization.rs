//! Organisations: companies register themselves, the association lets them in.

use anze_tests::{Answer, Cast, Record, World, actors, both_databases};
use serde_json::{Value, json};

fn register(cast: &Cast, body: &Value) -> Answer {
    cast.nobody().post("/api/v1/registrations").json(body.clone()).send()
}

/// A16: five ports register themselves, the association's own and the regulator are made by its administrators.
#[both_databases]
fn companies_register_themselves(world: &World) {
    let cast = Cast::new(world);
    for port in ["contractor", "supervisor", "owner", "insurer", "provider"] {
        let made = register(&cast, &actors::registration_body(port, &actors::login_name("new"))).expect(201);
        assert_eq!((made.text("port"), made.text("status")), (port, "pending"));
    }
    for port in ["association", "regulator"] {
        let body = actors::registration_body(port, &actors::login_name("new"));
        assert_eq!(register(&cast, &body).problem(422, "port_not_self_registered")["rule"], "A16");
        let made = cast.association.create("/api/v1/organizations", body);
        assert_eq!(made.status(), "active");
    }
}

/// Codes are checked, and neither code nor login name is given twice.
#[both_databases]
fn a_registration_is_checked(world: &World) {
    let cast = Cast::new(world);
    let mut body = actors::registration_body("contractor", &actors::login_name("new"));
    let code = body["organization"]["unified_social_credit_code"].as_str().expect("a code").to_owned();
    let last = if code.ends_with('0') { "1" } else { "0" };
    body["organization"]["unified_social_credit_code"] = json!(format!("{}{last}", &code[..17]));
    let told = register(&cast, &body).expect(422);
    let pointers: Vec<&Value> =
        told["errors"].as_array().into_iter().flatten().map(|one| &one["pointer"]).collect();
    assert_eq!(pointers, [&json!("/organization/unified_social_credit_code")], "{told}");
    body["organization"]["unified_social_credit_code"] = json!(code);
    register(&cast, &body).expect(201);
    let mut other = actors::registration_body("contractor", &actors::login_name("new"));
    other["organization"]["unified_social_credit_code"] = json!(code);
    register(&cast, &other).expect(409);
    let mut other = actors::registration_body("contractor", &actors::login_name("new"));
    other["administrator"]["login_name"] = body["administrator"]["login_name"].clone();
    register(&cast, &other).expect(409);
}

/// Until it is approved, its people see themselves and nothing else; a rejection has its reason.
#[both_databases]
fn who_waits_can_do_nothing(world: &World) {
    let cast = Cast::new(world);
    let name = actors::login_name("new");
    let made = register(&cast, &actors::registration_body("contractor", &name)).expect(201);
    let record = Record::of("/api/v1/organizations", &made);
    let person = cast.person(&name);
    assert_eq!(person.get("/api/v1/me").send().expect(200)["active"], false);
    person.get("/api/v1/projects").send().problem(403, "organization_not_active");
    cast.contractor.get(&record.path).send().problem(404, "not_found");
    let rejected = cast.association.act(&record, "reject", actors::because());
    assert_eq!((rejected.status(), &rejected["status_reason"]), ("rejected", &actors::because()["reason"]));
    cast.association.try_act(&record, "approve", Value::Null).problem(409, "wrong_state");
    person.get("/api/v1/projects").send().problem(403, "organization_not_active");
}

/// Suspended and let in again; the directory shows the active, with contacts masked for others.
#[both_databases]
fn the_directory_shows_the_active(world: &World) {
    let cast = Cast::new(world);
    let path = format!("/api/v1/organizations/{}", cast.owner.organization_id);
    let listed = |port: &str| cast.contractor.all(&format!("/api/v1/organizations?port={port}")).len();
    let seen = cast.contractor.get(&path).send().expect(200);
    assert!(seen["contact_name"].is_null() && seen.text("contact_mobile").contains("****"), "{seen}");
    let own = cast.owner.get(&path).send().expect(200);
    assert!(!own.text("contact_mobile").contains('*') && own.allows("update"), "{own}");
    assert_eq!(listed("owner"), 1);
    let record = Record::of("/api/v1/organizations", &cast.association.get(&path).send());
    cast.association.act(&record, "suspend", actors::because());
    assert_eq!(listed("owner"), 0);
    cast.owner.get("/api/v1/projects").send().problem(403, "organization_not_active");
    cast.association.act(&record, "reinstate", Value::Null);
    cast.owner.get("/api/v1/projects").send().expect(200);
    cast.owner.replace(&record, json!({ "contact_name": "黄秀英", "contact_mobile": "13806000009" }));
}
