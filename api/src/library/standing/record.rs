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
/// By the association or the expert. The employer before stays in the work history; groups that have not begun
/// on a project of the new employer are left (A12.2). The expert names no day before the one on which the employer
/// of now was admitted with them or became it; the association does, with the reason.
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "The expert"), IfMatch),
    request_body = ExpertEmployerInput, responses((status = 200, description = "The expert", body = ExpertOut)))]
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
/// A9.1: the association enters the registration as a safety engineer as it was renewed, which has not lapsed. It is
/// announced 90, 30 and 7 days before its own last day; a pool that was left by a lapse comes back by an application
/// only. Its certificate is nobody else's (A8.1).
#[utoipa::path(tag = "experts", params(("id" = Uuid, Path, description = "The expert"), IfMatch),
    request_body = EngineerIo, responses((status = 200, description = "The expert", body = ExpertOut)))]
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
