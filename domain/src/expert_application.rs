//! Applications for the expert library (入库申请): the one way in, step by step (A8.1, A9).

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    Event, Id, Violation, Vocabulary,
    access::{Operation, Stakes},
    certificate::{CERTIFICATE_REPEATED, Certificate, CertificateKind},
    code::WRONG_STATE,
    council_session::{CouncilSession, VoteOutcome},
    expert::{Expert, Qualification, SPECIALTY_REQUIRED},
    flow::{Record, State, record},
    identifier::{MobileNumber, UnifiedSocialCreditCode},
    organization::User,
    public_notice::PublicNotice,
    qualification::{self, Pool},
    vocabulary,
};

crate::codes! {
    TITLE_IN_FUTURE = "title_in_future", Invalid, None,
        "日期在未来" / "职称取得日期 {date} 晚于今天。",
        "Date in the future" / "The title's date {date} is after today.";
    CERTIFICATE_FILE_MISSING = "certificate_file_missing", Conflict, Some("A8.1"),
        "缺少证书文件" / "提交前须上传：{missing}。",
        "Certificate file missing" / "Before it is submitted, these are uploaded: {missing}.";
    ALREADY_IN_POOL = "already_in_pool", Conflict, Some("A9.3"),
        "已在该库" / "您已在所申请的专家库中。",
        "Already in the pool" / "You are in the pool already that you apply for.";
    ENTRY_NOT_ACTIVE = "entry_not_active", Conflict, Some("A8.1"),
        "专家不在库" / "专家条目已暂停或已出库，不能申请。",
        "Entry not active" / "The entry in the library is suspended or removed; nothing is applied for on it.";
    CITIZEN_ID_DIFFERS = "citizen_id_differs", Conflict, Some("A8.1"),
        "身份证号不一致" / "身份证号须与本人在库条目一致。",
        "Another citizen id" / "The citizen id is the one of your own entry in the library.";
    TOO_MANY_FILES = "too_many_files", Conflict, None,
        "文件过多" / "一份申请至多 {maximum} 个文件。",
        "Too many files" / "An application has at most {maximum} files.";
}

/// The most files that an application may have.
pub const MAX_FILES: i64 = 50;

vocabulary! {
    /// States of an application for the expert library (A8.1).
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
    /// What a file of an application shows.
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
            (Self::Passed, Operation::CreatePublicNotice) => Some(Self::OnNotice),
            (Self::OnNotice, Operation::UpholdObjection) => Some(Self::ObjectionUpheld),
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
    pub id: Id<Self>,
    /// Version of the record.
    pub version: i64,
    /// Its number.
    pub number: String,
    /// Its state.
    pub status: ExpertApplicationStatus,
    /// Why it is in its state, where a reason was given.
    pub status_reason: Option<String>,
    /// Who applies.
    pub user_id: Id<User>,
    /// Their entry in the library: one that they had, or that this application made.
    pub expert_id: Option<Id<Expert>>,
    /// What they say.
    pub terms: ApplicationTerms,
    /// When it was last submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When the association passed it on.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// Who passed it on.
    pub reviewed_by: Option<Uuid>,
    /// The session that it was put to.
    pub council_session_id: Option<Id<CouncilSession>>,
    /// The notice on which it was published.
    pub public_notice_id: Option<Id<PublicNotice>>,
    /// When it led into the library.
    pub admitted_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

record!(ExpertApplication, ExpertApplicationStatus, "expert_application");

impl ApplicationTerms {
    /// The certificates that are named.
    #[must_use]
    pub fn certificates(&self) -> Vec<Certificate> {
        self.qualification.certificates()
    }

    /// Whether it can be: no date in the future, no period reversed, no certificate twice.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn check(&self, today: NaiveDate) -> Result<(), Violation> {
        let it = &self.qualification;
        let mut wrong = Vec::new();
        if it.specialties.is_empty() {
            wrong.push(Violation::new(SPECIALTY_REQUIRED).at("/specialties"));
        }
        for (index, title) in it.titles.iter().enumerate() {
            if title.obtained_on > today {
                let violation = Violation::new(TITLE_IN_FUTURE).with("date", title.obtained_on);
                wrong.push(violation.at(format!("/titles/{index}/obtained_on")));
            }
        }
        let certificates = self.certificates();
        for (index, certificate) in certificates.iter().enumerate() {
            if certificates.iter().take(index).any(|before| before.key() == certificate.key()) {
                wrong.push(Violation::new(CERTIFICATE_REPEATED).at(certificate.pointer.clone()));
            }
        }
        wrong.extend(qualification::check_history(&it.work_history, today).err());
        Violation::all(wrong)
    }
}

impl ExpertApplication {
    /// Who has a part in it.
    #[must_use]
    pub fn stakes(&self) -> Stakes {
        Stakes { applicant: Some(self.user_id.uuid()), ..Stakes::default() }
    }

    /// Someone applies, as a draft; who is in the library already, for the pool that they are not in.
    ///
    /// # Errors
    /// A field that is wrong; [`ALREADY_IN_POOL`]; [`ENTRY_NOT_ACTIVE`].
    pub fn create(mut self, entry: Option<&Expert>, today: NaiveDate) -> Result<(Self, Event), Violation> {
        self.terms.check(today)?;
        may_apply(entry, self.terms.pool)?;
        self.expert_id = entry.map(|entry| entry.id);
        let event = Event::new("expert_application_created", Self::KIND, self.id)
            .states(None, "draft")
            .fact("pool", self.terms.pool);
        Ok((self, event))
    }

    /// The applicant corrects it, while it is a draft or returned.
    ///
    /// # Errors
    /// Wrong state; a field that is wrong; [`ALREADY_IN_POOL`]; [`ENTRY_NOT_ACTIVE`].
    pub fn update(
        mut self,
        terms: ApplicationTerms,
        entry: Option<&Expert>,
        today: NaiveDate,
    ) -> Result<(Self, Event), Violation> {
        crate::flow::step(self.status, Operation::UpdateExpertApplication)?;
        terms.check(today)?;
        may_apply(entry, terms.pool)?;
        self.terms = terms;
        let reason = self.status_reason.clone();
        let (mut next, event) =
            self.advance(Operation::UpdateExpertApplication, "expert_application_updated")?;
        // Why it was returned stays to be read until it is submitted again.
        next.status_reason = reason;
        Ok((next, event))
    }

    /// The applicant submits it, with the files of the certificates that it names.
    ///
    /// # Errors
    /// Wrong state; a field that is wrong; [`CERTIFICATE_FILE_MISSING`].
    pub fn submit(
        self,
        files: &[ApplicationFileKind],
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        crate::flow::step(self.status, Operation::SubmitExpertApplication)?;
        self.terms.check(today)?;
        let mut missing: Vec<&str> = Vec::new();
        for certificate in self.terms.certificates() {
            let kind = match certificate.kind {
                CertificateKind::Title => ApplicationFileKind::TitleCertificate,
                CertificateKind::RegisteredSafetyEngineer => ApplicationFileKind::EngineerCertificate,
            };
            if !files.contains(&kind) && !missing.contains(&kind.code()) {
                missing.push(kind.code());
            }
        }
        if !missing.is_empty() {
            return Err(Violation::new(CERTIFICATE_FILE_MISSING).with("missing", missing.join(", ")));
        }
        let (mut next, event) =
            self.advance(Operation::SubmitExpertApplication, "expert_application_submitted")?;
        next.submitted_at = Some(now);
        Ok((next, event))
    }

    /// The applicant takes it back, at any time before the admission.
    ///
    /// # Errors
    /// Wrong state; no reason.
    pub fn withdraw(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::WithdrawExpertApplication, "expert_application_withdrawn", reason)
    }

    /// The association gives it back, to be corrected.
    ///
    /// # Errors
    /// Wrong state; no reason.
    pub fn give_back(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::ReturnExpertApplication, "expert_application_returned", reason)
    }

    /// The association rejects it.
    ///
    /// # Errors
    /// Wrong state; no reason.
    pub fn reject(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::RejectExpertApplication, "expert_application_rejected", reason)
    }

    /// The association has reviewed it and passes it on to the council: A9.1 or A9.2 is met.
    ///
    /// # Errors
    /// Wrong state; what of A9.1 or A9.2 is not met.
    pub fn review(
        mut self,
        by: Uuid,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        crate::flow::step(self.status, Operation::ReviewExpertApplication)?;
        let it = &self.terms.qualification;
        qualification::check(
            self.terms.pool,
            &it.titles,
            it.registered_safety_engineer.as_ref(),
            &it.work_history,
            today,
        )?;
        self.reviewed_at = Some(now);
        self.reviewed_by = Some(by);
        self.advance(Operation::ReviewExpertApplication, "expert_application_reviewed")
    }

    /// It is put to a session of the council.
    ///
    /// # Errors
    /// Wrong state.
    pub fn put_to_vote(mut self, session: Id<CouncilSession>) -> Result<(Self, Event), Violation> {
        crate::flow::step(self.status, Operation::PutApplicationsToVote)?;
        self.council_session_id = Some(session);
        let (next, event) =
            self.advance(Operation::PutApplicationsToVote, "expert_application_put_to_vote")?;
        Ok((next, event.fact("council_session_id", session)))
    }

    /// The session was closed with this outcome of its vote.
    ///
    /// # Errors
    /// Wrong state.
    pub fn decide(self, outcome: VoteOutcome) -> Result<(Self, Event), Violation> {
        match outcome {
            VoteOutcome::Passed => self.advance(Operation::CloseCouncilSession, "expert_application_passed"),
            VoteOutcome::VotedDown => {
                crate::flow::step(self.status, Operation::CloseCouncilSession)?;
                Ok(self.end(ExpertApplicationStatus::VotedDown, "expert_application_voted_down", None))
            }
            VoteOutcome::Withdrawn => Err(self.not_possible("close_council_session")),
        }
    }

    /// It is published on a notice.
    ///
    /// # Errors
    /// Wrong state.
    pub fn publish(mut self, notice: Id<PublicNotice>) -> Result<(Self, Event), Violation> {
        crate::flow::step(self.status, Operation::CreatePublicNotice)?;
        self.public_notice_id = Some(notice);
        let (next, event) = self.advance(Operation::CreatePublicNotice, "expert_application_published")?;
        Ok((next, event.fact("public_notice_id", notice)))
    }

    /// An objection to it was upheld: it ends here.
    ///
    /// # Errors
    /// Wrong state; no reason.
    pub fn uphold_objection(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(Operation::UpholdObjection, "expert_application_objection_upheld", reason)
    }

    /// Its notice has ended without an upheld objection: it leads into the library as this entry.
    ///
    /// # Errors
    /// Wrong state.
    pub fn admit(mut self, entry: Id<Expert>, now: DateTime<Utc>) -> Result<(Self, Event), Violation> {
        if self.status != ExpertApplicationStatus::OnNotice {
            return Err(self.not_possible("admission"));
        }
        self.expert_id = Some(entry);
        self.admitted_at = Some(now);
        let (next, event) = self.end(ExpertApplicationStatus::Admitted, "expert_application_admitted", None);
        Ok((next, event.fact("expert_id", entry)))
    }

    /// What qualified the applicant no longer holds when the notice ends: it ends without an entry.
    ///
    /// # Errors
    /// Wrong state.
    pub fn lapse(self, why: &str) -> Result<(Self, Event), Violation> {
        if self.status != ExpertApplicationStatus::OnNotice {
            return Err(self.not_possible("admission"));
        }
        Ok(self.end(ExpertApplicationStatus::Rejected, "expert_application_rejected", Some(why)))
    }

    /// Ends it by what is no operation of a caller's own on it.
    fn end(mut self, to: ExpertApplicationStatus, name: &'static str, reason: Option<&str>) -> (Self, Event) {
        let from = self.status;
        self.put(to, reason.map(str::to_owned));
        let event = Event::new(name, Self::KIND, self.id).states(Some(from.code()), to.code());
        (self, reason.into_iter().fold(event, Event::because))
    }

    fn not_possible(&self, what: &str) -> Violation {
        Violation::new(WRONG_STATE).with("status", self.status).with("operation", what)
    }
}

/// Whoever is in the library applies only for a pool that they are not in.
fn may_apply(entry: Option<&Expert>, pool: Pool) -> Result<(), Violation> {
    let Some(entry) = entry else { return Ok(()) };
    if entry.status != crate::expert::ExpertStatus::Active {
        return Err(Violation::new(ENTRY_NOT_ACTIVE));
    }
    if entry.pools.contains(&pool) { Err(Violation::new(ALREADY_IN_POOL).at("/pool")) } else { Ok(()) }
}

/// A file of an application: what is known of it. Its bytes lie in the file store, under their digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationFile {
    /// Its id.
    pub id: Id<Self>,
    /// The application that it belongs to.
    pub application_id: Id<ExpertApplication>,
    /// What it shows.
    pub kind: ApplicationFileKind,
    /// Its name, as the client gave it.
    pub file_name: String,
    /// Its media type, as found in the bytes.
    pub media_type: String,
    /// How many bytes.
    pub size: i64,
    /// SHA-256 of the bytes.
    pub sha256: Vec<u8>,
    /// When the server had it whole.
    pub received_at: DateTime<Utc>,
}

impl ApplicationFile {
    /// Whether another file may be added to an application that has so many.
    ///
    /// # Errors
    /// Wrong state; [`TOO_MANY_FILES`].
    pub fn admit(application: &ExpertApplication, there: i64) -> Result<(), Violation> {
        crate::flow::step(application.status, Operation::UploadApplicationFile)?;
        if there < MAX_FILES {
            Ok(())
        } else {
            Err(Violation::new(TOO_MANY_FILES).with("maximum", MAX_FILES))
        }
    }

    /// What happened when it was uploaded.
    #[must_use]
    pub fn uploaded(&self) -> Event {
        let digest: String = self.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        Event::new("application_file_uploaded", "application_file", self.id)
            .fact("application_id", self.application_id)
            .fact("kind", self.kind)
            .fact("size", self.size)
            .fact("sha256", digest)
    }
}

#[cfg(test)]
mod tests;
