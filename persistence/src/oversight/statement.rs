//! A statement that is put together, with its values in the order of their places: both databases number them so.

use anze_domain::{
    access::Caller,
    calendar::working_calendar::{end_of_day, shanghai_date},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{Date, Timestamp},
};
use uuid::Uuid;

use crate::{
    Reader, StoreError,
    store::dialect::{AnyConnection, Guid, Instant, Key, MultiBackend},
};

/// The time of a request, and the day in Xiamen.
pub(super) struct Moment {
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    /// 0:00 of the day.
    pub day_begin: DateTime<Utc>,
    /// 24:00 of the day.
    pub day_end: DateTime<Utc>,
}

impl Moment {
    pub fn new(now: DateTime<Utc>) -> Self {
        let today = shanghai_date(now);
        let day_begin = today.pred_opt().and_then(end_of_day).unwrap_or(now);
        Self { now, today, day_begin, day_end: end_of_day(today).unwrap_or(now) }
    }
}

#[derive(Clone, Copy)]
enum Value {
    Key(Key),
    Instant(Instant),
    Date(NaiveDate),
}

/// SQL with values.
#[derive(Default)]
pub(super) struct Statement {
    text: String,
    values: Vec<Value>,
}

impl Statement {
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Begins the next of several parts.
    pub fn next(&mut self, begin: &str, between: &str) {
        if !self.is_empty() {
            self.push(between);
        }
        self.push(begin);
    }

    /// The same between two texts that hold no value.
    pub fn within(self, before: &str, behind: &str) -> Self {
        Self { text: format!("{before}{}{behind}", self.text), values: self.values }
    }

    pub fn key(&mut self, id: Uuid) {
        self.value(Value::Key(Key(id)));
    }

    pub fn instant(&mut self, at: DateTime<Utc>) {
        self.value(Value::Instant(at.into()));
    }

    pub fn date(&mut self, day: NaiveDate) {
        self.value(Value::Date(day));
    }

    fn value(&mut self, value: Value) {
        self.values.push(value);
        self.text.push_str(&format!("${}", self.values.len()));
    }

    /// Adds a text in which names with a colon stand for values.
    pub fn template(&mut self, text: &str, me: Uuid, caller: &Caller, moment: &Moment) {
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once(':') {
            self.push(before);
            let end = behind.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(behind.len());
            let (name, behind) = behind.split_at_checked(end).unwrap_or((behind, ""));
            match name {
                "me" => self.key(me),
                "caller" => self.key(caller.id()),
                "now" => self.instant(moment.now),
                "today" => self.date(moment.today),
                "day_begin" => self.instant(moment.day_begin),
                "day_end" => self.instant(moment.day_end),
                // A name that stands for nothing is left as it is, and no database takes it.
                _ => self.push(&format!(":{name}")),
            }
            rest = behind;
        }
        self.push(rest);
    }

    pub fn load<R>(self, db: &mut Reader<'_>) -> Result<Vec<R>, StoreError>
    where
        R: diesel::deserialize::QueryableByName<MultiBackend> + 'static,
    {
        let mut query = diesel::sql_query(self.text).into_boxed::<MultiBackend>();
        for value in self.values {
            query = match value {
                Value::Key(key) => query.bind::<Guid, _>(key),
                Value::Instant(at) => query.bind::<Timestamp, _>(at),
                Value::Date(day) => query.bind::<Date, _>(day),
            };
        }
        let connection: &mut AnyConnection = db.connection();
        Ok(query.load(connection)?)
    }
}
