//! Notifications (通知): what a user was told, in their own inbox.

pub(crate) mod steps;

use actix_web::{get, post};
use anze_domain::{Id, RecordKind, Vocabulary, Words, base::id::UserId, oversight::wording};
use anze_persistence::identity::notification::{self as store, Sent};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::{context::RequestContext, criteria::criteria},
    http::{
        extract::{Path, Query},
        language::Language,
        page::Page,
        problem::ApiError,
        respond::Reply,
    },
    wire::{ListQuery, plain, terms::NotificationKindTerm, timeline::EventFact},
};

/// A message in the inbox of a user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UserNotification)]
pub struct NotificationOut {
    /// Id of the notification.
    pub id: Uuid,
    /// Kind of the notification.
    pub kind: NotificationKindTerm,
    /// Kind of the notification in words, in the caller's language (`Accept-Language`; Chinese by default).
    #[schema(max_length = 200, example = "服务时间已确认")]
    pub title: String,
    /// Kind of the record that the notification is about: a term of `RecordKind`, or a code that an earlier version
    /// stored.
    #[schema(max_length = 32, pattern = "^[a-z_]+$", example = json!(RecordKind::Visit.code()))]
    pub subject: String,
    /// Kind of the record in words, in the caller's language.
    #[schema(max_length = 200, example = "现场服务")]
    pub subject_title: String,
    /// Id of the record that the notification is about.
    pub subject_id: Uuid,
    /// Id of the project that the notification is about. Absent if it is about no project.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub project_id: Option<Uuid>,
    /// Text of the notification in the caller's language.
    #[schema(max_length = 8000, example = "现场服务 FW-2026-000123 定于 2026-03-10 09:00。")]
    pub text: String,
    /// Text of the notification in Chinese.
    #[schema(max_length = 8000, example = "现场服务 FW-2026-000123 定于 2026-03-10 09:00。")]
    pub text_zh: String,
    /// Text of the notification in English.
    #[schema(max_length = 8000, example = "Visit FW-2026-000123 takes place on 2026-03-10 09:00.")]
    pub text_en: String,
    /// The facts that the text states, each with name and value.
    #[schema(max_items = 32)]
    pub facts: Vec<EventFact>,
    /// Instant at which the notification was sent, in UTC.
    pub created_at: DateTime<Utc>,
    /// Instant at which the user marked the notification as read, in UTC. Absent while it is unread.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub read_at: Option<DateTime<Utc>>,
}

impl NotificationOut {
    /// The notification, with its words in a language.
    #[must_use]
    pub fn new(it: Sent, language: Language) -> Self {
        let text = wording::notification(criteria().ok(), it.kind(), &it.subject, it.facts());
        let Words { zh: text_zh, en: text_en } = text.clone();
        Self {
            id: it.id(),
            kind: it.kind().into(),
            title: language.pick(it.kind().into()),
            subject_title: language.pick(wording::record_kind(&it.subject)),
            subject_id: it.subject_id(),
            project_id: it.project_id(),
            text: language.pick(text),
            text_zh,
            text_en,
            facts: EventFact::all(&it.subject, it.facts(), language),
            created_at: it.created_at(),
            read_at: it.read_at(),
            subject: it.subject,
        }
    }
}

/// What a list of notifications is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NotificationFilter {
    /// `true` keeps unread notifications only, `false` keeps read notifications only.
    #[param(nullable = false)]
    unread: Option<bool>,
    /// Notifications of this kind only.
    #[param(nullable = false)]
    kind: Option<NotificationKindTerm>,
    /// Notifications about this project only.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
}

/// List the caller's notifications
///
/// Lists the caller's own notifications, newest first. `title`, `subject_title`, `text` and the words of the facts are in
/// the language that `Accept-Language` prefers.
#[utoipa::path(tag = "notifications", params(ListQuery<NotificationFilter>), responses(
    (status = 200, description = "A page of notifications, newest first.", body = Page<NotificationOut>)))]
#[get("/notifications")]
pub(crate) async fn list_notifications(
    context: RequestContext,
    query: ListQuery<NotificationFilter>,
) -> Result<Reply, ApiError> {
    let language = context.language;
    let NotificationFilter { unread, kind, project_id } = query.filter;
    let narrowed =
        store::Filter { unread, kind: kind.map(|term| term.0), project_id: project_id.map(Id::new) };
    let reply = query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, UserId::new(caller.id()), narrowed, &list.wanted)?;
            list.page(page, Sent::id, |sent| NotificationOut::new(sent, language))
        })
        .await?;
    Ok(reply.in_language(language))
}

/// How many notifications the caller has not read yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationCounts {
    /// Number of unread notifications. Those beyond the newest 1,000 are not counted.
    #[schema(minimum = 0, maximum = 1000, example = 3)]
    pub unread: u32,
    /// Whether there may be more unread notifications than were counted.
    #[schema(example = false)]
    pub more: bool,
    /// The kinds of which there is an unread notification, in the order of the list of kinds.
    #[schema(max_items = 128)]
    pub items: Vec<NotificationCount>,
}

/// How many notifications of one kind the caller has not read yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationCount {
    /// Kind of the notifications.
    pub kind: NotificationKindTerm,
    /// Kind of the notifications in words, in the caller's language.
    #[schema(max_length = 200, example = "收到技术服务方案")]
    pub title: String,
    /// Number of unread notifications of this kind among those that were counted.
    #[schema(minimum = 1, maximum = 1000, example = 2)]
    pub unread: u32,
}

/// Count the caller's unread notifications
///
/// Counts the caller's own unread notifications, all together and by kind, for the badge of an inbox.
#[utoipa::path(tag = "notifications", responses(
    (status = 200, description = "The number of unread notifications.", body = NotificationCounts)))]
#[get("/notifications/counts")]
pub(crate) async fn get_notification_counts(context: RequestContext) -> Result<Reply, ApiError> {
    let language = context.language;
    let counted = context.read(|db, caller| Ok(store::count_unread(db, UserId::new(caller.id()))?)).await?;
    let unread: u32 = counted.iter().map(|(_, count)| count).sum();
    let items = counted.into_iter().map(|(kind, unread)| NotificationCount {
        kind: kind.into(),
        title: language.pick(kind.into()),
        unread,
    });
    let wire = NotificationCounts { unread, more: unread >= store::MOST_COUNTED, items: items.collect() };
    Ok(plain(&wire)?.in_language(language))
}

/// Which notifications are marked as read.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NotificationSelection {
    /// Notifications of this kind only.
    #[param(nullable = false)]
    kind: Option<NotificationKindTerm>,
    /// Notifications about this project only.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
}

/// How many notifications were marked as read.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationsRead {
    /// Number of notifications that were unread before.
    #[schema(minimum = 0, maximum = 4_294_967_295_u64, example = 3)]
    pub read: u64,
}

/// Mark all notifications as read
///
/// Marks all of the caller's unread notifications as read, or only those of one kind or about one project.
#[utoipa::path(tag = "notifications", params(NotificationSelection),
    responses((status = 200, description = "The number of notifications that were marked.", body = NotificationsRead)))]
#[post("/notifications/read")]
pub(crate) async fn read_all_notifications(
    context: RequestContext,
    Query(selection): Query<NotificationSelection>,
) -> Result<Reply, ApiError> {
    let NotificationSelection { kind, project_id } = selection;
    let filter = store::Filter {
        unread: Some(true),
        kind: kind.map(|term| term.0),
        project_id: project_id.map(Id::new),
    };
    context.write(move |tx| plain(&NotificationsRead { read: steps::mark_all_read(tx, filter)? })).await
}

/// Mark a notification as read
///
/// Marks one of the caller's notifications as read. The instant of the first time stays; a repetition changes nothing.
#[utoipa::path(tag = "notifications", params(("id" = Uuid, Path, description = "Id of the notification.")),
    responses((status = 200, description = "The notification, now read.", body = NotificationOut)))]
#[post("/notifications/{id}/read")]
pub(crate) async fn read_notification(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let (id, language) = (id.0, context.language);
    context
        .write(move |tx| {
            let sent = steps::mark_read(tx, id)?;
            Ok(plain(&NotificationOut::new(sent, language))?.in_language(language))
        })
        .await
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(list_notifications)
        .service(get_notification_counts)
        .service(read_all_notifications)
        .service(read_notification);
}
