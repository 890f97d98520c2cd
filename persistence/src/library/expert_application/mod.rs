//! Applications for the expert library. Their citizen ids are sealed before they come here.

mod aggregate;
#[cfg(test)]
mod tests;

use anze_domain::{
    Id, Vocabulary,
    access::ListScope,
    base::id::{CouncilSessionId, ExpertApplicationId, PublicNoticeId, UserId},
    library::{
        expert_application::{ApplicationTerms, ExpertApplication, ExpertApplicationStatus},
        objection::ObjectionStatus,
        qualification::{Pool, Qualification},
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    library::{
        expert::SealedCitizenId,
        qualification::{
            AssessmentRow, RegisteredSafetyEngineerRow, SpecialtiesRow, TitlesRow, WorkHistoryRow,
        },
    },
    store::{
        dialect::{Document, Instant, Key, Stored},
        page::keyset,
        parties::in_scope,
        schema::{expert_applications, objections, public_notices},
        single_statement::save_row,
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = expert_applications, treat_none_as_null = true)]
pub(crate) struct Row {
    id: Key,
    version: i64,
    number: String,
    status: Stored<ExpertApplicationStatus>,
    status_reason: Option<String>,
    user_id: Key,
    expert_id: Option<Key>,
    name: String,
    mobile: String,
    pool: Stored<Pool>,
    employer_name: String,
    employer_code: Option<String>,
    specialties: Document<SpecialtiesRow>,
    titles: Document<TitlesRow>,
    registered_safety_engineer: Option<Document<RegisteredSafetyEngineerRow>>,
    work_history: Document<WorkHistoryRow>,
    submitted_at: Option<Instant>,
    reviewed_at: Option<Instant>,
    reviewed_by: Option<Key>,
    assessment: Option<Document<AssessmentRow>>,
    council_session_id: Option<Key>,
    public_notice_id: Option<Key>,
    admitted_at: Option<Instant>,
    created_at: Instant,
    updated_at: Instant,
}

impl From<&ExpertApplication> for Row {
    fn from(it: &ExpertApplication) -> Self {
        let (terms, qualification) = (&it.terms, &it.terms.qualification);
        Self {
            id: it.id.into(),
            version: it.version,
            number: it.number.clone(),
            status: it.status.into(),
            status_reason: it.status_reason.clone(),
            user_id: it.user_id.into(),
            expert_id: it.expert_id.map(Key::from),
            name: terms.name.clone(),
            mobile: terms.mobile.as_str().to_owned(),
            pool: terms.pool.into(),
            employer_name: terms.employer_name.clone(),
            employer_code: terms.employer_code.as_ref().map(|code| code.as_str().to_owned()),
            specialties: Document::of(&qualification.specialties),
            titles: Document::of(&qualification.titles),
            registered_safety_engineer: qualification.registered_safety_engineer.as_ref().map(Document::of),
            work_history: Document::of(&qualification.work_history),
            submitted_at: it.submitted_at.map(Instant::from),
            reviewed_at: it.reviewed_at.map(Instant::from),
            reviewed_by: it.reviewed_by.map(Key),
            assessment: it.assessment.as_ref().map(Document::of),
            council_session_id: it.council_session_id.map(Key::from),
            public_notice_id: it.public_notice_id.map(Key::from),
            admitted_at: it.admitted_at.map(Instant::from),
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
        }
    }
}

impl TryFrom<Row> for ExpertApplication {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            number: row.number,
            status: row.status.0,
            status_reason: row.status_reason,
            user_id: row.user_id.into(),
            expert_id: row.expert_id.map(Id::from),
            terms: ApplicationTerms {
                name: row.name,
                mobile: row.mobile.parse()?,
                pool: row.pool.0,
                employer_name: row.employer_name,
                employer_code: row.employer_code.map(|code| code.parse()).transpose()?,
                qualification: Qualification {
                    specialties: row.specialties.value(),
                    titles: row.titles.value(),
                    registered_safety_engineer: row.registered_safety_engineer.map(Document::value),
                    work_history: row.work_history.value(),
                },
            },
            submitted_at: row.submitted_at.map(DateTime::from),
            reviewed_at: row.reviewed_at.map(DateTime::from),
            reviewed_by: row.reviewed_by.map(|key| key.0),
            assessment: row.assessment.map(Document::value),
            council_session_id: row.council_session_id.map(Id::from),
            public_notice_id: row.public_notice_id.map(Id::from),
            admitted_at: row.admitted_at.map(DateTime::from),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

/// Inserts an application.
///
/// # Errors
/// [`StoreError::Duplicate`] where the user has one under way, or the person one that was submitted.
pub fn insert(
    db: &mut Writer<'_>,
    application: &ExpertApplication,
    citizen_id: &SealedCitizenId,
) -> Result<(), StoreError> {
    diesel::insert_into(expert_applications::table)
        .values((
            Row::from(application),
            expert_applications::citizen_id_sealed.eq(&citizen_id.sealed),
            expert_applications::citizen_id_digest.eq(&citizen_id.digest),
        ))
        .execute(db.connection())?;
    Ok(())
}

/// Saves an application that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since; [`StoreError::Duplicate`] where it is submitted and the
/// person has another that was.
pub fn save(
    db: &mut Writer<'_>,
    mut application: ExpertApplication,
    now: DateTime<Utc>,
) -> Result<ExpertApplication, StoreError> {
    save_row!(db, expert_applications, application, now, |it| Row::from(it))?;
    Ok(application)
}

/// Replaces the citizen id of an application.
///
/// # Errors
/// [`StoreError::Duplicate`] where the person has another under way.
pub fn set_citizen_id(
    db: &mut Writer<'_>,
    id: ExpertApplicationId,
    citizen_id: &SealedCitizenId,
) -> Result<(), StoreError> {
    diesel::update(expert_applications::table.find(Key::from(id)))
        .set((
            expert_applications::citizen_id_sealed.eq(&citizen_id.sealed),
            expert_applications::citizen_id_digest.eq(&citizen_id.digest),
        ))
        .execute(db.connection())?;
    Ok(())
}

/// The citizen id of an application, sealed as it is.
pub fn citizen_id(
    db: &mut Reader<'_>,
    id: ExpertApplicationId,
) -> Result<Option<SealedCitizenId>, StoreError> {
    let found: Option<(Vec<u8>, Vec<u8>)> = expert_applications::table
        .find(Key::from(id))
        .select((expert_applications::citizen_id_sealed, expert_applications::citizen_id_digest))
        .first(db.connection())
        .optional()?;
    Ok(found.map(|(sealed, digest)| SealedCitizenId { sealed, digest }))
}

/// The sealed citizen ids of these applications, in one query.
pub fn sealed_citizen_ids(
    db: &mut Reader<'_>,
    ids: &[ExpertApplicationId],
) -> Result<Vec<(Uuid, Vec<u8>)>, StoreError> {
    let ids: Vec<Key> = ids.iter().copied().map(Key::from).collect();
    let found: Vec<(Key, Vec<u8>)> = expert_applications::table
        .filter(expert_applications::id.eq_any(ids))
        .select((expert_applications::id, expert_applications::citizen_id_sealed))
        .load(db.connection())?;
    Ok(found.into_iter().map(|(id, sealed)| (id.0, sealed)).collect())
}

/// The application with this id.
pub fn find(db: &mut Reader<'_>, id: ExpertApplicationId) -> Result<Option<ExpertApplication>, StoreError> {
    let row: Option<Row> = expert_applications::table
        .find(Key::from(id))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    row.map(ExpertApplication::try_from).transpose()
}

/// The application of a user that was submitted and has not ended: a person has one at the most.
pub fn under_review_of(db: &mut Reader<'_>, user: UserId) -> Result<Option<ExpertApplication>, StoreError> {
    let under_review: Vec<Stored<ExpertApplicationStatus>> = ExpertApplicationStatus::ALL
        .iter()
        .copied()
        .filter(|status| status.is_under_review())
        .map(Stored)
        .collect();
    let row: Option<Row> = expert_applications::table
        .filter(expert_applications::user_id.eq(Key::from(user)))
        .filter(expert_applications::status.eq_any(under_review))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    row.map(ExpertApplication::try_from).transpose()
}

/// Takes the locks of these applications, so that what is read after it is not changed by another.
pub fn lock_all(db: &mut Writer<'_>, ids: &[ExpertApplicationId]) -> Result<(), StoreError> {
    crate::store::event::lock_all(db, ids.iter().map(|id| id.uuid()))
}

/// As [`find`], with the lock of its stream.
pub fn find_locked(
    db: &mut Reader<'_>,
    id: ExpertApplicationId,
) -> Result<Option<ExpertApplication>, StoreError> {
    crate::store::event::lock(db, id)?;
    find(db, id)
}

/// The applications with these ids, in one query.
pub fn find_all(
    db: &mut Reader<'_>,
    ids: &[ExpertApplicationId],
) -> Result<Vec<ExpertApplication>, StoreError> {
    let ids: Vec<Key> = ids.iter().copied().map(Key::from).collect();
    let rows: Vec<Row> = expert_applications::table
        .filter(expert_applications::id.eq_any(ids))
        .select(Row::as_select())
        .load(db.connection())?;
    rows.into_iter().map(ExpertApplication::try_from).collect()
}

/// A transition of many applications in one statement.
#[derive(Debug, Clone, Copy)]
pub enum BulkTransition {
    /// To the vote of a session.
    ToVote(CouncilSessionId),
    /// From the vote, passed.
    Passed,
    /// From the vote, voted down.
    VotedDown,
    /// From the vote of a session that was adjourned, back to where it came from.
    Adjourned,
    /// On notice.
    OnNotice(PublicNoticeId),
}

impl BulkTransition {
    const fn states(self) -> (ExpertApplicationStatus, ExpertApplicationStatus) {
        use ExpertApplicationStatus as Is;
        match self {
            Self::ToVote(_) => (Is::Reviewed, Is::PutToVote),
            Self::Passed => (Is::PutToVote, Is::Passed),
            Self::VotedDown => (Is::PutToVote, Is::VotedDown),
            Self::Adjourned => (Is::PutToVote, Is::Reviewed),
            Self::OnNotice(_) => (Is::Passed, Is::OnNotice),
        }
    }
}

/// Moves all of them on, as the domain has decided, in one statement.
///
/// # Errors
/// [`StoreError::Conflict`] where one has left its state since it was read.
pub fn advance_all(
    db: &mut Writer<'_>,
    ids: &[ExpertApplicationId],
    transition: BulkTransition,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let (from, to) = transition.states();
    let keys: Vec<Key> = ids.iter().copied().map(Key::from).collect();
    let all = diesel::update(expert_applications::table)
        .filter(expert_applications::id.eq_any(keys))
        .filter(expert_applications::status.eq(Stored(from)));
    let common = (
        expert_applications::status.eq(Stored(to)),
        expert_applications::status_reason.eq(None::<String>),
        expert_applications::version.eq(expert_applications::version + 1),
        expert_applications::updated_at.eq(Instant::from(now)),
    );
    let changed = match transition {
        BulkTransition::ToVote(session) => all
            .set((common, expert_applications::council_session_id.eq(Some(Key::from(session)))))
            .execute(db.connection())?,
        BulkTransition::OnNotice(notice) => all
            .set((common, expert_applications::public_notice_id.eq(Some(Key::from(notice)))))
            .execute(db.connection())?,
        BulkTransition::Adjourned => all
            .set((common, expert_applications::council_session_id.eq(None::<Key>)))
            .execute(db.connection())?,
        BulkTransition::Passed | BulkTransition::VotedDown => all.set(common).execute(db.connection())?,
    };
    if changed == ids.len() { Ok(()) } else { Err(StoreError::Conflict) }
}

/// What a list of applications is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub status: Option<ExpertApplicationStatus>,
    /// For this pool.
    pub pool: Option<Pool>,
    /// On this notice.
    pub public_notice_id: Option<PublicNoticeId>,
}

/// A page of the applications that a caller of this list scope sees.
pub fn list(
    db: &mut Reader<'_>,
    scope: ListScope,
    filter: &Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<ExpertApplication>, StoreError> {
    let query = expert_applications::table.select(Row::as_select()).into_boxed();
    let mut query = in_scope!(query, expert_applications, scope; Applicant = user_id);
    if !scope.sees_drafts_of_applicant() {
        // As `ExpertApplication::relations` says.
        query = query.filter(expert_applications::submitted_at.is_not_null());
    }
    if let Some(status) = filter.status {
        query = query.filter(expert_applications::status.eq(Stored(status)));
    }
    if let Some(pool) = filter.pool {
        query = query.filter(expert_applications::pool.eq(Stored(pool)));
    }
    if let Some(notice) = filter.public_notice_id {
        query = query.filter(expert_applications::public_notice_id.eq(Key::from(notice)));
    }
    let rows: Vec<Row> = keyset!(query, expert_applications::id, page).load(db.connection())?;
    page.cut(rows).try_map(ExpertApplication::try_from)
}

/// A page of the applications on a notice, in one state.
pub fn of_notice(
    db: &mut Reader<'_>,
    notice: PublicNoticeId,
    status: ExpertApplicationStatus,
    page: &PageRequest<Uuid>,
) -> Result<Page<ExpertApplication>, StoreError> {
    let query = expert_applications::table
        .filter(expert_applications::public_notice_id.eq(Key::from(notice)))
        .filter(expert_applications::status.eq(Stored(status)))
        .select(Row::as_select())
        .into_boxed();
    let rows: Vec<Row> = keyset!(query, expert_applications::id, page).load(db.connection())?;
    page.cut(rows).try_map(ExpertApplication::try_from)
}

/// Applications whose notice has ended by now, all objections to them decided, from an id on.
pub fn due(
    db: &mut Reader<'_>,
    now: DateTime<Utc>,
    after: Option<ExpertApplicationId>,
    limit: i64,
) -> Result<Vec<ExpertApplicationId>, StoreError> {
    let after = Key(after.map(Id::uuid).unwrap_or_default());
    let undecided = objections::table
        .filter(objections::application_id.eq(expert_applications::id))
        .filter(objections::status.eq(Stored(ObjectionStatus::Open)));
    let ids: Vec<Key> = expert_applications::table
        .inner_join(public_notices::table)
        .filter(expert_applications::status.eq(Stored(ExpertApplicationStatus::OnNotice)))
        .filter(expert_applications::id.gt(after))
        .filter(public_notices::ends_at.le(Instant::from(now)))
        .filter(public_notices::provisional.eq(false))
        .filter(not(exists(undecided)))
        .order(expert_applications::id)
        .select(expert_applications::id)
        .limit(limit)
        .load(db.connection())?;
    Ok(ids.into_iter().map(Id::from).collect())
}
