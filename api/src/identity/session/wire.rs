//! Login, sessions and passwords on the wire.

use anze_domain::{
    Id,
    access::{Caller, Who},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::wire::terms::{DistrictTerm, PortTerm, RoleTerm, ScopeTerm};

/// What a person logs in with.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct LoginInput {
    /// The login name; upper and lower case are the same.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]+$", example = "contractor-01")]
    pub(super) login_name: String,
    /// The password.
    #[schema(
        min_length = 1,
        max_length = 128,
        format = "password",
        example = "five granite lions, one bridge"
    )]
    pub(super) password: String,
}

/// A refresh token.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SessionRefreshInput {
    /// The refresh token of the last answer.
    #[schema(
        min_length = 1,
        max_length = 128,
        pattern = "^[A-Za-z0-9]+$",
        example = "Zr8v1x0dYc2bq7Wn5tLk3sJh6gFe4aRu9iOp0QwErTyUiOpA"
    )]
    pub(super) refresh_token: String,
}

/// A change of password.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PasswordChangeInput {
    /// The password until now.
    #[schema(
        min_length = 1,
        max_length = 128,
        format = "password",
        example = "five granite lions, one bridge"
    )]
    pub(super) current_password: String,
    /// The password from now on: 12 to 128 characters.
    #[schema(
        min_length = 12,
        max_length = 128,
        format = "password",
        example = "six granite lions, two bridges"
    )]
    pub(super) new_password: String,
}

/// Tokens of a session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionTokens)]
pub struct TokensOut {
    /// Presented as `Authorization: Bearer …`.
    #[schema(
        max_length = 1000,
        pattern = r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
        example = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    )]
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(value_type = String, max_length = 6, pattern = "^Bearer$", example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds for which the access token holds.
    #[schema(minimum = 1, maximum = 86400, example = 900)]
    pub expires_in: i64,
    /// Exchanged for new tokens, once.
    #[schema(
        max_length = 64,
        pattern = "^[A-Za-z0-9]{48}$",
        example = "Zr8v1x0dYc2bq7Wn5tLk3sJh6gFe4aRu9iOp0QwErTyUiOpA"
    )]
    pub refresh_token: String,
    /// Until when the session can be refreshed.
    pub refresh_expires_at: DateTime<Utc>,
    /// The session.
    pub session_id: Uuid,
}

/// Whoever calls.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Caller)]
pub struct CallerOut {
    /// `user` or `token`.
    #[schema(value_type = String, max_length = 5, pattern = "^(user|token)$", example = "user")]
    pub kind: &'static str,
    /// The user or token.
    pub id: Uuid,
    /// Their organisation; an individual expert has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organization_id: Option<Uuid>,
    /// Their port.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub port: Option<PortTerm>,
    /// Whether their organisation is active: until it is, only the session can be used.
    pub active: bool,
    /// Their role.
    pub role: RoleTerm,
    /// What a token may touch; empty for people.
    #[schema(max_items = 32)]
    pub scopes: Vec<ScopeTerm>,
    /// The expert that the user is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expert_id: Option<Uuid>,
    /// The area of a regulator; absent for the whole city.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub district: Option<DistrictTerm>,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LoginSession)]
pub struct SessionOut {
    /// Its id.
    pub id: Uuid,
    /// What the client called itself.
    #[schema(max_length = 200, example = "Mozilla/5.0")]
    pub client: String,
    /// From where it was begun.
    #[schema(max_length = 64, example = "203.0.113.7")]
    pub address: String,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last refreshed.
    pub last_used_at: DateTime<Utc>,
    /// Until when it can be refreshed.
    pub expires_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl From<&Caller> for CallerOut {
    fn from(caller: &Caller) -> Self {
        Self {
            kind: if matches!(caller.who, Who::Token(_)) { "token" } else { "user" },
            id: caller.id(),
            organization_id: caller.organization_id.map(Id::uuid),
            port: caller.port.map(Into::into),
            active: caller.active,
            role: caller.role.into(),
            scopes: caller.scopes.iter().copied().map(Into::into).collect(),
            expert_id: caller.expert_id,
            district: caller.district.map(Into::into),
        }
    }
}
