//! The rectification proposal (整改建议书): issued as the last step, received by the contractor.

use actix_web::{get, post};
use anze_domain::{Id, access::Operation};
use anze_persistence::service::visit::{self as store, RectificationProposal};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{steps, view::find_authorized, wire::RectificationProposalInput};
use crate::{
    app::context::{RequestContext, or_not_found},
    http::{
        extract::{IfMatch, Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    service::hazard::ReportedHazardOut,
};

/// A rectification proposal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RectificationProposal)]
pub struct RectificationProposalOut {
    /// The visit.
    pub visit_id: Uuid,
    /// Its number.
    #[schema(max_length = 32, pattern = "^ZG-[0-9]{4}-[0-9]{6,}$", example = "ZG-2026-000123")]
    pub number: String,
    /// What the group advises.
    #[schema(max_length = 10000, example = "限期完成临边防护整改，并复查脚手架连墙件。")]
    pub advice: String,
    /// The hazards of the visit, as they stood.
    #[schema(max_items = 1000)]
    pub hazards: Vec<ReportedHazardOut>,
    /// Who issued it.
    pub issued_by: Uuid,
    /// When.
    pub issued_at: DateTime<Utc>,
    /// Who received it for the contractor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub received_by: Option<Uuid>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub received_at: Option<DateTime<Utc>>,
}

impl From<RectificationProposal> for RectificationProposalOut {
    fn from(it: RectificationProposal) -> Self {
        Self {
            visit_id: it.visit_id.uuid(),
            number: it.number,
            advice: it.advice,
            hazards: it.hazards.into_iter().map(ReportedHazardOut::from).collect(),
            issued_by: it.issued_by,
            issued_at: it.issued_at,
            received_by: it.received_by,
            received_at: it.received_at,
        }
    }
}

/// Issue the rectification proposal
///
/// A13.1: the fifth step. The leader issues it with the hazards as they stand; it is the visit's, and so
/// is its version.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = RectificationProposalInput,
    responses((status = 201, description = "The proposal", body = RectificationProposalOut)))]
#[post("/visits/{id}/rectification-proposal")]
pub(crate) async fn issue_rectification_proposal(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<RectificationProposalInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let (visit, proposal) = steps::issue_proposal(tx, id.0, &if_match, &input)?;
            let location = format!("/api/v1/visits/{}/rectification-proposal", visit.id);
            Reply::created(location, &RectificationProposalOut::from(proposal), visit.version)
        })
        .await
}

/// Read the rectification proposal
///
/// The hazards and the advice as they stood when it was issued (A13.1), and its receipt.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit")), responses(
    (status = 200, description = "The proposal", body = RectificationProposalOut)))]
#[get("/visits/{id}/rectification-proposal")]
pub(crate) async fn get_rectification_proposal(
    context: RequestContext,
    id: Path<Uuid>,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let visit = find_authorized(db, caller, id, Operation::GetRectificationProposal)?;
            let proposal = or_not_found(store::find_proposal(db, id)?)?;
            Reply::ok(&RectificationProposalOut::from(proposal), visit.version)
        })
        .await
}

/// Acknowledge the rectification proposal
///
/// The contractor confirms that it has it, once (A13.1).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    responses((status = 200, description = "The proposal with its receipt", body = RectificationProposalOut)))]
#[post("/visits/{id}/rectification-proposal/receive")]
pub(crate) async fn receive_rectification_proposal(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let (visit, proposal) = steps::receive_proposal(tx, id.0, &if_match)?;
            Reply::ok(&RectificationProposalOut::from(proposal), visit.version)
        })
        .await
}
