//! The record of an application: each step that it took, in whichever stream that stands.

use actix_web::get;
use anze_domain::{
    Id,
    access::{self, FieldGroup, Operation, disclosure},
};
use anze_persistence::{library::expert_application as store, store::event};
use uuid::Uuid;

use crate::{
    app::context::{RequestContext, or_not_found},
    http::{extract::Path, page::Page, problem::ApiError, respond::Reply},
    wire::{ListQuery, timeline::TimelineEntry},
};

/// List the events of an expert application
///
/// Lists every event of an application, from the draft to its end (A8.1). The list includes steps that a council
/// session or a public notice took for several applications at once. The regulator does not see who acted.
/// Titles, labels and texts are in the language that `Accept-Language` prefers.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "Id of the application."), ListQuery),
    responses((status = 200, description = "A page of events of the application.", body = Page<TimelineEntry>)))]
#[get("/expert-applications/{id}/events")]
pub(crate) async fn list_expert_application_events(
    context: RequestContext,
    id: Path<Uuid>,
    query: ListQuery,
) -> Result<Reply, ApiError> {
    let (id, language) = (Id::new(id.0), context.language);
    let query = query.of(("application_events", id.uuid()));
    let reply = query
        .reply(&context, move |db, caller, list| {
            let application = or_not_found(store::find(db, id)?)?;
            let relations = application.relations();
            access::may(caller, Operation::ListExpertApplicationEvents, &relations)?;
            let actors = disclosure(caller, FieldGroup::ApplicationActors, &relations).is_full();
            let page = event::of_application(db, id, &list.wanted)?;
            list.page(page, event::Entry::position, |entry| {
                let entry = TimelineEntry::new(entry, language);
                if actors { entry } else { TimelineEntry { actor_id: None, ..entry } }
            })
        })
        .await?;
    Ok(reply.in_language(language))
}
