//! Time and ids are given, so that tests can state exact instants.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use uuid::{ContextV7, Timestamp, Uuid};

/// Tells the time and makes ids.
pub trait Clock: Send + Sync {
    /// The present instant, to the microsecond.
    fn now(&self) -> DateTime<Utc>;
    /// A new UUIDv7 of the present instant; ids of one clock ascend.
    fn new_id(&self) -> Uuid;
}

/// Makes ascending UUIDv7s, also within one millisecond.
#[derive(Debug)]
struct Ids(Mutex<ContextV7>);

impl Ids {
    fn new() -> Self {
        Self(Mutex::new(ContextV7::new()))
    }

    fn next(&self, at: DateTime<Utc>) -> Uuid {
        let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
        let context = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Uuid::new_v7(Timestamp::from_unix(&*context, seconds, at.timestamp_subsec_nanos()))
    }
}

/// Both databases keep microseconds, so an instant has no more.
fn to_microsecond(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}

/// The computer's clock.
pub struct SystemClock(Ids);

impl SystemClock {
    /// The computer's clock.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Ids::new()))
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the computer")]
    fn now(&self) -> DateTime<Utc> {
        to_microsecond(Utc::now())
    }

    fn new_id(&self) -> Uuid {
        self.0.next(self.now())
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct FixedClock(Mutex<DateTime<Utc>>, Ids);

impl FixedClock {
    /// A clock that stands at this instant.
    #[must_use]
    pub fn at(instant: DateTime<Utc>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(to_microsecond(instant)), Ids::new()))
    }

    /// Moves the clock to an instant.
    pub fn set(&self, instant: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = to_microsecond(instant);
    }

    /// Moves the clock on.
    pub fn advance(&self, by: TimeDelta) {
        let mut instant = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *instant = to_microsecond(*instant + by);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new_id(&self) -> Uuid {
        self.1.next(self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_stands_and_its_ids_ascend() {
        let start = DateTime::from_timestamp(1_760_000_000, 123_456_789).unwrap();
        let clock = FixedClock::at(start);
        assert_eq!(clock.now().timestamp_subsec_nanos(), 123_456_000);
        let ids: Vec<_> = (0..10_000).map(|_| clock.new_id()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        clock.advance(TimeDelta::days(1));
        assert_eq!(clock.now(), to_microsecond(start + TimeDelta::days(1)));
        assert!(clock.new_id() > *ids.last().unwrap());
    }
}
