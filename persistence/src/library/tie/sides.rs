//! The parties of projects with their affiliates, loaded together: the one place that says who a party is (A12.2).

use std::collections::{BTreeMap, BTreeSet};

use anze_domain::{
    access::Relation,
    base::id::{OrganizationId, ProjectId},
    identity::organization::Organization,
    library::{
        company::Party,
        tie::{Affiliate, Sides},
    },
};
use diesel::prelude::*;
use uuid::Uuid;

use super::{BATCH_SIZE, affiliate};
use crate::{
    Reader, StoreError,
    identity::organization,
    store::{
        dialect::{Key, Stored},
        schema::{project_parties, projects},
    },
};

/// The parts that make an organisation a party: every insurer is one, whoever's commission it is.
const PARTIES: [Stored<Relation>; 4] = [
    Stored(Relation::Contractor),
    Stored(Relation::Supervisor),
    Stored(Relation::Owner),
    Stored(Relation::Insurer),
];

/// The organisations that have such a part in each of these projects.
fn registered(db: &mut Reader<'_>, all: &[Key]) -> Result<BTreeMap<Key, Vec<OrganizationId>>, StoreError> {
    let mut found: BTreeMap<Key, Vec<OrganizationId>> = BTreeMap::new();
    for some in all.chunks(BATCH_SIZE) {
        let rows: Vec<(Key, Key)> = project_parties::table
            .filter(project_parties::project_id.eq_any(some))
            .filter(project_parties::part.eq_any(PARTIES))
            .order((project_parties::project_id, project_parties::party_id))
            .select((project_parties::project_id, project_parties::party_id))
            .load(db.connection())?;
        for (project, party) in rows {
            found.entry(project).or_default().push(party.into());
        }
    }
    Ok(found)
}

/// The companies that these projects only name.
fn named(db: &mut Reader<'_>, all: &[Key]) -> Result<BTreeMap<Key, Vec<Party>>, StoreError> {
    let mut found = BTreeMap::new();
    for some in all.chunks(BATCH_SIZE) {
        let rows: Vec<(Key, Option<String>, Option<String>)> = projects::table
            .filter(projects::id.eq_any(some))
            .filter(projects::supervisor_name.is_not_null().or(projects::owner_name.is_not_null()))
            .select((projects::id, projects::supervisor_name, projects::owner_name))
            .load(db.connection())?;
        for (project, supervisor, owner) in rows {
            let names = [supervisor, owner].into_iter().flatten();
            let companies = names.map(Party::named).filter(|company| !company.key().is_empty());
            found.insert(project, companies.collect());
        }
    }
    Ok(found)
}

/// The organisations here that have these names.
fn with_names(db: &mut Reader<'_>, companies: &[Party]) -> Result<Vec<Organization>, StoreError> {
    let keys: BTreeSet<String> = companies.iter().map(Party::key).filter(|key| !key.is_empty()).collect();
    let keys: Vec<String> = keys.into_iter().collect();
    let mut found = Vec::new();
    for some in keys.chunks(BATCH_SIZE) {
        found.extend(organization::find_named(db, some)?);
    }
    Ok(found)
}

fn with_ids(db: &mut Reader<'_>, ids: &BTreeSet<OrganizationId>) -> Result<Vec<Organization>, StoreError> {
    let ids: Vec<_> = ids.iter().copied().collect();
    let mut found = Vec::new();
    for some in ids.chunks(BATCH_SIZE) {
        found.extend(organization::find_all(db, some)?);
    }
    Ok(found)
}

/// The organisations that are parties of a project: whom a tie may be alleged to, and by whom.
pub fn parties(db: &mut Reader<'_>, project: ProjectId) -> Result<Vec<OrganizationId>, StoreError> {
    Ok(registered(db, &[project.into()])?.into_values().flatten().collect())
}

/// The sides of these projects, with a number of queries that does not grow with them.
pub fn load(
    db: &mut Reader<'_>,
    all: impl IntoIterator<Item = ProjectId>,
) -> Result<BTreeMap<ProjectId, Sides>, StoreError> {
    let all: BTreeSet<Key> = all.into_iter().map(Key::from).collect();
    let all: Vec<Key> = all.into_iter().collect();
    if all.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (registered, named) = (registered(db, &all)?, named(db, &all)?);
    let names: Vec<Party> = named.values().flatten().cloned().collect();
    let by_name = with_names(db, &names)?;
    let ids: BTreeSet<OrganizationId> = registered.values().flatten().copied().collect();
    let known = with_ids(db, &ids)?;
    let own: BTreeMap<OrganizationId, Party> =
        known.iter().chain(&by_name).map(|it| (it.id, Party::of(it))).collect();
    let declared = declared(db, &own, &names)?;
    let mut found = BTreeMap::new();
    for project in all {
        let named = named.get(&project).map(Vec::as_slice).unwrap_or_default();
        let here = by_name.iter().filter(|it| named.iter().any(|name| name.is_same_company(&Party::of(it))));
        let registered = registered.get(&project).into_iter().flatten().copied();
        let organizations: BTreeSet<_> = registered.chain(here.map(|it| it.id)).collect();
        let parties: Vec<Party> =
            organizations.iter().filter_map(|id| own.get(id)).chain(named).cloned().collect();
        let sides = Sides::new(organizations.into_iter().collect(), parties, &declared);
        found.insert(project.into(), sides);
    }
    Ok(found)
}

/// What was declared by these organisations, and by others of these companies, each with who declared it.
fn declared(
    db: &mut Reader<'_>,
    own: &BTreeMap<OrganizationId, Party>,
    names: &[Party],
) -> Result<Vec<(Party, Affiliate)>, StoreError> {
    let keys: Vec<Key> = own.keys().copied().map(Key::from).collect();
    let companies: Vec<Party> = own.values().chain(names).cloned().collect();
    let affiliates = affiliate::declared_by_or_naming(db, &keys, &companies)?;
    // Whoever declared one of them as its affiliate is one of its own.
    let others: BTreeSet<_> = affiliates.values().map(|it| it.organization_id).collect();
    let others = others.into_iter().filter(|id| !own.contains_key(id)).collect();
    let others: BTreeMap<_, _> = with_ids(db, &others)?.iter().map(|it| (it.id, Party::of(it))).collect();
    let with_declarer = |it: Affiliate| {
        let declarer = own.get(&it.organization_id).or_else(|| others.get(&it.organization_id))?;
        Some((declarer.clone(), it))
    };
    Ok(affiliates.into_values().filter_map(with_declarer).collect())
}

/// Where some companies are parties.
#[derive(Debug, Default)]
pub struct Reach {
    /// The organisations that they are here.
    pub organizations: BTreeSet<Uuid>,
    /// Every project to which one of them is a party.
    pub projects: BTreeSet<Uuid>,
    /// Those of the projects that only name it: no organisation of theirs can be locked.
    pub naming: BTreeSet<Uuid>,
}

/// Where one of these companies is a party, as far as it is known here.
pub fn reach(db: &mut Reader<'_>, companies: &[Party]) -> Result<Reach, StoreError> {
    let codes: Vec<String> = companies.iter().filter_map(super::code_of).collect();
    let keys: Vec<String> = companies.iter().map(Party::key).filter(|key| !key.is_empty()).collect();
    let coded = organization::find_coded(db, &codes)?;
    let same = |it: &Organization| companies.iter().any(|company| company.is_same_company(&Party::of(it)));
    let organizations: BTreeSet<Uuid> =
        with_names(db, companies)?.into_iter().chain(coded).filter(same).map(|it| it.id.uuid()).collect();
    let ids: Vec<Key> = organizations.iter().copied().map(Key).collect();
    let with_a_part: Vec<Key> = project_parties::table
        .filter(project_parties::party_id.eq_any(ids))
        .filter(project_parties::part.eq_any(PARTIES))
        .select(project_parties::project_id)
        .load(db.connection())?;
    let supervised = projects::table.filter(projects::supervisor_key.eq_any(&keys)).select(projects::id);
    let owned = projects::table.filter(projects::owner_key.eq_any(&keys)).select(projects::id);
    let (supervised, owned): (Vec<Key>, Vec<Key>) =
        (supervised.load(db.connection())?, owned.load(db.connection())?);
    let naming: BTreeSet<Uuid> = supervised.into_iter().chain(owned).map(|key| key.0).collect();
    let projects = with_a_part.into_iter().map(|key| key.0).chain(naming.iter().copied()).collect();
    Ok(Reach { organizations, projects, naming })
}
