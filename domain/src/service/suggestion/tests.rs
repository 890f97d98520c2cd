use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::{
    Violation,
    fixtures::{day, slot},
    library::{
        group,
        unavailability::{PartOfDay, Recurrence, Weekday},
    },
};

const SITE: GridPoint = GridPoint { longitude: 118_100_000, latitude: 24_500_000 };

fn suggest(experts: Vec<Available>, size: usize) -> Vec<Suggestion> {
    super::suggest(experts, size, day("2026-03-02"))
}

fn check_group(
    leader: Uuid,
    members: &[Candidate],
    reason: Option<&str>,
    discloses_ties: bool,
) -> Result<(), Violation> {
    group::check_group(leader, members, reason, discloses_ties, day("2026-03-02"))
}

fn id(number: usize) -> Uuid {
    Uuid::from_u128(u128::try_from(number).unwrap())
}

fn profile(number: usize, leads: bool, specialties: &[Specialty]) -> Profile {
    let pools = if leads { vec![Pool::Leader, Pool::Member] } else { vec![Pool::Member] };
    Profile { expert_id: id(number), pools, specialties: specialties.to_vec(), base: None }
}

#[derive(Debug, Clone, Default)]
struct Library {
    profiles: Vec<Profile>,
    bookings: Vec<Booking>,
    absences: BTreeMap<Uuid, Vec<Span>>,
    work: BTreeMap<Uuid, u32>,
    declined: Vec<Declined>,
    open_proposals: Vec<OpenProposal>,
    kept: Vec<Uuid>,
}

/// Thursday, from nine to five in Xiamen.
fn wanted_slot() -> Slot {
    slot("2026-03-05T01:00:00Z", "2026-03-05T09:00:00Z")
}

impl Library {
    fn wanted(&self, size: usize) -> Wanted<'_> {
        Wanted {
            slot: wanted_slot(),
            size,
            kept: &self.kept,
            diary: Diary { visit_id: id(5_000), site: SITE, bookings: &self.bookings },
            absences: &self.absences,
            declined: &self.declined,
            open_proposals: &self.open_proposals,
            work: &self.work,
        }
    }

    fn ask(&self, size: usize) -> (Vec<Suggestion>, LeftOut) {
        let (all, out) = available(&self.wanted(size), self.profiles.clone());
        (suggest(all, size), out)
    }
}

fn three_each() -> Library {
    let profiles = (0..9).map(|n| profile(n, n < 3, &[Specialty::ALL[n % 3]])).collect();
    Library { profiles, ..Library::default() }
}

fn ids(suggestion: &Suggestion) -> Vec<usize> {
    let mut ids: Vec<_> =
        suggestion.members.iter().map(|it| usize::try_from(it.expert_id.as_u128()).unwrap()).collect();
    ids.sort_unstable();
    ids
}

fn check(library: &Library, suggestion: &Suggestion, size: usize) {
    let candidates: Vec<_> = suggestion
        .members
        .iter()
        .map(|it| {
            let profile = library.profiles.iter().find(|profile| profile.expert_id == it.expert_id).unwrap();
            Candidate {
                expert_id: it.expert_id,
                pools: profile.pools.clone(),
                active: true,
                specialties: it.specialties.clone(),
                ties: Vec::new(),
            }
        })
        .collect();
    assert_eq!(candidates.len(), size);
    check_group(suggestion.leader_id, &candidates, None, true).unwrap();
    assert!(suggestion.coverage().iter().all(|(_, who)| !who.is_empty()));
}

#[test]
fn of_equals_the_lower_ids_come_first_and_the_groups_differ() {
    let library = three_each();
    let (suggestions, out) = library.ask(3);
    assert_eq!(out, LeftOut::default());
    assert_eq!(suggestions.len(), 5);
    assert_eq!(ids(&suggestions[0]), [0, 1, 2]);
    // Who was suggested already comes after who was not.
    assert_eq!(ids(&suggestions[1])[1..], [4, 5]);
    let different: BTreeSet<_> = suggestions.iter().map(ids).collect();
    assert_eq!(different.len(), 5);
}

#[test]
fn as_many_as_there_are_where_there_are_fewer() {
    let mut library = three_each();
    library.profiles.truncate(3);
    assert_eq!(library.ask(3).0.len(), 1);
    assert!(library.ask(4).0.is_empty());
    library.profiles.retain(|profile| profile.expert_id != id(2));
    library.profiles.push(profile(3, false, &[Specialty::Civil]));
    assert!(library.ask(3).0.is_empty(), "nobody is electrical");
    library.profiles.iter_mut().for_each(|profile| profile.pools = vec![Pool::Member]);
    assert!(library.ask(3).0.is_empty(), "nobody leads");
}

#[test]
fn work_is_given_evenly_and_the_near_come_first() {
    let mut library = three_each();
    library.work.insert(id(0), 1);
    assert!(!ids(&library.ask(3).0[0]).contains(&0));
    library.work.clear();
    let at = |latitude| Some(GridPoint { latitude, ..SITE });
    for profile in &mut library.profiles {
        // Sixty minutes, as one from nowhere.
        profile.base = at(24_644_000);
    }
    library.profiles[8].base = at(24_505_000);
    let best = &library.ask(3).0[0];
    assert!(ids(best).contains(&8));
    let near = best.members.iter().find(|it| it.expert_id == id(8)).unwrap();
    assert_eq!((near.origin, near.metres, near.minutes), (Some(TravelOrigin::Base), Some(555), Some(17)));
}

#[test]
fn who_is_away_or_booked_is_left_out_and_who_comes_from_another_visit_says_so() {
    let mut library = three_each();
    let thursdays = Recurrence {
        weekday: Weekday::Thursday,
        part_of_day: PartOfDay::Morning,
        from_on: None,
        until_on: None,
    };
    library.absences.insert(id(0), vec![Span::Recurring(thursdays)]);
    let booked = |expert, slot| Booking { expert_id: id(expert), visit_id: id(6_000), slot, site: SITE };
    library.bookings.push(booked(1, slot("2026-03-05T08:59:59Z", "2026-03-05T10:00:00Z")));
    library.bookings.push(booked(3, slot("2026-03-04T23:00:00Z", "2026-03-05T01:00:00Z")));
    let (suggestions, out) = library.ask(3);
    assert_eq!(out, LeftOut { unavailable: 1, booked: 1, ..LeftOut::default() });
    let all: BTreeSet<_> =
        suggestions.iter().flat_map(|it| it.members.clone()).map(|it| it.expert_id).collect();
    assert!(!all.contains(&id(0)) && !all.contains(&id(1)));
    let from_there = suggestions.iter().flat_map(|it| &it.members).find(|it| it.expert_id == id(3)).unwrap();
    assert_eq!((from_there.origin, from_there.minutes), (Some(TravelOrigin::PreviousVisit), Some(0)));
    assert_eq!(from_there.busy_until, Some(wanted_slot().start));
}

#[test]
fn who_is_of_the_group_already_stays() {
    let mut library = three_each();
    library.kept = vec![id(8), id(4)];
    library.work = library.kept.iter().map(|kept| (*kept, 40)).collect();
    let (suggestions, _) = library.ask(3);
    assert_eq!(suggestions.len(), 1, "one civil leader there is, and the others are of the group");
    let (more, _) = library.ask(4);
    assert_eq!(more.len(), 5);
    for suggestion in suggestions.into_iter().chain(more) {
        assert!(ids(&suggestion).contains(&8) && ids(&suggestion).contains(&4), "{suggestion:?}");
    }
}

#[test]
fn who_is_of_the_group_and_cannot_come_is_named() {
    let mut library = three_each();
    library.kept = (2..=6).chain([20]).map(id).collect();
    let meeting = |expert: usize| Booking {
        expert_id: id(expert),
        visit_id: id(6_000),
        slot: wanted_slot(),
        site: SITE,
    };
    library.absences = [2, 7].map(|away| (id(away), vec![Span::Leave(wanted_slot())])).into();
    library.bookings = vec![meeting(3), meeting(8)];
    library.profiles[4].pools = Vec::new();
    let (all, mut out) = available(&library.wanted(3), library.profiles.clone());
    let candidate = |expert: usize, ties: Vec<crate::library::tie::Tie>| Candidate {
        expert_id: id(expert),
        pools: vec![Pool::Member],
        active: true,
        specialties: vec![Specialty::Civil],
        ties,
    };
    let tie = || crate::library::tie::Tie {
        kind: crate::library::tie::TieKind::Kinship,
        party: "甲公司".into(),
        through: None,
        until: None,
    };
    let tied = [candidate(0, vec![tie()]), candidate(1, vec![]), candidate(5, vec![tie()])];
    assert_eq!(untied(&tied, &library.kept, &mut out), [id(1)].into());
    assert!(all.iter().all(|it| ![2, 3, 4, 7, 8].map(id).contains(&it.expert_id)));
    assert_eq!((out.unavailable, out.booked, out.tied), (2, 2, 2));
    let named = [
        (20, WhyLeftOut::NotActive),
        (2, WhyLeftOut::Unavailable),
        (3, WhyLeftOut::Booked),
        (4, WhyLeftOut::NotActive),
        (5, WhyLeftOut::Tied),
    ];
    assert_eq!(out.of_group, named.map(|(expert, why)| (id(expert), why)));
}

#[test]
fn a12_1_who_declined_a_time_is_not_suggested_for_it_again() {
    let mut library = three_each();
    let at = wanted_slot();
    let touching = Slot { start: at.end, end: at.end + TimeDelta::hours(1) };
    let over = Slot { start: at.end - TimeDelta::microseconds(1), ..touching };
    library.declined =
        vec![Declined { expert_id: id(1), slot: over }, Declined { expert_id: id(2), slot: touching }];
    library.kept = vec![id(1)];
    let (all, out) = available(&library.wanted(3), library.profiles.clone());
    assert!(all.iter().all(|it| it.expert_id != id(1)));
    assert!(all.iter().any(|it| it.expert_id == id(2)));
    assert_eq!((out.declined, out.of_group), (1, vec![(id(1), WhyLeftOut::Declined)]));
}

#[test]
fn who_is_asked_for_the_same_time_elsewhere_comes_after_who_is_not() {
    let mut library = three_each();
    let proposal = |expert: usize, visit: usize, slot| OpenProposal {
        experts: vec![id(expert)],
        visit_id: id(visit),
        slots: vec![slot],
        site: SITE,
    };
    let later = slot("2026-03-05T09:00:00Z", "2026-03-05T10:00:00Z");
    // Of this visit itself, or for a later time, it is nothing against them.
    library.open_proposals =
        vec![proposal(0, 6_000, wanted_slot()), proposal(1, 5_000, wanted_slot()), proposal(2, 6_000, later)];
    let (suggestions, out) = library.ask(3);
    assert_eq!(out, LeftOut::default());
    assert_eq!(ids(&suggestions[0]), [1, 2, 3]);
    let all = suggestions.iter().flat_map(|it| &it.members);
    assert!(all.clone().all(|it| it.asked_elsewhere == (it.expert_id == id(0))));
    // Where there is nobody else, they are suggested, and it is said.
    library.profiles.truncate(3);
    let (only, _) = library.ask(3);
    assert!(only[0].members.iter().any(|it| it.expert_id == id(0) && it.asked_elsewhere));
}

#[test]
fn what_somebody_is_asked_for_counts_as_work() {
    let mut library = three_each();
    let earlier = slot("2026-03-04T01:00:00Z", "2026-03-04T09:00:00Z");
    library.open_proposals =
        vec![OpenProposal { visit_id: id(6_000), experts: vec![id(0)], slots: vec![earlier], site: SITE }];
    let (all, _) = available(&library.wanted(3), library.profiles.clone());
    let first = all.iter().find(|it| it.expert_id == id(0)).unwrap();
    assert_eq!((first.visits, first.asked_elsewhere), (1, false));
    assert_eq!(ids(&library.ask(3).0[0]), [1, 2, 3]);
}

/// Someone who can come, and bears so much.
fn bearing(number: usize, leads: bool, specialties: &[Specialty], burden: i64) -> Available {
    let library = Library { profiles: vec![profile(number, leads, specialties)], ..Library::default() };
    let (mut all, _) = available(&library.wanted(3), library.profiles.clone());
    Available { burden, ..all.remove(0) }
}

#[test]
fn the_whole_group_bears_the_least_and_not_only_those_who_cover_the_specialties() {
    use Specialty::{Civil, Electrical, Mechanical};
    let experts = vec![
        bearing(0, true, &[Civil], 0),
        bearing(1, false, &[Civil], 1),
        bearing(2, false, &[Mechanical], 10),
        bearing(3, false, &[Electrical], 10),
        bearing(4, false, &[Mechanical, Electrical], 18),
    ];
    let best = &suggest(experts, 4)[0];
    assert_eq!((ids(best), best.members.iter().map(|it| it.burden).sum::<i64>()), (vec![0, 1, 2, 3], 21));
}

#[test]
fn groups_that_differ_in_who_fills_them_up_are_all_found() {
    let mut library = three_each();
    // One for each specialty, and three more who fill the group up.
    library.profiles.truncate(3);
    library.profiles.extend((3..6).map(|number| profile(number, false, &[Specialty::Civil])));
    library.work = (3..6).map(|number| (id(number), u32::try_from(number * 10).unwrap())).collect();
    let (suggestions, _) = library.ask(4);
    let found: Vec<_> = suggestions.iter().map(ids).collect();
    assert_eq!(found[..3], [vec![0, 1, 2, 3], vec![0, 1, 2, 4], vec![0, 1, 2, 5]]);
}

#[test]
fn a_shortlist_is_as_good_as_the_library_unless_too_many_of_it_are_tied() {
    let profiles: Vec<_> = (0..300).map(|n| profile(n, n % 2 == 0, &[Specialty::ALL[n % 3]])).collect();
    let library = Library { profiles, ..Library::default() };
    let (all, _) = available(&library.wanted(3), library.profiles.clone());
    let short = shortlist(&all, 3);
    assert!(short.len() < all.len());
    let free: BTreeSet<_> = short.iter().copied().collect();
    assert!(is_enough(&all, &short, &free, 3));
    let listed: Vec<_> = all.iter().filter(|it| free.contains(&it.expert_id)).cloned().collect();
    assert_eq!(suggest(listed, 3), suggest(all.clone(), 3));
    let few: BTreeSet<_> = short.iter().copied().filter(|it| it.as_u128() % 2 == 1).collect();
    assert!(!is_enough(&all, &short, &few, 3));
}

fn any_library() -> impl Strategy<Value = Library> {
    let expert = (any::<bool>(), 1..8_u8, 0..4_u32, 0..300_000_i64, 0..5_u8);
    prop::collection::vec(expert, 0..40).prop_map(|experts| {
        let mut library = Library::default();
        for (number, (leads, held, work, north, fate)) in experts.into_iter().enumerate() {
            let specialties: Vec<_> = Specialty::ALL
                .iter()
                .enumerate()
                .filter(|(bit, _)| held & (1 << bit) != 0)
                .map(|(_, it)| *it)
                .collect();
            let mut profile = profile(number, leads, &specialties);
            profile.base = (north > 1_000).then_some(GridPoint { latitude: SITE.latitude + north, ..SITE });
            library.profiles.push(profile);
            library.work.insert(id(number), work);
            let start = wanted_slot().start;
            let hours = |from: i64, to: i64| Slot {
                start: start + TimeDelta::hours(from),
                end: start + TimeDelta::hours(to),
            };
            match fate {
                0 => drop(library.absences.insert(id(number), vec![Span::Leave(hours(-5, 1))])),
                1 => {
                    let site = GridPoint { latitude: SITE.latitude + north, ..SITE };
                    let slot = hours(-9 + i64::from(work), i64::from(work) - 2);
                    library.bookings.push(Booking { expert_id: id(number), visit_id: id(7_000), slot, site });
                }
                _ => {}
            }
        }
        library
    })
}

proptest! {
    /// Every suggestion is a group, all can come, no two are the same, and asked again the answer is the same in any order.
    #[test]
    fn every_suggestion_is_a_group_that_can_come(library in any_library(), size in 3..7_usize) {
        let (suggestions, out) = library.ask(size);
        prop_assert!(suggestions.len() <= MAX_SUGGESTIONS);
        for suggestion in &suggestions {
            check(&library, suggestion, size);
            for member in &suggestion.members {
                let diary = Diary { visit_id: id(5_000), site: SITE, bookings: &library.bookings };
                prop_assert!(diary.check(member.expert_id, wanted_slot()).is_ok());
                let spans = library.absences.get(&member.expert_id);
                prop_assert!(spans.is_none_or(|spans| spans.iter().all(|span| !span.meets(wanted_slot()))));
            }
        }
        let different: BTreeSet<_> = suggestions.iter().map(ids).collect();
        prop_assert_eq!(different.len(), suggestions.len());
        let mut turned = library.clone();
        turned.profiles.reverse();
        turned.bookings.reverse();
        prop_assert_eq!(turned.ask(size), (suggestions, out));
    }

    /// Where there is a group at all, one is found, and the best one is not beaten by any other.
    #[test]
    fn the_first_is_the_best_of_all(library in any_library(), size in 3..=5_usize) {
        let (mut all, _) = available(&library.wanted(size), library.profiles.clone());
        // As many as can be tried against each other.
        all.truncate(if size == 3 { 40 } else { 13 });
        let least = least_burden(&all, size, &mut Vec::new());
        let found = suggest(all, size).first().map(|best| best.members.iter().map(|it| it.burden).sum::<i64>());
        prop_assert_eq!(found, least);
    }
}

/// The least that a group of these bears, of all that there are, beside those who are in it already.
fn least_burden(rest: &[Available], size: usize, group: &mut Vec<Available>) -> Option<i64> {
    if group.len() == size {
        let covers = group.iter().fold(0, |mask, it| mask | it.mask) == ALL;
        let is_one = covers && group.iter().any(|it| it.leads);
        return is_one.then(|| group.iter().map(|it| it.burden).sum());
    }
    let mut least = None;
    for (index, next) in rest.iter().enumerate() {
        group.push(next.clone());
        let found = least_burden(&rest[index + 1..], size, group);
        group.pop();
        least = least.into_iter().chain(found).min();
    }
    least
}
