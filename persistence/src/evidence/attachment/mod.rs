//! Attachments: what is known of the files that were uploaded.

#[cfg(test)]
mod tests;

use anze_domain::{
    Id,
    base::{
        id::{AttachmentId, HazardId, VisitId},
        location::{CoordinateSystem, Location},
    },
    evidence::attachment::Attachment,
    service::visit::AttachmentKind,
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
        dialect::{Instant, Key, Stored},
        location::location,
        page::keyset,
        schema::{application_files, attachments},
    },
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = attachments)]
struct Row {
    id: Key,
    visit_id: Key,
    hazard_id: Option<Key>,
    project_id: Key,
    kind: Stored<AttachmentKind>,
    file_name: String,
    media_type: String,
    size: i64,
    sha256: Vec<u8>,
    captured_at: Option<Instant>,
    longitude: Option<f64>,
    latitude: Option<f64>,
    coordinate_system: Option<Stored<CoordinateSystem>>,
    exif_captured_at: Option<Instant>,
    exif_longitude: Option<f64>,
    exif_latitude: Option<f64>,
    same_as_id: Option<Key>,
    uploaded_by: Key,
    received_at: Instant,
}

impl From<&Attachment> for Row {
    fn from(attachment: &Attachment) -> Self {
        let (place, exif) = (attachment.place, attachment.exif_place);
        Self {
            id: attachment.id.into(),
            visit_id: attachment.visit_id.into(),
            hazard_id: attachment.hazard_id.map(Key::from),
            project_id: attachment.project_id.into(),
            kind: attachment.kind.into(),
            file_name: attachment.file_name.clone(),
            media_type: attachment.media_type.clone(),
            size: attachment.size,
            sha256: attachment.sha256.clone(),
            captured_at: attachment.captured_at.map(Instant::from),
            longitude: place.map(|place| place.longitude),
            latitude: place.map(|place| place.latitude),
            coordinate_system: place.map(|place| place.coordinate_system.into()),
            exif_captured_at: attachment.exif_captured_at.map(Instant::from),
            exif_longitude: exif.map(|place| place.longitude),
            exif_latitude: exif.map(|place| place.latitude),
            same_as_id: attachment.same_as_id.map(Key),
            uploaded_by: Key(attachment.uploaded_by),
            received_at: attachment.received_at.into(),
        }
    }
}

impl From<Row> for Attachment {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            visit_id: row.visit_id.into(),
            hazard_id: row.hazard_id.map(Id::from),
            project_id: row.project_id.into(),
            kind: row.kind.0,
            file_name: row.file_name,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            captured_at: row.captured_at.map(DateTime::from),
            place: location(row.longitude, row.latitude, row.coordinate_system),
            exif_captured_at: row.exif_captured_at.map(DateTime::from),
            // EXIF knows no other datum.
            exif_place: row.exif_longitude.zip(row.exif_latitude).map(|(longitude, latitude)| Location {
                longitude,
                latitude,
                coordinate_system: CoordinateSystem::Wgs84,
            }),
            same_as_id: row.same_as_id.map(|key| key.0),
            uploaded_by: row.uploaded_by.0,
            received_at: row.received_at.into(),
        }
    }
}

/// Inserts a new attachment.
pub fn insert(db: &mut Writer<'_>, attachment: &Attachment) -> Result<(), StoreError> {
    diesel::insert_into(attachments::table).values(Row::from(attachment)).execute(db.connection())?;
    Ok(())
}

/// The attachment with this id.
pub fn find(db: &mut Reader<'_>, id: AttachmentId) -> Result<Option<Attachment>, StoreError> {
    let row: Option<Row> =
        attachments::table.find(Key::from(id)).select(Row::as_select()).first(db.connection()).optional()?;
    Ok(row.map(Attachment::from))
}

/// The kinds of material that a visit has. What is attached to one of its hazards does not count: that
/// is how the hazard stands, not what the service brought (A14.2).
pub fn kinds_of_visit(db: &mut Reader<'_>, visit: VisitId) -> Result<Vec<AttachmentKind>, StoreError> {
    let kinds: Vec<Stored<AttachmentKind>> = attachments::table
        .filter(attachments::visit_id.eq(Key::from(visit)))
        .filter(attachments::hazard_id.is_null())
        .select(attachments::kind)
        .distinct()
        .load(db.connection())?;
    Ok(kinds.into_iter().map(|kind| kind.0).collect())
}

/// How many attachments a visit has, those of its hazards included.
pub fn count_of_visit(db: &mut Reader<'_>, visit: VisitId) -> Result<i64, StoreError> {
    Ok(attachments::table
        .filter(attachments::visit_id.eq(Key::from(visit)))
        .count()
        .get_result(db.connection())?)
}

/// Whether the contractor has attached evidence that the hazard is rectified (A11.2), after an instant where
/// one is given: what was rejected does not count again.
pub fn evidence_exists(
    db: &mut Reader<'_>,
    hazard: HazardId,
    after: Option<DateTime<Utc>>,
) -> Result<bool, StoreError> {
    let after = Instant::from(after.unwrap_or(DateTime::UNIX_EPOCH));
    let evidence = attachments::table
        .filter(attachments::hazard_id.eq(Key::from(hazard)))
        .filter(attachments::kind.eq(Stored(AttachmentKind::RectificationEvidence)))
        .filter(attachments::received_at.gt(after));
    Ok(select(exists(evidence)).get_result(db.connection())?)
}

/// The first attachment of another visit with the same bytes.
pub fn same_bytes_elsewhere(
    db: &mut Reader<'_>,
    sha256: &[u8],
    visit: VisitId,
) -> Result<Option<Uuid>, StoreError> {
    let first: Option<Key> = attachments::table
        .filter(attachments::sha256.eq(sha256))
        .filter(attachments::visit_id.ne(Key::from(visit)))
        .order(attachments::id)
        .select(attachments::id)
        .first(db.connection())
        .optional()?;
    Ok(first.map(|key| key.0))
}

/// Which of these digests any attachment has, or any file of an application.
pub fn named_among(db: &mut Reader<'_>, digests: &[[u8; 32]]) -> Result<Vec<[u8; 32]>, StoreError> {
    let named: Vec<Vec<u8>> = attachments::table
        .filter(attachments::sha256.eq_any(digests.iter().map(<[u8; 32]>::as_slice)))
        .select(attachments::sha256)
        .distinct()
        .load(db.connection())?;
    let applied: Vec<Vec<u8>> = application_files::table
        .filter(application_files::sha256.eq_any(digests.iter().map(<[u8; 32]>::as_slice)))
        .select(application_files::sha256)
        .distinct()
        .load(db.connection())?;
    Ok(named.into_iter().chain(applied).filter_map(|digest| digest.try_into().ok()).collect())
}

/// Whether there is any attachment at all, or any file of an application.
pub fn any(db: &mut Reader<'_>) -> Result<bool, StoreError> {
    let one = attachments::table.select(attachments::id).limit(1);
    if one.first::<Key>(db.connection()).optional()?.is_some() {
        return Ok(true);
    }
    let one = application_files::table.select(application_files::id).limit(1);
    Ok(one.first::<Key>(db.connection()).optional()?.is_some())
}

/// What a list of attachments is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this hazard.
    pub hazard_id: Option<HazardId>,
    /// Of this kind.
    pub kind: Option<AttachmentKind>,
}

/// A page of the attachments of a visit, those of its hazards included.
pub fn list(
    db: &mut Reader<'_>,
    visit: VisitId,
    filter: &Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Attachment>, StoreError> {
    let mut query = attachments::table
        .filter(attachments::visit_id.eq(Key::from(visit)))
        .select(Row::as_select())
        .into_boxed();
    if let Some(hazard) = filter.hazard_id {
        query = query.filter(attachments::hazard_id.eq(Key::from(hazard)));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(attachments::kind.eq(Stored(kind)));
    }
    let rows: Vec<Row> = keyset!(query, attachments::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(Attachment::from))
}

/// A page of what a user uploaded, of whatever visit.
pub fn uploaded_by(
    db: &mut Reader<'_>,
    user: Uuid,
    page: &PageRequest<Uuid>,
) -> Result<Page<Attachment>, StoreError> {
    let query = attachments::table
        .filter(attachments::uploaded_by.eq(Key(user)))
        .select(Row::as_select())
        .into_boxed();
    let rows: Vec<Row> = keyset!(query, attachments::id, page).load(db.connection())?;
    Ok(page.cut(rows).map(Attachment::from))
}
