//! Calls the application inside its envelope, without a socket: for the demonstration and for tests.

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

use crate::{
    http::middleware::{Envelope, envelope::Shared},
    server::{self, routes},
};

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body: JSON, or a text.
    pub(crate) body: Value,
}

impl Answer {
    /// The text of a header; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// There is no answer at all: a fault of the program.
#[derive(Debug, thiserror::Error)]
#[error("no answer: {0}")]
pub(crate) struct NoAnswer(String);

/// Sends one request, whatever it is sent to.
type Send = dyn Fn(Request) -> LocalBoxFuture<'static, Result<Response<BoxBody>, actix_web::Error>>;

/// An application inside its envelope.
pub(crate) struct InProcess(Box<Send>);

impl InProcess {
    /// The whole product.
    ///
    /// # Errors
    /// It does not start.
    pub(crate) async fn start(shared: &Arc<Shared>) -> Result<Self, NoAnswer> {
        Self::of(server::application(shared, routes::mount), Arc::clone(shared)).await
    }

    /// Any application.
    ///
    /// # Errors
    /// It does not start.
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
    ///
    /// # Errors
    /// No answer comes.
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
