//! Everybody is told that it is their turn (W2): each hand-over of the flow reaches the inbox of those who go on or wait for it.

use anze_tests::{
    Actor, Cast, Stage, World,
    actors::{self, because},
    both_databases,
};
use serde_json::{Value, json};

/// The kinds of what a user was told, the oldest first, without those about organisations and those of the negotiation
/// of a time.
fn told(actor: &Actor) -> Vec<String> {
    let aside = [
        "organization_registered",
        "organization_approved",
        "visit_proposed",
        "time_agreed",
        "someone_declined",
    ];
    let mut kinds: Vec<String> = actor
        .all("/api/v1/notifications")
        .iter()
        .map(|it| it["kind"].as_str().expect("a kind").to_owned())
        .filter(|kind| !aside.contains(&kind.as_str()))
        .collect();
    kinds.reverse();
    kinds
}

/// The whole flow, from the registration to the acknowledged report: each port reads of it what concerns it, once.
#[both_databases]
fn every_port_is_told_of_each_hand_over(world: &World) {
    let cast = Cast::new(world);
    let before = told(&cast.association);
    let story = cast.bring_to(Stage::Completed);
    assert_eq!(
        told(&cast.contractor),
        [
            "policy_recorded",
            "commission_accepted",
            "service_plan_confirmed",
            "material_accepted",
            "report_acknowledged"
        ]
    );
    assert_eq!(
        told(&cast.insurer),
        ["commission_accepted", "service_plan_submitted", "material_accepted", "report_submitted"]
    );
    assert_eq!(
        told(&cast.server),
        [
            "project_registered",
            "commission_submitted",
            "service_plan_confirmed",
            "material_submitted",
            "report_acknowledged"
        ]
    );
    for expert in [&cast.leader, &cast.mechanic, &cast.electrician] {
        assert_eq!(told(expert), ["material_accepted"], "{}", expert.name);
    }
    assert_eq!(told(&cast.supervisor), ["project_registered", "report_acknowledged"]);
    assert_eq!(told(&cast.owner), ["project_registered", "policy_recorded", "report_acknowledged"]);
    assert_eq!(told(&cast.regulator), ["project_registered"]);
    assert!(told(&cast.association).len() > before.len());
    for kind in ["commission_accepted", "service_plan_submitted", "report_submitted"] {
        let [message] = cast.insurer.notifications(kind).try_into().expect("one of each");
        let text = message["text_zh"].as_str().expect("a text").to_owned();
        let name = story.project.body["name"].as_str().expect("a name");
        assert!(text.starts_with(&format!("{name}：")) && text.contains("-2026-"), "{text}");
        assert_eq!(message["project_id"], json!(story.project.id));
    }
}

/// What is returned, withdrawn or ended is told with its reason, each time anew.
#[both_databases]
fn what_comes_back_is_told_with_its_reason(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::Submitted);
    for _ in 0..2 {
        cast.server.act(&cast.server.read(story.commission()), "return", because());
        cast.insurer.act(&cast.insurer.read(story.commission()), "submit", Value::Null);
    }
    let returned = cast.insurer.notifications("commission_returned");
    assert_eq!(returned.len(), 2);
    assert!(
        returned[0]["text"]
            .as_str()
            .expect("a text")
            .contains(because()["reason"].as_str().expect("a reason"))
    );
    assert_eq!(cast.server.notifications("commission_submitted").len(), 3);
    cast.insurer.act(&cast.insurer.read(story.commission()), "withdraw", because());
    assert_eq!(cast.server.notifications("commission_withdrawn").len(), 1);
    // A draft that nobody else has seen is withdrawn without a word.
    let draft = cast.insurer.draft_commission(
        story.policy(),
        &cast.provider,
        &[actors::line("hazard_inspection", 1)],
        "10.00",
    );
    cast.insurer.act(&draft, "withdraw", because());
    assert_eq!(told(&cast.provider), [""; 0]);
    cast.contractor.act(&cast.contractor.read(&story.project), "suspend", because());
    cast.contractor.act(&cast.contractor.read(&story.project), "resume", Value::Null);
    for party in [&cast.supervisor, &cast.owner, &cast.insurer, &cast.server, &cast.regulator] {
        let kinds = told(party);
        assert_eq!(&kinds[kinds.len() - 2..], ["project_suspended", "project_resumed"], "{}", party.name);
    }
    assert_eq!(cast.contractor.notifications("project_suspended"), Vec::<Value>::new());
}

/// A general hazard is told as well, and every step of it; a major one to the authorities too.
#[both_databases]
fn a_hazard_is_told_until_it_is_closed(world: &World) {
    let cast = Cast::new(world);
    let story = cast.bring_to(Stage::OnSite);
    let hazard = cast.leader.record_hazard(story.visit(), None, cast.today());
    let hazard = cast.contractor.act(&hazard, "acknowledge", Value::Null);
    for _ in 0..2 {
        cast.wait(chrono::TimeDelta::minutes(1));
        cast.contractor.attach(&hazard, "rectification_evidence", actors::jpeg());
        let rectification = json!({ "rectification": "已整改" });
        cast.contractor.act(&cast.contractor.read(&hazard), "rectify", rectification);
        if cast.contractor.notifications("hazard_rejected").is_empty() {
            cast.leader.act(&cast.leader.read(&hazard), "reject", because());
            let open = cast.contractor.read(&hazard);
            if open.status() == "open" {
                cast.contractor.act(&open, "acknowledge", Value::Null);
            }
        }
    }
    cast.leader.act(&cast.leader.read(&hazard), "close", Value::Null);
    let of_contractor = told(&cast.contractor);
    assert_eq!(
        &of_contractor[of_contractor.len() - 3..],
        ["hazard_recorded", "hazard_rejected", "hazard_closed"]
    );
    assert_eq!(cast.leader.notifications("hazard_rectified").len(), 2);
    assert!(!cast.leader.notifications("hazard_acknowledged").is_empty());
    assert_eq!(cast.mechanic.notifications("hazard_acknowledged"), Vec::<Value>::new());
    let recorded = &cast.contractor.notifications("hazard_recorded")[0]["text_zh"];
    assert!(recorded.as_str().expect("a text").contains(&cast.today().to_string()), "{recorded}");
    assert_eq!(cast.owner.notifications("hazard_closed").len(), 1);
    assert_eq!(cast.regulator.notifications("major_hazard"), Vec::<Value>::new());
}

/// Who registers is waited for, and who is turned away can read why, though they can do nothing else.
#[both_databases]
fn a_registration_is_told_to_the_association_and_its_outcome_to_the_company(world: &World) {
    let cast = Cast::new(world);
    let waiting = cast.association.notifications("organization_registered").len();
    let name = actors::login_name("waiting");
    let body = actors::registration_body("contractor", &name);
    let registered = cast.nobody().post("/api/v1/registrations").json(body).send().expect(201);
    assert_eq!(cast.association.notifications("organization_registered").len(), waiting + 1);
    let path = format!("/api/v1/organizations/{}", registered.text("id"));
    let seen = cast.association.get(&path).send();
    let reject = cast.association.post(format!("{path}/reject")).if_match(seen.etag());
    reject.json(because()).send().expect(200);
    let company = cast.contractor.speaking_as(cast.person(&name));
    let [message] = company.notifications("organization_rejected").try_into().expect("one");
    assert!(
        message["text"].as_str().expect("a text").contains(because()["reason"].as_str().expect("a reason"))
    );
    company.get("/api/v1/projects").send().problem(403, "organization_not_active");
}

/// The inbox by kind and project; its badge; all read at once.
#[both_databases]
fn an_inbox_is_narrowed_counted_and_read_at_once(world: &World) {
    let cast = Cast::new(world);
    let first = cast.bring_to(Stage::Planned);
    let second = cast.bring_to(Stage::Planned);
    cast.insurer.post("/api/v1/notifications/read?kind=organization_approved").send().expect(200);
    let counts = || cast.insurer.get("/api/v1/notifications/counts").send().expect(200);
    let all = cast.insurer.all("/api/v1/notifications?unread=true");
    assert_eq!(counts()["unread"], json!(all.len()));
    assert_eq!(
        counts()["items"],
        json!([
            {"kind": "commission_accepted", "title": "委托已接受", "unread": 2},
            {"kind": "service_plan_submitted", "title": "收到技术服务方案", "unread": 2}
        ])
    );
    let narrowed = |query: &str| cast.insurer.all(&format!("/api/v1/notifications?{query}"));
    assert_eq!(narrowed("kind=commission_accepted").len(), 2);
    let of_first = narrowed(&format!("project_id={}", first.project.id));
    assert!(of_first.len() == 2 && of_first.iter().all(|it| it["project_id"] == json!(first.project.id)));
    let read_all = |query: &str| {
        cast.insurer.post(format!("/api/v1/notifications/read?{query}")).send().expect(200)["read"].clone()
    };
    assert_eq!(read_all(&format!("project_id={}&kind=commission_accepted", second.project.id)), 1);
    assert_eq!((counts()["unread"].clone(), counts()["more"].clone()), (json!(3), json!(false)));
    assert_eq!(read_all(""), 3);
    assert_eq!(read_all(""), 0);
    assert_eq!((counts()["unread"].clone(), counts()["items"].clone()), (json!(0), json!([])));
    assert_eq!(narrowed("unread=true"), Vec::<Value>::new());
    assert!(told(&cast.server).len() > 2, "another's inbox is left alone");
    assert_ne!(cast.server.get("/api/v1/notifications/counts").send().expect(200)["unread"], 0);
    cast.insurer_system.get("/api/v1/notifications/counts").send().problem(403, "forbidden");
    cast.insurer.post("/api/v1/notifications/read?kind=x").send().problem(400, "invalid_parameter");
}
