//! Numbers about the running service, in a registry that others may add to.

use prometheus::Registry;

use crate::http::metrics::RequestMetrics;

/// The service's numbers, which its operator reads at `/metrics`.
pub struct Metrics {
    /// Where everything is registered.
    pub registry: Registry,
    /// Those of the requests.
    pub requests: RequestMetrics,
}

impl Metrics {
    /// The service's own numbers.
    ///
    /// # Errors
    /// Where two have one name.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new_custom(Some("anze".to_owned()), None)?;
        Ok(Self { requests: RequestMetrics::register(&registry)?, registry })
    }
}
