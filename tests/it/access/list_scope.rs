//! A list and its records agree: a record is in a caller's list if and only if the caller may read it by its id (A11.3).
//!
//! The resources are those of the contract, so that a new one is asked for by itself; the callers are all ports with strangers,
//! experts, applicants, tokens and nobody; the records are of every state that the flow brings about.

use std::collections::{BTreeMap, BTreeSet};

use anze_tests::{
    Actor, Cast, Stage, World,
    actors::{self, because, plan_body, project_body},
    both_databases,
    contract::contract,
};
use serde_json::{Value, json};

/// A resource with a list of its own, by the ids of its operations.
struct Listable {
    list: String,
    path: String,
}

/// Every `list_…` operation without a parent record beside which stands a `get_…` operation by id.
fn listable() -> Vec<Listable> {
    let operations = contract().operations();
    let reads_one = |path: &str| {
        let one = format!("{path}/{{id}}");
        operations.iter().any(|it| it.path == one && it.operation_id.starts_with("get_"))
    };
    let lists = operations.iter().filter(|it| it.operation_id.starts_with("list_") && reads_one(&it.path));
    lists.map(|it| Listable { list: it.operation_id.clone(), path: it.path.clone() }).collect()
}

/// A caller by name.
type Asker = (&'static str, Actor);

/// An expert reads the own entry of the library, which only those list who form groups.
const READ_BUT_NOT_LISTED: &[&str] = &["list_experts"];

/// Records in all states: drafts, submitted, returned, withdrawn, running, reported, cancelled and completed.
fn set_records(cast: &Cast, world: &World) -> Vec<Asker> {
    // By a third-party provider, whose drafts are its own, and by the association.
    let served = cast.clone().served_by(cast.provider.clone());
    for stage in [Stage::Insured, Stage::Drafted, Stage::Submitted, Stage::Planned, Stage::Completed] {
        served.bring_to(stage);
    }
    let accepted = served.bring_to(Stage::Accepted);
    served.server.create("/api/v1/service-plans", plan_body(accepted.commission()));
    let returned = served.bring_to(Stage::Submitted);
    served.server.return_for_correction(returned.commission());
    for stage in [Stage::Drafted, Stage::Submitted] {
        let withdrawn = served.bring_to(stage);
        served.insurer.act(withdrawn.commission(), "withdraw", because());
    }
    let returned_plan = served.bring_to(Stage::Planned);
    served.insurer.return_for_correction(returned_plan.plan());
    let agreed = served.bring_to(Stage::Agreed);
    served.server.act(agreed.visit(), "reschedule", because());
    // The association serves here: its own drafts, hazards, and a project that is suspended.
    let running = cast.bring_to(Stage::OnSite);
    cast.leader.record_hazard(running.visit(), Some("MH2024-07-2"), cast.today());
    let reported = cast.bring_to(Stage::Served);
    cast.server.draft_report(reported.commission());
    let terminated = served.bring_to(Stage::Confirmed);
    let termination = json!({ "reason": "项目停工", "amount_due": "0.00" });
    served.insurer.act(terminated.commission(), "terminate", termination);
    set_projects(cast);
    cast.contractor.act(&running.project, "suspend", because());
    let request = json!({
        "project_id": running.project.id, "expert_id": cast.leader.expert_id, "kind": "kinship", "grounds": "配偶"
    });
    cast.contractor.post("/api/v1/recusal-requests").json(request).send().expect(201);
    let mut askers = set_people(cast);
    askers.extend(set_admission(cast));
    assert!(world.database().number("SELECT count(*) AS n FROM visits") > 0);
    askers
}

/// A draft, and a draft that was cancelled.
fn set_projects(cast: &Cast) {
    cast.contractor.create("/api/v1/projects", project_body(cast));
    let cancelled = cast.contractor.create("/api/v1/projects", project_body(cast));
    cast.contractor.act(&cancelled, "cancel", because());
}

/// Organisations and users that are not active, and the strangers of every port.
fn set_people(cast: &Cast) -> Vec<Asker> {
    let name = actors::login_name("pending");
    let body = actors::registration_body("contractor", &name);
    cast.nobody().post("/api/v1/registrations").json(body).send().expect(201);
    let suspended = cast.another("owner");
    let organization = format!("/api/v1/organizations/{}", suspended.organization_id);
    let seen = cast.association.get(&organization).send();
    let suspend = cast.association.post(format!("{organization}/suspend")).if_match(seen.etag());
    suspend.json(because()).send().expect(200);
    cast.colleague(&cast.contractor, "viewer");
    let elsewhere = {
        let name = actors::login_name("regulator");
        let mut body = actors::registration_body("regulator", &name);
        body["organization"]["district"] = json!("350203");
        cast.association.create("/api/v1/organizations", body);
        cast.regulator.speaking_as(cast.person(&name))
    };
    vec![
        ("suspended_owner", suspended),
        ("contractors_operator", cast.colleague(&cast.contractor, "operator")),
        ("regulator_elsewhere", elsewhere),
        ("other_contractor", cast.another("contractor")),
        ("other_supervisor", cast.another("supervisor")),
        ("other_owner", cast.another("owner")),
        ("other_insurer", cast.another("insurer")),
        ("other_provider", cast.another("provider")),
        ("other_expert", cast.another_expert(&actors::ExpertEntry::new("leader", "civil"))),
        ("narrow_token", cast.system_of(&cast.insurer, &["projects:read"])),
        ("providers_token", cast.system_of(&cast.provider, &["projects:read", "visits:read"])),
    ]
}

/// Applications in every state that needs no waiting, a session, a notice and an objection; gives two of the applicants.
fn set_admission(cast: &Cast) -> Vec<Asker> {
    let (drafting, _) = cast.applies("member");
    let (withdrew, draft) = cast.applies("member");
    withdrew.act(&draft, "withdraw", because());
    let (submitted, application) = cast.applies("member");
    submitted.certify(&application);
    submitted.act(&application, "submit", Value::Null);
    let published = cast.on_notice(1);
    let (_, on_notice) = &published.applicants[0];
    cast.object(&published.notice, on_notice, "203.0.113.1").expect(201);
    cast.call_session(3, 3);
    vec![("drafting_applicant", drafting), ("withdrawn_applicant", withdrew), ("applicant", submitted)]
}

/// The ids in the whole of the caller's list; none where the caller may not list at all.
fn listed_to(caller: &Actor, path: &str) -> Option<BTreeSet<String>> {
    if caller.get(path).send().status != 200 {
        return None;
    }
    let ids = caller.all(path).into_iter().map(|item| item["id"].as_str().expect("an id").to_owned());
    Some(ids.collect())
}

#[both_databases]
fn a11_3_what_a_list_shows_is_what_can_be_read(world: &World) {
    let cast = Cast::new(world);
    let strangers = set_records(&cast, world);
    let nobody = cast.contractor.speaking_as(cast.nobody().clone());
    let known = [
        ("association", &cast.association),
        ("contractor", &cast.contractor),
        ("supervisor", &cast.supervisor),
        ("owner", &cast.owner),
        ("insurer", &cast.insurer),
        ("insurer_token", &cast.insurer_system),
        ("provider", &cast.provider),
        ("regulator", &cast.regulator),
        ("leader", &cast.leader),
        ("mechanic", &cast.mechanic),
        ("nobody", &nobody),
    ];
    let callers: Vec<(&str, &Actor)> =
        known.into_iter().chain(strangers.iter().map(|(name, actor)| (*name, actor))).collect();
    let resources = listable();
    assert!(resources.len() >= 14, "{}", resources.len());
    let mut wrong = Vec::new();
    for resource in &resources {
        let listed: BTreeMap<&str, Option<BTreeSet<String>>> =
            callers.iter().map(|(name, caller)| (*name, listed_to(caller, &resource.path))).collect();
        let all: BTreeSet<&String> = listed.values().flatten().flatten().collect();
        assert!(!all.is_empty(), "no record for {}", resource.list);
        for (name, caller) in &callers {
            let list = &listed[name];
            if list.is_none() && READ_BUT_NOT_LISTED.contains(&resource.list.as_str()) {
                continue;
            }
            for id in &all {
                let status = caller.get(format!("{}/{id}", resource.path)).send().status;
                let is_listed = list.as_ref().is_some_and(|list| list.contains(*id));
                if is_listed != (status == 200) {
                    wrong.push(format!("{name}: {} {id}: listed {is_listed}, read {status}", resource.list));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} times:\n{}", wrong.len(), wrong.join("\n"));
}
