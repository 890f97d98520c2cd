//! Organisations, their users, sessions and tokens, and what people are told.

use anze_tests::{Actor, Answer, Record, mail::letter, world::PASSWORD};
use serde_json::{Value, json};

use super::{
    roles,
    tour::{Tour, reason, record},
};

const ORGANIZATIONS: &str = "/api/v1/organizations";
const USERS: &str = "/api/v1/users";

pub fn manage_accounts(tour: &Tour) {
    organizations(tour);
    let operator = users(tour);
    sessions(tour, &operator);
    api_tokens(tour);
}

fn organization_of(reader: &Actor, who: &Actor) -> Record {
    record(reader, ORGANIZATIONS, &json!(who.organization_id))
}

fn organizations(tour: &Tour) {
    let cast = &tour.cast;
    let body = roles::company(
        "contractor",
        "厦门筑达劳务有限公司",
        "91350206MA33LJ7W2",
        Some("350206"),
        "赖建平",
        "13806000016",
        "zhuda-admin",
    );
    let registered = cast.nobody().post("/api/v1/registrations").json(body).send().expect(201);
    let refused = Record::of(ORGANIZATIONS, &registered);
    cast.association.act(&refused, "reject", reason("统一社会信用代码与营业执照不一致，请核对后重新注册。"));
    let owner = organization_of(&cast.association, &cast.owner);
    cast.association.act(&owner, "suspend", reason("企业信息变更未报备，补充材料期间暂停使用平台。"));
    cast.association.act(&owner, "reinstate", Value::Null);
    let own = organization_of(&cast.contractor, &cast.contractor);
    cast.contractor.replace(&own, json!({ "contact_name": "林志明", "contact_mobile": "13806000017" }));
    cast.contractor.read(&own);
    cast.association.get(format!("{ORGANIZATIONS}?port=contractor&status=active&limit=2")).send().expect(200);
}

/// The contractor's operator.
fn users(tour: &Tour) -> String {
    let administrator = &tour.cast.contractor;
    let login_name = "ludao-operator";
    let user = administrator.create(
        USERS,
        json!({
            "login_name": login_name, "password": PASSWORD, "display_name": "黄秀英", "mobile": "13806000003",
            "role": "viewer"
        }),
    );
    let update = json!({ "display_name": "黄秀英", "mobile": "13806000003", "role": "operator" });
    administrator.replace(&user, update);
    administrator.act(&user, "disable", Value::Null);
    administrator.act(&user, "enable", Value::Null);
    administrator.read(&user);
    administrator.get(format!("{USERS}?limit=2")).send().expect(200);
    login_name.to_owned()
}

/// A login from a telephone.
fn login(tour: &Tour, login_name: &str, password: &str) -> Answer {
    let body = json!({ "login_name": login_name, "password": password });
    from_a_telephone(tour, "/api/v1/auth/login", body)
}

fn from_a_telephone(tour: &Tour, path: &str, body: Value) -> Answer {
    let request = tour.cast.nobody().post(path).json(body);
    let request = request.header("user-agent", "LudaoSite/2.3 (Android 15)");
    request.header("x-forwarded-for", "203.0.113.7").send().expect(200)
}

fn sessions(tour: &Tour, operator: &str) {
    let (cast, changed) = (&tour.cast, "six granite lions, two bridges");
    tour.recording.show_next("login_user");
    let tokens = login(tour, operator, PASSWORD);
    let body = json!({ "refresh_token": tokens.text("refresh_token") });
    let tokens = from_a_telephone(tour, "/api/v1/auth/refresh", body);
    let me = cast.nobody().with_token(tokens.text("access_token"));
    me.get("/api/v1/me").send().expect(200);
    let forgotten = login(tour, operator, PASSWORD);
    me.get("/api/v1/auth/sessions?limit=2").send().expect(200);
    me.delete(format!("/api/v1/auth/sessions/{}", forgotten.text("session_id"))).send().expect(204);
    let change = json!({ "current_password": PASSWORD, "new_password": changed });
    me.post("/api/v1/auth/password").json(change).send().expect(204);
    let again = login(tour, operator, changed);
    cast.nobody().with_token(again.text("access_token")).post("/api/v1/auth/logout").send().expect(204);
    let listed = cast.contractor.get(format!("{USERS}?limit=2")).send().expect(200);
    let user = listed.items().iter().find(|user| user["login_name"] == operator).expect("it is listed");
    let user = record(&cast.contractor, USERS, &user["id"]);
    let reset = json!({ "new_password": "seven stone lanterns, one ferry" });
    cast.contractor.act(&user, "reset-password", reset);
    email(tour, operator, "seven stone lanterns, one ferry");
}

/// The operator confirms an address, chooses what goes to it, and forgets the password.
fn email(tour: &Tour, operator: &str, password: &str) {
    let nobody = tour.cast.nobody();
    // Both databases are toured at the same time, with the same mail server.
    let address = format!("{}@example.com", uuid::Uuid::new_v4().simple());
    let me = nobody.with_token(login(tour, operator, password).text("access_token"));
    me.put("/api/v1/me/email").json(json!({ "address": address })).send().expect(204);
    me.post("/api/v1/me/email/confirm")
        .json(json!({ "code": letter(&address, 0).code() }))
        .send()
        .expect(204);
    let choice = json!({ "inbox_only": ["policy_recorded", "project_resumed"] });
    me.put("/api/v1/notifications/settings").json(choice).send().expect(200);
    me.get("/api/v1/notifications/settings").send().expect(200);
    nobody.post("/api/v1/auth/password-resets").json(json!({ "login_name": operator })).send().expect(204);
    let body = json!({ "code": letter(&address, 1).code(), "new_password": "nine harbour lights, one pier" });
    nobody.post("/api/v1/auth/password-resets/complete").json(body).send().expect(204);
    let me = nobody.with_token(login(tour, operator, "nine harbour lights, one pier").text("access_token"));
    me.delete("/api/v1/me/email").send().expect(204);
}

fn api_tokens(tour: &Tour) {
    let insurer = &tour.cast.insurer;
    tour.recording.show_next("create_api_token");
    let body = json!({
        "name": "核心业务系统夜间对接", "networks": ["203.0.113.0/24"], "expires_at": "2026-12-31T16:00:00Z",
        "scopes": ["policies:read", "policies:write", "commissions:read", "commissions:write"]
    });
    let made = insurer.post("/api/v1/api-tokens").json(body).send().expect(201);
    let old = record(insurer, "/api/v1/api-tokens", &made["api_token"]["id"]);
    let rotation = json!({ "overlap_minutes": 1440, "expires_at": "2027-01-31T16:00:00Z" });
    let new = insurer.try_act(&old, "rotate", rotation).expect(201);
    insurer.act(&old, "revoke", Value::Null);
    record(insurer, "/api/v1/api-tokens", &new["api_token"]["id"]);
    insurer.get("/api/v1/api-tokens?limit=2").send().expect(200);
}

pub fn read_notifications(tour: &Tour) {
    let contractor = &tour.cast.contractor;
    let listed = contractor.get("/api/v1/notifications?unread=true&limit=2").send().expect(200);
    let id = listed.items()[0]["id"].as_str().expect("an id");
    contractor.post(format!("/api/v1/notifications/{id}/read")).send().expect(200);
    contractor.get("/api/v1/notifications/counts").send().expect(200);
    contractor.post("/api/v1/notifications/read?kind=policy_recorded").send().expect(200);
    contractor.get("/api/v1/me").send().expect(200);
}

/// What waits for the contractor once the hazards are recorded.
pub fn look_at_tasks(tour: &Tour) {
    let contractor = &tour.cast.contractor;
    let listed = contractor.get("/api/v1/tasks?limit=2").send().expect(200);
    assert_eq!(listed.items().len(), 2);
    contractor.get("/api/v1/tasks/counts").send().expect(200);
    let day = tour.cast.today();
    let calendar = contractor.get(format!("/api/v1/calendar?from={day}&to={day}&limit=2")).send().expect(200);
    assert!(!calendar.items().is_empty());
    let created =
        contractor.post("/api/v1/calendar/subscriptions").json(json!({ "name": "手机日历" })).send();
    let created = created.expect(201);
    tour.cast.nobody().get(created.text("path")).send().expect(200);
    contractor.get("/api/v1/calendar/subscriptions").send().expect(200);
    let id = created["subscription"]["id"].as_str().expect("an id").to_owned();
    contractor.get(format!("/api/v1/calendar/subscriptions/{id}")).send().expect(200);
    contractor.delete(format!("/api/v1/calendar/subscriptions/{id}")).send().expect(204);
}
