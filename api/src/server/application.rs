//! The application inside the envelope: built once for each worker, from what all of them share.

use std::sync::Arc;

use actix_cors::Cors;
use actix_web::{
    App as ActixApp,
    http::{Method, header::HeaderName},
    middleware::Compress,
    web,
};
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};

use super::{docs, openapi};
use crate::{
    app::{authentication::identify, settings::Settings, start_error::StartError, state::App},
    http::{
        contract::Contract,
        language::Language,
        limits::Limits,
        middleware::{envelope::Shared, fallback::fallback, rate_limit::RateLimits},
    },
};

/// What all workers share.
pub(crate) struct ServerState {
    /// The application's state, for the handlers.
    pub(crate) app: web::Data<App>,
    /// What the envelope around the handlers needs, which knows no application.
    pub(crate) shared: Arc<Shared>,
}

impl ServerState {
    /// The state for what `mount` mounts.
    ///
    /// # Errors
    /// The contract is unusable.
    pub(crate) fn new(app: App, mount: fn(&mut ServiceConfig<'_>)) -> Result<Arc<Self>, StartError> {
        let contract = Contract::new(&openapi::document_of(mount, Language::English))?;
        let limits = limits(&app.settings);
        let clock = Arc::clone(&app.clock);
        let shared = Shared {
            contract: web::Data::new(contract),
            rate_limits: RateLimits::new(&limits),
            limits: web::Data::new(limits),
            new_id: Box::new(move || clock.new_id()),
            trusted_proxies: app.settings.trusted_proxies.clone(),
            cors_origins: app.settings.cors_origins.clone(),
            metrics: app.metrics.requests.clone(),
        };
        Ok(Arc::new(Self { app: web::Data::new(app), shared: Arc::new(shared) }))
    }
}

/// The limits that HTTP holds requests to, as they are set.
fn limits(settings: &Settings) -> Limits {
    Limits {
        body: settings.body_limit,
        batch: settings.batch_limit,
        head: settings.header_limit,
        request_time: settings.request_timeout,
        requests_per_minute: settings.rate_limit_per_minute,
        burst: settings.rate_limit_burst,
    }
}

/// The application inside the envelope. From the outside in: compression, CORS, identity, handlers.
pub(crate) fn application<M: FnOnce(&mut ServiceConfig<'_>)>(
    state: &ServerState,
    mount: M,
) -> ActixApp<
    impl actix_service::ServiceFactory<
        actix_web::dev::ServiceRequest,
        Config = (),
        Response = actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody + use<M>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<M>,
> {
    let (app, _document) = ActixApp::new()
        .into_utoipa_app()
        .app_data(state.app.clone())
        .app_data(state.shared.contract.clone())
        .app_data(state.shared.limits.clone())
        .configure(mount)
        .split_for_parts();
    app.configure(docs::mount)
        .default_service(web::to(fallback))
        // Identity is wrapped first, here: innermost, so that CORS and compression hold for its refusals,
        // and before any extractor, so that no body is read for nobody.
        .wrap(actix_web::middleware::from_fn(identify))
        .wrap(cors(&state.app.settings))
        .wrap(Compress::default())
}

/// Browsers' pages of the listed origins may call.
fn cors(settings: &Settings) -> Cors {
    let header = HeaderName::from_static;
    let cors = settings.cors_origins.iter().fold(Cors::default(), |cors, origin| cors.allowed_origin(origin));
    cors.allowed_methods([
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ])
    .allowed_headers(
        ["accept-language", "authorization", "content-type", "idempotency-key", "if-match", "if-none-match"]
            .map(header),
    )
    .allowed_header(header("traceparent"))
    .allowed_header(header("x-request-id"))
    .expose_headers(
        ["etag", "idempotency-replayed", "link", "location", "ratelimit", "ratelimit-policy", "retry-after"]
            .map(header),
    )
    .expose_headers(["deprecation", "sunset", "traceparent", "x-request-id"].map(header))
    .block_on_origin_mismatch(false)
    .max_age(3600)
}
