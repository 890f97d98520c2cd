//! What is known of a request before anything of it is understood.

use std::{
    cell::RefCell,
    future::{Ready, ready},
    net::{IpAddr, Ipv6Addr},
    rc::Rc,
};

use actix_http::Request;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header::HeaderMap};
use ipnet::IpNet;

use uuid::Uuid;

use super::rate_limit::Standing;
use crate::http::{language::Language, problem::ApiError};

tokio::task_local! {
    static REQUEST_ID: String;
}

/// The id of the request that this task works on, for log lines.
#[must_use]
pub fn request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

/// Does work of a request under its id, on whatever thread it has come to.
pub(crate) fn with_request_id<T>(id: &str, work: impl FnOnce() -> T) -> T {
    REQUEST_ID.sync_scope(id.to_owned(), work)
}

/// Runs a request's work under its id.
pub(super) async fn under_id<F: Future>(id: String, work: F) -> F::Output {
    REQUEST_ID.scope(id, work).await
}

/// What is known of a request before anything of it is understood. Handlers may take it.
#[derive(Debug, Clone)]
pub struct RequestMetadata(Rc<Inner>);

/// See [`RequestMetadata`].
#[derive(Debug)]
struct Inner {
    request_id: String,
    trace_id: String,
    span_id: String,
    trace_flags: String,
    language: Language,
    path: String,
    address: Option<IpAddr>,
    standing: RefCell<Option<Standing>>,
}

impl RequestMetadata {
    /// Reads a request's head.
    pub(super) fn of(request: &Request, new_id: &dyn Fn() -> Uuid, proxies: &[IpNet]) -> Self {
        let headers = request.head().headers();
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let given = text("x-request-id")
            .filter(|id| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()));
        let trace = text("traceparent").and_then(read_traceparent);
        let (trace_id, trace_flags) =
            trace.unwrap_or_else(|| (new_id().simple().to_string(), "00".to_owned()));
        Self(Rc::new(Inner {
            request_id: given.map_or_else(|| new_id().to_string(), str::to_owned),
            trace_id,
            span_id: format!("{:016x}", rand::random_range(1..=u64::MAX)),
            trace_flags,
            language: Language::of(headers),
            path: request.path().to_owned(),
            address: request
                .peer_addr()
                .map(|peer| behind_proxies(peer.ip().to_canonical(), headers, proxies)),
            standing: RefCell::new(None),
        }))
    }

    /// The request's id, given or made.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// The trace this request belongs to.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        &self.0.trace_id
    }

    /// The header `traceparent` of the answer.
    #[must_use]
    pub fn traceparent(&self) -> String {
        format!("00-{}-{}-{}", self.0.trace_id, self.0.span_id, self.0.trace_flags)
    }

    /// The language the caller prefers.
    #[must_use]
    pub fn language(&self) -> Language {
        self.0.language
    }

    /// The path that was asked.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The caller's address, as far as trusted proxies tell it.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.0.address
    }

    /// Where the caller stands with its rate limit.
    pub(super) fn standing(&self) -> Option<Standing> {
        *self.0.standing.borrow()
    }

    /// Notes where the caller stands with its rate limit.
    pub(super) fn note(&self, standing: Standing) {
        *self.0.standing.borrow_mut() = Some(standing);
    }
}

impl FromRequest for RequestMetadata {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(
            request
                .extensions()
                .get::<Self>()
                .cloned()
                .ok_or_else(|| ApiError::internal("no request context")),
        )
    }
}

/// Trace id and flags of a W3C `traceparent`.
fn read_traceparent(text: &str) -> Option<(String, String)> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let hex = |text: &str, length| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    let whole = hex(version, 2) && hex(trace, 32) && hex(span, 16) && hex(flags, 2);
    let known = version != "ff" && (version != "00" || parts.next().is_none());
    (whole && known && !zero(trace) && !zero(span)).then(|| (trace.to_owned(), flags.to_owned()))
}

/// By what an address is counted where tries are limited: whoever has one address of an IPv6 network has all of its
/// /64.
#[must_use]
pub fn counted_address(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(of_network) => (of_network & Ipv6Addr::from(!u128::from(u64::MAX))).into(),
    }
}

/// The caller's address, an IPv4 address as itself on every kind of socket: from the right, the first that no trusted proxy has.
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|network| network.contains(&address));
    let lines: Vec<_> = headers.get_all("x-forwarded-for").filter_map(|line| line.to_str().ok()).collect();
    let mut caller = peer;
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !trusted(caller) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => caller = address.to_canonical(),
            Err(_) => break,
        }
    }
    caller
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn a_traceparent_is_taken_only_whole() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(read_traceparent(good).unwrap().0, "0af7651916cd43dd8448eb211c80319c");
        for bad in ["", "00-0-0-0", &good.to_uppercase(), &format!("{good}-x"), &good.replace("0af", "xyz")] {
            assert_eq!(read_traceparent(bad), None, "{bad}");
        }
    }

    #[test]
    fn forwarded_addresses_are_believed_from_trusted_proxies_only() {
        let mut headers = HeaderMap::new();
        headers.insert(
            HeaderName::from_static("x-forwarded-for"),
            HeaderValue::from_static("6.6.6.6, 203.0.113.9, 10.0.0.2"),
        );
        let networks: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(behind_proxies(ip("10.0.0.1"), &headers, &networks), ip("203.0.113.9"));
        assert_eq!(behind_proxies(ip("198.51.100.1"), &headers, &networks), ip("198.51.100.1"));
        headers.insert(
            HeaderName::from_static("x-forwarded-for"),
            HeaderValue::from_static("::ffff:203.0.113.9, ::ffff:10.0.0.2"),
        );
        assert_eq!(behind_proxies(ip("10.0.0.1"), &headers, &networks), ip("203.0.113.9"));
    }

    #[test]
    fn addresses_are_counted_by_their_network() {
        for (address, expected) in [
            ("203.0.113.9", "203.0.113.9"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
            ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ] {
            assert_eq!(
                counted_address(address.parse().unwrap()),
                expected.parse::<IpAddr>().unwrap(),
                "{address}"
            );
        }
    }

    #[test]
    fn a_requests_work_has_its_id_on_every_thread() {
        assert_eq!(request_id(), None);
        let work = || with_request_id("r-1", request_id);
        assert_eq!(std::thread::spawn(work).join().unwrap().as_deref(), Some("r-1"));
        assert_eq!(request_id(), None);
    }
}
