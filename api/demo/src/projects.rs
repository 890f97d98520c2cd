//! The projects, one at each stage of the flow. Days are working days before today.

use std::rc::Rc;

use chrono::Days;
use serde_json::{Value, json};

use super::{
    actors::{Actor, Record},
    people::Member,
    stages::{Agreed, Cast, Fee, Line, Site},
    visits::{Followed, Plot, Reached, faults},
};
use crate::failure::Failure;

const INSPECTION: &str = "hazard_inspection";
const TRAINING: &str = "education_and_training";
const DRILL: &str = "emergency_plan_and_drill";

/// A site by its number: name, district, longitude and latitude; and which contractor, insurer and provider.
fn site(cast: &Rc<Cast>, number: u32, site: (&'static str, &'static str, f64, f64), who: [usize; 3]) -> Site {
    let (name, district, longitude, latitude) = site;
    let people = &cast.people;
    let [contractor, insurer, provider] = who;
    let of = |[first, second]: &[Member; 2], index| if index == 0 { first.clone() } else { second.clone() };
    Site {
        cast: Rc::clone(cast),
        number,
        name,
        district,
        longitude,
        latitude,
        contractor: of(&people.contractors, contractor),
        insurer: of(&people.insurers, insurer),
        // The association serves, too.
        provider: if provider == 2 { people.association.clone() } else { of(&people.providers, provider) },
    }
}

/// Schedules every project's story.
#[rustfmt::skip]
pub(super) fn schedule_projects(cast: &Rc<Cast>, system: &Rc<Actor>) {
    let time = &cast.world.time;
    let at = |number, described, who| site(cast, number, described, who);
    time.schedule(whole(at(1, ("杏林湾示例安置房一期", "350211", 118.062, 24.583), [0, 0, 0])));
    time.schedule(serving(at(2, ("集美示例综合体项目", "350211", 118.097, 24.575), [0, 0, 0])));
    time.schedule(reported(at(3, ("湖里示例道路提升工程", "350206", 118.118, 24.512), [1, 1, 2])));
    time.schedule(terminated(at(4, ("海沧示例厂房项目", "350205", 118.032, 24.484), [0, 1, 1])));
    time.schedule(returned(at(5, ("同安示例学校扩建工程", "350212", 118.152, 24.723), [1, 0, 0])));
    time.schedule(planning(at(6, ("翔安示例地下管廊一标", "350213", 118.242, 24.618), [0, 0, 1]), Planned::Draft));
    time.schedule(planning(at(7, ("翔安示例地下管廊二标", "350213", 118.249, 24.621), [1, 1, 0]), Planned::Submitted));
    time.schedule(planning(at(8, ("思明示例医院门诊楼", "350203", 118.089, 24.466), [0, 0, 2]), Planned::Returned));
    time.schedule(commissioning(at(9, ("湖里示例办公楼", "350206", 118.121, 24.498), [0, 0, 0])));
    time.schedule(suspended(at(10, ("同安示例道路改造工程", "350212", 118.148, 24.731), [1, 0, 1])));
    time.schedule(insured(at(11, ("集美示例幼儿园", "350211", 118.101, 24.602), [0, 0, 0]), Rc::clone(system)));
    time.schedule(drafts(at(12, ("海沧示例住宅二期", "350205", 118.041, 24.491), [0, 0, 0])));
}

/// The whole flow to its end, with a plan returned, material late, and a report returned.
async fn whole(site: Site) -> Result<(), Failure> {
    let lines: [Line; 2] = [(INSPECTION, "深基坑、脚手架专项隐患排查", 1), (TRAINING, "", 1)];
    let Agreed { mut project, mut policy, commission } =
        site.accepted(-34, &lines, Fee::Ratio("96000.00")).await?;
    let (insurer, provider) = (Rc::clone(&site.insurer.actor), Rc::clone(&site.provider.actor));
    site.until(-30, 9, 0).await;
    let mut first = site.plan(&commission, &[1, 1]).await?;
    provider.act(&mut first, "submit", Value::Null).await?;
    site.later(240).await;
    let reason = json!({ "reason": "示例：请补充起重机械的检查安排。" });
    insurer.act(&mut first, "return", reason).await?;
    let visits = site.planned(-29, &commission, &[1, 1]).await?;
    let [group, other, ..] = &site.cast.groups;
    let plots =
        [(group, -22, Reached::Accepted, &[0, 1, 6][..]), (other, -20, Reached::AcceptedLate, &[][..])];
    for (visit, (group, day, reached, found)) in visits.into_iter().zip(plots) {
        // What the other projects leave open is followed to its end here.
        let mut faults = faults(found);
        faults.iter_mut().for_each(|fault| fault.3 = Followed::Closed);
        site.schedule_visit(Plot { visit, group: Rc::clone(group), day, reached, faults });
    }
    site.until(-25, 15, 0).await;
    site.endorse(&mut policy).await?;
    site.until(-13, 9, 0).await;
    let mut report = site.report(&commission).await?;
    site.later(30).await;
    provider.act(&mut report, "submit", json!({ "open_hazards_acknowledged": true })).await?;
    site.until(-11, 9, 0).await;
    let reason = json!({ "reason": "示例：请补充重大隐患的整改复查情况。" });
    insurer.act(&mut report, "return", reason).await?;
    site.until(-10, 9, 0).await;
    let corrected = json!({
        "evaluation": "示例：体系健全，重大风险受控，重大隐患已复查销号。",
        "conclusion": "示例：约定服务已全部完成，隐患已全部销号。",
    });
    provider.update(&mut report, corrected).await?;
    provider.act(&mut report, "submit", json!({ "open_hazards_acknowledged": true })).await?;
    site.until(-9, 14, 0).await;
    insurer.act(&mut report, "acknowledge", Value::Null).await?;
    site.until(-3, 16, 0).await;
    site.contractor.actor.act(&mut project, "complete", Value::Null).await
}

/// In service, with a second version of its plan and visits in every state.
async fn serving(site: Site) -> Result<(), Failure> {
    let lines: [Line; 3] =
        [(INSPECTION, "每月专项隐患排查", 9), (TRAINING, "", 1), (DRILL, "坍塌事故应急演练", 1)];
    let Agreed { commission, .. } = site.accepted(-33, &lines, Fee::Ratio("118000.00")).await?;
    let groups = &site.cast.groups;
    let first = site.planned(-29, &commission, &[9, 1, 1]).await?;
    let [.., last, _] = groups;
    for visit in first.into_iter().take(1) {
        let (group, reached) = (Rc::clone(last), Reached::Accepted);
        site.schedule_visit(Plot { visit, group, day: -23, reached, faults: faults(&[0, 2]) });
    }
    let second = site.planned(-18, &commission, &[8, 1, 1]).await?;
    let plots = [
        (-12, Reached::AcceptedLate, &[1, 3, 5][..]),
        (-8, Reached::Returned, &[2][..]),
        (-3, Reached::Submitted, &[4, 6][..]),
        (-1, Reached::Ended, &[6][..]),
        (-1, Reached::InProgress, &[4][..]),
        (2, Reached::Agreed, &[][..]),
        (3, Reached::Proposed, &[][..]),
        (4, Reached::Reopened, &[][..]),
    ];
    let mut visits = second.into_iter();
    let groups = groups.iter().cycle();
    for ((visit, group), (day, reached, found)) in visits.by_ref().zip(groups).zip(plots) {
        site.schedule_visit(Plot { visit, group: Rc::clone(group), day, reached, faults: faults(found) });
    }
    site.until(-2, 9, 0).await;
    let _draft = site.report(&commission).await?;
    // Of what is left one is cancelled, one stays to be arranged.
    if let Some(mut visit) = visits.next() {
        let reason = json!({ "reason": "示例：遇台风防御应急响应，取消本次服务。" });
        site.provider.actor.act(&mut visit, "cancel", reason).await?;
    }
    Ok(())
}

/// Visits of these days that are all accepted, by the last two groups.
fn accepted_visits(site: &Site, visits: Vec<Record>, days: &[(i64, &[usize])]) {
    let groups = site.cast.groups.iter().rev();
    for ((visit, group), (day, found)) in visits.into_iter().zip(groups).zip(days) {
        let (group, reached) = (Rc::clone(group), Reached::Accepted);
        site.schedule_visit(Plot { visit, group, day: *day, reached, faults: faults(found) });
    }
}

/// Served by the association, by actual cost; its report waits for the insurer.
async fn reported(site: Site) -> Result<(), Failure> {
    let lines: [Line; 1] = [(INSPECTION, "道路与管线专项隐患排查", 2)];
    let agreed = site.accepted(-32, &lines, Fee::Cost(2, 6)).await?;
    let visits = site.planned(-28, &agreed.commission, &[2]).await?;
    accepted_visits(&site, visits, &[(-21, &[0]), (-16, &[2])]);
    site.until(-8, 9, 0).await;
    let mut report = site.report(&agreed.commission).await?;
    site.until(-7, 9, 0).await;
    site.provider.actor.act(&mut report, "submit", json!({ "open_hazards_acknowledged": true })).await
}

/// Ended early, with what is due.
async fn terminated(site: Site) -> Result<(), Failure> {
    let lines: [Line; 2] = [(INSPECTION, "起重机械专项隐患排查", 3), ("risk_assessment", "", 1)];
    let Agreed { mut commission, .. } = site.accepted(-31, &lines, Fee::Ratio("80000.00")).await?;
    let visits = site.planned(-26, &commission, &[3, 1]).await?;
    accepted_visits(&site, visits, &[(-18, &[0])]);
    site.until(-6, 9, 0).await;
    commission = site.insurer.actor.read(&commission.path).await?;
    let end = json!({ "reason": "示例：项目停建，双方协商终止。", "amount_due": "20000.00" });
    site.insurer.actor.act(&mut commission, "terminate", end).await
}

/// The insurer has returned the report; the commission is in service again.
async fn returned(site: Site) -> Result<(), Failure> {
    let lines: [Line; 1] = [("standardisation", "", 1)];
    let agreed = site.accepted(-27, &lines, Fee::Cost(1, 3)).await?;
    let visits = site.planned(-22, &agreed.commission, &[1]).await?;
    accepted_visits(&site, visits, &[(-15, &[3])]);
    site.until(-6, 10, 0).await;
    let mut report = site.report(&agreed.commission).await?;
    site.provider.actor.act(&mut report, "submit", json!({ "open_hazards_acknowledged": true })).await?;
    site.until(-4, 10, 0).await;
    let reason = json!({ "reason": "示例：评价结论缺少依据，请补充。" });
    site.insurer.actor.act(&mut report, "return", reason).await
}

/// How far a plan has come.
#[derive(PartialEq, Eq)]
enum Planned {
    Draft,
    Submitted,
    Returned,
}

/// An accepted commission whose plan is being made.
async fn planning(site: Site, planned: Planned) -> Result<(), Failure> {
    let lines: [Line; 2] = [(INSPECTION, "专项隐患排查", 4), ("technology_promotion", "", 1)];
    let day = -16 + i64::from(site.number);
    let agreed = site.accepted(day, &lines, Fee::Ratio("60000.00")).await?;
    site.until(day + 4, 9, 0).await;
    let mut plan = site.plan(&agreed.commission, &[4, 1]).await?;
    if planned == Planned::Draft {
        return Ok(());
    }
    site.later(60).await;
    site.provider.actor.act(&mut plan, "submit", Value::Null).await?;
    if planned == Planned::Submitted {
        return Ok(());
    }
    site.until(day + 5, 9, 0).await;
    let reason = json!({ "reason": "示例：排查时间过于集中，请按月安排。" });
    site.insurer.actor.act(&mut plan, "return", reason).await
}

/// Commissions that are drafted, submitted, returned, withdrawn and accepted, against one policy.
async fn commissioning(site: Site) -> Result<(), Failure> {
    site.until(-10, 9, 0).await;
    let project = site.register().await?;
    site.until(-9, 9, 0).await;
    let policy = site.insure(&project).await?;
    let (insurer, provider) = (&site.insurer.actor, &site.provider.actor);
    let lines: [Line; 1] = [("other", "示例：高温季节安全巡查", 2)];
    for number in 1..=5 {
        site.until(-9 + i64::from(number), 10, 0).await;
        let fee = if number == 3 { Fee::Cost(1, 2) } else { Fee::Ratio("24000.00") };
        let mut commission = site.draft_commission(&policy, number, &lines, fee).await?;
        if number == 1 {
            continue;
        }
        site.later(20).await;
        insurer.act(&mut commission, "submit", Value::Null).await?;
        site.later(120).await;
        match number {
            2 => provider.act(&mut commission, "accept", Value::Null).await?,
            3 => {
                let reason = json!({ "reason": "示例：请写明服务频次。" });
                provider.act(&mut commission, "return", reason).await?;
            }
            4 => {
                let reason = json!({ "reason": "示例：改由其他服务机构承担。" });
                insurer.act(&mut commission, "withdraw", reason).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Work has stopped, with a commission accepted.
async fn suspended(site: Site) -> Result<(), Failure> {
    let lines: [Line; 1] = [(INSPECTION, "专项隐患排查", 2)];
    let Agreed { mut project, mut policy, .. } = site.accepted(-20, &lines, Fee::Ratio("50000.00")).await?;
    site.until(-14, 11, 0).await;
    site.endorse(&mut policy).await?;
    site.until(-5, 17, 0).await;
    let reason = json!({ "reason": "示例：地下水位异常，停工处理。" });
    site.contractor.actor.act(&mut project, "suspend", reason).await
}

/// Registered; the insurer's system has recorded the policy.
async fn insured(site: Site, system: Rc<Actor>) -> Result<(), Failure> {
    site.until(-4, 9, 0).await;
    let project = site.register().await?;
    site.until(-2, 1, 30).await;
    system.create("/api/v1/policies", site.policy(&project)).await?;
    Ok(())
}

/// Three drafts: one given up, one registered without a policy yet, one that stays a draft.
async fn drafts(site: Site) -> Result<(), Failure> {
    let of = |number, name| Site { number, name, ..site.clone() };
    site.until(-8, 9, 0).await;
    let mut given_up = of(13, "海沧示例住宅三期").draft().await?;
    site.until(-7, 15, 0).await;
    let reason = json!({ "reason": "示例：重复录入。" });
    site.contractor.actor.act(&mut given_up, "cancel", reason).await?;
    site.until(-3, 10, 0).await;
    of(14, "海沧示例污水管廊").register().await?;
    site.until(-1, 10, 0).await;
    site.draft().await?;
    Ok(())
}

/// Issues the token of an insurer's system.
pub(super) async fn issue_token(cast: &Rc<Cast>, administrator: &Rc<Actor>) -> Result<String, Failure> {
    let ends = cast.world.time.now() + Days::new(365);
    let body = json!({
        "name": "示例业务系统对接", "expires_at": ends,
        "scopes": [
            "projects:read", "policies:read", "policies:write", "commissions:read", "commissions:write",
            "service_plans:read", "service_plans:write", "visits:read", "service_reports:read", "service_reports:write",
        ],
    });
    administrator.create("/api/v1/api-tokens", body).await?.says("token")
}
