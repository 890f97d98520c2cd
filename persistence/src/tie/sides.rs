//! The parties of projects with their affiliates, loaded together.

use std::collections::{BTreeMap, BTreeSet};

use anze_domain::{
    Id,
    organization::Organization,
    policy::Parties,
    project::Project,
    tie::{Affiliate, Party},
};
use chrono::NaiveDate;
use diesel::prelude::*;

use super::affiliate;
use crate::{Reader, StoreError, dialect::Key, organization, schema::projects};

/// The parties of some projects: organisations, companies that are only named, and declared affiliates.
#[derive(Debug, Default)]
pub struct Sides {
    organizations: BTreeMap<Id<Organization>, Party>,
    affiliates: Vec<Affiliate>,
    named: BTreeMap<Id<Project>, Vec<Party>>,
}

/// The organisations to which an expert may have no tie (A12.2).
fn organizations_of(parties: &Parties) -> impl Iterator<Item = Id<Organization>> {
    [Some(parties.contractor_id), parties.supervisor_id, parties.owner_id, Some(parties.insurer_id)]
        .into_iter()
        .flatten()
}

impl Sides {
    /// Those of all these projects, with a number of queries that does not grow with them.
    ///
    /// # Errors
    /// The store's.
    pub fn load(db: &mut Reader<'_>, all: &[(Id<Project>, Parties)]) -> Result<Self, StoreError> {
        if all.is_empty() {
            return Ok(Self::default());
        }
        let ids: BTreeSet<_> = all.iter().flat_map(|(_, parties)| organizations_of(parties)).collect();
        let ids: Vec<_> = ids.into_iter().collect();
        let own = organization::find_all(db, &ids)?;
        let companies: Vec<Party> = own.iter().map(Party::of).collect();
        let keys: Vec<Key> = ids.iter().copied().map(Key::from).collect();
        let affiliates = affiliate::around(db, &keys, &companies)?;
        // Whoever declared one of them as its affiliate is one of its own.
        let others: BTreeSet<_> = affiliates.iter().map(|it| it.organization_id).collect();
        let others: Vec<_> = others.into_iter().filter(|id| !ids.contains(id)).collect();
        let declarers = organization::find_all(db, &others)?;
        let organizations = own.iter().chain(&declarers).map(|it| (it.id, Party::of(it))).collect();
        let projects: BTreeSet<Key> = all.iter().map(|(project, _)| Key::from(*project)).collect();
        let names: Vec<(Key, Option<String>, Option<String>)> = projects::table
            .filter(projects::id.eq_any(projects))
            .select((projects::id, projects::supervisor_name, projects::owner_name))
            .load(db.connection())?;
        let named = names.into_iter().map(|(project, supervisor, owner)| {
            (project.into(), [supervisor, owner].into_iter().flatten().map(Party::named).collect())
        });
        Ok(Self { organizations, affiliates, named: named.collect() })
    }

    /// Those to whom an expert may have no tie on a day: the parties, and who was their affiliate then.
    #[must_use]
    pub fn of(&self, project: Id<Project>, parties: &Parties, on: NaiveDate) -> Vec<Party> {
        let mut found: Vec<Party> =
            organizations_of(parties).filter_map(|id| self.organizations.get(&id).cloned()).collect();
        found.extend(self.named.get(&project).into_iter().flatten().cloned());
        let mut affiliates = Vec::new();
        for party in &found {
            for it in self.affiliates.iter().filter(|it| it.binds(on)) {
                let declarer = self.organizations.get(&it.organization_id);
                let other = if declarer.is_some_and(|declarer| declarer.is(party)) {
                    Some(&it.company)
                } else if it.company.is(party) {
                    declarer
                } else {
                    None
                };
                affiliates.extend(
                    other.map(|other| Party { affiliate_of: Some(party.name.clone()), ..other.clone() }),
                );
            }
        }
        found.extend(affiliates);
        found
    }
}
