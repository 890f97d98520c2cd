//! Service reports (技术服务报告): what was done against what was agreed, for a commission whole.

mod wire;

use actix_web::{HttpRequest, get, post, put};
use anze_domain::{
    Event, Id,
    access::{self, Caller, Operation, Relations},
    service::{
        commission::Commission,
        service_report::{ReportedHazard, ServedVisit, ServiceReport, ServiceReportStatus},
    },
};
use anze_persistence::{
    Reader, StoreError, Writer,
    service::{commission, hazard, service_report as store, visit},
    store::single_statement::RowUpdate,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{ReadContext, RequestContext, Subject, WriteContext, change, decide, or_not_found},
    http::{
        extract::{BodyDigest, IfMatch, Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    wire::{ReasonIn, SortQuery, page_out, page_request, terms::ServiceReportStatusTerm},
};

use wire::Beside;
pub use wire::{ServiceReportIn, ServiceReportOut, ServiceReportUpdateIn};

/// Number prefix of reports.
const NUMBER: &str = "BG";

/// 新建技术服务报告 · Create a service report
///
/// A4.7: the provider drafts the one report of a commission in service.
#[utoipa::path(tag = "service-reports", request_body = ServiceReportIn, responses(
    (status = 201, description = "The draft", body = ServiceReportOut)))]
#[post("/service-reports")]
pub(crate) async fn create_service_report(
    context: RequestContext,
    input: Json<ServiceReportIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    context
        .write(body_digest, move |tx| {
            let commission = commission::find_locked(tx.db, Id::new(input.commission_id))?;
            let commission = tx.named(
                commission,
                Operation::CreateServiceReport,
                Commission::relations,
                "/commission_id",
            )?;
            let report = ServiceReport {
                id: Id::new(tx.new_id()),
                version: 1,
                number: tx.next_number(NUMBER)?,
                status: ServiceReportStatus::Draft,
                status_reason: None,
                commission_id: commission.id,
                project_id: commission.project_id,
                evaluation: input.evaluation.clone(),
                conclusion: input.conclusion.clone(),
                snapshot: None,
                prepared_by: tx.caller.id(),
                decided_by: None,
                submitted_at: None,
                acknowledged_at: None,
                parties: commission.parties,
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            let (report, event) = report.create(&commission, store::exists_for(tx.db, commission.id)?)?;
            store::insert(tx.db, &report)?;
            tx.append(report.project_id, &event)?;
            let location = format!("/api/v1/service-reports/{}", report.id);
            let version = report.version;
            let beside = beside(tx.db, [&report])?;
            Reply::created(location, &ServiceReportOut::new(report, &beside, tx.caller), version)
        })
        .await
}

/// What a list of reports is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ServiceReportFilter {
    /// In this state.
    #[param(nullable = false)]
    status: Option<ServiceReportStatusTerm>,
    /// Of this project.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Of this commission.
    #[param(nullable = false)]
    commission_id: Option<Uuid>,
}

/// 技术服务报告列表 · List service reports
///
/// Those in which the caller has a part (A11.3), newest first.
#[utoipa::path(tag = "service-reports", params(ServiceReportFilter, PageQuery, SortQuery), responses(
    (status = 200, description = "A page of reports", body = Page<ServiceReportOut>)))]
#[get("/service-reports")]
pub(crate) async fn list_service_reports(
    context: RequestContext,
    filter: Query<ServiceReportFilter>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (filter, sort) = (filter.0, sort.0);
    let wanted = page_request(&page.0, sort, &filter)?;
    let narrowed = store::Filter {
        status: filter.status.map(|term| term.0),
        project_id: filter.project_id.map(Id::new),
        commission_id: filter.commission_id.map(Id::new),
    };
    let page = context
        .read(move |db, caller| {
            let page = store::list(db, caller, &narrowed, &wanted)?;
            let beside = beside(db, &page.items)?;
            page_out(
                page,
                sort,
                &filter,
                |report| report.id,
                |report| ServiceReportOut::new(report, &beside, caller),
            )
        })
        .await?;
    page.reply(&request)
}

/// 技术服务报告详情 · Read a service report
///
/// For the parties of the commission (A11.3); others are told that it is not there.
#[utoipa::path(tag = "service-reports", params(("id" = Uuid, Path, description = "The report")), responses(
    (status = 200, description = "The report", body = ServiceReportOut)))]
#[get("/service-reports/{id}")]
pub(crate) async fn get_service_report(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let report = or_not_found(store::find(db, id)?)?;
            access::may(caller, Operation::GetServiceReport, &report.relations())?;
            shown(db, report, caller)
        })
        .await
}

/// 修改技术服务报告 · Replace a service report
///
/// The provider, while it is a draft or returned.
#[utoipa::path(tag = "service-reports", params(("id" = Uuid, Path, description = "The report"), IfMatch),
    request_body = ServiceReportUpdateIn,
    responses((status = 200, description = "The report", body = ServiceReportOut)))]
#[put("/service-reports/{id}")]
pub(crate) async fn update_service_report(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ServiceReportUpdateIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    decide(context, id, read, body_digest, Operation::UpdateServiceReport, move |report: ServiceReport, _| {
        Ok(report.update(input.evaluation.clone(), input.conclusion.clone())?)
    })
    .await
}

/// 提交技术服务报告 · Submit a service report
///
/// A4.7: when every visit is accepted and every line served as agreed. What stands on record then is kept
/// with it, and the commission is reported.
#[utoipa::path(tag = "service-reports", params(("id" = Uuid, Path, description = "The report"), IfMatch),
    responses((status = 200, description = "The submitted report", body = ServiceReportOut)))]
#[post("/service-reports/{id}/submit")]
pub(crate) async fn submit_service_report(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    change(context, id, read, none, Operation::SubmitServiceReport, |report: ServiceReport, tx| {
        let commission = or_not_found(commission::find(tx.db, report.commission_id)?)?;
        let visits = visit::of_commission(tx.db, commission.id)?;
        let visits: Vec<_> = visits.iter().map(ServedVisit::from).collect();
        let hazards = hazard::of_commission(tx.db, commission.id)?;
        let hazards = hazards.iter().map(ReportedHazard::from).collect();
        let submitted = report.submit(&commission.terms.lines, &visits, hazards, tx.now())?;
        follow(tx, submitted, Operation::SubmitServiceReport)
    })
    .await
}

/// 签收技术服务报告 · Acknowledge a service report
///
/// A4.7: the insurer; the commission is completed. Who prepared it does not acknowledge it.
#[utoipa::path(tag = "service-reports", params(("id" = Uuid, Path, description = "The report"), IfMatch),
    responses((status = 200, description = "The acknowledged report", body = ServiceReportOut)))]
#[post("/service-reports/{id}/acknowledge")]
pub(crate) async fn acknowledge_service_report(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    change(context, id, read, none, Operation::AcknowledgeServiceReport, |report: ServiceReport, tx| {
        let acknowledged = report.acknowledge(tx.caller.id(), tx.now())?;
        follow(tx, acknowledged, Operation::AcknowledgeServiceReport)
    })
    .await
}

/// 退回技术服务报告 · Return a service report
///
/// The insurer, with the reason; the commission is in service again (A4.7).
#[utoipa::path(tag = "service-reports", params(("id" = Uuid, Path, description = "The report"), IfMatch),
    request_body = ReasonIn,
    responses((status = 200, description = "The returned report", body = ServiceReportOut)))]
#[post("/service-reports/{id}/return")]
pub(crate) async fn return_service_report(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(
        context,
        id,
        read,
        body_digest,
        Operation::ReturnServiceReport,
        move |report: ServiceReport, tx| {
            let returned = report.give_back(tx.caller.id(), &input.reason)?;
            follow(tx, returned, Operation::ReturnServiceReport)
        },
    )
    .await
}

impl Subject for ServiceReport {
    type ParentStates = ();

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, ())>, StoreError> {
        Ok(store::find_locked(db, Id::new(id))?.map(|report| (report, ())))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn relations(&self, _: &()) -> Relations {
        ServiceReport::relations(self)
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

    fn show(self, _: (), to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        shown(to.db, self, to.caller)
    }
}

/// What the next steps of these depend on, where they do.
fn beside<'a>(
    db: &mut Reader<'_>,
    reports: impl IntoIterator<Item = &'a ServiceReport>,
) -> Result<Beside, ApiError> {
    let asked: Vec<_> = reports.into_iter().filter_map(ServiceReport::depends_on).collect();
    Ok(Beside {
        around: commission::parent_states(db, asked.iter().copied())?,
        open: visit::open_in(db, asked)?,
    })
}

/// The answer that shows a report.
fn shown(db: &mut Reader<'_>, report: ServiceReport, caller: &Caller) -> Result<Reply, ApiError> {
    let (version, beside) = (report.version, beside(db, [&report])?);
    Reply::ok(&ServiceReportOut::new(report, &beside, caller), version)
}

/// The commission follows its report: reported, completed, or in service again.
fn follow(
    tx: &mut WriteContext<'_, '_>,
    (report, event): (ServiceReport, Event),
    operation: Operation,
) -> Result<(ServiceReport, Vec<Event>), ApiError> {
    let commission = or_not_found(commission::find(tx.db, report.commission_id)?)?;
    let (next, moved_on) = commission.follow(operation, tx.now())?;
    commission::save(tx.db, next, tx.now())?;
    Ok((report, vec![event, moved_on]))
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_service_report)
        .service(list_service_reports)
        .service(get_service_report)
        .service(update_service_report)
        .service(submit_service_report)
        .service(acknowledge_service_report)
        .service(return_service_report);
}
