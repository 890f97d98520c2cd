//! Steps that change e-mail addresses, what goes to them, and passwords by e-mail.

use anze_domain::{
    Event, EventName, RecordKind, Violation, Vocabulary,
    base::id::UserId,
    identity::{
        delivery::{
            CODES_PER_HOUR, CodePurpose, EMAIL_CODE_INVALID, EMAIL_OFF, TOO_MANY_CODES, check_inbox_only,
        },
        notification::NotificationKind,
        organization::User,
    },
};
use anze_persistence::{
    identity::{
        delivery::{self, Delivery},
        email::{self as store, OneTimeCode, UserEmail},
        session, user,
    },
    store::event,
};
use chrono::TimeDelta;

use crate::{
    app::{
        context::{WriteContext, or_not_found},
        passwords as password,
        secrets::{Purpose, digest},
        state::App,
        tokens::PlainToken,
    },
    http::{catalogue, language::Language, problem::ApiError},
    identity::session::steps::CountedTries,
};

/// Requests for a code that are free, for one account and for one network address; who has used them up waits.
const FREE_REQUESTS: (i32, i32) = (3, 20);

/// Checks that the platform sends e-mail.
///
/// # Errors
/// `email_off`.
pub fn check_mail(app: &App) -> Result<(), ApiError> {
    if app.settings.smtp_url.is_none() {
        return Err(Violation::new(EMAIL_OFF).into());
    }
    Ok(())
}

/// By what requests for a new password are counted.
pub fn reset_tries(login_name: &str, address: &str) -> [CountedTries; 2] {
    [
        (digest(format!("reset of account {login_name}").as_bytes()), FREE_REQUESTS.0),
        (digest(format!("reset from address {address}").as_bytes()), FREE_REQUESTS.1),
    ]
}

fn the_caller(tx: &mut WriteContext<'_, '_>) -> Result<User, ApiError> {
    or_not_found(user::find(tx.db, UserId::new(tx.caller.id()))?)
}

fn happened(user: &User, name: EventName) -> Event {
    Event::new(name, RecordKind::User, user.id)
}

/// Replaces the kinds of notifications that go to the caller's inbox alone.
pub fn set_inbox_only(tx: &mut WriteContext<'_, '_>, kinds: &[NotificationKind]) -> Result<(), ApiError> {
    check_inbox_only(kinds)?;
    let mut kinds = kinds.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    let user = the_caller(tx)?;
    event::lock(tx.db, user.stream())?;
    store::set_inbox_only(tx.db, user.id, &kinds)?;
    tx.append(user.stream(), &happened(&user, EventName::NotificationSettingsChanged))
}

/// Sends a code to an address, by which the caller confirms it.
pub fn request_confirmation(
    tx: &mut WriteContext<'_, '_>,
    address: &str,
    language: Language,
) -> Result<(), ApiError> {
    check_mail(tx.app())?;
    if address.parse::<lettre::Address>().is_err() {
        return Err(ApiError::new(catalogue::INVALID_VALUE).at("/address"));
    }
    let user = the_caller(tx)?;
    event::lock(tx.db, user.stream())?;
    send_code(tx, &user, CodePurpose::EmailConfirmation, (address.to_owned(), language.tag().to_owned()))
}

/// Sends a user a code for this purpose. Earlier codes for it are void.
fn send_code(
    tx: &mut WriteContext<'_, '_>,
    user: &User,
    purpose: CodePurpose,
    (address, language): (String, String),
) -> Result<(), ApiError> {
    let now = tx.now();
    if store::count_codes(tx.db, user.id, purpose, now - TimeDelta::hours(1))? >= CODES_PER_HOUR {
        return Err(Violation::new(TOO_MANY_CODES).with("limit", CODES_PER_HOUR).into());
    }
    store::end_codes(tx.db, user.id, purpose, now)?;
    let code = PlainToken::new_one_time_code();
    let expires_at = now + purpose.life();
    let it = OneTimeCode { user_id: user.id, purpose, address: address.clone(), expires_at };
    store::insert_code(tx.db, &it, &code.digest(), now)?;
    let sealed =
        tx.app().keys.seal(Purpose::EmailCode, code.expose().as_bytes()).map_err(ApiError::internal)?;
    let id = tx.new_id();
    let its = Delivery::new(id, user.id, purpose.delivery(), (address, language), now).with_code(sealed);
    Ok(delivery::insert(tx.db, &[its])?)
}

/// Confirms the caller's address by the code that was sent to it.
pub fn confirm(tx: &mut WriteContext<'_, '_>, code: &[u8], language: Language) -> Result<(), ApiError> {
    let user = the_caller(tx)?;
    event::lock(tx.db, user.stream())?;
    let used = store::use_code(tx.db, code, CodePurpose::EmailConfirmation, tx.now())?;
    let used = used.filter(|used| used.user_id == user.id).ok_or_else(invalid_code)?;
    let email =
        UserEmail { address: used.address, language: language.tag().to_owned(), confirmed_at: tx.now() };
    store::set(tx.db, user.id, &email)?;
    tx.append(user.stream(), &happened(&user, EventName::EmailChanged))
}

fn invalid_code() -> ApiError {
    ApiError::from(Violation::new(EMAIL_CODE_INVALID).at("/code"))
}

/// Removes the caller's address. Codes for a new password that were sent to it are void.
pub fn remove(tx: &mut WriteContext<'_, '_>) -> Result<(), ApiError> {
    let user = the_caller(tx)?;
    event::lock(tx.db, user.stream())?;
    store::end_codes(tx.db, user.id, CodePurpose::PasswordReset, tx.now())?;
    if store::remove(tx.db, user.id)? {
        tx.append(user.stream(), &happened(&user, EventName::EmailRemoved))?;
    }
    Ok(())
}

/// Sends a code for a new password to the account with this login name, where there is one with an address. Nobody is told whether
/// there is.
pub fn request_reset(tx: &mut WriteContext<'_, '_>, login_name: &str) -> Result<(), ApiError> {
    let Some((user, _)) = user::find_by_login(tx.db, login_name)? else { return Ok(()) };
    if user.disabled {
        return Ok(());
    }
    let Some(email) = store::find(tx.db, user.id)? else { return Ok(()) };
    event::lock(tx.db, user.stream())?;
    let since = tx.now() - TimeDelta::hours(1);
    if store::count_codes(tx.db, user.id, CodePurpose::PasswordReset, since)? >= CODES_PER_HOUR {
        return Ok(());
    }
    send_code(tx, &user, CodePurpose::PasswordReset, (email.address, email.language))?;
    tx.append(user.stream(), &happened(&user, EventName::PasswordResetRequested))
}

/// Gives an account the password with this hash, by the code that was sent to its address, and ends its sessions.
pub fn complete_reset(
    tx: &mut WriteContext<'_, '_>,
    code: &[u8],
    new_password: &str,
    hash: &str,
) -> Result<(), ApiError> {
    let used =
        store::use_code(tx.db, code, CodePurpose::PasswordReset, tx.now())?.ok_or_else(invalid_code)?;
    let user = user::find(tx.db, used.user_id)?.filter(|user| !user.disabled).ok_or_else(invalid_code)?;
    // A password that is too weak undoes the use of the code: it can be tried again with another.
    password::check(new_password, &user.login_name, "/new_password")?;
    event::lock(tx.db, user.stream())?;
    user::set_password(tx.db, user.id, hash)?;
    session::end_all(tx.db, user.id, None, EventName::PasswordReset.code(), tx.now())?;
    session::forget_failures(tx.db, &digest(format!("account {}", user.login_name).as_bytes()))?;
    tx.append(user.stream(), &user.event(EventName::PasswordReset))
}
