//! Declared affiliates of organisations.

use std::collections::BTreeMap;

use anze_domain::{
    base::id::{AffiliateId, OrganizationId},
    library::{company::Party, tie::Affiliate},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::{BATCH_SIZE, code_of, company};
use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Instant, Key},
        page::keyset,
        schema::affiliates,
        single_statement::save_row,
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = affiliates, treat_none_as_null = true)]
pub(super) struct Row {
    id: Key,
    version: i64,
    organization_id: Key,
    company_name: String,
    company_code: Option<String>,
    company_key: String,
    relation: String,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    declared_by: Key,
    created_at: Instant,
    updated_at: Instant,
}

impl From<&Affiliate> for Row {
    fn from(it: &Affiliate) -> Self {
        Self {
            id: it.id.into(),
            version: it.version,
            organization_id: it.organization_id.into(),
            company_name: it.company.name.clone(),
            company_code: code_of(&it.company),
            company_key: it.company.key(),
            relation: it.relation.clone(),
            starts_on: it.from,
            ends_on: it.until,
            declared_by: Key(it.declared_by),
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
        }
    }
}

impl TryFrom<Row> for Affiliate {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            organization_id: row.organization_id.into(),
            company: company(row.company_name, row.company_code)?,
            relation: row.relation,
            from: row.starts_on,
            until: row.ends_on,
            declared_by: row.declared_by.0,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

/// Inserts an affiliate.
pub fn insert(db: &mut Writer<'_>, affiliate: &Affiliate) -> Result<(), StoreError> {
    diesel::insert_into(affiliates::table).values(Row::from(affiliate)).execute(db.connection())?;
    Ok(())
}

/// Saves an affiliate that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(db: &mut Writer<'_>, mut it: Affiliate, now: DateTime<Utc>) -> Result<Affiliate, StoreError> {
    save_row!(db, affiliates, it, now, |it| Row::from(it))?;
    Ok(it)
}

/// The affiliate with this id.
pub fn find(db: &mut Reader<'_>, id: AffiliateId) -> Result<Option<Affiliate>, StoreError> {
    let row: Option<Row> =
        affiliates::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    row.map(Affiliate::try_from).transpose()
}

/// The affiliates that these organisations declared, and those that others declared with the code or the name of one of these
/// companies; one query for each [`BATCH_SIZE`] of either.
pub(super) fn declared_by_or_naming(
    db: &mut Reader<'_>,
    organizations: &[Key],
    companies: &[Party],
) -> Result<BTreeMap<Uuid, Affiliate>, StoreError> {
    let mut found = BTreeMap::new();
    let rounds = organizations.len().max(companies.len()).div_ceil(BATCH_SIZE);
    let (mut by_id, mut by_company) = (organizations.chunks(BATCH_SIZE), companies.chunks(BATCH_SIZE));
    for _ in 0..rounds {
        let ids = by_id.next().unwrap_or_default();
        let some = by_company.next().unwrap_or_default();
        let codes: Vec<String> = some.iter().filter_map(code_of).collect();
        let keys: Vec<String> = some.iter().map(Party::key).filter(|key| !key.is_empty()).collect();
        let rows: Vec<Row> = affiliates::table
            .filter(
                affiliates::organization_id
                    .eq_any(ids)
                    .or(affiliates::company_code.eq_any(codes))
                    .or(affiliates::company_key.eq_any(keys)),
            )
            .select(Row::as_select())
            .load(db.connection())?;
        for row in rows {
            found.insert(row.id.0, Affiliate::try_from(row)?);
        }
    }
    Ok(found)
}

/// How many affiliates the organisation has declared.
pub fn count(db: &mut Reader<'_>, organization: OrganizationId) -> Result<usize, StoreError> {
    let count: i64 = affiliates::table
        .filter(affiliates::organization_id.eq(Key::from(organization)))
        .count()
        .get_result(db.connection())?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// A page of the affiliates of an organisation.
pub fn list(
    db: &mut Reader<'_>,
    organization: OrganizationId,
    page: &PageRequest<Uuid>,
) -> Result<Page<Affiliate>, StoreError> {
    let query = affiliates::table
        .filter(affiliates::organization_id.eq(Key::from(organization)))
        .select(Row::as_select())
        .into_boxed();
    let rows: Vec<Row> = keyset!(query, affiliates::id, page).load(db.connection())?;
    page.cut(rows).try_map(Affiliate::try_from)
}
