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
/// A8.1: whoever is signed in without an organisation applies for the members' or the leaders' pool; a member
/// of the library for the leaders', who was removed for either. A user has one application under way at the most.
/// A draft claims neither citizen id nor certificates; nobody else reads it.
#[utoipa::path(tag = "expert-applications", request_body = ExpertApplicationInput, responses(
    (status = 201, description = "The draft", body = ExpertApplicationOut)))]
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
    /// In this state.
    #[param(nullable = false)]
    status: Option<ExpertApplicationStatusTerm>,
    /// For this pool.
    #[param(nullable = false)]
    pool: Option<PoolTerm>,
    /// On this notice.
    #[param(nullable = false)]
    public_notice_id: Option<Uuid>,
}

/// List expert applications
///
/// The association and the regulator see all but drafts; everyone else their own.
#[utoipa::path(tag = "expert-applications", params(ListQuery<ExpertApplicationFilter>), responses(
    (status = 200, description = "A page of applications", body = Page<ExpertApplicationOut>)))]
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
/// For the applicant, and, once it is submitted, the association and the regulator. The citizen id is masked, and
/// not shown to the regulator, who sees neither name nor certificates nor work history either.
#[utoipa::path(tag = "expert-applications", params(("id" = Uuid, Path, description = "The application")),
    responses((status = 200, description = "The application", body = ExpertApplicationOut)))]
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
/// The applicant, while it is a draft or returned. Without a citizen id the one that was given stays.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "The application"), IfMatch), request_body = ExpertApplicationInput,
    responses((status = 200, description = "The application", body = ExpertApplicationOut)))]
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
/// A8.1: with a file for each certificate that it names. From now on the citizen id and the certificates are this
/// applicant's until the application has ended. What was returned is submitted again.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "The application"), IfMatch),
    responses((status = 200, description = "The submitted application", body = ExpertApplicationOut)))]
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
/// The applicant takes it back, at any time before the admission, with the reason.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "The application"), IfMatch), request_body = ReasonInput,
    responses((status = 200, description = "The withdrawn application", body = ExpertApplicationOut)))]
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
