//! Whose the records of a page of a project's timeline are: one query for the whole page.

use std::{collections::HashMap, sync::LazyLock};

use anze_domain::{
    Id, RecordKind,
    access::{Caller, timeline::Subject},
    base::id::ProjectId,
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool, Nullable, Timestamp},
};

use crate::{
    Reader, StoreError,
    store::{
        dialect::{Guid, Instant, Key},
        event::Entry,
    },
};

/// Each entry's record by its key, whatever kind it is of, and whether the expert serves there.
static SUBJECTS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "\
    SELECT \
    COALESCE(v.id IN (SELECT m.visit_id FROM visit_members m WHERE m.expert_id = $1), FALSE) \
        OR COALESCE(h.visit_id IN (SELECT m.visit_id FROM visit_members m WHERE m.expert_id = $1), FALSE) AS in_group, \
    COALESCE(COALESCE(c.id, s.commission_id, r.commission_id) IN \
        (SELECT w.commission_id FROM visit_members m JOIN visits w ON w.id = m.visit_id WHERE m.expert_id = $1), FALSE) \
        AS serves_commission, \
    e.seq AS seq, \
    COALESCE(p.insurer_id, c.insurer_id, s.insurer_id, v.insurer_id, h.insurer_id, r.insurer_id) AS insurer_id, \
    COALESCE(c.provider_id, s.provider_id, v.provider_id, h.provider_id, r.provider_id) AS provider_id, \
    CASE WHEN c.asked_provider_id = c.provider_id THEN c.asked_at END AS asked_at \
    FROM events e \
    LEFT JOIN policies p ON e.subject = '{policy}' AND p.id = e.subject_id \
    LEFT JOIN commissions c ON e.subject = '{commission}' AND c.id = e.subject_id \
    LEFT JOIN service_plans s ON e.subject = '{service_plan}' AND s.id = e.subject_id \
    LEFT JOIN attachments a ON e.subject = '{attachment}' AND a.id = e.subject_id \
    LEFT JOIN visits v ON v.id = CASE e.subject WHEN '{visit}' THEN e.subject_id ELSE a.visit_id END \
    LEFT JOIN hazards h ON e.subject = '{hazard}' AND h.id = e.subject_id \
    LEFT JOIN service_reports r ON e.subject = '{service_report}' AND r.id = e.subject_id \
    WHERE e.stream_id = $2 AND e.seq BETWEEN $3 AND $4",
        policy = RecordKind::Policy,
        commission = RecordKind::Commission,
        service_plan = RecordKind::ServicePlan,
        attachment = RecordKind::Attachment,
        visit = RecordKind::Visit,
        hazard = RecordKind::Hazard,
        service_report = RecordKind::ServiceReport,
    )
});

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Nullable<Guid>)]
    insurer_id: Option<Key>,
    #[diesel(sql_type = Nullable<Guid>)]
    provider_id: Option<Key>,
    #[diesel(sql_type = Nullable<Timestamp>)]
    asked_at: Option<Instant>,
    #[diesel(sql_type = Bool)]
    in_group: bool,
    #[diesel(sql_type = Bool)]
    serves_commission: bool,
}

/// Whose the record of each of these entries of a project is, by the entry's sequence number.
pub fn subjects(
    db: &mut Reader<'_>,
    project: ProjectId,
    caller: &Caller,
    entries: &[Entry],
) -> Result<HashMap<i64, Subject>, StoreError> {
    let numbers = || entries.iter().map(|entry| entry.seq);
    let (Some(first), Some(last)) = (numbers().min(), numbers().max()) else { return Ok(HashMap::new()) };
    let rows: Vec<Row> = diesel::sql_query(SUBJECTS.as_str())
        .bind::<Guid, _>(Key(caller.expert_id.unwrap_or_default()))
        .bind::<Guid, _>(Key::from(project))
        .bind::<BigInt, _>(first)
        .bind::<BigInt, _>(last)
        .load(db.connection())?;
    let subject = |row: &Row| Subject {
        insurer_id: row.insurer_id.map(Id::from),
        provider_id: row.provider_id.map(Id::from),
        asked_at: row.asked_at.map(Into::into),
        in_group: row.in_group,
        serves_commission: row.serves_commission,
    };
    Ok(rows.iter().map(|row| (row.seq, subject(row))).collect())
}
