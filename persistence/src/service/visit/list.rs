//! The lists of visits.

use anze_domain::{
    RecordKind,
    access::{Caller, ListScope, Resource, list_scope},
    base::id::{CommissionId, ProjectId},
    base::search::SearchText,
    service::visit::{TakenStep, Visit, VisitStatus},
};
use diesel::prelude::*;
use uuid::Uuid;

use super::{Row, StepRow, attach};
use crate::{
    Direction, Page, PageRequest, Reader, StoreError,
    store::{
        dialect::Key,
        page::keyset,
        parties::{in_scope, in_state},
        schema::{visit_members, visit_steps, visits},
        search::in_found_below_project,
    },
};

/// What a list of visits is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub status: Option<VisitStatus>,
    /// Of this project.
    pub project_id: Option<ProjectId>,
    /// Of this commission.
    pub commission_id: Option<CommissionId>,
    /// With this text at the beginning of the number; in the name of the project, or at the beginning of its number.
    pub text: Option<SearchText>,
}

/// A page of the visits that the caller may see.
pub fn list(
    db: &mut Reader<'_>,
    caller: &Caller,
    filter: &Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Visit>, StoreError> {
    // As for projects: an expert joins the index of their own groups.
    macro_rules! page_of {
        ($query:expr, $key:expr) => {{
            let mut query = $query;
            if let Some(status) = filter.status {
                query = in_state!(query, visits::status, status);
            }
            if let Some(project) = filter.project_id {
                query = query.filter(visits::project_id.eq(Key::from(project)));
            }
            if let Some(commission) = filter.commission_id {
                query = query.filter(visits::commission_id.eq(Key::from(commission)));
            }
            query = in_found_below_project!(
                db,
                query,
                RecordKind::Visit,
                visits,
                "visits.id",
                filter.text.as_ref()
            );
            keyset!(query, $key, page).load(db.connection())?
        }};
    }
    let rows: Vec<Row> = match list_scope(caller, Resource::Visit) {
        ListScope::Expert(expert) => page_of!(
            visit_members::table
                .inner_join(visits::table)
                .filter(visit_members::expert_id.eq(Key(expert)))
                .select(Row::as_select())
                .into_boxed(),
            visit_members::visit_id
        ),
        scope => {
            let query = visits::table.select(Row::as_select()).into_boxed();
            page_of!(in_scope!(query, visits, scope), visits::id)
        }
    };
    let Page { items, more } = page.cut(rows);
    Ok(Page { items: attach(db, items)?, more })
}

/// A page of the steps that a user recorded, with their visits; those of the newest visits first.
pub fn steps_by(db: &mut Reader<'_>, user: Uuid, limit: u32) -> Result<Page<(Uuid, TakenStep)>, StoreError> {
    let page = PageRequest::<Uuid> { after: None, limit, direction: Direction::Descending };
    let rows: Vec<StepRow> = visit_steps::table
        .filter(visit_steps::recorded_by.eq(Key(user)))
        .order((visit_steps::visit_id.desc(), visit_steps::position.desc()))
        .select(StepRow::as_select())
        .limit(page.fetch())
        .load(db.connection())?;
    Ok(page.cut(rows).map(|row| (row.visit_id.0, row.into())))
}
