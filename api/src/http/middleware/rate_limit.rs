//! How often one caller may ask: by the credential it brings, and by address whatever it brings.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock, middleware::StateInformationMiddleware,
};
use sha2::{Digest, Sha256};

use super::{RequestMetadata, metadata::counted_address};
use crate::http::{catalogue, limits::Limits, problem::ApiError};

/// Many callers share an address: it may ask so many times as often as one of them.
const ADDRESS_FACTOR: u32 = 10;
/// After so many requests, callers that have not asked for a while are forgotten.
const CLEAN_AFTER: u32 = 10_000;

type Key = [u8; 16];
type Limiter = DefaultKeyedRateLimiter<Key, StateInformationMiddleware>;

/// Counts requests by caller and by address.
pub struct RateLimits {
    callers: Limiter,
    addresses: Limiter,
    burst: u32,
    per_minute: u32,
    asked: AtomicU32,
}

/// Where a caller stands: what is left, and in how many seconds all of it is there again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    left: u32,
    whole_in: u64,
    burst: u32,
    window: u64,
}

impl RateLimits {
    /// Nobody has asked yet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let (per_minute, burst) = (limits.requests_per_minute, limits.burst);
        let factor = NonZeroU32::new(ADDRESS_FACTOR).unwrap_or(NonZeroU32::MIN);
        let limiter = |per_minute: NonZeroU32, burst| {
            RateLimiter::keyed(Quota::per_minute(per_minute).allow_burst(burst))
                .with_middleware::<StateInformationMiddleware>()
        };
        Self {
            callers: limiter(per_minute, burst),
            addresses: limiter(per_minute.saturating_mul(factor), burst.saturating_mul(factor)),
            burst: burst.get(),
            per_minute: per_minute.get(),
            asked: AtomicU32::new(0),
        }
    }

    /// Counts a request and notes where its caller stands.
    ///
    /// # Errors
    /// `rate_limited` with `Retry-After` where it is one too many.
    pub fn admit(&self, metadata: &RequestMetadata, headers: &HeaderMap) -> Result<(), ApiError> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % CLEAN_AFTER == CLEAN_AFTER - 1 {
            self.callers.retain_recent();
            self.addresses.retain_recent();
        }
        let address =
            key(metadata.address().map_or_else(String::new, |address| counted_address(address).to_string()));
        let caller = headers.get(AUTHORIZATION).map_or(address, |credential| key(credential.as_bytes()));
        for (limiter, key) in [(&self.addresses, &address), (&self.callers, &caller)] {
            match limiter.check_key(key) {
                Ok(state) => metadata.note(self.standing(state.remaining_burst_capacity().min(self.burst))),
                Err(until) => {
                    metadata.note(self.standing(0));
                    let wait = until.wait_time_from(limiter.clock().now()).max(Duration::from_secs(1));
                    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                    return Err(ApiError::new(catalogue::RATE_LIMITED)
                        .with("seconds", seconds)
                        .retry_after(wait));
                }
            }
        }
        Ok(())
    }

    fn standing(&self, left: u32) -> Standing {
        let seconds = |requests: u32| (u64::from(requests) * 60).div_ceil(u64::from(self.per_minute));
        Standing {
            left,
            whole_in: seconds(self.burst.saturating_sub(left)),
            burst: self.burst,
            window: seconds(self.burst).max(1),
        }
    }
}

impl Standing {
    /// The headers `RateLimit-Policy` and `RateLimit`.
    pub(super) fn headers(self) -> [(HeaderName, String); 2] {
        [
            (
                HeaderName::from_static("ratelimit-policy"),
                format!("\"caller\";q={};w={}", self.burst, self.window),
            ),
            (HeaderName::from_static("ratelimit"), format!("\"caller\";r={};t={}", self.left, self.whole_in)),
        ]
    }
}

/// A caller's key: a digest, so that no credential is kept.
fn key(text: impl AsRef<[u8]>) -> Key {
    let mut key = Key::default();
    for (to, from) in key.iter_mut().zip(Sha256::digest(text)) {
        *to = from;
    }
    key
}

/// Writes a header whose value is visible ASCII.
pub(super) fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
