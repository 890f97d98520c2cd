//! Users of an organisation, and what their roles let them do.

use anze_tests::{Actor, Cast, Record, World, actors, both_databases, world::PASSWORD};
use serde_json::{Value, json};

#[track_caller]
fn user(administrator: &Actor, login_name: &str) -> Record {
    let listed = administrator.all("/api/v1/users");
    let found = listed.iter().find(|user| user["login_name"] == login_name).expect("it is listed");
    let path = format!("/api/v1/users/{}", found["id"].as_str().expect("an id"));
    Record::of("/api/v1/users", &administrator.get(path).send().expect(200))
}

/// A viewer reads, an operator does the work, an administrator manages users.
#[both_databases]
fn roles_are_kept(world: &World) {
    let cast = Cast::new(world);
    let (viewer, operator) =
        (cast.colleague(&cast.contractor, "viewer"), cast.colleague(&cast.contractor, "operator"));
    let body = actors::project_body(&cast);
    viewer.post("/api/v1/projects").json(body.clone()).send().problem(403, "forbidden");
    let draft = operator.create("/api/v1/projects", body);
    assert_eq!(viewer.read(&draft)["allowed_actions"], json!([]));
    viewer.act_at(&draft, "register", &draft.etag, Value::Null).problem(403, "forbidden");
    for who in [&viewer, &operator] {
        who.get("/api/v1/users").send().problem(403, "forbidden");
    }
    operator.act(&draft, "register", Value::Null);
}

/// One enabled administrator stays, and nobody locks themselves out.
#[both_databases]
fn the_last_administrator_stays(world: &World) {
    let cast = Cast::new(world);
    let own = user(&cast.contractor, &cast.contractor.login_name);
    cast.contractor.try_act(&own, "disable", Value::Null).problem(409, "own_account");
    let reset = json!({ "new_password": "six granite lions, two bridges" });
    cast.contractor.try_act(&own, "reset-password", reset).problem(409, "own_account");
    let demoted = json!({ "display_name": "林志明", "mobile": "13806000002", "role": "operator" });
    cast.contractor
        .put(&own.path)
        .if_match(&own.etag)
        .json(demoted.clone())
        .send()
        .problem(409, "last_administrator");
    cast.colleague(&cast.contractor, "admin");
    cast.contractor.put(&own.path).if_match(&own.etag).json(demoted).send().expect(200);
}

/// The association manages the accounts of experts and applicants, who belong to no organisation: whatever it is offered, it may do.
#[both_databases]
fn the_association_manages_the_accounts_of_experts_and_applicants(world: &World) {
    let cast = Cast::new(world);
    let expert = cast.another_expert(&actors::ExpertEntry::new("member", "civil"));
    let (applicant, _) = cast.applies("member");
    for person in [&expert, &applicant] {
        let record = user(&cast.association, &person.login_name);
        assert_eq!(record["allowed_actions"], json!(["update", "disable", "reset_password"]));
        let body = json!({ "display_name": "新名字", "mobile": "13806000009", "role": "operator" });
        let mut promoted = body.clone();
        promoted["role"] = json!("admin");
        let change =
            |body: Value, etag: &str| cast.association.put(&record.path).if_match(etag).json(body).send();
        change(promoted, &record.etag).problem(409, "role_fixed").invalid_field("/role", "role_fixed");
        assert_eq!(change(body, &record.etag).expect(200)["display_name"], "新名字");
        let disabled = cast.association.act(&cast.association.read(&record), "disable", Value::Null);
        assert_eq!(disabled["allowed_actions"], json!(["update", "enable", "reset_password"]));
        person.get("/api/v1/me").send().problem(401, "unauthenticated");
        let enabled = cast.association.act(&disabled, "enable", Value::Null);
        let password = "six granite lions, two bridges";
        cast.association.act(&enabled, "reset-password", json!({ "new_password": password }));
        let login = json!({ "login_name": person.login_name, "password": password });
        cast.nobody().post("/api/v1/auth/login").json(login).send().expect(200);
    }
    // Nobody else manages them.
    let record = user(&cast.association, &expert.login_name);
    cast.provider.get(&record.path).send().problem(404, "not_found");
}

/// A reset password ends the user's sessions; a disabled user may be let in again.
#[both_databases]
fn a_reset_password_ends_sessions(world: &World) {
    let cast = Cast::new(world);
    let worker = cast.colleague(&cast.contractor, "operator");
    let record = user(&cast.contractor, &worker.login_name);
    cast.contractor
        .try_act(&record, "reset-password", json!({ "new_password": "a".repeat(20) }))
        .problem(422, "password_too_weak");
    cast.contractor.act(
        &record,
        "reset-password",
        json!({ "new_password": "six granite lions, two bridges" }),
    );
    let named = cast.contractor.try_act(
        &record,
        "reset-password",
        json!({ "new_password": worker.login_name.to_uppercase() }),
    );
    named.problem(422, "password_too_weak").invalid_field("/new_password", "password_too_weak");
    worker.get("/api/v1/me").send().problem(401, "unauthenticated");
    let login = |password: &str| {
        cast.nobody()
            .post("/api/v1/auth/login")
            .json(json!({ "login_name": worker.login_name, "password": password }))
            .send()
    };
    login(PASSWORD).expect(401);
    login("six granite lions, two bridges").expect(200);
    cast.contractor.act(&record, "disable", Value::Null);
    login("six granite lions, two bridges").expect(401);
    cast.contractor.act(&record, "enable", Value::Null);
    login("six granite lions, two bridges").expect(200);
}

/// Users of others are not there.
#[both_databases]
fn users_of_others_are_not_there(world: &World) {
    let cast = Cast::new(world);
    let record = user(&cast.contractor, &cast.contractor.login_name);
    for other in [&cast.insurer, &cast.association, &cast.regulator] {
        other.get(&record.path).send().problem(404, "not_found");
    }
    assert_eq!(cast.insurer.all("/api/v1/users").len(), 1);
}
