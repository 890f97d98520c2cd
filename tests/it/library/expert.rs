//! The library's experts: taken over with decision and notice (A8.1), qualified for their pool (A9).

use anze_tests::{
    Answer, Cast, World,
    actors::{self, ExpertEntry},
    both_databases,
};
use serde_json::{Value, json};

fn admit(cast: &Cast, pool: &'static str, change: impl FnOnce(&mut Value)) -> Answer {
    let mut body = actors::admission_body(&ExpertEntry::new(pool, "civil"), &actors::login_name("expert"));
    change(&mut body);
    cast.association.post("/api/v1/experts").json(body).send()
}

/// One period of work that counts.
fn worked(from: &str, to: &str) -> Value {
    json!([{ "employer": "厦门市建筑科学研究院", "role": "安全总监", "from": from, "to": to, "relevant": true }])
}

#[track_caller]
fn refused(answer: Answer, code: &str, rule: &str) {
    assert_eq!(answer.problem(409, code)["rule"], rule);
}

/// A9.1: ten years to the day, and a senior title or the registered qualification. A9.3: a leader is a member too.
#[both_databases]
fn a_leader_has_ten_years_and_a_senior_title(world: &World) {
    let cast = Cast::new(world);
    let years = |to: &str| admit(&cast, "leader", |body| body["work_history"] = worked("2010-01-01", to));
    assert_eq!(years("2019-12-31").expect(201)["pools"], json!(["leader", "member"]));
    refused(years("2019-12-30"), "leader_not_qualified", "A9.1");
    refused(
        admit(&cast, "leader", |body| body["titles"][0]["level"] = json!("intermediate")),
        "leader_not_qualified",
        "A9.1",
    );
    refused(
        admit(&cast, "leader", |body| body["titles"][0]["field"] = json!("other")),
        "leader_not_qualified",
        "A9.1",
    );
    let engineer = |level: &str, class: &str| {
        admit(&cast, "leader", |body| {
            body["titles"] = json!([]);
            body["registered_safety_engineer"] = json!({
                "level": level, "class": class, "certificate_number": "35190000001", "registered_until": "2028-05-31"
            });
        })
    };
    engineer("intermediate", "construction").expect(201);
    refused(engineer("assistant", "construction"), "leader_not_qualified", "A9.1");
    refused(engineer("senior", "chemical"), "leader_not_qualified", "A9.1");
}

/// A9.2: five years and an intermediate title.
#[both_databases]
fn a_member_has_five_years_and_an_intermediate_title(world: &World) {
    let cast = Cast::new(world);
    let years = |to: &str| {
        admit(&cast, "member", |body| {
            body["titles"][0]["level"] = json!("intermediate");
            body["work_history"] = worked("2015-01-01", to);
        })
    };
    assert_eq!(years("2019-12-31").expect(201)["pools"], json!(["member"]));
    refused(years("2019-12-30"), "member_not_qualified", "A9.2");
    refused(
        admit(&cast, "member", |body| body["titles"][0]["level"] = json!("assistant")),
        "member_not_qualified",
        "A9.2",
    );
}

/// The citizen id is checked, unique, sealed, and never shown again.
#[both_databases]
fn a_citizen_id_is_checked_and_never_shown(world: &World) {
    let cast = Cast::new(world);
    let id = actors::citizen_id();
    let admitted = admit(&cast, "member", |body| body["citizen_id"] = json!(id)).expect(201);
    assert!(!admitted.to_string().contains(&id));
    admit(&cast, "member", |body| body["citizen_id"] = json!(id)).expect(409);
    let wrong = format!("{}{}", &id[..17], if id.ends_with('1') { '2' } else { '1' });
    let told = admit(&cast, "member", |body| body["citizen_id"] = json!(wrong)).expect(422);
    assert_eq!(told["errors"][0]["pointer"], "/citizen_id", "{told}");
}

/// Who forms groups sees whom to ask, masked until they are in a group of theirs (A11.3); titles and history are for
/// the association and the expert.
#[both_databases]
fn an_expert_is_seen_by_who_forms_groups(world: &World) {
    let cast = Cast::new(world);
    let path = format!("/api/v1/experts/{}", cast.mechanic.expert_id);
    for (reader, whole, mobile) in [
        (&cast.association, true, true),
        (&cast.mechanic, true, true),
        (&cast.provider, false, false),
        (&cast.regulator, false, false),
    ] {
        let seen = reader.get(&path).send().expect(200);
        assert_eq!(
            (seen["titles"].is_array(), seen.text("mobile").contains('*')),
            (whole, !mobile),
            "{seen}"
        );
    }
    assert_eq!(cast.provider.all("/api/v1/experts?status=active").len(), 3);
}
