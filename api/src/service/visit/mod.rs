//! Visits (现场服务): the group and its time, the five steps on site, and the material.

mod course;
mod group;
mod material;
pub(crate) mod notifications;
mod proposal;
mod reminder;
mod slots;
mod snapshot;
mod suggestion;
mod wire;

use actix_web::{HttpRequest, get};
use anze_domain::{
    Id,
    access::{self, Caller, Operation, Relations},
    base::id::VisitId,
    service::visit::{Side, Visit},
};
use anze_persistence::{
    Reader, StoreError, Writer,
    library::{expert, standing::group::marks_of},
    service::{commission, visit as store},
    store::single_statement::RowUpdate,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::{
    app::context::{ReadContext, RequestContext, Subject, or_not_found},
    http::{
        extract::{Path, Query},
        page::{Page, PageQuery},
        problem::ApiError,
        respond::Reply,
    },
    wire::{SortQuery, page_out, page_request, terms::VisitStatusTerm},
};

pub(crate) use reminder::remind_of_answers;
pub use snapshot::ExpertSnapshot;
use wire::Beside;
pub use wire::{Names, TieFoundLaterOut, VisitOut, VisitStep};

/// What a list of visits is narrowed to.
#[derive(Debug, Clone, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct VisitFilter {
    /// In this state.
    #[param(nullable = false)]
    status: Option<VisitStatusTerm>,
    /// Of this project.
    #[param(nullable = false)]
    project_id: Option<Uuid>,
    /// Of this commission.
    #[param(nullable = false)]
    commission_id: Option<Uuid>,
}

/// 现场服务列表 · List visits
///
/// Those in which the caller has a part (A11.3), newest first.
#[utoipa::path(tag = "visits", params(VisitFilter, PageQuery, SortQuery), responses(
    (status = 200, description = "A page of visits", body = Page<VisitOut>)))]
#[get("/visits")]
pub(crate) async fn list_visits(
    context: RequestContext,
    filter: Query<VisitFilter>,
    page: Query<PageQuery>,
    sort: Query<SortQuery>,
    request: HttpRequest,
) -> Result<Reply, ApiError> {
    let (filter, sort) = (filter.0, sort.0);
    let wanted = page_request(&page.0, sort, &filter)?;
    let narrowed = store::Filter {
        status: filter.status.map(|term| term.0),
        project_id: filter.project_id.map(Id::new),
        commission_id: filter.commission_id.map(Id::new),
    };
    let now = context.now;
    let page = context
        .read(move |db, caller| {
            let page = store::list(db, caller, &narrowed, &wanted)?;
            let beside = beside(db, &page.items, now)?;
            page_out(page, sort, &filter, |visit| visit.id, |visit| VisitOut::new(visit, &beside, caller))
        })
        .await?;
    page.reply(&request)
}

/// 现场服务详情 · Read a visit
///
/// For those who have a part in it (A11.3); others are told that it is not there.
#[utoipa::path(tag = "visits", params(("id" = Uuid, Path, description = "The visit")), responses(
    (status = 200, description = "The visit", body = VisitOut)))]
#[get("/visits/{id}")]
pub(crate) async fn get_visit(context: RequestContext, id: Path<Uuid>) -> Result<Reply, ApiError> {
    let (id, now) = (Id::new(id.0), context.now);
    context
        .read(move |db, caller| {
            let visit = seen(db, caller, id, Operation::GetVisit)?;
            shown(db, visit, caller, now)
        })
        .await
}

/// The visit, for who may do this with it.
fn seen(db: &mut Reader<'_>, caller: &Caller, id: VisitId, operation: Operation) -> Result<Visit, ApiError> {
    let visit = or_not_found(store::find(db, id)?)?;
    access::may(caller, operation, &visit.relations())?;
    Ok(visit)
}

impl Subject for Visit {
    type ParentStates = ();

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, ())>, StoreError> {
        Ok(store::find_locked(db, Id::new(id))?.map(|visit| (visit, ())))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn relations(&self, _: &()) -> Relations {
        Visit::relations(self)
    }

    fn stream(&self) -> Uuid {
        self.project_id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, _: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        store::save(db, self, now)
    }

    fn single_statement_update(&mut self, now: DateTime<Utc>) -> Result<Option<RowUpdate>, StoreError> {
        store::single_statement_update(self, now)
    }

    fn show(self, _: (), to: &mut ReadContext<'_, '_>) -> Result<Reply, ApiError> {
        let now = to.now();
        shown(to.db, self, to.caller, now)
    }
}

/// The answer that shows a visit.
fn shown(db: &mut Reader<'_>, visit: Visit, caller: &Caller, now: DateTime<Utc>) -> Result<Reply, ApiError> {
    let (version, beside) = (visit.version, beside(db, std::slice::from_ref(&visit), now)?);
    Reply::ok(&VisitOut::new(visit, &beside, caller), version)
}

/// The names of the experts of all these visits, and ties of theirs found later, one query for each.
fn names(db: &mut Reader<'_>, visits: &[Visit]) -> Result<Names, ApiError> {
    let members = visits.iter().flat_map(|visit| &visit.members);
    let mut ids: Vec<Uuid> = members.map(|member| member.expert_id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Names::default());
    }
    let visits: Vec<Uuid> = visits.iter().map(|visit| visit.id.uuid()).collect();
    Ok(Names { experts: expert::names(db, &ids)?.into_iter().collect(), ties: marks_of(db, &visits)? })
}

/// What these visits are shown with, one query for each kind.
fn beside(db: &mut Reader<'_>, visits: &[Visit], now: DateTime<Utc>) -> Result<Beside, ApiError> {
    let around = commission::parent_states(db, visits.iter().filter_map(Visit::depends_on))?;
    let issued = visits.iter().filter(|visit| visit.next_step().is_none()).map(|visit| visit.id);
    let received = store::received(db, issued)?;
    Ok(Beside { names: names(db, visits)?, now, around, received })
}

/// For whom the caller speaks where a time is agreed: an expert of the group for themselves, anyone else
/// who may for the contractor.
fn side_of(visit: &Visit, caller: &Caller) -> Side {
    let of_group = |id: &Uuid| visit.members.iter().any(|member| member.expert_id == *id);
    caller.expert_id.filter(of_group).map_or(Side::Contractor, Side::Expert)
}

/// Mounts the endpoints.
pub fn mount(config: &mut ServiceConfig<'_>) {
    config
        .service(list_visits)
        .service(get_visit)
        .service(snapshot::get_visit_group)
        .service(suggestion::get_group_suggestions)
        .service(group::propose_visit)
        .service(group::agree_visit)
        .service(group::decline_visit)
        .service(group::reschedule_visit)
        .service(group::cancel_visit)
        .service(course::start_visit)
        .service(course::record_visit_step)
        .service(course::end_visit)
        .service(proposal::issue_rectification_proposal)
        .service(proposal::get_rectification_proposal)
        .service(proposal::receive_rectification_proposal)
        .service(material::list_visit_materials)
        .service(material::submit_visit)
        .service(material::accept_visit)
        .service(material::return_visit);
}
