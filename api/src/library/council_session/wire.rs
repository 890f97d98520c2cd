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

/// Share of a whole as a fraction, such as two thirds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Fraction)]
pub struct ShareIo {
    /// Numerator of the fraction, at most the denominator.
    #[schema(minimum = 1, maximum = 100, example = 2)]
    pub numerator: u32,
    /// Denominator of the fraction.
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

/// Name of a member of the council.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = CouncilMemberName, min_length = 1, max_length = 64, pattern = r"\S", example = "林志明")]
pub struct MemberName(pub String);

/// Details of a council session, as the association enters them.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CouncilSessionInput {
    /// Number of the council's decision, given by the association.
    #[schema(min_length = 1, max_length = 64, pattern = r"\S", example = "厦质安协理〔2026〕1号")]
    pub number: String,
    /// Day of the session (date in Xiamen).
    #[schema(example = "2026-02-10")]
    pub held_on: NaiveDate,
    /// Number of members of the council.
    #[schema(minimum = 1, maximum = 1000, example = 21)]
    pub council_size: u32,
    /// Number of council members who are present.
    #[schema(minimum = 0, maximum = 1000, example = 17)]
    pub members_present: u32,
    /// Names of the members present. The list names all of them, each once, or is empty.
    #[serde(default)]
    #[schema(max_items = 1000, example = json!([]))]
    pub present_members: Vec<MemberName>,
    /// Quorum: smallest share of the council's members that must be present.
    pub quorum: ShareIo,
    /// Majority: share of the members present that must vote for an application.
    pub majority: ShareIo,
    /// Whether the votes for must reach the majority's share, or exceed it.
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

/// Applications to put to the vote of a session.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CouncilSessionApplicationsInput {
    /// Ids of the applications to put to the vote, each once.
    #[schema(min_items = 1, max_items = 200)]
    pub application_ids: Vec<Uuid>,
}

/// Votes of a session on its applications.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CouncilVotesInput {
    /// Votes on each application. An application stands in the list only once.
    #[schema(min_items = 1, max_items = 200)]
    pub votes: Vec<ApplicationVotesInput>,
}

/// Votes on one application. Together they are at most the number of members present.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationVotesInput {
    /// Id of the application.
    pub application_id: Uuid,
    /// Number of votes for the application.
    #[schema(minimum = 0, maximum = 1000, example = 15)]
    pub votes_for: u32,
    /// Number of votes against the application.
    #[schema(minimum = 0, maximum = 1000, example = 1)]
    pub votes_against: u32,
    /// Number of abstentions.
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

/// Session of the association's council, which votes on applications for the expert library.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CouncilSession)]
pub struct CouncilSessionOut {
    /// Id of the council session.
    pub id: Uuid,
    /// Number of the council's decision, given by the association.
    #[schema(max_length = 64, example = "厦质安协理〔2026〕1号")]
    pub number: String,
    /// State of the council session.
    pub status: CouncilSessionStatusTerm,
    /// Day of the session (date in Xiamen).
    pub held_on: NaiveDate,
    /// Number of members of the council.
    #[schema(minimum = 1, maximum = 1000, example = 21)]
    pub council_size: u32,
    /// Number of council members who are present.
    #[schema(minimum = 0, maximum = 1000, example = 17)]
    pub members_present: u32,
    /// Names of the members present. Empty if the association did not name them.
    #[schema(max_items = 1000)]
    pub present_members: Vec<MemberName>,
    /// Quorum: smallest share of the council's members that must be present.
    pub quorum: ShareIo,
    /// Majority: share of the members present that must vote for an application.
    pub majority: ShareIo,
    /// Whether the votes for must reach the majority's share, or exceed it.
    pub majority_rule: MajorityRuleTerm,
    /// Reason for which the session was adjourned. Absent if it was not adjourned.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 1000)]
    pub status_reason: Option<String>,
    /// Time at which the session was closed or adjourned (UTC). Absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closed_at: Option<DateTime<Utc>>,
    /// Time at which the session was entered (UTC).
    pub created_at: DateTime<Utc>,
    /// Time of the last change to the session (UTC).
    pub updated_at: DateTime<Utc>,
    /// Operations on the session that are open to this caller now.
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

/// Council session with one result for each application. The results follow the order of the request.
#[derive(Debug, Serialize, ToSchema)]
pub struct CouncilSessionBatch {
    /// The council session after the request.
    pub council_session: CouncilSessionOut,
    /// Result for each application.
    #[schema(max_items = 1000)]
    pub results: Vec<ApplicationResult>,
}

/// Result for one application in a request for several.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApplicationResult {
    /// Id of the application.
    pub application_id: Uuid,
    /// HTTP status for this application: 200 if the request was carried out, otherwise the status of `problem`.
    #[schema(minimum = 200, maximum = 599, example = 200)]
    pub status: u16,
    /// Outcome for the application. Present only in the answer that closes the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub outcome: Option<VoteOutcomeTerm>,
    /// Reason for which the request was refused for this application. Absent if it was carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub problem: Option<Problem>,
}

/// Application that was put to the vote of a session, with its votes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CouncilSessionApplication)]
pub struct SessionApplicationOut {
    /// Id of the application.
    pub application_id: Uuid,
    /// Number of the application, given by the platform.
    #[schema(max_length = 32, pattern = "^SQ-[0-9]{4}-[0-9]{6,}$", example = "SQ-2026-000123")]
    pub number: String,
    /// Name of the applicant. Masked for the regulator.
    #[schema(max_length = 64, example = "王小明")]
    pub name: String,
    /// Pool of the expert library for which the person applies.
    pub pool: PoolTerm,
    /// State of the application.
    pub status: ExpertApplicationStatusTerm,
    /// Number of votes for the application. Absent before the votes are recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 1000, example = 15)]
    pub votes_for: Option<u32>,
    /// Number of votes against the application. Absent before the votes are recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 1000, example = 1)]
    pub votes_against: Option<u32>,
    /// Number of abstentions. Absent before the votes are recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 1000, example = 1)]
    pub votes_abstain: Option<u32>,
    /// Outcome for the application. Absent while the session is open.
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
