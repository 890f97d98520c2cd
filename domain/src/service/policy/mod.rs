//! Policies (保单) and their endorsements (批单): what the fees of A3.1 are measured against.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    Event, EventName, FactName, Money, Period, RecordKind, Violation,
    access::{District, Relations},
    base::{
        code::REASON_REQUIRED,
        id::{EndorsementId, OrganizationId, PolicyId, ProjectId},
        regulation::FEE_CAP_PERCENT,
    },
    service::{fee, project::Project},
    vocabulary,
};

crate::codes! {
    PREMIUM_RECEIVED_TOO_HIGH = "premium_received_too_high", Invalid, None,
        "实际收取保费有误" / "实际收取保费不得高于保费总额。",
        "Premium received above the total" / "The premium received must not exceed the total premium.";
    PREMIUM_BELOW_COMMISSIONED = "premium_below_commissioned", Conflict, Some("A3.1"),
        "保费变更后将超出服务费上限" / "已委托服务费 {committed} 超过变更后的上限 {cap}。",
        "Change would break the fee cap" / "Fees of {committed} are already commissioned. They exceed the cap of {cap} after this change.";
    PERIOD_EXCLUDES_COMMISSION = "period_excludes_commission", Conflict, None,
        "保险期间不含已委托的服务期间" / "变更后的保险期间须覆盖已委托的服务期间。",
        "Insured period excludes a commission" / "The changed period must cover the service period of every commission on the policy.";
    EFFECTIVE_OUTSIDE_PERIOD = "effective_outside_period", Conflict, None,
        "生效日期不在保险期间内" / "批单生效日期须在保险期间 {start} 至 {end} 之内。",
        "Effective date outside the insured period" / "An endorsement must take effect within the insured period, from {start} to {end}.";
}

vocabulary! {
    /// Premium from which the fee cap of {A3.1} % is computed (A3.1).
    pub enum FeeBase {
        PremiumTotal = "premium_total" / "保费总额" / "Total premium",
        PremiumReceived = "premium_received" / "实际收取保费" / "Premium actually received",
    }
}

/// What an insurer says about a policy, and what an endorsement changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyTerms {
    /// Total premium (保费总额).
    pub premium_total: Money,
    /// Premium received (实际收取保费).
    pub premium_received: Money,
    /// Insured period.
    pub period: Period,
}

impl PolicyTerms {
    /// The base of the cap.
    #[must_use]
    pub const fn base(&self, base: FeeBase) -> Money {
        match base {
            FeeBase::PremiumTotal => self.premium_total,
            FeeBase::PremiumReceived => self.premium_received,
        }
    }

    /// The most that the fees by premium ratio may come to (A3.1), by the share that held on the first day of the insured period.
    #[must_use]
    pub fn fee_cap(&self, base: FeeBase) -> Money {
        fee::cap(self.base(base), self.period.start)
    }

    /// Whether a fee by premium ratio keeps within the cap, together with all that is commissioned elsewhere on the policy.
    ///
    /// # Errors
    /// [`fee::FEE_CAP_EXCEEDED`], with the share.
    pub fn check_fee(&self, base: FeeBase, committed_elsewhere: Money, fee: Money) -> Result<(), Violation> {
        let since = self.period.start;
        fee::check_cap(self.base(base), since, committed_elsewhere, fee)
            .map_err(|violation| violation.with(FEE_CAP_PERCENT.rule, FEE_CAP_PERCENT.on(since)))
    }

    fn check(&self) -> Result<(), Violation> {
        let received = if self.premium_received > self.premium_total {
            Err(Violation::new(PREMIUM_RECEIVED_TOO_HIGH).at("/premium_received"))
        } else {
            Ok(())
        };
        let wrong = [received, self.period.check("/period_end")];
        Violation::all(wrong.into_iter().filter_map(Result::err).collect())
    }
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its id.
    pub id: PolicyId,
    /// Version of the record.
    pub version: i64,
    /// The project that it insures.
    pub project_id: ProjectId,
    /// Its number, unique with its insurer.
    pub policy_number: String,
    /// Premium and period, as endorsed.
    pub terms: PolicyTerms,
    /// Limit of indemnity (赔偿限额).
    pub indemnity_limit: Money,
    /// The parties below a policy.
    pub parties: Parties,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// The organisations that every record below a policy belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parties {
    /// The insurer of the policy.
    pub insurer_id: OrganizationId,
    /// Provider; none on the policy itself.
    pub provider_id: Option<OrganizationId>,
    /// The contractor of the project.
    pub contractor_id: OrganizationId,
    /// Supervisor, where it is an organisation here.
    pub supervisor_id: Option<OrganizationId>,
    /// Owner, where it is an organisation here.
    pub owner_id: Option<OrganizationId>,
    /// District of the project.
    pub district: District,
}

impl Parties {
    /// The parties of a policy on this project.
    #[must_use]
    pub const fn of(project: &Project, insurer_id: OrganizationId) -> Self {
        Self {
            insurer_id,
            provider_id: None,
            contractor_id: project.contractor_id,
            supervisor_id: project.details.supervisor.organization_id,
            owner_id: project.details.owner.organization_id,
            district: project.details.district,
        }
    }

    /// The same with this provider.
    #[must_use]
    pub const fn served_by(mut self, provider_id: OrganizationId) -> Self {
        self.provider_id = Some(provider_id);
        self
    }

    /// Who has a part.
    #[must_use]
    pub fn relations(&self) -> Relations {
        Relations {
            own: None,
            contractor: Some(self.contractor_id),
            supervisor: self.supervisor_id,
            owner: self.owner_id,
            insurers: vec![self.insurer_id],
            providers: self.provider_id.into_iter().collect(),
            district: Some(self.district),
            ..Relations::default()
        }
    }

    /// Who has a part in what the provider still drafts: nobody but the provider, the association and the
    /// regulator sees it before it is submitted.
    #[must_use]
    pub fn relations_in_draft(&self) -> Relations {
        let Relations { providers, district, .. } = self.relations();
        Relations { providers, district, ..Relations::default() }
    }
}

/// A change of a policy (批单); each is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endorsement {
    /// Its id.
    pub id: EndorsementId,
    /// The policy that it changes.
    pub policy_id: PolicyId,
    /// Its number, unique with its policy.
    pub endorsement_number: String,
    /// From which day it holds.
    pub effective_on: NaiveDate,
    /// Premium and period after it.
    pub terms: PolicyTerms,
    /// Reason of the endorsement, in the insurer's words.
    pub reason: String,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}

/// What is commissioned against a policy already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Committed {
    /// Sum of the fees that count against the cap (A3.1).
    pub fees: Money,
    /// First and last day of service commissioned, in either mode.
    pub service: Option<Period>,
}

impl Policy {
    /// The insurer records it, for a registered project (A2.1, A4.2).
    ///
    /// # Errors
    /// Project not registered; a field that is wrong.
    pub fn record(self, project: &Project) -> Result<(Self, Event), Violation> {
        project.must_be_registered()?;
        self.terms.check()?;
        let event = Event::new(EventName::PolicyRecorded, RecordKind::Policy, self.id)
            .fact(FactName::PremiumTotal, self.terms.premium_total)
            .fact(FactName::PremiumReceived, self.terms.premium_received);
        Ok((self, event))
    }

    /// The insurer endorses it; refused where what is commissioned already would break A3.1.
    ///
    /// # Errors
    /// No reason; [`EFFECTIVE_OUTSIDE_PERIOD`], [`PREMIUM_BELOW_COMMISSIONED`], [`PERIOD_EXCLUDES_COMMISSION`], or a field that is wrong.
    pub fn endorse(
        mut self,
        endorsement: &Endorsement,
        base: FeeBase,
        committed: Committed,
    ) -> Result<(Self, Event), Violation> {
        let terms = endorsement.terms;
        terms.check()?;
        let reason = endorsement.reason.trim();
        if reason.is_empty() {
            return Err(Violation::new(REASON_REQUIRED).at("/reason"));
        }
        // Of the period before and the one after, as either may be moved by it.
        let insured = Period {
            start: self.terms.period.start.min(terms.period.start),
            end: self.terms.period.end.max(terms.period.end),
        };
        if endorsement.effective_on < insured.start || endorsement.effective_on > insured.end {
            return Err(Violation::new(EFFECTIVE_OUTSIDE_PERIOD)
                .with("start", insured.start)
                .with("end", insured.end)
                .at("/effective_on"));
        }
        let cap = terms.fee_cap(base);
        if committed.fees > cap {
            return Err(Violation::new(PREMIUM_BELOW_COMMISSIONED)
                .with("committed", committed.fees)
                .with("cap", cap)
                .at("/premium_total"));
        }
        if committed.service.is_some_and(|service| !terms.period.covers(service)) {
            return Err(Violation::new(PERIOD_EXCLUDES_COMMISSION).at("/period_end"));
        }
        let event = Event::new(EventName::PolicyEndorsed, RecordKind::Policy, self.id)
            .because(reason)
            .fact(FactName::PremiumTotalBefore, self.terms.premium_total)
            .fact(FactName::PremiumTotal, terms.premium_total)
            .fact(FactName::PremiumReceivedBefore, self.terms.premium_received)
            .fact(FactName::PremiumReceived, terms.premium_received);
        self.terms = terms;
        Ok((self, event))
    }
}

#[cfg(test)]
mod tests;
