//! Objections to what is on notice.

use anze_domain::{
    Id,
    access::{Caller, ListScope, Operation},
    base::id::{ExpertApplicationId, ObjectionId, PublicNoticeId, UserId},
    library::objection::{Counted, Objection, ObjectionStatus},
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, select},
    prelude::*,
};
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        aggregate::Aggregate,
        dialect::{Instant, Key, Stored},
        event,
        page::keyset,
        parties::in_scope,
        schema::{expert_applications, objections},
        single_statement::save_row,
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = objections, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    status: Stored<ObjectionStatus>,
    status_reason: Option<String>,
    public_notice_id: Key,
    application_id: Key,
    grounds: String,
    objector_name: String,
    contact: String,
    decided_at: Option<Instant>,
    decided_by: Option<Key>,
    created_at: Instant,
    updated_at: Instant,
}

impl From<&Objection> for Row {
    fn from(it: &Objection) -> Self {
        Self {
            id: it.id.into(),
            version: it.version,
            status: it.status.into(),
            status_reason: it.status_reason.clone(),
            public_notice_id: it.public_notice_id.into(),
            application_id: it.application_id.into(),
            grounds: it.grounds.clone(),
            objector_name: it.objector_name.clone(),
            contact: it.contact.clone(),
            decided_at: it.decided_at.map(Instant::from),
            decided_by: it.decided_by.map(Key),
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
        }
    }
}

impl From<Row> for Objection {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            version: row.version,
            status: row.status.0,
            status_reason: row.status_reason,
            public_notice_id: row.public_notice_id.into(),
            application_id: row.application_id.into(),
            grounds: row.grounds,
            objector_name: row.objector_name,
            contact: row.contact,
            decided_at: row.decided_at.map(DateTime::from),
            decided_by: row.decided_by.map(|key| key.0),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

impl Aggregate for Objection {
    type Related = ();

    fn find(db: &mut Reader<'_>, _: &Caller, id: Uuid) -> Result<Option<(Self, ())>, StoreError> {
        let Some(objection) = find(db, Id::new(id))? else { return Ok(None) };
        // In the order in which an objection takes them: the notice's lock, then the application's.
        event::lock(db, objection.public_notice_id)?;
        Ok(Some((objection, ())))
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn stream(&self) -> Uuid {
        self.public_notice_id.uuid()
    }

    fn save(self, db: &mut Writer<'_>, _: Operation, now: DateTime<Utc>) -> Result<Self, StoreError> {
        save(db, self, now)
    }
}

/// Inserts an objection that came from an address with this keyed digest.
pub fn insert(db: &mut Writer<'_>, objection: &Objection, address_digest: &[u8]) -> Result<(), StoreError> {
    diesel::insert_into(objections::table)
        .values((Row::from(objection), objections::address_digest.eq(address_digest)))
        .execute(db.connection())?;
    Ok(())
}

/// Saves an objection that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(
    db: &mut Writer<'_>,
    mut objection: Objection,
    now: DateTime<Utc>,
) -> Result<Objection, StoreError> {
    save_row!(db, objections, objection, now, |it| Row::from(it))?;
    Ok(objection)
}

/// The objection with this id.
pub fn find(db: &mut Reader<'_>, id: ObjectionId) -> Result<Option<Objection>, StoreError> {
    let row: Option<Row> =
        objections::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    Ok(row.map(Objection::from))
}

/// What there is already of what objections are limited by.
pub fn counted(
    db: &mut Reader<'_>,
    address_digest: &[u8],
    notice: PublicNoticeId,
    application: ExpertApplicationId,
    since: DateTime<Utc>,
) -> Result<Counted, StoreError> {
    let open = Stored(ObjectionStatus::Open);
    let lately: i64 = objections::table
        .filter(objections::address_digest.eq(address_digest))
        .filter(objections::created_at.gt(Instant::from(since)))
        .count()
        .get_result(db.connection())?;
    let open_from_address: i64 = objections::table
        .filter(objections::address_digest.eq(address_digest))
        .filter(objections::public_notice_id.eq(Key::from(notice)))
        .filter(objections::status.eq(open))
        .count()
        .get_result(db.connection())?;
    let open_on_application_from_address: i64 = objections::table
        .filter(objections::address_digest.eq(address_digest))
        .filter(objections::application_id.eq(Key::from(application)))
        .filter(objections::status.eq(open))
        .count()
        .get_result(db.connection())?;
    let open_on_application: i64 = objections::table
        .filter(objections::application_id.eq(Key::from(application)))
        .filter(objections::status.eq(open))
        .count()
        .get_result(db.connection())?;
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(Counted {
        lately: count(lately),
        open_from_address: count(open_from_address),
        open_on_application_from_address: count(open_on_application_from_address),
        open_on_application: count(open_on_application),
    })
}

/// Whether an objection to this application waits for its decision.
pub fn is_undecided(db: &mut Reader<'_>, application: ExpertApplicationId) -> Result<bool, StoreError> {
    let undecided = objections::table
        .filter(objections::application_id.eq(Key::from(application)))
        .filter(objections::status.eq(Stored(ObjectionStatus::Open)));
    Ok(select(exists(undecided)).get_result(db.connection())?)
}

/// What a list of objections is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub status: Option<ObjectionStatus>,
    /// To this notice.
    pub public_notice_id: Option<PublicNoticeId>,
    /// To this application.
    pub application_id: Option<ExpertApplicationId>,
}

/// A page of the objections that a caller of this list scope sees.
pub fn list(
    db: &mut Reader<'_>,
    scope: ListScope,
    filter: &Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Objection>, StoreError> {
    let query = objections::table.select(Row::as_select()).into_boxed();
    let mut query = in_scope!(query, objections, scope;);
    if let Some(status) = filter.status {
        query = query.filter(objections::status.eq(Stored(status)));
    }
    if let Some(notice) = filter.public_notice_id {
        query = query.filter(objections::public_notice_id.eq(Key::from(notice)));
    }
    if let Some(application) = filter.application_id {
        query = query.filter(objections::application_id.eq(Key::from(application)));
    }
    let rows: Vec<Row> = keyset!(query, objections::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(Objection::from))
}

/// A page of the objections to the applications of this user.
pub fn list_on_applications_of(
    db: &mut Reader<'_>,
    user: UserId,
    page: &PageRequest<Uuid>,
) -> Result<Page<Objection>, StoreError> {
    let its = expert_applications::table
        .filter(expert_applications::user_id.eq(Key::from(user)))
        .select(expert_applications::id);
    let query = objections::table
        .filter(objections::application_id.eq_any(its))
        .select(Row::as_select())
        .into_boxed();
    let rows: Vec<Row> = keyset!(query, objections::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(Objection::from))
}
