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
/// Suspends an expert and records a suspension with the reason (A20.1). The expert leaves all groups whose visits have
/// not begun, and those visits are arranged anew. The platform notifies the expert and the association. The parties and
/// the group of each visit are told that the expert left.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "Id of the expert."), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The expert, now `suspended`.", body = ExpertOut)))]
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
/// Ends the suspension of an expert, with the reason. The expert does not return to groups that the suspension ended.
/// The platform notifies the expert and the association.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "Id of the expert."), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The expert, now `active`.", body = ExpertOut)))]
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
/// Removes an expert from the library and records the removal with the reason (A20.1). The expert leaves all groups
/// whose visits have not begun, and returns to the library only by a new admission. The platform notifies the expert
/// and the association. The parties and the group of each visit are told that the expert left.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "Id of the expert."), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The expert, now `removed`.", body = ExpertOut)))]
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
/// Records a warning, a suspension or a removal against an expert, with its grounds (A20.1). A suspension or a removal
/// takes effect at once: the expert leaves all groups whose visits have not begun. The platform notifies the expert and
/// the association.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "Id of the expert."), IfMatch),
    request_body = ConductRecordInput,
    responses((status = 201, description = "The recorded measure, in force.", body = ConductRecordOut)))]
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
/// Lists the measures that the association took against an expert (A20.1).
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "Id of the expert."), ListQuery),
    responses((status = 200, description = "A page of measures.", body = Page<ConductRecordOut>)))]
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
/// Reads one measure that the association took against an expert (A20.1).
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "Id of the record of the measure.")),
    responses((status = 200, description = "The recorded measure.", body = ConductRecordOut)))]
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
/// Counts the measures, late uploads and declines of an expert (A20.1). Material counts as late from the moment its
/// period ends, also if it never arrives (A14.1).
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "Id of the expert.")),
    responses((status = 200, description = "The counted conduct.", body = ConductOut)))]
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
/// Lists the visits that an expert declined, newest first. A decline that the association recognised as justified shows
/// its reason.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "Id of the expert."), ListQuery),
    responses((status = 200, description = "A page of declines.", body = Page<DeclineOut>)))]
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
/// Recognises a decline of an expert as justified, so that it does not count against the expert (A20.1). A decline can
/// be recognised only once. The request needs no `If-Match`, because a decline never changes.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "Id of the expert.")),
    request_body = DeclineJustificationInput,
    responses((status = 200, description = "The conduct, counted anew.", body = ConductOut)))]
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
