//! What a session does to an application that is put to it (A8.1).

use super::{CouncilSession, SessionTerms, VoteOutcome, Votes};
use crate::{
    Event, Violation,
    access::{Operation, state_machine::Record},
    library::expert_application::{ExpertApplication, ExpertApplicationStatus},
};

impl ExpertApplication {
    /// It is put to a session of the council.
    ///
    /// # Errors
    /// Wrong state; [`SESSION_BEFORE_REVIEW`].
    pub fn put_to_vote(mut self, session: &CouncilSession) -> Result<(Self, Event), Violation> {
        crate::access::state_machine::step(self.status, Operation::PutApplicationsToVote)?;
        Self::reviewed_by_day(self.reviewed_at, session.terms.held_on)?;
        self.council_session_id = Some(session.id);
        let (next, event) =
            self.advance(Operation::PutApplicationsToVote, "expert_application_put_to_vote")?;
        Ok((next, event.fact("council_session_id", session.id).fact("held_on", session.terms.held_on)))
    }

    /// The session was closed with this outcome of its vote.
    ///
    /// # Errors
    /// Wrong state.
    pub fn decide(
        self,
        terms: &SessionTerms,
        votes: Votes,
        outcome: VoteOutcome,
    ) -> Result<(Self, Event), Violation> {
        let (next, event) = match outcome {
            VoteOutcome::Passed => {
                self.advance(Operation::CloseCouncilSession, "expert_application_passed")?
            }
            VoteOutcome::VotedDown => {
                crate::access::state_machine::step(self.status, Operation::CloseCouncilSession)?;
                self.end(ExpertApplicationStatus::VotedDown, "expert_application_voted_down", None)
            }
            VoteOutcome::Withdrawn | VoteOutcome::Adjourned => {
                return Err(self.not_possible("close_council_session"));
            }
        };
        let event = votes.facts(event).fact("outcome", outcome);
        Ok((next, event.fact("council_decision_number", &terms.number).fact("held_on", terms.held_on)))
    }
}
