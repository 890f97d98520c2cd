//! What the unit tests ask of an application inside its envelope.

use std::sync::Arc;

use actix_http::Request;
use actix_service::{IntoServiceFactory, ServiceFactory};
use actix_web::{
    body::MessageBody,
    dev::{AppConfig, ServiceResponse},
    test::TestRequest,
};
use chrono::DateTime;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use crate::server::in_process::Answer;
use crate::{
    app::{clock::FixedClock, settings::Settings, state::App},
    server::{
        application::{ServerState, application},
        in_process::InProcess,
    },
};

/// The contract as it is published.
pub(crate) fn published_contract() -> serde_json::Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/anze.openapi.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

impl Answer {
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
    let state = state(settings, mount);
    let application = InProcess::of(application(&state, mount), Arc::clone(&state.shared)).await.unwrap();
    let mut answers = Vec::new();
    for request in requests {
        answers.push(send(&application, request).await);
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
    F: ServiceFactory<
            Request,
            Config = AppConfig,
            Response = ServiceResponse<B>,
            Error = actix_web::Error,
            InitError = (),
        >,
    F::Service: 'static,
    F::Future: 'static,
    B: MessageBody + 'static,
{
    let application = InProcess::of(app, Arc::clone(&state(settings(), |_| {}).shared)).await.unwrap();
    send(&application, request).await
}

fn state(settings: Settings, mount: fn(&mut ServiceConfig<'_>)) -> Arc<ServerState> {
    let clock = FixedClock::at(DateTime::from_timestamp(1_760_000_000, 0).unwrap());
    ServerState::new(App::open(settings, clock).unwrap(), mount).unwrap()
}

async fn send(application: &InProcess, request: TestRequest) -> Answer {
    application.send(request.peer_addr("192.0.2.1:999".parse().unwrap())).await.unwrap()
}
