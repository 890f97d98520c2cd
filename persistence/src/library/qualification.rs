//! What qualifies an expert (A9), as it is stored of experts, of applications, and with the groups of visits.

use anze_domain::{
    Violation,
    base::identifier::UnifiedSocialCreditCode,
    library::qualification::{
        AssessedFinding, AssessedOn, AssessedWay, EngineerClass, EngineerLevel, Experience, FindingCode,
        Period, Pool, Qualification, RegisteredSafetyEngineer, Specialty, Title, TitleField, TitleLevel,
        WorkPeriod,
    },
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::store::dialect::{document_row, plain_document};

plain_document! {
    /// The pools of an expert.
    pools: PoolsRow(Vec<Pool>), form 1
}

plain_document! {
    /// The specialties of an expert, of a member of a group, or of a planned service.
    specialties: SpecialtiesRow(Vec<Specialty>), form 1
}

/// A technical title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TitleRow {
    level: TitleLevel,
    field: TitleField,
    certificate_number: String,
    obtained_on: NaiveDate,
}

impl From<&Title> for TitleRow {
    fn from(title: &Title) -> Self {
        let Title { level, field, certificate_number, obtained_on } = title.clone();
        Self { level, field, certificate_number, obtained_on }
    }
}
impl From<TitleRow> for Title {
    fn from(row: TitleRow) -> Self {
        let TitleRow { level, field, certificate_number, obtained_on } = row;
        Self { level, field, certificate_number, obtained_on }
    }
}

/// The titles of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct TitlesRow(Vec<TitleRow>);

impl From<&Vec<Title>> for TitlesRow {
    fn from(titles: &Vec<Title>) -> Self {
        Self(titles.iter().map(TitleRow::from).collect())
    }
}
impl From<TitlesRow> for Vec<Title> {
    fn from(row: TitlesRow) -> Self {
        row.0.into_iter().map(Title::from).collect()
    }
}
document_row!(titles: TitlesRow => Vec<Title>, form 1);

/// A registration as safety engineer. The generated column `experts.registered_until` reads its last member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RegisteredSafetyEngineerRow {
    level: EngineerLevel,
    class: EngineerClass,
    certificate_number: String,
    registered_until: NaiveDate,
}

impl From<&RegisteredSafetyEngineer> for RegisteredSafetyEngineerRow {
    fn from(engineer: &RegisteredSafetyEngineer) -> Self {
        let RegisteredSafetyEngineer { level, class, certificate_number, registered_until } =
            engineer.clone();
        Self { level, class, certificate_number, registered_until }
    }
}
impl From<RegisteredSafetyEngineerRow> for RegisteredSafetyEngineer {
    fn from(row: RegisteredSafetyEngineerRow) -> Self {
        let RegisteredSafetyEngineerRow { level, class, certificate_number, registered_until } = row;
        Self { level, class, certificate_number, registered_until }
    }
}
document_row!(registered_safety_engineer: RegisteredSafetyEngineerRow => RegisteredSafetyEngineer, form 1);

/// A unified social credit code as text, checked when it is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct CreditCodeRow(UnifiedSocialCreditCode);

impl TryFrom<String> for CreditCodeRow {
    type Error = Violation;

    fn try_from(text: String) -> Result<Self, Violation> {
        text.parse().map(Self)
    }
}
impl From<CreditCodeRow> for String {
    fn from(row: CreditCodeRow) -> Self {
        row.0.as_str().to_owned()
    }
}

/// An entry of a work history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WorkPeriodRow {
    employer: String,
    employer_code: Option<CreditCodeRow>,
    role: String,
    from: NaiveDate,
    to: Option<NaiveDate>,
    relevant: bool,
}

impl From<&WorkPeriod> for WorkPeriodRow {
    fn from(period: &WorkPeriod) -> Self {
        let WorkPeriod { employer, employer_code, role, from, to, relevant } = period.clone();
        Self { employer, employer_code: employer_code.map(CreditCodeRow), role, from, to, relevant }
    }
}
impl From<WorkPeriodRow> for WorkPeriod {
    fn from(row: WorkPeriodRow) -> Self {
        let WorkPeriodRow { employer, employer_code, role, from, to, relevant } = row;
        Self { employer, employer_code: employer_code.map(|row| row.0), role, from, to, relevant }
    }
}

/// The work history of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct WorkHistoryRow(Vec<WorkPeriodRow>);

impl From<&Vec<WorkPeriod>> for WorkHistoryRow {
    fn from(history: &Vec<WorkPeriod>) -> Self {
        Self(history.iter().map(WorkPeriodRow::from).collect())
    }
}
impl From<WorkHistoryRow> for Vec<WorkPeriod> {
    fn from(row: WorkHistoryRow) -> Self {
        row.0.into_iter().map(WorkPeriod::from).collect()
    }
}
document_row!(work_history: WorkHistoryRow => Vec<WorkPeriod>, form 1);

/// A whole qualification, as it is stored with the group of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct QualificationRow {
    specialties: SpecialtiesRow,
    titles: TitlesRow,
    registered_safety_engineer: Option<RegisteredSafetyEngineerRow>,
    work_history: WorkHistoryRow,
}

impl From<&Qualification> for QualificationRow {
    fn from(it: &Qualification) -> Self {
        let Qualification { specialties, titles, registered_safety_engineer, work_history } = it;
        Self {
            specialties: specialties.into(),
            titles: titles.into(),
            registered_safety_engineer: registered_safety_engineer.as_ref().map(Into::into),
            work_history: work_history.into(),
        }
    }
}
impl From<QualificationRow> for Qualification {
    fn from(row: QualificationRow) -> Self {
        Self {
            specialties: row.specialties.into(),
            titles: row.titles.into(),
            registered_safety_engineer: row.registered_safety_engineer.map(Into::into),
            work_history: row.work_history.into(),
        }
    }
}
document_row!(qualification: QualificationRow => Qualification, form 1);

/// A time without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct PeriodRow {
    from: NaiveDate,
    to: NaiveDate,
}

impl From<&Period> for PeriodRow {
    fn from(period: &Period) -> Self {
        let Period { from, to } = *period;
        Self { from, to }
    }
}
impl From<PeriodRow> for Period {
    fn from(row: PeriodRow) -> Self {
        Self { from: row.from, to: row.to }
    }
}

/// The experience that an assessment counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ExperienceRow {
    periods: Vec<PeriodRow>,
    overlaps: Vec<PeriodRow>,
    total_days: u64,
    years: u32,
    days: u64,
}

impl From<&Experience> for ExperienceRow {
    fn from(experience: &Experience) -> Self {
        let Experience { periods, overlaps, total_days, years, days } = experience;
        Self {
            periods: periods.iter().map(PeriodRow::from).collect(),
            overlaps: overlaps.iter().map(PeriodRow::from).collect(),
            total_days: *total_days,
            years: *years,
            days: *days,
        }
    }
}
impl From<ExperienceRow> for Experience {
    fn from(row: ExperienceRow) -> Self {
        Self {
            periods: row.periods.into_iter().map(Period::from).collect(),
            overlaps: row.overlaps.into_iter().map(Period::from).collect(),
            total_days: row.total_days,
            years: row.years,
            days: row.days,
        }
    }
}

/// A requirement, as it was assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct AssessedFindingRow {
    code: FindingCode,
    met: bool,
    zh: String,
    en: String,
}

impl From<&AssessedFinding> for AssessedFindingRow {
    fn from(finding: &AssessedFinding) -> Self {
        let AssessedFinding { code, met, zh, en } = finding.clone();
        Self { code, met, zh, en }
    }
}
impl From<AssessedFindingRow> for AssessedFinding {
    fn from(row: AssessedFindingRow) -> Self {
        let AssessedFindingRow { code, met, zh, en } = row;
        Self { code, met, zh, en }
    }
}

/// A way into a pool, as it was assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct AssessedWayRow {
    rule: String,
    met: bool,
    findings: Vec<AssessedFindingRow>,
}

impl From<&AssessedWay> for AssessedWayRow {
    fn from(way: &AssessedWay) -> Self {
        let AssessedWay { rule, met, findings } = way;
        Self {
            rule: rule.clone(),
            met: *met,
            findings: findings.iter().map(AssessedFindingRow::from).collect(),
        }
    }
}
impl From<AssessedWayRow> for AssessedWay {
    fn from(row: AssessedWayRow) -> Self {
        let findings = row.findings.into_iter().map(AssessedFinding::from).collect();
        Self { rule: row.rule, met: row.met, findings }
    }
}

/// The assessment of an application on the day of its review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AssessmentRow {
    on: NaiveDate,
    pool: Pool,
    qualified: bool,
    ways: Vec<AssessedWayRow>,
    experience: ExperienceRow,
}

impl From<&AssessedOn> for AssessmentRow {
    fn from(assessment: &AssessedOn) -> Self {
        let AssessedOn { on, pool, qualified, ways, experience } = assessment;
        Self {
            on: *on,
            pool: *pool,
            qualified: *qualified,
            ways: ways.iter().map(AssessedWayRow::from).collect(),
            experience: experience.into(),
        }
    }
}
impl From<AssessmentRow> for AssessedOn {
    fn from(row: AssessmentRow) -> Self {
        Self {
            on: row.on,
            pool: row.pool,
            qualified: row.qualified,
            ways: row.ways.into_iter().map(AssessedWay::from).collect(),
            experience: row.experience.into(),
        }
    }
}
document_row!(assessment: AssessmentRow => AssessedOn, form 1);
