//! The lists of visits.

use anze_domain::{
    Id,
    access::Caller,
    commission::Commission,
    project::Project,
    visit::{Visit, VisitStatus},
};
use diesel::prelude::*;
use uuid::Uuid;

use super::{Row, attach};
use crate::{
    Page, PageRequest, Reader, StoreError,
    dialect::Key,
    page::keyset,
    parties::{Sight, in_sight, in_state},
    schema::{visit_members, visits},
};

/// What a list of visits is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub status: Option<VisitStatus>,
    /// Of this project.
    pub project_id: Option<Id<Project>>,
    /// Of this commission.
    pub commission_id: Option<Id<Commission>>,
}

/// A page of the visits that the caller may see.
///
/// # Errors
/// The store's.
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
            keyset!(query, $key, page).load(db.connection())?
        }};
    }
    let rows: Vec<Row> = match Sight::of(caller) {
        Sight::Expert(expert) => page_of!(
            visit_members::table
                .inner_join(visits::table)
                .filter(visit_members::expert_id.eq(Key(expert)))
                .select(Row::as_select())
                .into_boxed(),
            visit_members::visit_id
        ),
        sight => {
            let query = visits::table.select(Row::as_select()).into_boxed();
            page_of!(in_sight!(query, visits, sight, |_expert| visits::version.lt(0)), visits::id)
        }
    };
    let Page { items, more } = page.cut(rows);
    Ok(Page { items: attach(db, items)?, more })
}
