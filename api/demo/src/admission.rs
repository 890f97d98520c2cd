//! Admission to the library: applications in every state, sessions of the council in every state, notices with
//! objections.

use std::rc::Rc;

use anze_domain::base::identifier::citizen_id_check;
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    actors::{Actor, Record, World},
    files,
    people::mobile,
    stages::Cast,
};
use crate::failure::Failure;

/// Someone who applies, with their application as it was last seen.
struct Applicant {
    actor: Rc<Actor>,
    application: Record,
}

/// Schedules how people come into the library, or do not.
pub(super) fn schedule_admissions(cast: &Rc<Cast>) {
    cast.world.time.schedule(decided(Rc::clone(cast)));
    cast.world.time.schedule(published(Rc::clone(cast)));
    cast.world.time.schedule(under_way(Rc::clone(cast)));
}

/// Some weeks ago: admitted, voted down, and ended by an objection.
async fn decided(cast: Rc<Cast>) -> Result<(), Failure> {
    let (world, association) = (&cast.world, &cast.people.association.actor);
    until(world, -30, 9).await;
    let mut all = Vec::new();
    for (number, name, pool) in [(1, "卢示成", "leader"), (2, "魏示缓", "member"), (3, "姚示疑", "member")]
    {
        all.push(reviewed_application(&cast, number, name, pool).await?);
    }
    until(world, -27, 14).await;
    // Too few come the first time.
    let mut short = convene_council(&cast, "示例理事会〔2026〕1号", 9).await?;
    put_to_vote(&cast, &mut short, &all).await?;
    association.act(&mut short, "adjourn", json!({ "reason": "示例：出席人数不足。" })).await?;
    let mut session = convene_council(&cast, "示例理事会〔2026〕1号（续）", 17).await?;
    put_to_vote(&cast, &mut session, &all).await?;
    let votes = [(15, 1, 1), (6, 9, 2), (12, 3, 2)];
    record_votes(&cast, &mut session, &all, &votes).await?;
    association.act(&mut session, "close", Value::Null).await?;
    until(world, -26, 10).await;
    let passed: Vec<&Applicant> = all.iter().filter(|it| it.actor.name() != "applicant-2").collect();
    let notice = publish_notice(&cast, "示例公示〔2026〕1号", &passed).await?;
    until(world, -25, 11).await;
    for (applicant, decision, reason) in [
        (passed.last(), "uphold", "示例：经核实，其从业年限证明与社保记录不符。"),
        (passed.first(), "dismiss", "示例：经核实，所反映问题不属实。"),
    ] {
        let about = applicant.ok_or("nobody on notice")?;
        let receipt = submit_objection(world, &notice, about, "示例：对其申报的从业经历有异议。").await?;
        let mut objection = association.read(&receipt.path).await?;
        association.act(&mut objection, decision, json!({ "reason": reason })).await?;
    }
    until(world, -20, 9).await;
    world.run_housekeeping().await?;
    log_out_all(&all).await
}

/// On notice now, with an objection that waits; and one who passed and is not published yet.
async fn published(cast: Rc<Cast>) -> Result<(), Failure> {
    let (world, association) = (&cast.world, &cast.people.association.actor);
    until(world, -8, 9).await;
    let mut all = Vec::new();
    for (number, name, pool) in [(4, "邵示公", "leader"), (5, "孟示衡", "member"), (6, "龙示待", "member")]
    {
        all.push(reviewed_application(&cast, number, name, pool).await?);
    }
    until(world, -4, 14).await;
    let mut session = convene_council(&cast, "示例理事会〔2026〕2号", 17).await?;
    put_to_vote(&cast, &mut session, &all).await?;
    record_votes(&cast, &mut session, &all, &[(17, 0, 0), (13, 2, 2), (10, 5, 2)]).await?;
    association.act(&mut session, "close", Value::Null).await?;
    until(world, -2, 10).await;
    let on_notice: Vec<&Applicant> = all.iter().take(2).collect();
    let notice = publish_notice(&cast, "示例公示〔2026〕2号", &on_notice).await?;
    until(world, -1, 11).await;
    let about = on_notice.last().ok_or("nobody on notice")?;
    submit_objection(world, &notice, about, "示例：其所在单位与在建项目存在利害关系，请核实。").await?;
    log_out_all(&all).await
}

/// At every step before: drafted, submitted, returned, rejected, withdrawn, reviewed, and put to an open session.
async fn under_way(cast: Rc<Cast>) -> Result<(), Failure> {
    let (world, association) = (&cast.world, &cast.people.association.actor);
    until(world, -6, 9).await;
    let mut all = Vec::new();
    for (number, name) in [(7, "史示稿"), (8, "顾示交"), (9, "侯示补"), (10, "邹示驳"), (11, "熊示撤")]
    {
        all.push(draft_application(&cast, number, name, "member").await?);
    }
    for applicant in all.iter_mut().skip(1) {
        submit_application(applicant).await?;
    }
    until(world, -5, 10).await;
    if let [_, _, returned, rejected, withdrawn] = all.as_mut_slice() {
        let because = |reason: &str| json!({ "reason": reason });
        let reason = because("示例：请补充从业证明。");
        association.act(&mut returned.application, "return", reason).await?;
        let reason = because("示例：职称证书系伪造。");
        association.act(&mut rejected.application, "reject", reason).await?;
        let reason = because("示例：工作变动，不再申请。");
        withdrawn.actor.act(&mut withdrawn.application, "withdraw", reason).await?;
    }
    until(world, -3, 9).await;
    all.push(reviewed_application(&cast, 12, "戴示审", "leader").await?);
    let voted_on = reviewed_application(&cast, 13, "莫示议", "leader").await?;
    until(world, -1, 14).await;
    let mut session = convene_council(&cast, "示例理事会〔2026〕3号", 17).await?;
    all.push(voted_on);
    let candidates = all.split_last().map_or([].as_slice(), |(last, _)| std::slice::from_ref(last));
    put_to_vote(&cast, &mut session, candidates).await?;
    log_out_all(&all).await
}

async fn until(world: &World, day: i64, hour: u32) {
    world.time.until(world.time.at(day, hour, 0)).await;
}

/// Registers and drafts an application.
async fn draft_application(cast: &Cast, number: u32, name: &str, pool: &str) -> Result<Applicant, Failure> {
    let world = &cast.world;
    let login_name = format!("applicant-{number}");
    let registration = json!({
        "name": name, "mobile": mobile(300 + number),
        "account": { "login_name": login_name, "password": world.password },
    });
    world.register("/api/v1/expert-registrations", registration).await?;
    let actor = Actor::person(world, &login_name);
    let year = 1968 + i32::try_from(number)?;
    // No place in China has this area code.
    let first = format!("350299{year}0102{number:03}");
    let check = citizen_id_check(&first).ok_or("a citizen id without a check digit")?;
    let specialties = [["civil"], ["mechanical"], ["electrical"]];
    let specialty = specialties.get(usize::try_from(number)? % 3).ok_or("no specialty")?;
    let since = |year| NaiveDate::from_ymd_opt(year, 7, 1).ok_or("no such day");
    let body = json!({
        "pool": pool, "name": name, "mobile": mobile(300 + number), "citizen_id": format!("{first}{check}"),
        "employer_name": "厦门示例工程检测有限公司", "specialties": specialty,
        "titles": [{
            "level": "senior", "field": "building_municipal",
            "certificate_number": format!("示例证〔2015〕{number:04}"), "obtained_on": "2015-06-30",
        }],
        "work_history": [
            { "employer": "厦门示例建设监理有限公司", "role": "安全监理", "from": since(2006)?,
                "to": since(2014)?, "relevant": true },
            { "employer": "厦门示例工程检测有限公司", "role": "安全总监", "from": since(2013)?, "relevant": true },
        ],
    });
    let application = actor.create("/api/v1/expert-applications", body).await?;
    Ok(Applicant { actor, application })
}

/// Uploads the certificate and submits.
async fn submit_application(applicant: &mut Applicant) -> Result<(), Failure> {
    let about = [("kind", "title_certificate".to_owned()), ("file_name", "职称证书.pdf".to_owned())];
    let to = format!("{}/files", applicant.application.path);
    applicant.actor.send_file(&to, &about, files::page(applicant.actor.name())).await?;
    applicant.actor.act(&mut applicant.application, "submit", Value::Null).await
}

/// Applies, and is passed on by the association.
async fn reviewed_application(
    cast: &Cast,
    number: u32,
    name: &str,
    pool: &str,
) -> Result<Applicant, Failure> {
    let mut applicant = draft_application(cast, number, name, pool).await?;
    submit_application(&mut applicant).await?;
    cast.people.association.actor.act(&mut applicant.application, "review", Value::Null).await?;
    Ok(applicant)
}

/// The association calls a session of the council for today, to which so many of 21 come.
async fn convene_council(cast: &Cast, number: &str, members_present: u32) -> Result<Record, Failure> {
    let body = json!({
        "number": number, "held_on": cast.world.time.today(), "council_size": 21,
        "members_present": members_present,
        "present_members": (1..=members_present).map(|seat| format!("示例理事{seat:02}")).collect::<Vec<_>>(),
        "quorum": { "numerator": 2, "denominator": 3 }, "majority": { "numerator": 1, "denominator": 2 },
        "majority_rule": "more_than",
    });
    cast.people.association.actor.create("/api/v1/council-sessions", body).await
}

/// Puts these applications to the vote of a session.
async fn put_to_vote(cast: &Cast, session: &mut Record, applicants: &[Applicant]) -> Result<(), Failure> {
    let ids: Vec<&str> = applicants.iter().map(|it| it.application.id.as_str()).collect();
    cast.people.association.actor.act(session, "applications", json!({ "application_ids": ids })).await
}

async fn record_votes(
    cast: &Cast,
    session: &mut Record,
    applicants: &[Applicant],
    votes: &[(u32, u32, u32)],
) -> Result<(), Failure> {
    let votes = applicants.iter().zip(votes).map(|(it, (votes_for, votes_against, votes_abstain))| {
        json!({
            "application_id": it.application.id, "votes_for": votes_for, "votes_against": votes_against,
            "votes_abstain": votes_abstain,
        })
    });
    let votes = json!({ "votes": votes.collect::<Value>() });
    cast.people.association.actor.act(session, "votes", votes).await
}

async fn publish_notice(cast: &Cast, number: &str, applicants: &[&Applicant]) -> Result<Record, Failure> {
    let ids: Vec<&str> = applicants.iter().map(|it| it.application.id.as_str()).collect();
    let body = json!({ "number": number, "application_ids": ids });
    cast.people.association.actor.create("/api/v1/public-notices", body).await
}

async fn submit_objection(
    world: &World,
    notice: &Record,
    about: &Applicant,
    grounds: &str,
) -> Result<Record, Failure> {
    let body = json!({
        "application_id": about.application.id, "grounds": grounds, "name": "赖示明", "contact": mobile(399),
    });
    world.register(&format!("{}/objections", notice.path), body).await
}

/// Ends their sessions.
async fn log_out_all(applicants: &[Applicant]) -> Result<(), Failure> {
    for applicant in applicants {
        applicant.actor.log_out().await?;
    }
    Ok(())
}
