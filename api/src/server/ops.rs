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

/// Sign that the process answers requests.
#[derive(Serialize, ToSchema)]
pub struct Liveness {
    /// Fixed text `alive`; a process that is not alive gives no answer.
    #[schema(value_type = String, max_length = 16, example = "alive")]
    pub status: &'static str,
}

/// Readiness of the service and of each of its parts.
#[derive(Serialize, ToSchema)]
pub struct Readiness {
    /// Whether every part of the service is ready.
    #[schema(example = true)]
    pub ready: bool,
    /// Readiness of every part of the service.
    #[schema(max_items = 20)]
    pub parts: Vec<PartReadiness>,
}

/// Readiness of one part of the service.
#[derive(Serialize, ToSchema)]
pub struct PartReadiness {
    /// Name of the part: `database`, `file_store` or `migrations`.
    #[schema(value_type = String, max_length = 64, example = "database")]
    pub name: &'static str,
    /// Whether this part answered its check in time and without an error.
    #[schema(example = true)]
    pub ready: bool,
}

/// Product and version that the server runs.
#[derive(Serialize, ToSchema)]
pub struct BuildInformation {
    /// Name of the product, always `anze`.
    #[schema(value_type = String, max_length = 16, example = "anze")]
    pub name: &'static str,
    /// Version of the product (Semantic Versioning).
    #[schema(value_type = String, max_length = 64, example = "0.1.0")]
    pub version: &'static str,
}

/// Check that the process is alive
///
/// Answers as long as the process runs and can answer. Neither the database nor the file store is asked. A supervisor
/// of processes restarts the server if no answer comes.
#[utoipa::path(tag = "operation", security(()), responses(
    (status = 200, description = "The process runs and answers.", body = Liveness)
))]
#[get("/livez")]
pub(crate) async fn get_liveness() -> Result<Reply, ApiError> {
    Reply::json(StatusCode::OK, &Liveness { status: "alive" })
}

/// Check that the service is ready
///
/// Checks the database, the file store and the migrations. If a part is not ready, the answer is 503 and names the
/// part. A load balancer sends requests to ready servers only.
#[utoipa::path(tag = "operation", security(()), responses(
    (status = 200, description = "Every part of the service is ready.", body = Readiness,
        example = json!({"ready": true, "parts": [{"name": "database", "ready": true}]})),
    (status = 503, description = "At least one part of the service is not ready.", body = Readiness,
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

/// Read the running version
///
/// Reads the name and the version of the product that the server runs.
#[utoipa::path(tag = "operation", security(()), responses(
    (status = 200, description = "The product and its version.", body = BuildInformation,
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
