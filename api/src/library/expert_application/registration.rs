//! How someone who wants into the library gets an account.

use actix_web::post;

use super::{steps, wire::ApplicantRegistrationInput};
use crate::{
    app::{context::RequestContext, passwords as password},
    http::{extract::Json, problem::ApiError, respond::Reply},
    identity::user::UserOut,
};

/// Register an applicant
///
/// Creates a user account for a person who wants to apply for the expert library (A8.1). No login is needed. The
/// person then logs in and creates an application; the account alone gives no place in the library.
#[utoipa::path(tag = "expert-applications", security(()), request_body = ApplicantRegistrationInput, responses(
    (status = 201, description = "The user account of the applicant.", body = UserOut)))]
#[post("/expert-registrations")]
pub(crate) async fn register_applicant(
    context: RequestContext,
    Json(input): Json<ApplicantRegistrationInput>,
) -> Result<Reply, ApiError> {
    password::check(&input.account.password, &input.account.login_name, "/account/password")?;
    let hash = context.app.passwords.hash(&input.account.password).await?;
    context
        .write(move |tx| {
            let user = steps::register(tx, &input, &hash)?;
            Reply::created(
                format!("/api/v1/users/{}", user.id),
                &UserOut::new(&user, tx.caller),
                user.version,
            )
        })
        .await
}
