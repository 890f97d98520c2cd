//! Hazards (隐患): recorded on site, rectified with evidence, closed or rejected by the leader.

mod wire;

use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

use actix_web::{HttpRequest, get, post};
use anze_domain::{
    EventName, FactName, Id, RecordKind,
    access::{self, Caller, Operation, Relations},
    identity::notification::{Notification, NotificationKind, Recipients},
    service::{
        hazard::{Hazard, HazardGrade, HazardStatus, Notice},
        visit::Visit,
    },
};
use anze_persistence::{
    Reader, StoreError, Writer,
    evidence::attachment,
    service::{hazard as store, visit},
    store::{event, single_statement::RowUpdate},
};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{ReadContext, RequestContext, Subject, WriteContext, decide, or_not_found},
    http::{
        extract::{BodyDigest, IfMatch, Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    wire::{
        ReasonIn, SortQuery, page_out, page_request,
        terms::{HazardGradeTerm, HazardStatusTerm},
    },
};

pub use wire::{CommentIn, ExtensionIn, HazardIn, HazardOut, RectificationIn, ReportedHazardOut};

/// Number prefix of hazards.
const NUMBER: &str = "YH";
/// Number prefix of notices of major hazards.
const NOTICE_NUMBER: &str = "GZ";

/// 登记隐患 · Record a hazard
///
/// A13.1: an expert of the group records it while the visit is in progress. A major one names its item of
/// the national criteria, and its notice is issued at once (A15.1).
#[utoipa::path(tag = "hazards", request_body = HazardIn, responses(
    (status = 201, description = "The hazard", body = HazardOut)))]
#[post("/hazards")]
pub(crate) async fn create_hazard(context: RequestContext, input: Json<HazardIn>) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let visit = visit::find_locked(tx.db, Id::new(input.visit_id))?;
            let visit = tx.named(visit, Operation::CreateHazard, Visit::relations, "/visit_id")?;
            let (hazard, event) = found(tx, &visit, &input)?.record(&visit, &tx.app().criteria)?;
            store::insert(tx.db, &hazard)?;
            tx.append(hazard.project_id, &event)?;
            if let (Some(event), Some(notice)) = (hazard.notice_event(), &hazard.notice) {
                tx.append(hazard.project_id, &event)?;
                tx.notify(&[told_of_major(&visit, &hazard, &notice.number)])?;
            }
            let location = format!("/api/v1/hazards/{}", hazard.id);
            let version = hazard.version;
            Reply::created(location, &HazardOut::new(hazard, &visit, tx.caller), version)
        })
        .await
}

/// A15.1: the contractor is told at once, and with it who watches over the project.
fn told_of_major(visit: &Visit, hazard: &Hazard, notice: &str) -> (Recipients, Notification) {
    let parties = &visit.parties;
    let watching = [Some(parties.contractor_id), parties.supervisor_id, parties.owner_id];
    let to = watching.into_iter().flatten().fold(Recipients::association(), Recipients::organization);
    let message =
        Notification::new(NotificationKind::MajorHazard, RecordKind::Hazard, hazard.id, hazard.version)
            .of_project(visit.project_id)
            .fact(FactName::Visit, &visit.number)
            .fact(FactName::Hazard, &hazard.number)
            .fact(FactName::Notice, notice);
    (to, message)
}

/// The hazard as the caller found it now.
fn found(tx: &mut WriteContext<'_, '_>, visit: &Visit, input: &HazardIn) -> Result<Hazard, ApiError> {
    let number = tx.next_number(NUMBER)?;
    let finding = input.finding();
    let notice = match finding.grade {
        HazardGrade::General => None,
        HazardGrade::Major => Some(Notice {
            number: tx.next_number(NOTICE_NUMBER)?,
            issued_at: tx.now(),
            received_at: None,
            received_by: None,
        }),
    };
    Ok(Hazard {
        id: Id::new(tx.new_id()),
        version: 1,
        number,
        status: HazardStatus::Open,
        status_reason: None,
        visit_id: visit.id,
        commission_id: visit.commission_id,
        project_id: visit.project_id,
        finding,
        notice,
        recorded_by: tx.caller.id(),
        acknowledged_at: None,
        rectified_at: None,
        rectification: None,
        closed_at: None,
        parties: visit.parties,
        created_at: tx.now(),
        updated_at: tx.now(),
    })
}

/// What a list of hazards is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HazardFilter {
    /// In this state.
    #[param(nullable = false)]
    status: Option<HazardStatusTerm>,
    /// Of this grade.
    #[param(nullable = false)]
    grade: Option<HazardGradeTerm>,
    /// Of this project.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Of this commission.
    #[param(nullable = false)]
    commission_id: Option<Uuid>,
    /// Of this visit.
    #[param(nullable = false)]
    visit_id: Option<Uuid>,
}

/// 隐患列表 · List hazards
///
/// Those in which the caller has a part (A11.3), newest first.
#[utoipa::path(tag = "hazards", params(HazardFilter, PageQuery, SortQuery), responses(
    (status = 200, description = "A page of hazards", body = Page<HazardOut>)))]
#[get("/hazards")]
pub(crate) async fn list_hazards(
    context: RequestContext,
    filter: Query<HazardFilter>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (filter, sort) = (filter.0, sort.0);
    let wanted = page_request(&page.0, sort, &filter)?;
    let narrowed = store::Filter {
        status: filter.status.map(|term| term.0),
        grade: filter.grade.map(|term| term.0),
        project_id: filter.project_id.map(Id::new),
        commission_id: filter.commission_id.map(Id::new),
        visit_id: filter.visit_id.map(Id::new),
    };
    let page = context
        .read(move |db, caller| {
            let page = store::list(db, caller, &narrowed, &wanted)?;
            let mut ids: Vec<Uuid> = page.items.iter().map(|hazard| hazard.visit_id.uuid()).collect();
            ids.sort_unstable();
            ids.dedup();
            let visits = visit::find_all(db, &ids)?;
            let visits: BTreeMap<Uuid, Visit> = visits.into_iter().map(|it| (it.id.uuid(), it)).collect();
            let page = page.try_map(|hazard| {
                let visit = or_not_found(visits.get(&hazard.visit_id.uuid()))?;
                Ok::<_, ApiError>(HazardOut::new(hazard, visit, caller))
            })?;
            page_out(page, sort, &filter, |hazard| hazard.id, |hazard| hazard)
        })
        .await?;
    page.reply(&request)
}

/// 隐患详情 · Read a hazard
///
/// For those who have a part in it (A11.3); others are told that it is not there.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard")), responses(
    (status = 200, description = "The hazard", body = HazardOut)))]
#[get("/hazards/{id}")]
pub(crate) async fn get_hazard(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let hazard = or_not_found(store::find(db, id)?)?;
            let visit = or_not_found(visit::find(db, hazard.visit_id)?)?;
            access::may(caller, Operation::GetHazard, &hazard.relations(&visit))?;
            let version = hazard.version;
            Reply::ok(&HazardOut::new(hazard, &visit, caller), version)
        })
        .await
}

/// 签收隐患 · Acknowledge a hazard
///
/// A11.2: the contractor has taken note of it, and of the notice of a major one (A15.1).
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard"), IfMatch),
    responses((status = 200, description = "The acknowledged hazard", body = HazardOut)))]
#[post("/hazards/{id}/acknowledge")]
pub(crate) async fn acknowledge_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    decide(context, id, read, none, Operation::AcknowledgeHazard, |hazard: Hazard, tx| {
        Ok(hazard.acknowledge(tx.caller.id(), tx.now())?)
    })
    .await
}

/// 整改隐患 · Report a hazard rectified
///
/// A11.2: the contractor says what was done; the evidence is uploaded to the hazard before.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard"), IfMatch),
    request_body = RectificationIn,
    responses((status = 200, description = "The rectified hazard", body = HazardOut)))]
#[post("/hazards/{id}/rectify")]
pub(crate) async fn rectify_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<RectificationIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    decide(context, id, read, body_digest, Operation::RectifyHazard, move |hazard: Hazard, tx| {
        let rejected_at = event::last(tx.db, hazard.project_id, hazard.id, EventName::HazardRejected)?;
        let has_evidence = attachment::evidence_exists(tx.db, hazard.id, rejected_at)?;
        Ok(hazard.rectify(input.rectification.clone(), has_evidence, tx.now())?)
    })
    .await
}

/// 监理意见 · Comment on a hazard
///
/// A11.2: what the supervisor has to say of it; it stands in the project's timeline.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard"), IfMatch),
    request_body = CommentIn, responses((status = 200, description = "The hazard", body = HazardOut)))]
#[post("/hazards/{id}/comment")]
pub(crate) async fn comment_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<CommentIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    decide(context, id, read, body_digest, Operation::CommentHazard, move |hazard: Hazard, _| {
        Ok(hazard.comment(&input.comment)?)
    })
    .await
}

/// 隐患销号 · Close a hazard
///
/// A11.2: the leader has seen that it is rectified.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard"), IfMatch),
    responses((status = 200, description = "The closed hazard", body = HazardOut)))]
#[post("/hazards/{id}/close")]
pub(crate) async fn close_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    decide(context, id, read, none, Operation::CloseHazard, |hazard: Hazard, tx| Ok(hazard.close(tx.now())?))
        .await
}

/// 退回整改 · Reject a rectification
///
/// A11.2: the leader's re-check failed; the hazard is open again.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The hazard, open again", body = HazardOut)))]
#[post("/hazards/{id}/reject")]
pub(crate) async fn reject_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    decide(context, id, read, body_digest, Operation::RejectHazard, move |hazard: Hazard, _| {
        Ok(hazard.reject(&input.reason)?)
    })
    .await
}

/// 延长整改期限 · Extend the due date
///
/// A11.2: only the leader, with the reason, to a later day.
#[utoipa::path(tag = "hazards", params(("id" = Uuid, Path, description = "The hazard"), IfMatch),
    request_body = ExtensionIn,
    responses((status = 200, description = "The hazard with its new due date", body = HazardOut)))]
#[post("/hazards/{id}/extend")]
pub(crate) async fn extend_hazard(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ExtensionIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    decide(context, id, read, body_digest, Operation::ExtendHazard, move |hazard: Hazard, tx| {
        Ok(hazard.extend(input.due_on, &input.reason, tx.now())?)
    })
    .await
}

impl Subject for Hazard {
    type ParentStates = Visit;

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, Visit)>, StoreError> {
        let Some(hazard) = store::find_locked(db, Id::new(id))? else { return Ok(None) };
        Ok(visit::find(db, hazard.visit_id)?.map(|visit| (hazard, visit)))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn relations(&self, around: &Visit) -> Relations {
        Hazard::relations(self, around)
    }

    fn stream(&self) -> Uuid {
        self.project_id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, _: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        store::save(db, self, now)
    }

    fn single_statement_update(&mut self, now: DateTime<Utc>) -> Result<Option<RowUpdate>, StoreError> {
        store::single_statement_update(self, now)
    }

    fn show(self, around: Visit, to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        let version = self.version;
        Reply::ok(&HazardOut::new(self, &around, to.caller), version)
    }
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_hazard)
        .service(list_hazards)
        .service(get_hazard)
        .service(acknowledge_hazard)
        .service(rectify_hazard)
        .service(comment_hazard)
        .service(close_hazard)
        .service(reject_hazard)
        .service(extend_hazard);
}
