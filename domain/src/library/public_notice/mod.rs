//! Public notices (公示): who passed the council's vote is open to objections for some working days (A8.1).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    Event, EventName, FactName, RecordKind, Violation, Vocabulary,
    access::{Operation, Relations, state_machine::Record},
    base::id::PublicNoticeId,
    calendar::working_calendar::{Deadline, WorkingCalendars, shanghai_date},
    library::expert_application::{ExpertApplication, ExpertApplicationStatus},
    vocabulary,
};

crate::codes! {
    PUBLIC_NOTICE_STILL_OPEN = "public_notice_still_open", Conflict, Some("A8.1"),
        "公示尚未结束" / "公示至 {ends_at} 结束。",
        "Public notice still open" / "The public notice ends at {ends_at}.";
    NOT_PASSED = "not_passed", Conflict, Some("A8.1"),
        "申请未通过表决" / "仅可公示表决通过的申请；该申请的状态为“{status}”。",
        "Application not passed by the council" / "Only applications that the council passed can be put on notice. The state of this application is “{status}”.";
}

/// Working days of a notice where nothing else is said.
pub const WORKING_DAYS: u32 = 5;
/// The longest notice, in working days.
pub const MAX_NOTICE_DAYS: u32 = 30;
/// The most applications on one notice.
pub const MAX_APPLICATIONS: usize = 200;

vocabulary! {
    /// States of a public notice of applications (A8.1).
    pub enum PublicNoticeStatus {
        Open = "open" / "公示中" / "Open to objections",
        Ended = "ended" / "已结束" / "Ended",
    }
}

/// A public notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicNotice {
    /// Its id.
    pub id: PublicNoticeId,
    /// Version of the record.
    pub version: i64,
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: PublicNoticeStatus,
    /// When it was published; the day itself does not count.
    pub published_at: DateTime<Utc>,
    /// How many working days it is open.
    pub working_days: u32,
    /// The last of them.
    pub due_on: NaiveDate,
    /// 24:00 of that day in Xiamen: from this instant on no objection is taken.
    pub ends_at: DateTime<Utc>,
    /// Whether it crosses a year whose calendar is not published yet, so that its end may still move.
    pub provisional: bool,
    /// How many applications it publishes.
    pub applications: u32,
    /// Who published it.
    pub created_by: Uuid,
    /// When it was found to have ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When the record was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl PublicNotice {
    /// Kind of record, as events name it.
    pub const KIND: RecordKind = RecordKind::PublicNotice;

    /// Who has a part in it: everyone reads it.
    #[must_use]
    pub fn relations(&self) -> Relations {
        Relations::default()
    }

    /// The day on which it was published.
    #[must_use]
    pub fn published_on(&self) -> NaiveDate {
        shanghai_date(self.published_at)
    }

    /// When a notice ends that is published at this instant.
    ///
    /// # Errors
    /// A number of working days that cannot be.
    pub fn window(
        published_at: DateTime<Utc>,
        working_days: u32,
        calendars: &WorkingCalendars,
    ) -> Result<Deadline, Violation> {
        calendars.deadline(published_at, working_days)
    }

    /// The association publishes it.
    #[must_use]
    pub fn publish(self) -> (Self, Event) {
        let event = Event::new(EventName::PublicNoticePublished, Self::KIND, self.id)
            .states(None, "open")
            .fact(FactName::Number, &self.number)
            .fact(FactName::Applications, self.applications)
            .fact(FactName::EndsAt, self.ends_at);
        (self, event)
    }

    /// Whether an objection is taken at this instant: to the last moment before the end. Where the end may
    /// still move, it has not come.
    #[must_use]
    pub fn takes_objections(&self, now: DateTime<Utc>) -> bool {
        self.provisional || now < self.ends_at
    }

    /// Which of its applications everyone is shown: while it is open those that are on notice, and once it has ended
    /// those that were admitted. Who was objected to, or withdrew, is nobody's business any more.
    #[must_use]
    pub fn shown_to_everyone(&self, now: DateTime<Utc>) -> ExpertApplicationStatus {
        if self.status == PublicNoticeStatus::Open && self.takes_objections(now) {
            ExpertApplicationStatus::OnNotice
        } else {
            ExpertApplicationStatus::Admitted
        }
    }

    /// Its end, where it was provisional and the calendars settle it now.
    ///
    /// # Errors
    /// A period that cannot be counted.
    pub fn recount(mut self, calendars: &WorkingCalendars) -> Result<Option<(Self, Event)>, Violation> {
        if !self.provisional {
            return Ok(None);
        }
        let window = Self::window(self.published_at, self.working_days, calendars)?;
        if window.provisional {
            return Ok(None);
        }
        let event = Event::new(EventName::PublicNoticeRecounted, Self::KIND, self.id)
            .fact(FactName::EndsAtBefore, self.ends_at)
            .fact(FactName::EndsAt, window.due_at.to_rfc3339());
        self.due_on = window.due_on;
        self.ends_at = window.due_at;
        self.provisional = false;
        Ok(Some((self, event)))
    }

    /// Ends the notice once `grace` has passed, in which objections from before its end are still processed.
    ///
    /// # Errors
    /// [`PUBLIC_NOTICE_STILL_OPEN`].
    pub fn end(mut self, now: DateTime<Utc>, grace: TimeDelta) -> Result<(Self, Event), Violation> {
        self.must_have_ended(now - grace)?;
        let from = self.status;
        self.status = PublicNoticeStatus::Ended;
        self.ended_at = Some(now);
        let event = Event::new(EventName::PublicNoticeEnded, Self::KIND, self.id)
            .states(Some(from.code()), self.status.code());
        Ok((self, event))
    }

    /// Whether its window is over.
    ///
    /// # Errors
    /// [`PUBLIC_NOTICE_STILL_OPEN`].
    pub fn must_have_ended(&self, now: DateTime<Utc>) -> Result<(), Violation> {
        if self.takes_objections(now) {
            return Err(Violation::new(PUBLIC_NOTICE_STILL_OPEN).with("ends_at", self.ends_at));
        }
        Ok(())
    }
}

impl ExpertApplication {
    /// It is published on a notice.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn publish(mut self, notice: PublicNoticeId) -> Result<(Self, Event), Violation> {
        crate::access::state_machine::step(self.status, Operation::CreatePublicNotice)?;
        self.public_notice_id = Some(notice);
        let (next, event) =
            self.advance(Operation::CreatePublicNotice, EventName::ExpertApplicationPublished)?;
        Ok((next, event.fact(FactName::PublicNoticeId, notice)))
    }
}

/// Whether these applications may be published: each passed the vote.
///
/// # Errors
/// [`NOT_PASSED`] at each that did not.
pub fn check_passed(applications: &[(usize, &ExpertApplication)]) -> Result<(), Violation> {
    use crate::access::state_machine::State;
    let wrong = applications.iter().filter_map(|(index, application)| {
        let possible = application.status.after(Operation::CreatePublicNotice).is_some();
        let violation = || Violation::new(NOT_PASSED).with("status", application.status);
        (!possible).then(|| violation().at(format!("/application_ids/{index}")))
    });
    Violation::all(wrong.collect())
}

#[cfg(test)]
mod tests;
