//! Hazards (隐患): recorded on site, rectified with evidence, closed or rejected by the leader.

pub(crate) mod steps;
mod wire;

use std::collections::BTreeMap;

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::{self, Caller, Operation, Relations},
    oversight::hand_over::Told,
    service::{hazard::Hazard, visit::Visit},
};
use anze_persistence::{
    Reader,
    service::{hazard as store, visit},
};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{ReadContext, RequestContext, View, or_not_found},
    http::{
        extract::{IfMatch, Json, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{
        ListQuery, ReasonInput,
        search::SearchTextIo,
        summary::Summaries,
        terms::{HazardGradeTerm, HazardStatusTerm},
    },
};

pub use wire::{
    CommentInput, ExtensionInput, HazardAmendmentInput, HazardCorrectionInput, HazardInput, HazardOut,
    RectificationInput, ReportedHazardOut,
};

/// Record a hazard
///
/// Records a hazard that the group found on site, as `open` (A11.2). The visit must be in progress, and its
/// rectification proposal not yet issued (A13.1). A major hazard names its item of the national criteria, and
/// its notice is issued at once (A15.1). Of a major hazard, the contractor, the supervisor, the owner and the
/// association are notified. A due date of a major hazard beyond the days of `ANZE_MAJOR_HAZARD_DAYS` needs a reason.
#[utoipa::path(tag = "hazards", request_body = HazardInput, responses(
    (status = 201, description = "The recorded hazard, with its notice if it is major.", body = HazardOut)))]
#[post("/hazards")]
pub(crate) async fn create_hazard(
    context: RequestContext,
    Json(input): Json<HazardInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let (hazard, visit) = steps::record(tx, &input)?;
            let location = format!("/api/v1/hazards/{}", hazard.id);
            let (version, summaries) = (hazard.version, Summaries::of(tx.db, [&hazard])?);
            Reply::created(location, &HazardOut::new(hazard, &visit, &summaries, tx.caller)?, version)
        })
        .await
}

/// What a list of hazards is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HazardFilter {
    /// Keeps only hazards in this state.
    #[param(nullable = false)]
    status: Option<HazardStatusTerm>,
    /// Keeps only hazards of this grade.
    #[param(nullable = false)]
    grade: Option<HazardGradeTerm>,
    /// Keeps only hazards of the project with this id.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Keeps only hazards found under the commission with this id.
    #[param(nullable = false)]
    commission_id: Option<Uuid>,
    /// Keeps only hazards found during the visit with this id.
    #[param(nullable = false)]
    visit_id: Option<Uuid>,
    /// Keeps only hazards whose number begins with this text, or whose project has it in its name or at the beginning of its
    /// number.
    #[param(nullable = false, inline)]
    q: Option<SearchTextIo>,
}

/// List hazards
///
/// Lists the hazards in which the caller has a part (A11.3), newest first by default. A hazard must match
/// every filter that is given.
#[utoipa::path(tag = "hazards", params(ListQuery<HazardFilter>), responses(
    (status = 200, description = "One page of the matching hazards.", body = Page<HazardOut>)))]
#[get("/hazards")]
pub(crate) async fn list_hazards(
    context: RequestContext,
    query: ListQuery<HazardFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::Filter {
        text: SearchTextIo::of(filter.q.as_ref()),
        status: filter.status.map(|term| term.0),
        grade: filter.grade.map(|term| term.0),
        project_id: filter.project_id.map(Id::new),
        commission_id: filter.commission_id.map(Id::new),
        visit_id: filter.visit_id.map(Id::new),
    };
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, caller, &narrowed, &list.wanted)?;
            let mut ids: Vec<Uuid> = page.items.iter().map(|hazard| hazard.visit_id.uuid()).collect();
            ids.sort_unstable();
            ids.dedup();
            let visits = visit::find_all(db, &ids)?;
            let visits: BTreeMap<Uuid, Visit> = visits.into_iter().map(|it| (it.id.uuid(), it)).collect();
            let summaries = Summaries::of(db, &page.items)?;
            let page = page.try_map(|hazard| {
                let visit = or_not_found(visits.get(&hazard.visit_id.uuid()))?;
                HazardOut::new(hazard, visit, &summaries, caller)
            })?;
            list.page(page, |hazard| hazard.id, |hazard| hazard)
        })
        .await
}

/// Read a hazard
///
/// Returns one hazard with its rectification. A hazard in which the caller has no part is treated as one that
/// does not exist (A11.3).
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "Id of the hazard.")), responses(
    (status = 200, description = "The hazard with its rectification.", body = HazardOut)))]
#[get("/hazards/{id}")]
pub(crate) async fn get_hazard(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let hazard = or_not_found(store::find(db, id)?)?;
            let visit = or_not_found(visit::find(db, hazard.visit_id)?)?;
            access::may(caller, Operation::GetHazard, &hazard.relations(&visit))?;
            shown(db, hazard, &visit, caller)
        })
        .await
}

/// Correct a hazard
///
/// Corrects a hazard that the contractor has not acknowledged yet. Only the expert who recorded it may do so
/// (A11.2). A general hazard that becomes major has its notice at once, with the notifications of a major hazard (A15.1). A
/// major hazard stays major. Contractor, supervisor and leader are notified. The timeline holds each changed field with its
/// former and its new value.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "Id of the hazard."), IfMatch),
    request_body = HazardCorrectionInput,
    responses((status = 200, description = "The corrected hazard, still `open`.", body = HazardOut)))]
#[post("/hazards/{id}/correct")]
pub(crate) async fn correct_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<HazardCorrectionInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::correct(tx, id.0, &if_match, &input)).await
}

/// Amend an acknowledged hazard
///
/// Corrects a hazard after the contractor has acknowledged it, with a reason, until it is closed. The expert who
/// recorded it and the leader of the visit may do so (A11.2). The grade stays, and the due date changes only by
/// `extend_hazard`. Contractor, supervisor and leader are notified. The timeline holds each changed field with its former and
/// its new value.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "Id of the hazard."), IfMatch),
    request_body = HazardAmendmentInput,
    responses((status = 200, description = "The amended hazard, in its former state.", body = HazardOut)))]
#[post("/hazards/{id}/amend")]
pub(crate) async fn amend_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<HazardAmendmentInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::amend(tx, id.0, &if_match, &input)).await
}

/// Acknowledge a hazard
///
/// Acknowledges an open hazard in the name of the contractor (A11.2). For a major hazard, the first
/// acknowledgement is also the receipt of its notice (A15.1). After a rejected rectification, the hazard is
/// acknowledged anew.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "Id of the hazard."), IfMatch),
    responses((status = 200, description = "The hazard, now `acknowledged`.", body = HazardOut)))]
#[post("/hazards/{id}/acknowledge")]
pub(crate) async fn acknowledge_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::acknowledge(tx, id.0, &if_match)).await
}

/// Report a hazard as rectified
///
/// Reports an acknowledged hazard as rectified (A11.2). The evidence must be uploaded before,
/// with `upload_hazard_attachment` and the kind `rectification_evidence`. After a rejection, new evidence is
/// needed.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "Id of the hazard."), IfMatch),
    request_body = RectificationInput,
    responses((status = 200, description = "The hazard, now `rectified` and to be checked by the leader.",
        body = HazardOut)))]
#[post("/hazards/{id}/rectify")]
pub(crate) async fn rectify_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<RectificationInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::rectify(tx, id.0, &if_match, &input)).await
}

/// Comment on a hazard
///
/// Adds the supervisor's comment on a hazard that is not closed (A11.2). The state of the hazard stays the
/// same. The comment appears in the project's timeline (`list_project_events`), not in the hazard.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "Id of the hazard."), IfMatch),
    request_body = CommentInput,
    responses((status = 200, description = "The hazard, in its former state.", body = HazardOut)))]
#[post("/hazards/{id}/comment")]
pub(crate) async fn comment_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<CommentInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::comment(tx, id.0, &if_match, &input)).await
}

/// Close a hazard
///
/// Closes a rectified hazard after the leader has checked it (A11.2). A closed hazard cannot be changed
/// again.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "Id of the hazard."), IfMatch),
    responses((status = 200, description = "The hazard, now `closed`.", body = HazardOut)))]
#[post("/hazards/{id}/close")]
pub(crate) async fn close_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::close(tx, id.0, &if_match)).await
}

/// Reject a rectification
///
/// Rejects the rectification of a hazard after the leader's check, with a reason (A11.2). The hazard is open
/// again: the contractor acknowledges it, rectifies it and uploads new evidence. The due date stays the same.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "Id of the hazard."), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The hazard, `open` again.", body = HazardOut)))]
#[post("/hazards/{id}/reject")]
pub(crate) async fn reject_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::reject(tx, id.0, &if_match, &input.reason)).await
}

/// Extend a hazard's due date
///
/// Moves the due date of a hazard that is open or acknowledged to a later day, with a reason (A11.2). The new
/// day must not lie in the past. The state of the hazard stays the same.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "Id of the hazard."), IfMatch),
    request_body = ExtensionInput,
    responses((status = 200, description = "The hazard with its new due date.", body = HazardOut)))]
#[post("/hazards/{id}/extend")]
pub(crate) async fn extend_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ExtensionInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::extend(tx, id.0, &if_match, &input)).await
}

impl View for Hazard {
    fn relations(&self, related: &Visit) -> Relations {
        Hazard::relations(self, related)
    }

    fn told(&self) -> Told<'_> {
        Told { label: &self.number, project: Some(self.project_id), version: self.version }
    }

    fn show(self, related: Visit, to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        shown(to.db, self, &related, to.caller)
    }
}

/// The answer that shows a hazard.
fn shown(db: &mut Reader<'_>, hazard: Hazard, visit: &Visit, caller: &Caller) -> Result<Reply, ApiError> {
    let (version, summaries) = (hazard.version, Summaries::of(db, [&hazard])?);
    Reply::ok(&HazardOut::new(hazard, visit, &summaries, caller)?, version)
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_hazard)
        .service(list_hazards)
        .service(get_hazard)
        .service(correct_hazard)
        .service(amend_hazard)
        .service(acknowledge_hazard)
        .service(rectify_hazard)
        .service(comment_hazard)
        .service(close_hazard)
        .service(reject_hazard)
        .service(extend_hazard);
}
