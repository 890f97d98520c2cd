//! The timeline of a project: every event on it and on what hangs on it, hash-chained.

use std::collections::HashMap;

use actix_web::{HttpRequest, get};
use anze_domain::{
    Id,
    access::{Caller, Operation, timeline as sight, timeline::Sight},
};
use anze_persistence::{event, project as store, timeline};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    call::{Call, there},
    extract::{Path, Query},
    page::{Page, PageQuery},
    problem::ApiError,
    respond::Reply,
    wire::{SortQuery, page_out, page_request},
};

/// An entry of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// Place in the project's log, from 1.
    #[schema(minimum = 1)]
    pub seq: i64,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// What happened, such as `commission_submitted`.
    #[schema(max_length = 64, pattern = "^[a-z_]+$", example = "commission_submitted")]
    pub name: String,
    /// Kind of record.
    #[schema(max_length = 32, pattern = "^[a-z_]+$", example = "commission")]
    pub subject: String,
    /// The record.
    pub subject_id: Uuid,
    /// State before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32, pattern = "^[a-z_]+$", example = "draft")]
    pub from: Option<String>,
    /// State after.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 32, pattern = "^[a-z_]+$", example = "submitted")]
    pub to: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub reason: Option<String>,
    /// Further facts, by name.
    #[schema(max_items = 32)]
    pub facts: Vec<Fact>,
    /// Whether reason and facts are withheld, as the caller does not read the record.
    pub details_withheld: bool,
    /// Who: `user`, `token` or `system`.
    #[schema(max_length = 16, pattern = "^[a-z]+$", example = "user")]
    pub actor_kind: String,
    /// The user or token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub actor_id: Option<Uuid>,
    /// Their organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub organization_id: Option<Uuid>,
    /// SHA-256 over this entry and the digest before it, in hexadecimal.
    #[schema(
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub digest: String,
}

/// A fact of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct Fact {
    /// Its name.
    #[schema(max_length = 64, pattern = "^[a-z][a-z0-9_]*$", example = "fee")]
    pub name: String,
    /// Its value, as text.
    #[schema(max_length = 1000, example = "21000.00")]
    pub value: String,
}

impl From<event::Entry> for TimelineEntry {
    fn from(entry: event::Entry) -> Self {
        Self {
            seq: entry.seq,
            occurred_at: entry.occurred_at(),
            subject_id: entry.subject_id(),
            actor_id: entry.actor_id(),
            organization_id: entry.organization_id(),
            digest: entry.digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            facts: entry
                .facts()
                .iter()
                .map(|(name, value)| Fact { name: name.clone(), value: value.clone() })
                .collect(),
            details_withheld: false,
            name: entry.name,
            subject: entry.subject,
            from: entry.from_state,
            to: entry.to_state,
            reason: entry.reason,
            actor_kind: entry.actor_kind,
        }
    }
}

impl TimelineEntry {
    /// The entry as far as the caller sees it.
    fn seen(entry: event::Entry, sight: Sight) -> Option<Self> {
        let whole = Self::from(entry);
        match sight {
            Sight::Nothing => None,
            Sight::Step => Some(Self { reason: None, facts: Vec::new(), details_withheld: true, ..whole }),
            Sight::Whole => Some(whole),
        }
    }
}

/// What the decision asks of an entry.
fn about<'a>(entry: &'a event::Entry, caller: &Caller) -> sight::Entry<'a> {
    let organization = caller.organization_id.map(Id::uuid);
    let theirs = organization.is_some() && entry.organization_id() == organization;
    sight::Entry {
        name: &entry.name,
        subject: &entry.subject,
        from: entry.from_state.as_deref(),
        to: entry.to_state.as_deref(),
        at: entry.occurred_at(),
        by_caller: theirs || entry.actor_id() == Some(caller.id()),
    }
}

/// What a cursor of a timeline belongs to.
#[derive(Debug, Serialize, Deserialize)]
struct OfProject {
    project: Uuid,
}

/// 项目时间线 · Read a project's timeline
///
/// The events on the project and on its policies, commissions, plans, visits, hazards and reports, as far as the
/// caller has a part in each record (A11.3). Whoever does not read the record sees the step alone, without its reason
/// and its facts; so does, where an expert has a tie or somebody declined, whoever does not arrange the visit. Drafts, and what is another insurer's or provider's, are left out: a page may hold fewer entries than
/// were asked for, and the list ends where there is no `next_cursor`.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "The project"), PageQuery, SortQuery),
    responses((status = 200, description = "A page of the timeline", body = Page<TimelineEntry>)))]
#[get("/projects/{id}/timeline")]
pub(crate) async fn list_project_events(
    call: Call,
    id: Path<Uuid>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (id, sort) = (id.0, sort.0);
    let filter = OfProject { project: id };
    let wanted = page_request(&page.0, sort, &filter)?;
    let page = call
        .read(move |db, caller| {
            let project = there(store::find(db, Id::new(id))?)?;
            let stakes = store::stakes(db, &project, caller)?;
            anze_domain::access::may(caller, Operation::ListProjectEvents, &stakes)?;
            let page = event::list(db, id, &wanted)?;
            let asks = page.items.iter().any(|entry| sight::depends_on_subject(caller, &entry.subject));
            let subjects =
                if asks { timeline::subjects(db, project.id, caller, &page.items)? } else { HashMap::new() };
            let seen = |entry: event::Entry| {
                let subject = subjects.get(&entry.seq).copied().unwrap_or_default();
                let sight = sight::sight(caller, &about(&entry, caller), &stakes, &subject);
                TimelineEntry::seen(entry, sight)
            };
            let Page { items, next_cursor } = page_out(page, sort, &filter, |entry| entry.seq, seen)?;
            Ok(Page { items: items.into_iter().flatten().collect(), next_cursor })
        })
        .await?;
    page.reply(&request)
}
