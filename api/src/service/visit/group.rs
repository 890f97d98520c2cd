//! The group of a visit and its time: proposed, agreed, declined, taken back.

use actix_web::post;
use anze_domain::{
    Id, Period, Violation, Vocabulary,
    access::{Operation, Port, Relation},
    calendar::slot::Slot,
    library::{
        expert::Expert,
        group::{self, Candidate, EXPERT_UNKNOWN, SPECIALTY_NOT_HELD},
        qualification::Specialty,
        tie::Sides,
        unavailability::unavailable,
    },
    service::{
        booking::Diary,
        visit::{AnswerDeadlines, Member, Proposal, Visit},
    },
};
use anze_persistence::{
    Reader,
    library::{expert, standing, tie, unavailability},
    service::{booking, project},
    store::event,
};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    notifications, side_of,
    wire::{ProposedMemberIn, VisitAnswerIn, VisitOut, VisitProposalIn},
};
use crate::{
    app::{
        context::{RequestContext, change, or_not_found},
        state::App,
    },
    http::{
        extract::{IfMatch, Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    wire::ReasonIn,
};

/// 提出专家组和时间 · Propose a group and slots
///
/// A10.1, A10.2, A12.2: at least three experts, a leader of the leader pool, the three specialties, and nobody with
/// a tie to a party of the project on a day of any slot, or whose registration lapses before one (A9.1). A12.1: one to five slots in the window of the plan (A11.1), of
/// twelve hours at the most, in which everyone is available. Where every slot was proposed before, who stays keeps their answer.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = VisitProposalIn, responses((status = 200, description = "The proposed visit", body = VisitOut)))]
#[post("/visits/{id}/propose")]
pub(crate) async fn propose_visit(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<VisitProposalIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::ProposeVisit, move |visit: Visit, tx| {
        visit.must_be_open()?;
        let proposal = proposal(&input);
        visit.check_slots(&proposal.slots, tx.now())?;
        let site = or_not_found(project::find(tx.db, visit.project_id)?)?;
        Visit::must_have_a_site(site.status)?;
        let ids: Vec<Uuid> = input.members.iter().map(|member| member.expert_id).collect();
        // A tie or an affiliate that is declared meanwhile waits, or is seen here.
        let organizations = sides(tx.db, &visit)?.organizations().to_vec();
        event::lock_all_shared(tx.db, organizations.into_iter().map(Id::uuid))?;
        event::lock_all_shared(tx.db, ids.iter().copied())?;
        let (experts, sides) = (expert::find_all(tx.db, &ids)?, sides(tx.db, &visit)?);
        let days: Vec<Period> = proposal.slots.iter().copied().map(Slot::days).collect();
        let candidates = candidates(&input.members, &experts, &sides, &days)?;
        let reason = input.missing_specialty_reason.as_deref();
        // Which tie it is stays between the expert and the association.
        let tells_ties = tx.caller.port == Some(Port::Association);
        group::check_group(input.leader_id, &candidates, reason, tells_ties)?;
        let now = tx.now();
        check_availability(tx.db, &proposal, now)?;
        let bookings = booking::locked(tx.db, &ids, &proposal.slots)?;
        let diary =
            Diary { visit_id: visit.id.uuid(), site: site.details.location.into(), bookings: &bookings };
        let (next, event) = visit.propose(proposal, diary, patience(tx.app()), tx.now())?;
        standing::group::replace_snapshot(tx.db, next.id, &experts, tx.now())?;
        for expert in ids {
            project::add_party(tx.db, site.id, expert, Relation::Member)?;
        }
        tx.notify(&notifications::proposed(&next))?;
        Ok((next, event))
    })
    .await
}

/// How long answers may take.
fn patience(app: &App) -> AnswerDeadlines {
    let time = |time| TimeDelta::from_std(time).unwrap_or(TimeDelta::zero());
    AnswerDeadlines { answer: time(app.settings.answer_time), reminder: time(app.settings.answer_reminder) }
}

/// Nobody is asked for a slot in which they said that they cannot come.
fn check_availability(db: &mut Reader<'_>, proposal: &Proposal, now: DateTime<Utc>) -> Result<(), ApiError> {
    let ids: Vec<Uuid> = proposal.members.iter().map(|member| member.expert_id).collect();
    // Every slot lies ahead.
    let absences = unavailability::of_experts(db, &ids, now)?;
    let mut wrong = Vec::new();
    for (index, expert) in ids.into_iter().enumerate() {
        let spans = absences.get(&expert).map(Vec::as_slice).unwrap_or_default();
        let taken = proposal.slots.iter().find(|slot| spans.iter().any(|span| span.meets(**slot)));
        wrong.extend(taken.map(|slot| unavailable(expert, *slot).at(format!("/members/{index}"))));
    }
    Ok(Violation::all(wrong)?)
}

/// The experts as candidates, each with what they are to cover here.
fn candidates(
    members: &[ProposedMemberIn],
    experts: &[Expert],
    sides: &Sides,
    days: &[Period],
) -> Result<Vec<Candidate>, Violation> {
    let mut wrong = Vec::new();
    let mut candidates = Vec::new();
    for (index, member) in members.iter().enumerate() {
        let Some(expert) = experts.iter().find(|expert| expert.id.uuid() == member.expert_id) else {
            let unknown = Violation::new(EXPERT_UNKNOWN).with("expert", member.expert_id);
            wrong.push(unknown.at(format!("/members/{index}/expert_id")));
            continue;
        };
        let mut candidate = expert.candidate(sides, days);
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
        agreed_slots: Vec::new(),
    };
    Proposal {
        slots: input.slots.iter().copied().map(Slot::from).collect(),
        answer_by: input.answer_by.map(|at| at.trunc_subsecs(6)),
        leader_id: input.leader_id,
        members: input.members.iter().map(member).collect(),
        missing_specialty_reason: input.missing_specialty_reason.clone(),
    }
}

/// Those to whom an expert may have no tie (A12.2): the parties and their affiliates.
pub(super) fn sides(db: &mut Reader<'_>, visit: &Visit) -> Result<Sides, ApiError> {
    Ok(tie::sides::load(db, [visit.project_id])?.remove(&visit.project_id).unwrap_or_default())
}

/// The proposed slots on which an expert of the group has a tie by now (A12.2), or is not in the library any more as they
/// have to be (A9.1, A10.1).
fn barred(db: &mut Reader<'_>, visit: &Visit, experts: &[Uuid]) -> Result<Vec<Slot>, ApiError> {
    let (experts, sides) = (expert::find_all(db, experts)?, sides(db, visit)?);
    let serves = |expert: &Expert, slot: &Slot| {
        expert.candidate(&sides, &[slot.days()]).can_serve(visit.leader_id == Some(expert.id.uuid()))
    };
    let barred = |slot: &Slot| !experts.iter().all(|expert| serves(expert, slot));
    Ok(visit.negotiation.slots.iter().copied().filter(barred).collect())
}

/// 同意服务时间 · Agree to slots
///
/// A12.1: the contractor, and every expert of the group, to one or several of the proposed slots. Once all have
/// answered, the earliest that suits everyone, for which nobody is booked elsewhere, and on which nobody has a tie
/// (A12.2) or is left by their pool (A9.1), is agreed; where none suits all, times are to be proposed anew. A slot that
/// meets another booking of an expert by then is none of theirs any more; where none is left, the visit is open again,
/// what was answered stands, and the provider is told.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = VisitAnswerIn,
    responses((status = 200, description = "The visit, answered by one more or by all", body = VisitOut)))]
#[post("/visits/{id}/agree")]
pub(crate) async fn agree_visit(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<VisitAnswerIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::AgreeVisit, move |visit: Visit, tx| {
        let side = side_of(&visit, tx.caller);
        let site = or_not_found(project::find(tx.db, visit.project_id)?)?;
        // The last answer decides: from here on nobody else books these experts before the commit.
        let (bookings, barred) = if visit.unanswered() == [side] {
            let ids: Vec<Uuid> = visit.members.iter().map(|member| member.expert_id).collect();
            (booking::locked(tx.db, &ids, &visit.negotiation.slots)?, barred(tx.db, &visit, &ids)?)
        } else {
            (Vec::new(), Vec::new())
        };
        let diary =
            Diary { visit_id: visit.id.uuid(), site: site.details.location.into(), bookings: &bookings };
        let numbers: Vec<usize> = input.slots.iter().map(|number| usize::from(number.0)).collect();
        let (next, event) = visit.barring(&barred).agree(side, &numbers, diary, tx.now())?;
        tx.notify(&notifications::agreed(&next))?;
        Ok((next, event))
    })
    .await
}

/// 谢绝服务时间 · Decline
///
/// A12.1: an expert's place in the group is open again, and what the others answered stands; where the contractor
/// declines, the group stays and other times are to be proposed.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The visit, to be arranged further", body = VisitOut)))]
#[post("/visits/{id}/decline")]
pub(crate) async fn decline_visit(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::DeclineVisit, move |visit: Visit, tx| {
        let side = side_of(&visit, tx.caller);
        let (next, event) = visit.decline(side, &input.reason)?;
        tx.notify(&notifications::declined(&next, side))?;
        Ok((next, event))
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
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::RescheduleVisit, move |visit: Visit, tx| {
        let told = notifications::rescheduled(&visit, &input.reason);
        let rescheduled = visit.reschedule(&input.reason)?;
        tx.notify(&told)?;
        Ok(rescheduled)
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
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::CancelVisit, move |visit: Visit, tx| {
        let told = notifications::cancelled(&visit, &input.reason);
        let cancelled = visit.cancel(&input.reason)?;
        tx.notify(&told)?;
        Ok(cancelled)
    })
    .await
}
