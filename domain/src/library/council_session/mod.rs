//! Sessions of the council (理事会会议), which deliberate and vote on applications (A8.1).

mod application;
mod vote;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    Event, EventName, FactName, Violation, Words,
    access::{
        Operation, Relations,
        state_machine::{Record, State, record},
    },
    base::id::{CouncilSessionId, ExpertApplicationId},
    library::expert_application::{ExpertApplication, ExpertApplicationStatus},
    vocabulary,
};

pub use vote::{VoteOutcome, Votes};

crate::codes! {
    FRACTION_INVALID = "fraction_invalid", Invalid, Some("A8.1"),
        "比例有误" / "比例的分子不得大于分母。",
        "Fraction not valid" / "The numerator must not be greater than the denominator.";
    MORE_PRESENT_THAN_MEMBERS = "more_present_than_members", Invalid, Some("A8.1"),
        "出席人数有误" / "出席人数不得多于理事会人数 {council_size} 人。",
        "More members present than the council has" / "The number of members present must not exceed the {council_size} members of the council.";
    PRESENT_MEMBERS_DIFFER = "present_members_differ", Invalid, Some("A8.1"),
        "出席名单与人数不符" / "出席名单须列明全部 {members_present} 人且不得重复，或者不列名单。",
        "List of members present does not match their number" / "Name each of the {members_present} members present exactly once, or leave the list out.";
    MORE_VOICES_THAN_MEMBERS = "more_voices_than_members", Conflict, Some("A8.1"),
        "票数多于出席人数" / "共 {voices} 票，多于出席的 {members_present} 人。",
        "More votes than members present" / "There are {voices} votes, more than the {members_present} members present.";
    SESSION_RULES_FIXED = "session_rules_fixed", Conflict, Some("A8.1"),
        "会议规则不可变更" / "已登记表决结果，会议的编号、日期、人数与表决规则不得变更；有误的，休会后另行召开。",
        "Session rules cannot change" / "Votes are recorded. The session's number, date, members and rules can no longer change. If they are wrong, adjourn this session and call another.";
    COUNCIL_SESSION_NOT_HELD = "council_session_not_held", Conflict, Some("A8.1"),
        "会议尚未召开" / "会议日期为 {held_on}，尚未召开。",
        "Council session not yet held" / "The council session takes place on {held_on}.";
    QUORUM_NOT_MET = "quorum_not_met", Conflict, Some("A8.1"),
        "出席人数不足" / "出席 {members_present} 人，须不少于理事会 {council_size} 人的 {quorum}。",
        "Quorum not met" / "{members_present} members were present. At least {quorum} of the council's {council_size} members must be present.";
    VOTES_MISSING = "votes_missing", Conflict, Some("A8.1"),
        "尚有申请未表决" / "尚有 {count} 份申请没有表决结果。",
        "Votes missing" / "The votes on {count} applications are not yet recorded.";
    NOTHING_TO_VOTE_ON = "nothing_to_vote_on", Conflict, Some("A8.1"),
        "没有表决事项" / "会议没有提交表决的申请。",
        "No application to vote on" / "No application was put to this council session.";
    COUNCIL_SESSION_FULL = "council_session_full", Conflict, None,
        "会议申请过多" / "一次会议至多表决 {maximum} 份申请。",
        "Council session full" / "At most {maximum} applications can be put to one council session.";
    NOT_PUT_TO_SESSION = "not_put_to_session", Conflict, Some("A8.1"),
        "未提交本次会议" / "该申请没有提交本次会议表决。",
        "Application not put to this session" / "The application was not put to this council session.";
    ITEM_REPEATED = "item_repeated", Invalid, Some("A8.1"),
        "申请重复" / "同一申请在一次请求中不得重复。",
        "Application repeated" / "Name each application only once in a request.";
}

/// The most applications that one session votes on.
pub const MAX_ITEMS: usize = 1000;

vocabulary! {
    /// States of a session of the association's council (A8.1).
    pub enum CouncilSessionStatus {
        Open = "open" / "进行中" / "Open",
        Closed = "closed" / "已结束" / "Closed",
        Adjourned = "adjourned" / "已休会" / "Adjourned: ended without a decision",
    }
}

vocabulary! {
    /// How the votes for an application must compare with the majority's share of the members present (A8.1).
    pub enum MajorityRule {
        MoreThan = "more_than" / "超过" / "More than the share",
        AtLeast = "at_least" / "达到" / "At least the share",
    }
}

impl State for CouncilSessionStatus {
    fn after(self, operation: Operation) -> Option<Self> {
        match (self, operation) {
            (
                Self::Open,
                Operation::UpdateCouncilSession
                | Operation::PutApplicationsToVote
                | Operation::RecordCouncilVotes,
            ) => Some(self),
            (Self::Open, Operation::CloseCouncilSession) => Some(Self::Closed),
            (Self::Open, Operation::AdjournCouncilSession) => Some(Self::Adjourned),
            _ => None,
        }
    }
}

/// A share of a whole, such as two thirds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    /// Numerator.
    pub numerator: u32,
    /// Denominator.
    pub denominator: u32,
}

impl Fraction {
    /// Whether a part is at least this share of the whole.
    #[must_use]
    pub fn is_reached(self, part: u32, whole: u32) -> bool {
        self.compared(part, whole).is_ge()
    }

    /// Whether a part is more than this share of the whole.
    #[must_use]
    pub fn is_exceeded(self, part: u32, whole: u32) -> bool {
        self.compared(part, whole).is_gt()
    }

    fn compared(self, part: u32, whole: u32) -> std::cmp::Ordering {
        let times = |a: u32, b: u32| u64::from(a) * u64::from(b);
        times(part, self.denominator).cmp(&times(whole, self.numerator))
    }

    fn check(self, pointer: &'static str) -> Result<(), Violation> {
        let right = (1..=self.denominator).contains(&self.numerator);
        if right { Ok(()) } else { Err(Violation::new(FRACTION_INVALID).at(pointer)) }
    }
}

/// `2/3` in both languages.
impl From<Fraction> for Words {
    fn from(fraction: Fraction) -> Self {
        Self::verbatim(&fraction.to_string())
    }
}

impl std::fmt::Display for Fraction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

/// What is said of a session: when it is, who is there, by which rules it decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionTerms {
    /// Number of the council's decision (理事会决议).
    pub number: String,
    /// Its day.
    pub held_on: NaiveDate,
    /// How many members the council has.
    pub council_size: u32,
    /// How many of them are present.
    pub members_present: u32,
    /// Who they are, where the record says it.
    pub present_members: Vec<String>,
    /// What share of the council must be present, at least.
    pub quorum: Fraction,
    /// What share of those present must vote for an application.
    pub majority: Fraction,
    /// Whether at least that, or more.
    pub majority_rule: MajorityRule,
}

impl SessionTerms {
    fn check(&self) -> Result<(), Violation> {
        let mut wrong = Vec::new();
        wrong.extend(self.quorum.check("/quorum").err());
        wrong.extend(self.majority.check("/majority").err());
        if self.members_present > self.council_size {
            let violation = Violation::new(MORE_PRESENT_THAN_MEMBERS).with("council_size", self.council_size);
            wrong.push(violation.at("/members_present"));
        }
        let names: BTreeSet<&str> = self.present_members.iter().map(|name| name.trim()).collect();
        let (named, given) = (names.len(), self.present_members.len());
        let differ = named != given || u32::try_from(named).unwrap_or(u32::MAX) != self.members_present;
        if given > 0 && differ {
            let violation =
                Violation::new(PRESENT_MEMBERS_DIFFER).with("members_present", self.members_present);
            wrong.push(violation.at("/present_members"));
        }
        Violation::all(wrong)
    }

    /// An event that says by which rules the session decides.
    fn facts(&self, event: Event) -> Event {
        event
            .fact(FactName::Number, &self.number)
            .fact(FactName::HeldOn, self.held_on)
            .fact(FactName::CouncilSize, self.council_size)
            .fact(FactName::MembersPresent, self.members_present)
            .fact(FactName::Quorum, self.quorum)
            .fact(FactName::Majority, self.majority)
            .fact(FactName::MajorityRule, self.majority_rule)
    }

    /// What follows from the votes on an application.
    #[must_use]
    pub fn outcome(&self, votes: Votes) -> VoteOutcome {
        let passed = match self.majority_rule {
            MajorityRule::MoreThan => self.majority.is_exceeded(votes.votes_for, self.members_present),
            MajorityRule::AtLeast => self.majority.is_reached(votes.votes_for, self.members_present),
        };
        if passed { VoteOutcome::Passed } else { VoteOutcome::VotedDown }
    }

    /// Whether there can be such votes: no more voices than members present.
    ///
    /// # Errors
    /// [`MORE_VOICES_THAN_MEMBERS`].
    pub fn take_votes(&self, votes: Votes) -> Result<(), Violation> {
        if votes.voices() <= self.members_present {
            return Ok(());
        }
        Err(Violation::new(MORE_VOICES_THAN_MEMBERS)
            .with("voices", votes.voices())
            .with("members_present", self.members_present)
            .at("/votes_for"))
    }
}

/// A session of the council.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CouncilSession {
    /// Its id.
    pub id: CouncilSessionId,
    /// Version of the record.
    pub version: i64,
    /// Its state.
    pub status: CouncilSessionStatus,
    /// Why it was adjourned, where it was.
    pub status_reason: Option<String>,
    /// What is said of it.
    pub terms: SessionTerms,
    /// Who made the record.
    pub created_by: Uuid,
    /// When it was closed or adjourned.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

record!(CouncilSession, CouncilSessionStatus, RecordKind::CouncilSession);

/// Counts of the session's applications.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AgendaCounts {
    /// How many applications, those included that are withdrawn by now.
    pub applications: usize,
    /// How many of them have votes.
    pub voted: usize,
    /// How many are still to be decided on.
    pub open: usize,
    /// How many of those have their votes.
    pub open_voted: usize,
}

impl CouncilSession {
    /// Whether its state, its day and what was put to it let the operation pass.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`SESSION_RULES_FIXED`]; [`COUNCIL_SESSION_FULL`]; [`COUNCIL_SESSION_NOT_HELD`]; [`QUORUM_NOT_MET`];
    /// [`NOTHING_TO_VOTE_ON`]; [`VOTES_MISSING`].
    pub fn check_allowed_now(
        &self,
        operation: Operation,
        agenda: AgendaCounts,
        today: NaiveDate,
    ) -> Result<(), Violation> {
        crate::access::state_machine::step(self.status, operation)?;
        match operation {
            Operation::UpdateCouncilSession if agenda.voted > 0 => Err(Violation::new(SESSION_RULES_FIXED)),
            Operation::PutApplicationsToVote if agenda.applications >= MAX_ITEMS => {
                Err(Violation::new(COUNCIL_SESSION_FULL).with("maximum", MAX_ITEMS))
            }
            Operation::RecordCouncilVotes => self.must_be_held(today),
            Operation::CloseCouncilSession => {
                self.must_be_held(today)?;
                self.terms.must_have_quorum()?;
                match agenda.open.saturating_sub(agenda.open_voted) {
                    _ if agenda.open == 0 => Err(Violation::new(NOTHING_TO_VOTE_ON)),
                    0 => Ok(()),
                    missing => Err(Violation::new(VOTES_MISSING).with("count", missing)),
                }
            }
            _ => Ok(()),
        }
    }

    /// Who has a part in it: the association, and the regulator who reads.
    #[must_use]
    pub fn relations(&self) -> Relations {
        Relations::default()
    }

    /// The association calls it.
    ///
    /// # Errors
    /// A field that is wrong.
    pub fn create(self) -> Result<(Self, Event), Violation> {
        self.terms.check()?;
        let event = Event::new(EventName::CouncilSessionCreated, Self::KIND, self.id).states(None, "open");
        let event = self.terms.facts(event);
        Ok((self, event))
    }

    /// The association corrects it, while it is open and no votes are recorded: the rules are not made to
    /// fit the votes.
    ///
    /// # Errors
    /// `WRONG_STATE`; a field that is wrong; [`SESSION_RULES_FIXED`]; a day before the review of what was put to
    /// it.
    pub fn update(mut self, terms: SessionTerms, put: &[SessionItem]) -> Result<(Self, Event), Violation> {
        crate::access::state_machine::step(self.status, Operation::UpdateCouncilSession)?;
        terms.check()?;
        if terms != self.terms && put.iter().any(|item| item.votes.is_some()) {
            return Err(Violation::new(SESSION_RULES_FIXED));
        }
        let last_reviewed = put.iter().filter_map(|item| item.reviewed_at).max();
        ExpertApplication::reviewed_by_day(last_reviewed, terms.held_on).map_err(|it| it.at("/held_on"))?;
        self.terms = terms;
        let (next, event) =
            self.advance(Operation::UpdateCouncilSession, EventName::CouncilSessionUpdated)?;
        let event = next.terms.facts(event);
        Ok((next, event))
    }

    /// Adds `more` applications to `existing` ones.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`COUNCIL_SESSION_FULL`].
    pub fn put_to_vote(self, existing: usize, more: usize) -> Result<(Self, Event), Violation> {
        if existing.saturating_add(more) > MAX_ITEMS {
            return Err(Violation::new(COUNCIL_SESSION_FULL).with("maximum", MAX_ITEMS));
        }
        let (next, event) =
            self.advance(Operation::PutApplicationsToVote, EventName::ApplicationsPutToVote)?;
        Ok((next, event.fact(FactName::Applications, more)))
    }

    /// Checks votes on one application; new votes replace earlier ones. The event keeps the numbers.
    ///
    /// # Errors
    /// `WRONG_STATE` of the application; [`MORE_VOICES_THAN_MEMBERS`]; a day before the review.
    pub fn take_votes(
        &self,
        item: &SessionItem,
        status: ExpertApplicationStatus,
        votes: Votes,
    ) -> Result<Event, Violation> {
        crate::access::state_machine::step(status, Operation::RecordCouncilVotes)?;
        ExpertApplication::reviewed_by_day(item.reviewed_at, self.terms.held_on)?;
        self.terms.take_votes(votes)?;
        let name = EventName::ExpertApplicationVotesRecorded;
        let event = Event::new(name, ExpertApplication::KIND, item.application_id);
        Ok(votes
            .facts(event)
            .fact(FactName::CouncilSessionId, self.id)
            .fact(FactName::Again, item.votes.is_some()))
    }

    /// The votes on so many applications are recorded.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`COUNCIL_SESSION_NOT_HELD`].
    pub fn record_votes(self, count: usize, today: NaiveDate) -> Result<(Self, Event), Violation> {
        crate::access::state_machine::step(self.status, Operation::RecordCouncilVotes)?;
        self.must_be_held(today)?;
        let (next, event) = self.advance(Operation::RecordCouncilVotes, EventName::CouncilVotesRecorded)?;
        let event = next.terms.facts(event).fact(FactName::Applications, count);
        Ok((next, event))
    }

    /// It ends without a decision: for want of a quorum, because nothing is left to vote on, or for whatever
    /// else the reason says. What was put to it can be put to another.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn adjourn(self, reason: &str, now: DateTime<Utc>) -> Result<(Self, Event), Violation> {
        let (mut next, event) = self.advance_because(
            Operation::AdjournCouncilSession,
            EventName::CouncilSessionAdjourned,
            reason,
        )?;
        next.closed_at = Some(now);
        let event = next.terms.facts(event);
        Ok((next, event))
    }

    /// It is closed: every application has its votes, the quorum is met, and the outcomes follow from the
    /// numbers. From here on nothing of it changes.
    ///
    /// # Errors
    /// `WRONG_STATE`; [`COUNCIL_SESSION_NOT_HELD`]; [`QUORUM_NOT_MET`]; [`NOTHING_TO_VOTE_ON`];
    /// [`VOTES_MISSING`].
    pub fn close(
        self,
        votes: &[Option<Votes>],
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event, Vec<VoteOutcome>), Violation> {
        let agenda = AgendaCounts {
            open: votes.len(),
            open_voted: votes.iter().flatten().count(),
            ..AgendaCounts::default()
        };
        self.check_allowed_now(Operation::CloseCouncilSession, agenda, today)?;
        let terms = &self.terms;
        let outcomes: Vec<VoteOutcome> = votes.iter().flatten().map(|votes| terms.outcome(*votes)).collect();
        let passed = outcomes.iter().filter(|outcome| **outcome == VoteOutcome::Passed).count();
        let (mut next, event) =
            self.advance(Operation::CloseCouncilSession, EventName::CouncilSessionClosed)?;
        next.closed_at = Some(now);
        let event = next.terms.facts(event);
        let event = event.fact(FactName::Passed, passed).fact(FactName::VotedDown, outcomes.len() - passed);
        Ok((next, event, outcomes))
    }

    fn must_be_held(&self, today: NaiveDate) -> Result<(), Violation> {
        let held_on = self.terms.held_on;
        if held_on <= today {
            Ok(())
        } else {
            Err(Violation::new(COUNCIL_SESSION_NOT_HELD).with("held_on", held_on))
        }
    }
}

impl SessionTerms {
    fn must_have_quorum(&self) -> Result<(), Violation> {
        if self.quorum.is_reached(self.members_present, self.council_size) {
            return Ok(());
        }
        Err(Violation::new(QUORUM_NOT_MET)
            .with("members_present", self.members_present)
            .with("council_size", self.council_size)
            .with("quorum", self.quorum))
    }
}

/// An application put to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionItem {
    /// The application.
    pub application_id: ExpertApplicationId,
    /// When the association passed it on.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// Its votes, once recorded.
    pub votes: Option<Votes>,
    /// What came of them, once the session is closed.
    pub outcome: Option<VoteOutcome>,
}

#[cfg(test)]
mod tests;
