//! Groups as the experts' standing touches them: those that have not begun, what their members were, and
//! ties that were found later.

use std::collections::{BTreeMap, BTreeSet};

use anze_domain::{
    Period, Vocabulary,
    base::id::{ExpertId, OrganizationId, ProjectId, VisitId},
    library::{
        expert::Expert,
        qualification::{Pool, Qualification},
        tie::{Tie, TieKind},
    },
    service::{
        policy::Parties,
        visit::{TieFoundLater, VisitStatus, served},
    },
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    library::qualification::{PoolsRow, QualificationRow},
    store::{
        dialect::{Document, Instant, Key, Stored, insert_all, insert_new},
        page::keyset,
        parties::parties_of,
        schema::{group_snapshots, visit_members, visit_ties_found_later as marks, visits},
    },
};

/// Keys or rows in one statement.
const BATCH_SIZE: usize = 500;

/// Which groups are looked for.
#[derive(Debug, Clone, Copy)]
pub enum GroupFilter<'a> {
    /// Those of these experts.
    Experts(&'a [Uuid]),
    /// Those of these projects.
    Projects(&'a [Uuid]),
}

/// The members of visits in these states, of each so many experts or projects in one query.
macro_rules! members_of {
    ($db:expr, $filter:expr, $statuses:expr, $columns:expr, $row:ty) => {{
        let ids = match $filter {
            GroupFilter::Experts(ids) | GroupFilter::Projects(ids) => ids,
        };
        let mut rows: Vec<$row> = Vec::new();
        for some in ids.chunks(BATCH_SIZE) {
            let keys: Vec<Key> = some.iter().copied().map(Key).collect();
            let query = visit_members::table
                .inner_join(visits::table)
                .filter(visits::status.eq_any($statuses))
                .select($columns)
                .into_boxed();
            let query = match $filter {
                GroupFilter::Experts(_) => query.filter(visit_members::expert_id.eq_any(keys)),
                GroupFilter::Projects(_) => query.filter(visits::project_id.eq_any(keys)),
            };
            rows.append(&mut query.load($db.connection())?);
        }
        rows
    }};
}

/// A visit that awaits its group, with an expert who is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Awaiting {
    /// The visit.
    pub visit_id: Uuid,
    /// The project.
    pub project_id: ProjectId,
    /// The expert.
    pub expert_id: Uuid,
}

/// The visits of these that await their group, once for each expert, by their ids.
pub fn awaiting(db: &mut Reader<'_>, filter: GroupFilter<'_>) -> Result<Vec<Awaiting>, StoreError> {
    let statuses = VisitStatus::ALL.iter().copied().filter(|status| status.awaits_its_group()).map(Stored);
    let statuses: Vec<Stored<VisitStatus>> = statuses.collect();
    let columns = (visits::id, visits::project_id, visit_members::expert_id);
    let rows = members_of!(db, filter, &statuses, columns, (Key, Key, Key));
    let found = rows.into_iter().map(|(visit, project, expert)| Awaiting {
        visit_id: visit.0,
        project_id: project.into(),
        expert_id: expert.0,
    });
    let mut found: Vec<Awaiting> = found.collect();
    found.sort_unstable();
    Ok(found)
}

/// A visit that has begun, with an expert of its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// The visit.
    pub visit_id: VisitId,
    /// Its number.
    pub number: String,
    /// The expert.
    pub expert_id: Uuid,
    /// The project.
    pub project_id: ProjectId,
    /// The days on which it was served.
    pub served: Period,
    /// The parties.
    pub parties: Parties,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = visits)]
struct BegunRow {
    id: Key,
    number: String,
    project_id: Key,
    started_at: Option<Instant>,
    ended_at: Option<Instant>,
    insurer_id: Key,
    provider_id: Key,
    contractor_id: Key,
    supervisor_id: Option<Key>,
    owner_id: Option<Key>,
    district: Stored<anze_domain::access::District>,
}

/// The visits of these that have begun, once for each expert, by their ids.
pub fn begun(db: &mut Reader<'_>, filter: GroupFilter<'_>) -> Result<Vec<Begun>, StoreError> {
    let statuses = VisitStatus::ALL.iter().copied().filter(|status| status.has_begun()).map(Stored);
    let statuses: Vec<Stored<VisitStatus>> = statuses.collect();
    let columns = (visit_members::expert_id, BegunRow::as_select());
    let rows = members_of!(db, filter, &statuses, columns, (Key, BegunRow));
    let begun = rows.into_iter().filter_map(|(expert, row)| {
        Some(Begun {
            visit_id: row.id.into(),
            number: row.number.clone(),
            expert_id: expert.0,
            project_id: row.project_id.into(),
            served: served(row.started_at?.into(), row.ended_at.map(DateTime::from)),
            parties: parties_of!(row),
        })
    });
    let mut begun: Vec<Begun> = begun.collect();
    begun.sort_by_key(|it| (it.visit_id.uuid(), it.expert_id));
    Ok(begun)
}

/// The experts of each of these visits' groups.
pub fn members(db: &mut Reader<'_>, visits: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<Uuid>>, StoreError> {
    let mut found: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for some in visits.chunks(BATCH_SIZE) {
        let ids: Vec<Key> = some.iter().copied().map(Key).collect();
        let rows: Vec<(Key, Key)> = visit_members::table
            .filter(visit_members::visit_id.eq_any(ids))
            .order((visit_members::visit_id, visit_members::position))
            .select((visit_members::visit_id, visit_members::expert_id))
            .load(db.connection())?;
        for (visit, expert) in rows {
            found.entry(visit.0).or_default().push(expert.0);
        }
    }
    Ok(found)
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = marks, treat_none_as_default_value = false)]
struct Mark {
    visit_id: Key,
    expert_id: Key,
    kind: Stored<TieKind>,
    party: String,
    through: String,
    found_at: Instant,
}

/// Marks ties that were found after these visits had begun, each once.
pub fn mark(db: &mut Writer<'_>, found: &[(VisitId, TieFoundLater)]) -> Result<(), StoreError> {
    let rows = found.iter().map(|(visit, it)| Mark {
        visit_id: (*visit).into(),
        expert_id: Key(it.expert_id),
        kind: it.tie.kind.into(),
        party: it.tie.party.clone(),
        through: it.tie.through.clone().unwrap_or_default(),
        found_at: it.found_at.into(),
    });
    let rows: Vec<Mark> = rows.collect();
    for some in rows.chunks(BATCH_SIZE) {
        insert_new!(db, marks::table, some)?;
    }
    Ok(())
}

/// The ties that were found later, of all these visits; so many visits in one query.
pub fn marks_of(
    db: &mut Reader<'_>,
    visits: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<TieFoundLater>>, StoreError> {
    let mut found: BTreeMap<Uuid, Vec<TieFoundLater>> = BTreeMap::new();
    for some in visits.chunks(BATCH_SIZE) {
        let ids: Vec<Key> = some.iter().copied().map(Key).collect();
        let rows: Vec<Mark> = marks::table
            .filter(marks::visit_id.eq_any(ids))
            .order((marks::visit_id, marks::found_at))
            .select(Mark::as_select())
            .load(db.connection())?;
        for row in rows {
            found.entry(row.visit_id.0).or_default().push(row.into());
        }
    }
    Ok(found)
}

impl From<Mark> for TieFoundLater {
    fn from(row: Mark) -> Self {
        let through = Some(row.through).filter(|name| !name.is_empty());
        let tie = Tie { kind: row.kind.0, party: row.party, through, until: None };
        Self { expert_id: row.expert_id.0, tie, found_at: row.found_at.into() }
    }
}

/// A page of the ties of an expert that were found later, with their visits.
pub fn marks_on(
    db: &mut Reader<'_>,
    expert: ExpertId,
    page: &PageRequest<Uuid>,
) -> Result<Page<(Uuid, TieFoundLater)>, StoreError> {
    let query =
        marks::table.filter(marks::expert_id.eq(Key::from(expert))).select(Mark::as_select()).into_boxed();
    let rows: Vec<Mark> = keyset!(query, marks::visit_id, page).load(db.connection())?;
    Ok(page.cut(rows).map(|row| (row.visit_id.0, row.into())))
}

/// What an expert was when a group was proposed, and again when its visit began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The expert.
    pub expert_id: Uuid,
    /// Their pools.
    pub pools: Vec<Pool>,
    /// What qualified them.
    pub qualification: Qualification,
    /// Their employer.
    pub employer_name: String,
    /// Time of the snapshot.
    pub taken_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = group_snapshots, treat_none_as_default_value = false)]
struct SnapshotRow {
    visit_id: Key,
    expert_id: Key,
    pools: Document<PoolsRow>,
    qualification: Document<QualificationRow>,
    employer_name: String,
    employer_code: Option<String>,
    taken_at: Instant,
}

/// Stores the qualification of these experts as it is now with the group of a visit. It replaces what was stored before.
pub fn replace_snapshot(
    db: &mut Writer<'_>,
    visit: VisitId,
    experts: &[Expert],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let id = Key::from(visit);
    diesel::delete(group_snapshots::table.filter(group_snapshots::visit_id.eq(id)))
        .execute(db.connection())?;
    let rows = experts.iter().map(|expert| SnapshotRow {
        visit_id: id,
        expert_id: expert.id.into(),
        pools: Document::of(&expert.pools),
        qualification: Document::of(&expert.qualification),
        employer_name: expert.employer_name.clone(),
        employer_code: expert.employer_code.as_ref().map(|code| code.as_str().to_owned()),
        taken_at: now.into(),
    });
    let rows: Vec<SnapshotRow> = rows.collect();
    if !rows.is_empty() {
        insert_all!(db, group_snapshots::table, &rows)?;
    }
    Ok(())
}

/// What the experts of a visit's group were when the visit began; before that, when the group was proposed.
pub fn snapshot(db: &mut Reader<'_>, visit: VisitId) -> Result<Vec<Snapshot>, StoreError> {
    let rows: Vec<SnapshotRow> = group_snapshots::table
        .filter(group_snapshots::visit_id.eq(Key::from(visit)))
        .select(SnapshotRow::as_select())
        .load(db.connection())?;
    Ok(rows.into_iter().map(Snapshot::from).collect())
}

impl From<SnapshotRow> for Snapshot {
    fn from(row: SnapshotRow) -> Self {
        Self {
            expert_id: row.expert_id.0,
            pools: row.pools.value(),
            qualification: row.qualification.value(),
            employer_name: row.employer_name,
            taken_at: row.taken_at.into(),
        }
    }
}

/// A page of what an expert was when groups with them were proposed, with the visits.
pub fn snapshots_of(
    db: &mut Reader<'_>,
    expert: ExpertId,
    page: &PageRequest<Uuid>,
) -> Result<Page<(Uuid, Snapshot)>, StoreError> {
    let query = group_snapshots::table
        .filter(group_snapshots::expert_id.eq(Key::from(expert)))
        .select(SnapshotRow::as_select())
        .into_boxed();
    let rows: Vec<SnapshotRow> = keyset!(query, group_snapshots::visit_id, page).load(db.connection())?;
    Ok(page.cut(rows).map(|row| (row.visit_id.0, row.into())))
}

/// A group in which an expert was or is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The visit.
    pub visit_id: Uuid,
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: VisitStatus,
    /// Whether the expert leads it.
    pub leads: bool,
    /// Its time.
    pub scheduled_start: Option<DateTime<Utc>>,
}

/// Of these experts, those in a group of this provider.
pub fn of_provider(
    db: &mut Reader<'_>,
    provider: OrganizationId,
    experts: &[Uuid],
) -> Result<BTreeSet<Uuid>, StoreError> {
    let experts: Vec<Key> = experts.iter().copied().map(Key).collect();
    let found: Vec<Key> = visit_members::table
        .inner_join(visits::table)
        .filter(visit_members::expert_id.eq_any(experts))
        .filter(visits::provider_id.eq(Key::from(provider)))
        .filter(visits::status.ne(Stored(VisitStatus::Cancelled)))
        .select(visit_members::expert_id)
        .distinct()
        .load(db.connection())?;
    Ok(found.into_iter().map(|expert| expert.0).collect())
}

/// A page of an expert's groups.
pub fn memberships(
    db: &mut Reader<'_>,
    expert: ExpertId,
    page: &PageRequest<Uuid>,
) -> Result<Page<Membership>, StoreError> {
    type Columns = (Key, String, Stored<VisitStatus>, Option<Key>, Option<Instant>);
    let key = Key::from(expert);
    let query = visit_members::table
        .inner_join(visits::table)
        .filter(visit_members::expert_id.eq(key))
        .select((visits::id, visits::number, visits::status, visits::leader_id, visits::scheduled_start))
        .into_boxed();
    let found: Vec<Columns> = keyset!(query, visit_members::visit_id, page).load(db.connection())?;
    Ok(page.cut(found).map(|(visit, number, status, leader, start)| Membership {
        visit_id: visit.0,
        number,
        status: status.0,
        leads: leader == Some(key),
        scheduled_start: start.map(DateTime::from),
    }))
}
