//! How large one request may be, how long it may take, and how often one caller may ask.

use std::{num::NonZeroU32, time::Duration};

/// The limits that HTTP holds every request to. The extractors find them as `web::Data<Limits>`.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest JSON body, in bytes.
    pub body: usize,
    /// Largest JSON body of a batch, in bytes.
    pub batch: usize,
    /// Most that a request's line and headers may be together, in bytes.
    pub head: usize,
    /// Longest time for one request.
    pub request_time: Duration,
    /// Requests a minute for one caller.
    pub requests_per_minute: NonZeroU32,
    /// Requests at once for one caller.
    pub burst: NonZeroU32,
}
