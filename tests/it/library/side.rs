//! Who is a party to whom an expert may have no tie (A12.2): every insurer, companies that are only named, affiliates
//! whoever declared them; also where two changes meet.

use anze_tests::{
    Actor, Answer, Cast, Record, Stage, World,
    actors::{self, ExpertEntry},
    both_databases,
};
use serde_json::{Value, json};

fn tie_to(organization: &Actor) -> Value {
    json!({ "kind": "kinship", "organization_id": organization.organization_id, "from": "2024-01-01" })
}

fn declare(cast: &Cast, expert: &Actor, body: Value) -> Answer {
    cast.association.post(format!("/api/v1/experts/{}/ties", expert.expert_id)).json(body).send()
}

fn affiliate(who: &Actor, name: &str) -> Answer {
    let body = json!({ "name": name, "relation": "子公司", "from": "2020-01-01" });
    who.post(format!("/api/v1/organizations/{}/affiliates", who.organization_id)).json(body).send()
}

fn propose(cast: &Cast, visit: &Record, mechanic: &Actor) -> Answer {
    let group = [(&cast.leader, "civil"), (mechanic, "mechanical"), (&cast.electrician, "electrical")];
    cast.server.try_act(visit, "propose", actors::proposal_body(&group, cast.tomorrow_morning()))
}

fn employed_at(cast: &Cast, company: &str) -> Actor {
    let entry = ExpertEntry::new("member", "mechanical");
    cast.another_expert(&ExpertEntry { employer_name: company.to_owned(), ..entry })
}

/// A12.2: every insurer of the project is a party, also one that joins it later.
#[both_databases]
fn every_insurer_of_the_project_is_a_party(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Agreed);
    let other = cast.another("insurer");
    declare(&cast, &cast.mechanic, tie_to(&other)).expect(201);
    assert_eq!(cast.association.read(story.visit()).status(), "agreed");
    other.record_policy(&story.project, "5000.00");
    let visit = cast.association.read(story.visit());
    assert_eq!((visit.status(), visit["members"].as_array().map(Vec::len)), ("planned", Some(2)));
    propose(&cast, story.visit(), &cast.mechanic).problem(409, "expert_tied");
    // A second policy of the same insurer changes nothing.
    other.record_policy(&story.project, "5000.00");
    let request = |who: &Actor, to: &Actor| {
        let body = json!({
            "project_id": story.project.id, "expert_id": cast.electrician.expert_id, "kind": "kinship", "grounds": "配偶任职",
            "organization_id": to.organization_id
        });
        who.post("/api/v1/recusal-requests").json(body).send()
    };
    for insurer in [&cast.insurer, &other] {
        request(&cast.contractor, insurer).expect(201);
        request(insurer, &cast.owner).expect(201);
    }
    request(&cast.contractor, &cast.provider).problem(409, "tie_to_no_party");
    request(&cast.another("insurer"), &cast.owner).problem(409, "unknown_reference");
}

/// A12.2: what was served before another insurer joined is marked.
#[both_databases]
fn an_insurer_that_joins_later_marks_what_was_served(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Ended);
    let other = cast.another("insurer");
    declare(&cast, &cast.leader, tie_to(&other)).expect(201);
    other.record_policy(&story.project, "5000.00");
    let visit = cast.association.read(story.visit());
    assert_eq!((visit.status(), visit["ties_found_later"].as_array().map(Vec::len)), ("ended", Some(1)));
    assert_eq!(visit["ties_found_later"][0]["party"], json!(other.name));
}

/// A12.2: an affiliation counts from both sides, also where the one names the other without its code.
#[both_databases]
fn an_affiliate_that_is_only_named_is_found_from_both_sides(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Confirmed);
    let parent = cast.another("owner");
    let of_parent = employed_at(&cast, &parent.name);
    propose(&cast, story.visit(), &of_parent).expect(200);
    let name = cast.contractor.name.clone();
    affiliate(&parent, &format!(" {name} ")).expect(201);
    assert_eq!(cast.association.read(story.visit()).status(), "planned");
    propose(&cast, story.visit(), &of_parent).problem(409, "expert_tied");
}

/// A12.2: a company that the project only names is an organisation here where one has the name.
#[both_databases]
fn the_affiliates_of_a_company_that_is_only_named_count(world: &World) {
    let cast = Cast::new(world);
    let owner = cast.another("owner");
    let mut body = actors::project_body(&cast);
    body["owner"] = json!({ "name": owner.name });
    let draft = cast.contractor.create("/api/v1/projects", body);
    let project = cast.contractor.act(&draft, "register", Value::Null);
    let story = cast.bring_on(project, Stage::Confirmed, &[actors::line("hazard_inspection", 1)]);
    let of_affiliate = employed_at(&cast, "厦门某置业有限公司");
    propose(&cast, story.visit(), &of_affiliate).expect(200);
    affiliate(&owner, "厦门某置业有限公司").expect(201);
    assert_eq!(cast.association.read(story.visit()).status(), "planned");
    propose(&cast, story.visit(), &of_affiliate).problem(409, "expert_tied");
    propose(&cast, story.visit(), &employed_at(&cast, &owner.name)).problem(409, "expert_tied");
}

/// An affiliate is declared while a tie to it is, or while a group is proposed: whichever comes first, nobody who is
/// tied stays in the group.
#[both_databases]
fn an_affiliate_is_declared_while_a_tie_to_it_is(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring(Stage::Confirmed, &[actors::line("hazard_inspection", 6)]);
    for (index, visit) in cast.visits(story.commission()).iter().enumerate() {
        let company = format!("厦门某劳务第 {index} 公司");
        let proposed_meanwhile = index % 2 == 0;
        let fresh =
            if proposed_meanwhile { employed_at(&cast, &company) } else { employed_at(&cast, "别家") };
        if !proposed_meanwhile {
            propose(&cast, visit, &fresh).expect(200);
        }
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(|| affiliate(&cast.contractor, &company));
            let other = scope.spawn(|| {
                let body = json!({ "kind": "shareholding", "company_name": company, "from": "2024-01-01" });
                if proposed_meanwhile { propose(&cast, visit, &fresh) } else { declare(&cast, &fresh, body) }
            });
            (one.join().expect("an answer"), other.join().expect("an answer"))
        });
        one.expect(201);
        assert!([200, 201, 409].contains(&other.status.as_u16()), "{other}");
        let now = cast.association.read(visit);
        assert_eq!(now.status(), "planned", "{index} {:#}", now.body);
    }
}

/// An organisation declares a hundred affiliates and no more.
#[both_databases]
fn an_organisation_declares_a_hundred_affiliates(world: &World) {
    let cast = Cast::new(world);
    for number in 1..=100 {
        affiliate(&cast.owner, &format!("厦门某物业第 {number} 公司")).expect(201);
    }
    let refused = affiliate(&cast.owner, "厦门某物业第 101 公司").problem(409, "too_many_affiliates");
    assert_eq!(refused["rule"], "A12.2");
}
