//! Public notices (公示, A8.1): open to everyone, names masked; they end by themselves.

mod ending;
pub(crate) mod steps;
mod wire;

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::{Resource, list_scope},
};
use anze_persistence::library::{
    expert_application::{self},
    public_notice as store,
};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{RequestContext, or_not_found},
    http::{
        extract::{Json, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, terms::PublicNoticeStatusTerm},
};

pub(crate) use ending::end_due_notices as end_public_notices;
pub use wire::{PublicNoticeApplicationOut, PublicNoticeInput, PublicNoticeOut};

/// Publish a public notice
///
/// Publishes a notice of applications that the council passed (A8.1). The notice takes all of the applications or
/// none.
///
/// - Every application is `passed`. It becomes `on_notice`, and its applicant is notified.
/// - The day of publication does not count. The notice ends at 24:00 in Xiamen on its last working day, by the
///   State Council's calendar.
/// - After the end the platform admits each applicant to the library, unless an objection is undecided or was
///   upheld. If the library can no longer take an applicant, the application is rejected, and the applicant is
///   notified.
#[utoipa::path(tag = "public-notices", request_body = PublicNoticeInput, responses(
    (status = 201, description = "The public notice, now `open`.", body = PublicNoticeOut)))]
#[post("/public-notices")]
pub(crate) async fn create_public_notice(
    context: RequestContext,
    Json(input): Json<PublicNoticeInput>,
) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            let notice = steps::publish(tx, &input)?;
            let location = format!("/api/v1/public-notices/{}", notice.id);
            Reply::created(location, &PublicNoticeOut::from(&notice), notice.version)
        })
        .await
}

/// What a list of notices is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PublicNoticeFilter {
    /// Lists only public notices in this state.
    #[param(nullable = false)]
    status: Option<PublicNoticeStatusTerm>,
}

/// List public notices
///
/// Lists public notices of applications for the expert library (A8.1). No login is needed.
#[utoipa::path(tag = "public-notices", security(()), params(ListQuery<PublicNoticeFilter>), responses(
    (status = 200, description = "A page of public notices.", body = Page<PublicNoticeOut>)))]
#[get("/public-notices")]
pub(crate) async fn list_public_notices(
    context: RequestContext,
    query: ListQuery<PublicNoticeFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let status = filter.status.map(|term| term.0);
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, list_scope(caller, Resource::PublicNotice), status, &list.wanted)?;
            list.page(page, |it| it.id, |it| PublicNoticeOut::from(&it))
        })
        .await
}

/// Read a public notice
///
/// Returns one public notice, with the time until which objections are taken (A8.1). No login is needed.
#[utoipa::path(tag = "public-notices", security(()), params(("id" = Uuid, Path, description = "Id of the public notice.")),
    responses((status = 200, description = "The public notice as it stands now.", body = PublicNoticeOut)))]
#[get("/public-notices/{id}")]
pub(crate) async fn get_public_notice(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, _| {
            let notice = or_not_found(store::find(db, id)?)?;
            Reply::ok(&PublicNoticeOut::from(&notice), notice.version)
        })
        .await
}

/// List the applications of a public notice
///
/// Lists the applications of a public notice with the qualifications of the applicants (A8.1). No login is
/// needed, and names are masked. While the notice is open, the list holds the applications that are on notice.
/// After its end the list holds only admitted applicants.
#[utoipa::path(tag = "public-notices", security(()),
    params(("id" = Uuid, Path, description = "Id of the public notice."), ListQuery),
    responses((status = 200, description = "A page of applications on the notice.", body = Page<PublicNoticeApplicationOut>)))]
#[get("/public-notices/{id}/applications")]
pub(crate) async fn list_public_notice_applications(
    context: RequestContext,
    id: Path<Uuid>,
    query: ListQuery,
) -> Result<Reply, ApiError> {
    let (id, now) = (Id::new(id.0), context.now);
    let query = query.of(("notice", id.uuid()));
    query
        .reply(&context, move |db, _, list| {
            let notice = or_not_found(store::find(db, id)?)?;
            let shown = notice.shown_to_everyone(now);
            let page = expert_application::of_notice(db, id, shown, &list.wanted)?;
            let on = notice.published_on();
            list.page(page, |it| it.id, |it| PublicNoticeApplicationOut::new(it, on))
        })
        .await
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_public_notice)
        .service(list_public_notices)
        .service(get_public_notice)
        .service(list_public_notice_applications);
}
