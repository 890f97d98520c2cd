//! The application inside its envelope in this process, without a socket: for the demonstration and for tests.

use std::sync::Arc;

use actix_http::Request;
use actix_service::{IntoServiceFactory, Service, ServiceFactory};
use actix_web::{
    body::{BoxBody, MessageBody, to_bytes},
    dev::{AppConfig, Response, ServiceResponse},
    http::{StatusCode, header::HeaderMap},
    test::TestRequest,
};
use futures_util::future::LocalBoxFuture;
use serde_json::Value;

use super::{
    application::{ServerState, application},
    routes,
};
use crate::{
    app::{clock::Clock, settings::Settings, start_error::StartError, state::App},
    http::middleware::{Envelope, envelope::Shared},
    identity::administrator,
    jobs::housekeeping,
};

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body: JSON, or a text.
    pub body: Value,
}

impl Answer {
    /// The text of a header; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// There is no answer at all: a fault of the program.
#[derive(Debug, thiserror::Error)]
#[error("no answer: {0}")]
pub struct NoAnswer(String);

/// Sends one request to the application.
type SendRequest = dyn Fn(Request) -> LocalBoxFuture<'static, Result<Response<BoxBody>, actix_web::Error>>;

/// Starts the product in this process on an empty database, in which it makes the association's first administrator with
/// this login name and a password that nobody guesses. Gives the product and that password.
///
/// # Errors
/// The database is not empty; the administrator cannot be made; the product does not start.
pub async fn start_on_empty_database(
    settings: Settings,
    clock: Arc<dyn Clock>,
    login_name: &str,
) -> Result<(Product, String), Box<dyn std::error::Error + Send + Sync>> {
    let password = administrator::random_password();
    administrator::create_first(&settings, Arc::clone(&clock), login_name, &password).await?;
    Ok((Product::start(settings, clock).await?, password))
}

/// The whole product in this process: its application, and its housekeeping when it is asked for.
pub struct Product {
    state: Arc<ServerState>,
    application: InProcess,
}

impl Product {
    /// Starts it; nothing listens, and no housekeeping runs by itself.
    ///
    /// # Errors
    /// A setting, the database, the file store or an address cannot be used.
    pub async fn start(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let state = ServerState::new(App::open(settings, clock)?, routes::mount)?;
        let built = application(&state, routes::mount);
        let application = InProcess::of(built, Arc::clone(&state.shared)).await;
        Ok(Self { application: application.map_err(|error| StartError::Needs(error.to_string()))?, state })
    }

    /// Sends one request.
    pub async fn send(&self, request: TestRequest) -> Result<Answer, NoAnswer> {
        self.application.send(request).await
    }

    /// Does one round of housekeeping; gives the names of the stages that failed.
    pub async fn run_housekeeping(&self) -> Vec<&'static str> {
        housekeeping::run_round(&self.state.app).await
    }
}

/// An application inside its envelope.
pub(crate) struct InProcess(Box<SendRequest>);

impl InProcess {
    /// Any application.
    pub(crate) async fn of<F, A, B>(app: A, shared: Arc<Shared>) -> Result<Self, NoAnswer>
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
        let started = Envelope::new(app, shared).new_service(AppConfig::default()).await;
        let service = started.map_err(|()| NoAnswer("the application does not start".to_owned()))?;
        Ok(Self(Box::new(move |request| Box::pin(service.call(request)))))
    }

    /// Sends one request.
    pub(crate) async fn send(&self, request: TestRequest) -> Result<Answer, NoAnswer> {
        let no_answer = |error: &dyn std::fmt::Display| NoAnswer(error.to_string());
        let response = (self.0)(request.to_request()).await.map_err(|error| no_answer(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body()).await.map_err(|error| no_answer(&error))?;
        let text = || Value::from(String::from_utf8_lossy(&bytes));
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_no_json| text());
        Ok(Answer { status, headers, body })
    }
}
