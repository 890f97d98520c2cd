//! The library's experts: where they are based, when they cannot come, who employs them, and how they conduct themselves.

use anze_tests::{Record, actors::ExpertEntry};
use serde_json::{Value, json};

use super::{
    roles, ties,
    tour::{Tour, reason, record},
};

const EXPERTS: &str = "/api/v1/experts";

pub fn keep_the_library(tour: &Tour) {
    based_and_away(tour);
    employed_and_registered(tour);
    ties::declare(tour);
    let cast = &tour.cast;
    cast.nobody().get("/api/v1/expert-directory?specialty=civil&limit=2").send().expect(200);
    cast.association.get(format!("{EXPERTS}?status=active&limit=2")).send().expect(200);
}

fn based_and_away(tour: &Tour) {
    let leader = &tour.cast.leader;
    let base = format!("{EXPERTS}/{}/base-location", leader.expert_id);
    let unknown = leader.get(&base).send().expect(200);
    let place =
        json!({ "location": { "longitude": 118.11, "latitude": 24.49, "coordinate_system": "gcj02" } });
    leader.put(&base).if_match(unknown.etag()).json(place).send().expect(200);
    leader.get(&base).send().expect(200);

    let list = format!("{EXPERTS}/{}/unavailabilities", leader.expert_id);
    let away = |body: Value| {
        Record::of("/api/v1/unavailabilities", &leader.post(&list).json(body).send().expect(201))
    };
    let leave = |until: &str| {
        json!({
            "kind": "leave", "starts_at": "2026-04-01T00:00:00+08:00", "ends_at": until, "note": "外出培训。"
        })
    };
    let training = away(leave("2026-04-10T00:00:00+08:00"));
    leader.replace(&training, leave("2026-04-13T00:00:00+08:00"));
    let sundays = away(json!({ "kind": "recurring", "weekday": "sunday", "part_of_day": "whole" }));
    leader.get(format!("{list}?limit=2")).send().expect(200);
    leader.delete(&sundays.path).if_match(&sundays.etag).send().expect(204);
    leader.read(&training);
}

fn employed_and_registered(tour: &Tour) {
    let (cast, association) = (&tour.cast, &tour.cast.association);
    let of = |expert: &str| record(association, EXPERTS, &json!(expert));
    let change = |expert: &Record, what: &str, body: Value| {
        let seen = association.read(expert);
        association.put(format!("{}/{what}", expert.path)).if_match(&seen.etag).json(body).send().expect(200)
    };
    let employer = json!({
        "employer_name": "厦门市特种设备检验检测院", "since": "2026-02-01", "reason": "社保记录显示已于当月变更单位。"
    });
    change(&of(&cast.mechanic.expert_id), "employer", employer);
    let registration = json!({
        "level": "intermediate", "class": "construction", "certificate_number": "35190000001",
        "registered_until": "2031-05-31"
    });
    let leader = of(&cast.leader.expert_id);
    change(&leader, "registration", registration);
    let unmask = reason("核对劳务费个税申报信息。");
    association.post(format!("{}/unmask", leader.path)).json(unmask).send().expect(200);
    association.read(&leader);
}

/// After the story: what was declined, and what the association has against an expert.
pub fn look_at_conduct(tour: &Tour) {
    let (cast, association) = (&tour.cast, &tour.cast.association);
    let declines = format!("{EXPERTS}/{}/declines", cast.electrician.expert_id);
    let decline = association.get(format!("{declines}?limit=2")).send().expect(200).items()[0].clone();
    let justification = json!({
        "project_id": decline["project_id"], "seq": decline["seq"], "reason": "住院检查，已提交证明。"
    });
    association.post(format!("{declines}/justify")).json(justification).send().expect(200);
    association.get(format!("{declines}?limit=2")).send().expect(200);

    let entry = ExpertEntry::new("member", "civil");
    let expert = cast.expert(roles::expert(&entry, 25, "黄国栋", "huang-guodong"));
    let own = record(association, EXPERTS, &json!(expert.expert_id));
    let records = format!("{}/conduct-records", own.path);
    let warning = json!({ "kind": "warning", "grounds": "一年内三次逾期上传资料。" });
    let made = association.post(&records).if_match(&own.etag).json(warning).send().expect(201);
    expert.get(made.header("location").expect("a place")).send().expect(200);
    association.act(&own, "suspend", reason("未按规定程序开展现场服务，限期整改。"));
    association.get(format!("{records}?limit=2")).send().expect(200);
    association.get(format!("{}/conduct", own.path)).send().expect(200);
    association.act(&own, "reinstate", reason("整改完成，经复核同意恢复。"));
    association.act(&own, "remove", reason("收受服务对象礼金。"));
    cast.leader.get(format!("{EXPERTS}/me/export")).send().expect(200);
    record(association, EXPERTS, &json!(cast.leader.expert_id));
}
