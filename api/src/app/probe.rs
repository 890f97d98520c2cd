//! What must be well for the service to be ready.

use futures_util::future::BoxFuture;

/// Something that must be well for the service to be ready.
pub struct Probe {
    /// What it is, such as `database`.
    pub name: &'static str,
    check: Box<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>,
}

impl Probe {
    /// A probe that asks `check`; what it fails with is logged, not sent.
    pub fn new<F>(name: &'static str, check: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self { name, check: Box::new(move || Box::pin(check())) }
    }

    /// Whether it is well now.
    ///
    /// # Errors
    /// Why it is not.
    pub async fn check(&self) -> Result<(), String> {
        (self.check)().await
    }
}
