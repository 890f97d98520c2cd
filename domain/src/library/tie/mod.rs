//! Ties between an expert and the parties of a project (回避): found from the record, or declared (A12.2).

mod affiliate;
mod declared;
mod recusal;
mod sides;

use std::borrow::Borrow;

use chrono::{Months, NaiveDate};

use crate::{
    Code,
    base::regulation::FORMER_EMPLOYER_YEARS,
    library::{company::Party, qualification::WorkPeriod},
    vocabulary,
};

pub use affiliate::{
    Affiliate, CODES as AFFILIATE_CODES, MAX_AFFILIATES, OWN_AFFILIATE, TOO_MANY_AFFILIATES,
};
pub use declared::{
    CODES as DECLARED_CODES, COMPANY_REQUIRED, DeclaredTie, MAX_TIES, TIE_ENDED_ALREADY, TIE_TO_NO_PARTY,
    TOO_MANY_TIES, TieSource,
};
pub use recusal::{RecusalRequest, RecusalStatus};
pub use sides::Sides;

/// Every code of this module.
#[must_use]
pub fn codes() -> Vec<&'static Code> {
    [DECLARED_CODES, AFFILIATE_CODES].concat()
}

/// The last day on which an employment ties that ended on this day (A12.2).
fn ties_until(ended: NaiveDate) -> NaiveDate {
    let months = Months::new(FORMER_EMPLOYER_YEARS.on(ended).saturating_mul(12));
    ended.checked_add_months(months).unwrap_or(NaiveDate::MAX)
}

vocabulary! {
    /// Kinds of ties that keep an expert out of a group (A12.2). A former employment counts for {A12.2} years after its last day.
    pub enum TieKind {
        CurrentEmployer = "current_employer" / "现任职单位" / "current employer",
        FormerEmployer = "former_employer" / "曾任职单位" / "former employer",
        Shareholding = "shareholding" / "持股" / "shareholding",
        Kinship = "kinship" / "近亲属关系" / "kinship",
        OtherInterest = "other_interest" / "其他利害关系" / "other interest",
    }
}

/// A tie (利害关系) of an expert to a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// What kind of tie.
    pub kind: TieKind,
    /// The party's name.
    pub party: String,
    /// The affiliate through which it ties to the party, where it does.
    pub through: Option<String>,
    /// The last day on which it binds; none while it goes on.
    pub until: Option<NaiveDate>,
}

impl Tie {
    fn to(party: &Party, kind: TieKind, until: Option<NaiveDate>) -> Self {
        let (party, through) = match &party.affiliate_of {
            Some(whose) => (whose.clone(), Some(party.name.clone())),
            None => (party.name.clone(), None),
        };
        Self { kind, party, through, until }
    }

    /// Whether the other is the same tie: of its kind, to its party, through the same affiliate.
    #[must_use]
    pub fn is_same_tie(&self, other: &Self) -> bool {
        (self.kind, &self.party, &self.through) == (other.kind, &other.party, &other.through)
    }

    /// The party in words, with the affiliate through which it is one.
    #[must_use]
    pub fn party_label(&self) -> String {
        match &self.through {
            Some(affiliate) => format!("{}（{affiliate}）", self.party),
            None => self.party.clone(),
        }
    }
}

/// Every tie to these parties on a day: by employment, and as declared (A12.2). A tie to an affiliate of a
/// party is a tie to the party.
#[must_use]
pub fn ties(
    history: &[WorkPeriod],
    current_employer: Option<&Party>,
    declared: &[DeclaredTie],
    parties: &[impl Borrow<Party>],
    on: NaiveDate,
) -> Vec<Tie> {
    let mut found = ties_by_employer(history, current_employer, parties, on);
    for tie in declared.iter().filter(|tie| tie.binds(on)) {
        for party in parties.iter().map(Borrow::borrow).filter(|party| tie.company.is_same_company(party)) {
            found.push(Tie::to(party, tie.kind, tie.binds_until()));
        }
    }
    once(found)
}

/// Each tie once, however often it was found.
fn once(found: impl IntoIterator<Item = Tie>) -> Vec<Tie> {
    let mut once: Vec<Tie> = Vec::new();
    for tie in found {
        if !once.iter().any(|it| it.is_same_tie(&tie)) {
            once.push(tie);
        }
    }
    once
}

/// The ties to these parties by employment, on a day: at most one per party, the one that binds longest (A12.2).
///
/// An employer is a party where their credit codes are equal, or, where one has none, their names without
/// white space and with parentheses of one width. An employment ties while it lasts and for three years
/// after its last day: three years ago to the day still ties, a day more does not. The employer of now is none
/// on days before the employment that goes on began, where the history says when that was.
#[must_use]
pub fn ties_by_employer(
    history: &[WorkPeriod],
    current_employer: Option<&Party>,
    parties: &[impl Borrow<Party>],
    on: NaiveDate,
) -> Vec<Tie> {
    let current =
        current_employer.filter(|employer| began(history, employer).is_none_or(|began| began <= on));
    parties.iter().filter_map(|party| tie_to(party.borrow(), history, current, on)).collect()
}

/// When the employment at this employer began that goes on.
fn began(history: &[WorkPeriod], employer: &Party) -> Option<NaiveDate> {
    let going_on = history.iter().filter(|period| period.to.is_none());
    let with_it =
        going_on.filter(|period| employer.is_named(&period.employer, period.employer_code.as_ref()));
    with_it.map(|period| period.from).min()
}

fn tie_to(party: &Party, history: &[WorkPeriod], current: Option<&Party>, on: NaiveDate) -> Option<Tie> {
    let tie = |kind, until| Tie::to(party, kind, until);
    let current = current.filter(|employer| employer.is_same_company(party));
    let mut ends = Vec::new();
    for period in history.iter().filter(|period| period.from <= on) {
        if party.is_named(&period.employer, period.employer_code.as_ref()) {
            ends.push(period.to.filter(|to| *to < on));
        }
    }
    if current.is_some() || ends.contains(&None) {
        return Some(tie(TieKind::CurrentEmployer, None));
    }
    let until = ties_until(ends.into_iter().flatten().max()?);
    (until >= on).then(|| tie(TieKind::FormerEmployer, Some(until)))
}

#[cfg(test)]
mod tests;
