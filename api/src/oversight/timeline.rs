//! The timeline of a project: every event on it and on what hangs on it, hash-chained.

use std::collections::HashMap;

use actix_web::get;
use anze_domain::{
    EventName, Id, RecordKind, Vocabulary,
    access::{Caller, Operation, timeline as decision, timeline::EntryDisclosure},
};
use anze_persistence::{oversight::timeline, service::project as store, store::event};
use serde::{Deserialize, Serialize};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{RequestContext, or_not_found},
    http::{extract::Path, language::Language, page::Page, problem::ApiError, respond::Reply},
    wire::{ListQuery, timeline::TimelineEntry},
};

/// The entry as far as the caller sees it.
fn disclosed(entry: event::Entry, disclosure: EntryDisclosure, language: Language) -> Option<TimelineEntry> {
    let whole = TimelineEntry::new(entry, language);
    match disclosure {
        EntryDisclosure::Nothing => None,
        EntryDisclosure::Step => Some(TimelineEntry {
            reason: None,
            reason_text: None,
            facts: Vec::new(),
            details_withheld: true,
            ..whole
        }),
        EntryDisclosure::Whole => Some(whole),
    }
}

/// What the decision asks of an entry.
fn about<'a>(entry: &'a event::Entry, caller: &Caller) -> decision::Entry<'a> {
    let theirs = caller.is_of(entry.organization_id().map(Id::new));
    decision::Entry {
        name: EventName::from_code(&entry.name),
        subject: RecordKind::from_code(&entry.subject),
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

/// Read a project's timeline
///
/// Lists what happened on a project and on its policies, commissions, plans, visits, hazards, attachments and reports. The
/// caller sees the entries of records in which the caller has a part (A11.3).
///
/// - If the caller has a part but may not read the record, the entry shows the step alone, without reason and facts:
///   `details_withheld` is true.
/// - Reason and facts about an expert's tie or standing are shown to the provider, the association and the regulator only.
/// - The reason of a decline is shown to the provider, the association and the side that declined only.
/// - Drafts, and records of another insurer or provider, are left out. A page may therefore hold fewer entries than
///   `limit`. The list ends where `next_cursor` is absent.
/// - Titles, labels and texts follow `Accept-Language`.
#[utoipa::path(tag = "projects", params(("id" = Uuid, Path, description = "Id of the project."), ListQuery),
    responses((status = 200, description = "A page of the timeline's entries.", body = Page<TimelineEntry>)))]
#[get("/projects/{id}/timeline")]
pub(crate) async fn list_project_events(
    context: RequestContext,
    id: Path<Uuid>,
    query: ListQuery,
) -> Result<Reply, ApiError> {
    let (id, language) = (id.0, context.language);
    let query = query.of(OfProject { project: id });
    let reply = query
        .reply(&context, move |db, caller, list| {
            let project = or_not_found(store::find(db, Id::new(id))?)?;
            let relations = store::relations(db, &project, caller)?;
            anze_domain::access::may(caller, Operation::ListProjectEvents, &relations)?;
            let page = event::list(db, id, &list.wanted)?;
            let asks = page
                .items
                .iter()
                .any(|entry| decision::depends_on_subject(caller, RecordKind::from_code(&entry.subject)));
            let subjects =
                if asks { timeline::subjects(db, project.id, caller, &page.items)? } else { HashMap::new() };
            let seen = |entry: event::Entry| {
                let subject = subjects.get(&entry.seq).copied().unwrap_or_default();
                let disclosure =
                    decision::entry_disclosure(caller, &about(&entry, caller), &relations, &subject);
                disclosed(entry, disclosure, language)
            };
            let Page { items, next_cursor } = list.page(page, |entry| entry.seq, seen)?;
            Ok(Page { items: items.into_iter().flatten().collect(), next_cursor })
        })
        .await?;
    Ok(reply.in_language(language))
}

/// Mounts the endpoint.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config.service(list_project_events);
}
