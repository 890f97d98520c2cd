//! A slot (时段): a time from one instant to another, as it is proposed and agreed (A12.1).

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Period, Violation, base::code::PERIOD_REVERSED, calendar::working_calendar::shanghai_date};

/// The longest slot: what is longer than a day's work on site is several visits, or a mistake.
pub const MAX_SLOT: TimeDelta = TimeDelta::hours(12);

crate::codes! {
    OUTSIDE_WINDOW = "outside_window", Conflict, Some("A11.1"),
        "超出计划时间" / "服务时间须在方案确定的 {start} 至 {end} 之内。",
        "Outside the planned window" / "The time must lie in the window of the service plan, from {start} to {end}.";
    TIME_PASSED = "time_passed", Conflict, Some("A12.1"),
        "时间已过" / "服务时间须晚于当前时间。",
        "Time has passed" / "The time of a service must lie in the future.";
    SLOT_TOO_LONG = "slot_too_long", Invalid, Some("A12.1"),
        "时段过长" / "一个时段不得超过 {hours} 小时。",
        "Slot too long" / "A slot lasts at most {hours} hours.";
}

/// From one instant to another, the end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// Start of the slot, included.
    pub start: DateTime<Utc>,
    /// End of the slot, not included.
    pub end: DateTime<Utc>,
}

impl Slot {
    /// Whether some instant lies in both.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The time between two slots that do not overlap; none where they do.
    #[must_use]
    pub fn gap(self, other: Self) -> Option<TimeDelta> {
        if self.overlaps(other) {
            None
        } else if self.start < other.start {
            Some(other.start.signed_duration_since(self.end))
        } else {
            Some(self.start.signed_duration_since(other.end))
        }
    }

    /// The days that it touches in Asia/Shanghai: what ends at 24:00 does not touch the next.
    #[must_use]
    pub fn days(self) -> Period {
        let start = shanghai_date(self.start);
        let last = self.end.checked_sub_signed(TimeDelta::microseconds(1)).unwrap_or(self.end);
        Period { start, end: shanghai_date(last).max(start) }
    }

    /// Whether it can be proposed: it ends after it begins, is no longer than [`MAX_SLOT`], lies ahead, and in the
    /// window of the plan.
    ///
    /// # Errors
    /// [`PERIOD_REVERSED`], [`SLOT_TOO_LONG`], [`TIME_PASSED`], [`OUTSIDE_WINDOW`] at the slot's members below `pointer`.
    pub fn check(self, window: Period, now: DateTime<Utc>, pointer: &str) -> Result<(), Violation> {
        if self.end <= self.start {
            return Err(Violation::new(PERIOD_REVERSED).at(format!("{pointer}/end")));
        }
        if self.end.signed_duration_since(self.start) > MAX_SLOT {
            let long = Violation::new(SLOT_TOO_LONG).with("hours", MAX_SLOT.num_hours());
            return Err(long.at(format!("{pointer}/end")));
        }
        if self.start <= now {
            return Err(Violation::new(TIME_PASSED).at(format!("{pointer}/start")));
        }
        if !window.covers(self.days()) {
            return Err(Violation::new(OUTSIDE_WINDOW)
                .with("start", window.start)
                .with("end", window.end)
                .at(format!("{pointer}/start")));
        }
        Ok(())
    }
}
