//! Experts of the library. Their citizen ids are sealed before they come here.

use anze_domain::{
    Id, RecordKind,
    access::ListScope,
    base::search::SearchText,
    base::{
        id::{ExpertId, UserId},
        location::CoordinateSystem,
        period::Period,
    },
    calendar::travel::GridPoint,
    library::{
        expert::{Admission, Expert, ExpertStatus},
        qualification::{Pool, Qualification, Specialty},
    },
    service::suggestion::Profile,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    library::{
        qualification::{PoolsRow, RegisteredSafetyEngineerRow, SpecialtiesRow, TitlesRow, WorkHistoryRow},
        tie,
    },
    store::{
        dialect::{Document, Instant, Key, Stored},
        location::location,
        page::keyset,
        parties::in_scope,
        schema::{expert_bases, experts},
        search::{self, Searchable, in_found},
        single_statement::save_row,
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = experts, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    status: Stored<ExpertStatus>,
    user_id: Key,
    name: String,
    mobile: String,
    employer_name: String,
    employer_code: Option<String>,
    pools: Document<PoolsRow>,
    specialties: Document<SpecialtiesRow>,
    titles: Document<TitlesRow>,
    registered_safety_engineer: Option<Document<RegisteredSafetyEngineerRow>>,
    work_history: Document<WorkHistoryRow>,
    council_decision_number: String,
    council_decided_on: NaiveDate,
    public_notice_number: String,
    public_notice_from: NaiveDate,
    public_notice_to: NaiveDate,
    admitted_on: NaiveDate,
    created_at: Instant,
    updated_at: Instant,
    leads: bool,
    civil: bool,
    mechanical: bool,
    electrical: bool,
}

impl From<&Expert> for Row {
    fn from(it: &Expert) -> Self {
        let (qualification, admission) = (&it.qualification, &it.admission);
        let covers = |specialty| qualification.specialties.contains(&specialty);
        Self {
            id: it.id.into(),
            version: it.version,
            status: it.status.into(),
            user_id: it.user_id.into(),
            name: it.name.clone(),
            mobile: it.mobile.as_str().to_owned(),
            employer_name: it.employer_name.clone(),
            employer_code: it.employer_code.as_ref().map(|code| code.as_str().to_owned()),
            pools: Document::of(&it.pools),
            specialties: Document::of(&qualification.specialties),
            titles: Document::of(&qualification.titles),
            registered_safety_engineer: qualification.registered_safety_engineer.as_ref().map(Document::of),
            work_history: Document::of(&qualification.work_history),
            council_decision_number: admission.council_decision_number.clone(),
            council_decided_on: admission.council_decided_on,
            public_notice_number: admission.public_notice_number.clone(),
            public_notice_from: admission.public_notice.start,
            public_notice_to: admission.public_notice.end,
            admitted_on: admission.admitted_on,
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
            leads: it.pools.contains(&Pool::Leader),
            civil: covers(Specialty::Civil),
            mechanical: covers(Specialty::Mechanical),
            electrical: covers(Specialty::Electrical),
        }
    }
}

impl TryFrom<Row> for Expert {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            status: row.status.0,
            user_id: row.user_id.into(),
            name: row.name,
            mobile: row.mobile.parse()?,
            employer_name: row.employer_name,
            employer_code: row.employer_code.map(|code| code.parse()).transpose()?,
            pools: row.pools.value(),
            qualification: Qualification {
                specialties: row.specialties.value(),
                titles: row.titles.value(),
                registered_safety_engineer: row.registered_safety_engineer.map(Document::value),
                work_history: row.work_history.value(),
            },
            admission: Admission {
                council_decision_number: row.council_decision_number,
                council_decided_on: row.council_decided_on,
                public_notice_number: row.public_notice_number,
                public_notice: Period { start: row.public_notice_from, end: row.public_notice_to },
                admitted_on: row.admitted_on,
            },
            declared_ties: Vec::new(),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

/// Experts with the ties that were declared of them.
fn whole(db: &mut Reader<'_>, rows: Vec<Row>) -> Result<Vec<Expert>, StoreError> {
    let mut experts = rows.into_iter().map(Expert::try_from).collect::<Result<Vec<_>, _>>()?;
    tie::attach(db, &mut experts)?;
    Ok(experts)
}

/// A citizen id, sealed, and its keyed digest, by which it is unique.
#[derive(Clone)]
pub struct SealedCitizenId {
    /// The sealed number.
    pub sealed: Vec<u8>,
    /// Its keyed digest.
    pub digest: Vec<u8>,
}

/// Inserts an expert.
///
/// # Errors
/// [`StoreError::Duplicate`] where the person is in the library already.
pub fn insert(db: &mut Writer<'_>, expert: &Expert, citizen_id: &SealedCitizenId) -> Result<(), StoreError> {
    diesel::insert_into(experts::table)
        .values((
            Row::from(expert),
            experts::citizen_id_sealed.eq(&citizen_id.sealed),
            experts::citizen_id_digest.eq(&citizen_id.digest),
        ))
        .execute(db.connection())?;
    search::insert(db, &[searchable(expert)])
}

/// The entry of a user, where they are in the library.
pub fn find_by_user(db: &mut Reader<'_>, user: UserId) -> Result<Option<Expert>, StoreError> {
    let row: Option<Row> = experts::table
        .filter(experts::user_id.eq(Key::from(user)))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    Ok(whole(db, row.into_iter().collect())?.pop())
}

/// The user whose entry has this citizen id, where there is one.
pub fn user_with_citizen_id(db: &mut Reader<'_>, digest: &[u8]) -> Result<Option<UserId>, StoreError> {
    let user: Option<Key> = experts::table
        .filter(experts::citizen_id_digest.eq(digest))
        .select(experts::user_id)
        .first(db.connection())
        .optional()?;
    Ok(user.map(Id::from))
}

/// The expert with this id.
pub fn find(db: &mut Reader<'_>, id: ExpertId) -> Result<Option<Expert>, StoreError> {
    let row: Option<Row> =
        experts::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    Ok(whole(db, row.into_iter().collect())?.pop())
}

/// As [`find`], with the lock of the expert's stream.
pub fn find_locked(db: &mut Writer<'_>, id: ExpertId) -> Result<Option<Expert>, StoreError> {
    crate::store::event::lock(db, id)?;
    find(db, id)
}

/// Saves an expert that was read at its version; gives it its next one. Declared ties are saved by themselves.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(db: &mut Writer<'_>, mut expert: Expert, now: DateTime<Utc>) -> Result<Expert, StoreError> {
    save_row!(db, experts, expert, now, |it| Row::from(it))?;
    search::update(db, searchable(&expert))?;
    Ok(expert)
}

fn searchable(expert: &Expert) -> Searchable<'_> {
    Searchable { kind: RecordKind::Expert, id: expert.id.uuid(), name: &expert.name, number: "" }
}

/// The names of these experts, in one query.
pub fn names(db: &mut Reader<'_>, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>, StoreError> {
    let ids: Vec<Key> = ids.iter().copied().map(Key).collect();
    let found: Vec<(Key, String)> = experts::table
        .filter(experts::id.eq_any(ids))
        .select((experts::id, experts::name))
        .load(db.connection())?;
    Ok(found.into_iter().map(|(id, name)| (id.0, name)).collect())
}

/// The sealed citizen id of an expert.
pub fn sealed_citizen_id(db: &mut Reader<'_>, id: ExpertId) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(experts::table
        .find(Key::from(id))
        .select(experts::citizen_id_sealed)
        .first(db.connection())
        .optional()?)
}

/// The experts with these ids, in one query.
pub fn find_all(db: &mut Reader<'_>, ids: &[Uuid]) -> Result<Vec<Expert>, StoreError> {
    let ids: Vec<Key> = ids.iter().copied().map(Key).collect();
    let rows: Vec<Row> =
        experts::table.filter(experts::id.eq_any(ids)).select(Row::as_select()).load(db.connection())?;
    whole(db, rows)
}

/// Every active expert, as far as it takes to say whether they can come: no more than that is read of each.
pub fn profiles(db: &mut Reader<'_>) -> Result<Vec<Profile>, StoreError> {
    type Columns = (
        Key,
        Document<PoolsRow>,
        Document<SpecialtiesRow>,
        Option<f64>,
        Option<f64>,
        Option<Stored<CoordinateSystem>>,
    );
    let rows: Vec<Columns> = experts::table
        .left_join(expert_bases::table)
        .filter(experts::status.eq(Stored(ExpertStatus::Active)))
        .select((
            experts::id,
            experts::pools,
            experts::specialties,
            expert_bases::longitude.nullable(),
            expert_bases::latitude.nullable(),
            expert_bases::coordinate_system.nullable(),
        ))
        .load(db.connection())?;
    let profile = |(id, pools, specialties, longitude, latitude, system): Columns| Profile {
        expert_id: id.0,
        pools: pools.value(),
        specialties: specialties.value(),
        base: location(longitude, latitude, system).map(GridPoint::from),
    };
    Ok(rows.into_iter().map(profile).collect())
}

/// The active experts whose registration has its last day before this one: what it carries is left by then (A9.1).
pub fn lapsing_before(db: &mut Reader<'_>, day: NaiveDate) -> Result<Vec<Expert>, StoreError> {
    let rows: Vec<Row> = experts::table
        .filter(experts::registered_until.lt(day.to_string()))
        .filter(experts::status.eq(Stored(ExpertStatus::Active)))
        .select(Row::as_select())
        .load(db.connection())?;
    rows.into_iter().map(Expert::try_from).collect()
}

/// What a list of experts is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this standing.
    pub status: Option<ExpertStatus>,
    /// With this text in the name.
    pub text: Option<SearchText>,
}

/// A page of the experts that a caller of this list scope sees.
pub fn list(
    db: &mut Reader<'_>,
    scope: ListScope,
    filter: &Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Expert>, StoreError> {
    let query = experts::table.select(Row::as_select()).into_boxed();
    let mut query = in_scope!(query, experts, scope; Expert = id);
    if let Some(status) = filter.status {
        query = query.filter(experts::status.eq(Stored(status)));
    }
    query = in_found!(db, query, RecordKind::Expert, experts::id, "experts.id", filter.text.as_ref());
    let rows: Vec<Row> = keyset!(query, experts::id, page).load(db.connection())?;
    let Page { items, more } = page.cut(rows);
    Ok(Page { items: whole(db, items)?, more })
}

/// What the published directory is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct DirectoryFilter {
    /// With this specialty.
    pub specialty: Option<Specialty>,
    /// In this pool; whoever leads is a member too (A9.3).
    pub pool: Option<Pool>,
}

/// A page of the published directory: the experts who are active.
pub fn directory(
    db: &mut Reader<'_>,
    filter: &DirectoryFilter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Expert>, StoreError> {
    let mut query = experts::table
        .filter(experts::status.eq(Stored(ExpertStatus::Active)))
        .select(Row::as_select())
        .into_boxed();
    query = match filter.specialty {
        Some(Specialty::Civil) => query.filter(experts::civil.eq(true)),
        Some(Specialty::Mechanical) => query.filter(experts::mechanical.eq(true)),
        Some(Specialty::Electrical) => query.filter(experts::electrical.eq(true)),
        None => query,
    };
    if filter.pool == Some(Pool::Leader) {
        query = query.filter(experts::leads.eq(true));
    }
    let rows: Vec<Row> = keyset!(query, experts::id, page).load(db.connection())?;
    page.cut(rows).try_map(Expert::try_from)
}
