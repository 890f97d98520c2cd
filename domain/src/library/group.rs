//! Expert groups (专家组): how many, who leads, which specialties, and who must stay out (A10.1, A10.2, A12.2).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    Period, Violation, Vocabulary, Words,
    base::regulation::GROUP_MINIMUM,
    library::{
        expert::{Expert, ExpertStatus},
        qualification::{Pool, Specialty},
        tie::{Sides, Tie},
    },
};

crate::codes! {
    GROUP_TOO_SMALL = "group_too_small", Invalid, Some("A10.1"),
        "专家组人数不足" / "专家组不得少于 {minimum} 人，现为 {count} 人。",
        "Group too small" / "A group has at least {minimum} experts. This one has {count}.";
    GROUP_TOO_LARGE = "group_too_large", Invalid, Some("A10.1"),
        "专家组人数过多" / "专家组不得多于 {maximum} 人，现为 {count} 人。",
        "Group too large" / "A group has at most {maximum} experts. This one has {count}.";
    EXPERT_LISTED_TWICE = "expert_listed_twice", Invalid, Some("A10.1"),
        "专家重复" / "第 {member} 名成员已在专家组内。",
        "Expert listed twice" / "Member {member} is already in the group.";
    EXPERT_UNKNOWN = "expert_unknown", Invalid, Some("A8.1"),
        "专家不存在" / "专家库中没有第 {member} 名成员。",
        "Expert not found" / "Member {member} is not in the library.";
    SPECIALTY_NOT_HELD = "specialty_not_held", Invalid, Some("A10.2"),
        "专家无此专业" / "第 {member} 名成员不具有“{specialty}”专业。",
        "Specialty not held" / "Member {member} does not hold the specialty “{specialty}”.";
    EXPERT_NOT_ACTIVE = "expert_not_active", Conflict, Some("A8.1"),
        "专家不在库" / "第 {member} 名成员不在专家库内，或已被暂停。",
        "Expert not active" / "Member {member} is not in the library, or is suspended.";
    EXPERT_TIED = "expert_tied", Conflict, Some("A12.2"),
        "专家须回避" / "第 {member} 名成员与参建单位有利害关系{tie}，须回避。",
        "Expert must be recused" / "Member {member} has a tie to a party of the project{tie} and must not join the group.";
    LEADER_NOT_IN_GROUP = "leader_not_in_group", Invalid, Some("A10.1"),
        "组长不在专家组内" / "组长须为专家组成员。",
        "Leader not in the group" / "The leader must be a member of the group.";
    LEADER_NOT_IN_POOL = "leader_not_in_pool", Conflict, Some("A10.1"),
        "组长不在组长库" / "所指定的专家不在组长库，不能担任组长。",
        "Leader not in the leader pool" / "The named expert is not in the leader pool and cannot lead the group.";
    SPECIALTY_MISSING = "specialty_missing", Invalid, Some("A10.2"),
        "专业搭配不全" / "专家组缺少专业：{specialties}；请补齐或说明理由。",
        "Specialty missing" / "The group lacks these specialties: {specialties}. Add an expert or state the reason.";
}

/// The most experts of a group.
pub const MAX_MEMBERS: usize = 20;

/// An expert proposed for a group, as the library and the record show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The expert.
    pub expert_id: Uuid,
    /// Pools of the library that the expert is in.
    pub pools: Vec<Pool>,
    /// Whether the library entry is active.
    pub active: bool,
    /// The expert's specialties.
    pub specialties: Vec<Specialty>,
    /// Ties to the project's parties that bind.
    pub ties: Vec<Tie>,
}

impl Candidate {
    /// Whether they can be in a group, and lead it where they are to: active, in a pool that allows it (A10.1), and tied to
    /// no party (A12.2).
    #[must_use]
    pub fn can_serve(&self, leads: bool) -> bool {
        let pool = if leads { self.pools.contains(&Pool::Leader) } else { !self.pools.is_empty() };
        self.active && pool && self.ties.is_empty()
    }
}

impl Expert {
    /// The expert as a candidate for a group on a project with these sides, for times in these periods (A12.2): in the
    /// pools that a registration carries to the last of their days (A9.1, A9.2).
    #[must_use]
    pub fn candidate(&self, sides: &Sides, periods: &[Period]) -> Candidate {
        let last = periods.iter().map(|period| period.end).max();
        Candidate {
            expert_id: self.id.uuid(),
            pools: last.map_or_else(|| self.pools.clone(), |day| self.pools_on(day)),
            active: self.status == ExpertStatus::Active,
            specialties: self.qualification.specialties.clone(),
            ties: sides.ties(self, periods),
        }
    }
}

/// Whether these experts can be a group under this leader, who is one of them (A10.1, A10.2, A12.2). Which tie an expert
/// has is told where it may be (A11.3). How many there must be is the number of the day on which they are proposed.
///
/// # Errors
/// All that is wrong, at `/members`, `/members/{i}`, `/leader_id` and `/missing_specialty_reason`.
pub fn check_group(
    leader: Uuid,
    members: &[Candidate],
    missing_specialty_reason: Option<&str>,
    discloses_ties: bool,
    on: NaiveDate,
) -> Result<(), Violation> {
    let count = members.len();
    if count > MAX_MEMBERS {
        let large = Violation::new(GROUP_TOO_LARGE).with("maximum", MAX_MEMBERS).with("count", count);
        return Err(large.at("/members"));
    }
    let mut violations = Vec::new();
    let minimum = GROUP_MINIMUM.on(on);
    if count < minimum {
        let small = Violation::new(GROUP_TOO_SMALL).with("minimum", minimum).with("count", count);
        violations.push(small.at("/members"));
    }
    let mut seen = BTreeSet::new();
    for (i, member) in members.iter().enumerate() {
        if seen.insert(member.expert_id) {
            check_member(i, member, discloses_ties, &mut violations);
        } else {
            let twice = Violation::new(EXPERT_LISTED_TWICE).with("member", i + 1);
            violations.push(twice.at(format!("/members/{i}")));
        }
    }
    match members.iter().find(|member| member.expert_id == leader) {
        None => violations.push(Violation::new(LEADER_NOT_IN_GROUP).at("/leader_id")),
        Some(member) if !member.pools.contains(&Pool::Leader) => {
            violations.push(Violation::new(LEADER_NOT_IN_POOL).at("/leader_id"));
        }
        Some(_) => {}
    }
    let missing = missing_specialties(members);
    if !missing.is_empty() && missing_specialty_reason.is_none_or(|reason| reason.trim().is_empty()) {
        let missing = Violation::new(SPECIALTY_MISSING).with("specialties", Words::list(missing));
        violations.push(missing.at("/missing_specialty_reason"));
    }
    Violation::all(violations)
}

/// The specialties that nobody of these experts has (A10.2).
#[must_use]
pub fn missing_specialties(members: &[Candidate]) -> Vec<Specialty> {
    let covered = |specialty| members.iter().any(|member| member.specialties.contains(specialty));
    Specialty::ALL.iter().filter(|specialty| !covered(specialty)).copied().collect()
}

fn check_member(i: usize, member: &Candidate, discloses_ties: bool, violations: &mut Vec<Violation>) {
    if !member.active || member.pools.is_empty() {
        let inactive = Violation::new(EXPERT_NOT_ACTIVE).with("member", i + 1);
        violations.push(inactive.at(format!("/members/{i}")));
    }
    // Who is not told which ties there are is not told how many.
    for tie in member.ties.iter().take(if discloses_ties { usize::MAX } else { 1 }) {
        let which = if discloses_ties {
            let (party, kind) = (tie.party_label(), tie.kind);
            Words::new(format!("（{party}：{}）", kind.zh()), format!(" ({party}: {})", kind.en()))
        } else {
            Words::verbatim("")
        };
        let tied = Violation::new(EXPERT_TIED).with("member", i + 1);
        violations.push(tied.with("tie", which).at(format!("/members/{i}")));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::library::tie::TieKind;

    fn expert(number: usize) -> Candidate {
        Candidate {
            expert_id: id(number),
            pools: if number == 0 { vec![Pool::Leader, Pool::Member] } else { vec![Pool::Member] },
            active: true,
            specialties: vec![Specialty::ALL[number % 3]],
            ties: vec![],
        }
    }

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(u128::try_from(number).unwrap())
    }

    fn check_group(
        leader: Uuid,
        members: &[Candidate],
        reason: Option<&str>,
        discloses_ties: bool,
    ) -> Result<(), Violation> {
        super::check_group(leader, members, reason, discloses_ties, crate::fixtures::day("2026-03-02"))
    }

    fn group(count: usize) -> Vec<Candidate> {
        (0..count).map(expert).collect()
    }

    fn fields(leader: usize, members: &[Candidate], reason: Option<&str>) -> Vec<(String, &'static str)> {
        let Err(violation) = check_group(id(leader), members, reason, true) else { return vec![] };
        violation.fields.iter().map(|field| (field.pointer.to_string(), field.code.name)).collect()
    }

    fn one(pointer: &str, code: &'static str) -> Vec<(String, &'static str)> {
        vec![(pointer.to_owned(), code)]
    }

    #[test]
    fn a10_1_three_to_twenty_experts() {
        assert_eq!(fields(0, &group(2), Some("无")), one("/members", "group_too_small"));
        assert_eq!(fields(0, &group(3), None), []);
        assert_eq!(fields(0, &group(MAX_MEMBERS), None), []);
        assert_eq!(fields(0, &group(MAX_MEMBERS + 1), None), one("/members", "group_too_large"));
    }

    #[test]
    fn a10_1_the_leader_is_one_of_them_and_from_the_leader_pool() {
        assert_eq!(fields(7, &group(3), None), one("/leader_id", "leader_not_in_group"));
        assert_eq!(fields(1, &group(3), None), one("/leader_id", "leader_not_in_pool"));
    }

    #[test]
    fn a10_1_nobody_is_in_a_group_twice() {
        let mut members = group(3);
        members.push(expert(1));
        assert_eq!(fields(0, &members, None), one("/members/3", "expert_listed_twice"));
    }

    #[test]
    fn a10_2_all_three_specialties_or_the_reason() {
        let mut members = group(3);
        members[2].specialties = vec![Specialty::Civil];
        assert_eq!(fields(0, &members, None), one("/missing_specialty_reason", "specialty_missing"));
        assert_eq!(
            fields(0, &members, Some(" \u{3000}")),
            one("/missing_specialty_reason", "specialty_missing")
        );
        assert_eq!(fields(0, &members, Some("本次不涉及电气")), []);
        members[0].specialties = vec![Specialty::Civil, Specialty::Electrical];
        assert_eq!(fields(0, &members, None), []);
    }

    #[test]
    fn a12_2_a_tie_keeps_an_expert_out_and_is_named() {
        let mut members = group(3);
        members[1].ties =
            vec![Tie {
                kind: TieKind::FormerEmployer, party: "甲公司".into(), through: None, until: None
            }];
        for (discloses_ties, tie) in [(true, "（甲公司：曾任职单位）"), (false, "")] {
            let violation = check_group(id(0), &members, None, discloses_ties).unwrap_err();
            assert_eq!((violation.code, violation.fields[0].pointer.as_ref()), (EXPERT_TIED, "/members/1"));
            let params: Vec<_> =
                violation.params.iter().map(|(name, value)| (*name, value.zh.as_str())).collect();
            assert_eq!(params, [("member", "2"), ("tie", tie)]);
        }
    }

    #[test]
    fn who_is_left_by_the_pool_or_tied_can_serve_no_more() {
        let leader = expert(0);
        assert!(leader.can_serve(true) && leader.can_serve(false));
        let member = expert(1);
        assert!(member.can_serve(false) && !member.can_serve(true));
        assert!(!Candidate { pools: vec![], ..expert(1) }.can_serve(false));
        assert!(!Candidate { active: false, ..expert(0) }.can_serve(true));
        let tie = Tie { kind: TieKind::Kinship, party: "甲公司".into(), through: None, until: None };
        assert!(!Candidate { ties: vec![tie], ..expert(0) }.can_serve(true));
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let mut members = group(3);
        members[1].active = false;
        members[2].pools = vec![];
        let expected = [
            ("/members/1".to_owned(), "expert_not_active"),
            ("/members/2".to_owned(), "expert_not_active"),
            ("/leader_id".to_owned(), "leader_not_in_pool"),
        ];
        assert_eq!(fields(1, &members, None), expected);
    }

    proptest! {
        #[test]
        fn the_order_of_members_does_not_matter(members in Just(group(6)).prop_shuffle(), count in 1..=6_usize, leader in 0..6_usize) {
            let mut members = members[..count].to_vec();
            let accepted = check_group(id(leader), &members, None, true).is_ok();
            prop_assert_eq!(accepted, count >= 3 && leader == 0 && members.contains(&expert(0)) && missing_specialties(&members).is_empty());
            members.reverse();
            prop_assert_eq!(check_group(id(leader), &members, None, true).is_ok(), accepted);
        }
    }
}
