//! Steps that change visits.

use anze_domain::{
    FactName, Id, Period, Violation,
    access::{FieldGroup, Operation, Relation, disclosure},
    base::{id::VisitId, location::Location},
    calendar::{
        slot::Slot,
        working_calendar::{WorkingCalendars, shanghai_date},
    },
    library::{
        expert::Expert,
        group::{self, Candidate, EXPERT_UNKNOWN, SPECIALTY_NOT_HELD},
        qualification::Specialty,
        tie::Sides,
        unavailability::unavailable,
    },
    service::{
        booking::Diary,
        project::Project,
        service_report::ReportedHazard,
        visit::{AnswerDeadlines, Member, PROPOSAL_RECEIVED_ALREADY, Proposal, Step, TakenStep, Visit},
    },
};
use anze_persistence::{
    ChangeError, Reader, StoreError,
    evidence::attachment,
    library::{expert, standing, tie, unavailability},
    service::{
        booking, commission, hazard, project,
        visit::{self as store, RectificationProposal},
    },
    store::event,
};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use rust_decimal::prelude::ToPrimitive;
use uuid::Uuid;

use super::{
    notifications,
    wire::{
        ProposedMemberInput, RectificationProposalInput, VisitAnswerInput, VisitConclusionInput,
        VisitProposalInput, VisitStepInput,
    },
};
use crate::{
    app::{
        context::{Changed, DecisionContext, SystemWriteContext, WriteContext, or_not_found},
        state::App,
    },
    http::{extract::IfMatch, problem::ApiError},
    wire::location::CoordinatesIo,
};

/// Number prefix of rectification proposals.
const NUMBER: &str = "ZG";

/// The provider proposes a group and slots (A10.1, A10.2, A12.1, A12.2).
pub fn propose(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &VisitProposalInput,
) -> Result<Changed<Visit>, ApiError> {
    tx.change(id, if_match, Operation::ProposeVisit, |visit: Visit, tx| {
        visit.must_be_open()?;
        let proposal = proposal(input);
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
        let discloses_ties = disclosure(tx.caller, FieldGroup::ExpertTies, &visit.relations()).is_full();
        let now = tx.now();
        group::check_group(input.leader_id, &candidates, reason, discloses_ties, shanghai_date(now))?;
        check_availability(tx.db, &proposal, now)?;
        let bookings = booking::locked(tx.db, &ids, &proposal.slots)?;
        let diary =
            Diary { visit_id: visit.id.uuid(), site: site.details.location.into(), bookings: &bookings };
        let (next, event) = visit.propose(proposal, diary, answer_deadlines(tx.app()), tx.now())?;
        standing::group::replace_snapshot(tx.db, next.id, &experts, tx.now())?;
        for expert in ids {
            project::add_party(tx.db, site.id, expert, Relation::Member)?;
        }
        tx.notify(&notifications::proposed(&next))?;
        Ok((next, event))
    })
}

/// The contractor or an expert of the group agrees to slots (A12.1). The last answer decides.
pub fn agree(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &VisitAnswerInput,
) -> Result<Changed<Visit>, ApiError> {
    tx.change(id, if_match, Operation::AgreeVisit, |visit: Visit, tx| {
        let side = visit.side_of(tx.caller);
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
}

/// The contractor or an expert of the group declines (A12.1).
pub fn decline(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Visit>, ApiError> {
    tx.change(id, if_match, Operation::DeclineVisit, |visit: Visit, tx| {
        let side = visit.side_of(tx.caller);
        let (next, event) = visit.decline(side, reason)?;
        tx.notify(&notifications::declined(&next, side))?;
        Ok((next, event))
    })
}

/// The provider takes group and time back before the visit begins (A12.1).
pub fn reschedule(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Visit>, ApiError> {
    tx.change(id, if_match, Operation::RescheduleVisit, |visit: Visit, tx| {
        let messages = notifications::rescheduled(&visit, reason);
        let rescheduled = visit.reschedule(reason)?;
        tx.notify(&messages)?;
        Ok(rescheduled)
    })
}

/// The provider cancels a visit.
pub fn cancel(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Visit>, ApiError> {
    let cancelled = tx.change(id, if_match, Operation::CancelVisit, |visit: Visit, tx| {
        let messages = notifications::cancelled(&visit, reason);
        let cancelled = visit.cancel(reason)?;
        tx.notify(&messages)?;
        Ok(cancelled)
    })?;
    commission::note_served(tx.db, cancelled.0.commission_id, tx.now())?;
    Ok(cancelled)
}

/// The leader starts a visit on its agreed day (A4.5). What its experts are now is kept with the group.
pub fn start(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<Visit>, ApiError> {
    tx.change(id, if_match, Operation::StartVisit, |visit: Visit, tx| {
        let project = or_not_found(project::find(tx.db, visit.project_id)?)?;
        let commission = or_not_found(commission::find(tx.db, visit.commission_id)?)?;
        let started = visit.start(&project, &commission, tx.now())?;
        let ids: Vec<Uuid> = started.0.members.iter().map(|member| member.expert_id).collect();
        let experts = expert::find_all(tx.db, &ids)?;
        standing::group::replace_snapshot(tx.db, started.0.id, &experts, tx.now())?;
        Ok(started)
    })
}

/// The group records a step on site (A13.1).
pub fn record_step(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &VisitStepInput,
) -> Result<Changed<Visit>, ApiError> {
    tx.change(id, if_match, Operation::RecordVisitStep, |visit: Visit, tx| {
        let project = or_not_found(project::find(tx.db, visit.project_id)?)?;
        let step =
            taken_step(tx, &project, input.step.into(), input.taken_at, input.place, input.note.as_deref());
        Ok(visit.record_step(step)?)
    })
}

/// The leader ends a visit whose five steps are taken (A13.1).
pub fn end(tx: &mut WriteContext<'_, '_>, id: Uuid, if_match: &IfMatch) -> Result<Changed<Visit>, ApiError> {
    tx.change(id, if_match, Operation::EndVisit, |visit: Visit, tx| {
        Ok(visit.end(&tx.app().calendars, tx.now())?)
    })
}

/// The leader submits the material of a visit (A4.6, A14.2).
pub fn submit(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &VisitConclusionInput,
) -> Result<Changed<Visit>, ApiError> {
    tx.decide(id, if_match, Operation::SubmitVisit, |visit: Visit, tx| {
        let have = attachment::kinds_of_visit(tx.db, visit.id)?;
        Ok(visit.submit(&have, input.conclusion.clone(), tx.caller.id(), tx.now())?)
    })
}

/// The provider accepts the material of a visit (A4.6). With the last one the commission is served.
pub fn accept(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<Visit>, ApiError> {
    let accepted = tx.change(id, if_match, Operation::AcceptVisit, |visit: Visit, tx| {
        Ok(visit.accept(tx.caller.id(), tx.now())?)
    })?;
    commission::note_served(tx.db, accepted.0.commission_id, tx.now())?;
    Ok(accepted)
}

/// The provider returns the material of a visit to be completed (A4.6).
pub fn return_for_correction(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Visit>, ApiError> {
    tx.decide(
        id,
        if_match,
        Operation::ReturnVisit,
        |visit: Visit, _| Ok(visit.return_for_correction(reason)?),
    )
}

/// The leader issues the rectification proposal as the fifth step (A13.1), with the hazards as they stand.
pub fn issue_proposal(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &RectificationProposalInput,
) -> Result<(Visit, RectificationProposal), ApiError> {
    let mut issued = None;
    let (visit, ()) =
        tx.change(id, if_match, Operation::IssueRectificationProposal, |visit: Visit, tx| {
            let project = or_not_found(project::find(tx.db, visit.project_id)?)?;
            let step =
                taken_step(tx, &project, Step::RectificationProposal, input.taken_at, input.place, None);
            let (visit, event) = visit.record_step(step)?;
            let proposal = rectification_proposal(tx, visit.id, input)?;
            store::insert_proposal(tx.db, &proposal)?;
            let event = event.fact(FactName::Number, &proposal.number);
            issued = Some(proposal);
            Ok((visit, event))
        })?;
    Ok((visit, or_not_found(issued)?))
}

/// The contractor confirms that it has received the rectification proposal, once (A13.1).
pub fn receive_proposal(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<(Visit, RectificationProposal), ApiError> {
    let (visit, ()) =
        tx.change(id, if_match, Operation::ReceiveRectificationProposal, |visit: Visit, tx| {
            let id = visit.id;
            let received = visit.receive_proposal()?;
            if !store::receive_proposal(tx.db, id, tx.caller.id(), tx.now())? {
                return Err(Violation::new(PROPOSAL_RECEIVED_ALREADY).into());
            }
            Ok(received)
        })?;
    let proposal = or_not_found(store::find_proposal(tx.db, visit.id)?)?;
    Ok((visit, proposal))
}

/// Reminds who has not answered to the proposed slots; when answers are overdue, notifies who arranges the visit
/// (A12.1). Another node may have done it meanwhile.
pub fn remind(context: &mut SystemWriteContext<'_, '_>, id: VisitId) -> Result<(), StoreError> {
    let Some(visit) = store::find_locked(context.db, id)? else { return Ok(()) };
    let Some((next, event, reminder)) = visit.remind(context.now) else { return Ok(()) };
    context.notify(&notifications::answers_missing(&next, reminder))?;
    let next = store::save(context.db, next, context.now)?;
    context.append(next.project_id, &event)
}

/// Counts a provisional deadline again (A14.1). Another node may have done it meanwhile.
pub fn recount_deadline(
    context: &mut SystemWriteContext<'_, '_>,
    id: VisitId,
    calendars: &WorkingCalendars,
) -> Result<(), ChangeError> {
    let Some(visit) = store::find_locked(context.db, id)? else { return Ok(()) };
    let Some((next, event)) = visit.recount_deadline(calendars)? else { return Ok(()) };
    let next = store::save(context.db, next, context.now)?;
    Ok(context.append(next.project_id, &event)?)
}

/// Marks material that did not come in time as late (A14.1), and notifies the leader, who arranges the visit, and the
/// association.
pub fn mark_overdue(context: &mut SystemWriteContext<'_, '_>, id: VisitId) -> Result<(), ChangeError> {
    let Some(visit) = store::find_locked(context.db, id)? else { return Ok(()) };
    let Some((next, event)) = visit.mark_overdue(context.now) else { return Ok(()) };
    context.notify(&notifications::overdue(&next))?;
    let next = store::save(context.db, next, context.now)?;
    Ok(context.append(next.project_id, &event)?)
}

/// How long answers may take.
fn answer_deadlines(app: &App) -> AnswerDeadlines {
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
        wrong.extend(taken.map(|slot| unavailable(*slot).at(format!("/members/{index}"))));
    }
    Ok(Violation::all(wrong)?)
}

/// The experts as candidates, each with what they are to cover here.
fn candidates(
    members: &[ProposedMemberInput],
    experts: &[Expert],
    sides: &Sides,
    days: &[Period],
) -> Result<Vec<Candidate>, Violation> {
    let mut wrong = Vec::new();
    let mut candidates = Vec::new();
    for (index, member) in members.iter().enumerate() {
        let Some(expert) = experts.iter().find(|expert| expert.id.uuid() == member.expert_id) else {
            let unknown = Violation::new(EXPERT_UNKNOWN).with("member", index + 1);
            wrong.push(unknown.at(format!("/members/{index}/expert_id")));
            continue;
        };
        let mut candidate = expert.candidate(sides, days);
        let covered = specialties(member);
        let lacking = covered.iter().find(|specialty| !candidate.specialties.contains(specialty));
        if let Some(specialty) = lacking {
            let lacks =
                Violation::new(SPECIALTY_NOT_HELD).with("member", index + 1).with("specialty", *specialty);
            wrong.push(lacks.at(format!("/members/{index}/specialties")));
        }
        candidate.specialties = covered;
        candidates.push(candidate);
    }
    Violation::all(wrong)?;
    Ok(candidates)
}

fn specialties(member: &ProposedMemberInput) -> Vec<Specialty> {
    let mut specialties: Vec<_> = member.specialties.iter().map(|term| term.0).collect();
    specialties.sort_unstable();
    specialties.dedup();
    specialties
}

fn proposal(input: &VisitProposalInput) -> Proposal {
    let member = |member: &ProposedMemberInput| Member {
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

/// The proposed slots on which an expert of the group has a tie by now (A12.2), or is not in the library any more as
/// they have to be (A9.1, A10.1).
fn barred(db: &mut Reader<'_>, visit: &Visit, experts: &[Uuid]) -> Result<Vec<Slot>, ApiError> {
    let (experts, sides) = (expert::find_all(db, experts)?, sides(db, visit)?);
    let serves = |expert: &Expert, slot: &Slot| {
        expert.candidate(&sides, &[slot.days()]).can_serve(visit.leader_id == Some(expert.id.uuid()))
    };
    let barred = |slot: &Slot| !experts.iter().all(|expert| serves(expert, slot));
    Ok(visit.negotiation.slots.iter().copied().filter(barred).collect())
}

/// The step as the caller takes it now.
fn taken_step(
    tx: &WriteContext<'_, '_>,
    project: &Project,
    step: Step,
    taken_at: DateTime<Utc>,
    place: Option<CoordinatesIo>,
    note: Option<&str>,
) -> TakenStep {
    let place = place.map(Location::from);
    let distance = place.map(|place| project.details.location.distance_metres(place));
    TakenStep {
        step,
        taken_at,
        recorded_at: tx.now(),
        place,
        distance_metres: distance.and_then(|metres| metres.round().to_i64()),
        recorded_by: tx.caller.id(),
        note: note.map(str::to_owned),
    }
}

/// The proposal as it is issued now, with the hazards of the visit as they stand.
fn rectification_proposal(
    tx: &mut WriteContext<'_, '_>,
    visit_id: VisitId,
    input: &RectificationProposalInput,
) -> Result<RectificationProposal, ApiError> {
    Ok(RectificationProposal {
        visit_id,
        number: tx.next_number(NUMBER)?,
        advice: input.advice.clone(),
        hazards: hazard::of_visit(tx.db, visit_id)?.iter().map(ReportedHazard::from).collect(),
        issued_by: tx.caller.id(),
        issued_at: tx.now(),
        received_by: None,
        received_at: None,
    })
}
