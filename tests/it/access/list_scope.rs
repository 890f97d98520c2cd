//! A list and its records agree: a record is in a caller's list if and only if the caller may read it by its id (A11.3).
//!
//! The lists are those of the contract, so that a new one is asked for by itself, lists below a parent record among them; the callers are all ports with strangers,
//! experts, applicants, tokens and nobody; the records are of every state that the flow brings about.

use std::collections::{BTreeMap, BTreeSet};

use anze_tests::{
    Actor, Cast, Stage, World,
    actors::{self, because, plan_body, project_body},
    both_databases,
    contract::contract,
};
use serde_json::{Value, json};

/// A list whose records can be read one by one.
struct Listable {
    list: String,
    /// The path of the list; a list below a parent record has `{id}` in it.
    path: String,
    /// The collection in which a record is read by its id.
    collection: String,
}

impl Listable {
    /// The collection of the parent records, where the list stands below one.
    fn parents(&self) -> Option<&str> {
        self.path.split_once("/{id}").map(|(parents, _)| parents)
    }
}

/// A caller by name.
pub(crate) type Asker<A = Actor> = (&'static str, A);

/// An expert reads the own entry of the library, which only those list who form groups.
const OWN_ENTRY_READ_BUT_NOT_LISTED: &str = "list_experts";

/// The lists whose entries have no `get_…` operation: entries of a calendar, of an inbox, of a timeline or of a directory, and parts of a record.
const NOT_READ_BY_ID: [&str; 12] = [
    "list_calendar_entries",
    "list_council_session_applications",
    "list_declines",
    "list_expert_application_events",
    "list_expert_directory",
    "list_notifications",
    "list_policy_endorsements",
    "list_project_events",
    "list_public_notice_applications",
    "list_sessions",
    "list_tasks",
    "list_visit_materials",
];

/// Every `list_…` operation with a `get_…` operation by id that shows what the list has as items.
fn listable() -> Vec<Listable> {
    let document = contract().document();
    let shown = |path: &str| {
        let schema =
            &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        schema["$ref"].as_str().map(|name| name.trim_start_matches('#').to_owned())
    };
    let operations = contract().operations();
    let read_by_id: BTreeMap<String, &str> = operations
        .iter()
        .filter(|it| it.operation_id.starts_with("get_"))
        .filter_map(|it| Some((shown(&it.path)?, it.path.strip_suffix("/{id}")?)))
        .collect();
    let (mut found, mut others) = (Vec::new(), BTreeSet::new());
    for it in operations.iter().filter(|it| it.operation_id.starts_with("list_")) {
        let page = shown(&it.path).and_then(|page| document.pointer(&page));
        let item = page.and_then(|page| page["properties"]["items"]["items"]["$ref"].as_str());
        match item.and_then(|item| read_by_id.get(item.trim_start_matches('#'))) {
            Some(collection) => found.push(Listable {
                list: it.operation_id.clone(),
                path: it.path.clone(),
                collection: (*collection).to_owned(),
            }),
            None => {
                others.insert(it.operation_id.as_str());
            }
        }
    }
    assert_eq!(others, BTreeSet::from(NOT_READ_BY_ID), "the lists that are not held against their records");
    found
}

/// Records in all states: drafts, submitted, returned, withdrawn, running, reported, cancelled and completed.
pub(crate) fn set_records(cast: &Cast, world: &World) -> Vec<Asker> {
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
    let hazard = cast.leader.record_hazard(running.visit(), Some("MH2024-07-2"), cast.today());
    cast.leader.attach(running.visit(), "photo", actors::jpeg());
    cast.leader.attach(&hazard, "photo", actors::jpeg());
    let reported = cast.bring_to(Stage::Served);
    cast.server.draft_report(reported.commission());
    let terminated = served.bring_to(Stage::Confirmed);
    let termination = json!({ "reason": "项目停工", "amount_due": "0.00" });
    served.insurer.act(terminated.commission(), "terminate", termination);
    set_projects(cast);
    let phone = cast.leader.post("/api/v1/calendar/subscriptions").json(json!({ "name": "手机" }));
    phone.send().expect(201);
    cast.contractor.act(&running.project, "suspend", because());
    let request = json!({
        "project_id": running.project.id, "expert_id": cast.leader.expert_id, "kind": "kinship", "grounds": "配偶"
    });
    cast.contractor.post("/api/v1/recusal-requests").json(request).send().expect(201);
    set_standing(cast);
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

/// A measure against an expert, a tie, an unavailability, and affiliates: of an active and of a suspended organisation.
fn set_standing(cast: &Cast) {
    let expert = format!("/api/v1/experts/{}", cast.leader.expert_id);
    let etag = cast.association.get(&expert).send().etag();
    let warning = json!({ "kind": "warning", "grounds": "逾期上传" });
    cast.association
        .post(format!("{expert}/conduct-records"))
        .if_match(etag)
        .json(warning)
        .send()
        .expect(201);
    let tie = json!({ "kind": "kinship", "company_name": "别家公司", "from": "2024-01-01" });
    cast.association.post(format!("{expert}/ties")).json(tie).send().expect(201);
    let away = json!({ "kind": "recurring", "weekday": "sunday" });
    cast.leader.post(format!("{expert}/unavailabilities")).json(away).send().expect(201);
    declare_affiliate(&cast.contractor);
}

fn declare_affiliate(of: &Actor) {
    let affiliate = json!({ "name": "子公司", "relation": "全资子公司", "from": "2024-01-01" });
    let path = format!("/api/v1/organizations/{}/affiliates", of.organization_id);
    of.post(path).json(affiliate).send().expect(201);
}

/// Organisations and users that are not active, and the strangers of every port.
fn set_people(cast: &Cast) -> Vec<Asker> {
    let name = actors::login_name("pending");
    let body = actors::registration_body("contractor", &name);
    cast.nobody().post("/api/v1/registrations").json(body).send().expect(201);
    let suspended = cast.another("owner");
    declare_affiliate(&suspended);
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

/// Those who have a part in what the cast does.
pub(crate) fn known(cast: &Cast) -> [Asker<&Actor>; 11] {
    [
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
        ("electrician", &cast.electrician),
    ]
}

/// The ids in the whole of the caller's list; none where the caller may not list at all.
fn listed_to(caller: &Actor, path: &str) -> Option<BTreeSet<String>> {
    if caller.get(path).send().status != 200 {
        return None;
    }
    let ids = caller.all(path).into_iter().map(|item| item["id"].as_str().expect("an id").to_owned());
    Some(ids.collect())
}

/// Projects of which the contractor amends the parties and the district: those strangers join, and those of the cast leave.
fn amend_projects(cast: &Cast, strangers: &[Asker]) {
    let id = |name: &str| {
        let asker = strangers.iter().find(|(known, _)| *known == name).expect("a stranger of this name");
        asker.1.organization_id.clone()
    };
    let amendment = json!({
        "supervisor": { "organization_id": id("other_supervisor") },
        "owner": { "organization_id": id("other_owner") },
        "district": "350203", "reason": "参建单位变更"
    });
    let mut projects = cast.contractor.all("/api/v1/projects?status=suspended");
    projects.extend(cast.contractor.all("/api/v1/projects?status=registered").into_iter().step_by(3));
    assert!(projects.len() > 2);
    for project in projects {
        let path = format!("/api/v1/projects/{}", project["id"].as_str().expect("an id"));
        let etag = cast.contractor.get(&path).send().etag();
        let amend = cast.contractor.post(format!("{path}/amend")).if_match(etag);
        amend.json(amendment.clone()).send().expect(200);
    }
}

#[both_databases]
fn a11_3_what_a_list_shows_is_what_can_be_read(world: &World) {
    let cast = Cast::new(world);
    let strangers = set_records(&cast, world);
    amend_projects(&cast, &strangers);
    let nobody = cast.contractor.speaking_as(cast.nobody().clone());
    let known = known(&cast).into_iter().chain([("nobody", &nobody)]);
    let callers: Vec<(&str, &Actor)> =
        known.chain(strangers.iter().map(|(name, actor)| (*name, actor))).collect();
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // Lists below a parent record come last: the parents are those that anybody found in the parents' own list.
    let (below, on_their_own): (Vec<_>, Vec<_>) =
        listable().into_iter().partition(|it| it.parents().is_some());
    for resource in on_their_own.iter().chain(&below) {
        let paths: Vec<String> = match resource.parents() {
            None => vec![resource.path.clone()],
            Some(parents) => seen[parents].iter().map(|id| resource.path.replace("{id}", id)).collect(),
        };
        let mut anything = BTreeSet::new();
        for path in &paths {
            let listed: Vec<Option<BTreeSet<String>>> =
                callers.iter().map(|(_, caller)| listed_to(caller, path)).collect();
            let all: BTreeSet<String> = listed.iter().flatten().flatten().cloned().collect();
            for ((name, caller), list) in callers.iter().zip(&listed) {
                for id in &all {
                    let expected = match list {
                        Some(list) => list.contains(id),
                        None => resource.list == OWN_ENTRY_READ_BUT_NOT_LISTED && *id == caller.expert_id,
                    };
                    let status = caller.get(format!("{}/{id}", resource.collection)).send().status;
                    if expected != (status == 200) {
                        wrong.push(format!("{name}: {path} {id}: expected {expected}, read {status}"));
                    }
                }
            }
            anything.extend(all);
        }
        assert!(!anything.is_empty(), "no record for {}", resource.list);
        seen.insert(resource.path.clone(), anything);
    }
    assert!(wrong.is_empty(), "{} times:\n{}", wrong.len(), wrong.join("\n"));
}
