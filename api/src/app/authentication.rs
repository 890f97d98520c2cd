//! Who calls: asked before any body is read, and decided there whether they may ever do this.

use std::{net::IpAddr, time::Duration};

use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE},
    middleware::Next,
    web,
};
use anze_domain::{
    access::{self, Caller, Operation, Relation},
    base::id::ApiTokenId,
};
use anze_persistence::{
    StoreError,
    identity::{
        api_token::{self, ApiToken},
        session,
    },
};
use chrono::TimeDelta;
use ipnet::IpNet;

use crate::{
    app::{
        identities::{FRESH, Identity, Known},
        secrets::digest,
        state::App,
        tokens::{API_TOKEN_PREFIX, is_api_token},
    },
    http::{
        contract::{Contract, is_of_api},
        middleware::{RequestMetadata, fallback::no_operation},
        problem::ApiError,
    },
};

/// How long a request waits for the note that its token was used.
const NOTED_WITHIN: Duration = Duration::from_secs(1);

/// The middleware: puts the [`Identity`] into the request, or refuses it.
///
/// # Errors
/// 401 for no or bad credentials, 403 for what this caller may never do, 404 or 405 for what is no operation of
/// the API: no handler is asked without an identity.
pub async fn identify<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let listed = Contract::of(request.request());
    let operation = listed.as_ref().and_then(|listed| Operation::from_code(&listed.id));
    if let Some(operation) = operation {
        let identity = resolve_identity(request.request(), operation).await?;
        access::may_ever(&identity.caller, operation).map_err(refusal)?;
        request.extensions_mut().insert(identity);
    } else if listed.is_none() && is_of_api(request.match_info().as_str()) {
        let contract = request.app_data::<web::Data<Contract>>();
        let contract = contract.ok_or_else(|| ApiError::internal("no contract"))?;
        return Err(no_operation(request.request(), contract)?.into());
    }
    next.call(request).await
}

async fn resolve_identity(request: &HttpRequest, operation: Operation) -> Result<Identity, ApiError> {
    let nobody = || Identity { caller: Caller::NOBODY, session: None };
    if operation.grant().relations.contains(&Relation::Anyone) {
        return Ok(nobody());
    }
    let Some(header) = request.headers().get(AUTHORIZATION) else { return Ok(nobody()) };
    let credential = header
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, credential)| credential.trim())
        .ok_or_else(unauthenticated)?;
    let app =
        request.app_data::<web::Data<App>>().ok_or_else(|| ApiError::internal("no application state"))?;
    let address = request.extensions().get::<RequestMetadata>().and_then(RequestMetadata::address);
    let known = look_up(app, credential).await?.ok_or_else(unauthenticated)?;
    let reachable = known.networks.is_empty()
        || address
            .is_some_and(|address: IpAddr| known.networks.iter().any(|network| network.contains(&address)));
    if !reachable {
        return Err(unauthenticated());
    }
    if let Some(token) = known.unnoted {
        note_use(app, token).await;
        let key = digest(credential.as_bytes());
        app.identities.remember(key, Known { unnoted: None, ..known.clone() });
    }
    Ok(known.identity)
}

/// Notes that a token was used. Where the database is busy with other things the note is left out, not the answer.
async fn note_use(app: &App, token: ApiTokenId) {
    let now = app.clock.now();
    let noted = app.store.write(move |db| api_token::touch(db, token, now));
    match tokio::time::timeout(NOTED_WITHIN, noted).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => log::warn!("the use of token {token} is not noted: {error}"),
        Err(_elapsed) => log::warn!("the use of token {token} is not noted: the database is busy"),
    }
}

async fn look_up(app: &App, credential: &str) -> Result<Option<Known>, ApiError> {
    let now = app.clock.now();
    if credential.starts_with(API_TOKEN_PREFIX) {
        if !is_api_token(credential) {
            return Ok(None);
        }
        let key = digest(credential.as_bytes());
        if let Some(known) = app.identities.recall(&key, now) {
            return Ok(Some(known));
        }
        let wanted = key.clone();
        let found = app.store.read(move |db| api_token::caller(db, &wanted, now)).await?;
        let Some((caller, token)) = found else { return Ok(None) };
        let Some(networks) = networks_of(&token) else { return Ok(None) };
        let due = token.last_used_at.is_none_or(|at| at + TimeDelta::minutes(1) <= now);
        let known = Known {
            identity: Identity { caller, session: None },
            networks,
            unnoted: due.then_some(token.id),
            fresh_until: now + FRESH,
        };
        if !due {
            app.identities.remember(key, known.clone());
        }
        return Ok(Some(known));
    }
    let Some((session, _)) = app.tokens.verify(credential, now) else { return Ok(None) };
    let key = session.uuid().as_bytes().to_vec();
    if let Some(known) = app.identities.recall(&key, now) {
        return Ok(Some(known));
    }
    let found: Result<Option<Caller>, StoreError> =
        app.store.read(move |db| session::caller(db, session, now)).await;
    let Some(caller) = found? else { return Ok(None) };
    let identity = Identity { caller, session: Some(session) };
    let known = Known { identity, networks: Vec::new(), unnoted: None, fresh_until: now + FRESH };
    app.identities.remember(key, known.clone());
    Ok(Some(known))
}

/// From which networks the token may be used. What is on record and cannot be read as a network is none at all: it
/// never means anywhere.
fn networks_of(token: &ApiToken) -> Option<Vec<IpNet>> {
    let networks = token.networks.iter().map(|network| network.parse()).collect::<Result<_, _>>();
    if let Err(error) = &networks {
        log::error!("token {}: its networks cannot be read, it is refused: {error}", token.id);
    }
    networks.ok()
}

/// 401 with what a client needs to know.
#[must_use]
pub fn unauthenticated() -> ApiError {
    challenge(ApiError::new(access::UNAUTHENTICATED))
}

/// A refusal of permission; one for nobody carries the challenge.
#[must_use]
pub fn refusal(violation: anze_domain::Violation) -> ApiError {
    let nobody = violation.code == access::UNAUTHENTICATED;
    let error = ApiError::from(violation);
    if nobody { challenge(error) } else { error }
}

fn challenge(error: ApiError) -> ApiError {
    error.header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"anze\""))
}
