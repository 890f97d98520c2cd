//! Ties as declared, affiliates of organisations, requests for recusal, and the parties of projects (A12.2).

pub mod affiliate;
pub mod recusal;
pub mod sides;

use anze_domain::{
    Id,
    base::id::{DeclaredTieId, ExpertId},
    library::{
        company::Party,
        expert::Expert,
        tie::{DeclaredTie, TieKind, TieSource},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Instant, Key, Stored},
        page::keyset,
        schema::declared_ties as ties,
        single_statement::save_row,
    },
};

/// Keys in one query.
const BATCH_SIZE: usize = 500;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = ties, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    expert_id: Key,
    kind: Stored<TieKind>,
    organization_id: Option<Key>,
    company_name: String,
    company_code: Option<String>,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    note: Option<String>,
    source: Stored<TieSource>,
    declared_by: Key,
    created_at: Instant,
    updated_at: Instant,
}

/// A company as its two columns have it.
fn company(name: String, code: Option<String>) -> Result<Party, StoreError> {
    Ok(Party { code: code.map(|code| code.parse()).transpose()?, ..Party::named(name) })
}

fn code_of(party: &Party) -> Option<String> {
    party.code.as_ref().map(|code| code.as_str().to_owned())
}

impl From<&DeclaredTie> for Row {
    fn from(it: &DeclaredTie) -> Self {
        Self {
            id: it.id.into(),
            version: it.version,
            expert_id: it.expert_id.into(),
            kind: it.kind.into(),
            organization_id: it.organization_id.map(Key::from),
            company_name: it.company.name.clone(),
            company_code: code_of(&it.company),
            starts_on: it.from,
            ends_on: it.until,
            note: it.note.clone(),
            source: it.source.into(),
            declared_by: Key(it.declared_by),
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
        }
    }
}

impl TryFrom<Row> for DeclaredTie {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            expert_id: row.expert_id.into(),
            kind: row.kind.0,
            organization_id: row.organization_id.map(Id::from),
            company: company(row.company_name, row.company_code)?,
            from: row.starts_on,
            until: row.ends_on,
            note: row.note,
            source: row.source.0,
            declared_by: row.declared_by.0,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

/// Inserts a tie.
pub fn insert(db: &mut Writer<'_>, tie: &DeclaredTie) -> Result<(), StoreError> {
    diesel::insert_into(ties::table).values(Row::from(tie)).execute(db.connection())?;
    Ok(())
}

/// Saves a tie that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(
    db: &mut Writer<'_>,
    mut tie: DeclaredTie,
    now: DateTime<Utc>,
) -> Result<DeclaredTie, StoreError> {
    save_row!(db, ties, tie, now, |it| Row::from(it))?;
    Ok(tie)
}

/// The tie with this id.
pub fn find(db: &mut Reader<'_>, id: DeclaredTieId) -> Result<Option<DeclaredTie>, StoreError> {
    let row: Option<Row> =
        ties::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    row.map(DeclaredTie::try_from).transpose()
}

/// How many ties are declared of the expert.
pub fn count(db: &mut Reader<'_>, expert: ExpertId) -> Result<usize, StoreError> {
    let count: i64 =
        ties::table.filter(ties::expert_id.eq(Key::from(expert))).count().get_result(db.connection())?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Gives each of these experts the ties that were declared of them, in one query.
pub(crate) fn attach(db: &mut Reader<'_>, experts: &mut [Expert]) -> Result<(), StoreError> {
    if experts.is_empty() {
        return Ok(());
    }
    let ids: Vec<Key> = experts.iter().map(|expert| expert.id.into()).collect();
    let rows: Vec<Row> = ties::table
        .filter(ties::expert_id.eq_any(ids))
        .order((ties::expert_id, ties::id))
        .select(Row::as_select())
        .load(db.connection())?;
    for row in rows {
        let tie = DeclaredTie::try_from(row)?;
        if let Some(expert) = experts.iter_mut().find(|expert| expert.id == tie.expert_id) {
            expert.declared_ties.push(tie);
        }
    }
    Ok(())
}

/// A page of the ties declared of an expert.
pub fn list(
    db: &mut Reader<'_>,
    expert: ExpertId,
    page: &PageRequest<Uuid>,
) -> Result<Page<DeclaredTie>, StoreError> {
    let query =
        ties::table.filter(ties::expert_id.eq(Key::from(expert))).select(Row::as_select()).into_boxed();
    let rows: Vec<Row> = keyset!(query, ties::id, page).load(db.connection())?;
    page.cut(rows).try_map(DeclaredTie::try_from)
}
