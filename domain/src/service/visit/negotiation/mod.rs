//! How group and time of a visit are agreed (A12.1): slots are proposed, each side answers to them, and who declines
//! opens their place again.

mod answer;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use uuid::Uuid;

use super::{Member, Visit, VisitStatus};
use crate::{
    Event, EventName, FactName, Violation,
    access::{
        Caller, Operation,
        state_machine::{Record, step},
    },
    calendar::{slot::Slot, working_calendar::is_late},
    library::qualification::Specialty,
    service::{booking::Diary, visit::GROUP_TOO_SMALL_FOR_PLAN},
    vocabulary,
};

use answer::Outcome;

/// The most slots of a proposal.
pub const MAX_SLOTS: usize = 5;

crate::codes! {
    SLOT_COUNT_WRONG = "slot_count_wrong", Invalid, Some("A12.1"),
        "时段数量不符" / "一次须提出 1 至 {maximum} 个时段，现为 {count} 个。",
        "Wrong number of slots" / "Give 1 to {maximum} slots. There are {count}.";
    SLOT_LISTED_TWICE = "slot_listed_twice", Invalid, Some("A12.1"),
        "时段重复" / "该时段已列出。",
        "Slot listed twice" / "This slot is already listed.";
    SLOT_UNKNOWN = "slot_unknown", Invalid, Some("A12.1"),
        "没有该时段" / "本次所提时间中没有第 {number} 个时段。",
        "Slot not found" / "The proposal has no slot number {number}.";
    ANSWER_BY_IMPOSSIBLE = "answer_by_impossible", Invalid, Some("A12.1"),
        "答复期限不合理" / "答复期限须晚于当前时间，且不得晚于最早时段的开始时间。",
        "Deadline for answers not possible" / "The deadline for answers must lie in the future and must not be after the start of the first slot.";
}

/// A group with slots, as the provider proposes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The slots, one to five.
    pub slots: Vec<Slot>,
    /// Until when answers are due; none for as long as usual.
    pub answer_by: Option<DateTime<Utc>>,
    /// Leader of the group.
    pub leader_id: Uuid,
    /// The group, the leader included.
    pub members: Vec<Member>,
    /// Why a specialty is missing, where one is (A10.2).
    pub missing_specialty_reason: Option<String>,
}

/// How long answers may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerDeadlines {
    /// From the proposal to the time by which answers are due, where the proposal does not say.
    pub answer: TimeDelta,
    /// How long before that those who have not answered are reminded.
    pub reminder: TimeDelta,
}

vocabulary! {
    /// Parts of a visit that must be agreed again.
    pub enum ReopenedPart {
        Times = "times" / "服务时间" / "Times",
        Place = "place" / "专家名额" / "A place in the group",
    }
}

/// Who agrees to a time or declines it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The contractor's project leader.
    Contractor,
    /// An expert of the group.
    Expert(Uuid),
}

/// Where the negotiation stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Negotiation {
    /// The proposed slots.
    pub slots: Vec<Slot>,
    /// The numbers of those that the contractor agreed to, from one.
    pub contractor_slots: Vec<usize>,
    /// Places of the group that are open again.
    pub open_places: Vec<OpenPlace>,
    /// Whose words the reason of the visit's state are, where it waits because they declined.
    pub declined_by: Option<Side>,
    /// Who of the library declined which times that lie ahead.
    pub declined: Vec<Declined>,
    /// Until when answers are due.
    pub answer_by: Option<DateTime<Utc>>,
    /// When somebody is to be told that answers are missing.
    pub prompt_at: Option<DateTime<Utc>>,
}

impl Negotiation {
    /// Until when the proposed times are to be answered: as the proposal says, or until the first of them begins. None
    /// without a proposed time.
    #[must_use]
    pub fn answers_due_at(&self) -> Option<DateTime<Utc>> {
        let first = self.slots.iter().map(|slot| slot.start).min()?;
        Some(self.answer_by.unwrap_or(first))
    }

    /// When the last of the proposed times begins: from then on none can be agreed to.
    #[must_use]
    pub fn last_slot_start(&self) -> Option<DateTime<Utc>> {
        self.slots.iter().map(|slot| slot.start).max()
    }
}

/// A time that an expert declined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declined {
    /// The expert.
    pub expert_id: Uuid,
    /// Slot that the expert declined.
    pub slot: Slot,
}

/// A place that an expert left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPlace {
    /// What was covered from there.
    pub specialties: Vec<Specialty>,
    /// Whether it was the leader's.
    pub leads: bool,
}

/// Kind of message about missing answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// A reminder, before the answers are due, to those who have not answered.
    BeforeDeadline,
    /// A message, once the answers are due, to the provider and the association.
    Overdue,
}

impl Visit {
    /// For whom the caller speaks where a time is agreed: an expert of the group for themselves, anyone else who may for the
    /// contractor.
    #[must_use]
    pub fn side_of(&self, caller: &Caller) -> Side {
        let of_group = |id: &Uuid| self.members.iter().any(|member| member.expert_id == *id);
        caller.expert_id.filter(of_group).map_or(Side::Contractor, Side::Expert)
    }

    /// The provider proposes a group and one to five slots. The group itself is checked by
    /// [`crate::library::group::check_group`]. Where every slot was proposed before, those who stay keep their answers.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`SLOT_COUNT_WRONG`], [`SLOT_LISTED_TWICE`], those of [`Slot::check`]; [`ANSWER_BY_IMPOSSIBLE`];
    /// [`GROUP_TOO_SMALL_FOR_PLAN`]; an expert who is booked in one of the slots.
    pub fn propose(
        mut self,
        proposal: Proposal,
        diary: Diary<'_>,
        answer_deadlines: AnswerDeadlines,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        step(self.status, Operation::ProposeVisit)?;
        self.check_slots(&proposal.slots, now)?;
        let answer_by = answer_by(&proposal, answer_deadlines, now)?;
        if proposal.members.len() < usize::try_from(self.group_size).unwrap_or(usize::MAX) {
            return Err(Violation::new(GROUP_TOO_SMALL_FOR_PLAN)
                .with("needed", self.group_size)
                .at("/members"));
        }
        check_diary(&proposal, diary)?;
        let before = std::mem::take(&mut self.negotiation);
        let (former, contractor_agreed_at) =
            (std::mem::take(&mut self.members), self.contractor_agreed_at.take());
        let carried = |accepted: &[usize]| -> Vec<usize> {
            let stands =
                |slot: &Slot| slot_number(&before.slots, slot).is_some_and(|old| accepted.contains(&old));
            let known = proposal.slots.iter().all(|slot| before.slots.contains(slot));
            let numbered = (1..).zip(&proposal.slots).filter(|(_, slot)| known && stands(slot));
            numbered.map(|(number, _)| number).collect()
        };
        self.members = proposal.members;
        for member in &mut self.members {
            let old = former.iter().find(|old| old.expert_id == member.expert_id);
            member.agreed_slots = old.map(|old| carried(&old.agreed_slots)).unwrap_or_default();
            member.agreed_at = old.and_then(|old| old.agreed_at).filter(|_| !member.agreed_slots.is_empty());
        }
        let contractor_slots = carried(&before.contractor_slots);
        self.contractor_agreed_at = contractor_agreed_at.filter(|_| !contractor_slots.is_empty());
        self.negotiation = Negotiation {
            contractor_slots,
            slots: proposal.slots,
            open_places: Vec::new(),
            declined_by: None,
            declined: before.declined.into_iter().filter(|it| it.slot.start > now).collect(),
            answer_by: Some(answer_by),
            prompt_at: Some(answer_deadlines.remind_at(answer_by, now)),
        };
        (self.scheduled_start, self.scheduled_end) = (None, None);
        self.leader_id = Some(proposal.leader_id);
        self.missing_specialty_reason = proposal.missing_specialty_reason;
        let (mut next, event) = self.advance(Operation::ProposeVisit, EventName::VisitProposed)?;
        let slots = next.negotiation.slots.iter().map(|slot| slot.start.to_rfc3339()).collect::<Vec<_>>();
        let event = event
            .fact(FactName::Slots, slots.join(" "))
            .fact(FactName::AnswerBy, answer_by.to_rfc3339())
            .fact(FactName::LeaderId, proposal.leader_id)
            .fact(FactName::GroupSize, next.members.len());
        match next.outcome(diary, now) {
            // Everyone who is left had agreed already.
            Outcome::Agreed(slot) => Ok(next.agree_on(slot, event)),
            Outcome::NoCommonSlot | Outcome::BookedElsewhere => {
                next.forget_answers();
                Ok((next, event))
            }
            Outcome::Waiting => Ok((next, event)),
        }
    }

    /// The slots can be proposed for this visit: one to five, none twice, each ahead and in the window.
    ///
    /// # Errors
    /// [`SLOT_COUNT_WRONG`], [`SLOT_LISTED_TWICE`], those of [`Slot::check`].
    pub fn check_slots(&self, slots: &[Slot], now: DateTime<Utc>) -> Result<(), Violation> {
        if slots.is_empty() || slots.len() > MAX_SLOTS {
            let wrong = Violation::new(SLOT_COUNT_WRONG).with("maximum", MAX_SLOTS);
            return Err(wrong.with("count", slots.len()).at("/slots"));
        }
        let mut wrong = Vec::new();
        for (index, slot) in slots.iter().enumerate() {
            wrong.extend(slot.check(self.window, now, &format!("/slots/{index}")).err());
            if slots.iter().take(index).any(|earlier| earlier == slot) {
                wrong.push(Violation::new(SLOT_LISTED_TWICE).at(format!("/slots/{index}")));
            }
        }
        Violation::all(wrong)
    }

    /// The provider takes group and time back, for others.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn reschedule(self, reason: &str) -> Result<(Self, Event), Violation> {
        let (mut next, event) =
            self.advance_because(Operation::RescheduleVisit, EventName::VisitRescheduled, reason)?;
        (next.scheduled_start, next.scheduled_end) = (None, None);
        next.leader_id = None;
        next.members = Vec::new();
        next.missing_specialty_reason = None;
        next.contractor_agreed_at = None;
        next.negotiation = next.negotiation.anew();
        Ok((next, event))
    }

    /// It does not take place.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn cancel(self, reason: &str) -> Result<(Self, Event), Violation> {
        let (mut next, event) =
            self.advance_because(Operation::CancelVisit, EventName::VisitCancelled, reason)?;
        next.negotiation.prompt_at = None;
        Ok((next, event))
    }

    /// Whether this side has agreed to a time.
    #[must_use]
    pub fn has_agreed(&self, side: Side) -> bool {
        match side {
            Side::Contractor => self.contractor_agreed_at.is_some(),
            Side::Expert(id) => {
                self.members.iter().any(|member| member.expert_id == id && member.agreed_at.is_some())
            }
        }
    }

    /// Who has not answered to what is proposed.
    #[must_use]
    pub fn unanswered(&self) -> Vec<Side> {
        if self.status != VisitStatus::Proposed {
            return Vec::new();
        }
        let contractor = self.contractor_agreed_at.is_none().then_some(Side::Contractor);
        let experts = self.members.iter().filter(|member| member.agreed_at.is_none());
        contractor.into_iter().chain(experts.map(|member| Side::Expert(member.expert_id))).collect()
    }

    /// The next message about missing answers: a reminder before they are due, or the message that they are
    /// overdue. None if no message is due, or no answer is missing.
    #[must_use]
    pub fn remind(mut self, now: DateTime<Utc>) -> Option<(Self, Event, Reminder)> {
        let due = self.negotiation.answer_by?;
        let prompt_at = self.negotiation.prompt_at.filter(|at| *at <= now)?;
        let missing = self.unanswered();
        if missing.is_empty() {
            return None;
        }
        let (name, reminder) = if is_late(due, now) {
            self.negotiation.prompt_at = None;
            (EventName::VisitAnswersOverdue, Reminder::Overdue)
        } else if prompt_at < due {
            self.negotiation.prompt_at = Some(due);
            (EventName::VisitAnswersReminded, Reminder::BeforeDeadline)
        } else {
            // The very instant at which answers are due: an answer is on time still, and the next look is the one after.
            return None;
        };
        let missing: Vec<String> = missing.into_iter().map(Side::code).collect();
        let event = Event::new(name, Self::KIND, self.id)
            .fact(FactName::AnswerBy, due.to_rfc3339())
            .fact(FactName::Missing, missing.join(" "));
        Some((self, event, reminder))
    }

    /// The time for which its group is booked: once it is agreed, and for good once it has begun.
    #[must_use]
    pub fn booked(&self) -> Option<Slot> {
        let holds = self.status == VisitStatus::Agreed || self.status.has_begun();
        holds.then_some(Slot { start: self.scheduled_start?, end: self.scheduled_end? })
    }

    /// Whether slots can be proposed for it now.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn must_be_open(&self) -> Result<(), Violation> {
        step(self.status, Operation::ProposeVisit).map(drop)
    }
}

impl Negotiation {
    /// Nothing is proposed; who declined when is known still.
    fn anew(&mut self) -> Self {
        Self { declined: std::mem::take(&mut self.declined), ..Self::default() }
    }
}

impl AnswerDeadlines {
    /// When those who have not answered are reminded: so long before answers are due, or halfway there where that is
    /// closer.
    fn remind_at(self, due: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        let usual = due.checked_sub_signed(self.reminder).filter(|at| *at > now);
        let halfway =
            || due.signed_duration_since(now).checked_div(2).and_then(|half| now.checked_add_signed(half));
        // As instants are kept: to the microsecond.
        usual.or_else(halfway).map_or(due, |at| at.trunc_subsecs(6))
    }
}

impl Side {
    /// That they declined, without why.
    pub(super) const fn decline_notice(self) -> &'static str {
        match self {
            Self::Contractor => "施工单位答复不能参加 · The contractor declined",
            Self::Expert(_) => "一名专家答复不能参加 · An expert declined",
        }
    }

    /// As events name it.
    fn code(self) -> String {
        match self {
            Self::Contractor => "contractor".to_owned(),
            Self::Expert(id) => id.to_string(),
        }
    }
}

/// The number of a slot among these, from one.
fn slot_number(slots: &[Slot], wanted: &Slot) -> Option<usize> {
    slots.iter().position(|slot| slot == wanted).map(|index| index + 1)
}

fn answer_by(
    proposal: &Proposal,
    answer_deadlines: AnswerDeadlines,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Violation> {
    let first = proposal.slots.iter().map(|slot| slot.start).min().unwrap_or(now);
    match proposal.answer_by {
        Some(at) if at <= now || at > first => Err(Violation::new(ANSWER_BY_IMPOSSIBLE).at("/answer_by")),
        Some(at) => Ok(at),
        None => Ok(now.checked_add_signed(answer_deadlines.answer).map_or(first, |at| at.min(first))),
    }
}

/// Nobody is proposed for a slot in which they are booked elsewhere.
fn check_diary(proposal: &Proposal, diary: Diary<'_>) -> Result<(), Violation> {
    let mut wrong = Vec::new();
    for (index, member) in proposal.members.iter().enumerate() {
        let refused = proposal.slots.iter().find_map(|slot| diary.check(member.expert_id, *slot).err());
        wrong.extend(refused.map(|violation| violation.at(format!("/members/{index}"))));
    }
    Violation::all(wrong)
}

#[cfg(test)]
mod tests;
