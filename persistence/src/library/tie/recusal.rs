//! Requests that an expert be recused.

use anze_domain::{
    access::{Caller, District, Resource, list_scope},
    base::id::{ExpertId, RecusalRequestId},
    library::tie::{RecusalRequest, RecusalStatus, TieKind},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Instant, Key, Stored},
        page::keyset,
        parties::in_scope,
        schema::recusal_requests as requests,
        single_statement::save_row,
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = requests, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    status: Stored<RecusalStatus>,
    status_reason: Option<String>,
    project_id: Key,
    district: Stored<District>,
    requested_by: Key,
    expert_id: Key,
    kind: Stored<TieKind>,
    organization_id: Key,
    grounds: String,
    decided_by: Option<Key>,
    decided_at: Option<Instant>,
    created_at: Instant,
    updated_at: Instant,
}

impl From<&RecusalRequest> for Row {
    fn from(it: &RecusalRequest) -> Self {
        Self {
            id: it.id.into(),
            version: it.version,
            status: it.status.into(),
            status_reason: it.status_reason.clone(),
            project_id: it.project_id.into(),
            district: it.district.into(),
            requested_by: it.requested_by.into(),
            expert_id: it.expert_id.into(),
            kind: it.kind.into(),
            organization_id: it.organization_id.into(),
            grounds: it.grounds.clone(),
            decided_by: it.decided_by.map(Key),
            decided_at: it.decided_at.map(Instant::from),
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
        }
    }
}

impl From<Row> for RecusalRequest {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            version: row.version,
            status: row.status.0,
            status_reason: row.status_reason,
            project_id: row.project_id.into(),
            district: row.district.0,
            requested_by: row.requested_by.into(),
            expert_id: row.expert_id.into(),
            kind: row.kind.0,
            organization_id: row.organization_id.into(),
            grounds: row.grounds,
            decided_by: row.decided_by.map(|key| key.0),
            decided_at: row.decided_at.map(DateTime::from),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// Inserts a request.
pub fn insert(db: &mut Writer<'_>, request: &RecusalRequest) -> Result<(), StoreError> {
    diesel::insert_into(requests::table).values(Row::from(request)).execute(db.connection())?;
    Ok(())
}

/// Saves a request that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(
    db: &mut Writer<'_>,
    mut it: RecusalRequest,
    now: DateTime<Utc>,
) -> Result<RecusalRequest, StoreError> {
    save_row!(db, requests, it, now, |it| Row::from(it))?;
    Ok(it)
}

/// The request with this id.
pub fn find(db: &mut Reader<'_>, id: RecusalRequestId) -> Result<Option<RecusalRequest>, StoreError> {
    let row: Option<Row> =
        requests::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    Ok(row.map(RecusalRequest::from))
}

/// A page of the requests that the caller may see: all for the association, those of its area for the
/// regulator, else the own organisation's.
pub fn list(
    db: &mut Reader<'_>,
    caller: &Caller,
    status: Option<RecusalStatus>,
    page: &PageRequest<Uuid>,
) -> Result<Page<RecusalRequest>, StoreError> {
    let query = requests::table.select(Row::as_select()).into_boxed();
    let scope = list_scope(caller, Resource::RecusalRequest);
    let mut query = in_scope!(query, requests, scope; District = district, Own = requested_by);
    if let Some(status) = status {
        query = query.filter(requests::status.eq(Stored(status)));
    }
    let rows: Vec<Row> = keyset!(query, requests::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(RecusalRequest::from))
}

/// A page of the requests that this expert be recused.
pub fn list_for_expert(
    db: &mut Reader<'_>,
    expert: ExpertId,
    page: &PageRequest<Uuid>,
) -> Result<Page<RecusalRequest>, StoreError> {
    let query = requests::table
        .filter(requests::expert_id.eq(Key::from(expert)))
        .select(Row::as_select())
        .into_boxed();
    let rows: Vec<Row> = keyset!(query, requests::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(RecusalRequest::from))
}
