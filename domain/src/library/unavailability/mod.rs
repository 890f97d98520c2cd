//! When an expert cannot be asked for (不可服务时间): leave, and days that come again every week (A12.1).

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::{
    Event, EventName, FactName, RecordKind, Violation,
    base::{
        code::PERIOD_REVERSED,
        id::{ExpertId, UnavailabilityId},
    },
    calendar::{slot::Slot, working_calendar::SHANGHAI},
    vocabulary,
};

/// How many entries an expert may keep that are not over.
pub const MAX_UNAVAILABILITIES: usize = 200;
/// The longest leave.
pub const MAX_LEAVE: TimeDelta = TimeDelta::days(366);

crate::codes! {
    UNAVAILABILITY_MEMBER_MISSING = "unavailability_member_missing", Invalid, None,
        "缺少必填内容" / "该类不可服务时间须填写此项。",
        "Field required for this kind" / "This kind of unavailability requires this field.";
    UNAVAILABILITY_MEMBER_FOREIGN = "unavailability_member_foreign", Invalid, None,
        "内容与类别不符" / "该类不可服务时间不得填写此项。",
        "Field not allowed for this kind" / "This kind of unavailability does not have this field.";
    LEAVE_TOO_LONG = "leave_too_long", Invalid, None,
        "请假时间过长" / "一次请假不得超过 366 天。",
        "Leave too long" / "A leave lasts at most 366 days.";
    UNAVAILABILITY_OVER = "unavailability_over", Conflict, None,
        "不可服务时间已结束" / "该不可服务时间已经结束，不能再变更。",
        "Unavailability is over" / "This unavailability has ended and can no longer be changed.";
    UNAVAILABILITIES_TOO_MANY = "unavailabilities_too_many", Conflict, None,
        "不可服务时间过多" / "每名专家至多保留 {maximum} 条不可服务时间。",
        "Too many unavailabilities" / "An expert keeps at most {maximum} unavailabilities.";
    EXPERT_UNAVAILABLE = "expert_unavailable", Conflict, Some("A12.1"),
        "专家不可服务" / "该专家在 {start} 至 {end} 期间不可服务。",
        "Expert unavailable" / "The expert is not available from {start} to {end}.";
}

vocabulary! {
    /// Kinds of unavailability of an expert.
    pub enum UnavailabilityKind {
        Leave = "leave" / "请假" / "Leave: from one instant to another",
        Recurring = "recurring" / "每周固定" / "Recurring: a day of every week",
    }
}

vocabulary! {
    /// Days of the week, from Monday.
    pub enum Weekday {
        Monday = "monday" / "星期一" / "Monday",
        Tuesday = "tuesday" / "星期二" / "Tuesday",
        Wednesday = "wednesday" / "星期三" / "Wednesday",
        Thursday = "thursday" / "星期四" / "Thursday",
        Friday = "friday" / "星期五" / "Friday",
        Saturday = "saturday" / "星期六" / "Saturday",
        Sunday = "sunday" / "星期日" / "Sunday",
    }
}

impl Weekday {
    /// The day of the week of a date.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        match day.weekday() {
            chrono::Weekday::Mon => Self::Monday,
            chrono::Weekday::Tue => Self::Tuesday,
            chrono::Weekday::Wed => Self::Wednesday,
            chrono::Weekday::Thu => Self::Thursday,
            chrono::Weekday::Fri => Self::Friday,
            chrono::Weekday::Sat => Self::Saturday,
            chrono::Weekday::Sun => Self::Sunday,
        }
    }
}

vocabulary! {
    /// Parts of a day, divided at noon (Asia/Shanghai).
    pub enum PartOfDay {
        Whole = "whole" / "全天" / "The whole day",
        Morning = "morning" / "上午" / "Morning, to noon",
        Afternoon = "afternoon" / "下午" / "Afternoon, from noon",
    }
}

/// The time of an unavailability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// From one instant to another.
    Leave(Slot),
    /// A day of every week.
    Recurring(Recurrence),
}

/// A day of every week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recurrence {
    /// Which day.
    pub weekday: Weekday,
    /// Which part of it.
    pub part_of_day: PartOfDay,
    /// From which date on; none for always before.
    pub from_on: Option<NaiveDate>,
    /// Through which date; none for always after.
    pub until_on: Option<NaiveDate>,
}

impl Span {
    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> UnavailabilityKind {
        match self {
            Self::Leave(_) => UnavailabilityKind::Leave,
            Self::Recurring(_) => UnavailabilityKind::Recurring,
        }
    }

    /// Whether it takes away any of this slot.
    #[must_use]
    pub fn meets(self, slot: Slot) -> bool {
        match self {
            Self::Leave(leave) => leave.overlaps(slot),
            Self::Recurring(recurrence) => recurrence.meets(slot),
        }
    }

    /// Checks it.
    ///
    /// # Errors
    /// [`PERIOD_REVERSED`], [`LEAVE_TOO_LONG`], [`UNAVAILABILITY_OVER`].
    pub fn check(self, now: DateTime<Utc>) -> Result<(), Violation> {
        match self {
            Self::Leave(leave) if leave.end <= leave.start => {
                Err(Violation::new(PERIOD_REVERSED).at("/ends_at"))
            }
            Self::Leave(leave) if leave.end.signed_duration_since(leave.start) > MAX_LEAVE => {
                Err(Violation::new(LEAVE_TOO_LONG).at("/ends_at"))
            }
            Self::Leave(leave) if leave.end <= now => Err(Violation::new(UNAVAILABILITY_OVER).at("/ends_at")),
            Self::Recurring(Recurrence { from_on: Some(from), until_on: Some(until), .. })
                if until < from =>
            {
                Err(Violation::new(PERIOD_REVERSED).at("/until_on"))
            }
            Self::Recurring(Recurrence { until_on: Some(until), .. })
                if until < crate::calendar::working_calendar::shanghai_date(now) =>
            {
                Err(Violation::new(UNAVAILABILITY_OVER).at("/until_on"))
            }
            _ => Ok(()),
        }
    }
}

impl Recurrence {
    fn meets(self, slot: Slot) -> bool {
        let days = slot.days();
        let first = self.from_on.map_or(days.start, |from| days.start.max(from));
        let last = self.until_on.map_or(days.end, |until| days.end.min(until));
        let wanted = Weekday::of(first);
        let ahead = (7 + self.weekday.number() - wanted.number()) % 7;
        let mut next = first.checked_add_days(Days::new(ahead));
        while let Some(day) = next.filter(|day| *day <= last) {
            if self.on(day).is_some_and(|taken| taken.overlaps(slot)) {
                return true;
            }
            next = day.checked_add_days(Days::new(7));
        }
        false
    }

    /// What it takes away of this day.
    fn on(self, day: NaiveDate) -> Option<Slot> {
        let noon = day.and_time(NaiveTime::from_hms_opt(12, 0, 0)?);
        let midnight = day.and_time(NaiveTime::MIN);
        let next = day.succ_opt()?.and_time(NaiveTime::MIN);
        let (start, end) = match self.part_of_day {
            PartOfDay::Whole => (midnight, next),
            PartOfDay::Morning => (midnight, noon),
            PartOfDay::Afternoon => (noon, next),
        };
        let instant = |local: NaiveDateTime| Some(local.and_local_timezone(SHANGHAI).single()?.to_utc());
        Some(Slot { start: instant(start)?, end: instant(end)? })
    }
}

impl Weekday {
    /// From 0 for Monday to 6 for Sunday.
    const fn number(self) -> u64 {
        match self {
            Self::Monday => 0,
            Self::Tuesday => 1,
            Self::Wednesday => 2,
            Self::Thursday => 3,
            Self::Friday => 4,
            Self::Saturday => 5,
            Self::Sunday => 6,
        }
    }
}

/// An entry: when an expert cannot be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unavailability {
    /// Its id.
    pub id: UnavailabilityId,
    /// Version of the record.
    pub version: i64,
    /// The expert, whose it is.
    pub expert_id: ExpertId,
    /// The time in which the expert is unavailable.
    pub span: Span,
    /// What the expert notes, for themselves alone.
    pub note: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Unavailability {
    /// The expert makes an entry, beside so many that they keep already and that are not over.
    ///
    /// # Errors
    /// Those of [`Span::check`]; [`UNAVAILABILITIES_TOO_MANY`].
    pub fn record(self, kept: usize) -> Result<(Self, Event), Violation> {
        self.span.check(self.created_at)?;
        if kept >= MAX_UNAVAILABILITIES {
            return Err(Violation::new(UNAVAILABILITIES_TOO_MANY).with("maximum", MAX_UNAVAILABILITIES));
        }
        let event = self.event(EventName::UnavailabilityRecorded);
        Ok((self, event))
    }

    /// The expert replaces it.
    ///
    /// # Errors
    /// Those of [`Span::check`].
    pub fn replace(
        mut self,
        span: Span,
        note: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        span.check(now)?;
        (self.span, self.note) = (span, note);
        let event = self.event(EventName::UnavailabilityReplaced);
        Ok((self, event))
    }

    /// The expert takes it back.
    #[must_use]
    pub fn remove(&self) -> Event {
        self.event(EventName::UnavailabilityRemoved)
    }

    /// What happened; the note is the expert's own.
    fn event(&self, name: EventName) -> Event {
        let event =
            Event::new(name, RecordKind::Unavailability, self.id).fact(FactName::Kind, self.span.kind());
        match self.span {
            Span::Leave(leave) => event
                .fact(FactName::StartsAt, leave.start.to_rfc3339())
                .fact(FactName::EndsAt, leave.end.to_rfc3339()),
            Span::Recurring(recurrence) => event
                .fact(FactName::Weekday, recurrence.weekday)
                .fact(FactName::PartOfDay, recurrence.part_of_day),
        }
    }
}

/// The refusal of a slot in which an expert is not available.
#[must_use]
pub fn unavailable(slot: Slot) -> Violation {
    Violation::new(EXPERT_UNAVAILABLE).with("start", slot.start).with("end", slot.end)
}

#[cfg(test)]
mod tests;
