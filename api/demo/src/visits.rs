//! Visits and their hazards: each as far as its story goes.

use anze_domain::{
    Vocabulary,
    service::{
        commission::ServiceCategory,
        visit::{AttachmentKind, materials},
    },
};
use chrono::{DateTime, Days, Duration, Utc};
use serde_json::{Value, json};

use super::{
    actors::Record,
    files,
    library::{Expert, Group, proposed},
    stages::Site,
};
use crate::failure::Failure;

/// How far a visit has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reached {
    /// Two slots, to which not everyone has answered.
    Proposed,
    /// An expert has declined: their place is open.
    Reopened,
    Agreed,
    InProgress,
    Ended,
    Submitted,
    Returned,
    Accepted,
    AcceptedLate,
}

/// How far a hazard has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Followed {
    Open,
    Acknowledged,
    Rectified,
    Rejected,
    Closed,
}

/// A hazard: item of the national criteria for a major one, what it is, what to do, how far it has come.
pub(super) type Fault = (Option<&'static str>, &'static str, &'static str, Followed);

#[rustfmt::skip]
const FAULTS: [Fault; 7] = [
    (None, "3 号楼 12 层东侧临边防护栏杆缺失约 6 米。", "按规范恢复防护栏杆及密目网。", Followed::Closed),
    (Some("MH2024-07-2"), "2 号楼外脚手架第 5 步连墙件整层缺失。", "停止该部位作业，立即补设连墙件并复验。", Followed::Closed),
    (None, "二级配电箱未做重复接地，门锁损坏。", "补做接地，更换门锁。", Followed::Acknowledged),
    (Some("MH2024-05-2"), "基坑西侧土方超挖约 0.8 米，未采取措施。", "回填反压，加密监测，经设计复核后继续。", Followed::Rectified),
    (None, "塔吊回转范围内材料堆放过高。", "清理堆料，设置限高标识。", Followed::Open),
    (None, "消防通道被周转材料占用。", "清理通道并划线管理。", Followed::Rejected),
    (None, "作业人员未系安全带 2 人。", "现场纠正，重新交底。", Followed::Open),
];

/// The hazards of each visit, by their numbers above, from 0.
pub(super) fn faults(numbers: &[usize]) -> Vec<Fault> {
    numbers.iter().filter_map(|number| FAULTS.get(*number)).copied().collect()
}

/// A visit's story: the group, the day of the service, how far it comes, and what it finds.
pub(super) struct Plot {
    pub(super) visit: Record,
    pub(super) group: Group,
    pub(super) day: i64,
    pub(super) reached: Reached,
    pub(super) faults: Vec<Fault>,
}

impl Site {
    /// Schedules the story of a visit beside the others.
    pub(super) fn schedule_visit(&self, plot: Plot) {
        let site = self.clone();
        self.cast.world.time.schedule(async move { site.visit(plot).await });
    }

    async fn visit(&self, mut plot: Plot) -> Result<(), Failure> {
        let time = &self.cast.world.time;
        let ahead = plot.reached < Reached::InProgress;
        // What is ahead is arranged in the last days; a shift under way is on one of the last two days.
        let arranged = if ahead || plot.reached == Reached::InProgress { -4 } else { plot.day - 4 };
        let start = match plot.reached {
            Reached::InProgress => time.shift_under_way(),
            _ => time.at(plot.day, 9, 30),
        };
        self.until(arranged, 10, 0).await;
        let [leader, second, _] = plot.group.as_ref();
        let slot = |start: DateTime<Utc>| json!({ "start": start, "end": start + Duration::hours(7) });
        let mut slots = vec![slot(start)];
        if plot.reached <= Reached::Reopened {
            slots.push(slot(time.at(plot.day + 2, 9, 30)));
        }
        let all: Vec<usize> = (1..=slots.len()).collect();
        let proposal = json!({
            "slots": slots,
            "leader_id": leader.id, "members": proposed(&plot.group),
        });
        let visit = &mut plot.visit;
        self.provider.actor.act(visit, "propose", proposal).await?;
        self.later(300).await;
        self.contractor.actor.act(visit, "agree", json!({ "slots": all })).await?;
        if plot.reached == Reached::Proposed {
            return leader.actor.act(visit, "agree", json!({ "slots": [1] })).await;
        }
        if plot.reached == Reached::Reopened {
            leader.actor.act(visit, "agree", json!({ "slots": all })).await?;
            let reason = json!({ "reason": "示例：当日已有其他安排。" });
            return second.actor.act(visit, "decline", reason).await;
        }
        self.until(arranged + 1, 9, 0).await;
        for expert in plot.group.iter() {
            expert.actor.act(visit, "agree", json!({ "slots": all })).await?;
        }
        if plot.reached == Reached::Agreed {
            return Ok(());
        }
        time.until(start).await;
        self.conduct_visit(&mut plot, start).await?;
        if plot.reached > Reached::InProgress {
            self.submit_material(&mut plot).await?;
        }
        Ok(())
    }

    /// The five steps on site; of a visit in progress the first three.
    async fn conduct_visit(&self, plot: &mut Plot, start: DateTime<Utc>) -> Result<(), Failure> {
        let time = &self.cast.world.time;
        let [leader, member, _] = plot.group.as_ref();
        let visit = &mut plot.visit;
        leader.actor.act(visit, "start", Value::Null).await?;
        let steps = [
            ("briefing", 5, "施工单位介绍工程概况与危大工程清单。"),
            ("division_of_work", 25, "按土建、机械、电气分工。"),
            ("site_survey", 35, "踏勘基坑、脚手架、塔吊与临时用电。"),
        ];
        for (step, minutes, note) in steps {
            time.until(start + Duration::minutes(minutes)).await;
            self.step(visit, member, step, note).await?;
        }
        for (nth, fault) in (1..).zip(plot.faults.clone()) {
            self.later(10).await;
            let hazard = self.hazard(visit, member, nth, fault).await?;
            self.schedule_hazard(hazard, leader, plot.day, fault.3);
        }
        if plot.reached == Reached::InProgress {
            return Ok(());
        }
        time.until(start + Duration::minutes(300)).await;
        self.step(visit, member, "document_review", "查阅专项方案、交底与验收记录。").await?;
        time.until(start + Duration::minutes(390)).await;
        let advice = "示例：请按隐患清单逐项整改，并加强脚手架、临边与临时用电的日常检查。";
        let proposal = json!({ "advice": advice, "taken_at": time.now(), "place": self.location() });
        leader.actor.act(visit, "rectification-proposal", proposal).await?;
        self.later(10).await;
        self.contractor.actor.act(visit, "rectification-proposal/receive", Value::Null).await?;
        self.later(10).await;
        leader.actor.act(visit, "end", Value::Null).await
    }

    async fn step(&self, visit: &mut Record, by: &Expert, step: &str, note: &str) -> Result<(), Failure> {
        let at = self.cast.world.time.now();
        let body = json!({ "step": step, "taken_at": at, "place": self.location(), "note": note });
        by.actor.act(visit, "steps", body).await
    }

    /// A hazard with a photo.
    async fn hazard(&self, visit: &Record, by: &Expert, nth: u32, fault: Fault) -> Result<Record, Failure> {
        let (item, description, measures, _) = fault;
        let mut body = json!({
            "visit_id": visit.id, "grade": if item.is_some() { "major" } else { "general" },
            "place": format!("示例部位 {nth}"), "description": description,
            "legal_basis": "示例：JGJ 59-2011 相关条款", "measures": measures,
            "due_on": self.cast.world.time.today() + Days::new(7),
        });
        if let (Some(members), Some(item)) = (body.as_object_mut(), item) {
            members.insert("major_hazard_item".to_owned(), item.into());
        }
        let hazard = by.actor.create("/api/v1/hazards", body).await?;
        self.photo(by, &hazard.path, "photo", "隐患照片.jpg").await?;
        Ok(hazard)
    }

    async fn photo(&self, by: &Expert, to: &str, kind: &str, name: &str) -> Result<(), Failure> {
        let about = self.about(kind, name);
        by.actor.upload(to, &about, self.picture()?).await
    }

    /// A photo of the site, different each time.
    fn picture(&self) -> Result<Vec<u8>, Failure> {
        let now = self.cast.world.time.now();
        let seed = u64::try_from(now.timestamp())? * 100 + u64::from(self.number);
        files::photo(seed, now, self.longitude, self.latitude)
    }

    fn about(&self, kind: &str, name: &str) -> [(&'static str, String); 6] {
        [
            ("kind", kind.to_owned()),
            ("file_name", name.to_owned()),
            ("captured_at", self.cast.world.time.now().to_rfc3339()),
            ("longitude", self.longitude.to_string()),
            ("latitude", self.latitude.to_string()),
            ("coordinate_system", "wgs84".to_owned()),
        ]
    }

    /// Schedules how a hazard is followed beside the other stories.
    fn schedule_hazard(&self, mut hazard: Record, leader: &Expert, day: i64, followed: Followed) {
        let (site, leader) = (self.clone(), leader.clone());
        if followed == Followed::Open {
            return;
        }
        self.cast.world.time.schedule(async move {
            let contractor = &site.contractor.actor;
            site.until(day + 1, 9, 20).await;
            contractor.act(&mut hazard, "acknowledge", Value::Null).await?;
            site.later(90).await;
            let comment = json!({ "comment": "示例：已现场督促，整改前该部位停止作业。" });
            site.cast.people.supervisor.actor.act(&mut hazard, "comment", comment).await?;
            if followed == Followed::Acknowledged {
                return Ok(());
            }
            site.until(day + 3, 14, 0).await;
            let about = site.about("rectification_evidence", "整改后照片.jpg");
            contractor.upload(&hazard.path, &about, site.picture()?).await?;
            let done = json!({ "rectification": "示例：已按要求整改完成，并组织复查。" });
            contractor.act(&mut hazard, "rectify", done).await?;
            site.until(day + 4, 10, 0).await;
            match followed {
                Followed::Closed => leader.actor.act(&mut hazard, "close", Value::Null).await,
                Followed::Rejected => {
                    let reason = json!({ "reason": "示例：通道仍被占用，照片与现场不符。" });
                    leader.actor.act(&mut hazard, "reject", reason).await
                }
                _ => Ok(()),
            }
        });
    }

    /// The material, and what the provider says to it.
    async fn submit_material(&self, plot: &mut Plot) -> Result<(), Failure> {
        let [leader, ..] = plot.group.as_ref();
        let visit = &mut plot.visit;
        if plot.reached == Reached::Ended {
            // One photo is there; the rest is due soon.
            return self.photo(leader, &visit.path, "photo", "现场照片01.jpg").await;
        }
        let code = visit.says("category")?;
        let category = ServiceCategory::from_code(&code).ok_or("a category that is none")?;
        self.until(plot.day + 1, 10, 0).await;
        for material in materials(category, &[]) {
            let kind = material.kind;
            if kind == AttachmentKind::Photo {
                self.photo(leader, &visit.path, kind.code(), "现场照片01.jpg").await?;
            } else {
                let file =
                    files::page(&format!("Anze demonstration: {kind} of visit {}", visit.says("number")?));
                let about =
                    [("kind", kind.code().to_owned()), ("file_name", format!("{}（示例）.pdf", kind.zh()))];
                leader.actor.upload(&visit.path, &about, file).await?;
            }
        }
        let late = plot.reached == Reached::AcceptedLate;
        self.until(plot.day + if late { 4 } else { 1 }, 16, 0).await;
        let conclusion = json!({ "conclusion": "示例：现场安全管理总体受控，已提出整改建议。" });
        leader.actor.act(visit, "submit", conclusion).await?;
        if plot.reached == Reached::Submitted {
            return Ok(());
        }
        self.until(plot.day + if late { 5 } else { 2 }, 10, 0).await;
        if plot.reached == Reached::Returned {
            let reason = json!({ "reason": "示例：检查记录缺少签字页，请补充。" });
            return self.provider.actor.act(visit, "return", reason).await;
        }
        self.provider.actor.act(visit, "accept", Value::Null).await
    }
}
