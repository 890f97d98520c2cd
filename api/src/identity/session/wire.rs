//! Login, sessions and passwords on the wire.

use anze_domain::{Id, access::Caller};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::wire::terms::{ActorKindTerm, DistrictTerm, PortTerm, RoleTerm, ScopeTerm};

/// Login name and password of a person.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct LoginInput {
    /// Login name. Upper and lower case are the same.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9._-]+$", example = "contractor-01")]
    pub(super) login_name: String,
    /// Password of the person.
    #[schema(
        min_length = 1,
        max_length = 128,
        format = "password",
        example = "five granite lions, one bridge"
    )]
    pub(super) password: String,
}

/// The refresh token of a session.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SessionRefreshInput {
    /// Refresh token from the last answer of login or refresh.
    #[schema(
        min_length = 1,
        max_length = 128,
        pattern = "^[A-Za-z0-9]+$",
        example = "Zr8v1x0dYc2bq7Wn5tLk3sJh6gFe4aRu9iOp0QwErTyUiOpA"
    )]
    pub(super) refresh_token: String,
}

/// The old and the new password of the caller.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PasswordChangeInput {
    /// Password that is valid until now.
    #[schema(
        min_length = 1,
        max_length = 128,
        format = "password",
        example = "five granite lions, one bridge"
    )]
    pub(super) current_password: String,
    /// Password from now on, of 12 to 128 characters. It cannot be the login name, one character repeated, or a common password.
    #[schema(
        min_length = 12,
        max_length = 128,
        format = "password",
        example = "six granite lions, two bridges"
    )]
    pub(super) new_password: String,
}

/// The tokens of a session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionTokens)]
pub struct TokensOut {
    /// Access token. The client sends it as `Authorization: Bearer …` with each request.
    #[schema(
        max_length = 1000,
        pattern = r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
        example = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    )]
    pub access_token: String,
    /// Type of the access token, always `Bearer`.
    #[schema(value_type = String, max_length = 6, pattern = "^Bearer$", example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds for which the access token is valid, as the setting `ANZE_ACCESS_TOKEN_MINUTES` decides.
    #[schema(minimum = 1, maximum = 86400, example = 900)]
    pub expires_in: i64,
    /// Refresh token. It can be exchanged once for new tokens.
    #[schema(
        max_length = 64,
        pattern = "^[A-Za-z0-9]{48}$",
        example = "Zr8v1x0dYc2bq7Wn5tLk3sJh6gFe4aRu9iOp0QwErTyUiOpA"
    )]
    pub refresh_token: String,
    /// Instant until which the session can be refreshed, in UTC. Fixed at login by the setting
    /// `ANZE_REFRESH_TOKEN_DAYS`.
    pub refresh_expires_at: DateTime<Utc>,
    /// Id of the session.
    pub session_id: Uuid,
}

/// The person or system that calls.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Caller)]
pub struct CallerOut {
    /// Kind of the caller: `user` for a person, `token` for a system.
    pub kind: ActorKindTerm,
    /// Id of the user or of the API token.
    pub id: Uuid,
    /// Organisation of the caller. Absent for experts and applicants, who belong to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organization_id: Option<Uuid>,
    /// Port of the caller. Experts belong to the port `provider` (A16). Absent for applicants, who have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub port: Option<PortTerm>,
    /// Whether the caller's organisation is active. While it is not, the caller can use the operations of the session
    /// and of the inbox only. Always `true` for experts and applicants.
    pub active: bool,
    /// Role of the caller. An API token works as an `operator`.
    pub role: RoleTerm,
    /// Scopes of an API token. Empty for people, whom scopes do not limit.
    #[schema(max_items = 32)]
    pub scopes: Vec<ScopeTerm>,
    /// Id of the expert that the user is. Absent for other users.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expert_id: Option<Uuid>,
    /// District of the caller's organisation: a regulator sees the projects of this district only. Absent for a regulator of the
    /// whole city, and for a caller without an organisation or whose organisation names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub district: Option<DistrictTerm>,
}

/// A session: one login of the caller on one device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LoginSession)]
pub struct SessionOut {
    /// Id of the session.
    pub id: Uuid,
    /// Name that the client gave in `User-Agent` at login.
    #[schema(max_length = 200, example = "Mozilla/5.0")]
    pub client: String,
    /// Network address from which the person logged in.
    #[schema(max_length = 64, example = "203.0.113.7")]
    pub address: String,
    /// Instant of the login, in UTC.
    pub created_at: DateTime<Utc>,
    /// Instant of the last refresh, in UTC. Before the first refresh it is the instant of the login.
    pub last_used_at: DateTime<Utc>,
    /// Instant until which the session can be refreshed, in UTC. Fixed at login by the setting
    /// `ANZE_REFRESH_TOKEN_DAYS`.
    pub expires_at: DateTime<Utc>,
    /// Whether it is the session of this request.
    pub current: bool,
}

impl From<&Caller> for CallerOut {
    fn from(caller: &Caller) -> Self {
        Self {
            kind: caller.kind().into(),
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
