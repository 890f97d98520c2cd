//! What identifies a person leaves no trace where it does not belong: in no event, and in no line of the log (A11.3, PIPL).

use std::{thread::sleep, time::Duration as Pause};

use anze_tests::{
    Binary, Cast, Database,
    actors::{self, ExpertEntry, STEPS},
    postgres,
};
use chrono::{Days, Duration};
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_anze-under-test");

/// A mobile number and a citizen id that nobody else has, of whoever is told to have them.
struct Person {
    mobile: String,
    citizen_id: String,
}

impl Person {
    fn new() -> Self {
        Self { mobile: actors::mobile(), citizen_id: actors::citizen_id() }
    }
}

/// From the registration of a project to the acceptance of its first visit, and all that is read of people on the way.
/// Says what must be found nowhere.
fn whole_flow(cast: &Cast) -> Vec<String> {
    let [applicant, expert, leader] = [Person::new(), Person::new(), Person::new()];
    // Someone applies, another is taken over and read unmasked, and reads what is held about them.
    let applies = cast.registers();
    let mut body = actors::application_body("member");
    (body["mobile"], body["citizen_id"]) = (json!(applicant.mobile), json!(applicant.citizen_id));
    let draft = applies.create("/api/v1/expert-applications", body.clone());
    cast.review(&applies, &draft);
    let name = actors::login_name("expert");
    let mut body = actors::admission_body(&ExpertEntry::new("member", "civil"), &name);
    (body["mobile"], body["citizen_id"]) = (json!(expert.mobile), json!(expert.citizen_id));
    let taken_over = cast.association.create("/api/v1/experts", body.clone());
    body["account"]["login_name"] = json!(actors::login_name("expert"));
    cast.association.post("/api/v1/experts").json(body).send().problem(409, "expert_exists");
    let unmasked =
        cast.association.post(format!("{}/unmask", taken_over.path)).json(json!({ "reason": "核对" })).send();
    assert_eq!(unmasked.expect(200)["citizen_id"], json!(expert.citizen_id));
    let export = cast.person(&name).get("/api/v1/experts/me/export").send().expect(200);
    assert_eq!(export["personal"]["mobile"], json!(expert.mobile));
    // The seven steps, in the process's own time.
    let (from, to) = (cast.today() - Days::new(10), cast.today() + Days::new(300));
    let mut project = actors::project_body(cast);
    (project["planned_start"], project["planned_end"]) = (json!(from), json!(to));
    project["leader_mobile"] = json!(leader.mobile);
    let project =
        cast.contractor.act(&cast.contractor.create("/api/v1/projects", project), "register", Value::Null);
    let mut policy = actors::policy_body(&project, "100000.00");
    (policy["period_start"], policy["period_end"]) = (json!(from), json!(to));
    let policy = cast.insurer.create("/api/v1/policies", policy);
    let lines = [actors::line("hazard_inspection", 2)];
    let mut commission = actors::commission_body(&policy, &cast.server, &lines, "20000.00");
    (commission["period_start"], commission["period_end"]) = (json!(from), json!(to));
    let commission = cast.insurer.submit(&cast.insurer.create("/api/v1/commissions", commission));
    let commission = cast.server.accept(&commission);
    let plan = cast.server.plan(&commission);
    cast.insurer.confirm(&plan);
    let [first, second] = cast.visits(&commission).try_into().expect("two visits");
    // A visit starts on its day: not in the last minutes of this one.
    let soon = Duration::minutes(3);
    while anze_domain::calendar::working_calendar::shanghai_date(cast.now() + soon) != cast.today() {
        sleep(Pause::from_secs(5));
    }
    let proposed =
        cast.server.propose(&second, actors::proposal_body(&cast.group(), cast.now() + Duration::days(3)));
    cast.mechanic.try_act(&proposed, "decline", json!({ "reason": "住院" })).expect(200);
    let agreed = cast.agree_on(&first, cast.now() + soon);
    let begun = cast.leader.act(&agreed, "start", Value::Null);
    let on_site = STEPS.iter().fold(begun, |visit, step| cast.leader.take_step(&visit, step, cast.now()));
    cast.leader.record_hazard(&on_site, None, cast.today());
    let ended = cast.end(&on_site);
    cast.server.accept(&cast.upload(&ended));
    for reader in [&cast.owner, &cast.regulator, &cast.provider] {
        reader.get(&project.path).send();
        reader.get(&taken_over.path).send();
    }
    [applicant, expert, leader].into_iter().flat_map(|it| [it.mobile, it.citizen_id]).collect()
}

fn no_trace_is_left(database: Database, name: &str) {
    let Some(binary) = Binary::start_with(PROGRAM, database, &[("RUST_LOG", "trace")]) else {
        return postgres::left_out(name);
    };
    let secrets = whole_flow(&Cast::before(&binary));
    let log = binary.log();
    // Debug and below: whatever anything under the server has to say.
    assert!(
        log.contains("operation=unmask_expert") && log.contains(" TRACE "),
        "it says all there is:\n{log}"
    );
    for secret in secrets {
        let told: Vec<&str> = log.lines().filter(|line| line.contains(&secret)).collect();
        assert!(told.is_empty(), "in the log: {told:?}");
        for table in ["events", "notifications"] {
            let mut count = format!("SELECT COUNT(*) AS n FROM {table} WHERE facts LIKE '%{secret}%'");
            if table == "events" {
                count.push_str(&format!(" OR reason LIKE '%{secret}%'"));
            }
            assert_eq!(binary.database().number(&count), 0, "{table}");
        }
    }
}

#[test]
fn sqlite() {
    no_trace_is_left(Database::Sqlite, concat!(module_path!(), "::sqlite"));
}

#[test]
fn postgres_too() {
    no_trace_is_left(Database::Postgres, concat!(module_path!(), "::postgres_too"));
}
