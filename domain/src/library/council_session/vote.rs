//! The votes on an application, and what comes of them (A8.1).

use crate::{Event, FactName, vocabulary};

vocabulary! {
    /// Outcome of a council session for an application (A8.1).
    pub enum VoteOutcome {
        Passed = "passed" / "通过" / "Passed",
        VotedDown = "voted_down" / "未通过" / "Voted down",
        Withdrawn = "withdrawn" / "已撤回" / "Withdrawn before the session closed",
        Adjourned = "adjourned" / "休会未决" / "The session was adjourned without a decision",
    }
}

/// The votes on an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Votes {
    /// For it (赞成).
    pub votes_for: u32,
    /// Against it (反对).
    pub votes_against: u32,
    /// Neither (弃权).
    pub votes_abstain: u32,
}

impl Votes {
    /// How many voices they are.
    #[must_use]
    pub fn voices(self) -> u32 {
        self.votes_for.saturating_add(self.votes_against).saturating_add(self.votes_abstain)
    }

    /// An event that says them.
    #[must_use]
    pub fn facts(self, event: Event) -> Event {
        event
            .fact(FactName::VotesFor, self.votes_for)
            .fact(FactName::VotesAgainst, self.votes_against)
            .fact(FactName::VotesAbstain, self.votes_abstain)
    }
}
