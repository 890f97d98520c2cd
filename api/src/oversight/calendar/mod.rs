//! Calendars (日程): visits, deadlines and due dates of a period, as JSON and as iCalendar; and subscriptions of them.

mod icalendar;
mod steps;
mod subscription;

use actix_web::{HttpRequest, get};
use anze_domain::{
    Id, access::Caller, calendar::working_calendar::shanghai_date, oversight::calendar::CalendarPeriod,
};
use anze_persistence::{
    Page as StorePage, Reader,
    oversight::calendar::{self as store, Entry, EntryProject, Position, When},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::RequestContext,
    http::{language::Language, middleware::acceptable, page::Page, problem::ApiError, respond::Reply},
    wire::{ListQuery, OneOrder, record::RecordReference, terms::CalendarEntryKindTerm},
};
use icalendar::{CalendarFile, calendar_file};

pub use subscription::{CalendarSubscriptionCreated, CalendarSubscriptionInput, CalendarSubscriptionOut};

/// The most entries of a calendar that is read as iCalendar.
const MOST_ENTRIES: u32 = 1000;

/// An entry of a calendar: what happens, or until when something is due.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarEntry)]
pub struct CalendarEntryOut {
    /// Kind of the entry.
    pub kind: CalendarEntryKindTerm,
    /// What happens or is due in words, in the caller's language (`Accept-Language`; Chinese by default).
    #[schema(max_length = 200, example = "现场服务")]
    pub title: String,
    /// The record whose date makes the entry.
    pub record: RecordReference,
    /// The project of the record. Absent if the record belongs to no project.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub project: Option<CalendarProject>,
    /// Day of the entry (date in Xiamen).
    #[schema(example = "2026-03-05")]
    pub day: NaiveDate,
    /// Instant at which it begins or is due, in UTC. Absent if the entry is for a whole day: what is due on a day is due
    /// until its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub starts_at: Option<DateTime<Utc>>,
    /// Instant at which it ends, in UTC. Absent if something is due at an instant, or on a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ends_at: Option<DateTime<Utc>>,
}

/// The project of a calendar entry in short, with the place of the site.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarProject {
    /// Id of the project.
    pub id: Uuid,
    /// Number of the project.
    #[schema(max_length = 32, example = "XM-2026-000001")]
    pub number: String,
    /// Name of the project.
    #[schema(max_length = 200, example = "示例大厦一期")]
    pub name: String,
    /// Address of the site.
    #[schema(max_length = 300, example = "厦门市思明区示例路1号")]
    pub address: String,
}

impl From<EntryProject> for CalendarProject {
    fn from(it: EntryProject) -> Self {
        let EntryProject { id, number, name, address } = it;
        Self { id, number, name, address }
    }
}

impl CalendarEntryOut {
    fn new(entry: Entry, language: Language) -> Self {
        let (day, starts_at, ends_at) = match entry.when {
            When::Time(start, end) => (shanghai_date(start), Some(start), (end > start).then_some(end)),
            When::Day(day) => (day, None, None),
        };
        Self {
            kind: entry.kind.into(),
            title: language.pick(entry.kind.into()),
            record: RecordReference::new(entry.kind.record(), entry.record_id, entry.label, language),
            project: entry.project.map(CalendarProject::from),
            day,
            starts_at,
            ends_at,
        }
    }
}

/// Which part of the calendar is read.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CalendarFilter {
    /// First day that is listed (date in Xiamen).
    #[param(example = "2026-03-01")]
    from: NaiveDate,
    /// Last day that is listed (date in Xiamen), at most 366 days with the first.
    #[param(example = "2026-03-31")]
    to: NaiveDate,
    /// Entries of this kind only.
    #[param(nullable = false)]
    kind: Option<CalendarEntryKindTerm>,
    /// Entries of this project only.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
}

impl CalendarFilter {
    fn stored(&self) -> Result<store::Filter, ApiError> {
        Ok(store::Filter {
            period: CalendarPeriod::new(self.from, self.to)?,
            kind: self.kind.as_ref().map(|term| term.0),
            project_id: self.project_id.map(Id::new),
        })
    }
}

/// The place of an entry in the calendar, in a cursor.
#[derive(Debug, Serialize, Deserialize)]
struct EntryKey {
    at: DateTime<Utc>,
    kind: CalendarEntryKindTerm,
    id: Uuid,
}

impl From<Position> for EntryKey {
    fn from(position: Position) -> Self {
        let Position { at, kind, id } = position;
        Self { at, kind: kind.into(), id }
    }
}
impl From<&EntryKey> for Position {
    fn from(key: &EntryKey) -> Self {
        Self { at: key.at, kind: key.kind.0, id: key.id }
    }
}

/// List the caller's calendar
///
/// Lists the visits, deadlines and due dates of a period, the earliest first. An entry follows from the dates of a record,
/// and the caller sees the entries of the records that the caller may read: an expert the visits in whose group the expert is,
/// an organisation those of its projects and commissions, a regulator those of its district.
///
/// - Visits are entries from their agreement on. Before it, the end of their window is an entry, and the time by which
///   answers are due.
/// - Hazards are entries until they are rectified, and the upload of a visit's material until it is submitted (A14.1).
/// - With `Accept: text/calendar` the answer is an iCalendar file (RFC 5545) with the first 1,000 entries of the period.
///   `limit` and `cursor` have no meaning there.
#[utoipa::path(tag = "tasks", params(ListQuery<CalendarFilter, OneOrder>), responses(
    (status = 200, description = "A page of calendar entries, the earliest first; or an iCalendar file.",
        content((Page<CalendarEntryOut> = "application/json"), (CalendarFile = "text/calendar")))))]
#[get("/calendar")]
pub(crate) async fn list_calendar_entries(
    context: RequestContext,
    request: HttpRequest,
    query: ListQuery<CalendarFilter, OneOrder>,
) -> Result<Reply, ApiError> {
    let language = context.language;
    let filter = query.filter.stored()?;
    let prefers = |media_type| acceptable::quality(request.headers(), media_type);
    if prefers(icalendar::MEDIA_TYPE) > prefers("application/json") {
        let entries = context.read(move |db, caller| whole(db, caller, &filter)).await?;
        return Ok(Reply::text(icalendar::CONTENT_TYPE, calendar_file(entries.items, language))
            .in_language(language));
    }
    let reply = query
        .reply(&context, move |db, caller, list| {
            let after = list.wanted.after.as_ref().map(|key: &EntryKey| Position::from(key));
            let page = store::list(db, caller, &filter, after, list.wanted.limit)?;
            list.page(
                page,
                |entry| EntryKey::from(entry.position()),
                |entry| CalendarEntryOut::new(entry, language),
            )
        })
        .await?;
    Ok(reply.in_language(language))
}

/// The first entries of a period, for a file.
fn whole(db: &mut Reader<'_>, caller: &Caller, filter: &store::Filter) -> Result<StorePage<Entry>, ApiError> {
    Ok(store::list(db, caller, filter, None, MOST_ENTRIES)?)
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(list_calendar_entries);
    subscription::mount(config);
}
