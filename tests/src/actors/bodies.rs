//! What is sent when nothing is wrong: tests change what they are about.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::{Value, json};

use super::{Actor, Cast, Record, login_name};

/// A project of this cast's parties, in Jimei.
pub fn project_body(cast: &Cast) -> Value {
    json!({
        "name": "集美新城 A 地块安置房",
        "category": "building",
        "address": "厦门市集美区杏林湾路 1 号",
        "district": "350211",
        "location": { "longitude": 118.097, "latitude": 24.575, "coordinate_system": "gcj02" },
        "contract_price": "186000000.00",
        "floor_area": "48000.50",
        "planned_start": "2026-02-01",
        "planned_end": "2027-12-31",
        "construction_permit_number": "350211202602010101",
        "supervisor": { "organization_id": cast.supervisor.organization_id },
        "owner": { "organization_id": cast.owner.organization_id },
        "leader_name": "陈建国",
        "leader_mobile": "13806000001"
    })
}

/// A policy on a project, with this total premium, all of it received.
pub fn policy_body(project: &Record, premium: &str) -> Value {
    json!({
        "project_id": project.id,
        "policy_number": login_name("PZAZ"),
        "premium_total": premium,
        "premium_received": premium,
        "indemnity_limit": "20000000.00",
        "period_start": "2026-02-01",
        "period_end": "2027-12-31"
    })
}

/// A line of a commission.
pub fn line(category: &str, times: u32) -> Value {
    json!({ "category": category, "description": "深基坑、高支模专项", "times": times, "frequency": "每季度一次" })
}

/// A commission against a policy by premium ratio, for this fee.
pub fn commission_body(policy: &Record, server: &Actor, lines: &[Value], fee: &str) -> Value {
    json!({
        "policy_id": policy.id,
        "provider_id": server.organization_id,
        "contract_number": login_name("HT"),
        "lines": lines,
        "fee_mode": "premium_ratio",
        "fee": fee,
        "period_start": "2026-02-01",
        "period_end": "2026-12-31"
    })
}

/// A plan that covers every line of a commission exactly as often as agreed, each service in the whole period.
pub fn plan_body(commission: &Record) -> Value {
    let lines = commission["lines"].as_array().expect("a commission has lines");
    let services: Vec<Value> = lines
        .iter()
        .flat_map(|line| (0..line["times"].as_u64().unwrap_or(1)).map(move |_| line))
        .map(|line| {
            json!({
                "line_id": line["id"],
                "window_start": commission["period_start"],
                "window_end": commission["period_end"],
                "method": "现场检查，查阅资料",
                "expected_outcome": "隐患清单与整改建议书",
                "group_size": 3,
                "specialties": ["civil", "mechanical", "electrical"]
            })
        })
        .collect();
    json!({ "commission_id": commission.id, "summary": "每季度一次隐患排查", "services": services })
}

/// A group, its first expert leading, from an instant for seven hours.
pub fn proposal_body(group: &[(&Actor, &str)], start: DateTime<Utc>) -> Value {
    slots_body(group, &[start])
}

/// A group, its first expert leading, with slots of seven hours from each of these instants.
pub fn slots_body(group: &[(&Actor, &str)], starts: &[DateTime<Utc>]) -> Value {
    let slot = |start: &DateTime<Utc>| json!({ "start": start, "end": *start + Duration::hours(7) });
    let members: Vec<Value> = group
        .iter()
        .map(|(expert, specialty)| json!({ "expert_id": expert.expert_id, "specialties": [specialty] }))
        .collect();
    json!({
        "slots": starts.iter().map(slot).collect::<Vec<_>>(),
        "leader_id": group[0].0.expert_id,
        "members": members
    })
}

/// A hazard found on a visit, to be rectified by a day; major where it names an item of the national criteria.
pub fn hazard_body(visit: &Record, item: Option<&str>, due_on: NaiveDate) -> Value {
    let mut body = json!({
        "visit_id": visit.id,
        "grade": if item.is_some() { "major" } else { "general" },
        "place": "3 号楼 12 层东侧临边",
        "description": "临边防护栏杆缺失约 6 米。",
        "legal_basis": "JGJ 80-2016 第 4.1.1 条",
        "measures": "按规范恢复防护栏杆及密目网。",
        "due_on": due_on
    });
    if let Some(item) = item {
        body["major_hazard_item"] = json!(item);
    }
    body
}
