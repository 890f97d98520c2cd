//! When experts cannot be asked for, and where they are based: kept by themselves, read by who arranges visits (A12.1).

pub(crate) mod steps;
mod wire;

use actix_web::{delete, get, post, put};
use anze_domain::{
    Id,
    access::{self, Caller, Operation},
    base::id::ExpertId,
    library::expert::Expert,
};
use anze_persistence::{
    Reader,
    library::{expert, unavailability as store},
};
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
    wire::ListQuery,
};

pub use wire::{BaseLocationInput, BaseLocationOut, UnavailabilityInput, UnavailabilityOut};

/// The expert, for who may do this with what they keep.
fn of_expert(
    db: &mut Reader<'_>,
    caller: &Caller,
    id: ExpertId,
    operation: Operation,
) -> Result<Expert, ApiError> {
    let expert = or_not_found(expert::find(db, id)?)?;
    access::may(caller, operation, &expert.relations())?;
    Ok(expert)
}

/// Record an unavailability
///
/// Records a time at which the expert is not available: a leave, or a day of every week. The expert cannot be proposed
/// for a visit that meets this time (A12.1).
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "Id of the expert.")),
    request_body = UnavailabilityInput,
    responses((status = 201, description = "The unavailability of the expert.", body = UnavailabilityOut)))]
#[post("/experts/{id}/unavailabilities")]
pub(crate) async fn create_unavailability(
    context: RequestContext,
    id: Path<Uuid>,
    Json(input): Json<UnavailabilityInput>,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .write(move |tx| {
            let (it, expert) = steps::record(tx, id, &input)?;
            let (location, version) = (format!("/api/v1/unavailabilities/{}", it.id), it.version);
            Reply::created(location, &UnavailabilityOut::new(it, &expert, tx.caller), version)
        })
        .await
}

/// List an expert's unavailabilities
///
/// Lists the times at which an expert is not available for visits (A12.1).
#[utoipa::path(tag = "experts",
    params(("id" = Uuid, Path, description = "Id of the expert."), ListQuery), responses(
    (status = 200, description = "A page of unavailabilities.", body = Page<UnavailabilityOut>)))]
#[get("/experts/{id}/unavailabilities")]
pub(crate) async fn list_unavailabilities(
    context: RequestContext,
    id: Path<Uuid>,
    query: ListQuery,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    let query = query.of(id.uuid());
    query
        .reply(&context, move |db, caller, list| {
            let expert = of_expert(db, caller, id, Operation::ListUnavailabilities)?;
            let page = store::list(db, expert.id, &list.wanted)?;
            list.page(page, |it| it.id, |it| UnavailabilityOut::new(it, &expert, caller))
        })
        .await
}

/// Read an unavailability
///
/// Reads one time at which an expert is not available for visits (A12.1).
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "Id of the unavailability.")),
    responses((status = 200, description = "The unavailability of the expert.", body = UnavailabilityOut)))]
#[get("/unavailabilities/{id}")]
pub(crate) async fn get_unavailability(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let it = or_not_found(store::find(db, id)?)?;
            let expert = of_expert(db, caller, it.expert_id, Operation::GetUnavailability)?;
            let version = it.version;
            Reply::ok(&UnavailabilityOut::new(it, &expert, caller), version)
        })
        .await
}

/// Replace an unavailability
///
/// Replaces an unavailability of the expert. Visits that are already agreed stay agreed, unless the expert declines
/// them.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "Id of the unavailability."), IfMatch),
    request_body = UnavailabilityInput,
    responses((status = 200, description = "The unavailability, as replaced.", body = UnavailabilityOut)))]
#[put("/unavailabilities/{id}")]
pub(crate) async fn replace_unavailability(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<UnavailabilityInput>,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .write(move |tx| {
            let (it, expert) = steps::replace(tx, id, &if_match, &input)?;
            let version = it.version;
            Reply::ok(&UnavailabilityOut::new(it, &expert, tx.caller), version)
        })
        .await
}

/// Remove an unavailability
///
/// Removes an unavailability. The expert can again be proposed for visits at that time (A12.1).
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "Id of the unavailability."), IfMatch),
    responses((status = 204, description = "The unavailability is removed.")))]
#[delete("/unavailabilities/{id}")]
pub(crate) async fn remove_unavailability(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .write(move |tx| {
            steps::remove(tx, id, &if_match)?;
            Ok(Reply::no_content())
        })
        .await
}

/// Read an expert's base location
///
/// Reads the base location of an expert. It is sensitive, because it may be the expert's home (A11.3). The ETag of
/// version 1 means that no location was ever set.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "Id of the expert.")),
    responses((status = 200, description = "The base location of the expert.", body = BaseLocationOut)))]
#[get("/experts/{id}/base-location")]
pub(crate) async fn get_expert_base_location(
    context: RequestContext,
    id: Path<Uuid>,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let expert = of_expert(db, caller, id, Operation::GetExpertBase)?;
            let base = store::base(db, expert.id)?;
            Reply::ok(&BaseLocationOut::new(&expert, base.location), base.version)
        })
        .await
}

/// Set an expert's base location
///
/// Sets the base location of the expert, so that nearby experts can be suggested for groups. A body without `location`
/// withdraws it.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "Id of the expert."), IfMatch),
    request_body = BaseLocationInput,
    responses((status = 200, description = "The base location of the expert.", body = BaseLocationOut)))]
#[put("/experts/{id}/base-location")]
pub(crate) async fn set_expert_base_location(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<BaseLocationInput>,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .write(move |tx| {
            let (expert, base) = steps::set_base_location(tx, id, &if_match, &input)?;
            Reply::ok(&BaseLocationOut::new(&expert, base.location), base.version)
        })
        .await
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_unavailability)
        .service(list_unavailabilities)
        .service(get_unavailability)
        .service(replace_unavailability)
        .service(remove_unavailability)
        .service(get_expert_base_location)
        .service(set_expert_base_location);
}
