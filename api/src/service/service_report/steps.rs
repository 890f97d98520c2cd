//! Steps that change service reports.

use anze_domain::{
    Event, Id,
    access::Operation,
    service::{
        commission::Commission,
        service_report::{ReportedHazard, ServedVisit, ServiceReport, ServiceReportStatus},
    },
};
use anze_persistence::service::{commission, hazard, service_report as store, visit};
use uuid::Uuid;

use super::wire::{ServiceReportInput, ServiceReportUpdateInput, SubmissionInput};
use crate::{
    app::context::{Changed, DecisionContext, WriteContext, or_not_found},
    http::{extract::IfMatch, problem::ApiError},
};

/// Number prefix of reports.
const NUMBER: &str = "BG";

/// The provider drafts the one report of a commission in service (A4.7).
pub fn create(tx: &mut WriteContext<'_, '_>, input: &ServiceReportInput) -> Result<ServiceReport, ApiError> {
    let commission = commission::find_locked(tx.db, Id::new(input.commission_id))?;
    let commission =
        tx.named(commission, Operation::CreateServiceReport, Commission::relations, "/commission_id")?;
    let report = ServiceReport {
        id: Id::new(tx.new_id()),
        version: 1,
        number: tx.next_number(NUMBER)?,
        status: ServiceReportStatus::Draft,
        status_reason: None,
        commission_id: commission.id,
        project_id: commission.project_id,
        evaluation: input.evaluation.clone(),
        conclusion: input.conclusion.clone(),
        snapshot: None,
        prepared_by: tx.caller.id(),
        decided_by: None,
        submitted_at: None,
        acknowledged_at: None,
        parties: commission.parties,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (report, event) = report.create(&commission, store::exists_for(tx.db, commission.id)?)?;
    store::insert(tx.db, &report)?;
    tx.append(report.project_id, &event)?;
    Ok(report)
}

/// The provider replaces a report that is a draft or returned.
pub fn update(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &ServiceReportUpdateInput,
) -> Result<Changed<ServiceReport>, ApiError> {
    tx.decide(id, if_match, Operation::UpdateServiceReport, |report: ServiceReport, _| {
        Ok(report.update(input.evaluation.clone(), input.conclusion.clone())?)
    })
}

/// The provider submits a report (A4.7). What stands on record is kept with it, and the commission is reported.
pub fn submit(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &SubmissionInput,
) -> Result<Changed<ServiceReport>, ApiError> {
    let acknowledged = input.open_hazards_acknowledged;
    tx.change(id, if_match, Operation::SubmitServiceReport, |report: ServiceReport, tx| {
        let commission = or_not_found(commission::find(tx.db, report.commission_id)?)?;
        let visits = visit::of_commission(tx.db, commission.id)?;
        let visits: Vec<_> = visits.iter().map(ServedVisit::from).collect();
        let hazards = hazard::of_commission(tx.db, commission.id)?;
        let hazards = hazards.iter().map(ReportedHazard::from).collect();
        let submitted = report.submit(&commission.terms.lines, &visits, hazards, acknowledged, tx.now())?;
        with_commission(tx, submitted, Operation::SubmitServiceReport)
    })
}

/// The insurer acknowledges a report (A4.7). The commission is completed.
pub fn acknowledge(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<ServiceReport>, ApiError> {
    tx.change(id, if_match, Operation::AcknowledgeServiceReport, |report: ServiceReport, tx| {
        let acknowledged = report.acknowledge(tx.caller.id(), tx.now())?;
        with_commission(tx, acknowledged, Operation::AcknowledgeServiceReport)
    })
}

/// The insurer returns a report (A4.7). The commission is in service again.
pub fn return_for_correction(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<ServiceReport>, ApiError> {
    tx.change(id, if_match, Operation::ReturnServiceReport, |report: ServiceReport, tx| {
        let returned = report.return_for_correction(tx.caller.id(), reason)?;
        with_commission(tx, returned, Operation::ReturnServiceReport)
    })
}

/// Moves the commission of a report on: it is reported, completed, or in service again.
fn with_commission(
    tx: &mut WriteContext<'_, '_>,
    (report, event): (ServiceReport, Event),
    operation: Operation,
) -> Result<(ServiceReport, Vec<Event>), ApiError> {
    let commission = or_not_found(commission::find(tx.db, report.commission_id)?)?;
    let (next, moved_on) = commission.follow(operation, tx.now())?;
    commission::save(tx.db, next, tx.now())?;
    Ok((report, vec![event, moved_on]))
}
