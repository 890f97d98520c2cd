//! Login, sessions and passwords of people.

pub(crate) mod steps;
mod wire;

use std::sync::{Arc, OnceLock};

use actix_web::{HttpRequest, delete, get, http::header::USER_AGENT, post};
use anze_domain::{
    Id,
    base::id::{SessionId, UserId},
    identity::session_end::SessionEndReason,
};
use anze_persistence::identity::{
    session::{self as store, Session},
    user,
};
use chrono::{DateTime, TimeDelta, Utc};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::{
        context::{RequestContext, or_not_found},
        passwords as password,
        secrets::digest,
        state::App,
        tokens::PlainToken,
    },
    http::{
        catalogue,
        extract::{Json, Path},
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, plain},
};

pub use wire::{CallerOut, LoginInput, PasswordChangeInput, SessionOut, SessionRefreshInput, TokensOut};

/// Tries that are free, for one account and for one address; who fails them all waits.
const FREE_FAILURES: (i32, i32) = (5, 20);

/// Log a person in
///
/// Logs a person in and begins a session. An unknown name, a wrong password and a disabled account are refused alike.
/// Failed logins slow down further logins of the account and of the network address; `Retry-After` gives the seconds to
/// wait.
#[utoipa::path(tag = "sessions", security(()), request_body = LoginInput, responses(
    (status = 200, description = "The tokens of the new session.", body = TokensOut)))]
#[post("/auth/login")]
pub(crate) async fn login_user(
    context: RequestContext,
    request: HttpRequest,
    Json(input): Json<LoginInput>,
) -> Result<Reply, ApiError> {
    let login_name = input.login_name.to_ascii_lowercase();
    let subjects = [
        (digest(format!("account {login_name}").as_bytes()), FREE_FAILURES.0),
        (digest(format!("address {}", context.counted_address).as_bytes()), FREE_FAILURES.1),
    ];
    let (blocked, found) = {
        let (subjects, login_name) = (subjects.clone(), login_name.clone());
        context
            .read(move |db, _| {
                let mut blocked: Option<DateTime<Utc>> = None;
                for (subject, _) in &subjects {
                    blocked = blocked.max(store::blocked_until(db, subject)?);
                }
                Ok((blocked, user::find_by_login(db, &login_name)?))
            })
            .await?
    };
    let now = context.now;
    if let Some(until) = blocked.filter(|until| *until > now) {
        return Err(too_many(until, now));
    }
    let claimed = subjects.clone();
    context.app.store.write(move |db| steps::claim_tries(db, &claimed, now)).await?;
    let (user, hash) = found.map_or((None, None), |(user, hash)| (Some(user), Some(hash)));
    let right = match context.app.passwords.verify(&input.password, hash.clone()).await {
        Ok(right) => right,
        Err(error) => {
            // Nothing was compared: a busy server is nobody's wrong password.
            context.app.store.write(move |db| steps::release_tries(db, &subjects)).await?;
            return Err(error);
        }
    };
    let Some(user) = user.filter(|user| right && !user.disabled) else {
        return Err(ApiError::new(catalogue::INVALID_CREDENTIALS));
    };
    // In a transaction of its own: the try did not fail, also where its session is one that was begun before.
    context.app.store.write(move |db| steps::forget_tries(db, &subjects)).await?;
    let (client, address) = (client_of(&request), context.address.clone());
    context
        .write(move |tx| {
            let (session, refresh) = steps::begin(tx, &user, hash.as_deref(), &client, &address)?;
            tokens(tx.app(), &session, &refresh, tx.now())
        })
        .await
}

fn too_many(until: DateTime<Utc>, now: DateTime<Utc>) -> ApiError {
    ApiError::new(catalogue::TOO_MANY_ATTEMPTS).retry_after((until - now).to_std().unwrap_or_default())
}

/// Refresh a login
///
/// Exchanges the refresh token for new tokens. Each refresh token works once. If an answer was lost, the same client
/// can send the old token again within a few seconds. Any other use of an old token ends the session. A refresh does
/// not extend the session beyond `refresh_expires_at`.
#[utoipa::path(tag = "sessions", security(()), request_body = SessionRefreshInput, responses(
    (status = 200, description = "The new tokens of the session.", body = TokensOut)))]
#[post("/auth/refresh")]
pub(crate) async fn refresh_session(
    context: RequestContext,
    request: HttpRequest,
    Json(input): Json<SessionRefreshInput>,
) -> Result<Reply, ApiError> {
    let old = digest(input.refresh_token.as_bytes());
    let (client, address) = (client_of(&request), context.address.clone());
    let reused = Arc::new(OnceLock::new());
    let noted = Arc::clone(&reused);
    let reply = context
        .write(move |tx| {
            let (session, new) = steps::refresh(tx, &old, &client, &address, &noted)?;
            tokens(tx.app(), &session, &new, tx.now())
        })
        .await;
    if let Some(session) = reused.get().copied() {
        // A transaction of its own: the refusal above undid everything else.
        let alone = context.without_key();
        let ended = alone.write(move |tx| {
            steps::end_reused(tx, session)?;
            Ok(Reply::no_content())
        });
        ended.await?;
        context.app.identities.forget();
        log::warn!("session {session} ended: an old refresh token was presented again");
    }
    reply
}

/// Log the caller out
///
/// Ends the session of this request. Its tokens are refused from then on.
#[utoipa::path(tag = "sessions", responses((status = 204, description = "The session has ended.")))]
#[post("/auth/logout")]
pub(crate) async fn logout_user(context: RequestContext) -> Result<Reply, ApiError> {
    let session = or_not_found(context.session)?;
    end(context, session, SessionEndReason::Logout).await
}

/// List the caller's sessions
///
/// Lists the caller's open sessions, newest first.
#[utoipa::path(tag = "sessions", params(ListQuery), responses(
    (status = 200, description = "A page of sessions, newest first.", body = Page<SessionOut>)))]
#[get("/auth/sessions")]
pub(crate) async fn list_sessions(context: RequestContext, query: ListQuery) -> Result<Reply, ApiError> {
    let query = query.of("sessions");
    let (current, now) = (context.session, context.now);
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, Id::new(caller.id()), now, &list.wanted)?;
            list.page(
                page,
                |session| session.id,
                |session| SessionOut {
                    id: session.id.uuid(),
                    current: Some(session.id) == current,
                    client: session.client,
                    address: session.address,
                    created_at: session.created_at,
                    last_used_at: session.last_used_at,
                    expires_at: session.expires_at,
                },
            )
        })
        .await
}

/// End one of the caller's sessions
///
/// Ends one of the caller's sessions, on whichever device it was begun. Its tokens are refused from then on. Ending the
/// same session again changes nothing.
#[utoipa::path(tag = "sessions", params(("id" = Uuid, Path, description = "Id of the session.")),
    responses((status = 204, description = "The session has ended.")))]
#[delete("/auth/sessions/{id}")]
pub(crate) async fn end_session(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    end(context, Id::new(id.0), SessionEndReason::EndedByUser).await
}

/// Change the caller's password
///
/// Changes the caller's password. The session of this request stays open; every other session of the user ends. Wrong
/// current passwords slow down further tries.
#[utoipa::path(tag = "sessions", request_body = PasswordChangeInput, responses(
    (status = 204, description = "The password has been changed.")))]
#[post("/auth/password")]
pub(crate) async fn change_password(
    context: RequestContext,
    Json(input): Json<PasswordChangeInput>,
) -> Result<Reply, ApiError> {
    let id: UserId = Id::new(context.caller.id());
    if context.is_answered().await? {
        // A repeated request finds the password changed by the first: it is given that answer again.
        return context.write(move |_| Err(wrong_password())).await;
    }
    let (user, hash) = context
        .read(move |db, _| Ok((or_not_found(user::find(db, id)?)?, user::password_hash(db, id)?)))
        .await?;
    // Who has come by a session does not come by the password through it.
    let (now, subject) = (context.now, digest(format!("password {id}").as_bytes()));
    let tries = [(subject, FREE_FAILURES.0)];
    let claimed = tries.clone();
    context.app.store.write(move |db| steps::claim_tries(db, &claimed, now)).await?;
    let verified = context.app.passwords.verify(&input.current_password, hash.clone()).await;
    if !matches!(verified, Ok(false)) {
        context.app.store.write(move |db| steps::release_tries(db, &tries)).await?;
    }
    if !verified? {
        return context.write(move |_| Err(wrong_password())).await;
    }
    password::check(&input.new_password, &user.login_name, "/new_password")?;
    let verified_hash = hash;
    let hash = context.app.passwords.hash(&input.new_password).await?;
    let (app, session) = (context.app.clone(), context.session);
    let reply = context
        .write(move |tx| {
            steps::change_password(tx, &user, verified_hash.as_deref(), &hash, session)?;
            Ok(Reply::no_content())
        })
        .await;
    app.identities.forget();
    reply
}

/// Read the caller
///
/// Reads who calls: the user or API token behind the credentials, with port, role and scopes.
#[utoipa::path(tag = "sessions", responses((status = 200, description = "The caller with port, role and scopes.", body = CallerOut)))]
#[get("/me")]
pub(crate) async fn get_caller(context: RequestContext) -> Result<Reply, ApiError> {
    plain(&CallerOut::from(context.caller.as_ref()))
}

/// Ends one of the caller's own sessions.
async fn end(context: RequestContext, id: SessionId, reason: SessionEndReason) -> Result<Reply, ApiError> {
    let app = context.app.clone();
    let reply = context
        .write(move |tx| {
            steps::end_own(tx, id, reason)?;
            Ok(Reply::no_content())
        })
        .await;
    app.identities.forget();
    reply
}

fn tokens(app: &App, session: &Session, refresh: &PlainToken, now: DateTime<Utc>) -> Result<Reply, ApiError> {
    let access_life = life(app.settings.access_token_life);
    let access_token =
        app.tokens.issue(session.user_id, session.id, now, now + access_life).map_err(ApiError::internal)?;
    plain(&TokensOut {
        access_token,
        token_type: "Bearer",
        expires_in: access_life.num_seconds(),
        refresh_token: refresh.expose().to_owned(),
        refresh_expires_at: session.expires_at,
        session_id: session.id.uuid(),
    })
}

fn life(duration: std::time::Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::minutes(15))
}

fn wrong_password() -> ApiError {
    ApiError::new(catalogue::WRONG_PASSWORD).at("/current_password")
}

/// What the client calls itself, shortened.
fn client_of(request: &HttpRequest) -> String {
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("unknown");
    agent.chars().take(200).collect()
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(login_user)
        .service(refresh_session)
        .service(logout_user)
        .service(list_sessions)
        .service(end_session)
        .service(change_password)
        .service(get_caller);
}
