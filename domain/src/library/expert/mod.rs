//! Experts of the library (专家库, A8 to A10).

mod requalification;

use chrono::{DateTime, NaiveDate, Utc};

pub use requalification::LastChanged;

use crate::{
    Event, EventName, FactName, Period, RecordKind, Violation,
    access::Relations,
    base::{
        id::{ExpertId, UserId},
        identifier::{MobileNumber, UnifiedSocialCreditCode},
    },
    calendar::working_calendar::shanghai_date,
    library::{
        company::Party,
        qualification::{self, Pool, Qualification},
        tie::DeclaredTie,
    },
    vocabulary,
};

crate::codes! {
    ADMISSION_OUT_OF_ORDER = "admission_out_of_order", Invalid, Some("A8.1"),
        "入库程序时间不符" / "公示不得早于理事会表决，入库不得早于公示结束，且均不得晚于今天。",
        "Dates of the admission out of order" / "The public notice must not begin before the council's decision. The admission must not precede the end of the notice. No date may lie in the future.";
}

vocabulary! {
    /// Standings of an expert in the library.
    pub enum ExpertStatus {
        Active = "active" / "在库" / "Active",
        Suspended = "suspended" / "已暂停" / "Suspended",
        Removed = "removed" / "已移出专家库" / "Removed",
    }
}

/// By what an expert was admitted (A8.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Number of the council's decision (理事会决议).
    pub council_decision_number: String,
    /// Day of the council's session.
    pub council_decided_on: NaiveDate,
    /// Number of the public notice (公示).
    pub public_notice_number: String,
    /// When the notice was open.
    pub public_notice: Period,
    /// Day of admission.
    pub admitted_on: NaiveDate,
}

/// An expert of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expert {
    /// Their id.
    pub id: ExpertId,
    /// Version of the record.
    pub version: i64,
    /// Their standing.
    pub status: ExpertStatus,
    /// The user that they log in as.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
    /// Their mobile number.
    pub mobile: MobileNumber,
    /// Their employer.
    pub employer_name: String,
    /// Its unified social credit code, where known.
    pub employer_code: Option<UnifiedSocialCreditCode>,
    /// Pools; whoever is in the leader pool is in the member pool (A9.3).
    pub pools: Vec<Pool>,
    /// What qualifies them.
    pub qualification: Qualification,
    /// By what they were admitted.
    pub admission: Admission,
    /// Ties that were declared, whenever they bind (A12.2).
    pub declared_ties: Vec<DeclaredTie>,
    /// When the record was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Expert {
    /// Who has a part in the record.
    #[must_use]
    pub fn relations(&self) -> Relations {
        Relations { members: vec![self.id.uuid()], any_provider: true, ..Relations::default() }
    }

    /// The association takes over an entry of its existing library, with what admitted it.
    ///
    /// # Errors
    /// [`ADMISSION_OUT_OF_ORDER`]; A9.1 or A9.2 not met for the pool; a work history that cannot be.
    pub fn admit(mut self, pool: Pool) -> Result<(Self, Event), Violation> {
        let today = shanghai_date(self.created_at);
        let admission = &self.admission;
        let notice = admission.public_notice;
        let mut wrong = Vec::new();
        let in_order = admission.council_decided_on <= notice.start
            && notice.start <= notice.end
            && notice.end <= admission.admitted_on
            && admission.admitted_on <= today;
        if !in_order {
            wrong.push(Violation::new(ADMISSION_OUT_OF_ORDER).at("/admission"));
        }
        wrong.extend(self.qualification.check(today).err());
        Violation::all(wrong)?;
        let it = &self.qualification;
        qualification::check(
            pool,
            &it.titles,
            it.registered_safety_engineer.as_ref(),
            &it.work_history,
            today,
        )?;
        self.pools = match pool {
            Pool::Leader => vec![Pool::Leader, Pool::Member],
            Pool::Member => vec![Pool::Member],
        };
        let event = Event::new(EventName::ExpertAdmitted, RecordKind::Expert, self.id)
            .states(None, "active")
            .fact(FactName::Pool, pool)
            .fact(FactName::CouncilDecisionNumber, &self.admission.council_decision_number)
            .fact(FactName::PublicNoticeNumber, &self.admission.public_notice_number);
        Ok((self, event))
    }

    /// Their employer.
    #[must_use]
    pub fn employer(&self) -> Party {
        Party { code: self.employer_code.clone(), ..Party::named(&self.employer_name) }
    }
}

#[cfg(test)]
mod tests;
