//! How a project and a commission stand: the same records that the caller's own lists show, in one answer.

use std::collections::BTreeSet;

use anze_tests::{
    Actor, Cast, Stage, World,
    actors::{self, line},
    both_databases, statements,
};
use serde_json::{Value, json};

use crate::access::list_scope::{known, set_records};

/// What a caller lists of a collection below a record; nothing where the caller may not list.
fn listed(caller: &Actor, collection: &str, filter: &str) -> Option<Vec<Value>> {
    let path = format!("/api/v1/{collection}?{filter}");
    (caller.get(&path).send().status == 200).then(|| caller.all(&path))
}

fn ids(items: &[Value]) -> BTreeSet<&str> {
    items.iter().map(|item| item["id"].as_str().expect("an id")).collect()
}

fn is_one_of(item: &Value, states: &[&str]) -> bool {
    states.iter().any(|state| item["status"] == *state)
}

/// The instant at the end of a day in Xiamen, as answers write it.
fn end_of_day(day: &Value) -> String {
    format!("{}T16:00:00Z", day.as_str().expect("a day"))
}

/// What comes next, as the lists say it.
fn expected_next(visits: &[Value], hazards: &[Value], next: &Value) {
    let waiting: Vec<Value> = visits
        .iter()
        .filter(|visit| is_one_of(visit, &["planned", "proposed", "agreed", "in_progress"]))
        .cloned()
        .collect();
    let shown = next["visits"].as_array().expect("visits");
    assert_eq!(ids(shown), ids(&waiting));
    let times: Vec<&str> = shown.iter().filter_map(|visit| visit["scheduled_start"].as_str()).collect();
    assert!(
        times.is_sorted() && shown[..times.len()].iter().all(|visit| visit["scheduled_start"].is_string())
    );
    for (grade, count) in next["open_hazards"].as_object().expect("hazards") {
        let open = hazards.iter().filter(|hazard| hazard["status"] != "closed" && hazard["grade"] == *grade);
        assert_eq!(*count, open.count(), "{grade}");
    }
    let of_visits = visits.iter().filter_map(|visit| match visit["status"].as_str() {
        Some("proposed") => visit["answer_by"].as_str().map(str::to_owned),
        Some("ended" | "returned") => visit["upload_due_at"].as_str().map(str::to_owned),
        _ => None,
    });
    let of_hazards = hazards
        .iter()
        .filter(|it| is_one_of(it, &["open", "acknowledged"]))
        .map(|it| end_of_day(&it["due_on"]));
    let earliest = of_visits.chain(of_hazards).min();
    assert_eq!(
        next["deadline"]["due_at"].as_str().map(|at| &at[..16]),
        earliest.as_deref().map(|at| &at[..16])
    );
    if let Some(path) = next["deadline"]["record"]["path"].as_str() {
        assert!(path.starts_with("/api/v1/visits/") || path.starts_with("/api/v1/hazards/"), "{path}");
    }
}

/// The progress of a commission, as its visits say it.
fn expected_progress(visits: &[Value], progress: &Value, commission: &Value) {
    let lines = commission["lines"].as_array().expect("lines");
    let shown = progress["lines"].as_array().expect("lines");
    assert_eq!(shown.len(), lines.len());
    for (shown, line) in shown.iter().zip(lines) {
        let of_line = visits.iter().filter(|visit| visit["line_id"] == line["id"]);
        let planned = of_line.clone().filter(|visit| visit["status"] != "cancelled").count();
        let done = of_line.filter(|visit| visit["status"] == "accepted").count();
        let expected = json!([line["times"], planned, done]);
        assert_eq!(json!([shown["agreed"], shown["planned"], shown["done"]]), expected, "{shown:#}");
    }
}

fn check_project(caller: &Actor, id: &str) {
    let overview = caller.get(format!("/api/v1/projects/{id}/overview")).send().expect(200);
    assert_eq!((overview["project"]["id"].as_str(), &overview["truncated"]), (Some(id), &json!([])));
    let of_project = format!("project_id={id}");
    for collection in ["policies", "commissions"] {
        let expected = listed(caller, collection, &of_project);
        let shown = overview[collection].as_array();
        assert_eq!(shown.map(|all| ids(all)), expected.as_deref().map(ids), "{collection}");
    }
    let visits = listed(caller, "visits", &of_project);
    for commission in listed(caller, "commissions", &of_project).iter().flatten() {
        let shown = overview["commissions"].as_array().expect("commissions");
        let shown = shown.iter().find(|it| it["id"] == commission["id"]).expect("it is shown");
        if let Some(visits) = &visits {
            expected_progress(visits, shown, commission);
        }
    }
    let hazards = listed(caller, "hazards", &of_project);
    match (&visits, &hazards) {
        (Some(visits), Some(hazards)) => expected_next(visits, hazards, &overview["next"]),
        _ => assert!(overview["next"].is_null()),
    }
}

fn check_commission(caller: &Actor, commission: &Value) {
    let id = commission["id"].as_str().expect("an id");
    let overview = caller.get(format!("/api/v1/commissions/{id}/overview")).send().expect(200);
    assert_eq!(overview["project"], commission["project"]);
    assert_eq!(overview["commission"]["provider"], commission["provider"]);
    let of_commission = format!("commission_id={id}");
    let (visits, hazards) =
        (listed(caller, "visits", &of_commission), listed(caller, "hazards", &of_commission));
    match (&visits, &hazards) {
        (Some(visits), Some(hazards)) => {
            expected_progress(visits, &overview["commission"], commission);
            expected_next(visits, hazards, &overview["next"]);
        }
        _ => assert!(overview["next"].is_null()),
    }
}

/// A project with two insurers and two providers, each with visits and hazards of their own, and a visit without a group. Answers the
/// second insurer.
fn two_insurers_on_a_project(cast: &Cast) -> Actor {
    let second = cast.clone().insured_by(cast.another("insurer")).served_by(cast.provider.clone());
    let project = cast.contractor.register_project(cast);
    for (cast, item) in [(cast, None), (&second, Some("MH2024-07-2"))] {
        let story = cast.bring_on(project.clone(), Stage::OnSite, &[line("hazard_inspection", 1)]);
        cast.leader.record_hazard(story.visit(), item, cast.today());
        cast.bring_on(project.clone(), Stage::Confirmed, &[line("hazard_inspection", 2)]);
    }
    second.insurer
}

/// A11.3: nobody sees in an overview what their lists do not show, and everybody sees all that they do.
#[both_databases]
fn a11_3_an_overview_shows_what_the_lists_show(world: &World) {
    let cast = Cast::new(world);
    let strangers = set_records(&cast, world);
    let asked = cast.bring_to(Stage::Confirmed);
    cast.server.propose(asked.visit(), actors::proposal_body(&cast.group(), cast.tomorrow_morning()));
    let other_insurer = two_insurers_on_a_project(&cast);
    let projects = cast.association.all("/api/v1/projects");
    let commissions = cast.association.all("/api/v1/commissions");
    let callers = known(&cast).into_iter().chain(strangers.iter().map(|(name, actor)| (*name, actor)));
    for (_, caller) in callers.chain([("second_insurer", &other_insurer)]) {
        for (collection, records) in [("projects", &projects), ("commissions", &commissions)] {
            for record in records {
                let id = record["id"].as_str().expect("an id");
                let read = caller.get(format!("/api/v1/{collection}/{id}")).send();
                let overview = caller.get(format!("/api/v1/{collection}/{id}/overview")).send();
                assert_eq!(overview.status, read.status, "{overview}");
                match (read.status.as_u16(), collection) {
                    (200, "projects") => check_project(caller, id),
                    (200, _) => check_commission(caller, &read.body),
                    _ => {}
                }
            }
        }
    }
}

/// Beyond twenty records the overview says which lists are longer, and shows the newest.
#[both_databases]
fn an_overview_is_bounded(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Registered);
    let policies: Vec<Value> = (0..21).map(|_| actors::policy_body(&story.project, "1000.00")).collect();
    let batch =
        cast.insurer.post("/api/v1/policies/batch").json(json!({ "items": policies })).send().expect(207);
    let overview = || cast.insurer.get(format!("{}/overview", story.project.path)).send().expect(200);
    let seen = overview();
    assert_eq!(
        (seen["policies"].as_array().map(Vec::len), &seen["truncated"]),
        (Some(20), &json!(["policies"]))
    );
    assert_eq!(seen["policies"][0]["id"], batch["results"][20]["policy"]["id"]);
    let served = cast.bring(Stage::Confirmed, &[line("hazard_inspection", 21)]);
    let seen = cast.server.get(format!("{}/overview", served.commission().path)).send().expect(200);
    assert_eq!(
        (seen["next"]["visits"].as_array().map(Vec::len), &seen["truncated"]),
        (Some(20), &json!(["visits"]))
    );
    assert_eq!(seen["commission"]["lines"][0]["planned"], 21);
}

/// A14.1: what is due is told with its record, and as overdue once the time has passed.
#[both_databases]
fn a_deadline_that_has_passed_is_overdue(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Ended);
    let deadline = || {
        let path = format!("{}/overview", story.project.path);
        cast.regulator.get(path).send().expect(200)["next"]["deadline"].clone()
    };
    let due = deadline();
    assert_eq!(due["due_at"], cast.server.read(story.visit())["upload_due_at"]);
    assert_eq!((&due["kind"], &due["record"]["id"]), (&json!("submit_visit"), &json!(story.visit().id)));
    assert_eq!((&due["title"], &due["overdue"]), (&json!("提交服务资料"), &json!(false)));
    cast.wait(chrono::Duration::days(9));
    assert_eq!(deadline()["overdue"], true);
}

/// One screen, one call, and as many statements for a full project as for one with a single commission.
#[both_databases(settings = statements::counted)]
fn an_overview_takes_a_fixed_number_of_statements(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    cast.leader.record_hazard(story.visit(), None, cast.today());
    let asked = |path: &str| {
        let path = format!("{path}/overview");
        statements::of(world, || drop(cast.association.get(&path).send().expect(200)))
    };
    let of_one = asked(&story.project.path);
    for _ in 0..2 {
        let more = cast.bring_on(story.project.clone(), Stage::OnSite, &[line("hazard_inspection", 2)]);
        cast.leader.record_hazard(more.visit(), Some("MH2024-07-2"), cast.today());
    }
    assert_eq!(asked(&story.project.path), of_one);
    assert!(of_one > 0 && asked(&story.commission().path) < of_one);
}
