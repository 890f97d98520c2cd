//! E-mail addresses of users, what goes by e-mail beside the inbox, and passwords that are reset by e-mail.

mod message;
pub(crate) mod steps;

use actix_web::{delete, get, post, put};
use anze_domain::{Vocabulary, access::Caller, base::id::UserId, identity::notification::NotificationKind};
use anze_persistence::{
    Reader,
    identity::email::{self as store, UserEmail},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use crate::{
    app::{context::RequestContext, secrets::digest},
    http::{extract::Json, language::Language, problem::ApiError, respond::Reply},
    wire::{plain, terms::NotificationKindTerm},
};

pub use message::{Letter, letter_of_notification, letter_with_code};

/// The e-mail address that a user wants to be told at.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct EmailInput {
    /// E-mail address. A code is sent to it, by which the user confirms it.
    #[schema(min_length = 3, max_length = 254, format = "email", example = "huang.xiuying@example.com")]
    address: String,
}

/// The code that was sent by e-mail.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct EmailCodeInput {
    /// Code from the e-mail.
    #[schema(
        min_length = 32,
        max_length = 32,
        pattern = "^[A-Za-z0-9]{32}$",
        example = "mZr8v1x0dYc2bq7Wn5tLk3sJh6gFe4aR"
    )]
    code: String,
}

/// The account whose password is to be reset.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PasswordResetRequestInput {
    /// Login name of the account.
    #[schema(min_length = 1, max_length = 64, example = "ludao-operator")]
    login_name: String,
}

/// A new password, with the code that was sent by e-mail.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PasswordResetCompletionInput {
    /// Code from the e-mail.
    #[schema(
        min_length = 32,
        max_length = 32,
        pattern = "^[A-Za-z0-9]{32}$",
        example = "mZr8v1x0dYc2bq7Wn5tLk3sJh6gFe4aR"
    )]
    code: String,
    /// New password, of 12 to 128 characters. It cannot be the login name, one character repeated, or a common password.
    #[schema(
        min_length = 12,
        max_length = 128,
        format = "password",
        example = "six granite lions, two bridges"
    )]
    new_password: String,
}

/// Which notifications stay in the inbox alone.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NotificationSettingsInput {
    /// Kinds of notifications that stay in the inbox alone. Every other kind goes by e-mail as well.
    #[schema(max_items = 64, example = json!(["time_agreed", "answer_due"]))]
    inbox_only: Vec<NotificationKindTerm>,
}

/// How the caller is told: the confirmed e-mail address, and which kinds of notifications go to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationSettings {
    /// The confirmed e-mail address. Absent if the caller has confirmed none: then every notification stays in the inbox alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub email: Option<ConfirmedEmail>,
    /// Every kind of notification.
    #[schema(max_items = 128)]
    pub items: Vec<NotificationSetting>,
}

/// A confirmed e-mail address.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmedEmail {
    /// The address.
    #[schema(max_length = 254, format = "email", example = "huang.xiuying@example.com")]
    pub address: String,
    /// Instant at which the user confirmed it, in UTC.
    pub confirmed_at: DateTime<Utc>,
}

/// How one kind of notification is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationSetting {
    /// Kind of the notification.
    pub kind: NotificationKindTerm,
    /// Kind of the notification in words, in the caller's language.
    #[schema(max_length = 200, example = "待确认服务时间")]
    pub title: String,
    /// Whether such notifications go by e-mail as well, where the caller has confirmed an address.
    #[schema(example = true)]
    pub by_email: bool,
    /// Whether that cannot be switched off.
    #[schema(example = false)]
    pub always: bool,
}

impl NotificationSettings {
    /// Those of the caller, with words in a language.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn read(db: &mut Reader<'_>, caller: &Caller, language: Language) -> Result<Self, ApiError> {
        let user = UserId::new(caller.id());
        let inbox_only = store::inbox_only(db, user)?;
        let email = store::find(db, user)?;
        let item = |kind: &NotificationKind| NotificationSetting {
            kind: (*kind).into(),
            title: language.pick((*kind).into()),
            by_email: kind.always_by_email() || !inbox_only.contains(kind),
            always: kind.always_by_email(),
        };
        Ok(Self {
            email: email
                .map(|UserEmail { address, confirmed_at, .. }| ConfirmedEmail { address, confirmed_at }),
            items: NotificationKind::ALL.iter().map(item).collect(),
        })
    }
}

/// Read the caller's notification settings
///
/// Reads the caller's confirmed e-mail address, and of each kind of notification whether it goes by e-mail beside the inbox.
#[utoipa::path(tag = "notifications", responses(
    (status = 200, description = "The notification settings.", body = NotificationSettings)))]
#[get("/notifications/settings")]
pub(crate) async fn get_notification_settings(context: RequestContext) -> Result<Reply, ApiError> {
    let language = context.language;
    let wire = context.read(move |db, caller| NotificationSettings::read(db, caller, language)).await?;
    Ok(plain(&wire)?.in_language(language))
}

/// Replace the caller's notification settings
///
/// Replaces the list of kinds that stay in the inbox alone. What cannot wait, such as a major hazard (A15.1), always goes by
/// e-mail as well and cannot be in the list.
#[utoipa::path(tag = "notifications", request_body = NotificationSettingsInput, responses(
    (status = 200, description = "The notification settings as they are now.", body = NotificationSettings)))]
#[put("/notifications/settings")]
pub(crate) async fn replace_notification_settings(
    context: RequestContext,
    Json(input): Json<NotificationSettingsInput>,
) -> Result<Reply, ApiError> {
    let language = context.language;
    let kinds: Vec<NotificationKind> = input.inbox_only.iter().map(|term| term.0).collect();
    context
        .write(move |tx| {
            steps::set_inbox_only(tx, &kinds)?;
            Ok(plain(&NotificationSettings::read(tx.db, tx.caller, language)?)?.in_language(language))
        })
        .await
}

/// Change the caller's e-mail address
///
/// Sends a code to the address. The address takes the place of the former one when the caller confirms it with the code, within 24
/// hours. At most five codes are sent within an hour.
#[utoipa::path(tag = "sessions", request_body = EmailInput, responses(
    (status = 204, description = "A code is on its way to the address.")))]
#[put("/me/email")]
pub(crate) async fn change_email(
    context: RequestContext,
    Json(input): Json<EmailInput>,
) -> Result<Reply, ApiError> {
    let language = context.language;
    context
        .write(move |tx| {
            steps::request_confirmation(tx, &input.address, language)?;
            Ok(Reply::no_content())
        })
        .await
}

/// Confirm the caller's e-mail address
///
/// Confirms the address to which the code was sent. From then on the caller's notifications go to it as well. A code works
/// once.
#[utoipa::path(tag = "sessions", request_body = EmailCodeInput, responses(
    (status = 204, description = "The address is confirmed.")))]
#[post("/me/email/confirm")]
pub(crate) async fn confirm_email(
    context: RequestContext,
    Json(input): Json<EmailCodeInput>,
) -> Result<Reply, ApiError> {
    let (digest, language) = (digest(input.code.as_bytes()), context.language);
    context
        .write(move |tx| {
            steps::confirm(tx, &digest, language)?;
            Ok(Reply::no_content())
        })
        .await
}

/// Remove the caller's e-mail address
///
/// Removes the caller's e-mail address. Nothing is sent by e-mail any more, and the password cannot be reset by e-mail.
#[utoipa::path(tag = "sessions", responses((status = 204, description = "The caller has no e-mail address now.")))]
#[delete("/me/email")]
pub(crate) async fn remove_email(context: RequestContext) -> Result<Reply, ApiError> {
    context
        .write(move |tx| {
            steps::remove(tx)?;
            Ok(Reply::no_content())
        })
        .await
}

/// Request a password reset
///
/// Sends a code to the confirmed e-mail address of the account, by which the password can be reset within ten minutes. The answer
/// is the same for an account that does not exist or has no address. Requests slow down further requests for the account and
/// of the network address; `Retry-After` gives the seconds to wait.
#[utoipa::path(tag = "sessions", security(()), request_body = PasswordResetRequestInput, responses(
    (status = 204, description = "The request was taken. Where the account has an address, a code is on its way to it.")))]
#[post("/auth/password-resets")]
pub(crate) async fn request_password_reset(
    context: RequestContext,
    Json(input): Json<PasswordResetRequestInput>,
) -> Result<Reply, ApiError> {
    steps::check_mail(&context.app)?;
    let login_name = input.login_name.to_ascii_lowercase();
    let tries = steps::reset_tries(&login_name, &context.counted_address);
    let now = context.now;
    context.app.store.write(move |db| crate::identity::session::steps::claim_tries(db, &tries, now)).await?;
    context
        .write(move |tx| {
            steps::request_reset(tx, &login_name)?;
            Ok(Reply::no_content())
        })
        .await
}

/// Reset the password with a code
///
/// Gives the account a new password, with the code that was sent by e-mail. Every session of the account ends. A code works
/// once, within ten minutes.
#[utoipa::path(tag = "sessions", security(()), request_body = PasswordResetCompletionInput, responses(
    (status = 204, description = "The password has been changed.")))]
#[post("/auth/password-resets/complete")]
pub(crate) async fn complete_password_reset(
    context: RequestContext,
    Json(input): Json<PasswordResetCompletionInput>,
) -> Result<Reply, ApiError> {
    let hash = context.app.passwords.hash(&input.new_password).await?;
    let code = digest(input.code.as_bytes());
    let app = context.app.clone();
    let reply = context
        .write(move |tx| {
            steps::complete_reset(tx, &code, &input.new_password, &hash)?;
            Ok(Reply::no_content())
        })
        .await;
    app.identities.forget();
    reply
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(get_notification_settings)
        .service(replace_notification_settings)
        .service(change_email)
        .service(confirm_email)
        .service(remove_email)
        .service(request_password_reset)
        .service(complete_password_reset);
}
