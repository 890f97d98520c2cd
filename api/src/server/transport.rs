//! The connections below HTTP: what the framework answers by itself, before there is a request, becomes a problem too.
//!
//! A head that is no HTTP, is too large for the framework, or never ends is answered by the framework with a status and
//! nothing else. Such an answer is known by having no `x-request-id`, which every answer of ours has, and is put into our form
//! on its way out.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_http::{HttpService, Protocol, Request};
use actix_server::{Server, ServerBuilder};
use actix_service::{ServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::{
    body::MessageBody,
    dev::{AppConfig, Response},
    http::StatusCode,
    rt::net::TcpStream,
    web::{Bytes, BytesMut},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::{
    app::clock::Clock,
    http::{
        catalogue,
        language::Language,
        problem::{ApiError, PROBLEM_JSON},
    },
};

/// How long a connection is kept for a next request.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a connection that is closed may take to say so.
const DISCONNECT: Duration = Duration::from_secs(5);

/// The server of an application on this listener.
///
/// # Errors
/// Where it cannot listen.
pub(super) fn serve<F, A, B>(
    builder: ServerBuilder,
    listener: TcpListener,
    head_timeout: Duration,
    clock: Arc<dyn Clock>,
    application: F,
) -> io::Result<Server>
where
    F: Fn() -> A + Send + Clone + 'static,
    A: ServiceFactory<Request, Config = AppConfig, Response = Response<B>, Error = actix_web::Error>
        + 'static,
    A::InitError: std::fmt::Debug,
    A::Service: 'static,
    B: MessageBody + 'static,
{
    let address = listener.local_addr()?;
    let stop = builder.graceful_shutdown_signal();
    let builder = builder.listen("anze", listener, move || {
        let stop = stop.clone();
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stop = stop.clone();
                async move { stop.notified().await }
            })
            .keep_alive(KEEP_ALIVE)
            .client_request_timeout(head_timeout)
            .client_disconnect_timeout(DISCONNECT)
            .local_addr(address)
            .finish(map_config(application(), |()| AppConfig::default()));
        let clock = Arc::clone(&clock);
        fn_service(move |stream: TcpStream| {
            let from: Option<SocketAddr> = stream.peer_addr().ok();
            let connection = Connection { stream, instead: BytesMut::new(), clock: Arc::clone(&clock) };
            std::future::ready(Ok((connection, Protocol::Http1, from)))
        })
        .and_then(http)
    })?;
    Ok(builder.run())
}

/// A connection that puts the framework's own answers into our form.
struct Connection {
    stream: TcpStream,
    /// What is still to be sent in place of such an answer.
    instead: BytesMut,
    clock: Arc<dyn Clock>,
}

impl Connection {
    fn poll_instead(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(context, &self.instead))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            drop(self.instead.split_to(sent));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, into)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_instead(context))?;
        match status_of_bare(bytes) {
            Some(status) => {
                this.instead.extend_from_slice(&in_our_form(status, &this.clock.new_id().to_string()));
                Poll::Ready(Ok(bytes.len()))
            }
            None => Pin::new(&mut this.stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_instead(context))?;
        Pin::new(&mut this.stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_instead(context))?;
        Pin::new(&mut this.stream).poll_shutdown(context)
    }
}

/// The status of a failure that these bytes are, head and end, where it is none of ours.
fn status_of_bare(bytes: &[u8]) -> Option<StatusCode> {
    // Ours begin alike and are longer: most are known by their length alone.
    if bytes.len() > 512 || !bytes.ends_with(b"\r\n\r\n") {
        return None;
    }
    let head = std::str::from_utf8(bytes).ok()?;
    let status: u16 = head.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()?;
    let mut headers = head.split("\r\n").filter_map(|line| line.split_once(':')).map(|(name, _)| name);
    let ours = headers.any(|name| name.eq_ignore_ascii_case("x-request-id"));
    StatusCode::from_u16(status).ok().filter(|status| !ours && status.as_u16() >= 400)
}

/// The whole answer in place of a bare one. Nothing is known of whoever asked: their language, a path, a request id.
fn in_our_form(status: StatusCode, request_id: &str) -> Bytes {
    let error = match status.as_u16() {
        400 => ApiError::new(catalogue::UNREADABLE_REQUEST),
        408 => ApiError::new(catalogue::REQUEST_TOO_SLOW),
        431 => ApiError::new(catalogue::HEAD_TOO_LARGE),
        _ => ApiError::of_status(status),
    };
    let language = Language::default();
    let body = error.problem(language, None, Some(request_id)).to_bytes();
    let reason = status.canonical_reason().unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {} {reason}\r\ncontent-type: {PROBLEM_JSON}\r\ncontent-language: {}\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nx-content-type-options: nosniff\r\nx-request-id: {request_id}\r\n\
         connection: close\r\n\r\n",
        status.as_u16(),
        language.tag(),
        body.len(),
    );
    [head.as_bytes(), &body].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_failure_is_known_from_ours_and_from_what_succeeds() {
        let bare =
            "HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        assert_eq!(status_of_bare(bare.as_bytes()), Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
        for other in [
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nX-Request-Id: 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 4",
            "{\"code\": 400}\r\n\r\n",
        ] {
            assert_eq!(status_of_bare(other.as_bytes()), None, "{other:?}");
        }
    }

    #[test]
    fn a_bare_failure_becomes_a_problem() {
        let all = in_our_form(StatusCode::BAD_REQUEST, "the-id");
        let text = std::str::from_utf8(&all).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\n"));
        assert!(head.contains(&format!("content-length: {}\r\n", body.len())));
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(
            (&problem["code"], &problem["request_id"]),
            (&"unreadable_request".into(), &"the-id".into())
        );
        assert_eq!(status_of_bare(&all), None);
    }
}
