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

/// Written advice of the group to the contractor, issued as the last step of a visit (A13.1).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RectificationProposal)]
pub struct RectificationProposalOut {
    /// Id of the visit to which the proposal belongs.
    pub visit_id: Uuid,
    /// Number of the rectification proposal, assigned by the platform.
    #[schema(max_length = 32, pattern = "^ZG-[0-9]{4}-[0-9]{6,}$", example = "ZG-2026-000123")]
    pub number: String,
    /// Advice of the group, as the leader wrote it.
    #[schema(max_length = 10000, example = "限期完成临边防护整改，并复查脚手架连墙件。")]
    pub advice: String,
    /// Hazards of the visit as they stood when the proposal was issued. Later changes do not appear here.
    #[schema(max_items = 1000)]
    pub hazards: Vec<ReportedHazardOut>,
    /// Id of the user who issued the proposal, the leader of the group.
    pub issued_by: Uuid,
    /// Time at which the server recorded the proposal (UTC).
    pub issued_at: DateTime<Utc>,
    /// Id of the contractor's user who acknowledged the proposal. Absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub received_by: Option<Uuid>,
    /// Time at which the contractor acknowledged the proposal (UTC). Absent until then.
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
/// Issues the rectification proposal, which is the fifth and last step of a visit (A13.1). The four steps before it must be
/// recorded. The platform adds the hazards of the visit as they stand now. The proposal shares the version of its visit:
/// `If-Match` takes the visit's `ETag`. The rules for `taken_at` are those of `record_visit_step`.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    request_body = RectificationProposalInput,
    responses((status = 201, description = "The issued proposal; the `ETag` is the visit's.", body = RectificationProposalOut)))]
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
/// Returns the rectification proposal of a visit: the advice, the hazards as they stood when it was issued, and its receipt
/// (A13.1). A visit without a proposal is answered as not found.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit.")), responses(
    (status = 200, description = "The proposal, with its receipt once there is one.", body = RectificationProposalOut)))]
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
/// Acknowledges the rectification proposal for the contractor (A13.1). This is possible once, from the issue of the
/// proposal on, also after the visit has ended. `If-Match` takes the visit's `ETag`.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "Id of the visit."), IfMatch),
    responses((status = 200, description = "The proposal with the contractor's receipt.", body = RectificationProposalOut)))]
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
