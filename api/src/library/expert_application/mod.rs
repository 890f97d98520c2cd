//! Applications for the expert library (入库申请, A8.1): written by who wants in, reviewed by the association.

mod file;
mod notifications;
mod record;
mod registration;
mod review;
pub(crate) mod steps;
mod unmask;
mod wire;

use actix_web::{get, post, put};
use anze_domain::{
    Id,
    access::{self, FieldGroup, Operation, Relations, Resource, disclosure, list_scope},
    base::identifier::CitizenId,
    library::expert_application::ExpertApplication,
};
use anze_persistence::library::expert_application as store;
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
        terms::{ExpertApplicationStatusTerm, PoolTerm},
    },
};

pub use file::ApplicationFileOut;
pub(crate) use notifications::{
    applicant as applicant_notification, association as association_notification, with as with_fact,
};
pub use review::AssessmentOut;
pub(crate) use steps::release_certificates;
pub use unmask::UnmaskedExpertApplication;
pub use wire::{ApplicantRegistrationInput, ExpertApplicationInput, ExpertApplicationOut, FileQuery};

/// Create an expert application
///
/// Creates a draft application for the member pool or the leader pool (A8.1). The user belongs to no organisation
/// and has no other application under way. An active expert applies only for a pool in which the expert is not
/// yet; a suspended expert cannot apply. Nobody else reads the draft.
#[utoipa::path(tag = "expert-applications", request_body = ExpertApplicationInput, responses(
    (status = 201, description = "The application, now `draft`.", body = ExpertApplicationOut)))]
#[post("/expert-applications")]
pub(crate) async fn create_expert_application(
    context: RequestContext,
    Json(input): Json<ExpertApplicationInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let application = steps::create(tx, &input)?;
            let location = format!("/api/v1/expert-applications/{}", application.id);
            Reply::created(location, &ExpertApplicationOut::new(&application, tx.caller), application.version)
        })
        .await
}

/// What a list of applications is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExpertApplicationFilter {
    /// Lists only applications in this state.
    #[param(nullable = false)]
    status: Option<ExpertApplicationStatusTerm>,
    /// Lists only applications for this pool.
    #[param(nullable = false)]
    pool: Option<PoolTerm>,
    /// Id of a public notice. Lists only applications on this notice.
    #[param(nullable = false)]
    public_notice_id: Option<Uuid>,
}

/// List expert applications
///
/// Lists the applications that the caller may read (A8.1). An applicant sees the applicant's own; drafts are
/// shown to nobody else.
#[utoipa::path(tag = "expert-applications", params(ListQuery<ExpertApplicationFilter>), responses(
    (status = 200, description = "A page of applications.", body = Page<ExpertApplicationOut>)))]
#[get("/expert-applications")]
pub(crate) async fn list_expert_applications(
    context: RequestContext,
    query: ListQuery<ExpertApplicationFilter>,
) -> Result<Reply, ApiError> {
    query
        .reply(&context, move |db, caller, list| {
            let filter = &list.filter;
            let narrowed = store::Filter {
                status: filter.status.map(|term| term.0),
                pool: filter.pool.map(|term| term.0),
                public_notice_id: filter.public_notice_id.map(Id::new),
            };
            let scope = list_scope(caller, Resource::ExpertApplication);
            let page = store::list(db, scope, &narrowed, &list.wanted)?;
            list.page(page, |it| it.id, |it| ExpertApplicationOut::new(&it, caller))
        })
        .await
}

/// Read an expert application
///
/// Returns one application (A8.1). The citizen id is masked. The regulator sees masked names and mobile numbers,
/// and no citizen id, certificates or work history.
#[utoipa::path(tag = "expert-applications", params(("id" = Uuid, Path, description = "Id of the application.")),
    responses((status = 200, description = "The application as it stands now.", body = ExpertApplicationOut)))]
#[get("/expert-applications/{id}")]
pub(crate) async fn get_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
) -> Result<Reply, ApiError> {
    let (id, app) = (Id::new(id.0), context.app.clone());
    context
        .read(move |db, caller| {
            let application = or_not_found(store::find(db, id)?)?;
            let relations = application.relations();
            access::may(caller, Operation::GetExpertApplication, &relations)?;
            let mut shown = ExpertApplicationOut::new(&application, caller);
            if disclosure(caller, FieldGroup::ApplicantQualification, &relations).is_full() {
                let sealed = or_not_found(store::citizen_id(db, id)?)?;
                let opened = steps::open_citizen_id(&app, &sealed.sealed)?;
                shown.citizen_id = Some(opened.parse::<CitizenId>()?.masked());
            }
            Reply::ok(&shown, application.version)
        })
        .await
}

/// Update an expert application
///
/// Replaces the details of an application that is `draft` or `returned` (A8.1). If the citizen id is left out,
/// the earlier value stays.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "Id of the application."), IfMatch), request_body = ExpertApplicationInput,
    responses((status = 200, description = "The application, changed.", body = ExpertApplicationOut)))]
#[put("/expert-applications/{id}")]
pub(crate) async fn update_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ExpertApplicationInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::update(tx, id.0, &if_match, &input)).await
}

/// Submit an expert application
///
/// Submits an application for review (A8.1). The application is `draft` or `returned`, and has a file for each
/// certificate that it names. Until the application ends, nobody else can apply with the same citizen id or
/// certificates. The association is notified.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "Id of the application."), IfMatch),
    responses((status = 200, description = "The application, now `submitted`.", body = ExpertApplicationOut)))]
#[post("/expert-applications/{id}/submit")]
pub(crate) async fn submit_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::submit(tx, id.0, &if_match)).await
}

/// Withdraw an expert application
///
/// Withdraws an application that has not ended, with the reason (A8.1). Its certificates become free for other
/// applications.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "Id of the application."), IfMatch), request_body = ReasonInput,
    responses((status = 200, description = "The application, now `withdrawn`.", body = ExpertApplicationOut)))]
#[post("/expert-applications/{id}/withdraw")]
pub(crate) async fn withdraw_expert_application(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::withdraw(tx, id.0, &if_match, &input.reason)).await
}

impl View for ExpertApplication {
    fn relations(&self, _: &()) -> Relations {
        ExpertApplication::relations(self)
    }

    fn show(self, _: (), to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        Reply::ok(&ExpertApplicationOut::new(&self, to.caller), self.version)
    }
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(registration::register_applicant)
        .service(create_expert_application)
        .service(list_expert_applications)
        .service(get_expert_application)
        .service(update_expert_application)
        .service(submit_expert_application)
        .service(withdraw_expert_application)
        .service(record::list_expert_application_events)
        .service(unmask::unmask_expert_application)
        .service(review::get_expert_application_assessment)
        .service(review::return_expert_application)
        .service(review::reject_expert_application)
        .service(review::review_expert_application)
        .service(file::upload_application_file)
        .service(file::list_application_files)
        .service(file::get_application_file)
        .service(file::get_application_file_content);
}
