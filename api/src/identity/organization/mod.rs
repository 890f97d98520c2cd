//! Organisations (单位): registration, approval, and the directory that others name their parties from.

pub(crate) mod steps;
mod wire;

use actix_web::{get, post, put};
use anze_domain::{
    Id,
    access::{Caller, Operation, Relations, Resource, list_scope, may},
    identity::organization::Organization,
    oversight::hand_over::Told,
};
use anze_persistence::identity::organization as store;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::{
        context::{ReadContext, RequestContext, View, or_not_found},
        passwords as password,
        state::App,
    },
    http::{
        extract::{IfMatch, Json, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{
        ListQuery, ReasonInput,
        search::SearchTextIo,
        terms::{OrganizationStatusTerm, PortTerm},
    },
};

pub use wire::{
    AdministratorInput, OrganizationContactInput, OrganizationInput, OrganizationOut,
    OrganizationRegistrationInput,
};

/// Register an organisation
///
/// Registers a company with its first administrator. Contractors, supervisors, owners, insurers and providers register
/// themselves (A16). The organisation waits until the association approves it; until then its users can use the
/// operations of their session and of the inbox only. The association is notified. The answer shows the contact as strangers see it: without the name, and with the
/// mobile number masked.
#[utoipa::path(tag = "organizations", security(()), request_body = OrganizationRegistrationInput, responses(
    (status = 201, description = "The organisation, which waits for approval.", body = OrganizationOut)))]
#[post("/registrations")]
pub(crate) async fn register_organization(
    context: RequestContext,
    Json(input): Json<OrganizationRegistrationInput>,
) -> Result<Reply, ApiError> {
    let hash = administrator_hash(&context, &input).await?;
    context
        .write(move |tx| {
            let organization = steps::register(tx, &input, &hash)?;
            created(&organization, tx.caller)
        })
        .await
}

/// Create an organisation
///
/// Creates an organisation of any port, with its first administrator. Organisations of the association and of
/// regulators are created in this way only. The organisation is active at once.
#[utoipa::path(tag = "organizations", request_body = OrganizationRegistrationInput, responses(
    (status = 201, description = "The organisation as it is now.", body = OrganizationOut)))]
#[post("/organizations")]
pub(crate) async fn create_organization(
    context: RequestContext,
    Json(input): Json<OrganizationRegistrationInput>,
) -> Result<Reply, ApiError> {
    let hash = administrator_hash(&context, &input).await?;
    context
        .write(move |tx| {
            let organization = steps::create(tx, &input, &hash)?;
            created(&organization, tx.caller)
        })
        .await
}

/// The hash of the first administrator's password, which is checked before.
async fn administrator_hash(
    context: &RequestContext,
    input: &OrganizationRegistrationInput,
) -> Result<String, ApiError> {
    let administrator = &input.administrator;
    password::check(&administrator.password, &administrator.login_name, "/administrator/password")?;
    context.app.passwords.hash(&administrator.password).await
}

/// The answer that shows a new organisation.
fn created(organization: &Organization, caller: &Caller) -> Result<Reply, ApiError> {
    let location = format!("/api/v1/organizations/{}", organization.id);
    Reply::created(location, &OrganizationOut::new(organization, caller), organization.version)
}

/// What a list of organisations is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrganizationFilter {
    /// Keeps organisations of this port.
    #[param(nullable = false)]
    port: Option<PortTerm>,
    /// Keeps organisations in this state. Only the association and regulators see organisations that are not active.
    #[param(nullable = false)]
    status: Option<OrganizationStatusTerm>,
    /// Keeps the organisation with this unified social credit code.
    #[param(nullable = false, max_length = 18, pattern = "^[0-9A-Z]{18}$")]
    unified_social_credit_code: Option<String>,
    /// Keeps only organisations in whose name this text stands, or whose unified social credit code begins with it.
    #[param(nullable = false, inline)]
    q: Option<SearchTextIo>,
}

/// List organisations
///
/// Lists organisations, newest first. Callers find here the ids of the supervisor, owner or provider that they name in
/// a record. The contact of another organisation is shown to the association only; other callers see no name and a
/// masked mobile number.
#[utoipa::path(tag = "organizations", params(ListQuery<OrganizationFilter>), responses(
    (status = 200, description = "A page of organisations, newest first.", body = Page<OrganizationOut>)))]
#[get("/organizations")]
pub(crate) async fn list_organizations(
    context: RequestContext,
    query: ListQuery<OrganizationFilter>,
) -> Result<Reply, ApiError> {
    query
        .reply(&context, move |db, caller, list| {
            let filter = &list.filter;
            let narrowed = store::Filter {
                text: SearchTextIo::of(filter.q.as_ref()),
                port: filter.port.map(|term| term.0),
                status: filter.status.map(|term| term.0),
                unified_social_credit_code: filter.unified_social_credit_code.clone(),
            };
            let page = store::list(db, list_scope(caller, Resource::Organization), &narrowed, &list.wanted)?;
            list.page(page, |it| it.id, |it| OrganizationOut::new(&it, caller))
        })
        .await
}

/// Read an organisation
///
/// Reads one organisation. An organisation that is not active is answered as not found, except to the association and
/// regulators.
#[utoipa::path(tag = "organizations", params(("id" = Uuid, Path, description = "Id of the organisation.")),
    responses((status = 200, description = "The organisation as it is now.", body = OrganizationOut)))]
#[get("/organizations/{id}")]
pub(crate) async fn get_organization(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let organization = or_not_found(store::find(db, id)?)?;
            may(caller, Operation::GetOrganization, &organization.relations())?;
            Reply::ok(&OrganizationOut::new(&organization, caller), organization.version)
        })
        .await
}

/// Update an organisation's contact
///
/// Replaces the contact person of an organisation that waits for approval or is active. Port, name, credit code and
/// district stay as they were registered.
#[utoipa::path(tag = "organizations", params(("id" = Uuid, Path, description = "Id of the organisation."), IfMatch),
    request_body = OrganizationContactInput, responses((status = 200, description = "The organisation as it is now.", body = OrganizationOut)))]
#[put("/organizations/{id}")]
pub(crate) async fn update_organization(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<OrganizationContactInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::update(tx, id.0, &if_match, &input)).await
}

/// Approve an organisation
///
/// Approves an organisation that waits for approval. Its users can work from then on, and are notified.
#[utoipa::path(tag = "organizations", params(("id" = Uuid, Path, description = "Id of the organisation."), IfMatch),
    responses((status = 200, description = "The organisation, now active.", body = OrganizationOut)))]
#[post("/organizations/{id}/approve")]
pub(crate) async fn approve_organization(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::approve(tx, id.0, &if_match)).await
}

/// Reject an organisation
///
/// Rejects an organisation that waits for approval, with a reason. A rejection is final. The users of the organisation are
/// notified with the reason.
#[utoipa::path(tag = "organizations", params(("id" = Uuid, Path, description = "Id of the organisation."), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The organisation, now rejected.", body = OrganizationOut)))]
#[post("/organizations/{id}/reject")]
pub(crate) async fn reject_organization(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::reject(tx, id.0, &if_match, &input.reason)).await
}

/// Suspend an organisation
///
/// Suspends an active organisation other than the caller's own, with a reason. Until the organisation is reinstated,
/// its users and API tokens can use the operations of the session and of the inbox only. Only the association can read the reason on the
/// platform. The platform sends no notification.
#[utoipa::path(tag = "organizations", params(("id" = Uuid, Path, description = "Id of the organisation."), IfMatch),
    request_body = ReasonInput, responses((status = 200, description = "The organisation, now suspended.", body = OrganizationOut)))]
#[post("/organizations/{id}/suspend")]
pub(crate) async fn suspend_organization(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ReasonInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::suspend(tx, id.0, &if_match, &input.reason)).await
}

/// Reinstate an organisation
///
/// Ends the suspension of an organisation. Its users and API tokens can work again. The reason of the suspension is no
/// longer shown.
#[utoipa::path(tag = "organizations", params(("id" = Uuid, Path, description = "Id of the organisation."), IfMatch),
    responses((status = 200, description = "The organisation, now active.", body = OrganizationOut)))]
#[post("/organizations/{id}/reinstate")]
pub(crate) async fn reinstate_organization(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::reinstate(tx, id.0, &if_match)).await
}

impl View for Organization {
    fn relations(&self, _: &()) -> Relations {
        Organization::relations(self)
    }

    fn told(&self) -> Told<'_> {
        Told { label: &self.name, project: None, version: self.version }
    }

    fn forget(app: &App) {
        app.identities.forget();
    }

    fn show(self, _: (), to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        Reply::ok(&OrganizationOut::new(&self, to.caller), self.version)
    }
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
