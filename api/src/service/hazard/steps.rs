//! Steps that change hazards.

use anze_domain::{
    EventName, FactName, Id, RecordKind,
    access::Operation,
    identity::notification::{Notification, NotificationKind, Recipients},
    service::{
        hazard::{DueDateLimit, Hazard, HazardGrade, HazardStatus, Notice},
        visit::Visit,
    },
};
use anze_persistence::{
    evidence::attachment,
    service::{hazard as store, visit},
    store::event,
};
use uuid::Uuid;

use super::wire::{
    CommentInput, ExtensionInput, HazardAmendmentInput, HazardCorrectionInput, HazardInput,
    RectificationInput,
};
use crate::{
    app::context::{Changed, DecisionContext, View, WriteContext, or_not_found},
    http::{extract::IfMatch, problem::ApiError},
};

/// Number prefix of hazards.
const NUMBER: &str = "YH";
/// Number prefix of notices of major hazards.
const NOTICE_NUMBER: &str = "GZ";

/// An expert of the group records a hazard while the visit is in progress (A13.1). The notice of a major one is issued
/// at once (A15.1).
pub fn record(tx: &mut WriteContext<'_, '_>, input: &HazardInput) -> Result<(Hazard, Visit), ApiError> {
    let visit = visit::find_locked(tx.db, Id::new(input.visit_id))?;
    let visit = tx.named(visit, Operation::CreateHazard, Visit::relations, "/visit_id")?;
    let limit = due_date_limit(tx, input.due_on_reason.as_deref());
    let (hazard, event) = hazard_found(tx, &visit, input)?.record(&visit, tx.app().criteria, limit)?;
    store::insert(tx.db, &hazard)?;
    tx.append(hazard.project_id, &event)?;
    if let (Some(event), Some(notice)) = (hazard.notice_event(), &hazard.notice) {
        tx.append(hazard.project_id, &event)?;
        tx.notify(&[major_hazard_notification(&visit, &hazard, &notice.number)])?;
    } else {
        tx.hand_over(&[event], hazard.told(), &visit.relations())?;
    }
    Ok((hazard, visit))
}

/// The notification of a major hazard (A15.1): to the contractor, the supervisor, the owner, the association and the regulators of
/// the area.
fn major_hazard_notification(visit: &Visit, hazard: &Hazard, notice: &str) -> (Recipients, Notification) {
    let parties = &visit.parties;
    let watching = [Some(parties.contractor_id), parties.supervisor_id, parties.owner_id];
    let authorities = Recipients { regulators_of: Some(parties.district), ..Recipients::association() };
    let to = watching.into_iter().flatten().fold(authorities, Recipients::organization);
    let message =
        Notification::new(NotificationKind::MajorHazard, RecordKind::Hazard, hazard.id, hazard.version)
            .of_project(visit.project_id)
            .fact(FactName::Visit, &visit.number)
            .fact(FactName::Hazard, &hazard.number)
            .fact(FactName::Notice, notice);
    (to, message)
}

/// The hazard as the caller found it now.
fn hazard_found(
    tx: &mut WriteContext<'_, '_>,
    visit: &Visit,
    input: &HazardInput,
) -> Result<Hazard, ApiError> {
    let number = tx.next_number(NUMBER)?;
    let finding = input.finding();
    let notice = match finding.grade {
        HazardGrade::General => None,
        HazardGrade::Major => Some(Notice::numbered(tx.next_number(NOTICE_NUMBER)?, tx.now())),
    };
    Ok(Hazard {
        id: Id::new(tx.new_id()),
        version: 1,
        number,
        status: HazardStatus::Open,
        status_reason: None,
        visit_id: visit.id,
        commission_id: visit.commission_id,
        project_id: visit.project_id,
        finding,
        notice,
        recorded_by: tx.caller.id(),
        acknowledged_at: None,
        rectified_at: None,
        rectification: None,
        closed_at: None,
        parties: visit.parties,
        created_at: tx.now(),
        updated_at: tx.now(),
    })
}

/// How late a major hazard may be due without a reason (A15.1).
fn due_date_limit<'a>(tx: &WriteContext<'_, '_>, reason: Option<&'a str>) -> DueDateLimit<'a> {
    DueDateLimit { days: tx.app().settings.major_hazard_days, reason }
}

/// Its author corrects a hazard that is not acknowledged yet (A11.2). One that becomes major has its notice at once (A15.1).
pub fn correct(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &HazardCorrectionInput,
) -> Result<Changed<Hazard>, ApiError> {
    tx.change(id, if_match, Operation::CorrectHazard, |hazard: Hazard, tx| {
        let visit = or_not_found(visit::find(tx.db, hazard.visit_id)?)?;
        let (finding, had_notice) = (input.finding(), hazard.notice.is_some());
        let notice = match finding.grade {
            HazardGrade::Major if !had_notice => {
                Some(Notice::numbered(tx.next_number(NOTICE_NUMBER)?, tx.now()))
            }
            _ => None,
        };
        let limit = due_date_limit(tx, input.due_on_reason.as_deref());
        let by = (&visit, tx.app().criteria, tx.caller);
        let (next, events) = hazard.correct(finding, limit, notice, by, tx.now())?;
        if let (false, Some(notice)) = (had_notice, &next.notice) {
            store::insert_notice(tx.db, &next)?;
            tx.notify(&[major_hazard_notification(&visit, &next, &notice.number)])?;
        }
        Ok((next, events))
    })
}

/// Its author or the leader amends a hazard that is acknowledged, with a reason (A11.2).
pub fn amend(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &HazardAmendmentInput,
) -> Result<Changed<Hazard>, ApiError> {
    tx.change(id, if_match, Operation::AmendHazard, |hazard: Hazard, tx| {
        let visit = or_not_found(visit::find(tx.db, hazard.visit_id)?)?;
        Ok(hazard.amend(&input.amendment(), &input.reason, (&visit, tx.app().criteria, tx.caller))?)
    })
}

/// The contractor takes note of a hazard (A11.2), and of the notice of a major one (A15.1).
pub fn acknowledge(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<Hazard>, ApiError> {
    tx.decide(id, if_match, Operation::AcknowledgeHazard, |hazard: Hazard, tx| {
        Ok(hazard.acknowledge(tx.caller.id(), tx.now())?)
    })
}

/// The contractor says how a hazard was rectified (A11.2), with evidence that was uploaded since it was last rejected.
pub fn rectify(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &RectificationInput,
) -> Result<Changed<Hazard>, ApiError> {
    tx.decide(id, if_match, Operation::RectifyHazard, |hazard: Hazard, tx| {
        let rejected_at = event::last(tx.db, hazard.project_id, hazard.id, EventName::HazardRejected)?;
        let has_evidence = attachment::evidence_exists(tx.db, hazard.id, rejected_at)?;
        Ok(hazard.rectify(input.rectification.clone(), has_evidence, tx.now())?)
    })
}

/// The supervisor comments on a hazard (A11.2).
pub fn comment(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &CommentInput,
) -> Result<Changed<Hazard>, ApiError> {
    tx.decide(id, if_match, Operation::CommentHazard, |hazard: Hazard, _| Ok(hazard.comment(&input.comment)?))
}

/// The leader closes a hazard that is rectified (A11.2).
pub fn close(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<Hazard>, ApiError> {
    tx.decide(id, if_match, Operation::CloseHazard, |hazard: Hazard, tx| Ok(hazard.close(tx.now())?))
}

/// The leader rejects a rectification (A11.2): the hazard is open again.
pub fn reject(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<Hazard>, ApiError> {
    tx.decide(id, if_match, Operation::RejectHazard, |hazard: Hazard, _| Ok(hazard.reject(reason)?))
}

/// The leader sets a later due date (A11.2).
pub fn extend(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &ExtensionInput,
) -> Result<Changed<Hazard>, ApiError> {
    tx.decide(id, if_match, Operation::ExtendHazard, |hazard: Hazard, tx| {
        Ok(hazard.extend(input.due_on, &input.reason, tx.now())?)
    })
}
