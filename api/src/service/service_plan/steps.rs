//! Steps that change service plans.

use anze_domain::{
    Event, Id, Violation,
    access::Operation,
    base::code::REFERENCE_FIXED,
    service::{
        commission::Commission,
        service_plan::{ServicePlan, ServicePlanStatus},
        visit::Visit,
    },
};
use anze_persistence::service::{commission, service_plan as store, visit};
use uuid::Uuid;

use super::wire::ServicePlanInput;
use crate::{
    app::context::{Changed, DecisionContext, WriteContext, or_not_found},
    http::{extract::IfMatch, problem::ApiError},
    service::commission::cancel_open_visits,
};

/// Number prefix of plans.
const NUMBER: &str = "FA";
/// Number prefix of visits.
const VISIT_NUMBER: &str = "FW";

/// The provider drafts the next version of the plan of an accepted commission (A4.3).
pub fn create(tx: &mut WriteContext<'_, '_>, input: &ServicePlanInput) -> Result<ServicePlan, ApiError> {
    let commission = commission::find_locked(tx.db, Id::new(input.commission_id))?;
    let commission =
        tx.named(commission, Operation::CreateServicePlan, Commission::relations, "/commission_id")?;
    let another_is_open = store::open_exists(tx.db, commission.id)?;
    let plan = ServicePlan {
        id: Id::new(tx.new_id()),
        version: 1,
        number: tx.next_number(NUMBER)?,
        status: ServicePlanStatus::Draft,
        status_reason: None,
        commission_id: commission.id,
        project_id: commission.project_id,
        plan_version: store::latest_plan_version(tx.db, commission.id)?.saturating_add(1),
        summary: input.summary.clone(),
        services: input.services(&commission.terms.lines, || tx.new_id()),
        prepared_by: tx.caller.id(),
        decided_by: None,
        submitted_at: None,
        confirmed_at: None,
        parties: commission.parties,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let (plan, event) = plan.create(&commission, another_is_open)?;
    store::insert(tx.db, &plan)?;
    tx.append(plan.project_id, &event)?;
    Ok(plan)
}

/// The provider replaces a draft plan. Its commission stays.
pub fn update(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    input: &ServicePlanInput,
) -> Result<Changed<ServicePlan>, ApiError> {
    tx.change(id, if_match, Operation::UpdateServicePlan, |plan: ServicePlan, tx| {
        if plan.commission_id != Id::new(input.commission_id) {
            return Err(Violation::new(REFERENCE_FIXED).at("/commission_id").into());
        }
        let commission = or_not_found(commission::find(tx.db, plan.commission_id)?)?;
        let services = input.services(&commission.terms.lines, || tx.new_id());
        Ok(plan.update(input.summary.clone(), services, &commission)?)
    })
}

/// The provider submits a plan that covers every commissioned line (A7.1).
pub fn submit(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<ServicePlan>, ApiError> {
    tx.decide(id, if_match, Operation::SubmitServicePlan, |plan: ServicePlan, tx| {
        let commission = or_not_found(commission::find(tx.db, plan.commission_id)?)?;
        let begun = visit::begun_lines(tx.db, plan.commission_id)?;
        Ok(plan.submit(&commission, &begun, tx.now())?)
    })
}

/// The insurer confirms a plan (A4.4). Its services become visits, the open visits of earlier versions are cancelled,
/// and the commission is in service.
pub fn confirm(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
) -> Result<Changed<ServicePlan>, ApiError> {
    tx.change(id, if_match, Operation::ConfirmServicePlan, |plan: ServicePlan, tx| {
        let (plan, confirmed) = plan.confirm(tx.caller.id(), tx.now())?;
        let commission = or_not_found(commission::find(tx.db, plan.commission_id)?)?;
        let (commission, moved_on) = commission.follow(Operation::ConfirmServicePlan, tx.now())?;
        commission::save(tx.db, commission, tx.now())?;
        let mut events = vec![confirmed, moved_on];
        let reason = format!("由 {} 取代 · Superseded by {}", plan.number, plan.number);
        events.extend(cancel_open_visits(tx, plan.project_id, plan.commission_id, &reason)?);
        let numbers = tx.next_numbers(VISIT_NUMBER, plan.services.len())?;
        let planned = plan.services.iter().zip(numbers);
        let (visits, planned): (Vec<Visit>, Vec<Event>) = planned
            .map(|(service, number)| Visit::plan(Id::new(tx.new_id()), number, &plan, service, tx.now()))
            .unzip();
        visit::insert_all(tx.db, &visits)?;
        events.extend(planned);
        Ok((plan, events))
    })
}

/// The insurer returns a plan (A4.4).
pub fn return_for_correction(
    tx: &mut DecisionContext<'_, '_>,
    id: Uuid,
    if_match: &IfMatch,
    reason: &str,
) -> Result<Changed<ServicePlan>, ApiError> {
    tx.decide(id, if_match, Operation::ReturnServicePlan, |plan: ServicePlan, tx| {
        Ok(plan.return_for_correction(tx.caller.id(), reason)?)
    })
}
