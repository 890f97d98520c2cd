//! Groups that fit a visit (专家组建议): at most five, each a whole group that satisfies A9, A10 and A12.2, and why it
//! is good: specialties, work evenly given, nearness, availability.
//!
//! The best group is the one with the lowest burden: so many minutes for each visit that its experts were given in the
//! past twelve months or are asked for now, and the minutes of their ways to the site; who is asked for the same time
//! elsewhere bears a good deal more. Each further group bears a little more for experts who are in one already, so that
//! the five differ. All of it is whole numbers, and of equals the one with the lower ids
//! comes first: the same records give the same groups.

mod search;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    Vocabulary,
    base::regulation::GROUP_MINIMUM,
    calendar::{
        slot::Slot,
        travel::{GridPoint, travel_minutes},
    },
    library::{
        group::Candidate,
        qualification::{Pool, Specialty},
        unavailability::Span,
    },
    service::{
        booking::{Booking, Diary},
        visit::Declined,
    },
    vocabulary,
};

use search::best;

/// How many groups are suggested at the most.
pub const MAX_SUGGESTIONS: usize = 5;
/// What one visit given in the past twelve months weighs, or one that is asked for now, in minutes of travel.
const VISIT_BURDEN: i64 = 30;
/// What it weighs to be asked for the same time elsewhere: one of the two will be without them.
const ASKED_ELSEWHERE_BURDEN: i64 = 240;
/// What it weighs that nobody knows where an expert comes from.
const UNKNOWN_WAY: i64 = 60;
/// What it weighs to be in a group that is suggested already.
const SUGGESTED_BURDEN: i64 = 20;
/// Who is of the group already stays there if it can be.
const KEPT: i64 = -1_000_000;
/// Of experts with the same pool and specialties so many are tried where the specialties are divided.
const TRIED: usize = MAX_SUGGESTIONS + 1;

vocabulary! {
    /// Places from which an expert travels to a visit.
    pub enum TravelOrigin {
        PreviousVisit = "previous_visit" / "当日上一次服务" / "The visit before, on the same day",
        Base = "base" / "常驻地点" / "Where the expert is based",
    }
}

vocabulary! {
    /// Reasons why an expert is left out of the suggestion of groups.
    pub enum WhyLeftOut as "LeftOutReason" {
        Unavailable = "unavailable" / "不可服务" / "Not available at that time",
        Declined = "declined" / "已答复不能参加该时段" / "Declined that time for this visit",
        Booked = "booked" / "已约定其他服务" / "Booked for another service, or too far from it",
        Tied = "tied" / "须回避" / "Tied to a party of the project",
        NotActive = "not_active" / "不在库内" / "Not active in the library, or in no pool on that day",
    }
}

/// The request for suggestions.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Time for which a group is wanted.
    pub slot: Slot,
    /// Number of experts in the group.
    pub size: usize,
    /// Who is of the group already.
    pub kept: &'a [Uuid],
    /// What experts are booked for around the slot, seen from the visit.
    pub diary: Diary<'a>,
    /// When experts cannot be asked for.
    pub absences: &'a BTreeMap<Uuid, Vec<Span>>,
    /// Who declined which times for this visit.
    pub declined: &'a [Declined],
    /// The open proposals of all visits.
    pub open_proposals: &'a [OpenProposal],
    /// To how many visits of the twelve months before the slot each was given.
    pub work: &'a BTreeMap<Uuid, u32>,
}

/// A proposal of experts and slots that is not settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenProposal {
    /// The visit.
    pub visit_id: Uuid,
    /// Experts to whom it was proposed.
    pub experts: Vec<Uuid>,
    /// Proposed slots.
    pub slots: Vec<Slot>,
    /// Site of the visit.
    pub site: GridPoint,
}

/// An active expert, as far as it takes to say whether they can come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The expert.
    pub expert_id: Uuid,
    /// Pools of the library in which the expert is.
    pub pools: Vec<Pool>,
    /// Specialties of the expert.
    pub specialties: Vec<Specialty>,
    /// Where they are based, where that is known.
    pub base: Option<GridPoint>,
}

/// How many were not considered, and why; those of the group so far by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// On leave, or on a day of the week that they keep free.
    pub unavailable: usize,
    /// OpenProposal for that time for this visit before, and declined.
    pub declined: usize,
    /// Booked for another visit, or too far from it.
    pub booked: usize,
    /// Tied to a party (A12.2).
    pub tied: usize,
    /// Who is of the group already and cannot come.
    pub of_group: Vec<(Uuid, WhyLeftOut)>,
}

impl LeftOut {
    fn add(&mut self, expert: Uuid, why: WhyLeftOut, kept: &[Uuid]) {
        match why {
            WhyLeftOut::Unavailable => self.unavailable += 1,
            WhyLeftOut::Declined => self.declined += 1,
            WhyLeftOut::Booked => self.booked += 1,
            WhyLeftOut::Tied => self.tied += 1,
            WhyLeftOut::NotActive => {}
        }
        if kept.contains(&expert) {
            self.of_group.push((expert, why));
        }
    }
}

/// An expert who can come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Available {
    /// The expert.
    pub expert_id: Uuid,
    /// What they can cover.
    pub specialties: Vec<Specialty>,
    /// Visits of the past twelve months, and those for which they are asked.
    pub visits: u32,
    /// From where they come.
    pub origin: Option<TravelOrigin>,
    /// How far it is along the straight line, in metres.
    pub metres: Option<i64>,
    /// How long it takes.
    pub minutes: Option<i64>,
    /// When their visit before this one ends, on the same day.
    pub busy_until: Option<DateTime<Utc>>,
    /// When their visit after this one begins, on the same day.
    pub busy_from: Option<DateTime<Utc>>,
    /// Whether they are asked for the same time elsewhere, or for one too close to it.
    pub asked_elsewhere: bool,
    leads: bool,
    mask: u8,
    burden: i64,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Leader of the group.
    pub leader_id: Uuid,
    /// The group, the leader first.
    pub members: Vec<Available>,
}

/// Those of the active experts who can come, the least burdened first.
#[must_use]
pub fn available(wanted: &Wanted<'_>, profiles: Vec<Profile>) -> (Vec<Available>, LeftOut) {
    let mut out = LeftOut::default();
    let mut diary: BTreeMap<Uuid, Vec<&Booking>> = BTreeMap::new();
    for booking in wanted.diary.bookings.iter().filter(|it| it.visit_id != wanted.diary.visit_id) {
        diary.entry(booking.expert_id).or_default().push(booking);
    }
    let clash = |booking: &Booking| wanted.diary.check_against(booking, wanted.slot).is_err();
    let asked = wanted.asked_of_each(clash);
    let active: BTreeSet<Uuid> = profiles.iter().map(|it| it.expert_id).collect();
    for gone in wanted.kept.iter().filter(|kept| !active.contains(kept)) {
        out.add(*gone, WhyLeftOut::NotActive, wanted.kept);
    }
    let mut all = Vec::with_capacity(profiles.len());
    for profile in profiles {
        let id = profile.expert_id;
        let mask = mask(&profile.specialties);
        if mask == 0 || profile.pools.is_empty() {
            out.add(id, WhyLeftOut::NotActive, wanted.kept);
            continue;
        }
        let absent = wanted.absences.get(&id);
        if absent.is_some_and(|spans| spans.iter().any(|span| span.meets(wanted.slot))) {
            out.add(id, WhyLeftOut::Unavailable, wanted.kept);
            continue;
        }
        if wanted.declined.iter().any(|it| it.expert_id == id && it.slot.overlaps(wanted.slot)) {
            out.add(id, WhyLeftOut::Declined, wanted.kept);
            continue;
        }
        let bookings = diary.get(&id).map(Vec::as_slice).unwrap_or_default();
        if bookings.iter().any(|booking| clash(booking)) {
            out.add(id, WhyLeftOut::Booked, wanted.kept);
            continue;
        }
        let asked = asked.get(&id).copied().unwrap_or_default();
        all.push(Available::new(wanted, profile, mask, bookings, asked));
    }
    all.sort_by_key(|it| (it.burden, it.expert_id));
    (all, out)
}

/// What an expert is asked for by other visits.
#[derive(Debug, Clone, Copy, Default)]
struct AskedElsewhere {
    /// Visits before the end of the slot.
    visits: u32,
    /// Whether one of them may be at the same time, or too close to it.
    clashes: bool,
}

impl Wanted<'_> {
    fn asked_of_each(&self, clash: impl Fn(&Booking) -> bool) -> BTreeMap<Uuid, AskedElsewhere> {
        let mut found: BTreeMap<Uuid, AskedElsewhere> = BTreeMap::new();
        for proposal in self.open_proposals.iter().filter(|it| it.visit_id != self.diary.visit_id) {
            let counts = proposal.slots.iter().any(|slot| slot.start < self.slot.end);
            for expert_id in proposal.experts.iter().copied() {
                let (visit_id, site) = (proposal.visit_id, proposal.site);
                let meets = |slot: &Slot| clash(&Booking { expert_id, visit_id, slot: *slot, site });
                let its = found.entry(expert_id).or_default();
                its.visits = its.visits.saturating_add(u32::from(counts));
                its.clashes |= proposal.slots.iter().any(meets);
            }
        }
        found
    }
}

/// Of those who can come, the ones whose ties have to be looked at: as many of each kind as five groups can need, with
/// some to spare.
#[must_use]
pub fn shortlist(all: &[Available], size: usize) -> Vec<Uuid> {
    let mut taken: BTreeMap<(bool, u8), usize> = BTreeMap::new();
    let short = all.iter().filter(|it| {
        let count = taken.entry(it.kind()).or_default();
        *count += 1;
        *count <= needed(size) + TRIED
    });
    short.map(|it| it.expert_id).collect()
}

/// Whether this shortlist, of which these are free of ties, is as good as the whole library.
#[must_use]
pub fn is_enough(all: &[Available], short: &[Uuid], free: &BTreeSet<Uuid>, size: usize) -> bool {
    let short: BTreeSet<_> = short.iter().collect();
    let mut kinds: BTreeMap<(bool, u8), (usize, bool)> = BTreeMap::new();
    for it in all {
        let (count, cut) = kinds.entry(it.kind()).or_default();
        *count += usize::from(free.contains(&it.expert_id));
        *cut |= !short.contains(&it.expert_id);
    }
    kinds.values().all(|(count, cut)| !cut || *count >= needed(size))
}

/// How many of a kind five groups can need.
const fn needed(size: usize) -> usize {
    size.saturating_mul(MAX_SUGGESTIONS).saturating_add(TRIED)
}

/// Those who are free of ties, as the record and their declarations show (A12.2), and still active.
#[must_use]
pub fn untied(candidates: &[Candidate], kept: &[Uuid], out: &mut LeftOut) -> BTreeSet<Uuid> {
    for tied in candidates.iter().filter(|it| !it.ties.is_empty()) {
        out.add(tied.expert_id, WhyLeftOut::Tied, kept);
    }
    candidates.iter().filter(|it| it.ties.is_empty() && it.active).map(|it| it.expert_id).collect()
}

/// The groups of this size, of the fewest experts of A10.1 on the day at least: the best first; none where the library has no
/// group for it.
#[must_use]
pub fn suggest(mut experts: Vec<Available>, size: usize, on: NaiveDate) -> Vec<Suggestion> {
    let size = size.max(GROUP_MINIMUM.on(on));
    let mut found: Vec<BTreeSet<Uuid>> = Vec::new();
    let mut suggestions = Vec::new();
    let mut most_kept = None;
    while suggestions.len() < MAX_SUGGESTIONS {
        experts.sort_by_key(|it| (it.burden, it.expert_id));
        let Some(group) = best(&experts, size, &found) else { break };
        let members: Vec<Available> = group.iter().filter_map(|index| experts.get(*index)).cloned().collect();
        let ids: BTreeSet<Uuid> = members.iter().map(|it| it.expert_id).collect();
        // Who is of the group already costs so little that they are kept for as long as there is a way to.
        let kept = members.iter().filter(|it| it.burden < KEPT / 2).count();
        if kept < *most_kept.get_or_insert(kept) {
            break;
        }
        for expert in experts.iter_mut().filter(|it| ids.contains(&it.expert_id)) {
            expert.burden += SUGGESTED_BURDEN;
        }
        let Some(leader_id) = members.first().map(|it| it.expert_id) else { break };
        suggestions.push(Suggestion { leader_id, members });
        found.push(ids);
    }
    suggestions
}

/// All specialties that a group combines (A10.2).
const ALL: u8 = 0b111;

fn mask(specialties: &[Specialty]) -> u8 {
    let bit = |specialty: &Specialty| match specialty {
        Specialty::Civil => 0b001,
        Specialty::Mechanical => 0b010,
        Specialty::Electrical => 0b100,
    };
    specialties.iter().fold(0, |mask, specialty| mask | bit(specialty))
}

impl Available {
    fn new(
        wanted: &Wanted<'_>,
        profile: Profile,
        mask: u8,
        bookings: &[&Booking],
        asked: AskedElsewhere,
    ) -> Self {
        let day = wanted.slot.days();
        let same_day = || {
            bookings.iter().filter(|it| it.slot.days().start <= day.end && day.start <= it.slot.days().end)
        };
        let before = same_day().filter(|it| it.slot.end <= wanted.slot.start).max_by_key(|it| it.slot.end);
        let after = same_day().filter(|it| it.slot.start >= wanted.slot.end).map(|it| it.slot.start).min();
        let from = before
            .map(|it| (TravelOrigin::PreviousVisit, it.site))
            .or_else(|| profile.base.map(|base| (TravelOrigin::Base, base)));
        let metres = from.map(|(_, start)| start.metres_to(wanted.diary.site));
        let minutes = metres.map(travel_minutes);
        let given = wanted.work.get(&profile.expert_id).copied().unwrap_or(0);
        let visits = given.saturating_add(asked.visits);
        let kept = if wanted.kept.contains(&profile.expert_id) { KEPT } else { 0 };
        let asked_elsewhere = if asked.clashes { ASKED_ELSEWHERE_BURDEN } else { 0 };
        let mut specialties = profile.specialties;
        specialties.sort_unstable();
        specialties.dedup();
        Self {
            expert_id: profile.expert_id,
            specialties,
            visits,
            origin: from.map(|(origin, _)| origin),
            metres,
            minutes,
            busy_until: before.map(|it| it.slot.end),
            busy_from: after,
            asked_elsewhere: asked.clashes,
            leads: profile.pools.contains(&Pool::Leader),
            mask,
            burden: i64::from(visits) * VISIT_BURDEN
                + minutes.unwrap_or(UNKNOWN_WAY)
                + asked_elsewhere
                + kept,
        }
    }

    const fn kind(&self) -> (bool, u8) {
        (self.leads, self.mask)
    }
}

impl Suggestion {
    /// Who covers each specialty.
    #[must_use]
    pub fn coverage(&self) -> Vec<(Specialty, Vec<Uuid>)> {
        let covering = |specialty: &Specialty| {
            let members = self.members.iter().filter(|it| it.specialties.contains(specialty));
            (*specialty, members.map(|it| it.expert_id).collect())
        };
        Specialty::ALL.iter().map(covering).collect()
    }
}

#[cfg(test)]
mod tests;
