//! How someone who wants into the library gets an account.

use actix_web::post;
use anze_domain::{EventName, Id, Violation, access::Role, identity::organization::User};
use anze_persistence::identity::user;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    app::{context::RequestContext, passwords as password},
    http::{extract::Json, problem::ApiError, respond::Reply},
    identity::user::UserOut,
    library::expert::wire::AccountIn,
};

/// Someone who wants into the library.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = ApplicantRegistration)]
pub struct ApplicantIn {
    /// Their name.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "王小明")]
    pub name: String,
    /// Their mobile number.
    #[schema(pattern = "^1[3-9][0-9]{9}$", max_length = 11, example = "13806000005")]
    pub mobile: String,
    /// How they log in.
    pub account: AccountIn,
}

/// 申请人注册 · Register as an applicant
///
/// A8.1: a person registers, logs in and writes their application. Nobody is in the library by that.
#[utoipa::path(tag = "expert-applications", security(()), request_body = ApplicantIn, responses(
    (status = 201, description = "The user", body = UserOut)))]
#[post("/expert-registrations")]
pub(crate) async fn register_applicant(
    context: RequestContext,
    input: Json<ApplicantIn>,
) -> Result<Reply, ApiError> {
    let Json { value: input, body_digest } = input;
    password::check(&input.account.password, &input.account.login_name, "/account/password")?;
    let hash = context.app.passwords.hash(&input.account.password).await?;
    context
        .write(body_digest, move |tx| {
            let user = User {
                id: Id::new(tx.new_id()),
                version: 1,
                organization_id: None,
                login_name: input.account.login_name.clone(),
                display_name: input.name.clone(),
                mobile: input.mobile.parse().map_err(|it: Violation| it.at("/mobile"))?,
                role: Role::Operator,
                disabled: false,
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            user::insert(tx.db, &user, &hash)?;
            tx.append(user.stream(), &user.event(EventName::UserCreated))?;
            Reply::created(
                format!("/api/v1/users/{}", user.id),
                &UserOut::new(&user, tx.caller),
                user.version,
            )
        })
        .await
}
