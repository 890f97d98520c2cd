//! On site: group and time, the five steps, hazards, and the material.

use anze_domain::{Vocabulary, service::visit::AttachmentKind};
use anze_tests::{
    Actor, Record,
    actors::{
        ExpertEntry, STEPS, advice_body, conclusion_body, hazard_body, jpeg_with, pdf_with, percent_encoded,
        slots_body, step_body,
    },
};
use chrono::{DateTime, Days, Duration, Utc};
use serde_json::{Value, json};

use super::{
    project::Story,
    roles, ties,
    tour::{Tour, reason, record},
};

const ATTACHMENTS: &str = "/api/v1/attachments";

/// Group and time: declined, recused, agreed, put off, and agreed again.
pub fn arrange(tour: &Tour, story: &Story) {
    let (cast, visit) = (&tour.cast, &story.visit);
    let provider = &cast.provider;
    let start = cast.tomorrow_morning();
    let slots = [start, start + Days::new(1)];
    let text = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let query = format!("start={}&end={}", text(start), text(start + Duration::hours(7)));
    provider.get(format!("{}/group-suggestions?{query}", visit.path)).send().expect(200);

    provider.propose(visit, slots_body(&cast.group(), &slots));
    cast.electrician.act(visit, "decline", reason("当日已安排住院检查。"));
    ties::recuse(tour, story);
    // The mechanic was recused.
    let other =
        cast.expert(roles::expert(&ExpertEntry::new("member", "mechanical"), 24, "陈立群", "chen-liqun"));
    let group = [(&cast.leader, "civil"), (&other, "mechanical"), (&cast.electrician, "electrical")];
    let agree = |starts: &[DateTime<Utc>]| {
        let proposed = provider.propose(visit, slots_body(&group, starts));
        for (expert, _) in group {
            expert.agree(&proposed);
        }
        proposed
    };
    let proposed = agree(&slots);
    // The last answer is the one that settles the time.
    tour.recording.show_next("agree_visit");
    cast.contractor.agree(&proposed);
    provider.act(visit, "reschedule", reason("施工单位当日有主管部门检查，改期进行。"));
    cast.contractor.agree(&agree(&slots[1..]));
    cast.contractor.get(format!("{}/group", visit.path)).send().expect(200);
}

/// The five steps on site, with two hazards.
pub fn inspect(tour: &Tour, story: &Story) {
    let (cast, visit) = (&tour.cast, &story.visit);
    let leader = &cast.leader;
    let begun = cast.begin(&leader.read(visit));
    let notes = [
        "施工单位项目负责人介绍工程概况与危大工程清单。",
        "按土建、机械、电气分工。",
        "踏勘基坑、脚手架、塔式起重机与临时用电。",
        "查阅专项施工方案、安全技术交底与验收记录。",
    ];
    for ((step, note), minutes) in STEPS.iter().zip(notes).zip([5, 20, 120, 90]) {
        cast.wait(Duration::minutes(minutes));
        let mut body = step_body(step, cast.now());
        body["note"] = json!(note);
        leader.act(&begun, "steps", body);
    }
    let picture = leader
        .post(format!(
            "{}/attachments?kind=photo&file_name={}&captured_at={}&longitude=118.097&latitude=24.575&coordinate_system=gcj02",
            visit.path,
            percent_encoded("现场全景.jpg"),
            cast.now().format("%Y-%m-%dT%H:%M:%SZ"),
        ))
        .body("application/octet-stream", jpeg_with(*b"site"))
        .send()
        .expect(201);
    for reader in
        [&format!("{ATTACHMENTS}/{}", picture.id()), &format!("{ATTACHMENTS}/{}/content", picture.id())]
    {
        cast.contractor.get(reader).send().expect(200);
    }
    for (item, place, description, measures) in [
        (
            Some("MH2024-07-2"),
            "2 号楼外脚手架第 5 步",
            "外脚手架连墙件整层缺失。",
            "停止该部位作业，立即补设连墙件并复验。",
        ),
        (None, "3 号楼 12 层东侧临边", "临边防护栏杆缺失约 6 米。", "按规范恢复防护栏杆及密目网。"),
    ] {
        let mut body = hazard_body(visit, item, cast.today() + Days::new(7));
        body["place"] = json!(place);
        body["description"] = json!(description);
        body["measures"] = json!(measures);
        if item.is_some() {
            body["legal_basis"] = json!("JGJ 130-2011 第 6.4.1 条");
        }
        leader.create("/api/v1/hazards", body);
    }
    cast.wait(Duration::minutes(30));
    let mut advice = advice_body(cast.now());
    advice["place"] = step_body("briefing", cast.now())["place"].clone();
    leader.try_act(visit, "rectification-proposal", advice).expect(201);
    cast.contractor.try_act(visit, "rectification-proposal/receive", Value::Null).expect(200);
    cast.contractor.get(format!("{}/rectification-proposal", visit.path)).send().expect(200);
    leader.act(visit, "end", Value::Null);
}

/// The hazards: the one rejected and rectified again, the other with more time.
pub fn follow_the_hazards(tour: &Tour, story: &Story) {
    let (cast, visit) = (&tour.cast, &story.visit);
    let (leader, contractor) = (&cast.leader, &cast.contractor);
    let path = format!("/api/v1/hazards?visit_id={}&sort=created_at&limit=2", visit.id);
    let listed = contractor.get(&path).send().expect(200);
    let [major, general] =
        [0, 1].map(|index: usize| record(contractor, "/api/v1/hazards", &listed.items()[index]["id"]));
    cast.wait(Duration::hours(1));
    contractor.acknowledge(&major);
    let comment = json!({ "comment": "已现场督促，整改前该部位停止作业。" });
    cast.supervisor.act(&major, "comment", comment);
    evidence(contractor, &major, "连墙件补设照片.jpg", *b"tie1");
    contractor.act(&major, "rectify", json!({ "rectification": "已按专项施工方案补设连墙件，自检合格。" }));
    leader.act(&major, "reject", reason("第 7 步仍缺 2 处连墙件，请补齐后重新报验。"));
    contractor.acknowledge(&major);
    cast.wait(Duration::minutes(90));
    evidence(contractor, &major, "连墙件复验照片.jpg", *b"tie2");
    contractor.act(&major, "rectify", json!({ "rectification": "已补齐连墙件，经监理单位复验合格。" }));
    leader.act(&major, "close", Value::Null);
    let later = cast.today() + Days::new(14);
    let mut corrected = hazard_body(visit, None, cast.today() + Days::new(6));
    corrected.as_object_mut().expect("a body").remove("visit_id");
    corrected["description"] = json!("临边防护栏杆缺失约 8 米。");
    leader.act(&general, "correct", corrected);
    leader.act(&general, "extend", json!({ "due_on": later, "reason": "材料到场延迟，经复核同意延期。" }));
    contractor.acknowledge(&general);
    let amendment = json!({ "reason": "复核后确认部位有误。", "place": "3 号楼 12 层西侧临边" });
    leader.act(&general, "amend", amendment);
    contractor.read(&major);
    contractor.get(&path).send().expect(200);
}

fn evidence(contractor: &Actor, hazard: &Record, name: &str, comment: [u8; 4]) {
    contractor.try_attach(hazard, "rectification_evidence", name, jpeg_with(comment)).expect(201);
}

/// The material: handed in, returned, handed in again, and accepted.
pub fn hand_in(tour: &Tour, story: &Story) {
    let (cast, visit) = (&tour.cast, &story.visit);
    let (leader, provider) = (&cast.leader, &cast.provider);
    let path = format!("{}/materials", visit.path);
    let required = leader.get(&path).send().expect(200)["required"].clone();
    for (number, missing) in (0_u8..).zip(required.as_array().into_iter().flatten()) {
        let kind = missing["kind"].as_str().and_then(AttachmentKind::from_code).expect("a kind");
        if missing["have"] == json!(false) {
            let name = format!("{}.pdf", kind.zh());
            leader.try_attach(visit, kind.code(), &name, pdf_with([b'd', b'o', b'c', number])).expect(201);
        }
    }
    leader.act(visit, "submit", conclusion_body());
    provider.act(visit, "return", reason("检查记录缺少签字页，请补充。"));
    leader.submit_material(visit);
    provider.accept(visit);
    leader.get(&path).send().expect(200);
    leader.get(format!("{}/attachments?limit=2", visit.path)).send().expect(200);
}
