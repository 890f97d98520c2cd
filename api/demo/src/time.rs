//! The demonstration's time: stories that each wait for their days, told in the order of time.

use std::{
    cell::{Cell, RefCell},
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::Poll,
};

use anze_api::app::clock::{Clock, FixedClock};
use anze_domain::calendar::working_calendar::{SHANGHAI, WorkingCalendars, shanghai_date};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::failure::Failure;

/// How long ago it begins, in days.
const DAYS: u64 = 60;
/// How long a call takes in the story.
const CALL: TimeDelta = TimeDelta::seconds(20);

/// Something that happens over some days.
type Story = Pin<Box<dyn Future<Output = Result<(), Failure>>>>;

/// The time of the stories: it moves from one wait to the next, never back, never past the present.
pub(super) struct Time {
    clock: Arc<FixedClock>,
    present: DateTime<Utc>,
    calendars: WorkingCalendars,
    awaited: Cell<Option<DateTime<Utc>>>,
    scheduled: RefCell<Vec<(DateTime<Utc>, Story)>>,
}

impl Time {
    /// Time that begins on a working day about sixty days ago.
    pub(super) fn new(present: DateTime<Utc>, calendars: WorkingCalendars) -> Self {
        let first = shanghai_date(present) - Days::new(DAYS);
        let day = first.iter_days().find(|day| calendars.is_working_day(*day)).unwrap_or(first);
        let clock = FixedClock::at(shanghai_time(day, 9, 0));
        Self { clock, present, calendars, awaited: Cell::default(), scheduled: RefCell::default() }
    }

    /// The clock that the application is given.
    pub(super) fn clock(&self) -> Arc<FixedClock> {
        Arc::clone(&self.clock)
    }

    /// The present of the stories.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The day of the stories in Xiamen.
    pub(super) fn today(&self) -> NaiveDate {
        shanghai_date(self.now())
    }

    /// A working day counted from the real today, which is none of them: -1 is the last one before it.
    pub(super) fn day(&self, count: i64) -> NaiveDate {
        let today = shanghai_date(self.present);
        let nth = usize::try_from(count.unsigned_abs().saturating_sub(1)).unwrap_or(usize::MAX);
        let working = |day: &NaiveDate| self.calendars.is_working_day(*day);
        let found = if count < 0 {
            today.pred_opt().and_then(|day| {
                std::iter::successors(Some(day), NaiveDate::pred_opt).filter(working).nth(nth)
            })
        } else {
            today.iter_days().skip(1).filter(working).nth(nth)
        };
        found.unwrap_or(today)
    }

    /// A time in Xiamen on such a day.
    pub(super) fn at(&self, count: i64, hour: u32, minute: u32) -> DateTime<Utc> {
        shanghai_time(self.day(count), hour, minute)
    }

    /// The latest morning or afternoon of a working day that began ninety minutes ago or earlier.
    pub(super) fn shift_under_way(&self) -> DateTime<Utc> {
        let before = self.present - TimeDelta::minutes(90);
        let days = std::iter::successors(Some(shanghai_date(self.present)), NaiveDate::pred_opt);
        let working = days.filter(|day| self.calendars.is_working_day(*day)).take(2);
        let mut shifts = working.flat_map(|day| [shanghai_time(day, 14, 0), shanghai_time(day, 9, 0)]);
        shifts.find(|shift| *shift <= before).unwrap_or(before)
    }

    /// Waits until then, while other stories are told.
    pub(super) async fn until(&self, at: DateTime<Utc>) {
        let mut asked = false;
        poll_fn(|_| {
            if asked {
                return Poll::Ready(());
            }
            asked = true;
            self.awaited.set(Some(at));
            Poll::Pending
        })
        .await;
    }

    /// A call was made: some seconds pass.
    pub(super) fn pass_one_call(&self) {
        self.move_to(self.now() + CALL);
    }

    fn move_to(&self, at: DateTime<Utc>) {
        self.clock.set(at.min(self.present).max(self.now()));
    }

    /// Schedules a story that begins now.
    pub(super) fn schedule(&self, story: impl Future<Output = Result<(), Failure>> + 'static) {
        self.scheduled.borrow_mut().push((self.now(), Box::pin(story)));
    }

    /// Runs every story to its end, whichever is next in time.
    ///
    /// # Errors
    /// What a story fails with.
    pub(super) async fn run(&self) -> Result<(), Failure> {
        while let Some((at, mut story)) = self.next() {
            self.move_to(at);
            let turn = poll_fn(|context| match story.as_mut().poll(context) {
                Poll::Ready(outcome) => Poll::Ready(Err(outcome)),
                // Where it asked for no time, it waits for an answer.
                Poll::Pending => self.awaited.take().map_or(Poll::Pending, |at| Poll::Ready(Ok(at))),
            });
            match turn.await {
                Ok(at) => self.scheduled.borrow_mut().push((at, story)),
                Err(outcome) => outcome?,
            }
        }
        Ok(())
    }

    fn next(&self) -> Option<(DateTime<Utc>, Story)> {
        let mut scheduled = self.scheduled.borrow_mut();
        let (index, _) = scheduled.iter().enumerate().min_by_key(|(_, (at, _))| *at)?;
        Some(scheduled.remove(index))
    }
}

fn shanghai_time(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    day.and_time(time).and_local_timezone(SHANGHAI).single().unwrap_or_default().to_utc()
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[tokio::test]
    async fn stories_are_told_in_the_order_of_time_and_end_before_the_present() {
        let present = "2026-11-23T02:00:00Z".parse().unwrap();
        let time = Rc::new(Time::new(present, WorkingCalendars::default()));
        let heard = Rc::new(RefCell::new(Vec::new()));
        for (name, days) in [("a", [-9, -3]), ("b", [-5, -4])] {
            let (of_story, heard) = (Rc::clone(&time), Rc::clone(&heard));
            time.schedule(async move {
                for day in days {
                    of_story.until(of_story.at(day, 9, 0)).await;
                    heard.borrow_mut().push((name, of_story.today().to_string()));
                }
                of_story.until(present + TimeDelta::days(1)).await;
                Ok(())
            });
        }
        time.run().await.unwrap();
        let heard: Vec<_> = heard.borrow().iter().map(|(name, day)| format!("{name} {day}")).collect();
        assert_eq!(heard, ["a 2026-11-10", "b 2026-11-16", "b 2026-11-17", "a 2026-11-18"]);
        assert_eq!(time.now(), present);
        assert_eq!(time.shift_under_way(), shanghai_time("2026-11-20".parse().unwrap(), 14, 0));
    }
}
