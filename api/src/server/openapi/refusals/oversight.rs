//! Calendars and their subscriptions.

use anze_domain::{
    access::Operation,
    base::code::PERIOD_REVERSED,
    oversight::calendar::{PERIOD_TOO_LONG, TOO_MANY_SUBSCRIPTIONS},
};

use super::checks::Row;

pub(super) const REFUSALS: &[Row] = &[
    (Operation::ListCalendarEntries, &[&[PERIOD_REVERSED, PERIOD_TOO_LONG]]),
    (Operation::CreateCalendarSubscription, &[&[TOO_MANY_SUBSCRIPTIONS]]),
];
