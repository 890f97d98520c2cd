//! The course of a visit on site: its start, its steps in their order, its end.

use actix_web::post;
use anze_domain::{
    access::Operation,
    base::location::Location,
    service::{
        project::Project,
        visit::{Step, TakenStep, Visit},
    },
};
use anze_persistence::{
    library::{expert, standing},
    service::{commission, project},
};
use chrono::{DateTime, Utc};
use rust_decimal::prelude::ToPrimitive;
use uuid::Uuid;

use super::wire::{VisitOut, VisitStepIn};
use crate::{
    app::context::{RequestContext, WriteContext, change, or_not_found},
    http::{
        extract::{BodyDigest, IfMatch, Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    service::project::LocationIn,
};

/// 开始服务 · Start a visit
///
/// A4.5: the leader begins it on its agreed day (A12.1), on a registered project (A2.1) whose commission is in service.
/// Past that day it is rescheduled first. What its experts are now stays readable with the group.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    responses((status = 200, description = "The visit in progress", body = VisitOut)))]
#[post("/visits/{id}/start")]
pub(crate) async fn start_visit(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    change(context, id, read, none, Operation::StartVisit, |visit: Visit, tx| {
        let project = or_not_found(project::find(tx.db, visit.project_id)?)?;
        let commission = or_not_found(commission::find(tx.db, visit.commission_id)?)?;
        let started = visit.start(&project, &commission, tx.now())?;
        let ids: Vec<Uuid> = started.0.members.iter().map(|member| member.expert_id).collect();
        let experts = expert::find_all(tx.db, &ids)?;
        standing::group::replace_snapshot(tx.db, started.0.id, &experts, tx.now())?;
        Ok(started)
    })
    .await
}

/// 记录服务步骤 · Record a step
///
/// A13.1: the group records each step in its order; the last is the rectification proposal.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = VisitStepIn, responses((status = 200, description = "The visit with the step", body = VisitOut)))]
#[post("/visits/{id}/steps")]
pub(crate) async fn record_visit_step(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<VisitStepIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::RecordVisitStep, move |visit: Visit, tx| {
        let project = or_not_found(project::find(tx.db, visit.project_id)?)?;
        let step = taken(tx, &project, input.step.into(), input.taken_at, input.place, input.note.as_deref());
        Ok(visit.record_step(step)?)
    })
    .await
}

/// The step as the caller takes it now.
pub(super) fn taken(
    tx: &WriteContext<'_, '_>,
    project: &Project,
    step: Step,
    taken_at: DateTime<Utc>,
    place: Option<LocationIn>,
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

/// 结束服务 · End a visit
///
/// The leader ends it when all five steps are taken (A13.1); the material is due within two working days (A14.1).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    responses((status = 200, description = "The ended visit", body = VisitOut)))]
#[post("/visits/{id}/end")]
pub(crate) async fn end_visit(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    change(context, id, read, none, Operation::EndVisit, |visit: Visit, tx| {
        Ok(visit.end(&tx.app().calendars, tx.now())?)
    })
    .await
}
