//! Projects, and who has a part in each.

use anze_domain::{
    Id, Money, RecordKind,
    access::{Caller, District, ListScope, Operation, Port, Relation, Relations, Resource, list_scope},
    base::search::SearchText,
    base::{
        id::{OrganizationId, ProjectId},
        key::comparison_key,
        location::{CoordinateSystem, Location},
        period::Period,
    },
    service::project::{NamedParty, Project, ProjectCategory, ProjectDetails, ProjectStatus, SafetyOfficer},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    dsl::{exists, sql},
    prelude::*,
    sql_types::Text,
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use uuid::Uuid;

use crate::{
    Page, PageRequest, Reader, StoreError, Writer,
    store::{
        aggregate::Aggregate,
        dialect::{Fen, Instant, Key, Stored, insert_new, run_fixed, with_locked_head},
        page::keyset,
        schema::{
            commissions, hazards, policies, project_parties, projects, recusal_requests, service_plans,
            service_reports, visits,
        },
        search::{self, Searchable, in_found},
        single_statement::{RowUpdate, save_row, single_statement_update},
    },
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = projects, treat_none_as_null = true)]
struct Row {
    id: Key,
    version: i64,
    number: String,
    status: Stored<ProjectStatus>,
    name: String,
    category: Stored<ProjectCategory>,
    address: String,
    district: Stored<District>,
    longitude: f64,
    latitude: f64,
    coordinate_system: Stored<CoordinateSystem>,
    contract_price: Fen,
    floor_area_centiares: i64,
    planned_start: NaiveDate,
    planned_end: NaiveDate,
    construction_permit_number: Option<String>,
    contractor_id: Key,
    supervisor_id: Option<Key>,
    supervisor_name: Option<String>,
    owner_id: Option<Key>,
    owner_name: Option<String>,
    leader_name: String,
    leader_mobile: String,
    status_reason: Option<String>,
    created_at: Instant,
    updated_at: Instant,
    supervisor_key: Option<String>,
    owner_key: Option<String>,
    safety_officer_name: Option<String>,
    safety_officer_mobile: Option<String>,
}

/// What a step changes of a project: the rest of its row stays as it is.
#[derive(AsChangeset)]
#[diesel(table_name = projects, treat_none_as_null = true)]
struct Step {
    version: i64,
    status: Stored<ProjectStatus>,
    status_reason: Option<String>,
    updated_at: Instant,
}

impl From<&Project> for Step {
    fn from(project: &Project) -> Self {
        Self {
            version: project.version,
            status: project.status.into(),
            status_reason: project.status_reason.clone(),
            updated_at: project.updated_at.into(),
        }
    }
}

impl From<&Project> for Row {
    fn from(project: &Project) -> Self {
        let details = &project.details;
        Self {
            id: project.id.into(),
            version: project.version,
            number: project.number.clone(),
            status: project.status.into(),
            name: details.name.clone(),
            category: details.category.into(),
            address: details.address.clone(),
            district: details.district.into(),
            longitude: details.location.longitude,
            latitude: details.location.latitude,
            coordinate_system: details.location.coordinate_system.into(),
            contract_price: details.contract_price.into(),
            floor_area_centiares: (details.floor_area * Decimal::ONE_HUNDRED).to_i64().unwrap_or(0),
            planned_start: details.planned.start,
            planned_end: details.planned.end,
            construction_permit_number: details.construction_permit_number.clone(),
            contractor_id: project.contractor_id.into(),
            supervisor_id: details.supervisor.organization_id.map(Key::from),
            supervisor_name: details.supervisor.name.clone(),
            owner_id: details.owner.organization_id.map(Key::from),
            owner_name: details.owner.name.clone(),
            leader_name: details.leader_name.clone(),
            leader_mobile: details.leader_mobile.as_str().to_owned(),
            status_reason: project.status_reason.clone(),
            created_at: project.created_at.into(),
            updated_at: project.updated_at.into(),
            supervisor_key: details.supervisor.name.as_deref().map(comparison_key),
            owner_key: details.owner.name.as_deref().map(comparison_key),
            safety_officer_name: details.safety_officer.as_ref().map(|it| it.name.clone()),
            safety_officer_mobile: details.safety_officer.as_ref().map(|it| it.mobile.as_str().to_owned()),
        }
    }
}

impl TryFrom<Row> for Project {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let safety_officer = match row.safety_officer_name.zip(row.safety_officer_mobile) {
            Some((name, mobile)) => Some(SafetyOfficer { name, mobile: mobile.parse()? }),
            None => None,
        };
        Ok(Self {
            id: row.id.into(),
            version: row.version,
            number: row.number,
            status: row.status.0,
            status_reason: row.status_reason,
            contractor_id: row.contractor_id.into(),
            details: ProjectDetails {
                name: row.name,
                category: row.category.0,
                address: row.address,
                district: row.district.0,
                location: Location {
                    longitude: row.longitude,
                    latitude: row.latitude,
                    coordinate_system: row.coordinate_system.0,
                },
                contract_price: Money::from(row.contract_price),
                floor_area: Decimal::new(row.floor_area_centiares, 2),
                planned: Period { start: row.planned_start, end: row.planned_end },
                construction_permit_number: row.construction_permit_number,
                supervisor: NamedParty {
                    organization_id: row.supervisor_id.map(Id::from),
                    name: row.supervisor_name,
                },
                owner: NamedParty { organization_id: row.owner_id.map(Id::from), name: row.owner_name },
                leader_name: row.leader_name,
                leader_mobile: row.leader_mobile.parse()?,
                safety_officer,
            },
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        })
    }
}

impl Aggregate for Project {
    type Related = Relations;

    fn find(db: &mut Reader<'_>, caller: &Caller, id: Uuid) -> Result<Option<(Self, Relations)>, StoreError> {
        let Some(project) = find_locked(db, Id::new(id))? else { return Ok(None) };
        let relations = relations(db, &project, caller)?;
        Ok(Some((project, relations)))
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

    fn single_statement_update(&mut self, now: DateTime<Utc>) -> Result<Option<RowUpdate>, StoreError> {
        Ok(single_statement_update(self, now))
    }
}

/// Inserts a new project and its parties.
pub fn insert(db: &mut Writer<'_>, project: &Project) -> Result<(), StoreError> {
    run_fixed!(db, diesel::insert_into(projects::table).values(Row::from(project)))?;
    search::insert(db, &[searchable(project)])?;
    add_named_parties(db, project)
}

/// Saves a project that was read at its version; gives it its next one.
///
/// # Errors
/// [`StoreError::Stale`] where another changed it since.
pub fn save(db: &mut Writer<'_>, mut project: Project, now: DateTime<Utc>) -> Result<Project, StoreError> {
    save_row!(db, projects, project, now, |it| Row::from(it))?;
    if project.status == ProjectStatus::Draft {
        search::update(db, searchable(&project))?;
    }
    Ok(project)
}

fn searchable(project: &Project) -> Searchable<'_> {
    let (id, name, number) = (project.id.uuid(), &project.details.name, &project.number);
    Searchable { kind: RecordKind::Project, id, name, number }
}

/// As [`save`], as what [`SingleStatementWrite`](crate::store::single_statement::SingleStatementWrite) writes, where only its state is another, as after every step of a
/// project; none for a draft, whose details change.
#[must_use]
pub fn single_statement_update(project: &mut Project, now: DateTime<Utc>) -> Option<RowUpdate> {
    if project.status == ProjectStatus::Draft {
        return None;
    }
    Some(single_statement_update!(projects, project, now, |it| Step::from(it)))
}

/// Gives those a part in the project whom it names, and who have none yet.
pub fn add_named_parties(db: &mut Writer<'_>, project: &Project) -> Result<(), StoreError> {
    let relations = project.relations();
    let rows: Vec<_> = [
        (relations.contractor, Relation::Contractor),
        (relations.supervisor, Relation::Supervisor),
        (relations.owner, Relation::Owner),
    ]
    .into_iter()
    .filter_map(|(party, part)| party.map(|party| (party, part)))
    .map(|(party, part)| {
        (
            project_parties::party_id.eq(Key::from(party)),
            project_parties::project_id.eq(Key::from(project.id)),
            project_parties::part.eq(Stored(part)),
        )
    })
    .collect();
    insert_new!(db, project_parties::table, &rows)?;
    Ok(())
}

/// Gives the parts of a project, and of every record below it, to the supervisor and the owner that it names after a change; and moves them
/// to its district. Whoever lost the part has none in any of them from then on.
pub fn follow_parties(db: &mut Writer<'_>, before: &Project, after: &Project) -> Result<(), StoreError> {
    let (details, key) = (&after.details, Key::from(after.id));
    let left: Vec<_> =
        after.party_changes(&before.details).into_iter().filter_map(|it| Some((it.port, it.left?))).collect();
    for (port, party) in left {
        let part = if port == Port::Supervisor { Relation::Supervisor } else { Relation::Owner };
        diesel::delete(project_parties::table.find((Key::from(party), key, Stored(part))))
            .execute(db.connection())?;
    }
    add_named_parties(db, after)?;
    let moved = before.details.district != details.district;
    let supervisor = details.supervisor.organization_id.map(Key::from);
    let owner = details.owner.organization_id.map(Key::from);
    let before = &before.details;
    let handed_over = before.supervisor.organization_id.map(Key::from) != supervisor
        || before.owner.organization_id.map(Key::from) != owner;
    if !moved && !handed_over {
        return Ok(());
    }
    macro_rules! follow {
        ($($table:ident),*) => {$(
            diesel::update($table::table.filter($table::project_id.eq(key)))
                .set((
                    $table::supervisor_id.eq(supervisor),
                    $table::owner_id.eq(owner),
                    $table::district.eq(Stored(details.district)),
                ))
                .execute(db.connection())?;
        )*};
    }
    follow!(policies, commissions, service_plans, visits, hazards, service_reports);
    if moved {
        diesel::update(recusal_requests::table.filter(recusal_requests::project_id.eq(key)))
            .set(recusal_requests::district.eq(Stored(details.district)))
            .execute(db.connection())?;
    }
    Ok(())
}

/// Gives an insurer, provider or expert a part in the project, once; says whether they had none of the kind before.
pub fn add_party(
    db: &mut Writer<'_>,
    project: ProjectId,
    party: impl Into<Uuid>,
    part: Relation,
) -> Result<bool, StoreError> {
    let added = diesel::sql_query(
        "INSERT INTO project_parties (party_id, project_id, part) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind::<crate::store::dialect::Guid, _>(Key(party.into()))
    .bind::<crate::store::dialect::Guid, _>(Key::from(project))
    .bind::<Text, _>(Stored(part))
    .execute(db.connection())?;
    Ok(added == 1)
}

/// The project with this id.
pub fn find(db: &mut Reader<'_>, id: ProjectId) -> Result<Option<Project>, StoreError> {
    projects::table
        .find(Key::from(id))
        .select(Row::as_select())
        .first(db.connection())
        .optional()?
        .map(Project::try_from)
        .transpose()
}

/// The newest registered project with exactly these numbers, of those that are given.
pub fn look_up(
    db: &mut Reader<'_>,
    number: Option<&str>,
    construction_permit_number: Option<&str>,
) -> Result<Option<Project>, StoreError> {
    let mut query = projects::table
        .filter(projects::status.eq(Stored(ProjectStatus::Registered)))
        .order(projects::id.desc())
        .select(Row::as_select())
        .into_boxed();
    if let Some(number) = number {
        query = query.filter(projects::number.eq(number));
    }
    if let Some(permit) = construction_permit_number {
        query = query.filter(projects::construction_permit_number.eq(permit));
    }
    query.first(db.connection()).optional()?.map(Project::try_from).transpose()
}

/// As [`find`], with the lock of the project's stream: what is read after it is not changed by another.
pub fn find_locked(db: &mut Reader<'_>, id: ProjectId) -> Result<Option<Project>, StoreError> {
    let key = Key::from(id);
    let found = with_locked_head!(db, key, projects::table, projects::id, Row::as_select())?;
    match found {
        Some((head, row)) => {
            db.log().locked(head);
            Project::try_from(row).map(Some)
        }
        None => {
            crate::store::event::lock(db, id)?;
            find(db, id)
        }
    }
}

/// Who has a part in the project: those that it names, and those that joined by their records.
pub fn relations(db: &mut Reader<'_>, project: &Project, caller: &Caller) -> Result<Relations, StoreError> {
    let mut relations = project.relations();
    let joined: Vec<Key> = caller.joins_projects_as().into_iter().map(Key).collect();
    if joined.is_empty() {
        return Ok(relations);
    }
    let parts: Vec<(Key, Stored<Relation>)> = project_parties::table
        .filter(project_parties::party_id.eq_any(joined))
        .filter(project_parties::project_id.eq(Key::from(project.id)))
        .select((project_parties::party_id, project_parties::part))
        .load(db.connection())?;
    for (Key(party), Stored(part)) in parts {
        match part {
            Relation::Insurer => relations.insurers.push(Id::new(party)),
            Relation::Provider => relations.providers.push(Id::new(party)),
            Relation::Member => relations.members.push(party),
            _ => {}
        }
    }
    Ok(relations)
}

/// What a list of projects is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub status: Option<ProjectStatus>,
    /// In this district.
    pub district: Option<District>,
    /// Of this contractor.
    pub contractor_id: Option<OrganizationId>,
    /// With this text in the name, or at the beginning of the number.
    pub text: Option<SearchText>,
}

/// A page of the projects that the caller may see.
pub fn list(
    db: &mut Reader<'_>,
    caller: &Caller,
    filter: &Filter,
    page: &PageRequest<Uuid>,
) -> Result<Page<Project>, StoreError> {
    let (own, area) = match list_scope(caller, Resource::Project) {
        ListScope::All => (None, None),
        ListScope::District(district) => (None, Some(district)),
        party => (Some(party.party().unwrap_or_default()), None),
    };
    // The same conditions on two shapes of query: whoever sees all reads the table, a party joins its own
    // index, so that a page costs the same however many projects of others there are. A contractor has fewer than
    // any insurer or provider, so theirs are gone through where they are asked for.
    macro_rules! page_of {
        ($query:expr, $key:expr, $district:expr) => {{
            let mut query = $query;
            for district in [area, filter.district].into_iter().flatten() {
                query = query.filter($district.eq(Stored(district)));
            }
            if let Some(status) = filter.status {
                query = query.filter(projects::status.eq(Stored(status)));
            }
            query =
                in_found!(db, query, RecordKind::Project, projects::id, "projects.id", filter.text.as_ref());
            keyset!(query, $key, page).load(db.connection())?
        }};
    }
    // An expression instead of the column, so that the database does not read a whole district to find the projects of a
    // party.
    let of_party = || sql::<Text>("coalesce(projects.district, '')");
    macro_rules! of {
        ($party:expr) => {
            project_parties::table
                .inner_join(projects::table)
                .filter(project_parties::party_id.eq(Key($party)))
                .select(Row::as_select())
                .into_boxed()
        };
    }
    let rows: Vec<Row> = match (filter.contractor_id, own) {
        (None, None) => {
            page_of!(projects::table.select(Row::as_select()).into_boxed(), projects::id, projects::district)
        }
        (None, Some(own)) => page_of!(of!(own), project_parties::project_id, of_party()),
        (Some(contractor), own) => {
            let mut query =
                of!(contractor.uuid()).filter(project_parties::part.eq(Stored(Relation::Contractor)));
            if let Some(own) = own.filter(|own| *own != contractor.uuid()) {
                let parts = diesel::alias!(project_parties as parts);
                query = query.filter(exists(
                    parts
                        .filter(parts.field(project_parties::party_id).eq(Key(own)))
                        .filter(parts.field(project_parties::project_id).eq(project_parties::project_id)),
                ));
            }
            page_of!(query, project_parties::project_id, of_party())
        }
    };
    page.cut(rows).try_map(Project::try_from)
}
