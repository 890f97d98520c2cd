//! Experts leave groups that have not begun, because of their standing or a tie; and ties that were found
//! after a visit had begun are marked there (A12.2, A20.1).

use std::collections::BTreeSet;

use anze_domain::{
    Id, Vocabulary,
    expert::Expert,
    notification::{Notification, NotificationKind, Recipients, masked_name},
    policy::Parties,
    project::Project,
    tie::ties,
    visit::{Leaving, TieFoundLater, Visit},
    working_calendar::shanghai_date,
};
use anze_persistence::{
    ChangeError, StoreError, Writer, event, expert,
    standing::group::{self, Begun},
    tie::Sides,
    visit,
};
use uuid::Uuid;

use crate::call::Doing;

/// The groups of some experts, which nobody changes until the transaction ends.
#[derive(Debug)]
pub struct Groups {
    experts: Vec<Id<Expert>>,
    awaiting: Vec<Uuid>,
    begun: Vec<Begun>,
}

/// Takes the locks of the projects of these experts' groups, then of the experts: in the order in which a
/// proposal takes them, so that no group comes to be that does not know what is changed here.
///
/// # Errors
/// The store's; a conflict where a group came to be meanwhile.
pub fn lock(db: &mut Writer<'_>, experts: &[Id<Expert>]) -> Result<Groups, StoreError> {
    let projects = |db: &mut Writer<'_>| -> Result<_, StoreError> {
        let (awaiting, begun) = (group::awaiting(db, experts)?, group::begun(db, experts)?);
        let of_awaiting = awaiting.iter().map(|(_, project)| project.uuid());
        let all: BTreeSet<Uuid> = of_awaiting.chain(begun.iter().map(|it| it.project_id.uuid())).collect();
        Ok((all, awaiting, begun))
    };
    let (before, ..) = projects(db)?;
    event::lock_all(db, before.iter().copied())?;
    event::lock_all(db, experts.iter().map(|id| id.uuid()))?;
    let (now, awaiting, begun) = projects(db)?;
    if !now.is_subset(&before) {
        return Err(StoreError::Conflict);
    }
    let awaiting = awaiting.into_iter().map(|(visit, _)| visit).collect();
    Ok(Groups { experts: experts.to_vec(), awaiting, begun })
}

/// The experts leave those of their groups for which there is a reason: each visit is to be arranged anew,
/// and everyone concerned is told.
///
/// # Errors
/// The store's.
pub fn leave(
    doing: &mut Doing<'_, '_>,
    experts: &[Expert],
    groups: &Groups,
    why: impl Fn(&Expert, &Visit) -> Option<Leaving>,
) -> Result<(), ChangeError> {
    let visits = visit::find_all(doing.db, &groups.awaiting)?;
    leave_visits(doing, experts, visits, why)
}

fn leave_visits(
    doing: &mut Doing<'_, '_>,
    experts: &[Expert],
    visits: Vec<Visit>,
    why: impl Fn(&Expert, &Visit) -> Option<Leaving>,
) -> Result<(), ChangeError> {
    let mut messages = Vec::new();
    for mut visit in visits.into_iter().filter(Visit::awaits_its_group) {
        let to = concerned(&visit.parties, visit.members.iter().map(|member| member.expert_id));
        for expert in experts {
            let id = expert.id.uuid();
            if visit.members.iter().all(|member| member.expert_id != id) {
                continue;
            }
            let Some(why) = why(expert, &visit) else { continue };
            let (next, event) = visit.lose(id, &why)?;
            visit = visit::save(doing.db, next, doing.now)?;
            doing.append(visit.project_id, &event)?;
            messages.push((to.clone(), told(expert, &visit, &why)));
        }
    }
    Ok(doing.notify(&messages)?)
}

/// Who is told of what happens to a group: its experts, the contractor, who serves, and the association.
fn concerned(parties: &Parties, experts: impl Iterator<Item = Uuid>) -> Recipients {
    let mut to = Recipients::association().organization(parties.contractor_id);
    to.organizations.extend(parties.provider_id);
    to.experts.extend(experts);
    to
}

fn told(expert: &Expert, visit: &Visit, why: &Leaving) -> Notification {
    let kind = match why {
        Leaving::Tied(_) => NotificationKind::ExpertRecused,
        _ => NotificationKind::ExpertLeftGroup,
    };
    let notification = Notification::new(kind, "visit", visit.id, format!("{} {}", visit.version, expert.id))
        .of_project(visit.project_id)
        .fact("expert", masked_name(&expert.name))
        .fact("visit", &visit.number);
    match why {
        Leaving::Tied(tie) => notification.fact("party", tie.party_in_words()).fact("tie", tie.kind.zh()),
        _ => notification.fact("reason", why.in_words()),
    }
}

/// What the record is good for when a visit of the past is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Employer {
    /// The employer of now was the employer then.
    AsEver,
    /// The employer has changed: what was then stands in the work history.
    Changed,
}

/// A12.2: holds the groups of these experts against their ties as they are known now. A tied expert leaves a
/// group that has not begun; where it has, the tie is marked, and what was served stays.
///
/// # Errors
/// The store's.
pub fn recuse(doing: &mut Doing<'_, '_>, groups: &Groups, employer: Employer) -> Result<(), ChangeError> {
    let ids: Vec<Uuid> = groups.experts.iter().map(|id| id.uuid()).collect();
    let experts = expert::find_all(doing.db, &ids)?;
    let visits = visit::find_all(doing.db, &groups.awaiting)?;
    let of_visits = visits.iter().map(|visit| (visit.project_id, visit.parties));
    let all: Vec<(Id<Project>, Parties)> =
        of_visits.chain(groups.begun.iter().map(|it| (it.project_id, it.parties))).collect();
    let sides = Sides::load(doing.db, &all)?;
    let today = shanghai_date(doing.now);
    leave_visits(doing, &experts, visits, |expert, visit| {
        let tied = |on| expert.ties(&sides.of(visit.project_id, &visit.parties, on), on).into_iter().next();
        visit.days_of_ties(today).into_iter().find_map(tied).map(Leaving::Tied)
    })?;
    mark(doing, &experts, groups, &sides, employer)
}

fn mark(
    doing: &mut Doing<'_, '_>,
    experts: &[Expert],
    groups: &Groups,
    sides: &Sides,
    employer: Employer,
) -> Result<(), ChangeError> {
    let ids: Vec<Uuid> = groups.begun.iter().map(|it| it.visit_id.uuid()).collect();
    let marked = group::marks_of(doing.db, &ids)?;
    let (mut found, mut messages) = (Vec::new(), Vec::new());
    for it in &groups.begun {
        let Some(expert) = experts.iter().find(|expert| expert.id.uuid() == it.expert_id) else { continue };
        let Some(on) = it.started_at.map(shanghai_date) else { continue };
        let now_at = (employer == Employer::AsEver).then(|| expert.employer());
        let history = &expert.qualification.work_history;
        let parties = sides.of(it.project_id, &it.parties, on);
        for tie in ties(history, now_at.as_ref(), &expert.declared_ties, &parties, on) {
            let known = marked.get(&it.visit_id.uuid()).into_iter().flatten().any(|mark| {
                mark.expert_id == it.expert_id
                    && (mark.tie.kind, &mark.tie.party, &mark.tie.through)
                        == (tie.kind, &tie.party, &tie.through)
            });
            if known {
                continue;
            }
            let occasion = format!("{} {} {}", it.expert_id, tie.kind, tie.party_in_words());
            let notification =
                Notification::new(NotificationKind::TieFoundLater, "visit", it.visit_id, occasion)
                    .of_project(it.project_id)
                    .fact("expert", masked_name(&expert.name))
                    .fact("visit", &it.number)
                    .fact("party", tie.party_in_words())
                    .fact("tie", tie.kind.zh());
            messages.push((concerned(&it.parties, std::iter::once(it.expert_id)), notification));
            let later = TieFoundLater { expert_id: it.expert_id, tie, found_at: doing.now };
            doing.append(it.project_id, &later.event(it.visit_id))?;
            found.push((it.visit_id, later));
        }
    }
    group::mark(doing.db, &found)?;
    Ok(doing.notify(&messages)?)
}
