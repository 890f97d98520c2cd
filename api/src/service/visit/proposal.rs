//! The rectification proposal (整改建议书): issued as the last step, received by the contractor.

use actix_web::{get, post};
use anze_domain::{
    FactName, Id, Violation,
    access::Operation,
    base::id::VisitId,
    service::{
        service_report::ReportedHazard,
        visit::{PROPOSAL_RECEIVED_ALREADY, Step, Visit},
    },
};
use anze_persistence::service::{
    hazard, project,
    visit::{self as store, RectificationProposal},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::{course::taken, seen};
use crate::{
    app::context::{RequestContext, WriteContext, changed, or_not_found},
    http::{
        extract::{BodyDigest, IfMatch, Json, Path},
        problem::ApiError,
        respond::Reply,
    },
    service::{hazard::ReportedHazardOut, project::LocationIn},
};

/// Number prefix of rectification proposals.
const NUMBER: &str = "ZG";

/// What the group advises.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RectificationProposalIn {
    /// The advice.
    #[schema(
        min_length = 1,
        max_length = 10000,
        pattern = r"\S",
        example = "限期完成临边防护整改，并复查脚手架连墙件。"
    )]
    pub advice: String,
    /// When it was issued, by the device.
    #[schema(example = "2026-03-10T16:30:00+08:00")]
    pub taken_at: DateTime<Utc>,
    /// Where, by the device.
    pub place: Option<LocationIn>,
}

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

/// 出具整改建议书 · Issue the rectification proposal
///
/// A13.1: the fifth step. The leader issues it with the hazards as they stand; it is the visit's, and so
/// is its version.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    request_body = RectificationProposalIn,
    responses((status = 201, description = "The proposal", body = RectificationProposalOut)))]
#[post("/visits/{id}/rectification-proposal")]
pub(crate) async fn issue_rectification_proposal(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<RectificationProposalIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    let id = Id::new(id.0);
    context
        .write(body_digest, move |tx| {
            let mut issued = None;
            let (visit, ()) =
                changed(tx, id.uuid(), &read, Operation::IssueRectificationProposal, |visit: Visit, tx| {
                    let project = or_not_found(project::find(tx.db, visit.project_id)?)?;
                    let step =
                        taken(tx, &project, Step::RectificationProposal, input.taken_at, input.place, None);
                    let (visit, event) = visit.record_step(step)?;
                    let proposal = proposal(tx, id, &input)?;
                    store::insert_proposal(tx.db, &proposal)?;
                    let event = event.fact(FactName::Number, &proposal.number);
                    issued = Some(proposal);
                    Ok((visit, event))
                })?;
            let location = format!("/api/v1/visits/{id}/rectification-proposal");
            let proposal = RectificationProposalOut::from(or_not_found(issued)?);
            Reply::created(location, &proposal, visit.version)
        })
        .await
}

/// The proposal as it is issued now, with the hazards of the visit as they stand.
fn proposal(
    tx: &mut WriteContext<'_, '_>,
    visit_id: VisitId,
    input: &RectificationProposalIn,
) -> Result<RectificationProposal, ApiError> {
    Ok(RectificationProposal {
        visit_id,
        number: tx.next_number(NUMBER)?,
        advice: input.advice.clone(),
        hazards: hazard::of_visit(tx.db, visit_id)?.iter().map(ReportedHazard::from).collect(),
        issued_by: tx.caller.id(),
        issued_at: tx.now(),
        received_by: None,
        received_at: None,
    })
}

/// 整改建议书 · Read the rectification proposal
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
            let visit = seen(db, caller, id, Operation::GetRectificationProposal)?;
            let proposal = or_not_found(store::find_proposal(db, id)?)?;
            Reply::ok(&RectificationProposalOut::from(proposal), visit.version)
        })
        .await
}

/// 签收整改建议书 · Receive the rectification proposal
///
/// The contractor confirms that it has it, once (A13.1).
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit"), IfMatch),
    responses((status = 200, description = "The proposal with its receipt", body = RectificationProposalOut)))]
#[post("/visits/{id}/rectification-proposal/receive")]
pub(crate) async fn receive_rectification_proposal(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .write(BodyDigest::of(b""), move |tx| {
            let (visit, ()) = changed(
                tx,
                id.uuid(),
                &read,
                Operation::ReceiveRectificationProposal,
                |visit: Visit, tx| {
                    let received = visit.receive_proposal()?;
                    if !store::receive_proposal(tx.db, id, tx.caller.id(), tx.now())? {
                        return Err(Violation::new(PROPOSAL_RECEIVED_ALREADY).into());
                    }
                    Ok(received)
                },
            )?;
            let proposal = or_not_found(store::find_proposal(tx.db, id)?)?;
            Reply::ok(&RectificationProposalOut::from(proposal), visit.version)
        })
        .await
}
