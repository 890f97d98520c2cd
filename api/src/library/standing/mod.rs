//! The experts' standing: measures against them, what their events say of them, registrations that lapse
//! (A9.1, A20.1).

pub(crate) mod lapse;
mod record;
mod wire;

use actix_web::{HttpRequest, get, post};
use anze_domain::{
    Event, EventName, FactName, Id, RecordKind, Violation,
    access::{Operation, may},
    base::code::UNKNOWN_REFERENCE,
    identity::notification::{Notification, NotificationKind, Recipients, masked_name},
    library::{
        expert::Expert,
        standing::{ConductKind, ConductRecord, DECLINE_JUSTIFIED_ALREADY},
    },
    service::visit::GroupDeparture,
};
use anze_persistence::library::{expert, standing as store};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{RequestContext, WriteContext, or_not_found},
    http::{
        extract::{IfMatch, Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    library::{expert::ExpertOut, group_departure},
    wire::{OfExpert, ReasonIn, SortQuery, page_out, page_request, plain},
};

pub use wire::{ConductOut, ConductRecordOut, DeclineOut};
use wire::{ConductRecordIn, DeclineJustificationIn};

/// 暂停专家 · Suspend an expert
///
/// A20.1: with the reason, which is recorded as a suspension. The expert leaves the groups that have not begun;
/// everyone concerned is told.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "The expert"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The suspended expert", body = ExpertOut)))]
#[post("/experts/{id}/suspend")]
pub(crate) async fn suspend_expert(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let kind = ConductKind::Suspension;
            let (next, _) = answer_for(tx, id.0, &read, Operation::SuspendExpert, kind, &input.reason)?;
            Reply::ok(&ExpertOut::new(&next, tx.caller), next.version)
        })
        .await
}

/// 恢复专家 · Reinstate an expert
///
/// The association ends a suspension, with the reason.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "The expert"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The active expert", body = ExpertOut)))]
#[post("/experts/{id}/reinstate")]
pub(crate) async fn reinstate_expert(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let expert = or_not_found(expert::find(tx.db, Id::new(id.0))?)?;
            tx.guard(Operation::ReinstateExpert, &expert.relations(), &read, expert.version)?;
            let (next, event) = expert.reinstate(&input.reason)?;
            let next = expert::save(tx.db, next, tx.now())?;
            tx.append(next.id, &event)?;
            tell(tx, &next, NotificationKind::ExpertReinstated, input.reason.trim())?;
            Reply::ok(&ExpertOut::new(&next, tx.caller), next.version)
        })
        .await
}

/// 专家出库 · Remove an expert from the library
///
/// A20.1: with the reason, which is recorded as a removal. The expert leaves the groups that have not begun, and
/// does not come back but by admission.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "The expert"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The removed expert", body = ExpertOut)))]
#[post("/experts/{id}/remove")]
pub(crate) async fn remove_expert(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let kind = ConductKind::Removal;
            let (next, _) = answer_for(tx, id.0, &read, Operation::RemoveExpert, kind, &input.reason)?;
            Reply::ok(&ExpertOut::new(&next, tx.caller), next.version)
        })
        .await
}

/// 记录处分 · Record a measure against an expert
///
/// A20.1: a warning, a suspension or a removal with its grounds. A suspension or removal takes effect with its
/// record.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "The expert"), IfMatch),
    request_body = ConductRecordIn,
    responses((status = 201, description = "The record", body = ConductRecordOut)))]
#[post("/experts/{id}/conduct-records")]
pub(crate) async fn create_conduct_record(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ConductRecordIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let operation = Operation::CreateConductRecord;
            let (_, record) = answer_for(tx, id.0, &read, operation, input.kind.0, &input.grounds)?;
            let location = format!("/api/v1/conduct-records/{}", record.id);
            Reply::created(location, &ConductRecordOut::from(record), 1)
        })
        .await
}

/// A measure against an expert: its record, its event, and what follows for the expert's groups.
fn answer_for(
    tx: &mut WriteContext<'_, '_>,
    id: Uuid,
    read: &IfMatch,
    operation: Operation,
    kind: ConductKind,
    grounds: &str,
) -> Result<(Expert, ConductRecord), ApiError> {
    let expert = or_not_found(expert::find(tx.db, Id::new(id))?)?;
    tx.guard(operation, &expert.relations(), read, expert.version)?;
    let why = match kind {
        ConductKind::Warning => None,
        ConductKind::Suspension => Some(GroupDeparture::Suspended),
        ConductKind::Removal => Some(GroupDeparture::Removed),
    };
    let groups = if why.is_some() { Some(group_departure::lock::of_expert(tx.db, expert.id)?) } else { None };
    let (next, event) = expert.answer_for(kind, grounds)?;
    let next = expert::save(tx.db, next, tx.now())?;
    let record = ConductRecord {
        id: Id::new(tx.new_id()),
        expert_id: next.id,
        kind,
        grounds: grounds.trim().to_owned(),
        recorded_by: tx.caller.id(),
        created_at: tx.now(),
    };
    store::insert(tx.db, &record)?;
    tx.append(next.id, &event)?;
    if let Some(groups) = groups {
        group_departure::leave(&mut tx.context(), &next, &groups, |_, _| why.clone())?;
    }
    let told = match kind {
        ConductKind::Warning => NotificationKind::ExpertWarned,
        ConductKind::Suspension => NotificationKind::ExpertSuspended,
        ConductKind::Removal => NotificationKind::ExpertRemoved,
    };
    tell(tx, &next, told, &record.grounds)?;
    Ok((next, record))
}

/// Tells the expert and the association what became of the expert.
fn tell(
    tx: &mut WriteContext<'_, '_>,
    expert: &Expert,
    kind: NotificationKind,
    reason: &str,
) -> Result<(), ApiError> {
    let notification = Notification::new(kind, RecordKind::Expert, expert.id, expert.version)
        .fact(FactName::Expert, masked_name(&expert.name))
        .fact(FactName::Reason, reason);
    tx.notify(&[(Recipients::association().expert(expert.id), notification)])
}

/// The expert, for who may do this with what their standing says.
fn seen(
    db: &mut anze_persistence::Reader<'_>,
    caller: &anze_domain::access::Caller,
    id: Uuid,
    operation: Operation,
) -> Result<Expert, ApiError> {
    let expert = or_not_found(expert::find(db, Id::new(id))?)?;
    may(caller, operation, &expert.relations())?;
    Ok(expert)
}

/// 处分记录 · List the measures against an expert
///
/// For the association, the regulator, and the expert.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "The expert"), PageQuery, SortQuery),
    responses((status = 200, description = "A page of records", body = Page<ConductRecordOut>)))]
#[get("/experts/{id}/conduct-records")]
pub(crate) async fn list_conduct_records(
    context: RequestContext,
    id: Path<Uuid>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (id, sort) = (id.0, sort.0);
    let filter = OfExpert { expert: id };
    let wanted = page_request(&page.0, sort, &filter)?;
    let page = context
        .read(move |db, caller| {
            let expert = seen(db, caller, id, Operation::ListConductRecords)?;
            let page = store::list(db, expert.id, &wanted)?;
            page_out(page, sort, &filter, |record| record.id, ConductRecordOut::from)
        })
        .await?;
    page.reply(&request)
}

/// 处分详情 · Read a measure against an expert
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
            seen(db, caller, record.expert_id.uuid(), Operation::GetConductRecord)?;
            Reply::ok(&ConductRecordOut::from(record), 1)
        })
        .await
}

/// 履职情况 · Read what is on record of an expert's conduct
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
            let expert = seen(db, caller, id, Operation::GetConduct)?;
            let conduct = store::conduct(db, expert.id, expert.user_id)?;
            Reply::ok(&ConductOut::new(&expert, conduct), expert.version)
        })
        .await
}

/// 谢绝记录 · List the times that an expert declined
///
/// Read from the events, newest first; those that the association holds to be justified say why.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "The expert"), PageQuery, SortQuery),
    responses((status = 200, description = "A page of declines", body = Page<DeclineOut>)))]
#[get("/experts/{id}/declines")]
pub(crate) async fn list_declines(
    context: RequestContext,
    id: Path<Uuid>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (id, sort) = (id.0, sort.0);
    let filter = OfExpert { expert: id };
    let wanted = page_request(&page.0, sort, &filter)?;
    let page = context
        .read(move |db, caller| {
            let expert = seen(db, caller, id, Operation::ListDeclines)?;
            let page = store::declines(db, expert.user_id, &wanted)?;
            page_out(page, sort, &filter, |it| (it.declined_at, it.project_id, it.seq), DeclineOut::from)
        })
        .await?;
    page.reply(&request)
}

/// 认定正当理由 · Hold a decline to be justified
///
/// The association; a decline that it does not hold to be justified counts against the expert (A20.1). There is no
/// version to name: a decline never changes, and is held to be justified once; a second time is refused.
#[utoipa::path(tag = "standing", params(("id" = Uuid, Path, description = "The expert")),
    request_body = DeclineJustificationIn,
    responses((status = 200, description = "What is on record of the conduct now", body = ConductOut)))]
#[post("/experts/{id}/declines/justify")]
pub(crate) async fn justify_decline(
    context: RequestContext,
    id: Path<Uuid>,
    input: Json<DeclineJustificationIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let expert = or_not_found(expert::find(tx.db, Id::new(id.0))?)?;
            tx.may(Operation::JustifyDecline, &expert.relations())?;
            let (place, reason) = ((input.project_id, input.seq), input.reason.trim());
            match store::justify(tx.db, &expert, place, reason, tx.caller.id(), tx.now())? {
                None => return Err(Violation::new(UNKNOWN_REFERENCE).at("/seq").into()),
                Some(false) => return Err(Violation::new(DECLINE_JUSTIFIED_ALREADY).at("/seq").into()),
                Some(true) => {}
            }
            let event = Event::new(EventName::DeclineJustified, RecordKind::Expert, expert.id)
                .fact(FactName::ProjectId, input.project_id)
                .fact(FactName::Seq, input.seq)
                .because(reason);
            tx.append(expert.id, &event)?;
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
