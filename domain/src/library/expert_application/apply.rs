//! What an applicant does with their application: write, correct, submit, withdraw (A8.1).

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    ALREADY_IN_POOL, ApplicationFileKind, ApplicationTerms, CERTIFICATE_FILE_MISSING, ENTRY_NOT_ACTIVE,
    ExpertApplication,
};
use crate::{
    Event, EventName, FactName, Violation, Vocabulary, Words,
    access::{Operation, state_machine::Record},
    library::{
        certificate::{Certificate, CertificateKind},
        company::Party,
        expert::{Expert, ExpertStatus},
        qualification::Pool,
    },
};

impl ApplicationTerms {
    /// The certificates that are named.
    #[must_use]
    pub fn certificates(&self) -> Vec<Certificate> {
        self.qualification.certificates()
    }

    /// Every company that they say they work or worked for.
    #[must_use]
    pub fn employers(&self) -> Vec<Party> {
        let now = Party { code: self.employer_code.clone(), ..Party::named(&self.employer_name) };
        let history = self.qualification.work_history.iter().map(Party::employing);
        std::iter::once(now).chain(history).collect()
    }

    /// Whether it can be: no date in the future, no period reversed, no certificate twice; and with what the
    /// applicant's entry has, no more than an entry takes.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn check(&self, entry: Option<&Expert>, today: NaiveDate) -> Result<(), Violation> {
        self.qualification.check(today)?;
        entry.map_or(Ok(()), |entry| entry.qualification.with(&self.qualification).check_size())
    }
}

impl ExpertApplication {
    /// Someone applies, as a draft; who is in the library already, for the pool that they are not in.
    ///
    /// # Errors
    /// A field that is wrong; [`ALREADY_IN_POOL`]; [`ENTRY_NOT_ACTIVE`].
    pub fn create(mut self, entry: Option<&Expert>, today: NaiveDate) -> Result<(Self, Event), Violation> {
        self.terms.check(entry, today)?;
        may_apply(entry, self.terms.pool)?;
        self.expert_id = entry.map(|entry| entry.id);
        let event = Event::new(EventName::ExpertApplicationCreated, Self::KIND, self.id)
            .states(None, "draft")
            .fact(FactName::Pool, self.terms.pool);
        Ok((self, event))
    }

    /// The applicant corrects it, while it is a draft or returned.
    ///
    /// # Errors
    /// `WRONG_STATE`; a field that is wrong; [`ALREADY_IN_POOL`]; [`ENTRY_NOT_ACTIVE`].
    pub fn update(
        mut self,
        terms: ApplicationTerms,
        entry: Option<&Expert>,
        today: NaiveDate,
    ) -> Result<(Self, Event), Violation> {
        crate::access::state_machine::step(self.status, Operation::UpdateExpertApplication)?;
        terms.check(entry, today)?;
        may_apply(entry, terms.pool)?;
        self.terms = terms;
        let reason = self.status_reason.clone();
        let (mut next, event) =
            self.advance(Operation::UpdateExpertApplication, EventName::ExpertApplicationUpdated)?;
        // Why it was returned stays to be read until it is submitted again.
        next.status_reason = reason;
        Ok((next, event))
    }

    /// The applicant submits it, with a file for each certificate that it names. `files` is what each of its
    /// files shows, the same bytes once.
    ///
    /// # Errors
    /// `WRONG_STATE`; a field that is wrong; [`ALREADY_IN_POOL`]; [`ENTRY_NOT_ACTIVE`];
    /// [`CERTIFICATE_FILE_MISSING`].
    pub fn submit(
        mut self,
        files: &[ApplicationFileKind],
        entry: Option<&Expert>,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<(Self, Event), Violation> {
        crate::access::state_machine::step(self.status, Operation::SubmitExpertApplication)?;
        self.terms.check(entry, today)?;
        may_apply(entry, self.terms.pool)?;
        let missing = missing_files(&self.terms.certificates(), files);
        if !missing.is_empty() {
            return Err(Violation::new(CERTIFICATE_FILE_MISSING).with("missing", Words::list(missing)));
        }
        self.expert_id = entry.map(|entry| entry.id);
        let (mut next, event) =
            self.advance(Operation::SubmitExpertApplication, EventName::ExpertApplicationSubmitted)?;
        next.submitted_at = Some(now);
        Ok((next, event))
    }

    /// The applicant takes it back, at any time before the admission.
    ///
    /// # Errors
    /// `WRONG_STATE` where its state does not allow this; `REASON_REQUIRED` where the reason is blank.
    pub fn withdraw(self, reason: &str) -> Result<(Self, Event), Violation> {
        self.advance_because(
            Operation::WithdrawExpertApplication,
            EventName::ExpertApplicationWithdrawn,
            reason,
        )
    }
}

/// Whoever is in the library applies only for a pool that they are not in; who was removed, for either.
pub(super) fn may_apply(entry: Option<&Expert>, pool: Pool) -> Result<(), Violation> {
    match entry.map(|entry| (entry.status, entry.pools.contains(&pool))) {
        None | Some((ExpertStatus::Removed, _) | (ExpertStatus::Active, false)) => Ok(()),
        Some((ExpertStatus::Suspended, _)) => Err(Violation::new(ENTRY_NOT_ACTIVE)),
        Some((ExpertStatus::Active, true)) => Err(Violation::new(ALREADY_IN_POOL).at("/pool")),
    }
}

/// Missing files per kind, such as `title_certificate` or `title_certificate × 2`.
fn missing_files(certificates: &[Certificate], files: &[ApplicationFileKind]) -> Vec<Words> {
    let kinds = [
        (CertificateKind::Title, ApplicationFileKind::TitleCertificate),
        (CertificateKind::RegisteredSafetyEngineer, ApplicationFileKind::EngineerCertificate),
    ];
    let missing = kinds.into_iter().filter_map(|(certificate, file)| {
        let named = certificates.iter().filter(|it| it.kind == certificate).count();
        let there = files.iter().filter(|it| **it == file).count();
        match named.saturating_sub(there) {
            0 => None,
            1 => Some(Words::from(file)),
            count => Some(Words::new(
                format!("{} {count} 份", file.zh()),
                format!("{} ({count} files)", file.en()),
            )),
        }
    });
    missing.collect()
}
