//! Experts leave groups that have not begun, because of their standing or a tie; and ties that were found
//! after a visit had begun are marked there (A12.2, A20.1).

pub mod lock;
mod telling;

use std::collections::BTreeMap;

use anze_domain::{
    Id,
    library::{
        expert::Expert,
        tie::{Sides, Tie},
    },
    service::{
        project::Project,
        visit::{Leaving, TieFoundLater, Visit},
    },
};
use anze_persistence::{
    ChangeError,
    library::{
        expert,
        standing::group::{self, Begun},
        tie::sides,
    },
    service::visit,
};
use uuid::Uuid;

use crate::app::call::Doing;

pub use lock::Groups;

/// The expert leaves those of their groups for which there is a reason: each visit is to be arranged anew,
/// and everyone concerned is told.
///
/// # Errors
/// The store's.
pub fn leave(
    doing: &mut Doing<'_, '_>,
    expert: &Expert,
    groups: &Groups,
    why: impl Fn(&Expert, &Visit) -> Option<Leaving>,
) -> Result<(), ChangeError> {
    let visits = visit::find_all(doing.db, &groups.awaiting)?;
    leave_visits(doing, std::slice::from_ref(expert), visits, why)
}

fn leave_visits(
    doing: &mut Doing<'_, '_>,
    experts: &[Expert],
    visits: Vec<Visit>,
    why: impl Fn(&Expert, &Visit) -> Option<Leaving>,
) -> Result<(), ChangeError> {
    let mut messages = Vec::new();
    for mut visit in visits.into_iter().filter(Visit::awaits_its_group) {
        let group: Vec<Uuid> = visit.members.iter().map(|member| member.expert_id).collect();
        for expert in experts.iter().filter(|expert| group.contains(&expert.id.uuid())) {
            let Some(why) = why(expert, &visit) else { continue };
            let (next, event) = visit.lose(expert.id.uuid(), &why)?;
            visit = visit::save(doing.db, next, doing.now)?;
            doing.append(visit.project_id, &event)?;
            messages.extend(telling::left(expert, &visit, group.iter().copied(), &why));
        }
    }
    Ok(doing.notify(&messages)?)
}

/// A12.2: holds these groups against the ties of their experts as they are known now. A tied expert leaves a
/// group that has not begun; where it has, the tie is marked, and what was served stays.
///
/// # Errors
/// The store's.
pub fn recuse(doing: &mut Doing<'_, '_>, groups: &Groups) -> Result<(), ChangeError> {
    let experts = expert::find_all(doing.db, &groups.experts)?;
    let visits = visit::find_all(doing.db, &groups.awaiting)?;
    let projects = visits.iter().map(|visit| visit.project_id);
    let projects: Vec<_> = projects.chain(groups.begun.iter().map(|it| it.project_id)).collect();
    let sides = sides::load(doing.db, projects)?;
    leave_visits(doing, &experts, visits, |expert, visit| {
        let ties = sides.get(&visit.project_id)?.ties(expert, &visit.days_of_ties());
        ties.into_iter().next().map(Leaving::Tied)
    })?;
    mark(doing, &experts, &groups.begun, &sides)
}

fn mark(
    doing: &mut Doing<'_, '_>,
    experts: &[Expert],
    begun: &[Begun],
    sides: &BTreeMap<Id<Project>, Sides>,
) -> Result<(), ChangeError> {
    let by_id: BTreeMap<Uuid, &Expert> = experts.iter().map(|expert| (expert.id.uuid(), expert)).collect();
    let tied = |it: &Begun| -> Option<Vec<Tie>> {
        Some(sides.get(&it.project_id)?.ties(by_id.get(&it.expert_id)?, &[it.served]))
    };
    let tied: Vec<(&Begun, Tie)> =
        begun.iter().flat_map(|it| tied(it).into_iter().flatten().map(move |tie| (it, tie))).collect();
    let mut ids: Vec<Uuid> = tied.iter().map(|(it, _)| it.visit_id.uuid()).collect();
    ids.dedup();
    let (marked, members) = (group::marks_of(doing.db, &ids)?, group::members(doing.db, &ids)?);
    let (mut found, mut messages) = (Vec::new(), Vec::new());
    for (it, tie) in tied {
        let mut marks = marked.get(&it.visit_id.uuid()).into_iter().flatten();
        if marks.any(|mark| mark.expert_id == it.expert_id && mark.tie.is(&tie)) {
            continue;
        }
        let Some(expert) = by_id.get(&it.expert_id) else { continue };
        let group = members.get(&it.visit_id.uuid()).into_iter().flatten().copied();
        messages.extend(telling::marked(expert, it, group, &tie));
        let later = TieFoundLater { expert_id: it.expert_id, tie, found_at: doing.now };
        doing.append(it.project_id, &later.event(it.visit_id))?;
        found.push((it.visit_id, later));
    }
    group::mark(doing.db, &found)?;
    Ok(doing.notify(&messages)?)
}
