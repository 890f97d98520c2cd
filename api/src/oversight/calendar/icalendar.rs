//! Calendars as iCalendar files (RFC 5545), as calendar programs read them.

use anze_domain::Vocabulary;
use anze_persistence::oversight::calendar::{Entry, When};
use chrono::TimeDelta;
use icalendar::{Calendar, Component, Event, EventLike, Property};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr, Type,
        schema::{ObjectBuilder, Schema},
    },
};

use crate::http::language::Language;

/// The media type of iCalendar files.
pub const MEDIA_TYPE: &str = "text/calendar";
/// The media type with its encoding, as an answer states it.
pub const CONTENT_TYPE: &str = "text/calendar; charset=utf-8";

/// An iCalendar file.
pub struct CalendarFile;

impl ToSchema for CalendarFile {
    fn name() -> std::borrow::Cow<'static, str> {
        "CalendarFile".into()
    }
}

impl PartialSchema for CalendarFile {
    fn schema() -> RefOr<Schema> {
        let text = "An iCalendar file (RFC 5545) with one event for each calendar entry.";
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(text))
            .max_length(Some(4_000_000))
            .into()
    }
}

/// The file with these entries, in a language. The same entries make the same file, so that its tag tells whether it changed.
pub fn calendar_file(entries: Vec<Entry>, language: Language) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Anze//Anze//ZH"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        calendar.append_property(Property::new(name, value));
    }
    calendar.name(match language {
        Language::Chinese => "安责日程",
        Language::English => "Anze",
    });
    calendar.ttl(&TimeDelta::hours(1));
    for entry in entries {
        calendar.push(event(entry, language));
    }
    calendar.to_string()
}

fn event(entry: Entry, language: Language) -> Event {
    let title = language.pick(entry.kind.into());
    let mut event = Event::new();
    event
        .uid(&format!("{}-{}@anze", entry.kind.code(), entry.record_id))
        .timestamp(entry.updated_at)
        .last_modified(entry.updated_at);
    let summary = match &entry.project {
        Some(project) => format!("{title} {} · {}", entry.label, project.name),
        None => format!("{title} {}", entry.label),
    };
    event.summary(&summary);
    if let Some(project) = &entry.project {
        event.location(&project.address);
        event.description(&format!("{} {}", project.number, project.name));
    }
    let busy = match entry.when {
        When::Time(start, end) => {
            event.starts(start).ends(end);
            end > start
        }
        When::Day(day) => {
            event.all_day(day);
            false
        }
    };
    // What is only due takes nobody's time.
    event.add_property("TRANSP", if busy { "OPAQUE" } else { "TRANSPARENT" });
    event.done()
}
