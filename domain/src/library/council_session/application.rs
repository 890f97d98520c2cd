//! What a session does to an application that is put to it (A8.1).

use super::{CouncilSession, SessionTerms, VoteOutcome, Votes};
use crate::{
    Event, EventName, FactName, Violation,
    access::{Operation, state_machine::Record},
    library::expert_application::{ExpertApplication, ExpertApplicationStatus},
};

impl ExpertApplication {
    /// It is put to a session of the council.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`SESSION_BEFORE_REVIEW`].
    pub fn put_to_vote(mut self, session: &CouncilSession) -> Result<(Self, Event), Violation> {
        crate::access::state_machine::step(self.status, Operation::PutApplicationsToVote)?;
        Self::reviewed_by_day(self.reviewed_at, session.terms.held_on)?;
        self.council_session_id = Some(session.id);
        let (next, event) =
            self.advance(Operation::PutApplicationsToVote, EventName::ExpertApplicationPutToVote)?;
        Ok((
            next,
            event.fact(FactName::CouncilSessionId, session.id).fact(FactName::HeldOn, session.terms.held_on),
        ))
    }

    /// The session was closed with this outcome of its vote.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn decide(
        self,
        terms: &SessionTerms,
        votes: Votes,
        outcome: VoteOutcome,
    ) -> Result<(Self, Event), Violation> {
        let (next, event) = match outcome {
            VoteOutcome::Passed => {
                self.advance(Operation::CloseCouncilSession, EventName::ExpertApplicationPassed)?
            }
            VoteOutcome::VotedDown => {
                crate::access::state_machine::step(self.status, Operation::CloseCouncilSession)?;
                self.end(ExpertApplicationStatus::VotedDown, EventName::ExpertApplicationVotedDown, None)
            }
            VoteOutcome::Withdrawn | VoteOutcome::Adjourned => {
                return Err(self.not_possible(Operation::CloseCouncilSession));
            }
        };
        let event = votes.facts(event).fact(FactName::Outcome, outcome);
        Ok((
            next,
            event.fact(FactName::CouncilDecisionNumber, &terms.number).fact(FactName::HeldOn, terms.held_on),
        ))
    }
}
