//! Who may do what, over HTTP: every operation of the contract, asked by everyone, on the records of a commission in service.
//!
//! The table is committed as `permission.matrix.txt`; `UPDATE_MATRIX=1 cargo test -p anze-tests matrix` writes it anew, and a change is
//! reviewed as a diff. A change is asked for with a version that never was, so that who may do it is told 412 (or what is wrong
//! with the body) and nothing changes: permission is decided first.

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use anze_domain::access;
use anze_tests::{
    Actor, Answer, Cast, Client, Database, Record, Stage, Story, World, actors, both_databases,
    contract::{Operation, contract},
};
use reqwest::Method;
use serde_json::{Value, json};

/// What answers without being of the domain.
const OPERATIONAL: [&str; 3] = ["get_liveness", "get_readiness", "get_version"];
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/access/permission.matrix.txt");
const HEADING: &str = "\
# Who may do what, asked over HTTP on the records of a commission in service that a third-party provider serves.
# Written by `UPDATE_MATRIX=1 cargo test -p anze-tests matrix`; a change is reviewed as a diff.
# `yes` may; `none` may, and is shown an empty list; 401 is not logged in, 403 not for them, 404 not visible to them; `ref` may make such
# records, but not from what the body names.
";

/// The records that everyone asks for.
struct Scene {
    cast: Cast,
    story: Story,
    hazard: Record,
    attachment: Record,
    report: Record,
    unavailability: Record,
    applicant: Actor,
    application: Record,
    file: Record,
    session: Record,
    notice: Record,
    objection: Record,
    user: String,
    token: String,
    others: OtherRecords,
}

/// Records of an expert's standing, and what the leader was told of it.
struct OtherRecords {
    conduct_record: String,
    tie: String,
    affiliate: String,
    recusal_request: String,
    notification: String,
}

impl OtherRecords {
    fn set(cast: &Cast, story: &Story) -> OtherRecords {
        let expert = format!("/api/v1/experts/{}", cast.leader.expert_id);
        let etag = cast.association.get(&expert).send().etag();
        let warning = json!({ "kind": "warning", "grounds": "逾期上传" });
        let warned =
            cast.association.post(format!("{expert}/conduct-records")).if_match(etag).json(warning).send();
        let tie = json!({ "kind": "kinship", "company_name": "别家公司", "from": "2024-01-01" });
        let affiliate = json!({ "name": "子公司", "relation": "全资子公司", "from": "2024-01-01" });
        let affiliates = format!("/api/v1/organizations/{}/affiliates", cast.contractor.organization_id);
        let request = json!({
            "project_id": story.project.id, "expert_id": cast.leader.expert_id, "kind": "kinship", "grounds": "配偶"
        });
        let made = |answer: Answer| answer.expect(201).id();
        let told = cast.leader.get("/api/v1/notifications").send();
        OtherRecords {
            conduct_record: made(warned),
            tie: made(cast.association.post(format!("{expert}/ties")).json(tie).send()),
            affiliate: made(cast.contractor.post(affiliates).json(affiliate).send()),
            recusal_request: made(cast.contractor.post("/api/v1/recusal-requests").json(request).send()),
            notification: told.items()[0]["id"].as_str().expect("an id").to_owned(),
        }
    }
}

/// Someone who asks.
struct Asker {
    name: &'static str,
    client: Client,
    login_name: String,
}

impl Scene {
    fn set(world: &World) -> Scene {
        let cast = Cast::new(world);
        let provider = cast.provider.clone();
        let cast = cast.served_by(provider);
        let mut story = cast.bring_to(Stage::OnSite);
        let hazard = cast.leader.record_hazard(story.visit(), Some("MH2024-07-2"), cast.today());
        let attachment = cast.leader.attach(story.visit(), "photo", actors::jpeg());
        story.visit = Some(cast.end(story.visit()));
        let report = cast.server.draft_report(story.commission());
        let (applicant, application) = cast.applies("member");
        let file = applicant.certify(&application);
        // Submitted, as a draft is its applicant's alone.
        let application = applicant.act(&application, "submit", Value::Null);
        let published = cast.on_notice(1);
        let session = cast.call_session(3, 3);
        let notice = published.notice;
        let (_, on_notice) = &published.applicants[0];
        let objection = cast.object(&notice, on_notice, "203.0.113.1").expect(201);
        let objection = Record::of("/api/v1/objections", &objection);
        // Submitted, as a draft is its provider's alone.
        assert_eq!(world.database().execute("UPDATE service_reports SET status = 'submitted'"), 1);
        let made = cast.leader.post(format!("/api/v1/experts/{}/unavailabilities", cast.leader.expert_id));
        let made = made.json(json!({ "kind": "recurring", "weekday": "sunday" })).send().expect(201);
        let unavailability = Record::of("/api/v1/unavailabilities", &made);
        let user = cast.contractor.get("/api/v1/me").send().id();
        let token = cast.insurer.get("/api/v1/api-tokens").send().items()[0]["id"].clone();
        let token = token.as_str().expect("the system's token").to_owned();
        let others = OtherRecords::set(&cast, &story);
        Scene {
            cast,
            story,
            hazard,
            attachment,
            report,
            applicant,
            application,
            file,
            session,
            notice,
            objection,
            unavailability,
            user,
            token,
            others,
        }
    }

    fn askers(&self) -> Vec<Asker> {
        let cast = &self.cast;
        let strange_expert = cast.another_expert(&actors::ExpertEntry::new("leader", "civil"));
        let regulator_elsewhere = {
            let name = actors::login_name("regulator");
            let mut body = actors::registration_body("regulator", &name);
            body["organization"]["district"] = json!("350203");
            cast.association.create("/api/v1/organizations", body);
            let mut actor = cast.regulator.speaking_as(cast.person(&name));
            actor.login_name = name;
            actor
        };
        let strangers = [
            ("other_contractor", cast.another("contractor")),
            ("other_supervisor", cast.another("supervisor")),
            ("other_owner", cast.another("owner")),
            ("other_regulator", regulator_elsewhere),
            ("other_insurer", cast.another("insurer")),
            ("other_provider", cast.another("provider")),
            ("other_expert", strange_expert),
        ];
        let known = [
            ("contractor", &cast.contractor),
            ("supervisor", &cast.supervisor),
            ("owner", &cast.owner),
            ("insurer", &cast.insurer),
            ("insurer_token", &cast.insurer_system),
            ("association", &cast.association),
            ("regulator", &cast.regulator),
            ("provider", &cast.provider),
            ("leader", &cast.leader),
            ("member", &cast.electrician),
        ];
        let asker = |name, actor: &Actor| Asker {
            name,
            client: Client::clone(actor),
            login_name: actor.login_name.clone(),
        };
        let nobody = Asker { name: "nobody", client: cast.nobody().clone(), login_name: String::new() };
        let mut askers = vec![nobody];
        askers.extend(known.map(|(name, actor)| asker(name, actor)));
        askers.push(asker("applicant", &self.applicant));
        askers.extend(strangers.iter().map(|(name, actor)| asker(name, actor)));
        askers
    }

    /// What stands for `{id}` in a path.
    fn id(&self, path: &str) -> &str {
        let segment = path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default();
        match segment {
            "projects" => &self.story.project.id,
            "policies" => &self.story.policy().id,
            "commissions" => &self.story.commission().id,
            "service-plans" => &self.story.plan().id,
            "visits" => &self.story.visit().id,
            "hazards" => &self.hazard.id,
            "attachments" => &self.attachment.id,
            "service-reports" => &self.report.id,
            "organizations" => &self.cast.contractor.organization_id,
            "experts" => &self.cast.leader.expert_id,
            "unavailabilities" => &self.unavailability.id,
            "expert-applications" => &self.application.id,
            "expert-application-files" => &self.file.id,
            "council-sessions" => &self.session.id,
            "public-notices" => &self.notice.id,
            "objections" => &self.objection.id,
            "users" => &self.user,
            "notifications" => &self.others.notification,
            // Everyone has their own.
            "calendar" => &self.others.notification,
            "conduct-records" => &self.others.conduct_record,
            "ties" => &self.others.tie,
            "affiliates" => &self.others.affiliate,
            "recusal-requests" => &self.others.recusal_request,
            "api-tokens" => &self.token,
            other => panic!("no record for {other}: {path}"),
        }
    }

    fn query(&self, operation: &str) -> &'static str {
        match operation {
            "get_deadline" => "?ended_at=2026-02-13T16:30:00Z&working_days=2",
            "list_calendar_entries" => "?from=2026-03-01&to=2026-03-31",
            "look_up_project" => "?number=XM-2026-000001",
            "get_group_suggestions" => "?start=2026-03-10T01:00:00Z&end=2026-03-10T09:00:00Z",
            "upload_application_file" => "?kind=other&file_name=a.jpg",
            "upload_visit_attachment" | "upload_hazard_attachment" => "?kind=photo&file_name=a.jpg",
            _ => "",
        }
    }

    /// A body that can be read; where it would make something, one that is refused after permission.
    fn body(&self, operation: &str) -> Value {
        let (cast, story) = (&self.cast, &self.story);
        match operation {
            // Decided by port alone: 422 says that the caller came as far as the body.
            "login_user"
            | "refresh_session"
            | "register_organization"
            | "create_organization"
            | "create_user"
            | "create_api_token"
            | "create_calendar_subscription"
            | "confirm_email"
            | "complete_password_reset"
            | "admit_expert"
            | "register_applicant"
            | "create_expert_application"
            | "create_council_session"
            | "create_public_notice"
            | "create_objection"
            | "create_project"
            | "create_policy"
            | "create_policies"
            | "create_commissions" => json!({}),
            "submit_service_report" => json!({}),
            "change_email" => json!({ "address": "huang@example.com" }),
            "request_password_reset" => json!({ "login_name": "nobody" }),
            "replace_notification_settings" => json!({ "inbox_only": [] }),
            "change_password" => {
                json!({ "current_password": "not this one", "new_password": "six granite lions, two bridges" })
            }
            "quote_fee" => {
                json!({ "fee_mode": "premium_ratio", "premium_total": "100000.00", "fee": "21000.00" })
            }
            "update_organization" => json!({ "contact_name": "林志明", "contact_mobile": "13806000002" }),
            "update_user" => json!({ "display_name": "林志明", "mobile": "13806000002", "role": "admin" }),
            "reset_user_password" => json!({ "new_password": "six granite lions, two bridges" }),
            "rotate_api_token" => json!({ "overlap_minutes": 0, "expires_at": "2026-06-30T16:00:00Z" }),
            "update_expert_application" => actors::application_body("member"),
            "update_council_session" => actors::session_body(3, 3),
            "put_applications_to_vote" => json!({ "application_ids": [self.application.id] }),
            "record_council_votes" => json!({ "votes": [
                { "application_id": self.application.id, "votes_for": 1, "votes_against": 0, "votes_abstain": 0 }
            ] }),
            "update_project" => actors::project_body(cast),
            "endorse_policy" => json!({
                "endorsement_number": "PD-1", "effective_on": "2026-03-01", "premium_total": "100000.03", "premium_received": "1.00",
                "period_start": "2026-02-01", "period_end": "2027-12-31", "reason": "更正"
            }),
            "create_commission" => {
                let line = actors::line("hazard_inspection", 1);
                // Right in itself; the provider that it names is none.
                let mut body = actors::commission_body(story.policy(), &cast.server, &[line], "0.01");
                body["provider_id"] = json!(cast.contractor.organization_id);
                body
            }
            "update_commission" => actors::commission_body(
                story.policy(),
                &cast.server,
                &[actors::line("hazard_inspection", 1)],
                "0.01",
            ),
            // Refused after permission: it ends before it begins.
            "declare_tie" => {
                json!({ "kind": "kinship", "company_name": "别家", "from": "2026-01-02", "until": "2026-01-01" })
            }
            "declare_affiliate" => {
                json!({ "name": "别家", "relation": "母公司", "from": "2026-01-02", "until": "2026-01-01" })
            }
            // Refused after permission: who serves is no party to whom a tie matters.
            "create_recusal_request" => json!({
                "project_id": story.project.id, "expert_id": cast.leader.expert_id, "kind": "kinship", "grounds": "配偶",
                "organization_id": cast.provider.organization_id
            }),
            "create_conduct_record" => json!({ "kind": "warning", "grounds": "逾期" }),
            "renew_registration" => json!({
                "level": "intermediate", "class": "construction", "certificate_number": "35190000009", "registered_until": "2029-05-31"
            }),
            "change_employer" => json!({ "employer_name": "别家", "since": "2026-01-01" }),
            "justify_decline" => json!({ "project_id": story.project.id, "seq": 1, "reason": "住院" }),
            "end_tie" | "end_affiliate" => json!({ "until": "2026-01-01", "reason": "已转让" }),
            "uphold_recusal_request" => json!({ "reason": "属实", "from": "2026-01-01" }),
            "terminate_commission" => json!({ "reason": "停建", "amount_due": "0.00" }),
            "create_service_plan" | "update_service_plan" => {
                let mut body = actors::plan_body(story.commission());
                body["services"][0]["line_id"] = json!(story.project.id);
                body
            }
            "propose_visit" => actors::proposal_body(&cast.group(), cast.tomorrow_morning()),
            "agree_visit" => json!({ "slots": [1] }),
            // Right for the schema, and refused by its rules.
            "create_unavailability" => json!({ "kind": "recurring" }),
            "replace_unavailability" => json!({ "kind": "recurring", "weekday": "monday" }),
            "set_expert_base_location" => json!({}),
            "record_visit_step" => actors::step_body("briefing", cast.now()),
            "issue_rectification_proposal" => actors::advice_body(cast.now()),
            "submit_visit" => actors::conclusion_body(),
            "create_hazard" => actors::hazard_body(story.visit(), None, cast.today()),
            "correct_hazard" => {
                let mut body = actors::hazard_body(story.visit(), None, cast.today());
                body.as_object_mut().expect("a body").remove("visit_id");
                body
            }
            "rectify_hazard" => actors::rectification_body(),
            "comment_hazard" => json!({ "comment": "已督促。" }),
            "extend_hazard" => json!({ "due_on": "2026-06-30", "reason": "材料未到" }),
            "create_service_report" => {
                json!({ "commission_id": story.commission().id, "evaluation": "良好", "conclusion": "完成" })
            }
            "update_service_report" => json!({ "evaluation": "良好", "conclusion": "完成" }),
            _ => actors::because(),
        }
    }

    fn ask(&self, asker: &Asker, operation: &Operation) -> Answer {
        let name = operation.operation_id.as_str();
        let mut client = asker.client.clone();
        let mut path = operation.path.clone();
        if ["logout_user", "end_session"].contains(&name) && !asker.login_name.is_empty() {
            // Ends a session of its own.
            client = self.cast.person(&asker.login_name);
        }
        if name == "end_session" {
            let own = client.get("/api/v1/auth/sessions?limit=1").send();
            let id = own["items"][0]["id"].as_str().unwrap_or(&self.user);
            path = path.replace("{id}", id);
        } else if path.contains('{') {
            path = path.replace("{id}", self.id(&path));
        }
        let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
        let request =
            client.request(method, format!("{path}{}", self.query(name))).if_match("\"0-0000000000000000\"");
        let announced =
            &contract().document()["paths"][&operation.path][operation.method.to_lowercase()]["requestBody"];
        if announced["content"]["application/octet-stream"].is_object() {
            request.body("application/octet-stream", Vec::new()).send()
        } else if announced.is_object() {
            request.json(self.body(name)).send()
        } else {
            request.send()
        }
    }
}

fn cell(answer: &Answer, operation: &Operation) -> &'static str {
    let code = answer["code"].as_str().unwrap_or_default();
    match answer.status.as_u16() {
        401 => "401",
        403 => "403",
        404 => "404",
        409 if code == "unknown_reference" => "ref",
        200 if operation.method == "GET" && answer["items"].as_array().is_some_and(Vec::is_empty) => "none",
        200 | 204 | 409 | 412 | 422 => "yes",
        _ => panic!("{}: {answer}", operation.operation_id),
    }
}

fn matrix_text(world: &World) -> String {
    let scene = Scene::set(world);
    let askers = scene.askers();
    let operations = contract().operations();
    let mut table = format!("{HEADING}\n{:<32}", "operation");
    for asker in &askers {
        write!(table, " {:<16}", asker.name).expect("a text grows");
    }
    // In the order of the domain's own table; what is operational last.
    let place = |operation: &Operation| {
        access::Operation::ALL
            .iter()
            .position(|known| known.code() == operation.operation_id)
            .unwrap_or(usize::MAX)
    };
    let mut sorted: Vec<&Operation> = operations.iter().collect();
    sorted.sort_by_key(|operation| (place(operation), operation.operation_id.clone()));
    for operation in sorted {
        write!(table, "\n{:<32}", operation.operation_id).expect("a text grows");
        for asker in &askers {
            let answer = scene.ask(asker, operation);
            write!(table, " {:<16}", cell(&answer, operation)).expect("a text grows");
        }
    }
    let unchanged =
        [&scene.story.project, scene.story.commission(), scene.story.visit(), &scene.hazard, &scene.report];
    for record in unchanged {
        let before = record.etag.split('-').next().map(str::to_owned);
        let after = scene.cast.server.read(record).etag.split('-').next().map(str::to_owned);
        assert_eq!(before, after, "a probe changed {}", record.path);
    }
    let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// The matrix is the one that is committed.
#[both_databases]
fn matrix(world: &World) {
    let found = matrix_text(world);
    if std::env::var("UPDATE_MATRIX").is_ok() && world.database().kind() == Database::Sqlite {
        fs::write(FILE, &found).expect("the matrix is written");
    }
    let committed = fs::read_to_string(Path::new(FILE)).unwrap_or_default();
    let differing: Vec<String> = found
        .lines()
        .filter(|line| !committed.lines().any(|known| known == *line))
        .map(|line| format!("  now: {line}"))
        .chain(
            committed
                .lines()
                .filter(|line| !found.lines().any(|known| known == *line))
                .map(|line| format!("  was: {line}")),
        )
        .collect();
    assert!(
        differing.is_empty(),
        "permission has changed; UPDATE_MATRIX=1 writes it anew:\n{}",
        differing.join("\n")
    );
    assert_eq!(found, committed);
}

/// What the contract publishes is what permission is decided for, and the other way round.
#[test]
fn every_operation_is_decided() {
    let operations = contract().operations();
    let published: BTreeSet<&str> =
        operations.iter().map(|operation| operation.operation_id.as_str()).collect();
    let decided: BTreeSet<&str> =
        access::Operation::ALL.iter().map(|operation| operation.code()).chain(OPERATIONAL).collect();
    let only = |one: &BTreeSet<&'static str>, other: &BTreeSet<&str>| {
        one.iter().filter(|name| !other.contains(*name)).map(|name| (*name).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(only(&decided, &published), Vec::<String>::new(), "decided, not published");
    let undecided: Vec<&&str> = published.iter().filter(|name| !decided.contains(**name)).collect();
    assert!(undecided.is_empty(), "published, not decided: {undecided:?}");
}
