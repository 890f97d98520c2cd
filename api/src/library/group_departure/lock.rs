//! The locks under which experts leave groups, taken in one order: projects, then organisations, then experts,
//! each by id (ARCHITECTURE.md, the order of locks). What is to be locked is looked for before, and again under the locks.

use std::collections::{BTreeMap, BTreeSet};

use anze_domain::{
    Id,
    base::id::{ExpertId, OrganizationId, ProjectId},
    library::{company::Party, tie::Sides},
};
use anze_persistence::{
    Reader, StoreError, Writer,
    library::{
        expert,
        standing::group::{self, Awaiting, Begun, GroupFilter},
        tie::sides,
    },
    store::event,
};
use uuid::Uuid;

/// Experts looked at in one query.
const BATCH_SIZE: usize = 500;

/// The groups of some experts, which nobody changes until the transaction ends.
#[derive(Debug, Default)]
pub struct Groups {
    /// The experts of the groups.
    pub experts: Vec<Uuid>,
    /// Their visits that await their group.
    pub awaiting: Vec<Uuid>,
    /// Those that have begun and to which what is changed may matter.
    pub begun: Vec<Begun>,
}

/// The projects, organisations and experts to lock, and the groups for which they are locked.
#[derive(Debug, Default)]
struct LockSet {
    projects: BTreeSet<Uuid>,
    organizations: BTreeSet<Uuid>,
    /// Whether an organisation itself is changed, so that its lock is held alone.
    alone: bool,
    experts: BTreeSet<Uuid>,
    awaiting: Vec<Awaiting>,
    begun: Vec<Begun>,
}

impl LockSet {
    fn lies_within(&self, other: &Self) -> bool {
        self.projects.is_subset(&other.projects)
            && self.organizations.is_subset(&other.organizations)
            && self.experts.is_subset(&other.experts)
    }

    /// Adds the projects of the groups.
    fn with_projects(mut self) -> Self {
        let awaiting = self.awaiting.iter().map(|it| it.project_id.uuid());
        self.projects.extend(awaiting.chain(self.begun.iter().map(|it| it.project_id.uuid())));
        self
    }
}

impl From<LockSet> for Groups {
    fn from(it: LockSet) -> Self {
        let mut awaiting: Vec<Uuid> = it.awaiting.iter().map(|it| it.visit_id).collect();
        awaiting.dedup();
        Self { experts: it.experts.into_iter().collect(), awaiting, begun: it.begun }
    }
}

/// Takes the locks of what is found; a conflict where more is found under them than before.
fn take(
    db: &mut Writer<'_>,
    find: impl Fn(&mut Reader<'_>) -> Result<LockSet, StoreError>,
) -> Result<Groups, StoreError> {
    let before = find(db)?;
    event::lock_all(db, before.projects.iter().copied())?;
    if before.alone {
        event::lock_all(db, before.organizations.iter().copied())?;
    } else {
        event::lock_all_shared(db, before.organizations.iter().copied())?;
    }
    event::lock_all(db, before.experts.iter().copied())?;
    let now = find(db)?;
    if now.lies_within(&before) { Ok(now.into()) } else { Err(StoreError::Conflict) }
}

/// The groups of an expert that have not begun: for whom the library is what changes.
///
/// # Errors
/// The store's; a conflict where a group came to be meanwhile.
pub fn of_expert(db: &mut Writer<'_>, expert: ExpertId) -> Result<Groups, StoreError> {
    let id = expert.uuid();
    take(db, |db| {
        let awaiting = group::awaiting(db, GroupFilter::Experts(&[id]))?;
        Ok(LockSet { experts: [id].into(), awaiting, ..LockSet::default() }.with_projects())
    })
}

/// The groups of an expert of whom something becomes known that concerns these companies: those that have not
/// begun, and of the others those of projects to which one of the companies is a party. The parties cannot change
/// what they declare meanwhile; `changed` is an organisation to which something happens in the same change.
///
/// # Errors
/// As [`of_expert`].
pub fn of_tied(
    db: &mut Writer<'_>,
    expert: ExpertId,
    companies: &[Party],
    changed: Option<OrganizationId>,
) -> Result<Groups, StoreError> {
    let id = expert.uuid();
    take(db, |db| {
        let awaiting = group::awaiting(db, GroupFilter::Experts(&[id]))?;
        let mut begun = group::begun(db, GroupFilter::Experts(&[id]))?;
        let projects = awaiting.iter().map(|it| it.project_id).chain(begun.iter().map(|it| it.project_id));
        let sides = sides::load(db, projects)?;
        begun.retain(|it| sides.get(&it.project_id).is_some_and(|sides| sides.touch(companies)));
        let found = LockSet { experts: [id].into(), awaiting, begun, ..LockSet::default() }.with_projects();
        let mut organizations = organizations(&sides, &found.projects);
        organizations.extend(changed.map(Id::uuid));
        Ok(LockSet { organizations, alone: changed.is_some(), ..found })
    })
}

fn organizations(sides: &BTreeMap<ProjectId, Sides>, projects: &BTreeSet<Uuid>) -> BTreeSet<Uuid> {
    let of = sides.iter().filter(|(project, _)| projects.contains(&project.uuid()));
    of.flat_map(|(_, sides)| sides.organizations()).map(|id| id.uuid()).collect()
}

/// The groups of every expert who has to do with one of these companies, on the projects to which one of them is
/// a party: for what an organisation declares of the others. The organisations that they are here are held alone,
/// and so are projects that only name one, so that no group comes to be that does not know of it.
///
/// # Errors
/// As [`of_expert`].
pub fn of_companies(db: &mut Writer<'_>, companies: &[Party]) -> Result<Groups, StoreError> {
    take(db, |db| {
        let reach = sides::reach(db, companies)?;
        let projects: Vec<Uuid> = reach.projects.iter().copied().collect();
        let mut awaiting = group::awaiting(db, GroupFilter::Projects(&projects))?;
        let mut begun = group::begun(db, GroupFilter::Projects(&projects))?;
        let members: BTreeSet<Uuid> =
            awaiting.iter().map(|it| it.expert_id).chain(begun.iter().map(|it| it.expert_id)).collect();
        let members: Vec<Uuid> = members.into_iter().collect();
        let mut experts = BTreeSet::new();
        for some in members.chunks(BATCH_SIZE) {
            let some = expert::find_all(db, some)?;
            experts.extend(some.iter().filter(|it| it.touches(companies)).map(|it| it.id.uuid()));
        }
        awaiting.retain(|it| experts.contains(&it.expert_id));
        begun.retain(|it| experts.contains(&it.expert_id));
        let found = LockSet { projects: reach.naming, awaiting, begun, experts, ..LockSet::default() };
        Ok(LockSet { organizations: reach.organizations, alone: true, ..found.with_projects() })
    })
}

/// Every group of a project, whose lock is held: for parties that join it.
///
/// # Errors
/// As [`of_expert`].
pub fn of_project(
    db: &mut Writer<'_>,
    project: ProjectId,
    join: &[OrganizationId],
) -> Result<Groups, StoreError> {
    take(db, |db| {
        let of = [project.uuid()];
        let awaiting = group::awaiting(db, GroupFilter::Projects(&of))?;
        let begun = group::begun(db, GroupFilter::Projects(&of))?;
        let experts =
            awaiting.iter().map(|it| it.expert_id).chain(begun.iter().map(|it| it.expert_id)).collect();
        let organizations = join.iter().map(|id| id.uuid()).collect();
        Ok(LockSet { projects: of.into(), organizations, experts, awaiting, begun, alone: false })
    })
}
