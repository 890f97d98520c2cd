//! Calls an application inside its envelope, without a socket.

use std::sync::Arc;

use actix_http::Request;
use actix_service::{IntoServiceFactory, Service, ServiceFactory};
use actix_web::{
    body::{BoxBody, MessageBody, to_bytes},
    dev::{AppConfig, Response, ServiceResponse},
    http::{StatusCode, header::HeaderMap},
    test::TestRequest,
    web,
};
use chrono::DateTime;
use serde_json::Value;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    app::App,
    clock::FixedClock,
    contract::Contract,
    middleware::{Envelope, envelope::Shared, rate_limit::RateLimits},
    openapi, server,
    settings::Settings,
};

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code of a problem.
    pub(crate) fn code(&self) -> (u16, &str) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.body);
        (self.status.as_u16(), self.body["code"].as_str().unwrap())
    }

    /// Pointer and code of each field that is wrong.
    pub(crate) fn fields(&self) -> Vec<(&str, &str)> {
        let errors = self.body["errors"].as_array().unwrap();
        errors
            .iter()
            .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect()
    }
}

/// Settings for a test, with a database of its own in the system's folder for what is temporary.
pub(crate) fn settings() -> Settings {
    let folder = std::env::temp_dir().join(format!("anze-unit-{:016x}", rand::random::<u64>()));
    std::fs::create_dir_all(&folder).unwrap();
    Settings::for_tests(format!("sqlite://{}/anze.db", folder.display()), folder)
}

/// Sends requests, one after the other, to an application of what `mount` mounts.
pub(crate) async fn answers(
    settings: Settings,
    mount: fn(&mut ServiceConfig<'_>),
    requests: impl IntoIterator<Item = TestRequest>,
) -> Vec<Answer> {
    let shared = shared(settings, mount);
    let service = Envelope::new(server::application(&shared, mount), Arc::clone(&shared));
    let service = service.new_service(AppConfig::default()).await.map_err(drop).unwrap();
    let mut answers = Vec::new();
    for request in requests {
        answers.push(send(&service, request).await);
    }
    answers
}

/// Sends one request.
pub(crate) async fn answer(mount: fn(&mut ServiceConfig<'_>), request: TestRequest) -> Answer {
    answers(settings(), mount, [request]).await.remove(0)
}

/// Sends one request to another application inside the envelope.
pub(crate) async fn answer_of<F, A, B>(app: A, request: TestRequest) -> Answer
where
    A: IntoServiceFactory<F, Request>,
    F: ServiceFactory<Request, Config = AppConfig, Response = ServiceResponse<B>, Error = actix_web::Error>,
    F::Service: 'static,
    F::Future: 'static,
    B: MessageBody + 'static,
{
    let service = Envelope::new(app, shared(settings(), |_| {}));
    let service = service.new_service(AppConfig::default()).await.map_err(drop).unwrap();
    send(&service, request).await
}

fn shared(settings: Settings, mount: fn(&mut ServiceConfig<'_>)) -> Arc<Shared> {
    let limits = RateLimits::new(&settings);
    let clock = FixedClock::at(DateTime::from_timestamp(1_760_000_000, 0).unwrap());
    let contract = web::Data::new(Contract::new(&openapi::document_of(mount)).unwrap());
    Arc::new(Shared { app: web::Data::new(App::open(settings, clock).unwrap()), contract, limits })
}

async fn send<S>(service: &S, request: TestRequest) -> Answer
where
    S: Service<Request, Response = Response<BoxBody>, Error = actix_web::Error>,
{
    let request = request.peer_addr("192.0.2.1:999".parse().unwrap()).to_request();
    let response = service.call(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = to_bytes(response.into_body()).await.unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into());
    Answer { status, headers, body }
}
