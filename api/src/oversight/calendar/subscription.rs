//! Subscriptions of calendars: the address by which a calendar program reads a user's calendar.

use actix_web::{delete, get, post};
use anze_domain::{
    Id,
    access::{Operation, Relations, may},
    base::id::UserId,
    calendar::working_calendar::shanghai_date,
    oversight::calendar::CalendarPeriod,
};
use anze_persistence::oversight::calendar::{
    self as calendar,
    subscription::{self as store, CalendarSubscription},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;
use validator::Validate;

use super::{
    icalendar::{CONTENT_TYPE, CalendarFile, calendar_file},
    steps, whole,
};
use crate::{
    app::{
        context::{RequestContext, or_not_found},
        secrets::digest,
    },
    http::{
        extract::{Json, Path},
        language::Language,
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, plain},
};

/// A subscription of the caller's calendar to be created.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CalendarSubscriptionInput {
    /// Name of the subscription, such as the device or program that reads the calendar.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S", example = "手机日历")]
    name: String,
}

/// A subscription of the caller's calendar. Its address is not shown again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CalendarSubscription)]
pub struct CalendarSubscriptionOut {
    /// Id of the subscription.
    pub id: Uuid,
    /// Name of the subscription, such as the device or program that reads the calendar.
    #[schema(max_length = 100, example = "手机日历")]
    pub name: String,
    /// Instant at which the calendar was last read by this subscription, to the hour, in UTC. Absent if it was never read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_used_at: Option<DateTime<Utc>>,
    /// Instant at which the subscription was created, in UTC.
    pub created_at: DateTime<Utc>,
}

/// A new subscription with its address. No other answer shows the address.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarSubscriptionCreated {
    /// Path at which the calendar is read without login, to be put behind the address of the server. Whoever knows it reads
    /// the calendar. It is shown here and never again.
    #[schema(
        max_length = 100,
        pattern = "^/api/v1/calendar/feeds/[A-Za-z0-9]{43}$",
        example = "/api/v1/calendar/feeds/mZr8v1x0dYc2bq7Wn5tLk3sJh6gFe4aRu9iOp0QwErT"
    )]
    pub path: String,
    /// The stored data of the subscription.
    pub subscription: CalendarSubscriptionOut,
}

impl From<CalendarSubscription> for CalendarSubscriptionOut {
    fn from(it: CalendarSubscription) -> Self {
        Self { id: it.id.uuid(), name: it.name, last_used_at: it.last_used_at, created_at: it.created_at }
    }
}

/// Create a calendar subscription
///
/// Creates an address by which a calendar program reads the caller's calendar without login: the days from 30 days back
/// to 180 days ahead, in the language of this request. The answer shows the address once; the platform stores only a digest
/// of it. A user has at most 20 subscriptions.
#[utoipa::path(tag = "tasks", request_body = CalendarSubscriptionInput, responses(
    (status = 201, description = "The new subscription with its address, shown this once.", body = CalendarSubscriptionCreated)))]
#[post("/calendar/subscriptions")]
pub(crate) async fn create_calendar_subscription(
    context: RequestContext,
    Json(input): Json<CalendarSubscriptionInput>,
) -> Result<Reply, ApiError> {
    let language = context.language;
    context
        .write(move |tx| {
            let (it, plain) = steps::create(tx, &input.name, language)?;
            let path = format!("/api/v1/calendar/feeds/{}", plain.expose());
            let location = format!("/api/v1/calendar/subscriptions/{}", it.id);
            Reply::created(location, &CalendarSubscriptionCreated { path, subscription: it.into() }, 1)
        })
        .await
}

/// List the caller's calendar subscriptions
///
/// Lists the subscriptions by which the caller's calendar can be read.
#[utoipa::path(tag = "tasks", params(ListQuery), responses(
    (status = 200, description = "A page of calendar subscriptions, newest first.", body = Page<CalendarSubscriptionOut>)))]
#[get("/calendar/subscriptions")]
pub(crate) async fn list_calendar_subscriptions(
    context: RequestContext,
    query: ListQuery,
) -> Result<Reply, ApiError> {
    query
        .of("calendar_subscriptions")
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, UserId::new(caller.id()), &list.wanted)?;
            list.page(page, |it| it.id, CalendarSubscriptionOut::from)
        })
        .await
}

/// Read a calendar subscription
///
/// Reads one of the caller's subscriptions. Its address is never shown again.
#[utoipa::path(tag = "tasks", params(("id" = Uuid, Path, description = "Id of the calendar subscription.")),
    responses((status = 200, description = "The calendar subscription.", body = CalendarSubscriptionOut)))]
#[get("/calendar/subscriptions/{id}")]
pub(crate) async fn get_calendar_subscription(
    context: RequestContext,
    id: Path<Uuid>,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .read(move |db, caller| {
            let it = or_not_found(store::find(db, UserId::new(caller.id()), id)?)?;
            plain(&CalendarSubscriptionOut::from(it))
        })
        .await
}

/// Revoke a calendar subscription
///
/// Revokes one of the caller's subscriptions. Its address answers 404 from then on.
#[utoipa::path(tag = "tasks", params(("id" = Uuid, Path, description = "Id of the calendar subscription.")),
    responses((status = 204, description = "The subscription has been revoked.")))]
#[delete("/calendar/subscriptions/{id}")]
pub(crate) async fn revoke_calendar_subscription(
    context: RequestContext,
    id: Path<Uuid>,
) -> Result<Reply, ApiError> {
    let id = Id::new(id.0);
    context
        .write(move |tx| {
            steps::revoke(tx, id)?;
            Ok(Reply::no_content())
        })
        .await
}

/// Read a subscribed calendar
///
/// Reads the calendar of the user to whom the subscription belongs, as an iCalendar file: the entries from 30 days back to 180
/// days ahead, at most 1,000. Calendar programs call this address; it needs no login. An address that was revoked, or
/// whose user is disabled, answers 404.
#[utoipa::path(tag = "tasks", security(()),
    params(("token" = String, Path, description = "Token of the subscription, the last part of its path.", min_length = 43, max_length = 43, pattern = "^[A-Za-z0-9]{43}$")),
    responses((status = 200, description = "The calendar as an iCalendar file.", body = CalendarFile, content_type = "text/calendar")))]
#[get("/calendar/feeds/{token}")]
pub(crate) async fn get_calendar_feed(
    context: RequestContext,
    token: Path<String>,
) -> Result<Reply, ApiError> {
    let wanted = digest(token.0.as_bytes());
    let now = context.now;
    let (subscription, entries) = context
        .read(move |db, _| {
            let (caller, subscription) = or_not_found(store::reader(db, &wanted)?)?;
            // Who may read no calendar any more has none.
            may(&caller, Operation::ListCalendarEntries, &Relations::default())
                .map_err(|_refused| ApiError::not_found())?;
            let period = CalendarPeriod::around(shanghai_date(now));
            let filter = calendar::Filter { period, kind: None, project_id: None };
            Ok((subscription, whole(db, &caller, &filter)?.items))
        })
        .await?;
    if subscription.last_used_at.is_none_or(|at| at + TimeDelta::hours(1) <= now) {
        let id = subscription.id;
        // Whether the note is made or not, the calendar is read.
        if let Err(error) = context.app.store.write(move |db| store::touch(db, id, now)).await {
            log::warn!("the use of calendar subscription {id} is not noted: {error}");
        }
    }
    let language = Language::from_tag(&subscription.language);
    Ok(Reply::text(CONTENT_TYPE, calendar_file(entries, language)).in_language(language).private())
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(create_calendar_subscription)
        .service(list_calendar_subscriptions)
        .service(get_calendar_subscription)
        .service(revoke_calendar_subscription)
        .service(get_calendar_feed);
}
