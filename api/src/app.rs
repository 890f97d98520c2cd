//! What every handler may reach: one value, shared by all workers.

use std::sync::Arc;

use crate::{
    clock::Clock,
    ops::{Metrics, Probe},
    settings::Settings,
};

/// The application's state.
pub struct App {
    /// What the process was told.
    pub settings: Arc<Settings>,
    /// Time and ids.
    pub clock: Arc<dyn Clock>,
    /// What must be well for the service to be ready.
    pub probes: Vec<Probe>,
    /// Numbers for operation.
    pub metrics: Metrics,
}

impl App {
    /// The state for these settings and this clock.
    ///
    /// # Errors
    /// Where the metrics cannot be registered.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, prometheus::Error> {
        Ok(Self { settings: Arc::new(settings), clock, probes: Vec::new(), metrics: Metrics::new()? })
    }
}
