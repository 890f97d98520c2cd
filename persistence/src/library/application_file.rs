//! Files of applications: what is known of them.

use anze_domain::{
    base::id::{ApplicationFileId, ExpertApplicationId, UserId},
    library::expert_application::{ApplicationFile, ApplicationFileKind},
};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        dialect::{Instant, Key, Stored},
        page::keyset,
        schema::{application_files, expert_applications},
    },
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = application_files)]
struct Row {
    id: Key,
    application_id: Key,
    kind: Stored<ApplicationFileKind>,
    file_name: String,
    media_type: String,
    size: i64,
    sha256: Vec<u8>,
    received_at: Instant,
}

impl From<&ApplicationFile> for Row {
    fn from(it: &ApplicationFile) -> Self {
        Self {
            id: it.id.into(),
            application_id: it.application_id.into(),
            kind: it.kind.into(),
            file_name: it.file_name.clone(),
            media_type: it.media_type.clone(),
            size: it.size,
            sha256: it.sha256.clone(),
            received_at: it.received_at.into(),
        }
    }
}

impl From<Row> for ApplicationFile {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            application_id: row.application_id.into(),
            kind: row.kind.0,
            file_name: row.file_name,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            received_at: row.received_at.into(),
        }
    }
}

/// Inserts a file's record.
pub fn insert(db: &mut Writer<'_>, file: &ApplicationFile) -> Result<(), StoreError> {
    diesel::insert_into(application_files::table).values(Row::from(file)).execute(db.connection())?;
    Ok(())
}

/// The file with this id.
pub fn find(db: &mut Reader<'_>, id: ApplicationFileId) -> Result<Option<ApplicationFile>, StoreError> {
    let row: Option<Row> = application_files::table
        .find(Key::from(id))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?;
    Ok(row.map(ApplicationFile::from))
}

/// What the files of an application show, one for each file; the same bytes count once for what they show.
pub fn kinds(
    db: &mut Reader<'_>,
    application: ExpertApplicationId,
) -> Result<Vec<ApplicationFileKind>, StoreError> {
    let files: Vec<(Stored<ApplicationFileKind>, Vec<u8>)> = application_files::table
        .filter(application_files::application_id.eq(Key::from(application)))
        .select((application_files::kind, application_files::sha256))
        .distinct()
        .load(db.connection())?;
    Ok(files.into_iter().map(|(kind, _)| kind.0).collect())
}

/// How many files an application has.
pub fn count(db: &mut Reader<'_>, application: ExpertApplicationId) -> Result<i64, StoreError> {
    Ok(application_files::table
        .filter(application_files::application_id.eq(Key::from(application)))
        .count()
        .get_result(db.connection())?)
}

/// A page of the files of an application.
pub fn list(
    db: &mut Reader<'_>,
    application: ExpertApplicationId,
    page: &PageRequest<Uuid>,
) -> Result<Page<ApplicationFile>, StoreError> {
    let query = application_files::table
        .filter(application_files::application_id.eq(Key::from(application)))
        .select(Row::as_select())
        .into_boxed();
    let rows: Vec<Row> = keyset!(query, application_files::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(ApplicationFile::from))
}

/// A page of the files of all the applications of this user.
pub fn of_user(
    db: &mut Reader<'_>,
    user: UserId,
    page: &PageRequest<Uuid>,
) -> Result<Page<ApplicationFile>, StoreError> {
    let its = expert_applications::table
        .filter(expert_applications::user_id.eq(Key::from(user)))
        .select(expert_applications::id);
    let query = application_files::table
        .filter(application_files::application_id.eq_any(its))
        .select(Row::as_select())
        .into_boxed();
    let rows: Vec<Row> = keyset!(query, application_files::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(ApplicationFile::from))
}
