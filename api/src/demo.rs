//! placeholder
pub(crate) fn fill(
    _: crate::settings::Settings,
    _: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<String>, crate::cli::Failure> {
    Err("not yet".into())
}
