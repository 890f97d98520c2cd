//! Ties that were declared: by the expert, by the association, or by a request that was upheld (A12.2).

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{TieKind, ties_until};
use crate::{
    Event, EventName, FactName, RecordKind, Violation,
    base::{
        code::{PERIOD_REVERSED, REASON_REQUIRED},
        id::{DeclaredTieId, ExpertId, OrganizationId},
    },
    library::company::Party,
    vocabulary,
};

/// The most ties that are declared of one expert: what a group is held against stays short.
pub const MAX_TIES: usize = 100;

crate::codes! {
    TOO_MANY_TIES = "too_many_ties", Conflict, Some("A12.2"),
        "利害关系过多" / "一名专家至多申报 {maximum} 项利害关系。",
        "Too many ties" / "At most {maximum} ties are declared for one expert.";
    COMPANY_REQUIRED = "company_required", Invalid, Some("A12.2"),
        "须指明单位" / "须选择平台单位或填写单位名称，二者取一。",
        "Company required" / "Name either an organisation of the platform or the company's name, not both.";
    TIE_ENDED_ALREADY = "tie_ended_already", Conflict, Some("A12.2"),
        "利害关系已终止" / "该利害关系已登记于 {until} 终止，只能改为更早的日期。",
        "Tie has ended" / "This tie is recorded as ended on {until}. Its last day can only be changed to an earlier day.";
    TIE_TO_NO_PARTY = "tie_to_no_party", Conflict, Some("A12.2"),
        "不是参建单位" / "所指单位不是该项目的参建单位。",
        "Not a party of the project" / "The named organisation is not a party of the project.";
}

vocabulary! {
    /// Sources from which the platform knows a tie.
    pub enum TieSource {
        Expert = "expert" / "专家申报" / "Declared by the expert",
        Association = "association" / "协会登记" / "Recorded by the association",
        Request = "request" / "回避申请" / "A party's request that was upheld",
    }
}

/// A tie that was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredTie {
    /// Its id.
    pub id: DeclaredTieId,
    /// Version of the record.
    pub version: i64,
    /// Whose it is.
    pub expert_id: ExpertId,
    /// What kind of tie.
    pub kind: TieKind,
    /// The organisation, where it is one here.
    pub organization_id: Option<OrganizationId>,
    /// The company.
    pub company: Party,
    /// First day.
    pub from: NaiveDate,
    /// Last day; none while it goes on.
    pub until: Option<NaiveDate>,
    /// What there is to say.
    pub note: Option<String>,
    /// From whom it is known.
    pub source: TieSource,
    /// Who declared it.
    pub declared_by: Uuid,
    /// Time of the declaration.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl DeclaredTie {
    /// The last day on which it binds: of an employment three years after its end (A12.2).
    #[must_use]
    pub fn binds_until(&self) -> Option<NaiveDate> {
        let employment = matches!(self.kind, TieKind::CurrentEmployer | TieKind::FormerEmployer);
        let until = self.until?;
        Some(if employment { ties_until(until) } else { until })
    }

    /// Whether it binds on a day.
    #[must_use]
    pub fn binds(&self, on: NaiveDate) -> bool {
        self.from <= on && self.binds_until().is_none_or(|until| on <= until)
    }

    /// It is declared, beside so many of the same expert.
    ///
    /// # Errors
    /// [`TOO_MANY_TIES`]; [`PERIOD_REVERSED`].
    pub fn declare(self, others: usize) -> Result<(Self, Event), Violation> {
        if others >= MAX_TIES {
            return Err(Violation::new(TOO_MANY_TIES).with("maximum", MAX_TIES));
        }
        if self.until.is_some_and(|until| until < self.from) {
            return Err(Violation::new(PERIOD_REVERSED).at("/until"));
        }
        let event = self.event(EventName::TieDeclared).fact(FactName::Source, self.source);
        Ok((self, event))
    }

    /// The association records that it is over, or was no tie, with the reason; a last day on record can only
    /// become an earlier one.
    ///
    /// # Errors
    /// [`TIE_ENDED_ALREADY`]; [`PERIOD_REVERSED`]; no reason.
    pub fn end(mut self, until: NaiveDate, reason: &str) -> Result<(Self, Event), Violation> {
        if let Some(ended) = self.until
            && until >= ended
        {
            return Err(Violation::new(TIE_ENDED_ALREADY).with("until", ended));
        }
        if until < self.from {
            return Err(Violation::new(PERIOD_REVERSED).at("/until"));
        }
        if reason.trim().is_empty() {
            return Err(Violation::new(REASON_REQUIRED).at("/reason"));
        }
        self.until = Some(until);
        let event = self.event(EventName::TieEnded).fact(FactName::Until, until).because(reason.trim());
        Ok((self, event))
    }

    fn event(&self, name: EventName) -> Event {
        Event::new(name, RecordKind::Tie, self.id)
            .fact(FactName::Kind, self.kind)
            .fact(FactName::Company, &self.company.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Vocabulary,
        fixtures::{day, id, now},
    };

    fn tie(kind: TieKind, until: Option<&str>) -> DeclaredTie {
        DeclaredTie {
            id: id(1),
            version: 1,
            expert_id: id(2),
            kind,
            organization_id: None,
            company: Party::named("甲公司"),
            from: day("2020-01-01"),
            until: until.map(day),
            note: None,
            source: TieSource::Expert,
            declared_by: Uuid::nil(),
            created_at: now(),
            updated_at: now(),
        }
    }

    #[test]
    fn a12_2_a_tie_binds_from_its_first_day_to_its_last_an_employment_three_years_longer() {
        for (kind, until, on, binds) in [
            (TieKind::Shareholding, None, "2019-12-31", false),
            (TieKind::Shareholding, None, "2020-01-01", true),
            (TieKind::Kinship, Some("2026-03-31"), "2026-03-31", true),
            (TieKind::Kinship, Some("2026-03-31"), "2026-04-01", false),
            (TieKind::FormerEmployer, Some("2023-03-31"), "2026-03-31", true),
            (TieKind::FormerEmployer, Some("2023-03-31"), "2026-04-01", false),
        ] {
            assert_eq!(tie(kind, until).binds(day(on)), binds, "{kind} {until:?} {on}");
        }
    }

    #[test]
    fn a_tie_ends_once_or_earlier_and_not_before_it_began() {
        let open = || tie(TieKind::Kinship, None);
        assert!(open().end(day("2020-01-01"), "不再").is_ok());
        let (ended, event) = open().end(day("2026-01-01"), "不再").unwrap();
        assert_eq!((event.name.code(), ended.until), (EventName::TieEnded.code(), Some(day("2026-01-01"))));
        for late in ["2026-01-01", "2026-01-02"] {
            assert_eq!(ended.clone().end(day(late), "不再").unwrap_err().code, TIE_ENDED_ALREADY, "{late}");
        }
        assert_eq!(ended.end(day("2025-12-31"), "不再").unwrap().0.until, Some(day("2025-12-31")));
        let ahead = tie(TieKind::Kinship, Some("2030-01-01"));
        assert!(ahead.end(day("2026-01-01"), "已离婚").is_ok());
        assert_eq!(open().end(day("2019-12-31"), "不再").unwrap_err().code, PERIOD_REVERSED);
        assert_eq!(open().end(day("2026-01-01"), " ").unwrap_err().code, REASON_REQUIRED);
        assert_eq!(tie(TieKind::Kinship, Some("2019-12-31")).declare(0).unwrap_err().code, PERIOD_REVERSED);
    }

    #[test]
    fn an_expert_has_so_many_ties_and_no_more() {
        let declare = |others| tie(TieKind::Kinship, None).declare(others);
        assert!(declare(MAX_TIES - 1).is_ok());
        assert_eq!(declare(MAX_TIES).unwrap_err().code, TOO_MANY_TIES);
    }
}
