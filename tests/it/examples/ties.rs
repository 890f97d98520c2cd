//! Ties to the parties: declared by the expert, found through an affiliate, and told by a party.

use anze_tests::Record;
use serde_json::json;

use super::{
    project::Story,
    tour::{Tour, reason},
};

const REQUESTS: &str = "/api/v1/recusal-requests";

pub fn declare(tour: &Tour) {
    let cast = &tour.cast;
    let expert = &cast.leader;
    let list = format!("/api/v1/experts/{}/ties", expert.expert_id);
    let body = json!({
        "kind": "shareholding", "company_name": "厦门筑成检测技术有限公司", "from": "2024-01-01", "note": "持股 5%。"
    });
    let tie = Record::of("/api/v1/ties", &expert.post(&list).json(body).send().expect(201));
    cast.association.act(&tie, "end", json!({ "until": "2026-02-28", "reason": "股份已转让。" }));
    expert.read(&tie);
    expert.get(format!("{list}?limit=2")).send().expect(200);

    let contractor = &cast.contractor;
    let list = format!("/api/v1/organizations/{}/affiliates", contractor.organization_id);
    let body = json!({ "name": "厦门鹭岛建筑劳务有限公司", "relation": "全资子公司", "from": "2020-01-01" });
    let affiliate = Record::of("/api/v1/affiliates", &contractor.post(&list).json(body).send().expect(201));
    cast.association.act(&affiliate, "end", json!({ "until": "2026-06-30", "reason": "股权已转让。" }));
    contractor.read(&affiliate);
    contractor.get(format!("{list}?limit=2")).send().expect(200);
}

/// A party tells of a tie: once without proof, once with it, so that the mechanic leaves the group.
pub fn recuse(tour: &Tour, story: &Story) {
    let cast = &tour.cast;
    let (supervisor, association) = (&cast.supervisor, &cast.association);
    let request = |expert: &str, grounds: &str| {
        let body = json!({
            "project_id": story.project.id, "expert_id": expert, "kind": "kinship", "grounds": grounds
        });
        let answer = supervisor.post(REQUESTS).json(body).send().expect(201);
        Record::of(REQUESTS, &answer)
    };
    let first = request(&cast.mechanic.expert_id, "该专家配偶任我单位总监理工程师。");
    association.act(&first, "uphold", json!({ "reason": "经查证属实。", "from": "2025-01-01" }));
    let second = request(&cast.leader.expert_id, "该专家与我单位负责人系亲属。");
    association.act(&second, "dismiss", reason("经核实，不存在所述亲属关系。"));
    supervisor.read(&first);
    supervisor.get(format!("{REQUESTS}?limit=2")).send().expect(200);
}
