//! Objections (异议, A8.1): by anyone while the notice is open, decided by the association with reasons.

pub(crate) mod steps;
mod wire;

use std::net::{IpAddr, Ipv6Addr};

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::{Operation, Relations, Resource, list_scope, may},
    library::objection::Objection,
};
use anze_persistence::library::objection as store;
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
    wire::{ListQuery, ReasonInput, terms::ObjectionStatusTerm},
};

pub use wire::{ObjectionInput, ObjectionOut, ObjectionReceipt};

/// Object to an application on notice
///
/// Lodges an objection to an application on public notice (A8.1). No login is needed.
///
/// - The notice is open, and the application is still on it.
/// - Limits count the undecided objections to one notice and to one application from the same network address,
///   all undecided objections to one application, and the objections of the last hour from that address.
/// - The association is notified. It alone sees the name and the contact.
/// - An undecided objection holds up the admission of the applicant.
#[utoipa::path(tag = "public-notices", security(()), params(("id" = Uuid, Path, description = "Id of the public notice.")),
    request_body = ObjectionInput,
    responses((status = 201, description = "The receipt for the objection, which is `open`.", body = ObjectionReceipt)))]
#[post("/public-notices/{id}/objections")]
pub(crate) async fn create_objection(
    context: RequestContext,
    id: Path<Uuid>,
    Json(input): Json<ObjectionInput>,
) -> Result<Reply, ApiError> {
    let notice = Id::new(id.0);
    let address = context.app.keys.address_digest(&network(&context.address));
    context
        .write(move |tx| {
            let objection = steps::lodge(tx, notice, &input, &address)?;
            let location = format!("/api/v1/objections/{}", objection.id);
            Reply::created(location, &ObjectionReceipt::from(&objection), objection.version)
        })
        .await
}

/// What counts as one address: of IPv6 the network that one customer has.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
        _ => address.to_owned(),
    }
}

/// What a list of objections is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ObjectionFilter {
    /// Lists only objections in this state.
    #[param(nullable = false)]
    status: Option<ObjectionStatusTerm>,
    /// Id of a public notice. Lists only objections to applications on this notice.
    #[param(nullable = false)]
    public_notice_id: Option<Uuid>,
    /// Id of an application. Lists only objections to this application.
    #[param(nullable = false)]
    application_id: Option<Uuid>,
}

/// List objections
///
/// Lists objections to applications on public notice (A8.1). Only the association sees the name and the contact
/// of the objector.
#[utoipa::path(tag = "public-notices", params(ListQuery<ObjectionFilter>), responses(
    (status = 200, description = "A page of objections.", body = Page<ObjectionOut>)))]
#[get("/objections")]
pub(crate) async fn list_objections(
    context: RequestContext,
    query: ListQuery<ObjectionFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::Filter {
        status: filter.status.map(|term| term.0),
        public_notice_id: filter.public_notice_id.map(Id::new),
        application_id: filter.application_id.map(Id::new),
    };
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, list_scope(caller, Resource::Objection), &narrowed, &list.wanted)?;
            list.page(page, |it| it.id, |it| ObjectionOut::new(&it, caller))
        })
        .await
}

/// Read an objection
///
/// Returns one objection with its grounds and its decision (A8.1). Only the association sees the name and the
/// contact of the objector.
#[utoipa::path(tag = "public-notices", params(("id" = Uuid, Path, description = "Id of the objection.")), responses(
    (status = 200, description = "The objection as it stands now.", body = ObjectionOut)))]
#[get("/objections/{id}")]
pub(crate) async fn get_objection(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let objection = or_not_found(store::find(db, id)?)?;
            may(caller, Operation::GetObjection, &objection.relations())?;
            Reply::ok(&ObjectionOut::new(&objection, caller), objection.version)
        })
        .await
}

/// Uphold an objection
///
/// Upholds an objection, with the reason (A8.1). The objection is `open`. If the application is still under way,
/// it ends as `objection_upheld`, its certificates become free for other applications, and the applicant is
/// notified.
#[utoipa::path(tag = "public-notices", params(("id" = Uuid, Path, description = "Id of the objection."), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The objection, now `upheld`.", body = ObjectionOut)))]
#[post("/objections/{id}/uphold")]
pub(crate) async fn uphold_objection(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::uphold(tx, id.0, &if_match, &input.reason)).await
}

/// Dismiss an objection
///
/// Dismisses an objection, with the reason (A8.1). The objection is `open`. The application stays on notice, and
/// can be admitted after the notice has ended and all objections to it are dismissed.
#[utoipa::path(tag = "public-notices", params(("id" = Uuid, Path, description = "Id of the objection."), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The objection, now `dismissed`.", body = ObjectionOut)))]
#[post("/objections/{id}/dismiss")]
pub(crate) async fn dismiss_objection(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::dismiss(tx, id.0, &if_match, &input.reason)).await
}

impl View for Objection {
    fn relations(&self, _: &()) -> Relations {
        Objection::relations(self)
    }

    fn show(self, _: (), to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        Reply::ok(&ObjectionOut::new(&self, to.caller), self.version)
    }
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_objection)
        .service(list_objections)
        .service(get_objection)
        .service(uphold_objection)
        .service(dismiss_objection);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_one_network_of_ipv6_are_one() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("203.0.113.9"), "203.0.113.9");
        assert_eq!(network(""), "");
    }
}
