//! The outermost layer: id, limits, log line, and the form of every failure.

use std::{panic::AssertUnwindSafe, rc::Rc, sync::Arc, time::Duration};

use actix_http::{ConnectionType, Request};
use actix_service::{IntoServiceFactory, Service, ServiceFactory};
use actix_web::{
    HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{AppConfig, Response, ServiceResponse, Url},
    http::{
        Method, StatusCode,
        header::{
            ACCEPT, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ALLOW, CACHE_CONTROL,
            CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
            ORIGIN, RETRY_AFTER, TRANSFER_ENCODING, VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
        },
    },
    web,
};
use futures_util::{FutureExt, future::LocalBoxFuture};
use ipnet::IpNet;
use tokio::time::Instant;

use uuid::Uuid;

use super::{RequestMetadata, acceptable, metadata, rate_limit, rate_limit::RateLimits};
use crate::http::{
    catalogue,
    contract::{Contract, CurrentOperation, Operation, is_of_api},
    extract,
    limits::Limits,
    metrics::RequestMetrics,
    problem::{ApiError, PROBLEM_JSON},
    respond,
};

/// Longest path with query, in bytes.
const URI_LIMIT: usize = 8192;
/// Uploads and downloads have so many times the time of other requests.
const TRANSFER_FACTOR: u32 = 20;

/// What all requests share.
pub struct Shared {
    /// The published contract.
    pub contract: web::Data<Contract>,
    /// How large a request may be and how long it may take.
    pub limits: web::Data<Limits>,
    /// How often each caller has asked.
    pub rate_limits: RateLimits,
    /// Makes the id of a request that brings none.
    pub new_id: Box<dyn Fn() -> Uuid + Send + Sync>,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins of the browsers' pages that may read answers.
    pub cors_origins: Vec<String>,
    /// Numbers about the requests.
    pub metrics: RequestMetrics,
}

/// The outermost layer around an application.
pub struct Envelope<F> {
    inner: F,
    shared: Arc<Shared>,
}

impl<F> Envelope<F> {
    /// Puts the layer around `app`.
    pub fn new<A>(app: A, shared: Arc<Shared>) -> Self
    where
        A: IntoServiceFactory<F, Request>,
        F: ServiceFactory<Request>,
    {
        Self { inner: app.into_factory(), shared }
    }
}

impl<F, B> ServiceFactory<Request> for Envelope<F>
where
    F: ServiceFactory<Request, Config = AppConfig, Response = ServiceResponse<B>, Error = actix_web::Error>,
    F::Service: 'static,
    F::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = Response<BoxBody>;
    type Error = actix_web::Error;
    type Config = AppConfig;
    type Service = EnvelopeService<F::Service>;
    type InitError = F::InitError;
    type Future = LocalBoxFuture<'static, Result<Self::Service, F::InitError>>;

    fn new_service(&self, config: AppConfig) -> Self::Future {
        let (inner, shared) = (self.inner.new_service(config), Arc::clone(&self.shared));
        Box::pin(async move { Ok(EnvelopeService { inner: Rc::new(inner.await?), shared }) })
    }
}

/// See [`Envelope`].
pub struct EnvelopeService<S> {
    inner: Rc<S>,
    shared: Arc<Shared>,
}

impl<S, B> Service<Request> for EnvelopeService<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = Response<BoxBody>;
    type Error = actix_web::Error;
    type Future = LocalBoxFuture<'static, Result<Response<BoxBody>, actix_web::Error>>;

    actix_service::forward_ready!(inner);

    fn call(&self, mut request: Request) -> Self::Future {
        let started = Instant::now();
        let (inner, shared) = (Rc::clone(&self.inner), Arc::clone(&self.shared));
        let metadata = RequestMetadata::of(&request, &*shared.new_id, &shared.trusted_proxies);
        let method = request.method().clone();
        let offers_other_protocol = request.head().upgrade();
        // HEAD is GET whose body the connection leaves out.
        if method == Method::HEAD {
            request.head_mut().method = Method::GET;
        }
        // Found at the path that the router reads, whatever of it is written in percent-encoding.
        let url = Url::new(request.uri().clone());
        let operation = shared.contract.find(request.method(), url.path());
        let of_api = is_of_api(url.path());
        let origin = request.head().headers().get(ORIGIN).cloned();
        let admitted = admit(&shared, &metadata, &request, operation.as_deref());
        request.extensions_mut().insert(metadata.clone());
        if let Some(operation) = &operation {
            request.extensions_mut().insert(CurrentOperation(Arc::clone(operation)));
        }
        let transfers = operation.as_ref().is_some_and(|operation| operation.uploads || operation.downloads);
        let limit = shared.limits.request_time * if transfers { TRANSFER_FACTOR } else { 1 };

        let id = metadata.request_id().to_owned();
        Box::pin(metadata::under_id(id, async move {
            let in_flight = shared.metrics.count_in_flight();
            let outcome = match admitted {
                Ok(()) => run(inner.as_ref(), request, limit).await,
                Err(error) => Err(error),
            };
            let mut response = match outcome {
                Ok(Ok(response)) => complete(response, &metadata),
                // A middleware's refusal comes as the framework's error with ours inside.
                Ok(Err(error)) => match error.as_error::<ApiError>() {
                    Some(ours) => write(ours, &metadata),
                    None => write(&of_foreign(&error, error.as_response_error().status_code()), &metadata),
                },
                Err(error) => write(&error, &metadata),
            };
            finish(&mut response, &metadata, of_api);
            if offers_other_protocol {
                // The framework closes such a connection in any case. A client that is not told sends its next request into it.
                response.head_mut().set_connection_type(ConnectionType::Close);
            }
            if let Some(it) = operation.as_ref().and_then(|operation| operation.deprecation.as_ref()) {
                response.headers_mut().insert(HeaderName::from_static("deprecation"), it.since.clone());
                response.headers_mut().insert(HeaderName::from_static("sunset"), it.sunset.clone());
            }
            expose(&mut response, origin.as_ref(), &shared.cors_origins);
            drop(in_flight);

            let name = operation.as_ref().map_or("none", |operation| operation.id.as_str());
            shared.metrics.observe(name, response.status(), started.elapsed());
            log::info!(
                target: "access",
                "{method} {} {} operation={name} ms={} trace={}",
                operation.as_ref().map_or("-", |operation| operation.template.as_str()),
                response.status().as_u16(),
                started.elapsed().as_millis(),
                metadata.trace_id(),
            );
            Ok(response)
        }))
    }
}

/// Refuses before anything is done.
fn admit(
    shared: &Shared,
    metadata: &RequestMetadata,
    request: &Request,
    operation: Option<&Operation>,
) -> Result<(), ApiError> {
    let headers = request.head().headers();
    shared.rate_limits.admit(metadata, headers)?;
    let line = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    let head = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>() + line;
    if head > shared.limits.head {
        return Err(ApiError::new(catalogue::HEAD_TOO_LARGE));
    }
    if request.uri().path_and_query().is_some_and(|uri| uri.as_str().len() > URI_LIMIT) {
        return Err(ApiError::new(catalogue::URI_TOO_LONG));
    }
    // Handlers without a query would not look at one.
    if let (Some(operation), Some(query)) = (operation, request.uri().query()) {
        extract::refuse_unknown(operation, query)?;
    }
    let json_only = operation.is_some_and(|operation| !operation.downloads);
    if json_only && headers.contains_key(ACCEPT) && !acceptable::takes_json(headers) {
        return Err(ApiError::new(catalogue::NOT_ACCEPTABLE));
    }
    Ok(())
}

/// Runs the application within its time; a panic is a failure like others.
async fn run<S, B>(
    inner: &S,
    request: Request,
    limit: Duration,
) -> Result<Result<ServiceResponse<B>, actix_web::Error>, ApiError>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
{
    let work = AssertUnwindSafe(async move { inner.call(request).await }).catch_unwind();
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(outcome)) => Ok(outcome),
        Ok(Err(panic)) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
            Err(ApiError::internal(format!("panic: {}", text.unwrap_or_default())))
        }
        Err(_elapsed) => Err(ApiError::new(catalogue::TIMED_OUT)),
    }
}

/// An error of the framework's, as one of ours.
fn of_foreign(error: &actix_web::Error, status: StatusCode) -> ApiError {
    if status.is_server_error() {
        log::error!("request failed: {error}");
    }
    ApiError::of_status(status)
}

/// Gives a failure that came as an answer its form.
fn complete<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    metadata: &RequestMetadata,
) -> Response<BoxBody> {
    let (_request, response) = response.into_parts();
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return Response::from(response).map_into_boxed_body();
    }
    let foreign;
    let error = match response.error().map(|error| (error, error.as_error::<ApiError>())) {
        Some((_, Some(ours))) => ours,
        Some((error, None)) => {
            foreign = of_foreign(error, status);
            &foreign
        }
        // An answer that says in JSON what is wrong, such as `/readyz`, or one given again.
        None if is_json(response.headers().get(CONTENT_TYPE)) => {
            return Response::from(response).map_into_boxed_body();
        }
        None => {
            foreign = ApiError::of_status(status);
            &foreign
        }
    };
    let mut problem = write(error, metadata);
    const OF_THE_BODY: [HeaderName; 5] =
        [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING, TRANSFER_ENCODING, ETAG];
    for (name, value) in response.headers() {
        if !OF_THE_BODY.contains(name) && !problem.headers().contains_key(name) {
            problem.headers_mut().append(name.clone(), value.clone());
        }
    }
    problem
}

fn is_json(media: Option<&HeaderValue>) -> bool {
    media.and_then(|value| value.to_str().ok()).is_some_and(|text| text.contains("json"))
}

/// Writes a problem for this request.
fn write(error: &ApiError, metadata: &RequestMetadata) -> Response<BoxBody> {
    let problem = error.problem(metadata.language(), Some(metadata.path()), Some(metadata.request_id()));
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::new(status).set_body(BoxBody::new(problem.to_bytes()));
    let headers = response.headers_mut();
    if let ApiError::Problem(refusal) = error {
        for (name, value) in &refusal.headers {
            headers.insert(name.clone(), value.clone());
        }
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(metadata.language().tag()));
    headers.append(VARY, HeaderValue::from_static("Accept-Language"));
    if status == StatusCode::UNAUTHORIZED && !headers.contains_key(WWW_AUTHENTICATE) {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"anze\""));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE && !headers.contains_key(RETRY_AFTER) {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// What every answer has.
fn finish(response: &mut Response<BoxBody>, metadata: &RequestMetadata, of_api: bool) {
    let status = response.status();
    let headers = response.headers_mut();
    rate_limit::insert(headers, HeaderName::from_static("x-request-id"), metadata.request_id());
    rate_limit::insert(headers, HeaderName::from_static("traceparent"), &metadata.traceparent());
    for (name, value) in metadata.standing().into_iter().flat_map(rate_limit::Standing::headers) {
        rate_limit::insert(headers, name, &value);
    }
    let coding = headers.get(CONTENT_ENCODING).and_then(|coding| coding.to_str().ok());
    let coding = coding.filter(|coding| *coding != "identity");
    let etag = headers.get(ETAG).and_then(|etag| etag.to_str().ok());
    if let Some(etag) = coding.zip(etag).and_then(|(coding, etag)| respond::coded(etag, coding)) {
        rate_limit::insert(headers, ETAG, &etag);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if of_api && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if status == StatusCode::METHOD_NOT_ALLOWED && headers.get(ALLOW).is_none_or(|allow| allow == "GET") {
        // The framework speaks for the pages outside the contract, and does not know of HEAD.
        headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
}

/// A browser's page may read a failure too, also one from before CORS was looked at.
fn expose(response: &mut Response<BoxBody>, origin: Option<&HeaderValue>, allowed: &[String]) {
    let Some(origin) = origin.filter(|origin| allowed.iter().any(|listed| *origin == listed.as_str())) else {
        return;
    };
    let headers = response.headers_mut();
    if !headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("x-request-id, retry-after, ratelimit, ratelimit-policy"),
        );
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
}
