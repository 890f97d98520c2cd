//! What waits for somebody: a task is in the caller's list if and only if the record says that the caller may settle it now.
//!
//! The lists of records and their `allowed_actions` are one way to find what is to be done, the list of tasks is the other. The callers
//! and the records are those of the lists' own test, with those in the middle of a visit.

use std::collections::{BTreeMap, BTreeSet};

use anze_tests::{
    Actor, Cast, Stage, World,
    actors::{self, because},
    both_databases,
};
use serde_json::{Value, json};

use super::list_scope::{known, set_records};

/// Kind of a task, and the record's id.
type Found = BTreeSet<(String, String)>;

/// Every record that a caller can list, by the collection.
struct Seen<'a> {
    caller: &'a Actor,
    today: String,
    now: String,
    records: BTreeMap<&'static str, Vec<Value>>,
}

const COLLECTIONS: [&str; 10] = [
    "organizations",
    "projects",
    "commissions",
    "service-plans",
    "visits",
    "hazards",
    "service-reports",
    "expert-applications",
    "council-sessions",
    "objections",
];

impl<'a> Seen<'a> {
    fn by(caller: &'a Actor, cast: &Cast) -> Self {
        let records = COLLECTIONS.into_iter().chain(["recusal-requests"]).map(|collection| {
            let path = format!("/api/v1/{collection}");
            let listed = caller.get(&path).send().status == 200;
            (collection, if listed { caller.all(&path) } else { Vec::new() })
        });
        let now = cast.now().format("%Y-%m-%dT%H:%M:%SZ").to_string();
        Self { caller, today: cast.today().to_string(), now, records: records.collect() }
    }

    fn of(&self, collection: &str) -> &[Value] {
        &self.records[collection]
    }

    /// What waits for the caller, as the records say.
    fn expected(&self) -> Found {
        let mut found = Found::new();
        let mut add = |kind: &str, record: &Value| {
            found.insert((kind.to_owned(), record["id"].as_str().expect("an id").to_owned()));
        };
        for (collection, action, kind) in [
            ("organizations", "approve", "review_organization"),
            ("projects", "register", "register_project"),
            ("commissions", "submit", "submit_commission"),
            ("commissions", "accept", "answer_commission"),
            ("service-plans", "submit", "submit_service_plan"),
            ("service-plans", "confirm", "confirm_service_plan"),
            ("visits", "agree", "agree_visit"),
            ("visits", "start", "start_visit"),
            ("visits", "issue_rectification_proposal", "issue_rectification_proposal"),
            ("visits", "end", "end_visit"),
            ("visits", "receive_rectification_proposal", "receive_rectification_proposal"),
            ("visits", "submit", "submit_visit"),
            ("visits", "accept", "review_visit"),
            ("hazards", "acknowledge", "acknowledge_hazard"),
            ("hazards", "rectify", "rectify_hazard"),
            ("hazards", "close", "review_hazard"),
            ("service-reports", "submit", "submit_service_report"),
            ("service-reports", "acknowledge", "acknowledge_service_report"),
            ("expert-applications", "submit", "submit_expert_application"),
            ("expert-applications", "review", "review_expert_application"),
            ("council-sessions", "record_votes", "hold_council_session"),
            ("objections", "uphold", "decide_objection"),
            ("recusal-requests", "uphold", "decide_recusal_request"),
        ] {
            self.of(collection).iter().filter(|it| allows(it, action)).for_each(|it| add(kind, it));
        }
        for visit in self.of("visits") {
            let slots = visit["slots"].as_array().into_iter().flatten();
            let passed = slots
                .map(|slot| slot["start"].as_str().unwrap_or_default())
                .all(|start| start <= self.now.as_str());
            let open = visit["status"] == "planned" || (visit["status"] == "proposed" && passed);
            if open && allows(visit, "propose") {
                add("propose_visit", visit);
            } else if open && allows(visit, "cancel") {
                add("cancel_visit", visit);
            }
            let end = visit["scheduled_end"].as_str().unwrap_or_default();
            if visit["status"] == "agreed" && allows(visit, "reschedule") && in_xiamen(end) < self.today {
                add("reschedule_visit", visit);
            }
            if allows(visit, "record_step") && visit["leader_id"] == json!(self.caller.expert_id) {
                add("record_visit_step", visit);
            }
        }
        for application in self.of("expert-applications").iter().filter(|it| allows(it, "unmask")) {
            match application["status"].as_str() {
                Some("reviewed") => add("put_application_to_vote", application),
                Some("passed") => add("publish_notice", application),
                _ => {}
            }
        }
        found
    }

    /// What the provider is to make anew, tried on the server: it is refused for the body alone, or for the state.
    fn made_anew(&self, cast: &Cast) -> Found {
        let mut found = Found::new();
        let is_server = |it: &&Value| it["provider_id"] == json!(self.caller.organization_id);
        for commission in self.of("commissions").iter().filter(is_server) {
            let id = commission["id"].as_str().expect("an id");
            let of_it = |collection: &str| {
                let records = self.of(collection).iter();
                records.filter(|it| it["commission_id"] == commission["id"]).collect::<Vec<_>>()
            };
            let in_state = |records: &[&Value], states: &[&str]| {
                records.iter().any(|it| states.contains(&it["status"].as_str().unwrap_or_default()))
            };
            let open_plan = in_state(&of_it("service-plans"), &["draft", "submitted"]);
            if commission["status"] == "accepted" && !open_plan {
                found.insert(("create_service_plan".to_owned(), id.to_owned()));
            }
            let visits = of_it("visits");
            let closed = visits.iter().all(|it| it["status"] == "accepted" || it["status"] == "cancelled");
            let served = |line: &Value| {
                let accepted =
                    visits.iter().filter(|it| it["line_id"] == line["id"] && it["status"] == "accepted");
                accepted.count()
                    >= usize::try_from(line["times"].as_u64().unwrap_or(u64::MAX)).unwrap_or(usize::MAX)
            };
            let complete = commission["lines"].as_array().into_iter().flatten().all(served);
            if commission["status"] == "in_service"
                && closed
                && complete
                && of_it("service-reports").is_empty()
            {
                found.insert(("create_service_report".to_owned(), id.to_owned()));
            }
        }
        let acts = self.caller.organization_id == cast.server.organization_id
            || self.caller.organization_id == cast.provider.organization_id;
        if acts { found } else { Found::new() }
    }
}

fn allows(record: &Value, action: &str) -> bool {
    record["allowed_actions"].as_array().is_some_and(|actions| actions.contains(&json!(action)))
}

/// The day in Xiamen of an instant.
fn in_xiamen(instant: &str) -> String {
    let instant: chrono::DateTime<chrono::Utc> = instant.parse().expect("an instant");
    (instant + chrono::TimeDelta::hours(8) - chrono::TimeDelta::microseconds(1)).date_naive().to_string()
}

/// The caller's tasks, read in pages of three; each as it should be.
fn tasks_of(caller: &Actor) -> Vec<Value> {
    let (mut tasks, mut path) = (Vec::new(), "/api/v1/tasks?limit=3".to_owned());
    loop {
        let page = caller.get(&path).send().expect(200);
        tasks.extend(page.items().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/tasks?limit=3&cursor={cursor}"),
            None => return tasks,
        }
    }
}

/// Most urgent first: what has a due date, by it; then by the instant since which it waits.
fn in_order(tasks: &[Value]) -> bool {
    let key = |task: &Value| {
        let at = if task["due_at"].is_null() { &task["since"] } else { &task["due_at"] };
        (
            task["due_at"].is_null(),
            at.as_str().expect("an instant").parse::<chrono::DateTime<chrono::Utc>>().expect("an instant"),
        )
    };
    tasks.windows(2).all(|pair| key(&pair[0]) <= key(&pair[1]))
}

fn compare(cast: &Cast, callers: &[(&str, &Actor)], kinds: &mut BTreeSet<String>) {
    for (name, caller) in callers {
        let tasks = tasks_of(caller);
        let found: Found = tasks
            .iter()
            .map(|it| (it["kind"].to_string(), it["record"]["id"].to_string()))
            .map(plain)
            .collect();
        assert_eq!(found.len(), tasks.len(), "{name} has a task twice");
        assert!(in_order(&tasks), "{name}: {tasks:#?}");
        let seen = Seen::by(caller, cast);
        let mut expected = seen.expected();
        expected.extend(seen.made_anew(cast));
        let (missing, beyond): (Vec<_>, Vec<_>) =
            (expected.difference(&found).collect(), found.difference(&expected).collect());
        assert!(
            missing.is_empty() && beyond.is_empty(),
            "{name} at {}: missing {missing:#?}, beyond {beyond:#?}",
            cast.now()
        );
        kinds.extend(found.iter().map(|(kind, _)| kind.clone()));
        for task in &tasks {
            let path = task["record"]["path"].as_str().expect("a path");
            caller.get(path).send().expect(200);
            assert_eq!(
                task["overdue"] == true,
                task["due_at"].as_str().is_some_and(|due| due < seen.now.as_str()),
                "{task}"
            );
        }
        narrowed(caller, &tasks);
    }
}

fn plain((kind, id): (String, String)) -> (String, String) {
    let bare = |text: String| text.trim_matches('"').to_owned();
    (bare(kind), bare(id))
}

/// Each filter keeps what it says, and the counts are those of the list.
fn narrowed(caller: &Actor, tasks: &[Value]) {
    let ids = |tasks: &[Value]| {
        tasks.iter().map(|it| (it["kind"].clone(), it["record"]["id"].clone())).collect::<Vec<_>>()
    };
    let kept =
        |keep: &dyn Fn(&Value) -> bool| ids(&tasks.iter().filter(|it| keep(it)).cloned().collect::<Vec<_>>());
    let asked = |query: &str| ids(&caller.all(&format!("/api/v1/tasks?{query}")));
    for overdue in [true, false] {
        assert_eq!(asked(&format!("overdue={overdue}")), kept(&|it| it["overdue"] == overdue));
    }
    let Some(first) = tasks.first() else {
        assert_eq!(caller.get("/api/v1/tasks/counts").send().expect(200)["items"], json!([]));
        return;
    };
    let kind = first["kind"].as_str().expect("a kind");
    assert_eq!(asked(&format!("kind={kind}")), kept(&|it| it["kind"] == kind));
    if let Some(project) = first["project"]["id"].as_str() {
        assert_eq!(asked(&format!("project_id={project}")), kept(&|it| it["project"]["id"] == project));
    }
    if let Some(due) = first["due_at"].as_str() {
        let day = in_xiamen(due);
        assert_eq!(
            asked(&format!("due_by={day}")),
            kept(&|it| it["due_at"].as_str().is_some_and(|due| in_xiamen(due) <= day))
        );
    }
    let mut counted: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for task in tasks {
        let count = counted.entry(task["kind"].to_string()).or_default();
        count.0 += 1;
        count.1 += u64::from(task["overdue"] == true);
    }
    let counts = caller.get("/api/v1/tasks/counts").send().expect(200);
    let told = counts["items"].as_array().expect("items").iter().map(|it| {
        assert_eq!(it["more"], false);
        (
            it["kind"].to_string(),
            (it["count"].as_u64().expect("a number"), it["overdue"].as_u64().expect("a number")),
        )
    });
    assert_eq!(told.collect::<BTreeMap<_, _>>(), counted);
}

#[both_databases]
fn a_task_is_what_the_record_lets_the_caller_settle(world: &World) {
    let cast = Cast::new(world);
    let strangers = set_records(&cast, world);
    // The leader of one record is away on Sundays: the visits are on the days after it.
    cast.wait(chrono::TimeDelta::days(3));
    for stage in [Stage::Ended, Stage::Uploaded, Stage::Reported] {
        cast.bring_to(stage);
    }
    cast.bring(Stage::Served, &[actors::line("hazard_inspection", 1)]);
    let ending = cast.bring_to(Stage::OnSite);
    cast.leader.issue_proposal(ending.visit(), cast.now()).expect(201);
    let on_site = cast.bring_to(Stage::OnSite);
    let open = cast.leader.record_hazard(on_site.visit(), None, cast.today());
    let acknowledged = cast.leader.record_hazard(on_site.visit(), None, cast.today());
    cast.contractor.act(&acknowledged, "acknowledge", Value::Null);
    let rectified = cast.leader.record_hazard(on_site.visit(), None, cast.today());
    let rectified = cast.contractor.act(&rectified, "acknowledge", Value::Null);
    cast.contractor.attach(&rectified, "rectification_evidence", actors::jpeg());
    cast.contractor.act(&cast.contractor.read(&rectified), "rectify", json!({ "rectification": "已整改" }));
    assert_eq!(cast.leader.read(&open).status(), "open");
    cast.wait(chrono::TimeDelta::days(1));
    let proposed = cast.bring_to(Stage::Confirmed);
    cast.server.propose(
        proposed.visit(),
        actors::proposal_body(&cast.group(), cast.tomorrow_morning() + chrono::Days::new(3)),
    );
    let missed = cast.bring_to(Stage::Confirmed);
    cast.agree_on(missed.visit(), cast.tomorrow_morning() + chrono::Days::new(4));
    let agreed = cast.bring_to(Stage::Agreed);
    let completed = cast.bring_to(Stage::Confirmed);
    cast.contractor.act(&completed.project, "complete", Value::Null);
    let viewer = cast.colleague(&cast.insurer, "viewer");
    let callers: Vec<(&str, &Actor)> = known(&cast)
        .into_iter()
        .chain(strangers.iter().map(|(name, actor)| (*name, actor)))
        .chain([("viewer", &viewer)])
        // Tasks are people's: a token is refused, and so is who is suspended.
        .filter(|(_, actor)| actor.get("/api/v1/tasks").send().status == 200)
        .collect();
    assert!(callers.len() > 15, "{}", callers.len());
    let mut kinds = BTreeSet::new();
    compare(&cast, &callers, &mut kinds);
    cast.set_time(cast.tomorrow_morning());
    compare(&cast, &callers, &mut kinds);
    cast.leader.act(&cast.leader.read(agreed.visit()), "start", Value::Null);
    compare(&cast, &callers, &mut kinds);
    // Every window is over, and every time has passed.
    cast.set_time("2027-02-01T01:00:00Z".parse().expect("an instant"));
    compare(&cast, &callers, &mut kinds);
    let never = ["put_application_to_vote", "publish_notice"];
    let all =
        anze_tests::contract::contract().document()["components"]["schemas"]["TaskKind"]["enum"].clone();
    let unseen: Vec<_> = all
        .as_array()
        .expect("kinds")
        .iter()
        .filter_map(Value::as_str)
        .filter(|kind| !kinds.contains(*kind) && !never.contains(kind))
        .collect();
    assert_eq!(unseen, [""; 0], "no caller had such a task");
}

/// A token and nobody have no tasks; a page keeps to its limit, and a cursor to its list.
#[both_databases]
fn tasks_are_for_people_and_a_cursor_is_for_its_list(world: &World) {
    let cast = Cast::new(world);
    cast.insurer_system.get("/api/v1/tasks").send().problem(403, "forbidden");
    cast.nobody().get("/api/v1/tasks").send().problem(401, "unauthenticated");
    let story = cast.bring_to(Stage::Drafted);
    for _ in 0..2 {
        cast.insurer.draft_commission(
            story.policy(),
            &cast.server,
            &[actors::line("hazard_inspection", 1)],
            "10.00",
        );
    }
    let page = cast.insurer.get("/api/v1/tasks?limit=2").send().expect(200);
    assert_eq!(page.items().len(), 2);
    let cursor = page.text("next_cursor");
    for other in ["kind=submit_commission", "overdue=false", "due_by=2030-01-01"] {
        let path = format!("/api/v1/tasks?{other}&cursor={cursor}");
        cast.insurer.get(path).send().problem(400, "bad_cursor");
    }
    cast.insurer.get("/api/v1/tasks?kind=x").send().problem(400, "invalid_parameter");
    cast.insurer.get("/api/v1/tasks?limit=101").send().problem(400, "invalid_parameter");
    let english =
        cast.insurer.get("/api/v1/tasks?limit=1").header("accept-language", "en").send().expect(200);
    let task = &english.items()[0];
    assert_eq!(
        (&task["title"], &task["record"]["kind_title"], &task["operations"]),
        (
            &json!("Submit a commission"),
            &json!("Commission"),
            &json!(["submit_commission", "withdraw_commission"])
        )
    );
    assert_eq!(task["project"]["id"], json!(story.project.id));
    cast.insurer.act(&cast.insurer.read(story.commission()), "withdraw", because());
    assert_eq!(cast.insurer.all("/api/v1/tasks").len(), 2);
}

/// What people settled is read from the event log: each their own, the latest first, with the operation that settled it.
#[both_databases]
fn what_somebody_settled_is_listed_to_them_alone(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Reported);
    let done_by = |actor: &Actor, more: &str| actor.all(&format!("/api/v1/tasks?done=true{more}"));
    let operations = |tasks: &[Value]| {
        tasks
            .iter()
            .map(|task| task["operations"][0].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    let of_insurer = done_by(&cast.insurer, "");
    assert_eq!(operations(&of_insurer), ["confirm_service_plan", "submit_commission"]);
    let confirmed = &of_insurer[0];
    assert_eq!(
        (&confirmed["done"], &confirmed["kind"], &confirmed["project"]["id"], &confirmed["overdue"]),
        (&json!(true), &json!("confirm_service_plan"), &json!(story.project.id), &json!(false))
    );
    cast.insurer.get(confirmed["record"]["path"].as_str().expect("a path")).send().expect(200);
    let of_leader = operations(&done_by(&cast.leader, ""));
    for operation in ["agree_visit", "start_visit", "record_visit_step", "end_visit", "submit_visit"] {
        assert!(of_leader.contains(&operation.to_owned()), "{operation} in {of_leader:?}");
    }
    let times: Vec<_> = done_by(&cast.leader, "").iter().map(|task| task["since"].to_string()).collect();
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "{times:?}");
    assert_eq!(operations(&done_by(&cast.insurer, "&kind=submit_commission")), ["submit_commission"]);
    assert_eq!(operations(&done_by(&cast.insurer, &format!("&project_id={}", story.project.id))).len(), 2);
    for nothing in ["&overdue=true", "&due_by=2030-01-01", "&kind=acknowledge_hazard"] {
        assert_eq!(done_by(&cast.insurer, nothing), Vec::<Value>::new(), "{nothing}");
    }
    assert_eq!(done_by(&cast.colleague(&cast.insurer, "operator"), ""), Vec::<Value>::new());
    let page = cast.insurer.get("/api/v1/tasks?done=true&limit=1").send().expect(200);
    let waiting = format!("/api/v1/tasks?limit=1&cursor={}", page.text("next_cursor"));
    cast.insurer.get(waiting).send().problem(400, "bad_cursor");
}
