//! Objections (异议, A8.1): by anyone while the notice is open, decided by the association with reasons.

mod wire;

use chrono::{DateTime, Utc};
use std::net::{IpAddr, Ipv6Addr};

use actix_web::{HttpRequest, get, post};
use anze_domain::{
    FactName, Id,
    access::{Caller, Operation, Relations, may},
    identity::notification::NotificationKind,
    library::objection::{OBJECTIONS_TOO_FREQUENT, Objection, ObjectionStatus, WHILE},
};
use anze_persistence::{
    Reader, StoreError, Writer,
    library::{expert_application, objection as store, public_notice},
    store::event,
};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{ReadContext, RequestContext, Subject, change, or_not_found},
    http::{
        extract::{IfMatch, Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    library::expert_application::{notifications, release_certificates},
    wire::{ReasonIn, SortQuery, page_out, page_request, terms::ObjectionStatusTerm},
};

pub use wire::{ObjectionIn, ObjectionOut, ObjectionReceipt};

/// 提出异议 · Object to an application on notice
///
/// A8.1: by anyone, without login, to the last moment of the notice. Name and contact are for the association
/// only. From one address few objections wait for their decision at a time, to one application two (409), and few come
/// in an hour (429). What came in time but is looked at when the notice was found to have ended came too late (409).
#[utoipa::path(tag = "public-notices", security(()), params(("id" = Uuid, Path, description = "The notice")),
    request_body = ObjectionIn,
    responses((status = 201, description = "The receipt", body = ObjectionReceipt)))]
#[post("/public-notices/{id}/objections")]
pub(crate) async fn create_objection(
    context: RequestContext,
    id: Path<Uuid>,
    input: Json<ObjectionIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    let (notice, application) = (Id::new(id.0), Id::new(input.application_id));
    let address = context.app.keys.address_digest(&network(&context.address));
    context
        .write(body_digest, move |tx| {
            // The notice's lock orders the objections to it, the application's those and its admission.
            let notice = or_not_found(public_notice::find_locked(tx.db, notice)?)?;
            let about = expert_application::find_locked(tx.db, application)?;
            let since = tx.now() - WHILE;
            let counted = store::counted(tx.db, &address, notice.id, application, since)?;
            let objection = Objection {
                id: Id::new(tx.new_id()),
                version: 1,
                status: ObjectionStatus::Open,
                status_reason: None,
                public_notice_id: notice.id,
                application_id: application,
                grounds: input.grounds.clone(),
                objector_name: input.name.clone(),
                contact: input.contact.clone(),
                decided_at: None,
                decided_by: None,
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            let (objection, event) =
                objection.lodge(&notice, about.as_ref(), counted).map_err(|violation| {
                    let too_frequent = violation.code == OBJECTIONS_TOO_FREQUENT;
                    let error = ApiError::from(violation);
                    if too_frequent { error.retry_after(WHILE.to_std().unwrap_or_default()) } else { error }
                })?;
            store::insert(tx.db, &objection, &address)?;
            tx.append(notice.id, &event)?;
            if let Some(about) = about {
                // Each objection is an occasion of its own.
                let (to, mut told) = notifications::association(NotificationKind::ObjectionLodged, &about);
                told.occasion = objection.id.to_string();
                tx.notify(&[notifications::with((to, told), FactName::Notice, &notice.number)])?;
            }
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
    /// In this state.
    #[param(nullable = false)]
    status: Option<ObjectionStatusTerm>,
    /// To this notice.
    #[param(nullable = false)]
    public_notice_id: Option<Uuid>,
    /// To this application.
    #[param(nullable = false)]
    application_id: Option<Uuid>,
}

/// 异议列表 · List objections
///
/// For the association, and the regulator, who sees neither name nor contact.
#[utoipa::path(tag = "public-notices", params(ObjectionFilter, PageQuery, SortQuery), responses(
    (status = 200, description = "A page of objections", body = Page<ObjectionOut>)))]
#[get("/objections")]
pub(crate) async fn list_objections(
    context: RequestContext,
    filter: Query<ObjectionFilter>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (filter, sort) = (filter.0, sort.0);
    let wanted = page_request(&page.0, sort, &filter)?;
    let narrowed = store::Filter {
        status: filter.status.map(|term| term.0),
        public_notice_id: filter.public_notice_id.map(Id::new),
        application_id: filter.application_id.map(Id::new),
    };
    let page = context
        .read(move |db, caller| {
            let page = store::list(db, &narrowed, &wanted)?;
            page_out(page, sort, &filter, |it| it.id, |it| ObjectionOut::new(&it, caller))
        })
        .await?;
    page.reply(&request)
}

/// 异议详情 · Read an objection
///
/// With its grounds; name and contact for the association only (A8.1).
#[utoipa::path(tag = "public-notices", params(("id" = Uuid, Path, description = "The objection")), responses(
    (status = 200, description = "The objection", body = ObjectionOut)))]
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

/// 异议成立 · Uphold an objection
///
/// A8.1: with the reason; the application ends with it.
#[utoipa::path(tag = "public-notices", params(("id" = Uuid, Path, description = "The objection"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The objection", body = ObjectionOut)))]
#[post("/objections/{id}/uphold")]
pub(crate) async fn uphold_objection(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::UpholdObjection, move |it: Objection, tx| {
        let about = or_not_found(expert_application::find_locked(tx.db, it.application_id)?)?;
        let decided = it.uphold(&input.reason, tx.caller.id(), tx.now())?;
        // Another objection may have ended it, or its applicant.
        if about.status.is_live() {
            let (ended, event) = about.uphold_objection(&input.reason)?;
            release_certificates(tx, &[&ended])?;
            let told = notifications::applicant(NotificationKind::ObjectionUpheld, &ended);
            tx.notify(&[notifications::with(told, FactName::Reason, input.reason.trim())])?;
            let ended = expert_application::save(tx.db, ended, tx.now())?;
            tx.append(ended.id, &event)?;
        }
        Ok(decided)
    })
    .await
}

/// 异议不成立 · Dismiss an objection
///
/// A8.1: with the reason.
#[utoipa::path(tag = "public-notices", params(("id" = Uuid, Path, description = "The objection"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The objection", body = ObjectionOut)))]
#[post("/objections/{id}/dismiss")]
pub(crate) async fn dismiss_objection(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::DismissObjection, move |it: Objection, tx| {
        Ok(it.dismiss(&input.reason, tx.caller.id(), tx.now())?)
    })
    .await
}

impl Subject for Objection {
    type ParentStates = ();

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, ())>, StoreError> {
        let Some(objection) = store::find(db, Id::new(id))? else { return Ok(None) };
        // In the order in which an objection takes them: the notice's lock, then the application's.
        event::lock(db, objection.public_notice_id)?;
        Ok(Some((objection, ())))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn relations(&self, _: &()) -> Relations {
        Objection::relations(self)
    }

    fn stream(&self) -> Uuid {
        self.public_notice_id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, _: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        store::save(db, self, now)
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
