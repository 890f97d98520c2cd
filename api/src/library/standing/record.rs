//! What changes in an expert's record by itself: the employer, and a registration that is renewed.

use actix_web::put;
use uuid::Uuid;

use super::{steps, wire::ExpertEmployerInput};
use crate::{
    app::context::RequestContext,
    http::{
        extract::{IfMatch, Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    library::expert::{EngineerIo, ExpertOut},
};

/// Change an expert's employer
///
/// Changes the employer of an expert; the former employer stays in the work history. If the new employer ties the
/// expert to a party, the expert leaves affected groups whose visits have not begun (A12.2). Visits that have begun are
/// marked. The expert cannot name a day before the present employer was last verified. The association can, with a
/// reason.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "Id of the expert."), IfMatch),
    request_body = ExpertEmployerInput,
    responses((status = 200, description = "The expert, as changed.", body = ExpertOut)))]
#[put("/experts/{id}/employer")]
pub(crate) async fn change_employer(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ExpertEmployerInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let next = steps::change_employer(tx, id.0, &if_match, &input)?;
            Reply::ok(&ExpertOut::new(&next, tx.caller), next.version)
        })
        .await
}

/// Renew an expert's registration
///
/// Enters the renewed registration of an expert as a safety engineer (A9.1). The registration must not have lapsed. The
/// certificate must not belong to another person (A8.1). The platform announces the next lapse 90, 30 and 7 days ahead.
/// A pool that the expert lost by a lapse returns only by a new application.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "Id of the expert."), IfMatch),
    request_body = EngineerIo, responses((status = 200, description = "The expert, as changed.", body = ExpertOut)))]
#[put("/experts/{id}/registration")]
pub(crate) async fn renew_registration(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<EngineerIo>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let next = steps::renew_registration(tx, id.0, &if_match, &input)?;
            Reply::ok(&ExpertOut::new(&next, tx.caller), next.version)
        })
        .await
}
