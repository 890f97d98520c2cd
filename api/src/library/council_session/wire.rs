//! Council sessions on the wire.

use anze_domain::{
    Id,
    access::{self, Caller, FieldGroup, Relations, Resource, disclosure},
    base::{id::ExpertApplicationId, identifier::masked_name},
    library::council_session::{AgendaCounts, CouncilSession, Fraction, SessionTerms, Votes},
};
use anze_persistence::library::council_session::Listed;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::{
    http::problem::Problem,
    wire::terms::{
        CouncilSessionStatusTerm, ExpertApplicationStatusTerm, MajorityRuleTerm, PoolTerm, VoteOutcomeTerm,
    },
};

/// A share, such as two thirds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Fraction)]
pub struct ShareIo {
    /// So many …
    #[schema(minimum = 1, maximum = 100, example = 2)]
    pub numerator: u32,
    /// … of so many.
    #[schema(minimum = 1, maximum = 100, example = 3)]
    pub denominator: u32,
}

impl From<ShareIo> for Fraction {
    fn from(it: ShareIo) -> Self {
        Self { numerator: it.numerator, denominator: it.denominator }
    }
}

impl From<Fraction> for ShareIo {
    fn from(it: Fraction) -> Self {
        Self { numerator: it.numerator, denominator: it.denominator }
    }
}

/// The name of a member of the council.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = CouncilMemberName, min_length = 1, max_length = 64, pattern = r"\S", example = "林志明")]
pub struct MemberName(pub String);

/// What is said of a session of the council.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CouncilSessionInput {
    /// Number of the council's decision (理事会决议).
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "厦质安协理〔2026〕1号")]
    pub number: String,
    /// Its day.
    #[schema(example = "2026-02-10")]
    pub held_on: NaiveDate,
    /// How many members the council has.
    #[schema(minimum = 1, maximum = 1000, example = 21)]
    pub council_size: u32,
    /// How many of them are present.
    #[schema(minimum = 0, maximum = 1000, example = 17)]
    pub members_present: u32,
    /// Who they are: all of them, each once, or none.
    #[serde(default)]
    #[schema(max_items = 1000, example = json!([]))]
    pub present_members: Vec<MemberName>,
    /// What share of the council is present, at least.
    pub quorum: ShareIo,
    /// What share of those present votes for an application.
    pub majority: ShareIo,
    /// Whether that share is enough, or more than it is needed.
    pub majority_rule: MajorityRuleTerm,
}

impl CouncilSessionInput {
    /// The domain's terms.
    #[must_use]
    pub fn terms(&self) -> SessionTerms {
        SessionTerms {
            number: self.number.clone(),
            held_on: self.held_on,
            council_size: self.council_size,
            members_present: self.members_present,
            present_members: self.present_members.iter().map(|name| name.0.trim().to_owned()).collect(),
            quorum: self.quorum.into(),
            majority: self.majority.into(),
            majority_rule: self.majority_rule.0,
        }
    }
}

/// Applications that are put to a session.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CouncilSessionApplicationsInput {
    /// The applications.
    #[schema(min_items = 1, max_items = 200)]
    pub application_ids: Vec<Uuid>,
}

/// The votes on applications.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CouncilVotesInput {
    /// The votes on each.
    #[schema(min_items = 1, max_items = 200)]
    pub votes: Vec<ApplicationVotesInput>,
}

/// The votes on an application.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationVotesInput {
    /// The application.
    pub application_id: Uuid,
    /// For it (赞成).
    #[schema(minimum = 0, maximum = 1000, example = 15)]
    pub votes_for: u32,
    /// Against it (反对).
    #[schema(minimum = 0, maximum = 1000, example = 1)]
    pub votes_against: u32,
    /// Neither (弃权).
    #[schema(minimum = 0, maximum = 1000, example = 1)]
    pub votes_abstain: u32,
}

impl ApplicationVotesInput {
    /// The domain's.
    #[must_use]
    pub fn votes(&self) -> (ExpertApplicationId, Votes) {
        let votes = Votes {
            votes_for: self.votes_for,
            votes_against: self.votes_against,
            votes_abstain: self.votes_abstain,
        };
        (Id::new(self.application_id), votes)
    }
}

/// A session of the council (理事会会议).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CouncilSession)]
pub struct CouncilSessionOut {
    /// Its id.
    pub id: Uuid,
    /// Number of the council's decision.
    #[schema(max_length = 64, example = "厦质安协理〔2026〕1号")]
    pub number: String,
    /// Its state.
    pub status: CouncilSessionStatusTerm,
    /// Its day.
    pub held_on: NaiveDate,
    /// How many members the council has.
    #[schema(minimum = 1, maximum = 1000, example = 21)]
    pub council_size: u32,
    /// How many of them are present.
    #[schema(minimum = 0, maximum = 1000, example = 17)]
    pub members_present: u32,
    /// Who they are, where the record says it.
    #[schema(max_items = 1000)]
    pub present_members: Vec<MemberName>,
    /// What share of the council is present, at least.
    pub quorum: ShareIo,
    /// What share of those present votes for an application.
    pub majority: ShareIo,
    /// Whether that share is enough, or more than it is needed.
    pub majority_rule: MajorityRuleTerm,
    /// Why it was adjourned, where it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// When it was closed or adjourned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// What this caller may do with it now.
    #[schema(value_type = Vec<String>, max_items = 32, example = json!(["put_to_vote", "record_votes", "close", "adjourn"]))]
    pub allowed_actions: Vec<&'static str>,
}

impl CouncilSessionOut {
    /// The session as this caller sees it.
    #[must_use]
    pub fn new(it: &CouncilSession, agenda: AgendaCounts, today: NaiveDate, caller: &Caller) -> Self {
        let terms = &it.terms;
        Self {
            id: it.id.uuid(),
            number: terms.number.clone(),
            status: it.status.into(),
            held_on: terms.held_on,
            council_size: terms.council_size,
            members_present: terms.members_present,
            present_members: terms.present_members.iter().cloned().map(MemberName).collect(),
            quorum: terms.quorum.into(),
            majority: terms.majority.into(),
            majority_rule: terms.majority_rule.into(),
            status_reason: it.status_reason.clone(),
            closed_at: it.closed_at,
            created_at: it.created_at,
            updated_at: it.updated_at,
            allowed_actions: access::allowed_actions(
                caller,
                Resource::CouncilSession,
                &it.relations(),
                |operation| it.check_allowed_now(operation, agenda, today).is_ok(),
            ),
        }
    }
}

/// What came of many at once: one result for each, in the order in which they were given, or stand on its list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CouncilSessionBatch {
    /// The session.
    pub council_session: CouncilSessionOut,
    /// One result for each.
    #[schema(max_items = 1000)]
    pub results: Vec<ApplicationResult>,
}

/// What came of one of many.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationResult {
    /// The application.
    pub application_id: Uuid,
    /// 200 where it was done, else the status of the problem.
    #[schema(minimum = 200, maximum = 599, example = 200)]
    pub status: u16,
    /// What came of the vote, where the session was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub outcome: Option<VoteOutcomeTerm>,
    /// Why it was not done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub problem: Option<Problem>,
}

/// An application on a session's list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CouncilSessionApplication)]
pub struct SessionApplicationOut {
    /// The application.
    pub application_id: Uuid,
    /// Its number.
    #[schema(max_length = 32, pattern = "^SQ-[0-9]{4}-[0-9]{6,}$", example = "SQ-2026-000123")]
    pub number: String,
    /// Who applies; masked for the regulator.
    #[schema(max_length = 64, example = "王小明")]
    pub name: String,
    /// For which pool.
    pub pool: PoolTerm,
    /// In which state the application is.
    pub status: ExpertApplicationStatusTerm,
    /// For it (赞成); absent before the votes are recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 1000, example = 15)]
    pub votes_for: Option<u32>,
    /// Against it (反对).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 1000, example = 1)]
    pub votes_against: Option<u32>,
    /// Neither (弃权).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 1000, example = 1)]
    pub votes_abstain: Option<u32>,
    /// What came of them; absent while the session is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub outcome: Option<VoteOutcomeTerm>,
}

impl SessionApplicationOut {
    /// The item as this caller sees it.
    #[must_use]
    pub fn new(it: Listed, caller: &Caller) -> Self {
        let full = disclosure(caller, FieldGroup::ApplicantContact, &Relations::default()).is_full();
        Self {
            application_id: it.item.application_id.uuid(),
            number: it.number,
            name: if full { it.name } else { masked_name(&it.name) },
            pool: it.pool.into(),
            status: it.status.into(),
            votes_for: it.item.votes.map(|votes| votes.votes_for),
            votes_against: it.item.votes.map(|votes| votes.votes_against),
            votes_abstain: it.item.votes.map(|votes| votes.votes_abstain),
            outcome: it.item.outcome.map(Into::into),
        }
    }
}
