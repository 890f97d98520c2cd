//! Rows of several tables in one order: by an instant or a day, then by their kind and id.

use std::cmp::Ordering;

use anze_domain::calendar::working_calendar::{end_of_day, shanghai_date};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::statement::Statement;

/// The column by which the rows of a kind are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// An instant: something is due or begins then.
    DueAt(&'static str),
    /// A day until whose end something is due.
    DueOn(&'static str),
    /// No such date: the instant since which the row waits.
    Since,
}

impl Column {
    /// The column's name; `since` where the rows have no date.
    pub fn order(self, since: &'static str) -> &'static str {
        match self {
            Self::DueAt(column) | Self::DueOn(column) => column,
            Self::Since => since,
        }
    }
}

/// Where the rows of one kind go on after a position of the whole list. A row is named by the id of its record `r`.
#[derive(Clone, Copy)]
pub(super) enum Following {
    /// From their first.
    All,
    /// After this instant.
    Past(DateTime<Utc>),
    /// From this instant on.
    From(DateTime<Utc>),
    /// After this record at this instant.
    Record(DateTime<Utc>, Uuid),
}

impl Following {
    /// After the record with this id at this instant, in a kind that comes before, is, or comes behind that record's.
    pub fn after(kind: Ordering, at: DateTime<Utc>, id: Uuid) -> Self {
        match kind {
            Ordering::Less => Self::Past(at),
            Ordering::Equal => Self::Record(at, id),
            Ordering::Greater => Self::From(at),
        }
    }

    /// Adds the condition, which begins with `AND`.
    pub fn narrow(self, all: &mut Statement, column: Column, since: &'static str) {
        let (at, sign, id) = match self {
            Self::All => return,
            Self::Past(at) => (at, ">", None),
            Self::From(at) => (at, ">=", None),
            Self::Record(at, id) => (at, ">", Some(id)),
        };
        match column {
            Column::DueOn(column) => {
                // The day that ends at this instant, or the last that ended before it.
                let day = shanghai_date(at).pred_opt().unwrap_or(NaiveDate::MIN);
                let ends_then = end_of_day(day) == Some(at);
                let sign = if ends_then { sign } else { ">" };
                compare(all, column, sign, id.filter(|_| ends_then), |all| all.date(day));
            }
            Column::DueAt(column) => compare(all, column, sign, id, |all| all.instant(at)),
            Column::Since => compare(all, since, sign, id, |all| all.instant(at)),
        }
    }
}

/// `column > value`, or `>=`; or, with an id, past this record at the same value.
fn compare(all: &mut Statement, column: &str, sign: &str, id: Option<Uuid>, value: impl Fn(&mut Statement)) {
    let Some(id) = id else {
        all.push(&format!(" AND {column} {sign} "));
        value(all);
        return;
    };
    // The first condition leads into the index.
    all.push(&format!(" AND {column} >= "));
    value(all);
    all.push(&format!(" AND ({column} > "));
    value(all);
    all.push(" OR r.id > ");
    all.key(id);
    all.push(")");
}
