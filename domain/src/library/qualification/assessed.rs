//! An assessment as it is kept: what was found on a day, in words.

use chrono::NaiveDate;

use super::{Assessment, Experience, FindingCode, Pool};

/// What was found on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessedOn {
    /// The day.
    pub on: NaiveDate,
    /// The pool.
    pub pool: Pool,
    /// Whether one of the ways was open.
    pub qualified: bool,
    /// Each way into the pool.
    pub ways: Vec<AssessedWay>,
    /// The experience that was counted.
    pub experience: Experience,
}

/// A way into a pool, as it was assessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessedWay {
    /// The rule that opens it.
    pub rule: String,
    /// Whether every requirement was met.
    pub met: bool,
    /// Each requirement.
    pub findings: Vec<AssessedFinding>,
}

/// A requirement, as it was assessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessedFinding {
    /// What was found.
    pub code: FindingCode,
    /// Whether the requirement was met.
    pub met: bool,
    /// What is needed, and by what it was met or missed, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

impl AssessedOn {
    /// The assessment in words, as of this day.
    #[must_use]
    pub fn new(it: &Assessment, on: NaiveDate) -> Self {
        let finding = |finding: &super::Finding| {
            let words = finding.statement(&it.experience);
            AssessedFinding { code: finding.code, met: finding.met, zh: words.zh, en: words.en }
        };
        let ways = it.ways.iter().map(|way| AssessedWay {
            rule: way.rule.to_owned(),
            met: way.met,
            findings: way.findings.iter().map(finding).collect(),
        });
        Self {
            on,
            pool: it.pool,
            qualified: it.qualified,
            ways: ways.collect(),
            experience: it.experience.clone(),
        }
    }
}
