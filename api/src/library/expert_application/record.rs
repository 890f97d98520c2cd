//! The record of an application: each step that it took, in whichever stream that stands.

use actix_web::{HttpRequest, get};
use anze_domain::{
    Id,
    access::{self, Operation, Relation},
};
use anze_persistence::{library::expert_application as store, store::event};
use uuid::Uuid;

use crate::{
    app::context::{RequestContext, or_not_found},
    http::{
        extract::{Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    wire::{SortQuery, page_out, page_request, timeline::TimelineEntry},
};

/// 入库申请记录 · Read what happened to an application
///
/// A8.1: every step with its time, its reason and its numbers, from the draft to the end; also those that were taken
/// for many at once, in a session of the council or with a public notice. For the applicant, and, once it is
/// submitted, the association and the regulator, who is not told who acted.
#[utoipa::path(tag = "expert-applications",
    params(("id" = Uuid, Path, description = "The application"), PageQuery, SortQuery),
    responses((status = 200, description = "A page of events", body = Page<TimelineEntry>)))]
#[get("/expert-applications/{id}/events")]
pub(crate) async fn list_expert_application_events(
    context: RequestContext,
    id: Path<Uuid>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (id, sort) = (Id::new(id.0), sort.0);
    let list = ("application_events", id.uuid());
    let wanted = page_request(&page.0, sort, &list)?;
    let page = context
        .read(move |db, caller| {
            let application = or_not_found(store::find(db, id)?)?;
            let relations = application.relations();
            access::may(caller, Operation::ListExpertApplicationEvents, &relations)?;
            let parts = relations.held_by(caller);
            let full = parts.contains(&Relation::Applicant) || parts.contains(&Relation::Association);
            let page = event::of_application(db, id, &wanted)?;
            page_out(page, sort, &list, event::Entry::position, |entry| {
                let entry = TimelineEntry::from(entry);
                if full { entry } else { TimelineEntry { actor_id: None, ..entry } }
            })
        })
        .await?;
    page.reply(&request)
}
