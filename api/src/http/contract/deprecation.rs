//! What is on its way out: said in the contract and in every answer, a year ahead.

use actix_web::http::header::HeaderValue;
use anze_domain::calendar::working_calendar::SHANGHAI;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::Value;

/// The extension of an operation that says since which day it is deprecated.
pub const SINCE: &str = "x-deprecated-since";
/// The extension of an operation that says on which day it goes.
pub const SUNSET: &str = "x-sunset";

/// The headers of a deprecated operation's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deprecation {
    /// `Deprecation` (RFC 9745): since when.
    pub since: HeaderValue,
    /// `Sunset` (RFC 8594): when it goes.
    pub sunset: HeaderValue,
}

impl Deprecation {
    /// What an operation of the contract says of itself; none where it says nothing.
    #[must_use]
    pub fn of(operation: &Value) -> Option<Self> {
        let day = |name| operation.get(name)?.as_str()?.parse::<NaiveDate>().ok();
        let (since, sunset) = (beginning(day(SINCE)?)?, beginning(day(SUNSET)?)?);
        Some(Self {
            since: HeaderValue::from_str(&format!("@{}", since.timestamp())).ok()?,
            sunset: HeaderValue::from_str(&sunset.format("%a, %d %b %Y %H:%M:%S GMT").to_string()).ok()?,
        })
    }
}

/// When a day begins in Xiamen.
fn beginning(day: NaiveDate) -> Option<DateTime<Utc>> {
    Some(day.and_time(NaiveTime::MIN).and_local_timezone(SHANGHAI).single()?.to_utc())
}
