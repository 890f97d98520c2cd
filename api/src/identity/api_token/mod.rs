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

/// An API token to be created for a system of the caller's organisation.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ApiTokenInput {
    /// Name of the token, such as the system that uses it.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "夜间批量对接")]
    name: String,
    /// Scopes of the token: what the system may read and change.
    #[schema(min_items = 1, max_items = 32, example = json!(["policies:write", "commissions:write"]))]
    scopes: Vec<ScopeTerm>,
    /// Instant at which the token expires, at most 366 days ahead.
    #[schema(example = "2026-12-31T16:00:00Z")]
    expires_at: DateTime<Utc>,
    /// Networks from which the token may be used, in CIDR notation. An empty list allows every network.
    #[serde(default)]
    #[schema(max_items = 32, example = json!(["203.0.113.0/24"]))]
    networks: Vec<NetworkRangeIo>,
}

/// A network in CIDR notation: address and prefix length.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = NetworkRange, max_length = 49, pattern = "^[0-9A-Fa-f.:]+/[0-9]{1,3}$", example = "203.0.113.0/24")]
pub struct NetworkRangeIo(String);

/// How the old token and the new token overlap when a token is rotated.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ApiTokenRotationInput {
    /// Minutes for which the old token stays valid beside the new one, up to one week. `0` ends the old token at once.
    #[schema(minimum = 0, maximum = 10080, example = 1440)]
    overlap_minutes: i32,
    /// Instant at which the new token expires, at most 366 days ahead.
    #[schema(example = "2026-12-31T16:00:00Z")]
    expires_at: DateTime<Utc>,
}

/// An API token of an organisation's system. The token itself is not shown again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiToken)]
pub struct ApiTokenOut {
    /// Id of the API token.
    pub id: Uuid,
    /// Name of the token, such as the system that uses it.
    #[schema(max_length = 100, example = "夜间批量对接")]
    pub name: String,
    /// First characters of the token, by which people tell tokens apart.
    #[schema(max_length = 16, pattern = "^anze_[A-Za-z0-9]+$", example = "anze_Zr8v1x")]
    pub hint: String,
    /// Scopes of the token: what the system may read and change.
    #[schema(max_items = 32)]
    pub scopes: Vec<ScopeTerm>,
    /// Networks from which the token may be used. An empty list allows every network.
    #[schema(max_items = 32)]
    pub networks: Vec<NetworkRangeIo>,
    /// Instant at which the token expires, in UTC.
    pub expires_at: DateTime<Utc>,
    /// Instant of the token's last use, to the minute, in UTC. Absent if it was never used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_used_at: Option<DateTime<Utc>>,
    /// Instant at which the token was revoked, in UTC. Absent if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub revoked_at: Option<DateTime<Utc>>,
    /// Id of the user who created the token.
    pub created_by: Uuid,
    /// Instant at which the token was created, in UTC.
    pub created_at: DateTime<Utc>,
    /// Operations that the caller can do with this token now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["rotate", "revoke"]))]
    pub allowed_actions: Vec<&'static str>,
}

/// A new API token with its secret. No other answer shows the secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiTokenCreated {
    /// The token itself. It is shown here and never again.
    #[schema(
        max_length = 64,
        pattern = "^anze_[A-Za-z0-9]{46}$",
        example = "anze_Zr8v1x0dYc2bq7Wn5tLk3sJh6gFe4aRu9iOp0QwErTyUiO"
    )]
    pub token: String,
    /// The stored data of the token.
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
/// Creates an API token for a system of the caller's organisation. The answer shows the token once; the platform stores
/// only its digest.
#[utoipa::path(tag = "api-tokens", request_body = ApiTokenInput, responses(
    (status = 201, description = "The new token, shown this once.", body = ApiTokenCreated)))]
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
/// Lists the API tokens of the caller's own organisation, newest first.
#[utoipa::path(tag = "api-tokens", params(ListQuery), responses(
    (status = 200, description = "A page of API tokens, newest first.", body = Page<ApiTokenOut>)))]
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
/// Reads the stored data of an API token. The token itself is never shown again.
#[utoipa::path(tag = "api-tokens", params(("id" = Uuid, Path, description = "Id of the API token.")),
    responses((status = 200, description = "The API token.", body = ApiTokenOut)))]
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
/// Creates a new token with the name, scopes and networks of an existing token, which must still be valid. The old
/// token stays valid for the given minutes, but not beyond its own expiry.
#[utoipa::path(tag = "api-tokens", params(("id" = Uuid, Path, description = "Id of the API token."), IfMatch),
    request_body = ApiTokenRotationInput, responses((status = 201, description = "The new token, shown this once.", body = ApiTokenCreated)))]
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
/// Ends a valid API token at once. Requests with it are refused with 401 from then on.
#[utoipa::path(tag = "api-tokens", params(("id" = Uuid, Path, description = "Id of the API token."), IfMatch),
    responses((status = 200, description = "The API token, now revoked.", body = ApiTokenOut)))]
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
