//! Operation: is the process alive, is it ready, which version is it, how does it do.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{StatusCode, header},
    web,
};
use futures_util::future::join_all;
use prometheus::{Encoder, TextEncoder};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

use crate::{
    app::state::App,
    http::{problem::ApiError, respond::Reply},
};

/// Longest time a probe may take.
const PROBE_LIMIT: Duration = Duration::from_secs(5);

/// The process is alive.
#[derive(Serialize, ToSchema)]
pub struct Liveness {
    /// Always `alive`.
    #[schema(value_type = String, max_length = 16, example = "alive")]
    pub status: &'static str,
}

/// Whether the service is ready, and which part is not.
#[derive(Serialize, ToSchema)]
pub struct Readiness {
    /// All parts are well.
    #[schema(example = true)]
    pub ready: bool,
    /// Every part.
    #[schema(max_items = 20)]
    pub parts: Vec<PartReadiness>,
}

/// Whether one part is ready.
#[derive(Serialize, ToSchema)]
pub struct PartReadiness {
    /// The part, such as `database`.
    #[schema(value_type = String, max_length = 64, example = "database")]
    pub name: &'static str,
    /// It is well.
    #[schema(example = true)]
    pub ready: bool,
}

/// Which version this is.
#[derive(Serialize, ToSchema)]
pub struct BuildInformation {
    /// The product.
    #[schema(value_type = String, max_length = 16, example = "anze")]
    pub name: &'static str,
    /// Its version (SemVer).
    #[schema(value_type = String, max_length = 64, example = "0.1.0")]
    pub version: &'static str,
}

/// Alive
///
/// Answers while the process can answer at all; asks nothing of the database.
#[utoipa::path(tag = "operation", security(()), responses(
    (status = 200, description = "The process is alive", body = Liveness)
))]
#[get("/livez")]
pub(crate) async fn get_liveness() -> Result<Reply, ApiError> {
    Reply::json(StatusCode::OK, &Liveness { status: "alive" })
}

/// Ready
///
/// Asks database, file store and migrations; 503 says which part is not well.
#[utoipa::path(tag = "operation", security(()), responses(
    (status = 200, description = "Every part is well", body = Readiness,
        example = json!({"ready": true, "parts": [{"name": "database", "ready": true}]})),
    (status = 503, description = "A part is not well", body = Readiness,
        example = json!({"ready": false, "parts": [{"name": "database", "ready": false}]})),
))]
#[get("/readyz")]
pub(crate) async fn get_readiness(app: web::Data<App>) -> Result<Reply, ApiError> {
    let parts = join_all(app.probes.iter().map(async |probe| {
        let outcome = tokio::time::timeout(PROBE_LIMIT, probe.check()).await;
        let outcome = outcome.unwrap_or_else(|_elapsed| Err("no answer in time".to_owned()));
        if let Err(cause) = &outcome {
            log::warn!("not ready: {}: {cause}", probe.name);
        }
        PartReadiness { name: probe.name, ready: outcome.is_ok() }
    }));
    let parts = parts.await;
    let ready = parts.iter().all(|part| part.ready);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let reply = Reply::json(status, &Readiness { ready, parts })?;
    Ok(if ready { reply } else { reply.header(header::RETRY_AFTER, header::HeaderValue::from(5)) })
}

/// Version
///
/// The running version.
#[utoipa::path(tag = "operation", security(()), responses(
    (status = 200, description = "The running version", body = BuildInformation,
        example = json!({"name": "anze", "version": "0.1.0"}))
))]
#[get("/version")]
pub(crate) async fn get_version() -> Result<Reply, ApiError> {
    Reply::json(StatusCode::OK, &BuildInformation { name: "anze", version: env!("CARGO_PKG_VERSION") })
}

/// Mounts the endpoints that the contract knows.
pub fn mount(config: &mut utoipa_actix_web::service_config::ServiceConfig<'_>) {
    config.service(get_liveness).service(get_readiness).service(get_version);
}

/// Answers `/metrics` on its own listener.
pub async fn metrics_page(request: HttpRequest) -> HttpResponse {
    let Some(app) = request.app_data::<web::Data<App>>() else {
        return HttpResponse::InternalServerError().finish();
    };
    let mut page = Vec::new();
    let encoder = TextEncoder::new();
    match encoder.encode(&app.metrics.registry.gather(), &mut page) {
        Ok(()) => HttpResponse::Ok().content_type(encoder.format_type()).body(page),
        Err(error) => {
            log::error!("metrics: {error}");
            HttpResponse::InternalServerError().finish()
        }
    }
}
