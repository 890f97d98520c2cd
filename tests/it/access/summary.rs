//! Records in short, where other records name them: under the id that stands beside them, and with the name that the caller
//! reads in the record itself.

use std::collections::{BTreeMap, BTreeSet};

use anze_tests::{
    Actor, Cast, Record, Stage, World,
    actors::{self, because, proposal_body},
    both_databases,
    contract::contract,
    statements,
};
use serde_json::{Value, json};

use super::list_scope::{known, set_records};

/// Where a record names another: the id, the summary beside it, and the collection in which the other is read.
struct Naming {
    id: &'static str,
    summary: &'static str,
    collection: &'static str,
}

const fn naming(id: &'static str, summary: &'static str, collection: &'static str) -> Naming {
    Naming { id, summary, collection }
}

const NAMINGS: [Naming; 10] = [
    naming("/project_id", "/project", "projects"),
    naming("/insurer_id", "/insurer", "organizations"),
    naming("/provider_id", "/provider", "organizations"),
    naming("/contractor_id", "/contractor", "organizations"),
    naming("/supervisor/organization_id", "/supervisor_organization", "organizations"),
    naming("/owner/organization_id", "/owner_organization", "organizations"),
    naming("/organization_id", "/organization", "organizations"),
    naming("/requested_by", "/requesting_organization", "organizations"),
    naming("/expert_id", "/expert", "experts"),
    naming("/leader_id", "/leader", "experts"),
];

/// The lists of records that name others.
const LISTS: [&str; 8] = [
    "projects",
    "policies",
    "commissions",
    "service-plans",
    "visits",
    "hazards",
    "service-reports",
    "recusal-requests",
];

/// Every summary that the contract has in a record of these lists, by the list.
fn in_the_contract() -> BTreeSet<(&'static str, String)> {
    let document = contract().document();
    let resolve = |schema: &Value| {
        let name = schema["$ref"].as_str().map(|name| name.trim_start_matches('#').to_owned());
        name.and_then(|name| document.pointer(&name)).cloned()
    };
    let mut found = BTreeSet::new();
    for list in LISTS {
        let path = format!("/api/v1/{list}/{{id}}");
        let answer = &document["paths"][path.as_str()]["get"]["responses"]["200"]["content"];
        let record = resolve(&answer["application/json"]["schema"]).expect("a record");
        for (name, schema) in record["properties"].as_object().expect("properties") {
            if schema["$ref"].as_str().is_some_and(|name| name.ends_with("Summary")) {
                found.insert((list, format!("/{name}")));
            }
        }
    }
    found
}

/// What a caller reads as the name of a record; nothing where the caller may not read it.
struct Names<'a> {
    caller: &'a Actor,
    read: BTreeMap<String, Option<Value>>,
}

impl Names<'_> {
    fn of(&mut self, collection: &str, id: &str) -> Option<&Value> {
        let path = format!("/api/v1/{collection}/{id}");
        let caller = self.caller;
        let record = self.read.entry(path).or_insert_with_key(|path| {
            let answer = caller.get(path).send();
            (answer.status == 200).then_some(answer.body)
        });
        record.as_ref()
    }
}

/// What is wrong with the summaries of a record, and which of them were held against the record that they are of.
fn faults(record: &Value, names: &mut Names<'_>, compared: &mut BTreeSet<&'static str>) -> Vec<String> {
    let mut faults = Vec::new();
    for Naming { id, summary, collection } in &NAMINGS {
        let (id, found) = (record.pointer(id), record.pointer(summary));
        let (Some(id), Some(found)) = (id.and_then(Value::as_str), found) else { continue };
        if found["id"] != id {
            faults.push(format!("{summary} is {} and not {id}", found["id"]));
            continue;
        }
        let mut same = |field: &str, expected: &Value| {
            compared.insert(summary);
            if found[field] != *expected {
                faults.push(format!("{field} of {summary} is {} and not {expected}", found[field]));
            }
        };
        // Who meets a group sees more of its names than of the library.
        if *summary == "/leader" {
            let members = record["members"].as_array().into_iter().flatten();
            let leader = members.into_iter().find(|member| member["expert_id"] == id);
            same("name", &leader.expect("the leader is a member")["name"]);
        } else if let Some(its) = names.of(collection, id) {
            for field in found.as_object().expect("a summary").keys() {
                same(field, &its[field]);
            }
        }
    }
    faults
}

#[both_databases]
fn a11_3_a_summary_says_what_its_record_says(world: &World) {
    let cast = Cast::new(world);
    let strangers = set_records(&cast, world);
    let (mut wrong, mut seen) = (Vec::new(), BTreeSet::new());
    let callers = known(&cast).into_iter().chain(strangers.iter().map(|(name, actor)| (*name, actor)));
    for (name, caller) in callers {
        let mut names = Names { caller, read: BTreeMap::new() };
        for list in LISTS {
            let path = format!("/api/v1/{list}");
            if caller.get(&path).send().status != 200 {
                continue;
            }
            for listed in caller.all(&path) {
                let id = listed["id"].as_str().expect("an id").to_owned();
                let mut compared = BTreeSet::new();
                let mut faults = faults(&listed, &mut names, &mut compared);
                let single = names.of(list, &id).cloned();
                if single.as_ref() != Some(&listed) {
                    faults.push("the list and the record differ".to_owned());
                }
                wrong.extend(faults.iter().map(|fault| format!("{name}: {path}/{id}: {fault}")));
                seen.extend(compared.into_iter().map(|summary| (list, summary.to_owned())));
            }
        }
    }
    assert!(wrong.is_empty(), "{} times:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(seen, in_the_contract(), "the summaries that were compared, and those of the contract");
}

/// A11.3: a name is shown as far as the caller sees the names of the group.
#[both_databases]
fn a11_3_the_name_of_a_leader_is_masked_as_those_of_the_group(world: &World) {
    let cast = Cast::new(world);
    let visit = cast.bring_to(Stage::Agreed).visit().clone();
    let leader = |caller: &Actor| caller.read(&visit)["leader"]["name"].clone();
    let full = json!(cast.leader.name);
    for caller in [&cast.association, &cast.contractor, &cast.leader, &cast.mechanic] {
        assert_eq!(leader(caller), full);
    }
    for caller in [&cast.insurer, &cast.supervisor, &cast.owner, &cast.regulator] {
        let masked = leader(caller);
        assert!(masked != full && masked.as_str().is_some_and(|name| name.contains('*')), "{masked}");
    }
    let planned = cast.association.act(&visit, "reschedule", because());
    assert!(planned["leader"].is_null() && planned["leader_id"].is_null());
}

/// A11.3: a party that asks for a recusal sees the name of the expert as the library shows it.
#[both_databases]
fn a11_3_the_name_of_an_expert_to_be_recused_is_masked_as_in_the_library(world: &World) {
    let cast = Cast::new(world);
    let project = cast.bring_to(Stage::Agreed).project;
    for caller in [&cast.contractor, &cast.insurer] {
        let body = json!({
            "project_id": project.id, "expert_id": cast.leader.expert_id, "kind": "kinship", "grounds": "配偶"
        });
        let request = caller.create("/api/v1/recusal-requests", body);
        let masked = request["expert"]["name"].as_str().expect("a name");
        assert!(masked != cast.leader.name && masked.contains('*'), "{masked}");
        assert_eq!(request["requesting_organization"]["name"], caller.name);
        let decided = cast.association.act(&request, "dismiss", because());
        assert_eq!(decided["expert"]["name"], cast.leader.name);
        assert_eq!(caller.read(&request)["expert"], request["expert"]);
    }
}

/// What a change answers is what a read answers then.
#[track_caller]
fn is_as_read(caller: &Actor, changed: &Record) {
    assert_eq!(caller.read(changed).body, changed.body);
}

#[both_databases]
fn a_change_answers_the_same_summaries_as_a_read(world: &World) {
    let cast = Cast::new(world);
    let project = cast.contractor.create("/api/v1/projects", actors::project_body(&cast));
    is_as_read(&cast.contractor, &project);
    let project = cast.contractor.act(&project, "register", Value::Null);
    is_as_read(&cast.contractor, &project);
    assert_eq!(
        project["contractor"],
        json!({ "id": cast.contractor.organization_id, "name": cast.contractor.name })
    );
    let policy = cast.insurer.record_policy(&project, "100000.03");
    is_as_read(&cast.insurer, &policy);
    let lines = [actors::line("hazard_inspection", 1)];
    let commission = cast.insurer.draft_commission(&policy, &cast.server, &lines, "1000.00");
    is_as_read(&cast.insurer, &commission);
    let commission = cast.insurer.submit(&commission);
    is_as_read(&cast.insurer, &commission);
    // One row, which PostgreSQL writes by a single statement.
    let commission = cast.server.accept(&commission);
    is_as_read(&cast.server, &commission);
    let plan = cast.server.create("/api/v1/service-plans", actors::plan_body(&commission));
    is_as_read(&cast.server, &plan);
    let plan = cast.server.submit(&plan);
    is_as_read(&cast.server, &plan);
    cast.insurer.confirm(&plan);
    let visit = cast.visits(&commission).remove(0);
    let visit = cast.server.propose(&visit, proposal_body(&cast.group(), cast.tomorrow_morning()));
    is_as_read(&cast.server, &visit);
    let running = cast.bring_to(Stage::OnSite);
    let hazard = cast.leader.record_hazard(running.visit(), None, cast.today());
    is_as_read(&cast.leader, &hazard);
    is_as_read(&cast.contractor, &cast.contractor.act(&hazard, "acknowledge", Value::Null));
    let report = cast.server.draft_report(running.commission());
    is_as_read(&cast.server, &report);
    assert_eq!(report["project"]["number"], running.project["number"]);
    assert_eq!(report["project"]["district"], running.project["district"]);
}

#[both_databases]
fn a_batch_answers_the_same_summaries_as_a_read(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Insured);
    let other = cast.contractor.register_project(&cast);
    let lines = [actors::line("hazard_inspection", 1)];
    let commission = || actors::commission_body(story.policy(), &cast.server, &lines, "1.00");
    let mut refused = commission();
    refused["lines"] = json!([]);
    let policies = vec![actors::policy_body(&story.project, "1.00"), actors::policy_body(&other, "1.00")];
    for (collection, member, items) in [
        ("policies", "policy", policies),
        ("commissions", "commission", vec![commission(), refused, commission()]),
    ] {
        let path = format!("/api/v1/{collection}");
        let answer = cast
            .insurer_system
            .post(format!("{path}/batch"))
            .json(json!({ "items": items }))
            .send()
            .expect(207);
        let made = answer["results"].as_array().expect("results").iter().filter(|it| it["status"] == 201);
        let mut count = 0;
        for result in made {
            let id = result[member]["id"].as_str().expect("an id");
            let read = cast.insurer_system.get(format!("{path}/{id}")).send().expect(200);
            assert_eq!(
                (&read.body, read.etag()),
                (&result[member], result["etag"].as_str().expect("a tag").to_owned())
            );
            count += 1;
        }
        assert_eq!(count, 2);
    }
}

/// A name that changed is in the next answer, whatever the caller keeps; a change of the record goes on as it was read.
#[both_databases]
fn a_new_name_is_told_and_makes_nothing_stale(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Submitted);
    let read = cast.insurer.read(story.commission());
    let known = || cast.insurer.get(&read.path).header("if-none-match", &read.etag).send();
    assert_eq!(known().status, 304);
    let rename = format!("UPDATE organizations SET name = '新名称' WHERE name = '{}'", cast.insurer.name);
    assert_eq!(world.database().execute(&rename), 1);
    let again = known().expect(200);
    assert_eq!(again["insurer"]["name"], "新名称");
    assert_ne!(again.etag(), read.etag);
    let withdraw = cast.insurer.act_at(&read, "withdraw", &read.etag, because()).expect(200);
    assert_eq!(withdraw["insurer"]["name"], "新名称");
}

/// One query for each kind of record that is named, however many records there are.
#[both_databases(settings = statements::counted)]
fn a_list_takes_as_many_statements_for_many_records_as_for_one(world: &World) {
    let cast = Cast::new(world);
    let story = || {
        let story = cast.bring_to(Stage::OnSite);
        cast.leader.record_hazard(story.visit(), None, cast.today());
        cast.server.draft_report(story.commission());
        let request = json!({
            "project_id": story.project.id, "expert_id": cast.leader.expert_id, "kind": "kinship", "grounds": "配偶"
        });
        cast.contractor.create("/api/v1/recusal-requests", request);
    };
    let asked = |list: &str| {
        let mut found = 0;
        let statements = statements::of(world, || {
            found =
                cast.association.get(format!("/api/v1/{list}?limit=100")).send().expect(200).items().len();
        });
        (found, statements)
    };
    story();
    let one: BTreeMap<_, _> = LISTS.map(|list| (list, asked(list))).into();
    story();
    story();
    for (list, (found, statements)) in one {
        let (more, as_many) = asked(list);
        assert!(found == 1 && more == 3, "{list}: {found}, {more}");
        assert!(
            statements > 0 && as_many == statements,
            "{list}: {statements} for one, {as_many} for {more}"
        );
    }
}
