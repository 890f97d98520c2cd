//! API tokens: how an organisation's systems call.

pub(crate) mod steps;

use actix_web::{get, post};
use anze_domain::{
    Id,
    access::{self, Caller, Operation, Relations, Resource, list_scope, may},
};
use anze_persistence::identity::api_token::{self as store, ApiToken};
use chrono::{DateTime, Utc};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

use crate::{
    app::{
        context::{RequestContext, WriteContext, or_not_found},
        tokens::PlainToken,
    },
    http::{
        catalogue,
        extract::{IfMatch, Json, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, terms::ScopeTerm},
};

/// A new API token.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ApiTokenInput {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "夜间批量对接")]
    name: String,
    /// What it may touch.
    #[schema(min_items = 1, max_items = 32, example = json!(["policies:write", "commissions:write"]))]
    scopes: Vec<ScopeTerm>,
    /// Until when; at most 366 days ahead.
    #[schema(example = "2026-12-31T16:00:00Z")]
    expires_at: DateTime<Utc>,
    /// From which networks it may be used, as CIDR; none for anywhere.
    #[serde(default)]
    #[schema(max_items = 32, example = json!(["203.0.113.0/24"]))]
    networks: Vec<NetworkRangeIo>,
}

/// A network as CIDR: address and prefix length.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = NetworkRange, max_length = 49, pattern = "^[0-9A-Fa-f.:]+/[0-9]{1,3}$", example = "203.0.113.0/24")]
pub struct NetworkRangeIo(String);

/// For how long the old token stays valid beside the new.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ApiTokenRotationInput {
    /// Minutes for which both are valid: at most a week.
    #[schema(minimum = 0, maximum = 10080, example = 1440)]
    overlap_minutes: i32,
    /// Until when the new one holds; at most 366 days ahead.
    #[schema(example = "2026-12-31T16:00:00Z")]
    expires_at: DateTime<Utc>,
}

/// An API token.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiToken)]
pub struct ApiTokenOut {
    /// Its id.
    pub id: Uuid,
    /// What it is for.
    #[schema(max_length = 100, example = "夜间批量对接")]
    pub name: String,
    /// Its first characters, to tell it from others.
    #[schema(max_length = 16, pattern = "^anze_[A-Za-z0-9]+$", example = "anze_Zr8v1x")]
    pub hint: String,
    /// What it may touch.
    #[schema(max_items = 32)]
    pub scopes: Vec<ScopeTerm>,
    /// From which networks it may be used; none for anywhere.
    #[schema(max_items = 32)]
    pub networks: Vec<NetworkRangeIo>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub revoked_at: Option<DateTime<Utc>>,
    /// Who made it.
    pub created_by: Uuid,
    /// When.
    pub created_at: DateTime<Utc>,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["rotate", "revoke"]))]
    pub allowed_actions: Vec<&'static str>,
}

/// A new token: the only answer that shows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiTokenCreated {
    /// The token itself: shown here and never again.
    #[schema(
        max_length = 64,
        pattern = "^anze_[A-Za-z0-9]{46}$",
        example = "anze_Zr8v1x0dYc2bq7Wn5tLk3sJh6gFe4aRu9iOp0QwErTyUiO"
    )]
    pub token: String,
    /// What is kept of it.
    pub api_token: ApiTokenOut,
}

fn relations(token: &ApiToken) -> Relations {
    Relations { own: Some(token.organization_id), ..Relations::default() }
}

impl ApiTokenOut {
    fn new(token: &ApiToken, caller: &Caller, now: DateTime<Utc>) -> Self {
        let live = token.revoked_at.is_none() && token.expires_at > now;
        Self {
            id: token.id.uuid(),
            name: token.name.clone(),
            hint: token.hint.clone(),
            scopes: token.scopes.iter().copied().map(Into::into).collect(),
            networks: token.networks.iter().cloned().map(NetworkRangeIo).collect(),
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
            revoked_at: token.revoked_at,
            created_by: token.created_by.uuid(),
            created_at: token.created_at,
            allowed_actions: access::allowed_actions(caller, Resource::ApiToken, &relations(token), |_| live),
        }
    }
}

/// Create an API token
///
/// For a system of the caller's organisation. The token is shown once and kept as its digest.
#[utoipa::path(tag = "api-tokens", request_body = ApiTokenInput, responses(
    (status = 201, description = "The token, shown once", body = ApiTokenCreated)))]
#[post("/api-tokens")]
pub(crate) async fn create_api_token(
    context: RequestContext,
    Json(input): Json<ApiTokenInput>,
) -> Result<Reply, ApiError> {
    for (index, network) in input.networks.iter().enumerate() {
        if network.0.parse::<IpNet>().is_err() {
            return Err(ApiError::new(catalogue::INVALID_VALUE).at(format!("/networks/{index}")));
        }
    }
    context
        .write(move |tx| {
            let (token, plain) = steps::create(tx, &input)?;
            created(tx, &token, &plain)
        })
        .await
}

/// The only answer that shows a new token.
fn created(tx: &WriteContext<'_, '_>, token: &ApiToken, plain: &PlainToken) -> Result<Reply, ApiError> {
    let wire = ApiTokenCreated {
        token: plain.expose().to_owned(),
        api_token: ApiTokenOut::new(token, tx.caller, tx.now()),
    };
    Reply::created(format!("/api/v1/api-tokens/{}", token.id), &wire, token.version)
}

/// List API tokens
///
/// Of the caller's own organisation.
#[utoipa::path(tag = "api-tokens", params(ListQuery), responses(
    (status = 200, description = "A page of tokens", body = Page<ApiTokenOut>)))]
#[get("/api-tokens")]
pub(crate) async fn list_api_tokens(context: RequestContext, query: ListQuery) -> Result<Reply, ApiError> {
    let now = context.now;
    let query = query.of("api_tokens");
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, list_scope(caller, Resource::ApiToken), &list.wanted)?;
            list.page(page, |token| token.id, |token| ApiTokenOut::new(&token, caller, now))
        })
        .await
}

/// Read an API token
///
/// What is kept of it; never the token itself.
#[utoipa::path(tag = "api-tokens", params(("id" = Uuid, Path, description = "The token")),
    responses((status = 200, description = "The token", body = ApiTokenOut)))]
#[get("/api-tokens/{id}")]
pub(crate) async fn get_api_token(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let (id, now) = (Id::new(id.0), context.now);
    context
        .read(move |db, caller| {
            let token = or_not_found(store::find(db, id)?)?;
            may(caller, Operation::GetApiToken, &relations(&token))?;
            Reply::ok(&ApiTokenOut::new(&token, caller, now), token.version)
        })
        .await
}

/// Rotate an API token
///
/// A new token with the same scopes and networks; both are valid for a while.
#[utoipa::path(tag = "api-tokens", params(("id" = Uuid, Path, description = "The token"), IfMatch),
    request_body = ApiTokenRotationInput, responses((status = 201, description = "The new token, shown once", body = ApiTokenCreated)))]
#[post("/api-tokens/{id}/rotate")]
pub(crate) async fn rotate_api_token(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<ApiTokenRotationInput>,
) -> Result<Reply, ApiError> {
    let (id, app) = (Id::new(id.0), context.app.clone());
    let reply = context
        .write(move |tx| {
            let (new, plain) = steps::rotate(tx, id, &if_match, &input)?;
            created(tx, &new, &plain)
        })
        .await;
    app.identities.forget();
    reply
}

/// Revoke an API token
///
/// At once.
#[utoipa::path(tag = "api-tokens", params(("id" = Uuid, Path, description = "The token"), IfMatch),
    responses((status = 200, description = "The revoked token", body = ApiTokenOut)))]
#[post("/api-tokens/{id}/revoke")]
pub(crate) async fn revoke_api_token(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    let (id, app) = (Id::new(id.0), context.app.clone());
    let reply = context
        .write(move |tx| {
            let token = steps::revoke(tx, id, &if_match)?;
            Reply::ok(&ApiTokenOut::new(&token, tx.caller, tx.now()), token.version)
        })
        .await;
    app.identities.forget();
    reply
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_api_token)
        .service(list_api_tokens)
        .service(get_api_token)
        .service(rotate_api_token)
        .service(revoke_api_token);
}
