//! How many requests came, how they ended and how long they took.

use std::time::Duration;

use actix_web::http::StatusCode;
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry};

/// Counts requests by operation and status. Clones count into the same numbers.
#[derive(Clone)]
pub struct RequestMetrics {
    requests: IntCounterVec,
    durations: HistogramVec,
    in_flight: IntGauge,
}

impl RequestMetrics {
    /// Registers the numbers.
    ///
    /// # Errors
    /// Where the registry has one of their names already.
    pub fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let metrics = Self {
            requests: IntCounterVec::new(
                Opts::new("http_requests_total", "Requests by operation and status"),
                &["operation", "status"],
            )?,
            durations: HistogramVec::new(
                HistogramOpts::new("http_request_duration_seconds", "Time to the answer by operation"),
                &["operation"],
            )?,
            in_flight: IntGauge::new("http_requests_in_flight", "Requests begun and not ended")?,
        };
        registry.register(Box::new(metrics.requests.clone()))?;
        registry.register(Box::new(metrics.durations.clone()))?;
        registry.register(Box::new(metrics.in_flight.clone()))?;
        Ok(metrics)
    }

    /// Counts one answer.
    pub fn observe(&self, operation: &str, status: StatusCode, took: Duration) {
        self.requests.with_label_values(&[operation, status.as_str()]).inc();
        self.durations.with_label_values(&[operation]).observe(took.as_secs_f64());
    }

    /// Counts a request as running until what this returns is dropped.
    pub fn count_in_flight(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }
}

/// A request that runs.
pub struct InFlight(IntGauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}
