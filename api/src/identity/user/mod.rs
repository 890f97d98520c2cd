//! Users of an organisation, managed by its administrators.

pub(crate) mod steps;

use actix_web::{get, post, put};
use anze_domain::{
    Id,
    access::{self, Caller, Operation, Relations, Resource, list_scope, may},
    identity::organization::User,
};
use anze_persistence::identity::user as store;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

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
    wire::{ListQuery, terms::RoleTerm},
};

/// A user to be created in the caller's organisation.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct UserInput {
    /// Login name, in lower case. No other account of the platform may have it.
    #[schema(
        min_length = 3,
        max_length = 64,
        pattern = "^[a-z0-9][a-z0-9._-]+$",
        example = "ludao-operator"
    )]
    login_name: String,
    /// First password, of 12 to 128 characters. It cannot be the login name, one character repeated, or a common password. The user should
    /// change it after the first login.
    #[schema(
        min_length = 12,
        max_length = 128,
        format = "password",
        example = "five granite lions, one bridge"
    )]
    password: String,
    /// Name of the user as other people see it.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "黄秀英")]
    display_name: String,
    /// Mobile number of the user in mainland China, with 11 digits.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000003")]
    mobile: String,
    /// Role of the user in the organisation.
    role: RoleTerm,
}

/// The fields of a user that an administrator can change.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct UserUpdateInput {
    /// Name of the user as other people see it.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "黄秀英")]
    display_name: String,
    /// Mobile number of the user in mainland China, with 11 digits.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000003")]
    mobile: String,
    /// Role of the user in the organisation.
    role: RoleTerm,
}

/// A new password for a user who has lost the old one.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PasswordResetInput {
    /// The new password, of 12 to 128 characters. It cannot be the login name, one character repeated, or a common password.
    #[schema(
        min_length = 12,
        max_length = 128,
        format = "password",
        example = "six granite lions, two bridges"
    )]
    new_password: String,
}

/// A person who logs in, as a member of an organisation, as an expert or as an applicant for the expert library.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserOut {
    /// Id of the user.
    pub id: Uuid,
    /// Organisation of the user. Absent for experts and applicants, who belong to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organization_id: Option<Uuid>,
    /// Login name of the user.
    #[schema(max_length = 64, example = "ludao-operator")]
    pub login_name: String,
    /// Name of the user as other people see it.
    #[schema(max_length = 64, example = "黄秀英")]
    pub display_name: String,
    /// Mobile number of the user in mainland China, with 11 digits.
    #[schema(max_length = 11, pattern = "^1[3-9][0-9]{9}$", example = "13806000003")]
    pub mobile: String,
    /// Role of the user in the organisation.
    pub role: RoleTerm,
    /// Whether the user is disabled and cannot log in.
    pub disabled: bool,
    /// Instant at which the user was created, in UTC.
    pub created_at: DateTime<Utc>,
    /// Instant at which the user was last changed, in UTC.
    pub updated_at: DateTime<Utc>,
    /// Operations that the caller can do with this user now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["update", "disable"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl UserOut {
    /// The user as this caller sees them.
    pub(crate) fn new(user: &User, caller: &Caller) -> Self {
        let possible = |operation| match operation {
            Operation::DisableUser => !user.disabled && user.must_be_another(caller.id()).is_ok(),
            Operation::ResetUserPassword => user.must_be_another(caller.id()).is_ok(),
            Operation::EnableUser => user.disabled,
            _ => true,
        };
        Self {
            id: user.id.uuid(),
            organization_id: user.organization_id.map(Id::uuid),
            login_name: user.login_name.clone(),
            display_name: user.display_name.clone(),
            mobile: user.mobile.as_str().to_owned(),
            role: user.role.into(),
            disabled: user.disabled,
            created_at: user.created_at,
            updated_at: user.updated_at,
            allowed_actions: access::allowed_actions(caller, Resource::User, &user.relations(), possible),
        }
    }
}

/// Create a user
///
/// Creates a user in the caller's own organisation. The user can log in at once with the given password.
#[utoipa::path(tag = "users", request_body = UserInput, responses(
    (status = 201, description = "The user as it is now.", body = UserOut)))]
#[post("/users")]
pub(crate) async fn create_user(
    context: RequestContext,
    Json(input): Json<UserInput>,
) -> Result<Reply, ApiError> {
    password::check(&input.password, &input.login_name, "/password")?;
    let hash = context.app.passwords.hash(&input.password).await?;
    context
        .write(move |tx| {
            let user = steps::create(tx, &input, &hash)?;
            Reply::created(
                format!("/api/v1/users/{}", user.id),
                &UserOut::new(&user, tx.caller),
                user.version,
            )
        })
        .await
}

/// List the users of an organisation
///
/// Lists the users of the caller's own organisation. The association also sees the accounts of experts and applicants,
/// who belong to no organisation.
#[utoipa::path(tag = "users", params(ListQuery), responses(
    (status = 200, description = "A page of users, newest first.", body = Page<UserOut>)))]
#[get("/users")]
pub(crate) async fn list_users(context: RequestContext, query: ListQuery) -> Result<Reply, ApiError> {
    let query = query.of("users");
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, list_scope(caller, Resource::User), &list.wanted)?;
            list.page(page, |user| user.id, |user| UserOut::new(&user, caller))
        })
        .await
}

/// Read a user
///
/// Reads one user of the caller's own organisation. The association also reads the accounts of experts and applicants,
/// who belong to no organisation.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "Id of the user.")),
    responses((status = 200, description = "The user as it is now.", body = UserOut)))]
#[get("/users/{id}")]
pub(crate) async fn get_user(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let user = or_not_found(store::find(db, id)?)?;
            may(caller, Operation::GetUser, &user.relations())?;
            Reply::ok(&UserOut::new(&user, caller), user.version)
        })
        .await
}

/// Update a user
///
/// Replaces name, mobile number and role of a user. The organisation must keep at least one enabled administrator.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "Id of the user."), IfMatch),
    request_body = UserUpdateInput, responses((status = 200, description = "The user as it is now.", body = UserOut)))]
#[put("/users/{id}")]
pub(crate) async fn update_user(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<UserUpdateInput>,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::update(tx, id.0, &if_match, &input)).await
}

/// Disable a user
///
/// Keeps a user from logging in and ends all of the user's sessions at once. Administrators cannot disable their own
/// account. The organisation must keep at least one enabled administrator.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "Id of the user."), IfMatch),
    responses((status = 200, description = "The user as it is now.", body = UserOut)))]
#[post("/users/{id}/disable")]
pub(crate) async fn disable_user(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::disable(tx, id.0, &if_match)).await
}

/// Enable a user
///
/// Lets a disabled user log in again, with the user's present password. Sessions that ended when the user was disabled
/// stay ended.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "Id of the user."), IfMatch),
    responses((status = 200, description = "The user as it is now.", body = UserOut)))]
#[post("/users/{id}/enable")]
pub(crate) async fn enable_user(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<Reply, ApiError> {
    context.change(move |tx| steps::enable(tx, id.0, &if_match)).await
}

/// Reset a user's password
///
/// Sets a new password for a user who has lost the old one. All sessions of the user end. The platform sends the user
/// no notification. For their own account administrators use `change_password` instead.
#[utoipa::path(tag = "users", params(("id" = Uuid, Path, description = "Id of the user."), IfMatch),
    request_body = PasswordResetInput, responses((status = 200, description = "The user as it is now.", body = UserOut)))]
#[post("/users/{id}/reset-password")]
pub(crate) async fn reset_user_password(
    context: RequestContext,
    id: Path<Uuid>,
    if_match: IfMatch,
    Json(input): Json<PasswordResetInput>,
) -> Result<Reply, ApiError> {
    password::check(&input.new_password, "", "/new_password")?;
    let hash = context.app.passwords.hash(&input.new_password).await?;
    context.change(move |tx| steps::reset_password(tx, id.0, &if_match, &input, &hash)).await
}

impl View for User {
    fn relations(&self, _: &()) -> Relations {
        User::relations(self)
    }

    fn forget(app: &App) {
        app.identities.forget();
    }

    fn show(self, _: (), to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        Reply::ok(&UserOut::new(&self, to.caller), self.version)
    }
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_user)
        .service(list_users)
        .service(get_user)
        .service(update_user)
        .service(disable_user)
        .service(enable_user)
        .service(reset_user_password);
}
