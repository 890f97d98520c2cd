//! At the desks: the project, its policy, its commission and plan, the report, and what ends before it is done.

use anze_tests::{
    Record,
    actors::{commission_body, line, plan_body, policy_body, project_body},
};
use serde_json::{Value, json};

use super::tour::{Tour, reason, record};

const PROJECTS: &str = "/api/v1/projects";
const POLICIES: &str = "/api/v1/policies";
const COMMISSIONS: &str = "/api/v1/commissions";
const PLANS: &str = "/api/v1/service-plans";
const REPORTS: &str = "/api/v1/service-reports";

/// What the tour is about.
pub struct Story {
    pub project: Record,
    pub policy: Record,
    pub commission: Record,
    pub plan: Record,
    pub visit: Record,
    /// Of the commission that ends early, accepted.
    second: Record,
}

/// From the project to the confirmed plan with its visit.
pub fn prepare(tour: &Tour) -> Story {
    let cast = &tour.cast;
    let project = project(tour);
    let policy = policy(tour, &project);
    let [commission, second] = commissions(tour, &policy);
    let plan = plan(tour, &commission);
    let visit = cast.visits(&commission).into_iter().next().expect("a confirmed plan has a visit");
    Story { project, policy, commission, plan, visit, second }
}

fn project(tour: &Tour) -> Record {
    let (cast, contractor) = (&tour.cast, &tour.cast.contractor);
    let whole = project_body(cast);
    // The parties are only named at first.
    let mut body = whole.clone();
    body["supervisor"] = json!({ "name": cast.supervisor.name });
    body["owner"] = json!({ "name": cast.owner.name });
    let draft = contractor.create(PROJECTS, body);
    contractor.replace(&draft, whole.clone());
    let registered = contractor.act(&draft, "register", Value::Null);
    let amendment = json!({
        "reason": "项目负责人变更，补充安全负责人。", "leader_name": "林志强", "leader_mobile": "13806000002",
        "safety_officer": { "name": "王安全", "mobile": "13806000003" }
    });
    contractor.act(&registered, "amend", amendment)
}

fn policy(tour: &Tour, project: &Record) -> Record {
    let insurer = &tour.cast.insurer;
    let number = project["number"].as_str().expect("a number");
    insurer.get(format!("/api/v1/projects/lookup?number={number}")).send().expect(200);
    let body = |number: &str, premium: &str| {
        let mut body = policy_body(project, premium);
        body["policy_number"] = json!(number);
        body
    };
    let policy = insurer.create(POLICIES, body("PZAZ202635020000000123", "180000.00"));
    let endorsement = json!({
        "endorsement_number": "PD202635020000000001", "effective_on": "2026-02-09", "premium_total": "192000.00",
        "premium_received": "192000.00", "period_start": "2026-02-01", "period_end": "2028-06-30",
        "reason": "工期延长，追加保费。"
    });
    insurer.try_act(&policy, "endorsements", endorsement).expect(201);
    insurer.get(format!("{}/endorsements?limit=2", policy.path)).send().expect(200);
    let items = [body("PZAZ202635020000000124", "36000.00"), body("PZAZ202635020000000125", "24000.00")];
    let batch = json!({ "items": items });
    tour.cast.insurer_system.post(format!("{POLICIES}/batch")).json(batch).send().expect(207);
    insurer.read(&policy)
}

/// The commission of the story, accepted, and another.
fn commissions(tour: &Tour, policy: &Record) -> [Record; 2] {
    let (cast, insurer) = (&tour.cast, &tour.cast.insurer);
    let body = |contract: &str, times: u32, fee: &str| {
        let mut line = line("hazard_inspection", times);
        line["frequency"] = json!(if times == 1 { "合同期内一次" } else { "每半年一次" });
        let mut body = commission_body(policy, &cast.provider, &[line], fee);
        body["contract_number"] = json!(contract);
        body
    };
    let draft = insurer.create(COMMISSIONS, body("AZ-2026-018", 1, "12000.00"));
    insurer.replace(&draft, body("AZ-2026-018", 1, "11500.00"));
    insurer.submit(&draft);
    cast.provider.act(&draft, "return", reason("服务期限与保单期间不一致，请核对后重新提交。"));
    insurer.submit(&draft);
    let accepted = cast.provider.accept(&draft);
    let items = [body("AZ-2026-019", 2, "8000.00"), body("AZ-2026-020", 1, "4000.00")];
    let batch = json!({ "items": items });
    let made = cast.insurer_system.post(format!("{COMMISSIONS}/batch")).json(batch).send().expect(207);
    let [second, third] =
        [0, 1].map(|index: usize| record(insurer, COMMISSIONS, &made["results"][index]["commission"]["id"]));
    for drafted in [&second, &third] {
        insurer.submit(drafted);
    }
    insurer.act(&third, "withdraw", reason("投保人变更服务需求，另行委托。"));
    [accepted, cast.provider.accept(&second)]
}

fn plan(tour: &Tour, commission: &Record) -> Record {
    let (provider, insurer) = (&tour.cast.provider, &tour.cast.insurer);
    let mut body = plan_body(commission);
    body["summary"] = json!("合同期内一次隐患排查。");
    let draft = provider.create(PLANS, body.clone());
    let mut better = body;
    better["summary"] = json!("一次隐患排查，重点为深基坑、高支模与起重机械。");
    provider.replace(&draft, better.clone());
    provider.submit(&draft);
    insurer.act(&draft, "return", reason("请明确起重机械的检查方法。"));
    better["services"][0]["method"] = json!("现场检查，起重机械仪器检测，查阅资料");
    let second = provider.create(PLANS, better);
    insurer.confirm(&provider.submit(&second))
}

/// The report of the commission, once its visit is accepted.
pub fn report(tour: &Tour, story: &Story) {
    let (provider, insurer) = (&tour.cast.provider, &tour.cast.insurer);
    let draft = provider.draft_report(&story.commission);
    let better = json!({
        "evaluation": "项目安全管理体系基本健全，重大风险受控。", "conclusion": "约定服务已全部完成，整改建议已送达施工单位。"
    });
    provider.replace(&draft, better);
    let knowing = json!({ "open_hazards_acknowledged": true });
    provider.act(&draft, "submit", knowing.clone());
    insurer.act(&draft, "return", reason("请补充对起重机械的评价。"));
    provider.act(&draft, "submit", knowing);
    insurer.acknowledge(&draft);
    insurer.read(&draft);
    insurer.get(format!("{REPORTS}?commission_id={}&limit=2", story.commission.id)).send().expect(200);
}

/// The other commission ends before its services are done; so do a visit of it and two projects.
pub fn end_early(tour: &Tour, story: &Story) {
    let (cast, contractor) = (&tour.cast, &tour.cast.contractor);
    cast.insurer.confirm(&cast.provider.plan(&story.second));
    let visits = cast.visits(&story.second);
    let first = visits.first().expect("a confirmed plan has visits");
    cast.provider.act(first, "cancel", reason("与前一次服务内容重复，经保险机构同意取消。"));
    let termination = json!({ "reason": "工期调整，双方协商终止。", "amount_due": "2000.00" });
    cast.insurer.act(&story.second, "terminate", termination);

    let mut road = project_body(cast);
    road["name"] = json!("同安工业集中区思明园市政道路二期");
    road["category"] = json!("municipal");
    road["address"] = json!("厦门市同安区思明园路");
    road["district"] = json!("350212");
    road["location"] = json!({ "longitude": 118.148, "latitude": 24.716, "coordinate_system": "gcj02" });
    road["construction_permit_number"] = json!("350212202601150203");
    let draft = contractor.create(PROJECTS, road.clone());
    let road_project = contractor.act(&draft, "register", Value::Null);
    contractor.act(&road_project, "suspend", reason("台风预警，全线停工。"));
    contractor.act(&road_project, "resume", Value::Null);
    contractor.act(&road_project, "complete", Value::Null);
    let twice = contractor.create(PROJECTS, road);
    contractor.act(&twice, "cancel", reason("重复登记。"));
}

/// How everything stands at the end.
pub fn look_back(tour: &Tour, story: &Story) {
    let insurer = &tour.cast.insurer;
    for record in [&story.policy, &story.commission, &story.plan] {
        insurer.read(record);
    }
    tour.cast.contractor.read(&story.project);
    for record in [&story.project, &story.commission] {
        insurer.get(format!("{}/overview", record.path)).send().expect(200);
    }
    tour.cast.contractor.get(format!("{PROJECTS}?status=registered&limit=2")).send().expect(200);
    tour.cast.provider.read(&story.visit);
    let id = &story.project.id;
    for list in [
        format!("/api/v1/visits?commission_id={}&limit=2", story.commission.id),
        format!("{POLICIES}?project_id={id}&limit=2"),
        format!("{COMMISSIONS}?project_id={id}&limit=2"),
        format!("{PLANS}?commission_id={}&limit=2", story.commission.id),
        format!("{}/timeline?limit=2", story.project.path),
    ] {
        insurer.get(list).send().expect(200);
    }
}
