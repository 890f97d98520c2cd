//! API tokens: how an organisation's systems call.

use actix_web::{HttpRequest, get, post};
use anze_domain::{
    Event, EventName, FactName, Id, RecordKind,
    access::{self, Caller, Operation, Relations, Resource, may},
    base::id::ApiTokenId,
};
use anze_persistence::identity::api_token::{self as store, ApiToken};
use chrono::{DateTime, TimeDelta, Utc};
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
        extract::{BodyDigest, IfMatch, Json, Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    wire::{SortQuery, page_out, page_request, terms::ScopeTerm},
};

/// The longest life of a token, in days.
const MAX_DAYS: i64 = 366;

/// A new API token.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = NewApiToken)]
pub struct NewApiTokenIn {
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
    networks: Vec<NetworkIn>,
}

/// A network as CIDR: address and prefix length.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = Network, max_length = 49, pattern = "^[0-9A-Fa-f.:]+/[0-9]{1,3}$", example = "203.0.113.0/24")]
pub struct NetworkIn(String);

/// For how long the old token stays valid beside the new.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = ApiTokenRotation)]
pub struct RotationIn {
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
    pub networks: Vec<NetworkIn>,
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
            networks: token.networks.iter().cloned().map(NetworkIn).collect(),
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
            revoked_at: token.revoked_at,
            created_by: token.created_by.uuid(),
            created_at: token.created_at,
            allowed_actions: access::allowed_actions(caller, Resource::ApiToken, &relations(token), |_| live),
        }
    }
}

fn check_expiry(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), ApiError> {
    if expires_at <= now || expires_at > now + TimeDelta::days(MAX_DAYS) {
        return Err(ApiError::new(catalogue::TOKEN_EXPIRY).at("/expires_at"));
    }
    Ok(())
}

/// 新建令牌 · Create an API token
///
/// For a system of the caller's organisation. The token is shown once and kept as its digest.
#[utoipa::path(tag = "api-tokens", request_body = NewApiTokenIn, responses(
    (status = 201, description = "The token, shown once", body = ApiTokenCreated)))]
#[post("/api-tokens")]
pub(crate) async fn create_api_token(
    context: RequestContext,
    input: Json<NewApiTokenIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    for (index, network) in input.networks.iter().enumerate() {
        if network.0.parse::<IpNet>().is_err() {
            return Err(ApiError::new(catalogue::INVALID_VALUE).at(format!("/networks/{index}")));
        }
    }
    context
        .write(body_digest, move |tx| {
            // In here, as a repeated request is not judged anew by the clock.
            check_expiry(input.expires_at, tx.now())?;
            let plain = PlainToken::new_api_token();
            let mut scopes: Vec<_> = input.scopes.iter().map(|term| term.0).collect();
            scopes.sort_unstable();
            scopes.dedup();
            let token = ApiToken {
                id: Id::new(tx.new_id()),
                version: 1,
                organization_id: or_not_found(tx.caller.organization_id)?,
                name: input.name.clone(),
                hint: plain.hint(),
                scopes,
                networks: input.networks.iter().map(|network| network.0.clone()).collect(),
                expires_at: input.expires_at,
                last_used_at: None,
                revoked_at: None,
                created_by: Id::new(tx.caller.id()),
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            issue(tx, &token, &plain, EventName::ApiTokenCreated)
        })
        .await
}

/// Keeps a new token and shows it.
fn issue(
    tx: &mut WriteContext<'_, '_>,
    token: &ApiToken,
    plain: &PlainToken,
    event: EventName,
) -> Result<Reply, ApiError> {
    store::insert(tx.db, token, &plain.digest())?;
    let event = Event::new(event, RecordKind::ApiToken, token.id).fact(FactName::Hint, &token.hint);
    tx.append(token.organization_id, &event)?;
    let wire = ApiTokenCreated {
        token: plain.expose().to_owned(),
        api_token: ApiTokenOut::new(token, tx.caller, tx.now()),
    };
    Reply::created(format!("/api/v1/api-tokens/{}", token.id), &wire, token.version)
}

/// 令牌列表 · List API tokens
///
/// Of the caller's own organisation.
#[utoipa::path(tag = "api-tokens", params(PageQuery, SortQuery), responses(
    (status = 200, description = "A page of tokens", body = Page<ApiTokenOut>)))]
#[get("/api-tokens")]
pub(crate) async fn list_api_tokens(
    context: RequestContext,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (sort, now) = (sort.0, context.now);
    let wanted = page_request(&page.0, sort, &"api_tokens")?;
    let page = context
        .read(move |db, caller| {
            let page = store::list(db, or_not_found(caller.organization_id)?, &wanted)?;
            page_out(
                page,
                sort,
                &"api_tokens",
                |token| token.id,
                |token| ApiTokenOut::new(&token, caller, now),
            )
        })
        .await?;
    page.reply(&request)
}

/// 令牌详情 · Read an API token
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

/// 轮换令牌 · Rotate an API token
///
/// A new token with the same scopes and networks; both are valid for a while.
#[utoipa::path(tag = "api-tokens", params(("id" = Uuid, Path, description = "The token"), IfMatch),
    request_body = RotationIn, responses((status = 201, description = "The new token, shown once", body = ApiTokenCreated)))]
#[post("/api-tokens/{id}/rotate")]
pub(crate) async fn rotate_api_token(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
    input: Json<RotationIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    let (id, app) = (Id::new(id.0), context.app.clone());
    let reply = context
        .write(body_digest, move |tx| {
            check_expiry(input.expires_at, tx.now())?;
            let mut old = live(tx, id, Operation::RotateApiToken, &read)?;
            let plain = PlainToken::new_api_token();
            let new = ApiToken {
                id: Id::new(tx.new_id()),
                version: 1,
                hint: plain.hint(),
                expires_at: input.expires_at,
                last_used_at: None,
                created_by: Id::new(tx.caller.id()),
                created_at: tx.now(),
                updated_at: tx.now(),
                ..old.clone()
            };
            old.expires_at =
                old.expires_at.min(tx.now() + TimeDelta::minutes(i64::from(input.overlap_minutes)));
            store::save(tx.db, old, tx.now())?;
            issue(tx, &new, &plain, EventName::ApiTokenRotated)
        })
        .await;
    app.identities.forget();
    reply
}

/// 吊销令牌 · Revoke an API token
///
/// At once.
#[utoipa::path(tag = "api-tokens", params(("id" = Uuid, Path, description = "The token"), IfMatch),
    responses((status = 200, description = "The revoked token", body = ApiTokenOut)))]
#[post("/api-tokens/{id}/revoke")]
pub(crate) async fn revoke_api_token(
    context: RequestContext,
    id: Path<Uuid>,
    read: IfMatch,
) -> Result<Reply, ApiError> {
    let (id, app) = (Id::new(id.0), context.app.clone());
    let reply = context
        .write(BodyDigest::of(b""), move |tx| {
            let mut token = live(tx, id, Operation::RevokeApiToken, &read)?;
            token.revoked_at = Some(tx.now());
            let token = store::save(tx.db, token, tx.now())?;
            let event = Event::new(EventName::ApiTokenRevoked, RecordKind::ApiToken, token.id)
                .fact(FactName::Hint, &token.hint);
            tx.append(token.organization_id, &event)?;
            Reply::ok(&ApiTokenOut::new(&token, tx.caller, tx.now()), token.version)
        })
        .await;
    app.identities.forget();
    reply
}

/// A token of the caller's organisation that still holds.
fn live(
    tx: &mut WriteContext<'_, '_>,
    id: ApiTokenId,
    operation: Operation,
    read: &IfMatch,
) -> Result<ApiToken, ApiError> {
    let token = or_not_found(store::find(tx.db, id)?)?;
    tx.guard(operation, &relations(&token), read, token.version)?;
    if token.revoked_at.is_some() || token.expires_at <= tx.now() {
        return Err(ApiError::new(catalogue::TOKEN_OVER));
    }
    Ok(token)
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
