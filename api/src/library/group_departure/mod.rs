//! Experts leave groups that have not begun, because of their standing or a tie; and ties that were found
//! after a visit had begun are marked there (A12.2, A20.1).

mod lock;
mod notifications;

use std::collections::BTreeMap;

use anze_domain::{
    base::id::ProjectId,
    library::{
        expert::Expert,
        tie::{Sides, Tie},
    },
    service::visit::{GroupDeparture, TieFoundLater, Visit},
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

use crate::app::context::SystemWriteContext;

pub use lock::{
    Groups, of_companies as lock_groups_of_companies, of_expert as lock_groups_of_expert,
    of_project as lock_groups_of_project, of_tied as lock_groups_of_tied,
};

/// The expert leaves those of their groups for which there is a reason: each visit is to be arranged anew,
/// and everyone concerned is told.
pub fn leave(
    context: &mut SystemWriteContext<'_, '_>,
    expert: &Expert,
    groups: &Groups,
    why: impl Fn(&Expert, &Visit) -> Option<GroupDeparture>,
) -> Result<(), ChangeError> {
    let visits = visit::find_all(context.db, &groups.awaiting)?;
    leave_visits(context, std::slice::from_ref(expert), visits, why)
}

fn leave_visits(
    context: &mut SystemWriteContext<'_, '_>,
    experts: &[Expert],
    visits: Vec<Visit>,
    why: impl Fn(&Expert, &Visit) -> Option<GroupDeparture>,
) -> Result<(), ChangeError> {
    let mut messages = Vec::new();
    for mut visit in visits.into_iter().filter(Visit::awaits_its_group) {
        let group: Vec<Uuid> = visit.members.iter().map(|member| member.expert_id).collect();
        for expert in experts.iter().filter(|expert| group.contains(&expert.id.uuid())) {
            let Some(why) = why(expert, &visit) else { continue };
            let (next, event) = visit.apply_departure(expert.id.uuid(), &why)?;
            visit = visit::save(context.db, next, context.now)?;
            context.append(visit.project_id, &event)?;
            messages.extend(notifications::left(expert, &visit, group.iter().copied(), &why));
        }
    }
    Ok(context.notify(&messages)?)
}

/// A12.2: holds these groups against the ties of their experts as they are known now. A tied expert leaves a
/// group that has not begun; where it has, the tie is marked, and what was served stays.
pub fn recuse(context: &mut SystemWriteContext<'_, '_>, groups: &Groups) -> Result<(), ChangeError> {
    let experts = expert::find_all(context.db, &groups.experts)?;
    let visits = visit::find_all(context.db, &groups.awaiting)?;
    let projects = visits.iter().map(|visit| visit.project_id);
    let projects: Vec<_> = projects.chain(groups.begun.iter().map(|it| it.project_id)).collect();
    let sides = sides::load(context.db, projects)?;
    leave_visits(context, &experts, visits, |expert, visit| {
        let ties = sides.get(&visit.project_id)?.ties(expert, &visit.days_of_ties());
        ties.into_iter().next().map(GroupDeparture::Tied)
    })?;
    mark(context, &experts, &groups.begun, &sides)
}

fn mark(
    context: &mut SystemWriteContext<'_, '_>,
    experts: &[Expert],
    begun: &[Begun],
    sides: &BTreeMap<ProjectId, Sides>,
) -> Result<(), ChangeError> {
    let by_id: BTreeMap<Uuid, &Expert> = experts.iter().map(|expert| (expert.id.uuid(), expert)).collect();
    let tied = |it: &Begun| -> Option<Vec<Tie>> {
        Some(sides.get(&it.project_id)?.ties(by_id.get(&it.expert_id)?, &[it.served]))
    };
    let tied: Vec<(&Begun, Tie)> =
        begun.iter().flat_map(|it| tied(it).into_iter().flatten().map(move |tie| (it, tie))).collect();
    let mut ids: Vec<Uuid> = tied.iter().map(|(it, _)| it.visit_id.uuid()).collect();
    ids.dedup();
    let (marked, members) = (group::marks_of(context.db, &ids)?, group::members(context.db, &ids)?);
    let (mut found, mut messages) = (Vec::new(), Vec::new());
    for (it, tie) in tied {
        let mut marks = marked.get(&it.visit_id.uuid()).into_iter().flatten();
        if marks.any(|mark| mark.expert_id == it.expert_id && mark.tie.is_same_tie(&tie)) {
            continue;
        }
        let Some(expert) = by_id.get(&it.expert_id) else { continue };
        let group = members.get(&it.visit_id.uuid()).into_iter().flatten().copied();
        messages.extend(notifications::marked(expert, it, group, &tie));
        let later = TieFoundLater { expert_id: it.expert_id, tie, found_at: context.now };
        context.append(it.project_id, &later.event(it.visit_id))?;
        found.push((it.visit_id, later));
    }
    group::mark(context.db, &found)?;
    Ok(context.notify(&messages)?)
}
