//! The group of a visit and its time: proposed, agreed, declined, taken back.

use actix_web::post;
use anze_domain::{
    Id, Violation, Vocabulary,
    access::{Operation, Part},
    expert::Expert,
    group::{self, Candidate, EXPERT_UNKNOWN, SPECIALTY_NOT_HELD},
    project::Project,
    qualification::Specialty,
    tie::Party,
    visit::{Member, Proposal, Visit},
    working_calendar::shanghai_date,
};
use anze_persistence::{Reader, expert, organization, project};
use uuid::Uuid;

use super::{
    change, side_of,
    wire::{ProposedMemberIn, VisitOut, VisitProposalIn},
};
use crate::{
    call::{Call, there},
    extract::{BodyDigest, IfMatch, Json, Path},
    problem::ApiError,
    respond::Reply,
    wire::ReasonIn,
};

/// 提出专家组和时间 · Propose a group and a time
///
/// A10.1, A10.2, A12.2: at least three experts, a leader of the leader pool, the three specialties, and
/// nobody with a tie to a party of the project. The time lies in the window of the plan (A11.1).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = VisitProposalIn, responses((status = 200, description = "The proposed visit", body = VisitOut)))]
#[post("/visits/{id}/propose")]
pub(crate) async fn propose_visit(
    call: Call,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<VisitProposalIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(call, id, read, body_digest, Operation::ProposeVisit, move |visit, tx| {
        let site = there(project::find(tx.db, visit.project_id)?)?;
        let parties = parties(tx.db, &visit, &site)?;
        let ids: Vec<Uuid> = input.members.iter().map(|member| member.expert_id).collect();
        let experts = expert::find_all(tx.db, &ids)?;
        let on = shanghai_date(input.scheduled_start);
        let candidates = candidates(&input.members, &experts, &parties, on)?;
        let reason = input.missing_specialty_reason.as_deref();
        group::check_group(input.leader_id, &candidates, reason)?;
        let proposed = visit.propose(proposal(&input), tx.now())?;
        for expert in ids {
            project::add_party(tx.db, site.id, expert, Part::Member)?;
        }
        Ok(proposed)
    })
    .await
}

/// The experts as candidates, each with what they are to cover here.
fn candidates(
    members: &[ProposedMemberIn],
    experts: &[Expert],
    parties: &[Party],
    on: chrono::NaiveDate,
) -> Result<Vec<Candidate>, Violation> {
    let mut wrong = Vec::new();
    let mut candidates = Vec::new();
    for (index, member) in members.iter().enumerate() {
        let Some(expert) = experts.iter().find(|expert| expert.id.uuid() == member.expert_id) else {
            let unknown = Violation::new(EXPERT_UNKNOWN).with("expert", member.expert_id);
            wrong.push(unknown.at(format!("/members/{index}/expert_id")));
            continue;
        };
        let mut candidate = expert.candidate(parties, on);
        let covered = specialties(member);
        let lacking = covered.iter().find(|specialty| !candidate.specialties.contains(specialty));
        if let Some(specialty) = lacking {
            let lacks = Violation::new(SPECIALTY_NOT_HELD)
                .with("expert", member.expert_id)
                .with("specialty", specialty.code());
            wrong.push(lacks.at(format!("/members/{index}/specialties")));
        }
        candidate.specialties = covered;
        candidates.push(candidate);
    }
    Violation::all(wrong)?;
    Ok(candidates)
}

fn specialties(member: &ProposedMemberIn) -> Vec<Specialty> {
    let mut specialties: Vec<_> = member.specialties.iter().map(|term| term.0).collect();
    specialties.sort_unstable();
    specialties.dedup();
    specialties
}

fn proposal(input: &VisitProposalIn) -> Proposal {
    let member = |member: &ProposedMemberIn| Member {
        expert_id: member.expert_id,
        specialties: specialties(member),
        agreed_at: None,
    };
    Proposal {
        start: input.scheduled_start,
        end: input.scheduled_end,
        leader_id: input.leader_id,
        members: input.members.iter().map(member).collect(),
        missing_specialty_reason: input.missing_specialty_reason.clone(),
    }
}

/// Those to whom an expert may have no tie (A12.2): the organisations, and who is only named.
fn parties(db: &mut Reader<'_>, visit: &Visit, site: &Project) -> Result<Vec<Party>, ApiError> {
    let its = &visit.parties;
    let ids: Vec<Id<_>> = [Some(its.contractor_id), its.supervisor_id, its.owner_id, Some(its.insurer_id)]
        .into_iter()
        .flatten()
        .collect();
    let organizations = organization::find_all(db, &ids)?;
    let known = organizations
        .into_iter()
        .map(|it| Party { name: it.name, code: Some(it.unified_social_credit_code) });
    let named = [&site.details.supervisor.name, &site.details.owner.name]
        .into_iter()
        .flatten()
        .map(|name| Party { name: name.clone(), code: None });
    Ok(known.chain(named).collect())
}

/// 同意服务时间 · Agree to the time
///
/// A12.1: the contractor, and every expert of the group; once all have, the time is agreed.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    responses((status = 200, description = "The visit, agreed by one more or by all", body = VisitOut)))]
#[post("/visits/{id}/agree")]
pub(crate) async fn agree_visit(call: Call, id: Path<Uuid>, read: IfMatch) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    change(call, id, read, none, Operation::AgreeVisit, |visit, tx| {
        let side = side_of(&visit, tx.caller);
        Ok(visit.agree(side, tx.now())?)
    })
    .await
}

/// 谢绝服务时间 · Decline the time
///
/// A12.1: the contractor or an expert cannot; the group and the time are open again.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The visit, to be arranged anew", body = VisitOut)))]
#[post("/visits/{id}/decline")]
pub(crate) async fn decline_visit(
    call: Call,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(call, id, read, body_digest, Operation::DeclineVisit, move |visit, _| {
        Ok(visit.decline(&input.reason)?)
    })
    .await
}

/// 改期 · Take the time back
///
/// The provider takes group and time back before the visit begins, to propose others (A12.1).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The visit, to be arranged anew", body = VisitOut)))]
#[post("/visits/{id}/reschedule")]
pub(crate) async fn reschedule_visit(
    call: Call,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(call, id, read, body_digest, Operation::RescheduleVisit, move |visit, _| {
        Ok(visit.reschedule(&input.reason)?)
    })
    .await
}

/// 取消现场服务 · Cancel a visit
///
/// The provider says that it does not take place. A line that is then served less often than agreed needs
/// a new version of the plan (A7.1).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The cancelled visit", body = VisitOut)))]
#[post("/visits/{id}/cancel")]
pub(crate) async fn cancel_visit(
    call: Call,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(call, id, read, body_digest, Operation::CancelVisit, move |visit, _| {
        Ok(visit.cancel(&input.reason)?)
    })
    .await
}
