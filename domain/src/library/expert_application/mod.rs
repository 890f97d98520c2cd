//! Applications for the expert library (入库申请): the one way in, step by step (A8.1, A9).

mod apply;
mod file;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    Event, EventName, FactName, Violation, Vocabulary, Words,
    access::{
        Operation, Relations,
        state_machine::{Record, State, record},
    },
    base::{
        code::WRONG_STATE,
        id::{CouncilSessionId, ExpertApplicationId, ExpertId, PublicNoticeId, UserId},
        identifier::{MobileNumber, UnifiedSocialCreditCode},
    },
    calendar::working_calendar::shanghai_date,
    library::{
        expert::Expert,
        qualification::{self, AssessedOn, Pool, Qualification},
    },
    vocabulary,
};

pub use file::{ApplicationFile, MAX_FILES};

crate::codes! {
    CERTIFICATE_FILE_MISSING = "certificate_file_missing", Conflict, Some("A8.1"),
        "缺少证书文件" / "每份证书须上传一个文件，提交前尚须上传：{missing}。",
        "Certificate file missing" / "Upload one file for each certificate before you submit the application. Missing: {missing}.";
    ALREADY_IN_POOL = "already_in_pool", Conflict, Some("A9.3"),
        "已在该专家库" / "您已在所申请的专家库中。",
        "Already in the pool" / "You are already in the pool for which you apply.";
    ENTRY_NOT_ACTIVE = "entry_not_active", Conflict, Some("A8.1"),
        "专家不在库" / "该专家已被暂停，或在申请提交后已移出专家库，不能据此入库。",
        "Library entry not active" / "The expert is suspended, or was removed from the library after the application was submitted.";
    CITIZEN_ID_DIFFERS = "citizen_id_differs", Conflict, Some("A8.1"),
        "公民身份号码不一致" / "公民身份号码须与本人在专家库中登记的一致。",
        "Citizen identity number differs" / "The citizen identity number must be the one of your own entry in the library.";
    TOO_MANY_FILES = "too_many_files", Conflict, None,
        "文件过多" / "一份申请至多上传 {maximum} 个文件。",
        "Too many files" / "An application has at most {maximum} files.";
    SESSION_BEFORE_REVIEW = "session_before_review", Conflict, Some("A8.1"),
        "会议早于审核" / "会议日期为 {held_on}，而该申请于 {reviewed_on} 通过审核。",
        "Council session before the review" / "The council session takes place on {held_on}, before the application passed its review on {reviewed_on}.";
}

vocabulary! {
    /// States of an application for the expert library, from the draft to its end (A8.1).
    pub enum ExpertApplicationStatus {
        Draft = "draft" / "草稿" / "Draft",
        Submitted = "submitted" / "已提交" / "Submitted",
        Returned = "returned" / "已退回" / "Returned",
        Reviewed = "reviewed" / "审核通过" / "Reviewed: every requirement is met",
        PutToVote = "put_to_vote" / "提交理事会表决" / "Put to the council's vote",
        Passed = "passed" / "表决通过" / "Passed by the council",
        OnNotice = "on_notice" / "公示中" / "On public notice",
        Admitted = "admitted" / "已入库" / "Admitted",
        Rejected = "rejected" / "已驳回" / "Rejected",
        VotedDown = "voted_down" / "表决未通过" / "Voted down",
        ObjectionUpheld = "objection_upheld" / "异议成立" / "An objection was upheld",
        Withdrawn = "withdrawn" / "已撤回" / "Withdrawn",
    }
}

vocabulary! {
    /// Kind of document that a file of an application shows.
    pub enum ApplicationFileKind {
        TitleCertificate = "title_certificate" / "职称证书" / "Certificate of a title",
        EngineerCertificate = "engineer_certificate" / "注册安全工程师证书" / "Certificate of a registered safety engineer",
        WorkProof = "work_proof" / "从业证明" / "Proof of work",
        Other = "other" / "其他" / "Other",
    }
}

impl ExpertApplicationStatus {
    /// Whether it is under way: a person has one such at the most.
    #[must_use]
    pub const fn is_live(self) -> bool {
        !matches!(
            self,
            Self::Admitted | Self::Rejected | Self::VotedDown | Self::ObjectionUpheld | Self::Withdrawn
        )
    }

    /// Whether the association decides about it: submitted, and not ended.
    #[must_use]
    pub const fn is_under_review(self) -> bool {
        self.is_live() && !matches!(self, Self::Draft)
    }
}

impl State for ExpertApplicationStatus {
    fn after(self, operation: Operation) -> Option<Self> {
        match (self, operation) {
            (
                Self::Draft | Self::Returned,
                Operation::UpdateExpertApplication | Operation::UploadApplicationFile,
            )
            | (Self::PutToVote, Operation::RecordCouncilVotes)
            | (Self::OnNotice, Operation::CreateObjection | Operation::DismissObjection) => Some(self),
            (Self::Draft | Self::Returned, Operation::SubmitExpertApplication) => Some(Self::Submitted),
            (Self::Submitted, Operation::ReturnExpertApplication) => Some(Self::Returned),
            (Self::Submitted, Operation::RejectExpertApplication) => Some(Self::Rejected),
            (Self::Submitted, Operation::ReviewExpertApplication) => Some(Self::Reviewed),
            (Self::Reviewed, Operation::PutApplicationsToVote) => Some(Self::PutToVote),
            (Self::PutToVote, Operation::CloseCouncilSession) => Some(Self::Passed),
            (Self::PutToVote, Operation::AdjournCouncilSession) => Some(Self::Reviewed),
            (Self::Passed, Operation::CreatePublicNotice) => Some(Self::OnNotice),
            (Self::OnNotice, Operation::UpholdObjection) => Some(Self::ObjectionUpheld),
            (it, Operation::UnmaskExpertApplication) if it.is_under_review() => Some(self),
            (live, Operation::WithdrawExpertApplication) if live.is_live() => Some(Self::Withdrawn),
            _ => None,
        }
    }
}

/// What an applicant says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationTerms {
    /// Their name.
    pub name: String,
    /// Their mobile number.
    pub mobile: MobileNumber,
    /// The pool that they apply for.
    pub pool: Pool,
    /// Their employer.
    pub employer_name: String,
    /// Its unified social credit code, where known.
    pub employer_code: Option<UnifiedSocialCreditCode>,
    /// What qualifies them.
    pub qualification: Qualification,
}

/// An application for the expert library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpertApplication {
    /// Its id.
    pub id: ExpertApplicationId,
    /// Version of the record.
    pub version: i64,
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: ExpertApplicationStatus,
    /// Why it is in its state, where a reason was given.
    pub status_reason: Option<String>,
    /// Who applies.
    pub user_id: UserId,
    /// Their entry in the library: one that they had, or that this application made.
    pub expert_id: Option<ExpertId>,
    /// What they say.
    pub terms: ApplicationTerms,
    /// When it was last submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When the association passed it on.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// Who passed it on, returned it, or rejected it.
    pub reviewed_by: Option<Uuid>,
    /// How it was assessed when it was passed on.
    pub assessment: Option<AssessedOn>,
    /// The session that it was put to.
    pub council_session_id: Option<CouncilSessionId>,
    /// The notice on which it was published.
    pub public_notice_id: Option<PublicNoticeId>,
    /// When it led into the library.
    pub admitted_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

record!(ExpertApplication, ExpertApplicationStatus, RecordKind::ExpertApplication);

impl ExpertApplication {
    /// Who has a part in it; in a draft the applicant alone, also when it was withdrawn as one.
    #[must_use]
    pub fn relations(&self) -> Relations {
        use ExpertApplicationStatus::{Draft, Withdrawn};
        let never_submitted = self.status == Withdrawn && self.submitted_at.is_none();
        Relations {
            applicant: Some(self.user_id.uuid()),
            applicants_alone: self.status == Draft || never_submitted,
            ..Relations::default()
        }
    }

    /// The association gives it back, to be corrected.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn return_for_correction(mut self, by: Uuid, reason: &str) -> Result<(Self, Event), Violation> {
        self.reviewed_by = Some(by);
        self.advance_because(Operation::ReturnExpertApplication, EventName::ExpertApplicationReturned, reason)
    }

    /// The association rejects it.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn reject(mut self, by: Uuid, reason: &str) -> Result<(Self, Event), Violation> {
        self.reviewed_by = Some(by);
        self.advance_because(Operation::RejectExpertApplication, EventName::ExpertApplicationRejected, reason)
    }

    /// How it stands with A9.1 or A9.2: as it was assessed when it was passed on, else as of today.
    #[must_use]
    pub fn assessed(&self, today: NaiveDate) -> AssessedOn {
        if let Some(kept) = &self.assessment {
            return kept.clone();
        }
        let it = &self.terms.qualification;
        let engineer = it.registered_safety_engineer.as_ref();
        let found = qualification::qualifies(self.terms.pool, &it.titles, engineer, &it.work_history, today);
        AssessedOn::new(&found, today)
    }

    /// The association has reviewed it and passes it on to the council: A9.1 or A9.2 is met, and the applicant's entry, if
    /// there is one, may get what is applied for. What it was assessed by stays with it.
    ///
    /// # Errors
    /// `WRONG_STATE`; what of A9.1 or A9.2 is not met; [`ENTRY_NOT_ACTIVE`], [`ALREADY_IN_POOL`].
    pub fn review(
        mut self,
        entry: Option<&Expert>,
        by: Uuid,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        crate::access::state_machine::step(self.status, Operation::ReviewExpertApplication)?;
        apply::may_apply(entry, self.terms.pool)?;
        let it = &self.terms.qualification;
        qualification::check(
            self.terms.pool,
            &it.titles,
            it.registered_safety_engineer.as_ref(),
            &it.work_history,
            today,
        )?;
        let assessment = self.assessed(today);
        let (years, days) = (assessment.experience.years, assessment.experience.days);
        self.reviewed_at = Some(now);
        self.reviewed_by = Some(by);
        self.assessment = Some(assessment);
        let (next, event) =
            self.advance(Operation::ReviewExpertApplication, EventName::ExpertApplicationReviewed)?;
        let event =
            event.fact(FactName::AssessedOn, today).fact(FactName::Years, years).fact(FactName::Days, days);
        Ok((next, event))
    }

    /// Whether a session of this day can decide on it: not before the association passed it on.
    ///
    /// # Errors
    /// [`SESSION_BEFORE_REVIEW`].
    pub fn reviewed_by_day(reviewed_at: Option<DateTime<Utc>>, held_on: NaiveDate) -> Result<(), Violation> {
        match reviewed_at.map(shanghai_date) {
            Some(reviewed_on) if held_on < reviewed_on => Err(Violation::new(SESSION_BEFORE_REVIEW)
                .with("held_on", held_on)
                .with("reviewed_on", reviewed_on)),
            _ => Ok(()),
        }
    }

    /// The session that it was put to ended without a decision: another may decide.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn adjourn(mut self, reason: &str) -> Result<(Self, Event), Violation> {
        let session = self.council_session_id.take();
        let (next, event) = self.advance_because(
            Operation::AdjournCouncilSession,
            EventName::ExpertApplicationAdjourned,
            reason,
        )?;
        let event = session.into_iter().fold(event, |event, id| event.fact(FactName::CouncilSessionId, id));
        Ok((Self { status_reason: None, ..next }, event))
    }

    /// An objection to it was upheld: it ends here.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn uphold_objection(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::UpholdObjection, EventName::ExpertApplicationObjectionUpheld, reason)
    }

    /// Its notice has ended without an upheld objection: it leads into the library as this entry.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn admit(mut self, entry: ExpertId, now: DateTime<Utc>) -> Result<(Self, Event), Violation> {
        if self.status != ExpertApplicationStatus::OnNotice {
            return Err(self.not_possible(Words::new("入库", "Admission to the library")));
        }
        self.expert_id = Some(entry);
        self.admitted_at = Some(now);
        let (next, event) =
            self.end(ExpertApplicationStatus::Admitted, EventName::ExpertApplicationAdmitted, None);
        Ok((next, event.fact(FactName::ExpertId, entry)))
    }

    /// What qualified the applicant no longer holds when the notice ends: it ends without an entry.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this.
    pub fn lapse(self, why: &str) -> Result<(Self, Event), Violation> {
        if self.status != ExpertApplicationStatus::OnNotice {
            return Err(self.not_possible(Words::new("入库", "Admission to the library")));
        }
        Ok(self.end(ExpertApplicationStatus::Rejected, EventName::ExpertApplicationRejected, Some(why)))
    }

    /// Whether it came to its end by its notice's: admitted, or without what qualified the applicant.
    #[must_use]
    pub fn ended_with_its_notice(&self) -> bool {
        use ExpertApplicationStatus::{Admitted, Rejected};
        self.public_notice_id.is_some() && matches!(self.status, Admitted | Rejected)
    }

    /// Ends it by what is no operation of a caller's own on it.
    pub(super) fn end(
        mut self,
        to: ExpertApplicationStatus,
        name: EventName,
        reason: Option<&str>,
    ) -> (Self, Event) {
        let from = self.status;
        self.put(to, reason.map(str::to_owned));
        let event = Event::new(name, Self::KIND, self.id).states(Some(from.code()), to.code());
        (self, reason.into_iter().fold(event, Event::because))
    }

    pub(super) fn not_possible(&self, what: impl Into<Words>) -> Violation {
        Violation::new(WRONG_STATE).with("status", self.status).with("operation", what)
    }
}

#[cfg(test)]
mod tests;
