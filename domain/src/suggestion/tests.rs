use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::{
    fixtures::slot,
    group::check_group,
    unavailability::{PartOfDay, Recurrence, Weekday},
};

const SITE: Place = Place { longitude: 118_100_000, latitude: 24_500_000 };

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
    kept: Vec<Uuid>,
}

/// Thursday, from nine to five in Xiamen.
fn wanted_slot() -> Slot {
    slot("2026-03-05T01:00:00Z", "2026-03-05T09:00:00Z")
}

impl Library {
    fn ask(&self, size: usize) -> (Vec<Suggestion>, LeftOut) {
        let wanted = Wanted {
            slot: wanted_slot(),
            size,
            kept: &self.kept,
            diary: Diary { visit_id: id(5_000), site: SITE, bookings: &self.bookings },
            absences: &self.absences,
            work: &self.work,
        };
        let (all, out) = available(&wanted, self.profiles.clone());
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
    check_group(suggestion.leader_id, &candidates, None).unwrap();
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
    let at = |latitude| Some(Place { latitude, ..SITE });
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
    assert_eq!(out, LeftOut { unavailable: 1, booked: 1, tied: 0 });
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
fn a_shortlist_is_as_good_as_the_library_unless_too_many_of_it_are_tied() {
    let profiles: Vec<_> = (0..300).map(|n| profile(n, n % 2 == 0, &[Specialty::ALL[n % 3]])).collect();
    let library = Library { profiles, ..Library::default() };
    let wanted = Wanted {
        slot: wanted_slot(),
        size: 3,
        kept: &[],
        diary: Diary { visit_id: id(5_000), site: SITE, bookings: &[] },
        absences: &library.absences,
        work: &library.work,
    };
    let (all, _) = available(&wanted, library.profiles.clone());
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
            profile.base = (north > 1_000).then_some(Place { latitude: SITE.latitude + north, ..SITE });
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
                    let site = Place { latitude: SITE.latitude + north, ..SITE };
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

    /// Where there is a group of three at all, one is found, and the best one is not beaten by any other.
    #[test]
    fn the_first_is_the_best_of_all(library in any_library()) {
        let wanted = Wanted {
            slot: wanted_slot(),
            size: 3,
            kept: &[],
            diary: Diary { visit_id: id(5_000), site: SITE, bookings: &library.bookings },
            absences: &library.absences,
            work: &library.work,
        };
        let (all, _) = available(&wanted, library.profiles.clone());
        let mut least: Option<i64> = None;
        for (a, one) in all.iter().enumerate() {
            for (b, two) in all.iter().enumerate().skip(a + 1) {
                for three in all.iter().skip(b + 1) {
                    let group = [one, two, three];
                    let covers = group.iter().fold(0, |mask, it| mask | it.mask) == ALL;
                    if covers && group.iter().any(|it| it.leads) {
                        let sum = group.iter().map(|it| it.burden).sum();
                        least = Some(least.map_or(sum, |least: i64| least.min(sum)));
                    }
                }
            }
        }
        let found = suggest(all, 3).first().map(|best| best.members.iter().map(|it| it.burden).sum::<i64>());
        prop_assert_eq!(found, least);
    }
}
