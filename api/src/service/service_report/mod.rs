//! Service reports (技术服务报告): what was done against what was agreed, for a commission whole.

pub(crate) mod steps;
mod wire;

use actix_web::{get, post, put};
use anze_domain::{
    Id,
    access::{self, Caller, Operation, Relations},
    oversight::hand_over::Told,
    service::service_report::ServiceReport,
};
use anze_persistence::{
    Reader,
    service::{commission, hazard, service_report as store, visit},
};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{ReadContext, RequestContext, View, or_not_found},
    http::{
        extract::{IfMatch, Json, OptionalJson, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{
        ListQuery, ReasonInput, search::SearchTextIo, summary::Summaries, terms::ServiceReportStatusTerm,
    },
};

use wire::ViewContext;
pub use wire::{ServiceReportInput, ServiceReportOut, ServiceReportUpdateInput, SubmissionInput};

/// Create a service report
///
/// Creates the service report of a commission as a `draft` (A4.7). The commission must be in service, and has
/// at most one report. The insurer and the parties of the project cannot read the draft.
#[utoipa::path(tag = "service-reports", request_body = ServiceReportInput, responses(
    (status = 201, description = "The new report, a `draft`.", body = ServiceReportOut)))]
#[post("/service-reports")]
pub(crate) async fn create_service_report(
    context: RequestContext,
    Json(input): Json<ServiceReportInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let report = steps::create(tx, &input)?;
            let location = format!("/api/v1/service-reports/{}", report.id);
            let version = report.version;
            let view_context = view_context(tx.db, std::slice::from_ref(&report))?;
            Reply::created(location, &ServiceReportOut::new(report, &view_context, tx.caller)?, version)
        })
        .await
}

/// What a list of reports is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ServiceReportFilter {
    /// Keeps only service reports in this state.
    #[param(nullable = false)]
    status: Option<ServiceReportStatusTerm>,
    /// Keeps only service reports of the project with this id.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Keeps only the service report of the commission with this id.
    #[param(nullable = false)]
    commission_id: Option<Uuid>,
    /// Keeps only service reports whose number begins with this text, or whose project has it in its name or at the beginning of its
    /// number.
    #[param(nullable = false, inline)]
    q: Option<SearchTextIo>,
}

/// List service reports
///
/// Lists the service reports in which the caller has a part (A11.3), newest first by default. A report must
/// match every filter that is given.
#[utoipa::path(tag = "service-reports", params(ListQuery<ServiceReportFilter>), responses(
    (status = 200, description = "One page of the matching service reports.", body = Page<ServiceReportOut>)))]
#[get("/service-reports")]
pub(crate) async fn list_service_reports(
    context: RequestContext,
    query: ListQuery<ServiceReportFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::Filter {
        text: SearchTextIo::of(filter.q.as_ref()),
        status: filter.status.map(|term| term.0),
        project_id: filter.project_id.map(Id::new),
        commission_id: filter.commission_id.map(Id::new),
    };
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, caller, &narrowed, &list.wanted)?;
            let view_context = view_context(db, &page.items)?;
            let page = page.try_map(|report| ServiceReportOut::new(report, &view_context, caller))?;
            list.page(page, |report| report.id, |report| report)
        })
        .await
}

/// Read a service report
///
/// Returns one service report with the records that it is based on. A report in which the caller has no part
/// is treated as one that does not exist (A11.3).
#[utoipa::path(tag = "service-reports", params(("id" = Uuid, Path, description = "Id of the service report.")), responses(
    (status = 200, description = "The report with its snapshot, if it was submitted.", body = ServiceReportOut)))]
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

/// Update a service report
///
/// Replaces evaluation and conclusion of a report that is a draft or was returned. A returned report
/// stays `returned` until it is submitted again.
#[utoipa::path(tag = "service-reports", params(("id" = Uuid, Path, description = "Id of the service report."), IfMatch),
    request_body = ServiceReportUpdateInput,
    responses((status = 200, description = "The changed report, in its former state.", body = ServiceReportOut)))]
#[put("/service-reports/{id}")]
pub(crate) async fn update_service_report(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ServiceReportUpdateInput>,
) -> Result<Reply, ApiError> {
    context.decide(move |tx| steps::update(tx, id.0, &if_match, &input)).await
}

/// Submit a service report
///
/// Submits a draft or returned report to the insurer (A4.7). Every visit of the commission must be accepted
/// or cancelled, and every line served at least as often as agreed (A7.1). If hazards are not closed,
/// the request acknowledges this in its body (A11.2). Without open hazards the body may be left out. The report keeps
/// the present state of lines, visits and hazards as its `snapshot`. The commission is now `reported`.
#[utoipa::path(tag = "service-reports", params(("id" = Uuid, Path, description = "Id of the service report."), IfMatch),
    request_body = Option<SubmissionInput>,
    responses((status = 200, description = "The report, now `submitted`, with its snapshot.",
        body = ServiceReportOut)))]
#[post("/service-reports/{id}/submit")]
pub(crate) async fn submit_service_report(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    OptionalJson(input): OptionalJson<SubmissionInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::submit(tx, id.0, &if_match, &input)).await
}

/// Acknowledge a service report
///
/// Acknowledges a submitted report in the name of the insurer (A4.7). The caller that prepared the report
/// cannot acknowledge it. The commission is now `completed`, and its `ended_at` is set.
#[utoipa::path(tag = "service-reports", params(("id" = Uuid, Path, description = "Id of the service report."), IfMatch),
    responses((status = 200, description = "The report, now `acknowledged`.", body = ServiceReportOut)))]
#[post("/service-reports/{id}/acknowledge")]
pub(crate) async fn acknowledge_service_report(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::acknowledge(tx, id.0, &if_match)).await
}

/// Return a service report
///
/// Returns a submitted report to the provider, with a reason (A4.7). The commission is in service again. The
/// provider corrects the same report and submits it again.
#[utoipa::path(tag = "service-reports", params(("id" = Uuid, Path, description = "Id of the service report."), IfMatch),
    request_body = ReasonInput,
    responses((status = 200, description = "The report, now `returned`.", body = ServiceReportOut)))]
#[post("/service-reports/{id}/return")]
pub(crate) async fn return_service_report(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::return_for_correction(tx, id.0, &if_match, &input.reason)).await
}

impl View for ServiceReport {
    fn relations(&self, _: &()) -> Relations {
        ServiceReport::relations(self)
    }

    fn told(&self) -> Told<'_> {
        Told { label: &self.number, project: Some(self.project_id), version: self.version }
    }

    fn show(self, _: (), to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        shown(to.db, self, to.caller)
    }
}

/// What these are shown with, one query for each kind.
fn view_context(db: &mut Reader<'_>, reports: &[ServiceReport]) -> Result<ViewContext, ApiError> {
    let asked: Vec<_> = reports.iter().filter_map(ServiceReport::depends_on).collect();
    Ok(ViewContext {
        summaries: Summaries::of(db, reports)?,
        parents: commission::parent_states(db, asked.iter().copied())?,
        open: visit::open_in(db, asked.iter().copied())?,
        open_hazards: hazard::open_in(db, asked)?,
    })
}

/// The answer that shows a report.
fn shown(db: &mut Reader<'_>, report: ServiceReport, caller: &Caller) -> Result<Reply, ApiError> {
    let (version, view_context) = (report.version, view_context(db, std::slice::from_ref(&report))?);
    Reply::ok(&ServiceReportOut::new(report, &view_context, caller)?, version)
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
