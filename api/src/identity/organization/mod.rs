//! Organisations (单位): registration, approval, and the directory that others name their parties from.

mod wire;

use actix_web::{HttpRequest, get, post, put};
use anze_domain::{
    Event, EventName, Id,
    access::{Caller, Operation, Port, Relations, may},
    identity::organization::{Organization, OrganizationStatus},
};
use anze_persistence::{
    Reader, StoreError, Writer,
    identity::{organization as store, user},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::{
        context::{ReadContext, RequestContext, Subject, change, or_not_found},
        passwords as password,
        state::App,
    },
    http::{
        extract::{BodyDigest, IfMatch, Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    wire::{
        ReasonIn, SortQuery, page_out, page_request,
        terms::{OrganizationStatusTerm, PortTerm},
    },
};

pub use wire::{AdministratorIn, ContactIn, OrganizationIn, OrganizationOut, RegistrationIn};

/// 单位登记 · Register an organisation
///
/// A company of one of the five ports registers itself with its first administrator; the association
/// approves it (A16).
#[utoipa::path(tag = "organizations", security(()), request_body = RegistrationIn, responses(
    (status = 201, description = "The organisation, waiting for approval", body = OrganizationOut)))]
#[post("/registrations")]
pub(crate) async fn register_organization(
    context: RequestContext,
    input: Json<RegistrationIn>,
) -> Result<Reply, ApiError> {
    found(context, input, |organization| Ok(organization.register()?)).await
}

/// 建立单位 · Create an organisation
///
/// The association's administrators make organisations of any port, those of the association and the
/// regulator among them; they are active at once.
#[utoipa::path(tag = "organizations", request_body = RegistrationIn, responses(
    (status = 201, description = "The organisation", body = OrganizationOut)))]
#[post("/organizations")]
pub(crate) async fn create_organization(
    context: RequestContext,
    input: Json<RegistrationIn>,
) -> Result<Reply, ApiError> {
    found(context, input, |organization| Ok(organization.create())).await
}

/// Makes an organisation with its first administrator.
async fn found<F>(context: RequestContext, input: Json<RegistrationIn>, begin: F) -> Result<Reply, ApiError>
where
    F: Fn(Organization) -> Result<(Organization, Event), ApiError> + Send + 'static,
{
    let Json { value: input, body_digest } = input;
    let login_name = input.administrator.login_name.clone();
    password::check(&input.administrator.password, &login_name, "/administrator/password")?;
    let hash = context.app.passwords.hash(&input.administrator.password).await?;
    context
        .write(body_digest, move |tx| {
            let organization = input.organization.organization(Id::new(tx.new_id()), tx.now())?;
            let (organization, event) = begin(organization)?;
            store::insert(tx.db, &organization)?;
            tx.append(organization.id, &event)?;
            let administrator = input.administrator.user(Id::new(tx.new_id()), organization.id, tx.now())?;
            user::insert(tx.db, &administrator, &hash)?;
            tx.append(organization.id, &administrator.event(EventName::UserCreated))?;
            let wire = OrganizationOut::new(&organization, tx.caller);
            Reply::created(format!("/api/v1/organizations/{}", organization.id), &wire, organization.version)
        })
        .await
}

/// What a list of organisations is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrganizationFilter {
    /// Of this port.
    #[param(nullable = false)]
    kind: Option<PortTerm>,
    /// In this state; only the association sees others than the active.
    #[param(nullable = false)]
    status: Option<OrganizationStatusTerm>,
    /// With this unified social credit code.
    #[param(nullable = false, max_length = 18, pattern = "^[0-9A-Z]{18}$")]
    unified_social_credit_code: Option<String>,
}

/// 单位列表 · List organisations
///
/// The directory from which supervisors, owners and providers are named. Contacts are masked for others.
#[utoipa::path(tag = "organizations", params(OrganizationFilter, PageQuery, SortQuery), responses(
    (status = 200, description = "A page of organisations", body = Page<OrganizationOut>)))]
#[get("/organizations")]
pub(crate) async fn list_organizations(
    context: RequestContext,
    filter: Query<OrganizationFilter>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (filter, sort) = (filter.0, sort.0);
    let wanted = page_request(&page.0, sort, &filter)?;
    let status = filter.status.map(|term| term.0);
    let page = context
        .read(move |db, caller| {
            let narrowed = store::Filter {
                kind: filter.kind.map(|term| term.0),
                status: if sees_all(caller) { status } else { Some(OrganizationStatus::Active) },
                unified_social_credit_code: filter.unified_social_credit_code.clone(),
            };
            let page = store::list(db, &narrowed, &wanted)?;
            page_out(page, sort, &filter, |it| it.id, |it| OrganizationOut::new(&it, caller))
        })
        .await?;
    page.reply(&request)
}

/// 单位详情 · Read an organisation
///
/// The own one, and every active one; the association reads all.
#[utoipa::path(tag = "organizations", params(("id" = Uuid, Path, description = "The organisation")),
    responses((status = 200, description = "The organisation", body = OrganizationOut)))]
#[get("/organizations/{id}")]
pub(crate) async fn get_organization(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let organization = or_not_found(store::find(db, id)?)?;
            may(caller, Operation::GetOrganization, &organization.relations())?;
            let own = caller.organization_id == Some(id);
            if !own && !sees_all(caller) && organization.status != OrganizationStatus::Active {
                return Err(ApiError::not_found());
            }
            Reply::ok(&OrganizationOut::new(&organization, caller), organization.version)
        })
        .await
}

/// 修改联系人 · Replace an organisation's contact
///
/// Its own administrators, or the association's.
#[utoipa::path(tag = "organizations", params(("id" = Uuid, Path, description = "The organisation"), IfMatch),
    request_body = ContactIn, responses((status = 200, description = "The organisation", body = OrganizationOut)))]
#[put("/organizations/{id}")]
pub(crate) async fn update_organization(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ContactIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::UpdateOrganization, move |it: Organization, _| {
        Ok(it.update(input.contact_name.clone(), input.mobile()?)?)
    })
    .await
}

/// 审核通过 · Approve an organisation
///
/// The association lets it in.
#[utoipa::path(tag = "organizations", params(("id" = Uuid, Path, description = "The organisation"), IfMatch),
    responses((status = 200, description = "The active organisation", body = OrganizationOut)))]
#[post("/organizations/{id}/approve")]
pub(crate) async fn approve_organization(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    change(context, id, read, none, Operation::ApproveOrganization, |it: Organization, _| Ok(it.approve()?))
        .await
}

/// 驳回登记 · Reject an organisation
///
/// The association does not let it in, with the reason.
#[utoipa::path(tag = "organizations", params(("id" = Uuid, Path, description = "The organisation"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The rejected organisation", body = OrganizationOut)))]
#[post("/organizations/{id}/reject")]
pub(crate) async fn reject_organization(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    change(context, id, read, body_digest, Operation::RejectOrganization, move |it: Organization, _| {
        Ok(it.reject(&input.reason)?)
    })
    .await
}

/// 暂停单位 · Suspend an organisation
///
/// Its people and tokens can do nothing until it is reinstated.
#[utoipa::path(tag = "organizations", params(("id" = Uuid, Path, description = "The organisation"), IfMatch),
    request_body = ReasonIn, responses((status = 200, description = "The suspended organisation", body = OrganizationOut)))]
#[post("/organizations/{id}/suspend")]
pub(crate) async fn suspend_organization(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<ReasonIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    let by = context.caller.organization_id;
    change(context, id, read, body_digest, Operation::SuspendOrganization, move |it: Organization, _| {
        Ok(it.suspend(&input.reason, by)?)
    })
    .await
}

/// 恢复单位 · Reinstate an organisation
///
/// The association ends a suspension.
#[utoipa::path(tag = "organizations", params(("id" = Uuid, Path, description = "The organisation"), IfMatch),
    responses((status = 200, description = "The active organisation", body = OrganizationOut)))]
#[post("/organizations/{id}/reinstate")]
pub(crate) async fn reinstate_organization(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let none = BodyDigest::of(b"");
    change(context, id, read, none, Operation::ReinstateOrganization, |it: Organization, _| {
        Ok(it.reinstate()?)
    })
    .await
}

impl Subject for Organization {
    type ParentStates = ();

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, ())>, StoreError> {
        Ok(store::find(db, Id::new(id))?.map(|organization| (organization, ())))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn relations(&self, _: &()) -> Relations {
        Organization::relations(self)
    }

    fn stream(&self) -> Uuid {
        self.id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, _: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        store::save(db, self, now)
    }

    fn forget(app: &App) {
        app.identities.forget();
    }

    fn show(self, _: (), to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        Reply::ok(&OrganizationOut::new(&self, to.caller), self.version)
    }
}

/// Whether the caller sees organisations that are not active, and contacts unmasked.
fn sees_all(caller: &Caller) -> bool {
    matches!(caller.port, Some(Port::Association | Port::Regulator))
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(register_organization)
        .service(create_organization)
        .service(list_organizations)
        .service(get_organization)
        .service(update_organization)
        .service(approve_organization)
        .service(reject_organization)
        .service(suspend_organization)
        .service(reinstate_organization);
}
