//! Notifications (通知): what a user was told, in their own inbox.

pub(crate) mod steps;

use actix_web::{get, post};
use anze_domain::base::id::UserId;
use anze_persistence::identity::notification::{self as store, Sent};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::RequestContext,
    http::{extract::Path, page::Page, problem::ApiError, respond::Reply},
    wire::{ListQuery, plain, terms::NotificationKindTerm, timeline::Fact},
};

/// A notification.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
pub struct NotificationOut {
    /// Its id.
    pub id: Uuid,
    /// What it tells.
    pub kind: NotificationKindTerm,
    /// Kind of the record that it is about.
    #[schema(max_length = 32, pattern = "^[a-z_]+$", example = "visit")]
    pub subject: String,
    /// The record.
    pub subject_id: Uuid,
    /// The project, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub project_id: Option<Uuid>,
    /// The text in Chinese.
    #[schema(max_length = 8000, example = "现场服务 FW-2026-000123 定于 2026-03-10 09:00。")]
    pub text_zh: String,
    /// The text in English.
    #[schema(max_length = 8000, example = "Visit FW-2026-000123 takes place on 2026-03-10 09:00.")]
    pub text_en: String,
    /// What the text says, by name.
    #[schema(max_items = 32)]
    pub facts: Vec<Fact>,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// When it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub read_at: Option<DateTime<Utc>>,
}

impl From<Sent> for NotificationOut {
    fn from(it: Sent) -> Self {
        let (text_zh, text_en) = it.kind().told(it.facts());
        let fact = |(name, value): &(String, String)| Fact { name: name.clone(), value: value.clone() };
        Self {
            id: it.id(),
            kind: it.kind().into(),
            subject_id: it.subject_id(),
            project_id: it.project_id(),
            text_zh,
            text_en,
            facts: it.facts().iter().map(fact).collect(),
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
    /// Only those that are not read yet, or only those that are.
    #[param(nullable = false)]
    unread: Option<bool>,
}

/// 我的通知 · List own notifications
///
/// What the caller was told, newest first.
#[utoipa::path(tag = "notifications", params(ListQuery<NotificationFilter>), responses(
    (status = 200, description = "A page of notifications", body = Page<NotificationOut>)))]
#[get("/notifications")]
pub(crate) async fn list_notifications(
    context: RequestContext,
    query: ListQuery<NotificationFilter>,
) -> Result<Reply, ApiError> {
    let filter = &query.filter;
    let narrowed = store::Filter { unread: filter.unread };
    query
        .reply(&context, move |db, caller, list| {
            let page = store::list(db, UserId::new(caller.id()), narrowed, &list.wanted)?;
            list.page(page, Sent::id, NotificationOut::from)
        })
        .await
}

/// 标为已读 · Mark a notification as read
///
/// The first time counts; again changes nothing.
#[utoipa::path(tag = "notifications", params(("id" = Uuid, Path, description = "The notification")),
    responses((status = 200, description = "The notification, read", body = NotificationOut)))]
#[post("/notifications/{id}/read")]
pub(crate) async fn read_notification(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let id = id.0;
    context
        .write(move |tx| {
            let sent = steps::mark_read(tx, id)?;
            plain(&NotificationOut::from(sent))
        })
        .await
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(list_notifications).service(read_notification);
}
