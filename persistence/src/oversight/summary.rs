//! What records are called where other records name them. The names of a whole page are read at once: one query for each
//! kind of record that is named, and none for a kind that is not.

use std::collections::{BTreeMap, BTreeSet};

use anze_domain::{
    access::District,
    base::id::{OrganizationId, ProjectId},
};
use diesel::{
    prelude::*,
    sql_types::{Nullable, Text},
};
use uuid::Uuid;

use crate::{
    Reader, StoreError,
    library::expert,
    store::{
        dialect::{Guid, Key, Stored},
        schema::{organizations, projects},
    },
};

/// A project in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectSummary {
    /// Its id.
    pub id: ProjectId,
    /// Its number.
    pub number: String,
    /// Its name.
    pub name: String,
    /// The district of its site.
    pub district: District,
}

/// The columns of [`ProjectColumns`], of a project that is joined as `p`.
pub(super) const PROJECT_COLUMNS: &str =
    "p.id AS project_id, p.number AS project_number, p.name AS project_name, p.district AS project_district";

/// A project that a statement joins to its rows, where they have one.
#[derive(QueryableByName)]
pub(super) struct ProjectColumns {
    #[diesel(sql_type = Nullable<Guid>)]
    project_id: Option<Key>,
    #[diesel(sql_type = Nullable<Text>)]
    project_number: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    project_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    project_district: Option<Stored<District>>,
}

impl ProjectColumns {
    /// The project; none where nothing was joined.
    pub(super) fn summary(self) -> Option<ProjectSummary> {
        Some(ProjectSummary {
            id: self.project_id?.into(),
            number: self.project_number?,
            name: self.project_name?,
            district: self.project_district?.0,
        })
    }
}

/// The records that others name.
#[derive(Debug, Default)]
pub struct Named {
    projects: BTreeSet<ProjectId>,
    organizations: BTreeSet<OrganizationId>,
    experts: BTreeSet<Uuid>,
}

impl Named {
    /// Adds a project.
    pub fn project(&mut self, id: ProjectId) {
        self.projects.insert(id);
    }

    /// Adds organisations.
    pub fn organizations(&mut self, ids: impl IntoIterator<Item = OrganizationId>) {
        self.organizations.extend(ids);
    }

    /// Adds experts.
    pub fn experts(&mut self, ids: impl IntoIterator<Item = Uuid>) {
        self.experts.extend(ids);
    }
}

/// What the named records are called.
#[derive(Debug, Default)]
pub struct Summaries {
    projects: BTreeMap<ProjectId, ProjectSummary>,
    organizations: BTreeMap<OrganizationId, String>,
    experts: BTreeMap<Uuid, String>,
}

impl Summaries {
    /// A project that was named.
    #[must_use]
    pub fn project(&self, id: ProjectId) -> Option<&ProjectSummary> {
        self.projects.get(&id)
    }

    /// The name of an organisation that was named.
    #[must_use]
    pub fn organization(&self, id: OrganizationId) -> Option<&str> {
        self.organizations.get(&id).map(String::as_str)
    }

    /// The name of an expert who was named, in full.
    #[must_use]
    pub fn expert(&self, id: Uuid) -> Option<&str> {
        self.experts.get(&id).map(String::as_str)
    }
}

/// What these records are called, in one query for each kind that is named.
pub fn load(db: &mut Reader<'_>, named: &Named) -> Result<Summaries, StoreError> {
    let mut summaries = Summaries::default();
    if !named.projects.is_empty() {
        summaries.projects = projects_of(db, &named.projects)?;
    }
    if !named.organizations.is_empty() {
        summaries.organizations = organizations_of(db, &named.organizations)?;
    }
    if !named.experts.is_empty() {
        let ids: Vec<Uuid> = named.experts.iter().copied().collect();
        summaries.experts = expert::names(db, &ids)?.into_iter().collect();
    }
    Ok(summaries)
}

fn projects_of(
    db: &mut Reader<'_>,
    ids: &BTreeSet<ProjectId>,
) -> Result<BTreeMap<ProjectId, ProjectSummary>, StoreError> {
    let ids: Vec<Key> = ids.iter().copied().map(Key::from).collect();
    let rows: Vec<(Key, String, String, Stored<District>)> = projects::table
        .filter(projects::id.eq_any(ids))
        .select((projects::id, projects::number, projects::name, projects::district))
        .load(db.connection())?;
    let summaries = rows.into_iter().map(|(id, number, name, district)| {
        let id = ProjectId::from(id);
        (id, ProjectSummary { id, number, name, district: district.0 })
    });
    Ok(summaries.collect())
}

fn organizations_of(
    db: &mut Reader<'_>,
    ids: &BTreeSet<OrganizationId>,
) -> Result<BTreeMap<OrganizationId, String>, StoreError> {
    let ids: Vec<Key> = ids.iter().copied().map(Key::from).collect();
    let rows: Vec<(Key, String)> = organizations::table
        .filter(organizations::id.eq_any(ids))
        .select((organizations::id, organizations::name))
        .load(db.connection())?;
    Ok(rows.into_iter().map(|(id, name)| (id.into(), name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Writer,
        testing::{
            Scratch, both_databases,
            flow::{self, EXPERTS, INSURER, PROJECT, PROVIDER, STRANGER},
            id,
        },
    };

    #[both_databases]
    async fn what_is_named_is_found_by_its_kind(scratch: Scratch) {
        let work = |db: &mut Writer<'_>| {
            flow::project(db)?;
            let mut named = Named::default();
            named.project(id(PROJECT));
            named.organizations([id(INSURER), id(PROVIDER), id(INSURER)]);
            named.experts([id(EXPERTS[0])]);
            let found = load(db, &named)?;
            let project = found.project(id(PROJECT)).unwrap();
            assert_eq!((project.id, project.district), (id(PROJECT), District::Huli));
            assert_eq!((project.number.as_str(), project.name.as_str()), ("XM-2026-000001", "工程"));
            assert_eq!(found.organization(id(INSURER)), Some("单位"));
            assert_eq!(found.organization(id(STRANGER)), None);
            assert_eq!(found.expert(id(EXPERTS[0])), Some("李四"));
            assert_eq!(found.expert(id(EXPERTS[1])), None);
            Ok::<_, StoreError>(())
        };
        scratch.store.write(work).await.unwrap();
    }
}
