//! Organisations.

use anze_domain::{
    Id, RecordKind,
    access::{Caller, District, ListScope, Operation, Port},
    base::search::SearchText,
    base::{id::OrganizationId, key::comparison_key},
    identity::organization::{Organization, OrganizationStatus},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        aggregate::Aggregate,
        dialect::{Instant, Key, Stored},
        page::keyset,
        schema::organizations,
        search::{self, Searchable, in_found},
        single_statement::save_row,
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organizations, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    kind: Stored<Port>,
    status: Stored<OrganizationStatus>,
    name: String,
    unified_social_credit_code: String,
    district: Option<Stored<District>>,
    contact_name: String,
    contact_mobile: String,
    status_reason: Option<String>,
    created_at: Instant,
    updated_at: Instant,
    name_key: String,
}

impl From<&Organization> for Row {
    fn from(it: &Organization) -> Self {
        Self {
            id: it.id.into(),
            version: it.version,
            kind: it.port.into(),
            status: it.status.into(),
            name: it.name.clone(),
            unified_social_credit_code: it.unified_social_credit_code.as_str().to_owned(),
            district: it.district.map(Stored),
            contact_name: it.contact_name.clone(),
            contact_mobile: it.contact_mobile.as_str().to_owned(),
            status_reason: it.status_reason.clone(),
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
            name_key: comparison_key(&it.name),
        }
    }
}

impl TryFrom<Row> for Organization {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            port: row.kind.0,
            status: row.status.0,
            name: row.name,
            unified_social_credit_code: row.unified_social_credit_code.parse()?,
            district: row.district.map(|district| district.0),
            contact_name: row.contact_name,
            contact_mobile: row.contact_mobile.parse()?,
            status_reason: row.status_reason,
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

impl Aggregate for Organization {
    type Related = ();

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, ())>, StoreError> {
        Ok(find(db, Id::new(id))?.map(|organization| (organization, ())))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn stream(&self) -> Uuid {
        self.id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, _: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        save(db, self, now)
    }
}

/// Inserts a new organisation.
///
/// # Errors
/// [`StoreError::Duplicate`] where its code is registered already.
pub fn insert(db: &mut Writer<'_>, organization: &Organization) -> Result<(), StoreError> {
    diesel::insert_into(organizations::table).values(Row::from(organization)).execute(db.connection())?;
    let number = organization.unified_social_credit_code.as_str();
    let (id, name) = (organization.id.uuid(), organization.name.as_str());
    search::insert(db, &[Searchable { kind: RecordKind::Organization, id, name, number }])
}

/// Saves an organisation that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(
    db: &mut Writer<'_>,
    mut organization: Organization,
    now: DateTime<Utc>,
) -> Result<Organization, StoreError> {
    save_row!(db, organizations, organization, now, |it| Row::from(it))?;
    Ok(organization)
}

/// The organisation with this id.
pub fn find(db: &mut Reader<'_>, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
    let row: Option<Row> = organizations::table
        .find(Key::from(id))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    row.map(Organization::try_from).transpose()
}

/// The organisations with these ids, in one query.
pub fn find_all(db: &mut Reader<'_>, ids: &[OrganizationId]) -> Result<Vec<Organization>, StoreError> {
    let ids: Vec<Key> = ids.iter().copied().map(Key::from).collect();
    let rows: Vec<Row> = organizations::table
        .filter(organizations::id.eq_any(ids))
        .select(Row::as_select())
        .load(db.connection())?;
    rows.into_iter().map(Organization::try_from).collect()
}

/// The organisations whose names have one of these keys, as [`comparison_key`] makes them, in one query.
pub fn find_named(db: &mut Reader<'_>, keys: &[String]) -> Result<Vec<Organization>, StoreError> {
    let rows: Vec<Row> = organizations::table
        .filter(organizations::name_key.eq_any(keys))
        .order(organizations::id)
        .select(Row::as_select())
        .load(db.connection())?;
    rows.into_iter().map(Organization::try_from).collect()
}

/// The organisations with one of these unified social credit codes, in one query.
pub fn find_coded(db: &mut Reader<'_>, codes: &[String]) -> Result<Vec<Organization>, StoreError> {
    let rows: Vec<Row> = organizations::table
        .filter(organizations::unified_social_credit_code.eq_any(codes))
        .order(organizations::id)
        .select(Row::as_select())
        .load(db.connection())?;
    rows.into_iter().map(Organization::try_from).collect()
}

/// The first organisation of a port, where there is one.
pub fn first_of(db: &mut Reader<'_>, kind: Port) -> Result<Option<Organization>, StoreError> {
    let row: Option<Row> = organizations::table
        .filter(organizations::kind.eq(Stored(kind)))
        .order(organizations::id)
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    row.map(Organization::try_from).transpose()
}

/// What a list of organisations is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this port.
    pub port: Option<Port>,
    /// In this state.
    pub status: Option<OrganizationStatus>,
    /// With this code.
    pub unified_social_credit_code: Option<String>,
    /// With this text in the name, or at the beginning of the number.
    pub text: Option<SearchText>,
}

/// A page of the organisations that a caller of this list scope sees.
pub fn list(
    db: &mut Reader<'_>,
    scope: ListScope,
    filter: &Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Organization>, StoreError> {
    let query = organizations::table.select(Row::as_select()).into_boxed();
    let mut query = match scope {
        ListScope::All => query,
        ListScope::Active => query.filter(organizations::status.eq(Stored(OrganizationStatus::Active))),
        _ => query.filter(organizations::version.lt(0)),
    };
    if let Some(port) = filter.port {
        query = query.filter(organizations::kind.eq(Stored(port)));
    }
    if let Some(status) = filter.status {
        query = query.filter(organizations::status.eq(Stored(status)));
    }
    if let Some(code) = &filter.unified_social_credit_code {
        query = query.filter(organizations::unified_social_credit_code.eq(code));
    }
    query = in_found!(
        db,
        query,
        RecordKind::Organization,
        organizations::id,
        "organizations.id",
        filter.text.as_ref()
    );
    let rows: Vec<Row> = keyset!(query, organizations::id, page).load(db.connection())?;
    page.cut(rows).try_map(Organization::try_from)
}
