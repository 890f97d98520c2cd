//! The experts' standing: measures against them, what their events say of them, registrations that lapse
//! (A9.1, A20.1).

mod lapse;
mod record;
pub(crate) mod steps;
mod wire;

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::{Operation, may},
    library::{expert::Expert, standing::ConductKind},
};
use anze_persistence::library::{expert, standing as store};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{RequestContext, or_not_found},
    http::{
        extract::{IfMatch, Json, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    library::expert::ExpertOut,
    wire::{ListQuery, OfExpert, ReasonInput, plain},
};

pub(crate) use lapse::announce as announce_lapses;
pub use wire::{ConductOut, ConductRecordOut, DeclineOut};
use wire::{ConductRecordInput, DeclineJustificationInput};

/// Suspend an expert
///
/// A20.1: with the reason, which is recorded as a suspension. The expert leaves the groups that have not begun;
/// everyone concerned is told.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "The expert"), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The suspended expert", body = ExpertOut)))]
#[post("/experts/{id}/suspend")]
pub(crate) async fn suspend_expert(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let kind = ConductKind::Suspension;
            let (next, _) =
                steps::take_measure(tx, id.0, &if_match, Operation::SuspendExpert, kind, &input.reason)?;
            Reply::ok(&ExpertOut::new(&next, tx.caller), next.version)
        })
        .await
}

/// Reinstate an expert
///
/// The association ends a suspension, with the reason.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "The expert"), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The active expert", body = ExpertOut)))]
#[post("/experts/{id}/reinstate")]
pub(crate) async fn reinstate_expert(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let next = steps::reinstate(tx, id.0, &if_match, &input.reason)?;
            Reply::ok(&ExpertOut::new(&next, tx.caller), next.version)
        })
        .await
}

/// Remove an expert from the library
///
/// A20.1: with the reason, which is recorded as a removal. The expert leaves the groups that have not begun, and
/// does not come back but by admission.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "The expert"), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The removed expert", body = ExpertOut)))]
#[post("/experts/{id}/remove")]
pub(crate) async fn remove_expert(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let kind = ConductKind::Removal;
            let (next, _) =
                steps::take_measure(tx, id.0, &if_match, Operation::RemoveExpert, kind, &input.reason)?;
            Reply::ok(&ExpertOut::new(&next, tx.caller), next.version)
        })
        .await
}

/// Record a measure against an expert
///
/// A20.1: a warning, a suspension or a removal with its grounds. A suspension or removal takes effect with its
/// record.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "The expert"), IfMatch),
    request_body = ConductRecordInput,
    responses((status = 201, description = "The record", body = ConductRecordOut)))]
#[post("/experts/{id}/conduct-records")]
pub(crate) async fn create_conduct_record(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ConductRecordInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let operation = Operation::CreateConductRecord;
            let (_, record) =
                steps::take_measure(tx, id.0, &if_match, operation, input.kind.0, &input.grounds)?;
            let location = format!("/api/v1/conduct-records/{}", record.id);
            Reply::created(location, &ConductRecordOut::from(record), 1)
        })
        .await
}

/// The expert, for who may do this with what their standing says.
fn find_authorized(
    db: &mut anze_persistence::Reader<'_>,
    caller: &anze_domain::access::Caller,
    id: Uuid,
    operation: Operation,
) -> Result<Expert, ApiError> {
    let expert = or_not_found(expert::find(db, Id::new(id))?)?;
    may(caller, operation, &expert.relations())?;
    Ok(expert)
}

/// List the measures against an expert
///
/// For the association, the regulator, and the expert.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "The expert"), ListQuery),
    responses((status = 200, description = "A page of records", body = Page<ConductRecordOut>)))]
#[get("/experts/{id}/conduct-records")]
pub(crate) async fn list_conduct_records(
    context: RequestContext,
    id: Path<Uuid>,
    query: ListQuery,
) -> Result<Reply, ApiError> {
    let id = id.0;
    let query = query.of(OfExpert { expert: id });
    query
        .reply(&context, move |db, caller, list| {
            let expert = find_authorized(db, caller, id, Operation::ListConductRecords)?;
            let page = store::list(db, expert.id, &list.wanted)?;
            list.page(page, |record| record.id, ConductRecordOut::from)
        })
        .await
}

/// Read a measure against an expert
///
/// For the association, the regulator, and the expert.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "The record")),
    responses((status = 200, description = "The record", body = ConductRecordOut)))]
#[get("/conduct-records/{id}")]
pub(crate) async fn get_conduct_record(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let record = or_not_found(store::find(db, id)?)?;
            find_authorized(db, caller, record.expert_id.uuid(), Operation::GetConductRecord)?;
            Reply::ok(&ConductRecordOut::from(record), 1)
        })
        .await
}

/// Read an expert's conduct
///
/// A20.1: measures, and late uploads and declines as the events tell them. Material that is past its time counts as late
/// from then on, also where it never comes (A14.1).
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "The expert")),
    responses((status = 200, description = "The conduct", body = ConductOut)))]
#[get("/experts/{id}/conduct")]
pub(crate) async fn get_conduct(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = id.0;
    context
        .read(move |db, caller| {
            let expert = find_authorized(db, caller, id, Operation::GetConduct)?;
            let conduct = store::conduct(db, expert.id, expert.user_id)?;
            Reply::ok(&ConductOut::new(&expert, conduct), expert.version)
        })
        .await
}

/// List the declines of an expert
///
/// Read from the events, newest first; those that the association holds to be justified say why.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "The expert"), ListQuery),
    responses((status = 200, description = "A page of declines", body = Page<DeclineOut>)))]
#[get("/experts/{id}/declines")]
pub(crate) async fn list_declines(
    context: RequestContext,
    id: Path<Uuid>,
    query: ListQuery,
) -> Result<Reply, ApiError> {
    let id = id.0;
    let query = query.of(OfExpert { expert: id });
    query
        .reply(&context, move |db, caller, list| {
            let expert = find_authorized(db, caller, id, Operation::ListDeclines)?;
            let page = store::declines(db, expert.user_id, &list.wanted)?;
            list.page(page, |it| (it.declined_at, it.project_id, it.seq), DeclineOut::from)
        })
        .await
}

/// Recognise a decline as justified
///
/// The association; a decline that it does not hold to be justified counts against the expert (A20.1). There is no
/// version to name: a decline never changes, and is held to be justified once; a second time is refused.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "The expert")),
    request_body = DeclineJustificationInput,
    responses((status = 200, description = "What is on record of the conduct now", body = ConductOut)))]
#[post("/experts/{id}/declines/justify")]
pub(crate) async fn justify_decline(
    context: RequestContext,
    id: Path<Uuid>,
    Json(input): Json<DeclineJustificationInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let expert = steps::justify_decline(tx, id.0, &input)?;
            let conduct = store::conduct(tx.db, expert.id, expert.user_id)?;
            plain(&ConductOut::new(&expert, conduct))
        })
        .await
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(suspend_expert)
        .service(reinstate_expert)
        .service(remove_expert)
        .service(record::change_employer)
        .service(record::renew_registration)
        .service(create_conduct_record)
        .service(list_conduct_records)
        .service(get_conduct_record)
        .service(get_conduct)
        .service(list_declines)
        .service(justify_decline);
}
