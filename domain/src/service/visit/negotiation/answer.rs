//! The answers to what is proposed: agreed, declined, and where they lead.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    Declined, MAX_SLOTS, Negotiation, OpenPlace, ReopenedPart, SLOT_COUNT_WRONG, SLOT_UNKNOWN, Side,
};
use crate::{
    Event, EventName, FactName, Violation,
    access::{FORBIDDEN, Operation, state_machine::Record},
    calendar::slot::{Slot, TIME_PASSED},
    service::{
        booking::Diary,
        visit::{AGREED_ALREADY, Visit, VisitStatus},
    },
};

/// Why a visit is to be arranged again where everyone has answered and no slot suits all.
const NO_COMMON_SLOT: &str = "没有各方均可的时段 · No slot suits everyone";

/// Why a visit is to be arranged again where somebody is booked elsewhere in every slot that suits all.
const BOOKED_ELSEWHERE: &str = "各方均可的时段内有专家已约定其他服务 · In every slot that suits all, an expert is booked for another service by now";

/// Where the answers lead.
pub(super) enum Outcome {
    Waiting,
    Agreed(Slot),
    NoCommonSlot,
    BookedElsewhere,
}

impl Visit {
    /// A12.1: the contractor or an expert agrees to some of the slots, by their numbers from one. Once all have
    /// answered, the earliest slot that suits everyone and for which nobody is booked elsewhere is agreed. A slot that
    /// meets another booking of an expert is none of theirs any more; where none is left, the time is open again and
    /// what was answered stands. Where none suits all, times are to be proposed anew.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`SLOT_COUNT_WRONG`], [`SLOT_UNKNOWN`], [`TIME_PASSED`]; [`AGREED_ALREADY`]; [`FORBIDDEN`] for an
    /// expert who is not of the group.
    pub fn agree(
        self,
        side: Side,
        numbers: &[usize],
        diary: Diary<'_>,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        let (mut next, event) = self.advance(Operation::AgreeVisit, EventName::VisitAgreedByOne)?;
        let accepted = next.accepted(numbers, now)?;
        let answer = match side {
            Side::Contractor => {
                Some((&mut next.contractor_agreed_at, &mut next.negotiation.contractor_slots))
            }
            Side::Expert(id) => next
                .members
                .iter_mut()
                .find(|member| member.expert_id == id)
                .map(|member| (&mut member.agreed_at, &mut member.agreed_slots)),
        };
        match answer {
            Some((at @ None, slots)) => (*at, *slots) = (Some(now), accepted),
            Some(_) => return Err(Violation::new(AGREED_ALREADY)),
            None => return Err(Violation::new(FORBIDDEN).with("operation", Operation::AgreeVisit)),
        }
        let event = event.fact(FactName::AgreedBy, side.code());
        match next.outcome(diary, now) {
            Outcome::Agreed(slot) => Ok(next.agree_on(slot, event)),
            Outcome::NoCommonSlot => {
                next.forget_answers();
                next.negotiation = next.negotiation.anew();
                Ok(next.reopen(NO_COMMON_SLOT, event))
            }
            Outcome::BookedElsewhere => {
                (next.negotiation.answer_by, next.negotiation.prompt_at) = (None, None);
                Ok(next.reopen(BOOKED_ELSEWHERE, event))
            }
            Outcome::Waiting => Ok((next, event)),
        }
    }

    /// These slots do not count: nobody's answer to one of them stands, so that it cannot suit all.
    #[must_use]
    pub fn barring(mut self, slots: &[Slot]) -> Self {
        let numbered = (1..).zip(&self.negotiation.slots).filter(|(_, slot)| slots.contains(slot));
        let barred: Vec<usize> = numbered.map(|(number, _)| number).collect();
        self.negotiation.contractor_slots.retain(|number| !barred.contains(number));
        for member in &mut self.members {
            member.agreed_slots.retain(|number| !barred.contains(number));
        }
        self
    }

    /// Times are to be proposed again.
    fn reopen(mut self, reason: &str, event: Event) -> (Self, Event) {
        (self.status, self.status_reason) = (VisitStatus::Planned, Some(reason.to_owned()));
        let mut event = event.because(reason);
        (event.name, event.to) = (EventName::VisitTimesReopened, Some("planned"));
        (self, event)
    }

    /// The contractor or an expert declines. An expert's place is open again, and what the others answered stands;
    /// where the contractor declines, the group stays and the times are open.
    ///
    /// # Errors
    /// `WRONG_STATE`; `REASON_REQUIRED`; [`FORBIDDEN`] for an expert who is not of the group.
    pub fn decline(self, side: Side, reason: &str) -> Result<(Self, Event), Violation> {
        let asked = self.booked().map_or_else(|| self.negotiation.slots.clone(), |slot| vec![slot]);
        let (mut next, event) =
            self.advance_because(Operation::DeclineVisit, EventName::VisitDeclined, reason)?;
        let event = event.fact(FactName::DeclinedBy, side.code());
        match side {
            Side::Contractor => {
                next.forget_answers();
                next.negotiation = Negotiation { declined_by: Some(side), ..next.negotiation.anew() };
                (next.scheduled_start, next.scheduled_end) = (None, None);
                Ok((next, event.fact(FactName::Reopened, ReopenedPart::Times)))
            }
            Side::Expert(expert) => {
                if !next.open_place(expert) {
                    return Err(Violation::new(FORBIDDEN).with("operation", Operation::DeclineVisit));
                }
                next.negotiation.declined_by = Some(side);
                let declined = asked.into_iter().map(|slot| Declined { expert_id: expert, slot });
                next.negotiation.declined.extend(declined);
                Ok((next, event.fact(FactName::Reopened, ReopenedPart::Place)))
            }
        }
    }

    /// Removes an expert from a visit that has not begun. The place is open again, the time is no longer agreed, and the
    /// answers of the others stand. The event is named `event`. None if the visit has begun, or the expert is not in its
    /// group.
    ///
    /// # Errors
    /// No reason.
    pub fn remove_expert(
        self,
        expert: Uuid,
        event: EventName,
        reason: &str,
    ) -> Result<Option<(Self, Event)>, Violation> {
        let open = matches!(self.status, VisitStatus::Planned | VisitStatus::Proposed | VisitStatus::Agreed);
        if !open || self.members.iter().all(|member| member.expert_id != expert) {
            return Ok(None);
        }
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Violation::new(crate::base::code::REASON_REQUIRED).at("/reason"));
        }
        let mut next = self;
        let from = crate::Vocabulary::code(next.status);
        next.put(VisitStatus::Planned, Some(reason.to_owned()));
        next.open_place(expert);
        next.negotiation.declined_by = None;
        let event = Event::new(event, Self::KIND, next.id)
            .states(Some(from), "planned")
            .because(reason)
            .fact(FactName::ExpertId, expert)
            .fact(FactName::Reopened, ReopenedPart::Place);
        Ok(Some((next, event)))
    }

    /// The accepted slots, each once, in their order.
    fn accepted(&self, numbers: &[usize], now: DateTime<Utc>) -> Result<Vec<usize>, Violation> {
        if numbers.is_empty() || numbers.len() > MAX_SLOTS {
            let wrong = Violation::new(SLOT_COUNT_WRONG).with("maximum", MAX_SLOTS);
            return Err(wrong.with("count", numbers.len()).at("/slots"));
        }
        let mut wrong = Vec::new();
        for (index, number) in numbers.iter().enumerate() {
            let pointer = format!("/slots/{index}");
            match number.checked_sub(1).and_then(|index| self.negotiation.slots.get(index)) {
                None => wrong.push(Violation::new(SLOT_UNKNOWN).with("number", *number).at(pointer)),
                Some(slot) if slot.start <= now => wrong.push(Violation::new(TIME_PASSED).at(pointer)),
                Some(_) => {}
            }
        }
        Violation::all(wrong)?;
        let mut accepted = numbers.to_vec();
        accepted.sort_unstable();
        accepted.dedup();
        Ok(accepted)
    }

    /// Where the answers lead: nowhere before all are there. Of the slots that suit all, those in which an expert is
    /// booked elsewhere by now are none of theirs any more.
    pub(super) fn outcome(&mut self, diary: Diary<'_>, now: DateTime<Utc>) -> Outcome {
        if !self.unanswered().is_empty() {
            return Outcome::Waiting;
        }
        let suits = |number: &usize| {
            self.negotiation.contractor_slots.contains(number)
                && self.members.iter().all(|member| member.agreed_slots.contains(number))
        };
        let numbered = (1..).zip(&self.negotiation.slots);
        let mut common: Vec<(Slot, usize)> = numbered
            .filter(|(number, slot)| suits(number) && slot.start > now)
            .map(|(number, slot)| (*slot, number))
            .collect();
        common.sort_unstable();
        if common.is_empty() {
            return Outcome::NoCommonSlot;
        }
        for (slot, number) in common {
            let mut all_can = true;
            for member in &mut self.members {
                if diary.check(member.expert_id, slot).is_err() {
                    member.agreed_slots.retain(|agreed| *agreed != number);
                    all_can = false;
                }
            }
            if all_can {
                return Outcome::Agreed(slot);
            }
        }
        Outcome::BookedElsewhere
    }

    /// The slot is agreed.
    pub(super) fn agree_on(mut self, slot: Slot, mut event: Event) -> (Self, Event) {
        self.status = VisitStatus::Agreed;
        (self.scheduled_start, self.scheduled_end) = (Some(slot.start), Some(slot.end));
        (self.negotiation.answer_by, self.negotiation.prompt_at) = (None, None);
        (event.name, event.to) = (EventName::VisitAgreed, Some("agreed"));
        (
            self,
            event
                .fact(FactName::ScheduledStart, slot.start.to_rfc3339())
                .fact(FactName::ScheduledEnd, slot.end.to_rfc3339()),
        )
    }

    pub(super) fn forget_answers(&mut self) {
        self.contractor_agreed_at = None;
        self.negotiation.contractor_slots.clear();
        for member in &mut self.members {
            member.agreed_at = None;
            member.agreed_slots.clear();
        }
    }

    /// Takes the expert out; says whether they were there.
    fn open_place(&mut self, expert: Uuid) -> bool {
        let Some(index) = self.members.iter().position(|member| member.expert_id == expert) else {
            return false;
        };
        let left = self.members.remove(index);
        let leads = self.leader_id == Some(expert);
        if leads {
            self.leader_id = None;
        }
        self.negotiation.open_places.push(OpenPlace { specialties: left.specialties, leads });
        (self.scheduled_start, self.scheduled_end) = (None, None);
        (self.negotiation.answer_by, self.negotiation.prompt_at) = (None, None);
        true
    }
}
