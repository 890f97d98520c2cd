//! The rectification proposal of a visit (整改建议书): its hazards and advice as they stood then (A13.1).

use std::collections::HashSet;

use anze_domain::{Id, base::id::VisitId, service::service_report::ReportedHazard};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Reader, StoreError, Writer,
    service::service_report::ReportedHazardsRow,
    store::{
        dialect::{Document, Instant, Key},
        schema::rectification_proposals as proposals,
    },
};

/// Those of these visits whose proposal the contractor has received, in one query.
pub fn received(
    db: &mut Reader<'_>,
    visits: impl IntoIterator<Item = VisitId>,
) -> Result<HashSet<VisitId>, StoreError> {
    let ids: Vec<Key> = visits.into_iter().map(Key::from).collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let found: Vec<Key> = proposals::table
        .filter(proposals::visit_id.eq_any(ids))
        .filter(proposals::received_at.is_not_null())
        .select(proposals::visit_id)
        .load(db.connection())?;
    Ok(found.into_iter().map(Id::from).collect())
}

/// A rectification proposal: the last step of its visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RectificationProposal {
    /// The visit.
    pub visit_id: VisitId,
    /// Its number.
    pub number: String,
    /// What the group advises.
    pub advice: String,
    /// The hazards of the visit, as they stood.
    pub hazards: Vec<ReportedHazard>,
    /// Who issued it.
    pub issued_by: Uuid,
    /// Time of the issue.
    pub issued_at: DateTime<Utc>,
    /// Who received it for the contractor.
    pub received_by: Option<Uuid>,
    /// Time of the receipt. Absent until the contractor has received it.
    pub received_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = proposals)]
struct Row {
    visit_id: Key,
    number: String,
    advice: String,
    hazards: Document<ReportedHazardsRow>,
    issued_by: Key,
    issued_at: Instant,
    received_by: Option<Key>,
    received_at: Option<Instant>,
}

impl From<&RectificationProposal> for Row {
    fn from(proposal: &RectificationProposal) -> Self {
        Self {
            visit_id: proposal.visit_id.into(),
            number: proposal.number.clone(),
            advice: proposal.advice.clone(),
            hazards: Document::of(&proposal.hazards),
            issued_by: Key(proposal.issued_by),
            issued_at: proposal.issued_at.into(),
            received_by: proposal.received_by.map(Key),
            received_at: proposal.received_at.map(Instant::from),
        }
    }
}

impl From<Row> for RectificationProposal {
    fn from(row: Row) -> Self {
        Self {
            visit_id: row.visit_id.into(),
            number: row.number,
            advice: row.advice,
            hazards: row.hazards.value(),
            issued_by: row.issued_by.0,
            issued_at: row.issued_at.into(),
            received_by: row.received_by.map(|key| key.0),
            received_at: row.received_at.map(DateTime::from),
        }
    }
}

/// Stores the proposal of a visit.
///
/// # Errors
/// [`StoreError::Duplicate`] where the visit has one.
pub fn insert_proposal(db: &mut Writer<'_>, proposal: &RectificationProposal) -> Result<(), StoreError> {
    diesel::insert_into(proposals::table).values(Row::from(proposal)).execute(db.connection())?;
    Ok(())
}

/// The proposal of a visit.
pub fn find_proposal(
    db: &mut Reader<'_>,
    visit: VisitId,
) -> Result<Option<RectificationProposal>, StoreError> {
    let row: Option<Row> =
        proposals::table.find(Key::from(visit)).select(Row::as_select()).first(db.connection()).optional()?;
    Ok(row.map(RectificationProposal::from))
}

/// The contractor receives the proposal; says whether it had not been received before. The first receipt stays.
pub fn receive_proposal(
    db: &mut Writer<'_>,
    visit: VisitId,
    by: Uuid,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let received = diesel::update(proposals::table.find(Key::from(visit)))
        .filter(proposals::received_at.is_null())
        .set((proposals::received_by.eq(Key(by)), proposals::received_at.eq(Instant::from(at))))
        .execute(db.connection())?;
    Ok(received == 1)
}
